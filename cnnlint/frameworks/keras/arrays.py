"""NumPy's arrays as Keras gives them: data sets, predictions, what its helpers make of an array."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint import frameworks
from cnnlint.frameworks.numpy import core
from cnnlint.frameworks.numpy.core import bounded

if TYPE_CHECKING:
    from cnnlint.engine.shape import Shape
    from cnnlint.interpreter.values import Tensor

__all__ = ["array", "bounded"]


def array(shape: Shape | None, dtype: str | None = None) -> Tensor:
    """A new array; what arrays can do is loaded with the first of them, also where the code does not import NumPy."""
    room = frameworks.framework("numpy")
    assert room is not None
    room.resolve("numpy.ndarray")
    return core.array(shape, dtype)
