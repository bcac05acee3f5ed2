"""TensorFlow's functions on tensors that model code uses, with their own parameter names.

A function on a symbolic tensor of Keras becomes a row of the model, as an operation of `keras.ops` does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.engine import shape as engine
from cnnlint.engine.constraints import short_of
from cnnlint.engine.dimension import text as dim_text
from cnnlint.engine.errors import ShapeError
from cnnlint.frameworks import coerce
from cnnlint.frameworks.keras import ops_shape
from cnnlint.frameworks.keras.arguments import same
from cnnlint.frameworks.keras.core import result
from cnnlint.frameworks.keras.graph import operation
from cnnlint.frameworks.keras.operands import axes_of, axis_of, elementwise, first_tensor, operand, type_name
from cnnlint.frameworks.keras.ops_elementwise import COMPUTED
from cnnlint.frameworks.keras.ops_reduce import reduced
from cnnlint.frameworks.keras.ops_shape import cut, joined, kept, reshaped, stacked, target_shape
from cnnlint.interpreter.values import ListValue, Tensor, Value

if TYPE_CHECKING:
    from cnnlint.engine.dimension import Dim
    from cnnlint.interpreter.machine import Machine

UNARY = (
    "abs acos acosh asin asinh atan atanh ceil cos cosh digamma erf exp expm1 floor lgamma log log1p negative"
    " reciprocal rint rsqrt sign sin sinh sqrt square tan imag real conj angle"
)
"""Functions of one tensor, in `tf` or `tf.math`."""
ACTIVATIONS = "sigmoid tanh softplus"
TESTS = "is_finite is_inf is_nan logical_not"
BINARY = {
    "add": "add",
    "subtract": "subtract",
    "multiply": "multiply",
    "divide": "divide",
    "truediv": "divide",
    "divide_no_nan": "",
    "floordiv": "floor_divide",
    "floormod": "mod",
    "mod": "mod",
    "pow": "power",
    "maximum": "",
    "minimum": "",
    "squared_difference": "",
    "atan2": "",
}
COMPARISONS = "equal greater greater_equal less less_equal not_equal logical_and logical_or logical_xor"
REDUCTIONS = {
    "reduce_mean": None,
    "reduce_sum": None,
    "reduce_max": None,
    "reduce_min": None,
    "reduce_prod": None,
    "reduce_std": None,
    "reduce_variance": None,
    "reduce_logsumexp": None,
    "reduce_euclidean_norm": None,
    "reduce_all": "bool",
    "reduce_any": "bool",
    "count_nonzero": "int64",
}


def both(name: str) -> tuple[str, str]:
    """The two places of a function of arithmetic."""
    return f"tensorflow.{name}", f"tensorflow.math.{name}"


def _declare_unary(name: str, dtype: str | None) -> None:
    @operation(*both(name))
    def unary(machine: Machine, x: Value, name: Value = None) -> Value:
        made = same(x) if isinstance(x, Tensor) else elementwise(x)
        if isinstance(made, Tensor) and dtype is not None:
            made.dtype = dtype
        return made


def _declare_activation(function: str) -> None:
    @operation(*both(function), f"tensorflow.nn.{function}")
    def activation(machine: Machine, x: Value, name: Value = None) -> Value:
        made = same(x)
        if isinstance(made, Tensor):
            made.facts["activation"] = function
        return made


def _declare_binary(name: str, computed: str, dtype: str | None = None) -> None:
    function = COMPUTED.get(computed)

    @operation(*both(name))
    def binary(machine: Machine, x: Value, y: Value, name: Value = None) -> Value:
        return elementwise(x, y, dtype=dtype, function=function)


def _declare_reduction(name: str, dtype: str | None) -> None:
    @operation(*both(name))
    def reduction(
        machine: Machine, input_tensor: Value, axis: Value = None, keepdims: Value = False, name: Value = None
    ) -> Value:
        return reduced(input_tensor, axis, keepdims, dtype)


for _name in UNARY.split():
    _declare_unary(_name, None)
for _name in TESTS.split():
    _declare_unary(_name, "bool")
for _name in ACTIVATIONS.split():
    _declare_activation(_name)
for _name, _computed in BINARY.items():
    _declare_binary(_name, _computed)
for _name in COMPARISONS.split():
    _declare_binary(_name, "", "bool")
for _name, _dtype in REDUCTIONS.items():
    _declare_reduction(_name, _dtype)


def _declare_search(name: str) -> None:
    @operation(*both(name))
    def search(
        machine: Machine, input: Value, axis: Value = None, output_type: Value = "int64", name: Value = None
    ) -> Value:
        return reduced(input, 0 if axis is None else axis, False, "int64")


_declare_search("argmax")
_declare_search("argmin")


@operation(*both("add_n"))
def add_n(machine: Machine, inputs: Value, name: Value = None) -> Value:
    return elementwise(*coerce.sequence(machine, inputs))


def _declare_running(name: str) -> None:
    @operation(*both(name))
    def running(
        machine: Machine,
        x: Value,
        axis: Value = 0,
        exclusive: Value = False,
        reverse: Value = False,
        name: Value = None,
    ) -> Value:
        return same(x)


_declare_running("cumsum")
_declare_running("cumprod")


# --- shapes -----------------------------------------------------------------------------------------------------------


@operation("tensorflow.concat")
def concat(machine: Machine, values: Value, axis: Value, name: Value = None) -> Value:
    given = coerce.items(values)
    if given is not None and len(given) == 1 and isinstance(given[0], Tensor):
        return same(given[0])  # a single tensor is given back, whatever the axis
    return joined(machine, values, axis)


@operation("tensorflow.stack")
def stack(machine: Machine, values: Value, axis: Value = 0, name: Value = None) -> Value:
    return stacked(machine, values, axis)


@operation("tensorflow.unstack")
def unstack(machine: Machine, value: Value, num: Value = None, axis: Value = 0, name: Value = None) -> Value:
    shape = operand(value)
    at = axis_of(axis, len(shape))
    count = coerce.integer(shape[at] if num is None else num, "num")
    return ListValue([result((*shape[:at], *shape[at + 1 :]), like=first_tensor(value)) for _ in range(count)])


@operation("tensorflow.split")
def split(
    machine: Machine,
    value: Value,
    num_or_size_splits: Value,
    axis: Value = 0,
    num: Value = None,
    name: Value = None,
) -> Value:
    items = coerce.items(num_or_size_splits)
    if items is None:
        return cut(value, num_or_size_splits, axis)
    shape = operand(value)
    at = axis_of(axis, len(shape))
    sizes: list[Dim] = [coerce.dim(item) for item in items]
    if -1 in sizes:
        rest = sizes.index(-1)
        known: Dim = 0
        for place, size in enumerate(sizes):
            known = known if place == rest else known + size
        sizes[rest] = shape[at] - known
    pieces = engine.split(shape, at, engine.split_sizes(shape[at], sizes))
    return ListValue([result(piece, like=first_tensor(value)) for piece in pieces])


@operation("tensorflow.reshape")
def reshape(machine: Machine, tensor: Value, shape: Value, name: Value = None) -> Value:
    return reshaped(tensor, target_shape(machine, shape))


@operation("tensorflow.transpose")
def transpose(
    machine: Machine, a: Value, perm: Value = None, conjugate: Value = False, name: Value = "transpose"
) -> Value:
    return ops_shape.transpose(machine, a, perm)


@operation("tensorflow.expand_dims")
def expand_dims(machine: Machine, input: Value, axis: Value, name: Value = None) -> Value:
    shape = operand(input)
    return kept(engine.unsqueeze(shape, axis_of(axis, len(shape) + 1)), input)


@operation("tensorflow.squeeze")
def squeeze(machine: Machine, input: Value, axis: Value = None, name: Value = None) -> Value:
    shape = operand(input)
    chosen = None if axis is None else axes_of(axis, len(shape))
    return kept(engine.squeeze(shape, chosen, strict=chosen is not None), input)


@operation("tensorflow.shape")
def shape(machine: Machine, input: Value, out_type: Value = "int32", name: Value = None) -> Value:
    found = operand(input)
    made = result((len(found),), "int32")
    made.values = found
    return made


@operation("tensorflow.rank")
def rank(machine: Machine, input: Value, name: Value = None) -> Value:
    made = result((), "int32")
    made.values = (len(operand(input)),)
    return made


@operation("tensorflow.size")
def size(machine: Machine, input: Value, out_type: Value = "int32", name: Value = None) -> Value:
    made = result((), "int32")
    made.values = (engine.elements(operand(input)),)
    return made


@operation("tensorflow.cast", "tensorflow.saturate_cast")
def cast(machine: Machine, x: Value, dtype: Value, name: Value = None) -> Value:
    made = same(x) if isinstance(x, Tensor) else elementwise(x)
    made.dtype = type_name(dtype) or made.dtype
    made.values = x.values if isinstance(x, Tensor) else made.values
    return made


@operation("tensorflow.pad")
def pad(
    machine: Machine,
    tensor: Value,
    paddings: Value,
    mode: Value = "CONSTANT",
    constant_values: Value = 0,
    name: Value = None,
) -> Value:
    found = operand(tensor)
    widths = [coerce.dims(pair, 2, "paddings") for pair in coerce.sequence(machine, paddings)]
    if len(widths) != len(found):
        raise ShapeError(
            "rank-mismatch",
            f"`paddings` has {len(widths)} pairs for {len(found)} dimensions",
            expected=str(len(found)),
            actual=str(len(widths)),
            exception="ValueError",
        )
    word = coerce.text(mode).lower()
    for size, width in zip(found, widths, strict=True):
        if word == "symmetric" and any(short_of(size, each) for each in width):
            raise ShapeError(
                "bad-argument",
                f"a symmetric padding of {engine.text(width)} is wider than its axis of {dim_text(size)}",
                expected=f"at most {dim_text(size)}",
                exception="ValueError",
            )
    return result(engine.pad(found, [(one, other) for one, other in widths], word), like=first_tensor(tensor))


@operation("tensorflow.tile")
def tile(machine: Machine, input: Value, multiples: Value, name: Value = None) -> Value:
    shape, times = operand(input), coerce.shape(multiples, "multiples")
    if len(shape) != len(times):
        raise ShapeError(
            "bad-argument",
            f"`multiples` needs {len(shape)} numbers, one for each axis, got {len(times)}",
            expected=str(len(shape)),
            actual=str(len(times)),
            exception="ValueError",
        )
    return result(engine.tile(shape, times), like=first_tensor(input))


@operation("tensorflow.repeat")
def repeat(machine: Machine, input: Value, repeats: Value, axis: Value = None, name: Value = None) -> Value:
    return ops_shape.repeat(machine, input, repeats, axis)


@operation("tensorflow.broadcast_to")
def broadcast_to(machine: Machine, input: Value, shape: Value, name: Value = None) -> Value:
    return result(engine.expand(operand(input), coerce.shape(shape, "shape")), like=first_tensor(input))


@operation("tensorflow.reverse")
def reverse(machine: Machine, tensor: Value, axis: Value, name: Value = None) -> Value:
    axes_of(axis, len(operand(tensor)))
    return same(tensor)


@operation("tensorflow.roll")
def roll(machine: Machine, input: Value, shift: Value, axis: Value, name: Value = None) -> Value:
    return same(input)


@operation("tensorflow.meshgrid")
def meshgrid(machine: Machine, *args: Value, indexing: Value = "xy", name: Value = None) -> Value:
    return ops_shape.meshgrid(machine, *args, indexing=indexing)
