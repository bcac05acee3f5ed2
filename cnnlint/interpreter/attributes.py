"""Attributes: how a name is found on a value, set and deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.engine.errors import ShapeError
from cnnlint.interpreter.aliasing import disturb, one_of
from cnnlint.interpreter.builtin.constructors import OBJECT_NEW
from cnnlint.interpreter.builtin.types import class_of
from cnnlint.interpreter.values import (
    MISSING,
    Absent,
    BoundMethod,
    ClassMethod,
    ClassValue,
    DictValue,
    Function,
    HostFunction,
    HostProperty,
    Instance,
    LibraryModule,
    ListValue,
    ModuleValue,
    PropertyValue,
    SetValue,
    StaticMethod,
    Super,
    Tensor,
    Unknown,
    Value,
    Weight,
)

if TYPE_CHECKING:
    from cnnlint.interpreter.machine import Machine


def lookup(machine: Machine, value: Value, name: str) -> Value:
    """The attribute, or MISSING where the value surely has none (or cnnlint knows none)."""
    match value:
        case Instance():
            return _instance(machine, value, name)
        case ModuleValue():
            return machine.importer.member(machine, value, name)
        case LibraryModule():
            found = value.resolve(f"{value.name}.{name}")
            return machine.importer.library_source(machine, value, name) if found is MISSING else found
        case ClassValue():
            return _class(machine, value, name)
        case Super():
            return _super(machine, value, name)
        case Function():
            return _function(value, name)
        case Unknown():
            part = Unknown(value.reason, value.place, opaque=True)
            part.made = (name, value, None)
            return one_of((each.attrs.get(name) for each in value.among if isinstance(each, Instance)), part)
        case BoundMethod():
            if name == "__self__":
                return value.receiver
            return value.function if name == "__func__" else lookup(machine, value.function, name)
        case HostFunction():
            if name in value.attrs:
                return value.attrs[name]
            if name in ("__name__", "__qualname__"):
                return value.name.rpartition(".")[2]
            return value.name.rpartition(".")[0] if name == "__module__" else MISSING
        case PropertyValue():
            return _property_part(machine, value, name)
        case _:
            cls = class_of(value)
            found = MISSING if cls is None else cls.lookup(name)
            if found is MISSING:
                return _of_tensor(machine, value, cls, name) if isinstance(value, Tensor) else _its_class(cls, name)
            return bind(machine, found, value, cls)


def _its_class(cls: ClassValue | None, name: str) -> Value:
    return cls if name == "__class__" and cls is not None else MISSING


def _of_tensor(machine: Machine, value: Tensor, cls: ClassValue | None, name: str) -> Value:
    """What a library's `__getattr__` gives (a table's columns are attributes)."""
    fallback = MISSING if cls is None or name.startswith("__") else cls.lookup("__getattr__")
    return _its_class(cls, name) if fallback is MISSING else machine.call(BoundMethod(fallback, value), (name,))


OF_ARRAYS = frozenset(
    {
        *("argmax", "backward", "contiguous", "cpu", "cuda", "detach", "dim", "flatten", "float", "long", "mean"),
        *("permute", "reshape", "shape", "size", "softmax", "squeeze", "to", "transpose", "unsqueeze", "view"),
    }
)
"""Members of arrays that no kind of tuple has."""


def absent(machine: Machine, value: Value, name: str) -> Value:
    """What reading an attribute that was not found gives."""
    match value:
        case Instance():
            kind = f"`{value.cls.name}` object"
        case ClassValue():
            kind = f"class `{value.name}`"
        case ModuleValue() | LibraryModule():
            return Unknown(f"`{value.name}.{name}` is not known to cnnlint", machine.place, opaque=True)
        case _:
            cls = class_of(value)
            kind = f"`{cls.name}`" if cls is not None else "value"
    if isinstance(value, (tuple, ListValue)) and name in OF_ARRAYS:
        several = "tuple" if isinstance(value, tuple) else "list"
        return machine.fail(
            ShapeError(
                "bad-argument",
                f"a {several} has no `{name}`, as an array has",
                help="take the part that is meant first",
                exception="AttributeError",
            )
        )
    if isinstance(value, Instance) and not _is_special(name) and _is_known(value, name):
        return machine.throw("AttributeError", f"{kind} has no attribute `{name}`", kind="missing-attribute")
    return Unknown(f"no attribute `{name}` of this {kind} is known to cnnlint", machine.place, opaque=True)


def _is_special(name: str) -> bool:
    """Whether every object may have it (`__doc__`)."""
    return name.startswith("__") and name.endswith("__")


def _is_known(value: Instance, name: str) -> bool:
    """Whether the object surely lacks the attribute: what it has the code gives it, or a library's `__members__`."""
    for cls in value.cls.mro:
        if cls.altered or "__getattribute__" in cls.namespace:
            return False
        if cls.library and cls.qualified_name != "builtins.object":
            members = cls.namespace.get("__members__")
            if members is None or name in members or name.startswith("_"):
                return False
    hidden = value.opaque or value.cls.unknown_base or value.facts.get("open")
    return not hidden and value.payload is None


