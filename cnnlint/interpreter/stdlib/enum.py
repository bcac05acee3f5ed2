"""`enum`: members are objects with `name` and `value`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.interpreter.builtin.types import INT, OBJECT, STR
from cnnlint.interpreter.library import Library
from cnnlint.interpreter.values import (
    ClassMethod,
    ClassValue,
    DictValue,
    Function,
    HostFunction,
    HostProperty,
    Instance,
    PropertyValue,
    StaticMethod,
    Unknown,
    Value,
)

if TYPE_CHECKING:
    from cnnlint.interpreter.machine import Machine

LIBRARY = Library("enum")


def _members(machine: Machine, cls: ClassValue) -> None:
    """Turn the constants of a class body into members."""
    members: dict[str, Instance] = {}
    count = 0
    cls.namespace["__new__"] = ENUM.namespace["__new__"]  # before that of a mixed-in `str` or `int`
    for name, value in list(cls.namespace.items()):
        if name.startswith("_") or isinstance(
            value, Function | PropertyValue | StaticMethod | ClassMethod | HostFunction | HostProperty | ClassValue
        ):
            continue
        count += 1
        member = Instance(cls, machine.place)
        member.attrs["_name_"] = name
        constant = count if isinstance(value, Instance) and value.cls is AUTO else value
        if cls.is_subclass("builtins.str") and constant is count:
            constant = name.lower()
        member.attrs["_value_"] = constant
        if cls.is_subclass("builtins.int") or cls.is_subclass("builtins.str"):
            member.payload = constant
        twin = next((m for m in members.values() if machine.equal(m.attrs["_value_"], constant)), None)
        members[name] = twin or member
        cls.namespace[name] = members[name]
        if twin is None and "__init__" in cls.namespace:
            arguments = constant if isinstance(constant, tuple) else (constant,)
            machine.call(cls.namespace["__init__"], (member, *arguments))
    cls.namespace["__members__"] = DictValue(dict(members))
    cls.namespace["__members_list__"] = tuple(dict.fromkeys(members.values()))


def _look_up(machine: Machine, cls: Value, value: Value = None, *args: Value, **kwargs: Value) -> Value:
    members = cls.lookup("__members_list__")
    if not isinstance(members, tuple):
        return Unknown("an enumeration made at run time", machine.place, opaque=True)
    for member in members:
        same = machine.equal(member.attrs["_value_"], value)
        if same or member is value:
            return member
        if same is None:
            return Unknown("which member it is is not known", machine.place)
    return machine.throw("ValueError", f"not a valid {cls.name}")


def _same(machine: Machine, self: Instance, other: Value) -> Value:
    if self is other:
        return True
    if isinstance(other, Unknown):
        return Unknown(other.reason, other.place)
    if self.payload is not None and not isinstance(other, Instance):
        found = machine.equal(self.payload, other)
        return Unknown("a comparison that is not known") if found is None else found
    return False


ENUM = ClassValue("enum.Enum", (OBJECT,), {}, library=True)
ENUM.namespace.update(
    {
        "__class_hook__": HostFunction("enum.Enum", _members),
        "__new__": HostFunction("enum.Enum", _look_up),
        "name": HostProperty(lambda _machine, self: self.attrs["_name_"]),
        "value": HostProperty(lambda _machine, self: self.attrs["_value_"]),
        "__eq__": HostFunction("enum.Enum.__eq__", _same),
    }
)


LIBRARY.add("enum.Enum", ENUM)
for _name, _bases in {
    "IntEnum": (INT, ENUM),
    "StrEnum": (STR, ENUM),
    "Flag": (ENUM,),
    "IntFlag": (INT, ENUM),
    "ReprEnum": (ENUM,),
}.items():
    LIBRARY.add(f"enum.{_name}", ClassValue(f"enum.{_name}", _bases, {}, library=True))
for _cls in ("IntEnum", "StrEnum", "IntFlag"):
    LIBRARY.names[f"enum.{_cls}"].namespace["__new__"] = ENUM.namespace["__new__"]
LIBRARY.add("enum.EnumMeta", ClassValue("enum.EnumMeta", (OBJECT,), {}, library=True))
LIBRARY.add("enum.EnumType", LIBRARY.names["enum.EnumMeta"])


@LIBRARY.define("enum.auto")
class Auto:
    pass


AUTO = LIBRARY.names["enum.auto"]


@LIBRARY.function("enum.unique", "enum.member", "enum.nonmember", "enum.global_enum")
def unique(machine: Machine, enumeration: Value) -> Value:
    """A decorator that checks."""
    return enumeration
