"""Functions of each element of one array: `sqrt`, `exp`, `abs`, `round`, …."""

from __future__ import annotations

import math
import operator
from typing import TYPE_CHECKING, Any

from cnnlint.engine.dimension import Expr
from cnnlint.engine.errors import Undetermined
from cnnlint.frameworks.numpy.arguments import NUMBERS, asarray, number, operand
from cnnlint.frameworks.numpy.arithmetic import stored
from cnnlint.frameworks.numpy.core import NDARRAY, arranged, array
from cnnlint.frameworks.numpy.dtypes import COMPLEX, FLOATS, INTEGERS, NUMERIC, dtype_name, floating, unboxed
from cnnlint.frameworks.numpy.elementwise import OWN, apply, refused
from cnnlint.frameworks.numpy.operation import Operation, operation
from cnnlint.interpreter.values import Tensor

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cnnlint.interpreter.machine import Machine
    from cnnlint.interpreter.values import Value


def _dtype(operands: Sequence[Value]) -> str | None:
    from cnnlint.frameworks.numpy.dtypes import scalar_dtype

    return scalar_dtype(operands[0])


def _real(operands: Sequence[Value]) -> str | None:
    return floating(_dtype(operands))


def _same(operands: Sequence[Value]) -> str | None:
    return _dtype(operands)


def _no_truth(operands: Sequence[Value]) -> str | None:
    found = _dtype(operands)
    x = operands[0]
    if found == "bool" and (not isinstance(x, Tensor) or x.cls is NDARRAY):
        raise refused("truth values have no negative; `~` inverts them")
    return found


def _floored(operands: Sequence[Value]) -> str | None:
    """Integers stay integers in NumPy 2 only; Python's own become integers either way."""
    found = _dtype(operands)
    return found if found in FLOATS or not isinstance(operands[0], Tensor) else None


def _absolute(operands: Sequence[Value]) -> str | None:
    found = _dtype(operands)
    return {"complex64": "float32", "complex128": "float64"}.get(found or "", found)


def _truth(operands: Sequence[Value]) -> str | None:
    return "bool"


def _small(operands: Sequence[Value]) -> str | None:
    found = _dtype(operands)
    return "int8" if found == "bool" else found


def _bits(operands: Sequence[Value]) -> str | None:
    found = _dtype(operands)
    if found in FLOATS or found in COMPLEX:
        raise refused(f"`~` takes integers and truth values, not {found}")
    return found


def _half_to_even(value: Any) -> Any:
    return float(round(value))


def _sign(value: Any) -> Any:
    return (value > 0) - (value < 0)


def _invert(value: Any) -> Any:
    return not value if isinstance(value, bool) else ~value


def _closed(value: Any) -> Any:
    raise TypeError


UNARY: dict[str, tuple[Callable[[Any], Any], Any, tuple[str, ...]]] = {
    "sqrt": (math.sqrt, _real, ()),
    "cbrt": (_closed, _real, ()),
    "exp": (math.exp, _real, ()),
    "exp2": (lambda value: 2.0**value, _real, ()),
    "expm1": (math.expm1, _real, ()),
    "log": (math.log, _real, ()),
    "log2": (math.log2, _real, ()),
    "log10": (math.log10, _real, ()),
    "log1p": (math.log1p, _real, ()),
    "sin": (math.sin, _real, ()),
    "cos": (math.cos, _real, ()),
    "tan": (math.tan, _real, ()),
    "arcsin": (math.asin, _real, ("asin",)),
    "arccos": (math.acos, _real, ("acos",)),
    "arctan": (math.atan, _real, ("atan",)),
    "sinh": (math.sinh, _real, ()),
    "cosh": (math.cosh, _real, ()),
    "tanh": (math.tanh, _real, ()),
    "arcsinh": (math.asinh, _real, ("asinh",)),
    "arccosh": (math.acosh, _real, ("acosh",)),
    "arctanh": (math.atanh, _real, ("atanh",)),
    "degrees": (math.degrees, _real, ("rad2deg",)),
    "radians": (math.radians, _real, ("deg2rad",)),
    "rint": (_half_to_even, _real, ()),
    "fabs": (math.fabs, _real, ()),
    "sinc": (_closed, _real, ()),
    "i0": (_closed, _real, ()),
    "floor": (math.floor, _floored, ()),
    "ceil": (math.ceil, _floored, ()),
    "trunc": (math.trunc, _floored, ("fix",)),
    "absolute": (abs, _absolute, ("abs",)),
    "negative": (operator.neg, _no_truth, ()),
    "positive": (operator.pos, _same, ()),
    "square": (lambda value: value * value, _small, ()),
    "sign": (_sign, _same, ()),
    "reciprocal": (_closed, _small, ()),
    "conjugate": (_closed, _small, ("conj",)),
    "invert": (_invert, _bits, ("bitwise_not", "bitwise_invert")),
    "isnan": (math.isnan, _truth, ()),
    "isinf": (math.isinf, _truth, ()),
    "isfinite": (math.isfinite, _truth, ()),
    "logical_not": (lambda value: not value, _truth, ()),
    "signbit": (lambda value: value < 0, _truth, ()),
    "isreal": (_closed, _truth, ()),
    "iscomplex": (_closed, _truth, ()),
    "nan_to_num": (_closed, _same, ()),
    "real": (lambda value: value, _absolute, ()),
    "imag": (_closed, _absolute, ()),
    "angle": (_closed, lambda operands: _absolute_of(_real(operands)), ()),
}
"""Function of an element, type of the result, other names."""

