"""`keras.backend`'s functions that multiply tensors, slide windows or make new tensors."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.engine import shape as engine
from cnnlint.engine.dimension import product, unknown_dim
from cnnlint.engine.errors import Undetermined
from cnnlint.frameworks import coerce
from cnnlint.frameworks.keras.arguments import same, sizes
from cnnlint.frameworks.keras.core import KERAS, VARIABLE, result
from cnnlint.frameworks.keras.graph import operation
from cnnlint.frameworks.keras.operands import contents, elementwise, first_tensor, operand, type_name
from cnnlint.frameworks.keras.ops_creation import counted, sized, tensor_from
from cnnlint.frameworks.keras.ops_products import dot as dot_of
from cnnlint.frameworks.keras.ops_reduce import reduced
from cnnlint.frameworks.keras.ops_windows import convolved, depthwise, pooled
from cnnlint.interpreter.values import HostFunction, Tensor, Unknown, Value, Weight

if TYPE_CHECKING:
    from cnnlint.interpreter.machine import Machine

# --- products and windows ---------------------------------------------------------------------------------------------


@operation("keras.backend.dot")
def dot(machine: Machine, x: Value, y: Value) -> Value:
    return dot_of(machine, x, y)


@operation("keras.backend.batch_dot")
def batch_dot(machine: Machine, x: Value, y: Value, axes: Value = None) -> Value:
    left, right = operand(x), operand(y)
    if axes is None:
        one, other = len(left) - 1, max(len(right) - 2, 1)
    else:
        one, other = (coerce.integer(axis, "axes") for axis in coerce.dims(axes, 2, "axes"))
    one, other = one % len(left), other % len(right)
    if len(left) < 2 or len(right) < 2:
        raise Undetermined("a product of tensors without features")
    inner = engine.tensordot(left[1:], right[1:], [one - 1], [other - 1])
    machine.add_macs(product((left[0], *inner, left[one])))
    made = (left[0], *inner)
    return result((*made, 1) if len(made) == 1 else made, like=first_tensor(x))


@operation("keras.backend.conv2d")
def conv2d(
    machine: Machine,
    x: Value,
    kernel: Value,
    strides: Value = (1, 1),
    padding: Value = "valid",
    data_format: Value = None,
    dilation_rate: Value = (1, 1),
) -> Value:
    return convolved(
        machine,
        x,
        kernel,
        strides=strides,
        padding=padding,
        data_format=data_format,
        dilation_rate=dilation_rate,
    )


@operation("keras.backend.conv1d")
def conv1d(
    machine: Machine,
    x: Value,
    kernel: Value,
    strides: Value = 1,
    padding: Value = "valid",
    data_format: Value = None,
    dilation_rate: Value = 1,
) -> Value:
    return convolved(
        machine,
        x,
        kernel,
        strides=strides,
        padding=padding,
        data_format=data_format,
        dilation_rate=dilation_rate,
    )


@operation("keras.backend.depthwise_conv2d")
def depthwise_conv2d(
    machine: Machine,
    x: Value,
    depthwise_kernel: Value,
    strides: Value = (1, 1),
    padding: Value = "valid",
    data_format: Value = None,
    dilation_rate: Value = (1, 1),
) -> Value:
    return depthwise(machine, x, depthwise_kernel, strides, padding, data_format, dilation_rate)


@operation("keras.backend.pool2d")
def pool2d(
    machine: Machine,
    x: Value,
    pool_size: Value,
    strides: Value = (1, 1),
    padding: Value = "valid",
    data_format: Value = None,
    pool_mode: Value = "max",
) -> Value:
    return pooled(machine, x, sizes(pool_size, 2, "pool_size"), strides, padding, data_format)


# --- new tensors ------------------------------------------------------------------------------------------------------


def _declare_filled(name: str) -> None:
    @KERAS.function(f"keras.backend.{name}")
    def filled(machine: Machine, shape: Value, dtype: Value = None, name: Value = None) -> Value:
        return result(sized(shape), type_name(dtype) or "float32")

    @operation(f"keras.backend.{name}_like")
    def like(machine: Machine, x: Value, dtype: Value = None, name: Value = None) -> Value:
        return same(x)


_declare_filled("zeros")
_declare_filled("ones")


def _declare_random(name: str) -> None:
    @KERAS.function(f"keras.backend.{name}")
    def random(machine: Machine, shape: Value, *args: Value, **kwargs: Value) -> Value:
        return result(sized(shape), type_name(kwargs.get("dtype")) or "float32")


for _name in ("random_normal", "random_uniform", "random_bernoulli", "random_binomial", "truncated_normal"):
    _declare_random(_name)


@KERAS.function("keras.backend.arange")
def arange(machine: Machine, start: Value, stop: Value = None, step: Value = 1, dtype: Value = "int32") -> Value:
    return counted(start, stop, step, dtype)


@KERAS.function("keras.backend.constant")
def constant(machine: Machine, value: Value, dtype: Value = None, shape: Value = None, name: Value = None) -> Value:
    return tensor_from(value, dtype) if shape is None else result(sized(shape), type_name(dtype) or "float32")


@KERAS.function("keras.backend.eye")
def eye(machine: Machine, size: Value, dtype: Value = None, name: Value = None) -> Value:
    found = coerce.dim(size, "size")
    return result((found, found), type_name(dtype) or "float32")


@KERAS.function("keras.backend.variable")
def variable(
    machine: Machine, value: Value, dtype: Value = None, name: Value = None, constraint: Value = None
) -> Value:
    return Weight(VARIABLE, operand(value), type_name(dtype) or "float32", name=name if isinstance(name, str) else "")


@KERAS.function("keras.backend.placeholder")
def placeholder(
    machine: Machine,
    shape: Value = None,
    ndim: Value = None,
    dtype: Value = None,
    sparse: Value = False,
    name: Value = None,
    ragged: Value = False,
) -> Value:
    items = coerce.items(shape) if shape is not None else None
    return result(None if items is None else [unknown_dim() if i is None else coerce.dim(i) for i in items], "float32")


@KERAS.function("keras.backend.get_value", "keras.backend.eval")
def get_value(machine: Machine, x: Value) -> Value:
    made = same(x)
    if isinstance(made, Tensor):
        made.values = contents(x)
    return made


@KERAS.function("keras.backend.count_params")
def count_params(machine: Machine, x: Value) -> Value:
    return product(operand(x))


def _unfollowed(machine: Machine, *args: Value, **kwargs: Value) -> Value:
    raise Undetermined("this function of the backend is not followed")


for _name in (
    "batch_get_value",
    "ctc_batch_cost",
    "ctc_decode",
    "foldl",
    "foldr",
    "gradients",
    "function",
    "rnn",
    "in_top_k",
    "batch_normalization",
    "separable_conv2d",
    "conv2d_transpose",
    "conv3d",
    "pool3d",
    "spatial_3d_padding",
):
    KERAS.add(f"keras.backend.{_name}", HostFunction(f"keras.backend.{_name}", _unfollowed))


def _nothing(machine: Machine, *args: Value, **kwargs: Value) -> Value:
    return None


for _name in ("set_value", "batch_set_value", "set_session", "manual_variable_initialization", "reset_uids"):
    KERAS.add(f"keras.backend.{_name}", HostFunction(f"keras.backend.{_name}", _nothing))


@KERAS.function("keras.backend.learning_phase")
def learning_phase(machine: Machine) -> Value:
    return Unknown("whether the model is trained or used is not known")


@KERAS.function("keras.backend.get_uid")
def get_uid(machine: Machine, prefix: Value = "") -> Value:
    raise Undetermined("the number of a name")


@operation("keras.backend.binary_crossentropy")
def binary_crossentropy(machine: Machine, target: Value, output: Value, from_logits: Value = False) -> Value:
    return elementwise(target, output)


def _declare_crossentropy(name: str) -> None:
    @operation(f"keras.backend.{name}")
    def crossentropy(
        machine: Machine, target: Value, output: Value, from_logits: Value = False, axis: Value = -1, **kwargs: Value
    ) -> Value:
        return reduced(output, axis, False)


_declare_crossentropy("categorical_crossentropy")
_declare_crossentropy("sparse_categorical_crossentropy")
