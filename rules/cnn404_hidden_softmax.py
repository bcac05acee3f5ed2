from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.api import Rule

from ._shared import LINEAR_KINDS, Graph, activation, built

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cnnlint.api import Context, Finding, Model

PASSED = frozenset({"dropout", "flatten", "reshape", "pooling"})


class HiddenSoftmax(Rule):
    """A softmax stands between two layers that learn.

    ## What it does

    Reports a softmax whose output goes, through dropouts, poolings and flattens at most, into a convolution or dense
    layer. An attention, where the softmax is multiplied with something, is left alone.

    ## Why is this bad?

    A softmax makes its units compete: they add up to one, so that most of them are near zero, and their gradients with
    them. It belongs at the end of a classifier.

    ## Example

    ```python
    from keras import layers, models

    model = models.Sequential([
        layers.Input((64,)),
        layers.Dense(32, activation="softmax"),
        layers.Dense(10),
    ])
    ```

    ```python
    import torch
    from torch import nn

    model = nn.Sequential(nn.Linear(64, 32), nn.Softmax(dim=1), nn.Linear(32, 10))
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

    One of TheDeepChecker's 155 labelled posts.
    """

    code = "CNN404"
    name = "hidden-softmax"
    severity = "warning"
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
            if source is not None and activation(graph.layers[source]) in {"softmax", "logsoftmax"}:
                layer, target = graph.layers[source], graph.layers[index]
                yield self.finding(
                    f"`{layer.name}` ends in a softmax and feeds `{target.name}`",
                    layer.place,
                    related=(*built(layer), *built(target)),
                    help="use relu or another hidden activation, and a softmax at the end only",
                    model=model.name,
                    layer=layer.name,
                )
