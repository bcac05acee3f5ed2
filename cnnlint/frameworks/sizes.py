"""What the runs of a model require of its open sizes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.engine.constraints import Constraint
from cnnlint.model import Place, Requirement, Requirements

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cnnlint.engine.gathering import Gathered
    from cnnlint.engine.shape import Shape
    from cnnlint.model import Fault

NEVER = Constraint("equal", 0, 1)
"""What a run requires that cannot succeed."""


def requirements_of(
    runs: Iterable[Gathered | None],
    inputs: Iterable[Shape | None],
    *,
    known: bool,
    faults: Iterable[Fault] = (),
    exact: bool = True,
) -> Requirements | None:
    """All that the runs have noted, or None where there may be more to it.

    `known`: their results are; `faults` are those that they met. One that every size meets makes the requirements such
    that none fulfils them.
    """
    conditions: dict[Constraint, Place | None] = {}
    for run in runs:
        if run is None or run.doubt is not None:
            return None
        for constraint, place in run.items():
            conditions.setdefault(constraint, place)
    shapes = tuple(inputs)
    if not shapes or any(shape is None for shape in shapes):
        return None
    found = list(faults)
    if any(not fault.certain for fault in found):
        return None
    if found:
        conditions[NEVER] = found[0].place
    elif not known:
        return None
    made = tuple(Requirement(constraint, place) for constraint, place in conditions.items())
    return Requirements(tuple(shape for shape in shapes if shape is not None), made, exact)
