from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.api import Rule

from ._losses import is_loss, whose, without_activation
from ._training import BINARY, CATEGORICAL, judged, last_layer, layer_of, other_activation

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cnnlint.api import Context, Finding, Use

RELU = ("relu", "relu6", "leaky_relu", "elu", "selu", "gelu", "silu", "prelu")
"""ReLUs and their kin: what none of them gives is a probability."""


class ReluBeforeLoss(Rule):
    """A ReLU stands before a loss that expects scores.

    ## What it does

    Reports `CrossEntropyLoss`, `BCEWithLogitsLoss` and Keras's cross-entropies on the result of a ReLU.

    ## Why is this bad?

    A ReLU cuts off everything below zero: all classes that are unlikely get the same score, a unit that is below
    zero for all inputs gets no gradient and stays there, and a binary classifier cannot say anything below 0.5.
    Without `from_logits=True`, Keras takes the output for probabilities, which it is not.

    ## Example

    ```python
    import torch
    from torch import nn

    model = nn.Sequential(nn.Linear(20, 64), nn.ReLU(), nn.Linear(64, 5), nn.ReLU())
    criterion = nn.CrossEntropyLoss()
    loss = criterion(model(torch.randn(8, 20)), torch.randint(0, 5, (8,)))
    ```

    ```python
    import numpy as np
    from keras import layers, models

    model = models.Sequential([layers.Input((20,)), layers.Dense(64, "relu"), layers.Dense(5, activation="relu")])
    model.compile("adam", loss="sparse_categorical_crossentropy")
    model.fit(np.random.rand(1000, 20), np.random.randint(0, 5, 1000))
    ```

    ## Use instead

    ```python
    import torch
    from torch import nn

    model = nn.Sequential(nn.Linear(20, 64), nn.ReLU(), nn.Linear(64, 5))
    criterion = nn.CrossEntropyLoss()
    loss = criterion(model(torch.randn(8, 20)), torch.randint(0, 5, (8,)))
    ```

    ```python
    import numpy as np
    from keras import layers, models

    model = models.Sequential([layers.Input((20,)), layers.Dense(64, "relu"), layers.Dense(5, activation="softmax")])
    model.compile("adam", loss="sparse_categorical_crossentropy")
    model.fit(np.random.rand(1000, 20), np.random.randint(0, 5, 1000))
    ```

    ## Fix safety

    The fix leaves the activation out, or in Keras puts a softmax or sigmoid in its place. What the model predicts
    changes with it, so it is unsafe.

    ## Evidence

    3 of the 30 posts labelled for DeepLocalize (10 %), 2 of TheDeepChecker's 155.

    ## References

    - E. Schoop and others: [UMLAUT](https://doi.org/10.1145/3411764.3445538), 2021
    """

    code = "CNN525"
    name = "relu-before-loss"
    severity = "warning"
    since = "0.1.0"

    def check_use(self, use: Use, context: Context) -> Iterable[Finding]:
        yield from self._of_keras(use, context)
        if not is_loss(use, "CrossEntropyLoss", "BCEWithLogitsLoss") or use.activation not in ("relu", "relu6"):
            return
        yield self.finding(
            f"{whose(use)} has gone through a {use.activation}, which cuts off scores below zero before `{use.loss}`",
            use.place,
            related=use.related,
            help="leave the activation of the last layer out",
            model=use.model,
            fix=without_activation(use, context),
            expected="scores",
            actual=use.activation,
        )

    def _of_keras(self, use: Use, context: Context) -> Iterable[Finding]:
        if not judged(use, *CATEGORICAL, *BINARY) or use.activation not in RELU:
            return
        binary = use.loss in BINARY
        yield self.finding(
            f"{last_layer(use)} ends in a {use.activation}, which is no probability, before `{use.loss}`",
            use.place,
            related=use.related,
            help=f"use a {'sigmoid' if binary else 'softmax'} in the last layer",
            model=use.model,
            layer=layer_of(use),
            fix=other_activation(use, context, "sigmoid" if binary else "softmax"),
            expected="sigmoid" if binary else "softmax",
            actual=use.activation,
        )