def bind(machine: Machine, found: Value, receiver: Value, cls: ClassValue | None) -> Value:
    """What a class attribute becomes when it is read through an instance."""
    match found:
        case Function() | HostFunction():
            return BoundMethod(found, receiver)
        case PropertyValue():
            return machine.call(found.getter, (receiver,))
        case HostProperty():
            return machine.guarded(lambda: found.getter(machine, receiver))
        case ClassMethod():
            return BoundMethod(found.function, cls)
        case StaticMethod():
            return found.function
        case Instance() if not found.cls.library and found.cls.lookup("__get__") is not MISSING:
            return machine.call(machine.get(found, "__get__"), (receiver, cls))
        case _:
            return found


def _instance(machine: Machine, value: Instance, name: str) -> Value:
    cls = value.cls
    found = cls.lookup(name)
    if isinstance(found, PropertyValue | HostProperty):
        return bind(machine, found, value, cls)
    if name in value.attrs and not _hides(cls, found, value.attrs[name]):
        return value.attrs[name]
    if found is not MISSING:
        return _read(machine, cls, name, found, value)
    match name:
        case "__class__":
            return cls
        case "__dict__":
            value.facts["open"] = True  # attributes may be set through it
            return DictValue(value.attrs)
    if value.payload is not None:
        found = lookup(machine, value.payload, name)
        if found is not MISSING:
            return found
    fallback = cls.lookup("__getattr__")
    if isinstance(fallback, Function | HostFunction) and not name.startswith("__"):
        return machine.call(BoundMethod(fallback, value), (name,))
    unknown = value.opaque or cls.unknown_base
    return Unknown(unknown.reason, unknown.place, opaque=True) if unknown else MISSING


def _read(machine: Machine, cls: ClassValue, name: str, found: Value, receiver: Value) -> Value:
    """A class attribute through an instance; a function written in C is no method of a class of the linted code."""
    if isinstance(found, HostFunction) and not found.binds:
        owner = next(each for each in cls.mro if each.namespace.get(name) is found)
        if not owner.library:
            return found if found.binds is False else Unknown("whether a function becomes a method", machine.place)
    return bind(machine, found, receiver, cls)


def _hides(cls: ClassValue, found: Value, member: Value) -> bool:
    """Whether a method is read instead of a member that the object's class keeps apart from its attributes."""
    method = isinstance(found, Function | HostFunction) and isinstance(member, Instance | Weight)
    return method and cls.lookup("__members_apart__") is True


