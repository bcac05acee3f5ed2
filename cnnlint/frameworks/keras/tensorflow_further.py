"""What few models need of TensorFlow: special functions, linear algebra, transforms, further functions of images."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.engine import shape as engine
from cnnlint.engine.dimension import floor_div
from cnnlint.engine.errors import ShapeError, Undetermined
from cnnlint.frameworks import coerce
from cnnlint.frameworks.keras.arguments import same, single
from cnnlint.frameworks.keras.core import KERAS, result
from cnnlint.frameworks.keras.graph import operation
from cnnlint.frameworks.keras.operands import elementwise, first_tensor, operand, type_name
from cnnlint.frameworks.keras.ops_products import multiplied
from cnnlint.frameworks.keras.ops_reduce import reduced
from cnnlint.interpreter.values import HostFunction, Tensor, Value

if TYPE_CHECKING:
    from cnnlint.engine.shape import Shape
    from cnnlint.interpreter.machine import Machine

KEPT = """
    tensorflow.round tensorflow.math.round tensorflow.math.bessel_i0 tensorflow.math.bessel_i0e
    tensorflow.math.bessel_i1
    tensorflow.math.bessel_i1e tensorflow.math.erfc tensorflow.math.erfcinv tensorflow.math.erfinv tensorflow.math.ndtri
    tensorflow.math.reciprocal_no_nan tensorflow.math.log_sigmoid tensorflow.math.softsign
    tensorflow.math.cumulative_logsumexp tensorflow.clip_by_norm tensorflow.guarantee_const tensorflow.grad_pass_through
    tensorflow.image.adjust_jpeg_quality tensorflow.image.random_jpeg_quality
    tensorflow.image.stateless_random_brightness tensorflow.image.stateless_random_contrast
    tensorflow.image.stateless_random_flip_left_right tensorflow.image.stateless_random_flip_up_down
    tensorflow.image.stateless_random_hue tensorflow.image.stateless_random_jpeg_quality
    tensorflow.image.stateless_random_saturation tensorflow.image.rgb_to_yiq tensorflow.image.yiq_to_rgb
    tensorflow.image.draw_bounding_boxes tensorflow.signal.fftshift tensorflow.signal.ifftshift
    tensorflow.linalg.set_diag tensorflow.tensor_scatter_nd_add
    tensorflow.tensor_scatter_nd_max tensorflow.tensor_scatter_nd_min tensorflow.tensor_scatter_nd_sub
    tensorflow.tensor_scatter_nd_update tensorflow.reverse_sequence tensorflow.signal.dct tensorflow.signal.idct
"""
"""Functions whose result has the shape of the first argument."""
TWO = """
    tensorflow.realdiv tensorflow.truncatediv tensorflow.truncatemod tensorflow.math.multiply_no_nan
    tensorflow.math.igamma tensorflow.math.igammac tensorflow.math.nextafter tensorflow.math.polygamma
    tensorflow.math.xdivy tensorflow.math.xlog1py tensorflow.math.xlogy tensorflow.math.zeta tensorflow.scalar_mul
    tensorflow.math.scalar_mul tensorflow.complex
