"""Other shapes for the same numbers: view, permute, squeeze, expand, repeat."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.engine import shape as shapes
from cnnlint.engine.constraints import short_of
from cnnlint.engine.dimension import Dim, exact_quotient, symbol, unknown_dim
from cnnlint.engine.errors import ShapeError, Undetermined
from cnnlint.frameworks.coerce import dim, integer, items, shape_of, tensor
from cnnlint.frameworks.sizes import tell_fold
from cnnlint.frameworks.torch import layout
from cnnlint.frameworks.torch.core import TENSOR, result
from cnnlint.frameworks.torch.creation import sizes
from cnnlint.frameworks.torch.dtypes import SIZES, dtype_name
from cnnlint.frameworks.torch.operation import operation
from cnnlint.frameworks.torch.values import permuted, shared
from cnnlint.interpreter.values import ClassValue, HostFunction, Instance, Tensor, Unknown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnnlint.engine.shape import Shape
    from cnnlint.frameworks.torch.values import Values
    from cnnlint.interpreter.machine import Machine
    from cnnlint.interpreter.values import Value


def viewed(x: Tensor, shape: Shape, values: Values | None) -> Tensor:
    """A tensor of another shape that shares the memory of `x`."""
    made = result(shape, like=x)
    made.values = values
    return shared(made, x)


def axes(machine: Machine, value: Value, name: str = "dim") -> tuple[int, ...]:
    """One axis or a sequence of them."""
    given = None if isinstance(value, Unknown) else items(value)
    return (integer(value, name),) if given is None else tuple(integer(each, name) for each in given)


def axis_of(shape: Shape, dim: Value) -> int:
    """The axis counted from the front; a number has an axis 0 of one element."""
    return shapes.normalize_axis(integer(dim, "dim"), max(len(shape), 1))


def axes_of(machine: Machine, shape: Shape, dim: Value) -> tuple[int, ...]:
    """Several axes counted from the front, none of them named twice."""
    wanted = tuple(shapes.normalize_axis(axis, max(len(shape), 1)) for axis in axes(machine, dim))
    if len(set(wanted)) != len(wanted):
        raise ShapeError("bad-argument", f"the axes {wanted} name one twice", exception="RuntimeError")
    return wanted


def reshaped(x: Tensor, target: Shape) -> Tensor:
    """`x.reshape(target)`; of a tensor whose shape nothing states only the open axis stays unknown."""
    if x.shape is None:
        return result(tuple(unknown_dim() if isinstance(size, int) and size == -1 else size for size in target), like=x)
    shape = shapes.reshape(x.shape, target)
    tell_fold(x.shape, target, shape)
    return layout.keep(viewed(x, shape, x.values), layout.reshaped(x, shape))


def view_of(x: Tensor, target: Shape) -> Tensor:
    """`x.view(target)`, which needs the axes in order where `reshape` copies."""
    if x.shape is None:
        return reshaped(x, target)
    shape = shapes.reshape(x.shape, target)
    tell_fold(x.shape, target, shape)
    return layout.keep(viewed(x, shape, x.values), layout.viewed(x, shape))


@operation("torch.reshape")
def reshape(machine: Machine, input: Value, shape: Value) -> Tensor:
    return reshaped(tensor(input), _target(machine, (shape,)))


@operation("Tensor.reshape")
def reshape_method(machine: Machine, input: Value, *shape_: Value, shape: Value = None) -> Tensor:
    return reshaped(tensor(input), _target(machine, shape_ if shape is None else (shape,)))


def _target(machine: Machine, args: tuple[Value, ...]) -> Shape:
    given = items(args[0]) if len(args) == 1 and not isinstance(args[0], (Tensor, Unknown)) else None
    return tuple(dim(each, "shape") for each in (args if given is None else given))


@operation("Tensor.view")
def view(machine: Machine, input: Value, *shape_: Value, size: Value = None, dtype: Value = None) -> Tensor:
    x = tensor(input)
    kind = dtype if dtype is not None else shape_[0] if len(shape_) == 1 else None
    if isinstance(kind, (Instance, ClassValue, HostFunction)) and (name := dtype_name(kind)) is not None:
        return _reinterpreted(x, name)
    return view_of(x, _target(machine, shape_ if size is None else (size,)))


def _reinterpreted(x: Tensor, dtype: str) -> Tensor:
    if x.shape is None or x.dtype is None:
        return Tensor(TENSOR, None, dtype)
    old, new = SIZES[x.dtype], SIZES[dtype]
    if old == new or not x.shape:
        return result(x.shape, dtype)
    last = exact_quotient(x.shape[-1] * old, new)
    if last is None:
        raise Undetermined("whether the last axis can be read as another type")
    return result((*x.shape[:-1], last), dtype)


@operation("Tensor.view_as")
def view_as(machine: Machine, input: Value, other: Value) -> Tensor:
    return view_of(tensor(input), shape_of(other, "other"))


@operation("Tensor.reshape_as")
def reshape_as(machine: Machine, input: Value, other: Value) -> Tensor:
    return reshaped(tensor(input), shape_of(other, "other"))


@operation("torch.flatten", "Tensor.flatten")
def flatten(machine: Machine, input: Value, start_dim: Value = 0, end_dim: Value = -1) -> Tensor:
    x = tensor(input)
    first, last = integer(start_dim, "start_dim"), integer(end_dim, "end_dim")
    if x.shape is None and (first, last) == (0, -1):
        return result((unknown_dim(),), like=x)
    if x.shape is None and (first, last) == (1, -1):
        return result((symbol("batch") if x.free else unknown_dim(), unknown_dim()), like=x)
    return viewed(x, shapes.flatten(shape_of(x), first, last), x.values)


@operation("torch.ravel", "Tensor.ravel")
def ravel(machine: Machine, input: Value) -> Tensor:
    return flatten(machine, input)


@operation("torch.unflatten", "Tensor.unflatten")
def unflatten(machine: Machine, input: Value, dim: Value, sizes: Value) -> Tensor:
    x = tensor(input)
    return viewed(x, shapes.unflatten(shape_of(x), integer(dim, "dim"), _target(machine, (sizes,))), x.values)


def reordered(x: Tensor, order: Sequence[int]) -> Tensor:
    """The axes of `x` in another order."""
    shape = shapes.permute(shape_of(x), order)
    places = [axis % len(shape) for axis in order]
    made = viewed(x, shape, permuted(x, places) if x.values is not None else None)
    return layout.keep(made, layout.reordered(x, places))


@operation("torch.permute")
def permute(machine: Machine, input: Value, dims: Value) -> Tensor:
    return reordered(tensor(input), axes(machine, dims, "dims"))


@operation("Tensor.permute")
def permute_method(machine: Machine, input: Value, *dims_: Value, dims: Value = None) -> Tensor:
    given = dims_ if dims is None else (dims,)
    return reordered(tensor(input), axes(machine, given[0] if len(given) == 1 else given, "dims"))


def swapped(x: Tensor, one: int, other: int) -> Tensor:
    """Two axes of `x` changed for each other; a number has an axis 0 and -1 that is none."""
    shape = shape_of(x)
    if not shape and one in (0, -1) and other in (0, -1):
        return x
    order = list(range(len(shape)))
    one, other = shapes.normalize_axis(one, len(shape)), shapes.normalize_axis(other, len(shape))
    order[one], order[other] = order[other], order[one]
    return reordered(x, order)


@operation("torch.transpose", "Tensor.transpose")
def transpose(machine: Machine, input: Value, dim0: Value, dim1: Value) -> Tensor:
    return swapped(tensor(input), integer(dim0, "dim0"), integer(dim1, "dim1"))


@operation("torch.swapdims", "Tensor.swapdims")
def swapdims(machine: Machine, input: Value, dim0: Value, dim1: Value) -> Tensor:
    return transpose(machine, input, dim0, dim1)


@operation("torch.swapaxes", "Tensor.swapaxes")
def swapaxes(machine: Machine, input: Value, axis0: Value, axis1: Value) -> Tensor:
    return transpose(machine, input, axis0, axis1)


@operation("torch.t", "Tensor.t")
def t(machine: Machine, input: Value) -> Tensor:
    x = tensor(input)
    rank = len(shape_of(x))
    if rank > 2:
        raise ShapeError(
            "rank-mismatch", f"`t` takes a tensor with at most 2 dimensions, got {rank}", exception="RuntimeError"
        )
    return swapped(x, 0, 1) if rank == 2 else x


@operation("torch.adjoint", "Tensor.adjoint")
def adjoint(machine: Machine, input: Value) -> Tensor:
    return matrix_transpose(tensor(input))


def matrix_transpose(x: Tensor) -> Tensor:
    """`x.mT`."""
    if len(shape_of(x)) == 0:
        return x
    if len(shape_of(x)) < 2:
        raise ShapeError("rank-mismatch", "`mT` needs a tensor with at least 2 dimensions", exception="RuntimeError")
    return swapped(x, -2, -1)


@operation("torch.movedim", "torch.moveaxis", "Tensor.movedim", "Tensor.moveaxis")
def movedim(machine: Machine, input: Value, source: Value, destination: Value) -> Tensor:
    x = tensor(input)
    rank = len(shape_of(x))
    if not rank and {*axes(machine, source), *axes(machine, destination)} <= {0, -1}:
        return x
    order = shapes.move_axis(tuple(range(rank)), axes(machine, source), axes(machine, destination))
    return reordered(x, [axis for axis in order if isinstance(axis, int)])


@operation("torch.squeeze", "Tensor.squeeze")
def squeeze(machine: Machine, input: Value, dim: Value = None) -> Tensor:
    x = tensor(input)
    shape = shape_of(x)
    wanted = None if dim is None else axes_of(machine, shape, dim)
    return viewed(x, shapes.squeeze(shape, wanted), x.values) if shape else x


@operation("torch.unsqueeze", "Tensor.unsqueeze")
def unsqueeze(machine: Machine, input: Value, dim: Value) -> Tensor:
    x = tensor(input)
    return viewed(x, shapes.unsqueeze(shape_of(x), integer(dim, "dim")), x.values)


def _declare_in_place(name: str) -> None:
    """In-place forms such as `unsqueeze_` change the shape of the tensor itself."""
    body = TENSOR.namespace[name].body

    def change(machine: Machine, input: Value, *args: Value, **kwargs: Value) -> Tensor:
        x = tensor(input)
        made = body(machine, x, *args, **kwargs)
        machine.touch(x)
        x.shape, x.values = made.shape, made.values
        x.facts[layout.LAYOUTS] = layout.layouts(made)
        return x

    operation(f"Tensor.{name}_")(change)


for _name in ("squeeze", "unsqueeze", "transpose", "swapdims", "swapaxes", "t"):
    _declare_in_place(_name)


def _grown(x: Tensor, target: Shape) -> Tensor:
    if x.shape is None:
        return result(tuple(unknown_dim() if size == -1 else size for size in target), like=x)
    return result(shapes.expand(x.shape, target), like=x)


@operation("Tensor.expand")
def expand(machine: Machine, input: Value, *size_: Value, size: Value = None, implicit: Value = False) -> Tensor:
    return _grown(tensor(input), _target(machine, size_ if size is None else (size,)))


@operation("torch.broadcast_to", "Tensor.broadcast_to")
def broadcast_to(machine: Machine, input: Value, size: Value) -> Tensor:
    return _grown(tensor(input), _target(machine, (size,)))


@operation("Tensor.expand_as")
def expand_as(machine: Machine, input: Value, other: Value) -> Tensor:
    return _grown(tensor(input), shape_of(other, "other"))


@operation("torch.broadcast_tensors")
def broadcast_tensors(machine: Machine, *tensors: Value) -> Value:
    found = [tensor(each) for each in _several(machine, tensors)]
    shape = shapes.broadcast_all([shape_of(each) for each in found])
    return tuple(result(shape, like=each) for each in found)


@operation("torch.broadcast_shapes")
def broadcast_shapes(machine: Machine, *shapes_: Value) -> Value:
    return shapes.broadcast_all([_target(machine, (each,)) for each in shapes_])


def _several(machine: Machine, args: tuple[Value, ...]) -> list[Value]:
    return machine.elements(args[0]) if len(args) == 1 and not isinstance(args[0], Tensor) else list(args)


@operation("Tensor.repeat")
def repeat(machine: Machine, input: Value, *repeats: Value, sizes: Value = None) -> Tensor:
    x = tensor(input)
    return result(shapes.repeat(shape_of(x), _target(machine, repeats if sizes is None else (sizes,))), like=x)


@operation("torch.tile")
def tile(machine: Machine, input: Value, dims: Value) -> Tensor:
    x = tensor(input)
    return result(shapes.tile(shape_of(x), _target(machine, (dims,))), like=x)


@operation("Tensor.tile")
def tile_method(machine: Machine, input: Value, *dims_: Value, dims: Value = None) -> Tensor:
    x = tensor(input)
    return result(shapes.tile(shape_of(x), _target(machine, dims_ if dims is None else (dims,))), like=x)


@operation("torch.repeat_interleave", "Tensor.repeat_interleave")
def repeat_interleave(
    machine: Machine, input: Value, repeats: Value = None, dim: Value = None, *, output_size: Value = None
) -> Tensor:
    x = tensor(input)
    if repeats is None and dim is None:  # the counts alone: the index of each element, as often as it says
        return result((unknown_dim(),), "int64")
    shape = shape_of(x)
    total = _repeated(repeats, output_size)
    if dim is None:
        count = shapes.elements(shape)
        return result((count * total if total is not None else unknown_dim(),), like=x)
    axis = shapes.normalize_axis(integer(dim, "dim"), len(shape))
    size: Dim = shape[axis] * total if total is not None else unknown_dim()
    return result((*shape[:axis], size, *shape[axis + 1 :]), like=x)


def _repeated(repeats: Value, output_size: Value) -> Dim | None:
    """How often each element is repeated, None where that differs or is not known."""
    if output_size is not None or (isinstance(repeats, Tensor) and repeats.shape not in ((), (1,))):
        return None
    try:
        return dim(repeats, "repeats")
    except Undetermined:
        return None


@operation("torch.roll", "Tensor.roll")
def roll(machine: Machine, input: Value, shifts: Value, dims: Value = None) -> Tensor:
    x = tensor(input)
    if dims is not None and x.shape is not None:
        wanted, amounts = axes(machine, dims, "dims"), None if isinstance(shifts, Unknown) else items(shifts)
        if amounts is not None and len(amounts) != len(wanted):
            raise ShapeError(
                "bad-argument",
                f"`roll` got {len(amounts)} shifts for {len(wanted)} axes",
                expected=str(len(wanted)),
                actual=str(len(amounts)),
                exception="RuntimeError",
            )
        for axis in wanted:
            shapes.normalize_axis(axis, len(x.shape))
    elif dims is None and not isinstance(shifts, Unknown) and len(items(shifts) or ()) > 1:
        raise ShapeError("bad-argument", "`roll` with several shifts needs as many axes", exception="RuntimeError")
    return Tensor(TENSOR, x.shape, x.dtype, free=x.free)


@operation("torch.flip")
def flip(machine: Machine, input: Value, dims: Value) -> Tensor:
    return _flipped(machine, tensor(input), axes(machine, dims, "dims"))


@operation("Tensor.flip")
def flip_method(machine: Machine, input: Value, *dims_: Value, dims: Value = None) -> Tensor:
    given = dims_ if dims is None else (dims,)
    return _flipped(machine, tensor(input), axes(machine, given[0] if len(given) == 1 else given, "dims"))


def _flipped(machine: Machine, x: Tensor, wanted: tuple[int, ...]) -> Tensor:
    if x.shape is not None:
        axes_of(machine, x.shape, wanted)
    made = Tensor(TENSOR, x.shape, x.dtype, free=x.free)
    if x.values is not None and x.shape is not None and len(x.shape) == 1 and wanted:
        made.values = x.values[::-1]
    return made


@operation("torch.fliplr", "torch.flipud", "Tensor.fliplr", "Tensor.flipud")
def fliplr(machine: Machine, input: Value) -> Tensor:
    x = tensor(input)
    return Tensor(TENSOR, x.shape, x.dtype, free=x.free)


@operation("torch.rot90", "Tensor.rot90")
def rot90(machine: Machine, input: Value, k: Value = 1, dims: Value = (0, 1)) -> Tensor:
    x = tensor(input)
    shape = shape_of(x)
    wanted = axes(machine, dims, "dims")
    if len(shape) < 2 or len(wanted) != 2 or len({axis % len(shape) for axis in wanted}) != 2:
        raise ShapeError("bad-argument", "`rot90` turns two different axes", exception="RuntimeError")
    one, other = wanted
    turned = shapes.transpose(shape, one, other)
    return result(turned if integer(k, "k") % 2 else shape, like=x)


def _at_least(rank: int) -> None:
    def grow(machine: Machine, *tensors: Value) -> Value:
        made = [_with_rank(tensor(each), rank) for each in _several(machine, tensors)]
        return made[0] if len(tensors) == 1 and isinstance(tensors[0], Tensor) else tuple(made)

    operation(f"torch.atleast_{rank}d")(grow)


def _with_rank(x: Tensor, rank: int) -> Tensor:
    shape = shape_of(x)
    if len(shape) >= rank:
        return x
    if rank == 3 and shape:
        return viewed(x, (1, *shape, 1) if len(shape) == 1 else (*shape, 1), x.values)
    return viewed(x, (*(1,) * (rank - len(shape)), *shape), x.values)


for _rank in (1, 2, 3):
    _at_least(_rank)


@operation("torch.as_strided", "Tensor.as_strided")
def as_strided(machine: Machine, input: Value, size: Value, stride: Value, storage_offset: Value = None) -> Tensor:
    shape = sizes(machine, (), size)
    steps = items(stride)
    if steps is not None and len(steps) != len(shape):
        raise ShapeError(
            "bad-argument",
            f"`as_strided` got {len(steps)} strides for {len(shape)} sizes",
            expected=str(len(shape)),
            actual=str(len(steps)),
            exception="RuntimeError",
        )
    return result(shape, like=tensor(input))


@operation("Tensor.unfold")
def unfold(machine: Machine, input: Value, dimension: Value, size: Value, step: Value) -> Tensor:
    x = tensor(input)
    shape = shape_of(x) or (1,)
    axis = shapes.normalize_axis(integer(dimension, "dimension"), len(shape))
    length, stride = dim(size, "size"), integer(step, "step")
    if short_of(shape[axis], length):
        raise ShapeError(
            "nonpositive-size",
            f"windows of {length} do not fit into axis {axis} of {shapes.text(shape)}",
            exception="RuntimeError",
        )
    if stride < 1:
        raise ShapeError("bad-argument", f"the step must be positive, got {stride}", exception="RuntimeError")
    windows = shapes.slice_length(shape[axis] - length + 1, step=stride)
    moved = (*shape[:axis], windows, *shape[axis + 1 :], length)
    return result(moved if shape_of(x) else (length,), like=x)
