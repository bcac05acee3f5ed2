"""Calling: functions of the code, host functions, classes, and everything else that can be called."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.engine.errors import ShapeError
from cnnlint.interpreter.aliasing import CHANGING, FREEZING, disturb, unsettle
from cnnlint.interpreter.frame import MAX_YIELDS, Enough, Frame, Return
from cnnlint.interpreter.values import (
    MISSING,
    BoundMethod,
    ClassMethod,
    ClassValue,
    DictValue,
    Function,
    Generator,
    Hidden,
    HostFunction,
    Instance,
    ListValue,
    Open,
    Raised,
    Scope,
    StaticMethod,
    Tensor,
    Unknown,
    Value,
)
from cnnlint.syntax.program import FunctionDefinition, Lambda, Parameter

if TYPE_CHECKING:
    from cnnlint.interpreter.machine import Machine

MAX_DEPTH = 120
"""Active calls of the linted code's functions; a deeper recursion is not followed."""
MAX_UNCERTAIN_DEPTH = 4
"""Turns of one function within itself under a condition that is not known: both branches are followed each time."""
MAX_GIVEN = 5000
"""Values behind an argument that are looked at."""
FRAMEWORK_NAMES = ("torch.", "keras.", "einops.", "torchvision.")
"""Whose signatures are the framework's own: a call that does not fit them must fail."""


MUTATORS = frozenset(
    {
        *("__setitem__", "__delitem__", "__setattr__", "__delattr__", "append", "extend", "insert", "pop", "popitem"),
        *("remove", "clear", "update", "setdefault", "add_module", "set_submodule"),
        *("register_module", "register_buffer", "register_parameter"),
    }
)
"""Methods that change what an object of a library holds: where one cannot be followed, nothing tells that any more."""


OPEN_SIZES = frozenset({"batch", "channels", "depth", "height", "length", "width"})
"""The names of an input's open sizes: a parameter of that name is another number."""


def free_size(name: str) -> str:
    """The symbol for a parameter that nothing gives a value."""
    return f"{name}_" if name in OPEN_SIZES else name


def call(
    machine: Machine, callee: Value, args: tuple[Value, ...], kwargs: dict[str, Value], rest: Unknown | None
) -> Value:
    """Call a value; `rest` stands for further arguments that are not known."""
    match callee:
        case BoundMethod():
            if isinstance(callee.function, Function) and rest is None and is_application(machine, callee):
                return apply_directly(machine, callee, args, kwargs)
            return call(machine, callee.function, (callee.receiver, *args), kwargs, rest)
        case HostFunction():
            return call_host(machine, callee, args, kwargs, rest)
        case Function():
            return call_function(machine, callee, args, kwargs, rest)
        case ClassValue():
            return instantiate(machine, callee, args, kwargs, rest)
        case StaticMethod() | ClassMethod():
            return call(machine, callee.function, args, kwargs, rest)
        case Instance() | Tensor():
            method = callee.cls.lookup("__call__")
            if method is not MISSING:
                return call(machine, method, (callee, *args), kwargs, rest)
            unknown = isinstance(callee, Instance) and (callee.opaque or callee.cls.unknown_base)
            if unknown:
                return Unknown(unknown.reason, unknown.place, opaque=True)
            return Unknown(f"a `{callee.cls.name}` object is called", machine.place, opaque=True)
        case Unknown():
            callee.called = True
            for value in (*args, *kwargs.values()):
                give_away(machine, value)
            if callee.made is not None and callee.made[0] in CHANGING:
                disturb(machine, callee.made[1])
            if callee.made is not None and callee.made[0] == FREEZING:
                unsettle(machine, callee.made[1])
            given = Unknown(callee.reason, callee.place or machine.place, opaque=True)
            if callee.made is not None:
                given.made = (*callee.made[:2], machine.place)
            return given
        case bool() | int() | float() | str() | tuple() | ListValue() | DictValue():
            return machine.throw("TypeError", f"a value of type {_type_name(callee)} is called", "bad-call")
        case _:
            return Unknown("something is called that is no function", machine.place, opaque=True)


