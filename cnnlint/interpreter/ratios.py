"""Arithmetic of sizes divided by others, which Python does with floats, as far as rounding the result is told by it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.engine.comparison import less
from cnnlint.engine.constraints import Constraint, note
from cnnlint.engine.dimension import Dim, Expr, bounds, ceil_div, exact_quotient
from cnnlint.interpreter.values import Ratio, Unknown

if TYPE_CHECKING:
    from cnnlint.interpreter.values import Value


def divided(numerator: Dim, denominator: Dim) -> Value:
    """`numerator / denominator` of whole numbers: the size itself where no rest is left.

    The run needs a denominator that is not 0.
    """
    exact = exact_quotient(numerator, denominator)
    if isinstance(exact, int):
        return float(exact)
    if exact is not None:
        return exact
    low, _ = bounds(denominator)
    if low is None or low < 0 or denominator == 0:
        return Unknown("a fraction of a symbolic size")
    if low == 0:
        note(Constraint("at-least", denominator, 1))
    return Ratio(numerator, denominator)


def binary(op: str, left: Value, right: Value) -> Value | None:
    """`left op right`, one of which is a ratio; None where the digits of the float may matter.

    They do not where it was made by dividing only, or is a multiple of a power of two: a sum or quotient of such is as
    far from every whole number as its denominator says, which a float keeps apart. `h / 10 * 10` may be below `h`.
    """
    match left, right:
        case Ratio(), Expr() | int() if not isinstance(right, bool):
            return _with_size(op, left, right)
        case Expr() | int(), Ratio() if not isinstance(left, bool):
            return _size_with(op, left, right)
        case _:
            return None


def _with_size(op: str, ratio: Ratio, size: Dim) -> Value | None:
    match op:
        case "+":
            return divided(ratio.numerator + size * ratio.denominator, ratio.denominator)
        case "-":
            return divided(ratio.numerator - size * ratio.denominator, ratio.denominator)
        case "*" if _is_binary(ratio.denominator):
            return divided(ratio.numerator * size, ratio.denominator)
        case "/":
            return divided(ratio.numerator, ratio.denominator * size)
        case "//" if less(0, size):
            return ratio.numerator // (ratio.denominator * size)
        case _:
            return None


def _size_with(op: str, size: Dim, ratio: Ratio) -> Value | None:
    match op:
        case "+" | "*":
            return _with_size(op, ratio, size)
        case "-":
            return divided(size * ratio.denominator - ratio.numerator, ratio.denominator)
        case "/" if _is_binary(ratio.denominator):
            return divided(size * ratio.denominator, ratio.numerator)
        case _:
            return None


def _is_binary(number: Dim) -> bool:
    return isinstance(number, int) and number & (number - 1) == 0


def rounded_down(ratio: Ratio) -> Dim:
    """`math.floor` of it."""
    return ratio.numerator // ratio.denominator


def rounded_up(ratio: Ratio) -> Dim:
    """`math.ceil` of it."""
    return ceil_div(ratio.numerator, ratio.denominator)


def truncated(ratio: Ratio) -> Dim | None:
    """`int` of it; None where it may be negative."""
    return rounded_down(ratio) if less(ratio.numerator, 0) is False else None
