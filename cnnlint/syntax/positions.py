"""Where nodes stand: a cursor that walks the text's tokens beside the tree.

libcst finds positions by writing the whole tree out again, white space included, which costs more than parsing. The
lowering visits the same tokens in the same order, so it only has to count them: `start` is where the next token begins
and `end` where the last one ended. Tokens whose length the tree knows (names, numbers, strings) are checked against it,
so that a simple expression is enough to find the others.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import TYPE_CHECKING

from cnnlint.syntax.faults import SyntaxFault

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cnnlint.syntax.program import Span

BLANK = r"[\s\\]*(?:\#[^\r\n]*[\s\\]*)*"
"""White space, comments and backslashes that join lines: no other token begins with one of these characters."""

_BLANK = re.compile(BLANK)
_TOKEN = re.compile(
    BLANK + r"(\d+\.\d*|\w+|\*\*=?|//=?|>>=?|<<=?|\.\.\.|->|[-+*/%@&|^=<>!:]=|[^\w\s\\#]|\Z)",
)
_NEWLINE = re.compile(r"\r\n?|\n")


class Cursor:
    """A place in the text; offsets in code points."""

    __slots__ = ("_lines", "_stop", "_tokens", "end", "has_yield", "start", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self.has_yield = False
        self._lines = [0]
        self._lines += [match.end() for match in _NEWLINE.finditer(text)]
        self._lines.append(len(text) + 1)
        self.start = self.end = self._stop = 0
        self._tokens: Iterator[re.Match[str]] = iter(())
        self.move(0)

    def advance(self) -> None:
        """Step over one token."""
        self.end = self._stop
        try:
            self.start, self._stop = next(self._tokens).span(1)
        except StopIteration:
            raise self.lost() from None

    def leaf(self, length: int) -> None:
        """Step over the next token, of which the tree says the length."""
        stop = self.start + length
        if stop == self._stop:
            self.advance()
        else:
            self.move(stop)

    def word(self, value: str) -> None:
        """Step over a name; a name that does not stand here means that the count went wrong."""
        start = self.start
        if not self.text.startswith(value, start):
            raise self.lost()
        stop = start + len(value)
        if stop == self._stop:
            self.advance()
        else:
            self.move(stop)

    def move(self, offset: int) -> None:
        """Go on after `offset`, taken as the end of a token."""
        self.end = offset
        self._tokens = _TOKEN.finditer(self.text, offset)
        self.start, self._stop = next(self._tokens).span(1)

    def after_blank(self, offset: int) -> int:
        """The offset of the first thing after `offset` that is neither white space nor a comment."""
        match = _BLANK.match(self.text, offset)
        return match.end() if match else offset

    def span(self, start: int) -> Span:
        """From `start` to the end of the last token."""
        lines, end = self._lines, self.end
        row = bisect_right(lines, start)
        begin = lines[row - 1]
        if end < lines[row]:
            return row, start - begin + 1, row, end - begin + 1
        last = bisect_right(lines, end)
        return row, start - begin + 1, last, end - lines[last - 1] + 1

    def lost(self) -> SyntaxFault:
        """The tree and the text disagree: say so rather than give wrong places."""
        row, column, _, _ = self.span(min(self.start, len(self.text)))
        return SyntaxFault("the text and its parsed tree disagree from here on", row, column)
