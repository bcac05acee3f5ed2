"""What an editor shows of one text: findings, what mends and suppresses them, and what each line's layers give."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from cnnlint.checking import cache_of, evaluated
from cnnlint.fixing import applicable, fix_until_stable
from cnnlint.linter import Linter
from cnnlint.noqa import directives
from cnnlint.reports.summary_table import row_of
from cnnlint.settings.discovery import Resolver
from cnnlint.settings.errors import ConfigurationError
from cnnlint.sources.errors import UnreadableSource
from cnnlint.sources.text import from_text
from cnnlint.syntax.faults import SyntaxFault

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from cnnlint.finding import Finding, Fix

Row = tuple[str, str, str, str]
"""A layer's name, output shape, parameters and MACs."""
APPLICATIONS = 12
"""Applications of a line's layers that are listed; a layer in a loop has one for each turn."""


@dataclass(frozen=True)
class Analysis:
    """A text as it stands in an editor, and what is said of it; `trouble` is why nothing could be said."""

    filename: str
    text: str
    findings: tuple[Finding, ...] = ()
    trouble: str | None = None

    @cached_property
    def layers(self) -> Mapping[int, Sequence[Row]]:
        """What a summary shows of the layers that this text applies, by the row of the text; each application once."""
        found: dict[int, dict[Row, None]] = {}
        try:
            source = from_text(self.text, self.filename)
            settings = Resolver().for_path(Path(self.filename))
            models = evaluated(source, settings, cache_of(settings, cached=True)).models
        except (ConfigurationError, SyntaxFault, UnreadableSource):
            return {}
        for model in models:
            for layer in model.layers:
                if layer.place.filename == self.filename:
                    found.setdefault(layer.place.row, {})[row_of(layer, model.framework)] = None
        return {row: tuple(each) for row, each in found.items()}

    def fixes(self, row: int, end_row: int) -> Iterable[tuple[Finding, Fix]]:
        """What mends the findings of some rows."""
        for finding in self.findings:
            if finding.fix is not None and applicable(finding, unsafe=True) and self._stands(finding, row, end_row):
                yield finding, finding.fix

    def suppressions(self, row: int, end_row: int) -> Iterable[tuple[Finding, Fix]]:
        """What suppresses the findings of some rows."""
        source = from_text(self.text, self.filename)
        for finding in self.findings:
            if self._stands(finding, row, end_row):
                for fix in directives(source, [finding]):
                    yield finding, fix

    def mended(self) -> str:
        """The text after all safe fixes."""
        linter = Linter(Resolver())
        fixed = fix_until_stable(
            self.text, self.filename, lambda text: linter.check_text(text, self.filename).findings, unsafe=False
        )
        return fixed.after

    def _stands(self, finding: Finding, row: int, end_row: int) -> bool:
        place = finding.place
        return place.filename == self.filename and place.row <= end_row and row <= place.end_row


def analyse(text: str, filename: str) -> Analysis:
    """Lint a text under the settings that hold for its file."""
    try:
        resolver = Resolver()
        if resolver.for_path(Path(filename)).excludes_anywhere(Path(filename)):
            return Analysis(filename, text)
        outcome = Linter(resolver).check_text(text, filename)
    except ConfigurationError as error:
        return Analysis(filename, text, trouble=str(error))
    return Analysis(filename, text, tuple(f for f in outcome.findings if f.place.filename == filename))


def shapes_after(layers: Sequence[Row]) -> str:
    """What stands behind a line: the shape that its layer gives; an ellipsis where its turns give several."""
    shapes = {shape for _, shape, _, _ in layers}
    return f"→ {shapes.pop()}" if len(shapes) == 1 else "→ …"


def described(layers: Sequence[Row]) -> str:
    """The applications of a line's layers as a table in Markdown."""
    rows = ["| Layer | Output shape | Parameters | MACs |", "| --- | --- | ---: | ---: |"]
    rows += [f"| {name.strip()} | {shape} | {params} | {macs} |" for name, shape, params, macs in layers[:APPLICATIONS]]
    if len(layers) > APPLICATIONS:
        rows.append(f"| … {len(layers) - APPLICATIONS} more | | | |")
    return "\n".join(rows)
