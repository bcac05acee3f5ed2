"""`keras.ops`: products of tensors, linear algebra and attention."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.engine import shape as engine
from cnnlint.engine.attention import scaled_dot_product, scaled_dot_product_macs
from cnnlint.engine.constraints import clash
from cnnlint.engine.dimension import equal, minimum, product
from cnnlint.engine.errors import ShapeError, Undetermined
from cnnlint.frameworks import coerce
from cnnlint.frameworks.keras.arguments import refused, same
from cnnlint.frameworks.keras.core import result
from cnnlint.frameworks.keras.graph import operation
from cnnlint.frameworks.keras.operands import axis_of, check_same_shape, check_size, first_tensor, least_rank, operand
from cnnlint.frameworks.keras.promotion import promoted
from cnnlint.interpreter.values import Tensor

if TYPE_CHECKING:
    from cnnlint.engine.shape import Shape
    from cnnlint.interpreter.machine import Machine
    from cnnlint.interpreter.values import Value


def multiplied(machine: Machine, x1: Value, x2: Value) -> Tensor:
    """`x1 @ x2`. Raises ShapeError "size-mismatch", "rank-mismatch", Undetermined."""
    left, right = operand(x1), operand(x2)
    try:
        made = result(engine.matmul(left, right), dtype=promoted(x1, x2))
    except ShapeError as error:
        error.exception = error.exception or "ValueError"
        raise
    machine.add_macs(engine.matmul_macs(left, right))
    return made


@operation("keras.ops.matmul", "keras.ops.numpy.matmul")
def matmul(machine: Machine, x1: Value, x2: Value) -> Value:
    return multiplied(machine, x1, x2)


@operation("keras.ops.dot", "keras.ops.numpy.dot")
def dot(machine: Machine, x1: Value, x2: Value) -> Value:
    left, right = operand(x1), operand(x2)
    if not left or not right:
        return result(engine.broadcast(left, right), dtype=promoted(x1, x2))
    if len(right) <= 2:
        return multiplied(machine, x1, x2)
    made = engine.tensordot(left, right, [len(left) - 1], [len(right) - 2])
    machine.add_macs(product((*made, left[-1])))
    return result(made, dtype=promoted(x1, x2))


@operation("keras.ops.tensordot", "keras.ops.numpy.tensordot")
def tensordot(machine: Machine, x1: Value, x2: Value, axes: Value = 2) -> Value:
    left, right = operand(x1), operand(x2)
    items = coerce.items(axes)
    if items is None:
        count = coerce.integer(axes, "axes")
        ours, theirs = list(range(len(left) - count, len(left))), list(range(count))
    elif len(items) == 2:
        ours, theirs = (list(_axes(item, len(shape))) for item, shape in zip(items, (left, right), strict=True))
    else:
        raise refused("`axes` must be an integer or a pair of lists")
    made = engine.tensordot(left, right, ours, theirs)
    machine.add_macs(product((*made, *(left[axis] for axis in ours))))
    return result(made, dtype=promoted(x1, x2))


def _axes(value: Value, rank: int) -> tuple[int, ...]:
    items = coerce.items(value)
    return tuple(axis_of(axis, rank) for axis in ([value] if items is None else items))


@operation("keras.ops.einsum", "keras.ops.numpy.einsum")
def einsum(machine: Machine, subscripts: Value, *operands: Value, **kwargs: Value) -> Value:
    made, macs = engine.einsum(coerce.text(subscripts), [operand(value) for value in operands])
    machine.add_macs(macs)
    return result(made, promoted(*operands))


@operation("keras.ops.inner", "keras.ops.numpy.inner")
def inner(machine: Machine, x1: Value, x2: Value) -> Value:
    left, right = operand(x1), operand(x2)
    if not left or not right:
        return result(engine.broadcast(left, right), dtype=promoted(x1, x2))
    made = engine.tensordot(left, right, [len(left) - 1], [len(right) - 1])
    machine.add_macs(product((*made, left[-1])))
    return result(made, dtype=promoted(x1, x2))


@operation("keras.ops.vdot", "keras.ops.numpy.vdot")
def vdot(machine: Machine, x1: Value, x2: Value) -> Value:
    if clash(engine.elements(operand(x1)), engine.elements(operand(x2))):
        check_same_shape(x1, x2, "the two tensors")
    return result((), promoted(x1, x2))


@operation("keras.ops.outer", "keras.ops.numpy.outer")
def outer(machine: Machine, x1: Value, x2: Value) -> Value:
    return result((engine.elements(operand(x1)), engine.elements(operand(x2))), dtype=promoted(x1, x2))


@operation("keras.ops.kron", "keras.ops.numpy.kron")
def kron(machine: Machine, x1: Value, x2: Value) -> Value:
    left, right = operand(x1), operand(x2)
    rank = max(len(left), len(right))
    wide = [(1,) * (rank - len(shape)) + tuple(shape) for shape in (left, right)]
    return result(tuple(one * other for one, other in zip(*wide, strict=True)), dtype=promoted(x1, x2))


@operation("keras.ops.cross", "keras.ops.numpy.cross")
def cross(
    machine: Machine,
    x1: Value,
    x2: Value,
    axisa: Value = -1,
    axisb: Value = -1,
    axisc: Value = -1,
    axis: Value = None,
) -> Value:
    one, other = operand(x1), operand(x2)
    ours = axis_of(axisa if axis is None else axis, len(one))
    theirs = axis_of(axisb if axis is None else axis, len(other))
    for size in (one[ours], other[theirs]):
        if isinstance(size, int) and size not in (2, 3):
            raise refused(f"a cross product is of vectors of 2 or 3 numbers, not {size}", actual=str(size))
    rest = engine.broadcast((*one[:ours], *one[ours + 1 :]), (*other[:theirs], *other[theirs + 1 :]))
    if equal(one[ours], 3) is True or equal(other[theirs], 3) is True:
        at = axis_of(axisc if axis is None else axis, len(rest) + 1)
        rest = (*rest[:at], 3, *rest[at:])
    return result(rest, promoted(x1, x2))


@operation("keras.ops.cdist")
def cdist(machine: Machine, x: Value, y: Value) -> Value:
    left, right = operand(x), operand(y)
    least_rank(left, 2, "cdist")
    least_rank(right, 2, "cdist")
    check_size(left[-1], right[-1], "the last axes")
    return result((*engine.broadcast(left[:-2], right[:-2]), left[-2], right[-2]), like=first_tensor(x))


@operation("keras.ops.dot_product_attention", "keras.ops.nn.dot_product_attention")
def dot_product_attention(
    machine: Machine,
    query: Value,
    key: Value,
    value: Value,
    bias: Value = None,
    mask: Value = None,
    scale: Value = None,
    is_causal: Value = False,
    flash_attention: Value = None,
    attn_logits_soft_cap: Value = None,
) -> Value:
    shapes = [operand(each) for each in (query, key, value)]
    for shape in shapes:
        if len(shape) != 4:
            raise ShapeError(
                "rank-mismatch",
                f"attention needs (batch, length, heads, features), not {engine.text(shape)}",
                expected="4",
                actual=str(len(shape)),
                exception="ValueError",
            )
    asked, keys, values = (engine.transpose(shape, 1, 2) for shape in shapes)
    if isinstance(asked[1], int) and isinstance(keys[1], int) and asked[1] != keys[1] and not asked[1] % keys[1]:
        # Grouped queries: a key head serves several query heads.
        keys, values = (keys[0], asked[1], *keys[2:]), (values[0], asked[1], *values[2:])
    if isinstance(mask, Tensor) and mask.shape is not None:
        if len(mask.shape) > 4:
            raise refused(f"a mask {engine.text(mask.shape)} has more than 4 axes", actual=str(len(mask.shape)))
        engine.broadcast((*asked[:-1], keys[-2]), mask.shape)
    machine.add_macs(scaled_dot_product_macs(asked, keys, values))
    return result(engine.transpose(scaled_dot_product(asked, keys, values), 1, 2), like=first_tensor(query))


# --- linear algebra ---------------------------------------------------------------------------------------------------


def _matrix(x: Value, what: str) -> Shape:
    shape = operand(x)
    least_rank(shape, 2, what)
    return shape


def _square(x: Value, what: str) -> Shape:
    shape = _matrix(x, what)
    if clash(shape[-2], shape[-1]):
        raise refused(f"`{what}` takes square matrices, not {engine.text(shape)}")
    return shape


def _declare_square(name: str, outputs: str) -> None:
    """`outputs` has a letter for each result: `m` the matrix, `v` a vector, `s` a number."""

    def results(x: Value) -> Value:
        shape = _square(x, name)
        kinds = {"m": shape, "v": shape[:-1], "s": shape[:-2]}
        found = tuple(result(kinds[letter], like=first_tensor(x)) for letter in outputs)
        return found[0] if len(found) == 1 else found

    @operation(f"keras.ops.{name}", f"keras.ops.linalg.{name}")
    def square(machine: Machine, x: Value) -> Value:
        return results(x)


for _name, _outputs in {
    "det": "s",
    "inv": "m",
    "eig": "vm",
    "eigh": "vm",
    "logdet": "s",
    "slogdet": "ss",
}.items():
    _declare_square(_name, _outputs)


@operation("keras.ops.cholesky", "keras.ops.linalg.cholesky")
def cholesky(machine: Machine, x: Value, upper: Value = False) -> Value:
    return result(_square(x, "cholesky"), like=first_tensor(x))


@operation("keras.ops.cholesky_inverse", "keras.ops.linalg.cholesky_inverse")
def cholesky_inverse(machine: Machine, x: Value, upper: Value = False) -> Value:
    return result(_square(x, "cholesky_inverse"), like=first_tensor(x))


@operation("keras.ops.pinv", "keras.ops.linalg.pinv")
def pinv(machine: Machine, x: Value, rcond: Value = None) -> Value:
    shape = _matrix(x, "pinv")
    return result((*shape[:-2], shape[-1], shape[-2]), like=first_tensor(x))


@operation("keras.ops.matrix_rank", "keras.ops.linalg.matrix_rank")
def matrix_rank(machine: Machine, x: Value, tol: Value = None) -> Value:
    return result(_matrix(x, "matrix_rank")[:-2], "int32")


@operation("keras.ops.lu_factor", "keras.ops.linalg.lu_factor")
def lu_factor(machine: Machine, x: Value) -> Value:
    shape = _matrix(x, "lu_factor")
    like = first_tensor(x)
    return (result(shape, like=like), result((*shape[:-2], minimum(shape[-2], shape[-1])), like=like))


@operation("keras.ops.qr", "keras.ops.linalg.qr")
def qr(machine: Machine, x: Value, mode: Value = "reduced") -> Value:
    shape = _matrix(x, "qr")
    least = shape[-2] if coerce.text(mode) == "complete" else minimum(shape[-2], shape[-1])
    like = first_tensor(x)
    return (result((*shape[:-1], least), like=like), result((*shape[:-2], least, shape[-1]), like=like))


@operation("keras.ops.svd", "keras.ops.linalg.svd")
def svd(machine: Machine, x: Value, full_matrices: Value = True, compute_uv: Value = True) -> Value:
    shape = _matrix(x, "svd")
    least = minimum(shape[-2], shape[-1])
    values = result((*shape[:-2], least), like=first_tensor(x))
    if not coerce.flag(compute_uv):
        return values
    rows, columns = (shape[-2], shape[-1]) if coerce.flag(full_matrices) else (least, least)
    left = result((*shape[:-1], rows), like=first_tensor(x))
    return (left, values, result((*shape[:-2], columns, shape[-1]), like=first_tensor(x)))


@operation("keras.ops.solve", "keras.ops.linalg.solve")
def solve(machine: Machine, a: Value, b: Value) -> Value:
    return _solved(a, b)


def _solved(a: Value, b: Value) -> Value:
    """What a system of equations with those right sides gives. Raises ShapeError "size-mismatch", "bad-argument"."""
    left, right = _square(a, "solve"), operand(b)
    least_rank(right, 1, "solve")
    rows = right[-1] if len(left) == len(right) + 1 else right[-2] if len(left) == len(right) else left[-1]
    if clash(left[-1], rows):
        raise refused(f"equations {engine.text(left)} do not go with right sides {engine.text(right)}")
    return same(b)


@operation("keras.ops.solve_triangular", "keras.ops.linalg.solve_triangular")
def solve_triangular(machine: Machine, a: Value, b: Value, lower: Value = False) -> Value:
    return _solved(a, b)


@operation("keras.ops.lstsq", "keras.ops.linalg.lstsq")
def lstsq(machine: Machine, a: Value, b: Value, rcond: Value = None) -> Value:
    left, right = operand(a), operand(b)
    return result((left[-1], *right[1:]), like=first_tensor(a))


@operation("keras.ops.corrcoef")
def corrcoef(machine: Machine, x: Value) -> Value:
    raise Undetermined("correlation matrices are not followed")
