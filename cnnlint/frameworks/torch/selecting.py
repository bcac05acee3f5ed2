"""Elements picked and placed by index tensors, diagonals and triangles."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.engine import shape as shapes
from cnnlint.engine.constraints import require_equal, short_of
from cnnlint.engine.dimension import Dim, maximum, minimum
from cnnlint.engine.dimension import text as dim_text
from cnnlint.engine.errors import ShapeError
from cnnlint.frameworks.coerce import integer, shape_of, tensor
from cnnlint.frameworks.torch.core import TENSOR, result
from cnnlint.frameworks.torch.operation import operation
from cnnlint.frameworks.torch.reshaping import axis_of
from cnnlint.frameworks.torch.values import known
from cnnlint.interpreter.values import Tensor

if TYPE_CHECKING:
    from cnnlint.engine.shape import Shape
    from cnnlint.interpreter.machine import Machine
    from cnnlint.interpreter.values import Value


def _index(value: Value) -> Tensor:
    index = tensor(value, "index")
    if index.dtype is not None and index.dtype not in ("int64", "int32", "uint8", "int16", "int8"):
        raise ShapeError(
            "bad-argument", f"an index must hold whole numbers, not {index.dtype}", exception="RuntimeError"
        )
    return index


@operation("torch.gather", "Tensor.gather")
def gather(machine: Machine, input: Value, dim: Value, index: Value, *, sparse_grad: Value = False) -> Tensor:
    x, places = tensor(input), _index(index)
    _check_index(x, places, dim, "gather")
    return result(places.shape, like=x)


def _check_index(x: Tensor, index: Tensor, dim: Value, name: str) -> None:
    """An index has the tensor's rank and is nowhere larger, the axis itself aside."""
    if x.shape is None or index.shape is None:
        return
    axis = axis_of(x.shape, dim)
    one, other = x.shape or (1,), index.shape or (1,)
    if len(one) != len(other):
        raise ShapeError(
            "rank-mismatch",
            f"`{name}` needs an index with {len(one)} dimensions, got {shapes.text(other)}",
            expected=str(len(one)),
            actual=str(len(other)),
            exception="RuntimeError",
        )
    for place, (size, wanted) in enumerate(zip(one, other, strict=True)):
        if place != axis and short_of(size, wanted):
            raise ShapeError(
                "size-mismatch",
                f"`{name}`: axis {place} of the index {shapes.text(other)} is larger than that of {shapes.text(one)}",
                expected=f"at most {dim_text(size)}",
                actual=dim_text(wanted),
                exception="RuntimeError",
            )


@operation("torch.take_along_dim", "Tensor.take_along_dim")
def take_along_dim(machine: Machine, input: Value, indices: Value, dim: Value = None) -> Tensor:
    x, places = tensor(input), _index(indices)
    if dim is None:
        return result((shapes.elements(shape_of(places)),), like=x)
    one, other = shape_of(x), shape_of(places)
    if len(one) != len(other):
        raise ShapeError("rank-mismatch", "`take_along_dim` needs as many dimensions in both", exception="RuntimeError")
    axis = axis_of(one, dim)
    both = shapes.broadcast((*one[:axis], 1, *one[axis + 1 :]), (*other[:axis], 1, *other[axis + 1 :]))
    return result((*both[:axis], other[axis], *both[axis + 1 :]), like=x)


@operation("torch.index_select", "Tensor.index_select")
def index_select(machine: Machine, input: Value, dim: Value, index: Value) -> Tensor:
    x, places = tensor(input), _index(index)
    shape, picked = shape_of(x), shape_of(places, "index")
    if len(picked) > 1:
        raise ShapeError("rank-mismatch", "`index_select` takes an index with 1 dimension", exception="IndexError")
    axis = axis_of(shape, dim)
    for each in known(places) or ():
        if shape and short_of(shape[axis], each + 1):
            raise ShapeError(
                "size-mismatch",
                f"index {dim_text(each)} is out of range for axis {axis} with size {dim_text(shape[axis])}",
                exception="IndexError",
            )
    return result((*shape[:axis], picked[0] if picked else 1, *shape[axis + 1 :]) if shape else (), like=x)


