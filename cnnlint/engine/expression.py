"""Integer expressions over named unknowns, kept canonical: the arithmetic behind `cnnlint.engine.dimension`.

An `Expr` is a polynomial with integer coefficients over atoms: symbols, floor divisions, maxima and minima. A remainder
is no atom of its own: `a % b` is `a - b*(a//b)`, so that padding to a multiple folds as far as it can. A constant is an
`int`, never an `Expr`.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import count
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

    __slots__ = ("_hash", "terms")

    terms: tuple[tuple[Monomial, int], ...]

    def __init__(self, terms: tuple[tuple[Monomial, int], ...]) -> None:
        self.terms = terms
        self._hash = hash(terms)

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
        return _floor_div(self, other) if isinstance(other, (int, Expr)) else NotImplemented

    def __rfloordiv__(self, other: Dim) -> Dim:
        return _floor_div(other, self) if isinstance(other, int) else NotImplemented

    def __mod__(self, other: Dim) -> Dim:
        return self - other * _floor_div(self, other) if isinstance(other, (int, Expr)) else NotImplemented

    def __rmod__(self, other: Dim) -> Dim:
        return other - self * _floor_div(other, self) if isinstance(other, int) else NotImplemented


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


def as_expr(atom: Atom) -> Expr:
    """The atom alone; one that is too large becomes an unknown."""
    if atom.depth > MAX_DEPTH or len(atom.key) > MAX_KEY:
        return _overflow()
    if len(_atoms) > MAX_INTERNED:
        _atoms.clear()
    return Expr((((_atoms.setdefault(atom.key, atom),), 1),))


def symbol(name: str, minimum: int = 1) -> Expr:
    """A named size that is not known; the same name and minimum give the same size."""
    return as_expr(Symbol(name, minimum))


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
    return as_expr(Extreme(name, tuple(sorted(kept, key=_key))))


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
    return not isinstance(dim, int) and any(name.startswith("?") for name in symbols(dim))


def bounds(dim: Dim) -> Interval:
    """Numbers that the value lies between, both inclusive; `None` where there is none that is known."""
    return (dim, dim) if isinstance(dim, int) else _bounds(dim)


@lru_cache(maxsize=8192)
def _bounds(expr: Expr) -> Interval:
    # Bounds need to know how divisions are built, and those how they are bounded.
    from cnnlint.engine.bounding import lower

    high = lower(-expr)
    return lower(expr), None if high is None else -high


def _floor_div(numerator: Dim, denominator: Dim) -> Dim:
    from cnnlint.engine.division import floor_div

    return floor_div(numerator, denominator)


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
