from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from cnnlint.api import Rule, short_count

from ._shared import Graph, built, is_convolution, is_depthwise, known, shown, sizes

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cnnlint.api import Context, Finding, Layer, Model


class LargeKernels(Rule):
    """All convolutions of a model have large windows.

    ## What it does

    Reports a model of at least `convolutions` convolutions over two axes or more, none of which has a window below
    `size`. Depthwise convolutions do not count.

    ## Why is this bad?

    A window of 7 x 7 has more than five times the weights of one of 3 x 3. Three of the small ones behind each other
    see as much, with three non-linearities and about half of the weights.

    ## Example

    ```python
    from keras import layers, models

    model = models.Sequential([
        layers.Input((64, 64, 8)),
        layers.Conv2D(16, 7, activation="relu"),
        layers.MaxPooling2D(),
        layers.Conv2D(32, 7, activation="relu"),
        layers.MaxPooling2D(),
        layers.Conv2D(64, 7, activation="relu"),
    ])
    ```

    ```python
    from torch import nn

    model = nn.Sequential(
        nn.Conv2d(8, 16, 7), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(16, 32, 7), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(32, 64, 7), nn.ReLU(),
    )
    ```

    ## Use instead

    ```python
    from keras import layers, models

    model = models.Sequential([
        layers.Input((64, 64, 8)),
        layers.Conv2D(16, 3, activation="relu"),
        layers.MaxPooling2D(),
        layers.Conv2D(32, 3, activation="relu"),
        layers.MaxPooling2D(),
        layers.Conv2D(64, 3, activation="relu"),
    ])
    ```

    ```python
    from torch import nn

    model = nn.Sequential(
        nn.Conv2d(8, 16, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(16, 32, 3), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(32, 64, 3), nn.ReLU(),
    )
    ```

    ## Options

    - `size` in `[tool.cnnlint.rules.large-kernels]`: from which size on a window is large, 7 where nothing is said.
    - `convolutions` beside it: how many convolutions the model has at least, 3 where nothing is said.

    ## Evidence

    One of the 70 programs of defects4ml.

    ## References

    - K. Simonyan, A. Zisserman: [Very deep convolutional networks](https://arxiv.org/abs/1409.1556), 2014, section 2.3
    """

    code = "CNN416"
    name = "large-kernels"
    severity = "info"
    since = "0.1.0"
    default = False
    options: ClassVar = {"size": 7, "convolutions": 3}

    def check_model(self, model: Model, context: Context) -> Iterable[Finding]:
        graph = Graph(model)
        rows = [graph.layers[index] for index in graph.leaves]
        found = [layer for layer in rows if is_convolution(layer) and not is_depthwise(layer)]
        windows = [sizes(layer, "kernel_size") for layer in found]
        if len(found) < self.option(context, "convolutions"):
            return
        if any(len(window) < 2 or min(window) < self.option(context, "size") for window in windows):
            return
        smallest = min(windows, key=min)
        costly = max(found, key=lambda layer: known(layer.params) or 0)
        yield self.finding(
            f"all {len(found)} convolutions of `{model.name}` have windows of {shown(smallest)} or more",
            found[0].place,
            related=built(found[0]),
            help="use windows of 3, two or three of them behind each other",
            notes=tuple(_saved(costly)),
            model=model.name,
            layer=found[0].name,
            actual=shown(smallest),
        )


def _saved(layer: Layer) -> Iterable[str]:
    """What a window of 3 in place of the layer's own would leave of its parameters."""
    window, params = sizes(layer, "kernel_size"), known(layer.params)
    if params:
        points = 1
        for size in window:
            points *= size
        fewer = params - params * 3 ** len(window) // points
        yield f"`{layer.name}` alone has {short_count(params)} parameters, {short_count(fewer)} less with a window of 3"
