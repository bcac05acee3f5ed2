"""The patterns of a `match` statement."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import libcst as cst

from cnnlint.syntax import program as p
from cnnlint.syntax.dispatch import comma, expression, identifier

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cnnlint.syntax.positions import Cursor


def pattern(cursor: Cursor, node: Any) -> p.Pattern:
    if isinstance(node, (cst.MatchValue, cst.MatchSingleton)):  # their parentheses are those of the value
        return p.MatchValue(expression(cursor, node.value))
    for _ in node.lpar:
        cursor.advance()
    lowered = _PATTERNS[node.__class__](cursor, node)
    for _ in node.rpar:
        cursor.advance()
    return lowered


def _sequence(cursor: Cursor, node: cst.MatchList | cst.MatchTuple) -> p.Pattern:
    bracketed = isinstance(node, cst.MatchList) and node.lbracket is not None
    if bracketed:
        cursor.advance()
    lowered = _elements(cursor, node.patterns)
    if bracketed:
        cursor.advance()
    return p.MatchSequence(lowered)


def _elements(cursor: Cursor, nodes: Sequence[cst.MatchSequenceElement | cst.MatchStar]) -> tuple[p.Pattern, ...]:
    lowered: list[p.Pattern] = []
    for node in nodes:
        if isinstance(node, cst.MatchStar):
            cursor.advance()
            lowered.append(p.MatchStar(_captured(cursor, node.name)))
        else:
            lowered.append(pattern(cursor, node.value))
        comma(cursor, node)
    return tuple(lowered)


def _captured(cursor: Cursor, name: cst.Name | None) -> str | None:
    """A name, or None for `_`."""
    if name is None:
        cursor.leaf(1)
        return None
    return identifier(cursor, name)


def _mapping(cursor: Cursor, node: cst.MatchMapping) -> p.Pattern:
    keys: list[p.Expression] = []
    patterns: list[p.Pattern] = []
    cursor.advance()
    for element in node.elements:
        keys.append(expression(cursor, element.key))
        cursor.advance()
        patterns.append(pattern(cursor, element.pattern))
        comma(cursor, element)
    rest = None
    if node.rest is not None:
        cursor.advance()
        rest = identifier(cursor, node.rest)
    if isinstance(node.trailing_comma, cst.Comma):
        cursor.advance()
    cursor.advance()
    return p.MatchMapping(tuple(keys), tuple(patterns), rest)


def _class(cursor: Cursor, node: cst.MatchClass) -> p.Pattern:
    cls = expression(cursor, node.cls)
    cursor.advance()
    patterns = _elements(cursor, node.patterns)
    keywords = []
    keyword_patterns = []
    for element in node.kwds:
        keywords.append(identifier(cursor, element.key))
        cursor.advance()
        keyword_patterns.append(pattern(cursor, element.pattern))
        comma(cursor, element)
    cursor.advance()
    return p.MatchClass(cls, patterns, tuple(keywords), tuple(keyword_patterns))


def _as(cursor: Cursor, node: cst.MatchAs) -> p.Pattern:
    inner = None
    if node.pattern is not None:
        inner = pattern(cursor, node.pattern)
        cursor.advance()
    return p.MatchAs(inner, _captured(cursor, node.name))


def _or(cursor: Cursor, node: cst.MatchOr) -> p.Pattern:
    lowered = []
    for element in node.patterns:
        lowered.append(pattern(cursor, element.pattern))
        if isinstance(element.separator, cst.BitOr):
            cursor.advance()
    return p.MatchOr(tuple(lowered))


_PATTERNS: dict[type[cst.CSTNode], Callable[[Cursor, Any], p.Pattern]] = {
    cst.MatchAs: _as,
    cst.MatchClass: _class,
    cst.MatchList: _sequence,
    cst.MatchMapping: _mapping,
    cst.MatchOr: _or,
    cst.MatchTuple: _sequence,
}
