from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from cnnlint.api import Rule

from ._shared import Graph, built, is_convolution
from .cnn411_mixed_block import depth

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cnnlint.api import Context, Finding, Model


class AverageDownsampling(Rule):
    """An average pooling between convolutions makes the maps of a deep network smaller.

    ## What it does

    Reports an average pooling with convolutions before and behind it, on a plain path of at least `layers` convolutions
    and poolings. The last pooling, in front of the classifier, is left alone.

    ## Why is this bad?

    A mean blurs what the convolutions before it have found: one strong answer among four places becomes a weak one. A
    max pooling, or a stride, keeps it. Good networks use it, though (DenseNet); the rule is off unless it is selected.

    ## Example

    ```python
    from keras import layers, models


    def block(filters):
        return [
            layers.Conv2D(filters, 3, padding="same", use_bias=False), layers.BatchNormalization(), layers.ReLU(),
            layers.Conv2D(filters, 3, padding="same", use_bias=False), layers.BatchNormalization(), layers.ReLU(),
        ]


    model = models.Sequential([
        layers.Input((64, 64, 8)),
        *block(16), layers.AveragePooling2D(), *block(32), layers.AveragePooling2D(), *block(64),
        layers.AveragePooling2D(), *block(128),
    ])
    ```

    ## Use instead

    ```python
    from keras import layers, models


    def block(filters):
        return [
            layers.Conv2D(filters, 3, padding="same", use_bias=False), layers.BatchNormalization(), layers.ReLU(),
            layers.Conv2D(filters, 3, padding="same", use_bias=False), layers.BatchNormalization(), layers.ReLU(),
        ]


    model = models.Sequential([
        layers.Input((64, 64, 8)),
        *block(16), layers.MaxPooling2D(), *block(32), layers.MaxPooling2D(), *block(64), layers.MaxPooling2D(),
        *block(128),
    ])
    ```

    ## Options

    - `layers` in `[tool.cnnlint.rules.average-downsampling]`: how many convolutions and poolings make a network deep,
      10 where nothing is said, as in NeuraLint.

    ## Evidence

    NeuraLint's smell "non-dominating down-sampling". Of 81 developers who were asked about such smells, 47 to 68 %
    agreed.

    ## References

    - A. Nikanjam, F. Khomh: [Design smells in deep learning programs](https://arxiv.org/abs/2107.02279), 2021
    """

    code = "CNN413"
    name = "average-downsampling"
    severity = "info"
    since = "0.1.0"
    default = False
    options: ClassVar = {"layers": 10}

    def check_model(self, model: Model, context: Context) -> Iterable[Finding]:
        graph = Graph(model)
        for chain in graph.chains():
            rows = [graph.layers[index] for index in chain]
            convolutions = [at for at, layer in enumerate(rows) if is_convolution(layer)]
            if not convolutions or depth(rows) < self.option(context, "layers"):
                continue
            for layer in rows[convolutions[0] + 1 : convolutions[-1]]:
                if layer.kind == "pooling" and ("average" in layer.type.lower() or "avg" in layer.type.lower()):
                    yield self.finding(
                        f"`{layer.name}` blurs the map between two convolutions of a deep network",
                        layer.place,
                        related=built(layer),
                        help="use a max pooling, or a stride of the convolution",
                        model=model.name,
                        layer=layer.name,
                    )
