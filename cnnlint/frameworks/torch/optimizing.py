"""What an optimizer asks of the parameters that it is given."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.engine.errors import ShapeError
from cnnlint.frameworks.torch.registry import is_module
from cnnlint.interpreter.values import MISSING, BoundMethod, Generator, ListValue
from cnnlint.model import Use

if TYPE_CHECKING:
    from cnnlint.interpreter.machine import Machine
    from cnnlint.interpreter.values import Instance, Value


def check_parameters(given: Value) -> None:
    """What an optimizer says of the parameters that it gets."""
    if isinstance(given, (Generator, ListValue)) and given.unknown is None:
        count = len(given.items) - (given.position if isinstance(given, Generator) else 0)
        if count == 0:
            raise ShapeError(
                "bad-argument",
                "the optimizer got an empty parameter list: the model has registered no parameters",
                help="assign layers to attributes of the module, lists of them as `nn.ModuleList`",
                exception="ValueError",
            )
    method = isinstance(given, BoundMethod)
    if method or (is_module(given) and is_closed(given) and given.cls.lookup("__iter__") is MISSING):
        what = "a method" if method else f"a `{given.cls.name}`"
        raise ShapeError(
            "bad-argument",
            f"the optimizer needs the parameters of the model, not {what}",
            help="call it: `model.parameters()`" if method else "pass `model.parameters()`",
            exception="TypeError",
        )


def note_rate(machine: Machine, optimizer: Instance, rate: Value) -> None:
    """Keep a learning rate that the code writes out."""
    if optimizer.cls.library and isinstance(rate, (int, float)) and not isinstance(rate, bool):
        config = {"optimizer": optimizer.cls.name, "learning_rate": rate}
        machine.note_use(Use("optimizer", "torch", machine.place, config=config))


def is_closed(instance: Instance) -> bool:
    """Whether all that the object can do is known."""
    return instance.opaque is None and instance.cls.unknown_base is None
