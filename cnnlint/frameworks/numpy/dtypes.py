"""Element types: NumPy's scalar classes, `dtype` objects and what types are promoted to (NumPy 2, NEP 50)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.engine.dimension import Expr
from cnnlint.engine.errors import Undetermined
from cnnlint.frameworks.coerce import known
from cnnlint.frameworks.numpy.contents import BITS, rounded
from cnnlint.frameworks.numpy.core import NUMPY, array
from cnnlint.interpreter.values import ClassValue, HostFunction, Instance, ListValue, Tensor, Unknown

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cnnlint.interpreter.machine import Machine
    from cnnlint.interpreter.values import Value

SIGNED = ("int8", "int16", "int32", "int64")
UNSIGNED = ("uint8", "uint16", "uint32", "uint64")
FLOATS = ("float16", "float32", "float64")
COMPLEX = ("complex64", "complex128")
INTEGERS = SIGNED + UNSIGNED
NUMERIC = ("bool", *INTEGERS, *FLOATS, *COMPLEX)

ALIASES = {
    "int": "int64",
    "intp": "int64",
    "int_": "int64",
    "long": "int64",
    "longlong": "int64",
    "intc": "int32",
    "short": "int16",
    "byte": "int8",
    "uint": "uint64",
    "ubyte": "uint8",
    "float": "float64",
    "float_": "float64",
    "double": "float64",
    "single": "float32",
    "half": "float16",
    "bool_": "bool",
    "bool8": "bool",
    "complex": "complex128",
    "complex_": "complex128",
    "cdouble": "complex128",
    "csingle": "complex64",
    "str_": "str",
    "unicode_": "str",
    "object_": "object",
}
CODES = {
    "?": "bool",
    "b": "int8",
    "B": "uint8",
    "h": "int16",
    "i": "int32",
    "l": "int64",
    "q": "int64",
    "e": "float16",
    "f": "float32",
    "d": "float64",
    "O": "object",
    "b1": "bool",
    "i1": "int8",
    "i2": "int16",
    "i4": "int32",
    "i8": "int64",
    "u1": "uint8",
    "u2": "uint16",
    "u4": "uint32",
    "u8": "uint64",
    "f2": "float16",
    "f4": "float32",
    "f8": "float64",
    "c8": "complex64",
    "c16": "complex128",
    "Int64": "int64",
    "Float64": "float64",
}
ABSTRACT = (
    "generic",
    "number",
    "integer",
    "signedinteger",
    "unsignedinteger",
    "inexact",
    "floating",
    "complexfloating",
)
FLOAT_LIMITS = {
    "float16": (65504.0, 2.0**-10, 2.0**-14),
    "float32": (3.4028234663852886e38, 2.0**-23, 2.0**-126),
    "float64": (1.7976931348623157e308, 2.0**-52, 2.0**-1022),
}
"""Largest number, distance of 1 to the next one, smallest normal number."""

SCALARS: dict[str, ClassValue] = {}
BY_CLASS: dict[str, str] = {}


def _parents(name: str) -> ClassValue:
    kind = "signedinteger" if name in SIGNED else "unsignedinteger" if name in UNSIGNED else ""
    kind = kind or ("floating" if name in FLOATS else "complexfloating" if name in COMPLEX else "generic")
    return SCALARS[kind]


def _declare() -> None:
    above = {"number": "generic", "integer": "number", "inexact": "number"}
    above |= {"signedinteger": "integer", "unsignedinteger": "integer"}
    above |= {"floating": "inexact", "complexfloating": "inexact"}
    for name in ABSTRACT:
        bases = (SCALARS[above[name]],) if name in above else ()
        SCALARS[name] = ClassValue(f"numpy.{name}", bases, library=True)
        NUMPY.add(f"numpy.{name}", SCALARS[name])
    for name in (*NUMERIC, "str", "object"):
        cls = ClassValue(f"numpy.{name}", (_parents(name),), library=True)
        cls.namespace["__new__"] = HostFunction(f"numpy.{name}", _convert)
        SCALARS[name] = cls
        BY_CLASS[cls.qualified_name] = name
        NUMPY.add(f"numpy.{name}", cls)
    for alias, name in ALIASES.items():
        NUMPY.add(f"numpy.{alias}", SCALARS[name])


def _convert(machine: Machine, cls: ClassValue, x: Value = 0, *args: Value) -> Value:
    """`np.float32(x)`: a scalar, or an array of that type."""
    dtype = BY_CLASS[cls.qualified_name]
    if isinstance(x, Tensor) and x.shape != ():
        return array(x.shape, dtype, x.values)
    if isinstance(x, ListValue):
        from cnnlint.frameworks.numpy.creation import from_data

        return from_data(machine, x, dtype)
    if isinstance(x, Unknown):
        return Unknown(x.reason, machine.place, symbol=x.symbol if dtype in INTEGERS else None)
    value = x.values[0] if isinstance(x, Tensor) and x.values else x
    if isinstance(value, (bool, int, float, Expr)):
        return unboxed(array((), dtype, (value,)))
    return array((), dtype)


_declare()


def unboxed(x: Tensor) -> Value:
    """A NumPy scalar as Python's own number, where it has one of the same type and the value is known."""
    if x.shape == () and x.values is not None and x.dtype in ("int64", "float64", "bool", "str"):
        return x.values[0]
    return x


