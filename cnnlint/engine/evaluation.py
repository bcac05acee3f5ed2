"""Putting numbers or other expressions in the place of symbols."""

from __future__ import annotations

from math import prod
from operator import add, floordiv, mul
from typing import TYPE_CHECKING

from cnnlint.engine.division import floor_div
from cnnlint.engine.errors import Undetermined
from cnnlint.engine.expression import (
    Atom,
    Dim,
    Expr,
    Extreme,
    FloorDiv,
    Symbol,
    as_expr,
    maximum,
    minimum,
    product,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence


def transform(dim: Dim, replace: Callable[[Symbol], Dim]) -> Dim:
    """The expression with every symbol replaced, folded again."""
    if isinstance(dim, int):
        return dim
    total: Dim = 0
    for monomial, factor in dim.terms:
        total += product((factor, *(_transform_atom(atom, replace) for atom in monomial)))
    return total


def _transform_atom(atom: Atom, replace: Callable[[Symbol], Dim]) -> Dim:
    if isinstance(atom, Symbol):
        return replace(atom)
    if isinstance(atom, FloorDiv):
        return floor_div(transform(atom.numerator, replace), transform(atom.denominator, replace))
    assert isinstance(atom, Extreme)
    pick = maximum if atom.name == "max" else minimum
    return pick(*(transform(argument, replace) for argument in atom.arguments))


def substitute(dim: Dim, values: Mapping[str, Dim]) -> Dim:
    """The expression with the named symbols replaced; the others stay."""
    if isinstance(dim, int):
        return dim
    return transform(dim, lambda found: values[found.name] if found.name in values else Expr((((found,), 1),)))


class Switched:
    """Expressions with a number in the place of an atom; what several of them share is worked out once."""

    def __init__(self, atom: Atom, number: int) -> None:
        self.atom = atom
        self._known: dict[Atom, Dim] = {atom: number}

    def put(self, dim: Dim) -> Dim:
        """The expression, folded again."""
        if isinstance(dim, int) or not any(self.atom.key in atom.key for monomial, _ in dim.terms for atom in monomial):
            return dim
        total: Dim = 0
        for monomial, factor in dim.terms:
            total += product((factor, *map(self._put_atom, monomial)))
        return total

    def _put_atom(self, atom: Atom) -> Dim:
        found = self._known.get(atom)
        if found is None:
            found = self._known[atom] = self._work_out(atom)
        return found

    def _work_out(self, atom: Atom) -> Dim:
        match atom:
            case FloorDiv():
                return floor_div(self.put(atom.numerator), self.put(atom.denominator))
            case Extreme():
                pick = maximum if atom.name == "max" else minimum
                return pick(*map(self.put, atom.arguments))
            case _:
                return as_expr(atom)


def evaluate(dim: Dim, values: Mapping[str, int]) -> int:
    """The number for given sizes. Raises Undetermined where one is missing, ZeroDivisionError where the division is."""
    if isinstance(dim, int):
        return dim
    return sum(factor * prod(_value(atom, values) for atom in monomial) for monomial, factor in dim.terms)


def _value(atom: Atom, values: Mapping[str, int]) -> int:
    if isinstance(atom, Symbol):
        if atom.name not in values:
            raise Undetermined(f"the size {atom.name} is not known")
        return values[atom.name]
    if isinstance(atom, FloorDiv):
        return evaluate(atom.numerator, values) // evaluate(atom.denominator, values)
    assert isinstance(atom, Extreme)
    numbers = [evaluate(argument, values) for argument in atom.arguments]
    return max(numbers) if atom.name == "max" else min(numbers)


class Columns:
    """Many sizes at once: a column of numbers for each symbol, and one for every expression that is asked for.

    What several expressions share, a division of the same height for one, is worked out once.
    """

    def __init__(self, values: Mapping[str, Sequence[int]]) -> None:
        self.values = values
        self.length = min(map(len, values.values()), default=1)
        self._known: dict[Atom, Sequence[int]] = {}

    def evaluate(self, dim: Dim) -> Sequence[int]:
        """The numbers, row by row. Raises Undetermined for a symbol without a column, ZeroDivisionError."""
        if isinstance(dim, int):
            return [dim] * self.length
        total: Sequence[int] = []
        for monomial, factor in dim.terms:
            column: Sequence[int] | None = None
            for atom in monomial:
                more = self._column(atom)
                column = more if column is None else list(map(mul, column, more))
            scaled = (
                [factor] * self.length if column is None else column if factor == 1 else [factor * x for x in column]
            )
            total = list(map(add, total, scaled)) if total else scaled
        return total

    def _column(self, atom: Atom) -> Sequence[int]:
        found = self._known.get(atom)
        if found is None:
            found = self._known[atom] = self._work_out(atom)
        return found

    def _work_out(self, atom: Atom) -> Sequence[int]:
        if isinstance(atom, Symbol):
            if atom.name not in self.values:
                raise Undetermined(f"the size {atom.name} is not known")
            return self.values[atom.name]
        if isinstance(atom, FloorDiv):
            return list(map(floordiv, self.evaluate(atom.numerator), self.evaluate(atom.denominator)))
        assert isinstance(atom, Extreme)
        columns = [self.evaluate(argument) for argument in atom.arguments]
        return list(map(max if atom.name == "max" else min, *columns))
