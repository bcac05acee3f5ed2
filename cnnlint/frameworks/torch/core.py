"""What every file of this room shares: the library, its three fundamental classes and how a result is made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.interpreter.library import Library
from cnnlint.interpreter.values import ClassValue, Tensor

if TYPE_CHECKING:
    from collections.abc import Callable

    from cnnlint.engine.shape import Shape

TORCH = Library(
    "torch",
    "torchvision",
    "torchaudio",
    "einops",
    "timm",
    "lightning",
    "pytorch_lightning",
    "torchinfo",
    "torchsummary",
)

TENSOR = ClassValue("torch.Tensor", library=True)
PARAMETER = ClassValue("torch.nn.Parameter", (TENSOR,), library=True)
MODULE = ClassValue("torch.nn.Module", library=True)

for _name, _cls in (
    ("torch.Tensor", TENSOR),
    ("torch.nn.Parameter", PARAMETER),
    ("torch.nn.parameter.Parameter", PARAMETER),
    ("torch.nn.Module", MODULE),
    ("torch.nn.modules.Module", MODULE),
    ("torch.nn.modules.module.Module", MODULE),
):
    TORCH.add(_name, _cls)


def extend(cls: ClassValue) -> Callable[[type], ClassValue]:
    """Give a class that exists already the host functions, properties and attributes of a class body."""

    def fill(body: type) -> ClassValue:
        cls.namespace.update(Library().define(cls.qualified_name)(body).namespace)
        return cls

    return fill


def result(shape: Shape | None, dtype: str | None = None, like: Tensor | None = None) -> Tensor:
    """A new tensor of that shape; the type of its elements is `dtype`, else that of `like`, else not known.

    `float32`, `int64`, `bool`, … are named as `torch.float32` is, without the module.
    """
    return Tensor(TENSOR, shape, dtype if dtype is not None or like is None else like.dtype)
