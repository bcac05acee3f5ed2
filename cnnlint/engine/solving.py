"""For which sizes a program runs: its constraints, evaluated for every size of a range.

What speaks of one size only is looked at along that size, sizes that meet in one constraint are looked at together.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import compress, product
from operator import and_
from typing import TYPE_CHECKING, Literal

from cnnlint.engine.dimension import Columns, Dim, evaluate, symbol, symbols
from cnnlint.engine.errors import Undetermined
from cnnlint.engine.expression import Atom, Expr, Extreme, FloorDiv, Monomial, Symbol
from cnnlint.engine.joint import Joint, groups
from cnnlint.engine.switches import by_switch

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from cnnlint.engine.constraints import Constraint
    from cnnlint.engine.reshaping import Shape

SPANS = ((1, 512), (1, 320), (1, 128), (1, 64))
"""The ranges of sizes: the first in which the combinations are few enough."""
TRIED = (224, 256, 64, 32, 28, 128, 96, 16, 512, 8, 1)
"""Sizes that models are mostly made for."""
MAX_CONSTRAINTS = 5000
BATCH = "batch"
CHANNELS = ("channels", "features", "dim")
"""Sizes that are no matter of an image's height and width; `_2` tells a second one apart."""
BATCHES = (2, 3)
"""A program runs at a size if it does for any number of samples; what divides, or equals, for both does for all."""


@dataclass(frozen=True, slots=True)
class Solution:
    """The sizes within `span` for which all constraints are met.

    `square`: where all sizes are equal; `axes`: for each size those for which some choice of the others works;
    `independent`: any combination of those does.
    """

    span: tuple[int, int]
    square: tuple[int, ...]
    axes: Mapping[str, tuple[int, ...]]
    independent: bool


def solve(constraints: Iterable[Constraint], names: Sequence[str]) -> Solution | None:
    """`solve_cases` where there is one case."""
    return solve_cases([constraints], names)


def solve_cases(cases: Sequence[Iterable[Constraint]], names: Sequence[str]) -> Solution | None:
    """The sizes of these names for which the constraints of one of the cases hold; None where that cannot be told.

    That is so where they speak of other open sizes, or where the program took a case that is assumed only.
    """
    every = [case for constraints in cases for case in by_switch(at_any_batch(constraints))]
    flat = [[(_symbols(each), each) for each in constraints] for constraints in every]
    if sum(map(len, flat)) > MAX_CONSTRAINTS or not all(found <= set(names) for case in flat for found, _ in case):
        return None
    try:
        for span in SPANS:
            searches = [_Search(case, names, span) for case in flat]
            if all(search.run() for search in searches):
                return union([search.solution() for search in searches])
    except (Undetermined, ZeroDivisionError):
        pass
    return None


def is_met_somewhere(constraints: Iterable[Constraint], names: Iterable[str]) -> bool:
    """Whether a quick look finds sizes that meet them all, for any number of samples: some at which all are equal."""
    given = at_any_batch(constraints)
    columns = Columns(
        {**dict.fromkeys(names, TRIED), **{key: [n] * len(TRIED) for key, n in required_numbers(given).items()}}
    )
    rows = [True] * len(TRIED)
    try:
        for each in given:
            rows = list(map(and_, rows, each.holds_for_all(columns)))
            if not any(rows):
                return False
    except (Undetermined, ZeroDivisionError):
        return False
    return True


def union(solutions: Sequence[Solution]) -> Solution:
    """The sizes of all of them together."""
    found = [each for each in solutions if all(each.axes.values())] or solutions[:1]
    if len(found) == 1:
        return found[0]
    square = tuple(sorted({size for each in found for size in each.square}))
    axes = {name: tuple(sorted({size for each in found for size in each.axes[name]})) for name in found[0].axes}
    whole = all(each.independent for each in found) and _fill([each.axes for each in found])
    return Solution(found[0].span, square, axes, whole)


def _fill(boxes: Sequence[Mapping[str, tuple[int, ...]]]) -> bool:
    """Whether every choice of one size for each name, each out of any of the boxes, is in one of them."""
    signs: list[set[frozenset[int]]] = []
    for name in boxes[0]:
        inside = [set(box[name]) for box in boxes]
        sizes = set[int]().union(*inside)
        signs.append({frozenset(at for at, own in enumerate(inside) if size in own) for size in sizes})
    return all(frozenset.intersection(*chosen) for chosen in product(*signs))


def open_sizes(inputs: Sequence[Shape], constraints: Iterable[Constraint]) -> tuple[str, ...]:
    """The names in the inputs' shapes, in their order: not the batch, nor channels of which nothing is required."""
    names: dict[str, None] = {}
    for shape in inputs:
        for dim in shape:
            names.update(dict.fromkeys(sorted(symbols(dim) - {BATCH})))
    free = {name for name in names if name.rstrip("_0123456789") in CHANNELS}
    needed = {name for each in constraints for name in _symbols(each)} if free else free
    return tuple(name for name in names if name not in free or name in needed)


