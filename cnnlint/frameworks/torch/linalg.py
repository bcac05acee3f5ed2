"""Matrix products, einsum and linear algebra; products charge their multiply-accumulates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.engine import shape as shapes
from cnnlint.engine.constraints import require_equal
from cnnlint.engine.dimension import equal, minimum, product
from cnnlint.engine.dimension import text as dim_text
from cnnlint.engine.errors import ShapeError, Undetermined
from cnnlint.frameworks.coerce import flag, integer, items, sequence, shape_of, tensor, text
from cnnlint.frameworks.torch.core import result
from cnnlint.frameworks.torch.dtypes import result_type
from cnnlint.frameworks.torch.operation import operation
from cnnlint.frameworks.torch.reshaping import axes
from cnnlint.frameworks.torch.values import holding, known
from cnnlint.interpreter.values import Tensor

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnnlint.engine.shape import Shape
    from cnnlint.interpreter.machine import Machine
    from cnnlint.interpreter.values import Value


def of_rank(value: Value, rank: int, what: str) -> Shape:
    """The shape of a tensor that must have that many axes. Raises ShapeError `rank-mismatch`."""
    shape = shape_of(value, what)
    if len(shape) != rank:
        raise ShapeError(
            "rank-mismatch",
            f"{what} must have {rank} dimensions, got {shapes.text(shape)}",
            expected=str(rank),
            actual=str(len(shape)),
            exception="RuntimeError",
        )
    return shape


def multiplied(machine: Machine, left: Value, right: Value) -> Tensor:
    """`left @ right`."""
    one, other = tensor(left), tensor(right, "other")
    shape = shapes.matmul(shape_of(one), shape_of(other, "other"))
    machine.add_macs(shapes.matmul_macs(shape_of(one), shape_of(other)))
    return result(shape, result_type((one, other)))


@operation(
    "torch.matmul", "Tensor.matmul", "Tensor.__matmul__", "torch.linalg.matmul", in_place=("Tensor.__imatmul__",)
)
def matmul(machine: Machine, input: Value, other: Value) -> Tensor:
    return multiplied(machine, input, other)


@operation("Tensor.__rmatmul__")
def multiply_by(machine: Machine, input: Value, other: Value) -> Tensor:
    return multiplied(machine, other, input)


def _product_of_rank(machine: Machine, left: Value, right: Value, ranks: tuple[int, int], name: str) -> Tensor:
    one = of_rank(left, ranks[0], f"the first tensor of `{name}`")
    other = of_rank(right, ranks[1], f"the second tensor of `{name}`")
    if ranks == (3, 3):
        _same_batch(one, other)
    return multiplied(machine, left, right)


def _same_batch(one: Shape, other: Shape) -> None:
    require_equal(
        one[0],
        other[0],
        lambda: ShapeError(
            "size-mismatch",
            f"the batches of {shapes.text(one)} and {shapes.text(other)} differ",
            expected=dim_text(one[0]),
            actual=dim_text(other[0]),
            exception="RuntimeError",
        ),
    )


@operation("torch.mm", "Tensor.mm")
def mm(machine: Machine, input: Value, mat2: Value) -> Tensor:
    return _product_of_rank(machine, input, mat2, (2, 2), "mm")


@operation("torch.bmm", "Tensor.bmm")
def bmm(machine: Machine, input: Value, mat2: Value) -> Tensor:
    return _product_of_rank(machine, input, mat2, (3, 3), "bmm")


@operation("torch.mv", "Tensor.mv")
def mv(machine: Machine, input: Value, vec: Value) -> Tensor:
    return _product_of_rank(machine, input, vec, (2, 1), "mv")


@operation("torch.dot", "torch.vdot", "Tensor.dot", "Tensor.vdot")
def dot(machine: Machine, input: Value, other: Value) -> Tensor:
    return _product_of_rank(machine, input, other, (1, 1), "dot")


@operation("torch.inner", "Tensor.inner")
def inner(machine: Machine, input: Value, other: Value) -> Tensor:
    one, two = shape_of(input), shape_of(other, "other")
    if not one or not two:
        return result(one or two, like=tensor(input))
    return result(shapes.tensordot(one, two, (-1,), (-1,)), like=tensor(input))


@operation("torch.outer", "torch.ger", "Tensor.outer", "Tensor.ger")
def outer(machine: Machine, input: Value, vec2: Value) -> Tensor:
    (rows,), (columns,) = of_rank(input, 1, "the first tensor"), of_rank(vec2, 1, "the second tensor")
    made = result((rows, columns), result_type((tensor(input), tensor(vec2))))
    one, other = known(input), known(vec2)
    if one is not None and other is not None:
        return holding(made.shape, made.dtype, [left * right for left in one for right in other])
    return made


def _added(machine: Machine, input: Value, found: Tensor) -> Tensor:
    """The product with `input` added, which must broadcast to it."""
    base = tensor(input)
    assert found.shape is not None
    if base.shape is not None:
        shapes.expand(base.shape, found.shape)
    return result(found.shape, like=base)


@operation("torch.addmm", "Tensor.addmm", in_place=("Tensor.addmm_",))
def addmm(machine: Machine, input: Value, mat1: Value, mat2: Value, *, beta: Value = 1, alpha: Value = 1) -> Tensor:
    return _added(machine, input, mm(machine, mat1, mat2))


@operation("torch.addmv", "Tensor.addmv", in_place=("Tensor.addmv_",))
def addmv(machine: Machine, input: Value, mat: Value, vec: Value, *, beta: Value = 1, alpha: Value = 1) -> Tensor:
    return _added(machine, input, mv(machine, mat, vec))


@operation("torch.addr", "Tensor.addr", in_place=("Tensor.addr_",))
def addr(machine: Machine, input: Value, vec1: Value, vec2: Value, *, beta: Value = 1, alpha: Value = 1) -> Tensor:
    return _added(machine, input, outer(machine, vec1, vec2))


@operation("torch.baddbmm", "Tensor.baddbmm", in_place=("Tensor.baddbmm_",))
def baddbmm(
    machine: Machine, input: Value, batch1: Value, batch2: Value, *, beta: Value = 1, alpha: Value = 1
) -> Tensor:
    return _added(machine, input, bmm(machine, batch1, batch2))


@operation("torch.addbmm", "Tensor.addbmm", in_place=("Tensor.addbmm_",))
def addbmm(
    machine: Machine, input: Value, batch1: Value, batch2: Value, *, beta: Value = 1, alpha: Value = 1
) -> Tensor:
    found = bmm(machine, batch1, batch2)
    return _added(machine, input, result(shape_of(found)[1:], like=found))


@operation("torch.chain_matmul", "torch.linalg.multi_dot")
def chain_matmul(machine: Machine, *matrices: Value) -> Tensor:
    given = matrices if len(matrices) != 1 or isinstance(matrices[0], Tensor) else sequence(machine, matrices[0])
    found = tensor(given[0])
    for each in given[1:]:
        found = multiplied(machine, found, each)
    return found


@operation("torch.einsum", "torch.functional.einsum")
def einsum(machine: Machine, *args: Value) -> Tensor:
    equation = text(args[0], "equation") if args else ""
    given = list(args[1:])
    if len(given) == 1 and not isinstance(given[0], Tensor):
        given = sequence(machine, given[0])
    found = [tensor(each, "operands") for each in given]
    shape, macs = shapes.einsum(equation, [shape_of(each, "operands") for each in found])
    machine.add_macs(macs)
    return result(shape, result_type(found))


@operation("torch.tensordot")
def tensordot(machine: Machine, a: Value, b: Value, dims: Value = 2) -> Tensor:
    one, other = shape_of(a, "a"), shape_of(b, "b")
    pairs = items(dims)
    if pairs is None:
        count = integer(dims, "dims")
        left: Sequence[int] = range(len(one) - count, len(one))
        right: Sequence[int] = range(count)
    else:
        left, right = (axes(machine, each, "dims") for each in pairs)
        left = tuple(shapes.normalize_axis(axis, len(one)) for axis in left)
        right = tuple(shapes.normalize_axis(axis, len(other)) for axis in right)
    if len(left) == len(right):
        one, other = _summed_up(one, other, left, right)
    shape = shapes.tensordot(one, other, left, right)
    machine.add_macs(product((*shape, *(one[axis] for axis in left))))
    return result(shape, like=tensor(a))


def _summed_up(one: Shape, other: Shape, left: Sequence[int], right: Sequence[int]) -> tuple[Shape, Shape]:
    """The shapes where an axis that meets one of size 1 is summed up first, as PyTorch does."""
    mine, theirs = list(one), list(other)
    for here, there in zip(left, right, strict=True):
        if mine[here] == 1 or theirs[there] == 1:
            mine[here] = theirs[there] = 1
    return tuple(mine), tuple(theirs)


@operation("torch.kron", "Tensor.kron")
def kron(machine: Machine, input: Value, other: Value) -> Tensor:
    one, two = shape_of(input), shape_of(other, "other")
    rank = max(len(one), len(two))
    padded = [(1,) * (rank - len(shape)) + shape for shape in (one, two)]
    return result(tuple(a * b for a, b in zip(*padded, strict=True)), like=tensor(input))


@operation("torch.cdist")
def cdist(machine: Machine, x1: Value, x2: Value, p: Value = 2.0, compute_mode: Value = "") -> Tensor:
    one, other = shape_of(x1, "x1"), shape_of(x2, "x2")
    if len(one) < 2 or len(other) < 2:
        raise ShapeError("rank-mismatch", "`cdist` needs tensors with at least 2 dimensions", exception="RuntimeError")
    transposed = shapes.transpose(other, -1, -2)
    return result(shapes.matmul(one, transposed), like=tensor(x1))


@operation("torch.cross", "torch.linalg.cross", "Tensor.cross")
def cross(machine: Machine, input: Value, other: Value, dim: Value = -1) -> Tensor:
    one, two = shape_of(input), shape_of(other, "other")
    if len(one) != len(two):
        raise ShapeError("rank-mismatch", "`cross` needs as many dimensions in both", exception="RuntimeError")
    both = shapes.broadcast(one, two)
    axis = shapes.normalize_axis(integer(dim, "dim"), len(both))
    for shape in (one, two):
        require_equal(shape[axis], 3, lambda: _no_cross(one, two))
    return result(both, like=tensor(input))


def _no_cross(one: Shape, other: Shape) -> ShapeError:
    return ShapeError(
        "size-mismatch",
        f"`cross` needs 3 elements along its axis, got {shapes.text(one)} and {shapes.text(other)}",
        expected="3",
        exception="RuntimeError",
    )


@operation("torch.linalg.vecdot")
def vecdot(machine: Machine, input: Value, y: Value, *, dim: Value = -1) -> Tensor:
    both = shapes.broadcast(shape_of(input), shape_of(y, "y"))
    return result(shapes.reduce(both, integer(dim, "dim")), like=tensor(input))


def matrix(value: Value) -> Shape:
    """The shape of matrices. Raises ShapeError "rank-mismatch"."""
    shape = shape_of(value)
    if len(shape) < 2:
        raise ShapeError(
            "rank-mismatch",
            f"a matrix is needed, got {shapes.text(shape)}",
            expected="at least 2",
            actual=str(len(shape)),
            exception="RuntimeError",
        )
    return shape


def square(value: Value) -> Shape:
    """The shape of square matrices. Raises ShapeError "rank-mismatch", "size-mismatch"."""
    shape = matrix(value)
    require_equal(
        shape[-1],
        shape[-2],
        lambda: ShapeError(
            "size-mismatch", f"a square matrix is needed, got {shapes.text(shape)}", exception="RuntimeError"
        ),
    )
    return shape


@operation(
    "torch.inverse",
    "torch.linalg.inv",
    "torch.cholesky",
    "torch.linalg.cholesky",
    "torch.matrix_exp",
    "torch.linalg.matrix_exp",
    "Tensor.inverse",
    "Tensor.cholesky",
    "Tensor.matrix_exp",
)
def inverse(machine: Machine, input: Value, **options: Value) -> Tensor:
    return result(square(input), like=tensor(input))


@operation("torch.matrix_power", "torch.linalg.matrix_power", "Tensor.matrix_power")
def matrix_power(machine: Machine, input: Value, n: Value) -> Tensor:
    return result(square(input), like=tensor(input))


@operation("torch.det", "torch.linalg.det", "torch.logdet", "Tensor.det", "Tensor.logdet")
def det(machine: Machine, input: Value) -> Tensor:
    return result(square(input)[:-2], like=tensor(input))


@operation("torch.trace", "Tensor.trace")
def trace(machine: Machine, input: Value) -> Tensor:
    of_rank(input, 2, "the matrix")
    return result((), like=tensor(input))


@operation("torch.pinverse", "torch.linalg.pinv", "Tensor.pinverse")
def pinverse(machine: Machine, input: Value, *args: Value, **options: Value) -> Tensor:
    return result(shapes.transpose(matrix(input), -1, -2), like=tensor(input))


@operation("torch.linalg.solve", "torch.linalg.solve_triangular")
def solve(machine: Machine, A: Value, B: Value, **options: Value) -> Tensor:
    left, right = square(A), shape_of(B, "B")
    alike = len(left) - 1 == len(right) and all(equal(a, b) is True for a, b in zip(left, right, strict=False))
    if len(right) == 1 or alike:  # a vector for each matrix
        require_equal(right[-1], left[-1], lambda: _unsolvable(left, right))
        return result((*shapes.broadcast(left[:-2], right[:-1]), right[-1]), like=tensor(B))
    require_equal(right[-2], left[-1], lambda: _unsolvable(left, right))
    return result((*shapes.broadcast(left[:-2], right[:-2]), *right[-2:]), like=tensor(B))


def _unsolvable(left: Shape, right: Shape) -> ShapeError:
    return ShapeError(
        "size-mismatch",
        f"the right side {shapes.text(right)} does not fit the matrix {shapes.text(left)}",
        exception="RuntimeError",
    )


@operation("torch.linalg.qr", "torch.qr", "Tensor.qr")
def qr(machine: Machine, A: Value, mode: Value = "reduced") -> Value:
    *front, rows, columns = matrix(A)
    inner = minimum(rows, columns)
    return result((*front, rows, inner), like=tensor(A)), result((*front, inner, columns), like=tensor(A))


@operation("torch.svd", "Tensor.svd")
def svd(machine: Machine, input: Value, some: Value = True, compute_uv: Value = True) -> Value:
    *front, rows, columns = matrix(input)
    inner = minimum(rows, columns)
    left, right = (inner, inner) if flag(some) else (rows, columns)
    shapes_ = ((*front, rows, left), (*front, inner), (*front, columns, right))
    return tuple(result(shape, like=tensor(input)) for shape in shapes_)


@operation("torch.linalg.svd")
def linalg_svd(machine: Machine, A: Value, full_matrices: Value = True, **options: Value) -> Value:
    *front, rows, columns = matrix(A)
    inner = minimum(rows, columns)
    left, right = (rows, columns) if flag(full_matrices) else (inner, inner)
    shapes_ = ((*front, rows, left), (*front, inner), (*front, right, columns))
    return tuple(result(shape, like=tensor(A)) for shape in shapes_)


@operation("torch.linalg.lstsq")
def lstsq(machine: Machine, A: Value, *args: Value, **options: Value) -> Value:
    if not args:
        raise Undetermined("the right side of a system is not known")
    *front, rows, columns = matrix(A)
    right = shape_of(args[0], "B")
    if len(right) != len(front) + 2 or not isinstance(rows, int) or not isinstance(columns, int):
        raise Undetermined("a system of several vectors or of open size is not followed")
    require_equal(right[-2], rows, lambda: _unsolvable((*front, rows, columns), right))
    both = shapes.broadcast(tuple(front), right[:-2])
    residuals = None if rows > columns else (0,)  # with fewer unknowns they depend on the rank
    made = (((*both, columns, right[-1]), None), (residuals, None), (tuple(front), "int64"), ((0,), None))
    return tuple(result(shape, dtype, tensor(A)) for shape, dtype in made)
