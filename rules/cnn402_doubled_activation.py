from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.api import Related, Rule

from ._shared import Graph, activation, built

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cnnlint.api import Context, Finding, Model

IDEMPOTENT = frozenset({"relu", "relu6"})


class DoubledActivation(Rule):
    """An activation is applied to what has just been through one.

    ## What it does

    Reports an activation layer that takes its input straight from a layer which ends in an activation itself.

    ## Why is this bad?

    A second ReLU does nothing; a softmax of a softmax is nearly flat, and a sigmoid of a ReLU never falls below one
    half. One of the two was forgotten when the other was added.

    ## Example

    ```python
    from keras import layers, models

    model = models.Sequential([
        layers.Input((64,)),
        layers.Dense(32, activation="relu"),
        layers.Activation("relu"),
        layers.Dense(10),
    ])
    ```

    ```python
    import torch
    from torch import nn

    model = nn.Sequential(nn.Linear(64, 32), nn.ReLU(), nn.ReLU(), nn.Linear(32, 10))
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

    A rule of NeuraLint; no published study counts it.
    """

    code = "CNN402"
    name = "doubled-activation"
    severity = "warning"
    since = "0.1.0"
    default = False

    def check_model(self, model: Model, context: Context) -> Iterable[Finding]:
        for source, layer in Graph(model).pairs():
            first, second = activation(source), activation(layer)
            if layer.kind != "activation" or first in {None, "?"} or second in {None, "?"}:
                continue
            nothing = first == second and first in IDEMPOTENT
            yield self.finding(
                f"`{layer.name}` applies {second} to the {first} of `{source.name}`"
                + (", which changes nothing" if nothing else ""),
                layer.place,
                related=(*built(layer), Related(f"`{source.name}` ends in {first}", source.built_at or source.place)),
                help="leave one of the two out",
                model=model.name,
                layer=layer.name,
            )
