from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.api import Rule

from ._losses import is_loss, whose, without_activation
from ._training import BINARY, from_probabilities, judged, last_layer, layer_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cnnlint.api import Context, Finding, Use


class SigmoidBeforeLogitsLoss(Rule):
    """A sigmoid stands before a loss that applies a sigmoid itself.

    ## What it does

    Reports `BCEWithLogitsLoss` (or `binary_cross_entropy_with_logits`), and Keras's binary cross-entropy with
    `from_logits=True`, on the result of a sigmoid or softmax.

    ## Why is this bad?

    The loss applies a sigmoid to what it is given. Probabilities go through it a second time and end between 0.5
    and 0.73, so that no sample can ever be told to be negative with confidence; training is slow or stalls, without
    any message.

    ## Example

    ```python
    import torch
    from torch import nn

    model = nn.Sequential(nn.Linear(20, 64), nn.ReLU(), nn.Linear(64, 1), nn.Sigmoid())
    criterion = nn.BCEWithLogitsLoss()
    loss = criterion(model(torch.randn(8, 20)), torch.rand(8, 1))
    ```

    ```python
    import numpy as np
    from keras import layers, losses, models

    model = models.Sequential([layers.Input((20,)), layers.Dense(64, "relu"), layers.Dense(1, activation="sigmoid")])
    model.compile("adam", loss=losses.BinaryCrossentropy(from_logits=True))
    model.fit(np.random.rand(1000, 20), np.random.randint(0, 2, 1000))
    ```

    ## Use instead

    ```python
    import torch
    from torch import nn

    model = nn.Sequential(nn.Linear(20, 64), nn.ReLU(), nn.Linear(64, 1))
    criterion = nn.BCEWithLogitsLoss()
    loss = criterion(model(torch.randn(8, 20)), torch.rand(8, 1))
    ```

    ```python
    import numpy as np
    from keras import layers, losses, models

    model = models.Sequential([layers.Input((20,)), layers.Dense(64, "relu"), layers.Dense(1)])
    model.compile("adam", loss=losses.BinaryCrossentropy(from_logits=True))
    model.fit(np.random.rand(1000, 20), np.random.randint(0, 2, 1000))
    ```

    ## Fix safety

    The fix leaves the activation out, or `from_logits=True`. What the model predicts changes with it, so it is unsafe:
    apply the sigmoid where probabilities are read.

    ## Evidence

    Losses that do not go with the last activation are the cause of 62 of PYSIASSIST's 365 posts about silent bugs
    (17 %), the most frequent one.

    ## References

    - PyTorch: [BCEWithLogitsLoss](https://docs.pytorch.org/docs/stable/generated/torch.nn.BCEWithLogitsLoss.html)
    - the root causes of 365 silent PyTorch bugs that PySIASSIST's authors counted: 17 % are losses and activations
    """

    code = "CNN521"
    name = "sigmoid-before-logits-loss"
    severity = "warning"
    since = "0.1.0"

    def check_use(self, use: Use, context: Context) -> Iterable[Finding]:
        yield from self._of_keras(use, context)
        if not is_loss(use, "BCEWithLogitsLoss") or use.activation not in ("sigmoid", "softmax", "log_softmax"):
            return
        yield self.finding(
            f"{whose(use)} has gone through a {use.activation}, and `BCEWithLogitsLoss` applies a sigmoid itself",
            use.place,
            related=use.related,
            help=f"leave the {use.activation} out of the model, or use a loss that expects it",
            model=use.model,
            fix=without_activation(use, context) if use.activation == "sigmoid" else None,
            expected="scores",
            actual=use.activation,
        )

    def _of_keras(self, use: Use, context: Context) -> Iterable[Finding]:
        if not judged(use, *BINARY) or use.from_logits is not True or use.activation not in ("sigmoid", "softmax"):
            return
        yield self.finding(
            f"{last_layer(use)} has gone through a {use.activation}, but `from_logits=True` says that it has not",
            use.place,
            related=use.related,
            help=f"leave the {use.activation} out of the model, or `from_logits=True` out of the loss",
            model=use.model,
            layer=layer_of(use),
            fix=from_probabilities(use, context) if use.activation == "sigmoid" else None,
            expected="scores",
            actual=use.activation,
        )