def _class(machine: Machine, cls: ClassValue, name: str) -> Value:
    found = cls.lookup(name)
    if found is not MISSING:
        match found:
            case StaticMethod():
                return found.function
            case ClassMethod():
                return BoundMethod(found.function, cls)
            case _:
                return found
    match name:
        case "__name__" | "__qualname__":
            return cls.name
        case "__module__":
            return cls.qualified_name.rpartition(".")[0]
        case "__mro__":
            return cls.mro
        case "__bases__":
            return cls.bases
        case "__dict__":
            return DictValue(cls.namespace)
        case "__doc__":
            return None
        case "__class__":
            return class_of(cls)
        case "mro":
            return HostFunction("builtins.type.mro", lambda _machine: ListValue(cls.mro))
        case "__subclasses__":
            return Unknown("the subclasses of a class are not followed", machine.place)
    if cls.unknown_base:
        return Unknown(cls.unknown_base.reason, cls.unknown_base.place, opaque=True)
    return MISSING


def _super(machine: Machine, value: Super, name: str) -> Value:
    receiver = value.receiver
    cls = receiver if isinstance(receiver, ClassValue) else class_of(receiver)
    assert cls is not None
    mro = cls.mro
    start = mro.index(value.start) + 1 if value.start in mro else 1
    for below, base in zip(mro[start - 1 :], mro[start:], strict=False):
        if name == "__init__" and below.unknown_first:
            break
        if name in base.namespace:
            found = base.namespace[name]
            if isinstance(receiver, ClassValue) and isinstance(found, Function | HostFunction):
                return BoundMethod(found, receiver) if name == "__init_subclass__" else found
            return _read(machine, cls, name, found, receiver)
    if cls.unknown_base and name != "__new__":  # whatever has a `__new__`, it makes an object of that class
        return Unknown(cls.unknown_base.reason, cls.unknown_base.place, opaque=True)
    if isinstance(receiver, Instance) and receiver.payload is not None:
        return lookup(machine, receiver.payload, name)
    return _of_object(receiver, name)


def _of_object(receiver: Value, name: str) -> Value:
    """What `object` gives to `super()`."""
    match name:
        case "__new__":
            return OBJECT_NEW
        case "__setattr__" if isinstance(receiver, Instance):
            return HostFunction(
                "builtins.object.__setattr__", lambda machine, key, new: plain_set(machine, receiver, key, new)
            )
        case "__getattribute__" if isinstance(receiver, Instance):
            return HostFunction("builtins.object.__getattribute__", lambda machine, key: machine.get(receiver, key))
        case "__init_subclass__" | "__post_init__" | "__set_name__":
            return HostFunction(f"builtins.object.{name}", lambda _machine, *_args, **_kwargs: None)
        case _:
            return MISSING


def plain_set(machine: Machine, receiver: Instance, name: Value, new: Value) -> None:
    """Set an attribute whatever the class's own `__setattr__` says."""
    machine.touch(receiver)
    receiver.attrs[str(name)] = new


def _function(value: Function, name: str) -> Value:
    if name in value.attrs:
        return value.attrs[name]
    match name:
        case "__name__":
            return value.name
        case "__qualname__":
            return f"{value.owner.name}.{value.name}" if value.owner else value.name
        case "__module__":
            return value.module.name
        case "__doc__":
            return None
        case "__defaults__":
            return tuple(value.defaults.values()) or None
        case "__dict__":
            return DictValue(value.attrs)
        case _:
            return MISSING


def _property_part(machine: Machine, value: PropertyValue, name: str) -> Value:
    del machine
    match name:
        case "setter":
            return HostFunction("property.setter", lambda _m, f: PropertyValue(value.getter, f, value.deleter))
        case "getter":
            return HostFunction("property.getter", lambda _m, f: PropertyValue(f, value.setter, value.deleter))
        case "deleter":
            return HostFunction("property.deleter", lambda _m, f: PropertyValue(value.getter, value.setter, f))
        case "fget":
            return value.getter
        case _:
            return MISSING


