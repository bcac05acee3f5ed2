"""What is said of losses, data and training loops, against how PyTorch itself ended with the same programs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import cnnlint

TWINS = Path(__file__).parents[3] / "fixtures" / "twins" / "torch"
VERDICTS = json.loads((TWINS / "verdicts.json").read_text(encoding="utf-8"))
SILENT = {"cross-entropy-of-one"}
"""Errors that PyTorch does not raise: the result cannot be meant."""


@pytest.mark.parametrize("name", VERDICTS)
def test_errors_are_told_where_pytorch_raises(name: str) -> None:
    findings = cnnlint.lint([TWINS / name])
    errors = [each for each in findings if each.severity == "error" and each.name not in SILENT]
    assert bool(errors) == (not VERDICTS[name].startswith("runs"))
    assert bool(findings) == name.endswith("_buggy.py")


def said(code: str) -> list[tuple[str, int, str]]:
    return [(each.code, each.place.row, each.severity) for each in cnnlint.lint_source(code, filename="train.py")]


def test_a_model_whose_input_is_not_known_is_run_for_how_it_ends() -> None:
    code = """\
import torch.nn as nn
model = nn.Sequential(nn.Conv2d(3, 8, 3), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(8, 4), nn.Softmax(dim=1))
for x, y in load():
    loss = nn.CrossEntropyLoss()(model(x), y)
"""
    assert said(code) == [("CNN520", 4, "warning")]


def test_arithmetic_behind_a_softmax_is_not_judged() -> None:
    code = """\
import torch
from torch import nn
model = nn.Sequential(nn.Linear(4, 3), nn.Softmax(dim=1))
x, y = torch.randn(8, 4), torch.randint(0, 3, (8,))
loss = nn.CrossEntropyLoss()(model(x) * 10, y)
loss = nn.NLLLoss()(torch.log(model(x)), y)
loss = nn.NLLLoss()(torch.log(model(x) + 1e-9), y)
"""
    assert said(code) == []


def test_a_loader_says_what_its_first_batch_is() -> None:
    code = """\
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset
data = TensorDataset(torch.randn(100, 8), torch.randint(0, 3, (100,)))
net = nn.Linear(9, 3)
for step, (x, y) in enumerate(DataLoader(data, batch_size=10, drop_last=True)):
    net(x)
for x, y in DataLoader(data, batch_size=200, drop_last=True):
    net(x)
"""
    assert said(code) == [("CNN102", 7, "error"), ("CNN102", 9, "warning")]


def test_weights_of_another_type_take_that_type() -> None:
    code = """\
import torch
from torch import nn
x = torch.zeros(2, 4, dtype=torch.float64)
nn.Linear(4, 2).double()(x)
nn.Linear(4, 2).to(torch.float64)(x)
nn.Linear(4, 2, dtype=torch.float64)(x)
nn.Linear(4, 2).to("cpu")(x)
"""
    assert [(code, row) for code, row, _ in said(code)] == [("CNN110", 7)]


def test_labels_that_are_overwritten_have_no_range() -> None:
    code = """\
import torch
from torch import nn
y = torch.randint(0, 9, (8,))
y[y > 2] = 0
loss = nn.CrossEntropyLoss()(torch.randn(8, 3), y)
"""
    assert said(code) == []


@pytest.mark.parametrize(
    ("line", "fixed"),
    [
        ("F.cross_entropy(F.softmax(net(x), dim=1), y)", "F.cross_entropy(net(x), y)"),
        ("F.cross_entropy(net(x).softmax(1), y)", "F.cross_entropy(net(x), y)"),
        ("F.cross_entropy(F.log_softmax(net(x), 1), y)", "F.nll_loss(F.log_softmax(net(x), 1), y)"),
        ("F.nll_loss(net(x), y)", "F.cross_entropy(net(x), y)"),
        ("nn.NLLLoss()(net(x), y)", "nn.CrossEntropyLoss()(net(x), y)"),
        ("F.nll_loss(F.softmax(net(x), dim=1), y)", "F.nll_loss(F.log_softmax(net(x), dim=1), y)"),
        ("nn.NLLLoss()(nn.Softmax(dim=1)(net(x)), y)", "nn.NLLLoss()(nn.LogSoftmax(dim=1)(net(x)), y)"),
        ("nn.CrossEntropyLoss()(nn.Softmax(dim=1)(net(x)), y)", "nn.CrossEntropyLoss()(nn.Identity()(net(x)), y)"),
    ],
)
def test_fix(line: str, fixed: str) -> None:
    code = f"""\
import torch
from torch import nn
import torch.nn.functional as F
net, x, y = nn.Linear(4, 3), torch.randn(8, 4), torch.randint(0, 3, (8,))
{line}
"""
    (finding,) = cnnlint.lint_source(code, filename="train.py")
    assert finding.fix is not None
    (edit,) = finding.fix.edits
    place = edit.place
    assert line[: place.column - 1] + edit.content + line[place.end_column - 1 :] == fixed
    assert finding.fix.applicability == "unsafe"
