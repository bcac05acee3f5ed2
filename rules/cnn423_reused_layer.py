from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.api import Related, Rule

from ._shared import Graph, built, known

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cnnlint.api import Context, Finding, Layer, Model

LEARNING = frozenset({"convolution", "dense", "normalization"})


class ReusedLayer(Rule):
    """One layer with weights is applied in several places of a model.

    ## What it does

    Reports a convolution, dense layer or normalization that a model applies twice or more in one run, with one set of
    weights.

    ## Why is this bad?

    In a twin or recurrent network that is the point of it; elsewhere it is a layer that was meant to be built again,
    in a loop for example. A batch normalization then mixes the statistics of two different maps. What is meant cannot
    be known here, so that the rule is off unless it is selected.

    ## Example

    ```python
    from torch import nn


    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv1 = nn.Conv2d(8, 16, 3, bias=False)
            self.conv2 = nn.Conv2d(16, 16, 3, bias=False)
            self.norm = nn.BatchNorm2d(16)

        def forward(self, x):
            x = self.norm(self.conv1(x)).relu()
            return self.norm(self.conv2(x)).relu()
    ```

    ```python
    from keras import layers, models

    hidden = layers.Dense(32, activation="relu")
    inputs = layers.Input((32,))
    x = inputs
    for _ in range(2):
        x = hidden(x)
    model = models.Model(inputs, layers.Dense(10)(x))
    ```

    ## Use instead

    ```python
    from torch import nn


    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv1 = nn.Conv2d(8, 16, 3, bias=False)
            self.conv2 = nn.Conv2d(16, 16, 3, bias=False)
            self.norm1 = nn.BatchNorm2d(16)
            self.norm2 = nn.BatchNorm2d(16)

        def forward(self, x):
            x = self.norm1(self.conv1(x)).relu()
            return self.norm2(self.conv2(x)).relu()
    ```

    ```python
    from keras import layers, models

    inputs = layers.Input((32,))
    x = inputs
    for _ in range(2):
        x = layers.Dense(32, activation="relu")(x)
    model = models.Model(inputs, layers.Dense(10)(x))
    ```

    ## Evidence

    18 of PYSIASSIST's 365 posts about silent bugs are about the structure of the model (5 %).
    """

    code = "CNN423"
    name = "reused-layer"
    severity = "info"
    since = "0.1.0"
    default = False

    def check_model(self, model: Model, context: Context) -> Iterable[Finding]:
        graph = Graph(model)
        rows: dict[tuple[object, ...], list[Layer]] = {}
        for layer in (graph.layers[index] for index in graph.leaves):
            if layer.kind in LEARNING and layer.name:
                rows.setdefault((layer.name, layer.type, layer.built_at), []).append(layer)
        for found in rows.values():
            first, *again = found
            if again and known(first.params) and all(layer.params == 0 for layer in again):
                yield self.finding(
                    f"`{first.name}` is applied {len(found)} times, with one set of {first.params} parameters",
                    again[0].place,
                    related=(
                        *built(first),
                        *((Related("the first time", first.place),) if first.place != again[0].place else ()),
                    ),
                    help="build a layer for each place, unless the weights are meant to be shared",
                    model=model.name,
                    layer=first.name,
                )
