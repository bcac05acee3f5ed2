"""Dimensions as people write them: `(height - 2) // 2`, `64*height*width`, `height % 4`."""

from __future__ import annotations

from math import gcd, prod

from cnnlint.engine.division import exact_quotient, without
from cnnlint.engine.expression import (
    Atom,
    Dim,
    Expr,
    Extreme,
    FloorDiv,
    Monomial,
    Symbol,
    build,
    is_anonymous,
    split_constant,
)

MOST_TERMS = 24
"""Longer sums are written as they are."""


def text(dim: Dim) -> str:
    """The expression in Python's notation, `?` where a size without a name occurs."""
    if isinstance(dim, int):
        return str(dim)
    return "?" if is_anonymous(dim) else _written(dim)


def _written(dim: Dim) -> str:
    if isinstance(dim, int):
        return str(dim)
    division = _only_division(dim)
    if division is not None:
        atom, factor, rest = division
        if factor == 1 and isinstance(rest, int) and (rest < 0 or _has_constant(atom.numerator)):
            return _as_quotient(atom, rest)
        remainder = _as_remainder(atom, factor, rest)
        if remainder:
            return remainder
    plain = _sum(dim)
    if len(dim.terms) <= 2:
        return plain
    others = [_as_quotient(division[0], division[2])] if division and division[1] == 1 else []
    factors = _factors(dim)
    if len(factors) > 1:
        others.append(_product(factors))
    return min([plain, *others, *_completed(dim)], key=len)


def _only_division(dim: Expr) -> tuple[FloorDiv, int, Dim] | None:
    """The division by a number that is a term of its own and the deepest of all, its factor and the other terms."""
    found = [(atom, factor) for (atom, *others), factor in split_constant(dim)[0] if not others]
    divisions = [(atom, factor) for atom, factor in found if isinstance(atom, FloorDiv)]
    deepest = max((atom.depth for monomial, _ in dim.terms for atom in monomial), default=0)
    top = [(atom, factor) for atom, factor in divisions if atom.depth == deepest]
    if len(top) != 1 or not isinstance(top[0][0].denominator, int):
        return None
    atom, factor = top[0]
    return atom, factor, build({monomial: count for monomial, count in dim.terms if monomial != (atom,)})


def _has_constant(dim: Dim) -> bool:
    return isinstance(dim, Expr) and split_constant(dim)[1] != 0


def _as_quotient(atom: FloorDiv, rest: Dim) -> str:
    """`rest + a // n` as `(rest*n + a) // n`: what folding took out reads better where people put it."""
    return f"({_written(atom.numerator + rest * atom.denominator)}) // {_written(atom.denominator)}"


def _as_remainder(atom: FloorDiv, factor: int, rest: Dim) -> str | None:
    """`k*a - k*n*(a // n)` as `k*(a % n)`, with a constant behind it."""
    assert isinstance(atom.denominator, int)
    times, left = divmod(-factor, atom.denominator)
    constant = rest - atom.numerator * times
    if left or times < 1 or not isinstance(constant, int):
        return None
    inner = f"{_operand(atom.numerator)} % {atom.denominator}"
    if times == 1 and not constant:
        return inner
    sign = f" {'-' if constant < 0 else '+'} {abs(constant)}" if constant else ""
    return f"{times}*({inner}){sign}" if times > 1 else f"({inner}){sign}"


def _factors(dim: Dim) -> list[Dim]:
    """Factors of a polynomial, as far as they can be split off one atom at a time; the number in front comes first."""
    if isinstance(dim, int):
        return [dim]
    content = gcd(*(factor for _, factor in dim.terms))
    if dim.terms[0][1] < 0:
        content = -content
    rest = exact_quotient(dim, content)
    assert rest is not None
    factors: list[Dim] = [content] if content != 1 else []
    while isinstance(rest, Expr) and len(rest.terms) > 1:
        found = next((pair for atom in rest.terms[0][0] if (pair := _split_off(rest, atom))), None)
        if found is None:
            break
        factor, rest = found
        factors.append(factor)
    return [*factors, rest] if rest != 1 else factors


def _by(dim: Expr, atom: Atom) -> tuple[dict[Monomial, int], dict[Monomial, int]] | None:
    """`s` and `b` with `s * atom + b == dim`; None where the atom stands to a higher power."""
    slope: dict[Monomial, int] = {}
    base: dict[Monomial, int] = {}
    for monomial, factor in dim.terms:
        left = without(monomial, (atom,))
        if left is None:
            base[monomial] = factor
        elif atom in left:
            return None
        else:
            slope[left] = factor
    return slope, base


