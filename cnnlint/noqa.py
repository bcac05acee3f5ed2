"""Puts `# noqa: CODE` on the lines that have findings (`--add-noqa`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.finding import Edit, Fix
from cnnlint.model import Place

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cnnlint.finding import Finding
    from cnnlint.sources.text import SourceText

ABOUT_FILES = ("CNN001", "CNN002")
"""Codes that no comment helps against: the file was not read."""


def directives(source: SourceText, findings: Iterable[Finding]) -> list[Fix]:
    """A change for each row that needs a comment."""
    rows: dict[int, set[str]] = {}
    for finding in findings:
        if finding.place.filename == source.filename and finding.code not in ABOUT_FILES:
            rows.setdefault(source.noqa_row(finding.place.row), set()).add(finding.code)
    return [_directive(source, row, codes) for row, codes in sorted(rows.items())]


def _directive(source: SourceText, row: int, codes: set[str]) -> Fix:
    line = source.line(row)
    known = next((each for each in source.suppressions if each.row == row and each.kind == "noqa" and each.codes), None)
    if known is not None:
        start, end = known.column, known.end_column
        codes = codes | set(known.codes)
        text = f"# noqa: {', '.join(sorted(codes))}"
    else:
        start, end = len(line.rstrip()) + 1, len(line) + 1
        text = f"  # noqa: {', '.join(sorted(codes))}"
    return Fix("safe", "suppress", (Edit(text, Place(source.filename, row, start, row, end)),))
