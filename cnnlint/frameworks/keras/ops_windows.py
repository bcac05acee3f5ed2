"""`keras.ops`: convolutions, poolings and normalizations as functions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.engine import convolution as engine
from cnnlint.engine import pooling
from cnnlint.engine.dimension import Dim, exact_quotient, floor_div, product
from cnnlint.engine.errors import ShapeError
from cnnlint.engine.shape import Shape, normalize_axis, text
from cnnlint.frameworks import coerce
from cnnlint.frameworks.keras.arguments import channels_axis, refused, same, single, sizes, word
from cnnlint.frameworks.keras.arguments import data_format as format_of
from cnnlint.frameworks.keras.core import result
from cnnlint.frameworks.keras.graph import operation
from cnnlint.frameworks.keras.operands import axes_of, operand

if TYPE_CHECKING:
    from cnnlint.interpreter.machine import Machine
    from cnnlint.interpreter.values import Tensor, Value


def spatial_rank(shape: Shape) -> int:
    """The number of axes that a window slides over. Raises ShapeError "rank-mismatch"."""
    if not 3 <= len(shape) <= 5:
        raise ShapeError(
            "rank-mismatch",
            f"the input has to have 3 to 5 dimensions, not {text(shape)}",
            expected="3 to 5",
            actual=str(len(shape)),
            exception="ValueError",
        )
    return len(shape) - 2


def convolved(
    machine: Machine,
    inputs: Value,
    kernel: Value,
    *,
    strides: Value,
    padding: Value,
    data_format: Value,
    dilation_rate: Value,
    groups: Dim | None = None,
    filters: Dim | None = None,
) -> Tensor:
    """A convolution with the kernel (…, in / groups, out), which tells `groups` and `filters` where they are None."""
    tensor, shape = single(inputs)
    rank = spatial_rank(shape)
    form = format_of(machine, data_format)
    weights = operand(kernel)
    if len(weights) != rank + 2:
        raise ShapeError(
            "rank-mismatch",
            f"the kernel has to have {rank + 2} dimensions, not {text(weights)}",
            expected=str(rank + 2),
            actual=str(len(weights)),
            exception="ValueError",
        )
    channels = shape[1] if form == "channels_first" else shape[-1]
    parts = floor_div(channels, weights[-2]) if groups is None else groups
    if groups is None and exact_quotient(channels, weights[-2]) is None:
        engine.check_channels(weights[-2], channels, "kernel's channels")
    output = engine.convolution(
        shape,
        weights[-1] if filters is None else filters,
        weights[:-2],
        stride=sizes(strides, rank, "strides"),
        padding=word(padding, ("valid", "same"), "padding"),
        dilation=sizes(dilation_rate, rank, "dilation_rate"),
        groups=parts,
        channels_axis=channels_axis(form),
    )
    machine.add_macs(engine.convolution_macs(output, channels, weights[:-2], parts))
    return result(output, like=tensor)


@operation("keras.ops.conv", "keras.ops.nn.conv")
def conv(
    machine: Machine,
    inputs: Value,
    kernel: Value,
    strides: Value = 1,
    padding: Value = "valid",
    data_format: Value = None,
    dilation_rate: Value = 1,
) -> Value:
    return convolved(
        machine,
        inputs,
        kernel,
        strides=strides,
        padding=padding,
        data_format=data_format,
        dilation_rate=dilation_rate,
    )


def depthwise(
    machine: Machine,
    inputs: Value,
    kernel: Value,
    strides: Value = 1,
    padding: Value = "valid",
    data_format: Value = None,
    dilation_rate: Value = 1,
) -> Tensor:
    """Every channel on its own, with the kernel (…, channels, multiplier)."""
    _, shape = single(inputs)
    weights = operand(kernel)
    form = format_of(machine, data_format)
    channels = shape[1] if form == "channels_first" else shape[-1]
    engine.check_channels(weights[-2], channels, "kernel's channels")
    return convolved(
        machine,
        inputs,
        kernel,
        strides=strides,
        padding=padding,
        data_format=data_format,
        dilation_rate=dilation_rate,
        groups=channels,
        filters=channels * weights[-1],
    )


@operation("keras.ops.depthwise_conv", "keras.ops.nn.depthwise_conv")
def depthwise_conv(
    machine: Machine,
    inputs: Value,
    kernel: Value,
    strides: Value = 1,
    padding: Value = "valid",
    data_format: Value = None,
    dilation_rate: Value = 1,
) -> Value:
    return depthwise(machine, inputs, kernel, strides, padding, data_format, dilation_rate)


@operation("keras.ops.separable_conv", "keras.ops.nn.separable_conv")
def separable_conv(
    machine: Machine,
    inputs: Value,
    depthwise_kernel: Value,
    pointwise_kernel: Value,
    strides: Value = 1,
    padding: Value = "valid",
    data_format: Value = None,
    dilation_rate: Value = 1,
) -> Value:
    inner = depthwise(machine, inputs, depthwise_kernel, strides, padding, data_format, dilation_rate)
    return convolved(
        machine, inner, pointwise_kernel, strides=1, padding="valid", data_format=data_format, dilation_rate=1
    )


@operation("keras.ops.conv_transpose", "keras.ops.nn.conv_transpose")
def conv_transpose(
    machine: Machine,
    inputs: Value,
    kernel: Value,
    strides: Value = 1,
    padding: Value = "valid",
    output_padding: Value = None,
    data_format: Value = None,
    dilation_rate: Value = 1,
) -> Value:
    tensor, shape = single(inputs)
    rank = spatial_rank(shape)
    form = format_of(machine, data_format)
    weights = operand(kernel)
    output = engine.transposed_convolution(
        shape,
        weights[-2],
        weights[:-2],
        stride=sizes(strides, rank, "strides"),
        padding=word(padding, ("valid", "same"), "padding"),
        output_padding=None
        if output_padding is None
        else sizes(output_padding, rank, "output_padding", allow_zero=True),
        dilation=sizes(dilation_rate, rank, "dilation_rate"),
        in_channels=weights[-1],
        channels_axis=channels_axis(form),
    )
    machine.add_macs(engine.transposed_convolution_macs(shape, weights[-2], weights[:-2]))
    return result(output, like=tensor)


def pooled(
    machine: Machine, inputs: Value, pool_size: Value, strides: Value, padding: Value, data_format: Value
) -> Tensor:
    """The largest or the mean of each window. Raises ShapeError, Undetermined."""
    tensor, shape = single(inputs)
    rank = spatial_rank(shape)
    window = sizes(pool_size, rank, "pool_size")
    output = pooling.pool(
        shape,
        window,
        stride=window if strides is None else sizes(strides, rank, "strides"),
        padding=word(padding, ("valid", "same"), "padding"),
        channels_axis=channels_axis(format_of(machine, data_format)),
    )
    return result(output, like=tensor)


def _declare_pool(name: str) -> None:
    @operation(f"keras.ops.{name}", f"keras.ops.nn.{name}")
    def pool(
        machine: Machine,
        inputs: Value,
        pool_size: Value,
        strides: Value = None,
        padding: Value = "valid",
        data_format: Value = None,
    ) -> Value:
        return pooled(machine, inputs, pool_size, strides, padding, data_format)


def _declare_adaptive(name: str) -> None:
    @operation(f"keras.ops.{name}", f"keras.ops.nn.{name}")
    def pool(machine: Machine, inputs: Value, output_size: Value, data_format: Value = None) -> Value:
        tensor, shape = single(inputs)
        wanted = sizes(output_size, spatial_rank(shape), "output_size")
        first = format_of(machine, data_format) == "channels_first"
        return result((*shape[:2], *wanted) if first else (shape[0], *wanted, shape[-1]), like=tensor)


_declare_pool("max_pool")
_declare_pool("average_pool")
_declare_adaptive("adaptive_average_pool")
_declare_adaptive("adaptive_max_pool")


@operation("keras.ops.batch_normalization", "keras.ops.nn.batch_normalization")
def batch_normalization(
    machine: Machine,
    x: Value,
    mean: Value,
    variance: Value,
    axis: Value,
    offset: Value = None,
    scale: Value = None,
    epsilon: Value = 0.001,
) -> Value:
    shape = operand(x)
    at = normalize_axis(coerce.integer(axis, "axis"), len(shape))
    for name, value in (("mean", mean), ("variance", variance), ("offset", offset), ("scale", scale)):
        if value is not None:
            engine.check_channels(product(operand(value)), shape[at], name)
    return same(x)


@operation("keras.ops.layer_normalization", "keras.ops.nn.layer_normalization")
def layer_normalization(
    machine: Machine,
    x: Value,
    gamma: Value = None,
    beta: Value = None,
    axis: Value = -1,
    epsilon: Value = None,
    **kwargs: Value,
) -> Value:
    axes_of(axis, len(operand(x)))
    return same(x)


@operation("keras.ops.rms_normalization", "keras.ops.nn.rms_normalization")
def rms_normalization(
    machine: Machine, x: Value, scale: Value = None, axis: Value = -1, epsilon: Value = None
) -> Value:
    axes_of(axis, len(operand(x)))
    return same(x)


@operation("keras.ops.glu", "keras.ops.nn.glu")
def glu(machine: Machine, x: Value, axis: Value = -1) -> Value:
    tensor, shape = single(x)
    at = normalize_axis(coerce.integer(axis, "axis"), len(shape))
    if isinstance(shape[at], int) and shape[at] % 2:
        raise refused(f"`glu` halves an axis, and {shape[at]} is odd", actual=str(shape[at]))
    return result((*shape[:at], floor_div(shape[at], 2), *shape[at + 1 :]), like=tensor)


@operation("keras.ops.unfold", "keras.ops.nn.unfold")
def unfold(
    machine: Machine, x: Value, kernel_size: Value, dilation: Value = 1, padding: Value = 0, stride: Value = 1
) -> Value:
    tensor, shape = single(x)
    around = sizes(padding, 2, "padding", allow_zero=True)
    output = engine.unfold(
        shape,
        sizes(kernel_size, 2, "kernel_size"),
        stride=sizes(stride, 2, "stride"),
        padding=[(width, width) for width in around],
        dilation=sizes(dilation, 2, "dilation"),
    )
    return result(output, like=tensor)


@operation("keras.ops.fold", "keras.ops.nn.fold")
def fold(
    machine: Machine,
    x: Value,
    output_size: Value,
    kernel_size: Value,
    dilation: Value = 1,
    padding: Value = 0,
    stride: Value = 1,
) -> Value:
    tensor, shape = single(x)
    around = sizes(padding, 2, "padding", allow_zero=True)
    output = engine.fold(
        shape,
        sizes(output_size, 2, "output_size"),
        sizes(kernel_size, 2, "kernel_size"),
        stride=sizes(stride, 2, "stride"),
        padding=[(width, width) for width in around],
        dilation=sizes(dilation, 2, "dilation"),
    )
    return result(output, like=tensor)
