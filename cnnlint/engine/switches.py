"""Conditions on several sizes that are a number which is 0 or 1 (`3*min(1, max(0, 32 - min(h, w))) + 1`), told apart.

Where the number is known, what is left mostly speaks of one size at a time.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from cnnlint.engine.constraints import Constraint
from cnnlint.engine.evaluation import Switched
from cnnlint.engine.expression import Extreme, as_expr, atoms, symbols

if TYPE_CHECKING:
    from collections.abc import Sequence

MAX_SWITCHES = 2
"""So many numbers are told apart: each makes twice the cases."""


def by_switch(constraints: Sequence[Constraint], most: int = MAX_SWITCHES) -> list[list[Constraint]]:
    """The constraints where such a number is 0, and where it is 1: one of the two has to be met."""
    switch = _switch(constraints) if most else None
    if switch is None or any(each.assumed for each in constraints):
        return [list(constraints)]
    found: list[list[Constraint]] = []
    for number in (0, 1):
        switched = Switched(switch, number)
        case = dict.fromkeys(
            Constraint(each.relation, switched.put(each.left), switched.put(each.right)) for each in constraints
        )
        made = [each for each in case if not (isinstance(each.left, int) and each.left == each.right)]
        found += by_switch([*made, Constraint("equal", as_expr(switch), number)], most - 1)
    return found


def _switch(constraints: Sequence[Constraint]) -> Extreme | None:
    """The number that is 0 or 1 and depends on several sizes of which most constraints speak, if two do."""
    counts: Counter[Extreme] = Counter()
    for each in constraints:
        counts.update(
            {
                atom
                for dim in (each.left, each.right)
                for atom in atoms(dim)
                if isinstance(atom, Extreme) and atom.interval == (0, 1) and len(symbols(as_expr(atom))) > 1
            }
        )
    common = counts.most_common(1)
    return common[0][0] if common and common[0][1] > 1 else None