def named(text: str) -> str | None:
    """The element type that a string names; None where it is not known."""
    if text in NUMERIC or text in ("str", "object"):
        return text
    bare = text.lstrip("<>=|")
    if bare in CODES:
        return CODES[bare]
    if bare[:1] in ("U", "S") and bare[1:].isdigit():
        return "str"
    return ALIASES.get(text)


def dtype_name(value: Value, default: str | None = None) -> str | None:
    """The element type that an argument names, `default` for None; None where it cannot be told."""
    if value is None:
        return default
    if isinstance(value, str):
        return named(value)
    if isinstance(value, ClassValue):
        if value.qualified_name in BY_CLASS:
            return BY_CLASS[value.qualified_name]
        python = {"int": "int64", "float": "float64", "bool": "bool", "str": "str", "complex": "complex128"}
        return python.get(value.name, "object" if value.name == "object" else None)
    if isinstance(value, Instance):
        found = value.facts.get("name")
        return found if isinstance(found, str) and found in NUMERIC else None
    return None


DTYPE = ClassValue("numpy.dtype", library=True)
NUMPY.add("numpy.dtype", DTYPE)


def _new(machine: Machine, cls: Value, dtype: Value, *args: Value, **options: Value) -> Value:
    return constant(dtype_name(known(dtype), "float64"))


def _equal(machine: Machine, self: Instance, other: Value) -> Value:
    name = dtype_name(known(other))
    return name == self.facts["name"] if name is not None else Unknown("an element type that is not known")


def _text(machine: Machine, self: Instance) -> Value:
    name: Value = self.facts["name"]
    return name if name in NUMERIC else Unknown("the name of this element type is not followed")


for _name, _body in (("__new__", _new), ("__eq__", _equal), ("__str__", _text)):
    DTYPE.namespace[_name] = HostFunction(f"numpy.dtype.{_name}", _body)


KINDS = {"str": "U", "object": "O", "bool": "b"}
CONSTANTS: dict[str, Instance] = {}


def constant(name: str | None) -> Value:
    """The `dtype` object of a name; an unknown value for None."""
    if name not in SCALARS:
        return Unknown("the type of the elements is not known")
    if name not in CONSTANTS:
        made = CONSTANTS[name] = Instance(DTYPE)
        made.facts["name"] = name
        kind = KINDS.get(name, name[0])
        made.attrs |= {"name": name, "kind": kind, "type": SCALARS[name], "itemsize": itemsize(name)}
    return CONSTANTS[name]


def itemsize(name: str | None) -> Value:
    """Bytes an element."""
    digits = "".join(filter(str.isdigit, name or ""))
    if name == "bool":
        return 1
    return int(digits) // 8 if digits else Unknown("the size of the elements is not known")


def scalar_dtype(value: Value) -> str | None:
    """The element type of `np.array(value)`."""
    if isinstance(value, Tensor):
        return value.dtype
    if isinstance(value, bool):
        return "bool"
    if isinstance(value, (int, Expr)):
        return "int64" if isinstance(value, Expr) or -(2**63) <= value < 2**63 else None
    if isinstance(value, float):
        return "float64"
    if isinstance(value, complex):
        return "complex128"
    return "str" if isinstance(value, str) else None


def promoted(left: str | None, right: str | None) -> str | None:
    """`np.promote_types`; None where it is not known or not simple."""
    if left == right:
        return left
    if left not in NUMERIC or right not in NUMERIC:
        return "object" if "object" in (left, right) and None not in (left, right) else None
    if left == "bool" or right == "bool":
        return right if left == "bool" else left
    low, high = sorted((left, right), key=_level)
    if _level(high) == 1:
        return _whole(low, high)
    need = _float_of(low)
    if _level(high) == 2:
        return max(need, high, key=FLOATS.index)
    wide = low == "complex128" or need == "float64" or high == "complex128"
    return "complex128" if wide else "complex64"


