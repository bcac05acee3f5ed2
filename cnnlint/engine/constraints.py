"""What must hold for a program to run: false is a fault, true is nothing, and what depends on a size is kept."""

from __future__ import annotations

from dataclasses import dataclass
from operator import eq, ge, ne
from typing import TYPE_CHECKING, Literal

from cnnlint.engine.comparison import divides, equal, less
from cnnlint.engine.dimension import Columns, Dim, bounds, evaluate, substitute, symbols
from cnnlint.engine.division import without_common
from cnnlint.engine.errors import Undetermined
from cnnlint.engine.gathering import collect, doubt, note

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from cnnlint.engine.errors import ShapeError

__all__ = [
    "Constraint",
    "can_be",
    "clash",
    "collect",
    "doubt",
    "follows",
    "note",
    "require_at_least",
    "require_equal",
    "require_multiple",
    "short_of",
]


MAX_SIZE = 512
"""Sizes up to this one are looked at: larger ones are met by what grows with the size."""
_WHOLE = {"equal": eq, "at-least": ge, "differs": ne}
"""The relations that Python has a function for, which compares whole columns fast."""


@dataclass(frozen=True)
class Constraint:
    """A condition on open sizes that a running program meets.

    `equal`: left == right; `at-least`: left >= right; `multiple`: left is a multiple of right; `broadcast`: the two are
    equal or one of them is 1; `differs`: left != right. An `assumed` one is not needed: where it does not hold, the
    program runs too, but what came out is the shape of another case (`squeeze` of an axis that happens to be 1).
    """

    relation: Literal["equal", "at-least", "multiple", "broadcast", "differs"]
    left: Dim
    right: Dim
    assumed: bool = False

    def substituted(self, values: Mapping[str, Dim]) -> Constraint:
        """The same with other expressions in the place of symbols."""
        left, right = substitute(self.left, values), substitute(self.right, values)
        return Constraint(self.relation, left, right, self.assumed)

    def holds(self, values: Mapping[str, int]) -> bool:
        """Whether it is met at these sizes. Raises Undetermined where one is missing."""
        return self._compare(evaluate(self.left, values), evaluate(self.right, values))

    def holds_for_all(self, columns: Columns) -> list[bool]:
        """Row by row, whether it is met. Raises Undetermined where a size is missing."""
        left, right = columns.evaluate(self.left), columns.evaluate(self.right)
        if self.relation in _WHOLE:
            return list(map(_WHOLE[self.relation], left, right))
        return list(map(self._compare, left, right))

    def _compare(self, left: int, right: int) -> bool:
        match self.relation:
            case "equal":
                return left == right
            case "at-least":
                return left >= right
            case "multiple":
                return right != 0 and left % right == 0
            case "broadcast":
                return left == right or 1 in {left, right}
            case "differs":
                return left != right


def require_equal(left: Dim, right: Dim, fault: Callable[[], ShapeError]) -> None:
    """Raise the fault where the two can never be equal."""
    if left is right:
        return
    match equal(left, right):
        case False:
            raise fault()
        case None:
            note(Constraint("equal", *without_common(left, right)))


def require_at_least(size: Dim, least: Dim, fault: Callable[[], ShapeError]) -> None:
    """Raise the fault where the size can never be that large."""
    match less(size, least):
        case True:
            raise fault()
        case None:
            note(Constraint("at-least", size, least))


def require_multiple(number: Dim, divisor: Dim, fault: Callable[[], ShapeError]) -> None:
    """Raise the fault where the number can never be a multiple of the divisor."""
    if equal(divisor, 0) is True:
        raise fault()
    match divides(divisor, number):
        case False:
            raise fault()
        case None:
            note(Constraint("multiple", number, divisor))


def clash(left: Dim, right: Dim) -> bool:
    """Whether the two can never be equal; where they may be, the run requires it."""
    answer = equal(left, right)
    if answer is None:
        note(Constraint("equal", *without_common(left, right)))
    return answer is False


def short_of(size: Dim, least: Dim) -> bool:
    """Whether the size can never be that large; where it may be, the run requires it."""
    answer = less(size, least)
    if answer is None:
        note(Constraint("at-least", size, least))
    return answer is True


def follows(constraint: Constraint, others: Iterable[Constraint]) -> bool:
    """Whether a size is surely that large where the others are met; False where that is not known."""
    names = symbols(constraint.left) | symbols(constraint.right)
    if constraint.relation != "at-least" or len(names) != 1:
        return False
    (name,) = names
    columns = Columns({name: range(1, MAX_SIZE + 1)})
    try:
        broken = [not met for met in constraint.holds_for_all(columns)]
        for each in others:
            if any(broken) and symbols(each.left) | symbols(each.right) == names:
                broken = [row and met for row, met in zip(broken, each.holds_for_all(columns), strict=True)]
    except (Undetermined, ZeroDivisionError):
        return False
    return not any(broken)


def can_be(size: Dim, number: int) -> bool:
    """Whether the size may be that number."""
    low, high = bounds(size)
    inside = (low is None or low <= number) and (high is None or high >= number)
    return inside and equal(size, number) is not False