@operation("torch.take", "Tensor.take")
def take(machine: Machine, input: Value, index: Value) -> Tensor:
    return result(_index(index).shape, like=tensor(input))


def _check_source(source: Tensor, index: Tensor, name: str) -> None:
    """The values to scatter have the index's rank and are nowhere smaller."""
    if not source.shape or not index.shape:
        return
    fits = len(source.shape) == len(index.shape)
    if not fits or any(short_of(size, wanted) for size, wanted in zip(source.shape, index.shape, strict=True)):
        raise ShapeError(
            "size-mismatch",
            f"`{name}`: the index {shapes.text(index.shape)} does not fit the source {shapes.text(source.shape)}",
            exception="RuntimeError",
        )


def _declare_scatter(name: str) -> None:
    def body(machine: Machine, input: Value, dim: Value, index: Value, src: Value = None, **options: Value) -> Tensor:
        x, places = tensor(input), _index(index)
        if x.shape is not None:
            _check_index(x, places, dim, name)
        source = src if src is not None else options.get("value")
        if isinstance(source, Tensor):
            _check_source(source, places, name)
        return Tensor(TENSOR, x.shape, x.dtype, free=x.free)

    operation(f"torch.{name}", f"Tensor.{name}", in_place=(f"Tensor.{name}_",))(body)


for _name in ("scatter", "scatter_add"):
    _declare_scatter(_name)


@operation("torch.scatter_reduce", "Tensor.scatter_reduce", in_place=("Tensor.scatter_reduce_",))
def scatter_reduce(
    machine: Machine, input: Value, dim: Value, index: Value, src: Value, reduce: Value, *, include_self: Value = True
) -> Tensor:
    x = tensor(input)
    _check_index(x, _index(index), dim, "scatter_reduce")
    return result(x.shape, like=x)


def _check_rows(x: Tensor, dim: Value, index: Tensor, source: Value, name: str) -> None:
    """An index of one axis with as many places as the source has rows, the source otherwise like the tensor."""
    if x.shape is None or index.shape is None or len(index.shape) > 1:
        if index.shape is not None and len(index.shape) > 1:
            raise ShapeError("rank-mismatch", f"`{name}` takes an index with 1 dimension", exception="IndexError")
        return
    axis = axis_of(x.shape, dim)
    if not isinstance(source, Tensor) or not source.shape or not x.shape or not index.shape:
        return
    wanted = (*x.shape[:axis], index.shape[0], *x.shape[axis + 1 :])
    given = source.shape
    if len(given) != len(wanted):
        raise _no_rows(name, wanted, given)
    for one, other in zip(given, wanted, strict=True):
        require_equal(one, other, lambda: _no_rows(name, wanted, given))


def _no_rows(name: str, wanted: Shape, given: Shape) -> ShapeError:
    return ShapeError(
        "size-mismatch",
        f"`{name}` needs a source of {shapes.text(wanted)}, got {shapes.text(given)}",
        expected=shapes.text(wanted),
        actual=shapes.text(given),
        exception="RuntimeError",
    )


def _declare_indexed(name: str) -> None:
    def body(
        machine: Machine, input: Value, dim: Value, index: Value, source: Value = None, *how: Value, **options: Value
    ) -> Tensor:
        x = tensor(input)
        if x.shape is not None:
            axis_of(x.shape, dim)
        if name in ("index_add", "index_copy"):
            _check_rows(x, dim, tensor(index, "index"), source, name)
        return Tensor(TENSOR, x.shape, x.dtype, free=x.free)

    operation(f"torch.{name}", f"Tensor.{name}", in_place=(f"Tensor.{name}_",))(body)


for _name in ("index_add", "index_copy", "index_fill", "index_reduce"):
    _declare_indexed(_name)


@operation("torch.index_put", "Tensor.index_put", in_place=("torch.index_put_", "Tensor.index_put_"))
def index_put(machine: Machine, input: Value, indices: Value, values: Value, accumulate: Value = False) -> Tensor:
    x = tensor(input)
    return Tensor(TENSOR, x.shape, x.dtype, free=x.free)


