"""Keras 3, as `keras`, `tf.keras` or `tf_keras`, and the parts of TensorFlow that model code uses."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from cnnlint.frameworks.keras.core import KERAS, MODEL
from cnnlint.interpreter.values import Instance

if TYPE_CHECKING:
    from cnnlint.frameworks.request import Request
    from cnnlint.interpreter.machine import Machine
    from cnnlint.interpreter.values import ClassValue, Value
    from cnnlint.model import Model

TABLES = (
    "layer",
    "members",
    "calling",
    "inputs",
    "models",
    "sequential",
    "cloning",
    "convolution",
    "transposed",
    "pooling",
    "dense",
    "normalization",
    "regularization",
    "activation",
    "reshaping",
    "merging",
    "generic",
    "backend",
    "wrappers",
    "preprocessing",
    "ops_elementwise",
    "ops_shape",
    "ops_reduce",
    "ops_products",
    "ops_windows",
    "ops_creation",
    "ops_control",
    "indexing",
    "ops_symbolic",
    "operators",
    "using",
)
"""The files that declare names, loaded when the first name is asked for."""

RARE: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = (
    (
        ("keras.layers.",),
        ("cells", "recurrent", "conv_recurrent", "attention", "augmentation", "lookup", "spectrogram"),
    ),
    (
        (
            "keras.optimizers",
            "keras.losses",
            "keras.metrics",
            "keras.callbacks",
            "keras.initializers",
            "keras.regularizers",
            "keras.constraints",
        ),
        ("objects",),
    ),
    (("keras.utils", "keras.preprocessing", "keras.datasets", "tensorflow.data"), ("utils", "datasets", "texts")),
    (("keras.backend.",), ("backend_functions", "backend_layers")),
    (("keras.applications",), ("applications",)),
    (
        ("tensorflow.",),
        ("tensorflow", "tensorflow_indexing", "tensorflow_nn", "tensorflow_environment", "tensorflow_further"),
    ),
    (("",), ("environment", "unfollowed")),
)
"""Files that are loaded when a name is in none of those above: for names that begin so, then all of them."""


class _Rest:
    """Loads the files that few programs need, those first in which the name may be."""

    def __init__(self) -> None:
        self.groups = list(RARE)

    def load(self, dotted: str) -> bool:
        """Load what is next for a name. Returns False when nothing is left to load."""
        if not self.groups:
            return False
        chosen = [group for group in self.groups if any(start and dotted.startswith(start) for start in group[0])]
        for group in chosen or self.groups[:]:
            self.groups.remove(group)
            for table in group[1]:
                import_module(f"{__name__}.{table}")
        return True


class Keras:
    """What the interpreter asks of this framework."""

    name = "keras"
    roots = frozenset({"keras", "tensorflow", "tf_keras", "keras_core"})
    fallback = ("keras.src.applications", "keras.applications")

    def __init__(self) -> None:
        self._loaded = False

    def _load(self) -> None:
        if not self._loaded:
            self._loaded = True
            KERAS.more = _Rest().load
            for table in TABLES:
                import_module(f"{__name__}.{table}")

    def resolve(self, dotted: str) -> Value:
        """The value of a dotted name, MISSING where this room does not know it."""
        self._load()
        return KERAS.resolve(dotted)

    def is_model(self, value: Value) -> bool:
        """Whether the value stands for a model: an instance of `keras.Model` or of a subclass."""
        return isinstance(value, Instance) and MODEL in value.cls.mro

    def is_model_class(self, cls: ClassValue) -> bool:
        """Whether a class of the linted code is one whose instances are models."""
        return not cls.library and MODEL in cls.mro

    def before_call(self, machine: Machine, instance: Instance, request: Request) -> Model | None:
        """A subclassed model that is only built has no weights yet."""
        self._load()
        from cnnlint.frameworks.keras.unbuilt import describe_unbuilt, is_unbuilt

        return describe_unbuilt(instance, request) if is_unbuilt(machine, instance) else None

    def describe(self, machine: Machine, instance: Instance, request: Request) -> Model:
        """The model as `model.summary()` would print it."""
        self._load()
        model: Model = import_module(f"{__name__}.describe").describe(machine, instance, request)
        return model


FRAMEWORK = Keras()
