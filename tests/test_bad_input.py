"""What cannot be read or was mistyped: one clear message each, an exit status, never a traceback."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import cnnlint as package
from cnnlint import evaluation
from tests.conftest import BROKEN, GOOD, Result

if TYPE_CHECKING:
    from collections.abc import Callable

    Command = Callable[..., Result]


def codes(result: Result) -> list[tuple[str, str, int]]:
    return [(each["filename"], each["code"], each["location"]["row"]) for each in json.loads(result.out)]


def test_a_file_that_does_not_parse_is_a_finding_and_the_others_are_linted(cnnlint: Command) -> None:
    Path("a.py").write_text("import torch\n\nclass Net(nn.Module:\n    pass\n", encoding="utf-8")
    Path("b.py").write_text(BROKEN, encoding="utf-8")
    result = cnnlint(".", "--output-format", "json")
    assert result.status == 1
    assert codes(result) == [("a.py", "CNN001", 3), ("b.py", "CNN103", 5)]


def test_a_file_that_is_not_utf_8(cnnlint: Command) -> None:
    Path("a.py").write_bytes(b"import torch\nname = 'gr\xf6\xdfer'\n")
    Path("b.py").write_text(BROKEN, encoding="utf-8")
    result = cnnlint(".", "--output-format", "json")
    assert result.status == 1
    assert codes(result) == [("a.py", "CNN002", 2), ("b.py", "CNN103", 5)]
    assert "utf-8" in json.loads(result.out)[0]["message"]


def test_a_notebook_that_is_none(cnnlint: Command) -> None:
    Path("a.ipynb").write_text('{"cells": [', encoding="utf-8")
    assert codes(cnnlint(".", "--output-format", "json")) == [("a.ipynb", "CNN002", 1)]


@pytest.mark.parametrize(
    "content", [b"", b"\n", b"\xef\xbb\xbf", b"# torch", b"import torch", b"\x0c\n\r\rimport torch\r"]
)
def test_files_with_next_to_nothing_in_them(cnnlint: Command, content: bytes) -> None:
    Path("net.py").write_bytes(content)
    assert cnnlint("net.py").status == 0


@pytest.mark.parametrize(
    "content",
    [
        b"import torch\x00",
        b"import torch\nx = " + b"(" * 5000,
        b"import torch\nx = " + b"-" * 100_000 + b"1",
        b"import torch\n" + b"if x:\n" * 3,
        b"# -*- coding: none-such -*-\nimport torch\n",
        b"import torch\nprint 'hello'\n",
    ],
)
def test_files_that_no_parser_survives(cnnlint: Command, content: bytes) -> None:
    Path("net.py").write_bytes(content)
    result = cnnlint("net.py", "--output-format", "json")
    assert result.status == 1
    assert codes(result)[0][1] in ("CNN001", "CNN002")


def test_a_folder_that_leads_back_into_itself(cnnlint: Command) -> None:
    Path("src").mkdir()
    Path("src/net.py").write_text(BROKEN, encoding="utf-8")
    Path("src/loop").symlink_to(Path.cwd() / "src", target_is_directory=True)
    Path("src/knot.py").symlink_to("knot.py")
    result = cnnlint(".", "--output-format", "json")
    assert codes(result) == [("src/net.py", "CNN103", 5)]


def test_a_path_that_is_not_there(cnnlint: Command) -> None:
    Path("net.py").write_text(BROKEN, encoding="utf-8")
    result = cnnlint("none.py", "net.py", "--output-format", "concise")
    assert result.status == 2
    assert result.err == "error: none.py: no such file or directory\n"
    assert "net.py:5:1: CNN103" in result.out


def test_a_broken_link(cnnlint: Command) -> None:
    Path("net.py").symlink_to("nowhere.py")
    result = cnnlint("net.py")
    assert result.status == 2
    assert result.err.startswith("error: net.py: ")


def test_a_fifo_or_a_device_is_not_waited_for(cnnlint: Command) -> None:
    os.mkfifo("pipe.py")
    assert cnnlint(".").status == 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["check", "--selct", "CNN1"], "--select"),
        (["--outputformat", "json"], "--output-format"),
        (["chek", "src"], "`chek`; did you mean `check`?"),
        (["sumary"], "`sumary`; did you mean `summary`?"),
        (["--select", "CNN10l"], "unknown rule `CNN10l`; did you mean `CNN1"),
        (["--ignore", "negative-dimensions"], "unknown rule `negative-dimensions`; did you mean `negative-dimension`?"),
        (["--per-file-ignores", "*.py"], "a pattern and a code with a colon"),
        (["--output-format", "jsn"], "'json'"),
        (["--jobs", "0"], "--jobs"),
        (["--config", "none.toml"], "cannot read none.toml: No such file or directory"),
        (["--config", "selct = ['CNN1']"], "unknown key `selct`; did you mean `select`?"),
        (["--config", "a = ["], "neither a file nor a TOML setting"),
        (["--baseline", "none.json"], "there is no baseline "),
        (["--select", "CNN9"], "the command line: unknown rule `CNN9`\n"),
        (["--ignore", "cnn103"], "the command line: unknown rule `cnn103`; did you mean `CNN103`?"),
        (["--fail-on", "never"], "--fail-on"),
        (["-", "net.py"], "`-` cannot be given together"),
        (["summary"], "TARGET"),
        (["summary", "net.py", "--input-shape", "3,x"], "expected sizes of at least 1 such as `3,224,224`"),
        (["summary", "net.py", "--input-shape", "3,0,3"], "expected sizes of at least 1"),
        (["summary", "net.py", "--arg", "10"], "such as `num_classes=10`"),
    ],
)
def test_what_was_mistyped_is_said_in_one_message(cnnlint: Command, arguments: list[str], message: str) -> None:
    Path("net.py").write_text(GOOD, encoding="utf-8")
    result = cnnlint(*arguments)
    assert (result.status, result.out) == (2, "")
    assert result.err.startswith("error: ")
    assert message in result.err
    assert result.err.count("error:") == 1


def test_a_rule_that_the_configuration_misspells_is_told_with_the_file(cnnlint: Command) -> None:
    Path("net.py").write_text(GOOD, encoding="utf-8")
    Path("cnnlint.toml").write_text('select = ["CNN1033"]\n', encoding="utf-8")
    assert cnnlint("net.py").err == "error: cnnlint.toml: unknown rule `CNN1033`; did you mean `CNN103`?\n"
    given = cnnlint("net.py", "--extend-select", "CNN9").err
    assert given.startswith(
        ("error: cnnlint.toml: unknown rule `CNN1033`", "error: the command line: unknown rule `CNN9`")
    )


def test_what_is_not_there_has_not_passed(cnnlint: Command) -> None:
    result = cnnlint("none.py")
    assert (result.status, result.out) == (2, "")
    assert result.err == "error: none.py: no such file or directory\n"
    assert json.loads(cnnlint("none.py", "--output-format", "json").out) == []


def test_a_folder_without_python_is_told(cnnlint: Command) -> None:
    result = cnnlint(".")
    assert (result.status, result.out) == (0, "All checks passed!\n")
    assert result.err == "warning: no Python files or notebooks found under the given paths\n"


def test_without_arguments_the_commands_are_shown(cnnlint: Command) -> None:
    result = cnnlint()
    assert (result.status, result.out) == (2, "")
    assert result.err.startswith("Usage: cnnlint ")


def test_a_configuration_that_cannot_be_used(cnnlint: Command) -> None:
    Path("net.py").write_text(GOOD, encoding="utf-8")
    Path("pyproject.toml").write_text("[tool.cnnlint]\nexclud = []\n", encoding="utf-8")
    result = cnnlint("net.py")
    assert result.status == 2
    assert result.err == "error: pyproject.toml: unknown key `exclud`; did you mean `exclude`?\n"
    Path("pyproject.toml").write_text('[tool.cnnlint]\nselect = ["CNN9999"]\n', encoding="utf-8")
    assert "unknown rule `CNN9999`" in cnnlint("net.py").err
    Path("pyproject.toml").write_text("[tool.cnnlint.rules.missing-normalisation]\n", encoding="utf-8")
    assert "did you mean `missing-normalization`?" in cnnlint("net.py").err
    Path("pyproject.toml").write_text("[tool.cnnlint.rules.missing-normalization]\nconvolution = 3\n", encoding="utf-8")
    assert "unknown option `convolution`; did you mean `convolutions`?" in cnnlint("net.py").err


def test_a_fault_of_our_own_costs_one_file_only(cnnlint: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    true = evaluation.evaluate

    def failing(filename: str, text: str, **options: object) -> object:
        if filename == "a.py":
            raise ZeroDivisionError("by accident")
        return true(filename, text, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(evaluation, "evaluate", failing)
    Path("a.py").write_text(GOOD, encoding="utf-8")
    Path("b.py").write_text(BROKEN, encoding="utf-8")
    result = cnnlint(".", "--output-format", "json")
    assert result.status == 2
    assert codes(result) == [("a.py", "CNN004", 1), ("b.py", "CNN103", 5)]
    assert "ZeroDivisionError: by accident" in json.loads(result.out)[0]["message"]


def test_in_python(project: Path) -> None:
    del project
    with pytest.raises(OSError, match="no such file"):
        package.lint(["none.py"])
    with pytest.raises(OSError, match="no such file"):
        package.summarize("none.py::Net")
    Path("net.py").write_text("x = 1\n", encoding="utf-8")
    with pytest.raises(LookupError, match="no model"):
        package.summarize("net.py")
    assert package.summarize("net.py::Net").error is not None
    assert [finding.code for finding in package.lint_source("import torch\nx = (", filename="net.py")] == ["CNN001"]
    assert [finding.code for finding in package.lint_source(BROKEN)] == ["CNN103"]