def _split_off(dim: Expr, atom: Atom) -> tuple[Dim, Dim] | None:
    """`(atom + c, d)` with `(atom + c) * d == dim`, where the atom stands to the first power only."""
    parts = _by(dim, atom)
    if parts is None:
        return None
    slope, base = parts
    steepness = build(slope)
    shift = exact_quotient(build(base), steepness)
    return None if shift is None or steepness == 1 else (build({(atom,): 1}) + shift, steepness)


def _completed(dim: Expr) -> list[str]:
    """Products with what is left of the sum beside them, `3*(h - 2)*(w - 2) + 5*n`: one way to write it, or none."""
    if len(dim.terms) > MOST_TERMS:
        return []
    parts: list[str] = []
    rest: Dim = dim
    while isinstance(rest, Expr) and len(rest.terms) > 2:
        atoms = dict.fromkeys(atom for monomial, _ in rest.terms if len(monomial) > 1 for atom in monomial)
        found = next((pair for atom in atoms if (pair := _beside(rest, atom))), None)
        if found is None:
            break
        factors = _factors(found[0])
        if any(isinstance(factor, Expr) and len(factor.terms) > 2 for factor in factors):
            break
        parts.append(_product(factors))
        rest = found[1]
    if not parts:
        return []
    written = " + ".join([*parts, *([] if rest == 0 else [_written(rest)])])
    return [written.replace(" + -", " - ")]


def _beside(dim: Expr, atom: Atom) -> tuple[Dim, Dim] | None:
    """`(atom + c) * d` and a rest, which add up to `dim`, where the rest has fewer terms than without `c`."""
    parts = _by(dim, atom)
    if parts is None:
        return None
    slope, base = parts
    lead = next((monomial for monomial in slope if monomial), None)
    if lead is None:
        return None
    shift, odd = divmod(base.get(lead, 0), slope[lead])
    if odd or not shift:
        return None
    steepness = build(slope)
    rest = build(base) - steepness * shift
    fewer = len(rest.terms) if isinstance(rest, Expr) else int(rest != 0)
    return ((build({(atom,): 1}) + shift) * steepness, rest) if fewer < len(base) else None


def _product(factors: list[Dim]) -> str:
    number = prod(factor for factor in factors if isinstance(factor, int))
    front = [str(abs(number))] if abs(number) != 1 else []
    written = "*".join(front + [_operand(factor) for factor in factors if not isinstance(factor, int)])
    return f"-{written}" if number < 0 else written


def _sum(dim: Expr) -> str:
    written = ""
    terms = sorted(dim.terms, key=lambda term: not term[0])
    if terms[0][1] < 0:
        terms.sort(key=lambda term: term[1] < 0)
    for monomial, factor in terms:
        sign = "-" if factor < 0 else "+"
        factors = [str(abs(factor))] if abs(factor) != 1 or not monomial else []
        # A minus in front would bind closer than the division.
        alone = len(monomial) == 1 and not factors and (factor > 0 or bool(written))
        factors += _powers([_atom(atom, alone=alone) for atom in monomial])
        piece = "*".join(factors)
        written = f"{written} {sign} {piece}" if written else ("-" if factor < 0 else "") + piece
    return written


def _powers(factors: list[str]) -> list[str]:
    return [name if (times := factors.count(name)) == 1 else f"{name}**{times}" for name in dict.fromkeys(factors)]


def _atom(atom: Atom, *, alone: bool) -> str:
    if isinstance(atom, Symbol):
        return atom.name
    if isinstance(atom, Extreme):
        return f"{atom.name}({', '.join(map(_written, atom.arguments))})"
    assert isinstance(atom, FloorDiv)
    negative = isinstance(atom.numerator, int) and atom.numerator < 0  # its minus is none between terms
    top = f"({atom.numerator})" if negative else _operand(atom.numerator)
    written = f"{top}//{_operand(atom.denominator)}"
    return written if alone else f"({written})"


def _operand(dim: Dim) -> str:
    """In parentheses where something binds less than a product."""
    written = _written(dim)
    if isinstance(dim, int) or (len(dim.terms) == 1 and dim.terms[0][1] == 1 and "/" not in written):
        simple = isinstance(dim, int) or len(dim.terms[0][0]) == 1
        if simple and "(" not in written.removeprefix("max(").removeprefix("min("):
            return written
    if " // " in written and written.count("//") == 1:
        written = written.replace(" // ", "//")
    return f"({written})"
