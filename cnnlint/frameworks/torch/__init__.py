"""PyTorch: `torch`, `torch.nn`, torchvision, einops and Lightning."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cnnlint.frameworks.request import Request
    from cnnlint.interpreter.machine import Machine
    from cnnlint.interpreter.values import ClassValue, Instance, Value
    from cnnlint.model import Model

TABLES = (
    "tensor",
    "creation",
    "elementwise",
    "arithmetic",
    "reductions",
    "ordering",
    "reshaping",
    "joining",
    "indexing",
    "selecting",
    "linalg",
    "fft",
    "further",
    "functional",
    "functional_norms",
    "functional_activations",
    "functional_pooling",
    "functional_resizing",
    "functional_losses",
    "functional_margins",
    "environment",
    "tracing",
    "module",
    "members",
    "containers",
    "parameter",
    "convolution",
    "pooling",
    "normalization",
    "linear",
    "activation",
    "dropout",
    "padding",
    "shaping",
    "embedding",
    "recurrent",
    "attention",
    "transformer",
    "distance",
    "loss",
    "parametrizations",
    "lightning",
    "einops",
    "torchvision",
    "torchvision_regions",
    "using",
    "data",
    "torchvision_datasets",
    "torchvision_transforms",
    "torchvision_functional",
    "unfollowed",
)
"""The files that declare names, loaded when the first name is asked for."""


class Torch:
    """What the interpreter asks of this framework."""

    name = "torch"
    fallback: tuple[str, ...] = ("torchvision.models",)

    def __init__(self) -> None:
        self._loaded = False

    def _load(self) -> None:
        if not self._loaded:
            self._loaded = True
            for table in TABLES:
                import_module(f"{__name__}.{table}")
            from cnnlint.frameworks.torch import binding, kinds
            from cnnlint.frameworks.torch.changes import guard
            from cnnlint.frameworks.torch.provenance import follow

            follow()
            guard()
            kinds.guard()
            binding.mark()

    def resolve(self, dotted: str) -> Value:
        """The value of a dotted name, MISSING where this room does not know it."""
        self._load()
        from cnnlint.frameworks.torch.core import TORCH

        return TORCH.resolve(dotted)

    def is_model(self, value: Value) -> bool:
        """Whether the value stands for a model: a module that is no loss, no transform and no empty container."""
        from cnnlint.frameworks.torch.layer import kind_of
        from cnnlint.frameworks.torch.registry import is_empty_container, is_module

        return is_module(value) and kind_of(value.cls) not in ("loss", "transform") and not is_empty_container(value)

    def is_model_class(self, cls: ClassValue) -> bool:
        """Whether a class of the linted code is one whose instances are models."""
        from cnnlint.frameworks.torch.core import MODULE
        from cnnlint.frameworks.torch.layer import kind_of

        return not cls.library and MODULE in cls.mro and kind_of(cls) != "loss"

    def before_call(self, machine: Machine, instance: Instance, request: Request) -> Model | None:
        """A constructor makes all weights."""

    def describe(self, machine: Machine, instance: Instance, request: Request) -> Model:
        """The model as a summary of its layers would print it."""
        self._load()
        from cnnlint.frameworks.torch.describe import describe
        from cnnlint.frameworks.torch.lightning import run_steps_aside

        model = describe(machine, instance, request)
        run_steps_aside(machine, instance)
        return model


FRAMEWORK = Torch()
