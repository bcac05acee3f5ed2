"""`keras.models.clone_model`: the same architecture with weights of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.engine.errors import Undetermined
from cnnlint.frameworks import coerce
from cnnlint.frameworks.keras import weights
from cnnlint.frameworks.keras.calling import call_layer
from cnnlint.frameworks.keras.core import KERAS, MODEL
from cnnlint.frameworks.keras.graph import node_of
from cnnlint.frameworks.keras.inputs import INPUT_LAYER, new_input
from cnnlint.frameworks.keras.layer import initialize
from cnnlint.frameworks.keras.models import graph_of, start_functional
from cnnlint.frameworks.keras.network import run
from cnnlint.frameworks.keras.sequential import SEQUENTIAL, add_layer, extend_tips, put_layers
from cnnlint.interpreter.values import DictValue, Instance, Tensor, Unknown, Value, Weight

if TYPE_CHECKING:
    from cnnlint.frameworks.keras.network import Graph
    from cnnlint.interpreter.machine import Machine

STATE = frozenset({"weights", "hidden", "unbuilt", "nodes"})
"""What a layer got by being built and called."""


class _Cloner:
    """Makes each layer of a model anew, a shared one once."""

    def __init__(self, machine: Machine) -> None:
        self.machine = machine
        self.made: dict[int, Instance] = {}

    def layer(self, layer: Instance) -> Instance:
        """The layer as it was before it was built. Raises Undetermined where its constructor has to be known."""
        if id(layer) not in self.made:
            self.made[id(layer)] = self._layer(layer)
        return self.made[id(layer)]

    def _layer(self, layer: Instance) -> Instance:
        if MODEL in layer.cls.mro:
            return self.model(layer)
        if not layer.cls.library:
            config = self.machine.call(self.machine.get(layer, "get_config"))
            made = self.machine.call(self.machine.get(layer.cls, "from_config"), (config,))
            if not isinstance(made, Instance) or not isinstance(config, DictValue):
                raise Undetermined(f"the configuration of `{layer.cls.name}` is not known")
            return made
        made = Instance(layer.cls, layer.place)
        made.facts = {name: value for name, value in layer.facts.items() if name not in STATE}
        made.attrs = {
            name: self._attribute(value) for name, value in layer.attrs.items() if not isinstance(value, Weight)
        }
        made.attrs["built"] = False
        return made

    def _attribute(self, value: Value) -> Value:
        return self.layer(value) if weights.is_layer(value) else value

    def model(self, model: Instance) -> Instance:
        """A model with new layers. Raises Undetermined for one that is neither functional nor a Sequential."""
        if model.opaque is not None or "hidden" in model.facts:
            raise Undetermined("the model that is cloned is not known")
        if "stack" in model.facts:
            return self._sequential(model)
        graph = graph_of(model)
        if graph is None:
            raise Undetermined("the clone of a subclassed model is not followed")
        return self._functional(model, graph)

    def _sequential(self, model: Instance) -> Instance:
        made = Instance(SEQUENTIAL, self.machine.place)
        initialize(self.machine, made, {"name": model.attrs.get("name")})
        put_layers(self.machine, made, ())
        for layer in model.facts["stack"]:
            if layer.cls is INPUT_LAYER:
                add_layer(self.machine, made, self._input(layer.facts["tensor"]))
            else:
                add_layer(self.machine, made, self.layer(layer))
        extend_tips(self.machine, made)
        return made

    def _functional(self, model: Instance, graph: Graph) -> Instance:
        inputs = [self._input(tensor) for tensor in graph.flat_inputs]
        outputs = run(self.machine, graph, inputs, self._apply)
        made = Instance(MODEL, self.machine.place)
        ends: Value = tuple(inputs) if len(inputs) > 1 else inputs[0]
        start_functional(self.machine, made, ends, outputs, {"name": model.attrs.get("name")})
        return made

    def _apply(self, operation: Instance, args: tuple[Value, ...], kwargs: dict[str, Value]) -> Value:
        return call_layer(self.machine, self.layer(operation), args, kwargs)

    def _input(self, tensor: Tensor) -> Tensor:
        node = node_of(tensor)
        name = node.operation.attrs.get("name") if node is not None else None
        return new_input(self.machine, name=name, tensor=Tensor(tensor.cls, tensor.shape, tensor.dtype))


@KERAS.function("keras.models.clone_model")
def clone_model(machine: Machine, model: Value, input_tensors: Value = None, *rest: Value, **kwargs: Value) -> Value:
    original = coerce.known(model)
    if not isinstance(original, Instance) or rest or kwargs or input_tensors is not None:
        return Unknown("the clone of a model is not followed", opaque=True)
    return _Cloner(machine).model(original)
