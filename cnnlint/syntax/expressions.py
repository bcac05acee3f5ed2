"""Expressions: libcst's nodes to the program's, each stepping over the tokens that it is made of.

`cnnlint.syntax.dispatch` says how; strings have a module of their own.
"""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Any

import libcst as cst

from cnnlint.syntax import literals
from cnnlint.syntax import program as p
from cnnlint.syntax.dispatch import EXPRESSIONS, comma, expression, identifier

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnnlint.syntax.positions import Cursor

_TRUTHS = {"True": p.Constant(value=True), "False": p.Constant(value=False), "None": p.Constant(value=None)}
_UNARY = {cst.Plus: "+", cst.Minus: "-", cst.BitInvert: "~", cst.Not: "not"}
_BINARY = {
    cst.Add: "+",
    cst.Subtract: "-",
    cst.Multiply: "*",
    cst.Divide: "/",
    cst.FloorDivide: "//",
    cst.Modulo: "%",
    cst.Power: "**",
    cst.LeftShift: "<<",
    cst.RightShift: ">>",
    cst.BitOr: "|",
    cst.BitAnd: "&",
    cst.BitXor: "^",
    cst.MatrixMultiply: "@",
}
_COMPARE = {
    cst.LessThan: "<",
    cst.GreaterThan: ">",
    cst.Equal: "==",
    cst.LessThanEqual: "<=",
    cst.GreaterThanEqual: ">=",
    cst.NotEqual: "!=",
    cst.In: "in",
    cst.NotIn: "not in",
    cst.Is: "is",
    cst.IsNot: "is not",
}


# --- names and literals -----------------------------------------------------------------------------------------------


def _name(cursor: Cursor, node: cst.Name) -> p.Expression:
    value = node.value
    start = cursor.start
    cursor.word(value)
    truth = _TRUTHS.get(value)
    if truth is not None:
        return truth
    if not value.isascii():
        value = unicodedata.normalize("NFKC", value)
    return p.Name(value, cursor.span(start))


def _integer(cursor: Cursor, node: cst.Integer) -> p.Expression:
    cursor.leaf(len(node.value))
    return literals.integer(node.value)


def _float(cursor: Cursor, node: cst.Float) -> p.Expression:
    cursor.leaf(len(node.value))
    return p.Constant(float(node.value))


def _imaginary(cursor: Cursor, node: cst.Imaginary) -> p.Expression:
    cursor.leaf(len(node.value))
    return p.OddConstant("complex", node.value)


def _ellipsis(cursor: Cursor, _node: cst.Ellipsis) -> p.Expression:
    cursor.leaf(3)
    return p.OddConstant("ellipsis", "...")


# --- operators --------------------------------------------------------------------------------------------------------


def _unary(cursor: Cursor, node: cst.UnaryOperation) -> p.Expression:
    start = cursor.start
    cursor.advance()
    operand = expression(cursor, node.expression)
    return p.Unary(_UNARY[node.operator.__class__], operand, cursor.span(start))


def _binary(cursor: Cursor, node: cst.BinaryOperation) -> p.Expression:
    """A chain `a + b + …` leans to the left, as deep as it is long: taken in a loop."""
    start = cursor.start
    chain: list[Any] = [node]
    left: Any = node.left
    while left.__class__ is cst.BinaryOperation and not left.lpar:
        chain.append(left)
        left = left.left
    lowered = expression(cursor, left)
    while chain:
        link = chain.pop()
        cursor.advance()
        right = expression(cursor, link.right)
        lowered = p.Binary(_BINARY[link.operator.__class__], lowered, right, cursor.span(start))
    return lowered


def _boolean(cursor: Cursor, node: cst.BooleanOperation) -> p.Expression:
    kind = node.operator.__class__
    rights: list[Any] = [node.right]
    left: Any = node.left
    while left.__class__ is cst.BooleanOperation and left.operator.__class__ is kind and not left.lpar:
        rights.append(left.right)
        left = left.left
    operands = [expression(cursor, left)]
    while rights:
        cursor.advance()
        operands.append(expression(cursor, rights.pop()))
    return p.Boolean("and" if kind is cst.And else "or", tuple(operands))


def _comparison(cursor: Cursor, node: cst.Comparison) -> p.Expression:
    start = cursor.start
    left = expression(cursor, node.left)
    operators = []
    comparators = []
    for target in node.comparisons:
        operator = _COMPARE[target.operator.__class__]
        cursor.advance()
        if operator in ("not in", "is not"):
            cursor.advance()
        operators.append(operator)
        comparators.append(expression(cursor, target.comparator))
    return p.Compare(left, tuple(operators), tuple(comparators), cursor.span(start))


def _conditional(cursor: Cursor, node: cst.IfExp) -> p.Expression:
    body = expression(cursor, node.body)
    cursor.advance()
    test = expression(cursor, node.test)
    cursor.advance()
    return p.Conditional(test, body, expression(cursor, node.orelse))


