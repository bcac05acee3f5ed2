"""What each expression of a Program means."""

from __future__ import annotations

from keyword import iskeyword
from sys import intern
from typing import TYPE_CHECKING, Any

from cnnlint.engine.dimension import Expr
from cnnlint.engine.errors import Undetermined
from cnnlint.interpreter import comprehensions, iteration, operators
from cnnlint.interpreter.assignment import store_name
from cnnlint.interpreter.builtin import BUILTINS
from cnnlint.interpreter.conditions import condition_of, every, some, under
from cnnlint.interpreter.frame import MAX_YIELDS, Enough
from cnnlint.interpreter.journal import Joiner
from cnnlint.interpreter.values import (
    MISSING,
    Deferred,
    DictValue,
    Function,
    Hidden,
    HostFunction,
    ListValue,
    Scope,
    SetValue,
    Super,
    Unknown,
    Value,
)
from cnnlint.syntax import program as p

if TYPE_CHECKING:
    from collections.abc import Callable

    from cnnlint.interpreter.frame import Frame
    from cnnlint.interpreter.machine import Machine

MAX_TURNS = 100_000
"""Elements that one list, tuple or set may show."""


def name(machine: Machine, node: p.Name, frame: Frame) -> Value:
    """A name: local, enclosing, global, built-in."""
    scope: Scope | None = frame.scope
    if node.id in frame.scope.global_names:
        scope = frame.module.scope
    while scope is not None:
        if node.id in scope.names:
            value = scope.names[node.id]
            if type(value) is Deferred:
                frame.at = node.at
                value = machine.importer.resolve(machine, value)
                scope.names[node.id] = value
            return value
        scope = scope.parent
    if node.id in BUILTINS:
        return BUILTINS[node.id]
    return _undefined(machine, node, frame)


def _undefined(machine: Machine, node: p.Name, frame: Frame) -> Value:
    frame.at = node.at
    for module in reversed(frame.module.stars):
        value = machine.importer.star_member(machine, module, node.id)
        if value is not MISSING:
            return value
    match node.id:
        case "__name__":
            return frame.module.name
        case "__file__":
            return Unknown("the file's path is not used", machine.place)
        case "__class__" if frame.owner is not None:
            return frame.owner
        case "__doc__" | "__package__" | "__spec__":
            return None
    return machine.importer.undeclared(machine, frame.module, node.id)


def attribute(machine: Machine, node: p.Attribute, frame: Frame) -> Value:
    """`value.attr`."""
    value = machine.evaluate(node.value, frame)
    frame.at = node.at
    return machine.get(value, node.attr)


def subscript(machine: Machine, node: p.Subscript, frame: Frame) -> Value:
    """`value[index]`."""
    value = machine.evaluate(node.value, frame)
    index = machine.evaluate(node.index, frame)
    frame.at = node.at
    return iteration.subscript(machine, value, index)


def slice_(machine: Machine, node: p.Slice, frame: Frame) -> Value:
    """`lower:upper:step`."""
    parts = (node.lower, node.upper, node.step)
    return slice(*(None if part is None else machine.evaluate(part, frame) for part in parts))


def call(machine: Machine, node: p.Call, frame: Frame) -> Value:
    """A call, with `*args` and `**kwargs` spread."""
    callee = machine.evaluate(node.func, frame)
    of_object = bool(node.arguments) and isinstance(callee, HostFunction) and callee.name == "builtins.vars"
    if isinstance(callee, HostFunction) and callee.name in FRAME_FUNCTIONS and not of_object:
        return FRAME_FUNCTIONS[callee.name](machine, node, frame)
    args, kwargs, rest = arguments(machine, node.arguments, frame)
    frame.at = node.at
    return machine.call(callee, args, kwargs, rest)


def arguments(
    machine: Machine, nodes: tuple[p.Argument, ...], frame: Frame
) -> tuple[tuple[Value, ...], dict[str, Value], Unknown | None]:
    """Positional and keyword arguments; the third is set when a spread one is not known."""
    args: list[Value] = []
    kwargs: dict[str, Value] = {}
    rest: Unknown | None = None
    for argument in nodes:
        value = machine.evaluate(argument.value, frame)
        if argument.star == "*":
            if isinstance(rest, Hidden):
                continue
            try:
                args.extend(machine.elements(value))
            except Undetermined as why:
                rest = Hidden(why.reason, machine.place, opaque=True)
        elif argument.star == "**":
            mapping = operators.unwrap(value)
            if isinstance(mapping, DictValue):
                kwargs.update({key: item for key, item in mapping.items.items() if isinstance(key, str)})
                rest = rest if isinstance(rest, Hidden) else mapping.unknown or rest or mapping.open
            elif not isinstance(rest, Hidden):
                rest = Unknown(getattr(value, "reason", "the keyword arguments are not known"), machine.place)
        elif argument.keyword is not None:
            kwargs[argument.keyword] = value
        elif not isinstance(rest, Hidden):  # behind those, its position is not known either
            args.append(value)
    return tuple(args), kwargs, rest


