"""Functions of one tensor that work on each element alone."""

from __future__ import annotations

import math
import operator
from typing import TYPE_CHECKING, Any

from cnnlint.engine.errors import ShapeError
from cnnlint.frameworks.coerce import known, tensor
from cnnlint.frameworks.torch.core import TENSOR
from cnnlint.frameworks.torch.dtypes import category, floating
from cnnlint.frameworks.torch.operation import operation
from cnnlint.frameworks.torch.values import elementwise
from cnnlint.interpreter.values import Tensor

if TYPE_CHECKING:
    from collections.abc import Callable

    from cnnlint.interpreter.machine import Machine
    from cnnlint.interpreter.values import Value


def _sign(value: Any) -> int:
    return int(value > 0) - int(value < 0)


def _whole(function: Callable[[float], int]) -> Callable[[Any], Any]:
    """A rounding function that leaves integers, symbolic ones too, and infinities alone."""

    def rounding(value: Any) -> Any:
        return function(value) if isinstance(value, float) and math.isfinite(value) else value

    return rounding


def _expit(value: float) -> float:
    return 1 / (1 + math.exp(-value))


def _unsupported(*values: Any) -> Any:
    raise TypeError


SAME_TYPE: dict[str, Callable[..., Any]] = {
    "abs": abs,
    "absolute": abs,
    "neg": operator.neg,
    "negative": operator.neg,
    "positive": operator.pos,
    "sign": _sign,
    "sgn": _sign,
    "floor": _whole(math.floor),
    "ceil": _whole(math.ceil),
    "trunc": _whole(math.trunc),
    "fix": _whole(math.trunc),
    "frac": lambda value: value - math.trunc(value),
    "relu": lambda value: max(value, 0),
    "bitwise_not": lambda value: not value if isinstance(value, bool) else ~value,
    "conj": lambda value: value,
    "conj_physical": lambda value: value,
    "resolve_conj": lambda value: value,
    "resolve_neg": lambda value: value,
}
"""Functions that keep the element type."""

REAL: dict[str, Callable[..., Any]] = {
    "exp": math.exp,
    "exp2": lambda value: 2.0**value,
    "expm1": math.expm1,
    "log": math.log,
    "log2": math.log2,
    "log10": math.log10,
    "log1p": math.log1p,
    "sqrt": math.sqrt,
    "rsqrt": lambda value: 1 / math.sqrt(value),
    "reciprocal": lambda value: 1 / value,
    "sin": math.sin,
    "cos": math.cos,
    "tan": math.tan,
    "asin": math.asin,
    "acos": math.acos,
    "atan": math.atan,
    "arcsin": math.asin,
    "arccos": math.acos,
    "arctan": math.atan,
    "sinh": math.sinh,
    "cosh": math.cosh,
    "tanh": math.tanh,
    "asinh": math.asinh,
    "acosh": math.acosh,
    "atanh": math.atanh,
    "arcsinh": math.asinh,
    "arccosh": math.acosh,
    "arctanh": math.atanh,
    "sigmoid": _expit,
    "erf": math.erf,
    "erfc": math.erfc,
    "erfinv": _unsupported,
    "lgamma": math.lgamma,
    "digamma": _unsupported,
    "i0": _unsupported,
    "sinc": _unsupported,
    "deg2rad": math.radians,
    "rad2deg": math.degrees,
}
"""Functions whose result is a real number, of integers too."""

PREDICATES: dict[str, Callable[..., Any]] = {
    "isnan": math.isnan,
    "isinf": math.isinf,
    "isfinite": math.isfinite,
    "isposinf": lambda value: value == math.inf,
    "isneginf": lambda value: value == -math.inf,
    "isreal": lambda *_: True,
    "signbit": lambda value: value < 0,
    "logical_not": operator.not_,
}

SPECIAL = {name: name for name in ("erf", "erfc", "erfinv", "exp2", "expm1", "log1p", "sinc", "i0", "digamma")} | {
    "sigmoid": "expit"
}
"""Functions that `torch.special` has too, under which name."""


