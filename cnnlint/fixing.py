"""Puts edits into a text or into the cells of a notebook, formatting kept, until nothing is left to fix."""

from __future__ import annotations

import codecs
import io
import json
import re
import tokenize
from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cnnlint.sources.layout import NEWLINE
from cnnlint.sources.text import from_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from cnnlint.finding import Edit, Finding, Fix
    from cnnlint.model import Place
    from cnnlint.sources.notebook import Cell
    from cnnlint.sources.text import SourceText

ROUNDS = 20
"""A fix may uncover another finding; this many times a text is linted again."""

Change = tuple[int, int, str]
"""From where to where, as offsets, and what takes its place."""


@dataclass(frozen=True, slots=True)
class Fixed:
    """A file before and after; `number` fixes were put in. `failed` says why the last round was not."""

    before: str
    after: str
    number: int
    failed: str | None = None


def applicable(finding: Finding, *, unsafe: bool) -> bool:
    """Whether the finding's fix may be put in: a safe one always, an unsafe one where that was asked for."""
    fix = finding.fix
    return (
        fix is not None
        and fix.applicability in (("safe", "unsafe") if unsafe else ("safe",))
        and all(edit.place.filename == finding.place.filename for edit in fix.edits)
    )


def fix_until_stable(content: str, filename: str, lint: Callable[[str], Iterable[Finding]], *, unsafe: bool) -> Fixed:
    """A file's content with all fixes that its findings propose, round after round.

    `lint` gives the findings of a content; a round after which it no longer parses is taken back.
    """
    current, number = content, 0
    before = {content: 0}
    findings = list(lint(current))
    parsed = not _is_broken(findings)
    for _ in range(ROUNDS):
        fixes = [
            finding.fix
            for finding in findings
            if finding.fix is not None and finding.place.filename == filename and applicable(finding, unsafe=unsafe)
        ]
        changed, done = apply(from_text(current, filename), current, fixes)
        if not done or changed == current:
            break
        if changed in before:  # as where a class is used with two widths
            codes = ", ".join(sorted({finding.code for finding in findings if applicable(finding, unsafe=unsafe)}))
            return Fixed(content, changed, before[changed], f"fixes undo each other ({codes}); they were left out")
        findings = list(lint(changed))
        if parsed and _is_broken(findings):
            codes = ", ".join(sorted({finding.code for finding in findings}))
            return Fixed(content, current, number, f"a fix would break the file ({codes}); it was left out")
        current, number = changed, number + done
        before[current] = number
    return Fixed(content, current, number)


def _is_broken(findings: Iterable[Finding]) -> bool:
    return any(finding.code in ("CNN001", "CNN002") for finding in findings)


def apply(source: SourceText, content: str, fixes: Iterable[Fix]) -> tuple[str, int]:
    """A file's content with the fixes put in, and how many were: one that touches another's place waits its turn."""
    taken: list[Change] = []
    done = 0
    starts = [0, *(match.end() for match in NEWLINE.finditer(source.text))]
    for fix in sorted(fixes, key=lambda fix: min((_order(edit) for edit in fix.edits), default=(0, 0))):
        changes = sorted((*_offsets(edit.place, starts, len(source.text)), edit.content) for edit in fix.edits)
        if not changes or any(_touch(one, other) for one in changes for other in taken if one != other):
            continue
        taken += [change for change in changes if change not in taken]
        done += 1
    if not taken:
        return content, 0
    if source.cells is not None:
        return _in_cells(source, content, taken, starts), done
    mark = "\ufeff" if content.startswith("\ufeff") else ""
    return mark + _changed(source.text, taken), done


def _changed(text: str, changes: Iterable[Change]) -> str:
    for start, end, content in sorted(changes, reverse=True):
        text = text[:start] + content + text[end:]
    return text


def _order(edit: Edit) -> tuple[int, int]:
    return edit.place.row, edit.place.column


def _offsets(place: Place, starts: Sequence[int], size: int) -> tuple[int, int]:
    def offset(row: int, column: int) -> int:
        return min(starts[row - 1] + column - 1, size) if row <= len(starts) else size

    return offset(place.row, place.column), offset(place.end_row, place.end_column)


def _touch(one: Change, other: Change) -> bool:
    """Whether two changes overlap or stand in the same place."""
    return one[0] <= other[1] and other[0] <= one[1]


def _in_cells(source: SourceText, content: str, changes: Sequence[Change], starts: Sequence[int]) -> str:
    """A notebook with changes in its cells."""
    notebook = json.loads(content)
    sheets = [notebook] if "cells" in notebook else notebook["worksheets"]
    tables = [table for sheet in sheets for table in sheet["cells"]]
    for cell in source.cells or ():
        first, last = starts[cell.row - 1], starts[min(cell.row - 1 + cell.rows, len(starts) - 1)]
        inside = [change for change in changes if first <= change[0] and change[1] <= last]
        if inside:
            _change_cell(tables[cell.number - 1], cell, inside, starts)
    indent = re.match(r"\{\r?\n(\s+)", content)
    written = json.dumps(notebook, indent=indent[1] if indent else None, ensure_ascii=False)
    return written + content[len(content.rstrip()) :]


def _change_cell(table: dict[str, Any], cell: Cell, changes: Sequence[Change], starts: Sequence[int]) -> None:
    """Rows and columns of a cell are those of the text that was made from it, only their offsets differ."""
    key = "source" if "source" in table else "input"
    original = table[key] if isinstance(table[key], str) else "".join(table[key])
    rows = [0, *(match.end() for match in NEWLINE.finditer(original))]
    moved = [
        (_moved(start, cell.row, starts, rows), _moved(end, cell.row, starts, rows), text)
        for start, end, text in changes
    ]
    text = _changed(original, moved)
    table[key] = text if isinstance(table[key], str) else text.splitlines(keepends=True)


def _moved(offset: int, first_row: int, starts: Sequence[int], rows: Sequence[int]) -> int:
    """An offset in the text of all cells as one in its cell."""
    row = bisect_right(starts, offset)
    return rows[min(row - first_row, len(rows) - 1)] + offset - starts[row - 1]


def read_content(path: Path) -> tuple[str, str] | None:
    """A file's content, byte order mark and all, with its encoding; None where writing it back would change it.

    Raises OSError.
    """
    content = path.read_bytes()
    encoding = "utf-8"
    if path.suffix != ".ipynb" and not content.startswith(codecs.BOM_UTF8):
        try:
            encoding, _ = tokenize.detect_encoding(io.BytesIO(content).readline)
        except SyntaxError:
            return None
    try:
        text = content.decode(encoding)
        return (text, encoding) if text.encode(encoding) == content else None
    except (UnicodeError, LookupError):
        return None


def write_content(path: Path, text: str, encoding: str) -> bool:
    """Write a file's content; False where its encoding has no place for it. Raises OSError."""
    try:
        content = text.encode(encoding)
    except UnicodeError:
        return False
    path.write_bytes(content)
    return True
