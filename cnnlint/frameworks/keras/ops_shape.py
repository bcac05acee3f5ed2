"""`keras.ops`: functions that arrange the same numbers in another shape, or put tensors together."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from cnnlint.engine import shape as engine
from cnnlint.engine.dimension import Expr
from cnnlint.engine.errors import ShapeError, Undetermined
from cnnlint.engine.resizing import pixel_shuffle, pixel_unshuffle
from cnnlint.frameworks import coerce
from cnnlint.frameworks.keras.arguments import channels_axis, refused, same, word
from cnnlint.frameworks.keras.core import KERAS, result, shown_shape
from cnnlint.frameworks.keras.graph import node_of, operation
from cnnlint.frameworks.keras.operands import axes_of, axis_of, contents, least_rank, operand
from cnnlint.frameworks.keras.promotion import promoted
from cnnlint.frameworks.keras.spec import shape_to_unpack
from cnnlint.frameworks.sizes import tell_fold
from cnnlint.interpreter.values import ListValue, Tensor, Value

if TYPE_CHECKING:
    from cnnlint.engine.dimension import Dim
    from cnnlint.engine.shape import Shape
    from cnnlint.interpreter.machine import Machine


def made(shape: Shape, *sources: Value) -> Tensor:
    """A tensor of that shape, of the element type that holds those of the sources."""
    return result(shape, promoted(*sources))


def kept(shape: Shape, source: Value) -> Tensor:
    """The same numbers in another shape: contents that are known stay known."""
    tensor = made(shape, source)
    tensor.values = contents(source)
    return tensor


def target_shape(machine: Machine, value: Value) -> Shape:
    """A shape that the code states; `None` in it stands for what is left, as -1 does."""
    items = coerce.items(value)
    if items is None:
        return (coerce.dim(value, "shape"),)
    return tuple(-1 if item is None else coerce.dim(item, "shape") for item in items)


@operation("keras.ops.reshape", "keras.ops.numpy.reshape")
def reshape(machine: Machine, x: Value, newshape: Value) -> Value:
    return reshaped(x, target_shape(machine, newshape))


def reshaped(x: Value, target: Shape) -> Value:
    """The same numbers in another shape."""
    shape = operand(x)
    found = engine.reshape(shape, target)
    tell_fold(shape, target, found)
    return kept(found, x)


@operation("keras.ops.ravel", "keras.ops.numpy.ravel")
def ravel(machine: Machine, x: Value) -> Value:
    return kept((engine.elements(operand(x)),), x)


@operation("keras.ops.transpose", "keras.ops.numpy.transpose")
def transpose(machine: Machine, x: Value, axes: Value = None) -> Value:
    shape = operand(x)
    if axes is None:
        return made(tuple(reversed(shape)), x)
    return made(engine.permute(shape, axes_of(axes, len(shape), "axes")), x)


@operation("keras.ops.swapaxes", "keras.ops.numpy.swapaxes")
def swapaxes(machine: Machine, x: Value, axis1: Value, axis2: Value) -> Value:
    shape = operand(x)
    return made(engine.transpose(shape, axis_of(axis1, len(shape)), axis_of(axis2, len(shape))), x)


@operation("keras.ops.moveaxis", "keras.ops.numpy.moveaxis")
def moveaxis(machine: Machine, x: Value, source: Value, destination: Value) -> Value:
    shape = operand(x)
    rank = len(shape)
    return made(engine.move_axis(shape, axes_of(source, rank), axes_of(destination, rank)), x)


@operation("keras.ops.expand_dims", "keras.ops.numpy.expand_dims")
def expand_dims(machine: Machine, x: Value, axis: Value) -> Value:
    shape = operand(x)
    items = coerce.items(axis)
    axes = [axis] if items is None else list(items)
    rank = len(shape) + len(axes)
    return kept(engine.unsqueeze(shape, [axis_of(one, rank) for one in axes]), x)


@operation("keras.ops.squeeze", "keras.ops.numpy.squeeze")
def squeeze(machine: Machine, x: Value, axis: Value = None) -> Value:
    shape = operand(x)
    chosen = None if axis is None else axes_of(axis, len(shape))
    return kept(engine.squeeze(shape, chosen, strict=chosen is not None), x)


def parts(machine: Machine, xs: Value) -> list[Value]:
    """The tensors of a list, or those along the first axis of one tensor. Raises ShapeError, Undetermined."""
    if isinstance(xs, Tensor):
        shape = coerce.shape_of(xs)
        if not shape or not isinstance(shape[0], int):
            raise Undetermined("how many tensors there are is not known")
        return [result(shape[1:], like=xs)] * shape[0]
    return coerce.sequence(machine, xs)


def joined(machine: Machine, xs: Value, axis: Value) -> Tensor:
    """Tensors one after the other. Raises ShapeError "concat-mismatch", "bad-argument"."""
    found = parts(machine, xs)
    shapes = [operand(item) for item in found]
    if not shapes:
        raise refused("there is nothing to concatenate")
    try:
        tensor = made(engine.concatenate(shapes, axis_of(axis, len(shapes[0]))), *found)
    except ShapeError as error:
        error.exception = error.exception or "ValueError"
        raise
    if len(shapes[0]) == 1:
        values = [contents(item) for item in found]
        if all(value is not None for value in values):
            tensor.values = tuple(item for value in values for item in value or ())
    return tensor


def stacked(machine: Machine, xs: Value, axis: Value) -> Tensor:
    """Tensors side by side along a new axis. Raises ShapeError "concat-mismatch", "bad-argument"."""
    found = parts(machine, xs)
    shapes = [operand(item) for item in found]
    if not shapes:
        raise refused("there is nothing to stack")
    try:
        tensor = made(engine.stack(shapes, axis_of(axis, len(shapes[0]) + 1)), *found)
    except ShapeError as error:
        error.exception = error.exception or "ValueError"
        raise
    if not shapes[0]:
        values = [contents(item) for item in found]
        if all(value is not None for value in values):
            tensor.values = tuple(item for value in values for item in value or ())
    return tensor


@operation("keras.ops.concatenate", "keras.ops.numpy.concatenate")
def concatenate(machine: Machine, xs: Value, axis: Value = 0) -> Value:
    return joined(machine, xs, axis)


@operation("keras.ops.append", "keras.ops.numpy.append")
def append(machine: Machine, x1: Value, x2: Value, axis: Value = None) -> Value:
    if axis is None:
        return made((engine.elements(operand(x1)) + engine.elements(operand(x2)),), x1, x2)
    return joined(machine, ListValue([x1, x2]), axis)


@operation("keras.ops.stack", "keras.ops.numpy.stack")
def stack(machine: Machine, x: Value, axis: Value = 0) -> Value:
    return stacked(machine, x, axis)


@operation("keras.ops.hstack", "keras.ops.numpy.hstack")
def hstack(machine: Machine, xs: Value) -> Value:
    found = parts(machine, xs)
    flat = bool(found) and len(operand(found[0])) == 1
    return joined(machine, ListValue(found), 0 if flat else 1)


@operation("keras.ops.vstack", "keras.ops.numpy.vstack")
def vstack(machine: Machine, xs: Value) -> Value:
    found = [made((1,) * (2 - len(operand(item))) + operand(item), item) for item in parts(machine, xs)]
    return joined(machine, ListValue(found), 0)


@operation("keras.ops.dstack", "keras.ops.numpy.dstack")
def dstack(machine: Machine, xs: Value) -> Value:
    found: list[Value] = []
    for item in parts(machine, xs):
        shape = operand(item)
        wide = (1, *shape, 1) if len(shape) == 1 else (*shape, *(1,) * (3 - len(shape)))
        found.append(made(wide, item))
    return joined(machine, ListValue(found), 2)


def cut(x: Value, indices_or_sections: Value, axis: Value, *, even: bool = True) -> ListValue:
    """The pieces of an axis. Raises ShapeError "size-mismatch", "bad-argument", Undetermined."""
    shape = operand(x)
    at = axis_of(axis, len(shape))
    items = coerce.items(indices_or_sections)
    sections: int | list[Dim]
    if items is None:
        sections = coerce.integer(indices_or_sections, "indices_or_sections")
    else:
        sections = [coerce.dim(item) for item in items]
    if isinstance(sections, list) and isinstance(shape[at], Expr):  # of an open size, the places are believed
        sizes = [end - start for start, end in pairwise((0, *sections, shape[at]))]
    else:
        sizes = engine.section_sizes(shape[at], sections, even=even)
    return ListValue([made(piece, x) for piece in engine.split(shape, at, sizes)])


@operation("keras.ops.split", "keras.ops.numpy.split")
def split(machine: Machine, x: Value, indices_or_sections: Value, axis: Value = 0) -> Value:
    return cut(x, indices_or_sections, axis)


@operation("keras.ops.array_split", "keras.ops.numpy.array_split")
def array_split(machine: Machine, x: Value, indices_or_sections: Value, axis: Value = 0) -> Value:
    return cut(x, indices_or_sections, axis, even=False)


@operation("keras.ops.hsplit", "keras.ops.numpy.hsplit")
def hsplit(machine: Machine, x: Value, indices_or_sections: Value) -> Value:
    return cut(x, indices_or_sections, 0 if len(operand(x)) == 1 else 1)


@operation("keras.ops.vsplit", "keras.ops.numpy.vsplit")
def vsplit(machine: Machine, x: Value, indices_or_sections: Value) -> Value:
    least_rank(operand(x), 2, "vsplit")
    return cut(x, indices_or_sections, 0)


@operation("keras.ops.dsplit", "keras.ops.numpy.dsplit")
def dsplit(machine: Machine, x: Value, indices_or_sections: Value) -> Value:
    return cut(x, indices_or_sections, 2)


@operation("keras.ops.unstack")
def unstack(machine: Machine, x: Value, num: Value = None, axis: Value = 0) -> Value:
    shape = operand(x)
    at = axis_of(axis, len(shape))
    count = coerce.integer(shape[at] if num is None else num, "num")
    rest = (*shape[:at], *shape[at + 1 :])
    return ListValue([made(rest, x) for _ in range(count)])


@operation("keras.ops.flip", "keras.ops.numpy.flip")
def flip(machine: Machine, x: Value, axis: Value = None) -> Value:
    axes_of(axis, len(operand(x)))
    return same(x)


@operation("keras.ops.fliplr")
def fliplr(machine: Machine, x: Value) -> Value:
    least_rank(operand(x), 2, "fliplr")
    return same(x)


@operation("keras.ops.flipud")
def flipud(machine: Machine, x: Value) -> Value:
    least_rank(operand(x), 1, "flipud")
    return same(x)


@operation("keras.ops.roll", "keras.ops.numpy.roll")
def roll(machine: Machine, x: Value, shift: Value, axis: Value = None) -> Value:
    axes_of(axis, len(operand(x)), distinct=False)
    return same(x)


@operation("keras.ops.rot90")
def rot90(machine: Machine, array: Value, k: Value = 1, axes: Value = (0, 1)) -> Value:
    shape = operand(array)
    least_rank(shape, 2, "rot90")
    one, other = axes_of(axes, len(shape))
    return made(engine.transpose(shape, one, other) if coerce.integer(k, "k") % 2 else shape, array)


@operation("keras.ops.tile", "keras.ops.numpy.tile")
def tile(machine: Machine, x: Value, repeats: Value) -> Value:
    return made(engine.tile(operand(x), coerce.shape(repeats, "repeats")), x)


@operation("keras.ops.repeat", "keras.ops.numpy.repeat")
def repeat(machine: Machine, x: Value, repeats: Value, axis: Value = None) -> Value:
    shape = operand(x)
    if axis is None:
        shape, at = (engine.elements(shape),), 0
    else:
        at = axis_of(axis, len(shape))
    items = coerce.items(repeats)
    times: Dim
    if items is None:
        size = shape[at] * coerce.dim(repeats, "repeats")
    elif len(items) == 1:
        size = shape[at] * coerce.dim(items[0], "repeats")
    else:
        size = 0
        for times in (coerce.dim(item, "repeats") for item in items):
            size = size + times
    return made((*shape[:at], size, *shape[at + 1 :]), x)


@operation("keras.ops.broadcast_to", "keras.ops.numpy.broadcast_to")
def broadcast_to(machine: Machine, x: Value, shape: Value) -> Value:
    wanted = coerce.shape(shape, "shape")
    if any(isinstance(size, int) and size < 0 for size in wanted):
        raise refused(f"the shape to broadcast to has a negative size: {engine.text(wanted)}")
    return made(engine.expand(operand(x), wanted), x)


_PADDINGS = "constant edge empty linear_ramp maximum mean median minimum reflect symmetric wrap"
PADDINGS = tuple(_PADDINGS.split())


@operation("keras.ops.pad", "keras.ops.numpy.pad")
def pad(machine: Machine, x: Value, pad_width: Value, mode: Value = "constant", constant_values: Value = None) -> Value:
    shape = operand(x)
    return made(engine.pad(shape, widths(pad_width, len(shape)), word(mode, PADDINGS, "mode")), x)


def widths(value: Value, rank: int) -> list[tuple[Dim, Dim]]:
    """NumPy's `pad_width`: a number, a pair for all axes, or a pair for each. Raises ShapeError, Undetermined."""
    items = coerce.items(value)
    if items is None:
        width = coerce.dim(value, "pad_width")
        return [(width, width)] * rank
    pairs = [coerce.dims(item, 2, "pad_width") for item in items] if any(map(_nested, items)) else None
    if pairs is None:
        one, other = coerce.dims(value, 2, "pad_width") if len(items) > 1 else coerce.dims(items[0], 2, "pad_width")
        return [(one, other)] * rank
    if len(pairs) not in (1, rank):
        raise refused(
            f"`pad_width` has {len(pairs)} pairs for {rank} dimensions", expected=str(rank), actual=str(len(pairs))
        )
    return [(one, other) for one, other in (pairs * rank if len(pairs) == 1 else pairs)]


