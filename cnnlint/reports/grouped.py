"""The findings under the file that they are in."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from cnnlint.reports._text import clean, closing, location, mark, styled

if TYPE_CHECKING:
    from cnnlint.finding import Finding
    from cnnlint.reports import Report


def render(report: Report) -> str:
    """A heading for each file, and its findings with their places aligned below."""
    lines: list[str] = []
    for filename, group in groupby(report.findings, key=lambda finding: finding.place.filename):
        lines += [f"{styled(clean(filename), 'bold', color=report.color)}:", *_rows(filename, list(group), report), ""]
    return "\n".join([*lines, *closing(report)]) + "\n"


def _rows(filename: str, findings: list[Finding], report: Report) -> list[str]:
    skip = len(clean(filename)) + 1
    places = [location(finding.place, report.sources)[skip:] for finding in findings]
    width = max(map(len, places))
    return [
        f"  {place:<{width}} {styled(finding.code, finding.severity, color=report.color)} "
        f"{styled(mark(finding, unsafe=report.unsafe_fixes), 'fix', color=report.color)}{clean(finding.message)}"
        for place, finding in zip(places, findings, strict=True)
    ]
