"""scikit-learn's transformers of numbers: scalers, PCA and their like."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.engine.dimension import unknown_dim
from cnnlint.engine.errors import Undetermined
from cnnlint.frameworks.coerce import dim
from cnnlint.frameworks.numpy.arguments import asarray
from cnnlint.frameworks.numpy.core import NDARRAY, NUMPY, SPARSE, array
from cnnlint.frameworks.numpy.learning import check_width, remember_width, rows_and_width, samples
from cnnlint.frameworks.numpy.operation import Operation
from cnnlint.interpreter.values import ClassValue, Tensor

if TYPE_CHECKING:
    from collections.abc import Callable

    from cnnlint.engine.dimension import Dim
    from cnnlint.engine.shape import Shape
    from cnnlint.interpreter.machine import Machine
    from cnnlint.interpreter.values import Instance, Value

SCALERS = (
    "StandardScaler",
    "MinMaxScaler",
    "MaxAbsScaler",
    "RobustScaler",
    "Normalizer",
    "PowerTransformer",
    "QuantileTransformer",
    "Binarizer",
)
REDUCERS = ("PCA", "TruncatedSVD", "FastICA", "NMF", "KernelPCA", "IncrementalPCA", "FactorAnalysis")


def scaled(x: Tensor, shape: Shape, cls: ClassValue = NDARRAY) -> Tensor:
    """The real numbers that a transformer makes of samples."""
    made = array(shape, _dtype(x), cls=cls)
    made.facts["numeric"] = True
    return made


def _dtype(x: Tensor) -> str | None:
    """Single precision stays; everything else becomes `float64`."""
    if x.dtype == "float32":
        return "float32"
    return "float64" if x.dtype is not None and x.dtype not in ("object", "str", "float16") else None


def define(cls: ClassValue, methods: dict[str, Callable[..., Value]]) -> None:
    """Give a class its methods and publish it."""
    for key, body in methods.items():
        cls.namespace[key] = Operation(f"{cls.qualified_name}.{key}", body, gives_array=False)
    NUMPY.add(cls.qualified_name, cls)


def _initialize(machine: Machine, self: Instance, *args: Value, **options: Value) -> None:
    if args:
        self.attrs["n_components"] = args[0]
    self.attrs |= options


def _scaler(name: str) -> None:
    def fit(machine: Machine, self: Instance, X: Value, y: Value = None, *args: Value) -> Value:
        x = samples(machine, X, name)
        width = rows_and_width(x)[1]
        remember_width(machine, self, width)
        for key in ("mean_", "scale_", "var_", "data_min_", "data_max_", "min_", "center_"):
            self.attrs[key] = array((width,), "float64")
        return self

    def transform(machine: Machine, self: Instance, X: Value, *args: Value) -> Value:
        x = samples(machine, X, name)
        rows, width = rows_and_width(x)
        if x.shape is not None:
            check_width(self, width)
        return scaled(x, (rows, width), SPARSE if x.cls is SPARSE else NDARRAY)

    def fit_transform(machine: Machine, self: Instance, X: Value, y: Value = None, **options: Value) -> Value:
        fit(machine, self, X)
        return transform(machine, self, X)

    cls = ClassValue(f"sklearn.preprocessing.{name}", library=True)
    methods: dict[str, Callable[..., Value]] = {
        "__init__": _initialize,
        "fit": fit,
        "partial_fit": fit,
        "transform": transform,
        "inverse_transform": transform,
        "fit_transform": fit_transform,
    }
    define(cls, methods)


def _reducer(name: str) -> None:
    def kept(self: Instance, rows: Dim, width: Dim) -> Dim:
        """How many components come out; a fraction keeps as many as the data need."""
        wanted = self.attrs.get("n_components", 2 if name == "TruncatedSVD" else None)
        if wanted is None and isinstance(rows, int) and isinstance(width, int) and "PCA" in name:
            return min(rows, width)
        if wanted is None or isinstance(wanted, (float, str)):
            return unknown_dim()
        try:
            return dim(wanted)
        except Undetermined:
            return unknown_dim()

    def fit(machine: Machine, self: Instance, X: Value, y: Value = None) -> Value:
        rows, width = rows_and_width(samples(machine, X, name))
        remember_width(machine, self, width)
        self.facts["kept"] = kept(self, rows, width)
        self.attrs["components_"] = array((self.facts["kept"], width))
        self.attrs["explained_variance_ratio_"] = array((self.facts["kept"],))
        return self

    def transform(machine: Machine, self: Instance, X: Value) -> Value:
        x = samples(machine, X, name)
        rows, width = rows_and_width(x)
        if x.shape is not None:
            check_width(self, width)
        return scaled(x, (rows, self.facts.get("kept", unknown_dim())))

    def fit_transform(machine: Machine, self: Instance, X: Value, y: Value = None) -> Value:
        fit(machine, self, X)
        return transform(machine, self, X)

    def inverse_transform(machine: Machine, self: Instance, X: Value) -> Value:
        x = samples(machine, X, name)
        return scaled(x, (rows_and_width(x)[0], self.facts.get("width", unknown_dim())))

    cls = ClassValue(f"sklearn.decomposition.{name}", library=True)
    methods: dict[str, Callable[..., Value]] = {
        "__init__": _initialize,
        "fit": fit,
        "transform": transform,
        "inverse_transform": inverse_transform,
        "fit_transform": fit_transform,
    }
    define(cls, methods)


for _name in SCALERS:
    _scaler(_name)
for _name in REDUCERS:
    _reducer(_name)


def _imputer() -> None:
    def fit(machine: Machine, self: Instance, X: Value, y: Value = None) -> Value:
        samples(machine, X, "SimpleImputer")
        return self

    def transform(machine: Machine, self: Instance, X: Value, y: Value = None) -> Value:
        x = samples(machine, X, "SimpleImputer")
        return array((rows_and_width(x)[0], unknown_dim()))  # a column without any value is dropped

    methods: dict[str, Callable[..., Value]] = {
        "__init__": _initialize,
        "fit": fit,
        "transform": transform,
        "fit_transform": transform,
    }
    define(ClassValue("sklearn.impute.SimpleImputer", library=True), methods)


_imputer()


def _function(name: str) -> None:
    def body(machine: Machine, X: Value, *args: Value, **options: Value) -> Value:
        x = asarray(machine, X, "X") if name != "normalize" else samples(machine, X, name)
        return array(x.shape, _dtype(x))

    NUMPY.add(f"sklearn.preprocessing.{name}", Operation(f"sklearn.preprocessing.{name}", body, gives_array=True))


for _name in ("scale", "normalize", "minmax_scale", "maxabs_scale", "robust_scale"):
    _function(_name)
