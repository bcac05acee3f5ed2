"""Keras 3, as `keras`, `tf.keras` or `tf_keras`, and the parts of TensorFlow that model code uses."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cnnlint.frameworks.request import Request
    from cnnlint.interpreter.machine import Machine
    from cnnlint.interpreter.values import ClassValue, Instance, Value
    from cnnlint.model import Model

TABLES = (
    "layer",
    "calling",
    "inputs",
    "models",
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
    "cells",
    "recurrent",
    "conv_recurrent",
    "wrappers",
)
"""The files that declare names, loaded when the first name is asked for."""


class Keras:
    """What the interpreter asks of this framework."""

    name = "keras"
    roots = frozenset({"keras", "tensorflow", "tf_keras", "keras_core"})
    fallback = ("keras.applications", "tensorflow.keras.applications", "tf_keras.applications")
    """Tables of backbones, for when their source is not at hand."""

    def __init__(self) -> None:
        self._loaded = False

    def _load(self) -> None:
        if not self._loaded:
            self._loaded = True
            for table in TABLES:
                import_module(f"{__name__}.{table}")

    def resolve(self, dotted: str) -> Value:
        """The value of a dotted name, MISSING where this room does not know it."""
        self._load()
        from cnnlint.frameworks.keras.core import KERAS

        return KERAS.resolve(dotted)

    def is_model(self, value: Value) -> bool:
        """Whether the value stands for a model: an instance of `keras.Model` or of a subclass."""
        from cnnlint.frameworks.keras.core import MODEL
        from cnnlint.interpreter.values import Instance

        return isinstance(value, Instance) and value.cls.is_subclass(MODEL.qualified_name)

    def is_model_class(self, cls: ClassValue) -> bool:
        """Whether a class of the linted code is one whose instances are models."""
        from cnnlint.frameworks.keras.core import MODEL

        return not cls.library and cls.is_subclass(MODEL.qualified_name)

    def describe(self, machine: Machine, instance: Instance, request: Request) -> Model:
        """The model as `model.summary()` would print it."""
        self._load()
        from cnnlint.frameworks.keras.describe import describe

        return describe(machine, instance, request)


FRAMEWORK = Keras()
