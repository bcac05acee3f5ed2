"""Keras's global settings, and decorators that leave a class or function as it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.frameworks.keras.arguments import word
from cnnlint.frameworks.keras.core import KERAS, settings
from cnnlint.frameworks.keras.graph import node_of
from cnnlint.interpreter.values import HostFunction, Tensor, Unknown, Value

if TYPE_CHECKING:
    from cnnlint.interpreter.machine import Machine


@KERAS.function("keras.config.image_data_format", "keras.backend.image_data_format")
def image_data_format(machine: Machine) -> str:
    return settings(machine).data_format


@KERAS.function("keras.config.set_image_data_format", "keras.backend.set_image_data_format")
def set_image_data_format(machine: Machine, data_format: Value) -> None:
    settings(machine).data_format = word(data_format, ("channels_last", "channels_first"), "data_format")


@KERAS.function("keras.config.backend", "keras.backend.backend")
def backend(machine: Machine) -> str:
    return "tensorflow"


@KERAS.function("keras.config.floatx", "keras.backend.floatx")
def floatx(machine: Machine) -> str:
    return "float32"


@KERAS.function("keras.config.epsilon", "keras.backend.epsilon")
def epsilon(machine: Machine) -> float:
    return 1e-7


@KERAS.function("keras.backend.is_keras_tensor", "keras.utils.is_keras_tensor", "tensorflow.is_symbolic_tensor")
def is_keras_tensor(machine: Machine, x: Value) -> Value:
    if isinstance(x, Unknown):
        return Unknown(x.reason)
    return isinstance(x, Tensor) and node_of(x) is not None


@KERAS.function("keras.backend.clear_session", "keras.utils.clear_session")
def clear_session(machine: Machine, free_memory: Value = True) -> None:
    machine.counters.clear()


def _ignored(machine: Machine, *args: Value, **kwargs: Value) -> None:
    return None


for _name in (
    "config.set_floatx",
    "config.set_epsilon",
    "config.set_backend",
    "config.set_dtype_policy",
    "config.enable_unsafe_deserialization",
    "config.disable_traceback_filtering",
    "config.enable_interactive_logging",
    "config.disable_interactive_logging",
    "backend.set_floatx",
    "backend.set_epsilon",
    "backend.set_learning_phase",
    "mixed_precision.set_global_policy",
    "mixed_precision.set_dtype_policy",
    "utils.set_random_seed",
):
    KERAS.add(f"keras.{_name}", HostFunction(f"keras.{_name}", _ignored))


def _unchanged(machine: Machine, function: Value) -> Value:
    return function


@KERAS.function(
    "keras.api_export.keras_export",
    "keras.saving.register_keras_serializable",
    "keras.utils.register_keras_serializable",
)
def keras_export(machine: Machine, *args: Value, **kwargs: Value) -> Value:
    return HostFunction("keras.decorator", _unchanged)