def _type_name(value: Value) -> str:
    named = {ListValue: "list", DictValue: "dict"}
    return named.get(type(value)) or type(value).__name__


def give_away(machine: Machine, value: Value) -> None:
    """What a function that is not known is given, it may change: objects may have attributes that nothing else sets."""
    waiting, seen = [value], 0
    while waiting and seen < MAX_GIVEN:
        each = waiting.pop()
        seen += 1
        if isinstance(each, Instance) and "open" not in each.facts:
            machine.touch(each)
            each.facts["open"] = True
            waiting.extend(each.attrs.values())
        elif isinstance(each, tuple):
            waiting.extend(each)
        elif isinstance(each, ListValue):
            waiting.extend(each.items)
        elif isinstance(each, DictValue):
            waiting.extend(each.items.values())


def is_application(machine: Machine, method: BoundMethod) -> bool:
    """Whether a method is called that a layer's own call would run (`model.forward(x)`), and not from within it."""
    receiver = method.receiver
    if not isinstance(receiver, Instance) or not isinstance(method.function, Function):
        return False
    if receiver.cls.lookup("__applied_by__") != method.function.name:
        return False
    return machine.application is None or machine.application.instance is not receiver


def apply_directly(machine: Machine, method: BoundMethod, args: tuple[Value, ...], kwargs: dict[str, Value]) -> Value:
    """Such a call is an application of the layer like any other."""
    assert isinstance(method.receiver, Instance)
    with machine.apply(method.receiver, args, kwargs) as application:
        application.output = call(machine, method.function, (method.receiver, *args), kwargs, None)
    return application.output


# --- host functions ---------------------------------------------------------------------------------------------------


def call_host(
    machine: Machine, function: HostFunction, args: tuple[Value, ...], kwargs: dict[str, Value], rest: Unknown | None
) -> Value:
    """Call a library function; a wrong call of a framework is a fault, as it is a TypeError there."""
    machine.step()
    if rest is not None:
        return _host_with_rest(machine, function, args, kwargs, rest)
    complaint = function.signature.complaint(args, kwargs)
    if complaint is None:
        result = machine.guarded(lambda: function.body(machine, *args, **kwargs))
        if isinstance(result, Unknown) and args and function.name.rpartition(".")[2] in MUTATORS:
            _open(machine, args[0], result)
        return result
    if function.name.startswith(FRAMEWORK_NAMES):
        name = _public_name(function, args).removesuffix(".__init__").removesuffix(".forward").removesuffix(".call")
        return machine.fail(ShapeError("bad-call", f"`{name}` {complaint}", exception="TypeError"))
    return Unknown(f"`{function.name}` {complaint}", machine.place)


def _open(machine: Machine, value: Value, why: Unknown) -> None:
    """What an object holds is not known after a change that could not be followed."""
    if isinstance(value, Instance) and value.opaque is None:
        machine.touch(value)
        value.opaque = Unknown(why.reason, machine.place, opaque=True)


def _public_name(function: HostFunction, args: tuple[Value, ...]) -> str:
    """A constructor goes by the library class that is being made, not by the base that holds it."""
    if args and isinstance(args[0], Instance) and function.name.endswith(".__init__"):
        return next((cls.qualified_name for cls in args[0].cls.mro if cls.library), function.name)
    return function.name


