"""What several formats share: places in words, marks of fixes, the closing lines, text that is safe to print."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from cnnlint.finding import SEVERITIES, row_in_cell, source_cell

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnnlint.finding import Finding, Severity, Sources
    from cnnlint.model import Place
    from cnnlint.reports import Report

STYLES = {
    "bold": "1",
    "error": "1;31",
    "warning": "1;33",
    "info": "1;36",
    "frame": "1;34",
    "fix": "36",
}
_NOUNS = {"error": "error", "warning": "warning", "info": "note"}
_DIRECTIONS = {*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x061C}
"""Characters that turn the direction of the text: they can make a line look like another."""
_UNPRINTABLE = {*_DIRECTIONS, 0x2028, 0x2029, 0xFFFE, 0xFFFF, *range(0xD800, 0xE000)}


def styled(text: str, style: str, *, color: bool) -> str:
    """The text in a style of the terminal, if colours are on."""
    return f"\033[{STYLES[style]}m{text}\033[0m" if color and text else text


def clean(text: str) -> str:
    """The text with its control characters spelled out: what a terminal would obey comes from strangers' files."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(_spelled(character) for character in text)


def _spelled(character: str) -> str:
    code = ord(character)
    if code < 0x20 or 0x7F <= code < 0xA0:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code in _UNPRINTABLE else character


def location(place: Place, sources: Sources) -> str:
    """`net.py:12:16`, or `net.ipynb:cell 3:1:9` in a notebook."""
    source = sources(place.filename)
    cell = source_cell(source, place.row)
    row = row_in_cell(source, place.row)
    inside = "" if cell is None else f"cell {cell}:"
    return f"{clean(place.filename)}:{inside}{row}:{place.column}"


def relative(filename: str) -> str:
    """The path as seen from the working directory, with slashes; as it is where it lies elsewhere."""
    if Path(filename).is_absolute():
        try:
            filename = os.path.relpath(filename)
        except ValueError:  # another drive
            return Path(filename).as_posix()
    return Path(os.path.normpath(filename)).as_posix()


def mark(finding: Finding, *, unsafe: bool) -> str:
    """`[*] ` before what `--fix` would repair."""
    return "[*] " if fixable(finding, unsafe=unsafe) else ""


def fixable(finding: Finding, *, unsafe: bool) -> bool:
    """Whether there is a fix of the wanted safety."""
    return finding.fix is not None and finding.fix.applicability in (("safe", "unsafe") if unsafe else ("safe",))


def closing(report: Report) -> list[str]:
    """How many findings there are, and how many of them can be fixed; nothing where that is not wanted."""
    if report.closing is None:
        return []
    lines = [f"Found {counts(report.findings)}." if report.findings else "All checks passed!"]
    safe = sum(fixable(finding, unsafe=report.unsafe_fixes) for finding in report.findings)
    more = sum(fixable(finding, unsafe=True) for finding in report.findings) - safe
    if safe:
        hint = f" ({more} more with the --unsafe-fixes option)" if more else ""
        lines.append(f"{styled('[*]', 'fix', color=report.color)} {safe} fixable with the --fix option{hint}.")
    elif more:
        lines.append(f"No safe fixes ({more} fixable with the --unsafe-fixes option).")
    return [*lines, *(clean(line) for line in report.closing)]


def counts(findings: Sequence[Finding]) -> str:
    """`2 errors, 1 warning`."""
    numbers: dict[Severity, int] = dict.fromkeys(SEVERITIES, 0)
    for finding in findings:
        numbers[finding.severity] += 1
    parts = [f"{number} {_NOUNS[name]}{'s' * (number != 1)}" for name, number in numbers.items() if number]
    return ", ".join(parts)
