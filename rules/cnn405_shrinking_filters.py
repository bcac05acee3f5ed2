from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.api import Related, Rule

from ._shared import Graph, built, is_convolution, known, setting, sizes

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cnnlint.api import Context, Finding, Model

SEPARATORS = frozenset({"pooling", "normalization", "activation", "dropout", "padding"})


class ShrinkingFilters(Rule):
    """A convolution has fewer filters than the one before it.

    ## What it does

    Reports a convolution with a window larger than a point whose filters are fewer than those of the convolution that
    it follows on a plain path. Pointwise convolutions, branches and transposed convolutions are left alone, and so is
    the last convolution of a model, which may map to its output.

    ## Why is this bad?

    While the map shrinks, its channels are expected to grow, so that what is known of each place grows with the area
    that it stands for. A narrow layer in the middle is a bottleneck for everything behind it.

    ## Example

    ```python
    from keras import layers, models

    model = models.Sequential([
        layers.Input((32, 32, 8)),
        layers.Conv2D(64, 3, activation="relu"),
        layers.MaxPooling2D(2),
        layers.Conv2D(16, 3, activation="relu"),
        layers.Conv2D(32, 3, activation="relu"),
    ])
    ```

    ```python
    from torch import nn

    model = nn.Sequential(
        nn.Conv2d(8, 64, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(64, 16, 3), nn.ReLU(), nn.Conv2d(16, 32, 3)
    )
    ```

    ## Use instead

    ```python
    from keras import layers, models

    model = models.Sequential([
        layers.Input((32, 32, 8)),
        layers.Conv2D(16, 3, activation="relu"),
        layers.MaxPooling2D(2),
        layers.Conv2D(32, 3, activation="relu"),
        layers.Conv2D(64, 3, activation="relu"),
    ])
    ```

    ```python
    from torch import nn

    model = nn.Sequential(
        nn.Conv2d(8, 16, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(16, 32, 3), nn.ReLU(), nn.Conv2d(32, 64, 3)
    )
    ```

    ## Evidence

    NeuraLint's smell "non-expanding feature map". Of 81 developers who were asked about such smells, 47 to 68 %
    agreed.

    ## References

    - A. Nikanjam, F. Khomh: [Design smells in deep learning programs](https://arxiv.org/abs/2107.02279), 2021:
      "non-expanding feature map"
    """

    code = "CNN405"
    name = "shrinking-filters"
    severity = "info"
    since = "0.1.0"
    default = False

    def check_model(self, model: Model, context: Context) -> Iterable[Finding]:
        graph = Graph(model)
        convolutions = [index for index in graph.leaves if graph.layers[index].kind == "convolution"]
        for index in convolutions[:-1]:
            layer = graph.layers[index]
            source = graph.only_source(index)
            while source is not None and graph.layers[source].kind in SEPARATORS:
                source = graph.only_source(source)
            if source is None or not (is_convolution(layer) and is_convolution(graph.layers[source])):
                continue
            before = graph.layers[source]
            more, fewer = known(setting(before, "filters")), known(setting(layer, "filters"))
            if more and fewer and fewer < more and max(sizes(layer, "kernel_size"), default=1) > 1:
                yield self.finding(
                    f"`{layer.name}` has {fewer} filters, fewer than the {more} of `{before.name}` before it",
                    layer.place,
                    related=(*built(layer), Related(f"{more} filters", before.built_at or before.place)),
                    help="let the number of filters grow, or stay, from layer to layer",
                    model=model.name,
                    layer=layer.name,
                    expected=f"at least {more}",
                    actual=str(fewer),
                )