"""
"""Functions of two tensors that are broadcast."""


def _declare_kept(dotted: str) -> None:
    @operation(dotted)
    def kept(machine: Machine, x: Value, *args: Value, **options: Value) -> Value:
        return same(x) if isinstance(x, Tensor) else elementwise(x)


def _declare_two(dotted: str) -> None:
    @operation(dotted)
    def two(machine: Machine, x: Value, y: Value, name: Value = None) -> Value:
        return elementwise(x, y)


for _name in KEPT.split():
    _declare_kept(_name)
for _name in TWO.split():
    _declare_two(_name)


@operation("tensorflow.ensure_shape")
def ensure_shape(machine: Machine, x: Value, shape: Value, name: Value = None) -> Value:
    tensor, found = single(x)
    wanted = coerce.items(shape)
    if wanted is None:
        raise Undetermined("a shape is not known")
    sizes = [None if size is None else coerce.dim(size, "shape") for size in wanted]
    if len(sizes) != len(found):
        raise ShapeError(
            "rank-mismatch",
            f"the tensor has {len(found)} dimensions, `ensure_shape` wants {len(sizes)}",
            expected=str(len(sizes)),
            actual=str(len(found)),
            exception="ValueError",
        )
    return result(tuple(size if each is None else each for size, each in zip(found, sizes, strict=True)), like=tensor)


@operation("tensorflow.sequence_mask")
def sequence_mask(
    machine: Machine, lengths: Value, maxlen: Value = None, dtype: Value = "bool", name: Value = None
) -> Value:
    if maxlen is None:
        raise Undetermined("the longest of a batch of sequences is known at run time only")
    return result((*operand(lengths), coerce.dim(maxlen, "maxlen")), type_name(dtype))


@operation("tensorflow.searchsorted")
def searchsorted(machine: Machine, sorted_sequence: Value, values: Value, *args: Value, **options: Value) -> Value:
    return result(operand(values), "int32")


@operation("tensorflow.tensordot", "tensorflow.linalg.tensordot")
def tensordot(machine: Machine, a: Value, b: Value, axes: Value, name: Value = None) -> Value:
    return machine.call(KERAS.names["keras.ops.tensordot"], (a, b, axes))


# --- linear algebra ---------------------------------------------------------------------------------------------------


def _matrix(value: Value) -> Shape:
    shape = operand(value)
    if len(shape) < 2:
        raise ShapeError(
            "rank-mismatch",
            f"a matrix is needed, got {engine.text(shape)}",
            expected="at least 2",
            actual=str(len(shape)),
            exception="ValueError",
        )
    return shape


@operation("tensorflow.linalg.matvec")
def matvec(machine: Machine, a: Value, b: Value, transpose_a: Value = False, **options: Value) -> Value:
    left = first_tensor(a)
    if left is not None and coerce.flag(transpose_a):
        a = result(engine.transpose(_matrix(a), -1, -2), like=left)
    column = result((*operand(b), 1), like=first_tensor(b))
    made = multiplied(machine, a, column)
    return result(coerce.shape_of(made)[:-1], like=made)


@operation("tensorflow.linalg.matrix_transpose", "tensorflow.linalg.adjoint", "tensorflow.linalg.pinv")
def matrix_transpose(machine: Machine, a: Value, *args: Value, **options: Value) -> Value:
    return result(engine.transpose(_matrix(a), -1, -2), like=first_tensor(a))


@operation("tensorflow.linalg.band_part")
def band_part(machine: Machine, input: Value, num_lower: Value, num_upper: Value, name: Value = None) -> Value:
    return result(_matrix(input), like=first_tensor(input))


@operation("tensorflow.linalg.trace")
def trace(machine: Machine, x: Value, name: Value = None) -> Value:
    return result(_matrix(x)[:-2], like=first_tensor(x))


@operation("tensorflow.linalg.diag")
def diag(machine: Machine, diagonal: Value, name: Value = "diag", k: Value = 0, **options: Value) -> Value:
    shape = operand(diagonal)
    if k != 0 or options or not shape:
        raise Undetermined("bands of a matrix are not followed")
    return result((*shape, shape[-1]), like=first_tensor(diagonal))


for _name, _module in {"inv": "inv", "det": "det", "cholesky": "cholesky", "qr": "qr", "svd": "svd"}.items():
    if f"tensorflow.linalg.{_name}" not in KERAS.names:
        KERAS.add(f"tensorflow.linalg.{_name}", KERAS.names[f"keras.ops.{_module}"])
for _name in ("einsum", "eye"):
    KERAS.add(f"tensorflow.linalg.{_name}", KERAS.names[f"tensorflow.{_name}"])


@operation("tensorflow.linalg.normalize")
def normalize(
    machine: Machine, tensor: Value, ord: Value = "euclidean", axis: Value = None, name: Value = None
) -> Value:
    return (same(tensor), reduced(tensor, axis, True))


# --- Fourier transforms -----------------------------------------------------------------------------------------------


def _declare_transform(name: str, rank: int, kind: str) -> None:
    @operation(f"tensorflow.signal.{name}")
    def transform(machine: Machine, input_tensor: Value, fft_length: Value = None, name: Value = None) -> Value:
        shape = list(operand(input_tensor))
        if len(shape) < rank:
            raise ShapeError(
                "rank-mismatch",
                f"a transform over {rank} axes needs as many, got {engine.text(tuple(shape))}",
                expected=f"at least {rank}",
                actual=str(len(shape)),
                exception="ValueError",
            )
        given = None if fft_length is None else coerce.dims(fft_length, rank, "fft_length")
        for place in range(rank):
            axis = len(shape) - rank + place
            size = shape[axis] if given is None else given[place]
            if place == rank - 1 and kind == "rfft":
                size = floor_div(size, 2) + 1
            elif place == rank - 1 and kind == "irfft" and given is None:
                size = 2 * (size - 1)
            shape[axis] = size
        return result(tuple(shape), "float32" if kind == "irfft" else "complex64")


for _rank, _suffix in ((1, ""), (2, "2d"), (3, "3d")):
    for _kind in ("fft", "ifft", "rfft", "irfft"):
        _declare_transform(f"{_kind}{_suffix}", _rank, _kind)


@operation("tensorflow.signal.frame")
def frame(
    machine: Machine,
    signal: Value,
    frame_length: Value,
    frame_step: Value,
    pad_end: Value = False,
    pad_value: Value = 0,
    axis: Value = -1,
    name: Value = None,
) -> Value:
    shape = operand(signal)
    if axis != -1 or coerce.flag(pad_end) or not shape:
        raise Undetermined("frames along other axes, or padded ones, are not followed")
    length, step = coerce.dim(frame_length, "frame_length"), coerce.dim(frame_step, "frame_step")
    return result((*shape[:-1], floor_div(shape[-1] - length, step) + 1, length), like=first_tensor(signal))


@operation("tensorflow.signal.stft")
def stft(
    machine: Machine,
    signals: Value,
    frame_length: Value,
    frame_step: Value,
    fft_length: Value = None,
    window_fn: Value = None,
    pad_end: Value = False,
    name: Value = None,
) -> Value:
    shape = operand(signals)
    if coerce.flag(pad_end) or not shape or fft_length is None:
        raise Undetermined("padded frames and transforms of the next power of two are not followed")
    length, step = coerce.dim(frame_length, "frame_length"), coerce.dim(frame_step, "frame_step")
    bins = floor_div(coerce.dim(fft_length, "fft_length"), 2) + 1
    return result((*shape[:-1], floor_div(shape[-1] - length, step) + 1, bins), "complex64")


def _window(machine: Machine, window_length: Value, *args: Value, **options: Value) -> Value:
    return result((coerce.dim(window_length, "window_length"),), "float32")


for _name in ("hamming_window", "hann_window", "kaiser_window", "vorbis_window"):
    KERAS.add(f"tensorflow.signal.{_name}", HostFunction(f"tensorflow.signal.{_name}", _window))


# --- images -----------------------------------------------------------------------------------------------------------


@operation("tensorflow.image.transpose")
def transpose_image(machine: Machine, image: Value, name: Value = None) -> Value:
    tensor, shape = single(image)
    return result((*shape[:-3], shape[-2], shape[-3], shape[-1]), like=tensor)


@operation("tensorflow.image.rot90")
def rot90(machine: Machine, image: Value, k: Value = 1, name: Value = None) -> Value:
    tensor, shape = single(image)
    if coerce.integer(k, "k") % 2 == 0:
        return result(shape, like=tensor)
    return result((*shape[:-3], shape[-2], shape[-3], shape[-1]), like=tensor)


@operation("tensorflow.image.image_gradients")
def image_gradients(machine: Machine, image: Value) -> Value:
    return (same(image), same(image))


@operation("tensorflow.image.sobel_edges")
def sobel_edges(machine: Machine, image: Value) -> Value:
    tensor, shape = single(image)
    if len(shape) != 4:
        raise ShapeError(
            "rank-mismatch",
            f"`tf.image.sobel_edges` takes a batch of images, got {engine.text(shape)}",
            expected="4",
            actual=str(len(shape)),
            exception="ValueError",
        )
    return result((*shape, 2), like=tensor)


@operation("tensorflow.image.psnr", "tensorflow.image.ssim", "tensorflow.image.ssim_multiscale")
def likeness(machine: Machine, a: Value, b: Value, max_val: Value, *args: Value, **options: Value) -> Value:
    both = engine.broadcast(operand(a), operand(b))
    return result(both[:-3], "float32")


@operation("tensorflow.image.total_variation")
def total_variation(machine: Machine, images: Value, name: Value = None) -> Value:
    return result(operand(images)[:-3], like=first_tensor(images))


@operation("tensorflow.image.crop_and_resize")
def crop_and_resize(
    machine: Machine, image: Value, boxes: Value, box_indices: Value, crop_size: Value, *args: Value, **options: Value
) -> Value:
    (count, *_), shape = operand(boxes), operand(image)
    return result((count, *coerce.dims(crop_size, 2, "crop_size"), shape[-1]), "float32")


# --- losses and the like ----------------------------------------------------------------------------------------------


@operation("tensorflow.nn.l2_loss", "tensorflow.nn.zero_fraction", "tensorflow.math.zero_fraction")
def number(machine: Machine, t: Value, name: Value = None) -> Value:
    return result((), "float32")


@operation("tensorflow.nn.weighted_cross_entropy_with_logits", "tensorflow.nn.log_poisson_loss")
def elementwise_loss(machine: Machine, labels: Value, logits: Value, *args: Value, **options: Value) -> Value:
    return elementwise(labels, logits)


@operation("tensorflow.nn.crelu")
def crelu(machine: Machine, features: Value, axis: Value = -1, name: Value = None) -> Value:
    shape = list(operand(features))
    place = engine.normalize_axis(coerce.integer(axis, "axis"), len(shape))
    shape[place] = 2 * shape[place]
    return result(tuple(shape), like=first_tensor(features))


@operation("tensorflow.math.in_top_k", "tensorflow.nn.in_top_k")
def in_top_k(machine: Machine, targets: Value, predictions: Value, k: Value, name: Value = None) -> Value:
    return result(operand(targets), "bool")


@operation("tensorflow.math.confusion_matrix")
def confusion_matrix(
    machine: Machine,
    labels: Value,
    predictions: Value,
    num_classes: Value = None,
    weights: Value = None,
    dtype: Value = "int32",
    name: Value = None,
) -> Value:
    if num_classes is None:
        raise Undetermined("the number of classes depends on the labels")
    count = coerce.dim(num_classes, "num_classes")
    return result((count, count), type_name(dtype))
