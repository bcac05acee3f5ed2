"""NumPy, as far as arrays tell a model's input."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.interpreter.values import MISSING

if TYPE_CHECKING:
    from cnnlint.frameworks.request import Request
    from cnnlint.interpreter.machine import Machine
    from cnnlint.interpreter.values import ClassValue, Instance, Value
    from cnnlint.model import Model


class Numpy:
    """What the interpreter asks of this library; it has arrays and no models."""

    name = "numpy"
    fallback: tuple[str, ...] = ()

    def resolve(self, dotted: str) -> Value:
        """The value of a dotted name, or MISSING."""
        return MISSING

    def is_model(self, value: Value) -> bool:
        """No array is a model."""
        return False

    def is_model_class(self, cls: ClassValue) -> bool:
        """No class is one either."""
        return False

    def describe(self, machine: Machine, instance: Instance, request: Request) -> Model:
        """Never asked, since nothing is a model."""
        raise AssertionError(request.name)


FRAMEWORK = Numpy()
