"""Normalization layers keep the shape; they check it and hold a few weights per channel. Their MACs count as 0."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.engine.broadcasting import normalize_axis, text
from cnnlint.engine.comparison import equal
from cnnlint.engine.constraints import Constraint, note, require_equal, require_multiple
from cnnlint.engine.dense import check_rank
from cnnlint.engine.dimension import Dim, less, product
from cnnlint.engine.dimension import text as dim_text
from cnnlint.engine.errors import ShapeError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnnlint.engine.reshaping import Shape


def check_normalized(declared: Dim, found: Dim, name: str = "num_features", *, exception: str = "") -> None:
    """The channels have to be those that the layer was made for. Raises ShapeError `norm-mismatch`."""
    require_equal(
        declared,
        found,
        lambda: ShapeError(
            "norm-mismatch",
            f"`{name}` is {dim_text(declared)} but the input has {dim_text(found)} channels",
            expected=dim_text(declared),
            actual=dim_text(found),
            exception=exception,
        ),
    )


def batch_norm(
    shape: Shape, num_features: Dim | None = None, *, axis: int = 1, ranks: tuple[int, int | None] = (2, None)
) -> Shape:
    """The same shape; `ranks` are the fewest and the most dimensions that the layer takes.

    Raises ShapeError `rank-mismatch`, `norm-mismatch`, `bad-argument`.
    """
    check_rank(shape, *ranks)
    axis = normalize_axis(axis, len(shape))
    if num_features is not None:
        check_normalized(num_features, shape[axis])
    return shape


def batch_norm_counts(channels: Dim, *, scale: bool = True, center: bool = True, track: bool = True) -> tuple[Dim, Dim]:
    """How many numbers are trained (scale, shift) and how many are only tracked (mean, variance).

    Keras counts both, 4 per channel with the defaults, 2 of them not trainable; PyTorch counts parameters only, 2 per
    channel, since its running statistics are buffers (with one more number, `num_batches_tracked`).
    """
    return channels * (scale + center), channels * (2 if track else 0)


def layer_norm(shape: Shape, normalized_shape: Sequence[Dim]) -> Shape:
    """The same shape, which has to end in `normalized_shape`. Raises ShapeError `norm-mismatch`, `rank-mismatch`."""
    check_rank(shape, max(len(normalized_shape), 1))
    for declared, found in zip(normalized_shape, shape[-len(normalized_shape) :], strict=True):
        require_equal(
            declared,
            found,
            lambda: ShapeError(
                "norm-mismatch",
                f"`normalized_shape` is {text(tuple(normalized_shape))} but the input {text(shape)} "
                f"ends in {text(shape[-len(normalized_shape) :])}",
                expected=text(tuple(normalized_shape)),
                actual=text(shape[-len(normalized_shape) :]),
            ),
        )
    return shape


def group_norm(shape: Shape, groups: Dim, channels: Dim | None = None, *, axis: int = 1) -> Shape:
    """The same shape, the channels in `groups` equal parts. Raises ShapeError `norm-mismatch`, `bad-argument`."""
    check_rank(shape, 2)
    axis = normalize_axis(axis, len(shape))
    if channels is not None:
        check_normalized(channels, shape[axis], "num_channels")
    check_norm_groups(groups, shape[axis], exception="RuntimeError")
    return shape


def check_norm_groups(groups: Dim, channels: Dim, *, exception: str = "ValueError") -> None:
    """The channels have to be a multiple of the groups. Raises ShapeError `bad-argument`."""
    if less(groups, 1):
        raise ShapeError(
            "bad-argument",
            f"the number of groups is {dim_text(groups)}, but has to be above 0",
            exception="ZeroDivisionError" if equal(groups, 0) else "",
        )
    require_multiple(
        channels,
        groups,
        lambda: ShapeError(
            "bad-argument",
            f"{dim_text(channels)} channels do not fall into {dim_text(groups)} groups of the same size",
            expected=f"a multiple of {dim_text(groups)}",
            actual=dim_text(channels),
            exception=exception,
        ),
    )


def norm_weights(normalized_shape: Sequence[Dim], *, scale: bool = True, center: bool = True) -> Dim:
    """How many numbers the scale and the shift of a layer, group, instance or RMS normalization hold."""
    return product(normalized_shape) * (scale + center)


def check_more_than_one_value(shape: Shape, *, axis: int = 1) -> None:
    """PyTorch's batch normalization in training needs two values per channel. Raises ShapeError `size-mismatch`.

    From torch `nn/functional.py` `_verify_batch_size`.
    """
    axis = normalize_axis(axis, len(shape))
    values = product(size for index, size in enumerate(shape) if index != axis)
    _more_than_one(values, "batch normalization in training needs more than 1 value per channel", shape)


def check_more_than_one_element(spatial: Shape, shape: Shape) -> None:
    """PyTorch's instance normalization needs two values per channel of each sample. Raises ShapeError `size-mismatch`.

    From torch `nn/functional.py` `_verify_spatial_size`.
    """
    _more_than_one(product(spatial), "instance normalization needs more than 1 spatial element", shape)


def _more_than_one(values: Dim, message: str, shape: Shape) -> None:
    is_one = equal(values, 1)
    if is_one is None:
        note(Constraint("differs", values, 1))
    if is_one:
        raise ShapeError(
            "size-mismatch",
            f"{message}, but the input is {text(shape)}",
            expected="more than 1",
            actual="1",
            exception="ValueError",
        )