def _host_with_rest(
    machine: Machine, function: HostFunction, args: tuple[Value, ...], kwargs: dict[str, Value], rest: Unknown
) -> Value:
    if isinstance(rest, Open):
        missing = [n for n in function.signature.required if n not in function.signature.names[: len(args)]]
        kwargs = {
            **{n: Unknown(rest.reason, rest.place, symbol=free_size(n)) for n in missing if n not in kwargs},
            **kwargs,
        }
        return call_host(machine, function, args, kwargs, None)
    if function.signature.var_positional and (isinstance(rest, Hidden) or not function.signature.required):
        return Unknown(rest.reason, rest.place, opaque=True)
    free = [name for name in function.signature.names[len(args) :] if name not in kwargs]
    unknown = {name: Unknown(rest.reason, rest.place, opaque=True) for name in free}
    if function.signature.complaint(args, {**kwargs, **unknown}) is not None:
        return Unknown(rest.reason, rest.place, opaque=True)
    return machine.guarded(lambda: function.body(machine, *args, **kwargs, **unknown))


# --- functions of the code --------------------------------------------------------------------------------------------


def call_function(
    machine: Machine, function: Function, args: tuple[Value, ...], kwargs: dict[str, Value], rest: Unknown | None
) -> Value:
    """Run a function of the linted code."""
    machine.step()
    if len(machine.frames) >= MAX_DEPTH:
        return Unknown(f"calls are nested deeper than {MAX_DEPTH}", machine.place, opaque=True)
    definition = function.definition
    if machine.uncertain and _turns(machine, definition) >= MAX_UNCERTAIN_DEPTH:
        return Unknown("a recursion whose end depends on a condition", machine.place, opaque=True)
    altered = function.altered or (function.owner is not None and function.owner.altered)
    if altered and rest is None and misfit(function, args, kwargs) is not None:
        return Unknown(f"what `{function.name}` takes after a decorator is not known", machine.place, opaque=True)
    machine.called.add(id(definition))
    scope = Scope(function.scope, machine.journal)
    scope.names = bind(machine, function, args, kwargs, rest)
    receiver = args[0] if args else None
    frame = Frame(scope, function.module, name=function.name, owner=function.owner, receiver=receiver, at=definition.at)
    frame.definition = definition
    machine.frames.append(frame)
    try:
        if isinstance(definition, Lambda):
            return machine.evaluate(definition.body, frame)
        if definition.is_generator:
            return _run_generator(machine, definition, frame)
        return _run_body(machine, definition, frame)
    finally:
        machine.uncertain -= frame.uncertain
        machine.frames.pop()


def _turns(machine: Machine, definition: object) -> int:
    return sum(frame.definition is definition for frame in machine.frames)


def _run_body(machine: Machine, definition: FunctionDefinition, frame: Frame) -> Value:
    try:
        signal = machine.execute(definition.body, frame)
    except Raised:
        if not frame.pending:
            raise
        return machine.finish(frame, None, raised=True)
    value = signal.value if isinstance(signal, Return) else None
    return machine.finish(frame, value) if frame.pending else value


def _run_generator(machine: Machine, definition: FunctionDefinition, frame: Frame) -> Value:
    """A generator is run at once: its values in order (a `yield` gives None back)."""
    frame.yields = []
    try:
        machine.execute(definition.body, frame)
    except Enough:
        reason = f"a generator is followed for {MAX_YIELDS} values only"
        return Generator(frame.yields, Unknown(reason, machine.place, opaque=True))
    unknown = frame.pending and Unknown("how far a generator runs depends on a condition", machine.place, opaque=True)
    if frame.pending:
        machine.finish(frame, None)
    return Generator(frame.yields, unknown or None)


def misfit(function: Function, args: tuple[Value, ...], kwargs: dict[str, Value]) -> str | None:
    """Why a call does not fit a function of the code; None if it does."""
    parameters = function.definition.parameters
    kinds = {parameter.kind for parameter in parameters}
    placed = [each.name for each in parameters if each.kind not in ("*", "**", "keyword")]
    named = {each.name for each in parameters if each.kind not in ("*", "**", "positional")}
    if len(args) > len(placed) and "*" not in kinds:
        return f"takes {len(placed)} positional arguments, got {len(args)}"
    for name in kwargs:
        if name in placed[: len(args)] and name in named:
            return f"got several values for `{name}`"
        if name not in named and "**" not in kinds:
            return f"got an unexpected argument `{name}`"
    for parameter in parameters:
        given = parameter.name in placed[: len(args)] or parameter.name in kwargs
        if parameter.kind not in ("*", "**") and not given and parameter.name not in function.defaults:
            return f"misses the argument `{parameter.name}`"
    return None


