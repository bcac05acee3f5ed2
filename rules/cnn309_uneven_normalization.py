from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from cnnlint.api import Related, Rule

from ._shared import Graph, built, is_convolution

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cnnlint.api import Context, Finding, Model


class UnevenNormalization(Rule):
    """Of many convolutions in a row, one has no normalization behind it.

    ## What it does

    Reports a convolution without a normalization between itself and the next one, on a plain path where all other
    convolutions have one. The first and the last convolution of the path are left alone: the one may be a stem, the
    other gives the scores. The path has at least `convolutions` of them.

    ## Why is this bad?

    Where each block has a normalization, one that has none is mostly a line that was lost in copying. The scale of its
    output is then free, and what follows has to make up for it.

    ## Example

    ```python
    from torch import nn

    model = nn.Sequential(
        nn.Conv2d(8, 16, 3, bias=False), nn.BatchNorm2d(16), nn.ReLU(),
        nn.Conv2d(16, 32, 3, stride=2, bias=False), nn.BatchNorm2d(32), nn.ReLU(),
        nn.Conv2d(32, 32, 3), nn.ReLU(),
        nn.Conv2d(32, 64, 3, stride=2, bias=False), nn.BatchNorm2d(64), nn.ReLU(),
    )
    ```

    ```python
    from keras import layers, models


    def block(filters):
        return [layers.Conv2D(filters, 3, use_bias=False), layers.BatchNormalization(), layers.ReLU()]


    model = models.Sequential([
        layers.Input((64, 64, 8)),
        *block(16),
        *block(16),
        layers.Conv2D(32, 3, activation="relu"),
        layers.MaxPooling2D(),
        *block(32),
    ])
    ```

    ## Use instead

    ```python
    from torch import nn

    model = nn.Sequential(
        nn.Conv2d(8, 16, 3, bias=False), nn.BatchNorm2d(16), nn.ReLU(),
        nn.Conv2d(16, 32, 3, stride=2, bias=False), nn.BatchNorm2d(32), nn.ReLU(),
        nn.Conv2d(32, 32, 3, bias=False), nn.BatchNorm2d(32), nn.ReLU(),
        nn.Conv2d(32, 64, 3, stride=2, bias=False), nn.BatchNorm2d(64), nn.ReLU(),
    )
    ```

    ```python
    from keras import layers, models


    def block(filters):
        return [layers.Conv2D(filters, 3, use_bias=False), layers.BatchNormalization(), layers.ReLU()]


    model = models.Sequential([
        layers.Input((64, 64, 8)),
        *block(16),
        *block(16),
        *block(32),
        layers.MaxPooling2D(),
        *block(32),
    ])
    ```

    ## Options

    - `convolutions` in `[tool.cnnlint.rules.uneven-normalization]`: how many convolutions the path has at least, 4
      where nothing is said.

    ## Evidence

    One of TheDeepChecker's 155 labelled posts misses a batch normalization, four use it wrongly.
    """

    code = "CNN309"
    name = "uneven-normalization"
    severity = "info"
    since = "0.1.0"
    default = False
    options: ClassVar = {"convolutions": 4}

    def check_model(self, model: Model, context: Context) -> Iterable[Finding]:
        graph = Graph(model)
        for chain in graph.chains():
            rows = [graph.layers[index] for index in chain]
            found: list[int] = []
            bare: list[int] = []
            for at, layer in enumerate(rows):
                if is_convolution(layer):
                    found.append(at)
                    bare.append(at)
                elif layer.kind == "normalization" and bare and bare[-1] == found[-1]:
                    bare.pop()
            if len(found) < self.option(context, "convolutions"):
                continue
            inside = [at for at in bare if at != found[-1]]
            if len(inside) != 1 or inside[0] == found[0]:
                continue
            layer, before = rows[inside[0]], rows[found[0]]
            yield self.finding(
                f"`{layer.name}` is the only one of {len(found)} convolutions in a row without a normalization",
                layer.place,
                related=(*built(layer), Related(f"`{before.name}`, the first one, has one", before.place)),
                help="add one between the convolution and its activation",
                model=model.name,
                layer=layer.name,
            )
