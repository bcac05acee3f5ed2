"""Integer expressions over named unknowns, kept canonical: the arithmetic behind `cnnlint.engine.dimension`.

An `Expr` is a polynomial with integer coefficients over atoms: symbols, floor divisions, maxima and minima. A remainder
is no atom of its own: `a % b` is `a - b*(a//b)`, so that padding to a multiple folds as far as it can. A constant is an
`int`, never an `Expr`.
"""

from __future__ import annotations

from itertools import count
from math import gcd
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

MAX_TERMS = 64
MAX_DEPTH = 64
MAX_DEGREE = 32
MAX_BITS = 512
MAX_KEY = 4000
MAX_INTERNED = 20_000

Interval: TypeAlias = "tuple[int | None, int | None]"


class Atom:
    """What cannot be taken apart by addition and multiplication; equal when the keys are."""

    __slots__ = ("_hash", "depth", "interval", "key")

    key: str
    depth: int
    interval: Interval

    def _seal(self, key: str, depth: int, interval: Interval) -> None:
        self.key = key
        self.depth = depth
        self.interval = interval
        self._hash = hash(key)

    def __eq__(self, other: object) -> bool:
        return self is other or (isinstance(other, Atom) and self.key == other.key)

    def __hash__(self) -> int:
        return self._hash

    def __repr__(self) -> str:
        return self.key


class Symbol(Atom):
    """A size that is not known, at least `minimum` (`None`: not even that is known)."""

    __slots__ = ("minimum", "name")

    def __init__(self, name: str, minimum: int | None = 1) -> None:
        self.name = name
        self.minimum = minimum
        self._seal(f"{name}@{minimum}", 0, (minimum, None))

    def __reduce__(self) -> tuple[type[Symbol], tuple[str, int | None]]:
        return Symbol, (self.name, self.minimum)


class FloorDiv(Atom):
    """`numerator // denominator`, in lowest terms; built by `floor_div` only."""

    __slots__ = ("denominator", "numerator")

    def __init__(self, numerator: Dim, denominator: Dim) -> None:
        self.numerator = numerator
        self.denominator = denominator
        depth = 1 + max(_depth(numerator), _depth(denominator))
        key = f"~({_key(numerator)})//({_key(denominator)})"
        self._seal(key, depth, _quotient_interval(bounds(numerator), bounds(denominator)))

    def __reduce__(self) -> tuple[type[FloorDiv], tuple[Dim, Dim]]:
        return FloorDiv, (self.numerator, self.denominator)


class Extreme(Atom):
    """The largest (`max`) or smallest (`min`) of `arguments`; built by `maximum` and `minimum` only."""

    __slots__ = ("arguments", "name")

    def __init__(self, name: Literal["max", "min"], arguments: tuple[Dim, ...]) -> None:
        self.name = name
        self.arguments = arguments
        lows, highs = zip(*map(bounds, arguments), strict=True)
        some, every = (lows, highs) if name == "max" else (highs, lows)
        pick = max if name == "max" else min
        known = [bound for bound in some if bound is not None]
        near = pick(known) if known else None
        far = None if None in every else pick(every)
        interval = (near, far) if name == "max" else (far, near)
        key = f"~{name}({','.join(map(_key, arguments))})"
        self._seal(key, 1 + max(map(_depth, arguments)), interval)

    def __reduce__(self) -> tuple[type[Extreme], tuple[str, tuple[Dim, ...]]]:
        return Extreme, (self.name, self.arguments)


Monomial: TypeAlias = "tuple[Atom, ...]"
"""A product of atoms, sorted by key, an atom repeated as often as its power; the empty one is the constant."""


