"""From an expression's node to the function that lowers it.

Every such function takes the cursor at its node's first token and leaves it after its last one. The modules that have
them put them in the table; it stands here so that they can call each other.
"""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Any, TypeAlias

import libcst as cst

if TYPE_CHECKING:
    from collections.abc import Callable

    from cnnlint.syntax.positions import Cursor
    from cnnlint.syntax.program import Expression

Lowering: TypeAlias = "Callable[[Cursor, Any], Expression]"

EXPRESSIONS: dict[type[cst.CSTNode], Lowering] = {}


def expression(cursor: Cursor, node: Any) -> Expression:
    if not node.lpar:
        return EXPRESSIONS[node.__class__](cursor, node)
    for _ in node.lpar:
        cursor.advance()
    lowered = EXPRESSIONS[node.__class__](cursor, node)
    for _ in node.rpar:
        cursor.advance()
    return lowered


def identifier(cursor: Cursor, node: cst.Name) -> str:
    """A bare name, as Python knows it: identifiers that look alike may be one."""
    value = node.value
    cursor.word(value)
    return value if value.isascii() else unicodedata.normalize("NFKC", value)


def comma(cursor: Cursor, node: Any) -> None:
    """Step over the comma after an element, if it has one."""
    if node.comma.__class__ is cst.Comma:
        cursor.advance()
