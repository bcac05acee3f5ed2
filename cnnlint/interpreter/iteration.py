"""Iterating, unpacking and indexing values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.engine.dimension import Expr
from cnnlint.engine.errors import ShapeError, Undetermined
from cnnlint.interpreter.aliasing import disturb, one_of
from cnnlint.interpreter.filling import example, examples_of, is_filled, many
from cnnlint.interpreter.values import (
    MISSING,
    BoundMethod,
    ClassValue,
    DictValue,
    Generator,
    Instance,
    ListValue,
    More,
    SetValue,
    Tensor,
    Unknown,
    Value,
    is_distinct,
)

if TYPE_CHECKING:
    from cnnlint.interpreter.machine import Machine

MAX_ELEMENTS = 100_000


def elements(machine: Machine, value: Value) -> list[Value]:
    """The values that iterating gives; a generator is used up by it.

    Raises:
        Undetermined: where they are not known.

    """
    match value:
        case tuple() | str() | bytes():
            return list(value)
        case range():
            if len(value) > MAX_ELEMENTS:
                raise Undetermined(f"a range of {len(value)} turns is too long to follow")
            return list(value)
        case ListValue() | DictValue() | SetValue():
            if value.unknown:
                raise Undetermined(value.unknown.reason)
            if len(value.items) > MAX_ELEMENTS:
                raise Undetermined("the container is too long to follow")
            return list(value.items)
        case Generator():
            if value.unknown:
                raise Undetermined(value.unknown.reason)
            machine.touch(value)
            rest = value.items[value.position :]
            value.position = len(value.items)
            return rest
        case Unknown():
            raise Undetermined(value.reason)
        case Instance() | Tensor():
            return _by_protocol(machine, value)
        case ClassValue():
            members = value.lookup("__members_list__")  # an enumeration
            if members is not MISSING:
                return list(members)
            raise Undetermined(f"`{value.name}` cannot be iterated")
        case _:
            raise Undetermined("this cannot be iterated")


def first_of(machine: Machine, iterable: Value) -> tuple[Value, More] | None:
    """The first element of an iterable that says what its elements look like, and whether it is surely there."""
    if isinstance(iterable, Generator) and isinstance(iterable.unknown, More):
        if iterable.position < len(iterable.items):
            return iterable.items[iterable.position], iterable.unknown
        return None
    if is_filled(iterable):
        return example(examples_of(iterable)), More(iterable.unknown.reason, machine.place)
    if not isinstance(iterable, Instance):
        return None
    method = iterable.cls.lookup("__unknown_item__")
    if method is MISSING:
        return None
    item = machine.call(BoundMethod(method, iterable), ())
    reason = f"the elements of `{iterable.cls.name}` are not known"
    return item, More(reason, machine.place, sure=bool(iterable.facts.get("sure")))


def _by_protocol(machine: Machine, value: Instance | Tensor) -> list[Value]:
    method = value.cls.lookup("__iter__")
    if method is not MISSING:
        result = machine.call(BoundMethod(method, value), ())
        if result is value:
            raise Undetermined(f"the iterator `{value.cls.name}` is not followed")
        return elements(machine, result)
    if isinstance(value, Instance) and value.payload is not None:
        return elements(machine, value.payload)
    length, item = value.cls.lookup("__len__"), value.cls.lookup("__getitem__")
    if length is not MISSING and item is not MISSING:
        count = machine.call(BoundMethod(length, value), ())
        if isinstance(count, int) and count <= MAX_ELEMENTS:
            return [machine.call(BoundMethod(item, value), (index,)) for index in range(count)]
    raise Undetermined(f"the elements of `{value.cls.name}` are not known")


def subscript(machine: Machine, value: Value, index: Value) -> Value:
    """`value[index]`."""
    match value:
        case Instance() | Tensor():
            method = value.cls.lookup("__getitem__")
            if method is not MISSING:
                return machine.call(BoundMethod(method, value), (index,))
            if isinstance(value, Instance) and value.payload is not None:
                return subscript(machine, value.payload, index)
            return Unknown(f"`{value.cls.name}` cannot be indexed here", machine.place, opaque=True)
        case Unknown():
            return one_of((value,), Unknown(value.reason, value.place, opaque=value.opaque))
        case DictValue():
            return _key(machine, value, index)
        case tuple() | ListValue() | str() | bytes() | range():
            return _position(machine, value, index)
        case ClassValue():
            return _class_item(machine, value, index)
        case int() | float():
            return machine.throw("TypeError", f"'{type(value).__name__}' object is not subscriptable")
        case _:
            return Unknown("this cannot be indexed", machine.place, opaque=True)


def _class_item(machine: Machine, cls: ClassValue, index: Value) -> Value:
    members = cls.lookup("__members__")
    if isinstance(members, DictValue):
        return _key(machine, members, index)
    method = cls.lookup("__class_getitem__")
    if method is not MISSING and not cls.library:
        return machine.call(machine.get(cls, "__class_getitem__"), (index,))
    return cls  # a generic alias such as `List[int]` stands for its class


def _key(machine: Machine, value: DictValue, key: Value) -> Value:
    if isinstance(key, Unknown):
        return one_of(value.items.values(), Unknown(key.reason, key.place, opaque=True))
    if key in value.items:
        return value.items[key]
    if value.unknown:
        return Unknown(value.unknown.reason, value.unknown.place, opaque=True)
    if value.factory is not None:
        made = machine.call(value.factory, ())
        machine.touch(value)
        value.items[key] = made
        return made
    if any(not _is_plain(k) for k in value.items) or not _is_plain(key):
        return Unknown("a key that is not a constant", machine.place, opaque=True)
    return machine.throw("KeyError", str(key))


def _is_plain(key: Value) -> bool:
    if isinstance(key, tuple):
        return all(_is_plain(part) for part in key)
    return key is None or isinstance(key, (bool, int, float, str, bytes, ClassValue, Instance))


def _position(machine: Machine, value: Value, index: Value) -> Value:
    if isinstance(value, ListValue):
        if is_filled(value):
            return _of_filled(machine, value, index)
        if value.unknown:
            return Unknown(value.unknown.reason, value.unknown.place, opaque=True)
        items = value.items
    else:
        items = value
    match index:
        case bool() | int():
            if -len(items) <= index < len(items):
                return items[index]
            kind = None if isinstance(value, ListValue) else "bad-argument"
            return machine.throw("IndexError", f"index {index} of a tuple with {len(items)} elements", kind)
        case slice():
            parts = (index.start, index.stop, index.step)
            if not all(part is None or isinstance(part, int) for part in parts) or index.step == 0:
                return one_of(items, Unknown("a slice whose bounds are not known", machine.place, opaque=True))
            part = items[index]
            return ListValue(part) if isinstance(value, ListValue) else part
        case Unknown():
            return one_of(items, Unknown(index.reason, index.place, opaque=True))
        case Expr():
            return one_of(items, Unknown("an index that is symbolic", machine.place, opaque=True))
        case Tensor() if index.values is not None and len(index.values) == 1:
            return _position(machine, value, index.values[0])
        case tuple() if isinstance(value, (tuple, ListValue)) and any(isinstance(part, slice) for part in index):
            kind = "tuple" if isinstance(value, tuple) else "list"
            return machine.fail(
                ShapeError(
                    "bad-argument",
                    f"a {kind} of {len(items)} is indexed along several axes, as only an array can be",
                    help="take the part that is meant first",
                    exception="TypeError",
                )
            )
        case Instance():
            method = index.cls.lookup("__index__")
            if method is not MISSING:
                return _position(machine, value, machine.call(BoundMethod(method, index), ()))
    return Unknown("an index that is not known", machine.place, opaque=True)


def _of_filled(machine: Machine, value: ListValue, index: Value) -> Value:
    """An element, or some of them, of a list that a loop over data has filled."""
    examples = examples_of(value)
    if not isinstance(index, slice):
        return example(examples)
    if index.start is None and index.stop is None and index.step in (None, 1, -1):
        return ListValue(value.items, value.unknown)
    reason = "how many elements a slice has is not known"
    return ListValue([], many(examples, reason, machine.place) or Unknown(reason, machine.place, opaque=True))


def store(machine: Machine, value: Value, index: Value, new: Value) -> None:
    """`value[index] = new`."""
    match value:
        case Instance() | Tensor():
            method = value.cls.lookup("__setitem__")
            if method is not MISSING:
                machine.call(BoundMethod(method, value), (index, new))
            elif isinstance(value, Instance) and value.payload is not None:
                store(machine, value.payload, index, new)
        case DictValue():
            machine.touch(value)
            if isinstance(index, Unknown):
                value.unknown = Unknown(index.reason, index.place, opaque=True)
            elif isinstance(index, Tensor) and not is_distinct(index):
                value.unknown = Unknown("a key that is not known", machine.place, opaque=True)
            else:
                value.items[index] = new
        case ListValue():
            machine.touch(value)
            _store_position(machine, value, index, new)
        case Unknown():
            disturb(machine, value)
        case _:
            pass


def _store_position(machine: Machine, value: ListValue, index: Value, new: Value) -> None:
    if is_filled(value):
        more = machine.elements(new) if isinstance(index, slice) else (new,)
        value.unknown = many((*examples_of(value), *more), "an element was set", machine.place) or Unknown(
            "an element was set at an unknown position", machine.place, opaque=True
        )
        value.items = []
    if value.unknown:
        return
    if isinstance(index, int):
        if -len(value.items) <= index < len(value.items):
            value.items[index] = new
        else:
            machine.throw("IndexError", "list assignment index out of range")
        return
    if isinstance(index, slice) and all(p is None or isinstance(p, int) for p in (index.start, index.stop, index.step)):
        try:
            value.items[index] = machine.elements(new)
        except (Undetermined, ValueError):
            pass
        else:
            return
    value.unknown = Unknown("an element was set at an unknown position", machine.place, opaque=True)
    value.items = []


def delete(machine: Machine, value: Value, index: Value) -> None:
    """`del value[index]`."""
    match value:
        case Instance() | Tensor():
            method = value.cls.lookup("__delitem__")
            if method is not MISSING:
                machine.call(BoundMethod(method, value), (index,))
            elif isinstance(value, Instance) and value.payload is not None:
                delete(machine, value.payload, index)
        case DictValue():
            machine.touch(value)
            if isinstance(index, Unknown):
                value.unknown = Unknown(index.reason, index.place, opaque=True)
            else:
                value.items.pop(index, None)
        case ListValue() if is_filled(value):
            machine.touch(value)
            reason = "elements were deleted"
            value.unknown = many(examples_of(value), reason, machine.place) or Unknown(reason, opaque=True)
            value.items = []
        case ListValue() if not value.unknown:
            machine.touch(value)
            try:
                del value.items[index]
            except (TypeError, IndexError):
                value.unknown = Unknown("an element at an unknown position was deleted", machine.place, opaque=True)
                value.items = []
        case _:
            pass


def unpack(machine: Machine, value: Value, count: int, star: int | None) -> list[Value]:
    """The parts of `value` for `count` targets, the one at `star` taking the rest; Unknown where they are not known."""
    try:
        items = elements(machine, value)
    except Undetermined as why:
        if isinstance(value, Unknown) and value.unpacked is not None and star is None:
            parts = value.unpacked(count)
            if parts is not None:
                return parts
        opaque = isinstance(value, Unknown) and value.opaque
        return [Unknown(why.reason, machine.place, opaque=opaque) for _ in range(count)]
    if star is None:
        if len(items) != count:
            kind = "bad-argument" if isinstance(value, tuple) else None
            machine.throw("ValueError", f"{len(items)} values to unpack, expected {count}", kind)
        return items
    if len(items) < count - 1:
        machine.throw("ValueError", f"{len(items)} values to unpack, expected at least {count - 1}")
    tail = count - star - 1
    end = len(items) - tail
    return [*items[:star], ListValue(items[star:end]), *items[end:]]
