"""GitLab's Code Quality report."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from cnnlint.finding import fingerprints, row_in_cell
from cnnlint.reports._text import relative

if TYPE_CHECKING:
    from cnnlint.reports import Report

LEVELS = {"error": "major", "warning": "minor", "info": "info"}


def render(report: Report) -> str:
    """A list of issues, each with a fingerprint that survives its line being moved."""
    names = fingerprints(report.findings, report.sources)
    issues = []
    for finding, name in zip(report.findings, names, strict=True):
        source = report.sources(finding.place.filename)
        begin, end = (row_in_cell(source, row) for row in (finding.place.row, finding.place.end_row))
        issues.append(
            {
                "check_name": finding.code,
                "description": f"{finding.code}: {finding.message}",
                "severity": LEVELS[finding.severity],
                "fingerprint": name,
                "location": {
                    "path": relative(finding.place.filename),
                    "positions": {
                        "begin": {"line": begin, "column": finding.place.column},
                        "end": {"line": end, "column": finding.place.end_column},
                    },
                },
            }
        )
    return json.dumps(issues, indent=2, ensure_ascii=False) + "\n"
