"""SARIF 2.1.0, as GitHub's code scanning takes it: relative paths, one line for each region, fingerprints."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cnnlint.finding import fingerprints, row_in_cell
from cnnlint.reports._text import relative

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cnnlint.finding import Finding, Fix, Sources
    from cnnlint.model import Place, Related
    from cnnlint.reports import Report

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
LEVELS = {"error": "error", "warning": "warning", "info": "note"}
PROBLEMS = {"error": "error", "warning": "warning", "info": "recommendation"}
PRECISIONS = {"error": "very-high", "warning": "high", "info": "medium"}
MOST_RESULTS = 25_000
MOST_PLACES = 100
LONGEST = 1024
"""Limits of GitHub: results of a run, places of a result that are kept, characters of a rule's descriptions."""
ROOT = "%SRCROOT%"


def render(report: Report) -> str:
    """One run with the rules that have something to say, and what they say."""
    from cnnlint.version import VERSION

    findings = report.findings[:MOST_RESULTS]
    codes = sorted({finding.code for finding in findings})
    named = {finding.code: finding for finding in findings}
    driver = {
        "name": "cnnlint",
        "semanticVersion": VERSION,
        "rules": [_rule(named[code]) for code in codes],
    }
    names = fingerprints(findings, report.sources)
    run = {
        "tool": {"driver": driver},
        "automationDetails": {"id": "cnnlint/"},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {ROOT: {"description": {"text": "The root of the repository."}}},
        "results": [
            _result(finding, codes.index(finding.code), name, report.sources)
            for finding, name in zip(findings, names, strict=True)
        ],
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2, ensure_ascii=False) + "\n"


def _rule(finding: Finding) -> dict[str, Any]:
    summary, page = _documented(finding)
    return {
        "id": finding.code,
        "name": finding.name,
        "shortDescription": {"text": summary[:LONGEST]},
        "fullDescription": {"text": summary[:LONGEST]},
        "help": {"text": page, "markdown": page},
        "defaultConfiguration": {"level": LEVELS[finding.severity]},
        "properties": {
            "tags": ["neural-network", finding.code[:4]],
            "precision": PRECISIONS[finding.severity],
            "problem.severity": PROBLEMS[finding.severity],
        },
        **({"helpUri": finding.url} if finding.url else {}),
    }


def _documented(finding: Finding) -> tuple[str, str]:
    """A rule's summary and page; its name where it is not installed any more."""
    from cnnlint.rulebook import RulebookError, UnknownRuleError, documentation, load

    try:
        found = documentation(load()[finding.code])
    except (RulebookError, UnknownRuleError):
        return finding.name, finding.name
    return found.title or finding.name, found.as_markdown() if found.title else finding.name


def _result(finding: Finding, index: int, fingerprint: str, sources: Sources) -> dict[str, Any]:
    lines = [finding.message, *(f"note: {note}" for note in finding.notes)]
    if finding.help:
        lines.append(f"help: {finding.help}")
    return {
        "ruleId": finding.code,
        "ruleIndex": index,
        "level": LEVELS[finding.severity],
        "message": {"text": "\n".join(lines)},
        "locations": [{"physicalLocation": _physical(finding.place, sources)}],
        "partialFingerprints": {"primaryLocationLineHash": f"{fingerprint[:16]}:1"},
        **_if("relatedLocations", _related(finding.related[:MOST_PLACES], sources)),
        **_if("fixes", [_fix(finding.fix, sources)] if finding.fix and finding.fix.applicability != "display" else []),
    }


def _if(key: str, values: list[dict[str, Any]]) -> dict[str, Any]:
    return {key: values} if values else {}


def _related(related: Iterable[Related], sources: Sources) -> list[dict[str, Any]]:
    return [
        {"id": number, "message": {"text": each.message}, "physicalLocation": _physical(each.place, sources)}
        for number, each in enumerate(related, start=1)
    ]


def _fix(fix: Fix, sources: Sources) -> dict[str, Any]:
    changes = [
        {
            "artifactLocation": _artifact(edit.place.filename),
            "replacements": [
                {"deletedRegion": _region(edit.place, sources), "insertedContent": {"text": edit.content}}
            ],
        }
        for edit in fix.edits
    ]
    return {"description": {"text": fix.message}, "artifactChanges": changes}


def _physical(place: Place, sources: Sources) -> dict[str, Any]:
    return {"artifactLocation": _artifact(place.filename), "region": _first_line(place, sources)}


def _artifact(filename: str) -> dict[str, str]:
    from urllib.parse import quote

    path = relative(filename)
    if Path(path).is_absolute() or path.startswith("../"):
        return {"uri": Path(filename).resolve().as_uri()}
    return {"uri": quote(path), "uriBaseId": ROOT}


def _first_line(place: Place, sources: Sources) -> dict[str, int]:
    """An alert is shown in a pull request only if all its lines changed: so its first line stands for it."""
    region = _region(place, sources)
    if place.end_row > place.row:
        source = sources(place.filename)
        width = len(source.line(place.row).rstrip()) if source is not None else 0
        region |= {"endLine": region["startLine"], "endColumn": max(place.column + 1, width + 1)}
    return region


def _region(place: Place, sources: Sources) -> dict[str, int]:
    source = sources(place.filename)
    return {
        "startLine": row_in_cell(source, place.row),
        "startColumn": place.column,
        "endLine": row_in_cell(source, place.end_row),
        "endColumn": place.end_column,
    }
