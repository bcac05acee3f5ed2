"""Tensors put together and taken apart: cat, stack, split, chunk, unbind, meshgrid."""

from __future__ import annotations

from functools import partial
from math import comb, prod
from typing import TYPE_CHECKING

from cnnlint.engine import shape as shapes
from cnnlint.engine.dimension import Dim, exact_quotient, unknown_dim
from cnnlint.engine.errors import ShapeError, Undetermined
from cnnlint.engine.shape import text as shape_text
from cnnlint.frameworks.coerce import dim as dimension
from cnnlint.frameworks.coerce import flag, integer, items, sequence, shape_of, tensor
from cnnlint.frameworks.torch.core import result
from cnnlint.frameworks.torch.dtypes import result_type
from cnnlint.frameworks.torch.operation import operation
from cnnlint.frameworks.torch.reshaping import reordered, viewed
from cnnlint.frameworks.torch.values import count, indexes, known, strides
from cnnlint.interpreter.values import Tensor, Unknown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnnlint.engine.shape import Shape
    from cnnlint.frameworks.torch.values import Values
    from cnnlint.interpreter.machine import Machine
    from cnnlint.interpreter.values import Value


def tensors_of(machine: Machine, value: Value) -> list[Tensor]:
    """The tensors of a sequence."""
    return [tensor(each, "tensors") for each in sequence(machine, value)]


@operation("torch.cat", "torch.concat", "torch.concatenate")
def cat(machine: Machine, tensors: Value, dim: Value = 0) -> Tensor:
    return joined(tensors_of(machine, tensors), integer(dim, "dim"))


def joined(parts: Sequence[Tensor], axis: int) -> Tensor:
    """The tensors one after the other; empty ones without a shape of their own are left out, as PyTorch does."""
    found = [part for part in parts if part.shape != (0,)] or list(parts)
    shape = shapes.concatenate([shape_of(part) for part in found], axis)
    made = result(shape, result_type(found))
    if count(shape) is not None:
        made.values = _joined_values(found, axis % len(shape))
    return made


def _joined_values(parts: Sequence[Tensor], axis: int) -> Values | None:
    columns = [(values, part.shape) for part in parts if (values := known(part)) is not None and part.shape is not None]
    if len(columns) != len(parts):
        return None
    outer = prod(int(str(size)) for size in columns[0][1][:axis])
    merged: list[object] = []
    for turn in range(outer):
        for values, _ in columns:
            step = len(values) // outer
            merged += values[turn * step : (turn + 1) * step]
    return tuple(merged)


@operation("torch.stack")
def stack(machine: Machine, tensors: Value, dim: Value = 0) -> Tensor:
    found = tensors_of(machine, tensors)
    axis = integer(dim, "dim")
    shape = shapes.stack([shape_of(each) for each in found], axis)
    axis %= len(shape)
    made = result(shape, result_type(found))
    if count(shape) is not None:
        widened = [viewed(each, shapes.unsqueeze(shape_of(each), axis), each.values) for each in found]
        made.values = _joined_values(widened, axis)
    return made


def _at_least(x: Tensor, rank: int) -> Tensor:
    shape = shape_of(x)
    if len(shape) >= rank:
        return x
    if rank == 3 and shape:
        return result((1, *shape, 1) if len(shape) == 1 else (*shape, 1), like=x)
    return result((*(1,) * (rank - len(shape)), *shape), like=x)


@operation("torch.hstack")
def hstack(machine: Machine, tensors: Value) -> Tensor:
    found = [_at_least(each, 1) for each in tensors_of(machine, tensors)]
    return joined(found, 0 if found and len(shape_of(found[0])) == 1 else 1)


@operation("torch.vstack", "torch.row_stack")
def vstack(machine: Machine, tensors: Value) -> Tensor:
    return joined([_at_least(each, 2) for each in tensors_of(machine, tensors)], 0)


@operation("torch.dstack")
def dstack(machine: Machine, tensors: Value) -> Tensor:
    return joined([_at_least(each, 3) for each in tensors_of(machine, tensors)], 2)


@operation("torch.column_stack")
def column_stack(machine: Machine, tensors: Value) -> Tensor:
    found = tensors_of(machine, tensors)
    columns = [x if len(shape_of(x)) > 1 else result((*(shape_of(x) or (1,)), 1), like=x) for x in found]
    return joined(columns, 1)


