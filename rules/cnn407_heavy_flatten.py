from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from cnnlint.api import Rule, short_count, short_share

from ._budgets import fewer_parameters, home
from ._shared import RESHAPING, Graph, known

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cnnlint.api import Context, Finding, Model


class HeavyFlatten(Rule):
    """The dense layer behind a flatten holds most of the model's parameters.

    ## What it does

    Reports a dense layer right behind a flatten that has at least `parameters` parameters and at least `share` of the
    model's, in a model with convolutions.

    ## Why is this bad?

    It has one weight for every pixel, channel and unit. It is where such models overfit, it ties the model to one size
    of input, and most of the file is its weights. Global pooling keeps one number for each channel instead.

    ## Example

    ```python
    from keras import layers, models

    model = models.Sequential([
        layers.Input((64, 64, 8)),
        layers.Conv2D(32, 3, activation="relu"),
        layers.Flatten(),
        layers.Dense(64, activation="relu"),
        layers.Dense(10),
    ])
    ```

    ```python
    import torch
    from torch import nn

    model = nn.Sequential(
        nn.Conv2d(8, 32, 3), nn.ReLU(), nn.Flatten(), nn.Linear(32 * 62 * 62, 64), nn.ReLU(), nn.Linear(64, 10)
    )
    model(torch.zeros(1, 8, 64, 64))
    ```

    ## Use instead

    ```python
    from keras import layers, models

    model = models.Sequential([
        layers.Input((64, 64, 8)),
        layers.Conv2D(32, 3, activation="relu"),
        layers.GlobalAveragePooling2D(),
        layers.Dense(64, activation="relu"),
        layers.Dense(10),
    ])
    ```

    ```python
    import torch
    from torch import nn

    model = nn.Sequential(
        nn.Conv2d(8, 32, 3), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(),
        nn.Linear(32, 64), nn.ReLU(), nn.Linear(64, 10),
    )
    model(torch.zeros(1, 8, 64, 64))
    ```

    ## Options

    - `share` in `[tool.cnnlint.rules.heavy-flatten]`: the share of the parameters, 0.8 where nothing is said.
    - `parameters` beside it: how many the layer has at least, 1000000 where nothing is said.

    ## Evidence

    No study counts it; it is a common remark in reviews.

    ## References

    - M. Lin and others: [Network in network](https://arxiv.org/abs/1312.4400), section 3.2, 2013
    """

    code = "CNN407"
    name = "heavy-flatten"
    severity = "info"
    since = "0.1.0"
    default = False
    options: ClassVar = {"share": 0.8, "parameters": 1_000_000}

    def check_model(self, model: Model, context: Context) -> Iterable[Finding]:
        whole = known(model.parameters.total)
        graph = Graph(model)
        if not whole or not any(graph.layers[index].kind == "convolution" for index in graph.leaves):
            return
        share, parameters = self.option(context, "share"), self.option(context, "parameters")
        for index in graph.leaves:
            layer = graph.layers[index]
            count = known(layer.params) or 0
            if layer.kind == "dense" and _flattened(graph, index) and count >= max(parameters, share * whole):
                yield self.finding(
                    f"`{layer.name}`, right behind the flatten, holds {short_share(count / whole)} of the parameters "
                    f"of `{model.name}`",
                    home(layer),
                    help=fewer_parameters(model),
                    notes=(f"{short_count(count)} of {short_count(whole)} parameters",),
                    model=model.name,
                    layer=layer.name,
                )


def _flattened(graph: Graph, index: int) -> bool:
    via = graph.layers[index].via
    source = graph.only_source(index, RESHAPING)
    return source is not None and (graph.layers[source].kind == "flatten" or bool(via))
