"""Where comments and statements end, found without parsing: so also for a text with a syntax error in it."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from functools import cached_property

MOST_NESTED = 20
"""Braces of f-strings inside each other; what is deeper is read as if it were plain text."""

NEWLINE = re.compile(r"\r\n?|\n")
_CODE = re.compile(
    r"(?P<formatted>\b(?:[fFtT][rR]?|[rR][fFtT])(?P<open>\"\"\"|'''|\"|'))"
    r'|(?P<string>"""[^"\\]*(?:(?:\\[\s\S]|"(?!""))[^"\\]*)*"""'
    r"|'''[^'\\]*(?:(?:\\[\s\S]|'(?!''))[^'\\]*)*'''"
    r'|"[^"\\\r\n]*(?:\\(?:\r\n|[\s\S])[^"\\\r\n]*)*"'
    r"|'[^'\\\r\n]*(?:\\(?:\r\n|[\s\S])[^'\\\r\n]*)*')"
    r"|(?P<comment>\#[^\r\n]*)"
    r"|(?P<joined>\\(?:\r\n?|\n))"
    r"|(?P<newline>\r\n?|\n)"
    r"|[()\[\]{}:]",
)
_FORMATTED = re.compile(r"\{\{|\}\}|\{|\}|\\N\{[^}\r\n]*\}|\\(?:\r\n|[\s\S])|\"\"\"|'''|[\"'\r\n]")


@dataclass(frozen=True)
class Layout:
    """The places of a text that matter to comments, as offsets."""

    text: str
    comments: tuple[tuple[int, int], ...]
    ends: tuple[int, ...]
    """Where each logical line (a statement or the head of one) ends: the offset of its newline."""
    joined: tuple[tuple[int, int], ...]
    """From where to where no comment can stand: strings over several lines, and lines joined by a backslash."""

    @cached_property
    def starts(self) -> list[int]:
        """The offset of each row, the first being 0."""
        return [0, *(match.end() for match in NEWLINE.finditer(self.text))]

    def row(self, offset: int) -> int:
        return bisect_right(self.starts, offset)

    def place(self, offset: int) -> tuple[int, int]:
        """The 1-based row and column."""
        row = self.row(offset)
        return row, offset - self.starts[row - 1] + 1

    def last_row(self, row: int) -> int:
        """The last row of the logical line that the row is in."""
        if not 1 <= row <= len(self.starts):
            return row
        number = bisect_left(self.ends, self.starts[row - 1])
        return self.row(self.ends[number]) if number < len(self.ends) else len(self.starts)

    def comment_row(self, row: int) -> int:
        """The row at whose end a comment about this one can stand: its own, unless a string or backslash goes on."""
        while row < len(self.starts):
            newline = self.starts[row] - 1
            number = bisect_right(self.joined, (newline, len(self.text) + 1)) - 1
            if number < 0 or self.joined[number][1] <= newline:
                break
            row = self.row(self.joined[number][1] - 1) + (self.text[self.joined[number][1] - 1] in "\r\n")
        return row


def layout(text: str) -> Layout:
    reader = _Reader(text)
    offset = 0
    while offset < len(text):
        offset = reader.logical_line(offset)
    return Layout(text, tuple(reader.comments), tuple(reader.ends), tuple(reader.joined))


def after_logical_line(text: str, offset: int) -> int:
    """Where the logical line that begins at `offset` ends, its newline included."""
    return _Reader(text).logical_line(offset)


class _Reader:
    """Goes through the text once; a string that is not closed ends with its line, as editors do."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.comments: list[tuple[int, int]] = []
        self.ends: list[int] = []
        self.joined: list[tuple[int, int]] = []
        self._level = 0

    def logical_line(self, offset: int) -> int:
        """Read to the newline that ends the logical line; the offset after it."""
        depth = 0
        while (match := _CODE.search(self.text, offset)) is not None:
            offset = match.end()
            mark = self.text[match.start()]
            if match["formatted"]:
                offset = self._formatted(match)
            elif match["newline"] and depth == 0:
                self.ends.append(match.start())
                return offset
            elif mark in "([{":
                depth += 1
            elif mark in ")]}":
                depth = max(depth - 1, 0)
            else:
                self._note(match)
        return len(self.text)

    def _note(self, match: re.Match[str]) -> None:
        if match["comment"]:
            self.comments.append(match.span())
        elif match["joined"]:
            self.joined.append(match.span())
        elif match["string"]:
            self._note_string(*match.span())

    def _note_string(self, start: int, end: int) -> None:
        if NEWLINE.search(self.text, start, end):
            self.joined.append((start, end))

    def _formatted(self, opened: re.Match[str]) -> int:
        """Read an f-string from its opening quote; the offset after its closing one."""
        noted = len(self.joined)
        end = self._text(opened.end(), opened["open"], is_specification=False)
        del self.joined[noted:]  # strings in it are inside the whole
        self._note_string(opened.start(), end)
        return end

    def _text(self, offset: int, quote: str, *, is_specification: bool) -> int:
        """Read the plain part of an f-string, or a format specification up to the brace that closes it."""
        while (match := _FORMATTED.search(self.text, offset)) is not None:
            mark = match[0]
            if mark == quote or (len(quote) == 1 and mark[0] in "\r\n") or (len(quote) == 1 and mark == quote * 3):
                return match.start() if is_specification or mark[0] in "\r\n" else match.start() + len(quote)
            offset = match.end()
            if is_specification and mark[0] == "}":
                return match.start()
            if mark == "{" or (is_specification and mark == "{{"):
                offset = self._replacement(match.start() + 1, quote)
        return len(self.text)

    def _replacement(self, offset: int, quote: str) -> int:
        """Read `expression:specification}` of an f-string."""
        if self._level == MOST_NESTED:
            return offset
        self._level += 1
        offset = self._expression(offset, quote)
        self._level -= 1
        return offset

    def _expression(self, offset: int, quote: str) -> int:
        depth = 0
        while (match := _CODE.search(self.text, offset)) is not None:
            offset = match.end()
            mark = self.text[match.start()]
            if match["formatted"]:
                offset = self._formatted(match)
            elif match["newline"] and len(quote) == 1 and depth == 0:
                return match.start()
            elif match["comment"] and len(quote) == 1:
                return match.start() + 1
            elif mark in "([{":
                depth += 1
            elif mark == "}" and depth == 0:
                return offset
            elif mark in ")]}":
                depth = max(depth - 1, 0)
            elif mark == ":" and depth == 0:
                return self._text(offset, quote, is_specification=True) + 1
        return len(self.text)
