"""Mutants of correct programs, mended by `--fix`: what the frameworks said before and after is recorded beside."""

from __future__ import annotations

import ast
import json
import re
from collections import Counter
from pathlib import Path

import pytest

from cnnlint import lint_source
from cnnlint.fixing import applicable
from tests.rules.mutations import FIXTURES, RECORDED, Mutant, errors, fixed, mutated, rows_changed

MUTANTS: list[Mutant] = json.loads(RECORDED.read_text(encoding="utf-8"))
README = (Path(__file__).parents[2] / "rules" / "README.md").read_text(encoding="utf-8")
GRAVE = "CNN1"
"""Codes of crashes start with this."""


def _named(mutant: Mutant) -> str:
    return f"{mutant['code']}-{mutant['program'].rpartition('/')[2]}-{mutant['mutation'][0]}"


@pytest.mark.parametrize("mutant", MUTANTS, ids=_named)
def test_a_mutant_is_mended(mutant: Mutant) -> None:
    path = FIXTURES / mutant["program"]
    text = path.read_text(encoding="utf-8")
    wrong = mutated(text, mutant["mutation"])
    found = [each for each in lint_source(wrong, filename=path.name) if each.code == mutant["code"]]
    assert found
    unsafe = mutant["applicability"] == "unsafe"
    if unsafe:
        assert not any(applicable(each, unsafe=False) for each in found)
    after = fixed(wrong, path.name, unsafe=unsafe)
    ast.parse(after)
    assert rows_changed(wrong, after) == [tuple(rows) for rows in mutant["fix"]]
    rest = lint_source(after, filename=path.name)
    assert [each.message for each in rest if each.code == mutant["code"] or applicable(each, unsafe=unsafe)] == []
    assert errors(rest) == mutant["left"]


def test_the_frameworks_take_what_is_mended() -> None:
    mended = [mutant for mutant in MUTANTS if not mutant["left"]]
    assert len(mended) >= 200
    assert {mutant["after"] for mutant in mended} == {"runs"}
    assert "runs" not in {mutant["after"] for mutant in MUTANTS if mutant["left"]}
    assert [mutant for mutant in MUTANTS if mutant["code"].startswith(GRAVE) and mutant["before"] == "runs"] == []


def test_the_table_of_mutants_is_true() -> None:
    rows = re.findall(r"^\| (CNN\d{3}) \| (?:safe|unsafe) \| (\d+) \| (\d+) \| (\d+) \|$", README, re.MULTILINE)
    assert {code: tuple(map(int, counts)) for code, *counts in rows} == table()


def table() -> dict[str, tuple[int, int, int]]:
    """For each code: how many mutants crashed, how many ran all the same, and how many still have another fault."""
    found: dict[str, Counter[str]] = {}
    for mutant in MUTANTS:
        count = found.setdefault(mutant["code"], Counter())
        count["runs" if mutant["before"] == "runs" else "crashes"] += 1
        count["left"] += bool(mutant["left"])
    return {code: (count["crashes"], count["runs"], count["left"]) for code, count in found.items()}
