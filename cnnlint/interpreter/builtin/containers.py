"""Methods of `list`, `tuple`, `dict`, `set`, generators and numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.engine.errors import Undetermined
from cnnlint.interpreter import operators
from cnnlint.interpreter.builtin.types import DICT, FLOAT, FROZENSET, GENERATOR, INT, LIST, SET, TUPLE, methods
from cnnlint.interpreter.filling import example, examples_of, is_filled, many
from cnnlint.interpreter.values import (
    MISSING,
    ClassMethod,
    DictValue,
    Generator,
    HostFunction,
    ListValue,
    SetValue,
    Unknown,
    Value,
)

if TYPE_CHECKING:
    from cnnlint.interpreter.machine import Machine

MAX_ITEMS = 100_000


def _list(value: Value) -> ListValue:
    found = operators.unwrap(value)
    if not isinstance(found, ListValue):
        raise Undetermined("the list is not known")
    return found


def _dict(value: Value) -> DictValue:
    found = operators.unwrap(value)
    if not isinstance(found, DictValue):
        raise Undetermined("the dictionary is not known")
    return found


def _set(value: Value) -> SetValue:
    found = operators.unwrap(value)
    if not isinstance(found, SetValue):
        raise Undetermined("the set is not known")
    return found


def refill(machine: Machine, items: ListValue, examples: tuple[Value, ...]) -> None:
    """Another number of elements, which look like these."""
    machine.touch(items)
    reason = "how many elements a list has is not known"
    items.unknown = many(examples, reason, machine.place) or Unknown(reason, machine.place, opaque=True)
    items.items = []


def forget(machine: Machine, container: ListValue | DictValue | SetValue, reason: str) -> None:
    """The contents of a container are not known any more."""
    machine.touch(container)
    container.unknown = Unknown(reason, machine.place, opaque=True)


@methods(LIST)
class _List:
    def append(machine: Machine, self: Value, item: Value) -> Value:
        items = _list(self)
        machine.touch(items)
        items.items.append(item)
        if len(items.items) > MAX_ITEMS:
            forget(machine, items, "the list is too long to follow")

    def extend(machine: Machine, self: Value, other: Value) -> Value:
        items = _list(self)
        if is_filled(other):
            refill(machine, items, (*examples_of(items), *examples_of(other)))
            return
        try:
            more = machine.elements(other)
        except Undetermined as why:
            forget(machine, items, why.reason)
            return
        machine.touch(items)
        if len(items.items) + len(more) > MAX_ITEMS:
            forget(machine, items, "the list is too long to follow")
        else:
            items.items.extend(more)

    def __iadd__(machine: Machine, self: Value, other: Value) -> Value:
        _List.extend(machine, self, other)
        return self

    def insert(machine: Machine, self: Value, index: Value, item: Value) -> Value:
        items = _list(self)
        machine.touch(items)
        if isinstance(index, int):
            items.items.insert(index, item)
        else:
            forget(machine, items, "an element was inserted at an unknown position")

    def pop(machine: Machine, self: Value, index: Value = -1) -> Value:
        items = _list(self)
        if is_filled(items):
            found = examples_of(items)
            refill(machine, items, found)
            return example(found)
        if items.unknown:
            raise Undetermined(items.unknown.reason)
        machine.touch(items)
        if not isinstance(index, int):
            forget(machine, items, "an element was taken from an unknown position")
            return Unknown("an index that is not known", machine.place, opaque=True)
        if not -len(items.items) <= index < len(items.items):
            return machine.throw("IndexError", "pop index out of range")
        return items.items.pop(index)

    def remove(machine: Machine, self: Value, item: Value) -> Value:
        items = _list(self)
        for position, candidate in enumerate(items.items):
            same = machine.equal(candidate, item)
            if same:
                machine.touch(items)
                del items.items[position]
                return None
            if same is None:
                forget(machine, items, "which element was removed is not known")
                return None
        if is_filled(items):
            refill(machine, items, examples_of(items))
        return None if items.unknown else machine.throw("ValueError", "list.remove(x): x not in list")

    def index(machine: Machine, self: Value, item: Value, *bounds: Value) -> Value:
        return index_of(machine, machine.elements(self), item)

    def count(machine: Machine, self: Value, item: Value) -> Value:
        return count_of(machine, machine.elements(self), item)

    def appendleft(machine: Machine, self: Value, item: Value) -> Value:
        return _List.insert(machine, self, 0, item)

    def popleft(machine: Machine, self: Value) -> Value:
        return _List.pop(machine, self, 0)

    def reverse(machine: Machine, self: Value) -> Value:
        items = _list(self)
        machine.touch(items)
        items.items.reverse()

    def sort(machine: Machine, self: Value, *, key: Value = None, reverse: Value = False) -> Value:
        items = _list(self)
        ordered = sort(machine, items.items, key, reverse)
        machine.touch(items)
        if ordered is None:
            forget(machine, items, "the order of the elements is not known")
        else:
            items.items = ordered

    def clear(machine: Machine, self: Value) -> Value:
        items = _list(self)
        machine.touch(items)
        items.items, items.unknown = [], None

    def copy(machine: Machine, self: Value) -> Value:
        items = _list(self)
        return ListValue(items.items, items.unknown)

    def __len__(machine: Machine, self: Value) -> Value:
        return len(machine.elements(self))

    def __getitem__(machine: Machine, self: Value, index: Value) -> Value:
        from cnnlint.interpreter.iteration import subscript

        return subscript(machine, _list(self), index)


def index_of(machine: Machine, items: list[Value] | tuple[Value, ...], item: Value) -> Value:
    """The position of the first equal element."""
    for position, candidate in enumerate(items):
        same = machine.equal(candidate, item)
        if same is None:
            return Unknown("the position of an element is not known", machine.place)
        if same:
            return position
    return machine.throw("ValueError", "the element is not in the sequence")


def count_of(machine: Machine, items: list[Value] | tuple[Value, ...], item: Value) -> Value:
    """How many elements are equal."""
    verdicts = [machine.equal(candidate, item) for candidate in items]
    return Unknown("the number of such elements is not known") if None in verdicts else verdicts.count(True)


def sort(machine: Machine, items: list[Value], key: Value, reverse: Value) -> list[Value] | None:
    """The elements in order; None if that is not known."""
    keys = [item if key is None else machine.call(key, (item,)) for item in items]
    keys = [tuple(k.items) if isinstance(k, ListValue) else k for k in keys]
    if not all(isinstance(k, (*operators.PLAIN, tuple)) for k in keys):
        return None
    try:
        order = sorted(range(len(items)), key=lambda i: keys[i], reverse=machine.truth(reverse) is True)
    except TypeError:
        return None
    return [items[i] for i in order]


@methods(TUPLE)
class _Tuple:
    def index(machine: Machine, self: Value, item: Value, *bounds: Value) -> Value:
        return index_of(machine, operators.unwrap(self), item)

    def count(machine: Machine, self: Value, item: Value) -> Value:
        return count_of(machine, operators.unwrap(self), item)


@methods(DICT)
class _Dict:
    def get(machine: Machine, self: Value, key: Value, default: Value = None) -> Value:
        items = _dict(self)
        if isinstance(key, Unknown):
            return Unknown(key.reason, key.place, opaque=True)
        if key in items.items:
            return items.items[key]
        return Unknown(items.unknown.reason, items.unknown.place, opaque=True) if items.unknown else default

    def keys(machine: Machine, self: Value) -> Value:
        items = _dict(self)
        return ListValue(items.items, items.unknown)

    def values(machine: Machine, self: Value) -> Value:
        items = _dict(self)
        return ListValue(items.items.values(), items.unknown)

    def items(machine: Machine, self: Value) -> Value:
        items = _dict(self)
        return ListValue(items.items.items(), items.unknown)

    def update(machine: Machine, self: Value, *others: Value, **more: Value) -> Value:
        items = _dict(self)
        machine.touch(items)
        for other in others:
            mapping = operators.unwrap(other)
            if isinstance(mapping, DictValue):
                items.items.update(mapping.items)
                items.unknown = items.unknown or mapping.unknown
            else:
                _update_pairs(machine, items, other)
        items.items.update(more)

    def __ior__(machine: Machine, self: Value, other: Value) -> Value:
        _Dict.update(machine, self, other)
        return self

    def setdefault(machine: Machine, self: Value, key: Value, default: Value = None) -> Value:
        items = _dict(self)
        if isinstance(key, Unknown):
            forget(machine, items, key.reason)
            return Unknown(key.reason, key.place, opaque=True)
        if key not in items.items:
            machine.touch(items)
            items.items[key] = default
        return items.items[key]

    def pop(machine: Machine, self: Value, key: Value, *default: Value) -> Value:
        items = _dict(self)
        if isinstance(key, Unknown):
            forget(machine, items, key.reason)
            return Unknown(key.reason, key.place, opaque=True)
        if key in items.items:
            machine.touch(items)
            return items.items.pop(key)
        if items.unknown:
            return Unknown(items.unknown.reason, items.unknown.place, opaque=True)
        return default[0] if default else machine.throw("KeyError", str(key))

    def popitem(machine: Machine, self: Value) -> Value:
        items = _dict(self)
        if items.unknown:
            raise Undetermined(items.unknown.reason)
        machine.touch(items)
        return items.items.popitem() if items.items else machine.throw("KeyError", "popitem(): dictionary is empty")

    def clear(machine: Machine, self: Value) -> Value:
        items = _dict(self)
        machine.touch(items)
        items.items, items.unknown = {}, None

    def copy(machine: Machine, self: Value) -> Value:
        items = _dict(self)
        found = DictValue(dict(items.items), items.unknown, items.cls)
        found.factory = items.factory
        return found

    def move_to_end(machine: Machine, self: Value, key: Value, last: Value = True) -> Value:
        items = _dict(self)
        machine.touch(items)
        value = items.items.pop(key)
        items.items = {**items.items, key: value} if last else {key: value, **items.items}

    def __len__(machine: Machine, self: Value) -> Value:
        return len(machine.elements(_dict(self)))

    def __contains__(machine: Machine, self: Value, key: Value) -> Value:
        found = operators.contains(machine, key, _dict(self))
        return Unknown("a key that is not known") if found is None else found

    def __getitem__(machine: Machine, self: Value, index: Value) -> Value:
        from cnnlint.interpreter.iteration import subscript

        return subscript(machine, _dict(self), index)

    def __setitem__(machine: Machine, self: Value, index: Value, value: Value) -> Value:
        from cnnlint.interpreter.iteration import store

        store(machine, _dict(self), index, value)


def _update_pairs(machine: Machine, items: DictValue, pairs: Value) -> None:
    try:
        rows = [machine.elements(pair) for pair in machine.elements(pairs)]
        items.items.update({key: value for key, value in rows})  # noqa: C416 - a row of another length is told
    except (Undetermined, ValueError):
        items.unknown = Unknown("what was added to the dictionary is not known", machine.place, opaque=True)


def _fromkeys(machine: Machine, cls: Value, iterable: Value, value: Value = None) -> Value:
    del cls
    return DictValue(dict.fromkeys(machine.elements(iterable), value))


@methods(SET)
class _Set:
    def add(machine: Machine, self: Value, item: Value) -> Value:
        items = _set(self)
        machine.touch(items)
        items.items[item] = None

    def discard(machine: Machine, self: Value, item: Value) -> Value:
        items = _set(self)
        machine.touch(items)
        items.items.pop(item, None)

    remove = discard

    def update(machine: Machine, self: Value, *others: Value) -> Value:
        items = _set(self)
        for other in others:
            more = machine.elements(other)
            machine.touch(items)
            items.items.update(dict.fromkeys(more))

    def union(machine: Machine, self: Value, *others: Value) -> Value:
        items = dict(_set(self).items)
        for other in others:
            items.update(dict.fromkeys(machine.elements(other)))
        return SetValue(items, _set(self).unknown)

    def intersection(machine: Machine, self: Value, other: Value) -> Value:
        return operators.binary(machine, "&", _set(self), SetValue(machine.elements(other)))

    def difference(machine: Machine, self: Value, other: Value) -> Value:
        return operators.binary(machine, "-", _set(self), SetValue(machine.elements(other)))

    def issubset(machine: Machine, self: Value, other: Value) -> Value:
        return set(machine.elements(_set(self))) <= set(machine.elements(other))

    def issuperset(machine: Machine, self: Value, other: Value) -> Value:
        return set(machine.elements(_set(self))) >= set(machine.elements(other))

    def copy(machine: Machine, self: Value) -> Value:
        return SetValue(_set(self).items, _set(self).unknown)

    def pop(machine: Machine, self: Value) -> Value:
        return Unknown("which element a set gives is not known", machine.place, opaque=True)


FROZENSET.namespace.update({k: v for k, v in SET.namespace.items() if k not in ("add", "discard", "update", "pop")})


@methods(GENERATOR)
class _Generator:
    def __next__(machine: Machine, self: Value) -> Value:
        return take(machine, self, MISSING)

    def __iter__(machine: Machine, self: Value) -> Value:
        return self

    def send(machine: Machine, self: Value, value: Value) -> Value:
        return take(machine, self, MISSING)

    def close(machine: Machine, self: Value) -> Value:
        return None


def take(machine: Machine, source: Value, default: Value) -> Value:
    """`next(source, default)`."""
    if isinstance(source, Generator):
        if source.position < len(source.items):
            machine.touch(source)
            source.position += 1
            return source.items[source.position - 1]
        if source.unknown:
            raise Undetermined(source.unknown.reason)
        return machine.throw("StopIteration", "") if default is MISSING else default
    method = machine.find(source, "__next__")
    if method is MISSING:
        raise Undetermined(source.reason if isinstance(source, Unknown) else "the next element is not known")
    return machine.call(method, ())


@methods(INT)
class _Int:
    def bit_length(machine: Machine, self: Value) -> Value:
        return self.bit_length() if isinstance(self, int) else Unknown("a symbolic number")

    def __add__(machine: Machine, self: Value, other: Value) -> Value:
        return operators.binary(machine, "+", operators.unwrap(self), other)

    def __mul__(machine: Machine, self: Value, other: Value) -> Value:
        return operators.binary(machine, "*", operators.unwrap(self), other)


@methods(FLOAT)
class _Float:
    def is_integer(machine: Machine, self: Value) -> Value:
        return float(self).is_integer()


DICT.namespace["fromkeys"] = ClassMethod(HostFunction("builtins.dict.fromkeys", _fromkeys))
