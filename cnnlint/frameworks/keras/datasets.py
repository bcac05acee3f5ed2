"""Data: `keras.datasets`, directories of images, and the little of `tf.data` that keeps shapes.

The shapes and ranges of the data sets are those that `load_data()` returns.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnnlint.engine.dimension import Dim, equal, unknown_dim
from cnnlint.engine.dimension import text as dim_text
from cnnlint.engine.errors import ShapeError, Undetermined
from cnnlint.engine.shape import text
from cnnlint.frameworks import coerce
from cnnlint.frameworks.keras.core import KERAS, open_dim, result
from cnnlint.frameworks.keras.structure import map_structure
from cnnlint.frameworks.numpy.core import array, bounded
from cnnlint.interpreter.values import HostFunction, Instance, ListValue, StaticMethod, Tensor, Unknown, Value

if TYPE_CHECKING:
    from cnnlint.engine.shape import Shape
    from cnnlint.interpreter.machine import Machine

IMAGES: dict[str, tuple[tuple[int, ...], tuple[int, ...], int, int, tuple[int, ...]]] = {
    "mnist": ((28, 28), (), 60_000, 10_000, (10,)),
    "fashion_mnist": ((28, 28), (), 60_000, 10_000, (10,)),
    "cifar10": ((32, 32, 3), (1,), 50_000, 10_000, (10,)),
    "cifar100": ((32, 32, 3), (1,), 50_000, 10_000, (100,)),
}
"""Shape of one image and of its label, how many there are for training and for testing, how many classes."""
TABLES = {"boston_housing": (13, 404, 102), "california_housing": (8, 16_512, 4_128)}
"""Features, rows for training, rows for testing (with the usual `test_split` of 0.2)."""
TEXTS = {"imdb": (25_000, 25_000, 2), "reuters": (8_982, 2_246, 46)}
"""Reviews for training and for testing, classes."""


def _declare_images(name: str) -> None:
    image, label, train, test, classes = IMAGES[name]

    def part(count: int) -> Value:
        x = bounded(array((count, *image), "uint8"), 0, 255)
        return (x, bounded(array((count, *label), "uint8"), 0, classes[0] - 1, classes[0]))

    def load_data(machine: Machine, path: Value = None, label_mode: Value = "fine") -> Value:
        return (part(train), part(test))

    KERAS.add(f"keras.datasets.{name}.load_data", HostFunction(f"keras.datasets.{name}.load_data", load_data))


def _declare_table(name: str) -> None:
    features, train, test = TABLES[name]

    def load_data(machine: Machine, *args: Value, **kwargs: Value) -> Value:
        if args or set(kwargs) - {"path", "seed"}:
            rows: list[Dim] = [unknown_dim(), unknown_dim()]
        else:
            rows = [train, test]
        return tuple((array((count, features), "float32"), array((count,), "float32")) for count in rows)

    KERAS.add(f"keras.datasets.{name}.load_data", HostFunction(f"keras.datasets.{name}.load_data", load_data))


def _declare_text(name: str) -> None:
    train, test, classes = TEXTS[name]

    def load_data(machine: Machine, *args: Value, **kwargs: Value) -> Value:
        usual = not args and not set(kwargs) - {"num_words", "path", "seed", "skip_top"}
        words = kwargs.get("num_words")
        parts: list[Value] = []
        for count in (train, test):
            x = array((count if usual else unknown_dim(),), "object")
            if isinstance(words, int):
                x.facts["range"] = (0, words - 1)
            labels = array(x.shape, "int64")
            parts.append((x, bounded(labels, 0, classes - 1, classes)))
        return tuple(parts)

    KERAS.add(f"keras.datasets.{name}.load_data", HostFunction(f"keras.datasets.{name}.load_data", load_data))
    for other in ("get_word_index", "get_label_names"):
        KERAS.add(f"keras.datasets.{name}.{other}", HostFunction(f"keras.datasets.{name}.{other}", _index))


def _index(machine: Machine, *args: Value, **kwargs: Value) -> Value:
    raise Undetermined("the words of a data set are not known")


for _name in IMAGES:
    _declare_images(_name)
for _name in TABLES:
    _declare_table(_name)
for _name in TEXTS:
    _declare_text(_name)


# --- tf.data ----------------------------------------------------------------------------------------------------------


class Dataset:
    """A `tf.data.Dataset`; `facts["element"]` is one element of it, None where that is not known."""

    def from_tensor_slices(machine: Machine, tensors: Value, name: Value = None) -> Value:
        return _dataset(machine, _attempt(lambda: map_structure(_first, tensors)))

    def from_tensors(machine: Machine, tensors: Value, name: Value = None) -> Value:
        return _dataset(machine, tensors)

    def batch(
        machine: Machine,
        self: Instance,
        batch_size: Value,
        drop_remainder: Value = False,
        *args: Value,
        **kwargs: Value,
    ) -> Value:
        return _changed(machine, self, lambda leaf: _batched(leaf, open_dim(machine, "batch")))

    def unbatch(machine: Machine, self: Instance, name: Value = None) -> Value:
        return _changed(machine, self, _first)

    def map(machine: Machine, self: Instance, map_func: Value, *args: Value, **kwargs: Value) -> Value:
        element = self.facts.get("element")
        if element is None:
            return _dataset(machine, None)
        made = machine.call(map_func, element if isinstance(element, tuple) else (element,))
        return _dataset(machine, None if isinstance(made, Unknown) else made)

    def shuffle(machine: Machine, self: Instance, *args: Value, **kwargs: Value) -> Value:
        return _dataset(machine, self.facts.get("element"))

    cache = prefetch = repeat = take = skip = filter = with_options = shard = apply = shuffle
    concatenate = shuffle

    def zip(machine: Machine, *args: Value, **kwargs: Value) -> Value:
        found = args[0] if len(args) == 1 else args
        items = coerce.items(found) or ()
        parts = [item.facts.get("element") if isinstance(item, Instance) else None for item in items]
        return _dataset(machine, None if any(part is None for part in parts) else tuple(parts))

    def __iter__(machine: Machine, self: Instance) -> Value:
        return ListValue([], unknown=Unknown("the elements of a data set are not followed", machine.place))

    def as_numpy_iterator(machine: Machine, self: Instance) -> Value:
        return ListValue([], unknown=Unknown("the elements of a data set are not followed", machine.place))

    def __len__(machine: Machine, self: Instance) -> Value:
        raise Undetermined("how many elements a data set has is not known")

    cardinality = __len__


DATASET = KERAS.define("tensorflow.data.Dataset")(Dataset)
for _name in ("from_tensor_slices", "from_tensors", "zip"):
    DATASET.namespace[_name] = StaticMethod(DATASET.namespace[_name])


def _attempt(run: Any) -> Value:
    try:
        return run()
    except Undetermined:
        return None


def _first(leaf: Value) -> Value:
    """One of the elements that lie along the first axis."""
    if not isinstance(leaf, Tensor):
        raise Undetermined("what a data set is made of is not known")
    return result(coerce.shape_of(leaf)[1:], like=leaf)


def _batched(leaf: Value, size: Dim) -> Value:
    return result((size, *coerce.shape_of(leaf)), like=leaf) if isinstance(leaf, Tensor) else leaf


def _dataset(machine: Machine, element: Value) -> Instance:
    made = Instance(DATASET, machine.place)
    made.facts["element"] = element
    return made


def _changed(machine: Machine, self: Instance, change: Any) -> Instance:
    element = self.facts.get("element")
    return _dataset(machine, None if element is None else _attempt(lambda: map_structure(change, element)))


CHANNELS = {"rgb": 3, "rgba": 4, "grayscale": 1}


@KERAS.function("keras.utils.image_dataset_from_directory", "keras.preprocessing.image_dataset_from_directory")
def image_dataset_from_directory(
    machine: Machine,
    directory: Value,
    labels: Value = "inferred",
    label_mode: Value = "int",
    class_names: Value = None,
    color_mode: Value = "rgb",
    batch_size: Value = 32,
    image_size: Value = (256, 256),
    shuffle: Value = True,
    seed: Value = None,
    validation_split: Value = None,
    subset: Value = None,
    interpolation: Value = "bilinear",
    follow_links: Value = False,
    crop_to_aspect_ratio: Value = False,
    pad_to_aspect_ratio: Value = False,
    data_format: Value = None,
    format: Value = "tf",
    verbose: Value = True,
) -> Value:
    height, width = coerce.dims(image_size, 2, "image_size")
    channels = CHANNELS.get(color_mode) if isinstance(color_mode, str) else None
    front: Shape = () if batch_size is None else (open_dim(machine, "batch"),)
    images = result((*front, height, width, channels or unknown_dim()), "float32")
    kept = class_names if class_names is not None else Unknown("the classes are the folders on disk", machine.place)
    if labels is None or label_mode is None:
        made = _dataset(machine, images)
    elif label_mode == "categorical":
        count = coerce.items(class_names) if class_names is not None else None
        classes: Dim = unknown_dim() + 2 if count is None else len(count)
        made = _dataset(machine, (images, result((*front, classes), "float32")))
    else:
        binary = label_mode == "binary"
        made = _dataset(
            machine, (images, result((*front, *((1,) if binary else ())), "float32" if binary else "int32"))
        )
    made.attrs["class_names"] = kept
    if subset == "both":
        return (made, made)
    return made


def _some(machine: Machine, *args: Value, **kwargs: Value) -> Value:
    made = _dataset(machine, None)
    made.attrs["class_names"] = Unknown("the classes are the folders on disk", machine.place)
    return made


for _name in (
    "keras.utils.text_dataset_from_directory",
    "keras.utils.audio_dataset_from_directory",
    "keras.utils.timeseries_dataset_from_array",
    "keras.preprocessing.text_dataset_from_directory",
    "keras.preprocessing.timeseries_dataset_from_array",
    "tensorflow.data.TFRecordDataset",
    "tensorflow.data.TextLineDataset",
):
    KERAS.add(_name, HostFunction(_name, _some))
for _name in ("from_generator", "list_files", "range"):
    DATASET.namespace[_name] = StaticMethod(HostFunction(f"tensorflow.data.Dataset.{_name}", _some))
KERAS.add("tensorflow.data.AUTOTUNE", -1)
KERAS.add("tensorflow.data.experimental.AUTOTUNE", -1)


@KERAS.define("keras.preprocessing.image.ImageDataGenerator")
class ImageDataGenerator:
    def __init__(machine: Machine, self: Instance, *args: Value, **kwargs: Value) -> None:
        self.attrs.update(kwargs)

    def flow_from_directory(
        machine: Machine,
        self: Instance,
        directory: Value,
        target_size: Value = (256, 256),
        color_mode: Value = "rgb",
        classes: Value = None,
        class_mode: Value = "categorical",
        *args: Value,
        **kwargs: Value,
    ) -> Value:
        return _flow(machine, target_size, color_mode, _labels(machine, class_mode, classes))

    def flow_from_dataframe(
        machine: Machine,
        self: Instance,
        dataframe: Value,
        directory: Value = None,
        x_col: Value = "filename",
        y_col: Value = "class",
        weight_col: Value = None,
        target_size: Value = (256, 256),
        color_mode: Value = "rgb",
        classes: Value = None,
        class_mode: Value = "categorical",
        *args: Value,
        **kwargs: Value,
    ) -> Value:
        labels: Value = Unknown("the labels are columns of a table", machine.place)
        if class_mode == "raw" and isinstance(y_col, str):
            labels = result((open_dim(machine, "batch"),))
        elif weight_col is None:
            labels = _labels(machine, class_mode, classes)
        return _flow(machine, target_size, color_mode, labels)

    def flow(
        machine: Machine,
        self: Instance,
        x: Value,
        y: Value = None,
        batch_size: Value = 32,
        shuffle: Value = True,
        sample_weight: Value = None,
        *args: Value,
        **kwargs: Value,
    ) -> Value:
        _check_images(x, y)
        if not isinstance(x, Tensor) or sample_weight is not None:
            return _iterator(machine, None)
        element: Value = _attempt(lambda: _batched(_first(x), open_dim(machine, "batch")))
        if y is not None:
            labels = _attempt(lambda: map_structure(lambda leaf: _batched(_first(leaf), open_dim(machine, "batch")), y))
            element = (element, Unknown("the labels are not known") if labels is None else labels)
        return _iterator(machine, element)

    def fit(machine: Machine, self: Instance, *args: Value, **kwargs: Value) -> None:
        return None


def _check_images(x: Value, y: Value) -> None:
    """What `NumpyArrayIterator` refuses. Raises ShapeError."""
    shape = x.shape if isinstance(x, Tensor) else None
    if shape is None:
        return
    if len(shape) != 4:
        raise ShapeError(
            "rank-mismatch",
            f"the images must have 4 axes, with the channels last, but their shape is {text(shape)}",
            help="add the axis of the channels, with `np.expand_dims(x, -1)` for example" if len(shape) == 3 else None,
            expected="4",
            actual=str(len(shape)),
            exception="ValueError",
        )
    labels = y.shape if isinstance(y, Tensor) else None
    if labels and equal(labels[0], shape[0]) is False:
        raise ShapeError(
            "data-mismatch",
            f"there are {dim_text(shape[0])} images, but {dim_text(labels[0])} labels",
            expected=dim_text(shape[0]),
            actual=dim_text(labels[0]),
            exception="ValueError",
        )


def _labels(machine: Machine, class_mode: Value, classes: Value) -> Value:
    """A batch of labels in one of the modes; None for none."""
    batch = open_dim(machine, "batch")
    if class_mode is None:
        return None
    if class_mode in ("binary", "sparse"):
        return result((batch,), "float32")
    if class_mode == "categorical":
        named = _attempt(lambda: coerce.items(classes)) if classes is not None else None
        # The classes are folders on disk; fewer than two of them are no classes.
        return result((batch, unknown_dim() + 2 if named is None else len(named)), "float32")
    return Unknown("what the labels are is not known", machine.place)


def _flow(machine: Machine, target_size: Value, color_mode: Value, labels: Value) -> Instance:
    height, width = coerce.dims(target_size, 2, "target_size")
    channels = CHANNELS.get(color_mode) if isinstance(color_mode, str) else None
    images = result((open_dim(machine, "batch"), height, width, channels or unknown_dim()), "float32")
    return _iterator(machine, images if labels is None else (images, labels))


def _iterator(machine: Machine, element: Value) -> Instance:
    made = _dataset(machine, element)
    made.cls = ITERATOR
    for name in ("class_indices", "num_classes", "classes", "samples", "n", "filenames", "labels"):
        made.attrs[name] = Unknown("the classes are the folders on disk", machine.place)
    return made


def _next(machine: Machine, self: Instance, *args: Value) -> Value:
    element = self.facts.get("element")
    return Unknown("a batch of a data set is not known") if element is None else element


ITERATOR = KERAS.define("keras.preprocessing.image.Iterator")(
    type("Iterator", (), {"next": _next, "__next__": _next, "__getitem__": _next, "__len__": Dataset.__len__})
)
