"""Division of polynomials: rounded down in canonical form, and exact."""

from __future__ import annotations

from math import gcd

from cnnlint.engine.expression import (
    Dim,
    Expr,
    FloorDiv,
    Monomial,
    as_expr,
    bounds,
    build,
    is_anonymous,
)


def floor_div(numerator: Dim, denominator: Dim) -> Dim:
    """`numerator // denominator` in canonical form. Raises ZeroDivisionError for the number 0."""
    if isinstance(denominator, int):
        if isinstance(numerator, int):
            return numerator // denominator
        if denominator == 0:
            raise ZeroDivisionError
        return _floor_by_number(numerator, denominator)
    return _floor_by_expr(numerator, denominator)


def _floor_by_number(numerator: Expr, divisor: int) -> Dim:
    """All coefficients end between 0 and `divisor - 1`, the leading one above 0; the rest comes out."""
    if divisor < 0:
        return _floor_by_number(-numerator, -divisor)
    if divisor == 1:
        return numerator
    outside: dict[Monomial, int] = {}
    inside: dict[Monomial, int] = {}
    for monomial, factor in numerator.terms:
        if monomial and not inside and factor < 0 and factor % divisor:
            # floor(p / n) is -floor((n - 1 - p) / n): so floor and ceil meet in one form.
            return -floor_div(divisor - 1 - numerator, divisor)
        outside[monomial], rest = divmod(factor, divisor)
        if rest:
            inside[monomial] = rest
    constant = inside.pop((), 0)
    if not inside:
        return build(outside)
    common = gcd(divisor, *inside.values())
    inside = {monomial: factor // common for monomial, factor in inside.items()}
    return build(outside) + _floor_reduced(inside, constant // common, divisor // common)


def _floor_reduced(inside: dict[Monomial, int], constant: int, divisor: int) -> Dim:
    nested = [
        atom
        for monomial, factor in inside.items()
        if factor == 1 and len(monomial) == 1 and isinstance(atom := monomial[0], FloorDiv)
        if isinstance(atom.denominator, int)
    ]
    if len(nested) == 1:
        inner = nested[0]
        rest = build(
            {**{monomial: factor for monomial, factor in inside.items() if monomial != (inner,)}, (): constant}
        )
        return floor_div(inner.numerator + rest * inner.denominator, divisor * inner.denominator)
    numerator = build({**inside, (): constant})
    low, high = bounds(numerator)
    if low is not None and high is not None and low // divisor == high // divisor:
        return low // divisor
    return as_expr(FloorDiv(numerator, divisor))


def _floor_by_expr(numerator: Dim, divisor: Expr) -> Dim:
    if divisor.terms[0][1] < 0:
        return _floor_by_expr(-numerator, -divisor)
    quotient, rest = _divide(numerator, divisor)
    if rest == 0:
        return quotient
    rest, reduced = _cancel(rest, divisor)
    if isinstance(reduced, int):
        return quotient + floor_div(rest, reduced)
    low, _ = bounds(rest)
    margin, _ = bounds(reduced - rest)
    if low is not None and low >= 0 and margin is not None and margin >= 1:
        return quotient
    return quotient + as_expr(FloorDiv(rest, reduced))


def _divide(numerator: Dim, divisor: Expr) -> tuple[Dim, Dim]:
    """Polynomial division by the leading term: `numerator == quotient*divisor + rest`."""
    (lead, lead_factor), *_ = divisor.terms
    quotient: Dim = 0
    kept: Dim = 0
    rest = numerator
    while isinstance(rest, Expr):
        monomial, factor = rest.terms[0]
        left_over = without(monomial, lead)
        if left_over is None or factor % lead_factor:
            kept += Expr(((monomial, factor),))
            rest -= Expr(((monomial, factor),))
            continue
        share = build({left_over: factor // lead_factor})
        quotient += share
        rest -= share * divisor
        if is_anonymous(rest) and not is_anonymous(numerator) and not is_anonymous(divisor):
            return 0, numerator
    return quotient, kept + rest


def without(monomial: Monomial, part: Monomial) -> Monomial | None:
    """`monomial / part`, or `None` where that is no monomial."""
    left = list(monomial)
    for atom in part:
        if atom not in left:
            return None
        left.remove(atom)
    return tuple(left)


def _cancel(numerator: Dim, divisor: Expr) -> tuple[Dim, Dim]:
    """Both without their common integer and atom factors."""
    terms = [*divisor.terms, *(((((), numerator),)) if isinstance(numerator, int) else numerator.terms)]
    common = gcd(*(factor for _, factor in terms))
    shared: Monomial = ()
    for atom in dict.fromkeys(terms[0][0]):
        while all(without(monomial, (*shared, atom)) is not None for monomial, _ in terms):
            shared = (*shared, atom)

    def reduced(dim: Dim) -> Dim:
        if isinstance(dim, int):
            return dim // common
        return build({without(monomial, shared) or (): factor // common for monomial, factor in dim.terms})

    return reduced(numerator), reduced(divisor)


def exact_quotient(numerator: Dim, divisor: Dim) -> Dim | None:
    """The polynomial `q` with `q*divisor == numerator` wherever the divisor is not zero, or `None`."""
    if isinstance(divisor, int):
        if divisor == 0:
            return None
        if isinstance(numerator, int):
            return None if numerator % divisor else numerator // divisor
        if any(factor % divisor for _, factor in numerator.terms):
            return None
        return build({monomial: factor // divisor for monomial, factor in numerator.terms})
    quotient, rest = _divide(numerator, divisor)
    return quotient if rest == 0 else None


def without_common(left: Dim, right: Dim) -> tuple[Dim, Dim]:
    """Two that are equal just where these are: without the factors that both have, where such a one is never 0.

    `batch*height*depth == 3*batch*height` is `depth == 3`.
    """
    if not isinstance(left, Expr) or not isinstance(right, Expr):
        return left, right
    monomials = [monomial for monomial, _ in (*left.terms, *right.terms)]
    common: Monomial = ()
    for atom in dict.fromkeys(monomials[0]):
        low, _ = atom.interval
        while low is not None and low > 0 and all(without(each, (*common, atom)) is not None for each in monomials):
            common = (*common, atom)
    if not common:
        return left, right
    one, other = (build({without(each, common) or (): factor for each, factor in dim.terms}) for dim in (left, right))
    return one, other