def _super(machine: Machine, node: p.Call, frame: Frame) -> Value:
    args, _, _ = arguments(machine, node.arguments, frame)
    start, receiver = (args[0], args[1]) if len(args) > 1 else (frame.owner, frame.receiver)
    if len(args) < 2 and frame.owner is None:
        outer = next((f for f in reversed(machine.frames) if f.owner is not None), None)
        start, receiver = (outer.owner, outer.receiver) if outer else (None, None)
    if start is None or receiver is None or isinstance(start, Unknown) or isinstance(receiver, Unknown):
        return Unknown("`super()` outside of a class that is known", machine.place, opaque=True)
    return Super(start, receiver)


def _locals(machine: Machine, node: p.Call, frame: Frame) -> Value:
    del machine, node
    return DictValue(dict(frame.scope.names))


def _globals(machine: Machine, node: p.Call, frame: Frame) -> Value:
    del machine, node
    found = DictValue()
    found.items = frame.module.scope.names
    return found


def _eval(machine: Machine, node: p.Call, frame: Frame) -> Value:
    """`eval("name.member")` is what it names; a text that would do more is not followed, nor one that is not known."""
    args, kwargs, rest = arguments(machine, node.arguments, frame)
    names = args[0].strip().split(".") if len(args) == 1 and isinstance(args[0], str) else []
    if kwargs or rest is not None or not names or not all(map(_is_name, names)):
        frame.at = node.at
        return Unknown("its value is known at run time only", machine.place, opaque=True)
    named: p.Expression = p.Name(names[0], node.at)
    for attr in names[1:]:
        named = p.Attribute(named, attr, node.at)
    return machine.evaluate(named, frame)


def _is_name(text: str) -> bool:
    return text.isidentifier() and not iskeyword(text)


FRAME_FUNCTIONS: dict[str, Callable[[Machine, p.Call, Frame], Value]] = {
    "builtins.eval": _eval,
    "builtins.super": _super,
    "builtins.locals": _locals,
    "builtins.vars": _locals,
    "builtins.globals": _globals,
}
"""Built-in functions whose meaning depends on the calling frame."""


def unary(machine: Machine, node: p.Unary, frame: Frame) -> Value:
    """`op operand`."""
    operand = machine.evaluate(node.operand, frame)
    frame.at = node.at
    return operators.unary(machine, node.operator, operand)


def binary(machine: Machine, node: p.Binary, frame: Frame) -> Value:
    """`left op right`."""
    left = machine.evaluate(node.left, frame)
    right = machine.evaluate(node.right, frame)
    frame.at = node.at
    return operators.binary(machine, node.operator, left, right)


def boolean(machine: Machine, node: p.Boolean, frame: Frame) -> Value:
    """`and` / `or`: stops where Python stops; what follows an unknown operand may not happen."""
    stop = node.operator == "or"
    value: Value = None
    for index, operand in enumerate(node.operands):
        value = machine.evaluate(operand, frame)
        truth = machine.truth(value)
        if truth is stop:
            return value
        if truth is None and index + 1 < len(node.operands):
            return _undecided(machine, node, index + 1, value, frame)
    return value


def _undecided(machine: Machine, node: p.Boolean, start: int, value: Value, frame: Frame) -> Value:
    """An unknown operand: the others are still looked at, since one of them may decide (`unknown and False`)."""
    stop = node.operator == "or"
    conditions = [condition_of(value)]
    machine.uncertain += 1
    try:
        for operand in node.operands[start:]:
            other = machine.evaluate(operand, frame)
            truth = machine.truth(other)
            if truth is stop and isinstance(other, bool):
                return other
            if truth is not (not stop):
                conditions.append(condition_of(other))
    finally:
        machine.uncertain -= 1
    reason = value.reason if isinstance(value, Unknown) else "the condition is not known"
    unknown = Unknown(reason, machine.place, opaque=isinstance(value, Unknown) and value.opaque)
    return under(unknown, some(conditions) if stop else every(conditions))