@operation("torch.diagonal", "Tensor.diagonal", "torch.linalg.diagonal")
def diagonal(machine: Machine, input: Value, offset: Value = 0, dim1: Value = 0, dim2: Value = 1) -> Tensor:
    x = tensor(input)
    shape = shape_of(x)
    one, other = (shapes.normalize_axis(integer(each, "dim"), len(shape)) for each in (dim1, dim2))
    if one == other:
        raise ShapeError("bad-argument", "a diagonal needs two different axes", exception="RuntimeError")
    kept = tuple(size for axis, size in enumerate(shape) if axis not in (one, other))
    return result((*kept, _diagonal_length(shape[one], shape[other], integer(offset, "offset"))), like=x)


def _diagonal_length(rows: Dim, columns: Dim, offset: int) -> Dim:
    if offset >= 0:
        return maximum(0, minimum(rows, columns - offset))
    return maximum(0, minimum(rows + offset, columns))


@operation("torch.diag", "Tensor.diag")
def diag(machine: Machine, input: Value, diagonal: Value = 0) -> Tensor:
    x = tensor(input)
    shape, offset = shape_of(x), integer(diagonal, "diagonal")
    if len(shape) == 1:
        return result((shape[0] + abs(offset),) * 2, like=x)
    if len(shape) != 2:
        raise ShapeError("rank-mismatch", "`diag` takes a vector or a matrix", exception="RuntimeError")
    return result((_diagonal_length(*shape, offset),), like=x)


@operation("torch.diag_embed", "Tensor.diag_embed")
def diag_embed(machine: Machine, input: Value, offset: Value = 0, dim1: Value = -2, dim2: Value = -1) -> Tensor:
    x = tensor(input)
    *front, size = shape_of(x) or (1,)
    side = size + abs(integer(offset, "offset"))
    rank = len(shape_of(x)) + 1
    places = {shapes.normalize_axis(integer(each, "dim"), rank) for each in (dim1, dim2)}
    if len(places) < 2:
        raise ShapeError("bad-argument", "a diagonal needs two different axes", exception="RuntimeError")
    rest = iter(front)
    return result(tuple(side if axis in places else next(rest) for axis in range(rank)), like=x)


@operation("torch.diagflat", "Tensor.diagflat")
def diagflat(machine: Machine, input: Value, offset: Value = 0) -> Tensor:
    x = tensor(input)
    return result((shapes.elements(shape_of(x)) + abs(integer(offset, "offset")),) * 2, like=x)


def _declare_triangle(name: str) -> None:
    def body(machine: Machine, input: Value, diagonal: Value = 0) -> Tensor:
        x = tensor(input)
        if x.shape is not None and len(x.shape) < 2:
            raise ShapeError("rank-mismatch", f"`{name}` needs at least 2 dimensions", exception="RuntimeError")
        made = Tensor(TENSOR, x.shape, x.dtype, free=x.free)
        values = known(x)
        if values is not None and x.shape is not None and isinstance(diagonal, int):
            rows, columns = (int(str(size)) for size in x.shape[-2:])
            keep = _below if name == "tril" else _above
            made.values = tuple(
                value if keep(at // columns % rows, at % columns, diagonal) else type(value)(0)
                for at, value in enumerate(values)
            )
        return made

    operation(f"torch.{name}", f"Tensor.{name}", in_place=(f"Tensor.{name}_",))(body)


def _below(row: int, column: int, diagonal: int) -> bool:
    return column - row <= diagonal


def _above(row: int, column: int, diagonal: int) -> bool:
    return column - row >= diagonal


for _name in ("tril", "triu"):
    _declare_triangle(_name)


@operation("torch.put", "Tensor.put", in_place=("Tensor.put_",))
def put(machine: Machine, input: Value, index: Value, source: Value, accumulate: Value = False) -> Tensor:
    return result(shape_of(input), like=tensor(input))
