"""Conditions on sizes taken one way and the other, a run for each: what a program requires in every case of its own."""

from __future__ import annotations

from itertools import compress
from typing import TYPE_CHECKING

from cnnlint.engine.constraints import Constraint, doubt, note
from cnnlint.engine.dimension import Columns, symbols
from cnnlint.engine.errors import Undetermined
from cnnlint.interpreter.conditions import condition_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from cnnlint.interpreter.values import Value

MAX_CASES, MAX_CHOICES = 24, 10
"""So many runs, and choices in one of them, are looked at."""
SIZES = range(1, 513)
"""Sizes of which one has to be left for a case to be looked at."""
SAMPLES = (2, 3)


class Cases:
    """Decides conditions on sizes for one run after the other, until every combination has been run."""

    def __init__(self) -> None:
        self.plan: list[bool] = []
        """What the present run decides where it is free to, as far as that is fixed."""
        self.count = 0
        self.start()

    def start(self) -> None:
        """Begin a run, or begin it again."""
        self.made: list[bool] = []
        self.known: dict[Constraint, bool] = {}
        self.left: dict[str, Sequence[int]] = {}

    def next(self) -> bool:
        """Prepare the next run; False after the last. Raises Undetermined where there are too many."""
        self.count += 1
        while self.made and not self.made[-1]:
            self.made.pop()
        if not self.made:
            return False
        if self.count >= MAX_CASES:
            raise Undetermined("there are too many cases")
        self.plan = [*self.made[:-1], False]
        self.start()
        return True

    @property
    def taken(self) -> list[Constraint]:
        """The constraints of this case."""
        return [constraint for constraint, met in self.known.items() if met]

    def decide(self, value: Value) -> bool | None:
        """Whether an undecided value is true in this case; None where it is no matter of sizes."""
        condition = condition_of(value)
        if condition.holds is not None:
            return self._all(condition.holds)
        return None if condition.fails is None else not self._all(condition.fails)

    def _all(self, constraints: Iterable[Constraint]) -> bool:
        return all(self._is_met(each) for each in constraints)

    def _is_met(self, constraint: Constraint) -> bool:
        found = self.known.get(constraint)
        if found is None:
            opposite = opposite_of(constraint)
            found = self._choose(constraint, opposite)
            self.known[constraint], self.known[opposite] = found, not found
        note(constraint if found else opposite_of(constraint))
        return found

    def _choose(self, constraint: Constraint, opposite: Constraint) -> bool:
        rows = self._rows(constraint)
        if rows is not None and (all(rows) or not any(rows)):
            return all(rows)
        at = len(self.made)
        found = self.plan[at] if at < len(self.plan) else True
        self.made.append(found)
        if at >= MAX_CHOICES:
            raise Undetermined("there are too many cases")
        if rows is not None:
            (name,) = symbols(constraint.left) | symbols(constraint.right)
            kept = self._rows(constraint if found else opposite)
            assert kept is not None
            self.left[name] = list(compress(self.left[name], kept))
        return found

    def _rows(self, constraint: Constraint) -> list[bool] | None:
        """Size by size that is left, whether it is met; None for what speaks of several sizes."""
        names = symbols(constraint.left) | symbols(constraint.right)
        if len(names) != 1:
            return None
        (name,) = names
        left = self.left.setdefault(name, SAMPLES if name == "batch" else SIZES)
        try:
            return constraint.holds_for_all(Columns({name: left}))
        except (Undetermined, ZeroDivisionError):
            return None


def opposite_of(constraint: Constraint) -> Constraint:
    """The constraint that is met just where this one is not."""
    left, right = constraint.left, constraint.right
    match constraint.relation:
        case "equal":
            return Constraint("differs", left, right)
        case "differs":
            return Constraint("equal", left, right)
        case "at-least":
            return Constraint("at-least", right, left + 1)
        case _:
            doubt("a condition has no opposite that a constraint says")
            return constraint
