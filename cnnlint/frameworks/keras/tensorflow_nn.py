"""`tf.nn` and `tf.image`: layers as functions, and images."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.engine import convolution as engine
from cnnlint.engine import resizing
from cnnlint.engine.constraints import require_equal
from cnnlint.engine.dimension import product, unknown_dim
from cnnlint.engine.errors import ShapeError
from cnnlint.engine.shape import broadcast, normalize_axis, reduce, text
from cnnlint.engine.windows import window_sizes
from cnnlint.frameworks import coerce
from cnnlint.frameworks.keras.activation import activated
from cnnlint.frameworks.keras.arguments import channels_axis, same, single, word
from cnnlint.frameworks.keras.core import result
from cnnlint.frameworks.keras.graph import operation
from cnnlint.frameworks.keras.operands import elementwise, first_tensor, operand
from cnnlint.frameworks.keras.ops_control import image, resized
from cnnlint.frameworks.keras.ops_reduce import reduced
from cnnlint.frameworks.keras.ops_windows import convolved, pooled
from cnnlint.interpreter.values import Tensor, Value

if TYPE_CHECKING:
    from cnnlint.engine.shape import Shape
    from cnnlint.interpreter.machine import Machine

ACTIVATIONS = ("relu", "relu6", "elu", "selu", "softsign")


def _declare_activation(name: str) -> None:
    @operation(f"tensorflow.nn.{name}")
    def activation(machine: Machine, features: Value, name: Value = None) -> Value:
        return activated(same(features), kind)

    kind = name


for _name in ACTIVATIONS:
    _declare_activation(_name)


@operation("tensorflow.nn.leaky_relu")
def leaky_relu(machine: Machine, features: Value, alpha: Value = 0.2, name: Value = None) -> Value:
    return activated(same(features), "leaky_relu")


@operation("tensorflow.nn.gelu")
def gelu(machine: Machine, features: Value, approximate: Value = False, name: Value = None) -> Value:
    return activated(same(features), "gelu")


@operation("tensorflow.nn.silu", "tensorflow.nn.swish")
def silu(machine: Machine, features: Value, beta: Value = 1.0) -> Value:
    return activated(same(features), "silu")


def _declare_softmax(name: str) -> None:
    @operation(f"tensorflow.nn.{name}", f"tensorflow.math.{name}")
    def softmax(machine: Machine, logits: Value, axis: Value = None, name: Value = None) -> Value:
        given = operand(logits) if isinstance(logits, Tensor) and logits.shape is not None else None
        if given is not None and isinstance(axis, int):
            normalize_axis(axis, len(given))
        return activated(same(logits), kind)

    kind = name


_declare_softmax("softmax")
_declare_softmax("log_softmax")


@operation("tensorflow.nn.dropout")
def dropout(
    machine: Machine, x: Value, rate: Value, noise_shape: Value = None, seed: Value = None, name: Value = None
) -> Value:
    return same(x)


@operation("tensorflow.nn.bias_add")
def bias_add(machine: Machine, value: Value, bias: Value, data_format: Value = None, name: Value = None) -> Value:
    tensor, shape = single(value)
    first = isinstance(data_format, str) and data_format.startswith("NC")
    engine.check_channels(product(operand(bias)), shape[1 if first else -1], "bias")
    return result(shape, like=tensor)


@operation("tensorflow.nn.batch_normalization")
def batch_normalization(
    machine: Machine,
    x: Value,
    mean: Value,
    variance: Value,
    offset: Value,
    scale: Value,
    variance_epsilon: Value,
    name: Value = None,
) -> Value:
    return same(x)


@operation("tensorflow.nn.moments")
def moments(
    machine: Machine, x: Value, axes: Value, shift: Value = None, keepdims: Value = False, name: Value = None
) -> Value:
    return (reduced(x, axes, keepdims), reduced(x, axes, keepdims))


@operation("tensorflow.nn.local_response_normalization", "tensorflow.nn.lrn", type="LocalResponseNormalization")
def local_response_normalization(
    machine: Machine,
    input: Value,
    depth_radius: Value = 5,
    bias: Value = 1,
    alpha: Value = 1,
    beta: Value = 0.5,
    name: Value = None,
) -> Value:
    tensor, shape = single(input)
    if len(shape) != 4:
        raise ShapeError(
            "rank-mismatch",
            f"the input has to have 4 dimensions, not {text(shape)}",
            expected="4",
            actual=str(len(shape)),
            exception="ValueError",
        )
    return result(shape, like=tensor)


@operation("tensorflow.nn.embedding_lookup")
def embedding_lookup(machine: Machine, params: Value, ids: Value, max_norm: Value = None, name: Value = None) -> Value:
    return result((*operand(ids), *operand(params)[1:]), like=first_tensor(params))


# --- windows ----------------------------------------------------------------------------------------------------------


def form(data_format: Value) -> str:
    """Keras's word for `NHWC` or `NCHW`."""
    return "channels_first" if isinstance(data_format, str) and data_format.startswith("NC") else "channels_last"


