"""Element types: their constants, what they are promoted to, the conversions between them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.engine.dimension import Expr
from cnnlint.engine.errors import Undetermined
from cnnlint.frameworks.coerce import known
from cnnlint.frameworks.torch.core import TORCH
from cnnlint.frameworks.torch.operation import operation
from cnnlint.interpreter.values import ClassValue, HostFunction, Instance, Tensor, Unknown

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cnnlint.interpreter.machine import Machine
    from cnnlint.interpreter.values import Value

DTYPE = ClassValue("torch.dtype", library=True)
TORCH.add("torch.dtype", DTYPE)

SIZES = {
    "bool": 1,
    "uint8": 1,
    "int8": 1,
    "int16": 2,
    "int32": 4,
    "int64": 8,
    "uint16": 2,
    "uint32": 4,
    "uint64": 8,
    "float16": 2,
    "bfloat16": 2,
    "float32": 4,
    "float64": 8,
    "float8_e4m3fn": 1,
    "float8_e5m2": 1,
    "complex32": 4,
    "complex64": 8,
    "complex128": 16,
    "qint8": 1,
    "quint8": 1,
    "qint32": 4,
}
"""Bytes an element."""

ALIASES = {
    "float": "float32",
    "double": "float64",
    "half": "float16",
    "short": "int16",
    "int": "int32",
    "long": "int64",
    "cfloat": "complex64",
    "cdouble": "complex128",
}

DEFAULT_TYPE = "torch.set_default_dtype"
"""The function that gives new tensors another type; the machine counts its calls."""

CONSTANTS: dict[str, Instance] = {}

INTEGERS = ("uint8", "int8", "int16", "uint16", "int32", "uint32", "int64", "uint64")
FLOATS = ("float16", "bfloat16", "float32", "float64")
COMPLEX = ("complex64", "complex128")

LEGACY = {
    "FloatTensor": "float32",
    "DoubleTensor": "float64",
    "HalfTensor": "float16",
    "BFloat16Tensor": "bfloat16",
    "LongTensor": "int64",
    "IntTensor": "int32",
    "ShortTensor": "int16",
    "CharTensor": "int8",
    "ByteTensor": "uint8",
    "BoolTensor": "bool",
}
"""The classes of old that name an element type."""

FLOAT_LIMITS = {
    "float16": (65504.0, 2.0**-10, 2.0**-14),
    "bfloat16": (3.3895313892515355e38, 2.0**-7, 2.0**-126),
    "float32": (3.4028234663852886e38, 2.0**-23, 2.0**-126),
    "float64": (1.7976931348623157e308, 2.0**-52, 2.0**-1022),
}
"""Largest number, distance of 1 to the next one, smallest normal number."""


def _declare() -> None:
    for name, size in SIZES.items():
        constant = Instance(DTYPE)
        constant.facts["name"] = name
        constant.attrs |= {
            "itemsize": size,
            "is_floating_point": name.startswith(("float", "bfloat")),
            "is_complex": name.startswith("complex"),
            "is_signed": not name.startswith(("uint", "quint", "bool")),
        }
        CONSTANTS[name] = constant
        TORCH.add(f"torch.{name}", constant)
    for alias, name in ALIASES.items():
        TORCH.add(f"torch.{alias}", CONSTANTS[name])


_declare()


def is_usual(machine: Machine) -> bool:
    """Whether new tensors and weights are float32: the code has not said otherwise."""
    return DEFAULT_TYPE not in machine.counters


def dtype_name(value: Value, default: str | None = None) -> str | None:
    """The element type that an argument names, `default` for None; None where it cannot be told."""
    if value is None:
        return default
    if isinstance(value, Instance) and value.cls is DTYPE:
        name = value.facts["name"]
        return name if isinstance(name, str) else None
    if isinstance(value, HostFunction):
        return LEGACY.get(value.name.rpartition(".")[2])
    if isinstance(value, ClassValue):
        return {"float": "float32", "int": "int64", "bool": "bool"}.get(value.name)
    if isinstance(value, str):
        return LEGACY.get(value.rpartition(".")[2])
    return None


def scalar_dtype(value: Value) -> str | None:
    """The element type of `torch.tensor(value)`."""
    if isinstance(value, bool):
        return "bool"
    if isinstance(value, (int, Expr)):
        return "int64"
    if isinstance(value, float):
        return "float32"
    return "complex64" if isinstance(value, complex) else None


def category(dtype: str) -> int:
    """0 for truth values, 1 integers, 2 real numbers, 3 complex ones."""
    if dtype == "bool":
        return 0
    if dtype in INTEGERS:
        return 1
    return 3 if dtype in COMPLEX else 2


def promoted(left: str, right: str) -> str | None:
    """`torch.promote_types`."""
    if left == right:
        return left
    low, high = sorted((left, right), key=category)
    if category(low) != category(high):
        return "complex128" if high == "complex64" and low == "float64" else high
    for order in (INTEGERS, FLOATS, COMPLEX):
        if left in order and right in order:
            pair = {left, right}
            if pair == {"uint8", "int8"}:
                return "int16"
            if pair == {"float16", "bfloat16"}:
                return "float32"
            return max(left, right, key=order.index)
    return None


def result_type(operands: Iterable[Value]) -> str | None:
    """`torch.result_type`: tensors with axes decide, then those without, then Python's numbers."""
    found: list[str | None] = ["", "", ""]
    for operand in operands:
        if isinstance(operand, Tensor):
            level, dtype = (1 if operand.shape == () else 0), operand.dtype
        else:
            level, dtype = 2, scalar_dtype(operand)
        if dtype is None:
            return None
        present = found[level]
        found[level] = promoted(present, dtype) if present else dtype
        if found[level] is None:
            return None
    best = ""
    for dtype in found:
        assert dtype is not None
        best = _combined(best, dtype)
    return best or None


