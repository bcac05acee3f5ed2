"""`keras.utils` and `keras.preprocessing`: helpers around models and data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.engine.dimension import Dim, minimum, unknown_dim
from cnnlint.engine.errors import Undetermined
from cnnlint.frameworks import coerce
from cnnlint.frameworks.keras.architecture import sources
from cnnlint.frameworks.keras.arguments import refused
from cnnlint.frameworks.keras.core import KERAS
from cnnlint.frameworks.keras.operands import operand, type_name
from cnnlint.frameworks.keras.using_data import labels
from cnnlint.frameworks.numpy.core import array, bounded
from cnnlint.frameworks.numpy.pictures import IMAGE, picture
from cnnlint.interpreter.filling import count_of, is_filled
from cnnlint.interpreter.values import DictValue, HostFunction, Instance, ListValue, Tensor, Unknown, Value

if TYPE_CHECKING:
    from cnnlint.interpreter.machine import Machine


@KERAS.function("keras.utils.to_categorical")
def to_categorical(machine: Machine, x: Value, num_classes: Value = None, dtype: Value = "float32") -> Value:
    shape = operand(x)
    if len(shape) > 1 and isinstance(shape[-1], int) and shape[-1] == 1:
        shape = shape[:-1]
    span = labels(x) if isinstance(x, Tensor) else None
    count: Dim
    if num_classes is not None:
        count = coerce.dim(num_classes, "num_classes")
        if span is not None and isinstance(count, int) and span[1] >= count:
            raise refused(
                f"the classes go up to {span[1]}, which {count} classes do not hold",
                "IndexError",
                expected=f"at least {span[1] + 1}",
                actual=str(count),
            )
    else:
        count = _classes(x)
    # Each row has a 1 and, where there are several classes, a 0.
    several = 2 if isinstance(count, int) and count > 1 and shape[:1] != (0,) else None
    return bounded(array((*shape, count), type_name(dtype) or "float32"), 0, 1, several)


def _classes(x: Value) -> Dim:
    """One more than the largest class, as `to_categorical` counts them where it is not told."""
    if not isinstance(x, Tensor):
        return unknown_dim()
    found, span = labels(x), x.facts.get("range")
    if found is not None:
        return found[1] + 1
    # Between these, and in the data at hand perhaps not up to the last.
    return unknown_dim() if span is None else minimum(span[1] + 1, unknown_dim())


@KERAS.function("keras.utils.normalize")
def normalize(machine: Machine, x: Value, axis: Value = -1, order: Value = 2) -> Value:
    return array(operand(x), "float32")


def _count(sequences: Value) -> Dim:
    """How many sequences there are."""
    try:
        if isinstance(sequences, Tensor):
            return operand(sequences)[0]
        if isinstance(sequences, ListValue) and is_filled(sequences):
            return count_of(sequences)
        items = coerce.items(sequences)
    except Undetermined:
        return unknown_dim()
    return unknown_dim() if items is None else len(items)


@KERAS.function("keras.utils.pad_sequences", "keras.preprocessing.sequence.pad_sequences")
def pad_sequences(
    machine: Machine,
    sequences: Value,
    maxlen: Value = None,
    dtype: Value = "int32",
    padding: Value = "pre",
    truncating: Value = "pre",
    value: Value = 0.0,
) -> Value:
    count = _count(sequences)
    made = array(
        (count, unknown_dim() if maxlen is None else coerce.dim(maxlen, "maxlen")), type_name(dtype) or "int32"
    )
    span = sequences.facts.get("range") if isinstance(sequences, Tensor) else None
    return made if span is None else bounded(made, min(0, span[0]), span[1])


@KERAS.function("keras.utils.get_source_inputs", "keras.ops.operation_utils.get_source_inputs")
def get_source_inputs(machine: Machine, tensor: Value) -> Value:
    return sources(tensor)


@KERAS.function("keras.utils.get_file")
def get_file(machine: Machine, *args: Value, **kwargs: Value) -> Value:
    return Unknown("the path of a downloaded file", machine.place)


def _nothing(machine: Machine, *args: Value, **kwargs: Value) -> None:
    return None


for _name in (
    "plot_model",
    "model_to_dot",
    "print_summary",
    "set_random_seed",
    "save_img",
    "enable_interactive_logging",
    "disable_interactive_logging",
    "vis_utils.plot_model",
    "vis_utils.model_to_dot",
):
    if f"keras.utils.{_name}" not in KERAS.names:
        KERAS.add(f"keras.utils.{_name}", HostFunction(f"keras.utils.{_name}", _nothing))


@KERAS.function("keras.utils.get_custom_objects")
def get_custom_objects(machine: Machine) -> Value:
    return DictValue({})


class Context:
    """A context manager that changes nothing which a shape depends on."""

    def __init__(machine: Machine, self: Instance, *args: Value, **kwargs: Value) -> None:
        return None

    def __enter__(machine: Machine, self: Instance) -> Value:
        return self

    def __exit__(machine: Machine, self: Instance, *args: object) -> None:  # noqa: PYI036 - the machine comes first
        return None


CONTEXT = KERAS.define(
    "keras.utils.CustomObjectScope",
    "keras.utils.custom_object_scope",
    "keras.saving.CustomObjectScope",
    "keras.saving.custom_object_scope",
    "keras.name_scope",
    "keras.backend.name_scope",
    "keras.backend.StatelessScope",
    "keras.StatelessScope",
    "keras.device",
    "keras.backend.device_scope",
    "keras.utils.Progbar",
)(Context)


@KERAS.define("keras.utils.PyDataset", "keras.utils.Sequence")
class PyDataset:
    def __init__(
        machine: Machine,
        self: Instance,
        workers: Value = 1,
        use_multiprocessing: Value = False,
        max_queue_size: Value = 10,
        **kwargs: Value,
    ) -> None:
        return None

    def on_epoch_end(machine: Machine, self: Instance) -> None:
        return None


def _unknown(what: str, *names: str) -> None:
    def unknown(machine: Machine, *args: Value, **kwargs: Value) -> Value:
        raise Undetermined(what)

    for name in names:
        KERAS.add(f"keras.{name}", HostFunction(f"keras.{name}", unknown))


_unknown(
    "a serialized object is not followed",
    "utils.deserialize_keras_object",
    "utils.serialize_keras_object",
    "utils.get_registered_name",
    "utils.get_registered_object",
    "saving.deserialize_keras_object",
    "saving.serialize_keras_object",
    "models.model_from_json",
    "models.model_from_config",
    "models.model_from_yaml",
)


@KERAS.function("keras.saving.load_model", "keras.models.load_model")
def load_model(machine: Machine, filepath: Value, *args: Value, **kwargs: Value) -> Value:
    """The model that the code itself has written to that file before, if there is one."""
    for instance in reversed(machine.built):
        if isinstance(filepath, str) and instance.facts.get("saved") == filepath:
            return instance
    raise Undetermined("a saved model is not followed")


@KERAS.function("keras.saving.save_model", "keras.models.save_model")
def save_model(machine: Machine, model: Value, filepath: Value, *args: Value, **kwargs: Value) -> None:
    if isinstance(model, Instance):
        machine.touch(model)
        model.facts["saved"] = filepath


_unknown("a data set is not followed", "utils.split_dataset", "utils.FeatureSpace", "utils.Config")


@KERAS.function("keras.utils.pack_x_y_sample_weight")
def pack_x_y_sample_weight(machine: Machine, x: Value, y: Value = None, sample_weight: Value = None) -> Value:
    if y is None:
        return x
    return (x, y) if sample_weight is None else (x, y, sample_weight)


@KERAS.function("keras.utils.unpack_x_y_sample_weight")
def unpack_x_y_sample_weight(machine: Machine, data: Value) -> Value:
    found = data if isinstance(data, tuple) else (data,)
    return (*found[:3], *(None,) * (3 - len(found)))


@KERAS.function("keras.utils.standardize_dtype", "keras.backend.standardize_dtype")
def standardize_dtype(machine: Machine, dtype: Value) -> Value:
    return type_name(dtype) or dtype


# --- images on disk ---------------------------------------------------------------------------------------------------

MODES = {"rgb": "RGB", "rgba": "RGBA", "grayscale": "L"}


@KERAS.function("keras.utils.load_img", "keras.preprocessing.image.load_img")
def load_img(
    machine: Machine,
    path: Value,
    color_mode: Value = "rgb",
    target_size: Value = None,
    interpolation: Value = "nearest",
    keep_aspect_ratio: Value = False,
    grayscale: Value = False,
) -> Value:
    mode = MODES.get(color_mode) if isinstance(color_mode, str) else None
    height, width = (
        (unknown_dim(), unknown_dim()) if target_size is None else coerce.dims(target_size, 2, "target_size")
    )
    return picture(machine, "L" if grayscale is True else mode, width, height)


@KERAS.function("keras.utils.img_to_array", "keras.preprocessing.image.img_to_array")
def img_to_array(machine: Machine, img: Value, data_format: Value = None, dtype: Value = None) -> Value:
    if isinstance(img, Instance) and img.cls is IMAGE:
        img = machine.call(machine.get(img, "__array__"), ())
    if isinstance(img, Tensor):
        shape = operand(img)
        return array(shape if len(shape) == 3 else (*shape, 1), "float32")
    raise Undetermined("the size of an image is not known")


@KERAS.function("keras.utils.array_to_img", "keras.preprocessing.image.array_to_img")
def array_to_img(
    machine: Machine, x: Value, data_format: Value = None, scale: Value = True, dtype: Value = None
) -> Value:
    shape = operand(x)
    if len(shape) != 3 or data_format == "channels_first":
        raise Undetermined("the size of an image is not known")
    mode = {1: "L", 3: "RGB", 4: "RGBA"}.get(shape[2]) if isinstance(shape[2], int) else None
    return picture(machine, mode, shape[1], shape[0])


for _name, _module in {
    "keras.utils.np_utils": "keras.utils",
    "keras.utils.data_utils": "keras.utils",
    "keras.utils.generic_utils": "keras.utils",
    "keras.utils.layer_utils": "keras.utils",
    "keras.utils.image_utils": "keras.utils",
    "keras.utils.tf_utils": "keras.utils",
    "keras.preprocessing.image_utils": "keras.utils",
}.items():
    KERAS.alias(_name, _module)

KERAS.add("keras.__version__", "3.15.1")


@KERAS.function("keras.version")
def version(machine: Machine) -> Value:
    return "3.15.1"
