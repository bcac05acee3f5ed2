"""Asks the rules that are on what they have to say about a file's evaluation."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cnnlint.api import Budget, Context, Rule
from cnnlint.rulebook import UnknownRuleError
from cnnlint.settings.errors import ConfigurationError, did_you_mean, shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from cnnlint.api import Finding, Severity, Sources
    from cnnlint.model import Evaluation, Model, Place
    from cnnlint.rulebook import Rulebook
    from cnnlint.settings.settings import Settings
    from cnnlint.unjudged import Unjudged


class Judge:
    """The rules as one configuration wants them. Raises ConfigurationError where it names what is not there."""

    def __init__(self, book: Rulebook, settings: Settings) -> None:
        self.book = book
        self.settings = settings
        try:
            self.rules = book.select(
                settings.select,
                settings.ignore,
                settings.extend_select,
                settings.extend_ignore,
                preview=settings.preview,
            )
            self.severities = _severities(book, settings.severity)
            self.mended = _codes(book, ("ALL",) if settings.fixable is None else settings.fixable)
            self.mended -= _codes(book, settings.unfixable)
            self.ignores = {
                selector: frozenset(rule.code for rule in book.matching(selector))
                for *_, selectors in (*settings.per_file_ignores, *settings.extend_per_file_ignores)
                for selector in selectors
            }
        except UnknownRuleError as error:
            given = error.selector in settings.given or settings.source is None
            where = "the command line" if given or settings.source is None else shown(settings.source)
            raise ConfigurationError(f"{where}: {error}") from None
        _check_options(book, settings)
        self.codes = frozenset(rule.code for rule in self.rules)
        self._models = [rule for rule in self.rules if type(rule).check_model is not Rule.check_model]
        self._uses = [rule for rule in self.rules if type(rule).check_use is not Rule.check_use]
        self._faults: dict[str, list[Rule]] = {}
        for rule in self.rules:
            for kind in rule.kinds:
                self._faults.setdefault(kind, []).append(rule)

    def codes_for(self, path: Path) -> frozenset[str]:
        """The codes of the rules that are asked of a file."""
        return self.codes.difference(*(self.ignores[selector] for selector in self.settings.ignored_for(path)))

    def codes_for_name(self, filename: str) -> frozenset[str]:
        """The same for a name that may be relative."""
        return self.codes_for(Path(filename).absolute())

    def findings(self, evaluation: Evaluation, path: Path, sources: Sources) -> list[Finding]:
        """What the rules say about a file's faults and models."""
        codes = self.codes_for(path)
        context = Context(options=self.settings.rules, sources=sources)
        found: list[Finding] = []
        for fault in evaluation.faults:
            for rule in self._faults.get(fault.kind, ()):
                if rule.code in codes:
                    found += rule.check_fault(fault, context)
        for use in evaluation.uses:
            for rule in self._uses:
                if rule.code in codes:
                    found += rule.check_use(use, context)
        for model in evaluation.models:
            found += self._about(model, path, codes, context)
        return [self.graded(finding) for finding in found]

    def unjudged(self, model: Model, path: Path, findings: Iterable[Finding]) -> Unjudged | None:
        """Which budgets the rules could not judge, for the reader; `findings` may be about other models too."""
        budget = self.settings.for_model(path, model.name).budget
        if budget == Budget():
            return None
        from cnnlint.unjudged import unjudged

        own = [finding for finding in findings if finding.model == model.name]
        return unjudged(model, budget, own, self.codes_for(path))

    def _about(self, model: Model, path: Path, codes: frozenset[str], context: Context) -> Iterator[Finding]:
        if model.error is not None:
            return
        context = replace(context, budget=self.settings.for_model(path, model.name).budget)
        for rule in self._models:
            if rule.code in codes:
                yield from rule.check_model(model, context)

    def say(self, code: str, message: str, place: Place, **more: Any) -> Finding:
        """A finding about the run itself, which no rule's check makes."""
        return self.graded(self.book[code].finding(message, place, **more))

    def graded(self, finding: Finding) -> Finding:
        """The finding with the severity that its rule is given; a fix that is not wanted is only shown."""
        severity = self.severities.get(finding.code)
        if severity is not None:
            finding = replace(finding, severity=severity)
        if finding.fix is not None and finding.code not in self.mended:
            finding = replace(finding, fix=replace(finding.fix, applicability="display"))
        return finding


def _codes(book: Rulebook, selectors: Iterable[str]) -> set[str]:
    return {rule.code for selector in selectors for rule in book.matching(selector)}


def _severities(book: Rulebook, wanted: Mapping[str, Severity]) -> dict[str, Severity]:
    """The severity of each code that the configuration changes; of several selectors the narrowest wins."""
    matching = {selector: [rule.code for rule in book.matching(selector)] for selector in wanted}
    found: dict[str, Severity] = {}
    for selector in sorted(matching, key=lambda selector: -len(matching[selector])):
        found.update(dict.fromkeys(matching[selector], wanted[selector]))
    return found


def _check_options(book: Rulebook, settings: Settings) -> None:
    """Whether the options of rules are there and of the right type."""
    with_options = {rule.name: rule.options for rule in book if rule.options}
    for name, options in settings.rules.items():
        where = "--config" if settings.source is None else shown(settings.source)
        if name not in with_options:
            hint = did_you_mean(name, with_options)
            raise ConfigurationError(f"{where}: `rules`: `{name}` is no rule with options{hint}")
        _check_table(options, with_options[name], where, f"rules.{name}")


def _check_table(options: Mapping[str, Any], defaults: Mapping[str, Any], where: str, path: str) -> None:
    for key, value in options.items():
        if key not in defaults:
            raise ConfigurationError(f"{where}: `{path}`: unknown option `{key}`{did_you_mean(key, defaults)}")
        kinds: Iterable[type] = (int, float) if type(defaults[key]) is float else (type(defaults[key]),)
        if type(value) not in kinds:
            raise ConfigurationError(
                f"{where}: `{path}.{key}`: expected a value such as {defaults[key]!r}, not {value!r}"
            )
