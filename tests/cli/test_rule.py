"""`cnnlint rule`: each rule's documentation."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from cnnlint import rulebook

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import Result

    Command = Callable[..., Result]


def test_a_rule_is_explained(cnnlint: Command) -> None:
    result = cnnlint("rule", "CNN101")
    assert result.status == 0
    assert result.out.startswith("# negative-dimension (CNN101)\n")
    for heading in ("What it does", "Why is this bad?", "Example", "Use instead"):
        assert f"\n## {heading}\n" in result.out
    assert cnnlint("rule", "negative-dimension") == result


def test_a_rule_in_json(cnnlint: Command) -> None:
    table = json.loads(cnnlint("rule", "CNN101", "--output-format", "json").out)
    assert (table["code"], table["name"], table["severity"]) == ("CNN101", "negative-dimension", "error")
    assert "## What it does" in table["explanation"]


def test_all_rules(cnnlint: Command) -> None:
    tables = json.loads(cnnlint("rule", "--all", "--output-format", "json").out)
    assert [table["code"] for table in tables] == [rule.code for rule in rulebook.load()]
    assert cnnlint("rule", "--all").out.count("\n## Why is this bad?\n") == len(tables)


def test_what_is_not_there(cnnlint: Command) -> None:
    result = cnnlint("rule", "CNN1O1")
    assert result.status == 2
    assert result.err.startswith("error: unknown rule `CNN1O1`; did you mean `CNN1")
    assert cnnlint("rule").status == 2
