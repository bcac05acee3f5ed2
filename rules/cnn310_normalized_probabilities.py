from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.api import Rule

from ._shared import PROBABLE, activation, built, head_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cnnlint.api import Context, Finding, Model


class NormalizedProbabilities(Rule):
    """A normalization stands behind the softmax or sigmoid that a model ends in.

    ## What it does

    Reports a normalization between a model's last softmax or sigmoid and its output.

    ## Why is this bad?

    The softmax makes probabilities, the normalization takes their mean away and gives them another scale: the output
    is below 0 and above 1, and adds up to nothing. A loss that takes it for probabilities is clipped or not a number.

    ## Example

    ```python
    from keras import layers, models

    model = models.Sequential([
        layers.Input((64,)),
        layers.Dense(32, activation="relu"),
        layers.Dense(10, activation="softmax"),
        layers.BatchNormalization(),
    ])
    ```

    ```python
    import torch
    from torch import nn

    model = nn.Sequential(nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 1), nn.Sigmoid(), nn.BatchNorm1d(1))
    model(torch.zeros(4, 64))
    ```

    ## Use instead

    ```python
    from keras import layers, models

    model = models.Sequential([
        layers.Input((64,)),
        layers.Dense(32, use_bias=False),
        layers.BatchNormalization(),
        layers.ReLU(),
        layers.Dense(10, activation="softmax"),
    ])
    ```

    ```python
    import torch
    from torch import nn

    model = nn.Sequential(
        nn.Linear(64, 32, bias=False), nn.BatchNorm1d(32), nn.ReLU(), nn.Linear(32, 1), nn.Sigmoid()
    )
    model(torch.zeros(4, 64))
    ```

    ## Evidence

    Four of TheDeepChecker's 155 labelled posts use a batch normalization wrongly.
    """

    code = "CNN310"
    name = "normalized-probabilities"
    severity = "warning"
    since = "0.1.0"

    def check_model(self, model: Model, context: Context) -> Iterable[Finding]:
        head = head_of(model)
        if head is None:
            return
        last = head.last if activation(head.last) in PROBABLE else None
        for layer in head.after:
            if layer.kind == "normalization" and last is not None:
                yield self.finding(
                    f"`{layer.name}` normalizes the probabilities that `{last.name}` gives, so that they are none any "
                    "more",
                    layer.place,
                    related=(*built(layer), *built(last)),
                    help="leave the normalization out, or put it before the layer's activation",
                    model=model.name,
                    layer=layer.name,
                )
            if activation(layer) in PROBABLE or not PROBABLE.isdisjoint(layer.via or ()):
                last = layer
