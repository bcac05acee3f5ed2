from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from cnnlint.api import Related, Rule

from ._shared import Graph, built, is_convolution, is_pooled

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cnnlint.api import Context, Finding, Layer, Model


class PoolingEverywhere(Rule):
    """Each convolution of a deep network is followed by a pooling.

    ## What it does

    Reports a plain path of at least `layers` convolutions and poolings in which every convolution but the last is
    followed by a pooling before the next one.

    ## Why is this bad?

    Each pooling gives up three of four places. After five of them a side of 224 is 7, before the network had a chance
    to make anything of what was there. Two or three convolutions per pooling see more with the same map.

    ## Example

    ```python
    from keras import layers, models


    def block(filters):
        return [
            layers.Conv2D(filters, 3, padding="same", use_bias=False),
            layers.BatchNormalization(),
            layers.ReLU(),
            layers.MaxPooling2D(),
        ]


    model = models.Sequential([
        layers.Input((128, 128, 8)), *block(16), *block(32), *block(64), *block(128), *block(256),
    ])
    ```

    ## Use instead

    ```python
    from keras import layers, models


    def convolution(filters):
        return [layers.Conv2D(filters, 3, padding="same", use_bias=False), layers.BatchNormalization(), layers.ReLU()]


    model = models.Sequential([
        layers.Input((128, 128, 8)),
        *convolution(32), *convolution(32), layers.MaxPooling2D(),
        *convolution(64), *convolution(64), layers.MaxPooling2D(),
        *convolution(128), *convolution(128), layers.MaxPooling2D(),
        *convolution(256),
    ])
    ```

    ## Options

    - `layers` in `[tool.cnnlint.rules.pooling-everywhere]`: how many convolutions and poolings make a network deep, 10
      where nothing is said, as in NeuraLint.

    ## Evidence

    NeuraLint's smell "too much down-sampling". Of 81 developers who were asked about such smells, 47 to 68 % agreed.

    ## References

    - A. Nikanjam, F. Khomh: [Design smells in deep learning programs](https://arxiv.org/abs/2107.02279), 2021
    """

    code = "CNN412"
    name = "pooling-everywhere"
    severity = "info"
    since = "0.1.0"
    default = False
    options: ClassVar = {"layers": 10}

    def check_model(self, model: Model, context: Context) -> Iterable[Finding]:
        graph = Graph(model)
        for chain in graph.chains():
            rows = [graph.layers[index] for index in chain]
            convolutions, pooled, last = _counted(rows)
            if len(convolutions) < 2 or len(convolutions) + pooled < self.option(context, "layers"):
                continue
            if pooled >= len(convolutions) - 1:
                first = convolutions[0]
                yield self.finding(
                    f"each of {len(convolutions)} convolutions in a row is followed by a pooling, {pooled} in all",
                    first.place,
                    related=(*built(first), *(() if last is None else (Related("the last pooling", last.place),))),
                    help="put two or three convolutions before each pooling",
                    model=model.name,
                    layer=first.name,
                )


def _counted(rows: list[Layer]) -> tuple[list[Layer], int, Layer | None]:
    """The convolutions, how many of them a pooling follows, and the last pooling."""
    convolutions: list[Layer] = []
    pooled, last, waiting = 0, None, False
    for layer in rows:
        if is_pooled(layer):
            pooled += waiting
            waiting = False
            last = layer
        if is_convolution(layer):
            convolutions.append(layer)
            waiting = True
    return convolutions, pooled, last
