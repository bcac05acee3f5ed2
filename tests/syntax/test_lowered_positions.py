"""Every node of a lowered program stands where libcst's own PositionProvider says.

`grammar.txt` is a sample of every construct of Python 3.10 to 3.14, laid out to make positions hard to find.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any, TypeAlias

import libcst as cst
import pytest
from libcst.metadata import MetadataWrapper, PositionProvider

from cnnlint.syntax import program as p
from cnnlint.syntax.lower import lower

GRAMMAR = Path(__file__).with_name("grammar.txt").read_text(encoding="utf-8")
LAYOUTS = {
    "unix": GRAMMAR,
    "newline at the end": GRAMMAR + "\n\n",
    "windows": GRAMMAR.replace("\n", "\r\n"),
    "old mac": GRAMMAR.replace("\n", "\r"),
    "form feeds": GRAMMAR.replace("\n\n", "\n\x0c\n"),
    "tabs": GRAMMAR.replace("    ", "\t"),
}

Places: TypeAlias = Counter[tuple[str, p.Span]]

KINDS: dict[type[cst.CSTNode], type[p.Node]] = {
    cst.AnnAssign: p.AnnotatedAssign,
    cst.Assert: p.Assert,
    cst.Assign: p.Assign,
    cst.Attribute: p.Attribute,
    cst.AugAssign: p.AugmentedAssign,
    cst.BinaryOperation: p.Binary,
    cst.Call: p.Call,
    cst.ClassDef: p.ClassDefinition,
    cst.Comparison: p.Compare,
    cst.DictComp: p.Comprehension,
    cst.Expr: p.ExpressionStatement,
    cst.For: p.For,
    cst.FunctionDef: p.FunctionDefinition,
    cst.GeneratorExp: p.Comprehension,
    cst.If: p.If,
    cst.Import: p.Import,
    cst.ImportFrom: p.ImportFrom,
    cst.Lambda: p.Lambda,
    cst.ListComp: p.Comprehension,
    cst.Match: p.Match,
    cst.Name: p.Name,
    cst.Raise: p.Raise,
    cst.Return: p.Return,
    cst.SetComp: p.Comprehension,
    cst.Subscript: p.Subscript,
    cst.UnaryOperation: p.Unary,
    cst.While: p.While,
    cst.With: p.With,
}


def lowered_places(node: object) -> Places:
    places: Places = Counter()
    if isinstance(node, tuple):
        for element in node:
            places += lowered_places(element)
    elif isinstance(node, p.Node):
        at = getattr(node, "at", None)
        if at is not None:
            places[type(node).__name__, at] += 1
        for name in node.__struct_fields__:
            if name != "at":
                places += lowered_places(getattr(node, name))
    return places


def provided_places(text: str) -> Places:
    positions = MetadataWrapper(cst.parse_module(text), unsafe_skip_copy=True).resolve(PositionProvider)
    silent = _Silent()
    for node in positions:
        silent.note(node)
    places: Places = Counter()
    for node, place in positions.items():
        kind = KINDS.get(type(node))
        if kind is None or id(node) in silent.names:
            continue
        at: Any = place
        if isinstance(node, (cst.FunctionDef, cst.ClassDef)):
            at = positions[node.name]
        span = (at.start.line, at.start.column + 1, at.end.line, at.end.column + 1)
        places[kind.__name__, span] += 1
    return places


class _Silent:
    """Names that the program keeps as plain text, and what it leaves out."""

    def __init__(self) -> None:
        self.names: set[int] = set()

    def note(self, node: cst.CSTNode) -> None:
        match node:
            case cst.Name("True" | "False" | "None"):
                self.names.add(id(node))
            case cst.Attribute(attr=name) | cst.NamedExpr(target=name) | cst.MatchMapping(rest=name):
                self.names.add(id(name))
            case cst.Arg(keyword=name) | cst.MatchKeywordElement(key=name):
                self.names.add(id(name))
            case (
                cst.FunctionDef(name=name)
                | cst.ClassDef(name=name)
                | cst.Param(name=name)
                | cst.NameItem(name=name)
                | cst.TypeAlias(name=name)
                | cst.MatchAs(name=name)
                | cst.MatchStar(name=name)
            ):
                self.names.add(id(name))
            case cst.ExceptHandler(name=cst.AsName(name=name)) | cst.ExceptStarHandler(name=cst.AsName(name=name)):
                self.names.add(id(name))
            case cst.ImportAlias(name=name, asname=alias):
                self._all_of(name)
                self._all_of(alias)
            case cst.ImportFrom(module=name):
                self._all_of(name)
            case cst.TypeParameters():
                self._all_of(node)

    def _all_of(self, node: cst.CSTNode | None) -> None:
        if node is not None:
            self.names.add(id(node))
            for child in node.children:
                self._all_of(child)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_positions_are_those_of_libcst(layout: str) -> None:
    text = LAYOUTS[layout]
    assert lowered_places(lower(text)) == provided_places(text)


def test_sample_has_every_node_that_has_a_place() -> None:
    found = {kind for kind, _ in lowered_places(lower(GRAMMAR))}
    assert found == {kind.__name__ for kind in KINDS.values()}


def test_columns_count_code_points_from_one() -> None:
    (statement,) = lower("\nÄ𠀀 = 'ß' + ñ").body
    assert isinstance(statement, p.Assign)
    assert statement.at == (2, 1, 2, 13)
    assert isinstance(statement.value, p.Binary)
    assert statement.value.at == (2, 6, 2, 13)


def test_definition_stands_at_its_name() -> None:
    function, cls = lower("@a\nasync def f(x):\n    pass\nclass  C(B): pass\n").body
    assert isinstance(function, p.FunctionDefinition)
    assert function.at == (2, 11, 2, 12)
    assert isinstance(cls, p.ClassDefinition)
    assert cls.at == (4, 8, 4, 9)


def test_parentheses_around_a_node_are_no_part_of_it() -> None:
    (statement,) = lower("(  (a)(b)\n )").body
    assert isinstance(statement, p.ExpressionStatement)
    assert isinstance(statement.value, p.Call)
    assert statement.value.at == (1, 4, 1, 10)


def test_byte_order_mark_takes_no_column() -> None:
    assert lower("\ufeffx = 1") == lower("x = 1")
