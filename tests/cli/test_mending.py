"""Fixes, suppressions and baselines."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.conftest import BROKEN, GOOD, Result

if TYPE_CHECKING:
    from collections.abc import Callable

    Command = Callable[..., Result]

MENDED = BROKEN.replace("nn.Conv2d(4, 8, 3)", "nn.Conv2d(8, 8, 3)")
UNSAFE = """import torch
from torch import nn

model = nn.Sequential(nn.Linear(4, 3), nn.Softmax(dim=1))
loss = nn.CrossEntropyLoss()(model(torch.zeros(2, 4)), torch.zeros(2, dtype=torch.long))
"""
UNUSED = GOOD.rstrip("\n") + "  # noqa: CNN103\n"


def test_a_safe_fix(cnnlint: Command) -> None:
    Path("net.py").write_text(UNUSED, encoding="utf-8")
    assert "CNN003 [*]" in cnnlint("net.py", "--output-format", "concise").out
    result = cnnlint("net.py", "--fix")
    assert result.status == 0
    assert "Fixed 1" in result.out
    assert Path("net.py").read_text(encoding="utf-8") == GOOD


def test_an_unsafe_fix_waits_until_it_is_asked_for(cnnlint: Command) -> None:
    Path("net.py").write_text(UNSAFE, encoding="utf-8")
    assert cnnlint("net.py", "--fix").status == 1
    assert Path("net.py").read_text(encoding="utf-8") == UNSAFE
    assert cnnlint("net.py", "--fix", "--unsafe-fixes").status == 0
    assert "nn.Linear(4, 3), nn.Identity()" in Path("net.py").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "arguments", [("--unfixable", "CNN1"), ("--fixable", "CNN003"), ("--config", 'unfixable = ["channel-mismatch"]')]
)
def test_a_fix_that_is_not_wanted_is_neither_made_nor_offered(cnnlint: Command, arguments: tuple[str, ...]) -> None:
    Path("net.py").write_text(BROKEN, encoding="utf-8")
    result = cnnlint("net.py", "--fix", "--unsafe-fixes", *arguments)
    assert result.status == 1
    assert "[*]" not in result.out
    assert "help: write 8 in place of 4" in result.out
    assert Path("net.py").read_text(encoding="utf-8") == BROKEN


def test_fixes_that_undo_each_other_are_left_out(cnnlint: Command) -> None:
    code = """\
import torch
from torch import nn


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(8, 8, 3)

    def forward(self, x):
        return self.conv(x)


