"""What a condition that goes either way says of open sizes, and what a run that survives it requires of them."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cnnlint.engine.constraints import Constraint, collect, doubt, note
from cnnlint.engine.dimension import Expr
from cnnlint.interpreter.values import ListValue, Tensor, Unknown

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from cnnlint.engine.dimension import Dim
    from cnnlint.engine.gathering import Gathered
    from cnnlint.interpreter.machine import Machine
    from cnnlint.interpreter.values import Value
    from cnnlint.model import Place

ERRORS = ("RuntimeError", "ValueError", "AssertionError")
"""What a framework raises where sizes do not fit: a `try` around it that catches these makes another case of it."""


@dataclass(frozen=True, slots=True)
class Condition:
    """Constraints that are all met just where it holds, and others that are just where it does not; None: no such."""

    holds: tuple[Constraint, ...] | None
    fails: tuple[Constraint, ...] | None

    def negated(self) -> Condition:
        """The opposite."""
        return Condition(self.fails, self.holds)


NOTHING = Condition(None, None)


def condition_of(value: Value) -> Condition:
    """What the truth of an undecided value says."""
    if isinstance(value, Expr):
        return _equality(value, 0).negated()
    found = value.condition if isinstance(value, Unknown) else None
    return found if isinstance(found, Condition) else NOTHING


def under(unknown: Unknown, condition: Condition) -> Unknown:
    """The same unknown value, with what its truth says."""
    unknown.condition = condition
    return unknown


def equality(left: Value, right: Value) -> Condition:
    """What `left == right` says of sizes, or of tuples and lists of them."""
    if isinstance(left, (int, Expr)) and isinstance(right, (int, Expr)):
        return _equality(left, right)
    one, other = _items(left), _items(right)
    if one is None or other is None or len(one) != len(other):
        return NOTHING
    return every(equality(a, b) for a, b in zip(one, other, strict=True) if a is not b)


def _equality(left: Dim, right: Dim) -> Condition:
    return Condition((Constraint("equal", left, right),), (Constraint("differs", left, right),))


def _items(value: Value) -> list[Value] | None:
    if isinstance(value, tuple):
        return list(value)
    return value.items if isinstance(value, ListValue) and value.unknown is None else None


def order(operator: str, left: Dim, right: Dim) -> Condition:
    """What `left < right` (or another order) says."""
    match operator:
        case ">=":
            return Condition((Constraint("at-least", left, right),), (Constraint("at-least", right, left + 1),))
        case ">":
            return order(">=", left, right + 1)
        case "<":
            return order(">=", left, right).negated()
        case _:
            return order(">", left, right).negated()


def every(conditions: Iterable[Condition]) -> Condition:
    """What holds where all of them hold."""
    given = list(conditions)
    if len(given) == 1:
        return given[0]
    lists = [each.holds for each in given]
    met = [constraints for constraints in lists if constraints is not None]
    return Condition(sum(met, ()), None) if len(met) == len(lists) else NOTHING


def some(conditions: Iterable[Condition]) -> Condition:
    """What holds where one of them holds."""
    return every(each.negated() for each in conditions).negated()


def require(value: Value, *, truth: bool) -> None:
    """Note what the run needs in order to go on, which it does only where the undecided value is true (or is not).

    What a tensor holds is no matter of sizes.
    """
    if isinstance(value, Tensor):
        return
    condition = condition_of(value)
    wanted = condition.holds if truth else condition.fails
    if wanted is None:
        doubt(value.reason if isinstance(value, Unknown) else "a condition is not known")
        return
    for constraint in wanted:
        note(constraint)


@contextmanager
def requirements(machine: Machine) -> Iterator[Gathered]:
    """Gather what the code that runs meanwhile requires of open sizes, and where; in a branch, that is a doubt."""
    uncertain, handlers = machine.uncertain, len(machine.handlers)

    def where() -> Place:
        if machine.uncertain > uncertain:
            found.doubt = found.doubt or "a part of it runs under a condition that is not known"
        elif any(catches(name) for catches in machine.handlers[handlers:] for name in ERRORS):
            found.doubt = found.doubt or "a `try` catches what does not fit"
        return machine.place

    with collect(where) as found:
        yield found
