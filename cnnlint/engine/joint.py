"""Sizes that meet in one constraint (`64*(h//4)*(w//4) == 400`), looked at together.

One of each class is enough: sizes between which no constraint can tell, since every division comes out alike, are one.
"""

from __future__ import annotations

from itertools import compress
from math import prod
from typing import TYPE_CHECKING

from cnnlint.engine.dimension import Columns, Dim, symbols
from cnnlint.engine.errors import Undetermined
from cnnlint.engine.expression import Atom, Extreme, FloorDiv, Monomial, as_expr, build

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cnnlint.engine.constraints import Constraint

MAX_COMBINATIONS = 110_000
SAMPLE = 401
"""So many combinations tell which constraint to look at first."""


def groups(together: list[tuple[frozenset[str], Constraint]]) -> list[tuple[frozenset[str], list[Constraint]]]:
    """The constraints by the sizes that they join, directly or by way of others."""
    groups: list[tuple[frozenset[str], list[Constraint]]] = []
    for names, constraint in together:
        near = [group for group in groups if group[0] & names]
        groups = [group for group in groups if not group[0] & names]
        union = names.union(*(group[0] for group in near))
        groups.append((union, [*(each for group in near for each in group[1]), constraint]))
    return groups


class Joint:
    """Sizes that are looked at together."""

    def __init__(self, names: tuple[str, ...], constraints: list[Constraint], allowed: Mapping[str, list[int]]) -> None:
        self.names = names
        self.constraints = constraints
        self.classes: list[list[list[int]]] = []
        """For each size its values, those together that no constraint can tell apart."""
        self.rows: dict[str, list[int]] = {}
        """The combinations that work, by the first value of each class."""
        atoms: dict[str, set[Atom]] = {name: set() for name in names}
        for each in constraints:
            if each.assumed:
                raise Undetermined("some sizes make another case")
            _leaves(each.left, atoms)
            _leaves(each.right, atoms)
        for name in names:
            columns = Columns({name: allowed[name]})
            classes: dict[tuple[int, ...], list[int]] = {}
            signs = zip(*(columns.evaluate(as_expr(atom)) for atom in atoms[name]), strict=True)
            for value, sign in zip(allowed[name], signs, strict=True):
                classes.setdefault(sign, []).append(value)
            self.classes.append(list(classes.values()))

    def run(self) -> bool:
        """Find the combinations that work; False where there are too many to look at. Raises Undetermined."""
        heads = [[values[0] for values in classes] for classes in self.classes]
        candidates = self._by_equality(heads)
        if candidates is None:
            if prod(map(len, heads)) > MAX_COMBINATIONS:
                return False
            candidates = _combinations(heads)
        rows = candidates
        for each in self._ordered(rows):
            met = each.holds_for_all(Columns(dict(zip(self.names, rows, strict=True))))
            if not all(met):
                rows = [list(compress(column, met)) for column in rows]
        self.rows = dict(zip(self.names, rows, strict=True))
        return True

    def _ordered(self, rows: list[list[int]]) -> list[Constraint]:
        """The constraints, those first that the fewest of the combinations meet."""
        step = len(rows[0]) // SAMPLE
        if step < 2 or len(self.constraints) == 1:
            return self.constraints
        columns = Columns(dict(zip(self.names, [column[::step] for column in rows], strict=True)))
        return sorted(self.constraints, key=lambda each: sum(each.holds_for_all(columns)))

    def _by_equality(self, heads: list[list[int]]) -> list[list[int]] | None:
        """Candidates from an equation that tells one size for each choice of the others; None without one."""
        equations = [each for each in self.constraints if each.relation == "equal"]
        return next((found for each in equations if (found := self._solved(each, heads)) is not None), None)

    def _solved(self, equation: Constraint, heads: list[list[int]]) -> list[list[int]] | None:
        """What fulfils `base(others) + slope(others) * part(last) == 0`, the last size being the one of most classes.

        None for an equation of another form, and where there are too many combinations of the others.
        """
        at = max(range(len(heads)), key=lambda index: len(heads[index]))
        last, others = heads[at], [*heads[:at], *heads[at + 1 :]]
        if prod(map(len, others)) > MAX_COMBINATIONS:
            return None
        terms = _by_part(equation.left - equation.right, self.names[at])
        if terms is None:
            return None
        part, slope, base = terms
        rows = _combinations(others)
        columns = Columns(dict(zip((*self.names[:at], *self.names[at + 1 :]), rows, strict=True)))
        wanted: dict[int, list[int]] = {}
        for value, head in zip(Columns({self.names[at]: last}).evaluate(part), last, strict=True):
            wanted.setdefault(value, []).append(head)
        chosen: list[int] = []
        lasts: list[int] = []
        for index, (start, steep) in enumerate(zip(columns.evaluate(base), columns.evaluate(slope), strict=True)):
            if steep == 0:
                found = last if start == 0 else []
            else:
                found = [] if start % steep else wanted.get(-start // steep, [])
            chosen += [index] * len(found)
            lasts += found
        made = [[column[index] for index in chosen] for column in rows]
        return [*made[:at], lasts, *made[at:]]

    def axes(self) -> dict[str, tuple[int, ...]]:
        """For each size the values for which some choice of the others works."""
        found = {}
        for name, classes in zip(self.names, self.classes, strict=True):
            heads = set(self.rows[name])
            found[name] = tuple(sorted(value for values in classes if values[0] in heads for value in values))
        return found

    @property
    def independent(self) -> bool:
        """Whether any combination of those works."""
        count = len(next(iter(self.rows.values())))
        return count == prod(len(set(column)) for column in self.rows.values())


def _combinations(heads: list[list[int]]) -> list[list[int]]:
    """All of them, as a column for each size."""
    columns: list[list[int]] = []
    after = prod(map(len, heads))
    before = 1
    for values in heads:
        after //= len(values) or 1
        columns.append([value for value in values for _ in range(after)] * before)
        before *= len(values)
    return columns


def _by_part(difference: Dim, name: str) -> tuple[Dim, Dim, Dim] | None:
    """A part that speaks of that size only, a slope and a base that do not: `base + slope * part`; None if none."""
    if isinstance(difference, int):
        return None
    by_part: dict[Monomial, Dim] = {}
    for monomial, factor in difference.terms:
        within = [name in symbols(as_expr(atom)) for atom in monomial]
        if any(inside and len(symbols(as_expr(atom))) > 1 for atom, inside in zip(monomial, within, strict=True)):
            return None
        part = tuple(compress(monomial, within))
        rest = tuple(compress(monomial, (not inside for inside in within)))
        by_part[part] = by_part.get(part, 0) + build({rest: factor})
    base = by_part.pop((), 0)
    if len(by_part) != 1:
        return None
    ((part, slope),) = by_part.items()
    return build({part: 1}), slope, base


def _leaves(dim: Dim, into: dict[str, set[Atom]]) -> None:
    """Sort the largest parts of an expression that speak of one size by that size."""
    if isinstance(dim, int):
        return
    for monomial, _ in dim.terms:
        for atom in monomial:
            names = symbols(as_expr(atom))
            if len(names) == 1:
                into[next(iter(names))].add(atom)
            elif isinstance(atom, FloorDiv):
                _leaves(atom.numerator, into)
                _leaves(atom.denominator, into)
            elif isinstance(atom, Extreme):
                for argument in atom.arguments:
                    _leaves(argument, into)
