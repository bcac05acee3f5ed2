"""Arithmetic, comparison and logic of two arrays: the functions, the operators and their forms in place."""

from __future__ import annotations

import math
import operator
from typing import TYPE_CHECKING, Any

from cnnlint.engine import shape as shapes
from cnnlint.engine.dimension import Expr, equal
from cnnlint.engine.errors import ShapeError, Undetermined
from cnnlint.frameworks.numpy.arguments import operand
from cnnlint.frameworks.numpy.contents import BITS, written
from cnnlint.frameworks.numpy.core import FRAME, NDARRAY, bounded
from cnnlint.frameworks.numpy.dtypes import (
    COMPLEX,
    FLOATS,
    INTEGERS,
    averaged,
    castable,
    dtype_name,
    floating,
    result_type,
)
from cnnlint.frameworks.numpy.elementwise import OWN, apply, refused
from cnnlint.frameworks.numpy.operation import Operation, operation
from cnnlint.interpreter.values import ListValue, Tensor, Unknown

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cnnlint.interpreter.machine import Machine
    from cnnlint.interpreter.values import Value

Rule = "Callable[[Sequence[Value]], str | None]"


def _divided(operands: Sequence[Value]) -> str | None:
    return averaged(result_type(operands))


def _real(operands: Sequence[Value]) -> str | None:
    return floating(result_type(operands))


def _whole(operands: Sequence[Value]) -> str | None:
    """Truth values count as small integers."""
    found = result_type(operands)
    return "int8" if found == "bool" else found


def _truth(operands: Sequence[Value]) -> str | None:
    return "bool"


def _difference(operands: Sequence[Value]) -> str | None:
    found = result_type(operands)
    if found == "bool":
        raise refused("truth values cannot be subtracted; `^` or `logical_xor` tells where they differ")
    return found


def _bits(operands: Sequence[Value]) -> str | None:
    found = result_type(operands)
    if found in FLOATS or found in COMPLEX:
        raise refused(f"bitwise operators take integers and truth values, not {found}")
    return found


def _power_type(operands: Sequence[Value]) -> str | None:
    found = _whole(operands)
    exponent = operands[1]
    if found in INTEGERS and isinstance(exponent, int) and exponent < 0 and isinstance(operands[0], Tensor):
        raise refused("integers to negative integer powers are not allowed", "ValueError")
    return found


