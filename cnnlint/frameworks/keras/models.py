"""`keras.Model`: functional models, what every model answers, and the harmless parts of training."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.engine.constraints import clash
from cnnlint.engine.errors import ShapeError, Undetermined
from cnnlint.engine.shape import text
from cnnlint.frameworks import coerce
from cnnlint.frameworks.keras import changes, weights
from cnnlint.frameworks.keras.calling import as_shape, first_node_value, shapes_of
from cnnlint.frameworks.keras.core import KERAS, MODEL, extend, result, shown
from cnnlint.frameworks.keras.layer import KINDS, initialize
from cnnlint.frameworks.keras.network import Graph, cut, run
from cnnlint.frameworks.keras.structure import flatten
from cnnlint.interpreter.aliasing import one_of
from cnnlint.interpreter.values import DictValue, Instance, ListValue, Tensor, Unknown, Value

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnnlint.engine.shape import Shape
    from cnnlint.interpreter.machine import Machine

KINDS[MODEL.qualified_name] = "model"


def is_functional_call(args: tuple[Value, ...], kwargs: dict[str, Value]) -> bool:
    """Whether a model's constructor is given inputs and outputs."""
    return len(args) == 2 or (len(args) == 1 and "outputs" in kwargs) or ("inputs" in kwargs and "outputs" in kwargs)


def graph_of(model: Instance) -> Graph | None:
    """The graph of a functional model or a Sequential that is built; None for any other."""
    tips = model.facts.get("tips")
    if not tips or len(tips) < 2:
        found = model.facts.get("graph")
        return found if isinstance(found, Graph) else None
    cached = model.facts.get("graph_of_tip")
    if cached is not None and cached[0] is tips[-1]:
        graph: Graph = cached[1]
        return graph
    graph = cut(tips[0], tips[-1])
    model.facts["graph_of_tip"] = (tips[-1], graph)
    return graph


def layers_of(model: Instance) -> list[Instance]:
    """`model.layers`."""
    if "stack" in model.facts:
        return [layer for layer in model.facts["stack"] if layer.cls.name != "InputLayer"]
    graph = graph_of(model)
    if graph is not None:
        own = [found for found in graph.operations if weights.is_layer(found)]
        return own + [inner for inner in weights.sublayers(model) if not any(inner is known for known in own)]
    return weights.sublayers(model)


def start_functional(
    machine: Machine, self: Instance, inputs: Value, outputs: Value, options: dict[str, Value]
) -> None:
    """`Functional.__init__`. Raises ShapeError as Keras refuses the graph, Undetermined."""
    known = {key: value for key, value in options.items() if key in ("name", "trainable")}
    trainable = known.pop("trainable", None)
    initialize(machine, self, known, "Functional" if self.cls is MODEL else None)
    graph = cut(inputs, outputs)
    machine.touch(self)
    self.facts["graph"] = graph
    self.facts["layers"] = layers = tuple(found for found in graph.operations if weights.is_layer(found))
    self.attrs["_layers"] = layers
    if graph.hidden:
        self.facts["hidden"] = graph.hidden[0]
    self.attrs["built"] = True
    if trainable is not None:
        weights.set_trainable(machine, self, trainable)


def flat_inputs(graph: Graph, value: Value) -> list[Value]:
    """The inputs of a call in the order of the graph's. Raises ShapeError "bad-call", Undetermined."""
    ends = graph.flat_inputs
    if isinstance(value, DictValue) and value.unknown is None and not isinstance(graph.inputs, DictValue):
        names = [tensor.facts["node"].operation.attrs.get("name") for tensor in ends]
        if all(name in value.items for name in names):
            return [value.items[name] for name in names]
    leaves = flatten(value)
    if any(isinstance(leaf, Unknown) for leaf in leaves) and len(leaves) != len(ends):
        raise Undetermined("the inputs of a model are not known")
    if len(leaves) != len(ends):
        word = "input" if len(ends) == 1 else "inputs"
        raise ShapeError(
            "bad-call",
            f"the model expects {len(ends)} {word}, but it is given {len(leaves)}",
            expected=str(len(ends)),
            actual=str(len(leaves)),
            exception="ValueError",
        )
    return leaves


