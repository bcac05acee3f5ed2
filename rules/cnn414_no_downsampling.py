from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from cnnlint.api import Rule

from ._shared import PLAIN, Graph, built, is_convolution, is_pooled, known, sizes

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cnnlint.api import Context, Finding, Layer, Model


class NoDownsampling(Rule):
    """A stack of convolutions goes into a classifier without ever making its map smaller.

    ## What it does

    Reports a plain path of at least `convolutions` convolutions over two axes or more, none of them with a stride, and
    no pooling in between, that ends in a flatten with a dense layer behind it.

    ## Why is this bad?

    Each layer works on the map in its full size, the last one sees a small part of the image only, and the dense layer
    has a weight for every place.

    ## Example

    ```python
    from keras import layers, models

    model = models.Sequential([
        layers.Input((32, 32, 8)),
        layers.Conv2D(16, 3, activation="relu"),
        layers.Conv2D(16, 3, activation="relu"),
        layers.Conv2D(16, 3, activation="relu"),
        layers.Flatten(),
        layers.Dense(10),
    ])
    ```

    ```python
    import torch
    from torch import nn

    model = nn.Sequential(
        nn.Conv2d(8, 16, 3), nn.ReLU(), nn.Conv2d(16, 16, 3), nn.ReLU(), nn.Conv2d(16, 16, 3), nn.ReLU(),
        nn.Flatten(), nn.Linear(16 * 26 * 26, 10),
    )
    model(torch.zeros(1, 8, 32, 32))
    ```

    ## Use instead

    ```python
    from keras import layers, models

    model = models.Sequential([
        layers.Input((32, 32, 8)),
        layers.Conv2D(16, 3, activation="relu"),
        layers.Conv2D(16, 3, activation="relu"),
        layers.MaxPooling2D(),
        layers.Conv2D(16, 3, activation="relu"),
        layers.Flatten(),
        layers.Dense(10),
    ])
    ```

    ```python
    import torch
    from torch import nn

    model = nn.Sequential(
        nn.Conv2d(8, 16, 3), nn.ReLU(), nn.Conv2d(16, 16, 3, stride=2), nn.ReLU(), nn.Conv2d(16, 16, 3), nn.ReLU(),
        nn.Flatten(), nn.Linear(16 * 12 * 12, 10),
    )
    model(torch.zeros(1, 8, 32, 32))
    ```

    ## Options

    - `convolutions` in `[tool.cnnlint.rules.no-downsampling]`: how many convolutions the path has at least, 3 where
      nothing is said.

    ## Evidence

    A rule of NeuraLint ("no pooling at all"); no published study counts it.
    """

    code = "CNN414"
    name = "no-downsampling"
    severity = "info"
    since = "0.1.0"
    default = False
    options: ClassVar = {"convolutions": 3}

    def check_model(self, model: Model, context: Context) -> Iterable[Finding]:
        graph = Graph(model)
        for index in graph.leaves:
            layer = graph.layers[index]
            if layer.kind != "dense":
                continue
            stack = _stack(graph, index)
            if stack is not None and len(stack) >= self.option(context, "convolutions"):
                first = stack[-1]
                size = stack[0].outputs[0] if stack[0].outputs else None
                number = f" of {' x '.join(str(known(dim) or '?') for dim in size[1:])}" if size is not None else ""
                yield self.finding(
                    f"{len(stack)} convolutions in a row without a pooling or a stride, and the whole map{number} goes "
                    f"into `{layer.name}`",
                    first.place,
                    related=built(first),
                    help="put a pooling, or a stride of 2, between them",
                    model=model.name,
                    layer=first.name,
                )


def _stack(graph: Graph, index: int) -> list[Layer] | None:
    """The convolutions behind a flatten and before a dense layer, the last first; None where a map is made smaller."""
    found: list[Layer] = []
    flattened = False
    at: int | None = index
    while at is not None:
        layer = graph.layers[at]
        if is_pooled(layer) or layer.kind == "global-pooling" or "mean" in (layer.via or ()):
            return None
        flattened = flattened or layer.kind == "flatten" or not FLATTENING.isdisjoint(layer.via or ())
        if layer.kind == "convolution":
            strides = sizes(layer, "strides")
            if not is_convolution(layer) or not flattened or len(strides) < 2 or max(strides) > 1:
                return None
            found.append(layer)
        elif layer.kind not in PASSED and at != index:
            return None
        if graph.sources(at) == ():
            return found or None
        at = graph.only_source(at, PLAIN)
    return None


FLATTENING = frozenset({"flatten", "view", "reshape"})
PASSED = frozenset({"activation", "normalization", "dropout", "flatten", "padding", "rescaling", "input"})