model = nn.Sequential(nn.Conv2d(3, 8, 3), Block(), nn.Conv2d(8, 16, 3), Block())
model(torch.zeros(1, 3, 32, 32))
"""
    Path("net.py").write_text(code, encoding="utf-8")
    result = cnnlint("net.py", "--fix")
    assert result.status == 1
    assert result.err == "warning: net.py: fixes undo each other (CNN103); they were left out\n"
    assert "Fixed" not in result.out
    assert Path("net.py").read_text(encoding="utf-8") == code


def test_what_was_mended_may_count_as_found(cnnlint: Command) -> None:
    Path("net.py").write_text(BROKEN, encoding="utf-8")
    assert cnnlint("net.py", "--fix", "--exit-non-zero-on-fix").status == 1
    assert Path("net.py").read_text(encoding="utf-8") == MENDED
    assert cnnlint("net.py", "--fix", "--exit-non-zero-on-fix").status == 0


def test_what_is_suppressed_can_be_shown(cnnlint: Command) -> None:
    Path("net.py").write_text(f"{BROKEN.rstrip()}  # noqa: CNN103\n", encoding="utf-8")
    assert cnnlint("net.py").status == 0
    result = cnnlint("net.py", "--ignore-noqa", "--output-format", "concise")
    assert result.status == 1
    assert result.out.startswith("net.py:5:1: CNN103 ")


def test_suppressions_in_a_notebook(cnnlint: Command) -> None:
    lines = BROKEN.splitlines(keepends=True)
    cells: list[dict[str, Any]] = [
        {"cell_type": "code", "metadata": {}, "execution_count": None, "outputs": [], "source": part}
        for part in (lines[:3], lines[3:])
    ]
    notebook = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    Path("net.ipynb").write_text(json.dumps(notebook, indent=1), encoding="utf-8")
    assert cnnlint("net.ipynb", "--add-noqa").err == "Added 1 noqa directive.\n"
    written = json.loads(Path("net.ipynb").read_text(encoding="utf-8"))
    assert written["cells"][1]["source"][-1] == "model(torch.zeros(1, 3, 8, 8))  # noqa: CNN103\n"
    assert cnnlint("net.ipynb").status == 0
    assert cnnlint("net.ipynb", "--select", "CNN003,CNN103", "--ignore-noqa").status == 1


def test_a_safe_fix_is_made(cnnlint: Command) -> None:
    Path("net.py").write_text(BROKEN, encoding="utf-8")
    assert cnnlint("net.py", "--fix").status == 0
    assert Path("net.py").read_text(encoding="utf-8") == MENDED


def test_line_ends_byte_order_mark_and_encoding_are_kept(cnnlint: Command) -> None:
    Path("a.py").write_bytes(b"\xef\xbb\xbf" + BROKEN.replace("\n", "\r\n").encode())
    Path("b.py").write_bytes(("# coding: latin-1\n# größer\n" + BROKEN).encode("latin-1"))
    assert cnnlint(".", "--fix", "--unsafe-fixes").status == 0
    assert Path("a.py").read_bytes() == b"\xef\xbb\xbf" + MENDED.replace("\n", "\r\n").encode()
    assert Path("b.py").read_bytes() == ("# coding: latin-1\n# größer\n" + MENDED).encode("latin-1")


def test_a_notebook_is_mended_in_its_cells(cnnlint: Command) -> None:
    cells = [
        {"cell_type": "markdown", "metadata": {}, "source": ["# größer"]},
        {"cell_type": "code", "metadata": {}, "execution_count": None, "outputs": [], "source": ["!pip install torch"]},
        {
            "cell_type": "code",
            "metadata": {},
            "execution_count": None,
            "outputs": [],
            "source": ("%matplotlib inline\n" + BROKEN.rstrip("\n")).splitlines(keepends=True),
        },
    ]
    notebook = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    text = json.dumps(notebook, indent=1, ensure_ascii=False) + "\n"
    Path("net.ipynb").write_text(text, encoding="utf-8")
    assert cnnlint("net.ipynb", "--fix", "--unsafe-fixes").status == 0
    assert Path("net.ipynb").read_text(encoding="utf-8") == text.replace("nn.Conv2d(4, 8, 3)", "nn.Conv2d(8, 8, 3)")


def test_diff_changes_nothing(cnnlint: Command) -> None:
    Path("net.py").write_text(BROKEN, encoding="utf-8")
    result = cnnlint("net.py", "--diff", "--unsafe-fixes")
    assert result.status == 1
    assert result.out.startswith("--- net.py\n+++ net.py\n")
    assert "\n-model = nn.Sequential(nn.Conv2d(3, 8, 3), nn.Conv2d(4, 8, 3))\n" in result.out
    assert "\n+model = nn.Sequential(nn.Conv2d(3, 8, 3), nn.Conv2d(8, 8, 3))\n" in result.out
    assert Path("net.py").read_text(encoding="utf-8") == BROKEN
    Path("net.py").write_text(UNSAFE, encoding="utf-8")
    assert cnnlint("net.py", "--diff").status == 0


def test_standard_input_is_mended_to_standard_output(cnnlint: Command) -> None:
    result = cnnlint("-", "--fix", "--unsafe-fixes", standard_input=BROKEN)
    assert (result.status, result.out) == (0, MENDED)
    assert cnnlint("-", "--fix", standard_input=GOOD).out == GOOD


@pytest.mark.parametrize(
    "comment",
    [
        "# noqa",
        "# noqa: CNN103",
        "# noqa: E501, CNN103",
        "# cnnlint: ignore[CNN103] on purpose",
        "# cnnlint: ignore[CNN1]",
    ],
)
def test_a_comment_suppresses(cnnlint: Command, comment: str) -> None:
    Path("net.py").write_text(BROKEN.rstrip("\n") + f"  {comment}\n", encoding="utf-8")
    assert cnnlint("net.py").status == 0


def test_a_comment_for_the_whole_file(cnnlint: Command) -> None:
    Path("net.py").write_text(f"# cnnlint: file-ignore[CNN103]\n{BROKEN}", encoding="utf-8")
    assert cnnlint("net.py").status == 0


@pytest.mark.parametrize(
    ("comment", "left", "message"),
    [
        ("# noqa: CNN103", "", "`noqa: CNN103` suppresses nothing"),
        ("# noqa: E501, CNN103", "  # noqa: E501", "`CNN103` suppresses nothing here"),
        ("# noqa: CNN103 # why", "  # why", "suppresses nothing"),
        ("# cnnlint: ignore[CNN101, CNN103] because", "", "suppresses nothing"),
        ("# noqa: CNN999", "", "names a rule that is not there: `CNN999`"),
    ],
)
def test_a_comment_without_use_is_told_and_taken_out(cnnlint: Command, comment: str, left: str, message: str) -> None:
    Path("net.py").write_text(GOOD.rstrip("\n") + f"  {comment}\n", encoding="utf-8")
    result = cnnlint("net.py", "--output-format", "concise")
    assert "CNN003" in result.out
    assert message in result.out
    assert cnnlint("net.py", "--fix").status == 0
    assert Path("net.py").read_text(encoding="utf-8") == GOOD.rstrip("\n") + left + "\n"


@pytest.mark.parametrize("comment", ["# noqa", "# noqa: E501", "# noqa: CNN301"])
def test_a_comment_that_may_have_a_use_is_left_alone(cnnlint: Command, comment: str) -> None:
    Path("net.py").write_text(GOOD.rstrip("\n") + f"  {comment}\n", encoding="utf-8")
    assert cnnlint("net.py", "--ignore", "CNN301").status == 0


def test_a_comment_that_is_not_understood(cnnlint: Command) -> None:
    Path("net.py").write_text("# cnnlint: ingore[CNN103]\n" + GOOD, encoding="utf-8")
    assert "unknown directive `ingore`" in cnnlint("net.py").out


def test_add_noqa(cnnlint: Command) -> None:
    Path("net.py").write_text(BROKEN, encoding="utf-8")
    result = cnnlint("net.py", "--add-noqa")
    assert result.status == 0
    assert result.err == "Added 1 noqa directive.\n"
    assert Path("net.py").read_text(encoding="utf-8") == BROKEN.rstrip("\n") + "  # noqa: CNN103\n"
    assert cnnlint("net.py").status == 0


def test_add_noqa_to_one_that_is_there(cnnlint: Command) -> None:
    Path("net.py").write_text(BROKEN.rstrip("\n") + "  # noqa: E501\n", encoding="utf-8")
    cnnlint("net.py", "--add-noqa")
    assert Path("net.py").read_text(encoding="utf-8") == BROKEN.rstrip("\n") + "  # noqa: CNN103, E501\n"


def test_json_says_where_a_comment_can_stand(cnnlint: Command) -> None:
    Path("net.py").write_text(BROKEN.replace("model(", "model( \\\n    "), encoding="utf-8")
    (finding,) = json.loads(cnnlint("check", "--output-format", "json").out)
    assert (finding["location"]["row"], finding["noqa_row"]) == (5, 6)


def test_a_baseline_hides_what_is_agreed_on_and_only_shrinks(cnnlint: Command) -> None:
    Path("a.py").write_text(BROKEN, encoding="utf-8")
    assert "Wrote 1 finding to" in cnnlint(".", "--baseline", "agreed.json", "--write-baseline").err
    assert cnnlint(".", "--baseline", "agreed.json").status == 0
    Path("a.py").write_text("# moved down\n\n" + BROKEN, encoding="utf-8")
    assert cnnlint(".", "--baseline", "agreed.json").status == 0
    Path("b.py").write_text(BROKEN, encoding="utf-8")
    result = cnnlint(".", "--baseline", "agreed.json", "--output-format", "concise")
    assert result.status == 1
    assert "b.py:5" in result.out
    assert "a.py:7" not in result.out
    Path("a.py").write_text(GOOD, encoding="utf-8")
    assert "\nFound no longer, 1 in the baseline" in cnnlint(".", "--baseline", "agreed.json").out
    cnnlint(".", "--baseline", "agreed.json", "--write-baseline")
    (entry,) = json.loads(Path("agreed.json").read_text(encoding="utf-8"))["findings"]
    assert entry["filename"] == "b.py"


def test_a_baseline_keeps_what_is_known_of_other_files_and_tells_of_files_that_are_gone(cnnlint: Command) -> None:
    for name in ("a.py", "b.py"):
        Path(name).write_text(BROKEN, encoding="utf-8")
    cnnlint(".", "--baseline", "agreed.json", "--write-baseline")
    result = cnnlint("a.py", "--baseline", "agreed.json", "--write-baseline")
    assert "Wrote 1 finding to " in result.err
    assert "agreed.json, kept 1 of other files." in result.err
    assert cnnlint(".", "--baseline", "agreed.json").status == 0
    Path("b.py").unlink()
    result = cnnlint(".", "--baseline", "agreed.json")
    assert "Found no longer, 1 in the baseline (--write-baseline takes them out):" in result.out
    assert "Left out 1 that the baseline knows." in result.out
    assert "  b.py: CNN103 " in result.out
    cnnlint(".", "--baseline", "agreed.json", "--write-baseline")
    (entry,) = json.loads(Path("agreed.json").read_text(encoding="utf-8"))["findings"]
    assert entry["filename"] == "a.py"


def test_a_baseline_in_the_configuration_holds_from_any_folder(
    cnnlint: Command, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("cnnlint.toml").write_text('baseline = "agreed.json"\n', encoding="utf-8")
    Path("src").mkdir()
    Path("src/a.py").write_text(BROKEN, encoding="utf-8")
    cnnlint(".", "--write-baseline")
    assert cnnlint(".").status == 0
    monkeypatch.chdir(project / "src")
    assert cnnlint(".").status == 0
