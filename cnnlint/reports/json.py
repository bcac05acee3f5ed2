"""Findings for programs, with ruff's field names."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cnnlint.reports import Report


def render(report: Report) -> str:
    """A list of objects."""
    found = [finding.as_json(report.sources) for finding in report.findings]
    return json.dumps(found, indent=2, ensure_ascii=False) + "\n"


def render_lines(report: Report) -> str:
    """An object on each line; nothing where there are none."""
    found = (finding.as_json(report.sources) for finding in report.findings)
    return "".join(json.dumps(each, ensure_ascii=False, separators=(",", ":")) + "\n" for each in found)