def compare(machine: Machine, node: p.Compare, frame: Frame) -> Value:
    """A chain of comparisons."""
    left = machine.evaluate(node.left, frame)
    undecided: list[Value] = []
    for operator, comparator in zip(node.operators, node.comparators, strict=True):
        right = machine.evaluate(comparator, frame)
        frame.at = node.at
        outcome = operators.compare(machine, operator, left, right)
        if len(node.operators) == 1:
            return outcome
        truth = machine.truth(outcome)
        if truth is False:
            return False
        if truth is None:
            undecided.append(outcome)
        left = right
    if not undecided:
        return True
    return under(operators.unknown_of(*undecided), every(map(condition_of, undecided)))


def conditional(machine: Machine, node: p.Conditional, frame: Frame) -> Value:
    """`body if test else orelse`; both where the test is not known."""
    test = machine.evaluate(node.test, frame)
    truth = machine.truth(test)
    if truth is not None:
        return machine.evaluate(node.body if truth else node.orelse, frame)
    results: list[Value] = []

    def branch(expression: p.Expression) -> Callable[[], None]:
        def run() -> None:
            results.append(machine.evaluate(expression, frame))

        return run

    reason = test.reason if isinstance(test, Unknown) else "the condition is not known"
    machine.fork(frame, [branch(node.body), branch(node.orelse)], reason, test)
    if len(results) == 1:
        return results[0]
    joiner = Joiner(reason, machine.place, condition_of(test))
    joiner.numbers = True
    return joiner.values(results[0], results[1])


def lambda_(machine: Machine, node: p.Lambda, frame: Frame) -> Value:
    """A lambda closes over the frame."""
    return make_function(machine, node, node.parameters, frame, "<lambda>")


def make_function(
    machine: Machine,
    definition: p.FunctionDefinition | p.Lambda,
    parameters: tuple[p.Parameter, ...],
    frame: Frame,
    label: str,
) -> Function:
    """A function value with its defaults evaluated now."""
    defaults = {
        parameter.name: machine.evaluate(parameter.default, frame)
        for parameter in parameters
        if parameter.default is not None
    }
    place = machine.place_in(frame, definition.at)
    return Function(definition, defaults, frame.closure, frame.module, place, name=label)


def display(machine: Machine, elements: tuple[p.Expression, ...], frame: Frame) -> tuple[list[Value], Unknown | None]:
    """The elements of a list, tuple or set display, `*parts` spread."""
    items: list[Value] = []
    unknown: Unknown | None = None
    for element in elements:
        if isinstance(element, p.Starred):
            value = machine.evaluate(element.value, frame)
            try:
                items.extend(machine.elements(value))
            except Undetermined as why:
                unknown = Unknown(why.reason, machine.place, opaque=True)
        else:
            items.append(machine.evaluate(element, frame))
    if len(items) > MAX_TURNS:
        return [], Unknown("the display is too long to follow", machine.place, opaque=True)
    return items, unknown


def list_display(machine: Machine, node: p.ListDisplay, frame: Frame) -> Value:
    """`[a, *b]`."""
    items, unknown = display(machine, node.elements, frame)
    return ListValue(items, unknown)


def tuple_display(machine: Machine, node: p.TupleDisplay, frame: Frame) -> Value:
    """`(a, *b)`."""
    items, unknown = display(machine, node.elements, frame)
    return unknown or tuple(items)


def set_display(machine: Machine, node: p.SetDisplay, frame: Frame) -> Value:
    """`{a, *b}`."""
    items, unknown = display(machine, node.elements, frame)
    return SetValue(items, unknown)


def dict_display(machine: Machine, node: p.DictDisplay, frame: Frame) -> Value:
    """`{k: v, **m}`."""
    result = DictValue()
    for key, item in zip(node.keys, node.values, strict=True):
        value = machine.evaluate(item, frame)
        if key is None:
            mapping = operators.unwrap(value)
            if isinstance(mapping, DictValue):
                result.items.update(mapping.items)
                result.unknown = result.unknown or mapping.unknown
            else:
                result.unknown = Unknown("a mapping that is not known", machine.place, opaque=True)
            continue
        where = machine.evaluate(key, frame)
        if isinstance(where, Unknown):
            result.unknown = Unknown(where.reason, where.place, opaque=True)
        else:
            result.items[where] = value
    return result