def _combined(higher: str, lower: str) -> str:
    if not higher or not lower:
        return higher or lower
    if category(lower) <= category(higher):
        return higher
    if category(lower) == 3 and category(higher) == 2:
        return "complex128" if higher == "float64" else "complex64"
    return promoted(higher, lower) or higher


def floating(dtype: str | None) -> str | None:
    """What a function of real numbers (`exp`, true division) gives for elements of that type."""
    if dtype is None or category(dtype) >= 2:
        return dtype
    return "float32"


@TORCH.define("torch.finfo")
class FINFO:
    def __init__(machine: Machine, self: Instance, type: Value = None) -> None:
        name = dtype_name(known(type), "float32")
        if name not in FLOAT_LIMITS:
            raise Undetermined("the limits of this element type are not known")
        largest, eps, tiny = FLOAT_LIMITS[name]
        self.attrs |= {"max": largest, "min": -largest, "eps": eps, "tiny": tiny, "smallest_normal": tiny}
        self.attrs |= {"resolution": eps, "bits": SIZES[name] * 8, "dtype": name}


@TORCH.define("torch.iinfo")
class IINFO:
    def __init__(machine: Machine, self: Instance, type: Value) -> None:
        name = dtype_name(known(type))
        if name not in INTEGERS:
            raise Undetermined("the limits of this element type are not known")
        bits = SIZES[name] * 8
        self.attrs |= {"bits": bits, "dtype": name}
        signed = name[0] == "i"
        self.attrs |= {"max": 2 ** (bits - signed) - 1, "min": -(2 ** (bits - 1)) if signed else 0}


@operation("torch.promote_types")
def promote_types(machine: Machine, type1: Value, type2: Value) -> Value:
    return constant(promoted_names(dtype_name(known(type1)), dtype_name(known(type2))))


@operation("torch.result_type")
def torch_result_type(machine: Machine, tensor1: Value, tensor2: Value) -> Value:
    return constant(result_type((known(tensor1), known(tensor2))))


@operation("torch.can_cast")
def can_cast(machine: Machine, from_: Value, to: Value) -> Value:
    raise Undetermined("whether a type can be cast is not followed")


def promoted_names(left: str | None, right: str | None) -> str | None:
    """`promoted`, None where one of the two is not known."""
    return None if left is None or right is None else promoted(left, right)


def constant(name: str | None) -> Value:
    """`torch.float32` for its name; an unknown value for None."""
    return CONSTANTS[name] if name in CONSTANTS else Unknown("the type of the elements is not known")