class Expr:
    """A canonical polynomial; `==` compares structure (use `equal` for values), there is no `<` (use `less`)."""

    __slots__ = ("_hash", "span", "terms")

    terms: tuple[tuple[Monomial, int], ...]

    def __init__(self, terms: tuple[tuple[Monomial, int], ...]) -> None:
        self.terms = terms
        self._hash = hash(terms)
        self.span: Interval | None = None

    def __reduce__(self) -> tuple[type[Expr], tuple[tuple[tuple[Monomial, int], ...]]]:
        return Expr, (self.terms,)

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        return isinstance(other, Expr) and self._hash == other._hash and self.terms == other.terms

    def __hash__(self) -> int:
        return self._hash

    def __repr__(self) -> str:
        return f"Expr({_key(self)})"

    def __neg__(self) -> Expr:
        return Expr(tuple((monomial, -factor) for monomial, factor in self.terms))

    def __add__(self, other: Dim) -> Dim:
        if isinstance(other, int):
            return self._plus(other)
        if not isinstance(other, Expr):
            return NotImplemented
        terms = dict(self.terms)
        for monomial, factor in other.terms:
            terms[monomial] = terms.get(monomial, 0) + factor
        return build(terms)

    __radd__ = __add__

    def _plus(self, number: int) -> Expr:
        head, constant = split_constant(self)
        return Expr((*head, ((), constant + number))) if constant + number else Expr(head)

    def __sub__(self, other: Dim) -> Dim:
        if not isinstance(other, (int, Expr)):
            return NotImplemented
        return self + -other

    def __rsub__(self, other: Dim) -> Dim:
        return -self + other

    def __mul__(self, other: Dim) -> Dim:
        if isinstance(other, int):
            if other == 0:
                return 0
            return build({monomial: factor * other for monomial, factor in self.terms})
        if not isinstance(other, Expr):
            return NotImplemented
        if len(self.terms) * len(other.terms) > MAX_TERMS * MAX_TERMS // 4:
            return _overflow()
        terms: dict[Monomial, int] = {}
        for left, factor in self.terms:
            for right, other_factor in other.terms:
                monomial = _times(left, right)
                terms[monomial] = terms.get(monomial, 0) + factor * other_factor
        return build(terms)

    __rmul__ = __mul__

    def __pow__(self, exponent: int) -> Dim:
        if not isinstance(exponent, int) or exponent < 0:
            return NotImplemented
        if exponent > MAX_DEGREE:
            return _overflow()
        return product((self,) * exponent)

    def __floordiv__(self, other: Dim) -> Dim:
        return floor_div(self, other) if isinstance(other, (int, Expr)) else NotImplemented

    def __rfloordiv__(self, other: Dim) -> Dim:
        return floor_div(other, self) if isinstance(other, int) else NotImplemented

    def __mod__(self, other: Dim) -> Dim:
        return self - other * floor_div(self, other) if isinstance(other, (int, Expr)) else NotImplemented

    def __rmod__(self, other: Dim) -> Dim:
        return other - self * floor_div(other, self) if isinstance(other, int) else NotImplemented


Dim: TypeAlias = "int | Expr"

_atoms: dict[str, Atom] = {}
_numbers = count()


def build(terms: Mapping[Monomial, int]) -> Dim:
    """The canonical expression of a sum of monomials; one that is too large becomes an unknown."""
    items = [(monomial, factor) for monomial, factor in terms.items() if factor]
    if not items:
        return 0
    if len(items) == 1 and not items[0][0]:
        return items[0][1]
    if len(items) > MAX_TERMS or any(
        len(monomial) > MAX_DEGREE or factor.bit_length() > MAX_BITS for monomial, factor in items
    ):
        return _overflow()
    items.sort(key=_order)
    return Expr(tuple(items))


def _order(term: tuple[Monomial, int]) -> tuple[int, list[str]]:
    # Graded lexicographic: an order that multiplication keeps, as polynomial division needs.
    return -len(term[0]), [atom.key for atom in term[0]]


def _times(left: Monomial, right: Monomial) -> Monomial:
    if not left:
        return right
    if not right:
        return left
    return tuple(sorted(left + right, key=lambda atom: atom.key))


def _overflow() -> Expr:
    return Expr((((Symbol(f"?{next(_numbers)}", None),), 1),))


def _wrap(atom: Atom) -> Expr:
    if atom.depth > MAX_DEPTH or len(atom.key) > MAX_KEY:
        return _overflow()
    if len(_atoms) > MAX_INTERNED:
        _atoms.clear()
    return Expr((((_atoms.setdefault(atom.key, atom),), 1),))