def spatial(value: Value, rank: int, data_format: Value) -> Value:
    """Strides, sizes or rates for the spatial axes: one, one for each, or one for each axis of the tensor."""
    items = coerce.items(value) if value is not None else None
    if items is None or len(items) == rank:
        return 1 if value is None else value
    if len(items) == 1:
        return items[0]
    return tuple(items[2:] if form(data_format) == "channels_first" else items[1:-1])


def _declare_convolution(rank: int) -> None:
    layout = {1: "NWC", 2: "NHWC", 3: "NDHWC"}[rank]

    @operation(f"tensorflow.nn.conv{rank}d", *(("tensorflow.nn.convolution",) if rank == 2 else ()))
    def conv(
        machine: Machine,
        input: Value,
        filters: Value,
        strides: Value = 1,
        padding: Value = "VALID",
        data_format: Value = layout,
        dilations: Value = None,
        name: Value = None,
    ) -> Value:
        return convolved(
            machine,
            input,
            filters,
            strides=spatial(strides, rank, data_format),
            padding=padding,
            data_format=form(data_format),
            dilation_rate=spatial(dilations, rank, data_format),
        )


for _rank in (1, 2, 3):
    _declare_convolution(_rank)


@operation("tensorflow.nn.depthwise_conv2d")
def depthwise_conv2d(
    machine: Machine,
    input: Value,
    filter: Value,
    strides: Value,
    padding: Value,
    data_format: Value = None,
    dilations: Value = None,
    name: Value = None,
) -> Value:
    _, shape = single(input)
    channels = shape[1 if form(data_format) == "channels_first" else -1]
    kernel = operand(filter)
    engine.check_channels(kernel[-2], channels, "kernel's channels")
    return convolved(
        machine,
        input,
        filter,
        strides=spatial(strides, 2, data_format),
        padding=padding,
        data_format=form(data_format),
        dilation_rate=spatial(dilations, 2, data_format),
        groups=channels,
        filters=channels * kernel[-1],
    )


@operation("tensorflow.nn.conv2d_transpose")
def conv2d_transpose(
    machine: Machine,
    input: Value,
    filters: Value,
    output_shape: Value,
    strides: Value,
    padding: Value = "SAME",
    data_format: Value = "NHWC",
    dilations: Value = None,
    name: Value = None,
) -> Value:
    tensor, shape = single(input)
    kernel = operand(filters)
    engine.check_channels(kernel[-1], shape[1 if form(data_format) == "channels_first" else -1], "kernel's channels")
    machine.add_macs(engine.transposed_convolution_macs(shape, kernel[-2], kernel[:-2]))
    return result(coerce.shape(output_shape, "output_shape"), like=tensor)


def _declare_pool(name: str, rank: int | None) -> None:
    @operation(f"tensorflow.nn.{name}")
    def pool(
        machine: Machine,
        input: Value,
        ksize: Value,
        strides: Value,
        padding: Value,
        data_format: Value = None,
        name: Value = None,
    ) -> Value:
        axes = rank or len(coerce.shape_of(input)) - 2
        return pooled(
            machine,
            input,
            spatial(ksize, axes, data_format),
            spatial(strides, axes, data_format),
            padding,
            form(data_format),
        )


for _kind in ("max_pool", "avg_pool"):
    _declare_pool(_kind, None)
    for _rank in (1, 2, 3):
        _declare_pool(f"{_kind}{_rank}d", _rank)


def _declare_blocks(name: str, *, grow: bool) -> None:
    @operation(f"tensorflow.nn.{name}")
    def blocks(
        machine: Machine, input: Value, block_size: Value, data_format: Value = "NHWC", name: Value = None
    ) -> Value:
        tensor, shape = single(input)
        if len(shape) != 4:
            raise ShapeError(
                "rank-mismatch",
                f"`tf.nn.{name}` takes 4 dimensions, got {text(shape)}",
                expected="4",
                actual=str(len(shape)),
                exception="ValueError",
            )
        change = resizing.pixel_shuffle if grow else resizing.pixel_unshuffle
        axis = channels_axis(form(data_format))
        return result(change(shape, coerce.integer(block_size, "block_size"), channels_axis=axis), like=tensor)


_declare_blocks("depth_to_space", grow=True)
_declare_blocks("space_to_depth", grow=False)


# --- losses -----------------------------------------------------------------------------------------------------------


