"""Comments that speak to the linter: what to suppress, and the input of a model."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from cnnlint.sources.layout import Layout

Kind: TypeAlias = Literal["noqa", "ignore", "file-ignore"]

_CODE = r"[A-Z]+[0-9]+"
_NOQA = re.compile(rf"#\s*noqa\b(?P<codes>\s*:\s*(?:{_CODE}(?:[\s,]+{_CODE})*)?)?", re.IGNORECASE)
_OURS = re.compile(r"#\s*cnnlint\s*:\s*(?P<word>[\w-]*)\s*(?P<rest>[^#]*)")
_LIST = re.compile(rf"\[\s*(?P<codes>{_CODE}(?:\s*,\s*{_CODE})*)?\s*,?\s*\]\s*(?P<reason>.*)")
_SHAPE = re.compile(r"\s*(?:[(\[]\s*(?P<sizes>\d+(?:\s*,\s*\d+)*)\s*,?\s*[)\]]|(?P<size>\d+))\s*(?:,|$)")
MARKS = ("noqa", "cnnlint")


@dataclass(frozen=True, slots=True)
class Suppression:
    """A comment that suppresses findings; `codes` is empty for all of them. The columns are those of the directive."""

    kind: Kind
    codes: tuple[str, ...]
    reason: str
    row: int
    column: int
    end_column: int

    def covers(self, code: str) -> bool:
        """Whether it speaks of a finding's code; `CNN1` means every code that begins so."""
        return not self.codes or code.startswith(self.codes)


@dataclass(frozen=True, slots=True)
class InputComment:
    """`# cnnlint: input=(3, 32, 32)`: shapes without the batch axis, for the model that its row defines."""

    shapes: tuple[tuple[int, ...], ...]
    row: int
    column: int
    end_column: int


@dataclass(frozen=True, slots=True)
class BadComment:
    """A comment that is meant for the linter and is not understood."""

    message: str
    row: int
    column: int
    end_column: int


@dataclass(frozen=True, slots=True)
class Comments:
    suppressions: tuple[Suppression, ...] = ()
    inputs: tuple[InputComment, ...] = ()
    bad: tuple[BadComment, ...] = ()


def speaks(text: str) -> bool:
    """Whether there may be a comment for the linter at all: a search for the words, before anything is read closer."""
    lowered = text.lower() if "noqa" not in text else text
    return any(mark in lowered for mark in MARKS)


def read_comments(layout: Layout) -> Comments:
    suppressions: list[Suppression] = []
    inputs: list[InputComment] = []
    bad: list[BadComment] = []
    for start, end in layout.comments:
        for match in _NOQA.finditer(layout.text, start, end):
            codes = _codes(match["codes"])
            if match["codes"] is None or codes:  # as for ruff, prose after the colon means nothing
                suppressions.append(Suppression("noqa", codes, "", *_columns(layout, match)))
        for match in _OURS.finditer(layout.text, start, end):
            directive = _directive(match, _columns(layout, match))
            match directive:
                case Suppression():
                    suppressions.append(directive)
                case InputComment():
                    inputs.append(directive)
                case BadComment():
                    bad.append(directive)
    return Comments(tuple(suppressions), tuple(inputs), tuple(bad))


def _directive(match: re.Match[str], at: tuple[int, int, int]) -> Suppression | InputComment | BadComment:
    word, rest = match["word"], " ".join(match["rest"].split())
    if word == "input":
        shapes = read_shapes(rest.removeprefix("=")) if rest.startswith("=") else None
        if shapes is None:
            return BadComment(f"`input{rest}` is no shape; write `input=(3, 32, 32)`", *at)
        return InputComment(shapes, *at)
    if word in ("ignore", "file-ignore"):
        kind: Kind = "ignore" if word == "ignore" else "file-ignore"
        if not rest.startswith("["):
            return Suppression(kind, (), rest, *at)
        listed = _LIST.match(rest)
        if listed is None or not listed["codes"]:
            return BadComment(f"`{word}{rest}` names no codes; write `{word}[CNN101]`", *at)
        return Suppression(kind, _codes(listed["codes"]), listed["reason"].strip(), *at)
    return BadComment(f"unknown directive `{word}`; there are `ignore[…]`, `file-ignore[…]` and `input=…`", *at)


def read_shapes(text: str) -> tuple[tuple[int, ...], ...] | None:
    """`(3, 32, 32)`, `(3, 32, 32), (10,)` or `784`; None for anything else."""
    shapes = []
    offset = 0
    text = text.strip()
    while offset < len(text):
        match = _SHAPE.match(text, offset)
        if match is None or len(match[0]) > 200:
            return None
        shapes.append(tuple(int(size) for size in (match["sizes"] or match["size"]).split(",")))
        offset = match.end()
    return tuple(shapes) or None


def _codes(text: str | None) -> tuple[str, ...]:
    return tuple(code.upper() for code in re.findall(_CODE, text or "", re.IGNORECASE))


def _columns(layout: Layout, match: re.Match[str]) -> tuple[int, int, int]:
    row, column = layout.place(match.start())
    return row, column, column + len(match[0].rstrip())
