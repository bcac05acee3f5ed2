"""The rules that are installed: found by the entry-point group `cnnlint.rules`, selected by prefix, documented."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import TYPE_CHECKING, Any

from cnnlint.api import Rule

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from types import ModuleType

GROUP = "cnnlint.rules"
ALL = "ALL"
HEADINGS = (
    "What it does",
    "Why is this bad?",
    "Example",
    "Use instead",
    "Fix safety",
    "Options",
    "Evidence",
    "References",
)
"""The sections of a rule's documentation, in their order."""


class RulebookError(Exception):
    """The installed rules cannot be used: none are there, one does not load, two share a code."""


class UnknownRuleError(Exception):
    """No installed rule has the code, name or prefix; `suggestion` is the nearest that one has."""

    def __init__(self, selector: str, suggestion: str | None) -> None:
        hint = f"; did you mean `{suggestion}`?" if suggestion else ""
        super().__init__(f"unknown rule `{selector}`{hint}")
        self.selector = selector
        self.suggestion = suggestion


@dataclass(frozen=True, slots=True)
class Documentation:
    """A rule's docstring, taken apart: a title, and Markdown under each heading."""

    title: str
    sections: dict[str, str]

    def blocks(self, heading: str, language: str = "python") -> list[str]:
        """The fenced code of a language under a heading."""
        found: list[str] = []
        lines: list[str] | None = None
        for line in self.sections.get(heading, "").splitlines():
            if lines is None and line == f"```{language}":
                lines = []
            elif lines is not None and line == "```":
                found.append("\n".join(lines) + "\n")
                lines = None
            elif lines is not None:
                lines.append(line)
        return found

    def as_markdown(self) -> str:
        """The title's sentence and the sections, as the rule's page shows them."""
        return "\n\n".join([self.title, *(f"## {heading}\n\n{text}" for heading, text in self.sections.items())]) + "\n"


def documentation(rule: Rule) -> Documentation:
    """The documentation of a rule; empty where Python runs without docstrings."""
    from inspect import cleandoc

    title, *rest = cleandoc(type(rule).__doc__ or "").split("\n## ")
    sections = {}
    for part in rest:
        heading, _, text = part.partition("\n")
        sections[heading.strip()] = text.strip()
    return Documentation(title.strip(), sections)


def rule_as_json(rule: Rule) -> dict[str, Any]:
    """What `cnnlint rule --output-format json` prints of a rule."""
    documented = documentation(rule)
    return {
        "code": rule.code,
        "name": rule.name,
        "summary": documented.title,
        "severity": rule.severity,
        "since": rule.since,
        "preview": rule.preview,
        "default": rule.default,
        "options": dict(rule.options),
        "explanation": documented.as_markdown(),
        "url": rule.url,
    }


