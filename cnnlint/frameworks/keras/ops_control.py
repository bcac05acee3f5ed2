"""`keras.ops`: functions that call functions of the code; images; sound."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.engine import resizing
from cnnlint.engine.dimension import product, unknown_dim
from cnnlint.engine.dimension import text as dim_text
from cnnlint.engine.errors import ShapeError, Undetermined
from cnnlint.engine.windows import window_sizes
from cnnlint.frameworks import coerce
from cnnlint.frameworks.keras.arguments import channels_axis, refused, same, single, sizes, word
from cnnlint.frameworks.keras.arguments import data_format as format_of
from cnnlint.frameworks.keras.augmentation import check_image
from cnnlint.frameworks.keras.core import KERAS, result
from cnnlint.frameworks.keras.graph import operation
from cnnlint.frameworks.keras.operands import check_same_shape, check_size, first_tensor, least_rank, operand
from cnnlint.frameworks.keras.structure import map_structure, tensors
from cnnlint.interpreter.values import HostFunction, ListValue, Tensor, Unknown, Value

if TYPE_CHECKING:
    from cnnlint.engine.dimension import Dim
    from cnnlint.interpreter.machine import Machine


# --- functions of functions -------------------------------------------------------------------------------------------


def _first_known(machine: Machine, choices: list[Value]) -> Value:
    """What the branches agree on: their common shape. Raises Undetermined."""
    made = [machine.call(choice) for choice in choices if choice is not None]
    tensors_made = [value for value in made if isinstance(value, Tensor) and value.shape is not None]
    alike = all(other.shape == tensors_made[0].shape for other in tensors_made)
    if tensors_made and alike and len(tensors_made) == len(choices):
        return same(tensors_made[0])
    raise Undetermined("which branch of a condition runs is not known")


@KERAS.function("keras.ops.cond", "keras.ops.core.cond")
def cond(machine: Machine, pred: Value, true_fn: Value, false_fn: Value) -> Value:
    truth = machine.truth(pred)
    if truth is not None:
        return machine.call(true_fn if truth else false_fn)
    return _first_known(machine, [true_fn, false_fn])


@KERAS.function("keras.ops.switch", "keras.ops.core.switch")
def switch(machine: Machine, index: Value, branches: Value, *operands: Value) -> Value:
    found = coerce.sequence(machine, branches)
    if isinstance(index, int):
        return machine.call(found[max(0, min(index, len(found) - 1))], operands)
    raise Undetermined("which branch runs is not known")


@KERAS.function("keras.ops.while_loop", "keras.ops.core.while_loop")
def while_loop(machine: Machine, cond: Value, body: Value, loop_vars: Value, maximum_iterations: Value = None) -> Value:
    return map_structure(
        lambda leaf: same(leaf) if isinstance(leaf, Tensor) else Unknown("a loop's variable"), loop_vars
    )


@KERAS.function("keras.ops.fori_loop", "keras.ops.core.fori_loop")
def fori_loop(machine: Machine, lower: Value, upper: Value, body_fun: Value, init_val: Value) -> Value:
    return map_structure(
        lambda leaf: same(leaf) if isinstance(leaf, Tensor) else Unknown("a loop's variable"), init_val
    )


def _mapped(machine: Machine, function: Value, elements: Value) -> Value:
    """A function of each part of the first axis, its results stacked. Raises Undetermined, ShapeError."""
    sources = tensors(elements)
    if not sources:
        raise Undetermined("what a function is mapped over is not known")
    count = coerce.shape_of(sources[0])[0]

    def part(leaf: Value) -> Value:
        return result(coerce.shape_of(leaf)[1:], like=leaf) if isinstance(leaf, Tensor) else leaf

    def whole(leaf: Value) -> Value:
        return result((count, *coerce.shape_of(leaf)), like=leaf) if isinstance(leaf, Tensor) else leaf

    made = machine.call(function, (map_structure(part, elements),))
    if isinstance(made, Unknown):
        raise Undetermined(made.reason)
    return map_structure(whole, made)


@KERAS.function("keras.ops.map", "keras.ops.core.map")
def map_over(machine: Machine, f: Value, xs: Value) -> Value:
    return _mapped(machine, f, xs)


@KERAS.function("keras.ops.vectorized_map", "keras.ops.core.vectorized_map")
def vectorized_map(machine: Machine, function: Value, elements: Value) -> Value:
    return _mapped(machine, function, elements)


@KERAS.function("keras.ops.vectorize")
def vectorize(machine: Machine, pyfunc: Value, *, excluded: Value = None, signature: Value = None) -> Value:
    raise Undetermined("`vectorize` is not followed")


@KERAS.function("keras.ops.scan", "keras.ops.core.scan")
def scan(
    machine: Machine,
    f: Value,
    init: Value,
    xs: Value = None,
    length: Value = None,
    reverse: Value = False,
    unroll: Value = 1,
) -> Value:
    raise Undetermined("`scan` is not followed")


@KERAS.function("keras.ops.associative_scan", "keras.ops.core.associative_scan")
def associative_scan(machine: Machine, f: Value, elems: Value, reverse: Value = False, axis: Value = 0) -> Value:
    return map_structure(lambda leaf: same(leaf) if isinstance(leaf, Tensor) else leaf, elems)


@KERAS.function("keras.ops.custom_gradient")
def custom_gradient(machine: Machine, f: Value) -> Value:
    def forward(machine: Machine, *args: Value, **kwargs: Value) -> Value:
        made = machine.call(f, args, kwargs)
        return made[0] if isinstance(made, tuple) and len(made) == 2 else made

    return HostFunction("keras.ops.custom_gradient.forward", forward)


@KERAS.function("keras.ops.jvp")
def jvp(machine: Machine, fun: Value, primals: Value, tangents: Value, has_aux: Value = False) -> Value:
    raise Undetermined("derivatives are not followed")


# --- images -----------------------------------------------------------------------------------------------------------


def image(value: Value) -> Tensor:
    """One image or a batch. Raises ShapeError "rank-mismatch", Undetermined."""
    if isinstance(value, (tuple, ListValue)):
        raise Undetermined("a list of images is not followed")
    tensor, _ = single(value)
    check_image(tensor)
    return tensor


def resized(machine: Machine, images: Value, size: Value, data_format: Value) -> Tensor:
    """Images of another height and width. Raises ShapeError, Undetermined."""
    tensor = image(images)
    axis = channels_axis(format_of(machine, data_format))
    wanted = sizes(size, 2, "size")
    return result(resizing.resize(coerce.shape_of(tensor), wanted, channels_axis=axis, unbatched=True), like=tensor)


INTERPOLATIONS = ("bilinear", "nearest", "lanczos3", "lanczos5", "bicubic", "area")
"""`RESIZE_INTERPOLATIONS` of the backend that has most."""


@operation("keras.ops.image.resize")
def resize(
    machine: Machine,
    images: Value,
    size: Value,
    interpolation: Value = "bilinear",
    antialias: Value = False,
    crop_to_aspect_ratio: Value = False,
    pad_to_aspect_ratio: Value = False,
    fill_mode: Value = "constant",
    fill_value: Value = 0.0,
    data_format: Value = None,
) -> Value:
    if isinstance(coerce.known(size), int):
        raise refused("`size` must be a height and a width", "TypeError")
    word(interpolation, INTERPOLATIONS, "interpolation")
    return resized(machine, images, size, data_format)


@operation("keras.ops.image.rgb_to_grayscale", type="RGBToGrayscale")
def rgb_to_grayscale(machine: Machine, images: Value, data_format: Value = None) -> Value:
    tensor = image(images)
    shape = list(coerce.shape_of(tensor))
    shape[len(shape) - 3 if format_of(machine, data_format) == "channels_first" else -1] = 1
    return result(shape, like=tensor)


def _declare_kept(name: str, title: str) -> None:
    @operation(f"keras.ops.image.{name}", type=title)
    def kept(machine: Machine, images: Value, *args: Value, **kwargs: Value) -> Value:
        tensor = image(images)
        if name.endswith(("_to_hsv", "_to_rgb")):
            shape = coerce.shape_of(tensor)
            form = format_of(machine, kwargs.get("data_format", args[0] if args else None))
            check_size(3, shape[-3 if form == "channels_first" else -1], "the channels and the three colours")
        return same(tensor)


for _name, _title in {
    "rgb_to_hsv": "RGBToHSV",
    "hsv_to_rgb": "HSVToRGB",
    "affine_transform": "AffineTransform",
    "elastic_transform": "ElasticTransform",
    "gaussian_blur": "GaussianBlur",
    "perspective_transform": "PerspectiveTransform",
}.items():
    _declare_kept(_name, _title)


def _edges(before: Value, after: Value, target: Value, size: Dim, sign: int) -> Dim:
    """The size with what is cropped (`sign` -1) or padded (1), where two of three numbers are given.

    Raises ShapeError "bad-argument" where it is another count of them, or one comes out negative; Undetermined.
    """
    given = [None if each is None else coerce.dim(each) for each in (before, after, target)]
    known = [each for each in given if each is not None]
    if len(known) != 2:
        raise refused("two of the edge in front, the edge behind and the target's size must be given")
    wanted = given[2]
    if wanted is None:
        found = size + sign * sum(known)
    else:
        found = wanted
        known.append(sign * (wanted - size) - known[0])
    if any(isinstance(each, int) and each < 0 for each in (*known, found)):
        raise refused(f"a size of {dim_text(size)} cannot be changed so: an edge or the result would be negative")
    return found


def _reframed(
    machine: Machine, images: Value, edges: list[tuple[Value, Value, Value]], form: Value, sign: int
) -> Value:
    tensor = image(images)
    shape = list(coerce.shape_of(tensor))
    first = len(shape) - (2 if format_of(machine, form) == "channels_first" else 3)
    for axis, (before, after, target) in enumerate(edges, first):
        shape[axis] = _edges(before, after, target, shape[axis], sign)
    return result(shape, like=tensor)


@operation("keras.ops.image.crop_images")
def crop_images(
    machine: Machine,
    images: Value,
    top_cropping: Value = None,
    left_cropping: Value = None,
    bottom_cropping: Value = None,
    right_cropping: Value = None,
    target_height: Value = None,
    target_width: Value = None,
    data_format: Value = None,
) -> Value:
    edges = [(top_cropping, bottom_cropping, target_height), (left_cropping, right_cropping, target_width)]
    return _reframed(machine, images, edges, data_format, -1)


@operation("keras.ops.image.pad_images")
def pad_images(
    machine: Machine,
    images: Value,
    top_padding: Value = None,
    left_padding: Value = None,
    bottom_padding: Value = None,
    right_padding: Value = None,
    target_height: Value = None,
    target_width: Value = None,
    data_format: Value = None,
) -> Value:
    edges = [(top_padding, bottom_padding, target_height), (left_padding, right_padding, target_width)]
    return _reframed(machine, images, edges, data_format, 1)


@operation("keras.ops.image.extract_patches")
def extract_patches(
    machine: Machine,
    images: Value,
    size: Value,
    strides: Value = None,
    dilation_rate: Value = 1,
    padding: Value = "valid",
    data_format: Value = None,
) -> Value:
    tensor = image(images)
    shape = coerce.shape_of(tensor)
    window = sizes(size, 2, "size")
    first = format_of(machine, data_format) == "channels_first"
    front = len(shape) - 3
    channels, spatial = (shape[front], shape[front + 1 :]) if first else (shape[-1], shape[front:-1])
    places = window_sizes(
        spatial,
        window,
        window if strides is None else sizes(strides, 2, "strides"),
        word(padding, ("valid", "same"), "padding"),
        sizes(dilation_rate, 2, "dilation_rate"),
    )
    deep = product((*window, channels))
    return result((*shape[:front], deep, *places) if first else (*shape[:front], *places, deep), like=tensor)


@operation("keras.ops.image.map_coordinates")
def map_coordinates(
    machine: Machine,
    inputs: Value,
    coordinates: Value,
    order: Value,
    fill_mode: Value = "constant",
    fill_value: Value = 0,
) -> Value:
    return result(operand(coordinates)[1:], like=first_tensor(inputs))


@operation("keras.ops.image.sobel_edges")
def sobel_edges(machine: Machine, images: Value, data_format: Value = None) -> Value:
    tensor = image(images)
    least_rank(coerce.shape_of(tensor), 4, "sobel_edges")
    return result((*coerce.shape_of(tensor), 2), like=tensor)


@operation("keras.ops.psnr")
def psnr(machine: Machine, x1: Value, x2: Value, max_val: Value) -> Value:
    return result((), "float32")


# --- sound ------------------------------------------------------------------------------------------------------------


def _pair(x: Value) -> tuple[Value, Value]:
    found = coerce.items(x)
    if found is None or len(found) != 2:
        raise ShapeError(
            "bad-argument", "the input has to be a pair of a real and an imaginary tensor", exception="ValueError"
        )
    check_same_shape(found[0], found[1], "the real and the imaginary part")
    return found[0], found[1]


def _declare_transform(name: str) -> None:
    @operation(f"keras.ops.{name}")
    def transform(machine: Machine, x: Value) -> Value:
        parts = _pair(x)
        least_rank(operand(parts[0]), 2 if name.endswith("2") else 1, name)
        return tuple(same(part) for part in parts)


for _name in ("fft", "fft2", "ifft2"):
    _declare_transform(_name)


@operation("keras.ops.rfft")
def rfft(machine: Machine, x: Value, fft_length: Value = None) -> Value:
    tensor, shape = single(x)
    least_rank(shape, 1, "rfft")
    length = shape[-1] if fft_length is None else coerce.dim(fft_length)
    made = (*shape[:-1], length // 2 + 1)
    return (result(made, like=tensor), result(made, like=tensor))


@operation("keras.ops.irfft")
def irfft(machine: Machine, x: Value, fft_length: Value = None) -> Value:
    tensor, shape = single(_pair(x)[0])
    least_rank(shape, 1, "irfft")
    return result((*shape[:-1], 2 * (shape[-1] - 1) if fft_length is None else coerce.dim(fft_length)), like=tensor)


@operation("keras.ops.stft")
def stft(
    machine: Machine,
    x: Value,
    sequence_length: Value,
    sequence_stride: Value,
    fft_length: Value,
    window: Value = "hann",
    center: Value = True,
) -> Value:
    tensor, shape = single(x)
    length, stride = coerce.dim(fft_length), coerce.dim(sequence_stride)
    whole = shape[-1] + (length // 2) * 2 if coerce.flag(center) else shape[-1]
    made = (*shape[:-1], 1 + (whole - length) // stride, length // 2 + 1)
    return (result(made, like=tensor), result(made, like=tensor))


@operation("keras.ops.istft")
def istft(
    machine: Machine,
    x: Value,
    sequence_length: Value,
    sequence_stride: Value,
    fft_length: Value,
    length: Value = None,
    window: Value = "hann",
    center: Value = True,
) -> Value:
    tensor, shape = single(_pair(x)[0])
    return result((*shape[:-2], unknown_dim() if length is None else coerce.dim(length)), like=tensor)
