"""Functions that order, search, count and compare the numbers of a tensor."""

from __future__ import annotations

import builtins
import operator
from itertools import pairwise
from typing import TYPE_CHECKING

from cnnlint.engine import shape as shapes
from cnnlint.engine.constraints import short_of
from cnnlint.engine.dimension import equal, unknown_dim
from cnnlint.engine.dimension import text as dim_text
from cnnlint.engine.errors import ShapeError, Undetermined
from cnnlint.frameworks.coerce import dim as dimension
from cnnlint.frameworks.coerce import flag, integer, shape_of, tensor
from cnnlint.frameworks.torch.arithmetic import combined
from cnnlint.frameworks.torch.core import result
from cnnlint.frameworks.torch.operation import operation
from cnnlint.frameworks.torch.reductions import along, pair, pair_along
from cnnlint.frameworks.torch.reshaping import axis_of
from cnnlint.frameworks.torch.values import holding, known
from cnnlint.interpreter.values import Tensor

if TYPE_CHECKING:
    from cnnlint.engine.shape import Shape
    from cnnlint.interpreter.machine import Machine
    from cnnlint.interpreter.values import Value


@operation("torch.diff", "Tensor.diff")
def diff(
    machine: Machine, input: Value, n: Value = 1, dim: Value = -1, prepend: Value = None, append: Value = None
) -> Tensor:
    x = tensor(input)
    shape = shape_of(x)
    if prepend is not None or append is not None:
        raise Undetermined("`diff` with values put in front or behind is not followed")
    times = integer(n, "n")
    if not shape:
        raise ShapeError("rank-mismatch", "`diff` needs at least 1 dimension", exception="RuntimeError")
    if times == 0:
        return result(shape, like=x)
    axis = shapes.normalize_axis(integer(dim, "dim"), len(shape))
    values = known(x)
    length = shapes.slice_length(shape[axis], times)
    if values is not None and len(shape) == 1 and n == 1:
        return holding((length,), x.dtype, [after - before for before, after in pairwise(values)])
    return result((*shape[:axis], length, *shape[axis + 1 :]), like=x)


@operation("torch.topk", "Tensor.topk")
def topk(
    machine: Machine, input: Value, k: Value, dim: Value = -1, largest: Value = True, sorted: Value = True
) -> Value:
    x = tensor(input)
    shape = shape_of(x)
    axis = shapes.normalize_axis(integer(dim, "dim"), len(shape)) if shape else 0
    number = dimension(k, "k")
    if short_of(shape[axis] if shape else 1, number):
        raise ShapeError(
            "size-mismatch",
            f"the {dim_text(number)} largest of an axis with {dim_text(shape[axis] if shape else 1)} elements",
            exception="RuntimeError",
        )
    kept = (*shape[:axis], number, *shape[axis + 1 :]) if shape else ()
    return pair(machine, result(kept, like=x), result(kept, "int64"))


@operation("torch.kthvalue", "Tensor.kthvalue")
def kthvalue(machine: Machine, input: Value, k: Value, dim: Value = -1, keepdim: Value = False) -> Value:
    x = tensor(input)
    if x.shape is not None:
        number, size = dimension(k, "k"), x.shape[axis_of(x.shape, dim)] if x.shape else 1
        if short_of(size, number) or short_of(number, 1):
            raise ShapeError(
                "bad-argument",
                f"`k` is {dim_text(number)}, but the axis has {dim_text(size)} elements",
                expected=f"1 to {dim_text(size)}",
                actual=dim_text(number),
                exception="RuntimeError",
            )
    return pair_along(machine, x, dim, keepdim)


@operation("torch.sort", "Tensor.sort", "torch.msort")
def sort(machine: Machine, input: Value, dim: Value = -1, descending: Value = False, stable: Value = False) -> Value:
    made = along(machine, input, dim)
    return pair(machine, made, along(machine, input, dim, "int64"))


@operation("torch.argsort", "Tensor.argsort")
def argsort(
    machine: Machine, input: Value, dim: Value = -1, descending: Value = False, stable: Value = False
) -> Tensor:
    return along(machine, input, dim, "int64")


@operation("torch.unique", "Tensor.unique")
def unique(
    machine: Machine,
    input: Value,
    sorted: Value = True,
    return_inverse: Value = False,
    return_counts: Value = False,
    dim: Value = None,
) -> Value:
    values = known(input) if flag(sorted) else None
    return _distinct(input, None if values is None else _ordered(values), return_inverse, return_counts, dim)


