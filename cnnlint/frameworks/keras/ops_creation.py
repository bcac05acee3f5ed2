"""`keras.ops` and `keras.random`: functions that make new tensors; most read no tensor and are no operations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.engine.dimension import Dim, maximum
from cnnlint.frameworks import coerce
from cnnlint.frameworks.keras.arguments import refused, same
from cnnlint.frameworks.keras.core import KERAS, result
from cnnlint.frameworks.keras.graph import operation
from cnnlint.frameworks.keras.operands import contents, first_tensor, operand, type_name
from cnnlint.interpreter.values import Tensor, Value

if TYPE_CHECKING:
    from cnnlint.engine.shape import Shape
    from cnnlint.interpreter.machine import Machine


def sized(value: Value) -> Shape:
    """The shape that a creating function is given: one integer or a sequence of them."""
    return tuple(_length(size) for size in coerce.shape(value, "shape"))


def _length(value: Dim) -> Dim:
    """Raises ShapeError "bad-argument" for a negative size."""
    if isinstance(value, int) and value < 0:
        raise refused(f"a size cannot be negative, got {value}", actual=str(value))
    return value


def _declare_filled(name: str) -> None:
    @KERAS.function(f"keras.ops.{name}", f"keras.ops.numpy.{name}")
    def filled(machine: Machine, shape: Value, dtype: Value = None) -> Value:
        return result(sized(shape), type_name(dtype) or "float32")

    @operation(f"keras.ops.{name}_like", f"keras.ops.numpy.{name}_like")
    def like(machine: Machine, x: Value, dtype: Value = None) -> Value:
        made = same(x)
        made.dtype = type_name(dtype) or made.dtype
        return made


for _name in ("zeros", "ones", "empty"):
    _declare_filled(_name)


@KERAS.function("keras.ops.full", "keras.ops.numpy.full")
def full(machine: Machine, shape: Value, fill_value: Value, dtype: Value = None) -> Value:
    return result(sized(shape), type_name(dtype) or "float32")


@operation("keras.ops.full_like", "keras.ops.numpy.full_like")
def full_like(machine: Machine, x: Value, fill_value: Value, dtype: Value = None) -> Value:
    return same(x)


def tensor_from(value: Value, dtype: Value = None) -> Tensor:
    """A tensor of what the code states: a number, lists of numbers, another tensor."""
    like = first_tensor(value) if isinstance(value, Tensor) else None
    made = result(operand(value), type_name(dtype), like)
    made.values = contents(value)
    if made.dtype is None:
        made.dtype = _type_of(made.values)
    return made


def _type_of(values: tuple[Value, ...] | None) -> str | None:
    if not values:
        return None
    if all(isinstance(value, bool) for value in values):
        return "bool"
    return "float32" if any(isinstance(value, float) for value in values) else "int32"


@operation("keras.ops.convert_to_tensor", "keras.ops.core.convert_to_tensor")
def convert_to_tensor(
    machine: Machine, x: Value, dtype: Value = None, sparse: Value = None, ragged: Value = None
) -> Value:
    if isinstance(x, Tensor):
        made = same(x)
        made.values, made.dtype = x.values, type_name(dtype) or x.dtype
        return made
    return tensor_from(x, dtype)


@operation("keras.ops.array", "keras.ops.numpy.array")
def array(machine: Machine, x: Value, dtype: Value = None) -> Value:
    return tensor_from(x, dtype)


@KERAS.function("keras.ops.convert_to_numpy", "keras.ops.core.convert_to_numpy")
def convert_to_numpy(machine: Machine, x: Value) -> Value:
    return x


@KERAS.function("keras.ops.arange", "keras.ops.numpy.arange")
def arange(machine: Machine, start: Value, stop: Value = None, step: Value = None, dtype: Value = None) -> Value:
    return counted(start, stop, 1 if step is None else step, dtype)


def counted(start: Value, stop: Value, step: Value, dtype: Value = None) -> Tensor:
    """The numbers from `start` up to `stop`, as `arange` and `tf.range` give them."""
    if stop is None:
        start, stop = 0, start
    if isinstance(step, (int, float)) and step == 0:
        raise refused("`step` must not be 0")
    if any(isinstance(each, float) for each in (start, stop, step)):
        import math

        first, last, by = (coerce.number(each) for each in (start, stop, step))
        return result((max(0, math.ceil((last - first) / by)),), type_name(dtype) or "float32")
    first_dim, last_dim, by_dim = coerce.dim(start), coerce.dim(stop), coerce.integer(step, "step")
    count: Dim = maximum(0, -((first_dim - last_dim) // by_dim))
    made = result((count,), type_name(dtype) or "int32")
    if isinstance(count, int) and count <= 4096:
        made.values = tuple(first_dim + index * by_dim for index in range(count))
    return made


@KERAS.function("keras.ops.linspace", "keras.ops.numpy.linspace")
def linspace(
    machine: Machine,
    start: Value,
    stop: Value,
    num: Value = 50,
    endpoint: Value = True,
    retstep: Value = False,
    dtype: Value = None,
    axis: Value = 0,
) -> Value:
    made = result((coerce.dim(num, "num"), *operand(start)), type_name(dtype) or "float32")
    return (made, result((), "float32")) if coerce.flag(retstep) else made


@KERAS.function("keras.ops.logspace", "keras.ops.numpy.logspace")
def logspace(
    machine: Machine,
    start: Value,
    stop: Value,
    num: Value = 50,
    endpoint: Value = True,
    base: Value = 10,
    dtype: Value = None,
    axis: Value = 0,
) -> Value:
    return result((coerce.dim(num, "num"), *operand(start)), type_name(dtype) or "float32")


@KERAS.function("keras.ops.geomspace")
def geomspace(
    machine: Machine,
    start: Value,
    stop: Value,
    num: Value = 50,
    endpoint: Value = True,
    dtype: Value = None,
    axis: Value = 0,
) -> Value:
    return result((coerce.dim(num, "num"), *operand(start)), type_name(dtype) or "float32")


def _declare_matrix(name: str) -> None:
    @KERAS.function(f"keras.ops.{name}", f"keras.ops.numpy.{name}")
    def matrix(machine: Machine, N: Value, M: Value = None, k: Value = 0, dtype: Value = None) -> Value:
        rows = _length(coerce.dim(N, "N"))
        square = M is None or (name == "tri" and M == 0)
        return result((rows, rows if square else _length(coerce.dim(M, "M"))), type_name(dtype) or "float32")


_declare_matrix("eye")
_declare_matrix("tri")


@KERAS.function("keras.ops.identity", "keras.ops.numpy.identity")
def identity(machine: Machine, n: Value, dtype: Value = None) -> Value:
    size = _length(coerce.dim(n, "n"))
    return result((size, size), type_name(dtype) or "float32")


def _declare_window(name: str) -> None:
    @KERAS.function(f"keras.ops.{name}")
    def window(machine: Machine, x: Value, beta: Value = None) -> Value:
        return result((_length(coerce.dim(x, "x")),), "float32")


for _name in ("bartlett", "blackman", "hamming", "hanning", "kaiser"):
    _declare_window(_name)


@KERAS.function("keras.ops.vander")
def vander(machine: Machine, x: Value, N: Value = None, increasing: Value = False) -> Value:
    shape = operand(x)
    return result((*shape, shape[-1] if N is None else coerce.dim(N, "N")), like=first_tensor(x))


@KERAS.function("keras.ops.unravel_index")
def unravel_index(machine: Machine, indices: Value, shape: Value) -> Value:
    return tuple(result(operand(indices), "int32") for _ in sized(shape))


@KERAS.function("keras.ops.dtype", "keras.ops.core.dtype")
def dtype_of(machine: Machine, x: Value) -> Value:
    return machine.get(x, "dtype")


@KERAS.function("keras.ops.is_tensor", "keras.ops.core.is_tensor")
def is_tensor(machine: Machine, x: Value) -> Value:
    return isinstance(x, Tensor)


# --- random -----------------------------------------------------------------------------------------------------------


def _declare_spread(name: str, first: float, second: float) -> None:
    @KERAS.function(f"keras.random.{name}", f"keras.backend.random.{name}")
    def spread(
        machine: Machine,
        shape: Value,
        mean: Value = first,
        stddev: Value = second,
        dtype: Value = None,
        seed: Value = None,
    ) -> Value:
        return result(sized(shape), type_name(dtype) or "float32")


_declare_spread("normal", 0.0, 1.0)
_declare_spread("truncated_normal", 0.0, 1.0)


@KERAS.function("keras.random.uniform", "keras.backend.random.uniform")
def uniform(
    machine: Machine,
    shape: Value,
    minval: Value = 0.0,
    maxval: Value = 1.0,
    dtype: Value = None,
    seed: Value = None,
) -> Value:
    return result(sized(shape), type_name(dtype) or "float32")


@KERAS.function("keras.random.randint", "keras.backend.random.randint")
def randint(
    machine: Machine, shape: Value, minval: Value, maxval: Value, dtype: Value = "int32", seed: Value = None
) -> Value:
    return result(sized(shape), type_name(dtype) or "int32")


@KERAS.function("keras.random.gamma")
def gamma(machine: Machine, shape: Value, alpha: Value, dtype: Value = None, seed: Value = None) -> Value:
    return result(sized(shape), type_name(dtype) or "float32")


@KERAS.function("keras.random.beta")
def beta(machine: Machine, shape: Value, alpha: Value, beta: Value, dtype: Value = None, seed: Value = None) -> Value:
    return result(sized(shape), type_name(dtype) or "float32")


@KERAS.function("keras.random.binomial")
def binomial(
    machine: Machine, shape: Value, counts: Value, probabilities: Value, dtype: Value = None, seed: Value = None
) -> Value:
    return result(sized(shape), type_name(dtype) or "float32")


@operation("keras.random.categorical")
def categorical(
    machine: Machine, logits: Value, num_samples: Value, dtype: Value = "int32", seed: Value = None
) -> Value:
    return result((operand(logits)[0], coerce.dim(num_samples, "num_samples")), type_name(dtype))


@operation("keras.random.dropout", "keras.backend.random.dropout")
def dropout(machine: Machine, inputs: Value, rate: Value, noise_shape: Value = None, seed: Value = None) -> Value:
    return same(inputs)


@operation("keras.random.shuffle")
def shuffle(machine: Machine, x: Value, axis: Value = 0, seed: Value = None) -> Value:
    return same(x)


@KERAS.define("keras.random.SeedGenerator", "keras.backend.random.SeedGenerator")
class SeedGenerator:
    def __init__(machine: Machine, self: Value, seed: Value = None, name: Value = None, **kwargs: Value) -> None:
        self.attrs["seed"] = seed

    def next(machine: Machine, self: Value) -> Value:
        return result((2,), "uint32")
