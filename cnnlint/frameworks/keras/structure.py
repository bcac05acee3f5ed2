"""Nested structures of tensors: lists, tuples and dictionaries, as `keras.tree` walks them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.engine.errors import Undetermined
from cnnlint.interpreter.values import DictValue, Instance, ListValue, Tensor, Unknown, Value

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MAX_NESTING = 20


def flatten(value: Value) -> list[Value]:
    """The leaves in order; a dictionary is walked by its sorted keys, contents that are not known are one `Unknown`."""
    return list(_leaves(value, 0))


def _leaves(value: Value, depth: int) -> Iterator[Value]:
    if depth > MAX_NESTING:
        raise Undetermined("a structure is nested too deeply")
    if isinstance(value, Instance) and isinstance(value.payload, (tuple, ListValue, DictValue)):
        value = value.payload  # a named tuple, or an object of a subclass of `list` or `dict`
    if isinstance(value, (ListValue, DictValue)) and value.unknown is not None:
        yield value.unknown
    elif isinstance(value, tuple):
        for item in value:
            yield from _leaves(item, depth + 1)
    elif isinstance(value, ListValue):
        for item in value.items:
            yield from _leaves(item, depth + 1)
    elif isinstance(value, DictValue):
        for key in _keys(value):
            yield from _leaves(value.items[key], depth + 1)
    else:
        yield value


def _keys(value: DictValue) -> list[Value]:
    keys = list(value.items)
    return sorted(keys) if value.cls is None and all(isinstance(key, str) for key in keys) else keys


def map_structure(change: Callable[[Value], Value], value: Value, depth: int = 0) -> Value:
    """The same structure with every leaf replaced, in the order of `flatten`."""
    if depth > MAX_NESTING:
        raise Undetermined("a structure is nested too deeply")
    if isinstance(value, (ListValue, DictValue)) and value.unknown is not None:
        return change(value.unknown)
    if isinstance(value, tuple):
        return tuple(map_structure(change, item, depth + 1) for item in value)
    if isinstance(value, ListValue):
        return ListValue([map_structure(change, item, depth + 1) for item in value.items])
    if isinstance(value, DictValue):
        changed = {key: map_structure(change, value.items[key], depth + 1) for key in _keys(value)}
        return DictValue({key: changed[key] for key in value.items}, cls=value.cls)
    return change(value)


def tensors(value: Value) -> list[Tensor]:
    """The tensors among the leaves."""
    return [leaf for leaf in _leaves(value, 0) if isinstance(leaf, Tensor)]


def is_nested(value: Value) -> bool:
    """Whether the value is a structure and no leaf."""
    return isinstance(value, (tuple, ListValue, DictValue))


def root_cause(value: Value) -> Unknown | None:
    """Why a tensor among the leaves has no known shape, as its first maker told; None where all are known."""
    for leaf in _leaves(value, 0):
        if isinstance(leaf, Unknown):
            return leaf
        if isinstance(leaf, Tensor) and leaf.shape is None and isinstance(leaf.facts.get("why"), Unknown):
            found: Unknown = leaf.facts["why"]
            return found
    return None