def mapped(input: Value, function: Callable[..., Any] = _unsupported, dtype: str | None = "") -> Tensor:
    """A tensor of the input's shape, and of its element type where `dtype` is "".

    A tensor of unknown shape stays one; an input that nothing states yet is still that input, so that the layer behind
    can say which shape it needs.
    """
    x = tensor(input)
    kind = x.dtype if dtype == "" else dtype
    if x.shape is None:
        return Tensor(TENSOR, None, kind, free=x.free)
    if x.values is None:
        return Tensor(TENSOR, x.shape, kind)
    return elementwise(function, x.shape, kind, (x,), x.dtype)


def _declare(name: str, function: Callable[..., Any], kind: str) -> None:
    def body(machine: Machine, input: Value) -> Tensor:
        x = tensor(input)
        if name == "frac" and x.dtype is not None and category(x.dtype) < 2:
            raise ShapeError("bad-argument", f"`frac` takes no tensor of {x.dtype}", exception="RuntimeError")
        dtype = x.dtype if kind == "same" else "bool" if kind == "predicate" else floating(x.dtype)
        return mapped(x, function, dtype)

    names = (f"torch.{name}", f"Tensor.{name}")
    operation(*names, in_place=(f"torch.{name}_", f"Tensor.{name}_"))(body)
    if name in SPECIAL:
        operation(f"torch.special.{SPECIAL[name]}")(body)


for _name, _function in SAME_TYPE.items():
    _declare(_name, _function, "same")
for _name, _function in REAL.items():
    _declare(_name, _function, "real")
for _name, _function in PREDICATES.items():
    _declare(_name, _function, "predicate")


@operation("torch.square", "Tensor.square", in_place=("torch.square_", "Tensor.square_"))
def square(machine: Machine, input: Value) -> Tensor:
    x = tensor(input)
    return mapped(x, lambda value: value * value, "int64" if x.dtype == "bool" else x.dtype)


@operation("Tensor.__neg__")
def minus(machine: Machine, input: Value) -> Tensor:
    return mapped(input, operator.neg)


@operation("Tensor.__pos__")
def plus(machine: Machine, input: Value) -> Tensor:
    return mapped(input, operator.pos)


@operation("Tensor.__abs__")
def magnitude(machine: Machine, input: Value) -> Tensor:
    return mapped(input, abs)


@operation("Tensor.__invert__")
def inverted(machine: Machine, input: Value) -> Tensor:
    return mapped(input, SAME_TYPE["bitwise_not"])


@operation("torch.round", "Tensor.round", "torch.special.round", in_place=("torch.round_", "Tensor.round_"))
def round(machine: Machine, input: Value, *, decimals: Value = 0) -> Tensor:  # noqa: A001
    digits = known(decimals)
    return mapped(input, _whole(lambda value: _round(value, digits)))


def _round(value: float, digits: Any) -> Any:
    scale = 10.0**digits
    return float(_nearest(value * scale)) / scale if digits else _nearest(value)


def _nearest(value: float) -> int:
    low = math.floor(value)
    rest = value - low
    return low + (rest > 0.5 or (rest == 0.5 and low % 2 == 1))


@operation("torch.nan_to_num", "Tensor.nan_to_num", in_place=("torch.nan_to_num_", "Tensor.nan_to_num_"))
def nan_to_num(machine: Machine, input: Value, nan: Value = 0.0, posinf: Value = None, neginf: Value = None) -> Tensor:
    return mapped(input)


@operation("torch.logit", "torch.special.logit", "Tensor.logit", in_place=("torch.logit_", "Tensor.logit_"))
def logit(machine: Machine, input: Value, eps: Value = None) -> Tensor:
    return mapped(input, _unsupported, floating(tensor(input).dtype))


@operation("torch.angle", "Tensor.angle")
def angle(machine: Machine, input: Value) -> Tensor:
    return mapped(input, _unsupported, floating(tensor(input).dtype))


@operation("torch.bernoulli", "Tensor.bernoulli", in_place=("Tensor.bernoulli_",))
def bernoulli(machine: Machine, input: Value, p: Value = None, *, generator: Value = None) -> Tensor:
    return mapped(input)


@operation("torch.poisson")
def poisson(machine: Machine, input: Value, generator: Value = None) -> Tensor:
    return mapped(input)
