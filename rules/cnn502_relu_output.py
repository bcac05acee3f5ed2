from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.api import Rule

from ._shared import Graph, activation, built

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cnnlint.api import Context, Finding, Model


class ReluOutput(Rule):
    """A model's head ends in a ReLU.

    ## What it does

    Reports a model whose last layer is a dense layer with a ReLU, or a ReLU right behind one.

    ## Why is this bad?

    A ReLU cuts off everything below zero: a regression cannot predict negative values, a classifier's scores lose their
    order, and a unit that is below zero for all inputs gets no gradient and stays there. Parts of a larger model end in
    a ReLU with good reason, so the rule is off unless it is selected.

    ## Example

    ```python
    from keras import layers, models

    model = models.Sequential([
        layers.Input((64,)),
        layers.Dense(32, activation="relu"),
        layers.Dense(10, activation="relu"),
    ])
    ```

    ```python
    import torch
    from torch import nn

    model = nn.Sequential(nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 10), nn.ReLU())
    model(torch.zeros(1, 64))
    ```

    ## Use instead

    ```python
    from keras import layers, models

    model = models.Sequential([
        layers.Input((64,)),
        layers.Dense(32, activation="relu"),
        layers.Dense(10),
    ])
    ```

    ```python
    import torch
    from torch import nn

    model = nn.Sequential(nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 10))
    model(torch.zeros(1, 64))
    ```

    ## Evidence

    3 of the 30 posts labelled for DeepLocalize (10 %), 2 of TheDeepChecker's 155.

    ## References

    - E. Schoop and others: [UMLAUT](https://doi.org/10.1145/3411764.3445538), 2021
    """

    code = "CNN502"
    name = "relu-output"
    severity = "warning"
    since = "0.1.0"
    default = False

    def check_model(self, model: Model, context: Context) -> Iterable[Finding]:
        graph = Graph(model)
        if not graph.complete or model.outputs_via:
            return
        for index in graph.leaves:
            layer = graph.layers[index]
            if graph.targets(index) or activation(layer) != "relu":
                continue
            source = graph.only_source(index)
            if layer.kind == "dense" or (source is not None and graph.layers[source].kind == "dense"):
                yield self.finding(
                    f"`{model.name}` ends in the relu of `{layer.name}`, which cuts off everything below zero",
                    layer.place,
                    related=built(layer),
                    help="leave the activation of the last layer out, or use a sigmoid or softmax",
                    model=model.name,
                    layer=layer.name,
                )
