"""The statements that import."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import libcst as cst

from cnnlint.syntax import program as p
from cnnlint.syntax.dispatch import comma, identifier

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnnlint.syntax.positions import Cursor


def lower_import(cursor: Cursor, node: cst.Import | cst.LazyImport) -> p.Statement:
    start = cursor.start
    _maybe_lazy(cursor)
    cursor.advance()
    names = _aliases(cursor, node.names)
    return p.Import(names, cursor.span(start))


def lower_import_from(cursor: Cursor, node: cst.ImportFrom | cst.LazyImportFrom) -> p.Statement:
    start = cursor.start
    _maybe_lazy(cursor)
    cursor.advance()
    while cursor.text.startswith(".", cursor.start):  # `...` is one token here and three dots in the tree
        cursor.advance()
    module = "" if node.module is None else _dotted(cursor, node.module)
    cursor.advance()
    names: tuple[p.ImportName, ...] = ()
    if node.lpar is not None:
        cursor.advance()
    if isinstance(node.names, cst.ImportStar):
        cursor.advance()
    else:
        names = _aliases(cursor, node.names)
    end = cursor.end
    if node.rpar is not None:
        cursor.advance()
        end = cursor.end
    cursor.end = end
    return p.ImportFrom(module, names, len(node.relative), cursor.span(start))


def _maybe_lazy(cursor: Cursor) -> None:
    if cursor.text.startswith("lazy", cursor.start):
        cursor.advance()


def _aliases(cursor: Cursor, nodes: Sequence[cst.ImportAlias]) -> tuple[p.ImportName, ...]:
    names = []
    for node in nodes:
        name = _dotted(cursor, node.name)
        alias = None
        if node.asname is not None:
            cursor.advance()
            assert isinstance(node.asname.name, cst.Name)
            alias = identifier(cursor, node.asname.name)
        names.append(p.ImportName(name, alias))
        comma(cursor, node)
    return tuple(names)


def _dotted(cursor: Cursor, node: cst.Attribute | cst.Name) -> str:
    names: list[cst.Name] = []
    inner: Any = node
    while isinstance(inner, cst.Attribute):
        names.append(inner.attr)
        inner = inner.value
    dotted = identifier(cursor, inner)
    while names:
        cursor.advance()
        dotted += "." + identifier(cursor, names.pop())
    return dotted
