"""The rest of Keras's public names: nested structures, element types, settings that change no shape."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.engine.errors import Undetermined
from cnnlint.frameworks.keras import structure
from cnnlint.frameworks.keras.core import KERAS
from cnnlint.frameworks.keras.operands import type_name
from cnnlint.frameworks.keras.utils import Context
from cnnlint.interpreter.values import HostFunction, Instance, ListValue, Value

if TYPE_CHECKING:
    from cnnlint.interpreter.machine import Machine


# --- nested structures ------------------------------------------------------------------------------------------------


@KERAS.function("keras.tree.flatten", "tensorflow.nest.flatten")
def flatten(machine: Machine, structure: Value, **kwargs: Value) -> Value:
    return ListValue(_flat(structure))


_flat = structure.flatten


@KERAS.function("keras.tree.is_nested", "tensorflow.nest.is_nested")
def is_nested(machine: Machine, structure: Value) -> Value:
    return _is_nested(structure)


_is_nested = structure.is_nested


@KERAS.function("keras.tree.map_structure", "tensorflow.nest.map_structure")
def map_structure(machine: Machine, func: Value, *structures: Value, **kwargs: Value) -> Value:
    if len(structures) == 1:
        return structure.map_structure(lambda leaf: machine.call(func, (leaf,)), structures[0])
    columns = [structure.flatten(each) for each in structures]
    if len({len(column) for column in columns}) > 1:
        raise Undetermined("structures of different sizes")
    made = iter([machine.call(func, leaves) for leaves in zip(*columns, strict=True)])
    return structure.map_structure(lambda _leaf: next(made), structures[0])


@KERAS.function("keras.tree.pack_sequence_as", "tensorflow.nest.pack_sequence_as")
def pack_sequence_as(machine: Machine, structure: Value, flat_sequence: Value, **kwargs: Value) -> Value:
    leaves = iter(machine.elements(flat_sequence))
    return _mapped(lambda _leaf: next(leaves), structure)


_mapped = structure.map_structure


def _nothing(machine: Machine, *args: Value, **kwargs: Value) -> None:
    return None


def _false(machine: Machine) -> bool:
    return False


def _first(machine: Machine, value: Value, *args: Value, **kwargs: Value) -> Value:
    return value


for _name in (
    "config.disable_flash_attention",
    "config.enable_flash_attention",
    "config.enable_traceback_filtering",
    "config.max_epochs",
    "config.max_steps_per_epoch",
    "config.set_max_epochs",
    "config.set_max_steps_per_epoch",
    "config.set_image_dim_ordering",
    "backend.set_image_dim_ordering",
    "distribution.initialize",
    "distribution.set_distribution",
    "models.save_model",
    "saving.load_weights",
    "saving.save_weights",
    "tree.assert_same_structure",
    "tree.assert_same_paths",
):
    KERAS.add(f"keras.{_name}", HostFunction(f"keras.{_name}", _nothing))
for _name in (
    "config.is_flash_attention_enabled",
    "config.is_interactive_logging_enabled",
    "config.is_nnx_enabled",
    "config.is_traceback_filtering_enabled",
    "utils.is_interactive_logging_enabled",
):
    KERAS.add(f"keras.{_name}", HostFunction(f"keras.{_name}", _false))
KERAS.add("keras.remat", HostFunction("keras.remat", _first))
KERAS.define(
    "keras.RematScope", "keras.SymbolicScope", "keras.distribution.DataParallel", "keras.distribution.ModelParallel"
)(Context)


# --- element types ----------------------------------------------------------------------------------------------------


@KERAS.define("keras.dtype_policies.DTypePolicy", "keras.DTypePolicy", "keras.mixed_precision.Policy")
class DTypePolicy:
    def __init__(machine: Machine, self: Instance, name: Value = None, *args: Value, **kwargs: Value) -> None:
        word = type_name(name) or "float32"
        mixed = word.removeprefix("mixed_") if word.startswith("mixed_") else None
        self.attrs |= {"name": word, "compute_dtype": mixed or word, "variable_dtype": "float32" if mixed else word}


POLICY = KERAS.names["keras.dtype_policies.DTypePolicy"]
for _name in ("dtype_policies.FloatDTypePolicy", "FloatDTypePolicy", "mixed_precision.DTypePolicy"):
    KERAS.add(f"keras.{_name}", POLICY)
KERAS.add("keras.mixed_precision.experimental.Policy", POLICY)


@KERAS.function(
    "keras.config.dtype_policy", "keras.mixed_precision.global_policy", "keras.mixed_precision.dtype_policy"
)
def dtype_policy(machine: Machine) -> Value:
    return machine.call(POLICY, ("float32",))


@KERAS.function("keras.backend.is_float_dtype")
def is_float_dtype(machine: Machine, dtype: Value) -> Value:
    word = type_name(dtype)
    if word is None:
        raise Undetermined("an element type is not known")
    return word.startswith(("float", "bfloat"))


@KERAS.function("keras.backend.is_int_dtype")
def is_int_dtype(machine: Machine, dtype: Value) -> Value:
    word = type_name(dtype)
    if word is None:
        raise Undetermined("an element type is not known")
    return word.startswith(("int", "uint"))


@KERAS.function("keras.backend.result_type")
def result_type(machine: Machine, *dtypes: Value) -> Value:
    words = [type_name(dtype) for dtype in dtypes]
    if words and all(word == words[0] and word is not None for word in words):
        return words[0]
    return "float32" if "float32" in words else words[0] if words else "float32"


def _unknown(machine: Machine, *args: Value, **kwargs: Value) -> Value:
    raise Undetermined("this part of Keras is not followed")


for _name in (
    "layers.deserialize",
    "layers.serialize",
    "saving.get_registered_name",
    "saving.get_registered_object",
    "saving.get_custom_objects",
    "preprocessing.image.smart_resize",
):
    KERAS.add(f"keras.{_name}", HostFunction(f"keras.{_name}", _unknown))
KERAS.add("keras.preprocessing.image.save_img", KERAS.names["keras.utils.save_img"])
for _name in ("numpy", "nn", "linalg", "core", "math"):
    KERAS.alias(f"keras.ops.{_name}", "keras.ops")
