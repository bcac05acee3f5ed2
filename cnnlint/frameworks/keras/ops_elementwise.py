"""`keras.ops`: functions that work on each element alone, of one tensor or of several broadcast together."""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING, Any

from cnnlint.engine.dimension import unknown_dim
from cnnlint.frameworks.keras.activation import activated
from cnnlint.frameworks.keras.arguments import same
from cnnlint.frameworks.keras.core import result
from cnnlint.frameworks.keras.graph import operation
from cnnlint.frameworks.keras.operands import axes_of, elementwise, operand, type_name
from cnnlint.frameworks.keras.options import check_type
from cnnlint.frameworks.keras.promotion import promoted
from cnnlint.interpreter.values import Tensor, Value

if TYPE_CHECKING:
    from collections.abc import Callable

    from cnnlint.interpreter.machine import Machine

UNARY = (
    "abs absolute angle arccos arccosh arcsin arcsinh arctan arctanh bitwise_invert bitwise_not cbrt ceil conj"
    " conjugate copy cos cosh deg2rad erf erfc erfinv exp exp2 expm1 fabs floor i0 imag log log10 log1p log2"
    " negative rad2deg real reciprocal rsqrt sign sin sinc sinh sqrt square tan trunc"
)
_FLOATING = """angle arccos arccosh arcsin arcsinh arctan arctanh cbrt ceil cos cosh deg2rad erf erfc erfinv exp exp2
expm1 fabs floor i0 log log10 log1p log2 rad2deg reciprocal rsqrt sin sinc sinh sqrt tan arctan2 divide divide_no_nan
heaviside hypot logaddexp logaddexp2 nextafter true_divide"""
FLOATING = frozenset(_FLOATING.split())
"""Functions that compute in floats whatever they are given."""
WHOLE = ("mod", "fmod")
"""Functions that make integers of truth values."""
LOGICAL = "isfinite isinf isnan isneginf isposinf isreal logical_not signbit"
BINARY = (
    "arctan2 divide_no_nan fmax fmin fmod gcd heaviside hypot lcm ldexp logaddexp logaddexp2 maximum minimum nextafter"
)
COMPUTED: dict[str, Callable[..., Any]] = {
    "add": operator.add,
    "subtract": operator.sub,
    "multiply": operator.mul,
    "floor_divide": operator.floordiv,
    "mod": operator.mod,
    "power": operator.pow,
    "divide": operator.truediv,
    "true_divide": operator.truediv,
}
COMPARISONS = "equal greater greater_equal less less_equal logical_and logical_or logical_xor not_equal"
BITWISE = "bitwise_and bitwise_or bitwise_xor bitwise_left_shift bitwise_right_shift left_shift right_shift"
ACTIVATIONS = (
    "hard_sigmoid hard_silu hard_swish hard_tanh log_sigmoid relu relu6 selu sigmoid silu softplus softsign sparse_plus"
    " sparse_sigmoid swish tanh tanh_shrink"
)
TITLES = {"bitwise_not": "BitwiseInvert", "swish": "Silu", "hard_swish": "HardSilu"}


def _declare_unary(name: str, dtype: str | None) -> None:
    @operation(f"keras.ops.{name}", f"keras.ops.numpy.{name}")
    def unary(machine: Machine, x: Value) -> Value:
        made = same(x) if isinstance(x, Tensor) else elementwise(x)
        if isinstance(made, Tensor):
            made.dtype = dtype or (promoted(x, floating=True) if name in FLOATING else made.dtype)
            made.dtype = "int32" if name == "square" and made.dtype == "bool" else made.dtype
        return made


def _declare_binary(name: str, dtype: str | None) -> None:
    function = COMPUTED.get(name)

    @operation(f"keras.ops.{name}", f"keras.ops.numpy.{name}")
    def binary(machine: Machine, x1: Value, x2: Value) -> Value:
        floating = name in FLOATING and dtype is None
        made = elementwise(x1, x2, dtype=promoted(x1, x2, floating=True) if floating else dtype, function=function)
        if name in WHOLE and made.dtype == "bool":
            made.dtype = "int32"
        return made


def _declare_bitwise(name: str) -> None:
    @operation(f"keras.ops.{name}", f"keras.ops.numpy.{name}")
    def bitwise(machine: Machine, x: Value, y: Value) -> Value:
        return elementwise(x, y)


def _declare_activation(name: str) -> None:
    @operation(f"keras.ops.{name}", f"keras.ops.nn.{name}", type=TITLES.get(name))
    def activation(machine: Machine, x: Value) -> Value:
        made = activated(same(x), name)
        if name == "tanh" and isinstance(made, Tensor):
            made.dtype = promoted(x, floating=True)
        return made


for _name in UNARY.split():
    _declare_unary(_name, None)
for _name in LOGICAL.split():
    _declare_unary(_name, "bool")
for _name in (*BINARY.split(), *COMPUTED):
    _declare_binary(_name, None)
for _name in COMPARISONS.split():
    _declare_binary(_name, "bool")
for _name in BITWISE.split():
    _declare_bitwise(_name)
for _name in ACTIVATIONS.split():
    _declare_activation(_name)


