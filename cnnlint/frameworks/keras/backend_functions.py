"""`keras.backend`'s functions on tensors (`K.mean(x)`), which `tf.keras.backend` still has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.engine import shape as engine
from cnnlint.engine.dimension import product
from cnnlint.frameworks import coerce
from cnnlint.frameworks.keras import ops_shape
from cnnlint.frameworks.keras.activation import activated
from cnnlint.frameworks.keras.arguments import channels_axis, same, single
from cnnlint.frameworks.keras.arguments import data_format as format_of
from cnnlint.frameworks.keras.core import KERAS, result, shown_shape
from cnnlint.frameworks.keras.graph import operation
from cnnlint.frameworks.keras.operands import axis_of, elementwise, first_tensor, operand, type_name
from cnnlint.frameworks.keras.ops_control import cond, map_over
from cnnlint.frameworks.keras.ops_reduce import reduced
from cnnlint.frameworks.keras.ops_shape import joined, kept, reshaped, stacked, target_shape
from cnnlint.interpreter.values import Tensor, Value

if TYPE_CHECKING:
    from cnnlint.engine.dimension import Dim
    from cnnlint.engine.windows import ChannelsAxis
    from cnnlint.interpreter.machine import Machine

REDUCTIONS = {"mean": None, "sum": None, "max": None, "min": None, "prod": None, "std": None, "var": None}
TESTS = {"all": "bool", "any": "bool"}
UNARY = "abs cos exp log round sign sin sqrt square stop_gradient cast_to_floatx to_dense identity"
ACTIVATIONS = "sigmoid hard_sigmoid tanh softplus softsign"
COMPARISONS = "equal greater greater_equal less less_equal not_equal"


def _declare_reduction(name: str, dtype: str | None) -> None:
    @operation(f"keras.backend.{name}")
    def reduction(machine: Machine, x: Value, axis: Value = None, keepdims: Value = False) -> Value:
        return reduced(x, axis, keepdims, dtype)


def _declare_unary(name: str) -> None:
    @operation(f"keras.backend.{name}")
    def unary(machine: Machine, x: Value) -> Value:
        return same(x) if isinstance(x, Tensor) else elementwise(x)


def _declare_activation(name: str) -> None:
    @operation(f"keras.backend.{name}")
    def activation(machine: Machine, x: Value) -> Value:
        return activated(same(x), name)


def _declare_binary(name: str, dtype: str | None) -> None:
    @operation(f"keras.backend.{name}")
    def binary(machine: Machine, x: Value, y: Value) -> Value:
        return elementwise(x, y, dtype=dtype)


def _declare_search(name: str) -> None:
    @operation(f"keras.backend.{name}")
    def search(machine: Machine, x: Value, axis: Value = -1) -> Value:
        return reduced(x, axis, False, "int64")


for _name, _dtype in {**REDUCTIONS, **TESTS}.items():
    _declare_reduction(_name, _dtype)
for _name in UNARY.split():
    _declare_unary(_name)
for _name in ACTIVATIONS.split():
    _declare_activation(_name)
for _name in COMPARISONS.split():
    _declare_binary(_name, "bool")
for _name in ("maximum", "minimum"):
    _declare_binary(_name, None)
_declare_search("argmax")
_declare_search("argmin")


def _declare_running(name: str) -> None:
    @operation(f"keras.backend.{name}")
    def running(machine: Machine, x: Value, axis: Value = 0) -> Value:
        return same(x)


_declare_running("cumsum")
_declare_running("cumprod")


@operation("keras.backend.relu")
def relu(machine: Machine, x: Value, alpha: Value = 0.0, max_value: Value = None, threshold: Value = 0.0) -> Value:
    return activated(same(x), "relu")


@operation("keras.backend.elu")
def elu(machine: Machine, x: Value, alpha: Value = 1.0) -> Value:
    return activated(same(x), "elu")


@operation("keras.backend.softmax")
def softmax(machine: Machine, x: Value, axis: Value = -1) -> Value:
    return activated(same(x), "softmax")


@operation("keras.backend.pow")
def pow_of(machine: Machine, x: Value, a: Value) -> Value:
    return same(x)


@operation("keras.backend.clip")
def clip(machine: Machine, x: Value, min_value: Value, max_value: Value) -> Value:
    return same(x)


@operation("keras.backend.cast")
def cast(machine: Machine, x: Value, dtype: Value) -> Value:
    made = same(x)
    made.dtype = type_name(dtype) or made.dtype
    return made


@operation("keras.backend.l2_normalize")
def l2_normalize(machine: Machine, x: Value, axis: Value = None) -> Value:
    return same(x)


@operation("keras.backend.dropout")
def dropout(machine: Machine, x: Value, level: Value, noise_shape: Value = None, seed: Value = None) -> Value:
    return same(x)


@operation("keras.backend.bias_add")
def bias_add(machine: Machine, x: Value, bias: Value, data_format: Value = None) -> Value:
    return same(x)


@operation("keras.backend.update", "keras.backend.update_add", "keras.backend.update_sub")
def update(machine: Machine, x: Value, new_x: Value) -> Value:
    return x


# --- shapes -----------------------------------------------------------------------------------------------------------


@KERAS.function("keras.backend.int_shape")
def int_shape(machine: Machine, x: Value) -> Value:
    return shown_shape(machine, operand(x))


@KERAS.function("keras.backend.ndim")
def ndim(machine: Machine, x: Value) -> Value:
    return len(operand(x))


@KERAS.function("keras.backend.dtype")
def dtype_of(machine: Machine, x: Value) -> Value:
    return machine.get(x, "dtype")


@KERAS.function("keras.backend.shape")
def shape(machine: Machine, x: Value) -> Value:
    found = operand(x)
    made = result((len(found),), "int32")
    made.values = found
    return made


@operation("keras.backend.reshape")
def reshape(machine: Machine, x: Value, shape: Value) -> Value:
    return reshaped(x, target_shape(machine, shape))


@operation("keras.backend.permute_dimensions")
def permute_dimensions(machine: Machine, x: Value, pattern: Value) -> Value:
    return ops_shape.transpose(machine, x, pattern)


@operation("keras.backend.transpose")
def transpose(machine: Machine, x: Value) -> Value:
    return ops_shape.transpose(machine, x, None)


@operation("keras.backend.expand_dims")
def expand_dims(machine: Machine, x: Value, axis: Value = -1) -> Value:
    found = operand(x)
    return kept(engine.unsqueeze(found, axis_of(axis, len(found) + 1)), x)


@operation("keras.backend.squeeze")
def squeeze(machine: Machine, x: Value, axis: Value) -> Value:
    return ops_shape.squeeze(machine, x, axis)


@operation("keras.backend.concatenate")
def concatenate(machine: Machine, tensors: Value, axis: Value = -1) -> Value:
    return joined(machine, tensors, axis)


@operation("keras.backend.stack")
def stack(machine: Machine, x: Value, axis: Value = 0) -> Value:
    return stacked(machine, x, axis)


@operation("keras.backend.flatten")
def flatten(machine: Machine, x: Value) -> Value:
    return kept((engine.elements(operand(x)),), x)


@operation("keras.backend.batch_flatten")
def batch_flatten(machine: Machine, x: Value) -> Value:
    found = operand(x)
    return result((found[0], product(found[1:])), like=first_tensor(x))


@operation("keras.backend.reverse")
def reverse(machine: Machine, x: Value, axes: Value) -> Value:
    return same(x)


@operation("keras.backend.tile")
def tile(machine: Machine, x: Value, n: Value) -> Value:
    times = (n,) * len(operand(x)) if isinstance(n, int) else n
    return result(engine.tile(operand(x), coerce.shape(times, "n")), like=first_tensor(x))


@operation("keras.backend.repeat")
def repeat(machine: Machine, x: Value, n: Value) -> Value:
    batch, features = operand(x)
    return result((batch, coerce.dim(n, "n"), features), like=first_tensor(x))


@operation("keras.backend.repeat_elements")
def repeat_elements(machine: Machine, x: Value, rep: Value, axis: Value) -> Value:
    return ops_shape.repeat(machine, x, rep, axis)


def _spatial(x: Value, factors: tuple[Value, ...], data_format: Value, machine: Machine) -> Value:
    tensor, found = single(x)
    axis: ChannelsAxis = channels_axis(format_of(machine, data_format))
    first = 2 if axis == "first" else 1
    changed = list(found)
    for place, factor in enumerate(factors, first):
        changed[place] = changed[place] * coerce.dim(factor)
    return result(changed, like=tensor)


@operation("keras.backend.resize_images")
def resize_images(
    machine: Machine,
    x: Value,
    height_factor: Value,
    width_factor: Value,
    data_format: Value,
    interpolation: Value = "nearest",
) -> Value:
    return _spatial(x, (height_factor, width_factor), data_format, machine)


@operation("keras.backend.resize_volumes")
def resize_volumes(
    machine: Machine,
    x: Value,
    depth_factor: Value,
    height_factor: Value,
    width_factor: Value,
    data_format: Value,
) -> Value:
    return _spatial(x, (depth_factor, height_factor, width_factor), data_format, machine)


@operation("keras.backend.spatial_2d_padding")
def spatial_2d_padding(
    machine: Machine, x: Value, padding: Value = ((1, 1), (1, 1)), data_format: Value = None
) -> Value:
    tensor, found = single(x)
    widths = [coerce.dims(pair, 2, "padding") for pair in coerce.items(padding) or ()]
    first = 2 if format_of(machine, data_format) == "channels_first" else 1
    changed: list[Dim] = list(found)
    for place, (before, after) in enumerate(widths, first):
        changed[place] = changed[place] + before + after
    return result(changed, like=tensor)


@operation("keras.backend.temporal_padding")
def temporal_padding(machine: Machine, x: Value, padding: Value = (1, 1)) -> Value:
    tensor, (batch, steps, features) = single(x)
    before, after = coerce.dims(padding, 2, "padding")
    return result((batch, steps + before + after, features), like=tensor)


@operation("keras.backend.gather")
def gather(machine: Machine, reference: Value, indices: Value) -> Value:
    return result((*operand(indices), *operand(reference)[1:]), like=first_tensor(reference))


@operation("keras.backend.one_hot")
def one_hot(machine: Machine, indices: Value, num_classes: Value) -> Value:
    return result((*operand(indices), coerce.dim(num_classes, "num_classes")), "float32")


@KERAS.function("keras.backend.switch")
def switch(machine: Machine, condition: Value, then_expression: Value, else_expression: Value) -> Value:
    if isinstance(then_expression, Tensor) and isinstance(else_expression, Tensor):
        return elementwise(then_expression, else_expression)
    return cond(machine, condition, then_expression, else_expression)


@KERAS.function("keras.backend.map_fn")
def map_fn(machine: Machine, fn: Value, elems: Value, name: Value = None, dtype: Value = None) -> Value:
    return map_over(machine, fn, elems)