def formatted(machine: Machine, node: p.FormattedString, frame: Frame) -> Value:
    """An f-string; unknown if a part is."""
    parts: list[str] = []
    unknown: Unknown | None = None
    for part in node.parts:
        if isinstance(part, str):
            parts.append(part)
            continue
        value = machine.evaluate(part.value, frame)
        text = _format(machine, value, part, frame)
        if isinstance(text, Unknown):
            unknown = unknown or text
        else:
            parts.append(part.equal + text)
    if sum(map(len, parts)) > operators.MAX_LENGTH:
        return Unknown("the string is too long to build", machine.place)
    return unknown or "".join(parts)


def _format(machine: Machine, value: Value, part: p.FormattedValue, frame: Frame) -> str | Unknown:
    spec = formatted(machine, part.format_spec, frame) if part.format_spec is not None else ""
    value = operators.unwrap(value)
    if isinstance(value, Unknown):
        return Unknown(value.reason, value.place)
    if isinstance(spec, Unknown) or not isinstance(value, (*operators.PLAIN, type(None), Expr)):
        return Unknown("the text of this value is not followed", machine.place)
    if len(spec) > 16:
        return Unknown("the format is too long", machine.place)
    if part.conversion == "r" or (part.equal and not spec and not part.conversion):
        value = repr(value)
    try:
        digits = "".join(c if c.isdigit() else " " for c in spec).split()
        if any(len(d) > 4 for d in digits):
            return Unknown("the format is too wide", machine.place)
        return format(value, spec)
    except (TypeError, ValueError):
        return Unknown("the value could not be formatted", machine.place)


def walrus(machine: Machine, node: p.Walrus, frame: Frame) -> Value:
    """`(name := value)`."""
    value = machine.evaluate(node.value, frame)
    store_name(machine, node.target, value, frame)
    return value


def await_(machine: Machine, node: p.Await, frame: Frame) -> Value:
    """A coroutine has run when it was called."""
    return machine.evaluate(node.value, frame)


def yield_(machine: Machine, node: p.Yield, frame: Frame) -> Value:
    """Keep the value for whoever iterates; nothing is sent back."""
    value = None if node.value is None else machine.evaluate(node.value, frame)
    if frame.yields is None:
        return None
    if len(frame.yields) >= MAX_YIELDS:
        raise Enough
    machine.touch(frame.yields)
    if node.delegate:
        try:
            frame.yields.extend(machine.elements(value))
        except Undetermined as why:
            frame.yields.append(Unknown(why.reason, machine.place, opaque=True))
    else:
        frame.yields.append(value)
    return None


def constant(machine: Machine, node: p.Constant, frame: Frame) -> Value:
    """A number, text or the like; text that could be a name is one object wherever it is written, as in CPython."""
    del machine, frame
    value = node.value
    return intern(value) if value.__class__ is str and value.isidentifier() and value.isascii() else value


def odd_constant(machine: Machine, node: p.OddConstant, frame: Frame) -> Value:
    """`...`, a complex number, or an integer beyond 64 bits."""
    del frame
    match node.kind:
        case "ellipsis":
            return ...
        case "complex":
            return complex(node.text.replace("_", ""))
        case _ if len(node.text) <= 1000:
            return int(node.text.replace("_", ""), 0)
        case _:
            return Unknown("the number is too large to compute", machine.place)


EVALUATORS: dict[type[Any], Callable[[Machine, Any, Frame], Value]] = {
    p.Constant: constant,
    p.OddConstant: odd_constant,
    p.Name: name,
    p.Attribute: attribute,
    p.Subscript: subscript,
    p.Slice: slice_,
    p.Call: call,
    p.Unary: unary,
    p.Binary: binary,
    p.Boolean: boolean,
    p.Compare: compare,
    p.Conditional: conditional,
    p.Lambda: lambda_,
    p.ListDisplay: list_display,
    p.TupleDisplay: tuple_display,
    p.SetDisplay: set_display,
    p.DictDisplay: dict_display,
    p.Starred: lambda machine, node, frame: machine.evaluate(node.value, frame),
    p.Comprehension: comprehensions.comprehension,
    p.FormattedString: formatted,
    p.Walrus: walrus,
    p.Await: await_,
    p.Yield: yield_,
}
