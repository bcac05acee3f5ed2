"""A look at the text before it is parsed, for what the parser would not survive.

libcst's parser is native and recursive: what nests too deeply ends the process instead of raising, and some constructs
cost it exponential time. Real programs stay far below these limits.
"""

from __future__ import annotations

import re

from cnnlint.syntax.faults import SyntaxFault

MOST_CHARACTERS = 2_000_000
MOST_BRACKETS = 100
"""Brackets inside each other; Python's own limit is 200, and libcst's parser crashes between 1,000 and 3,000."""
MOST_PATTERN_BRACKETS = 8
"""The same in a `case` or `del`, where libcst takes two to four times as long for each."""
MOST_IN_CHAIN = 3_000
"""Characters of one expression at one level of brackets (`a + a + …`, `a.b.b…`), strings and comments left out."""
MOST_IN_LONG_CHAINS = 20_000_000
"""Each character of a long chain costs the parser as much again as the chain before it: the sum for a file."""
LONG_CHAIN = 400
MOST_WORDS = 2_000
"""`elif` or `lambda` in a file: each may nest in the one before it without any bracket."""

_PIECE = re.compile(
    r'"""[^"\\]*(?:(?:\\[\s\S]|"(?!""))[^"\\]*)*"""'
    r"|'''[^'\\]*(?:(?:\\[\s\S]|'(?!''))[^'\\]*)*'''"
    r'|"[^"\\\r\n]*(?:\\[\s\S][^"\\\r\n]*)*"'
    r"|'[^'\\\r\n]*(?:\\[\s\S][^'\\\r\n]*)*'"
    r"|\#[^\r\n]*"
    r"|\\\r?\n\s*"
    r"|[\r\n]\s*(?:case\b)?"
    r"|d(?<!\wd)el\b"
    r"|[()\[\]{},;]",
)
_BRACKET = re.compile(r"[()\[\]{}]")
_EXPRESSION = re.compile(r"\{[^{}]*")


def check(text: str) -> None:
    """Raise SyntaxFault if parsing the text would not end well."""
    if len(text) > MOST_CHARACTERS:
        raise SyntaxFault(f"the file is too large: {len(text)} characters, more than {MOST_CHARACTERS}")
    null = text.find("\0")
    if null >= 0:
        raise fault(text, null, "source code cannot contain null bytes")
    for word in ("elif", "lambda"):
        if text.count(word) > MOST_WORDS:
            raise SyntaxFault(f"the file has more than {MOST_WORDS} times `{word}`")
    _check_levels(text)


def fault(text: str, offset: int, message: str) -> SyntaxFault:
    """A fault at an offset of the text."""
    lines = text[:offset].replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return SyntaxFault(message, len(lines), len(lines[-1]) + 1)


def _check_levels(text: str) -> None:
    outer: list[int] = []  # for each open bracket: how long the expression before it is
    chain = last = cost = 0
    most = MOST_PATTERN_BRACKETS if text.startswith("case") else MOST_BRACKETS
    for match in _PIECE.finditer(text):
        start, end = match.span()
        chain += start - last
        if chain > LONG_CHAIN:
            cost += chain * (start - last + 1)
            if chain > MOST_IN_CHAIN or cost > MOST_IN_LONG_CHAINS:
                raise fault(text, start, f"expressions are too long: more than {chain} characters")
        last = end
        mark = text[start]
        if mark in "([{":
            outer.append(chain + 1)
            chain = 0
            if len(outer) > most:
                raise fault(text, start, f"more than {most} brackets are open inside each other")
        elif mark in ")]}":
            chain = outer.pop() + 3 if outer else 0
        elif mark in ",;":
            chain = 0
        elif mark in "\r\n":
            if not outer:
                chain = 0
                most = MOST_PATTERN_BRACKETS if text[end - 1] == "e" else MOST_BRACKETS
        elif mark == "d":
            most = MOST_PATTERN_BRACKETS
        elif mark in "\"'" and _is_formatted(text, start):
            _check_formatted(text, start, end)
    if chain + len(text) - last > MOST_IN_CHAIN:
        raise fault(text, last, f"an expression is longer than {MOST_IN_CHAIN} characters")


def _is_formatted(text: str, quote: int) -> bool:
    prefix = text[max(quote - 2, 0) : quote].lower()
    return prefix.endswith(("f", "t", "fr", "tr"))


def _check_formatted(text: str, start: int, end: int) -> None:
    level = 0
    for match in _BRACKET.finditer(text, start, end):
        level = level + 1 if match[0] in "([{" else max(level - 1, 0)
        if level > MOST_BRACKETS:
            raise fault(text, match.start(), f"more than {MOST_BRACKETS} brackets are open inside each other")
    if end - start > MOST_IN_CHAIN:
        for match in _EXPRESSION.finditer(text, start, end):
            if len(match[0]) > MOST_IN_CHAIN:
                raise fault(text, match.start(), f"an expression is longer than {MOST_IN_CHAIN} characters")
