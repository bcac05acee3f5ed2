"""Arithmetic of sizes divided by others, which Python does with floats, as far as rounding the result is told by it."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING

from cnnlint.engine.comparison import less
from cnnlint.engine.constraints import Constraint, note
from cnnlint.engine.dimension import Dim, Expr, bounds, ceil_div, exact_quotient
from cnnlint.engine.gathering import required
from cnnlint.interpreter.values import Ratio, Unknown

if TYPE_CHECKING:
    from cnnlint.interpreter.values import Value

MAX_PART = 1 << 16
"""Floats are followed up to this denominator: products of a size and few of them are exact in 53 bits."""


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
    known = _by_what_is_required(numerator, denominator)
    return Ratio(numerator, denominator) if known is None else known


def _by_what_is_required(numerator: Dim, denominator: Dim) -> Dim | None:
    """The quotient without a rest where what ran before needs the denominator to be equal to another size.

    Windows that a `view` has cut are as many as fill the map: `windows / (height * width / 4 / 4)` is the batch.
    """
    for each in required():
        for one, other in ((each.left, each.right), (each.right, each.left)) if each.relation == "equal" else ():
            times = exact_quotient(one, denominator)
            if isinstance(times, int) and times > 0:
                found = exact_quotient(numerator * times, other)
                if found is not None:
                    return found
    return None


def binary(op: str, left: Value, right: Value) -> Value | None:
    """`left op right` of sizes, ratios and floats; None where the digits of the float may matter.

    They do not where it was made by dividing only, or is a multiple of a power of two: a sum or quotient of such is as
    far from every whole number as its denominator says, which a float keeps apart. `h / 10 * 10` may be below `h`.
    """
    one, other = _parts(left), _parts(right)
    if one is None or other is None:
        return None
    (number, part), (by, within) = one, other
    match op:
        case "+" if _is_binary(part) or _is_binary(within):
            return divided(number * within + by * part, part * within)
        case "-" if _is_binary(part) or _is_binary(within):
            return divided(number * within - by * part, part * within)
        case "*" if _is_binary(part) and _is_binary(within):
            return divided(number * by, part * within)
        case "/" if _is_binary(within):
            return divided(number * within, part * by)
        case "//" if _is_binary(within) and less(0, part * by):
            return number * within // (part * by)
        case _:
            return None


def _parts(value: Value) -> tuple[Dim, Dim] | None:
    """Numerator and denominator; None for what is no number, and for floats of many digits."""
    match value:
        case Ratio():
            return value.numerator, value.denominator
        case bool():
            return None
        case Expr() | int():
            return value, 1
        case float() if isfinite(value):
            number, part = value.as_integer_ratio()
            return (number, part) if part <= MAX_PART and abs(number) <= MAX_PART**2 else None
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
