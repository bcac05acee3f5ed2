"""Each rule's documentation is complete, and its examples are true: the wrong one is found, the right one is silent."""

from __future__ import annotations

from pathlib import Path

import pytest

import cnnlint
from cnnlint import rulebook
from cnnlint.api import Rule
from cnnlint.model import FAULT_KINDS

BOOK = rulebook.load()
RULES = Path(__file__).parents[2] / "rules"
OWN = [rule for rule in BOOK if rule.code.startswith("CNN")]


def _blocks(heading: str) -> list[tuple[Rule, str]]:
    return [(rule, block) for rule in OWN for block in rulebook.documentation(rule).blocks(heading)]


def _named(value: object) -> str | None:
    if isinstance(value, Rule):
        return value.code
    return ("torch" if "torch" in value else "keras") if isinstance(value, str) else None


def lint(rule: Rule, code: str, folder: Path) -> list[str]:
    """The codes of what all rules say about an example, under the configuration that the documentation shows."""
    tables = "\n".join(rulebook.documentation(rule).blocks("Example", "toml"))
    (folder / "pyproject.toml").write_text(f'[tool.cnnlint]\nselect = ["ALL"]\n{tables}', encoding="utf-8")
    return [finding.code for finding in cnnlint.lint_source(code, filename=str(folder / "net.py"))]


@pytest.mark.parametrize(("rule", "code"), _blocks("Example"), ids=_named)
def test_wrong_example_is_found(rule: Rule, code: str, tmp_path: Path) -> None:
    assert rule.code in lint(rule, code, tmp_path)


@pytest.mark.parametrize(("rule", "code"), _blocks("Use instead"), ids=_named)
def test_right_example_is_silent_under_all_rules(rule: Rule, code: str, tmp_path: Path) -> None:
    assert lint(rule, code, tmp_path) == []


@pytest.mark.parametrize("rule", OWN, ids=_named)
def test_sections_are_those_that_every_page_has(rule: Rule) -> None:
    documented = rulebook.documentation(rule)
    assert documented.title.endswith(".")
    assert "\n" not in documented.title
    assert [heading for heading in rulebook.HEADINGS if heading in documented.sections] == list(documented.sections)
    assert {"What it does", "Why is this bad?", "Example", "Use instead"} <= documented.sections.keys()
    assert "Evidence" in documented.sections or rule.code.startswith("CNN0")
    assert all(documented.sections.values())


@pytest.mark.parametrize("rule", OWN, ids=_named)
def test_options_are_documented(rule: Rule) -> None:
    options = rulebook.documentation(rule).sections.get("Options", "")
    for name in rule.options:
        assert f"`{name}`" in options
    assert not rule.options or f"[tool.cnnlint.rules.{rule.name}]" in options


@pytest.mark.parametrize("rule", OWN, ids=_named)
def test_a_rule_with_a_fix_says_how_safe_it_is(rule: Rule) -> None:
    repairs = type(rule).fix is not Rule.fix
    assert not repairs or "Fix safety" in rulebook.documentation(rule).sections


def test_each_rule_has_a_file_of_its_own_name() -> None:
    expected = {f"{rule.code.lower()}_{rule.name.replace('-', '_')}.py" for rule in OWN}
    assert {path.name for path in RULES.glob("[!_]*.py")} == expected


def test_the_table_of_what_is_met_names_every_rule_as_it_is() -> None:
    text = (RULES / "README.md").read_text(encoding="utf-8").partition("# Data, labels and losses")[0]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if "| CNN" in line]
    told: dict[str, set[tuple[str, str]]] = {}
    for _, _, codes, states, severities, _ in (row for row in rows if len(row) == 6):
        names = codes.split(", ")
        for code, state, severity in zip(names, _spread(states, names), _spread(severities, names), strict=True):
            told.setdefault(code, set()).add((state, severity))
    judging = {rule.code: rule for rule in OWN if not rule.code.startswith("CNN0")}
    assert told.keys() == judging.keys()
    for code, rule in judging.items():
        state = "if set" if code.startswith("CNN2") else "on" if rule.default else "off"
        assert told[code] == {(state, rule.severity)}, code


def _spread(cell: str, names: list[str]) -> list[str]:
    """One word for each of the names: a single one stands for all."""
    words = cell.split(", ")
    return words * len(names) if len(words) == 1 else words


def test_each_kind_of_fault_has_exactly_one_rule() -> None:
    assert sorted(kind for rule in OWN for kind in rule.kinds) == sorted(FAULT_KINDS)


def test_rules_import_the_api_and_nothing_else_of_cnnlint() -> None:
    for path in RULES.glob("*.py"):
        for line in path.read_text(encoding="utf-8").splitlines():
            assert (
                not line.lstrip().startswith(("from cnnlint.", "import cnnlint")) or "from cnnlint.api import" in line
            )


def test_page_of_a_rule() -> None:
    page = rulebook.documentation(BOOK["CNN101"]).as_markdown()
    assert page.startswith("A convolution or pooling leaves a size of zero or less.\n\n## What it does\n")
    assert "## Use instead" in page


def test_rule_as_json() -> None:
    found = rulebook.rule_as_json(BOOK["missing-normalization"])
    assert found["code"] == "CNN301"
    assert found["options"] == {"convolutions": 5}
    assert found["summary"] == "A deep stack of convolutions has no normalization anywhere on its path."
    assert found["default"] is True
