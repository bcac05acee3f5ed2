"""One line for each finding: what editors and problem matchers read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.reports._text import clean, closing, location, mark, styled

if TYPE_CHECKING:
    from cnnlint.reports import Report


def render(report: Report) -> str:
    """`src/net.py:12:16: CNN102 [*] message`, then how many there are."""
    lines = []
    for finding in report.findings:
        place = styled(location(finding.place, report.sources), "bold", color=report.color)
        code = styled(finding.code, finding.severity, color=report.color)
        fix = styled(mark(finding, unsafe=report.unsafe_fixes), "fix", color=report.color)
        lines.append(f"{place}: {code} {fix}{clean(finding.message)}")
    return "\n".join([*lines, *closing(report)]) + "\n"
