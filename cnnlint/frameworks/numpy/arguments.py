"""Reading the arguments of functions of arrays."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.engine import shape as shapes
from cnnlint.engine.dimension import Expr, unknown_dim
from cnnlint.engine.errors import ShapeError, Undetermined
from cnnlint.frameworks import coerce
from cnnlint.interpreter.values import DictValue, Generator, Instance, SetValue, Tensor, Unknown

if TYPE_CHECKING:
    from cnnlint.engine.dimension import Dim
    from cnnlint.engine.shape import Shape
    from cnnlint.interpreter.machine import Machine
    from cnnlint.interpreter.values import Value

NUMBERS = (bool, int, float, complex, Expr)


def asarray(machine: Machine, value: Value, name: str = "a") -> Tensor:
    """The array that NumPy makes of an argument. Raises Undetermined."""
    if isinstance(value, Tensor):
        return value
    from cnnlint.frameworks.numpy.creation import from_data

    return from_data(machine, value, None, name)


def shape_of(x: Tensor) -> Shape:
    """The shape of an array, its rank at least known. Raises Undetermined."""
    if x.shape is None:
        reason = x.facts.get("reason")
        raise Undetermined(reason if isinstance(reason, str) else "the shape of an array is not known")
    return x.shape


def operand(machine: Machine, value: Value) -> Value:
    """An argument of an elementwise function: a number, or an array. Raises Undetermined."""
    if isinstance(value, (Tensor, *NUMBERS)):
        return value
    if value is None:
        raise Undetermined("None is no number")
    return asarray(machine, value)


def size(value: Value, name: str = "shape") -> Dim:
    """One size of a shape; what is not known is at least a size. Raises ShapeError `bad-argument`."""
    if isinstance(value, Unknown) and not value.symbol:
        return unknown_dim()
    if isinstance(value, Tensor) and value.values is None:
        return unknown_dim()
    try:
        found = coerce.dim(value, name)
    except Undetermined:
        return unknown_dim()
    if isinstance(found, int) and found < 0:
        raise ShapeError("bad-argument", f"a size of {found} is below 0", exception="ValueError")
    return found


def items(value: Value) -> list[Value] | None:
    """The items of a sequence of known length; None for what is no sequence. Raises Undetermined."""
    if isinstance(value, Tensor):
        if value.shape is None:
            raise Undetermined("the shape of an array is not known")
        if len(value.shape) == 1 and value.values is not None:
            return list(value.values)
        if len(value.shape) == 1 and isinstance(value.shape[0], int):
            return [Unknown("an element of an array is not known")] * value.shape[0]
        return None
    found = coerce.items(value)
    return None if found is None else list(found)


def sizes(value: Value, name: str = "shape") -> Shape:
    """A shape: one size or a sequence of them. Raises Undetermined where the rank is not known."""
    if isinstance(value, Unknown):
        raise Undetermined(value.reason)
    found = items(value)
    if found is None:
        return (size(value, name),)
    return tuple(size(each, name) for each in found)


def axis_of(value: Value, rank: int) -> int:
    """One axis, counted from the front. Raises ShapeError, Undetermined."""
    return shapes.normalize_axis(coerce.integer(value, "axis"), rank)


def axes_of(value: Value, rank: int) -> tuple[int, ...]:
    """One axis or several, counted from the front; all for None. Raises ShapeError, Undetermined."""
    if value is None:
        return tuple(range(rank))
    found = coerce.items(value)
    return tuple(axis_of(each, rank) for each in ((value,) if found is None else found))


def arrays(machine: Machine, value: Value) -> list[Tensor]:
    """A sequence of arrays, as `concatenate` and `stack` take it. Raises Undetermined."""
    if isinstance(value, Tensor):
        shape = shape_of(value)
        if not shape or not isinstance(shape[0], int):
            raise Undetermined("how many arrays there are is not known")
        if shape[0] > 1000:
            raise Undetermined("there are too many arrays to follow")
        from cnnlint.frameworks.numpy.indexing import row

        return [row(value, index) for index in range(shape[0])]
    found = coerce.items(value)
    if found is None:
        if not isinstance(value, (Generator, DictValue, SetValue, Instance)):
            raise Undetermined("the arrays are not known")
        found = tuple(machine.elements(value))
    return [asarray(machine, each) for each in found]


def number(value: Value) -> float | int | None:
    """A known real number, also out of an array with one element; None otherwise."""
    if isinstance(value, Tensor) and value.values is not None and len(value.values) == 1:
        value = value.values[0]
    return value if isinstance(value, (int, float)) else None
