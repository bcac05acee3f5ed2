"""`copy`: deep copies share nothing, weights included."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnnlint.interpreter.library import Library
from cnnlint.interpreter.values import (
    DictValue,
    Generator,
    Instance,
    ListValue,
    SetValue,
    Tensor,
    Value,
    Weight,
)

if TYPE_CHECKING:
    from cnnlint.interpreter.machine import Machine

LIBRARY = Library("copy")
COPIES = "copies"
"""The fact of an object that holds its deep copies."""


def duplicate(value: Value, memo: dict[int, Value]) -> Value:
    """A deep copy; functions, classes and constants stay what they are."""
    if id(value) in memo:
        return memo[id(value)]
    match value:
        case tuple():
            return tuple(duplicate(item, memo) for item in value)
        case ListValue():
            copied: Any = ListValue((), value.unknown)
            memo[id(value)] = copied
            copied.items = [duplicate(item, memo) for item in value.items]
        case DictValue():
            copied = DictValue({}, value.unknown, value.cls)
            copied.factory = value.factory
            memo[id(value)] = copied
            copied.items = {duplicate(key, memo): duplicate(item, memo) for key, item in value.items.items()}
        case SetValue():
            copied = SetValue(value.items, value.unknown)
        case Generator():
            copied = Generator(list(value.items), value.unknown)
        case Weight():
            copied = Weight(value.cls, value.shape, value.dtype, name=value.name, trainable=value.trainable)
            memo[id(value)] = copied
            copied.facts = {key: duplicate_fact(item, memo) for key, item in value.facts.items()}
        case Tensor():
            return value
        case Instance():
            copied = Instance(value.cls, value.place)
            memo[id(value)] = copied
            copied.opaque = value.opaque
            copied.payload = duplicate(value.payload, memo)
            copied.attrs = {key: duplicate(item, memo) for key, item in value.attrs.items()}
            copied.facts = {key: duplicate_fact(item, memo) for key, item in value.facts.items() if key != COPIES}
        case _:
            return value
    memo[id(value)] = copied
    return copied


def duplicate_fact(fact: Any, memo: dict[int, Value]) -> Any:
    """A copy of what a library keeps about an object: its own containers and the values in them."""
    if isinstance(fact, list):
        return [duplicate_fact(item, memo) for item in fact]
    if isinstance(fact, dict):
        return {key: duplicate_fact(item, memo) for key, item in fact.items()}
    return duplicate(fact, memo)


@LIBRARY.function("copy.deepcopy")
def deepcopy(machine: Machine, x: Value, memo: Value = None) -> Value:
    """`deepcopy(x)`."""
    copied = duplicate(x, {})
    if isinstance(x, Instance) and isinstance(copied, Instance):
        machine.touch(x)
        x.facts[COPIES] = [*x.facts.get(COPIES, ()), copied]
    return copied


@LIBRARY.function("copy.copy")
def copy(machine: Machine, x: Value) -> Value:
    """`copy(x)`."""
    match x:
        case ListValue():
            return ListValue(x.items, x.unknown)
        case DictValue():
            copied = DictValue(dict(x.items), x.unknown, x.cls)
            copied.factory = x.factory
            return copied
        case Instance():
            twin = Instance(x.cls, x.place)
            twin.attrs, twin.payload, twin.opaque, twin.facts = dict(x.attrs), x.payload, x.opaque, dict(x.facts)
            return twin
        case _:
            return x