def check_inputs(machine: Machine, self: Instance, graph: Graph, leaves: Sequence[Value]) -> None:
    """Compare what a model is called on with its inputs, whose last axis of 1 may be missing or too many.

    Raises:
        ShapeError: "size-mismatch" as Keras's `InputSpec(allow_last_axis_squeeze=True)`.

    """
    if not changes.has(machine, "sizes-of-models"):
        return
    for reference, leaf in zip(graph.flat_inputs, leaves, strict=True):
        if not isinstance(leaf, Tensor) or leaf.shape is None or reference.shape is None:
            continue
        wanted, given = _without_last_one(reference.shape), _without_last_one(leaf.shape)
        for declared, found in zip(wanted[1:], given[1:], strict=False):
            if shown(machine, declared) is not None and clash(declared, found):
                raise ShapeError(
                    "size-mismatch",
                    f"model `{self.attrs.get('name')}` expects an input of shape {text(reference.shape, 'None')}, "
                    f"got {text(leaf.shape, 'None')}",
                    expected=text(reference.shape, "None"),
                    actual=text(leaf.shape, "None"),
                    exception="ValueError",
                )


def _without_last_one(shape: Shape) -> Shape:
    return shape[:-1] if shape and isinstance(shape[-1], int) and shape[-1] == 1 else shape


def adjusted(self: Instance, graph: Graph, leaves: Sequence[Value]) -> list[Value]:
    """The inputs with the rank that the graph has. Raises ShapeError "rank-mismatch" where that is not possible."""
    return [_adjust(self, reference, leaf) for reference, leaf in zip(graph.flat_inputs, leaves, strict=True)]


def _adjust(self: Instance, reference: Tensor, leaf: Value) -> Value:
    if not isinstance(leaf, Tensor) or leaf.shape is None or reference.shape is None:
        return leaf
    given, wanted = leaf.shape, reference.shape
    if len(given) == len(wanted):
        return leaf
    if len(given) == len(wanted) + 1 and isinstance(given[-1], int) and given[-1] == 1:
        return result(given[:-1], like=leaf)
    if len(given) == len(wanted) - 1 and isinstance(wanted[-1], int) and wanted[-1] == 1:
        return result((*given, 1), like=leaf)
    raise ShapeError(
        "rank-mismatch",
        f"model `{self.attrs.get('name')}` expects an input of shape {text(wanted, 'None')}, got {text(given, 'None')}",
        expected=str(len(wanted)),
        actual=str(len(given)),
        exception="ValueError",
    )


def run_model(machine: Machine, self: Instance, graph: Graph, inputs: Value) -> Value:
    """What a functional model makes of other inputs. Raises ShapeError, Undetermined."""
    leaves = flat_inputs(graph, inputs)
    check_inputs(machine, self, graph, leaves)
    return run(machine, graph, adjusted(self, graph, leaves))


