from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.api import Rule

from ._shared import Graph, built, shown, sizes

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cnnlint.api import Context, Finding, Model


class StrideBeyondWindow(Rule):
    """A convolution or pooling steps further than its window is wide, so that it never sees some of its input.

    ## What it does

    Reports a layer whose stride is larger than its kernel or pool, dilation included, on some axis. A convolution that
    looks at single points is left alone: with a stride it is the usual shortcut of a residual block.

    ## Why is this bad?

    Between two windows there are rows and columns that no output depends on. That is rarely meant; the two numbers were
    rather given in the wrong order.

    ## Example

    ```python
    from keras import layers, models

    model = models.Sequential([
        layers.Input((32, 32, 8)),
        layers.Conv2D(16, 3, strides=4, activation="relu"),
    ])
    ```

    ```python
    from torch import nn

    model = nn.Sequential(nn.Conv2d(8, 16, 3, stride=4), nn.ReLU())
    ```

    ## Use instead

    ```python
    from keras import layers, models

    model = models.Sequential([
        layers.Input((32, 32, 8)),
        layers.Conv2D(16, 4, strides=3, activation="relu"),
    ])
    ```

    ```python
    from torch import nn

    model = nn.Sequential(nn.Conv2d(8, 16, 4, stride=3), nn.ReLU())
    ```

    ## Evidence

    No study counts it.
    """

    code = "CNN408"
    name = "stride-beyond-window"
    severity = "warning"
    since = "0.1.0"
    default = False

    def check_model(self, model: Model, context: Context) -> Iterable[Finding]:
        graph = Graph(model)
        for layer in (graph.layers[index] for index in graph.leaves):
            if layer.kind not in {"convolution", "pooling"} or "transpose" in layer.type.lower():
                continue
            window = sizes(layer, "kernel_size") or sizes(layer, "pool_size")
            strides = sizes(layer, "strides")
            dilation = sizes(layer, "dilation_rate") or (1,) * len(window)
            reach = [(size - 1) * step + 1 for size, step in zip(window, dilation, strict=False)]
            if max(window, default=1) == 1 or len(strides) != len(reach):
                continue
            if any(stride > size for stride, size in zip(strides, reach, strict=True)):
                yield self.finding(
                    f"`{layer.name}` skips part of its input: its stride of {shown(strides)} is larger than its "
                    f"window of {shown(reach)}",
                    layer.place,
                    related=built(layer),
                    help="use a stride of at most the size of the window",
                    model=model.name,
                    layer=layer.name,
                    expected=f"at most {shown(reach)}",
                    actual=shown(strides),
                )
