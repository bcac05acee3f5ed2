"""Pooling over any number of spatial axes: fixed windows, adaptive, global, and back."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from cnnlint.engine.constraints import require_at_least
from cnnlint.engine.dimension import Dim, floor_div
from cnnlint.engine.dimension import text as dim_text
from cnnlint.engine.errors import ShapeError
from cnnlint.engine.windows import (
    ChannelsAxis,
    Padding,
    check_positive,
    put_together,
    take_apart,
    times,
    window_sizes,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnnlint.engine.reshaping import Shape


def pool(
    shape: Shape,
    kernel: Sequence[Dim],
    *,
    stride: Sequence[Dim] | None = None,
    padding: Padding = "valid",
    dilation: Sequence[Dim] | None = None,
    ceil_mode: bool = False,
    within_input: bool = False,
    channels_axis: ChannelsAxis = "first",
    unbatched: bool = False,
) -> Shape:
    """The shape after max, average or Lp pooling; the stride is the kernel where not given.

    Padding by numbers is PyTorch's, which allows at most half of the kernel. `within_input`: the input without padding
    has to be as large as the kernel, as `AvgPool3d` asks (torch `avg_pool3d_shape_check`).

    Sources: keras `operation_utils.py`
    `compute_pooling_output_shape`, torch `ATen/native/Pool.h` `pooling_output_shape_pad_lr`, `pool2d_shape_check`.
    Raises ShapeError `rank-mismatch`, `nonpositive-size`, `bad-argument`.
    """
    leading, channels, spatial = take_apart(shape, len(kernel), channels_axis, unbatched=unbatched)
    if not isinstance(padding, str):
        _check_padding(padding, kernel)
    if within_input:
        _check_within(kernel, spatial)
    sizes = window_sizes(spatial, kernel, stride or kernel, padding, dilation, ceil_mode=ceil_mode)
    return put_together(leading, channels, sizes, channels_axis)


def _check_padding(padding: Sequence[tuple[Dim, Dim]], kernel: Sequence[Dim]) -> None:
    for (before, _), width in zip(padding, kernel, strict=True):
        require_at_least(width, 2 * before, partial(_too_wide, before, width))


def _too_wide(before: Dim, width: Dim) -> ShapeError:
    return ShapeError(
        "bad-argument",
        f"padding {dim_text(before)} is more than half of the kernel size {dim_text(width)}",
        expected=f"at most {dim_text(floor_div(width, 2))}",
        actual=dim_text(before),
    )


def _check_within(kernel: Sequence[Dim], spatial: Sequence[Dim]) -> None:
    for width, size in zip(kernel, spatial, strict=True):
        require_at_least(
            size,
            width,
            lambda: ShapeError(
                "nonpositive-size",
                f"the input {times(spatial)} is smaller than the kernel {times(kernel)}",
                expected=f"at least {times(kernel)}",
                actual=times(spatial),
            ),
        )


def adaptive_pool(
    shape: Shape,
    output_size: Sequence[Dim | None],
    *,
    channels_axis: ChannelsAxis = "first",
    unbatched: bool = False,
) -> Shape:
    """The shape after adaptive pooling: the sizes asked for, `None` keeps the input's."""
    leading, channels, spatial = take_apart(shape, len(output_size), channels_axis, unbatched=unbatched)
    sizes = [size if wanted is None else wanted for size, wanted in zip(spatial, output_size, strict=True)]
    for size in sizes:
        require_at_least(size, 0, partial(_below_0, size))
    return put_together(leading, channels, sizes, channels_axis)


def _below_0(size: Dim) -> ShapeError:
    return ShapeError("bad-argument", f"`output_size` is {dim_text(size)}, below 0", actual=dim_text(size))


def global_pool(shape: Shape, rank: int, *, channels_axis: ChannelsAxis = "last", keepdims: bool = False) -> Shape:
    """The shape after Keras's global pooling over `rank` spatial axes: (batch, channels), or with axes of 1."""
    leading, channels, _ = take_apart(shape, rank, channels_axis)
    return put_together(leading, channels, (1,) * rank if keepdims else (), channels_axis)


def max_unpool(
    shape: Shape,
    kernel: Sequence[Dim],
    *,
    stride: Sequence[Dim] | None = None,
    padding: Sequence[Dim] | None = None,
    output_size: Sequence[Dim] | None = None,
) -> Shape:
    """`torch.nn.MaxUnpool*d`: `(size - 1)*stride - 2*padding + kernel`, or `output_size` within a stride of it.

    From torch `nn/functional.py` `_unpool_output_size`. Raises ShapeError `rank-mismatch`, `bad-argument`.
    """
    stride, padding = stride or kernel, padding or (0,) * len(kernel)
    leading, channels, spatial = take_apart(shape, len(kernel), "first", unbatched=True)
    axes = zip(spatial, kernel, stride, padding, strict=True)
    sizes = [(size - 1) * step - 2 * width + window for size, window, step, width in axes]
    for size in sizes:
        require_at_least(size, 0, partial(_negative, sizes))
    if len(kernel) == 3:  # the kernels for fewer axes never look at it
        check_positive("stride", stride)
    if output_size is None:
        return put_together(leading, channels, sizes, "first")
    wanted = tuple(output_size[-len(kernel) :])
    for size, step, asked in zip(sizes, stride, wanted, strict=True):
        fault = partial(_not_within_a_stride, size, step, asked)
        require_at_least(asked, size - step + 1, fault)
        require_at_least(size + step - 1, asked, fault)
    return put_together(leading, channels, wanted, "first")


def _negative(sizes: Sequence[Dim]) -> ShapeError:
    return ShapeError(
        "nonpositive-size",
        f"an unpooling cannot make the size {times(sizes)}",
        expected="at least 0",
        actual=times(sizes),
        exception="ValueError",
    )


def _not_within_a_stride(size: Dim, step: Dim, asked: Dim) -> ShapeError:
    return ShapeError(
        "bad-argument",
        f"an output size of {dim_text(asked)} is not between {dim_text(size - step)} and {dim_text(size + step)}",
        expected=f"{dim_text(size - step + 1)} to {dim_text(size + step - 1)}",
        actual=dim_text(asked),
        exception="ValueError",
    )