def _nested(value: Value) -> bool:
    return isinstance(value, (tuple, ListValue, Tensor)) and coerce.items(value) is not None


@operation("keras.ops.meshgrid", "keras.ops.numpy.meshgrid")
def meshgrid(machine: Machine, *x: Value, indexing: Value = "xy") -> Value:
    sizes = [engine.elements(operand(item)) for item in x]
    if coerce.text(indexing) == "xy" and len(sizes) > 1:
        sizes[0], sizes[1] = sizes[1], sizes[0]
    return ListValue([made(tuple(sizes), item) for item in x])


@KERAS.function("keras.ops.shape", "keras.ops.core.shape")
def shape(machine: Machine, x: Value) -> Value:
    # No operation of the graph: the shape is told at once, open sizes as `None` outside of a layer.
    if isinstance(x, Tensor) and x.shape is None:
        return shape_to_unpack(machine, x)
    found = operand(x)
    return shown_shape(machine, found) if node_of(x) is not None else found


@operation("keras.ops.view")
def view(machine: Machine, x: Value, dtype: Value = None) -> Value:
    raise Undetermined("the numbers of a tensor read as another type")


@operation("keras.ops.view_as_complex")
def view_as_complex(machine: Machine, x: Value) -> Value:
    return made(operand(x)[:-1], x)


