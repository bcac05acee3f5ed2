"""The rest of TensorFlow around a model: new tensors, element types, decorators, contexts, settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.engine.errors import Undetermined
from cnnlint.frameworks import coerce
from cnnlint.frameworks.keras.arguments import same
from cnnlint.frameworks.keras.core import KERAS, KERAS_TENSOR, result
from cnnlint.frameworks.keras.graph import operation
from cnnlint.frameworks.keras.operands import operand, type_name
from cnnlint.frameworks.keras.ops_control import cond, map_over
from cnnlint.frameworks.keras.ops_creation import counted, sized, tensor_from
from cnnlint.frameworks.keras.utils import Context
from cnnlint.interpreter.values import HostFunction, Instance, ListValue, Tensor, Unknown, Value

if TYPE_CHECKING:
    from cnnlint.interpreter.machine import Machine

TYPES = (
    "float16 float32 float64 bfloat16 half double int8 int16 int32 int64 uint8 uint16 uint32 uint64 bool string"
    " complex64 complex128 resource variant"
)
for _name in TYPES.split():
    KERAS.add(f"tensorflow.{_name}", _name)
    KERAS.add(f"tensorflow.dtypes.{_name}", _name)
KERAS.add("tensorflow.newaxis", None)
KERAS.add("tensorflow.__version__", "2.20.0")
KERAS.add("tensorflow.version.VERSION", "2.20.0")


# --- new tensors ------------------------------------------------------------------------------------------------------


def _declare_filled(name: str) -> None:
    @KERAS.function(f"tensorflow.{name}")
    def filled(
        machine: Machine, shape: Value, dtype: Value = "float32", name: Value = None, layout: Value = None
    ) -> Value:
        return result(sized(shape), type_name(dtype))

    @operation(f"tensorflow.{name}_like")
    def like(machine: Machine, input: Value, dtype: Value = None, name: Value = None, layout: Value = None) -> Value:
        made = same(input)
        made.dtype = type_name(dtype) or made.dtype
        return made


_declare_filled("zeros")
_declare_filled("ones")


@KERAS.function("tensorflow.fill")
def fill(machine: Machine, dims: Value, value: Value, name: Value = None, layout: Value = None) -> Value:
    return result(sized(dims), "float32")


@KERAS.function("tensorflow.constant", "tensorflow.compat.v1.constant")
def constant(machine: Machine, value: Value, dtype: Value = None, shape: Value = None, name: Value = "Const") -> Value:
    if shape is not None:
        return result(sized(shape), type_name(dtype) or "float32")
    return tensor_from(value, dtype)


@operation("tensorflow.convert_to_tensor")
def convert_to_tensor(
    machine: Machine, value: Value, dtype: Value = None, dtype_hint: Value = None, name: Value = None
) -> Value:
    if isinstance(value, Tensor):
        made = same(value)
        made.values, made.dtype = value.values, type_name(dtype) or value.dtype
        return made
    return tensor_from(value, dtype)


@KERAS.function("tensorflow.range")
def range_of(
    machine: Machine,
    start: Value,
    limit: Value = None,
    delta: Value = 1,
    dtype: Value = None,
    name: Value = "range",
) -> Value:
    return counted(start, limit, delta, dtype)


@KERAS.function("tensorflow.linspace")
def linspace(machine: Machine, start: Value, stop: Value, num: Value, name: Value = None, axis: Value = 0) -> Value:
    return result((coerce.dim(num, "num"), *operand(start)), "float32")


@KERAS.function("tensorflow.eye")
def eye(
    machine: Machine,
    num_rows: Value,
    num_columns: Value = None,
    batch_shape: Value = None,
    dtype: Value = "float32",
    name: Value = None,
) -> Value:
    rows = coerce.dim(num_rows, "num_rows")
    columns = rows if num_columns is None else coerce.dim(num_columns, "num_columns")
    front = () if batch_shape is None else coerce.shape(batch_shape, "batch_shape")
    return result((*front, rows, columns), type_name(dtype))


def _declare_random(name: str) -> None:
    @KERAS.function(f"tensorflow.random.{name}", f"tensorflow.compat.v1.random_{name}")
    def random(machine: Machine, shape: Value, *args: Value, **kwargs: Value) -> Value:
        return result(sized(shape), type_name(kwargs.get("dtype")) or "float32")


for _name in ("normal", "uniform", "truncated_normal", "stateless_normal", "stateless_uniform", "gamma", "poisson"):
    _declare_random(_name)


@operation("tensorflow.random.shuffle")
def shuffle(machine: Machine, value: Value, seed: Value = None, name: Value = None) -> Value:
    return same(value)


@KERAS.function("tensorflow.TensorShape")
def TensorShape(machine: Machine, dims: Value) -> Value:
    found = coerce.items(dims)
    return dims if found is None else tuple(found)


@KERAS.function("tensorflow.is_tensor")
def is_tensor(machine: Machine, x: Value) -> Value:
    return Unknown(x.reason) if isinstance(x, Unknown) else isinstance(x, Tensor)


# --- code around tensors ----------------------------------------------------------------------------------------------


def _unchanged(machine: Machine, function: Value) -> Value:
    return function


@KERAS.function("tensorflow.function", "tensorflow.autograph.experimental.do_not_convert", "tensorflow.custom_gradient")
def function(machine: Machine, func: Value = None, *args: Value, **kwargs: Value) -> Value:
    return HostFunction("tensorflow.decorator", _unchanged) if func is None else func


@KERAS.function("tensorflow.cond")
def tf_cond(machine: Machine, pred: Value, true_fn: Value = None, false_fn: Value = None, name: Value = None) -> Value:
    return cond(machine, pred, true_fn, false_fn)


def _declare_map(name: str) -> None:
    @KERAS.function(f"tensorflow.{name}")
    def mapped(machine: Machine, fn: Value, elems: Value, *args: Value, **kwargs: Value) -> Value:
        return map_over(machine, fn, elems)


_declare_map("map_fn")
_declare_map("vectorized_map")


def _unknown(why: str, *names: str) -> None:
    def unknown(machine: Machine, *args: Value, **kwargs: Value) -> Value:
        raise Undetermined(why)

    for name in names:
        KERAS.add(f"tensorflow.{name}", HostFunction(f"tensorflow.{name}", unknown))


_unknown(
    "what a function outside of TensorFlow gives is not known",
    "py_function",
    "numpy_function",
    "while_loop",
    "scan",
    "gradients",
    "io.read_file",
    "io.decode_image",
    "io.decode_jpeg",
    "io.decode_png",
    "image.decode_image",
    "image.decode_jpeg",
    "image.decode_png",
    "io.parse_single_example",
    "io.parse_example",
    "saved_model.load",
)


def _empty(machine: Machine, *args: Value, **kwargs: Value) -> Value:
    return ListValue([])


for _name in ("list_physical_devices", "list_logical_devices", "get_visible_devices"):
    for _place in ("config", "config.experimental"):
        KERAS.add(f"tensorflow.{_place}.{_name}", HostFunction(f"tensorflow.{_place}.{_name}", _empty))


def _nothing(machine: Machine, *args: Value, **kwargs: Value) -> None:
    return None


for _name in (
    "random.set_seed",
    "print",
    "debugging.set_log_device_placement",
    "debugging.assert_equal",
    "debugging.assert_shapes",
    "debugging.check_numerics",
    "assert_equal",
    "config.set_visible_devices",
    "config.run_functions_eagerly",
    "config.set_logical_device_configuration",
    "config.experimental.set_memory_growth",
    "config.experimental.set_virtual_device_configuration",
    "config.experimental_run_functions_eagerly",
    "config.optimizer.set_jit",
    "config.threading.set_intra_op_parallelism_threads",
    "config.threading.set_inter_op_parallelism_threads",
    "compat.v1.disable_eager_execution",
    "compat.v1.disable_v2_behavior",
    "compat.v1.enable_eager_execution",
    "compat.v1.set_random_seed",
    "compat.v1.reset_default_graph",
    "compat.v1.logging.set_verbosity",
    "get_logger",
):
    KERAS.add(f"tensorflow.{_name}", HostFunction(f"tensorflow.{_name}", _nothing))

KERAS.define(
    "tensorflow.device",
    "tensorflow.name_scope",
    "tensorflow.control_dependencies",
    "tensorflow.init_scope",
    "tensorflow.compat.v1.variable_scope",
    "tensorflow.compat.v1.name_scope",
    "tensorflow.Graph",
)(Context)


class Tape(Context):
    """`tf.GradientTape`."""

    def __enter__(machine: Machine, self: Instance) -> Value:
        return self

    def __exit__(machine: Machine, self: Instance, *args: object) -> None:  # noqa: PYI036 - the machine comes first
        return None

    def __init__(machine: Machine, self: Instance, *args: Value, **kwargs: Value) -> None:
        return None

    def watch(machine: Machine, self: Instance, tensor: Value) -> None:
        return None

    def gradient(machine: Machine, self: Instance, *args: Value, **kwargs: Value) -> Value:
        raise Undetermined("gradients are not followed")

    jacobian = gradient


KERAS.define("tensorflow.GradientTape")(Tape)


class Strategy(Context):
    """A distribution strategy: its scope changes no shape."""

    def __init__(machine: Machine, self: Instance, *args: Value, **kwargs: Value) -> None:
        return None

    def __enter__(machine: Machine, self: Instance) -> Value:
        return self

    def __exit__(machine: Machine, self: Instance, *args: object) -> None:  # noqa: PYI036 - the machine comes first
        return None

    def scope(machine: Machine, self: Instance) -> Value:
        return self

    @property
    def num_replicas_in_sync(machine: Machine, self: Instance) -> Value:
        return Unknown("the number of devices is not known")


KERAS.define(
    "tensorflow.distribute.MirroredStrategy",
    "tensorflow.distribute.OneDeviceStrategy",
    "tensorflow.distribute.MultiWorkerMirroredStrategy",
    "tensorflow.distribute.TPUStrategy",
    "tensorflow.distribute.experimental.TPUStrategy",
    "tensorflow.distribute.Strategy",
)(Strategy)


@KERAS.function("tensorflow.distribute.get_strategy")
def get_strategy(machine: Machine) -> Value:
    return Instance(KERAS.names["tensorflow.distribute.Strategy"], machine.place)


@KERAS.define("tensorflow.Module")
class TfModule:
    def __init__(machine: Machine, self: Instance, name: Value = None) -> None:
        self.attrs["name"] = name


@KERAS.define("tensorflow.TensorSpec")
class TensorSpec:
    def __init__(machine: Machine, self: Instance, shape: Value, dtype: Value = "float32", name: Value = None) -> None:
        self.attrs |= {"shape": shape, "dtype": dtype, "name": name}


def _numpy(machine: Machine, self: Tensor) -> Value:
    return self


def _get_shape(machine: Machine, self: Tensor) -> Value:
    return machine.get(self, "shape")


def _set_shape(machine: Machine, self: Tensor, shape: Value) -> None:
    found = coerce.items(shape)
    if self.shape is None and found is not None and all(item is not None for item in found):
        machine.touch(self)
        self.shape = tuple(coerce.dim(item) for item in found)


KERAS_TENSOR.namespace["numpy"] = HostFunction("tensorflow.Tensor.numpy", _numpy)
KERAS_TENSOR.namespace["get_shape"] = HostFunction("tensorflow.Tensor.get_shape", _get_shape)
KERAS_TENSOR.namespace["set_shape"] = HostFunction("tensorflow.Tensor.set_shape", _set_shape)
for _name, _module in {
    "losses": "keras.losses",
    "metrics": "keras.metrics",
    "optimizers": "keras.optimizers",
    "initializers": "keras.initializers",
    "compat.v1": "tensorflow",
    "compat.v2": "tensorflow",
}.items():
    KERAS.alias(f"tensorflow.{_name}", _module)
