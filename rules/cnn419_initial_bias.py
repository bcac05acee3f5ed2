from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.api import Rule

from ._shared import LINEAR_KINDS, Graph, built

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cnnlint.api import Context, Finding, Model


class InitialBias(Rule):
    """The biases of a layer start with a number other than zero.

    ## What it does

    Reports a convolution or dense layer whose biases are filled with a constant that is not 0. The last layer of a
    model is left alone: there a bias may state how frequent the classes are.

    ## Why is this bad?

    Random weights break the symmetry, so that the biases can start with zero. With a large negative one a ReLU gives
    zeros for every sample and never learns; with a positive one it is a linear layer for a long time.

    ## Example

    ```python
    from keras import initializers, layers, models

    model = models.Sequential([
        layers.Input((64,)),
        layers.Dense(32, activation="relu", bias_initializer=initializers.Constant(-1.0)),
        layers.Dense(10),
    ])
    ```

    ```python
    from torch import nn

    model = nn.Sequential(nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 10))
    nn.init.ones_(model[0].bias)
    ```

    ## Use instead

    ```python
    from keras import layers, models

    model = models.Sequential([
        layers.Input((64,)),
        layers.Dense(32, activation="relu", bias_initializer="zeros"),
        layers.Dense(10),
    ])
    ```

    ```python
    from torch import nn

    model = nn.Sequential(nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 10))
    nn.init.zeros_(model[0].bias)
    ```

    ## Evidence

    A rule of NeuraLint; 7 of TheDeepChecker's 155 labelled posts are about ReLUs that give nothing but zeros.

    ## References

    - I. Goodfellow, Y. Bengio, A. Courville: [Deep learning](https://www.deeplearningbook.org), 2016, section 8.4
    """

    code = "CNN419"
    name = "initial-bias"
    severity = "info"
    since = "0.1.0"
    default = False

    def check_model(self, model: Model, context: Context) -> Iterable[Finding]:
        graph = Graph(model)
        for index in graph.leaves:
            layer, number = graph.layers[index], graph.layers[index].config.get("bias_constant")
            if layer.kind in LINEAR_KINDS and number and graph.targets(index):
                yield self.finding(
                    f"the biases of `{layer.name}` start with {number:g}",
                    layer.built_at or layer.place,
                    related=built(layer),
                    help="let them start with zero",
                    model=model.name,
                    layer=layer.name,
                    expected="0",
                    actual=f"{number:g}",
                )
