"""What the README shows is what happens."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from cnnlint import rulebook
from cnnlint.judging import Judge
from cnnlint.settings.discovery import parse_toml
from cnnlint.settings.layer import read_layer
from cnnlint.settings.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest

    from tests.conftest import Result

    Command = Callable[..., Result]

TREE = Path(__file__).parent.parent
README = (TREE / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w*)\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


def blocks(language: str) -> list[str]:
    return [text for name, text in BLOCKS if name == language]


def test_the_finding_is_a_real_one(cnnlint: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(TREE)
    (shown,) = blocks("")
    assert shown in cnnlint("check", "fixtures/faulty/feature_mismatch.py", "--no-cache").out


def test_the_summary_is_a_real_one(cnnlint: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(TREE)
    shown = next(text for text in blocks("console") if text.startswith("$ cnnlint summary "))
    command, *lines = shown.splitlines()
    out = cnnlint("summary", command.split()[-1], "--no-cache").out.splitlines()
    assert [line for line in lines if line not in out] == ["..."]


def test_the_configuration_is_taken(tmp_path: Path) -> None:
    (text,) = blocks("toml")
    layer = read_layer(parse_toml(text)["tool"]["cnnlint"], tmp_path, "pyproject.toml")
    settings = Settings.of_layer(layer, tmp_path, None)
    judge = Judge(rulebook.load(), settings)
    assert "CNN305" in judge.codes
    assert settings.for_model(tmp_path / "src/nets/a.py", "TinyNet").budget.weights == 256 * 1024


def test_the_hook_is_there() -> None:
    hooks = (TREE / ".pre-commit-hooks.yaml").read_text(encoding="utf-8")
    for name in re.findall(r"- id: (\S+)", README):
        assert f"- id: {name}\n" in hooks


def test_the_test_command_is_what_ci_runs() -> None:
    script = (TREE / ".ci" / "run").read_text(encoding="utf-8")
    command = next(text for text in blocks("console") if "pytest" in text)
    assert "install -q '.[test]'" in command
    assert "install -q '.[test]'" in script


def test_options_and_codes_that_are_named_exist(cnnlint: Command) -> None:
    known = cnnlint("check", "--help").out + cnnlint("summary", "--help").out + cnnlint("rule", "--help").out
    for option in set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", README)):
        assert re.search(rf"(?<![\w-]){option}(?![\w-])", known), option
    codes = {rule.code for rule in rulebook.load()}
    assert set(re.findall(r"CNN\d{3}", README)) <= codes