def required_in_all(cases: Iterable[Iterable[Constraint]]) -> dict[str, int]:
    """Channels that the constraints of every case that can be require to be one number."""
    found = [required_numbers(constraints) for constraints in map(list, cases) if not any(map(is_never, constraints))]
    shared = found[0].items() if found else ()
    return {name: number for name, number in shared if all(each.get(name) == number for each in found)}


def ties(constraints: Iterable[Constraint], names: Sequence[str]) -> dict[str, Dim]:
    """Sizes that have to be the same as another one, which comes before them."""
    found: dict[str, Dim] = {}
    for each in constraints:
        pair = [name for name in names if symbol(name) in (each.left, each.right)]
        if each.relation == "equal" and len(pair) == 2:
            first = found.get(pair[0], symbol(pair[0]))
            found.setdefault(pair[1], first)
    return found


def is_never(constraint: Constraint) -> bool:
    """Whether it is a condition without any size that no size meets."""
    sizes = (constraint.left, constraint.right)
    return constraint.relation == "equal" and all(isinstance(size, int) for size in sizes) and sizes[0] != sizes[1]


def is_out_of_reach(constraint: Constraint) -> bool:
    """Whether it is surely met by no sizes of the ranges that are looked at, for any number of samples."""
    return any(map(_is_unreachable, at_any_batch([constraint])))


def _is_unreachable(constraint: Constraint) -> bool:
    if is_never(constraint):
        return True
    left, right = constraint.left, constraint.right
    if constraint.relation not in ("equal", "at-least") or not isinstance(right, int) or not _grows(left):
        return False
    return evaluate(left, dict.fromkeys(symbols(left), SPANS[0][1])) < right


def required_numbers(constraints: Iterable[Constraint]) -> dict[str, int]:
    """Channels that the constraints require to be one number."""
    found: dict[str, int] = {}
    for each in constraints:
        names = _symbols(each) if each.relation == "equal" else frozenset()
        if len(names) == 1 and (name := next(iter(names))).rstrip("_0123456789") in CHANNELS:
            number = _root(each.left - each.right, symbol(name))
            if number is not None:
                found.setdefault(name, number)
    return found


def _root(difference: Dim, size: Dim) -> int | None:
    """The size for which a multiple of it, plus a number, is 0."""
    slope = difference.terms[0][1] if isinstance(difference, Expr) else 0
    rest = difference - slope * size
    return -rest // slope if slope and isinstance(rest, int) and rest % slope == 0 else None


def bind(inputs: Sequence[Shape], shapes: Sequence[Sequence[int]]) -> dict[str, int] | Literal[False] | None:
    """The open sizes that make these shapes, without the batch axis, of the inputs'.

    False where a number of theirs is another one, None where they cannot be compared.
    """
    values: dict[str, int] = {}
    if len(inputs) != len(shapes) or any(len(one) != len(other) + 1 for one, other in zip(inputs, shapes, strict=True)):
        return None
    pairs = [pair for one, other in zip(inputs, shapes, strict=True) for pair in zip(one[1:], other, strict=True)]
    for dim, size in pairs:
        if isinstance(dim, int):
            if dim != size:
                return False
        elif names := symbols(dim):
            (name, *others) = names
            if others or values.setdefault(name, size) != size or evaluate(dim, {name: size}) != size:
                return None
    return values


def at_any_batch(constraints: Iterable[Constraint]) -> list[Constraint]:
    """The constraints with the number of samples put in, each once; those that are met anyway left out."""
    found: dict[Constraint, None] = {}
    for each in constraints:
        if BATCH not in _symbols(each):
            found[each] = None
            continue
        for batch in BATCHES:
            made = each.substituted({BATCH: batch})
            if not (isinstance(made.left, int) and isinstance(made.right, int) and made.holds({})):
                found[made] = None
    return list(found)


def _symbols(constraint: Constraint) -> frozenset[str]:
    left, right = constraint.left, constraint.right
    if isinstance(right, int):
        return symbols(left)
    return symbols(left) | symbols(right)


def verdict(constraints: Iterable[Constraint], values: Mapping[str, int]) -> bool | None:
    """Whether the constraints are met at these sizes, for any number of samples; None where that cannot be told."""
    unknown = False
    for each in at_any_batch(constraints):
        try:
            met = each.holds(values)
        except (Undetermined, ZeroDivisionError):
            unknown = True
            continue
        if not met and each.assumed:
            return None
        if not met:
            return False
    return None if unknown else True


def first_broken(constraints: Iterable[Constraint], values: Mapping[str, int]) -> Constraint | None:
    """The first of the constraints that is not met at these sizes, as far as the run comes for sure."""
    for each in constraints:
        try:
            met = [each.holds({BATCH: batch, **values}) for batch in BATCHES]
        except (Undetermined, ZeroDivisionError):
            continue
        if not all(met):
            return None if each.assumed else each
    return None


