"""The rows of a model's summary, from its graph or from the calls that its code made."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnnlint.engine.dimension import Dim, Expr, exact_quotient, substitute
from cnnlint.frameworks.keras import activation, weights
from cnnlint.frameworks.keras.core import BATCH, MODEL
from cnnlint.frameworks.keras.graph import Node, key_of
from cnnlint.frameworks.keras.layer import KINDS
from cnnlint.frameworks.keras.structure import flatten, root_cause
from cnnlint.interpreter.values import ClassValue, Instance, ListValue, Tensor, Unknown, Value
from cnnlint.model import Layer, Place, Unresolved

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from cnnlint.engine.shape import Shape
    from cnnlint.frameworks.keras.network import Graph
    from cnnlint.interpreter.trace import Application

INPUT = -1
"""Stands for the row that made a tensor which the model is given."""


class Rows:
    """The rows of a model as they come, with what is not known about them."""

    def __init__(self) -> None:
        self.layers: list[Layer] = []
        self.unresolved: list[Unresolved] = []
        self.seen: set[int] = set()
        self.sources: dict[Any, int] = {}
        """Which row made a tensor (INPUT: none), by its key in the graph or its identity."""
        self.macs: Dim | None = 0
        self.batch: Dim | None = None

    def why(self, unknown: Unknown) -> None:
        found = Unresolved(unknown.reason, unknown.place)
        if found not in self.unresolved and len(self.unresolved) < 20:
            self.unresolved.append(found)

    def source(self, leaf: Value) -> int | None:
        """The row that made an output of the model; None where that is not known."""
        key = key_of(leaf) if isinstance(leaf, Tensor) and "node" in leaf.facts else id(leaf)
        return self.sources.get(key)

    def lost(self, application: Application) -> None:
        """Tell why an application's output is not known, if it is the first one."""
        cause = root_cause(application.output)
        if cause is not None and root_cause((application.args, tuple(application.kwargs.values()))) is None:
            self.why(cause)

    def graph(self, graph: Graph, *, inputs: bool = True) -> None:
        """One row for each node of a functional model; Keras leaves out a Sequential's input."""
        first = graph.flat_inputs[0].shape if graph.flat_inputs else None
        self.batch = first[0] if first and isinstance(first[0], int) else None
        for unknown in graph.hidden:
            self.why(unknown)
        self.given(key_of(tensor) for tensor in graph.flat_inputs)
        for node in graph.nodes:
            if node.is_input:
                if inputs:
                    self.input(node)
            else:
                assert node.application is not None
                self.node(node, node.application)

    def input(self, node: Node) -> None:
        shapes = tuple(tensor.shape for tensor in node.outputs)
        for tensor in node.outputs:
            self.sources[key_of(tensor)] = len(self.layers)
        self.layers.append(_fed(self.row(node.operation, (), shapes, node.operation.place, 0, 0), ()))

    def node(self, node: Node, application: Application) -> None:
        sources = [self.sources.get(key_of(leaf)) if isinstance(leaf, Tensor) else None for leaf in node.inputs]
        inputs = _shapes(node.inputs)
        outputs = tuple(tensor.shape for tensor in node.outputs)
        index = self.application(application, 0, inputs, outputs, sources)
        inside = [self.sources.get(id(leaf), index) for leaf in flatten(application.output) if isinstance(leaf, Tensor)]
        same = len(inside) == len(node.outputs)
        for position, tensor in enumerate(node.outputs):
            self.sources[key_of(tensor)] = inside[position] if same else index

    def root(self, application: Application) -> None:
        """One row for each layer that the model's own call applies."""
        self.lost(application)
        self.add_macs(None if root_cause(application.output) is not None else application.macs)
        self.given(id(leaf) for leaf in _given(application, inside=True))
        for child in application.children:
            self.application(child, 0, *self.flow(child))

    def given(self, keys: Iterable[Any]) -> None:
        """Note tensors that the model is given."""
        self.sources.update(dict.fromkeys(keys, INPUT))

    def flow(
        self, application: Application
    ) -> tuple[tuple[Shape | None, ...], tuple[Shape | None, ...], list[int | None]]:
        """The shapes into and out of an application, and the rows that they come from."""
        tensors = _given(application)
        sources = [self.sources.get(id(leaf)) for leaf in tensors]
        made = [leaf for leaf in flatten(application.output) if isinstance(leaf, (Tensor, Unknown))]
        return _shapes(tensors), _shapes(made), sources

    def application(
        self,
        application: Application,
        depth: int,
        inputs: tuple[Shape | None, ...],
        outputs: tuple[Shape | None, ...],
        sources: Sequence[int | None],
    ) -> int:
        """A row and those of the layers inside. Returns its index."""
        index = len(self.layers)
        macs = None if root_cause(application.output) is not None else _total_macs(application)
        if depth == 0:
            self.add_macs(macs)
        if application.uncertain:
            self.why(Unknown("a layer is applied under a condition that is not known", application.place))
        self.lost(application)
        row = self.row(application.instance, inputs, outputs, application.place, macs, depth)
        self.layers.append(row)
        given = _given(application, inside=True)
        if len(given) == len(sources):
            known = zip(given, sources, strict=True)
            self.sources.update((id(leaf), source) for leaf, source in known if source is not None)
        for child in application.children:
            self.application(child, depth + 1, *self.flow(child))
        self.layers[index] = _fed(row, sources)
        for leaf in flatten(application.output):
            # What a layer inside made is known by the row of that one.
            if isinstance(leaf, Tensor) and self.sources.get(id(leaf), INPUT) < index:
                self.sources[id(leaf)] = index
        return index

    def row(
        self,
        instance: Instance,
        inputs: tuple[Shape | None, ...],
        outputs: tuple[Shape | None, ...],
        place: Place | None,
        macs: Dim | None,
        depth: int,
    ) -> Layer:
        total, trainable = self.count(instance)
        name = instance.attrs.get("name")
        return Layer(
            name if isinstance(name, str) else instance.cls.name,
            _type_name(instance),
            kind_of(instance.cls),
            inputs,
            outputs,
            total,
            trainable,
            self.per_sample(macs),
            place or instance.place or Place("", 1, 1, 1, 1),
            instance.place,
            _config(instance),
            "",
            depth,
        )

    def count(self, instance: Instance) -> tuple[Dim | None, Dim | None]:
        """The parameters of a layer in its first row; a shared one has none further on."""
        if id(instance) in self.seen:
            return 0, 0
        self.seen.add(id(instance))
        inventory = weights.Inventory(instance)
        for unknown in inventory.unknown:
            self.why(unknown)
        if inventory.unknown:
            return None, None
        return weights.total(inventory.items), weights.trainable_split(instance, inventory.items)[0]

    def add_macs(self, macs: Dim | None) -> None:
        self.macs = None if self.macs is None or macs is None else self.macs + macs

    def per_sample(self, macs: Dim | None) -> Dim | None:
        """The share of one sample in a call's multiply-accumulates."""
        if macs is None:
            return None
        if self.batch is not None:
            return exact_quotient(macs, self.batch) if self.batch != 0 else None
        return substitute(macs, {BATCH: 1})


