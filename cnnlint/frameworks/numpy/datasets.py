"""The data sets that scikit-learn brings, and those that it makes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.engine.errors import Undetermined
from cnnlint.frameworks import coerce
from cnnlint.frameworks.coerce import flag
from cnnlint.frameworks.numpy.arguments import items, size
from cnnlint.frameworks.numpy.core import NUMPY, SERIES, array, bounded
from cnnlint.frameworks.numpy.operation import operation
from cnnlint.frameworks.numpy.tables import frame
from cnnlint.interpreter.values import ClassValue, HostFunction, Instance, ListValue, Tensor, Unknown

if TYPE_CHECKING:
    from cnnlint.interpreter.machine import Machine
    from cnnlint.interpreter.values import Value

SETS: dict[str, tuple[int, int, int | None, tuple[str, str]]] = {
    "load_iris": (150, 4, 3, ("float64", "int64")),
    "load_wine": (178, 13, 3, ("float64", "int64")),
    "load_breast_cancer": (569, 30, 2, ("float64", "int64")),
    "load_diabetes": (442, 10, None, ("float64", "float64")),
    "load_boston": (506, 13, None, ("float64", "float64")),
    "fetch_california_housing": (20640, 8, None, ("float64", "float64")),
    "fetch_covtype": (581012, 54, 7, ("float64", "int32")),
    "fetch_olivetti_faces": (400, 4096, 40, ("float32", "int64")),
}
"""Samples, features, classes (None: real numbers), types of both; scikit-learn's own descriptions of the sets."""

NAMES = {
    "load_iris": ("setosa", "versicolor", "virginica"),
    "load_wine": ("class_0", "class_1", "class_2"),
    "load_breast_cancer": ("malignant", "benign"),
}

BUNCH = ClassValue("sklearn.utils.Bunch", library=True)


def _item(machine: Machine, self: Instance, key: Value) -> Value:
    if isinstance(key, str) and key in self.attrs:
        return self.attrs[key]
    return Unknown(f"`{key}` of a data set is not known", machine.place)


def _attribute(machine: Machine, self: Instance, name: Value) -> Value:
    return Unknown(f"`{name}` of a data set is not known", machine.place)


BUNCH.namespace["__getitem__"] = HostFunction("sklearn.utils.Bunch.__getitem__", _item)
BUNCH.namespace["__getattr__"] = HostFunction("sklearn.utils.Bunch.__getattr__", _attribute)
NUMPY.add("sklearn.utils.Bunch", BUNCH)


def _bunch(machine: Machine, data: Tensor, target: Tensor, **more: Value) -> Instance:
    made = Instance(BUNCH, machine.place)
    made.attrs |= {"data": data, "target": target, **more}
    return made


def _given(machine: Machine, data: Tensor, target: Tensor, options: dict[str, Value], **more: Value) -> Value:
    """The data as the options ask for them: apart, or as tables."""
    if flag(options.get("as_frame", False)):
        shape = data.shape
        assert shape is not None
        data = frame(shape[0], None, shape[1], data.dtype)
        facts = target.facts
        target = array(target.shape, target.dtype, cls=SERIES)
        target.facts |= facts
        more["frame"] = frame(shape[0], None, shape[1] + 1)
    return (data, target) if flag(options.get("return_X_y", False)) else _bunch(machine, data, target, **more)


def _declare(name: str) -> None:
    rows, width, classes, (kind, label) = SETS[name]

    def body(machine: Machine, *args: Value, **options: Value) -> Value:
        if args:
            raise Undetermined("a data set with other arguments is not followed")
        target = array((rows,), label)
        if classes is not None:
            low = 1 if name == "fetch_covtype" else 0
            bounded(target, low, low + classes - 1, classes)
        more: dict[str, Value] = {"feature_names": ListValue([Unknown("the name of a feature")] * width)}
        if name in NAMES:
            names = NAMES[name]
            more["target_names"] = array((len(names),), "str", names)
        if name == "fetch_olivetti_faces":
            more["images"] = array((400, 64, 64), "float32")
        return _given(machine, array((rows, width), kind), target, options, **more)

    operation(f"sklearn.datasets.{name}")(body)


for _name in SETS:
    _declare(_name)

DIGITS = (178, 182, 177, 183, 181, 182, 181, 179, 174, 180)
"""How many images of each digit `load_digits` has."""


@operation("sklearn.datasets.load_digits")
def load_digits(machine: Machine, *, n_class: Value = 10, **options: Value) -> Value:
    classes = coerce.integer(n_class)
    if not 1 <= classes <= 10:
        raise Undetermined("how many classes are loaded is not known")
    rows = sum(DIGITS[:classes])
    target = bounded(array((rows,), "int64"), 0, classes - 1, classes)
    data = bounded(array((rows, 64), "float64"), 0, 16)
    return _given(machine, data, target, options, images=bounded(array((rows, 8, 8), "float64"), 0, 16))


@operation("sklearn.datasets.fetch_openml")
def fetch_openml(machine: Machine, name: Value = None, *args: Value, **options: Value) -> Value:
    raise Undetermined("the data of a file are known at run time only")


# --- made ones --------------------------------------------------------------------------------------------------------


@operation("sklearn.datasets.make_classification")
def make_classification(
    machine: Machine, n_samples: Value = 100, n_features: Value = 20, *, n_classes: Value = 2, **options: Value
) -> Value:
    _plain(options)
    rows = size(n_samples)
    last = n_classes - 1 if isinstance(n_classes, int) else None
    return (array((rows, size(n_features)), "float64"), bounded(array((rows,), "int64"), 0, last))


@operation("sklearn.datasets.make_regression")
def make_regression(
    machine: Machine, n_samples: Value = 100, n_features: Value = 100, *, n_targets: Value = 1, **options: Value
) -> Value:
    _plain(options)
    rows, targets = size(n_samples), size(n_targets)
    if options.get("coef"):
        raise Undetermined("the coefficients of made data are not followed")
    shape = (rows,) if targets == 1 else (rows, targets)
    return (array((rows, size(n_features)), "float64"), array(shape, "float64"))


@operation("sklearn.datasets.make_blobs")
def make_blobs(
    machine: Machine, n_samples: Value = 100, n_features: Value = 2, *, centers: Value = None, **options: Value
) -> Value:
    _plain(options)
    if options.get("return_centers"):
        raise Undetermined("the centers of made data are not followed")
    each = None if isinstance(n_samples, (int, Unknown)) else items(n_samples)
    if each is not None:
        raise Undetermined("samples of each center are not followed")
    rows, count = size(n_samples), 3 if centers is None else centers
    width = size(n_features)
    if not isinstance(count, int):
        raise Undetermined("the centers of made data are not known")
    return (array((rows, width), "float64"), bounded(array((rows,), "int64"), 0, count - 1))


@operation("sklearn.datasets.make_moons", "sklearn.datasets.make_circles")
def make_moons(machine: Machine, n_samples: Value = 100, **options: Value) -> Value:
    if isinstance(n_samples, tuple):
        raise Undetermined("samples of each class are not followed")
    rows = size(n_samples)
    return (array((rows, 2), "float64"), bounded(array((rows,), "int64"), 0, 1))


def _plain(options: dict[str, Value]) -> None:
    """Another form of the result is not followed."""
    if options.get("return_X_y", True) is not True:
        raise Undetermined("another form of made data is not followed")
