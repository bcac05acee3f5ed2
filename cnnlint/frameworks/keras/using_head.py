"""What a model's output ends in: its last activation, found by walking back from the output."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cnnlint.frameworks.keras import activation
from cnnlint.frameworks.keras.core import MODEL
from cnnlint.frameworks.keras.graph import node_of
from cnnlint.frameworks.keras.layer import KINDS
from cnnlint.frameworks.keras.models import graph_of
from cnnlint.frameworks.keras.structure import flatten
from cnnlint.interpreter.values import Instance, Tensor, Value

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cnnlint.interpreter.trace import Application

MAX_STEPS = 64

KEEPING = frozenset({"dropout"})
"""Families of layers that change no value when the model is used."""
RESHAPING = frozenset({"flatten", "reshape"})
"""Families of layers that only move values around."""
UNITS = frozenset({"dense", "convolution"})
"""Families of layers with units and an activation of their own."""
OPERATIONS = {"Squeeze", "ExpandDims", "Reshape", "Ravel", "Transpose"}
"""Operations that only move values around."""
LAYERS = {
    "ReLU": "relu",
    "LeakyReLU": "leaky_relu",
    "PReLU": "prelu",
    "ELU": "elu",
    "Softmax": "softmax",
}
"""Layers that are an activation."""
NAMES = {"leakyrelu": "leaky_relu", "logsoftmax": "log_softmax", "hardsigmoid": "hard_sigmoid"}
UNCHANGING = frozenset({"Identity", "ActivityRegularization"})


@dataclass(frozen=True, slots=True)
class Head:
    """What made an output: the name of its last activation (`linear` for none), None where that is not known.

    `axis` is that of a softmax where it is known, `layer` the dense layer or convolution behind it.
    """

    activation: str | None = None
    axis: int | None = None
    layer: Instance | None = None


UNKNOWN = Head()


@dataclass(frozen=True, slots=True)
class _Step:
    """What one layer does to the values: an activation (None: none), and whether it has units of its own."""

    activation: str | None = None
    axis: int | None = None
    units: bool = False
    moves: bool = False


def head_of_graph(tensor: Value) -> Head:
    """What a symbolic tensor ends in."""
    return _walk(_nodes(tensor))


def first_of_head(tensor: Value) -> Instance | None:
    """The first of the dense layers at a model's end: what stands before it is no vector where they give none."""
    found: Instance | None = None
    for _, layer in zip(range(MAX_STEPS), _nodes(tensor), strict=False):
        kind = KINDS.get(layer.cls.qualified_name) if layer is not None else None
        if layer is None or kind not in ("dense", "dropout", "activation", "normalization"):
            break
        found = layer if layer.cls.name == "Dense" else found
    return found


def head_of_stack(layers: tuple[Instance, ...]) -> Head:
    """What a Sequential ends in that has not met its input."""
    return _walk(iter(layers[::-1]))


def head_of_call(application: Application, output: Value) -> Head:
    """What a model's own `call` ends in."""
    return _walk(_applied(application, output))


def _nodes(tensor: Value) -> Iterator[Instance | None]:
    """The layers from an output backwards, as long as there is one way to go; None where there is none."""
    while True:
        node = node_of(tensor)
        if node is None or node.is_input:
            yield None
            return
        operation = node.operation
        if MODEL in operation.cls.mro:
            graph = graph_of(operation)
            index = tensor.facts["index"]
            if graph is None or index >= len(graph.flat_outputs):
                yield None
                return
            tensor = graph.flat_outputs[index]
            continue
        yield operation
        if len(node.inputs) != 1:
            yield None
            return
        tensor = node.inputs[0]


def _applied(application: Application, output: Value) -> Iterator[Instance | None]:
    while True:
        made = next((child for child in application.children if child.output is output), None)
        if made is None or made.uncertain or not isinstance(output, Tensor):
            yield None
            return
        if MODEL in made.instance.cls.mro:
            yield from _applied(made, output)
            return
        yield made.instance
        given = [leaf for leaf in flatten(made.args) if isinstance(leaf, Tensor)]
        if len(given) != 1:
            yield None
            return
        output = given[0]


def _walk(layers: Iterator[Instance | None]) -> Head:
    found: str | None = None
    axis: int | None = None
    moved = False
    for _, layer in zip(range(MAX_STEPS), layers, strict=False):
        step = _step(layer) if layer is not None else None
        if step is None:
            return Head(found, axis)
        if found is None and step.activation is not None:
            found, axis = step.activation, None if moved else step.axis
        if step.units:
            return Head(found or "linear", axis, layer)
        moved = moved or step.moves
    return Head(found, axis)


def _step(layer: Instance) -> _Step | None:
    """What a layer does; None where that is not known, or mixes the values."""
    if not layer.cls.library:
        return None
    name, kind = layer.cls.name, KINDS.get(layer.cls.qualified_name)
    if kind in UNITS:
        return _own(layer, units=True)
    if name == "TimeDistributed":
        inner = layer.attrs.get("layer")
        return _step(inner) if isinstance(inner, Instance) else None
    if name in LAYERS:
        axis = layer.attrs.get("axis") if name == "Softmax" else None
        return _Step(LAYERS[name], axis if isinstance(axis, int) else None)
    if name == "Activation":
        return _own(layer, units=False)
    if kind in KEEPING or name in UNCHANGING:
        return _Step()
    if kind in RESHAPING and not name.startswith("UpSampling"):
        return _Step(moves=True)
    if layer.cls.qualified_name.startswith("keras.ops."):
        return _operation(layer)
    return None


def _own(layer: Instance, *, units: bool) -> _Step | None:
    """The activation that a layer is given."""
    found = activation.name_of(layer.attrs.get("activation"))
    if found is None:
        return None
    found = NAMES.get(found, found)
    if found == "linear":
        return _Step(units=units)
    return _Step(found, -1 if found in ("softmax", "log_softmax") else None, units)


def _operation(layer: Instance) -> _Step | None:
    name = layer.cls.name
    if name in OPERATIONS:
        return _Step(moves=True)
    named = {"Softmax": "softmax", "LogSoftmax": "log_softmax", "Sigmoid": "sigmoid", "Tanh": "tanh", "ReLU": "relu"}
    return _Step(named[name]) if name in named else None