def _fed(row: Layer, sources: Sequence[int | None]) -> Layer:
    from dataclasses import replace

    known = tuple(dict.fromkeys(source for source in sources if source is not None and source != INPUT))
    return replace(row, inputs_from=known, via=None if None in sources else ())


def _given(application: Application, *, inside: bool = False) -> list[Tensor | Unknown]:
    """The tensors, and what may be one, among an application's arguments, or those that its own code sees."""
    outside = (application.args, tuple(application.kwargs.values()))
    leaves = flatten(application.facts.get("inside", outside) if inside else outside)
    return [leaf for leaf in leaves if isinstance(leaf, (Tensor, Unknown))]


def _total_macs(application: Application) -> Dim | None:
    total: Dim | None = application.macs
    for child in application.children:
        inner = _total_macs(child)
        total = None if total is None or inner is None else total + inner
    return total


def _shapes(leaves: Iterable[Value]) -> tuple[Shape | None, ...]:
    return tuple(leaf.shape if isinstance(leaf, Tensor) else None for leaf in leaves)


def kind_of(cls: ClassValue) -> str:
    """The family of a layer class, that of the nearest class in the tables."""
    for each in cls.mro:
        if each.qualified_name in KINDS:
            return KINDS[each.qualified_name]
    return _OPERATION_KINDS.get(cls.name, "other")


_OPERATION_KINDS = {
    "Add": "merge",
    "Subtract": "merge",
    "Multiply": "merge",
    "Divide": "merge",
    "Maximum": "merge",
    "Minimum": "merge",
    "Concatenate": "merge",
    "Stack": "merge",
    "Reshape": "reshape",
    "Transpose": "reshape",
    "ExpandDims": "reshape",
    "Squeeze": "reshape",
    "ReLU": "activation",
    "Relu": "activation",
    "Sigmoid": "activation",
    "Softmax": "activation",
    "Tanh": "activation",
    "Silu": "activation",
    "Gelu": "activation",
    "Matmul": "dense",
    "Conv": "convolution",
    "MaxPool": "pooling",
    "AveragePool": "pooling",
    "Dropout": "dropout",
}


def _type_name(instance: Instance) -> str:
    if instance.cls is MODEL:
        return "Functional"
    return instance.cls.name


def _config(instance: Instance) -> dict[str, Any]:
    """The constructor's values that rules look at, as plain Python."""
    plain: dict[str, Any] = {}
    for name, value in instance.facts.get("config", {}).items():
        if name.endswith("activation"):
            plain[name] = activation.name_of(instance.attrs.get(name))
        elif name.endswith("_initializer"):
            number = _constant(value)
            if number is not None:
                plain[f"{INITIALIZED.get(name, name)}_constant"] = number
        else:
            found = _plain(value)
            if found is not Unknown:
                plain[name] = found
    return plain


INITIALIZED = {"kernel_initializer": "weight", "depthwise_initializer": "weight", "bias_initializer": "bias"}


def _constant(value: Value) -> Value:
    """The number that an initializer fills a weight with; None for different ones, or where it is not known."""
    if isinstance(value, Instance) and value.cls.library and value.opaque is None:
        if value.cls.name.lower() == "constant":
            number = value.attrs.get("value", 0.0)
            return number if isinstance(number, (int, float)) else None
        value = value.cls.name
    elif isinstance(value, ClassValue) and value.library:
        value = value.name
    return {"zeros": 0, "ones": 1, "zero": 0, "one": 1}.get(value.lower()) if isinstance(value, str) else None


def _plain(value: Value) -> Any:
    """A value as Python's own; the class `Unknown` for what is none."""
    if value is None or isinstance(value, (bool, int, float, str, Expr)):
        return value
    if isinstance(value, (tuple, ListValue)):
        items = value if isinstance(value, tuple) else value.items
        found = [_plain(item) for item in items]
        return Unknown if Unknown in found else tuple(found)
    return Unknown
