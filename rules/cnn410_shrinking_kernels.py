from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.api import Related, Rule

from ._shared import Graph, built, is_convolution, shown, sizes

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cnnlint.api import Context, Finding, Model

PASSED = frozenset({"pooling", "normalization", "activation", "dropout", "padding"})
FUNCTIONS = frozenset({"relu", "max_pool2d", "avg_pool2d", "dropout"})


class ShrinkingKernels(Rule):
    """A convolution looks at a smaller window than the one before it.

    ## What it does

    Reports a convolution whose window is smaller, on each axis, than that of the convolution that it follows on a plain
    path. Windows of a single point, branches and transposed convolutions are left alone.

    ## Why is this bad?

    The first layers are meant for what is close together and the later ones for what is far apart. Where the windows
    shrink, the first layer mixes wide areas while little is known of them. Many good networks start with one wide
    window for the sake of speed; the rule is off unless it is selected.

    ## Example

    ```python
    from keras import layers, models

    model = models.Sequential([
        layers.Input((64, 64, 8)),
        layers.Conv2D(16, 7, activation="relu"),
        layers.MaxPooling2D(2),
        layers.Conv2D(32, 3, activation="relu"),
    ])
    ```

    ```python
    from torch import nn

    model = nn.Sequential(nn.Conv2d(8, 16, 5), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(16, 32, 3), nn.ReLU())
    ```

    ## Use instead

    ```python
    from keras import layers, models

    model = models.Sequential([
        layers.Input((64, 64, 8)),
        layers.Conv2D(16, 3, activation="relu"),
        layers.MaxPooling2D(2),
        layers.Conv2D(32, 3, activation="relu"),
    ])
    ```

    ```python
    from torch import nn

    model = nn.Sequential(nn.Conv2d(8, 16, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(16, 32, 3), nn.ReLU())
    ```

    ## Evidence

    NeuraLint's smell "losing local correlation". Of 81 developers who were asked about such smells, 47 to 68 % agreed.

    ## References

    - A. Nikanjam, F. Khomh: [Design smells in deep learning programs](https://arxiv.org/abs/2107.02279), 2021
    """

    code = "CNN410"
    name = "shrinking-kernels"
    severity = "info"
    since = "0.1.0"
    default = False

    def check_model(self, model: Model, context: Context) -> Iterable[Finding]:
        graph = Graph(model)
        for index in graph.leaves:
            layer = graph.layers[index]
            source = graph.behind(index, PASSED, FUNCTIONS) if is_convolution(layer) else None
            if source is None or not is_convolution(graph.layers[source]):
                continue
            before = graph.layers[source]
            small, large = sizes(layer, "kernel_size"), sizes(before, "kernel_size")
            if not small or len(small) != len(large) or min(small) < 2:
                continue
            if all(one < other for one, other in zip(small, large, strict=True)):
                yield self.finding(
                    f"`{layer.name}` has a window of {shown(small)}, smaller than the {shown(large)} of "
                    f"`{before.name}` before it",
                    layer.place,
                    related=(*built(layer), Related(f"a window of {shown(large)}", before.built_at or before.place)),
                    help="let the windows grow, or stay, from layer to layer",
                    model=model.name,
                    layer=layer.name,
                    expected=f"at least {shown(large)}",
                    actual=shown(small),
                )