def _plain(function: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    """A function that needs known numbers."""

    def compute(left: Any, right: Any) -> Any:
        if isinstance(left, Expr) or isinstance(right, Expr):
            raise TypeError
        return function(left, right)

    return compute


def _power(left: Any, right: Any) -> Any:
    if isinstance(left, int) and isinstance(right, int) and (right < 0 or right * max(left.bit_length(), 1) > 128):
        raise TypeError
    return left**right


def _shift(function: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    def compute(left: Any, right: Any) -> Any:
        if not 0 <= right < 64:
            raise TypeError
        return function(left, right)

    return compute


def _closed(*values: Any) -> Any:
    raise TypeError


BINARY: dict[str, tuple[Callable[..., Any], Any, str]] = {
    "add": (operator.add, result_type, "+"),
    "subtract": (operator.sub, _difference, "-"),
    "multiply": (operator.mul, result_type, "*"),
    "divide": (_plain(operator.truediv), _divided, "/"),
    "floor_divide": (operator.floordiv, _whole, "//"),
    "remainder": (operator.mod, _whole, "%"),
    "power": (_power, _power_type, "**"),
    "bitwise_and": (operator.and_, _bits, "&"),
    "bitwise_or": (operator.or_, _bits, "|"),
    "bitwise_xor": (operator.xor, _bits, "^"),
    "left_shift": (_shift(operator.lshift), _whole, "<<"),
    "right_shift": (_shift(operator.rshift), _whole, ">>"),
    "less": (_plain(operator.lt), _truth, "<"),
    "less_equal": (_plain(operator.le), _truth, "<="),
    "greater": (_plain(operator.gt), _truth, ">"),
    "greater_equal": (_plain(operator.ge), _truth, ">="),
    "equal": (_plain(operator.eq), _truth, "=="),
    "not_equal": (_plain(operator.ne), _truth, "!="),
    "maximum": (_plain(max), result_type, ""),
    "minimum": (_plain(min), result_type, ""),
    "fmax": (_plain(max), result_type, ""),
    "fmin": (_plain(min), result_type, ""),
    "fmod": (_plain(math.fmod), _whole, ""),
    "arctan2": (math.atan2, _real, ""),
    "hypot": (math.hypot, _real, ""),
    "logaddexp": (_closed, _real, ""),
    "copysign": (math.copysign, _real, ""),
    "heaviside": (_closed, _real, ""),
    "logical_and": (_plain(lambda left, right: bool(left) and bool(right)), _truth, ""),
    "logical_or": (_plain(lambda left, right: bool(left) or bool(right)), _truth, ""),
    "logical_xor": (_plain(lambda left, right: bool(left) != bool(right)), _truth, ""),
    "gcd": (math.gcd, result_type, ""),
    "float_power": (_closed, lambda _: "float64", ""),
    "isclose": (_closed, _truth, ""),
}
"""Function of two elements, type of the result, operator."""

ALIASES = {
    "true_divide": "divide",
    "mod": "remainder",
    "pow": "power",
    "atan2": "arctan2",
    "bitwise_left_shift": "left_shift",
}
METHODS = {
    "+": "add",
    "-": "sub",
    "*": "mul",
    "/": "truediv",
    "//": "floordiv",
    "%": "mod",
    "**": "pow",
    "&": "and",
    "|": "or",
    "^": "xor",
    "<<": "lshift",
    ">>": "rshift",
    "<": "lt",
    "<=": "le",
    ">": "gt",
    ">=": "ge",
    "==": "eq",
    "!=": "ne",
}
COMPARISONS = ("<", "<=", ">", ">=", "==", "!=")


def binary(machine: Machine, name: str, left: Value, right: Value) -> Value:
    """A function of two numbers or arrays. Raises ShapeError, Undetermined."""
    function, rule, _ = BINARY[name]
    real = name in ("divide", "arctan2", "hypot", "copysign")
    try:
        made = apply(machine, function, (left, right), rule, compute="float64" if real else None)
    except ShapeError:
        if name in ("equal", "not_equal"):  # a comparison of shapes that do not fit is one value, or an error
            raise Undetermined("arrays of different shapes are compared") from None
        raise
    if isinstance(made, Tensor) and made.values is None:
        _bound(made, name, left, right)
    return made


def _bound(made: Tensor, name: str, left: Value, right: Value) -> None:
    """The range of labels that are shifted or folded."""
    x, number = (left, right) if isinstance(left, Tensor) else (right, left)
    if not isinstance(x, Tensor) or not isinstance(number, int) or isinstance(number, bool):
        return
    if name == "remainder" and x is left and number > 0 and x.dtype in BITS:
        bounded(made, 0, number - 1)
    if "range" not in x.facts or (name == "subtract" and x is right) or made.dtype != x.dtype:
        return
    low, high = x.facts["range"]
    shift = {"add": number, "subtract": -number}.get(name)
    smallest = 0 if made.dtype is not None and made.dtype[0] == "u" else -(2**7)
    if shift is not None and smallest <= low + shift and (high + shift < 128 or made.dtype == "int64"):
        bounded(made, low + shift, high + shift, x.facts.get("classes"))


def _declare(name: str) -> None:
    def body(machine: Machine, x1: Value, x2: Value, out: Value = None, **options: Value) -> Value:
        made = binary(machine, name, x1, x2)
        if out is not None:
            return stored(machine, out, made)
        return _typed(made, options)

    operation(f"numpy.{name}", *(f"numpy.{alias}" for alias, own in ALIASES.items() if own == name))(body)


def _typed(made: Value, options: dict[str, Value]) -> Value:
    """The result in the type that `dtype=` asks for."""
    if options.get("where") is not None:
        raise Undetermined("a function of some elements is not followed")
    if isinstance(made, Tensor) and options.get("dtype") is not None:
        from cnnlint.frameworks.numpy.creation import converted

        return converted(made, dtype_name(options["dtype"])) if dtype_name(options["dtype"]) else made
    return made


def stored(machine: Machine, target: Value, made: Value) -> Value:
    """The array given as `out=`, with a result written into it."""
    if not isinstance(target, Tensor):
        raise Undetermined("where a result is written is not known")
    written(machine, target)
    if isinstance(made, Tensor) and made.shape is not None and target.shape is not None:
        shapes.broadcast(target.shape, made.shape)
    return target


for _name in BINARY:
    _declare(_name)


# --- operators --------------------------------------------------------------------------------------------------------


def foreign(value: Value) -> bool:
    """Whether another library's tensor decides what an operator means."""
    return isinstance(value, Tensor) and value.cls not in OWN


def _declare_operator(name: str, symbol: str) -> None:
    method = METHODS[symbol]

    def forward(machine: Machine, self: Tensor, other: Value) -> Value:
        return NotImplemented if foreign(other) else _guarded(machine, name, self, other, symbol)

    def backward(machine: Machine, self: Tensor, other: Value) -> Value:
        if symbol == "*" and self.shape == () and isinstance(other, (ListValue, tuple, str)):
            raise Undetermined("how often a sequence is repeated is not known")  # a scalar's value, not a product
        return _guarded(machine, name, other, self, symbol)

    for owner in OWN:
        owner.namespace[f"__{method}__"] = Operation(f"numpy.{name}", forward, gives_array=False)
        if symbol not in COMPARISONS:
            owner.namespace[f"__r{method}__"] = Operation(f"numpy.{name}", backward, gives_array=False)
    if symbol not in COMPARISONS:
        in_place = _in_place(name, symbol)
        NDARRAY.namespace[f"__i{method}__"] = Operation(f"numpy.{name}", in_place, gives_array=False)


def _guarded(machine: Machine, name: str, left: Value, right: Value, symbol: str) -> Value:
    if (left is None or right is None or isinstance(left, str) or isinstance(right, str)) and symbol in ("==", "!="):
        x = left if isinstance(left, Tensor) else right
        return _compared(x)
    if FRAME in (getattr(left, "cls", None), getattr(right, "cls", None)) and symbol in COMPARISONS:
        x = left if isinstance(left, Tensor) and left.cls is FRAME else right
        return _compared(x)
    return binary(machine, name, left, right)


def _compared(x: Tensor) -> Tensor:
    from cnnlint.frameworks.numpy.core import array

    return array(x.shape, "bool", cls=x.cls)


def _in_place(name: str, symbol: str) -> Callable[[Machine, Tensor, Value], Value]:
    def change(machine: Machine, self: Tensor, other: Value) -> Value:
        if isinstance(other, Unknown):
            written(machine, self)
            return self
        if foreign(other):
            return binary(machine, name, self, other)
        made = binary(machine, name, self, other)
        if not isinstance(made, Tensor):
            written(machine, self)
            return made if self.shape == () else self
        return overwritten(machine, self, made, symbol)

    return change


def overwritten(machine: Machine, x: Tensor, made: Tensor, symbol: str) -> Tensor:
    """The array after `x += …`, which keeps its shape and its type. Raises ShapeError where it cannot."""
    if castable(made.dtype, x.dtype) is False:
        raise ShapeError(
            "bad-argument",
            f"`{symbol}=` gives {made.dtype}, which an array of {x.dtype} cannot hold",
            help=f"convert the array first: `.astype({made.dtype!r})`",
            expected=x.dtype,
            actual=made.dtype,
            exception="TypeError",
        )
    if x.shape is not None and made.shape is not None:
        differs = len(x.shape) != len(made.shape) or any(
            equal(mine, new) is False for mine, new in zip(x.shape, made.shape, strict=True)
        )
        if differs:
            raise ShapeError(
                "elementwise-mismatch",
                f"`{symbol}=` cannot change the shape {shapes.text(x.shape)} to {shapes.text(made.shape)}",
                expected=shapes.text(x.shape),
                actual=shapes.text(made.shape),
                exception="ValueError",
            )
    written(machine, x)
    machine.touch(x)
    if x.dtype == made.dtype:
        x.values = made.values
        x.facts |= {key: made.facts[key] for key in ("range", "classes") if key in made.facts}
    return x


for _name, (_, _, _symbol) in BINARY.items():
    if _symbol:
        _declare_operator(_name, _symbol)


@operation("numpy.allclose", "numpy.array_equal", "numpy.array_equiv")
def array_equal(machine: Machine, a1: Value, a2: Value, *args: Value, **options: Value) -> Value:
    one, other = operand(machine, a1), operand(machine, a2)
    known = isinstance(one, Tensor) and isinstance(other, Tensor) and one.values is not None
    if known and one.shape == other.shape and one.values == other.values:
        return True
    raise Undetermined("whether two arrays are equal depends on their data")


@operation("numpy.clip", "ndarray.clip", "Series.clip", "DataFrame.clip", gives_array=True)
def clip(
    machine: Machine, a: Value, a_min: Value = None, a_max: Value = None, out: Value = None, **options: Value
) -> Value:
    low, high = options.get("min", a_min), options.get("max", a_max)
    made = operand(machine, a)
    whole = made.dtype in BITS if isinstance(made, Tensor) else False
    if low is not None:
        made = binary(machine, "maximum", made, low)
    if high is not None:
        made = binary(machine, "minimum", made, high)
    if isinstance(made, Tensor) and whole and isinstance(low, int) and isinstance(high, int):
        bounded(made, low, high)
    return stored(machine, out, made) if out is not None else made
