"""Logging commands of Azure Pipelines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.finding import row_in_cell
from cnnlint.reports._text import relative

if TYPE_CHECKING:
    from cnnlint.reports import Report

LEVELS = {"error": "error", "warning": "warning", "info": "warning"}


def render(report: Report) -> str:
    """A command for each finding."""
    lines = []
    for finding in report.findings:
        place = finding.place
        row = row_in_cell(report.sources(place.filename), place.row)
        lines.append(
            f"##vso[task.logissue type={LEVELS[finding.severity]};sourcepath={_property(relative(place.filename))};"
            f"linenumber={row};columnnumber={place.column};code={finding.code};]{_data(finding.message)}\n"
        )
    return "".join(lines)


def _data(text: str) -> str:
    return text.replace("%", "%AZP25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace("]", "%5D").replace(";", "%3B")
