"""`collections` and `collections.abc`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.interpreter.builtin.constructors import fill
from cnnlint.interpreter.builtin.types import DICT, LIST, OBJECT, TUPLE
from cnnlint.interpreter.library import Library
from cnnlint.interpreter.values import (
    ClassValue,
    DictValue,
    HostFunction,
    HostProperty,
    Instance,
    ListValue,
    Unknown,
    Value,
    is_distinct,
)

if TYPE_CHECKING:
    from cnnlint.interpreter.machine import Machine

LIBRARY = Library("collections")
ORDERED = ClassValue("collections.OrderedDict", (DICT,), {}, library=True)
DEFAULT = ClassValue("collections.defaultdict", (DICT,), {}, library=True)
LIBRARY.add("collections.OrderedDict", ORDERED)
LIBRARY.add("collections.defaultdict", DEFAULT)
LIBRARY.add("collections.UserDict", DICT)
LIBRARY.add("collections.UserList", LIST)


def _defaultdict(
    machine: Machine, cls: ClassValue, default_factory: Value = None, /, *args: Value, **kwargs: Value
) -> Value:
    result = DictValue(cls=cls)
    result.factory = default_factory
    fill(machine, result, args, kwargs)
    return result


DEFAULT.namespace["__new__"] = HostFunction("collections.defaultdict", _defaultdict)


@LIBRARY.function("collections.Counter")
def counter(machine: Machine, iterable: Value = (), /, **kwargs: Value) -> Value:
    """How often each element occurs."""
    result = DictValue()
    if isinstance(iterable, DictValue):
        result.items.update(iterable.items)
    else:
        items = machine.elements(iterable)
        if not all(map(is_distinct, items)):
            return DictValue({}, Unknown("which elements are equal is not known"))
        for item in items:
            result.items[item] = result.items.get(item, 0) + 1
    return result


@LIBRARY.function("collections.deque")
def deque(machine: Machine, iterable: Value = (), maxlen: Value = None) -> Value:
    """A queue is a list."""
    items = machine.elements(iterable)
    return ListValue(items[-maxlen:] if isinstance(maxlen, int) and maxlen else items)


@LIBRARY.function("collections.ChainMap")
def chain_map(machine: Machine, *maps: Value) -> Value:
    """The first mapping that has a key wins."""
    result = DictValue()
    for mapping in reversed(maps):
        if not isinstance(mapping, DictValue):
            return Unknown("a mapping that is not known", machine.place)
        result.items.update(mapping.items)
        result.unknown = result.unknown or mapping.unknown
    return result


def _field(index: int) -> HostProperty:
    return HostProperty(lambda _machine, self: self.payload[index])


def tuple_class(
    name: str, fields: tuple[str, ...], defaults: dict[str, Value], machine: Machine, namespace: dict[str, Value]
) -> ClassValue:
    """The class of a named tuple: its values are the payload, its fields properties."""
    cls = ClassValue(name, (TUPLE,), dict(namespace), place=machine.place)
    cls.namespace.update({field: _field(index) for index, field in enumerate(fields)})
    cls.namespace["_fields"] = fields
    cls.namespace["__match_args__"] = fields

    def new(inner: Machine, made: ClassValue, *args: Value, **kwargs: Value) -> Value:
        values = dict(zip(fields, args, strict=False))
        values.update(kwargs)
        missing = [field for field in fields if field not in values and field not in defaults]
        if missing or len(args) > len(fields) or not set(kwargs) <= set(fields):
            return inner.throw("TypeError", f"{made.name}() does not take these arguments")
        instance = Instance(made, inner.place)
        instance.payload = tuple(values.get(field, defaults.get(field)) for field in fields)
        return instance

    def replace(inner: Machine, self: Value, **kwargs: Value) -> Value:
        values = {**dict(zip(fields, self.payload, strict=True)), **kwargs}
        return inner.call(self.cls, (), values)

    cls.namespace["__new__"] = HostFunction(name, new)
    cls.namespace["_replace"] = HostFunction(f"{name}._replace", replace)
    cls.namespace["_asdict"] = HostFunction(
        f"{name}._asdict", lambda _machine, self: DictValue(dict(zip(fields, self.payload, strict=True)))
    )
    return cls


@LIBRARY.function("collections.namedtuple")
def namedtuple(
    machine: Machine,
    typename: Value,
    field_names: Value,
    *,
    rename: Value = False,
    defaults: Value = None,
    module: Value = None,
) -> Value:
    """A class of tuples with named fields."""
    names = field_names.replace(",", " ").split() if isinstance(field_names, str) else machine.elements(field_names)
    if not isinstance(typename, str) or not all(isinstance(name, str) for name in names):
        return Unknown("the fields of a named tuple are not known", machine.place, opaque=True)
    values = [] if defaults is None else machine.elements(defaults)
    given = dict(zip(names[len(names) - len(values) :], values, strict=True))
    return tuple_class(typename, tuple(names), given, machine, {})


for _name in [
    "Iterable",
    "Iterator",
    "Sequence",
    "MutableSequence",
    "Mapping",
    "MutableMapping",
    "Collection",
    "Sized",
    "Set",
    "Callable",
    "Hashable",
    "Generator",
    "Container",
    "Reversible",
    "ByteString",
    "KeysView",
    "ValuesView",
    "ItemsView",
    "Awaitable",
    "Coroutine",
]:
    LIBRARY.add(f"collections.abc.{_name}", ClassValue(f"collections.abc.{_name}", (OBJECT,), {}, library=True))
    LIBRARY.add(f"collections.{_name}", LIBRARY.names[f"collections.abc.{_name}"])
