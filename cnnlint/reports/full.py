"""The findings with their source: a frame with the spans underlined, notes and help, as compilers show errors."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from cnnlint.finding import row_in_cell
from cnnlint.reports._text import clean, closing, location, mark, styled

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cnnlint.finding import Finding, SourceText
    from cnnlint.model import Place
    from cnnlint.reports import Report

TAB = "    "
WIDEST = 160
"""Columns of a line that are shown; a longer one is cut around its span."""
AROUND = 60
"""Columns that are kept before the span of a line that is cut."""


@dataclass(frozen=True)
class Label:
    """A span to underline, with `^` for the finding's own and `-` for a related one, and what is said about it."""

    place: Place
    text: str
    primary: bool


def render(report: Report) -> str:
    """A block for each finding, then how many there are."""
    blocks = [_finding(finding, report) for finding in report.findings]
    return "\n".join([*("\n".join(block) + "\n" for block in blocks), *closing(report)]) + "\n"


def _finding(finding: Finding, report: Report) -> Iterator[str]:
    grade = "" if finding.severity == "error" else f"{finding.severity}: "
    code = styled(finding.code, finding.severity, color=report.color)
    fix = styled(mark(finding, unsafe=report.unsafe_fixes), "fix", color=report.color)
    yield f"{code} {fix}{grade}{styled(clean(finding.message), 'bold', color=report.color)}"
    yield from _frames(finding, report)
    for note in finding.notes:
        yield from _remark("note", note, report)
    help_ = finding.help or (finding.fix.message if finding.fix is not None else None)
    if help_:
        yield from _remark("help", help_, report)


def _remark(word: str, text: str, report: Report) -> Iterator[str]:
    first, *others = text.splitlines() or [""]
    yield f"{styled(word, 'info', color=report.color)}: {clean(first)}"
    for line in others:
        yield " " * (len(word) + 2) + clean(line)


def _frames(finding: Finding, report: Report) -> Iterator[str]:
    """One frame for each file that has a part in it, the finding's own first."""
    labels = [Label(finding.place, "", primary=True)]
    labels += [Label(related.place, related.message, primary=False) for related in finding.related]
    own = finding.place.filename
    labels.sort(key=lambda label: (label.place.filename != own, label.place.filename))
    frames = [list(group) for _, group in groupby(labels, key=lambda label: label.place.filename)]
    sources = [report.sources(frame[0].place.filename) for frame in frames]
    rows = [
        row_in_cell(source, label.place.row)
        for source, frame in zip(sources, frames, strict=True)
        if source is not None
        for label in frame
    ]
    width = max((len(str(row)) for row in rows), default=1)
    for index, (source, frame) in enumerate(zip(sources, frames, strict=True)):
        head = min(frame, key=lambda label: (not label.primary, label.place.row))
        arrow = ":::" if index else "-->"
        yield f"{' ' * width}{styled(arrow, 'frame', color=report.color)} {location(head.place, report.sources)}"
        if source is not None:
            yield from _frame(source, frame, width, finding.severity, report)
    if sources[-1] is not None:
        yield styled(f"{' ' * width} |", "frame", color=report.color)


def _frame(source: SourceText, labels: list[Label], width: int, severity: str, report: Report) -> Iterator[str]:
    """The rows that have a label, each with its underlines; what lies in between is left out."""
    gutter = styled(f"{' ' * width} |", "frame", color=report.color)
    yield gutter
    previous = None
    labels = sorted(labels, key=lambda label: (label.place.row, label.place.column, not label.primary))
    for row, group in groupby(labels, key=lambda label: label.place.row):
        if previous is not None and row - previous == 2 and source.line(row - 1).strip():
            yield _row(source, row - 1, width, report) + _cut(source.line(row - 1), 0)[0]
        elif previous is not None and row - previous > 1:
            yield styled("...", "frame", color=report.color)
        previous = row
        yield from _labelled(source, row, list(group), width, severity, report)


def _labelled(
    source: SourceText, row: int, labels: list[Label], width: int, severity: str, report: Report
) -> Iterator[str]:
    line = source.line(row)
    text, removed = _cut(line, labels[0].place.column - 1)
    yield _row(source, row, width, report) + text
    gutter = styled(f"{' ' * width} |", "frame", color=report.color)
    for label in labels:
        start, end = _span(line, label.place)
        before, length = _columns(line[:start]) - removed, max(1, _columns(line[start:end]))
        if not 0 <= before < WIDEST:
            continue
        length = max(1, min(length, _columns(text) - before))
        marks = ("^" if label.primary else "-") * length
        said = f" {clean(label.text)}" if label.text else ""
        style = severity if label.primary else "frame"
        yield f"{gutter} {' ' * before}{styled(marks + said, style, color=report.color)}"


def _row(source: SourceText, row: int, width: int, report: Report) -> str:
    return styled(f"{row_in_cell(source, row):>{width}} |", "frame", color=report.color) + " "


def _span(line: str, place: Place) -> tuple[int, int]:
    """The part of the place that is in its first row, as offsets; white space at the line's end is not underlined."""
    start = min(place.column - 1, len(line))
    end = place.end_column - 1 if place.end_row == place.row else len(line.rstrip())
    return start, max(start, min(end, len(line)))


def _cut(line: str, start: int) -> tuple[str, int]:
    """A line as it is shown, and how many columns were taken off its front to bring a far span into view."""
    shown = _shown(line)
    if _columns(line) <= WIDEST:
        return shown.rstrip(), 0
    skipped = 0
    before = _columns(line[:start])
    if before > AROUND:
        while before - skipped > AROUND and shown:
            skipped += _width(shown[0])
            shown = shown[1:]
        shown, skipped = f"…{shown}", skipped - 1
    kept = columns = 0
    while kept < len(shown) and columns < WIDEST:
        columns += _width(shown[kept])
        kept += 1
    return shown[:kept] + ("…" if kept < len(shown) else ""), skipped


def _shown(text: str) -> str:
    return clean(text.replace("\t", TAB))


def _columns(text: str) -> int:
    """How many columns of a terminal the text takes."""
    shown = _shown(text)
    return len(shown) if shown.isascii() else sum(map(_width, shown))


def _width(character: str) -> int:
    if character.isascii():
        return 1
    from unicodedata import category, east_asian_width

    if category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if east_asian_width(character) in "WF" else 1
