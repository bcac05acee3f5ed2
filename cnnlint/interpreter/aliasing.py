"""A value that is one of several known objects, no one knows which: what is done to it may have been done to each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.interpreter.values import DictValue, HostProperty, Instance, ListValue, SetValue, Unknown, Weight

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cnnlint.interpreter.machine import Machine
    from cnnlint.interpreter.values import Value


MAX_OBJECTS, MAX_LINKS = 256, 16
CHANGING = frozenset(
    {
        *("add", "append", "clear", "difference_update", "discard", "extend", "insert", "intersection_update"),
        *("move_to_end", "pop", "popitem", "remove", "reverse", "setdefault", "sort", "update"),
    }
)
"""The methods of Python's containers that change them."""
FREEZING = "requires_grad_"
"""The method by which the weights of a layer, or one of them, are frozen or not."""


def one_of(values: Iterable[Value], unknown: Unknown) -> Unknown:
    """The same unknown value, which is one of these if they can be changed."""
    found: list[Value] = []
    for value in values:
        if isinstance(value, (ListValue, DictValue, SetValue, Instance, Weight)):
            found.append(value)
        elif isinstance(value, Unknown):
            found.extend(value.among)
    unknown.among = tuple({id(each): each for each in found[:MAX_OBJECTS]}.values())
    return unknown


def twin(lists: tuple[ListValue, ...], items: list[Value]) -> ListValue:
    """A list of these elements, which is one of those lists."""
    made = ListValue(items)
    made.twins = lists
    for each in lists:
        each.twins = (*each.twins[-MAX_LINKS:], made)
    return made


def disturb(machine: Machine, unknown: Unknown, attribute: str | None = None) -> None:
    """An item, or the attribute of that name, of such a value is set, or a method of it is called."""
    for value in unknown.among:
        machine.touch(value)
        why = Unknown(unknown.reason, unknown.place or machine.place, opaque=True)
        if isinstance(value, Weight):
            value.trainable = why
        elif not isinstance(value, Instance):
            value.unknown = why
        elif attribute is not None:
            _set(machine, value, attribute, why)
        elif value.opaque is None:
            value.opaque = why


def _set(machine: Machine, value: Instance, attribute: str, new: Unknown) -> None:
    found = value.cls.lookup(attribute)
    if isinstance(found, HostProperty) and found.setter is not None:
        setter = found.setter
        machine.guarded(lambda: setter(machine, value, new))
    else:
        value.attrs[attribute] = new


def unsettle(machine: Machine, unknown: Unknown) -> None:
    """One of several layers or weights may have been frozen."""
    for value in unknown.among:
        if isinstance(value, Instance | Weight):
            why = Unknown(unknown.reason, unknown.place or machine.place)
            machine.call(machine.get(value, FREEZING), (why,))
