"""Models as `cnnlint summary --output-format json` gives them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnnlint.engine.dimension import is_anonymous
from cnnlint.engine.dimension import text as dimension_text
from cnnlint.engine.receptive import receptive_field

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from cnnlint.engine.dimension import Dim
    from cnnlint.engine.receptive import Field
    from cnnlint.finding import Finding, Sources
    from cnnlint.model import Layer, Model, Place, ShapeTree, ValidInputs

VERSION = 1


def as_json(
    models: Iterable[Model],
    findings: Callable[[Model], Sequence[Finding]],
    sources: Sources,
    unjudged: Callable[[Model], str | None] = lambda _: None,
) -> dict[str, Any]:
    """All models, in their order, each with its findings; `unjudged` tells of budgets that could not be judged."""
    return {
        "version": VERSION,
        "models": [
            _model(model, [finding.as_json(sources) for finding in findings(model)], unjudged(model))
            for model in models
        ],
    }


def shapes_of(tree: ShapeTree) -> list[Any]:
    """The shapes at the leaves of what a model takes or gives, in their order."""
    if isinstance(tree, dict):
        return [shape for branch in tree.values() for shape in shapes_of(branch)]
    if isinstance(tree, (tuple, list)) and any(each is None or isinstance(each, (tuple, list, dict)) for each in tree):
        return [shape for branch in tree for shape in shapes_of(branch)]
    return [tree]


def _model(model: Model, findings: list[dict[str, Any]], unjudged: str | None) -> dict[str, Any]:
    return {
        "target": model.target,
        "name": model.name,
        "filename": model.place.filename,
        "location": _location(model.place),
        "framework": model.framework,
        "inputs": [] if model.error else [_shape(shape) for shape in shapes_of(model.inputs)],
        "outputs": [] if model.error else _outputs(model.outputs),
        "params": {
            "total": dim_as_json(model.parameters.total),
            "trainable": dim_as_json(model.parameters.trainable),
            "non_trainable": dim_as_json(model.parameters.non_trainable),
        },
        "macs": dim_as_json(model.macs),
        "activation_bytes": dim_as_json(model.activation_bytes),
        "receptive_field": field_as_json(receptive_field(model.layers, model.outputs_via)),
        "resolved": model.resolved,
        "unresolved": [
            {
                "reason": each.reason,
                "filename": each.place.filename if each.place else None,
                "location": _location(each.place) if each.place else None,
            }
            for each in model.unresolved
        ],
        "layers": [_layer(layer) for layer in model.layers],
        "findings": findings,
        "unjudged": unjudged,
        "input_source": model.input_source,
        "valid_inputs": None if model.valid_inputs is None else _valid_inputs(model.valid_inputs),
        "error": model.error,
    }


def _outputs(tree: ShapeTree) -> list[Any]:
    """A shape for each output; named outputs (a dictionary) are one entry, a list that holds the names with theirs."""
    if isinstance(tree, dict):
        return [[{str(name): _shape(shapes_of(branch)[0]) for name, branch in tree.items()}]]
    return [_shape(shape) for shape in shapes_of(tree)]


def _valid_inputs(found: ValidInputs) -> dict[str, Any]:
    return {
        "range": list(found.range),
        "symbols": list(found.symbols),
        "square": [list(each) for each in found.square],
        "axes": {name: [list(each) for each in values] for name, values in found.axes.items()},
        "independent": found.independent,
        "text": found.text,
        "why": found.why,
    }


def _layer(layer: Layer) -> dict[str, Any]:
    return {
        "name": layer.name,
        "type": layer.type,
        "path": layer.path,
        "depth": layer.depth,
        "inputs": [_shape(shape) for shape in layer.inputs],
        "outputs": [_shape(shape) for shape in layer.outputs],
        "params": dim_as_json(layer.params),
        "trainable": dim_as_json(layer.trainable),
        "macs": dim_as_json(layer.macs),
        "location": _location(layer.place),
    }


def field_as_json(field: Field | None) -> dict[str, list[int]] | None:
    """Sizes and strides; both are empty where the field is the whole input."""
    return None if field is None else {"size": list(field.size), "stride": list(field.stride)}


def _location(place: Place) -> dict[str, int]:
    return {"row": place.row, "column": place.column}


def _shape(shape: Sequence[Dim] | None) -> list[int | str | None] | None:
    return None if shape is None else [dim_as_json(dim) for dim in shape]


def dim_as_json(dim: Dim | None) -> int | str | None:
    """A number as it is, the batch and what is not known as null, anything else as it is written."""
    if dim is None or isinstance(dim, int):
        return dim
    written = dimension_text(dim)
    return None if is_anonymous(dim) or written in ("batch", "?") else written