@operation("tensorflow.nn.softmax_cross_entropy_with_logits")
def softmax_cross_entropy(
    machine: Machine, labels: Value, logits: Value, axis: Value = -1, name: Value = None
) -> Value:
    one, other = operand(labels), operand(logits)
    if one and other:
        try:  # both are made matrices of classes first
            broadcast((product(one[:-1]), one[-1]), (product(other[:-1]), other[-1]))
        except ShapeError:
            raise _other_ranks(one, other) from None
    return result(reduce(other, [coerce.integer(axis)]), like=first_tensor(logits))


def _other_ranks(labels: Shape, logits: Shape) -> ShapeError:
    return ShapeError(
        "size-mismatch",
        f"`labels` and `logits` must have the same shape, got {text(labels)} and {text(logits)}",
        expected=text(logits),
        actual=text(labels),
        exception="ValueError",
    )


@operation("tensorflow.nn.sparse_softmax_cross_entropy_with_logits")
def sparse_softmax_cross_entropy(machine: Machine, labels: Value, logits: Value, name: Value = None) -> Value:
    return result(operand(logits)[:-1], like=first_tensor(logits))


@operation("tensorflow.nn.sigmoid_cross_entropy_with_logits")
def sigmoid_cross_entropy(machine: Machine, labels: Value = None, logits: Value = None, name: Value = None) -> Value:
    one, other = operand(labels), operand(logits)
    if len(one) != len(other):
        raise _other_ranks(one, other)
    for found, wanted in zip(one, other, strict=True):
        require_equal(found, wanted, lambda: _other_ranks(one, other))
    return elementwise(labels, logits)


# --- images -----------------------------------------------------------------------------------------------------------

KEPT = (
    "random_flip_left_right random_flip_up_down flip_left_right flip_up_down random_brightness random_contrast"
    " random_hue random_saturation adjust_brightness adjust_contrast adjust_hue adjust_saturation adjust_gamma"
    " per_image_standardization convert_image_dtype rgb_to_hsv hsv_to_rgb rgb_to_yuv yuv_to_rgb"
)


def _declare_kept(name: str) -> None:
    @operation(f"tensorflow.image.{name}")
    def kept(machine: Machine, image: Value, *args: Value, **kwargs: Value) -> Value:
        return same(image)


for _name in KEPT.split():
    _declare_kept(_name)


@operation("tensorflow.image.resize")
def resize(
    machine: Machine,
    images: Value,
    size: Value,
    method: Value = "bilinear",
    preserve_aspect_ratio: Value = False,
    antialias: Value = False,
    name: Value = None,
) -> Value:
    if coerce.flag(preserve_aspect_ratio):
        tensor = image(images)
        shape = coerce.shape_of(tensor)
        return result((*shape[:-3], unknown_dim(), unknown_dim(), shape[-1]), like=tensor)
    return resized(machine, images, size, "channels_last")


def _declare_framed(name: str) -> None:
    @operation(f"tensorflow.image.{name}")
    def framed(
        machine: Machine, image: Value, target_height: Value, target_width: Value, *args: Value, **kwargs: Value
    ) -> Value:
        return resized(machine, image, (target_height, target_width), "channels_last")


for _name in ("resize_with_crop_or_pad", "resize_with_pad"):
    _declare_framed(_name)


def _declare_box(name: str) -> None:
    @operation(f"tensorflow.image.{name}")
    def box(
        machine: Machine,
        image: Value,
        offset_height: Value,
        offset_width: Value,
        target_height: Value,
        target_width: Value,
    ) -> Value:
        return resized(machine, image, (target_height, target_width), "channels_last")


for _name in ("crop_to_bounding_box", "pad_to_bounding_box"):
    _declare_box(_name)


@operation("tensorflow.image.random_crop")
def random_crop(machine: Machine, value: Value, size: Value, seed: Value = None, name: Value = None) -> Value:
    return result(coerce.shape(size, "size"), like=first_tensor(value))


def _declare_channels(name: str, channels: int) -> None:
    @operation(f"tensorflow.image.{name}")
    def converted(machine: Machine, images: Value, name: Value = None) -> Value:
        tensor, shape = single(images)
        return result((*shape[:-1], channels), like=tensor)


_declare_channels("rgb_to_grayscale", 1)
_declare_channels("grayscale_to_rgb", 3)


@operation("tensorflow.image.extract_patches")
def extract_patches(
    machine: Machine, images: Value, sizes: Value, strides: Value, rates: Value, padding: Value, name: Value = None
) -> Value:
    tensor, shape = single(images)
    window, step, rate = (coerce.dims(spatial(value, 2, None), 2) for value in (sizes, strides, rates))
    places = window_sizes(shape[1:-1], window, step, word(padding, ("valid", "same"), "padding"), rate)
    return result((shape[0], *places, product((*window, shape[-1]))), like=tensor)
