"""`math`: computed where the arguments are known."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from cnnlint.engine.dimension import Expr
from cnnlint.interpreter import operators, ratios
from cnnlint.interpreter.library import Library
from cnnlint.interpreter.values import HostFunction, Ratio, Tensor, Value

if TYPE_CHECKING:
    from collections.abc import Callable

    from cnnlint.interpreter.machine import Machine

LIBRARY = Library("math", "cmath")
FUNCTIONS = [
    "acos",
    "acosh",
    "asin",
    "asinh",
    "atan",
    "atan2",
    "atanh",
    "cbrt",
    "copysign",
    "cos",
    "cosh",
    "degrees",
    "dist",
    "erf",
    "erfc",
    "exp",
    "exp2",
    "expm1",
    "fabs",
    "fmod",
    "fsum",
    "gamma",
    "hypot",
    "isclose",
    "isfinite",
    "isinf",
    "isnan",
    "ldexp",
    "lgamma",
    "log",
    "log10",
    "log1p",
    "log2",
    "modf",
    "nextafter",
    "pow",
    "radians",
    "remainder",
    "sin",
    "sinh",
    "sqrt",
    "tan",
    "tanh",
    "trunc",
    "ulp",
    "frexp",
]
WHOLE = ["gcd", "lcm", "isqrt", "factorial", "comb", "perm"]
MAX_FACTORIAL = 500


def _numbers(args: tuple[Value, ...]) -> list[Any] | None:
    found = []
    for arg in args:
        value = operators.unwrap(arg)
        if isinstance(value, Tensor) and value.values is not None and len(value.values) == 1:
            value = value.values[0]
        if not isinstance(value, int | float):
            return None
        found.append(value)
    return found


def _host(name: str, compute: Callable[..., Any]) -> HostFunction:
    def body(machine: Machine, *args: Value, **kwargs: Value) -> Value:
        numbers = _numbers(args)
        if numbers is None or kwargs:
            return operators.unknown_of(*args)
        if (
            name in WHOLE
            and any(isinstance(n, int) and abs(n) > MAX_FACTORIAL for n in numbers)
            and name not in ("gcd", "lcm")
        ):
            return operators.unknown_of(*args)
        try:
            return compute(*numbers)
        except (ValueError, OverflowError, ZeroDivisionError, TypeError) as error:
            return machine.throw(type(error).__name__, str(error))

    return HostFunction(f"math.{name}", body)


for _name in (*FUNCTIONS, *WHOLE):
    if hasattr(math, _name):
        LIBRARY.add(f"math.{_name}", _host(_name, getattr(math, _name)))
for _name in ("pi", "e", "tau", "inf", "nan"):
    LIBRARY.add(f"math.{_name}", getattr(math, _name))


@LIBRARY.function("math.floor")
def floor(machine: Machine, x: Value, /) -> Value:
    """A symbolic size is whole already."""
    return _rounded(machine, x, math.floor)


@LIBRARY.function("math.ceil")
def ceil(machine: Machine, x: Value, /) -> Value:
    """A symbolic size is whole already."""
    return _rounded(machine, x, math.ceil)


def _rounded(machine: Machine, x: Value, compute: Callable[[Any], int]) -> Value:
    if isinstance(x, Expr):
        return x
    if isinstance(x, Ratio) and compute in (math.floor, math.ceil):
        return ratios.rounded_down(x) if compute is math.floor else ratios.rounded_up(x)
    numbers = _numbers((x,))
    if numbers is None:
        return operators.unknown_of(x)
    try:
        return compute(numbers[0])
    except (ValueError, OverflowError) as error:
        return machine.throw(type(error).__name__, str(error))


@LIBRARY.function("math.prod")
def prod(machine: Machine, iterable: Value, /, *, start: Value = 1) -> Value:
    """A product; symbolic for symbolic sizes."""
    total = start
    for item in machine.elements(iterable):
        total = operators.binary(machine, "*", total, item)
    return total
