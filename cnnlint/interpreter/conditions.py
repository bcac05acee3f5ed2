"""What a condition that goes either way says of open sizes, and what a run that survives it requires of them."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cnnlint.engine.constraints import Constraint, collect, doubt, follows, note
from cnnlint.engine.dimension import Dim, Expr, bounds, exact_quotient, maximum, minimum, product
from cnnlint.interpreter.values import ListValue, Tensor, Unknown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

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

    @property
    def constraints(self) -> tuple[Constraint, ...]:
        """What decides it: they are all met, or all the opposites of `fails`; none where no constraint tells."""
        return self.holds if self.holds is not None else self.fails or ()


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
            return order("<=", left, right).negated()
        case "<":
            return order(">=", left, right).negated()
        case _:
            return order(">=", right, left)


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


def simple(condition: Condition, holds: Dim, fails: Dim) -> Dim | None:
    """The size that is the one where a condition holds, the other where it does not, if it is one of them or a minimum.

    None where the condition does not tell.
    """
    if condition.holds is None and condition.fails is not None:
        return simple(condition.negated(), fails, holds)
    for each in condition.holds or ():
        if each.relation == "equal" and _vanishes(holds - fails, each.left - each.right):
            return fails
    return _extreme(condition.holds[0], holds, fails) if condition.holds and len(condition.holds) == 1 else None


def either(condition: Condition, holds: Dim, fails: Dim) -> Dim | None:
    """The size that is the one where a condition holds, the other where it does not; None where it does not tell."""
    found = simple(condition, holds, fails)
    if found is not None or not condition.constraints:
        return found
    if condition.holds is None:
        return either(condition.negated(), fails, holds)
    signs = [_sign(each) for each in condition.holds]
    if None in signs:
        return None
    return fails + (holds - fails) * product([sign for sign in signs if sign is not None])


def _vanishes(difference: Dim, with_this: Dim) -> bool:
    """Whether one is 0 where the other is: it is a multiple of it."""
    return exact_quotient(difference, with_this) is not None if isinstance(with_this, Expr) else False


def _extreme(each: Constraint, holds: Dim, fails: Dim) -> Dim | None:
    """`a if a >= b else b`, and the like."""
    if each.relation == "differs" and _vanishes(holds - fails, each.left - each.right):
        return holds
    if each.relation != "at-least":
        return None
    if holds == each.left and fails in (each.right, each.right - 1):
        return maximum(holds, fails)
    if fails == each.left and holds in (each.right, each.right - 1):
        return minimum(holds, fails)
    return None


def _sign(each: Constraint) -> Dim | None:
    """A number that is 1 where a constraint is met and 0 where it is not."""
    difference = each.left - each.right
    match each.relation:
        case "at-least":
            return minimum(1, maximum(0, difference + 1))
        case "equal":
            return 1 - minimum(1, _absolute(difference))
        case "differs":
            return minimum(1, _absolute(difference))
        case _:
            return None


def _absolute(number: Dim) -> Dim:
    low, high = bounds(number)
    if low is not None and low >= 0:
        return number
    return -number if high is not None and high <= 0 else maximum(number, -number)


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
def requirements(machine: Machine, watch: Callable[[Constraint], None] | None = None) -> Iterator[Gathered]:
    """Gather what the code that runs meanwhile requires of open sizes, and where; in a branch, that is a doubt.

    `watch` is told of what is required whatever else happens, as soon as it is.
    """
    uncertain, handlers = machine.uncertain, len(machine.handlers)

    def where(constraint: Constraint | None) -> Place:
        if machine.uncertain > uncertain:
            if constraint is None or not follows(constraint, found):
                found.doubt = found.doubt or "a part of it runs under a condition that is not known"
        elif any(catches(name) for catches in machine.handlers[handlers:] for name in ERRORS):
            found.doubt = found.doubt or "a `try` catches what does not fit"
        elif watch is not None and constraint is not None and not constraint.assumed:
            watch(constraint)
        return machine.place

    with collect(where) as found:
        yield found