class Rulebook:
    """The installed rules, in the order of their codes."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self.rules = tuple(sorted(rules, key=lambda rule: rule.code))
        self._by_selector: dict[str, Rule] = {}
        for rule in self.rules:
            for key in (rule.code, rule.name):
                if (other := self._by_selector.setdefault(key, rule)) is not rule:
                    raise RulebookError(f"the rules {type(other)!r} and {type(rule)!r} share `{key}`")

    def __iter__(self) -> Iterator[Rule]:
        return iter(self.rules)

    def __getitem__(self, key: str) -> Rule:
        """The rule with a code or a name. Raises UnknownRuleError."""
        try:
            return self._by_selector[key]
        except KeyError:
            raise self._unknown(key) from None

    def matching(self, selector: str) -> tuple[Rule, ...]:
        """The rules that a code, a name, a prefix of codes or `ALL` stands for. Raises UnknownRuleError for none."""
        if selector == ALL:
            return self.rules
        if selector in self._by_selector:
            return (self._by_selector[selector],)
        found = tuple(rule for rule in self.rules if selector and rule.code.startswith(selector))
        if not found:
            raise self._unknown(selector)
        return found

    def select(
        self,
        select: Sequence[str] | None = None,
        ignore: Sequence[str] = (),
        extend_select: Sequence[str] = (),
        extend_ignore: Sequence[str] = (),
        *,
        preview: bool = False,
    ) -> tuple[Rule, ...]:
        """The rules that are on: as in ruff, the longer selector wins, and of equal ones the one that ignores.

        `select` None means the rules that are on by default. Rules in preview need `preview`. Raises UnknownRuleError.
        """
        chosen = set() if select is not None else {rule.code for rule in self.rules if rule.default}
        wanted = [(selector, True) for selector in (*(select or ()), *extend_select)]
        unwanted = [(selector, False) for selector in (*ignore, *extend_ignore)]
        for selector, on in sorted(wanted + unwanted, key=lambda item: (self._weight(item[0]), not item[1])):
            codes = {rule.code for rule in self.matching(selector)}
            chosen = chosen | codes if on else chosen - codes
        return tuple(rule for rule in self.rules if rule.code in chosen and (preview or not rule.preview))

    def _weight(self, selector: str) -> int:
        if selector == ALL:
            return 0
        rule = self._by_selector.get(selector)
        return len(rule.code) if rule is not None else len(selector)

    def _unknown(self, selector: str) -> UnknownRuleError:
        from difflib import get_close_matches

        near = get_close_matches(selector, list(self._by_selector), n=5)
        # Of codes, one of the same hundred, or one that differs in a letter: others are not what was meant.
        alike = [code for code in near if code[:4] == selector[:4]]
        cutoff = 0.82 if selector[-1:].isdigit() else 0.6
        near = alike or get_close_matches(selector, near, n=1, cutoff=cutoff)
        if not near:
            folded = {key.casefold(): key for key in self._by_selector}
            near = [folded[key] for key in get_close_matches(selector.casefold(), list(folded), n=1, cutoff=cutoff)]
        return UnknownRuleError(selector, near[0] if near else None)


@cache
def load() -> Rulebook:
    """The rules of every installed package that names itself under the group. Raises RulebookError."""
    rules: list[Rule] = []
    for prefix, package in sorted(installed()):
        try:
            found = list(_rules_of(import_module(package)))
        except Exception as error:  # a plugin may raise anything while it is imported
            raise RulebookError(f"the rules of `{package}` do not load: {error}") from error
        for rule in found:
            if not rule.code.startswith(prefix):
                raise RulebookError(f"`{package}` owns the codes `{prefix}…` but has a rule `{rule.code}`")
        rules += found
    if not rules:
        raise RulebookError("no rules are installed: install cnnlint as a package, `pip install -e .` in a checkout")
    return Rulebook(rules)


def installed() -> set[tuple[str, str]]:
    """The group's names and values, read from the installed metadata.

    `importlib.metadata` gives the same, but importing it takes longer than linting a file does. It is asked where the
    files on the path hold none, such as in a zip archive.
    """
    found: set[tuple[str, str]] = set()
    for folder in sys.path:
        with suppress(OSError), os.scandir(folder or ".") as entries:
            for entry in entries:
                if entry.name.endswith((".dist-info", ".egg-info")):
                    found |= _read_group(Path(entry.path, "entry_points.txt"))
    if not found:
        from importlib.metadata import entry_points

        found = {(point.name, point.value) for point in entry_points(group=GROUP)}
    return found


def _read_group(path: Path) -> set[tuple[str, str]]:
    try:
        text = path.read_text(encoding="utf-8")
    except OSError:
        return set()
    group = text.partition(f"[{GROUP}]")[2].partition("\n[")[0]
    pairs = (line.partition("=") for line in group.splitlines())
    return {(name.strip(), value.strip()) for name, sign, value in pairs if sign}


def _rules_of(package: ModuleType) -> Iterator[Rule]:
    """One object of each rule class that the package's modules define; a module named `_…` holds none."""
    names = [found.name for found in iter_modules(getattr(package, "__path__", ())) if not found.name.startswith("_")]
    for module in (package, *(import_module(f"{package.__name__}.{name}") for name in names)):
        for value in list(vars(module).values()):
            if isinstance(value, type) and issubclass(value, Rule) and value.__module__ == module.__name__:
                yield value()
