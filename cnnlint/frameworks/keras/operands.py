"""Reading what an operation is given: tensors, numbers, lists of numbers; and small contents that are known."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnnlint.engine.constraints import clash
from cnnlint.engine.dimension import Expr
from cnnlint.engine.dimension import text as dim_text
from cnnlint.engine.errors import ShapeError, Undetermined
from cnnlint.engine.shape import broadcast, normalize_axis, text
from cnnlint.frameworks import coerce
from cnnlint.frameworks.keras.core import result
from cnnlint.frameworks.keras.promotion import promoted
from cnnlint.interpreter.values import ListValue, Tensor, Value

if TYPE_CHECKING:
    from collections.abc import Callable

    from cnnlint.engine.dimension import Dim
    from cnnlint.engine.shape import Shape

SCALARS = (bool, int, float, complex, str, bytes, Expr)
MAX_VALUES = 4096
"""Contents of larger tensors are not kept."""


def operand(value: Value) -> Shape:
    """The shape of a tensor, a number or nested lists of them. Raises ShapeError, Undetermined."""
    if isinstance(value, SCALARS):
        return ()
    items = None if isinstance(value, Tensor) else coerce.items(value)
    if items is None:
        return coerce.shape_of(value)
    if not items:
        return (0,)
    inner = [operand(item) for item in items]
    if any(len(shape) != len(inner[0]) for shape in inner):
        raise Undetermined("a list of tensors of different ranks")
    return (len(items), *inner[0])


def contents(value: Value) -> tuple[Value, ...] | None:
    """The elements of a number, a nested list or a tensor, flat; None where they are not known or many."""
    if isinstance(value, Tensor):
        return value.values
    if isinstance(value, SCALARS):
        return (value,)
    if isinstance(value, (tuple, ListValue)) and not (isinstance(value, ListValue) and value.unknown):
        found: list[Value] = []
        for item in value if isinstance(value, tuple) else value.items:
            inner = contents(item)
            if inner is None or len(found) > MAX_VALUES:
                return None
            found += inner
        return tuple(found)
    return None


def first_tensor(*values: Value) -> Tensor | None:
    """The first of the operands that is a tensor."""
    return next((value for value in values if isinstance(value, Tensor)), None)


def free(*values: Value) -> bool:
    """Whether the operands are one tensor of no stated shape and numbers: the result then has its shape."""
    tensors = [value for value in values if isinstance(value, Tensor)]
    return (
        len(tensors) == 1
        and tensors[0].shape is None
        and all(isinstance(value, (Tensor, *SCALARS)) for value in values)
    )


def elementwise(*values: Value, dtype: str | None = None, function: Callable[..., Any] | None = None) -> Tensor:
    """The operands broadcast together; `function` works out small contents. Raises ShapeError, Undetermined."""
    like = first_tensor(*values)
    if like is not None and free(*values):
        made = result(None, dtype or promoted(*values))
        made.free = like.free
        return made
    try:
        shape: Shape = ()
        for value in values:
            other = operand(value)
            shape = broadcast(shape, other) if shape else other
    except ShapeError as error:
        error.exception = error.exception or "ValueError"
        raise
    made = result(shape, dtype or promoted(*values))
    if function is not None and len(shape) <= 1:
        made.values = _computed(function, values, shape)
    return made


def _computed(function: Callable[..., Any], values: tuple[Value, ...], shape: Shape) -> tuple[Value, ...] | None:
    found = [contents(value) for value in values]
    count = shape[0] if shape else 1
    if not isinstance(count, int) or any(items is None or len(items) not in (1, count) for items in found):
        return None
    rows = [items * count if len(items) == 1 else items for items in found if items is not None]
    try:
        return tuple(function(*column) for column in zip(*rows, strict=True))
    except (TypeError, ValueError, ArithmeticError):
        return None


def axes_of(value: Value, rank: int, name: str = "axis", *, distinct: bool = True) -> list[int]:
    """One axis or several, counted from the front; None stands for all. Raises ShapeError, Undetermined."""
    if value is None:
        return list(range(rank))
    items = coerce.items(value)
    chosen = [value] if items is None else list(items)
    found = [axis_of(axis, rank, name) for axis in chosen]
    twice = next((axis for axis in found if found.count(axis) > 1), None)
    if twice is not None and distinct:
        raise ShapeError("bad-argument", f"axis {twice} stands twice in `{name}`", exception="ValueError")
    return found


def axis_of(value: Value, rank: int, name: str = "axis") -> int:
    """One axis, counted from the front. Raises ShapeError, Undetermined."""
    try:
        return normalize_axis(coerce.integer(value, name), rank)
    except ShapeError as error:
        error.exception = "ValueError"
        raise


def least_rank(shape: Shape, least: int, what: str) -> None:
    """Raise ShapeError "rank-mismatch" for fewer dimensions than that."""
    if len(shape) < least:
        raise ShapeError(
            "rank-mismatch",
            f"`{what}` needs at least {least} dimensions, not {text(shape)}",
            expected=f"at least {least}",
            actual=str(len(shape)),
            exception="ValueError",
        )


def check_size(one: Dim, other: Dim, what: str) -> None:
    """Raise ShapeError "size-mismatch" for two sizes that surely differ."""
    if clash(one, other):
        raise ShapeError(
            "size-mismatch",
            f"{what} must have the same size, got {dim_text(one)} and {dim_text(other)}",
            expected=dim_text(one),
            actual=dim_text(other),
            exception="ValueError",
        )


def check_same_shape(one: Value, other: Value, what: str) -> None:
    """Raise ShapeError "size-mismatch" for two tensors of surely different shapes."""
    shapes = operand(one), operand(other)
    if len(shapes[0]) != len(shapes[1]) or any(clash(a, b) for a, b in zip(*shapes, strict=True)):
        raise ShapeError(
            "size-mismatch",
            f"{what} must have the same shape, got {text(shapes[0])} and {text(shapes[1])}",
            expected=text(shapes[0]),
            actual=text(shapes[1]),
            exception="ValueError",
        )


def type_name(value: Value) -> str | None:
    """The name of an element type: a string, or a name such as `tf.float32`."""
    if isinstance(value, str):
        return value
    name = getattr(value, "name", None)
    return name.rpartition(".")[2] if isinstance(name, str) else None