def pieces(x: Tensor, axis: int, sizes: Sequence[Dim]) -> tuple[Tensor, ...]:
    """The axis cut into parts of these sizes."""
    shape = shape_of(x)
    axis = shapes.normalize_axis(axis, len(shape))
    found = []
    start: Dim = 0
    for part in shapes.split(shape, axis, sizes):
        found.append(viewed(x, part, _part(x, axis, start, part)))
        start += part[axis]
    return tuple(found)


def _part(x: Tensor, axis: int, start: Dim, part: Shape) -> Values | None:
    """The elements of a part of the axis that begins at `start`."""
    if x.values is None or x.shape is None or not isinstance(start, int):
        return None
    distances = strides(x.shape)
    return tuple(x.values[index] for index in indexes(part, distances, start * distances[axis]))


@operation("torch.split", "Tensor.split", "Tensor.split_with_sizes", "torch.split_with_sizes")
def split(
    machine: Machine,
    tensor: Value,
    split_size_or_sections: Value = None,
    dim: Value = 0,
    *,
    split_size: Value = None,
    split_sizes: Value = None,
) -> Value:
    x = _tensor(tensor)
    given = next(each for each in (split_size_or_sections, split_size, split_sizes, 0) if each is not None)
    axis = shapes.normalize_axis(integer(dim, "dim"), len(shape_of(x)))
    several = None if isinstance(given, Unknown) else items(given)
    size = shape_of(x)[axis]
    if several is not None:
        return pieces(x, axis, shapes.split_sizes(size, [dimension(each) for each in several]))
    width = dimension(given)
    if isinstance(width, int) and isinstance(size, int):
        return pieces(x, axis, shapes.split_sizes(size, width))
    number = exact_quotient(size, width)
    if not isinstance(number, int) or number > 10_000:
        return _uncounted(machine, x, axis, width)
    return pieces(x, axis, [width] * number)


def _uncounted(machine: Machine, x: Tensor, axis: int, width: Dim) -> Unknown:
    """Pieces of that size; how many there are is told by the names that they are unpacked to."""

    def unpacked(count: int) -> list[Value] | None:
        sizes = partial(shapes.counted_sizes, shape_of(x)[axis], width, count)
        made = machine.guarded(lambda: pieces(x, axis, sizes()))
        return list(made) if isinstance(made, tuple) else None

    found = Unknown("how many pieces there are is not known", machine.place, opaque=True)
    found.unpacked = unpacked
    return found


@operation("torch.chunk", "Tensor.chunk")
def chunk(machine: Machine, input: Value, chunks: Value, dim: Value = 0) -> Value:
    x = _tensor(input)
    axis = shapes.normalize_axis(integer(dim, "dim"), len(shape_of(x)))
    return pieces(x, axis, shapes.chunk_sizes(shape_of(x)[axis], integer(chunks, "chunks")))


@operation("torch.unsafe_chunk", "Tensor.unsafe_chunk")
def unsafe_chunk(machine: Machine, input: Value, chunks: Value, dim: Value = 0) -> Value:
    return chunk(machine, input, chunks, dim)


@operation("torch.tensor_split", "Tensor.tensor_split")
def tensor_split(
    machine: Machine,
    input: Value,
    indices_or_sections: Value = None,
    dim: Value = 0,
    *,
    indices: Value = None,
    sections: Value = None,
) -> Value:
    x = _tensor(input)
    given = next(each for each in (indices_or_sections, indices, sections) if each is not None)
    axis = shapes.normalize_axis(integer(dim, "dim"), len(shape_of(x)))
    several = items(given)
    parts = integer(given) if several is None else [dimension(each) for each in several]
    return pieces(x, axis, shapes.section_sizes(shape_of(x)[axis], parts, even=False))


def _declare_split(name: str, place: int) -> None:
    def cut(machine: Machine, input: Value, indices_or_sections: Value) -> Value:
        x = _tensor(input)
        axis = 0 if name == "hsplit" and len(shape_of(x)) == 1 else place
        several = items(indices_or_sections)
        parts = integer(indices_or_sections) if several is None else [dimension(each) for each in several]
        return pieces(x, axis, shapes.section_sizes(shape_of(x)[axis], parts))

    operation(f"torch.{name}", f"Tensor.{name}")(cut)


