"""Assigning a value to a name or any other target."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.interpreter import iteration
from cnnlint.syntax import program as p

if TYPE_CHECKING:
    from cnnlint.interpreter.frame import Frame
    from cnnlint.interpreter.machine import Machine
    from cnnlint.interpreter.values import Value


def store_name(machine: Machine, name: str, value: Value, frame: Frame) -> None:
    """`name = value` in the scope that Python would choose."""
    scope = frame.scope
    if name in scope.global_names:
        scope = frame.module.scope
    elif name in scope.nonlocal_names:
        outer = scope.parent
        while outer is not None and name not in outer.names:
            outer = outer.parent
        scope = outer or scope
    machine.touch(scope)
    scope.names[name] = value


def assign_target(machine: Machine, target: p.Expression, value: Value, frame: Frame) -> None:
    """Assign to a name, attribute, item or a tuple of targets."""
    match target:
        case p.Name():
            store_name(machine, target.id, value, frame)
        case p.Attribute():
            owner = machine.evaluate(target.value, frame)
            frame.at = target.at
            machine.set(owner, target.attr, value)
        case p.Subscript():
            owner = machine.evaluate(target.value, frame)
            index = machine.evaluate(target.index, frame)
            frame.at = target.at
            iteration.store(machine, owner, index, value)
        case p.TupleDisplay() | p.ListDisplay():
            star = next((i for i, e in enumerate(target.elements) if isinstance(e, p.Starred)), None)
            parts = iteration.unpack(machine, value, len(target.elements), star)
            for element, part in zip(target.elements, parts, strict=True):
                assign_target(machine, element, part, frame)
        case p.Starred():
            assign_target(machine, target.value, value, frame)
        case _:
            pass
