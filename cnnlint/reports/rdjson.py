"""reviewdog's diagnostic format: columns count UTF-8 bytes, an end is exclusive."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from cnnlint.finding import Edit, row_in_cell, source_cell
from cnnlint.model import Place
from cnnlint.reports._text import relative

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnnlint.finding import Finding, Sources, SourceText
    from cnnlint.reports import Report

LEVELS = {"error": "ERROR", "warning": "WARNING", "info": "INFO"}


def render(report: Report) -> str:
    """One object with all diagnostics."""
    severity = LEVELS[report.findings[0].severity] if len({f.severity for f in report.findings}) == 1 else "WARNING"
    found = {
        "source": {"name": "cnnlint"},
        "severity": severity,
        "diagnostics": [_diagnostic(finding, report) for finding in report.findings],
    }
    return json.dumps(found, indent=2, ensure_ascii=False) + "\n"


def _diagnostic(finding: Finding, report: Report) -> dict[str, Any]:
    code = {"value": finding.code, **({"url": finding.url} if finding.url else {})}
    lines = [finding.message, *(f"note: {note}" for note in finding.notes)]
    if finding.help:
        lines.append(f"help: {finding.help}")
    made: dict[str, Any] = {
        "message": "\n".join(lines),
        "severity": LEVELS[finding.severity],
        "code": code,
        "location": _location(finding.place, report.sources),
    }
    if finding.related:
        made["related_locations"] = [
            {"message": related.message, "location": _location(related.place, report.sources)}
            for related in finding.related
        ]
    if finding.fix is not None and finding.fix.applicability != "display":
        made["suggestions"] = [
            {"range": _range(edit.place, report.sources), "text": edit.content}
            for edit in _joined(finding.fix.edits, report.sources)
        ]
    return made


def _joined(edits: Sequence[Edit], sources: Sources) -> Sequence[Edit]:
    """One edit in place of several of a file: each suggestion is taken for itself, one alone would be half a fix."""
    ordered = sorted(edits, key=lambda edit: (edit.place.row, edit.place.column))
    names = {edit.place.filename for edit in ordered}
    source = sources(ordered[0].place.filename) if len(names) == 1 and len(ordered) > 1 else None
    if source is None:
        return edits
    first, last = ordered[0].place, ordered[-1].place
    if source.cell(first.row) is not None and source_cell(source, first.row) != source_cell(source, last.row):
        return edits
    text = ordered[0].content
    for before, edit in pairwise(ordered):
        text += _between(before.place, edit.place, source) + edit.content
    return [Edit(text, Place(first.filename, first.row, first.column, last.end_row, last.end_column))]


def _between(before: Place, after: Place, source: SourceText) -> str:
    """The text from the end of one place to the start of another."""
    if before.end_row == after.row:
        return source.line(after.row)[before.end_column - 1 : after.column - 1]
    rows = [source.line(row) for row in range(before.end_row, after.row + 1)]
    return "\n".join([rows[0][before.end_column - 1 :], *rows[1:-1], rows[-1][: after.column - 1]])


def _location(place: Place, sources: Sources) -> dict[str, Any]:
    return {"path": relative(place.filename), "range": _range(place, sources)}


def _range(place: Place, sources: Sources) -> dict[str, Any]:
    source = sources(place.filename)

    def position(row: int, column: int) -> dict[str, int]:
        line = "" if source is None else source.line(row)
        # Where the text is not at hand the line is taken for ASCII.
        before = line[: column - 1].encode("utf-8", "surrogatepass")
        missing = max(0, column - 1 - len(line))
        return {"line": row_in_cell(source, row), "column": len(before) + missing + 1}

    return {"start": position(place.row, place.column), "end": position(place.end_row, place.end_column)}
