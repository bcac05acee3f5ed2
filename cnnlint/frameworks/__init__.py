"""What each framework's names mean: one room per framework, loaded when a file first names it."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from cnnlint.frameworks.request import Request
    from cnnlint.interpreter.machine import Machine
    from cnnlint.interpreter.values import ClassValue, Instance, Value
    from cnnlint.model import Model

ROOMS = ("keras", "torch", "numpy")
ROOTS = {
    "keras": "keras",
    "tensorflow": "keras",
    "tf_keras": "keras",
    "keras_core": "keras",
    "torch": "torch",
    "torchvision": "torch",
    "torchinfo": "torch",
    "torchsummary": "torch",
    "einops": "torch",
    "lightning": "torch",
    "pytorch_lightning": "torch",
    "numpy": "numpy",
    "pandas": "numpy",
    "sklearn": "numpy",
    "scipy": "numpy",
    "cv2": "numpy",
    "PIL": "numpy",
    "skimage": "numpy",
    "imageio": "numpy",
    "matplotlib": "numpy",
    "h5py": "numpy",
}
"""Which room knows a top-level package."""
DEFINITIONS = (Path(__file__).parent / "torch" / "definitions",)
"""Folders with libraries' models in the framework's own words: searched last, for packages that are not at hand."""


class Framework(Protocol):
    """What a room offers."""

    name: str
    fallback: tuple[str, ...]

    def resolve(self, dotted: str) -> Value:
        """The value of a dotted name, or MISSING."""

    def is_model(self, value: Value) -> bool:
        """Whether a value can stand as a model."""

    def is_model_class(self, cls: ClassValue) -> bool:
        """Whether the instances of a class of the linted code are models."""

    def before_call(self, machine: Machine, instance: Instance, request: Request) -> Model | None:
        """The model as the code leaves it, where that is less than a call of it would make; None elsewhere."""

    def describe(self, machine: Machine, instance: Instance, request: Request) -> Model:
        """The model as the framework would summarize it."""


loaded: dict[str, Framework] = {}


def framework(root: str) -> Framework | None:
    """The room of a top-level package, None if no room knows it."""
    room = ROOTS.get(root)
    if room is None:
        return None
    if room not in loaded:
        found: Framework = import_module(f"cnnlint.frameworks.{room}").FRAMEWORK
        loaded[room] = found
    return loaded[room]
