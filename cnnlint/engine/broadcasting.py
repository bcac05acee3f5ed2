"""Shapes of elementwise operations, concatenations and stacks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.engine.comparison import equal
from cnnlint.engine.constraints import Constraint, can_be, note, require_equal
from cnnlint.engine.dimension import Dim, bounds, maximum, product, unknown_dim
from cnnlint.engine.dimension import text as dim_text
from cnnlint.engine.errors import ShapeError
from cnnlint.engine.expression import Expr, Symbol

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import TypeAlias

    Shape: TypeAlias = "tuple[Dim, ...]"


def text(shape: Sequence[Dim], batch: str | None = None, unknown: str = "?") -> str:
    """A shape as the frameworks print it; `batch` replaces the symbol of that name in front, `unknown` what is open."""
    written = [unknown if (word := dim_text(dim)) == "?" else word for dim in shape]
    if batch is not None and shape and _is_batch(shape[0]):
        written[0] = batch
    return f"({written[0]},)" if len(written) == 1 else f"({', '.join(written)})"


def _is_batch(dim: Dim) -> bool:
    if not isinstance(dim, Expr) or len(dim.terms) != 1:
        return False
    monomial, factor = dim.terms[0]
    return factor == 1 and len(monomial) == 1 and isinstance(monomial[0], Symbol) and monomial[0].name == "batch"


def elements(shape: Sequence[Dim]) -> Dim:
    """How many numbers a tensor of this shape holds."""
    return product(shape)


def normalize_axis(axis: int, rank: int) -> int:
    """The axis counted from the front. Raises ShapeError `bad-argument`."""
    if -rank <= axis < rank:
        return axis % rank
    word = "dimension" if rank == 1 else "dimensions"
    raise ShapeError(
        "bad-argument",
        f"axis {axis} is out of range for a tensor with {rank} {word}",
        expected=f"{-rank} to {rank - 1}",
        actual=str(axis),
        exception="IndexError",
    )


def broadcast(left: Shape, right: Shape) -> Shape:
    """The shape of `left + right` by NumPy's rules. Raises ShapeError `elementwise-mismatch`."""
    if left == right:
        return left
    rank = max(len(left), len(right))
    padded_left = (1,) * (rank - len(left)) + tuple(left)
    padded_right = (1,) * (rank - len(right)) + tuple(right)
    return tuple(
        _broadcast_axis(one, other, axis - rank, left, right)
        for axis, (one, other) in enumerate(zip(padded_left, padded_right, strict=True))
    )


def _broadcast_axis(one: Dim, other: Dim, axis: int, left: Shape, right: Shape) -> Dim:
    if one == other or (isinstance(other, int) and other == 1):
        return one
    if isinstance(one, int) and one == 1:
        return other
    same = equal(one, other)
    if same:
        return one
    one_may_be_1, other_may_be_1 = can_be(one, 1), can_be(other, 1)
    if same is False and not one_may_be_1 and not other_may_be_1:
        raise ShapeError(
            "elementwise-mismatch",
            f"shapes {text(left)} and {text(right)} do not match: axis {axis} is {dim_text(one)} and {dim_text(other)}",
            expected=dim_text(one),
            actual=dim_text(other),
        )
    note(Constraint("broadcast", one, other))
    if not one_may_be_1:
        return one
    if not other_may_be_1:
        return other
    if all(low is not None and low >= 0 for low, _ in (bounds(one), bounds(other))):
        # Equal, or one of them is 1: the larger, since a size of 0 cannot come out of a model's layers.
        return maximum(one, other)
    return unknown_dim()


def broadcast_all(shapes: Sequence[Shape]) -> Shape:
    """The shape of all tensors together by NumPy's rules. Raises ShapeError `elementwise-mismatch`."""
    result: Shape = ()
    for shape in shapes:
        result = broadcast(result, shape) if result else tuple(shape)
    return result


def concatenate(shapes: Sequence[Shape], axis: int) -> Shape:
    """The tensors one after the other along an axis. Raises ShapeError `concat-mismatch`, `bad-argument`."""
    if not shapes:
        raise ShapeError("bad-argument", "there is nothing to concatenate")
    first = shapes[0]
    axis = normalize_axis(axis, len(first))
    total = first[axis]
    for shape in shapes[1:]:
        _check_rank(first, shape, "concatenate")
        for index in range(len(first)):
            if index != axis:
                _check_axis(first, shape, index, f"concatenate along axis {axis}")
        total += shape[axis]
    return (*first[:axis], total, *first[axis + 1 :])


def stack(shapes: Sequence[Shape], axis: int) -> Shape:
    """The tensors side by side along a new axis. Raises ShapeError `concat-mismatch`, `bad-argument`."""
    if not shapes:
        raise ShapeError("bad-argument", "there is nothing to stack")
    first = shapes[0]
    axis = normalize_axis(axis, len(first) + 1)
    for shape in shapes[1:]:
        _check_rank(first, shape, "stack")
        for index in range(len(first)):
            _check_axis(first, shape, index, "stack")
    return (*first[:axis], len(shapes), *first[axis:])


def _check_rank(first: Shape, other: Shape, doing: str) -> None:
    if len(first) != len(other):
        raise ShapeError(
            "concat-mismatch",
            f"cannot {doing} {text(first)} and {text(other)}: {len(first)} and {len(other)} dimensions",
            expected=str(len(first)),
            actual=str(len(other)),
        )


def _check_axis(first: Shape, shape: Shape, axis: int, doing: str) -> None:
    one, other = first[axis], shape[axis]
    require_equal(
        one,
        other,
        lambda: ShapeError(
            "concat-mismatch",
            f"cannot {doing}: axis {axis} is {dim_text(one)} and {dim_text(other)} in {text(first)} and {text(shape)}",
            expected=dim_text(one),
            actual=dim_text(other),
        ),
    )
