"""JUnit's XML: each finding is a failed test, each clean file a passed one."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

from cnnlint.finding import row_in_cell
from cnnlint.reports._text import clean, location, relative

if TYPE_CHECKING:
    from cnnlint.finding import Finding
    from cnnlint.reports import Report


def render(report: Report) -> str:
    """A suite for each file; one that passes where there is no file at all, or CI would find no tests."""
    groups = {name: list(group) for name, group in groupby(report.findings, key=lambda finding: finding.place.filename)}
    names = sorted({*groups, *report.files})
    suites = [suite for name in names for suite in _suite(name, groups.get(name, []), report)]
    tests = sum(max(1, len(groups.get(name, []))) for name in names)
    if not names:
        suites, tests = _passed("cnnlint"), 1
    head = f'<testsuites name="cnnlint" tests="{tests}" failures="{len(report.findings)}" errors="0">'
    return "\n".join(['<?xml version="1.0" encoding="UTF-8"?>', head, *suites, "</testsuites>"]) + "\n"


def _suite(name: str, findings: list[Finding], report: Report) -> list[str]:
    if not findings:
        return _passed(relative(name))
    number = len(findings)
    return [
        f'  <testsuite name={_quoted(relative(name))} tests="{number}" failures="{number}" errors="0">',
        *(line for finding in findings for line in _case(finding, report)),
        "  </testsuite>",
    ]


def _passed(name: str) -> list[str]:
    return [
        f'  <testsuite name={_quoted(name)} tests="1" failures="0" errors="0">',
        f'    <testcase name="cnnlint" classname={_quoted(_classname(name))}/>',
        "  </testsuite>",
    ]


def _case(finding: Finding, report: Report) -> list[str]:
    place = finding.place
    row = row_in_cell(report.sources(place.filename), place.row)
    path = relative(place.filename)
    lines = [f"{location(place, report.sources)}: {finding.code} {finding.message}"]
    lines += [f"note: {note}" for note in finding.notes]
    if finding.help:
        lines.append(f"help: {finding.help}")
    text = escape(_clean("\n".join(lines)))
    where = f'classname={_quoted(_classname(path))} file={_quoted(path)} line="{row}"'
    return [
        f'    <testcase name="cnnlint.{finding.code}" {where}>',
        f'      <failure message={_quoted(finding.message)} type="{finding.severity}">{text}</failure>',
        "    </testcase>",
    ]


def _classname(path: str) -> str:
    return path.removesuffix(".ipynb").removesuffix(".py")


def _quoted(text: str) -> str:
    return quoteattr(_clean(text))


def _clean(text: str) -> str:
    return "\n".join(map(clean, text.split("\n")))
