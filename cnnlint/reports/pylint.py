"""pylint's parseable text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.reports._text import clean, location, relative

if TYPE_CHECKING:
    from cnnlint.reports import Report


def render(report: Report) -> str:
    """`net.py:5: [CNN101] message`."""
    lines = []
    for finding in report.findings:
        where = location(finding.place, report.sources)[len(clean(finding.place.filename)) :].rpartition(":")[0]
        lines.append(f"{clean(relative(finding.place.filename))}{where}: [{finding.code}] {clean(finding.message)}\n")
    return "".join(lines)
