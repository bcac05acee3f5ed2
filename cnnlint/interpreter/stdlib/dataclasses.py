"""`dataclasses`: constructors made from annotated fields."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.interpreter.library import Library
from cnnlint.interpreter.values import (
    MISSING,
    ClassValue,
    DictValue,
    HostFunction,
    Instance,
    Unknown,
    Value,
)

if TYPE_CHECKING:
    from cnnlint.interpreter.machine import Machine

LIBRARY = Library("dataclasses")


@LIBRARY.define("dataclasses.Field")
class Field:
    pass


FIELD = LIBRARY.names["dataclasses.Field"]


@LIBRARY.function("dataclasses.field")
def field(
    machine: Machine,
    *,
    default: Value = MISSING,
    default_factory: Value = MISSING,
    init: Value = True,
    repr: Value = True,
    hash: Value = None,
    compare: Value = True,
    metadata: Value = None,
    kw_only: Value = False,
) -> Value:
    """A field's default, factory or absence from the constructor."""
    instance = Instance(FIELD, machine.place)
    instance.facts.update(default=default, factory=default_factory, init=machine.truth(init) is not False)
    return instance


def _fields(cls: ClassValue) -> dict[str, Value]:
    """Field names with their defaults, of the bases first."""
    found: dict[str, Value] = {}
    for each in reversed(cls.mro[1:]):
        if "__dataclass_fields__" in each.namespace:
            found.update(each.namespace["__dataclass_fields__"].items)
    for name in cls.namespace.get("__annotations__", ()):
        found[name] = cls.namespace.get(name, MISSING)
    return found


def _default(machine: Machine, value: Value) -> Value:
    if isinstance(value, Instance) and value.cls is FIELD:
        if value.facts["factory"] is not MISSING:
            return machine.call(value.facts["factory"], ())
        return value.facts["default"]
    return value


def make(machine: Machine, cls: ClassValue) -> ClassValue:
    """Give the class its constructor, unless it has one of its own."""
    fields = _fields(cls)
    accepted = [
        n for n, v in fields.items() if not (isinstance(v, Instance) and v.cls is FIELD and not v.facts["init"])
    ]

    def initialize(inner: Machine, self: Instance, /, *args: Value, **kwargs: Value) -> None:
        values = dict(zip(accepted, args, strict=False))
        if len(args) > len(accepted) or not set(kwargs) <= set(accepted):
            inner.throw("TypeError", f"`{cls.name}` does not take these arguments", "bad-call")
        values.update(kwargs)
        inner.touch(self)
        for name, default in fields.items():
            value = values[name] if name in values else _default(inner, default)
            if value is MISSING:
                if name not in accepted:
                    continue
                inner.throw("TypeError", f"`{cls.name}` misses the argument `{name}`", "bad-call")
            self.attrs[name] = value
        hook = cls.lookup("__post_init__")
        if hook is not MISSING:
            inner.call(hook, (self,))

    machine.touch(cls)
    cls.namespace["__dataclass_fields__"] = DictValue(dict(fields))
    cls.namespace["__match_args__"] = tuple(accepted)
    if "__init__" not in cls.namespace:
        cls.namespace["__init__"] = HostFunction(f"{cls.name}.__init__", initialize)
    for name, value in fields.items():
        if isinstance(value, Instance) and value.cls is FIELD and name in cls.namespace:
            default = value.facts["default"]
            if default is MISSING:
                del cls.namespace[name]
            else:
                cls.namespace[name] = default
    return cls


@LIBRARY.function("dataclasses.dataclass")
def dataclass(machine: Machine, cls: Value = None, /, **kwargs: Value) -> Value:
    """`@dataclass` with or without arguments."""
    if isinstance(cls, ClassValue):
        return make(machine, cls)
    if cls is None:
        return HostFunction("dataclasses.dataclass", make)
    return cls


@LIBRARY.function("dataclasses.asdict")
def asdict(machine: Machine, obj: Value, **kwargs: Value) -> Value:
    """The fields as a dictionary."""
    names = machine.get(obj, "__dataclass_fields__")
    if not isinstance(names, DictValue):
        return Unknown("the fields are not known", machine.place)
    return DictValue({name: machine.get(obj, name) for name in names.items})


@LIBRARY.function("dataclasses.astuple")
def astuple(machine: Machine, obj: Value, **kwargs: Value) -> Value:
    """The fields as a tuple."""
    found = asdict(machine, obj)
    return tuple(found.items.values()) if isinstance(found, DictValue) else found


@LIBRARY.function("dataclasses.replace")
def replace(machine: Machine, obj: Value, /, **changes: Value) -> Value:
    """A copy with other fields."""
    found = asdict(machine, obj)
    if not isinstance(found, DictValue) or not isinstance(obj, Instance):
        return Unknown("the fields are not known", machine.place, opaque=True)
    return machine.call(obj.cls, (), {**found.items, **changes})


@LIBRARY.function("dataclasses.fields")
def fields(machine: Machine, class_or_instance: Value) -> Value:
    """The fields, each with its name."""
    names = machine.get(class_or_instance, "__dataclass_fields__")
    if not isinstance(names, DictValue):
        return Unknown("the fields are not known", machine.place)
    rows = []
    for name in names.items:
        row = Instance(FIELD, machine.place)
        row.attrs["name"] = name
        rows.append(row)
    return tuple(rows)


@LIBRARY.function("dataclasses.is_dataclass")
def is_dataclass(machine: Machine, obj: Value) -> Value:
    """Whether it was made by `dataclass`."""
    return machine.find(obj, "__dataclass_fields__") is not MISSING


LIBRARY.add("dataclasses.KW_ONLY", None)
LIBRARY.add("dataclasses.InitVar", FIELD)
