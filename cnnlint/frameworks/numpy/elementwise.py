"""Functions of each element with broadcasting: how one is computed, whichever it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnnlint.engine import shape as shapes
from cnnlint.engine.dimension import Expr, unknown_dim
from cnnlint.engine.errors import ShapeError
from cnnlint.frameworks.numpy.arguments import NUMBERS, operand
from cnnlint.frameworks.numpy.contents import LIMIT, count, rounded, spread
from cnnlint.frameworks.numpy.core import FRAME, NDARRAY, SERIES, SPARSE, array
from cnnlint.frameworks.numpy.dtypes import unboxed
from cnnlint.interpreter.values import Tensor

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cnnlint.engine.shape import Shape
    from cnnlint.interpreter.machine import Machine
    from cnnlint.interpreter.values import ClassValue, Value

OWN = (NDARRAY, SERIES, FRAME, SPARSE)


def result_class(operands: Sequence[Value]) -> ClassValue:
    """The class of the result: pandas keeps its own."""
    found = [each.cls for each in operands if isinstance(each, Tensor)]
    return FRAME if FRAME in found else SERIES if SERIES in found else SPARSE if SPARSE in found else NDARRAY


def broadcast(operands: Sequence[Value]) -> Shape | None:
    """The shape of all together; None where one is not known. Raises ShapeError `elementwise-mismatch`."""
    found: Shape | None = ()
    for each in operands:
        if not isinstance(each, Tensor):
            continue
        if each.shape is None or found is None:
            found = None
        else:
            found = shapes.broadcast(found, each.shape) if found else each.shape
    return found


def apply(
    machine: Machine,
    function: Callable[..., Any],
    given: Sequence[Value],
    rule: Callable[[Sequence[Value]], str | None],
    *,
    compute: str | None = None,
) -> Value:
    """`function` of numbers and arrays together, `rule` giving the type of the result's elements.

    Elements that are known are converted to the type `compute` first. Raises ShapeError, Undetermined.
    """
    operands = [operand(machine, each) for each in given]
    dtype = rule(operands)
    if any(isinstance(each, Tensor) and each.cls in (SERIES, FRAME) for each in operands):
        made = _of_tables(operands, dtype)
        if made is not None:
            return made
    shape = broadcast(operands)
    made = array(shape, dtype, cls=result_class(operands))
    values = _values(function, operands, shape, dtype, compute)
    if values is not None:
        made = array(shape, dtype, values, made.cls)
    return unboxed(made) if made.cls is NDARRAY else made


def _of_tables(operands: Sequence[Value], dtype: str | None) -> Tensor | None:
    """Tables are matched by their labels, which are not followed; None for one table with numbers or arrays."""
    tables = [each for each in operands if isinstance(each, Tensor) and each.cls in (SERIES, FRAME)]
    if len(tables) == 1:
        return None
    if any(each.cls is FRAME for each in tables):
        return array((unknown_dim(), unknown_dim()), None, cls=FRAME)
    return array((unknown_dim(),), None, cls=SERIES)


def _values(
    function: Callable[..., Any], operands: Sequence[Value], shape: Shape | None, dtype: str | None, compute: str | None
) -> list[Any] | None:
    total = count(shape)
    if total is None or total > LIMIT or dtype is None or shape is None:
        return None
    columns: list[Sequence[Any]] = []
    for each in operands:
        if isinstance(each, Tensor):
            column = spread(each, shape)
        else:
            column = (each,) * total if isinstance(each, NUMBERS) else None
        if column is not None and compute is not None and not any(isinstance(value, Expr) for value in column):
            column = rounded(column, compute)
        if column is None:
            return None
        columns.append(column)
    try:
        return [function(*row) for row in zip(*columns, strict=True)]
    except (TypeError, ValueError, ArithmeticError):
        return None


def refused(message: str, exception: str = "TypeError") -> ShapeError:
    """The error of elements of a type that a function does not take; to be raised."""
    return ShapeError("bad-argument", message, exception=exception)
