"""Lists that loops over data fill: how many elements there are is not known, but what each of them looks like is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.engine.dimension import Expr
from cnnlint.interpreter.values import Choice, ListValue, Many, Tensor, Unknown, Value, Weight

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable

    from cnnlint.engine.dimension import Dim
    from cnnlint.model import Place

MAX_EXAMPLES = 64
PLAIN_FACTS = frozenset({"classes", "numeric", "origin", "range", "reason"})
"""What a library may remember of an array that is nothing but data."""


def is_filled(value: Value) -> bool:
    """Whether a value is a list of elements that are told by examples."""
    return isinstance(value, ListValue) and isinstance(value.unknown, Many)


def examples_of(value: ListValue) -> tuple[Value, ...]:
    """What the elements of such a list look like."""
    return (*value.unknown.examples, *value.items) if isinstance(value.unknown, Many) else tuple(value.items)


def example(examples: tuple[Value, ...]) -> Value:
    """One of the elements, whichever it is."""
    from cnnlint.interpreter.journal import Joiner  # which needs this module

    joiner = Joiner("which element of a list is taken is not known", None)
    joiner.numbers = True
    made = examples[0]
    for each in examples[1:]:
        made = joiner.values(made, each)
    return made


def count_of(value: ListValue) -> Dim:
    """How many elements such a list has."""
    return value.unknown.count + len(value.items) if isinstance(value.unknown, Many) else len(value.items)


def many(elements: Iterable[Value], reason: str, place: Place | None) -> Many | None:
    """Unknown many elements like these; None where they are not plain data or differ in too many ways."""
    kept: dict[Hashable, Value] = {}
    for each in elements:
        kind = _kind(each)
        if kind is None:
            return None
        kept.setdefault(kind, each)
        if len(kept) > MAX_EXAMPLES:
            return None
    return Many(kept.values(), reason, place) if kept else None


def _kind(value: Value) -> Hashable | None:
    """What tells one example from another; None for anything but plain data."""
    match value:
        case None | bool() | int() | float() | str() | complex():
            return (type(value).__name__, value)
        case Expr():
            return ("size", value)
        case Choice():
            return ("choice", value.numbers)
        case Unknown():
            return ("unknown",)
        case Tensor() if not isinstance(value, Weight) and value.free is None and value.facts.keys() <= PLAIN_FACTS:
            return ("array", value.cls.qualified_name, value.shape, value.dtype, value.facts.get("range"))
        case tuple():
            return _kinds("tuple", value)
        case ListValue() if value.unknown is None or isinstance(value.unknown, Many):
            return _kinds("many" if value.unknown is not None else "list", examples_of(value))
        case _:
            return None


def _kinds(name: str, values: tuple[Value, ...]) -> Hashable | None:
    if len(values) > MAX_EXAMPLES:
        return None
    kinds = tuple(_kind(each) for each in values)
    return None if None in kinds else (name, *kinds)
