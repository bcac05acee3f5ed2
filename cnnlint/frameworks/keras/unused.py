"""Layers that nothing applies, and results of layers that lead to no output, for the rules to judge."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.frameworks.keras.core import MODEL
from cnnlint.frameworks.keras.graph import TAKEN, Node, node_of
from cnnlint.frameworks.keras.layer import KINDS
from cnnlint.frameworks.keras.models import graph_of
from cnnlint.frameworks.keras.structure import flatten
from cnnlint.frameworks.keras.weights import is_layer, sublayers
from cnnlint.frameworks.mentions import DYNAMIC, mentioned
from cnnlint.interpreter.values import Instance, Unknown
from cnnlint.model import Related, Use

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cnnlint.frameworks.keras.network import Graph
    from cnnlint.interpreter.machine import Machine
    from cnnlint.interpreter.trace import Application
    from cnnlint.model import Place


def note_unused(machine: Machine, graph: Graph, model: str) -> None:
    """Keep what was built beside a functional model: calls on its tensors that lead to no output of any model."""
    if graph.hidden:
        return
    graphs = [found for each in machine.built if _is_model(each) and (found := graph_of(each)) is not None]
    used = {id(node) for found in (graph, *graphs) for node in found.nodes}
    inside = {id(node) for node in graph.nodes}
    layers = [each for each in machine.built if is_layer(each) and not _is_model(each)]
    dead = [node for layer in layers for node in _nodes(layer) if id(node) not in used and _is_told(node)]
    given = {id(before) for node in dead for leaf in node.inputs if (before := node_of(leaf)) is not None}
    for node in dead:
        if id(node) not in given and _comes_from(node, inside) and node.application is not None:
            _note(machine, "unused-result", node.operation, model, node.application.place)
    for layer in layers:
        if _is_left(layer) and not _is_held(machine, layer):
            _note(machine, "unused-layer", layer, None, layer.place)


def note_unapplied(machine: Machine, instance: Instance, application: Application, model: str) -> None:
    """Keep the layers of a model of the code that its call does not apply and that none of its methods names."""
    applied = {id(each.instance) for each in _below(application)}
    if any(each.uncertain or isinstance(each.output, Unknown) for each in _below(application)):
        return
    owners = [instance]
    for owner in owners:
        inner = sublayers(owner)
        owners += [each for each in inner if not each.cls.library and each not in owners]
        names = mentioned(owner.cls) if not owner.cls.library else DYNAMIC
        for name, value in owner.attrs.items():
            if not isinstance(value, Instance) or not is_layer(value) or id(value) in applied:
                continue
            if _is_left(value) and DYNAMIC.isdisjoint(names) and name not in names:
                _note(machine, "unused-layer", value, model, value.place)


def _below(application: Application) -> Iterator[Application]:
    yield application
    for child in application.children:
        yield from _below(child)


def _is_model(value: Instance) -> bool:
    return MODEL in value.cls.mro


def _nodes(layer: Instance) -> tuple[Node, ...]:
    found = layer.facts.get("nodes", ())
    return found if isinstance(found, tuple) else ()


def _is_told(node: Node) -> bool:
    """Whether a call was surely made, on what is known."""
    if node.is_input or node.hidden is not None or node.application is None or node.application.uncertain:
        return False
    if any(TAKEN in leaf.facts for leaf in node.outputs):
        return False
    return not any(isinstance(leaf, Unknown) or "alternative" in leaf.facts for leaf in node.inputs)


def _comes_from(node: Node, inside: set[int]) -> bool:
    """Whether a tensor of the model leads to the call."""
    pending, seen = [node], set()
    while pending:
        for leaf in pending.pop().inputs:
            before = node_of(leaf)
            if before is None or id(before) in seen:
                continue
            if id(before) in inside:
                return True
            seen.add(id(before))
            pending.append(before)
    return False


LEARNING = frozenset({"attention", "convolution", "dense", "embedding", "normalization", "recurrent"})
"""Kinds of layers that have weights."""


def _is_left(layer: Instance) -> bool:
    """Whether a layer of Keras's own that would have weights has never been called nor built."""
    if not layer.cls.library or KINDS.get(layer.cls.qualified_name) not in LEARNING:
        return False
    return not _nodes(layer) and layer.attrs.get("built") is False and layer.opaque is None


def _is_held(machine: Machine, layer: Instance) -> bool:
    """Whether something keeps the layer: another layer, a model, a name of the file."""
    if any(each.instance is layer for each in machine.applications):
        return True
    holders = (inner for each in machine.built if each is not layer and is_layer(each) for inner in sublayers(each))
    if any(inner is layer for inner in holders):
        return True
    names = machine.frames[0].scope.names.values() if machine.frames else ()
    return any(leaf is layer for value in names for leaf in flatten(value))


def _note(machine: Machine, kind: str, layer: Instance, model: str | None, place: Place | None) -> None:
    if place is None:
        return
    here = layer.place is None or (layer.place.filename, layer.place.row) == (place.filename, place.row)
    related = () if here or layer.place is None else (Related("it is built here", layer.place),)
    name = layer.attrs.get("name")
    config = {"layer": name if isinstance(name, str) else layer.cls.name, "type": layer.cls.name}
    machine.note_use(Use(kind, "keras", place, model=model, related=related, config=config))