@operation("keras.ops.view_as_real")
def view_as_real(machine: Machine, x: Value) -> Value:
    return made((*operand(x), 2), x)


@operation("keras.ops.extract_sequences")
def extract_sequences(machine: Machine, x: Value, sequence_length: Value, sequence_stride: Value) -> Value:
    shape = operand(x)
    length, stride = coerce.dim(sequence_length), coerce.dim(sequence_stride)
    return made((*shape[:-1], 1 + (shape[-1] - length) // stride, length), x)


@operation("keras.ops.space_to_depth", "keras.ops.nn.space_to_depth")
def space_to_depth(machine: Machine, x: Value, block_size: Value, data_format: Value = "channels_last") -> Value:
    axis = channels_axis(coerce.text(data_format))
    return made(pixel_unshuffle(operand(x), _block(block_size), channels_axis=axis), x)


def _block(value: Value) -> int:
    """Raises ShapeError "bad-argument" for a block of less than two places."""
    block = coerce.integer(value)
    if block < 2:
        raise refused(f"`block_size` must be at least 2, got {block}", actual=str(block))
    return block


@operation("keras.ops.depth_to_space", "keras.ops.nn.depth_to_space")
def depth_to_space(machine: Machine, x: Value, block_size: Value, data_format: Value = "channels_last") -> Value:
    axis = channels_axis(coerce.text(data_format))
    return made(pixel_shuffle(operand(x), _block(block_size), channels_axis=axis), x)


@operation("keras.ops.rearrange")
def rearrange(machine: Machine, tensor: Value, pattern: Value, **axes_lengths: Value) -> Value:
    raise Undetermined("einops patterns in Keras are not followed")


@KERAS.function("keras.ops.ndim", "keras.ops.numpy.ndim")
def ndim(machine: Machine, x: Value) -> Value:
    return len(operand(x))


@operation("keras.ops.size", "keras.ops.numpy.size")
def size(machine: Machine, x: Value) -> Value:
    tensor = result((), "int32")
    tensor.values = (engine.elements(operand(x)),)
    return tensor