def _level(name: str) -> int:
    return 1 if name in INTEGERS else 2 if name in FLOATS else 3


def _whole(left: str, right: str) -> str:
    """The type of two different types of integers."""
    if (left in SIGNED) == (right in SIGNED):
        return max(left, right, key=BITS.__getitem__)
    signed, unsigned = (left, right) if left in SIGNED else (right, left)
    if BITS[signed] > BITS[unsigned]:
        return signed
    return f"int{2 * BITS[unsigned]}" if unsigned != "uint64" else "float64"


def _float_of(name: str) -> str:
    """The smallest real type that holds a type's numbers."""
    if name in FLOATS:
        return name
    if name in COMPLEX:
        return "float32" if name == "complex64" else "float64"
    return "float16" if name == "bool" or BITS[name] == 8 else "float32" if BITS[name] == 16 else "float64"


def weak(dtype: str | None, scalar: Value) -> str | None:
    """The type of an array together with a Python number, which adapts to it."""
    if dtype is None or dtype not in NUMERIC:
        return None
    if isinstance(scalar, bool):
        return dtype
    if isinstance(scalar, (int, Expr)):
        if dtype == "bool":
            return "int64"
        return (
            dtype if dtype not in BITS or isinstance(scalar, Expr) or rounded((scalar,), dtype) == (scalar,) else None
        )
    if isinstance(scalar, float):
        return dtype if dtype in FLOATS or dtype in COMPLEX else "float64"
    if isinstance(scalar, complex):
        return "complex64" if dtype in ("float16", "float32", "complex64") else "complex128"
    return None


def result_type(operands: Iterable[Value]) -> str | None:
    """`np.result_type`: Python's numbers adapt to the arrays, if there are any."""
    rows = list(operands)
    tensors = [each for each in rows if isinstance(each, Tensor)]
    plain = [each for each in rows if not isinstance(each, Tensor)]
    kinds = [each.dtype for each in tensors] or [scalar_dtype(each) for each in plain]
    found = kinds[0] if kinds else None
    for kind in kinds[1:]:
        found = promoted(found, kind)
    for each in plain if tensors else ():
        found = weak(found, each)
    return found


def floating(dtype: str | None) -> str | None:
    """What a function of real numbers (`sqrt`, `exp`) gives for elements of that type."""
    if dtype is None or dtype not in NUMERIC:
        return None
    return dtype if dtype in COMPLEX else _float_of(dtype)


def averaged(dtype: str | None) -> str | None:
    """What a mean, or a true division, gives for elements of that type."""
    if dtype is None or dtype not in NUMERIC:
        return None
    return dtype if _level(dtype) >= 2 and dtype != "bool" else "float64"


def accumulated(dtype: str | None) -> str | None:
    """What a sum gives for elements of that type."""
    if dtype == "bool" or dtype in SIGNED:
        return "int64"
    return "uint64" if dtype in UNSIGNED else dtype


def castable(source: str | None, target: str | None) -> bool | None:
    """`np.can_cast(…, "same_kind")`: what an operation in place needs; None where it is not known."""
    if source not in NUMERIC or target not in NUMERIC:
        return None
    order = (("bool",), UNSIGNED, SIGNED, FLOATS, COMPLEX)
    ranks = [next(rank for rank, kinds in enumerate(order) if name in kinds) for name in (source, target)]
    return ranks[0] <= ranks[1]


@NUMPY.define("numpy.finfo")
class FINFO:
    def __init__(machine: Machine, self: Instance, dtype: Value) -> None:
        name = dtype.dtype if isinstance(dtype, Tensor) else dtype_name(known(dtype))
        if name not in FLOAT_LIMITS:
            raise Undetermined("the limits of this element type are not known")
        largest, eps, tiny = FLOAT_LIMITS[name]
        limits = {"max": largest, "min": -largest, "eps": eps, "tiny": tiny, "smallest_normal": tiny}
        self.attrs |= {key: unboxed(array((), name, (limit,))) for key, limit in limits.items()}


@NUMPY.define("numpy.iinfo")
class IINFO:
    def __init__(machine: Machine, self: Instance, dtype: Value) -> None:
        name = dtype.dtype if isinstance(dtype, Tensor) else dtype_name(known(dtype))
        if name not in INTEGERS:
            raise Undetermined("the limits of this element type are not known")
        bits, signed = BITS[name], name in SIGNED
        self.attrs |= {"max": 2 ** (bits - signed) - 1, "min": -(2 ** (bits - 1)) if signed else 0, "bits": bits}