def symbol(name: str, minimum: int = 1) -> Expr:
    """A named size that is not known; the same name and minimum give the same size."""
    return _wrap(Symbol(name, minimum))


def unknown_dim() -> Expr:
    """A fresh size without a name, of which nothing but `>= 0` is known; equal to itself only."""
    return Expr((((Symbol(f"?{next(_numbers)}", 0),), 1),))


def split_constant(expr: Expr) -> tuple[tuple[tuple[Monomial, int], ...], int]:
    """The terms that hold an atom, and the constant."""
    last, factor = expr.terms[-1]
    return (expr.terms, 0) if last else (expr.terms[:-1], factor)


def _depth(dim: Dim) -> int:
    return 0 if isinstance(dim, int) else max(atom.depth for monomial, _ in dim.terms for atom in (*monomial, _ZERO))


def _key(dim: Dim) -> str:
    if isinstance(dim, int):
        return str(dim)
    return "+".join("*".join((str(factor), *(atom.key for atom in monomial))) for monomial, factor in dim.terms)


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
    return _wrap(FloorDiv(numerator, divisor))


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
    return quotient + _wrap(FloorDiv(rest, reduced))


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


def product(dims: Iterable[Dim]) -> Dim:
    """The product; 1 for nothing."""
    number = 1
    result: Dim = 1
    for dim in dims:
        if isinstance(dim, int):
            number *= dim
        else:
            result = dim * result
    return result * number


def maximum(*dims: Dim) -> Dim:
    """The largest of the dimensions."""
    return _extreme("max", max, dims)


def minimum(*dims: Dim) -> Dim:
    """The smallest of the dimensions."""
    return _extreme("min", min, dims)


def _extreme(name: Literal["max", "min"], pick: Callable[[list[int]], int], dims: tuple[Dim, ...]) -> Dim:
    numbers = [dim for dim in dims if isinstance(dim, int)]
    kept: list[Dim] = [pick(numbers)] if numbers else []
    for dim in dims:
        if isinstance(dim, int) or any(_beats(name, other, dim) for other in kept):
            continue
        kept = [other for other in kept if not _beats(name, dim, other)]
        kept.append(dim)
    if len(kept) == 1:
        return kept[0]
    return _wrap(Extreme(name, tuple(sorted(kept, key=_key))))


def _beats(name: str, dim: Dim, other: Dim) -> bool:
    low, _ = bounds(dim - other if name == "max" else other - dim)
    return low is not None and low >= 0


def atoms(dim: Dim) -> Iterable[Atom]:
    """Every atom in the expression, those inside of others too."""
    if isinstance(dim, int):
        return
    for monomial, _ in dim.terms:
        for atom in monomial:
            yield atom
            if isinstance(atom, FloorDiv):
                yield from atoms(atom.numerator)
                yield from atoms(atom.denominator)
            elif isinstance(atom, Extreme):
                for argument in atom.arguments:
                    yield from atoms(argument)


def symbols(dim: Dim) -> frozenset[str]:
    """The names of the symbols that the expression depends on."""
    return frozenset(atom.name for atom in atoms(dim) if isinstance(atom, Symbol))


def is_anonymous(dim: Dim) -> bool:
    """Whether a size without a name occurs in the expression."""
    return not isinstance(dim, int) and any(name[0] == "?" for name in symbols(dim))


def bounds(dim: Dim) -> Interval:
    """Numbers that the value lies between, both inclusive; `None` where there is none that is known."""
    if isinstance(dim, int):
        return dim, dim
    if dim.span is None:
        from cnnlint.engine.bounding import lower

        high = lower(-dim)
        dim.span = lower(dim), None if high is None else -high
    return dim.span


def _quotient_interval(numerator: Interval, denominator: Interval) -> Interval:
    (low, high), (small, large) = numerator, denominator
    if small is None or small < 1:
        return None, None
    if small == large:
        return None if low is None else low // small, None if high is None else high // small
    lowest = None if low is None else low // small if low < 0 else 0 if large is None else low // large
    highest = None if high is None else high // small if high >= 0 else -1 if large is None else high // large
    return lowest, highest


_ZERO = Symbol("", 0)
