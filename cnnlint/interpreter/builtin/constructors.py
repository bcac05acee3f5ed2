"""Calling the built-in types: `int(x)`, `list(x)`, `type(x)`, …."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.engine.dimension import Expr, symbols, unknown_dim
from cnnlint.engine.dimension import bounds as bounds_of
from cnnlint.engine.errors import Undetermined
from cnnlint.interpreter import operators, ratios
from cnnlint.interpreter.builtin.types import (
    BOOL,
    BYTES,
    COMPLEX,
    DICT,
    FLOAT,
    FROZENSET,
    INT,
    LIST,
    OBJECT,
    PROPERTY,
    RANGE,
    SET,
    SLICE,
    STR,
    TUPLE,
    TYPE,
    class_of,
)
from cnnlint.interpreter.values import (
    MISSING,
    BoundMethod,
    Choice,
    ClassValue,
    DictValue,
    Generator,
    HostFunction,
    Instance,
    ListValue,
    More,
    PropertyValue,
    Ratio,
    SetValue,
    Tensor,
    Unknown,
    Value,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from cnnlint.interpreter.machine import Machine


def _boxed(machine: Machine, cls: ClassValue, exact: ClassValue, value: Value) -> Value:
    """The built-in value itself, or an object of the subclass around it."""
    if cls is exact or isinstance(value, Unknown):
        return value
    instance = Instance(cls, machine.place)
    instance.payload = value
    return instance


def _int(machine: Machine, cls: ClassValue, x: Value = 0, base: Value = 10) -> Value:
    return _boxed(machine, cls, INT, to_int(machine, operators.unwrap(x), base))


def to_int(machine: Machine, value: Value, base: Value = 10) -> Value:
    """`int(value)`; a symbolic size is one already."""
    match value:
        case Expr():
            return value
        case bool() | int() | float():
            try:
                return int(value)
            except (ValueError, OverflowError) as error:
                return machine.throw(type(error).__name__, str(error))
        case str() if isinstance(base, int) and len(value) < 1000:
            try:
                return int(value, base)
            except ValueError as error:
                return machine.throw("ValueError", str(error))
        case Ratio() if (whole := ratios.truncated(value)) is not None:
            return whole
        case Unknown() if value.symbol is None:
            return Choice((), value.reason, value.place)
        case Unknown():
            return Unknown(value.reason, value.place, symbol=value.symbol)
        case Tensor() if value.values is not None and len(value.values) == 1:
            return to_int(machine, value.values[0])
        case Instance():
            for name in ("__int__", "__index__"):
                method = value.cls.lookup(name)
                if method is not MISSING:
                    return machine.call(BoundMethod(method, value), ())
    return Unknown("the number is not known", machine.place)


def _float(machine: Machine, cls: ClassValue, x: Value = 0.0) -> Value:
    value = operators.unwrap(x)
    match value:
        case bool() | int() | float():
            try:
                return _boxed(machine, cls, FLOAT, float(value))
            except OverflowError as error:
                return machine.throw("OverflowError", str(error))
        case str():
            try:
                return float(value)
            except ValueError as error:
                return machine.throw("ValueError", str(error))
        case Expr():
            return value
        case Tensor() if value.values is not None and len(value.values) == 1:
            return value.values[0]
        case Unknown() if value.symbol is None:
            return Choice((), value.reason, value.place)
        case _:
            return operators.unknown_of(value)


def _bool(machine: Machine, cls: ClassValue, x: Value = False) -> Value:
    del cls
    truth = machine.truth(x)
    return operators.unknown_of(x) if truth is None else truth


def _complex(machine: Machine, cls: ClassValue, real: Value = 0, imag: Value = 0) -> Value:
    del machine, cls
    if isinstance(real, int | float) and isinstance(imag, int | float):
        return complex(real, imag)
    return Unknown("a complex number that is not known")


def _str(machine: Machine, cls: ClassValue, value: Value = "", *encoding: Value) -> Value:
    del encoding
    return _boxed(machine, cls, STR, to_text(machine, value))


def to_text(machine: Machine, value: Value) -> Value:
    """`str(value)` where the text is known."""
    if isinstance(value, Instance):
        for name in ("__str__", "__repr__"):
            method = value.cls.lookup(name)
            if method is not MISSING:
                return machine.call(BoundMethod(method, value), ())
        value = operators.unwrap(value)
    if value is None or isinstance(value, operators.PLAIN):
        return str(value)
    if isinstance(value, tuple) and all(v is None or isinstance(v, operators.PLAIN) for v in value):
        return str(value)
    return Unknown(value.reason if isinstance(value, Unknown) else "the text of this value is not followed")


def _bytes(machine: Machine, cls: ClassValue, *args: Value) -> Value:
    del machine, cls, args
    return Unknown("bytes are not followed")


def _list(machine: Machine, cls: ClassValue, iterable: Value = (), *args: Value, **kwargs: Value) -> Value:
    del args, kwargs
    if cls is not LIST:
        return _boxed(machine, cls, LIST, ListValue())
    return _drawn(machine, iterable)


def _drawn(machine: Machine, iterable: Value) -> ListValue:
    try:
        return ListValue(machine.elements(iterable))
    except Undetermined as why:
        return ListValue((), Unknown(why.reason, machine.place, opaque=True))


def _list_init(machine: Machine, self: Value, iterable: Value = ()) -> None:
    if isinstance(self, Instance):
        machine.touch(self)
        self.payload = _drawn(machine, iterable)


def _tuple(machine: Machine, cls: ClassValue, iterable: Value = (), *args: Value, **kwargs: Value) -> Value:
    del args, kwargs
    return _boxed(machine, cls, TUPLE, tuple(machine.elements(iterable)))


def _dict(machine: Machine, cls: ClassValue, *args: Value, **kwargs: Value) -> Value:
    if not cls.library:
        return _boxed(machine, cls, DICT, DictValue())
    result = DictValue(cls=None if cls is DICT else cls)
    fill(machine, result, args, kwargs)
    return result


def fill(machine: Machine, result: DictValue, args: tuple[Value, ...], kwargs: dict[str, Value]) -> None:
    """`dict(*args, **kwargs)` into a new dictionary."""
    for arg in args:
        mapping = operators.unwrap(arg)
        if isinstance(mapping, DictValue):
            result.items.update(mapping.items)
            result.unknown = mapping.unknown
            continue
        try:
            for pair in machine.elements(arg):
                key, value = machine.elements(pair)
                result.items[key] = value
        except (Undetermined, ValueError) as why:
            result.unknown = Unknown(getattr(why, "reason", "the items are not pairs"), machine.place, opaque=True)
    result.items.update(kwargs)


def _dict_init(machine: Machine, self: Value, *args: Value, **kwargs: Value) -> None:
    if isinstance(self, Instance):
        machine.touch(self)
        self.payload = DictValue()
        fill(machine, self.payload, args, kwargs)


def _set(machine: Machine, cls: ClassValue, iterable: Value = ()) -> Value:
    try:
        found = SetValue(machine.elements(iterable))
    except Undetermined as why:
        found = SetValue((), Unknown(why.reason, machine.place, opaque=True))
    return found if cls.library else _boxed(machine, cls, SET, found)


def _range(machine: Machine, cls: ClassValue, *args: Value) -> Value:
    del cls
    bounds = [operators.unwrap(a) for a in args]
    if all(isinstance(b, int) for b in bounds) and 1 <= len(bounds) <= 3:
        try:
            return range(*bounds)
        except ValueError as error:
            return machine.throw("ValueError", str(error))
    for bound in bounds:
        if isinstance(bound, float):
            return machine.throw("TypeError", f"`range` takes integers, not {bound}", "bad-argument")
    if _is_of_data(bounds):
        return Generator([unknown_dim()], More("a range of symbolic length"))
    known = operators.unknown_of(*bounds)
    return Unknown(known.reason if any(isinstance(b, Unknown) for b in bounds) else "a range of symbolic length")


def _is_of_data(bounds: list[Value]) -> bool:
    """Whether a range counts what no one has named, such as the rows of a table, upwards from 0 or more."""
    sizes = all(isinstance(each, int | Expr) and not isinstance(each, bool) for each in bounds)
    upwards = len(bounds) < 3 or (isinstance(bounds[2], int) and bounds[2] > 0)
    if not sizes or not 1 <= len(bounds) <= 3 or not upwards:
        return False
    open_ones = [each for each in bounds if isinstance(each, Expr)]
    if any(not name.startswith("?") for each in open_ones for name in symbols(each)):
        return False
    lowest = 0 if len(bounds) == 1 else bounds_of(bounds[0])[0]
    return lowest is not None and lowest >= 0


def _slice(machine: Machine, cls: ClassValue, *args: Value) -> Value:
    del machine, cls
    return slice(*args) if 1 <= len(args) <= 3 else Unknown("a slice")


def _type(machine: Machine, cls: ClassValue, value: Value, *args: Value, **kwargs: Value) -> Value:
    del cls, kwargs
    if args:
        return _new_class(machine, value, args)
    found = class_of(value)
    return operators.unknown_of(value) if found is None else found


def _new_class(machine: Machine, name: Value, args: tuple[Value, ...]) -> Value:
    bases = args[0]
    namespace = args[1] if len(args) > 1 else None
    known = isinstance(name, str) and isinstance(bases, tuple) and all(isinstance(b, ClassValue) for b in bases)
    if known and isinstance(namespace, DictValue) and not namespace.unknown:
        return ClassValue(name, bases or (OBJECT,), dict(namespace.items), place=machine.place)
    return Unknown("a class made at run time", machine.place, opaque=True)


def _property(machine: Machine, cls: ClassValue, fget: Value = None, fset: Value = None, *rest: Value) -> Value:
    del machine, cls, rest
    return PropertyValue(fget, fset)


def _object(machine: Machine, cls: Value, *args: Value, **kwargs: Value) -> Value:
    del args, kwargs
    if not isinstance(cls, ClassValue):
        raise Undetermined("a class that is not known")
    return Instance(cls, machine.place)


OBJECT_NEW = HostFunction("builtins.object.__new__", _object)


def install() -> None:
    """Give the built-in classes their constructors."""
    makers: dict[ClassValue, Callable[..., Value]] = {
        INT: _int,
        FLOAT: _float,
        BOOL: _bool,
        COMPLEX: _complex,
        STR: _str,
        BYTES: _bytes,
        LIST: _list,
        TUPLE: _tuple,
        DICT: _dict,
        SET: _set,
        FROZENSET: _set,
        RANGE: _range,
        SLICE: _slice,
        TYPE: _type,
        PROPERTY: _property,
    }
    for cls, maker in makers.items():
        cls.namespace["__new__"] = HostFunction(f"{cls.qualified_name}", maker)
    LIST.namespace["__init__"] = HostFunction("builtins.list.__init__", _list_init)
    DICT.namespace["__init__"] = HostFunction("builtins.dict.__init__", _dict_init)
    OBJECT.namespace["__init__"] = HostFunction("builtins.object.__init__", lambda _m, _self, *_a, **_k: None)


install()
