from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.api import Rule

from ._shared import Graph, built

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cnnlint.api import Context, Finding, Model


class DropoutBeforePooling(Rule):
    """Dropout feeds a max pooling, which undoes most of it.

    ## What it does

    Reports an element-wise dropout whose output goes straight into a max pooling.

    ## Why is this bad?

    A max pooling passes on the largest value that is left in its window, so that a dropped value is replaced by its
    neighbour. The dropout is then far weaker than its rate says.

    ## Example

    ```python
    from keras import layers, models

    model = models.Sequential([
        layers.Input((32, 32, 8)),
        layers.Conv2D(16, 3, activation="relu"),
        layers.Dropout(0.3),
        layers.MaxPooling2D(2),
    ])
    ```

    ```python
    from torch import nn

    model = nn.Sequential(nn.Conv2d(8, 16, 3), nn.ReLU(), nn.Dropout(0.3), nn.MaxPool2d(2))
    ```

    ## Use instead

    ```python
    from keras import layers, models

    model = models.Sequential([
        layers.Input((32, 32, 8)),
        layers.Conv2D(16, 3, activation="relu"),
        layers.MaxPooling2D(2),
        layers.SpatialDropout2D(0.3),
    ])
    ```

    ```python
    from torch import nn

    model = nn.Sequential(nn.Conv2d(8, 16, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Dropout2d(0.3))
    ```

    ## Evidence

    NeuraLint's smell "useless dropout". Of 81 developers who were asked about such smells, 47 to 68 % agreed.

    ## References

    - A. Nikanjam, F. Khomh: [Design smells in deep learning programs](https://arxiv.org/abs/2107.02279), 2021: "useless
      dropout"
    """

    code = "CNN306"
    name = "dropout-before-pooling"
    severity = "info"
    since = "0.1.0"
    default = False

    def check_model(self, model: Model, context: Context) -> Iterable[Finding]:
        for layer, pool in Graph(model).pairs():
            if (
                layer.type == "Dropout"
                and not layer.config.get("noise_shape")
                and pool.kind == "pooling"
                and "max" in pool.type.lower()
            ):
                yield self.finding(
                    f"`{pool.name}` undoes most of `{layer.name}`: it passes on what was not dropped",
                    layer.place,
                    related=(*built(layer), *built(pool)),
                    help="put the dropout behind the pooling",
                    model=model.name,
                    layer=layer.name,
                )
