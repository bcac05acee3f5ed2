"""The largest number that an expression is proved never to go below."""

from __future__ import annotations

from itertools import combinations
from math import prod

from cnnlint.engine.expression import Atom, Dim, Expr, FloorDiv, Monomial, build, split_constant

MAX_RELAXED = 12
MAX_EXPANDED_DEGREE = 6


def lower(expr: Expr) -> int | None:
    """The best of what intervals say, before and after taking floor divisions apart one by one."""
    best = _shifted(expr)
    scale = 1
    for _ in range(MAX_RELAXED):
        division = next((atom for monomial, _ in expr.terms for atom in monomial if _is_relaxable(atom)), None)
        if division is None:
            break
        relaxed = _relaxed(expr, division)
        if relaxed is None:
            break
        expr_or_number, factor = relaxed
        scale *= factor
        found = expr_or_number if isinstance(expr_or_number, int) else _shifted(expr_or_number)
        if found is not None:
            rounded = -(-found // scale)
            best = rounded if best is None else max(best, rounded)
        if isinstance(expr_or_number, int):
            break
        expr = expr_or_number
    return best


def _is_relaxable(atom: Atom) -> bool:
    return isinstance(atom, FloorDiv) and isinstance(atom.numerator, Expr) and _divisor(atom) is not None


def _divisor(division: FloorDiv) -> tuple[int, Monomial] | None:
    """The number that divides, and the positive atom that it is multiplied with; None for another denominator."""
    if isinstance(division.denominator, int):
        return division.denominator, ()
    (monomial, factor), *more = division.denominator.terms
    low = monomial[0].interval[0]
    return (factor, monomial) if not more and len(monomial) == 1 and low is not None and low > 0 < factor else None


def _relaxed(expr: Expr, division: Atom) -> tuple[Dim, int] | None:
    """`n * expr` or less, with `numerator - (n-1) <= n * division <= numerator` put in; `None` where a sign is open.

    What divides may be `n` times an atom, if that stands beside the division.
    """
    assert isinstance(division, FloorDiv)
    divisor = _divisor(division)
    assert divisor is not None
    total: Dim = 0
    number, beside = divisor
    most = division.denominator - 1
    for monomial, factor in expr.terms:
        times = monomial.count(division)
        if not times:
            total += build({monomial: factor * number})
            continue
        others = list(monomial)
        for atom in (division, *beside):
            if atom not in others:
                return None
            others.remove(atom)
        if times > 1 or any(atom.interval[0] is None or atom.interval[0] < 0 for atom in others):
            return None
        total += build({tuple(others): factor}) * (division.numerator - (most if factor > 0 else 0))
    return total, number


def _shifted(expr: Expr) -> int | None:
    """The bound read off after writing every atom as its own bound plus or minus something that is not negative."""
    terms, constant = split_constant(expr)
    if all(factor > 0 for _, factor in terms):
        lows = [_product_of_lows(monomial) for monomial, _ in terms]
        if None not in lows:
            return constant + sum(low * factor for low, (_, factor) in zip(lows, terms, strict=True) if low is not None)
    if any(len(monomial) > MAX_EXPANDED_DEGREE for monomial, _ in terms):
        return None
    moved: dict[Monomial, int] = {(): constant}
    for monomial, factor in terms:
        if not _expand(monomial, factor, moved):
            return None
    total = moved.pop(())
    for monomial, factor in moved.items():
        if factor < 0:
            widths = [_width(atom) for atom in monomial]
            if None in widths:
                return None
            total += factor * prod(width for width in widths if width is not None)
    return total


def _product_of_lows(monomial: Monomial) -> int | None:
    result = 1
    for atom in monomial:
        low = atom.interval[0]
        if low is None or low < 0:
            return None
        result *= low
    return result


def _width(atom: Atom) -> int | None:
    low, high = atom.interval
    return None if low is None or high is None else high - low


def _expand(monomial: Monomial, factor: int, into: dict[Monomial, int]) -> bool:
    """Add `factor * product(origin ± rest)`; the monomials of `into` stand for the rests."""
    origins: list[tuple[int, int]] = []
    for atom in monomial:
        low, high = atom.interval
        if low is not None:
            origins.append((low, 1))
        elif high is not None:
            origins.append((high, -1))
        else:
            return False
    for size in range(len(monomial) + 1):
        for chosen in combinations(range(len(monomial)), size):
            rest = tuple(monomial[index] for index in chosen)
            sign = prod(origins[index][1] for index in chosen)
            outside = prod(origins[index][0] for index in range(len(monomial)) if index not in chosen)
            into[rest] = into.get(rest, 0) + factor * sign * outside
    return True