WHOLE = ("floor", "ceil", "trunc")
KEEPS_RANGE = ("floor", "ceil", "trunc", "rint", "positive", "nan_to_num", "real")


def _absolute_of(dtype: str | None) -> str | None:
    return {"complex64": "float32", "complex128": "float64"}.get(dtype or "", dtype)


def unary(machine: Machine, name: str, x: Value) -> Value:
    """A function of one number or array. Raises ShapeError, Undetermined."""
    function, rule, _ = UNARY[name]
    if isinstance(x, Expr) and name in KEEPS_RANGE:
        return x
    if isinstance(x, int) and name in WHOLE:
        return x

    def compute(value: Any) -> Any:
        if isinstance(value, (Expr, str)):
            raise TypeError
        return function(value)

    made = apply(machine, compute, (x,), rule)
    if isinstance(made, Tensor) and isinstance(x, Tensor) and name in KEEPS_RANGE:
        return arranged(made, x)
    return made


def _declare(name: str) -> None:
    def body(machine: Machine, x: Value, out: Value = None, **options: Value) -> Value:
        made = unary(machine, name, x)
        if out is not None:
            return stored(machine, out, made)
        if options.get("dtype") is not None and isinstance(made, Tensor):
            return array(made.shape, dtype_name(options["dtype"]), cls=made.cls)
        return made

    operation(f"numpy.{name}", *(f"numpy.{alias}" for alias in UNARY[name][2]))(body)


for _name in UNARY:
    _declare(_name)


def _declare_operator(method: str, name: str) -> None:
    def body(machine: Machine, self: Tensor) -> Value:
        return unary(machine, name, self)

    for owner in OWN:
        owner.namespace[method] = Operation(f"numpy.{name}", body, gives_array=False)


for _method, _name in (
    ("__neg__", "negative"),
    ("__pos__", "positive"),
    ("__invert__", "invert"),
    ("__abs__", "absolute"),
    ("abs", "absolute"),
):
    _declare_operator(_method, _name)


@operation("numpy.round", "numpy.around", "numpy.round_", "ndarray.round", "Series.round", "DataFrame.round")
def np_round(machine: Machine, a: Value, decimals: Value = 0, out: Value = None) -> Value:
    x = operand(machine, a)
    if isinstance(x, (int, Expr)):
        return x
    places = number(decimals)
    if isinstance(x, float) and isinstance(places, int):
        return round(x, places)
    if not isinstance(x, Tensor):
        raise Undetermined("what is rounded is not known")
    values = None
    if x.values is not None and places == 0 and x.dtype in FLOATS:
        values = [float(round(value)) if math.isfinite(value) else value for value in x.values]
    elif x.values is not None and x.dtype in INTEGERS:
        values = list(x.values)
    made = arranged(array(x.shape, x.dtype if x.dtype != "bool" else "float16", values, x.cls), x)
    return stored(machine, out, made) if out is not None else made


@operation("numpy.isin", "numpy.in1d")
def isin(machine: Machine, element: Value, test_elements: Value, *args: Value, **options: Value) -> Value:
    return array(asarray(machine, element).shape, "bool")


@operation("numpy.digitize", "numpy.searchsorted")
def digitize(machine: Machine, x: Value, bins: Value, *args: Value, **options: Value) -> Value:
    return array(() if isinstance(x, NUMBERS) else asarray(machine, x).shape, "int64")


@operation("numpy.vectorize")
def vectorize(machine: Machine, pyfunc: Value, *args: Value, **options: Value) -> Value:
    """A function of each element: arrays of the shape of its arguments together."""

    def call(machine: Machine, *given: Value, **named: Value) -> Value:
        from cnnlint.frameworks.numpy.elementwise import broadcast

        if options.get("signature") is not None or named:
            raise Undetermined("a vectorized function is not followed")
        return unboxed(array(broadcast([operand(machine, each) for each in given])))

    return Operation("numpy.vectorize", call, gives_array=True)


@operation("numpy.iscomplexobj", "numpy.isrealobj", "numpy.isscalar")
def is_kind(machine: Machine, x: Value) -> Value:
    raise Undetermined("the kind of a value is not followed")


@operation("numpy.result_type", "numpy.promote_types", "numpy.find_common_type")
def np_result_type(machine: Machine, *arrays_and_dtypes: Value) -> Value:
    from cnnlint.frameworks.numpy.dtypes import constant, result_type

    if any(not isinstance(each, Tensor) and dtype_name(each) not in NUMERIC for each in arrays_and_dtypes):
        raise Undetermined("an element type is not known")
    kinds = [each if isinstance(each, Tensor) else array((1,), dtype_name(each)) for each in arrays_and_dtypes]
    return constant(result_type(kinds))
