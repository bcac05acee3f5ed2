"""Sets of sizes as few arithmetic progressions, and in words."""

from __future__ import annotations

from itertools import groupby, pairwise
from typing import TYPE_CHECKING, TypeAlias

from cnnlint.engine.dimension import evaluate
from cnnlint.engine.dimension import text as dim_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cnnlint.engine.constraints import Constraint

Progression: TypeAlias = tuple[int, int, int]
"""First, last, step; the last is the range's end where it goes on there."""

SHOWN = 3
"""So many progressions are written out."""


def progressions(values: Sequence[int], end: int) -> tuple[Progression, ...]:
    """The values, which ascend, as progressions of one step: the step with which they are the fewest."""
    if not values:
        return ()
    known = set(values)
    starts = [value for value in values if value - 1 not in known]
    steps = dict.fromkeys([1, *(b - a for a, b in pairwise(starts)), *(b - a for a, b in pairwise(values))])
    step = min(steps, key=lambda step: (sum(value - step not in known for value in values), step))
    return tuple(_from(value, step, known, end) for value in values if value - step not in known)


def _from(first: int, step: int, known: set[int], end: int) -> Progression:
    last = first
    while last + step in known:
        last += step
    if last == first:
        return first, first, 1
    return first, end if last + step > end else last, step


def words(found: Sequence[Progression], span: tuple[int, int]) -> str:
    """`32 to 35`, `multiples of 16, from 32`, `any from 17`; `any` for all of the span."""
    written = [_words(list(group), span) for group in _neighbours(found)]
    if len(written) > SHOWN + 1:
        return f"{', '.join(written[:SHOWN])} and {len(written) - SHOWN} more such ranges"
    return " or ".join(written)


def _neighbours(found: Sequence[Progression]) -> list[list[Progression]]:
    """Progressions of one step that lie side by side, together: 32, 52, … with 33, 53, …."""
    groups: list[list[Progression]] = []
    for each in found:
        last = groups[-1][-1] if groups else None
        if last is not None and last[2] == each[2] > 1 and each[0] == last[0] + 1 and each[1] - last[1] in (0, 1):
            groups[-1].append(each)
        else:
            groups.append([each])
    return groups


def _words(group: Sequence[Progression], span: tuple[int, int]) -> str:
    first, last, step = group[0]
    goes_on = last == span[1] and first != last
    end = "" if goes_on else f" to {last}"
    if len(group) > 1:
        return f"{first} to {group[-1][0]} and every {step} on{end}"
    if first == last:
        return str(first)
    if step == 1:
        return (f"any from {first}" if first > span[0] else "any") if goes_on else f"{first} to {last}"
    if first % step:
        return f"every {step} from {first}{end}"
    return f"multiples of {step}" + (f", from {first}{end}" if first != step or end else "")


def text(
    names: Sequence[str],
    square: Sequence[Progression],
    axes: Sequence[Sequence[Progression]],
    span: tuple[int, int],
    *,
    independent: bool,
) -> str:
    """What is said of all sizes together: `height and width 32 to 35`."""
    if not all(axes):
        return f"no {_listed(names)} from {span[0]} to {span[1]}"
    if not independent and square:
        return f"{_named(names, square, span)} where they are equal; others only together"
    alike = [list(group) for _, group in groupby(zip(names, axes, strict=True), key=lambda pair: pair[1])]
    parts = [_named([name for name, _ in group], group[0][1], span) for group in alike]
    return ", ".join(parts) + ("" if independent else ", each with some of the others only")


def _listed(names: Sequence[str]) -> str:
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def _named(names: Sequence[str], found: Sequence[Progression], span: tuple[int, int]) -> str:
    said = words(found, span)
    return f"any {_listed(names)}" if said == "any" else f"{_listed(names)} {said}"


def complaint(constraint: Constraint, values: Mapping[str, int]) -> str:
    """What sizes that do not meet a constraint get wrong: `2*(height//2) is 30 but has to be 31`."""
    given = {"batch": 2, **values}
    left, right = evaluate(constraint.left, given), evaluate(constraint.right, given)
    subject = _valued(dim_text(constraint.left), left)
    match constraint.relation:
        case "at-least" if isinstance(constraint.left, int):
            return f"{_valued(dim_text(constraint.right), right)} but has to be at most {left}"
        case "at-least":
            return f"{subject} but has to be at least {right}"
        case "multiple":
            return f"{subject} but has to be a multiple of {right}"
        case "differs":
            return f"{subject} but must not be {right}"
        case "broadcast":
            return f"{subject} but has to be {right} or 1"
        case _:
            if isinstance(constraint.left, int):
                return f"{_valued(dim_text(constraint.right), right)} but has to be {left}"
            return f"{subject} but has to be {right}"


def _valued(written: str, number: int) -> str:
    return str(number) if written == str(number) else f"{written} is {number}"
