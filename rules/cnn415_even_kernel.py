from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.api import Rule

from ._shared import Graph, built, is_convolution, setting, shown, sizes

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cnnlint.api import Context, Finding, Model


class EvenKernel(Rule):
    """A convolution that keeps the size of its map has a window without a centre.

    ## What it does

    Reports a convolution with `padding="same"`, a stride of 1 and an even window on some axis.

    ## Why is this bad?

    An even window has no middle: one row more has to be padded on one side than on the other, and the map moves by half
    a pixel with each such layer. Layers behind each other add up to whole pixels.

    ## Example

    ```python
    from keras import layers, models

    model = models.Sequential([
        layers.Input((32, 32, 8)),
        layers.Conv2D(16, 4, padding="same", activation="relu"),
    ])
    ```

    ```python
    from torch import nn

    model = nn.Sequential(nn.Conv2d(8, 16, 4, padding="same"), nn.ReLU())
    ```

    ## Use instead

    ```python
    from keras import layers, models

    model = models.Sequential([
        layers.Input((32, 32, 8)),
        layers.Conv2D(16, 3, padding="same", activation="relu"),
    ])
    ```

    ```python
    from torch import nn

    model = nn.Sequential(nn.Conv2d(8, 16, 3, padding="same"), nn.ReLU())
    ```

    ## Evidence

    No published study counts it.
    """

    code = "CNN415"
    name = "even-kernel"
    severity = "info"
    since = "0.1.0"
    default = False

    def check_model(self, model: Model, context: Context) -> Iterable[Finding]:
        graph = Graph(model)
        for layer in (graph.layers[index] for index in graph.leaves):
            window, strides = sizes(layer, "kernel_size"), sizes(layer, "strides")
            if not is_convolution(layer) or setting(layer, "padding") != "same" or max(strides, default=2) > 1:
                continue
            if any(size % 2 == 0 for size in window):
                yield self.finding(
                    f"`{layer.name}` keeps the size of its map with a window of {shown(window)}, which has no centre",
                    layer.place,
                    related=built(layer),
                    help=f"use a window of {shown(size + 1 - size % 2 for size in window)}",
                    model=model.name,
                    layer=layer.name,
                    expected="an odd window",
                    actual=shown(window),
                )