@extend(MODEL)
class Model:
    def __init__(machine: Machine, self: Instance, *args: Value, **kwargs: Value) -> None:
        if is_functional_call(args, kwargs):
            options = dict(kwargs)
            inputs = args[0] if args else options.pop("inputs")
            outputs = args[1] if len(args) > 1 else options.pop("outputs")
            start_functional(machine, self, inputs, outputs, options)
            return
        if args:
            raise ShapeError(
                "bad-call",
                f"`{self.cls.name}` takes `inputs` and `outputs`, or keyword arguments only",
                exception="TypeError",
            )
        initialize(machine, self, kwargs)

    def call(
        machine: Machine,
        self: Instance,
        inputs: Value = None,
        training: Value = None,
        mask: Value = None,
        **kwargs: Value,
    ) -> Value:
        graph = graph_of(self)
        if graph is None and machine.callerless:
            raise Undetermined(f"model `{self.cls.name}` has no `call` method")
        if graph is None:
            raise ShapeError(
                "bad-call", f"model `{self.cls.name}` has no `call` method", exception="NotImplementedError"
            )
        return run_model(machine, self, graph, inputs)

    def build(machine: Machine, self: Instance, input_shape: Value = None) -> None:
        """Keras 3 leaves the layers of such a model unbuilt; what a call would build is told by the shape kept here."""
        machine.touch(self)
        self.attrs["built"] = True
        if input_shape is None or graph_of(self) is not None:
            return
        try:
            items = coerce.items(input_shape) or ()
            many = bool(items) and all(isinstance(item, (tuple, ListValue)) for item in items)
            shapes = [as_shape(machine, item) for item in items] if many else [as_shape(machine, input_shape)]
        except (Undetermined, ShapeError):
            return
        self.facts["build_shape"] = tuple(shapes)

    @property
    def layers(machine: Machine, self: Instance) -> ListValue:
        hidden = self.facts.get("hidden") if "stack" in self.facts else None
        return ListValue(layers_of(self), unknown=hidden)

    def get_layer(machine: Machine, self: Instance, name: Value = None, index: Value = None) -> Value:
        found = layers_of(self)
        hidden = self.facts.get("hidden") or self.opaque
        if hidden is not None:
            raise Undetermined(hidden.reason)
        if index is not None:
            at = coerce.integer(index, "index")
            if not -len(found) <= at < len(found):
                raise ShapeError(
                    "bad-argument",
                    f"layer {at} is asked for, but the model has {len(found)} layers",
                    exception="ValueError",
                )
            return found[at]
        if isinstance(name, Unknown):
            return one_of(found, Unknown(name.reason, machine.place, opaque=True))
        wanted = coerce.text(name, "name")
        for each in found:
            if each.attrs.get("name") == wanted:
                return each
        if any(not isinstance(each.attrs.get("name"), str) for each in found):
            raise Undetermined("the name of a layer is not known")
        raise ShapeError("bad-argument", f"the model has no layer `{wanted}`", exception="ValueError")

    @property
    def inputs(machine: Machine, self: Instance) -> Value:
        return ListValue(_graph(self).flat_inputs)

    @property
    def outputs(machine: Machine, self: Instance) -> Value:
        return ListValue(_graph(self).flat_outputs)

    @property
    def input(machine: Machine, self: Instance) -> Value:
        graph = graph_of(self)
        return first_node_value(self, "input") if graph is None else _unpacked(graph.inputs)

    @property
    def output(machine: Machine, self: Instance) -> Value:
        graph = graph_of(self)
        return first_node_value(self, "output") if graph is None else _unpacked(graph.outputs)

    @property
    def input_shape(machine: Machine, self: Instance) -> Value:
        return shapes_of(machine, _unpacked(ListValue(_graph(self).flat_inputs)))

    @property
    def output_shape(machine: Machine, self: Instance) -> Value:
        graph = graph_of(self)
        if graph is None:
            return shapes_of(machine, first_node_value(self, "output"))
        return shapes_of(machine, _unpacked(ListValue(graph.flat_outputs)))

    @property
    def input_names(machine: Machine, self: Instance) -> Value:
        return ListValue([tensor.facts["node"].operation.attrs.get("name") for tensor in _graph(self).flat_inputs])

    @property
    def output_names(machine: Machine, self: Instance) -> Value:
        return ListValue([tensor.facts["node"].operation.attrs.get("name") for tensor in _graph(self).flat_outputs])

    def summary(machine: Machine, self: Instance, *args: Value, **kwargs: Value) -> None:
        return None

    def save(machine: Machine, self: Instance, filepath: Value, *args: Value, **kwargs: Value) -> None:
        machine.touch(self)
        self.facts["saved"] = filepath

    def export(machine: Machine, self: Instance, *args: Value, **kwargs: Value) -> None:
        return None

    save_weights = load_weights = reset_states = reset_metrics = export

    def to_json(machine: Machine, self: Instance, **kwargs: Value) -> Value:
        return Unknown("the serialized form of a model is not known")

    get_config = to_json


def _graph(self: Instance) -> Graph:
    graph = graph_of(self)
    if graph is None:
        raise Undetermined(f"model `{self.attrs.get('name')}` has no inputs yet")
    return graph


def _unpacked(value: Value) -> Value:
    """A list of one tensor as that tensor."""
    if isinstance(value, ListValue) and len(value.items) == 1 and value.unknown is None:
        return value.items[0]
    return value


def _from_file(what: str) -> Unknown:
    return Unknown(f"{what} is read from a file, which is not followed", opaque=True)


@KERAS.function("keras.models.load_model", "keras.saving.load_model")
def load_model(machine: Machine, *args: Value, **kwargs: Value) -> Value:
    return _from_file("a saved model")


@KERAS.function("keras.models.model_from_json", "keras.models.model_from_config")
def model_from_json(machine: Machine, *args: Value, **kwargs: Value) -> Value:
    return _from_file("a serialized model")


@KERAS.function("keras.utils.get_source_inputs")
def get_source_inputs(machine: Machine, tensor: Value) -> ListValue:
    """The input tensors that a symbolic tensor comes from."""
    found: dict[int, Tensor] = {}
    pending = [leaf for leaf in flatten(tensor) if isinstance(leaf, Tensor)]
    seen: set[int] = set()
    while pending:
        node = pending.pop().facts.get("node")
        if node is None or id(node) in seen:
            continue
        seen.add(id(node))
        if node.is_input:
            found.update({id(output): output for output in node.outputs})
        pending += [leaf for leaf in node.inputs if isinstance(leaf, Tensor)]
    return ListValue(found.values())


KERAS.add("keras.ops.get_source_inputs", KERAS.names["keras.utils.get_source_inputs"])
