"""TensorFlow's functions that pick elements, and its products."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.engine import shape as engine
from cnnlint.engine.constraints import short_of
from cnnlint.engine.dimension import text as dim_text
from cnnlint.engine.dimension import unknown_dim
from cnnlint.engine.errors import ShapeError, Undetermined
from cnnlint.frameworks import coerce
from cnnlint.frameworks.keras.arguments import same
from cnnlint.frameworks.keras.core import result
from cnnlint.frameworks.keras.graph import operation
from cnnlint.frameworks.keras.indexing import diagonal_of, indexed
from cnnlint.frameworks.keras.operands import axis_of, elementwise, first_tensor, operand, type_name
from cnnlint.frameworks.keras.ops_elementwise import nonzero_of
from cnnlint.frameworks.keras.ops_products import multiplied
from cnnlint.frameworks.keras.ops_reduce import reduced
from cnnlint.interpreter.values import Tensor, Value

if TYPE_CHECKING:
    from cnnlint.interpreter.machine import Machine

# --- picking ----------------------------------------------------------------------------------------------------------


@operation("tensorflow.gather", "tensorflow.compat.v1.gather")
def gather(
    machine: Machine,
    params: Value,
    indices: Value,
    validate_indices: Value = None,
    axis: Value = None,
    batch_dims: Value = 0,
    name: Value = None,
) -> Value:
    source, picked = operand(params), operand(indices)
    shared = coerce.integer(batch_dims, "batch_dims")
    at = shared if axis is None else axis_of(axis, len(source))
    return result((*source[:at], *picked[shared:], *source[at + 1 :]), like=first_tensor(params))


@operation("tensorflow.gather_nd")
def gather_nd(machine: Machine, params: Value, indices: Value, batch_dims: Value = 0, name: Value = None) -> Value:
    source, picked = operand(params), operand(indices)
    shared = coerce.integer(batch_dims, "batch_dims")
    depth = coerce.integer(picked[-1], "indices")
    return result((*picked[:-1], *source[shared + depth :]), like=first_tensor(params))


@operation("tensorflow.slice")
def slice_of(machine: Machine, input_: Value, begin: Value, size: Value, name: Value = None) -> Value:
    found, starts = operand(input_), coerce.shape(begin, "begin")
    wanted = coerce.shape(size, "size")
    made = [
        whole - start if isinstance(length, int) and length == -1 else length
        for whole, start, length in zip(found, starts, wanted, strict=True)
    ]
    return result(made, like=first_tensor(input_))


@operation("tensorflow.strided_slice")
def strided_slice(
    machine: Machine, input_: Value, begin: Value, end: Value, strides: Value = None, *args: Value, **kwargs: Value
) -> Value:
    if args or set(kwargs) - {"name"}:
        raise Undetermined("a slice with masks is not followed")
    starts, ends = coerce.sequence(machine, begin), coerce.sequence(machine, end)
    steps = [1] * len(starts) if strides is None else coerce.sequence(machine, strides)
    return indexed(input_, tuple(slice(*part) for part in zip(starts, ends, steps, strict=True)))


@operation("tensorflow.boolean_mask")
def boolean_mask(
    machine: Machine, tensor: Value, mask: Value, axis: Value = None, name: Value = "boolean_mask"
) -> Value:
    found, covered = operand(tensor), len(operand(mask))
    at = 0 if axis is None else axis_of(axis, len(found))
    return result((*found[:at], unknown_dim(), *found[at + covered :]), like=first_tensor(tensor))


@operation("tensorflow.one_hot")
def one_hot(
    machine: Machine,
    indices: Value,
    depth: Value,
    on_value: Value = None,
    off_value: Value = None,
    axis: Value = None,
    dtype: Value = None,
    name: Value = None,
) -> Value:
    found = operand(indices)
    if isinstance(axis, int) and axis < -1:
        raise ShapeError(
            "bad-argument", f"`axis` must be -1 or count from the front, got {axis}", exception="ValueError"
        )
    at = len(found) if axis is None else axis_of(axis, len(found) + 1)
    return result((*found[:at], coerce.dim(depth, "depth"), *found[at:]), type_name(dtype) or "float32")


@operation("tensorflow.where")
def where(machine: Machine, condition: Value, x: Value = None, y: Value = None, name: Value = None) -> Value:
    if x is None and y is None:
        places = nonzero_of(condition)
        return result((coerce.shape_of(places[0])[0], len(places)), "int64")
    made = elementwise(condition, x, y)
    made.dtype = next((value.dtype for value in (x, y) if isinstance(value, Tensor)), None)
    return made


@operation("tensorflow.clip_by_value")
def clip_by_value(
    machine: Machine, t: Value, clip_value_min: Value, clip_value_max: Value, name: Value = None
) -> Value:
    return same(t)


@operation("tensorflow.sort", "tensorflow.argsort")
def sort(
    machine: Machine, values: Value, axis: Value = -1, direction: Value = "ASCENDING", *args: Value, **kwargs: Value
) -> Value:
    return same(values)


@operation("tensorflow.scatter_nd")
def scatter_nd(machine: Machine, indices: Value, updates: Value, shape: Value, name: Value = None) -> Value:
    return result(coerce.shape(shape, "shape"), like=first_tensor(updates))


@operation("tensorflow.identity", "tensorflow.stop_gradient")
def identity(machine: Machine, input: Value, name: Value = None) -> Value:
    return same(input)


# --- products ---------------------------------------------------------------------------------------------------------


def _turned(value: Value, *flags: Value) -> Value:
    """The tensor with its last two axes changed, if one of the options says so."""
    if not any(coerce.flag(each) for each in flags):
        return value
    return result(engine.transpose(operand(value), -1, -2), like=first_tensor(value))


@operation("tensorflow.matmul", "tensorflow.linalg.matmul")
def matmul(
    machine: Machine,
    a: Value,
    b: Value,
    transpose_a: Value = False,
    transpose_b: Value = False,
    adjoint_a: Value = False,
    adjoint_b: Value = False,
    *args: Value,
    **kwargs: Value,
) -> Value:
    return multiplied(machine, _turned(a, transpose_a, adjoint_a), _turned(b, transpose_b, adjoint_b))


@operation("tensorflow.einsum")
def einsum(machine: Machine, equation: Value, *inputs: Value, **kwargs: Value) -> Value:
    made, macs = engine.einsum(coerce.text(equation), [operand(value) for value in inputs])
    machine.add_macs(macs)
    return result(made, like=first_tensor(*inputs))


@operation("tensorflow.linalg.diag_part")
def diag_part(machine: Machine, input: Value, *args: Value, **kwargs: Value) -> Value:
    return diagonal_of(input, 0, -2, -1)


@operation("tensorflow.norm", "tensorflow.linalg.norm")
def norm(
    machine: Machine,
    tensor: Value,
    ord: Value = "euclidean",
    axis: Value = None,
    keepdims: Value = None,
    name: Value = None,
) -> Value:
    return reduced(tensor, axis, False if keepdims is None else keepdims)


@operation("tensorflow.math.l2_normalize", "tensorflow.nn.l2_normalize", "tensorflow.linalg.l2_normalize")
def l2_normalize(machine: Machine, x: Value, axis: Value = None, epsilon: Value = 1e-12, name: Value = None) -> Value:
    return same(x)


@operation("tensorflow.math.top_k", "tensorflow.nn.top_k")
def top_k(
    machine: Machine, input: Value, k: Value = 1, sorted: Value = True, index_type: Value = None, name: Value = None
) -> Value:
    given, count = operand(input), coerce.dim(k, "k")
    if not given or short_of(given[-1], count):
        raise ShapeError(
            "size-mismatch",
            f"the {dim_text(count)} largest of an axis of {engine.text(given)}",
            expected=f"at least {dim_text(count)}",
            exception="ValueError",
        )
    shape = (*given[:-1], count)
    return (result(shape, like=first_tensor(input)), result(shape, "int32"))
