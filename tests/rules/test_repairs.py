"""Fixes of a useless bias and of a result that nothing uses: what they write, and where there is none."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import cnnlint
from cnnlint.fixing import apply
from cnnlint.sources.text import from_text

if TYPE_CHECKING:
    from pathlib import Path

HEAD = "from torch import nn\n\n"
NET = (
    HEAD
    + """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 8, 3)
        self.drop = nn.Dropout()

    def forward(self, x):
        x = self.conv(x)
        {}
        return x.relu()
"""
)


def fixed(code: str, rule: str, folder: Path) -> str:
    """The code after the rule's fixes, none of which is safe."""
    (folder / "pyproject.toml").write_text(f'[tool.cnnlint]\nselect = ["{rule}"]\n', encoding="utf-8")
    findings = cnnlint.lint_source(code, filename=str(folder / "net.py"))
    assert findings
    fixes = [finding.fix for finding in findings if finding.fix is not None]
    assert {fix.applicability for fix in fixes} <= {"unsafe"}
    return apply(from_text(code, "net.py"), code, fixes)[0]


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("nn.Conv2d(3, 8, 3)", "nn.Conv2d(3, 8, 3, bias=False)"),
        (
            "nn.Conv2d(out_channels=8, in_channels=3, kernel_size=3)",
            "nn.Conv2d(out_channels=8, in_channels=3, kernel_size=3, bias=False)",
        ),
        ("nn.Conv2d(3, 8, kernel_size=(3, 3))", "nn.Conv2d(3, 8, kernel_size=(3, 3), bias=False)"),
        ("nn.Conv2d(\n    3,\n    8,\n    3,\n)", "nn.Conv2d(\n    3,\n    8,\n    3, bias=False,\n)"),
        ("nn.Conv2d(3, 8, 3, bias=True)", None),
        ("nn.Conv2d(3, 8, **{'kernel_size': 3})", None),
        ("nn.Conv2d(3, 8, 3, 1, 0, 1, 1, True)", None),
        ("make(3, 8)", None),
    ],
)
def test_a_bias_is_taken_away_where_the_call_is_written_out(wrong: str, right: str | None, tmp_path: Path) -> None:
    code = (
        HEAD + "def make(a, b):\n    return nn.Conv2d(a, b, *(3,))\n\n\nmodel = nn.Sequential({}, nn.BatchNorm2d(8))\n"
    )
    assert fixed(code.format(wrong), "CNN303", tmp_path) == code.format(right or wrong)


def test_a_call_that_makes_several_layers_is_changed_only_if_all_have_a_useless_bias(tmp_path: Path) -> None:
    block = "def block(*more):\n    return [nn.Conv2d(8, 8, 3), *more]\n\n\n"
    model = "model = nn.Sequential(*block(nn.BatchNorm2d(8)), nn.ReLU(), *block({}))\n"
    code = HEAD + block + model.format("nn.BatchNorm2d(8)")
    assert fixed(code, "CNN303", tmp_path) == code.replace("8, 3)", "8, 3, bias=False)")
    code = HEAD + block + model.format("nn.ReLU()")
    assert fixed(code, "CNN303", tmp_path) == code


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("self.drop(x)", "x = self.drop(x)"),
        ("y = self.drop(x)", None),
        ("self.drop(x.relu())", None),
        ("self.drop(x); print(x)", None),
    ],
)
def test_a_result_is_assigned_to_what_it_was_made_of(wrong: str, right: str | None, tmp_path: Path) -> None:
    assert fixed(NET.format(wrong), "CNN421", tmp_path) == NET.format(right or wrong)
