"""Convolutions over any number of spatial axes: shapes, counts of weights, MACs. Bias additions are not counted."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from cnnlint.engine.broadcasting import elements
from cnnlint.engine.constraints import require_at_least, require_equal, require_multiple
from cnnlint.engine.dimension import Dim, floor_div, less, maximum, product
from cnnlint.engine.dimension import text as dim_text
from cnnlint.engine.errors import ShapeError
from cnnlint.engine.windows import (
    ChannelsAxis,
    Padding,
    check_positive,
    check_same_stride,
    effective_kernel,
    pair_padding,
    put_together,
    take_apart,
    window_size,
    window_sizes,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnnlint.engine.reshaping import Shape

__all__ = [
    "ChannelsAxis",
    "Padding",
    "check_channels",
    "check_groups",
    "check_positive",
    "check_same_stride",
    "convolution",
    "convolution_macs",
    "convolution_weights",
    "effective_kernel",
    "fold",
    "keras_transposed_size",
    "output_padding_for",
    "pair_padding",
    "put_together",
    "take_apart",
    "torch_transposed_size",
    "transposed_convolution",
    "transposed_convolution_macs",
    "unfold",
    "window_size",
    "window_sizes",
]


def check_groups(in_channels: Dim, filters: Dim, groups: Dim = 1) -> None:
    """Both channel counts have to be multiples of the groups. Raises ShapeError `bad-argument`."""
    check_positive("groups", (groups,))
    for name, count in (("in_channels", in_channels), ("out_channels", filters)):
        require_multiple(count, groups, partial(_not_in_groups, name, count, groups))


def _not_in_groups(name: str, count: Dim, groups: Dim) -> ShapeError:
    return ShapeError(
        "bad-argument",
        f"`{name}` is {dim_text(count)}, which `groups`, {dim_text(groups)}, does not divide",
        expected=f"a multiple of {dim_text(groups)}",
        actual=dim_text(count),
        exception="ValueError",
    )


def check_channels(declared: Dim, found: Dim, name: str = "in_channels") -> None:
    """The input has to have the channels that the layer was made for. Raises ShapeError `channel-mismatch`."""
    require_equal(
        declared,
        found,
        lambda: ShapeError(
            "channel-mismatch",
            f"`{name}` is {dim_text(declared)} but the input has {dim_text(found)} "
            f"{'channel' if isinstance(found, int) and found == 1 else 'channels'}",
            expected=dim_text(declared),
            actual=dim_text(found),
        ),
    )


def convolution(
    shape: Shape,
    filters: Dim,
    kernel: Sequence[Dim],
    *,
    stride: Sequence[Dim] | None = None,
    padding: Padding = "valid",
    dilation: Sequence[Dim] | None = None,
    groups: Dim = 1,
    in_channels: Dim | None = None,
    channels_axis: ChannelsAxis = "first",
    unbatched: bool = False,
) -> Shape:
    """The shape after a convolution; `in_channels` is what the layer was made for, where the framework asks for it.

    Raises ShapeError `rank-mismatch`, `channel-mismatch`, `nonpositive-size`, `bad-argument`.
    """
    leading, channels, spatial = take_apart(shape, len(kernel), channels_axis, unbatched=unbatched)
    if in_channels is not None:
        check_channels(in_channels, channels)
    check_positive("filters", (filters,))
    check_groups(channels if in_channels is None else in_channels, filters, groups)
    sizes = window_sizes(spatial, kernel, stride or (1,) * len(kernel), padding, dilation)
    return put_together(leading, filters, sizes, channels_axis)


def convolution_weights(in_channels: Dim, filters: Dim, kernel: Sequence[Dim], groups: Dim = 1) -> tuple[Dim, Dim]:
    """How many numbers the kernel (`filters * in_channels / groups * kernel`) and the bias (`filters`) hold.

    The transposed convolution has the same.
    """
    return product((floor_div(in_channels * filters, groups), *kernel)), filters


def convolution_macs(output: Shape, in_channels: Dim, kernel: Sequence[Dim], groups: Dim = 1) -> Dim:
    """MACs of one whole call, batch included: every number of the output takes `in_channels / groups * kernel`."""
    return product((elements(output), floor_div(in_channels, groups), *kernel))


def torch_transposed_size(
    size: Dim, kernel: Dim, stride: Dim = 1, padding: Dim = 0, output_padding: Dim = 0, dilation: Dim = 1
) -> Dim:
    """`(size - 1)*stride - 2*padding + dilation*(kernel - 1) + output_padding + 1` (torch `conv_input_size`)."""
    return (size - 1) * stride - 2 * padding + effective_kernel(kernel, dilation) + output_padding


def keras_transposed_size(
    size: Dim,
    kernel: Dim,
    stride: Dim = 1,
    padding: str = "valid",
    output_padding: Dim | None = None,
    dilation: Dim = 1,
) -> Dim:
    """Keras's `_get_output_shape_given_tf_padding` (`backend/common/backend_utils.py`)."""
    width = effective_kernel(kernel, dilation)
    if padding == "same":
        return size * stride if output_padding is None else (size - 1) * stride + width % 2 + output_padding
    extra = maximum(width, stride) - width if output_padding is None else output_padding
    return (size - 1) * stride + width + extra