@operation("keras.ops.clip", "keras.ops.numpy.clip")
def clip(machine: Machine, x: Value, x_min: Value, x_max: Value) -> Value:
    for bound in (x_min, x_max):
        if isinstance(bound, Tensor) and isinstance(x, Tensor) and x.shape is not None:
            elementwise(x, bound)
    made = same(x)
    made.dtype = "int32" if made.dtype == "bool" else made.dtype
    return made


@operation("keras.ops.round", "keras.ops.numpy.round", type="Round")
def rounded(machine: Machine, x: Value, decimals: Value = 0) -> Value:
    return same(x)


@operation("keras.ops.nan_to_num", "keras.ops.numpy.nan_to_num")
def nan_to_num(machine: Machine, x: Value, nan: Value = 0.0, posinf: Value = None, neginf: Value = None) -> Value:
    return same(x)


@operation("keras.ops.cast")
def cast(machine: Machine, x: Value, dtype: Value) -> Value:
    check_type(dtype)
    made = same(x) if isinstance(x, Tensor) else elementwise(x)
    made.dtype = type_name(dtype) or made.dtype
    made.values = x.values if isinstance(x, Tensor) else made.values
    return made


@operation("keras.ops.saturate_cast")
def saturate_cast(machine: Machine, x: Value, dtype: Value) -> Value:
    check_type(dtype)
    made = same(x)
    made.dtype = type_name(dtype) or made.dtype
    return made


@operation("keras.ops.where", "keras.ops.numpy.where")
def where(machine: Machine, condition: Value, x1: Value = None, x2: Value = None) -> Value:
    if x1 is None and x2 is None:
        return nonzero_of(condition)
    made = elementwise(condition, x1, x2)
    made.dtype = promoted(x1, x2)
    return made


def nonzero_of(value: Value) -> Value:
    """The places of what is not zero: one tensor for each axis, of a length that only the data tell."""
    length = unknown_dim()
    return tuple(result((length,), "int64") for _ in operand(value))


@operation("keras.ops.nonzero", "keras.ops.numpy.nonzero")
def nonzero(machine: Machine, x: Value) -> Value:
    return nonzero_of(x)


@operation("keras.ops.isclose", "keras.ops.numpy.isclose")
def isclose(
    machine: Machine, x1: Value, x2: Value, rtol: Value = 1e-05, atol: Value = 1e-08, equal_nan: Value = False
) -> Value:
    return elementwise(x1, x2, dtype="bool")


@operation("keras.ops.polar")
def polar(machine: Machine, abs_: Value, angle: Value) -> Value:
    return elementwise(abs_, angle, dtype="complex64")


@operation("keras.ops.stop_gradient")
def stop_gradient(machine: Machine, variable: Value) -> Value:
    return same(variable)


@operation("keras.ops.elu", "keras.ops.nn.elu")
def elu(machine: Machine, x: Value, alpha: Value = 1.0) -> Value:
    return activated(same(x), "elu")


@operation("keras.ops.celu", "keras.ops.nn.celu")
def celu(machine: Machine, x: Value, alpha: Value = 1.0) -> Value:
    return activated(same(x), "celu")


@operation("keras.ops.gelu", "keras.ops.nn.gelu")
def gelu(machine: Machine, x: Value, approximate: Value = True) -> Value:
    return activated(same(x), "gelu")


@operation("keras.ops.leaky_relu", "keras.ops.nn.leaky_relu")
def leaky_relu(machine: Machine, x: Value, negative_slope: Value = 0.2) -> Value:
    return activated(same(x), "leaky_relu")


@operation("keras.ops.hard_shrink", "keras.ops.nn.hard_shrink")
def hard_shrink(machine: Machine, x: Value, threshold: Value = 0.5) -> Value:
    return activated(same(x), "hard_shrink")


@operation("keras.ops.soft_shrink", "keras.ops.nn.soft_shrink")
def soft_shrink(machine: Machine, x: Value, threshold: Value = 0.5) -> Value:
    return activated(same(x), "soft_shrink")


@operation("keras.ops.squareplus", "keras.ops.nn.squareplus")
def squareplus(machine: Machine, x: Value, b: Value = 4) -> Value:
    return activated(same(x), "squareplus")


@operation("keras.ops.threshold", "keras.ops.nn.threshold")
def threshold(machine: Machine, x: Value, threshold: Value, default_value: Value) -> Value:
    return activated(same(x), "threshold")


def _along(x: Value, axis: Value, name: str) -> Value:
    """A function along axes, which the tensor must have. Raises ShapeError "bad-argument", Undetermined."""
    if isinstance(x, Tensor) and x.shape is not None and axis is not None:
        axes_of(axis, len(x.shape))
    return activated(same(x), name)


@operation("keras.ops.softmax", "keras.ops.nn.softmax")
def softmax(machine: Machine, x: Value, axis: Value = -1) -> Value:
    return _along(x, axis, "softmax")


@operation("keras.ops.log_softmax", "keras.ops.nn.log_softmax")
def log_softmax(machine: Machine, x: Value, axis: Value = -1) -> Value:
    return _along(x, axis, "log_softmax")


@operation("keras.ops.sparsemax", "keras.ops.nn.sparsemax")
def sparsemax(machine: Machine, x: Value, axis: Value = -1) -> Value:
    return _along(x, axis, "sparsemax")
