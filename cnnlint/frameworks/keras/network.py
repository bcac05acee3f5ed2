"""Functional models: what is cut out of the graph between inputs and outputs, in Keras's order."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cnnlint.engine.errors import ShapeError, Undetermined
from cnnlint.frameworks.keras.core import LAYER
from cnnlint.frameworks.keras.graph import key_of, node_of
from cnnlint.frameworks.keras.structure import flatten, map_structure
from cnnlint.interpreter.values import Instance, Tensor, Unknown, Value

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cnnlint.frameworks.keras.graph import Key, Node
    from cnnlint.interpreter.machine import Machine


@dataclass(frozen=True, slots=True, eq=False)
class Graph:
    """What lies between a model's inputs and outputs: `nodes` in Keras's order of execution."""

    inputs: Value
    outputs: Value
    nodes: tuple[Node, ...]
    operations: tuple[Instance, ...]
    """The layers and operations as `model.layers` has them, each once."""
    hidden: tuple[Unknown, ...]
    """What is not known about it."""

    @property
    def flat_inputs(self) -> list[Tensor]:
        return [leaf for leaf in flatten(self.inputs) if isinstance(leaf, Tensor)]

    @property
    def flat_outputs(self) -> list[Tensor]:
        return [leaf for leaf in flatten(self.outputs) if isinstance(leaf, Tensor)]


def cut(inputs: Value, outputs: Value) -> Graph:
    """The graph between the inputs and the outputs, in the order of Keras's `map_graph`.

    Raises:
        ShapeError: "bad-argument" where an output needs an input that is not among them, "duplicate-name".

    """
    for what, value in (("inputs", inputs), ("outputs", outputs)):
        _check_ends(what, value)
    ends = [leaf for leaf in flatten(inputs) if isinstance(leaf, Tensor)]
    walk = _Walk({key_of(tensor) for tensor in ends})
    for leaf in flatten(outputs):
        if isinstance(leaf, Unknown):
            walk.hidden.append(leaf)
        else:
            walk.visit(leaf)
    depths, operation_depths = _depths(walk)
    for tensor in ends:
        node = tensor.facts["node"]
        if node.is_input and id(node.operation) not in operation_depths:
            operation_depths[id(node.operation)] = (node.operation, 0)
            walk.indices[id(node.operation)] = -1
            depths[id(node)] = (node, 0)
    nodes = _ordered(depths, walk)
    operations = [found for found, _ in sorted(operation_depths.values(), key=_by_depth(walk))]
    if not walk.hidden:
        _check_connected(ends, nodes, flatten(outputs))
    _check_names(operations)
    return Graph(inputs, outputs, tuple(nodes), tuple(operations), tuple(walk.hidden))


def _check_ends(what: str, value: Value) -> None:
    leaves = flatten(value)
    if not leaves:
        raise ShapeError("bad-argument", f"a model's `{what}` cannot be empty", exception="ValueError")
    for leaf in leaves:
        if isinstance(leaf, Unknown):
            if what == "inputs":
                raise Undetermined(leaf.reason)
            continue
        if isinstance(leaf, Instance) and leaf.opaque is not None:
            raise Undetermined(leaf.opaque.reason)
        if node_of(leaf) is None:
            if isinstance(leaf, Tensor) and (leaf.free or leaf.shape is None):
                raise Undetermined(f"one of the model's {what} is not known")
            raise ShapeError(
                "bad-argument",
                f"all `{what}` of a model must be Keras tensors, made from `Input`",
                exception="ValueError",
            )


class _Walk:
    """The depth-first search that gives Keras its order, without recursion."""

    def __init__(self, ends: set[Key]) -> None:
        self.ends = ends
        self.done: set[int] = set()
        self.order: list[Node] = []
        self.indices: dict[int, int] = {}
        self.hidden: list[Unknown] = []

    def visit(self, tensor: Tensor) -> None:
        stack: list[tuple[Node, list[Value]]] = []
        self._enter(tensor, stack)
        while stack:
            node, pending = stack[-1]
            if pending:
                self._enter(pending.pop(0), stack)
            else:
                stack.pop()
                self.order.append(node)

    def _enter(self, tensor: Value, stack: list[tuple[Node, list[Value]]]) -> None:
        if isinstance(tensor, Unknown):
            self.hidden.append(tensor)
            return
        node = node_of(tensor)
        if node is None or id(node) in self.done:
            return
        self.done.add(id(node))
        if not node.is_input and key_of(tensor) in self.ends:
            return
        if node.hidden is not None:
            self.hidden.append(node.hidden)
        if "alternative" in tensor.facts:
            self.hidden.append(tensor.facts.get("condition") or Unknown("a branch depends on what is not known"))
        self.indices.setdefault(id(node.operation), len(self.indices))
        stack.append((node, [] if node.is_input else list(node.inputs)))


def _depths(walk: _Walk) -> tuple[dict[int, tuple[Node, int]], dict[int, tuple[Instance, int]]]:
    """How many calls lie between a node and the last output, as Keras counts: a shared layer takes its largest."""
    members = {id(node) for node in walk.order}
    nodes: dict[int, tuple[Node, int]] = {}
    operations: dict[int, tuple[Instance, int]] = {}
    for node in reversed(walk.order):
        depth = nodes.setdefault(id(node), (node, 0))[1]
        depth = max(depth, operations.get(id(node.operation), (node.operation, 0))[1])
        operations[id(node.operation)] = (node.operation, depth)
        nodes[id(node)] = (node, depth)
        if node.is_input:
            continue
        for tensor in node.inputs:
            parent = node_of(tensor)
            if parent is not None and id(parent) in members:
                nodes[id(parent)] = (parent, max(depth + 1, nodes.get(id(parent), (parent, 0))[1]))
    return nodes, operations


def _by_depth(walk: _Walk) -> Callable[[tuple[Instance, int]], tuple[int, int]]:
    return lambda entry: (-entry[1], walk.indices[id(entry[0])])


def _ordered(depths: dict[int, tuple[Node, int]], walk: _Walk) -> list[Node]:
    groups: dict[int, list[Node]] = defaultdict(list)
    for node, depth in depths.values():
        groups[depth].append(node)
    return [
        node
        for depth in sorted(groups, reverse=True)
        for node in sorted(groups[depth], key=lambda node: walk.indices[id(node.operation)])
    ]


def _check_connected(ends: Sequence[Tensor], nodes: Sequence[Node], outputs: Sequence[Value]) -> None:
    known = {key_of(tensor) for tensor in ends}
    for node in nodes:
        if not node.is_input:
            for tensor in node.inputs:
                if isinstance(tensor, Tensor) and key_of(tensor) not in known:
                    raise _disconnected(node.operation)
        elif any(key_of(tensor) not in known for tensor in node.outputs):
            raise _disconnected(node.operation)
        known |= {key_of(tensor) for tensor in node.outputs}
    if any(isinstance(tensor, Tensor) and key_of(tensor) not in known for tensor in outputs):
        raise ShapeError(
            "bad-argument", "an output of the model is not connected to its `inputs`", exception="ValueError"
        )


def _disconnected(operation: Instance) -> ShapeError:
    return ShapeError(
        "bad-argument",
        f"the graph is disconnected: `{operation.attrs.get('name')}` is reached from the outputs, "
        "but does not follow from the model's `inputs`",
        help="pass every `Input` that the outputs depend on",
        exception="ValueError",
    )


def _check_names(operations: Sequence[Instance]) -> None:
    seen: dict[str, Instance] = {}
    for found in operations:
        name = found.attrs.get("name")
        if not isinstance(name, str):
            continue
        if name in seen:
            error = ShapeError(
                "duplicate-name",
                f"the name `{name}` is used more than once in the model, by layers of type {seen[name].cls.name} "
                f"and {found.cls.name}",
                help="give each layer a name of its own",
                exception="ValueError",
            )
            raise error
        seen[name] = found


def run(
    machine: Machine,
    graph: Graph,
    inputs: Sequence[Value],
    apply: Callable[[Instance, tuple[Value, ...], dict[str, Value]], Value] | None = None,
) -> Value:
    """What the graph makes of other inputs (flat); `apply` calls a layer's clone in its stead."""
    values: dict[Key, Value] = {}
    for tensor, value in zip(graph.flat_inputs, inputs, strict=False):
        values[key_of(tensor)] = value

    def filled(value: Value) -> Value:
        def fill(leaf: Value) -> Value:
            if node_of(leaf) is None:
                return leaf
            return values.get(key_of(leaf), Unknown("an input of the graph is not known"))

        return map_structure(fill, value)

    for node in graph.nodes:
        if node.run is not None and not all(key_of(tensor) in values for tensor in node.outputs):
            args, kwargs = filled(node.args), {key: filled(value) for key, value in node.kwargs.items()}
            if apply is not None and LAYER in node.operation.cls.mro:
                output = apply(node.operation, args, kwargs)
            else:
                output = node.run(machine, args, kwargs)
            made = flatten(output)
            for index, tensor in enumerate(node.outputs):
                values[key_of(tensor)] = made[index] if index < len(made) else Unknown("an output is not known")
    return filled(graph.outputs)
