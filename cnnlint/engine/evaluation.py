"""Putting numbers or other expressions in the place of symbols."""

from __future__ import annotations

from math import prod
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
    maximum,
    minimum,
    product,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


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
