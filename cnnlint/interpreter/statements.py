"""What each statement of a Program does."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from cnnlint.engine.errors import ShapeError
from cnnlint.interpreter import attributes, classes, iteration, operators, patterns
from cnnlint.interpreter.assignment import assign_target, store_name
from cnnlint.interpreter.builtin.constructors import to_text
from cnnlint.interpreter.builtin.exceptions import description, exception_class, new_exception
from cnnlint.interpreter.conditions import require
from cnnlint.interpreter.expressions import make_function
from cnnlint.interpreter.frame import BREAK, CONTINUE, Frame, Return, Signal
from cnnlint.interpreter.loops import for_, while_
from cnnlint.interpreter.values import (
    MISSING,
    BoundMethod,
    ClassValue,
    Function,
    Generator,
    Instance,
    LibraryModule,
    ModuleValue,
    Raised,
    Unknown,
    Value,
)
from cnnlint.syntax import program as p

if TYPE_CHECKING:
    from collections.abc import Callable

    from cnnlint.interpreter.machine import Machine


def top_level(machine: Machine, node: p.Statement, frame: Frame) -> None:
    """Run one statement of a module; what an exception would skip is looked at all the same."""
    machine.step()
    try:
        EXECUTORS[type(node)](machine, node, frame)
    except Raised as error:
        if frame.module.filename == machine.home:
            machine.uncaught(error)
        reason = (
            f"this statement raises {error.value.cls.name}" if isinstance(error.value, Instance) else "an exception"
        )
        unknown = Unknown(reason, machine.place, opaque=True)
        if isinstance(node, p.Assign):
            for target in node.targets:
                assign_target(machine, target, unknown, frame)
        elif isinstance(node, p.FunctionDefinition | p.ClassDefinition):
            store_name(machine, node.name, unknown, frame)
    finally:
        machine.uncertain -= frame.uncertain
        frame.uncertain = 0
        frame.pending.clear()


# --- assignments ------------------------------------------------------------------------------------------------------


def assign(machine: Machine, node: p.Assign, frame: Frame) -> Signal:
    """`a = b = value`."""
    value = machine.evaluate(node.value, frame)
    for target in node.targets:
        assign_target(machine, target, value, frame)
    return None


def annotated_assign(machine: Machine, node: p.AnnotatedAssign, frame: Frame) -> Signal:
    """`a: int = value`; in a class body the annotation makes a field."""
    if frame.scope is not frame.closure and isinstance(node.target, p.Name):
        classes.annotate(machine, node, frame)
    if node.value is not None:
        assign_target(machine, node.target, machine.evaluate(node.value, frame), frame)
    return None


INPLACE = {
    "+": "__iadd__",
    "-": "__isub__",
    "*": "__imul__",
    "/": "__itruediv__",
    "//": "__ifloordiv__",
    "%": "__imod__",
    "**": "__ipow__",
    "@": "__imatmul__",
    "|": "__ior__",
    "&": "__iand__",
    "^": "__ixor__",
    "<<": "__ilshift__",
    ">>": "__irshift__",
}


def augmented_assign(machine: Machine, node: p.AugmentedAssign, frame: Frame) -> Signal:
    """`a += value`: in place where the object can."""
    old = machine.evaluate(node.target, frame)
    value = machine.evaluate(node.value, frame)
    frame.at = node.at
    method = attributes.lookup(machine, old, INPLACE[node.operator]) if not isinstance(old, Unknown) else MISSING
    if method is not MISSING and not isinstance(method, Unknown):
        new = machine.call(method, (value,))
    else:
        new = operators.binary(machine, node.operator, old, value)
    assign_target(machine, node.target, new, frame)
    return None


def delete(machine: Machine, node: p.Delete, frame: Frame) -> Signal:
    """`del target`."""
    for target in node.targets:
        match target:
            case p.Name():
                machine.touch(frame.scope)
                frame.scope.names.pop(target.id, None)
            case p.Attribute():
                attributes.remove(machine, machine.evaluate(target.value, frame), target.attr)
            case p.Subscript():
                owner = machine.evaluate(target.value, frame)
                iteration.delete(machine, owner, machine.evaluate(target.index, frame))
            case p.TupleDisplay() | p.ListDisplay():
                delete(machine, p.Delete(target.elements), frame)
            case _:
                pass
    return None


# --- control flow -----------------------------------------------------------------------------------------------------


def if_(machine: Machine, node: p.If, frame: Frame) -> Signal:
    """One branch where the test is known, else both."""
    test = machine.evaluate(node.test, frame)
    truth = machine.truth(test)
    if truth is not None:
        return machine.execute(node.body if truth else node.orelse, frame)
    frame.at = node.at
    reason = test.reason if isinstance(test, Unknown) else "the condition is not known"
    branches = [lambda: machine.execute(node.body, frame), lambda: machine.execute(node.orelse, frame)]
    return machine.fork(frame, branches, reason, test)


def try_(machine: Machine, node: p.Try, frame: Frame) -> Signal:
    """`try`: an exception of the linted program goes to the first handler that takes it."""
    signal: Signal = None
    try:
        signal = _guarded_body(machine, node, frame)
    except Raised as error:
        after = machine.execute(node.finalbody, frame)
        if after is not None:
            return after
        raise error from None
    after = machine.execute(node.finalbody, frame)
    return after if after is not None else signal


def _guarded_body(machine: Machine, node: p.Try, frame: Frame) -> Signal:
    machine.handlers.append(lambda name: any(_takes(machine, h, name, frame) for h in node.handlers))
    raised: Raised | None = None
    signal: Signal = None
    try:
        signal = machine.execute(node.body, frame)
    except Raised as error:
        raised = error
    finally:
        machine.handlers.pop()
    if raised is not None:
        return _handle(machine, node, raised, frame)
    return machine.execute(node.orelse, frame) if signal is None else signal


def _handle(machine: Machine, node: p.Try, error: Raised, frame: Frame) -> Signal:
    for handler in node.handlers:
        if _catches(machine, handler, error.value, frame):
            if handler.name:
                store_name(machine, handler.name, error.value, frame)
            try:
                return machine.execute(handler.body, frame)
            except Raised as again:
                # a bare `raise` inside of the handler means the exception that it handles
                raise error if again.value is None else again from None
    raise error


def _takes(machine: Machine, handler: p.Handler, name: str, frame: Frame) -> bool:
    return _catches(machine, handler, new_exception(name, ""), frame)


def _catches(machine: Machine, handler: p.Handler, value: Value, frame: Frame) -> bool:
    if handler.type is None:
        return True
    kind = machine.evaluate(handler.type, frame)
    return machine.isinstance(value, kind) is not False


def raise_(machine: Machine, node: p.Raise, frame: Frame) -> Signal:
    """`raise`: an unknown value is an exception all the same."""
    value = None if node.value is None else machine.evaluate(node.value, frame)
    frame.at = node.at
    if isinstance(value, ClassValue):
        value = machine.call(value, ())
    if isinstance(value, Unknown):
        value = Instance(exception_class("Exception"), machine.place)
    raise machine.raised(value)


def assert_(machine: Machine, node: p.Assert, frame: Frame) -> Signal:
    """An assertion that is known to fail ends its function, as in Python; one that is not known holds."""
    test = machine.evaluate(node.test, frame)
    truth = machine.truth(test)
    frame.at = node.at
    if truth is False:
        said = None if node.message is None else machine.evaluate(node.message, frame)
        sides = _sides(machine, node.test, frame)
        frame.at = node.at
        value = new_exception("AssertionError", said if isinstance(said, str) else "")
        notes = () if sides is None else (f"{sides} does not hold",)
        raise machine.raised(value, ShapeError("uncaught-exception", description(value), notes=notes))
    if truth is None:
        require(test, truth=True)
    return None


def _sides(machine: Machine, test: p.Expression, frame: Frame) -> str | None:
    """A comparison with the values in it; None where reading them again could do more than that."""
    if not isinstance(test, p.Compare) or len(test.comparators) > 1:
        return None
    left, right = test.left, test.comparators[0]
    if not (_is_read_only(left) and _is_read_only(right)):
        return None
    texts = [to_text(machine, machine.evaluate(side, frame)) for side in (left, right)]
    if not all(isinstance(text, str) for text in texts):
        return None
    return f"{texts[0]} {test.operators[0]} {texts[1]}"


def _is_read_only(node: p.Expression) -> bool:
    match node:
        case p.Constant() | p.Name():
            return True
        case p.Attribute():
            return _is_read_only(node.value)
        case p.Subscript():
            return _is_read_only(node.value) and isinstance(node.index, p.Constant | p.Unary)
        case p.Binary():
            return _is_read_only(node.left) and _is_read_only(node.right)
        case p.TupleDisplay() | p.ListDisplay():
            return all(map(_is_read_only, node.elements))
        case _:
            return False


def return_(machine: Machine, node: p.Return, frame: Frame) -> Signal:
    """`return value`."""
    return Return(None if node.value is None else machine.evaluate(node.value, frame))


def jump(machine: Machine, node: p.Jump, frame: Frame) -> Signal:
    """`break`, `continue`, `pass`."""
    del machine, frame
    return {"break": BREAK, "continue": CONTINUE}.get(node.kind)


EXPECTING = ("raises", "assertRaises", "assertRaisesRegex", "suppress", "warns", "assertWarns")
"""Context managers under which an error is what the code expects."""


def with_(machine: Machine, node: p.With, frame: Frame) -> Signal:
    """`with`: enters each context; an error expected by one of them ends the block quietly."""
    expecting = False
    contexts: list[Value] = []
    for item in node.items:
        context = machine.evaluate(item.context, frame)
        contexts.append(context)
        expecting = expecting or _expects_error(item.context)
        entered = _enter(machine, context)
        if item.target is not None:
            assign_target(machine, item.target, entered, frame)
    if not expecting:
        signal = machine.execute(node.body, frame)
        for context in reversed(contexts):
            _leave(machine, context)
        return signal
    machine.handlers.append(lambda _name: True)
    try:
        return machine.execute(node.body, frame)
    except Raised:
        return None
    finally:
        machine.handlers.pop()


def _expects_error(node: p.Expression) -> bool:
    func = node.func if isinstance(node, p.Call) else None
    return (isinstance(func, p.Attribute) and func.attr in EXPECTING) or (
        isinstance(func, p.Name) and func.id in EXPECTING
    )


def _enter(machine: Machine, context: Value) -> Value:
    if isinstance(context, Instance):
        method = context.cls.lookup("__enter__")
        if method is not MISSING:
            return machine.call(BoundMethod(method, context), ())
    if isinstance(context, Generator):
        return context.items[0] if context.items else None
    if isinstance(context, Unknown):
        return Unknown(context.reason, context.place, opaque=True)
    return context


def _leave(machine: Machine, context: Value) -> None:
    if isinstance(context, Instance) and not context.cls.library:
        method = context.cls.lookup("__exit__")
        if method is not MISSING:
            machine.call(BoundMethod(method, context), (None, None, None))


def match_(machine: Machine, node: p.Match, frame: Frame) -> Signal:
    """`match`: the first case whose pattern fits; cases that may fit are branches."""
    subject = machine.evaluate(node.subject, frame)
    return _cases(machine, node, 0, subject, frame)


def _cases(machine: Machine, node: p.Match, index: int, subject: Value, frame: Frame) -> Signal:
    for position in range(index, len(node.cases)):
        case = node.cases[position]
        bindings: dict[str, Value] = {}
        fits = patterns.fits(machine, case.pattern, subject, frame, bindings)
        if fits is False:
            continue
        for name, value in bindings.items():
            store_name(machine, name, value, frame)
        if fits and case.guard is not None:
            fits = machine.truth(machine.evaluate(case.guard, frame))
        if fits:
            return machine.execute(case.body, frame)
        if fits is None:
            frame.at = node.at
            return machine.fork(
                frame,
                [
                    partial(machine.execute, case.body, frame),
                    partial(_cases, machine, node, position + 1, subject, frame),
                ],
                "which case fits is not known",
            )
    return None


# --- definitions and imports ------------------------------------------------------------------------------------------


def function_definition(machine: Machine, node: p.FunctionDefinition, frame: Frame) -> Signal:
    """`def`: decorators are applied; one that is not known is transparent."""
    function: Value = make_function(machine, node, node.parameters, frame, node.name)
    store_name(machine, node.name, decorate(machine, node.decorators, function, frame, node.at), frame)
    return None


def decorate(machine: Machine, decorators: tuple[p.Expression, ...], value: Value, frame: Frame, at: p.Span) -> Value:
    """Apply decorators from the innermost outwards."""
    for decorator in reversed(decorators):
        wrapper = machine.evaluate(decorator, frame)
        if isinstance(wrapper, Unknown):
            _alter(value)
            continue
        frame.at = at
        try:
            wrapped = machine.call(wrapper, (value,))
        except Raised:
            _alter(value)
            continue
        if not isinstance(wrapped, Unknown) and wrapped is not None:
            value = wrapped
        else:
            _alter(value)
    return value


def _alter(value: Value) -> None:
    """Nothing tells what a decorator does with a class or a function: it may take other arguments from now on."""
    if isinstance(value, ClassValue | Function):
        value.altered = True


def class_definition(machine: Machine, node: p.ClassDefinition, frame: Frame) -> Signal:
    """`class`."""
    cls: Value = classes.define(machine, node, frame)
    store_name(machine, node.name, decorate(machine, node.decorators, cls, frame, node.at), frame)
    return None


def import_(machine: Machine, node: p.Import, frame: Frame) -> Signal:
    """`import a.b as c`."""
    frame.at = node.at
    for name in node.names:
        module = machine.importer.module(machine, name.name, frame.module)
        if name.alias:
            store_name(machine, name.alias, module, frame)
        else:
            top = name.name.partition(".")[0]
            bound = module if top == name.name else machine.importer.module(machine, top, frame.module)
            store_name(machine, top, bound, frame)
    return None


def import_from(machine: Machine, node: p.ImportFrom, frame: Frame) -> Signal:
    """`from module import a as b`, `from . import x`, `from m import *`."""
    frame.at = node.at
    source = machine.importer.relative(machine, node.module, node.level, frame.module)
    if not node.names:
        if isinstance(source, ModuleValue | LibraryModule):
            frame.module.stars.append(source)
        else:
            frame.module.open = True
        return None
    for name in node.names:
        value = machine.importer.name_from(machine, source, name.name)
        store_name(machine, name.alias or name.name, value, frame)
    return None


def scope(machine: Machine, node: p.Scope, frame: Frame) -> Signal:
    """`global` / `nonlocal`."""
    del machine
    if node.kind == "global":
        frame.scope.global_names |= frozenset(node.names)
    else:
        frame.scope.nonlocal_names |= frozenset(node.names)
    return None


def expression(machine: Machine, node: p.ExpressionStatement, frame: Frame) -> Signal:
    """An expression for its effect."""
    machine.evaluate(node.value, frame)
    return None


def type_alias(machine: Machine, node: p.TypeAliasStatement, frame: Frame) -> Signal:
    """`type X = …`."""
    store_name(machine, node.name, machine.evaluate(node.value, frame), frame)
    return None


EXECUTORS: dict[type[Any], Callable[[Machine, Any, Frame], Signal]] = {
    p.ExpressionStatement: expression,
    p.Assign: assign,
    p.AugmentedAssign: augmented_assign,
    p.AnnotatedAssign: annotated_assign,
    p.If: if_,
    p.For: for_,
    p.While: while_,
    p.Try: try_,
    p.With: with_,
    p.FunctionDefinition: function_definition,
    p.ClassDefinition: class_definition,
    p.Return: return_,
    p.Raise: raise_,
    p.Assert: assert_,
    p.Delete: delete,
    p.Import: import_,
    p.ImportFrom: import_from,
    p.Scope: scope,
    p.Jump: jump,
    p.Match: match_,
    p.TypeAliasStatement: type_alias,
}
