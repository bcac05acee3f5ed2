"""Python's built-in types as classes of the linted program."""

from __future__ import annotations

from types import FunctionType
from typing import TYPE_CHECKING, Any

from cnnlint.engine.dimension import Expr
from cnnlint.interpreter.values import (
    BoundMethod,
    ClassMethod,
    ClassValue,
    DictValue,
    Function,
    Generator,
    HostFunction,
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
)

if TYPE_CHECKING:
    from collections.abc import Callable

OBJECT = ClassValue("builtins.object", (), {}, library=True)


def builtin(name: str, *bases: ClassValue) -> ClassValue:
    """A built-in class without methods; the method tables add them."""
    return ClassValue(f"builtins.{name}", bases or (OBJECT,), {}, library=True)


TYPE = builtin("type")
INT = builtin("int")
BOOL = builtin("bool", INT)
FLOAT = builtin("float")
COMPLEX = builtin("complex")
STR = builtin("str")
BYTES = builtin("bytes")
TUPLE = builtin("tuple")
LIST = builtin("list")
DICT = builtin("dict")
SET = builtin("set")
FROZENSET = builtin("frozenset", SET)
RANGE = builtin("range")
SLICE = builtin("slice")
NONE = builtin("NoneType")
ELLIPSIS = builtin("ellipsis")
FUNCTION = builtin("function")
MODULE = builtin("module")
GENERATOR = builtin("generator")
PROPERTY = builtin("property")

CLASSES: dict[type[Any], ClassValue] = {
    int: INT,
    bool: BOOL,
    float: FLOAT,
    complex: COMPLEX,
    str: STR,
    bytes: BYTES,
    tuple: TUPLE,
    range: RANGE,
    slice: SLICE,
    type(None): NONE,
    type(...): ELLIPSIS,
    Expr: INT,
    ListValue: LIST,
    DictValue: DICT,
    SetValue: SET,
    Generator: GENERATOR,
    Function: FUNCTION,
    HostFunction: FUNCTION,
    BoundMethod: FUNCTION,
    StaticMethod: FUNCTION,
    ClassMethod: FUNCTION,
    ClassValue: TYPE,
    ModuleValue: MODULE,
    LibraryModule: MODULE,
    PropertyValue: PROPERTY,
}


def class_of(value: Value) -> ClassValue | None:
    """The class of a value; None where it is not known."""
    if isinstance(value, Instance | Tensor):
        return value.cls
    if isinstance(value, Unknown | Super):
        return None
    if isinstance(value, DictValue) and value.cls is not None:
        return value.cls
    return CLASSES.get(type(value))


def methods(cls: ClassValue) -> Callable[[type], type]:
    """Give a built-in class the host functions of a Python class body."""

    def declare(body: type) -> type:
        for key, value in vars(body).items():
            if isinstance(value, FunctionType):
                cls.namespace[key] = HostFunction(f"{cls.qualified_name}.{key}", value)
        return body

    return declare
