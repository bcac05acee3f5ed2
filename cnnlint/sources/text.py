"""A file's text, decoded as Python would, with what its comments say."""

from __future__ import annotations

import codecs
import os
import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from cnnlint.sources.comments import Comments, read_comments, speaks
from cnnlint.sources.errors import UnreadablePath, UnreadableSource
from cnnlint.sources.layout import NEWLINE, Layout, layout

if TYPE_CHECKING:
    from cnnlint.sources.comments import BadComment, InputComment, Suppression
    from cnnlint.sources.notebook import Cell

NO_COMMENTS = Comments()
MOST_BYTES = 64 * 1024 * 1024

_SLOW = frozenset({"idna", "punycode"})
"""Encodings of host names: quadratic, and of no use for a file."""

_COOKIE = re.compile(rb"[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")
_BLANK = re.compile(rb"[ \t\f]*(?:#|\r|\n|$)")


@dataclass(frozen=True)
class SourceText:
    """The text of a file; of a notebook, that of its code cells. Rows and columns are 1-based, over all cells."""

    filename: str
    text: str
    cells: tuple[Cell, ...] | None = None
    """The cells of a notebook; None for a plain file."""
    comments: Comments = NO_COMMENTS

    @property
    def suppressions(self) -> tuple[Suppression, ...]:
        return self.comments.suppressions

    @property
    def inputs(self) -> tuple[InputComment, ...]:
        return self.comments.inputs

    @property
    def bad_comments(self) -> tuple[BadComment, ...]:
        return self.comments.bad

    def line(self, row: int) -> str:
        """A row's text without its line end; empty where there is no such row."""
        return self._rows[row - 1] if 1 <= row <= len(self._rows) else ""

    def cell(self, row: int) -> tuple[int, int] | None:
        """The number of the cell that holds a row, and the row in that cell; None in a plain file."""
        if not self.cells:
            return None
        cell = self.cells[max(bisect_right(self.cells, row, key=lambda each: each.row) - 1, 0)]
        return cell.number, row - cell.row + 1

    def noqa_row(self, row: int) -> int:
        """The row at whose end a comment about a row can stand: its own, or the last one of a string that goes on."""
        return self._layout.comment_row(row)

    def suppressions_for(self, row: int) -> tuple[Suppression, ...]:
        """The comments that hold for a finding that begins in a row, whatever their codes.

        They stand in that row, in its `noqa_row`, at the end of its statement, or speak of the whole file.
        """
        if not self.suppressions:
            return ()
        rows = (row, self.noqa_row(row), self._layout.last_row(row))
        return tuple(each for each in self.suppressions if each.kind == "file-ignore" or each.row in rows)

    def input_for(self, row: int, last: int | None = None) -> InputComment | None:
        """The input stated for the model whose definition begins in a row, in it or at the end of its statement."""
        if not self.inputs:
            return None
        end = max(self._layout.last_row(row), row if last is None else last)
        return next((each for each in self.inputs if row <= each.row <= end), None)

    @cached_property
    def _rows(self) -> list[str]:
        return NEWLINE.split(self.text)

    @cached_property
    def _layout(self) -> Layout:
        return layout(self.text)


def read(path: str | os.PathLike[str]) -> SourceText:
    """A file's text.

    Raises UnreadablePath if the file cannot be read, UnreadableSource if it is no text, no notebook or too large.
    """
    filename = os.fspath(path)
    try:
        if Path(path).stat().st_size > MOST_BYTES:
            raise UnreadableSource(f"the file is larger than {MOST_BYTES >> 20} MiB")
        content = Path(path).read_bytes()
    except (OSError, ValueError) as error:
        raise UnreadablePath(filename, (getattr(error, "strerror", None) or str(error)).lower()) from None
    return from_text(decode(content, is_python=not filename.endswith(".ipynb")), filename)


def from_text(text: str, filename: str) -> SourceText:
    """The same for a text that is already there, such as standard input; by its name it may be a notebook."""
    text = text.removeprefix("\ufeff")
    cells = None
    if filename.endswith(".ipynb"):
        from cnnlint.sources.notebook import read_notebook

        text, cells = read_notebook(text)
    comments = read_comments(layout(text)) if speaks(text) else NO_COMMENTS
    return SourceText(filename, text, cells, comments)


def decode(content: bytes, *, is_python: bool = True) -> str:
    """The text of a file's bytes: UTF-8, or what a `coding` comment in its first two rows says (PEP 263).

    Raises UnreadableSource with the place of the first byte that does not fit.
    """
    has_mark = content.startswith(codecs.BOM_UTF8)
    if has_mark:
        content = content[3:]
    encoding, row = _encoding(content) if is_python else ("utf-8", 1)
    if has_mark and encoding not in ("utf-8", "utf-8-sig"):
        raise UnreadableSource(f"the coding comment says {encoding}, the byte order mark utf-8", row)
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        before = content[: error.start].replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
        column = len(before[-1].decode(encoding, "replace")) + 1
        message = f"not {encoding}: byte 0x{content[error.start]:02x} cannot be decoded"
        raise UnreadableSource(message, len(before), column) from None
    except (LookupError, UnicodeError):
        raise UnreadableSource(f"{encoding} is no text encoding", row) from None


def _encoding(content: bytes) -> tuple[str, int]:
    """What the `coding` comment names, and its row."""
    rows = re.split(rb"\r\n?|\n", content[:1024], maxsplit=2)[:2]
    for number, line in enumerate(rows, start=1):
        cookie = _COOKIE.match(line)
        if cookie is not None:
            name = cookie[1].decode("ascii", "replace")
            try:
                encoding = codecs.lookup(name).name
            except LookupError:
                encoding = ""
            if not encoding or encoding in _SLOW:
                raise UnreadableSource(f"unknown encoding: {name}", number)
            return encoding, number
        if not _BLANK.match(line):
            break
    return "utf-8", 1