@operation("torch.unique_consecutive", "Tensor.unique_consecutive")
def unique_consecutive(
    machine: Machine,
    input: Value,
    return_inverse: Value = False,
    return_counts: Value = False,
    dim: Value = None,
) -> Value:
    return _distinct(input, None, return_inverse, return_counts, dim)


def _ordered(values: tuple[Value, ...]) -> list[Value] | None:
    """Numbers once each, in order; None where they are symbolic or no number equals one of them (NaN)."""
    if all(isinstance(value, (bool, int, float)) and value == value for value in values):  # noqa: PLR0124
        return builtins.sorted(set(values))
    return None


def _distinct(input: Value, values: list[Value] | None, inverse: Value, counts: Value, dim: Value) -> Value:
    x = tensor(input)
    count = unknown_dim() if values is None or dim is not None else len(values)
    shape: Shape = (count,)
    if dim is not None:
        own = shape_of(x)
        axis = shapes.normalize_axis(integer(dim, "dim"), len(own))
        shape = (*own[:axis], count, *own[axis + 1 :])
    found = [holding(shape, x.dtype, values)]
    told = None if values is None or dim is not None else known(x)
    if flag(inverse):
        places = None if told is None or values is None else [values.index(value) for value in told]
        found.append(holding(x.shape if dim is None else (shape_of(x)[axis],), "int64", places))
    if flag(counts):
        often = None if told is None or values is None else [told.count(value) for value in values]
        found.append(holding((count,), "int64", often))
    return found[0] if len(found) == 1 else tuple(found)


@operation("torch.nonzero", "Tensor.nonzero")
def nonzero(machine: Machine, input: Value, *, as_tuple: Value = False) -> Value:
    shape = shape_of(input)
    count = unknown_dim()
    if flag(as_tuple):
        return tuple(result((count,), "int64") for _ in shape or (1,))
    return result((count, len(shape)), "int64")


@operation("torch.argwhere", "Tensor.argwhere")
def argwhere(machine: Machine, input: Value) -> Tensor:
    return result((unknown_dim(), len(shape_of(input))), "int64")


@operation("torch.masked_select", "Tensor.masked_select")
def masked_select(machine: Machine, input: Value, mask: Value) -> Tensor:
    shapes.broadcast(shape_of(input), shape_of(mask, "mask"))
    return result((unknown_dim(),), like=tensor(input))


@operation("torch.bincount", "Tensor.bincount", "torch.histc", "Tensor.histc")
def bincount(machine: Machine, input: Value, *args: Value, **options: Value) -> Tensor:
    return result((unknown_dim(),))


@operation("torch.bucketize")
def bucketize(
    machine: Machine, input: Value, boundaries: Value, *, out_int32: Value = False, right: Value = False
) -> Tensor:
    edges = shape_of(boundaries, "boundaries")
    if len(edges) != 1:
        raise ShapeError(
            "rank-mismatch",
            f"`boundaries` must have 1 dimension, got {shapes.text(edges)}",
            expected="1",
            actual=str(len(edges)),
            exception="RuntimeError",
        )
    dtype = "int32" if flag(out_int32) else "int64"
    return result(tensor(input).shape if isinstance(input, Tensor) else (), dtype)


@operation("torch.searchsorted")
def searchsorted(machine: Machine, sorted_sequence: Value, input: Value, **options: Value) -> Tensor:
    dtype = "int32" if flag(options.get("out_int32", False)) else "int64"
    return result(tensor(input).shape if isinstance(input, Tensor) else (), dtype)


@operation("torch.equal", "Tensor.equal")
def torch_equal(machine: Machine, input: Value, other: Value) -> Value:
    return _equal_data(tensor(input), tensor(other))


@operation("torch.allclose", "Tensor.allclose")
def allclose(
    machine: Machine, input: Value, other: Value, rtol: Value = 1e-05, atol: Value = 1e-08, equal_nan: Value = False
) -> Value:
    combined(operator.sub, (input, other))
    raise Undetermined("whether two tensors are equal depends on their data")


def _equal_data(x: Tensor, y: Tensor) -> bool:
    if x.shape is not None and y.shape is not None:
        if len(x.shape) != len(y.shape) or any(equal(a, b) is False for a, b in zip(x.shape, y.shape, strict=True)):
            return False
        if x.values is not None and y.values is not None:
            return x.values == y.values
    raise Undetermined("whether two tensors are equal depends on their data")