def _walrus(cursor: Cursor, node: cst.NamedExpr) -> p.Expression:
    target: Any = node.target
    for _ in target.lpar:
        cursor.advance()
    name = identifier(cursor, target)
    for _ in target.rpar:
        cursor.advance()
    cursor.advance()
    return p.Walrus(name, expression(cursor, node.value))


def _await(cursor: Cursor, node: cst.Await) -> p.Expression:
    cursor.advance()
    return p.Await(expression(cursor, node.expression))


def _yield(cursor: Cursor, node: cst.Yield) -> p.Expression:
    cursor.has_yield = True
    cursor.advance()
    value = node.value
    if value is None:
        return p.Yield(None, delegate=False)
    if isinstance(value, cst.From):
        cursor.advance()
        return p.Yield(expression(cursor, value.item), delegate=True)
    return p.Yield(expression(cursor, value), delegate=False)


# --- access and calls -------------------------------------------------------------------------------------------------


def _attribute(cursor: Cursor, node: cst.Attribute) -> p.Expression:
    start = cursor.start
    value = expression(cursor, node.value)
    cursor.advance()
    return p.Attribute(value, identifier(cursor, node.attr), cursor.span(start))


def _call(cursor: Cursor, node: cst.Call) -> p.Expression:
    start = cursor.start
    func = expression(cursor, node.func)
    cursor.advance()
    given = arguments(cursor, node.args)
    cursor.advance()
    return p.Call(func, given, cursor.span(start))


def arguments(cursor: Cursor, nodes: Sequence[cst.Arg]) -> tuple[p.Argument, ...]:
    lowered = []
    for node in nodes:
        star = node.star
        keyword = None
        if star:
            cursor.advance()
        elif node.keyword is not None:
            keyword = identifier(cursor, node.keyword)
            cursor.advance()
        lowered.append(p.Argument(expression(cursor, node.value), keyword, star))
        if node.comma.__class__ is cst.Comma:
            cursor.advance()
    return tuple(lowered)


def _subscript(cursor: Cursor, node: cst.Subscript) -> p.Expression:
    start = cursor.start
    value = expression(cursor, node.value)
    cursor.advance()
    elements = node.slice
    indices = []
    for element in elements:
        indices.append(_index(cursor, element.slice))
        comma(cursor, element)
    cursor.advance()
    alone = len(elements) == 1 and elements[0].comma.__class__ is not cst.Comma
    single = alone and not isinstance(indices[0], p.Starred)
    return p.Subscript(value, indices[0] if single else p.TupleDisplay(tuple(indices)), cursor.span(start))


def _index(cursor: Cursor, node: Any) -> p.Expression:
    if node.__class__ is cst.Index:
        if node.star:
            cursor.advance()
            return p.Starred(expression(cursor, node.value))
        return expression(cursor, node.value)
    lower = None if node.lower is None else expression(cursor, node.lower)
    cursor.advance()
    upper = None if node.upper is None else expression(cursor, node.upper)
    if node.second_colon.__class__ is cst.Colon:
        cursor.advance()
    step = None if node.step is None else expression(cursor, node.step)
    return p.Slice(lower, upper, step)


# --- displays ---------------------------------------------------------------------------------------------------------


def _elements(cursor: Cursor, nodes: Sequence[Any]) -> tuple[p.Expression, ...]:
    lowered: list[p.Expression] = []
    for node in nodes:
        if node.__class__ is cst.Element:
            lowered.append(expression(cursor, node.value))
        else:
            lowered.append(expression(cursor, node))
        if node.comma.__class__ is cst.Comma:
            cursor.advance()
    return tuple(lowered)


def _starred(cursor: Cursor, node: cst.StarredElement) -> p.Expression:
    cursor.advance()
    return p.Starred(expression(cursor, node.value))


def _tuple(cursor: Cursor, node: cst.Tuple) -> p.Expression:
    return p.TupleDisplay(_elements(cursor, node.elements))


def _list(cursor: Cursor, node: cst.List) -> p.Expression:
    cursor.advance()
    elements = _elements(cursor, node.elements)
    cursor.advance()
    return p.ListDisplay(elements)


def _set(cursor: Cursor, node: cst.Set) -> p.Expression:
    cursor.advance()
    elements = _elements(cursor, node.elements)
    cursor.advance()
    return p.SetDisplay(elements)


def _dict(cursor: Cursor, node: cst.Dict) -> p.Expression:
    keys: list[p.Expression | None] = []
    values: list[p.Expression] = []
    cursor.advance()
    elements: Any = node.elements
    for element in elements:
        if isinstance(element, cst.DictElement):
            keys.append(expression(cursor, element.key))
        else:
            keys.append(None)
        cursor.advance()
        values.append(expression(cursor, element.value))
        comma(cursor, element)
    cursor.advance()
    return p.DictDisplay(tuple(keys), tuple(values))


# --- comprehensions and lambdas ---------------------------------------------------------------------------------------


