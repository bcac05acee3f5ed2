"""A subclassed model that the code builds but never calls: Keras 3 leaves its layers without weights."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.engine.dimension import symbol
from cnnlint.frameworks.keras import weights
from cnnlint.frameworks.keras.core import BATCH
from cnnlint.frameworks.keras.models import graph_of
from cnnlint.model import Model, Parameters

if TYPE_CHECKING:
    from cnnlint.frameworks.request import Request
    from cnnlint.interpreter.machine import Machine
    from cnnlint.interpreter.values import Instance


def is_unbuilt(machine: Machine, instance: Instance) -> bool:
    """Whether `build(shape)` is all that happens to the model: nothing calls it."""
    if not instance.facts.get("build_shape") or instance.opaque is not None or graph_of(instance) is not None:
        return False
    return all(application.instance is not instance for application in machine.applications)


def describe_unbuilt(instance: Instance, request: Request) -> Model:
    """The model as `model.summary()` prints it at the end of the code: the weights that exist by then."""
    inventory = weights.Inventory(instance)
    unknown = bool(inventory.unknown)
    total = None if unknown else weights.total(inventory.items)
    trainable, fixed = (None, None) if unknown else weights.trainable_split(instance, inventory.items)
    batch = symbol(BATCH)
    inputs = tuple((batch, *shape[1:]) for shape in instance.facts["build_shape"])
    return Model(
        target=request.target,
        name=request.name,
        framework="keras",
        place=request.place,
        inputs=inputs,
        outputs=None,
        parameters=Parameters(total, trainable, fixed),
        macs=None,
        activation_bytes=None,
        layers=(),
    )
