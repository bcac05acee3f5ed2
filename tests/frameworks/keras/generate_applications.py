"""Write the tables behind `keras.applications`: one file per architecture, read from the framework itself.

    KERAS_BACKEND=torch python tests/frameworks/keras/generate_applications.py

Every architecture is built without weights (torch's meta device allocates nothing) in each of its forms and its layers
are noted in the order in which they were called. A row is `[class, name, config, sources]`: the name is null where the
framework made it up, the config holds what differs from the constructor's defaults, the sources are the distances to
the rows it reads (`[1]`, the row before, is left out). What depends on the call is written as `$classes`,
`$activation`, `$pad` (the padding that `imagenet_utils.correct_pad` derives from the size) or as a condition `$if`.
"""

from __future__ import annotations

import inspect
import json
import os
import sys
from pathlib import Path
from typing import Any

os.environ.setdefault("KERAS_BACKEND", "torch")

import keras
from keras.src.applications import imagenet_utils, nasnet
from keras.src.ops.node import Node
from keras.src.utils import file_utils

OUTPUT = Path(__file__).parents[3] / "cnnlint/frameworks/keras/architectures"
INITIAL = {"name", "trainable", "dtype", "module", "class_name", "registered_name", "build_config", "data_format"}
WIDTHS = {
    "MobileNet": (0.25, 0.5, 0.75),
    "MobileNetV2": (0.35, 0.5, 0.75, 1.3, 1.4),
    "MobileNetV3Small": (0.75,),
    "MobileNetV3Large": (0.75,),
}
SIZES = (224, 225, 240, 331, 200, 260)
"""Chosen so that every reduction of every architecture meets an even and an odd size."""
CLASSES = 997
ACTIVATION = "exponential"
STATED = {CLASSES: "$classes", ACTIVATION: "$activation"}

calls: list[Node] = []
sizes: list[tuple[int, int]] = []


def watch() -> None:
    """Note every node and every default size; load nothing, refuse nothing for the backend's sake."""
    node, shape = Node.__init__, imagenet_utils.obtain_input_shape

    def noted(self: Node, *args: Any, **kwargs: Any) -> None:
        node(self, *args, **kwargs)
        calls.append(self)

    def obtained(input_shape: Any, default_size: int, min_size: int, *args: Any, **kwargs: Any) -> Any:
        sizes.append((default_size, min_size))
        return shape(input_shape, default_size, min_size, *args, **kwargs)

    class AnyBackend:
        def __getattr__(self, name: str) -> Any:
            return (lambda: "any") if name == "backend" else getattr(keras.src.backend, name)

    Node.__init__ = noted
    imagenet_utils.obtain_input_shape = obtained
    file_utils.get_file = lambda *_, **__: ""
    keras.Model.load_weights = lambda *_, **__: None
    nasnet.backend = AnyBackend()


def build(name: str, **options: Any) -> list[Node]:
    calls.clear()
    with keras.device("meta"):
        model = getattr(keras.applications, name)(**options)
    own = {id(node) for nodes in model._nodes_by_depth.values() for node in nodes}  # noqa: SLF001 - a nested model has its own
    return [node for node in calls if id(node) in own]


def plain(value: Any) -> Any:
    if isinstance(value, (list, tuple)):
        items = [plain(item) for item in value]
        return items[0] if items and all(item == items[0] for item in items) and isinstance(items[0], int) else items
    return value


def config(layer: Any) -> dict[str, Any]:
    """The constructor's arguments that change a shape, a count or a meaning."""
    if isinstance(layer, keras.Sequential):
        return {"layers": [[type(inner).__name__, inner.name, config(inner)] for inner in layer.layers]}
    if not isinstance(layer, keras.layers.Layer):
        return {}
    full = {key: plain(value) for key, value in layer.get_config().items() if key not in INITIAL}
    drop = ("initializer", "regularizer", "constraint", "seed", "lora", "quantization", "renorm", "synchronized")
    full = {key: value for key, value in full.items() if not any(word in key for word in drop)}
    assumed = {"activation": "linear", **{k: v for k, v in defaults(type(layer)).items() if v is not None}}
    full = {key: STATED.get(value, value) if isinstance(value, (int, str)) else value for key, value in full.items()}
    return {key: value for key, value in full.items() if value is not None and assumed.get(key) != value}


def defaults(kind: type) -> dict[str, Any]:
    """What the constructor assumes."""
    parameters = inspect.signature(kind).parameters.values()
    return {parameter.name: plain(parameter.default) for parameter in parameters}


def rows(nodes: list[Node], again: list[Node]) -> list[list[Any]]:
    """The rows of one model; `again` are those of a second build, whose made-up names differ."""
    where: dict[int, int] = {}
    found = []
    for index, (node, other) in enumerate(zip(nodes, again, strict=True)):
        for tensor in node.output_tensors:
            where[id(tensor)] = index
        if node.is_input:
            continue
        layer = node.operation
        kind = type(layer).__name__
        values = config(layer)
        if not isinstance(layer, keras.layers.Layer):
            kind = {"Add": "+", "Multiply": "*"}[kind]
            values = {} if len(node.input_tensors) > 1 else {"by": node.arguments.args[1]}
        if kind == "Activation":
            values["activation"] = STATED.get(stated := layer.get_config()["activation"], stated)
        name = layer.name if layer.name == other.operation.name else None
        found.append([kind, name, values, [index - where[id(tensor)] for tensor in node.input_tensors]])
    return found


