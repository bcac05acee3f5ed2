"""scikit-learn's encoders of labels and categories."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.engine import shape as shapes
from cnnlint.engine.dimension import product, unknown_dim
from cnnlint.engine.errors import ShapeError, Undetermined
from cnnlint.frameworks.coerce import items
from cnnlint.frameworks.numpy.arguments import asarray, shape_of
from cnnlint.frameworks.numpy.contents import picked
from cnnlint.frameworks.numpy.core import NDARRAY, SERIES, SPARSE, array, bounded, extend
from cnnlint.frameworks.numpy.dtypes import constant, dtype_name
from cnnlint.frameworks.numpy.learning import rows_and_width, samples
from cnnlint.frameworks.numpy.operation import operation
from cnnlint.frameworks.numpy.scaling import define
from cnnlint.frameworks.numpy.selecting import different
from cnnlint.frameworks.numpy.tables import columns_of, plain
from cnnlint.interpreter.values import ClassValue, ListValue, Tensor, Unknown

if TYPE_CHECKING:
    from collections.abc import Callable

    from cnnlint.engine.dimension import Dim
    from cnnlint.interpreter.machine import Machine
    from cnnlint.interpreter.values import Instance, Value


# --- sparse matrices --------------------------------------------------------------------------------------------------


@extend(SPARSE)
class Sparse:
    @property
    def shape(machine: Machine, self: Tensor) -> Value:
        return shape_of(self)

    @property
    def dtype(machine: Machine, self: Tensor) -> Value:
        return constant(self.dtype)

    @property
    def ndim(machine: Machine, self: Tensor) -> Value:
        return 2


@operation("sparse.toarray", "sparse.todense")
def toarray(machine: Machine, self: Tensor, *args: Value, **options: Value) -> Value:
    return array(self.shape, self.dtype)


@operation("sparse.astype")
def astype(machine: Machine, self: Tensor, dtype: Value, *args: Value) -> Value:
    return array(self.shape, dtype_name(dtype), cls=SPARSE)


# --- labels -----------------------------------------------------------------------------------------------------------


def _labels(machine: Machine, y: Value) -> Tensor:
    """One label for each sample. Raises ShapeError `rank-mismatch` for a table of them."""
    x = asarray(machine, y, "y")
    x = plain(x) if x.cls is SERIES else x
    shape = x.shape
    if shape is not None and not (len(shape) == 1 or (len(shape) == 2 and _may_be_one(shape[1]))):
        raise ShapeError(
            "rank-mismatch",
            f"labels have one dimension, not {shapes.text(shape)}",
            expected="1",
            actual=str(len(shape)),
            exception="ValueError",
        )
    return x


def _may_be_one(size: Dim) -> bool:
    return not isinstance(size, int) or size == 1


def _flat(x: Tensor) -> Dim:
    return unknown_dim() if x.shape is None else product(x.shape)


def _learn(machine: Machine, self: Instance, x: Tensor) -> Dim:
    """Keep the classes that occur; gives their number."""
    found = different(x)
    machine.touch(self)
    self.attrs["classes_"] = found
    count = shape_of(found)[0]
    self.facts["classes"] = count
    return count


def _nothing(machine: Machine, self: Instance, *args: Value, **options: Value) -> None:
    self.attrs |= options
    for name, value in zip(("neg_label", "pos_label"), args, strict=False):
        self.attrs[name] = value


def _fit(machine: Machine, self: Instance, y: Value) -> Value:
    _learn(machine, self, _labels(machine, y))
    self.facts["fitted"] = y
    return self


def _encoded(machine: Machine, self: Instance, y: Value) -> Tensor:
    count = self.facts.get("classes")
    made = array((_flat(_labels(machine, y)),), "int64")
    if not isinstance(count, int):
        return made
    return bounded(made, 0, count - 1, count if y is self.facts.get("fitted") else None)


def _fit_encode(machine: Machine, self: Instance, y: Value) -> Value:
    _fit(machine, self, y)
    made = _encoded(machine, self, y)
    count = self.facts["classes"]
    return bounded(made, 0, count - 1 if isinstance(count, int) else None, count if isinstance(count, int) else None)


def _decoded(machine: Machine, self: Instance, y: Value) -> Value:
    classes = self.attrs.get("classes_")
    return array((_flat(asarray(machine, y)),), classes.dtype if isinstance(classes, Tensor) else None)


LABELS: dict[str, Callable[..., Value]] = {
    "__init__": _nothing,
    "fit": _fit,
    "transform": _encoded,
    "fit_transform": _fit_encode,
    "inverse_transform": _decoded,
}
define(ClassValue("sklearn.preprocessing.LabelEncoder", library=True), LABELS)


def _binarized(machine: Machine, self: Instance, y: Value) -> Value:
    count = self.facts.get("classes", unknown_dim())
    width: Dim = unknown_dim()
    if isinstance(count, int):
        width = 1 if count <= 2 else count
    cls = SPARSE if self.attrs.get("sparse_output") is True else NDARRAY
    made = array((_flat(_labels(machine, y)), width), "int64", cls=cls)
    usual = self.attrs.get("neg_label", 0) == 0 and self.attrs.get("pos_label", 1) == 1
    return bounded(made, 0, 1) if usual else made


def _fit_binarize(machine: Machine, self: Instance, y: Value) -> Value:
    _fit(machine, self, y)
    return _binarized(machine, self, y)


BINARY: dict[str, Callable[..., Value]] = {
    "__init__": _nothing,
    "fit": _fit,
    "transform": _binarized,
    "fit_transform": _fit_binarize,
    "inverse_transform": _decoded,
}
define(ClassValue("sklearn.preprocessing.LabelBinarizer", library=True), BINARY)


def _fit_many(machine: Machine, self: Instance, y: Value) -> Value:
    machine.touch(self)
    self.facts["classes"] = unknown_dim()
    try:
        labels = {label for row in machine.elements(y) for label in machine.elements(row)}
    except Undetermined:
        return self
    given = self.attrs.get("classes")
    if given is None and all(isinstance(label, (bool, int, float, str)) for label in labels):
        self.facts["classes"] = len(labels)
    return self


def _many(machine: Machine, self: Instance, y: Value) -> Value:
    try:
        found = items(y)
    except Undetermined:
        found = None
    rows = unknown_dim() if found is None else len(found)
    return bounded(array((rows, self.facts.get("classes", unknown_dim())), "int64"), 0, 1)


def _fit_encode_many(machine: Machine, self: Instance, y: Value) -> Value:
    return _many(machine, _fit_many(machine, self, y), y)


MANY: dict[str, Callable[..., Value]] = {
    "__init__": _nothing,
    "fit": _fit_many,
    "transform": _many,
    "fit_transform": _fit_encode_many,
}
define(ClassValue("sklearn.preprocessing.MultiLabelBinarizer", library=True), MANY)


@operation("sklearn.preprocessing.label_binarize")
def label_binarize(machine: Machine, y: Value, *, classes: Value, **options: Value) -> Value:
    count = shape_of(asarray(machine, classes))[0]
    width = 1 if isinstance(count, int) and count == 2 else count
    return bounded(array((_flat(_labels(machine, y)), width), "int64"), 0, 1 if not options else None)


# --- categories -------------------------------------------------------------------------------------------------------


def _counts(x: Tensor) -> list[Dim]:
    """How many categories each column has."""
    rows, width = rows_and_width(x)
    columns = columns_of(x)
    if columns is not None:
        return [shape_of(different(plain(each)))[0] for each in columns.values()]
    if not isinstance(width, int) or not isinstance(rows, int) or width > 1000:
        return [unknown_dim()]
    if x.values is not None:
        found = [array((rows,), x.dtype, picked(x, 1, [place])) for place in range(width)]
        return [shape_of(different(each))[0] for each in found]
    if width == 1 and "classes" in x.facts:
        return [x.facts["classes"]]
    return [unknown_dim() for _ in range(width)]


def _fit_categories(machine: Machine, self: Instance, X: Value, y: Value = None) -> Value:
    x = samples(machine, X, self.cls.name)
    machine.touch(self)
    counts = _counts(x)
    given = self.attrs.get("categories", "auto")
    if given != "auto":
        counts = [unknown_dim()]
        if isinstance(given, ListValue) and given.unknown is None:
            counts = [shape_of(asarray(machine, each))[0] for each in given.items]
    self.facts["counts"] = counts
    return self


def _one_hot(machine: Machine, self: Instance, X: Value) -> Value:
    x = samples(machine, X, self.cls.name)
    width: Dim = 0
    for each in self.facts.get("counts", [unknown_dim()]):
        width = width + each
    if any(
        self.attrs.get(name) is not None for name in ("drop", "min_frequency", "max_categories", "categorical_features")
    ):
        width = unknown_dim()
    sparse = self.attrs.get("sparse_output", self.attrs.get("sparse", True))
    if sparse not in (True, False):
        raise Undetermined("whether the matrix is sparse is not known")
    kind = dtype_name(self.attrs.get("dtype"), "float64")
    return bounded(array((rows_and_width(x)[0], width), kind, cls=SPARSE if sparse else NDARRAY), 0, 1)


def _fit_one_hot(machine: Machine, self: Instance, X: Value, y: Value = None) -> Value:
    _fit_categories(machine, self, X)
    return _one_hot(machine, self, X)


def _ordinal(machine: Machine, self: Instance, X: Value) -> Value:
    x = samples(machine, X, self.cls.name)
    return array(rows_and_width(x), dtype_name(self.attrs.get("dtype"), "float64"))


def _fit_ordinal(machine: Machine, self: Instance, X: Value, y: Value = None) -> Value:
    _fit_categories(machine, self, X)
    return _ordinal(machine, self, X)


def _options(machine: Machine, self: Instance, *args: Value, **options: Value) -> None:
    self.attrs |= options


for _name, _bodies in (("OneHotEncoder", (_one_hot, _fit_one_hot)), ("OrdinalEncoder", (_ordinal, _fit_ordinal))):
    _methods: dict[str, Callable[..., Value]] = {
        "__init__": _options,
        "fit": _fit_categories,
        "transform": _bodies[0],
        "fit_transform": _bodies[1],
    }
    define(ClassValue(f"sklearn.preprocessing.{_name}", library=True), _methods)


def _itself(machine: Machine, self: Instance, *args: Value) -> Value:
    return self


def _words(machine: Machine, self: Instance, raw_documents: Value, y: Value = None) -> Value:
    """A row for each text; how many words there are is known at run time only."""
    if "width" not in self.facts:
        machine.touch(self)
        self.facts["width"] = unknown_dim()
    try:
        x = asarray(machine, raw_documents)
        rows = shape_of(x)[0]
    except (Undetermined, IndexError):
        rows = unknown_dim()
    return array((rows, self.facts["width"]), "float64", cls=SPARSE)


for _name in ("CountVectorizer", "TfidfVectorizer"):
    define(
        ClassValue(f"sklearn.feature_extraction.text.{_name}", library=True),
        {"__init__": _options, "fit": _itself, "transform": _words, "fit_transform": _words},
    )


@operation("sklearn.utils.class_weight.compute_class_weight")
def compute_class_weight(
    machine: Machine, class_weight: Value, *args: Value, classes: Value = None, y: Value = None
) -> Value:
    given = classes if classes is not None else args[0] if args else None
    if given is None or isinstance(given, Unknown):
        raise Undetermined("the classes are not known")
    return array(shape_of(asarray(machine, given)), "float64")
