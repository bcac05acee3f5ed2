"""What the runs of a model require of its open sizes, and which reshapes mix samples at some of them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from cnnlint.engine.comparison import equal
from cnnlint.engine.constraints import Constraint
from cnnlint.engine.dimension import Dim, Expr, evaluate, exact_quotient, is_anonymous, product, symbol
from cnnlint.engine.dimension import text as dim_text
from cnnlint.engine.errors import ShapeError, Undetermined
from cnnlint.engine.gathering import Fold, fold
from cnnlint.engine.shape import text
from cnnlint.interpreter.cases import Cases
from cnnlint.model import Place, Requirement, Requirements

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from cnnlint.engine.gathering import Gathered
    from cnnlint.engine.shape import Shape
    from cnnlint.interpreter.machine import Machine
    from cnnlint.model import Fault

BATCH = "batch"
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
    found = list(faults)
    fails = next((fault for fault in found if fault.certain), None)
    for run in runs:
        if run is None or (run.doubt is not None and fails is None):
            return None
        for constraint, place in run.items():
            conditions.setdefault(constraint, place)
    shapes = tuple(inputs)
    if not shapes or any(shape is None for shape in shapes):
        return None
    if fails is not None:
        conditions[NEVER] = fails.place
    elif found or not known or any(is_anonymous(each.left) or is_anonymous(each.right) for each in conditions):
        return None
    made = tuple(Requirement(constraint, place) for constraint, place in conditions.items())
    return Requirements(tuple(shape for shape in shapes if shape is not None), made, exact)


def by_cases(machine: Machine, run: Callable[[], Requirements | None]) -> Requirements | None:
    """What a program requires in each of the cases that its conditions on sizes make; None where there may be more.

    `run` runs it, once for each case, and undoes what it changed.
    """
    found: list[Requirements] = []
    machine.cases = cases = Cases()
    try:
        while True:
            case = run()
            if case is None or not cases.known:
                return None
            found.append(replace(case, taken=tuple(cases.taken)))
            if not cases.next():
                return replace(found[0], others=tuple(found[1:]))
    except Undetermined:
        return None
    finally:
        machine.cases = None


# --- reshapes that mix samples ----------------------------------------------------------------------------------------


def tell_fold(shape: Shape, target: Shape, made: Shape) -> None:
    """Tell of `x.view(-1, 400)` on a batch of feature maps that need not have 400 numbers each.

    Rows that are a number of whole axes, such as the boxes of a detector, are meant.
    """
    batch = symbol(BATCH)
    if len(shape) < 3 or len(target) != 2 or target[0] != -1 or not isinstance(target[1], int) or shape[0] != batch:
        return
    count = exact_quotient(made[0], batch)
    if isinstance(count, int) and count == 1:
        return
    if not any(equal(product(shape[axis:]), target[1]) for axis in range(1, len(shape))):
        fold(shape, target, made[0])


def tell_folds(machine: Machine, run: Gathered | None, constraints: Requirements | None) -> None:
    """Record the reshapes of a run that mix samples: at the known size, or at some for which the model runs."""
    for found in [] if run is None or run.doubt is not None else run.folds:
        numbers = product(found.shape[1:])
        said = _at_this_size(found, numbers) if isinstance(numbers, int) else _at_some_size(found, constraints)
        if said is not None:
            error = ShapeError("folded-batch", said, help=HELP, expected=dim_text(found.target[1]))
            error.place = found.where
            machine.record(error)


HELP = "keep the batch apart: `flatten(1)` makes one row of each sample, and a size that does not fit is refused"


def _at_this_size(found: Fold, numbers: int) -> str:
    row = found.target[1]
    count = exact_quotient(found.rows, symbol(BATCH))
    if isinstance(count, int):
        return f"this reshape makes {count} rows of each sample: {text(found.shape)} has {numbers} numbers for {row}"
    return f"this reshape mixes samples: each has {numbers} numbers, which do not fall into rows of {dim_text(row)}"


def _at_some_size(found: Fold, constraints: Requirements | None) -> str | None:
    from cnnlint.engine.solving import open_sizes, solve  # only where there is something to solve

    if constraints is None or constraints.others:
        return None
    names = open_sizes(constraints.inputs, constraints.constraints)
    mixing = Constraint("differs", found.rows, symbol(BATCH))
    solution = solve([*constraints.constraints, mixing], names) if names else None
    if solution is None or not solution.square:
        return None
    size = solution.square[0]
    values: dict[str, int] = dict.fromkeys(names, size)
    count: Dim = evaluate(found.rows, {BATCH: 1, **values})
    if isinstance(count, Expr) or count < 1:
        return None
    at = " x ".join([str(size)] * len(names))
    return f"this reshape mixes samples where it is given another size: at {at} it makes {count} rows of each"
