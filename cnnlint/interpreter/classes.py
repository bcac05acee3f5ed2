"""Class definitions: bodies, fields, enumerations, named tuples and data classes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.interpreter.builtin.types import OBJECT
from cnnlint.interpreter.expressions import arguments
from cnnlint.interpreter.frame import Frame
from cnnlint.interpreter.values import (
    MISSING,
    ClassMethod,
    ClassValue,
    Function,
    HostFunction,
    Instance,
    PropertyValue,
    Scope,
    StaticMethod,
    Unknown,
    Value,
)
from cnnlint.syntax import program as p

if TYPE_CHECKING:
    from cnnlint.interpreter.machine import Machine

FIELDS = "__annotations__"
"""Where a class keeps the names of its annotated fields, in order, as a tuple."""


def define(machine: Machine, node: p.ClassDefinition, frame: Frame) -> ClassValue:
    """Run a class body and make the class."""
    args, kwargs, rest = arguments(machine, node.arguments, frame)
    frame.at = node.at
    bases: list[ClassValue] = []
    unknown: Unknown | None = rest
    unknown_first = False
    for base in args:
        if isinstance(base, ClassValue):
            if base not in bases:
                bases.append(base)
        elif isinstance(base, Unknown):
            unknown = unknown or Unknown(base.reason, base.place or machine.place, opaque=True)
            unknown_first = unknown_first or not bases
    scope = Scope(frame.closure, machine.journal)
    name = f"{frame.module.name}.{node.name}"
    body = Frame(scope, frame.module, name=node.name, closure=frame.closure, at=node.at)
    machine.frames.append(body)
    try:
        machine.execute(node.body, body)
    finally:
        machine.uncertain -= body.uncertain
        machine.frames.pop()
    place = machine.place_in(frame, node.at)
    cls = ClassValue(
        name,
        tuple(bases) or (OBJECT,),
        scope.names,
        place=place,
        unknown_base=unknown,
        unknown_first=unknown_first,
    )
    for value in cls.namespace.values():
        _own(value, cls)
    _finish(machine, cls, kwargs)
    return cls


def annotate(machine: Machine, node: p.AnnotatedAssign, frame: Frame) -> None:
    """Note an annotated name of a class body as a field (a `ClassVar` is none)."""
    assert isinstance(node.target, p.Name)
    annotation = node.annotation
    head = annotation.value if isinstance(annotation, p.Subscript) else annotation
    label = head.attr if isinstance(head, p.Attribute) else head.id if isinstance(head, p.Name) else ""
    if label == "ClassVar":
        return
    machine.touch(frame.scope)
    known = frame.scope.names.get(FIELDS, ())
    if node.target.id not in known:
        frame.scope.names[FIELDS] = (*known, node.target.id)


def _own(value: Value, cls: ClassValue) -> None:
    """Tell the functions of a class body which class they belong to (for `super()`)."""
    match value:
        case Function() if value.owner is None:
            value.owner = cls
        case StaticMethod() | ClassMethod():
            _own(value.function, cls)
        case PropertyValue():
            for part in (value.getter, value.setter, value.deleter):
                _own(part, cls)
        case Instance() if "function" in value.facts:  # a cached property, a partial method
            _own(value.facts["function"], cls)
        case _:
            pass


def _finish(machine: Machine, cls: ClassValue, kwargs: dict[str, Value]) -> None:
    """Let the bases have their say: an enumeration makes members, a data-class transform its constructor."""
    for base in cls.mro[1:]:
        hook = base.namespace.get("__class_hook__", MISSING)
        if isinstance(hook, HostFunction):
            machine.guarded(lambda hook=hook: hook.body(machine, cls))  # type: ignore[misc]
            break
    hook = next((b.namespace["__init_subclass__"] for b in cls.mro[1:] if "__init_subclass__" in b.namespace), None)
    if isinstance(hook, ClassMethod):
        hook = hook.function
    if isinstance(hook, Function):
        machine.call(hook, (cls,), {key: value for key, value in kwargs.items() if key != "metaclass"})
