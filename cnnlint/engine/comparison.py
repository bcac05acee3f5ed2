"""Three-valued comparison of dimensions: `True` or `False` only where it holds for every size, else `None`."""

from __future__ import annotations

from functools import lru_cache
from itertools import product as choices
from math import gcd, lcm, prod
from typing import TYPE_CHECKING

from cnnlint.engine.evaluation import transform
from cnnlint.engine.expression import Atom, Dim, Expr, Extreme, FloorDiv, Symbol, bounds, split_constant

if TYPE_CHECKING:
    from collections.abc import Mapping

MAX_RESIDUES = 64


def equal(left: Dim, right: Dim) -> bool | None:
    """Whether the two are the same number."""
    if isinstance(left, int) and isinstance(right, int):
        return left == right
    if left is right:
        return True
    difference = left - right
    return difference == 0 if isinstance(difference, int) else _is_zero(difference)


def less(left: Dim, right: Dim) -> bool | None:
    """Whether `left < right`."""
    if isinstance(left, int) and isinstance(right, int):
        return left < right
    low, high = bounds(left - right)
    if high is not None and high < 0:
        return True
    return False if low is not None and low >= 0 else None


def less_equal(left: Dim, right: Dim) -> bool | None:
    """Whether `left <= right`."""
    opposite = less(right, left)
    return None if opposite is None else not opposite


def divides(divisor: Dim, number: Dim) -> bool | None:
    """Whether `number` is a multiple of `divisor`; `None` too where the divisor may be 0."""
    if isinstance(divisor, int):
        return None if divisor == 0 else equal(number % divisor, 0)
    low, _ = bounds(divisor)
    return equal(number % divisor, 0) if low is not None and low > 0 else None


@lru_cache(maxsize=4096)
def _is_zero(difference: Expr) -> bool | None:
    quick = _is_zero_quick(difference)
    return quick if quick is not None else _is_zero_by_residue(difference)


def _is_zero_quick(difference: Dim) -> bool | None:
    if isinstance(difference, int):
        return difference == 0
    terms, constant = split_constant(difference)
    if constant % gcd(*(factor for _, factor in terms)):
        return False
    low, high = bounds(difference)
    if (low is not None and low > 0) or (high is not None and high < 0):
        return False
    return True if low == high == 0 else None


def _is_zero_by_residue(difference: Expr) -> bool | None:
    """Floor divisions of `h` vanish when `h` is written `period*q + r`: ask for each `r`, and all have to agree."""
    periods: dict[Symbol, int] = {}
    for monomial, _ in difference.terms:
        for atom in monomial:
            _add_periods(atom, 1, periods)
    open_symbols = [name for name, period in periods.items() if period > 1 and name.minimum is not None]
    if not open_symbols or prod(periods[name] for name in open_symbols) > MAX_RESIDUES:
        return None
    answers: set[bool | None] = set()
    for rests in choices(*(range(periods[name]) for name in open_symbols)):
        values = {name: _class_of(name, periods[name], rest) for name, rest in zip(open_symbols, rests, strict=True)}
        answers.add(_is_zero_in_class(difference, values))
        if len(answers) > 1 or None in answers:
            return None
    return answers.pop()


def _is_zero_in_class(difference: Expr, values: Mapping[Symbol, Dim]) -> bool | None:
    try:
        return _is_zero_quick(transform(difference, lambda found: values.get(found, _same(found))))
    except ZeroDivisionError:
        return None


def _add_periods(atom: Atom, outer: int, periods: dict[Symbol, int]) -> None:
    if isinstance(atom, Symbol):
        periods[atom] = lcm(periods.get(atom, 1), outer)
    elif isinstance(atom, FloorDiv):
        inner = outer * atom.denominator if isinstance(atom.denominator, int) else outer
        for dim in (atom.numerator, atom.denominator):
            _add_periods_within(dim, inner, periods)
    elif isinstance(atom, Extreme):
        for dim in atom.arguments:
            _add_periods_within(dim, outer, periods)


def _add_periods_within(dim: Dim, outer: int, periods: dict[Symbol, int]) -> None:
    if not isinstance(dim, int):
        for monomial, _ in dim.terms:
            for atom in monomial:
                _add_periods(atom, outer, periods)


def _class_of(found: Symbol, period: int, rest: int) -> Dim:
    assert found.minimum is not None
    return _same(Symbol(found.name, -((rest - found.minimum) // period))) * period + rest


def _same(found: Symbol) -> Expr:
    return Expr((((found,), 1),))