for _name, _place in (("hsplit", 1), ("vsplit", 0), ("dsplit", 2)):
    _declare_split(_name, _place)


@operation("torch.unbind", "Tensor.unbind")
def unbind(machine: Machine, input: Value, dim: Value = 0) -> Value:
    return unbound(_tensor(input), integer(dim, "dim"))


def unbound(x: Tensor, axis: int) -> tuple[Tensor, ...]:
    """The slices along an axis, which must have a known size."""
    shape = shape_of(x)
    axis = shapes.normalize_axis(axis, len(shape))
    size = shape[axis]
    if not isinstance(size, int):
        raise Undetermined("how many slices there are is not known")
    if size > 10_000:
        raise Undetermined("there are too many slices to follow")
    rest = (*shape[:axis], *shape[axis + 1 :])
    if x.values is None:
        return tuple(result(rest, like=x) for _ in range(size))
    return tuple(viewed(x, rest, _part(x, axis, turn, (*shape[:axis], 1, *shape[axis + 1 :]))) for turn in range(size))


@operation("torch.meshgrid")
def meshgrid(machine: Machine, *tensors: Value, indexing: Value = "ij") -> Value:
    given = tensors if len(tensors) != 1 or isinstance(tensors[0], Tensor) else sequence(machine, tensors[0])
    found = [_tensor(each) for each in given]
    lengths: list[Dim] = []
    for each in found:
        shape = shape_of(each)
        if len(shape) > 1:
            raise ShapeError(
                "rank-mismatch", "`meshgrid` takes tensors with at most 1 dimension", exception="RuntimeError"
            )
        lengths.append(shape[0] if shape else 1)
    grids = [_grid(each, tuple(lengths), axis) for axis, each in enumerate(found)]
    if indexing == "xy" and len(grids) >= 2:
        order = (1, 0, *range(2, len(grids)))
        grids = [reordered(grid, order) for grid in grids]
    return tuple(grids)


def _grid(x: Tensor, shape: Shape, axis: int) -> Tensor:
    made = result(shape, like=x)
    if x.values is not None and count(shape) is not None:
        values = x.values
        made.values = tuple(values[index] for index in indexes(shape, [int(at == axis) for at in range(len(shape))]))
    return made


@operation("torch.cartesian_prod")
def cartesian_prod(machine: Machine, *tensors: Value) -> Tensor:
    found = [_tensor(each) for each in tensors]
    for each in found:
        _check_rank(each, 1, "cartesian_prod")
    if len(found) == 1:
        return found[0]
    return result((shapes.elements([shape_of(each)[0] for each in found]), len(found)), result_type(found))


@operation("torch.combinations")
def combinations(machine: Machine, input: Value, r: Value = 2, with_replacement: Value = False) -> Tensor:
    (size,), many = _check_rank(input, 1, "combinations"), integer(r, "r")
    if many < 0:
        raise ShapeError("bad-argument", f"`r` must not be negative, got {many}", exception="RuntimeError")
    if many == 0:
        return result((0,), like=_tensor(input))
    if not isinstance(size, int):
        return result((unknown_dim(), many), like=_tensor(input))
    count = comb(size + many - 1, many) if size and flag(with_replacement) else comb(size, many)
    return result((count, many), like=_tensor(input))


def _check_rank(value: Value, most: int, name: str) -> Shape:
    """The shape of a tensor with so many axes (at most, of several). Raises ShapeError "rank-mismatch"."""
    shape = shape_of(value)
    if len(shape) > most or (most == 1 and not shape):
        raise ShapeError(
            "rank-mismatch",
            f"`{name}` takes tensors with {most} dimension{'s at most' if most > 1 else ''}, got {shape_text(shape)}",
            expected=str(most),
            actual=str(len(shape)),
            exception="RuntimeError",
        )
    return shape


@operation("torch.block_diag")
def block_diag(machine: Machine, *tensors: Value) -> Tensor:
    for each in tensors:
        _check_rank(each, 2, "block_diag")
    grids = [shape_of(_at_least(_tensor(each), 2)) for each in tensors]
    rows: Dim = 0
    columns: Dim = 0
    for height, width in grids:
        rows, columns = rows + height, columns + width
    return result((rows, columns), result_type(map(_tensor, tensors)))


def _tensor(value: Value) -> Tensor:
    return tensor(value)