def model_rows(name: str, **options: Any) -> list[list[Any]]:
    return rows(build(name, **options), build(name, **options))


def radius(padding: Any) -> int:
    """The larger width of a padding: a number, pairs, or the 1 that is the default."""
    if padding is None:
        return 1
    return padding if isinstance(padding, int) else max(width for pair in padding for width in pair)


def mark_padding(shared: list[list[Any]], sized: list[list[list[Any]]]) -> None:
    """Write `$pad` with its radius where the padding follows the size."""
    for index, row in enumerate(shared):
        paddings = [model[index][2].get("padding") for model in sized]
        if row[0] == "ZeroPadding2D" and any(padding != paddings[0] for padding in paddings):
            row[2] = {"padding": "$pad", "radius": max(radius(padding) for padding in paddings)}
        assert "$pad" in row[2].values() or all(model[index][2] == row[2] for model in sized), row


def condition(longer: list[list[Any]], shorter: list[list[Any]], word: str) -> list[list[Any]]:
    """`longer`, the rows that `shorter` lacks marked with the condition under which they exist."""
    extra = len(longer) - len(shorter)
    if extra:
        start = next(i for i, (row, other) in enumerate(zip(longer, shorter, strict=False)) if row[:3] != other[:3])
        assert [row[:3] for row in longer[start + extra :]] == [row[:3] for row in shorter[start:]]
        for row in longer[start : start + extra]:
            assert row[3] == [1]
            row[2]["$if"] = word
    return longer


def widths(name: str, **options: Any) -> list[int | None]:
    """The filters of every row of the model with its top."""
    rows = model_rows(name, weights=None, classes=CLASSES, input_shape=(224, 224, 3), **options)
    return [row[2].get("filters") for row in rows]


def forms(name: str, **options: Any) -> dict[str, list[list[Any]]]:
    """The model with its top, without one, and with either pooling."""
    chosen = {"plain": None, "avg": "avg", "max": "max"}
    # Every padding that follows the size is then the one of a size that is not stated.
    size = {"input_shape": (224, 224, 3)} | options
    top = model_rows(name, weights=None, classes=CLASSES, classifier_activation=ACTIVATION, **size)
    return {"top": top} | {
        form: model_rows(name, include_top=False, weights=None, pooling=pooling, **options)
        for form, pooling in chosen.items()
    }


def body(name: str, **options: Any) -> list[list[Any]]:
    return model_rows(name, include_top=False, **{"weights": None, **options})


def table(name: str, **options: Any) -> dict[str, Any]:
    """All that is known of one architecture."""
    sizes.clear()
    parameters = inspect.signature(getattr(keras.applications, name)).parameters
    found = forms(name, **options)
    default, minimum = sizes[0] if sizes else (None, 32)
    sized = [body(name, input_shape=(size, size, 3), **options) for size in SIZES]
    if len({len(rows) for rows in (found["plain"], *sized)}) > 1:
        print(name, "has another graph without a size")
        found = forms(name, input_shape=(default, default, 3), **options)
    count = 0
    while all(len(rows) > count and rows[count] == found["top"][count] for rows in found.values()):
        count += 1
    shared = found["top"][:count]
    mark_padding(shared, [rows[:count] for rows in sized])
    loaded = body(name, weights="imagenet", **options)[
        : count + len(body(name, weights="imagenet", **options)) - len(found["plain"])
    ]
    for index, row in enumerate(condition(loaded, body(name, **options)[:count], "weights")):
        if row[2].get("$if"):
            shared.insert(index, row)
    if "include_preprocessing" in parameters:
        without = body(name, include_preprocessing=False, **options)
        bare = condition(body(name, **options), without, "preprocessing")
        for row, marked in zip(shared, bare, strict=False):
            if "$if" in marked[2]:
                row[2]["$if"] = "preprocessing"
    result: dict[str, Any] = {"name": parameters["name"].default, "size": default, "minimum": minimum}
    if name in WIDTHS and not options:
        result["alpha"] = {str(alpha): widths(name, alpha=alpha) for alpha in WIDTHS[name]}
    if "minimalistic" in parameters and not options:
        result["minimalistic"] = table(name, minimalistic=True)
    return result | {"body": shared} | {form: rows[count:] for form, rows in found.items()}


if __name__ == "__main__":
    watch()
    OUTPUT.mkdir(exist_ok=True)
    names = sys.argv[1:] or [name for name in dir(keras.applications) if name[0].isupper()]
    for name in names:
        keras.backend.clear_session()
        text = json.dumps(table(name), separators=(",", ":")).replace("]],[", "]],\n[")
        (OUTPUT / f"{name}.json").write_text(text + "\n")
        print(name, len(text))
