"""Keras's merge layers: elementwise over several inputs, concatenation, dot product."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from cnnlint.engine.broadcasting import broadcast, normalize_axis, text
from cnnlint.engine.constraints import require_equal
from cnnlint.engine.dense import check_rank
from cnnlint.engine.dimension import Dim, product
from cnnlint.engine.dimension import text as dim_text
from cnnlint.engine.errors import ShapeError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnnlint.engine.reshaping import Shape


def merge(shapes: Sequence[Shape]) -> Shape:
    """`Add`, `Multiply`, `Average`, `Maximum`, `Minimum`, `Subtract`: one batch, the other axes broadcast.

    Inputs of fewer axes get axes of 1 after the batch. From keras `layers/merging/base_merge.py`. Raises ShapeError
    `elementwise-mismatch`, `bad-call`.
    """
    _check_count(shapes, 1)
    batch, result = shapes[0][:1], tuple(shapes[0][1:])
    for shape in shapes[1:]:
        if batch and shape:
            require_equal(batch[0], shape[0], partial(_mismatch, shapes[0], shape, 0))
        result = broadcast(result, tuple(shape[1:]))
    return (*batch, *result)


def _mismatch(first: Shape, other: Shape, axis: int) -> ShapeError:
    return ShapeError(
        "elementwise-mismatch",
        f"shapes {text(first)} and {text(other)} do not match: axis {axis} is "
        f"{dim_text(first[axis])} and {dim_text(other[axis])}",
        expected=dim_text(first[axis]),
        actual=dim_text(other[axis]),
        exception="ValueError",
    )


def _check_count(shapes: Sequence[Shape], least: int, most: int | None = None) -> None:
    if len(shapes) < least or (most is not None and len(shapes) > most):
        wanted = f"{least} inputs" if most == least else f"a list of at least {least} input"
        raise ShapeError(
            "bad-call", f"a merge layer takes {wanted}, not {len(shapes)}", expected=str(least), actual=str(len(shapes))
        )


def dot(shapes: Sequence[Shape], axes: int | Sequence[int]) -> Shape:
    """`keras.layers.Dot`: both shapes without the axes summed over, the batch once; two axes at least come out.

    From keras `layers/merging/dot.py`. Raises ShapeError `size-mismatch`, `bad-call`, `bad-argument`.
    """
    _check_count(shapes, 2, 2)
    left, right = shapes
    one, other = _dot_axes(left, right, axes)
    _check_dot(left, right, one, other)
    result = (*left[:one], *left[one + 1 :], *right[1:other], *right[other + 1 :])
    return (*result, 1) if len(result) == 1 else result


def _check_dot(left: Shape, right: Shape, one: int, other: int) -> None:
    require_equal(
        left[one],
        right[other],
        lambda: ShapeError(
            "size-mismatch",
            f"cannot multiply {text(left)} with {text(right)}: axis {one} is {dim_text(left[one])} "
            f"and axis {other} is {dim_text(right[other])}",
            expected=dim_text(left[one]),
            actual=dim_text(right[other]),
            exception="ValueError",
        ),
    )
    require_equal(left[0], right[0], lambda: _mismatch(left, right, 0))


def dot_macs(shapes: Sequence[Shape], axes: int | Sequence[int]) -> Dim:
    """MACs of one whole call: every number of the result takes the size of the axis that is summed over."""
    left, right = shapes
    one, _ = _dot_axes(left, right, axes)
    return product((*dot(shapes, axes), left[one]))


def _dot_axes(left: Shape, right: Shape, axes: int | Sequence[int]) -> tuple[int, int]:
    for shape in (left, right):
        check_rank(shape, 2)
    pair = (axes, axes) if isinstance(axes, int) else tuple(axes)
    one, other = normalize_axis(pair[0], len(left)), normalize_axis(pair[1], len(right))
    if 0 in {one, other}:
        raise ShapeError("bad-argument", "a dot product does not run over the batch axis, 0", exception="ValueError")
    return one, other
