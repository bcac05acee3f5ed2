"""`keras.Sequential`: a stack of layers, built as soon as its input is known."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from cnnlint.engine.dimension import equal
from cnnlint.engine.errors import ShapeError, Undetermined
from cnnlint.engine.gathering import unheard
from cnnlint.engine.shape import text
from cnnlint.frameworks import coerce
from cnnlint.frameworks.keras import weights
from cnnlint.frameworks.keras.calling import call_layer
from cnnlint.frameworks.keras.core import KERAS, MODEL
from cnnlint.frameworks.keras.graph import node_of
from cnnlint.frameworks.keras.inputs import INPUT_LAYER, new_input, stated
from cnnlint.frameworks.keras.layer import KINDS, initialize, stated_shape
from cnnlint.frameworks.keras.models import adjusted, check_inputs, flat_inputs, graph_of
from cnnlint.frameworks.keras.network import run
from cnnlint.interpreter.values import Instance, ListValue, Tensor, Unknown, Value

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cnnlint.interpreter.machine import Machine


def add_layer(machine: Machine, self: Instance, layer: Value) -> None:
    """`model.add(layer)`, without building.

    Raises:
        ShapeError: "bad-call", "duplicate-name" as Keras refuses the layer.

    """
    stack: tuple[Instance, ...] = self.facts["stack"]
    if isinstance(layer, Tensor):
        node = node_of(layer)
        if node is not None and node.operation.cls is INPUT_LAYER:
            layer = node.operation
    machine.touch(self)
    if isinstance(layer, Unknown) or (isinstance(layer, Instance) and layer.cls.unknown_base is not None):
        reason = layer if isinstance(layer, Unknown) else layer.cls.unknown_base
        self.facts["hidden"] = self.facts.get("hidden") or reason
        return
    if not weights.is_layer(layer):
        called = f"`{layer.name}`, which is a class" if hasattr(layer, "mro") else f"a {coerce.describe(layer)}"
        raise ShapeError(
            "bad-call",
            f"only layers can be added to a Sequential model, not {called}",
            help="call it to make a layer" if hasattr(layer, "mro") else None,
            exception="ValueError",
        )
    if not stack and layer.facts.get("input_shape") is not None:
        add_layer(machine, self, new_input(machine, batch_shape=stated_shape(layer.facts["input_shape"])))
        stack = self.facts["stack"]
    _check_fits(self, stack, layer)
    put_layers(machine, self, (*stack, layer))


def put_layers(machine: Machine, self: Instance, layers: tuple[Instance, ...]) -> tuple[Instance, ...]:
    """Change the stack."""
    machine.touch(self)
    self.facts["stack"] = self.attrs["_layers"] = layers
    return layers


def _check_fits(self: Instance, stack: tuple[Instance, ...], layer: Instance) -> None:
    name = layer.attrs.get("name")
    if isinstance(name, str) and any(other is not layer and other.attrs.get("name") == name for other in stack):
        error = ShapeError(
            "duplicate-name",
            f"the name `{name}` is already that of a layer of this model",
            help="give each layer a name of its own",
            exception="ValueError",
        )
        error.place = layer.place
        raise error
    if layer.cls is INPUT_LAYER and stack and stack[0].cls is INPUT_LAYER:
        raise ShapeError(
            "bad-call",
            f"model `{self.attrs.get('name')}` has an input already, another one cannot be added",
            exception="ValueError",
        )


def extend_tips(machine: Machine, self: Instance) -> None:
    """Apply the layers that have not been applied yet, if the input is known: `tips` are the outputs so far."""
    stack: tuple[Instance, ...] = self.facts["stack"]
    tips: tuple[Value, ...] = self.facts.get("tips", ())
    if "hidden" in self.facts or not stack:
        return
    if not tips:
        if len(stack) < 2:
            return
        if stack[0].cls is not INPUT_LAYER:
            shape = _input_shape(stack[0])
            if shape is None:
                return
            stack = _with_input(machine, self, new_input(machine, tensor=shape))
        tips = (stack[0].facts["tensor"],)
    with aside(machine), unheard():
        for layer in stack[len(tips) :]:
            tips = (*tips, call_layer(machine, layer, (tips[-1],), {}, layer.place))
    machine.touch(self)
    self.facts["tips"] = tips
    self.attrs["built"] = True


def _input_shape(first: Instance) -> Tensor | None:
    """The input of a model at the bottom of the stack."""
    graph = graph_of(first) if MODEL in first.cls.mro else None
    return graph.flat_inputs[0] if graph is not None and len(graph.flat_inputs) == 1 else None


def _with_input(machine: Machine, self: Instance, tensor: Tensor) -> tuple[Instance, ...]:
    node = node_of(tensor)
    assert node is not None
    return put_layers(machine, self, (node.operation, *self.facts["stack"]))


@contextmanager
def aside(machine: Machine) -> Iterator[None]:
    """Apply layers that are no part of the application that happens to need them."""
    kept = machine.application, machine.applications
    machine.application, machine.applications = None, []
    try:
        yield
    finally:
        machine.application, machine.applications = kept


@KERAS.define("keras.Sequential", "keras.models.Sequential", "tensorflow.Sequential", bases=(MODEL,))
class Sequential:
    def __init__(
        machine: Machine, self: Instance, layers: Value = None, trainable: Value = True, name: Value = None
    ) -> None:
        initialize(machine, self, {"name": name, "trainable": trainable})
        put_layers(machine, self, ())
        if layers is None:
            return
        try:
            given = coerce.sequence(machine, layers)
        except Undetermined as why:
            self.facts["hidden"] = Unknown(why.reason, machine.place, opaque=True)
            return
        for layer in given:
            add_layer(machine, self, layer)
        extend_tips(machine, self)

    def add(machine: Machine, self: Instance, layer: Value, rebuild: Value = True) -> None:
        _check_started(self)
        add_layer(machine, self, layer)
        extend_tips(machine, self)

    def pop(machine: Machine, self: Instance, rebuild: Value = True) -> Value:
        _check_started(self)
        stack = self.facts["stack"]
        if "hidden" in self.facts or not stack:
            raise Undetermined("the layers of a Sequential model are not known")
        put_layers(machine, self, stack[:-1])
        self.facts["tips"] = self.facts.get("tips", ())[: len(stack) - 1]
        return stack[-1]

    def build(machine: Machine, self: Instance, input_shape: Value = None) -> None:
        _check_started(self)
        if isinstance(input_shape, Unknown) or input_shape is None or "hidden" in self.facts:
            return
        try:
            shape = stated(machine, input_shape)
        except (ShapeError, Undetermined):
            return
        stack = self.facts["stack"]
        if not stack:
            raise ShapeError(
                "bad-call", f"model `{self.attrs.get('name')}` has no layers to build", exception="ValueError"
            )
        if stack[0].cls is INPUT_LAYER:
            _check_same_input(self, stack[0].facts["tensor"], shape)
        else:
            _with_input(machine, self, new_input(machine, batch_shape=tuple(shape)))
        extend_tips(machine, self)

    def call(
        machine: Machine, self: Instance, inputs: Value, training: Value = None, mask: Value = None, **kwargs: Value
    ) -> Value:
        if "hidden" in self.facts:
            raise Undetermined(self.facts["hidden"].reason)
        graph = graph_of(self)
        if graph is None:
            output = inputs
            for layer in self.facts["stack"]:
                if layer.cls is not INPUT_LAYER:
                    output = call_layer(machine, layer, (output,), {})
            return output
        leaves = flat_inputs(graph, inputs)
        if any(isinstance(leaf, Tensor) and leaf.facts.get("symbolic") for leaf in leaves):
            check_inputs(machine, self, graph, leaves)
        return run(machine, graph, adjusted(self, graph, leaves))


SEQUENTIAL = KERAS.names["keras.Sequential"]
KINDS[SEQUENTIAL.qualified_name] = "model"


def _check_started(self: Instance) -> None:
    if "stack" not in self.facts:
        if self.opaque is not None:
            raise Undetermined(self.opaque.reason)
        raise ShapeError(
            "bad-call",
            f"`{self.cls.name}` does not call `super().__init__()` in its `__init__`",
            exception="RuntimeError",
        )


def _check_same_input(self: Instance, tensor: Tensor, shape: ListValue | list[Value]) -> None:
    declared = tensor.shape
    if declared is None or not isinstance(shape, list):
        return
    given = list(shape)
    same = len(declared) == len(given) and all(
        size is None or equal(size, known) is not False for size, known in zip(given, declared, strict=True)
    )
    if not same:
        raise ShapeError(
            "size-mismatch",
            f"model `{self.attrs.get('name')}` has the input {text(declared, 'None')} already, "
            f"it cannot be built with {tuple(given)}",
            exception="ValueError",
        )