def assign(machine: Machine, value: Value, name: str, new: Value) -> None:
    """`value.name = new`."""
    match value:
        case Instance():
            found = value.cls.lookup(name)
            if isinstance(found, PropertyValue) and found.setter is not None:
                machine.call(found.setter, (value, new))
                return
            if isinstance(found, HostProperty):
                if found.setter is not None:
                    setter = found.setter
                    machine.guarded(lambda: setter(machine, value, new))
                return
            hook = value.cls.lookup("__setattr__")
            if isinstance(hook, Function | HostFunction):
                machine.call(BoundMethod(hook, value), (name, new))
                return
            machine.touch(value)
            value.attrs[name] = new
        case ClassValue():
            if not value.library:
                machine.touch(value)
                value.namespace[name] = new
        case ModuleValue():
            machine.touch(value.scope)
            value.scope.names[name] = new
        case Function():
            machine.touch(value)
            value.attrs[name] = new
        case Super():
            if isinstance(value.receiver, Instance):
                machine.touch(value.receiver)
                value.receiver.attrs[name] = new
        case Tensor():
            found = value.cls.lookup(name)
            if isinstance(found, HostProperty) and found.setter is not None:
                setter = found.setter
                machine.guarded(lambda: setter(machine, value, new))
        case Unknown():
            disturb(machine, value, name)
        case _:
            pass


def remove(machine: Machine, value: Value, name: str) -> None:
    """`del value.name`."""
    match value:
        case Instance():
            hook = value.cls.lookup("__delattr__")
            if isinstance(hook, Function | HostFunction):
                machine.call(BoundMethod(hook, value), (name,))
                return
            machine.touch(value)
            value.attrs.pop(name, None)
        case ClassValue() if not value.library:
            machine.touch(value)
            value.namespace.pop(name, None)
        case ModuleValue():
            machine.touch(value.scope)
            value.scope.names.pop(name, None)
        case _:
            pass


def is_instance(machine: Machine, value: Value, cls: Value) -> bool | None:
    """`isinstance(value, cls)`; None if not known."""
    if isinstance(cls, tuple):
        verdicts = [is_instance(machine, value, each) for each in cls]
        return True if True in verdicts else None if None in verdicts else False
    own = class_of(value)
    if isinstance(cls, Unknown) and own is not None and not isinstance(value, Unknown):
        return False if _is_foreign(cls, own) else None
    if not isinstance(cls, ClassValue):
        return None
    if isinstance(value, Unknown) or own is None:
        return None
    if cls in own.mro or cls.qualified_name == "builtins.object":
        return True
    if cls.qualified_name in ABSTRACT:
        return isinstance(value, ABSTRACT[cls.qualified_name]) or _quacks(own, cls.qualified_name)
    return None if own.unknown_base or cls.unknown_base else False


def _is_foreign(cls: Unknown, own: ClassValue) -> bool:
    """Whether a class of an optional package that is not at hand is none of a known class's own bases."""
    if cls.made is None or own.unknown_base is not None:
        return False
    name, module, _ = cls.made
    return isinstance(module, Absent) and module.optional and all(each.name != name for each in own.mro)


ABSTRACT: dict[str, tuple[type, ...]] = {
    "collections.abc.Iterable": (tuple, str, bytes, range, ListValue, DictValue, SetValue),
    "collections.abc.Sequence": (tuple, str, bytes, range, ListValue),
    "collections.abc.MutableSequence": (ListValue,),
    "collections.abc.Mapping": (DictValue,),
    "collections.abc.MutableMapping": (DictValue,),
    "collections.abc.Collection": (tuple, str, bytes, range, ListValue, DictValue, SetValue),
    "collections.abc.Sized": (tuple, str, bytes, range, ListValue, DictValue, SetValue),
    "collections.abc.Set": (SetValue,),
    "collections.abc.Callable": (Function, HostFunction, BoundMethod, ClassValue),
    "numbers.Number": (int, float, complex),
    "numbers.Real": (int, float),
    "numbers.Integral": (int,),
}


def _quacks(own: ClassValue, abstract: str) -> bool:
    method = {
        "collections.abc.Iterable": "__iter__",
        "collections.abc.Sized": "__len__",
        "collections.abc.Callable": "__call__",
    }.get(abstract)
    return method is not None and own.lookup(method) is not MISSING