def bind(
    machine: Machine, function: Function, args: tuple[Value, ...], kwargs: dict[str, Value], rest: Unknown | None
) -> dict[str, Value]:
    """The parameters' values, as Python binds them.

    Raises:
        Raised: a TypeError of the linted program, where the call does not fit.

    """
    names: dict[str, Value] = {}
    remaining = dict(kwargs) if kwargs else {}
    position = 0
    for parameter in function.definition.parameters:
        name = parameter.name
        match parameter.kind:
            case "*":
                hidden = None if isinstance(rest, Open) else rest
                names[name] = args[position:] if hidden is None else Unknown(hidden.reason, hidden.place, opaque=True)
                position = len(args)
            case "**":
                names[name] = _keywords(remaining, rest)
                remaining = {}
            case kind:
                if kind != "keyword" and position < len(args):
                    names[name] = args[position]
                    position += 1
                elif name in remaining and kind != "positional":
                    names[name] = remaining.pop(name)
                else:
                    names[name] = _default(function, parameter, rest)
                if names[name] is MISSING:
                    _complain(machine, function, misfit(function, args, kwargs))
    if position < len(args) or remaining:
        _complain(machine, function, misfit(function, args, kwargs))
    return names


def _keywords(remaining: dict[str, Value], rest: Unknown | None) -> DictValue:
    if not isinstance(rest, Open):
        return DictValue(remaining, rest)
    found = DictValue(remaining)
    found.open = rest
    return found


def _default(function: Function, parameter: Parameter, rest: Unknown | None) -> Value:
    if rest is not None and not isinstance(rest, Open):
        return Unknown(rest.reason, rest.place, opaque=True)
    if parameter.name in function.defaults:
        return function.defaults[parameter.name]
    if rest is not None:
        return Unknown(rest.reason, rest.place, symbol=free_size(parameter.name), opaque=True)
    return MISSING


def _complain(machine: Machine, function: Function, what: str | None) -> None:
    owner = function.owner
    name = owner.name if function.name == "__init__" and owner is not None else function.name
    machine.throw("TypeError", f"`{name}` {what or 'does not take these arguments'}", "bad-call")


# --- classes ----------------------------------------------------------------------------------------------------------


def instantiate(
    machine: Machine, cls: ClassValue, args: tuple[Value, ...], kwargs: dict[str, Value], rest: Unknown | None
) -> Value:
    """Make an object of a class.

    A library class may have a host `__new__(machine, cls, ...)` that returns any value; an object whose constructor
    cannot be followed is opaque.
    """
    maker = cls.lookup("__new__")
    if isinstance(maker, StaticMethod):
        maker = maker.function
    instance: Value
    if maker is not MISSING:
        instance = call(machine, maker, (cls, *args), kwargs, rest)
        if not isinstance(instance, Instance) or cls not in instance.cls.mro:
            return instance
        if isinstance(maker, HostFunction) and cls.library:
            return instance
    else:
        instance = Instance(cls, machine.place, machine.journal)
    initialize(machine, instance, args, kwargs, rest)
    return instance


def initialize(
    machine: Machine, instance: Instance, args: tuple[Value, ...], kwargs: dict[str, Value], rest: Unknown | None
) -> None:
    """Run a new object's constructor."""
    machine.built.append(instance)
    method = instance.cls.constructor()
    if method is MISSING:
        instance.opaque = instance.cls.unknown_base
        return
    result = call(machine, method, (instance, *args), kwargs, rest)
    if isinstance(result, Unknown) and (isinstance(method, HostFunction) or instance.cls.altered):
        instance.opaque = result
    elif (unknown := instance.cls.unknown_part) is not None:
        instance.opaque = unknown
