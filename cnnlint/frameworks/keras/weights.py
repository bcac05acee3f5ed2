"""The weights that a layer has, with those of the layers inside it, as Keras tracks them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.engine.dimension import product
from cnnlint.frameworks.keras.core import LAYER, VARIABLE
from cnnlint.interpreter.values import DictValue, Instance, ListValue, Unknown, Value, Weight

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cnnlint.engine.dimension import Dim
    from cnnlint.interpreter.machine import Machine


def is_layer(value: Value) -> bool:
    """Whether the value is a layer (a model is one too)."""
    return isinstance(value, Instance) and LAYER in value.cls.mro


def _members(value: Value, depth: int = 0) -> Iterator[Value]:
    """What an attribute holds, directly or in a container."""
    if isinstance(value, tuple):
        items: Iterator[Value] = iter(value)
    elif isinstance(value, ListValue):
        items = iter([*value.items, *([value.unknown] if value.unknown else [])])
    elif isinstance(value, DictValue):
        items = iter([*value.items.values(), *([value.unknown] if value.unknown else [])])
    else:
        yield value
        return
    if depth < 8:
        for item in items:
            yield from _members(item, depth + 1)


def sublayers(layer: Instance) -> list[Instance]:
    """The layers that it holds, in the order in which it came to hold them, each once."""
    known = (*layer.facts.get("stack", ()), *layer.facts.get("layers", ()))
    found: dict[int, Instance] = {id(inner): inner for inner in known}
    for value in layer.attrs.values():
        for member in _members(value):
            if isinstance(member, Instance) and member is not layer and is_layer(member):
                found.setdefault(id(member), member)
    return list(found.values())


def own_weights(layer: Instance) -> list[Weight]:
    """The variables of the layer itself: those of `add_weight`, then those kept in attributes; trainable ones first."""
    found: dict[int, Weight] = {id(weight): weight for weight in layer.facts.get("weights", ())}
    for value in layer.attrs.values():
        for member in _members(value):
            if isinstance(member, Weight) and member.cls is VARIABLE:
                found.setdefault(id(member), member)
    every = list(found.values())
    return [w for w in every if learned(w)] + [w for w in every if not learned(w)]


def learned(weight: Weight) -> bool:
    """Whether the variable was made to be trained: what `layer.trainable = True` sets free again."""
    return bool(weight.facts.get("learned", weight.trainable))


class Inventory:
    """All weights of a layer: `items` each once, `unknown` what hides further ones."""

    __slots__ = ("items", "layers", "seen", "unknown")

    def __init__(self, layer: Instance) -> None:
        self.items: list[Weight] = []
        self.unknown: list[Unknown] = []
        self.layers: list[Instance] = []
        self.seen: set[int] = set()
        self._add(layer)

    def _add(self, layer: Instance) -> None:
        if id(layer) in self.seen:
            return
        self.seen.add(id(layer))
        self.layers.append(layer)
        if layer.opaque is not None:
            self.unknown.append(layer.opaque)
        self.unknown += [layer.facts[key] for key in ("hidden", "unbuilt") if key in layer.facts]
        for weight in own_weights(layer):
            if id(weight) not in self.seen:
                self.seen.add(id(weight))
                self.items.append(weight)
        for value in layer.attrs.values():
            self.unknown += [
                member for member in _members(value) if isinstance(member, Unknown) and member.opaque and member.called
            ]
        for inner in sublayers(layer):
            self._add(inner)


def size(weight: Weight) -> Dim | None:
    """The number of its elements; None where its shape is not known."""
    return None if weight.shape is None else product(weight.shape)


def total(weights: list[Weight]) -> Dim | None:
    """The number of elements of all; None as soon as one is not known."""
    count: Dim = 0
    for weight in weights:
        elements = size(weight)
        if elements is None:
            return None
        count += elements
    return count


def trainable_split(layer: Instance, weights: list[Weight]) -> tuple[Dim | None, Dim | None]:
    """The numbers of elements that training changes and that it does not; None where that is not known."""
    flag = layer.facts.get("trainable", True)
    flags = [weight.trainable for weight in weights]
    if not isinstance(flag, bool) or not all(isinstance(each, bool) for each in flags):
        return None, None
    free = [weight for weight in weights if flag and weight.trainable]
    fixed = [weight for weight in weights if not (flag and weight.trainable)]
    return total(free), total(fixed)


def set_trainable(machine: Machine, layer: Instance, value: Value, seen: set[int] | None = None) -> None:
    """Set the flag of the layer, of its variables and of all layers inside."""
    seen = set() if seen is None else seen
    if id(layer) in seen:
        return
    seen.add(id(layer))
    machine.touch(layer)
    layer.facts["trainable"] = value
    for weight in own_weights(layer):
        if learned(weight):
            machine.touch(weight)
            weight.facts["learned"] = True
            weight.trainable = value
    for inner in sublayers(layer):
        set_trainable(machine, inner, value, seen)
