from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnnlint.api import Related, Rule

from ._shared import Graph, known, setting, shown, sizes

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cnnlint.api import Context, Dim, Finding, Layer, Model


class LostRows(Rule):
    """A decoder gives back a map of another size than the encoder was given, because a step of 2 met an odd size.

    ## What it does

    Reports a model whose layers first make the map smaller and then larger again, whose output has as many axes and
    channels as its input and nearly its size, and in which a pooling or convolution with a stride left out a row that
    did not fill a window, or padded one. All sizes are known.

    ## Why is this bad?

    Half of 7 is 3, and twice 3 is 6: the row is gone, and no doubling brings it back. The output cannot be compared
    with the input, or with a mask of its size; where a skip connection joins the two, the program stops.

    ## Example

    ```python
    from keras import layers, models

    model = models.Sequential([
        layers.Input((28, 28, 1)),
        layers.Rescaling(1 / 255),
        layers.Conv2D(16, 3, padding="same", activation="relu"),
        layers.MaxPooling2D(),
        layers.MaxPooling2D(),
        layers.MaxPooling2D(),
        layers.Conv2DTranspose(16, 2, strides=2, activation="relu"),
        layers.Conv2DTranspose(16, 2, strides=2, activation="relu"),
        layers.Conv2DTranspose(1, 2, strides=2, activation="sigmoid"),
    ])
    ```

    ```python
    import torch
    from torch import nn

    model = nn.Sequential(
        nn.Conv2d(1, 16, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.MaxPool2d(2), nn.MaxPool2d(2),
        nn.Upsample(scale_factor=8), nn.Conv2d(16, 1, 3, padding=1),
    )
    model(torch.zeros(1, 1, 28, 28))
    ```

    ## Use instead

    ```python
    from keras import layers, models

    model = models.Sequential([
        layers.Input((32, 32, 1)),
        layers.Rescaling(1 / 255),
        layers.Conv2D(16, 3, padding="same", activation="relu"),
        layers.MaxPooling2D(),
        layers.MaxPooling2D(),
        layers.MaxPooling2D(),
        layers.Conv2DTranspose(16, 2, strides=2, activation="relu"),
        layers.Conv2DTranspose(16, 2, strides=2, activation="relu"),
        layers.Conv2DTranspose(1, 2, strides=2, activation="sigmoid"),
    ])
    ```

    ```python
    import torch
    from torch import nn

    model = nn.Sequential(
        nn.Conv2d(1, 16, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.MaxPool2d(2), nn.MaxPool2d(2),
        nn.Upsample(scale_factor=8), nn.Conv2d(16, 1, 3, padding=1),
    )
    model(torch.zeros(1, 1, 32, 32))
    ```

    ## Evidence

    SFData, 87 crashing programs posted on Stack Overflow, holds one decoder that is given another size than it was
    built for.

    ## References

    - O. Ronneberger and others: [U-Net](https://arxiv.org/abs/1505.04597), 2015, section 2: "it is important to select
      the input tile size such that all 2x2 max-pooling operations are applied to a layer with an even x- and y-size"
    """

    code = "CNN417"
    name = "lost-rows"
    severity = "warning"
    since = "0.1.0"

    def check_model(self, model: Model, context: Context) -> Iterable[Finding]:
        graph = Graph(model)
        sizes_ = _given_and_given_back(model)
        if sizes_ is None:
            return
        given, back = sizes_
        rows = [(index, graph.layers[index]) for index in graph.leaves]
        losing = [index for index, layer in rows if _rounds(layer, model.framework)]
        growing = [index for index, layer in rows if _grows(layer, model.framework)]
        if not losing or not growing or losing[0] > growing[-1]:
            return
        step = 1
        for _, layer in rows:
            step *= max(_steps(layer), default=1)
        apart = [abs(one - other) for one, other in zip(given, back, strict=True)]
        if not 0 < max(apart) < step:
            return
        layer = graph.layers[losing[0]]
        before, after = (_places(shape, model.framework) for shape in (layer.inputs[0], layer.outputs[0]))
        fitting = tuple(-(-size // step) * step for size in given)
        yield self.finding(
            f"`{model.name}` is given {shown(given)} and gives back {shown(back)}: `{layer.name}` makes "
            f"{shown(after)} of {shown(before)}",
            layer.place,
            related=(Related("the map grows again from here on", graph.layers[growing[0]].place),),
            help=f"use an input of {shown(fitting)}, which {step} divides, or pad the map before `{layer.name}`",
            model=model.name,
            layer=layer.name,
            expected=shown(given),
            actual=shown(back),
        )


def _given_and_given_back(model: Model) -> tuple[tuple[int, ...], tuple[int, ...]] | None:
    """The places of the one input and the one output, if both are known and have as many axes and channels."""
    given, back = _only(model.inputs), _only(model.outputs)
    if given is None or back is None or len(given) != len(back) or len(given) < 4:
        return None
    axis = 1 if model.framework == "torch" else -1
    first, last = _places(given, model.framework), _places(back, model.framework)
    if not first or not last or known(given[axis]) is None or known(given[axis]) != known(back[axis]):
        return None
    return first, last


def _only(tree: Any) -> tuple[Dim, ...] | None:
    """The one shape of a structure of shapes; None for several."""
    while isinstance(tree, tuple) and len(tree) == 1 and isinstance(tree[0], tuple):
        tree = tree[0]
    return tree if isinstance(tree, tuple) and not any(isinstance(each, tuple) for each in tree) else None


def _places(shape: object, framework: str) -> tuple[int, ...]:
    """The sizes of a map, without batch and channels; empty where not all are numbers."""
    if not isinstance(shape, tuple) or len(shape) < 3:
        return ()
    found = shape[2:] if framework == "torch" else shape[1:-1]
    return found if all(isinstance(size, int) for size in found) else ()


def _steps(layer: Layer) -> tuple[int, ...]:
    if layer.kind not in {"convolution", "pooling"} or "transpose" in layer.type.lower():
        return ()
    strides = sizes(layer, "strides")
    return strides or (sizes(layer, "pool_size") or sizes(layer, "kernel_size") if layer.kind == "pooling" else ())


def _rounds(layer: Layer, framework: str) -> bool:
    """Whether a step larger than 1 does not divide the map on some axis, so that a row is left out or padded."""
    steps = _steps(layer)
    if max(steps, default=1) == 1 or not layer.inputs or not layer.outputs:
        return False
    before, after = _places(layer.inputs[0], framework), _places(layer.outputs[0], framework)
    window = sizes(layer, "kernel_size") or sizes(layer, "pool_size")
    if not before or not len(before) == len(after) == len(steps) == len(window):
        return False
    if setting(layer, "padding") == "same":
        return any(size % step for size, step in zip(before, steps, strict=True))
    padding = sizes(layer, "padding") or (0,) * len(steps)
    rows = zip(before, after, steps, window, padding, strict=True)
    return any(size + 2 * pad - (made - 1) * step - wide > pad for size, made, step, wide, pad in rows)


def _grows(layer: Layer, framework: str) -> bool:
    if not layer.inputs or not layer.outputs or layer.kind == "padding":
        return False
    before, after = _places(layer.inputs[0], framework), _places(layer.outputs[0], framework)
    return bool(before) and len(before) == len(after) and all(a > b for a, b in zip(after, before, strict=True))
