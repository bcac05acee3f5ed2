"""Reading a library function's arguments, which arrive as any value.

They raise `Undetermined` for what is not known and `ShapeError` ("bad-argument") for what the framework refuses.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.engine.dimension import Expr
from cnnlint.engine.errors import ShapeError, Undetermined
from cnnlint.interpreter.values import (
    ClassValue,
    DictValue,
    Function,
    HostFunction,
    Instance,
    ListValue,
    SetValue,
    Tensor,
    Unknown,
    Value,
)

if TYPE_CHECKING:
    from cnnlint.engine.dimension import Dim
    from cnnlint.engine.shape import Shape
    from cnnlint.interpreter.machine import Machine

PLAIN = (bool, int, float, complex, str, bytes, tuple, slice, range, Expr)
NO_NUMBERS = (
    *(float, str, bytes, complex, tuple, ListValue, DictValue, SetValue),
    *(Function, HostFunction, ClassValue),
)
"""What is no integer, whatever is in it."""
BUILT_IN = {ListValue: "list", DictValue: "dict", SetValue: "set", Function: "function", HostFunction: "function"}


def describe(value: Value) -> str:
    """The type of a value as Python names it; for messages."""
    if value is None:
        return "None"
    if isinstance(value, Expr):
        return "int"
    if isinstance(value, (Instance, Tensor)):
        return value.cls.name
    if isinstance(value, ClassValue):
        return "type"
    return BUILT_IN.get(type(value), type(value).__name__)


def refuse(expected: str, value: Value, name: str = "") -> ShapeError:
    """The error of an argument that has another type than the framework takes; to be raised."""
    given = f"{value!r}" if isinstance(value, (bool, int, float, str, bytes)) else describe(value)
    what = f"`{name}`" if name else "the argument"
    message = f"{what} must be {expected}, not {given}"
    return ShapeError("bad-argument", message, actual=given, exception="TypeError")


def known(value: Value) -> Value:
    """The value itself; Undetermined if it is unknown, the built-in value behind an instance of a subclass of one."""
    if isinstance(value, Unknown):
        raise Undetermined(value.reason)
    if isinstance(value, Instance):
        if value.payload is not None:
            return value.payload
        if value.opaque is not None:
            raise Undetermined(value.opaque.reason)
    return value


def dim(value: Value, name: str = "") -> Dim:
    """An integer, known or symbolic; a free parameter of the code becomes the symbol of its name."""
    if isinstance(value, Unknown) and value.symbol:
        value.opaque = False  # what is used as a size is no layer
        return value.size()
    value = known(value)
    if isinstance(value, (int, Expr)):
        return int(value) if isinstance(value, bool) else value
    if isinstance(value, Tensor):
        if value.values is not None and len(value.values) == 1 and isinstance(value.values[0], (int, Expr)):
            return value.values[0]
        if value.shape is not None and any(isinstance(size, int) and size != 1 for size in value.shape):
            raise refuse("an integer", value, name)
        raise Undetermined("the number in a tensor is not known")
    if value is None or isinstance(value, NO_NUMBERS):
        raise refuse("an integer", value, name)
    raise Undetermined(f"a value of type {describe(value)} stands where an integer is needed")


def integer(value: Value, name: str = "") -> int:
    """An integer that must be known, such as an axis or a count of repetitions."""
    number = dim(value, name)
    if isinstance(number, int):
        return number
    raise Undetermined(f"{name or 'a number'} is not known")


def items(value: Value) -> tuple[Value, ...] | None:
    """The items of a tuple, list or range; None for anything else."""
    value = known(value)
    if isinstance(value, (tuple, range)):
        return tuple(value)
    if isinstance(value, ListValue):
        if value.unknown is not None:
            raise Undetermined(value.unknown.reason)
        return tuple(value.items)
    if isinstance(value, Tensor) and value.shape is not None and len(value.shape) == 1 and value.values is not None:
        return value.values
    return None


def dims(value: Value, n: int, name: str = "", *, exception: str = "ValueError") -> tuple[Dim, ...]:
    """`n` integers: given as one for all of them or as a sequence of exactly `n`."""
    given = None if isinstance(value, Unknown) and value.symbol else items(value)
    if given is None:
        return (dim(value, name),) * n
    if len(given) != n:
        what = f"`{name}`" if name else "the argument"
        raise ShapeError(
            "bad-argument", f"{what} must be one integer or {n} of them, got {len(given)}", exception=exception
        )
    return tuple(dim(item, name) for item in given)


def shape(value: Value, name: str = "") -> Shape:
    """A shape: one integer or any number of them in a sequence."""
    given = None if isinstance(value, Unknown) and value.symbol else items(value)
    if given is None:
        return (dim(value, name),)
    return tuple(dim(item, name) for item in given)


def flag(value: Value) -> bool:
    """The truth of an option."""
    value = known(value)
    if value is None or isinstance(value, (bool, int, float, str, tuple)):
        return bool(value)
    if isinstance(value, (ListValue, DictValue, SetValue)) and value.unknown is None:
        return bool(value.items)
    if isinstance(value, (Function, HostFunction, ClassValue)):
        return True
    if isinstance(value, Tensor) and value.shape is not None and value.shape != ():
        sizes = [size for size in value.shape if isinstance(size, int)]
        if len(sizes) == len(value.shape) and any(size > 1 for size in sizes):
            raise ShapeError(
                "bad-argument", "the truth of an array of more than one element is ambiguous", exception="ValueError"
            )
    raise Undetermined("the value of an option is not known")


def truth(value: Value, name: str) -> bool:
    """An option of a kernel, which takes nothing but a bool."""
    if not isinstance(value, (Unknown, Instance, bool)):
        raise refuse("a bool", value, name)
    return flag(value)


def text(value: Value, name: str = "") -> str:
    """A string."""
    value = known(value)
    if isinstance(value, str):
        return value
    if value is None or isinstance(value, PLAIN):
        raise refuse("a string", value, name)
    raise Undetermined(f"a value of type {describe(value)} stands where a string is needed")


def number(value: Value, name: str = "") -> float:
    """A real number."""
    value = known(value)
    if isinstance(value, (bool, int, float)):
        return value
    if isinstance(value, Tensor) and value.values is not None and len(value.values) == 1:
        return number(value.values[0], name)
    if value is None or isinstance(value, (str, bytes, tuple, ListValue, DictValue)):
        raise refuse("a number", value, name)
    raise Undetermined(f"{name or 'a number'} is not known")


def option_number(value: Value, name: str = "") -> float | None:
    """A real number, None where it is not known; what is surely none is refused."""
    try:
        return number(value, name)
    except Undetermined:
        return None


def tensor(value: Value, name: str = "input") -> Tensor:
    """A tensor, its shape known or not."""
    if isinstance(value, Tensor):
        return value
    value = known(value)
    if isinstance(value, Tensor):
        return value
    if isinstance(value, Instance) and not (value.cls.is_subclass("torch.nn.Module") and value.cls.library):
        raise Undetermined(f"`{name}` is an instance of {value.cls.name}")
    raise refuse("a tensor", value, name)


def shape_of(value: Value, name: str = "input") -> Shape:
    """The shape of a tensor, its rank at least known."""
    found = tensor(value, name)
    if found.shape is None:
        raise Undetermined(
            f"the shape of the input `{found.free}` is not stated"
            if found.free
            else f"the shape of `{name}` is not known"
        )
    return found.shape


def sequence(machine: Machine, value: Value) -> list[Value]:
    """What an iteration over the value gives."""
    found = items(value) if not isinstance(value, Tensor) else None
    if value is None or isinstance(value, (bool, int, float, Expr)):
        raise refuse("a sequence", value)
    return machine.elements(value) if found is None else list(found)
