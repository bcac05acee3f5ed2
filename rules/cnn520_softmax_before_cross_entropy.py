from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.api import Rule

from ._losses import is_loss, other_loss, whose, without_activation
from ._training import CATEGORICAL, from_probabilities, judged, last_layer, layer_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cnnlint.api import Context, Finding, Fix, Use


class SoftmaxBeforeCrossEntropy(Rule):
    """A softmax or sigmoid stands before a loss that applies a softmax itself.

    ## What it does

    Reports `CrossEntropyLoss` (or `cross_entropy`) on the result of a softmax, log-softmax or sigmoid, and Keras's
    categorical cross-entropies with `from_logits=True` on the result of a softmax.

    ## Why is this bad?

    The loss applies a log-softmax to what it is given. After a softmax it gets values between 0 and 1 in place of
    scores: the loss cannot come near zero, its gradients are small, and training is slow or stalls, without any
    message. A log-softmax before it changes nothing, so that one of the two is superfluous.

    ## Example

    ```python
    import torch
    from torch import nn

    model = nn.Sequential(nn.Linear(20, 64), nn.ReLU(), nn.Linear(64, 5), nn.Softmax(dim=1))
    criterion = nn.CrossEntropyLoss()
    loss = criterion(model(torch.randn(8, 20)), torch.randint(0, 5, (8,)))
    ```

    ```python
    import numpy as np
    from keras import layers, losses, models

    model = models.Sequential([layers.Input((20,)), layers.Dense(64, "relu"), layers.Dense(5, activation="softmax")])
    model.compile("adam", loss=losses.SparseCategoricalCrossentropy(from_logits=True))
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
    from keras import layers, losses, models

    model = models.Sequential([layers.Input((20,)), layers.Dense(64, "relu"), layers.Dense(5)])
    model.compile("adam", loss=losses.SparseCategoricalCrossentropy(from_logits=True))
    model.fit(np.random.rand(1000, 20), np.random.randint(0, 5, 1000))
    ```

    ## Fix safety

    The fix leaves the activation out, or `from_logits=True`. What the model predicts changes with it, so it is unsafe:
    apply the softmax where probabilities are read.

    ## Evidence

    Losses that do not go with the last activation are the cause of 62 of PYSIASSIST's 365 posts about silent bugs
    (17 %), the most frequent one; 3 of TheDeepChecker's 155 have a softmax too many.

    ## References

    - PyTorch: [CrossEntropyLoss](https://docs.pytorch.org/docs/stable/generated/torch.nn.CrossEntropyLoss.html)
    - the root causes of 365 silent PyTorch bugs that PySIASSIST's authors counted: 17 % are losses and activations
    """

    code = "CNN520"
    name = "softmax-before-cross-entropy"
    severity = "warning"
    since = "0.1.0"

    def check_use(self, use: Use, context: Context) -> Iterable[Finding]:
        yield from self._of_keras(use, context)
        if not is_loss(use, "CrossEntropyLoss") or use.activation not in ("softmax", "log_softmax", "sigmoid"):
            return
        effect = {
            "softmax": "applies a softmax itself: here it gets probabilities in place of scores",
            "log_softmax": "applies a log-softmax itself, so that this one is superfluous",
            "sigmoid": "applies a softmax itself: here it gets values between 0 and 1 in place of scores",
        }[use.activation]
        yield self.finding(
            f"{whose(use)} has gone through a {use.activation}, and `CrossEntropyLoss` {effect}",
            use.place,
            related=use.related,
            help=f"leave the {use.activation} out of the model, or use a loss that expects it",
            model=use.model,
            fix=self.repair(use, context),
            expected="scores",
            actual=use.activation,
        )

    def repair(self, use: Use, context: Context) -> Fix | None:
        """Leave the activation out; a log-softmax is what `NLLLoss` expects."""
        swapped = use.activation == "log_softmax" and not use.config.get("label_smoothing")
        return other_loss(use, context, "NLLLoss") if swapped else without_activation(use, context)

    def _of_keras(self, use: Use, context: Context) -> Iterable[Finding]:
        if not judged(use, *CATEGORICAL) or use.from_logits is not True or use.activation not in ("softmax", "sigmoid"):
            return
        yield self.finding(
            f"{last_layer(use)} has gone through a {use.activation}, but `from_logits=True` says that it has not",
            use.place,
            related=use.related,
            help=f"leave the {use.activation} out of the model, or `from_logits=True` out of the loss",
            model=use.model,
            layer=layer_of(use),
            fix=from_probabilities(use, context) if use.activation == "softmax" else None,
            expected="scores",
            actual=use.activation,
        )
