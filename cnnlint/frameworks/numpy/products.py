"""Products of arrays and linear algebra."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.engine import shape as shapes
from cnnlint.engine.dimension import product
from cnnlint.engine.errors import ShapeError, Undetermined
from cnnlint.frameworks import coerce
from cnnlint.frameworks.numpy.arguments import NUMBERS, asarray, axis_of, operand, shape_of
from cnnlint.frameworks.numpy.arithmetic import binary, foreign
from cnnlint.frameworks.numpy.core import FRAME, NDARRAY, SERIES, SPARSE, array
from cnnlint.frameworks.numpy.dtypes import averaged, promoted, unboxed
from cnnlint.frameworks.numpy.joining import common_dtype
from cnnlint.frameworks.numpy.operation import Operation, operation
from cnnlint.frameworks.numpy.reductions import reduced
from cnnlint.interpreter.values import Tensor

if TYPE_CHECKING:
    from cnnlint.engine.shape import Shape
    from cnnlint.interpreter.machine import Machine
    from cnnlint.interpreter.values import Value


def multiplied(machine: Machine, left: Value, right: Value) -> Tensor:
    """`left @ right`. Raises ShapeError `size-mismatch`, `rank-mismatch`."""
    one, other = asarray(machine, left), asarray(machine, right)
    dtype = promoted(one.dtype, other.dtype)
    shape = shapes.matmul(shape_of(one), shape_of(other))
    return array(shape, dtype, _contents(one, other))


def _contents(one: Tensor, other: Tensor) -> list[Value] | None:
    """The numbers of a small product of vectors or matrices of whole numbers, whose order of sums is all the same."""
    if one.values is None or other.values is None or not isinstance(shape_of(one)[-1], int):
        return None
    inner = len(one.values) if len(shape_of(one)) == 1 else shape_of(one)[-1]
    if len(shape_of(one)) > 2 or len(shape_of(other)) > 2 or not isinstance(inner, int) or not inner:
        return None
    if any(not isinstance(value, int) for value in (*one.values, *other.values)):
        return None
    rows = [one.values[start : start + inner] for start in range(0, len(one.values), inner)]
    width = len(other.values) // inner
    columns = [other.values[start::width] for start in range(width)]
    if len(rows) * len(columns) * inner > 10_000:
        return None
    return [sum(a * b for a, b in zip(row, column, strict=True)) for row in rows for column in columns]


@operation("numpy.matmul", gives_array=True)
def matmul(machine: Machine, x1: Value, x2: Value, out: Value = None, **options: Value) -> Value:
    return unboxed(multiplied(machine, x1, x2))


@operation("numpy.dot", "ndarray.dot", gives_array=True)
def dot(machine: Machine, a: Value, b: Value, out: Value = None) -> Value:
    one, other = operand(machine, a), operand(machine, b)
    scalar = [isinstance(each, NUMBERS) or (isinstance(each, Tensor) and each.shape == ()) for each in (one, other)]
    if any(scalar):
        return binary(machine, "multiply", one, other)
    left, right = shape_of(one), shape_of(other)
    if len(left) <= 2 and len(right) <= 2:
        return unboxed(multiplied(machine, one, other))
    shape = shapes.tensordot(left, right, [-1], [-2 if len(right) > 1 else -1])
    return array(shape, promoted(one.dtype, other.dtype))


@operation("numpy.inner", gives_array=True)
def inner(machine: Machine, a: Value, b: Value) -> Value:
    one, other = asarray(machine, a), asarray(machine, b)
    if not shape_of(one) or not shape_of(other):
        return binary(machine, "multiply", one, other)
    shape = shapes.tensordot(shape_of(one), shape_of(other), [-1], [-1])
    return array(shape, promoted(one.dtype, other.dtype))


@operation("numpy.outer", gives_array=True)
def outer(machine: Machine, a: Value, b: Value, out: Value = None) -> Value:
    one, other = asarray(machine, a), asarray(machine, b)
    return array((product(shape_of(one)), product(shape_of(other))), promoted(one.dtype, other.dtype))


@operation("numpy.vdot", gives_array=True)
def vdot(machine: Machine, a: Value, b: Value) -> Value:
    one, other = asarray(machine, a), asarray(machine, b)
    shapes.matmul((product(shape_of(one)),), (product(shape_of(other)),))
    return array((), promoted(one.dtype, other.dtype))


@operation("numpy.tensordot", gives_array=True)
def tensordot(machine: Machine, a: Value, b: Value, axes: Value = 2) -> Value:
    one, other = asarray(machine, a), asarray(machine, b)
    left, right = shape_of(one), shape_of(other)
    pair = coerce.items(axes)
    if pair is None:
        number = coerce.integer(axes, "axes")
        ours, theirs = list(range(len(left) - number, len(left))), list(range(number))
    else:
        ours, theirs = (_axes(each) for each in pair)
    return array(shapes.tensordot(left, right, ours, theirs), promoted(one.dtype, other.dtype))


def _axes(value: Value) -> list[int]:
    found = coerce.items(value)
    return [coerce.integer(each, "axes") for each in ((value,) if found is None else found)]


@operation("numpy.einsum", gives_array=True)
def einsum(machine: Machine, subscripts: Value, *operands: Value, **options: Value) -> Value:
    given = [asarray(machine, each) for each in operands]
    shape, _ = shapes.einsum(coerce.text(subscripts), [shape_of(each) for each in given])
    return array(shape, common_dtype(given))


@operation("numpy.kron", gives_array=True)
def kron(machine: Machine, a: Value, b: Value) -> Value:
    one, other = asarray(machine, a), asarray(machine, b)
    left, right = shape_of(one), shape_of(other)
    rank = max(len(left), len(right))
    left, right = (1,) * (rank - len(left)) + left, (1,) * (rank - len(right)) + right
    shape = tuple(x * y for x, y in zip(left, right, strict=True))
    return array(shape, promoted(one.dtype, other.dtype))


@operation("numpy.cross", gives_array=True)
def cross(machine: Machine, a: Value, b: Value, *args: Value, **options: Value) -> Value:
    one, other = asarray(machine, a), asarray(machine, b)
    shape = shapes.broadcast(shape_of(one), shape_of(other))
    if args or options or not shape or shape[-1] != 3:
        raise Undetermined("a cross product along these axes is not followed")
    return array(shape, promoted(one.dtype, other.dtype))


@operation("numpy.trace", "ndarray.trace", gives_array=True)
def trace(machine: Machine, a: Value, offset: Value = 0, axis1: Value = 0, axis2: Value = 1, *args: Value) -> Value:
    x = asarray(machine, a)
    rank = len(shape_of(x))
    if rank < 2:
        raise ShapeError("bad-argument", "a trace needs at least two dimensions")
    drop = (axis_of(axis1, rank), axis_of(axis2, rank))
    return array(shapes.reduce(shape_of(x), drop), None if x.dtype == "bool" else x.dtype)


@operation("numpy.convolve", "numpy.correlate", gives_array=True)
def convolve(machine: Machine, a: Value, v: Value, mode: Value = None) -> Value:
    one, other = asarray(machine, a), asarray(machine, v)
    long, short = shape_of(one)[0], shape_of(other)[0]
    if mode not in ("full", "valid", "same") or not isinstance(long, int) or not isinstance(short, int):
        raise Undetermined("the length of a convolution is not known")
    lengths = {"full": long + short - 1, "same": max(long, short), "valid": abs(long - short) + 1}
    return array((lengths[mode],), promoted(one.dtype, other.dtype))


# --- numpy.linalg -----------------------------------------------------------------------------------------------------


@operation("numpy.linalg.norm")
def norm(machine: Machine, x: Value, ord: Value = None, axis: Value = None, keepdims: Value = False) -> Value:
    found = asarray(machine, x)
    return reduced(machine, found, axis, keepdims, averaged(found.dtype))


def _square(machine: Machine, value: Value) -> tuple[Tensor, Shape]:
    x = asarray(machine, value)
    shape = shape_of(x)
    if len(shape) < 2:
        raise ShapeError(
            "rank-mismatch", f"a square matrix is needed, not {shapes.text(shape)}", exception="ValueError"
        )
    if isinstance(shape[-1], int) and isinstance(shape[-2], int) and shape[-1] != shape[-2]:
        raise ShapeError(
            "size-mismatch", f"a square matrix is needed, not {shapes.text(shape)}", exception="ValueError"
        )
    return x, shape


def _linear(dtype: str | None) -> str | None:
    return averaged(dtype) if dtype != "float16" else None


@operation("numpy.linalg.inv", gives_array=True)
def inv(machine: Machine, a: Value) -> Value:
    x, shape = _square(machine, a)
    return array(shape, _linear(x.dtype))


@operation("numpy.linalg.matrix_power", gives_array=True)
def matrix_power(machine: Machine, a: Value, n: Value) -> Value:
    x, shape = _square(machine, a)
    return array(shape, x.dtype if isinstance(n, int) and n >= 0 else None)


@operation("numpy.linalg.det", gives_array=True)
def det(machine: Machine, a: Value) -> Value:
    x, shape = _square(machine, a)
    return array(shape[:-2], _linear(x.dtype))


@operation("numpy.linalg.pinv", gives_array=True)
def pinv(machine: Machine, a: Value, *args: Value, **options: Value) -> Value:
    x = asarray(machine, a)
    shape = shape_of(x)
    return array((*shape[:-2], shape[-1], shape[-2]), _linear(x.dtype))


@operation("numpy.linalg.solve", gives_array=True)
def solve(machine: Machine, a: Value, b: Value) -> Value:
    x, shape = _square(machine, a)
    right = asarray(machine, b)
    shapes.matmul(shape, shape_of(right))
    return array(shape_of(right), _linear(promoted(x.dtype, right.dtype)))


@operation("numpy.linalg.eigvals", "numpy.linalg.eigvalsh", gives_array=True)
def eigvals(machine: Machine, a: Value, *args: Value) -> Value:
    return array(_square(machine, a)[1][:-1])


@operation("numpy.linalg.eig", "numpy.linalg.eigh")
def eig(machine: Machine, a: Value, *args: Value) -> Value:
    _, shape = _square(machine, a)
    return (array(shape[:-1]), array(shape))


@operation("numpy.linalg.matrix_rank")
def matrix_rank(machine: Machine, A: Value, *args: Value, **options: Value) -> Value:
    return array(shape_of(asarray(machine, A))[:-2], "int64")


# --- the operator -----------------------------------------------------------------------------------------------------


def _forward(machine: Machine, self: Tensor, other: Value) -> Value:
    if foreign(other):
        return NotImplemented
    if FRAME in (self.cls, getattr(other, "cls", None)) or SERIES in (self.cls, getattr(other, "cls", None)):
        raise Undetermined("products of tables are not followed")
    return unboxed(multiplied(machine, self, other))


def _backward(machine: Machine, self: Tensor, other: Value) -> Value:
    return unboxed(multiplied(machine, other, self))


for _owner in (NDARRAY, FRAME, SERIES, SPARSE):
    _owner.namespace["__matmul__"] = Operation("numpy.matmul", _forward, gives_array=False)
    _owner.namespace["__rmatmul__"] = Operation("numpy.matmul", _backward, gives_array=False)
