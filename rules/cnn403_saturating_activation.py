from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.api import Rule

from ._shared import LINEAR_KINDS, Graph, activation, built

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cnnlint.api import Context, Finding, Model

SATURATING = frozenset({"sigmoid", "tanh", "hardsigmoid", "hardtanh", "softsign"})
PASSED = frozenset({"pooling", "global-pooling", "dropout", "flatten", "reshape", "padding"})


class SaturatingActivation(Rule):
    """A hidden layer ends in a sigmoid or tanh.

    ## What it does

    Reports a sigmoid, tanh or one of their relatives whose output goes, through poolings, dropouts and flattens at
    most, into a convolution or dense layer. Gates, whose output is multiplied with something, are left alone, and so
    are recurrent layers, whose state has to stay within bounds.

    ## Why is this bad?

    Their slope is at most 1 (tanh) or 1/4 (sigmoid) and next to nothing away from zero, so that the gradient shrinks
    from layer to layer. Hidden layers train faster with a ReLU or one of its successors.

    ## Example

    ```python
    from keras import layers, models

    model = models.Sequential([
        layers.Input((64,)),
        layers.Dense(32, activation="sigmoid"),
        layers.Dense(10),
    ])
    ```

    ```python
    import torch
    from torch import nn

    model = nn.Sequential(nn.Linear(64, 32), nn.Sigmoid(), nn.Linear(32, 10))
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

    25 of DeepFD's 52 faulty programs have a wrong activation, of any kind (48 %).

    ## References

    - X. Glorot, Y. Bengio: [Understanding the difficulty of training deep feedforward neural
      networks](https://proceedings.mlr.press/v9/glorot10a.html), 2010
    """

    code = "CNN403"
    name = "saturating-activation"
    severity = "info"
    since = "0.1.0"
    default = False

    def check_model(self, model: Model, context: Context) -> Iterable[Finding]:
        graph = Graph(model)
        for index in graph.leaves:
            if graph.layers[index].kind not in LINEAR_KINDS:
                continue
            source = graph.only_source(index)
            while source is not None and graph.layers[source].kind in PASSED:
                source = graph.only_source(source)
            function = None if source is None else activation(graph.layers[source])
            if source is not None and function in SATURATING and graph.layers[source].kind != "recurrent":
                layer = graph.layers[source]
                yield self.finding(
                    f"the hidden layer `{layer.name}` ends in {function}, which passes hardly any gradient",
                    layer.place,
                    related=built(layer),
                    help="use relu, gelu or another activation that does not saturate on both sides",
                    model=model.name,
                    layer=layer.name,
                )
