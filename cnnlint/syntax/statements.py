"""Statements: libcst's nodes to the program's. As with expressions, each steps over its own tokens."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import libcst as cst

from cnnlint.syntax import program as p
from cnnlint.syntax.dispatch import comma, expression, identifier
from cnnlint.syntax.expressions import arguments, parameters
from cnnlint.syntax.imports import lower_import, lower_import_from
from cnnlint.syntax.patterns import pattern

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cnnlint.syntax.positions import Cursor

_AUGMENTED = {
    cst.AddAssign: "+",
    cst.SubtractAssign: "-",
    cst.MultiplyAssign: "*",
    cst.MatrixMultiplyAssign: "@",
    cst.DivideAssign: "/",
    cst.ModuloAssign: "%",
    cst.BitAndAssign: "&",
    cst.BitOrAssign: "|",
    cst.BitXorAssign: "^",
    cst.LeftShiftAssign: "<<",
    cst.RightShiftAssign: ">>",
    cst.PowerAssign: "**",
    cst.FloorDivideAssign: "//",
}


def block(cursor: Cursor, nodes: Sequence[Any]) -> tuple[p.Statement, ...]:
    """The statements of a body; `cursor.end` is then the end of the last one, a semicolon after it left out."""
    lowered: list[p.Statement] = []
    for node in nodes:
        if node.__class__ is cst.SimpleStatementLine:
            _line(cursor, node.body, lowered)
        else:
            lowered.append(_STATEMENTS[node.__class__](cursor, node))
    return tuple(lowered)


def _line(cursor: Cursor, nodes: Sequence[Any], lowered: list[p.Statement]) -> None:
    for node in nodes:
        lowered.append(_STATEMENTS[node.__class__](cursor, node))
        if node.semicolon.__class__ is cst.Semicolon:
            end = cursor.end
            cursor.advance()
            cursor.end = end


def _suite(cursor: Cursor, node: Any) -> tuple[p.Statement, ...]:
    """The colon and what follows it, on lines of its own or on the same one."""
    cursor.advance()
    if node.__class__ is cst.IndentedBlock:
        return block(cursor, node.body)
    lowered: list[p.Statement] = []
    _line(cursor, node.body, lowered)
    return tuple(lowered)


def _optional(cursor: Cursor, node: Any) -> p.Expression | None:
    return None if node is None else expression(cursor, node)


# --- simple statements ------------------------------------------------------------------------------------------------


def _expression(cursor: Cursor, node: cst.Expr) -> p.Statement:
    start = cursor.start
    value = expression(cursor, node.value)
    return p.ExpressionStatement(value, cursor.span(start))


def _assign(cursor: Cursor, node: cst.Assign) -> p.Statement:
    start = cursor.start
    targets = []
    for target in node.targets:
        targets.append(expression(cursor, target.target))
        cursor.advance()
    value = expression(cursor, node.value)
    return p.Assign(tuple(targets), value, cursor.span(start))


def _annotated(cursor: Cursor, node: cst.AnnAssign) -> p.Statement:
    start = cursor.start
    target = expression(cursor, node.target)
    cursor.advance()
    annotation = expression(cursor, node.annotation.annotation)
    value = None
    if node.value is not None:
        cursor.advance()
        value = expression(cursor, node.value)
    return p.AnnotatedAssign(target, annotation, value, cursor.span(start))


def _augmented(cursor: Cursor, node: cst.AugAssign) -> p.Statement:
    start = cursor.start
    target = expression(cursor, node.target)
    cursor.advance()
    value = expression(cursor, node.value)
    return p.AugmentedAssign(target, _AUGMENTED[node.operator.__class__], value, cursor.span(start))


def _return(cursor: Cursor, node: cst.Return) -> p.Statement:
    start = cursor.start
    cursor.advance()
    value = _optional(cursor, node.value)
    return p.Return(value, cursor.span(start))


def _raise(cursor: Cursor, node: cst.Raise) -> p.Statement:
    start = cursor.start
    cursor.advance()
    value = _optional(cursor, node.exc)
    cause = None
    if node.cause is not None:
        cursor.advance()
        cause = expression(cursor, node.cause.item)
    return p.Raise(value, cause, cursor.span(start))


def _assert(cursor: Cursor, node: cst.Assert) -> p.Statement:
    start = cursor.start
    cursor.advance()
    test = expression(cursor, node.test)
    message = None
    if node.msg is not None:
        cursor.advance()
        message = expression(cursor, node.msg)
    return p.Assert(test, message, cursor.span(start))


def _delete(cursor: Cursor, node: cst.Del) -> p.Statement:
    cursor.advance()
    target = expression(cursor, node.target)
    return p.Delete(target.elements if isinstance(target, p.TupleDisplay) else (target,))


def _scope(cursor: Cursor, node: cst.Global | cst.Nonlocal) -> p.Statement:
    cursor.advance()
    names = []
    for item in node.names:
        names.append(identifier(cursor, item.name))
        comma(cursor, item)
    return p.Scope("global" if isinstance(node, cst.Global) else "nonlocal", tuple(names))


def _pass(cursor: Cursor, _node: cst.Pass) -> p.Statement:
    cursor.advance()
    return p.Jump("pass")


def _break(cursor: Cursor, _node: cst.Break) -> p.Statement:
    cursor.advance()
    return p.Jump("break")


def _continue(cursor: Cursor, _node: cst.Continue) -> p.Statement:
    cursor.advance()
    return p.Jump("continue")


def _type_alias(cursor: Cursor, node: cst.TypeAlias) -> p.Statement:
    cursor.advance()
    name = identifier(cursor, node.name)
    _type_parameters(cursor, node.type_parameters)
    cursor.advance()
    return p.TypeAliasStatement(name, expression(cursor, node.value))


def _type_parameters(cursor: Cursor, node: cst.TypeParameters | None) -> None:
    """Types have no part in what runs; only their tokens are stepped over."""
    if node is None:
        return
    cursor.advance()
    for parameter in node.params:
        variable = parameter.param
        if not isinstance(variable, cst.TypeVar):
            cursor.advance()
        identifier(cursor, variable.name)
        if isinstance(variable, cst.TypeVar) and variable.bound is not None:
            cursor.advance()
            expression(cursor, variable.bound)
        if parameter.default is not None:
            cursor.advance()
            if parameter.star:
                cursor.advance()
            expression(cursor, parameter.default)
        comma(cursor, parameter)
    cursor.advance()


# --- compound statements ----------------------------------------------------------------------------------------------


def _if(cursor: Cursor, node: cst.If) -> p.Statement:
    """An `elif` is an `if` in an `else`, as deep as the chain is long: taken in a loop."""
    chain: list[tuple[int, p.Expression, tuple[p.Statement, ...]]] = []
    rest: Any = node
    while rest.__class__ is cst.If:
        start = cursor.start
        cursor.advance()
        test = expression(cursor, rest.test)
        chain.append((start, test, _suite(cursor, rest.body)))
        rest = rest.orelse
    orelse = _else(cursor, rest)
    while True:
        start, test, body = chain.pop()
        lowered = p.If(test, body, orelse, cursor.span(start))
        if not chain:
            return lowered
        orelse = (lowered,)


def _else(cursor: Cursor, node: Any) -> tuple[p.Statement, ...]:
    """What follows `else` or `finally`."""
    if node is None:
        return ()
    cursor.advance()
    return _suite(cursor, node.body)


def _for(cursor: Cursor, node: cst.For) -> p.Statement:
    start = cursor.start
    if node.asynchronous is not None:
        cursor.advance()
    cursor.advance()
    target = expression(cursor, node.target)
    cursor.advance()
    iterable = expression(cursor, node.iter)
    body = _suite(cursor, node.body)
    orelse = _else(cursor, node.orelse)
    return p.For(target, iterable, body, orelse, cursor.span(start))


def _while(cursor: Cursor, node: cst.While) -> p.Statement:
    start = cursor.start
    cursor.advance()
    test = expression(cursor, node.test)
    body = _suite(cursor, node.body)
    orelse = _else(cursor, node.orelse)
    return p.While(test, body, orelse, cursor.span(start))


def _try(cursor: Cursor, node: cst.Try | cst.TryStar) -> p.Statement:
    cursor.advance()
    body = _suite(cursor, node.body)
    handlers = tuple(_handler(cursor, handler) for handler in node.handlers)
    orelse = _else(cursor, node.orelse)
    return p.Try(body, handlers, orelse, _else(cursor, node.finalbody))


def _handler(cursor: Cursor, node: cst.ExceptHandler | cst.ExceptStarHandler) -> p.Handler:
    cursor.advance()
    if isinstance(node, cst.ExceptStarHandler):
        cursor.advance()
    caught = _optional(cursor, node.type)
    name = None
    if node.name is not None:
        cursor.advance()
        assert isinstance(node.name.name, cst.Name)
        name = identifier(cursor, node.name.name)
    return p.Handler(caught, name, _suite(cursor, node.body))


def _with(cursor: Cursor, node: cst.With) -> p.Statement:
    start = cursor.start
    if node.asynchronous is not None:
        cursor.advance()
    cursor.advance()
    parenthesized = isinstance(node.lpar, cst.LeftParen)
    if parenthesized:
        cursor.advance()
    items = []
    for item in node.items:
        context = expression(cursor, item.item)
        target = None
        if item.asname is not None:
            cursor.advance()
            target = expression(cursor, item.asname.name)
        items.append(p.WithItem(context, target))
        comma(cursor, item)
    if parenthesized:
        cursor.advance()
    body = _suite(cursor, node.body)
    return p.With(tuple(items), body, cursor.span(start))


def _decorators(cursor: Cursor, nodes: Sequence[cst.Decorator]) -> tuple[p.Expression, ...]:
    lowered = []
    for node in nodes:
        cursor.advance()
        lowered.append(expression(cursor, node.decorator))
    return tuple(lowered)


def _function(cursor: Cursor, node: cst.FunctionDef) -> p.Statement:
    decorators = _decorators(cursor, node.decorators)
    if node.asynchronous is not None:
        cursor.advance()
    cursor.advance()
    start = cursor.start
    name = identifier(cursor, node.name)
    at = cursor.span(start)
    _type_parameters(cursor, node.type_parameters)
    cursor.advance()
    given = parameters(cursor, node.params)
    cursor.advance()
    returns = None
    if node.returns is not None:
        cursor.advance()
        returns = expression(cursor, node.returns.annotation)
    outer, cursor.has_yield = cursor.has_yield, False
    body = _suite(cursor, node.body)
    is_generator, cursor.has_yield = cursor.has_yield, outer
    is_async = node.asynchronous is not None
    return p.FunctionDefinition(name, given, body, decorators, returns, is_async, is_generator, at)


def _class(cursor: Cursor, node: cst.ClassDef) -> p.Statement:
    decorators = _decorators(cursor, node.decorators)
    cursor.advance()
    start = cursor.start
    name = identifier(cursor, node.name)
    at = cursor.span(start)
    _type_parameters(cursor, node.type_parameters)
    parenthesized = isinstance(node.lpar, cst.LeftParen)
    if parenthesized:
        cursor.advance()
    given = arguments(cursor, node.bases) + arguments(cursor, node.keywords)
    if parenthesized:
        cursor.advance()
    outer = cursor.has_yield
    body = _suite(cursor, node.body)
    cursor.has_yield = outer
    return p.ClassDefinition(name, given, body, decorators, at)


def _match(cursor: Cursor, node: cst.Match) -> p.Statement:
    start = cursor.start
    cursor.advance()
    subject = expression(cursor, node.subject)
    cursor.advance()
    cases = []
    for case in node.cases:
        cursor.advance()
        matched = pattern(cursor, case.pattern)
        guard = None
        if case.guard is not None:
            cursor.advance()
            guard = expression(cursor, case.guard)
        cases.append(p.MatchCase(matched, guard, _suite(cursor, case.body)))
    return p.Match(subject, tuple(cases), cursor.span(start))


_STATEMENTS: dict[type[cst.CSTNode], Callable[[Cursor, Any], p.Statement]] = {
    cst.AnnAssign: _annotated,
    cst.Assert: _assert,
    cst.Assign: _assign,
    cst.AugAssign: _augmented,
    cst.Break: _break,
    cst.ClassDef: _class,
    cst.Continue: _continue,
    cst.Del: _delete,
    cst.Expr: _expression,
    cst.For: _for,
    cst.FunctionDef: _function,
    cst.Global: _scope,
    cst.If: _if,
    cst.Import: lower_import,
    cst.ImportFrom: lower_import_from,
    cst.Match: _match,
    cst.Nonlocal: _scope,
    cst.Pass: _pass,
    cst.Raise: _raise,
    cst.Return: _return,
    cst.Try: _try,
    cst.TryStar: _try,
    cst.TypeAlias: _type_alias,
    cst.While: _while,
    cst.With: _with,
}
# Nodes that older releases of libcst do not have.
if hasattr(cst, "LazyImport"):
    _STATEMENTS[cst.LazyImport] = lower_import
    _STATEMENTS[cst.LazyImportFrom] = lower_import_from