def transposed_convolution(
    shape: Shape,
    filters: Dim,
    kernel: Sequence[Dim],
    *,
    stride: Sequence[Dim] | None = None,
    padding: str | Sequence[Dim] = "valid",
    output_padding: Sequence[Dim] | None = None,
    dilation: Sequence[Dim] | None = None,
    groups: Dim = 1,
    in_channels: Dim | None = None,
    channels_axis: ChannelsAxis = "first",
    unbatched: bool = False,
) -> Shape:
    """The shape after a transposed convolution; a `padding` of numbers is PyTorch's, a word is Keras's.

    Raises ShapeError `rank-mismatch`, `channel-mismatch`, `nonpositive-size`, `bad-argument`.
    """
    rank = len(kernel)
    stride, dilation = stride or (1,) * rank, dilation or (1,) * rank
    leading, channels, spatial = take_apart(shape, rank, channels_axis, unbatched=unbatched)
    if in_channels is not None:
        check_channels(in_channels, channels)
    for name, values in (("filters", (filters,)), ("kernel_size", kernel), ("stride", stride), ("dilation", dilation)):
        check_positive(name, values)
    check_groups(channels if in_channels is None else in_channels, filters, groups)
    if isinstance(padding, str):
        _check_output_padding(output_padding, stride)
        extra: Sequence[Dim | None] = output_padding or (None,) * rank
        sizes = [
            keras_transposed_size(*axis[:3], padding, *axis[3:])
            for axis in zip(spatial, kernel, stride, extra, dilation, strict=True)
        ]
    else:
        widest = [maximum(*pair) for pair in zip(stride, dilation, strict=True)]
        _check_output_padding(output_padding, widest)
        axes = zip(spatial, kernel, stride, padding, output_padding or (0,) * rank, dilation, strict=True)
        sizes = [torch_transposed_size(*axis) for axis in axes]
        for size in sizes:
            require_at_least(size, 1, lambda: _too_small(spatial, sizes))
    return put_together(leading, filters, sizes, channels_axis)


def _check_output_padding(output_padding: Sequence[Dim] | None, limits: Sequence[Dim]) -> None:
    for width, limit in zip(output_padding or (), limits, strict=False):
        if less(width, limit) is False or less(width, 0):
            raise ShapeError(
                "bad-argument",
                f"`output_padding` is {dim_text(width)}, but has to be below {dim_text(limit)}",
                expected=f"less than {dim_text(limit)}",
                actual=dim_text(width),
            )


def _too_small(spatial: Sequence[Dim], sizes: Sequence[Dim]) -> ShapeError:
    before, after = ("x".join(map(dim_text, dims)) for dims in (spatial, sizes))
    return ShapeError(
        "nonpositive-size",
        f"the output size for an input of {before} would be {after}",
        expected="at least 1",
        actual=after,
    )


def transposed_convolution_macs(shape: Shape, filters: Dim, kernel: Sequence[Dim], groups: Dim = 1) -> Dim:
    """MACs of one whole call, batch included: every number of the input meets `filters / groups * kernel` weights."""
    return product((elements(shape), floor_div(filters, groups), *kernel))


def output_padding_for(smallest: Dim, wanted: Dim, stride: Dim) -> Dim:
    """The `output_padding` for PyTorch's `output_size`, where `smallest` is the size without any.

    From `_ConvTransposeNd._output_padding`. Raises ShapeError `bad-argument`.
    """
    fault = partial(_not_reachable, smallest, wanted, stride)
    require_at_least(wanted, smallest, fault)
    require_at_least(smallest + stride - 1, wanted, fault)
    return wanted - smallest


def _not_reachable(smallest: Dim, wanted: Dim, stride: Dim) -> ShapeError:
    return ShapeError(
        "bad-argument",
        f"an output size of {dim_text(wanted)} is not between {dim_text(smallest)} "
        f"and {dim_text(smallest + stride - 1)}",
        expected=f"{dim_text(smallest)} to {dim_text(smallest + stride - 1)}",
        actual=dim_text(wanted),
        exception="ValueError",
    )


def unfold(
    shape: Shape,
    kernel: Sequence[Dim],
    *,
    stride: Sequence[Dim] | None = None,
    padding: Padding = "valid",
    dilation: Sequence[Dim] | None = None,
) -> Shape:
    """`torch.nn.Unfold`: (N, C, *spatial) to (N, C * kernel, windows); (C, *spatial) loses the N."""
    leading, channels, spatial = take_apart(shape, len(kernel), "first", unbatched=True)
    sizes = window_sizes(spatial, kernel, stride or (1,) * len(kernel), padding, dilation)
    return (*leading, product((channels, *kernel)), product(sizes))


def fold(
    shape: Shape,
    output_size: Sequence[Dim],
    kernel: Sequence[Dim],
    *,
    stride: Sequence[Dim] | None = None,
    padding: Padding = "valid",
    dilation: Sequence[Dim] | None = None,
) -> Shape:
    """`torch.nn.Fold`: (N, C * kernel, windows) to (N, C, *output_size). Raises ShapeError `size-mismatch`."""
    leading, columns, (windows,) = take_apart(shape, 1, "first", unbatched=True)
    area = product(kernel)
    require_multiple(
        columns,
        area,
        lambda: ShapeError(
            "size-mismatch",
            f"the input has {dim_text(columns)} columns, which the kernel's size {dim_text(area)} does not divide",
            expected=f"a multiple of {dim_text(area)}",
            actual=dim_text(columns),
        ),
    )
    count = product(window_sizes(output_size, kernel, stride or (1,) * len(kernel), padding, dilation))
    require_equal(
        count,
        windows,
        lambda: ShapeError(
            "size-mismatch",
            f"the input has {dim_text(windows)} windows, but an output of this size has {dim_text(count)}",
            expected=dim_text(count),
            actual=dim_text(windows),
        ),
    )
    return (*leading, floor_div(columns, area), *output_size)