def _generator(cursor: Cursor, node: cst.GeneratorExp) -> p.Expression:
    start = cursor.start
    element = expression(cursor, node.elt)
    clauses = _clauses(cursor, node.for_in)
    return p.Comprehension("generator", None, element, clauses, cursor.span(start))


def _list_comprehension(cursor: Cursor, node: cst.ListComp) -> p.Expression:
    return _bracketed(cursor, node, "list")


def _set_comprehension(cursor: Cursor, node: cst.SetComp) -> p.Expression:
    return _bracketed(cursor, node, "set")


def _bracketed(cursor: Cursor, node: cst.ListComp | cst.SetComp, kind: str) -> p.Expression:
    start = cursor.start
    cursor.advance()
    element = expression(cursor, node.elt)
    clauses = _clauses(cursor, node.for_in)
    cursor.advance()
    return p.Comprehension(kind, None, element, clauses, cursor.span(start))


def _dict_comprehension(cursor: Cursor, node: cst.DictComp) -> p.Expression:
    start = cursor.start
    cursor.advance()
    key = expression(cursor, node.key)
    cursor.advance()
    element = expression(cursor, node.value)
    clauses = _clauses(cursor, node.for_in)
    cursor.advance()
    return p.Comprehension("dict", key, element, clauses, cursor.span(start))


def _starred_dict_comprehension(cursor: Cursor, node: Any) -> p.Expression:
    start = cursor.start
    cursor.advance()
    cursor.advance()
    element = expression(cursor, node.value)
    clauses = _clauses(cursor, node.for_in)
    cursor.advance()
    return p.Comprehension("dict", None, element, clauses, cursor.span(start))


def _clauses(cursor: Cursor, node: cst.CompFor | None) -> tuple[p.Clause, ...]:
    clauses = []
    while node is not None:
        if node.asynchronous is not None:
            cursor.advance()
        cursor.advance()
        target = expression(cursor, node.target)
        cursor.advance()
        iterable = expression(cursor, node.iter)
        conditions = []
        for condition in node.ifs:
            cursor.advance()
            conditions.append(expression(cursor, condition.test))
        clauses.append(p.Clause(target, iterable, tuple(conditions)))
        node = node.inner_for_in
    return tuple(clauses)


def _lambda(cursor: Cursor, node: cst.Lambda) -> p.Expression:
    start = cursor.start
    cursor.advance()
    given = parameters(cursor, node.params)
    cursor.advance()
    outer = cursor.has_yield
    body = expression(cursor, node.body)
    cursor.has_yield = outer
    return p.Lambda(given, body, cursor.span(start))


def parameters(cursor: Cursor, node: cst.Parameters) -> tuple[p.Parameter, ...]:
    lowered = [_parameter(cursor, one, "positional") for one in node.posonly_params]
    if isinstance(node.posonly_ind, cst.ParamSlash):
        cursor.advance()
        comma(cursor, node.posonly_ind)
    lowered += [_parameter(cursor, one, "plain") for one in node.params]
    star = node.star_arg
    if isinstance(star, cst.Param):
        cursor.advance()
        lowered.append(_parameter(cursor, star, "*"))
    elif isinstance(star, cst.ParamStar):
        cursor.advance()
        cursor.advance()
    lowered += [_parameter(cursor, one, "keyword") for one in node.kwonly_params]
    if node.star_kwarg is not None:
        cursor.advance()
        lowered.append(_parameter(cursor, node.star_kwarg, "**"))
    return tuple(lowered)


def _parameter(cursor: Cursor, node: cst.Param, kind: str) -> p.Parameter:
    name = identifier(cursor, node.name)
    noted = default = None
    if node.annotation is not None:
        cursor.advance()
        noted = expression(cursor, node.annotation.annotation)
    if node.default is not None:
        cursor.advance()
        default = expression(cursor, node.default)
    comma(cursor, node)
    return p.Parameter(name, kind, default, noted)


EXPRESSIONS.update(
    {
        cst.Attribute: _attribute,
        cst.Await: _await,
        cst.BinaryOperation: _binary,
        cst.BooleanOperation: _boolean,
        cst.Call: _call,
        cst.Comparison: _comparison,
        cst.Dict: _dict,
        cst.DictComp: _dict_comprehension,
        cst.Ellipsis: _ellipsis,
        cst.Float: _float,
        cst.GeneratorExp: _generator,
        cst.IfExp: _conditional,
        cst.Imaginary: _imaginary,
        cst.Integer: _integer,
        cst.Lambda: _lambda,
        cst.List: _list,
        cst.ListComp: _list_comprehension,
        cst.Name: _name,
        cst.NamedExpr: _walrus,
        cst.Set: _set,
        cst.SetComp: _set_comprehension,
        cst.StarredElement: _starred,
        cst.Subscript: _subscript,
        cst.Tuple: _tuple,
        cst.UnaryOperation: _unary,
        cst.Yield: _yield,
    }
)
if hasattr(cst, "StarredDictComp"):  # older releases of libcst do not have it
    EXPRESSIONS[cst.StarredDictComp] = _starred_dict_comprehension
