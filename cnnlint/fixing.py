"""Puts the edits of fixes into a text, formatting kept."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cnnlint.finding import Edit, Finding, Fix
    from cnnlint.model import Place

_LINE_END = re.compile(r"\r\n|\r|\n")


def applicable(finding: Finding, *, unsafe: bool) -> bool:
    """Whether the finding's fix may be put in: a safe one always, an unsafe one where that was asked for."""
    fix = finding.fix
    return (
        fix is not None
        and fix.applicability in (("safe", "unsafe") if unsafe else ("safe",))
        and all(edit.place.filename == finding.place.filename for edit in fix.edits)
    )


def apply(text: str, fixes: Iterable[Fix]) -> tuple[str, int]:
    """The text with the fixes put in, and how many were: one that touches another's place waits for the next round."""
    starts = _line_starts(text)
    taken: list[tuple[int, int, str]] = []
    done = 0
    for fix in sorted(fixes, key=lambda fix: min((_order(edit) for edit in fix.edits), default=(0, 0))):
        edits = sorted((*_offsets(edit.place, starts, len(text)), edit.content) for edit in fix.edits)
        if not edits or any(_touch(edit, other) for edit in edits for other in taken if edit != other):
            continue
        taken += [edit for edit in edits if edit not in taken]
        done += 1
    for start, end, content in sorted(taken, reverse=True):
        text = text[:start] + content + text[end:]
    return text, done


def _order(edit: Edit) -> tuple[int, int]:
    return edit.place.row, edit.place.column


def _line_starts(text: str) -> list[int]:
    return [0, *(match.end() for match in _LINE_END.finditer(text))]


def _offsets(place: Place, starts: list[int], size: int) -> tuple[int, int]:
    def offset(row: int, column: int) -> int:
        return min(starts[row - 1] + column - 1, size) if row <= len(starts) else size

    return offset(place.row, place.column), offset(place.end_row, place.end_column)


def _touch(edit: tuple[int, int, str], other: tuple[int, int, str]) -> bool:
    """Whether two edits overlap or stand in the same place."""
    return edit[0] <= other[1] and other[0] <= edit[1]
