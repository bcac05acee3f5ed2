"""Workflow commands of GitHub Actions: annotations in a pull request.

GitHub shows some ten of each level for a step and fifty for a job; the others stay in the log.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.finding import source_cell
from cnnlint.reports._text import location, relative

if TYPE_CHECKING:
    from cnnlint.finding import Finding
    from cnnlint.reports import Report

LEVELS = {"error": "error", "warning": "warning", "info": "notice"}


def render(report: Report) -> str:
    """A command for each finding."""
    return "".join(_command(finding, report) + "\n" for finding in report.findings)


def _command(finding: Finding, report: Report) -> str:
    place = finding.place
    properties = {"title": f"cnnlint ({finding.code})", "file": relative(place.filename)}
    if source_cell(report.sources(place.filename), place.row) is None:
        properties |= {"line": str(place.row), "col": str(place.column)}
        if place.end_row == place.row:
            properties |= {"endLine": str(place.end_row), "endColumn": str(place.end_column)}
        else:
            # A column is taken for one of the first line, so that several lines are marked whole.
            del properties["col"]
            properties["endLine"] = str(place.end_row)
    said = f"{location(place, report.sources)}: {finding.code} {finding.message}"
    lines = [said, *(f"note: {note}" for note in finding.notes), *([f"help: {finding.help}"] if finding.help else [])]
    listed = ",".join(f"{key}={_property(value)}" for key, value in properties.items())
    return f"::{LEVELS[finding.severity]} {listed}::{_data(chr(10).join(lines))}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