@dataclass
class _Search:
    constraints: Sequence[tuple[frozenset[str], Constraint]]
    names: Sequence[str]
    span: tuple[int, int]
    allowed: dict[str, list[int]] = field(default_factory=dict)
    joint: list[Joint] = field(default_factory=list)
    possible: bool = True

    def run(self) -> bool:
        """Look for the sizes; False where there are too many combinations. Raises Undetermined."""
        alone: dict[str, list[Constraint]] = {name: [] for name in self.names}
        together: list[tuple[frozenset[str], Constraint]] = []
        for found, each in self.constraints:
            if len(found) > 1:
                together.append((found, each))
            elif found:
                alone[next(iter(found))].append(each)
            elif not each.holds({}):
                if each.assumed:
                    raise Undetermined("what is assumed does not hold")
                self.possible = False
        self.allowed = {name: _along(name, alone[name], self.span) for name in self.names}
        for group, members in groups([each for each in together if not _is_met_by_least(each[1], self.allowed)]):
            part = Joint(tuple(name for name in self.names if name in group), members, self.allowed)
            if not part.run():
                return False
            self.joint.append(part)
        return True

    def solution(self) -> Solution:
        """What was found."""
        axes = {name: tuple(values) for name, values in self.allowed.items()}
        for part in self.joint:
            axes.update(part.axes())
        if not self.possible or not all(axes.values()):
            return Solution(self.span, (), dict.fromkeys(axes, ()), independent=True)
        return Solution(self.span, self._square(), axes, all(part.independent for part in self.joint))

    def _square(self) -> tuple[int, ...]:
        rows = sorted(set.intersection(*map(set, self.allowed.values())))
        columns = Columns(dict.fromkeys(self.names, rows))
        for part in self.joint:
            for each in part.constraints:
                met = each.holds_for_all(columns)
                if not all(met):
                    rows = list(compress(rows, met))
                    columns = Columns(dict.fromkeys(self.names, rows))
        return tuple(rows)


# --- one size ---------------------------------------------------------------------------------------------------------


def _along(name: str, constraints: Sequence[Constraint], span: tuple[int, int]) -> list[int]:
    """The values of one size that meet the constraints which speak of no other. Raises Undetermined."""
    first, last = span
    rest: list[Constraint] = []
    for index, each in enumerate(constraints):
        if each.assumed:
            _check_excluded(each, constraints[:index], Columns({name: range(span[0], last + 1)}))
        elif each.relation == "at-least" and isinstance(each.right, int) and _grows(each.left):
            first = _least(name, each, first, last)
        else:
            rest.append(each)
    rows = list(range(first, last + 1))
    columns = Columns({name: rows})
    for each in rest:
        met = each.holds_for_all(columns)
        if not all(met):
            rows = list(compress(rows, met))
            columns = Columns({name: rows})
    return rows


def _check_excluded(assumed: Constraint, before: Sequence[Constraint], columns: Columns) -> None:
    """Sizes at which the program takes another case must be ones with which it does not come that far.

    Raises Undetermined.
    """
    open_rows = [not met for met in assumed.holds_for_all(columns)]
    for each in before:
        if not any(open_rows):
            break
        if not each.assumed:
            open_rows = [row and met for row, met in zip(open_rows, each.holds_for_all(columns), strict=True)]
    if any(open_rows):
        raise Undetermined("some sizes make another case")


def _is_met_by_least(constraint: Constraint, allowed: Mapping[str, list[int]]) -> bool:
    """Whether it asks for no more than the least of all the values that are left, and so is no matter of the others."""
    difference = constraint.left - constraint.right
    if constraint.assumed or constraint.relation not in {"at-least", "differs"} or not _grows(difference):
        return False
    if not all(allowed.values()):
        return False
    least = evaluate(difference, {name: values[0] for name, values in allowed.items()})
    return least > 0 or (least == 0 and constraint.relation == "at-least")


def _grows(dim: Dim) -> bool:
    """Whether the value surely does not fall where a size in it grows."""
    if isinstance(dim, int):
        return True
    return all(factor > 0 and _product_grows(monomial) for monomial, factor in dim.terms if monomial)


def _product_grows(monomial: Monomial) -> bool:
    positive = len(monomial) == 1 or all(atom.interval[0] is not None and atom.interval[0] >= 0 for atom in monomial)
    return positive and all(map(_atom_grows, monomial))


def _atom_grows(atom: Atom) -> bool:
    match atom:
        case Symbol():
            return True
        case FloorDiv(denominator=int(), numerator=numerator):
            return _grows(numerator)
        case Extreme(arguments=arguments):
            return all(map(_grows, arguments))
        case _:
            return False


def _least(name: str, constraint: Constraint, first: int, last: int) -> int:
    """The first size from `first` on at which a growing constraint is met; behind `last` where there is none."""
    if constraint.holds({name: first}):
        return first
    low, high = first, last + 1
    while high - low > 1:
        middle = (low + high) // 2
        if constraint.holds({name: middle}):
            high = middle
        else:
            low = middle
    return high
