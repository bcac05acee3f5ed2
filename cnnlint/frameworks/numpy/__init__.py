"""NumPy, pandas, scikit-learn and the libraries of images, as far as arrays tell a model's input and labels."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from cnnlint.interpreter.values import MISSING

if TYPE_CHECKING:
    from cnnlint.frameworks.request import Request
    from cnnlint.interpreter.machine import Machine
    from cnnlint.interpreter.values import ClassValue, Instance, Value
    from cnnlint.model import Model

ARRAYS = (
    "attributes",
    "creation",
    "ranges",
    "arithmetic",
    "functions",
    "reductions",
    "reshaping",
    "joining",
    "indexing",
    "selecting",
    "products",
    "random",
    "extras",
)
TABULAR = ("tables", "tables_rows", "tables_places", "tables_columns", "tables_reading")
TABLES: dict[str, tuple[str, ...]] = {
    "numpy": (),
    "pandas": TABULAR,
    "sklearn": (*TABULAR, "learning", "scaling", "encoding", "datasets"),
    "cv2": ("images",),
    "skimage": ("images",),
    "imageio": ("images",),
    "scipy": ("images",),
    "h5py": ("images",),
    "PIL": ("pictures",),
    "matplotlib": ("images", "drawing"),
}
"""The files that declare a package's names besides those of arrays, loaded when the first of them is asked for."""


class Numpy:
    """What the interpreter asks of this library; it has arrays and no models."""

    name = "numpy"
    fallback: tuple[str, ...] = ()

    def __init__(self) -> None:
        self._loaded: set[str] = set()

    def _load(self, root: str) -> None:
        for table in (*ARRAYS, *TABLES.get(root, ())):
            if table not in self._loaded:
                self._loaded.add(table)
                import_module(f"{__name__}.{table}")

    def resolve(self, dotted: str) -> Value:
        """The value of a dotted name, or MISSING."""
        root = dotted.partition(".")[0]
        if root not in TABLES:
            return MISSING
        self._load(root)
        from cnnlint.frameworks.numpy.core import NUMPY

        return NUMPY.resolve(dotted)

    def is_model(self, value: Value) -> bool:
        """No array is a model."""
        return False

    def is_model_class(self, cls: ClassValue) -> bool:
        """No class is one either."""
        return False

    def before_call(self, machine: Machine, instance: Instance, request: Request) -> Model | None:
        """A constructor makes all weights."""

    def describe(self, machine: Machine, instance: Instance, request: Request) -> Model:
        """Never asked, since nothing is a model."""
        raise AssertionError(request.name)


FRAMEWORK = Numpy()
