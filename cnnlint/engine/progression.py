"""Sets of sizes as few arithmetic progressions, and in words."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Sequence

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
    written = [_words(each, span) for each in found]
    if len(written) > SHOWN + 1:
        return f"{', '.join(written[:SHOWN])} and {len(written) - SHOWN} more such ranges"
    return " or ".join(written)


def _words(progression: Progression, span: tuple[int, int]) -> str:
    first, last, step = progression
    goes_on = last == span[1] and first != last
    if first == last:
        return str(first)
    if step == 1:
        return (f"any from {first}" if first > span[0] else "any") if goes_on else f"{first} to {last}"
    end = "" if goes_on else f" to {last}"
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
    together = " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
    if not all(axes):
        return f"no {together} from {span[0]} to {span[1]}"
    if not independent:
        if not square:
            parts = ", ".join(_named(name, axis, span) for name, axis in zip(names, axes, strict=True))
            return f"{parts}, each with some of the others only"
        return f"{_named(together, square, span)} where they are equal; others only together"
    if all(axis == axes[0] for axis in axes):
        return _named(together, axes[0], span)
    return ", ".join(_named(name, axis, span) for name, axis in zip(names, axes, strict=True))


def _named(name: str, found: Sequence[Progression], span: tuple[int, int]) -> str:
    said = words(found, span)
    return f"any {name}" if said == "any" else f"{name} {said}"
