"""String literals: plain, beside each other, formatted and template strings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import libcst as cst

from cnnlint.syntax import literals
from cnnlint.syntax import program as p
from cnnlint.syntax.dispatch import EXPRESSIONS, expression
from cnnlint.syntax.faults import SyntaxFault

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnnlint.syntax.positions import Cursor


def _simple_string(cursor: Cursor, node: cst.SimpleString) -> p.Expression:
    return p.Constant(_simple_value(cursor, node))


def _simple_value(cursor: Cursor, node: cst.SimpleString) -> str | bytes:
    start = cursor.start
    cursor.leaf(len(node.value))
    try:
        return literals.string(node.value)
    except literals.BadLiteral as bad:
        row, column, _, _ = cursor.span(start)
        raise SyntaxFault(str(bad), row, column) from None


def _concatenated(cursor: Cursor, node: cst.ConcatenatedString) -> p.Expression:
    start = cursor.start
    pieces: list[Any] = []
    plain = True
    rest: Any = node
    while rest is not None:
        piece, rest = (rest.left, rest.right) if rest.__class__ is cst.ConcatenatedString else (rest, None)
        if piece.__class__ is cst.SimpleString:
            pieces.append(_simple_value(cursor, piece))
        elif piece.__class__ is cst.FormattedString:
            plain = False
            pieces.extend(_formatted_parts(cursor, piece))
        else:
            return _templates(cursor, piece, rest, start)
    if len({isinstance(piece, bytes) for piece in pieces}) > 1:
        row, column, _, _ = cursor.span(start)
        raise SyntaxFault("cannot mix bytes and nonbytes literals", row, column)
    if not plain:
        return p.FormattedString(_merged(pieces))
    return p.Constant(b"".join(pieces) if isinstance(pieces[0], bytes) else "".join(pieces))


def _templates(cursor: Cursor, first: Any, rest: Any, start: int) -> p.Expression:
    """Template strings beside each other: only where they end is of interest."""
    expression(cursor, first)
    if rest is not None:
        expression(cursor, rest)
    return p.OddConstant("template", cursor.text[start : cursor.end])


def _merged(pieces: Sequence[str | p.FormattedValue]) -> tuple[str | p.FormattedValue, ...]:
    merged: list[str | p.FormattedValue] = []
    for piece in pieces:
        if isinstance(piece, str) and merged and isinstance(merged[-1], str):
            merged[-1] += piece
        elif piece != "":
            merged.append(piece)
    return tuple(merged)


def _formatted(cursor: Cursor, node: cst.FormattedString) -> p.Expression:
    return p.FormattedString(_merged(_formatted_parts(cursor, node)))


def _template(cursor: Cursor, node: cst.TemplatedString) -> p.Expression:
    start = cursor.start
    _formatted_parts(cursor, node)
    return p.OddConstant("template", cursor.text[start : cursor.end])


def _formatted_parts(cursor: Cursor, node: Any) -> list[str | p.FormattedValue]:
    start = cursor.start
    raw = "r" in node.start.lower()
    try:
        parts, offset = _parts(cursor, node.parts, start + len(node.start), raw=raw, outer=True)
    except literals.BadLiteral as bad:
        row, column, _, _ = cursor.span(start)
        raise SyntaxFault(str(bad), row, column) from None
    cursor.move(offset + len(node.end))
    return parts


def _parts(
    cursor: Cursor, nodes: Sequence[Any], offset: int, *, raw: bool, outer: bool
) -> tuple[list[str | p.FormattedValue], int]:
    """The parts of an f-string or of a format specification, from `offset` on; and where they end."""
    parts: list[str | p.FormattedValue] = []
    for node in nodes:
        is_text = node.__class__ in _TEXTS
        if is_text:
            value = node.value
            offset += len(value)
            if outer and ("{{" in value or "}}" in value):
                value = value.replace("{{", "{").replace("}}", "}")
            parts.append(literals.text(value, raw=raw))
        else:
            part, offset = _formatted_value(cursor, node, offset, raw=raw)
            parts.append(part)
    return parts, offset


def _formatted_value(cursor: Cursor, node: Any, offset: int, *, raw: bool) -> tuple[p.FormattedValue, int]:
    """One `{…}` that opens at `offset`; and where it ends. Past the expression there are no tokens, only marks."""
    text = cursor.text
    cursor.move(offset + 1)
    value = expression(cursor, node.expression)
    equal = ""
    stop = cursor.after_blank(cursor.end)
    if node.equal is not None:
        stop = cursor.after_blank(stop + 1)
        equal = text[offset + 1 : stop]
    conversion = node.conversion or ""
    if conversion:
        stop = cursor.after_blank(stop + 1) + len(conversion)
        stop = cursor.after_blank(stop)
    specification = None
    if node.format_spec is not None:
        parts, stop = _parts(cursor, node.format_spec, stop + 1, raw=raw, outer=False)
        specification = p.FormattedString(_merged(parts))
    if not text.startswith("}", stop):
        raise cursor.lost()
    return p.FormattedValue(value, conversion, specification, equal), stop + 1


_TEXTS: set[type[cst.CSTNode]] = {cst.FormattedStringText}
EXPRESSIONS[cst.ConcatenatedString] = _concatenated
EXPRESSIONS[cst.FormattedString] = _formatted
EXPRESSIONS[cst.SimpleString] = _simple_string
if hasattr(cst, "TemplatedString"):  # older releases of libcst do not have it
    _TEXTS.add(cst.TemplatedStringText)
    EXPRESSIONS[cst.TemplatedString] = _template
