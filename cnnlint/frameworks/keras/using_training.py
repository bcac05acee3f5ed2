"""How a model is trained, for the rules: its optimizer, a `compile` that nothing comes of, batches of one sample."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.frameworks.keras.models import layers_of
from cnnlint.frameworks.keras.using_compile import Compiled
from cnnlint.interpreter.values import Instance, Value
from cnnlint.model import Related, Use

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cnnlint.interpreter.machine import Machine

USED = "used"
"""The fact that a model was trained or applied since it was compiled."""


def of_compile(machine: Machine, self: Instance, arguments: Mapping[str, Value]) -> dict[str, Value]:
    """What a call of `compile` says beside the loss: the optimizer and its learning rate, an earlier call in vain."""
    config: dict[str, Value] = {}
    optimizer = arguments.get("optimizer")
    if isinstance(optimizer, Instance) and optimizer.cls.library and optimizer.opaque is None:
        config["optimizer"] = optimizer.cls.name
        config["learning_rate"] = optimizer.attrs.get("learning_rate", optimizer.attrs.get("lr"))
    before = self.facts.get("compile")
    if isinstance(before, Compiled) and self.facts.get(USED) is False and before.place != machine.place:
        config["before"] = before.place
    self.facts[USED] = bool(machine.uncertain)
    return config


def note_batch_of_one(machine: Machine, self: Instance, size: Value) -> None:
    """Keep a training with batches of one sample of a model that normalizes over the batch."""
    if size != 1 or isinstance(size, bool) or self.opaque is not None or "hidden" in self.facts:
        return
    found = [layer for layer in layers_of(self) if layer.cls.library and layer.cls.name == "BatchNormalization"]
    layer = next((each for each in found if each.facts.get("trainable", True) is True), None)
    if layer is None:
        return
    name, model = layer.attrs.get("name"), self.attrs.get("name")
    machine.note_use(
        Use(
            "batch-of-one",
            "keras",
            machine.place,
            model=model if isinstance(model, str) else None,
            related=() if layer.place is None else (Related("the normalization is built here", layer.place),),
            config={"layer": name if isinstance(name, str) else layer.cls.name, "layers": len(found)},
        )
    )
