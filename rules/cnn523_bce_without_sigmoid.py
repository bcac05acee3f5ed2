from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.api import Rule

from ._losses import classes_of, is_loss, other_loss, whose
from ._training import BINARY, judged, last_layer, layer_of, with_activation

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cnnlint.api import Context, Finding, Fix, Use


class BceWithoutSigmoid(Rule):
    """The binary cross-entropy is taken of what is no probability.

    ## What it does

    Reports `BCELoss` (or `binary_cross_entropy`) on raw scores, or on the result of a ReLU, tanh or log-softmax, and
    Keras's binary cross-entropy without `from_logits=True` on an output without an activation or of a tanh.

    ## Why is this bad?

    `BCELoss` expects probabilities. It raises a `RuntimeError` (`all elements of input should be between 0 and 1`)
    as soon as one value lies outside, which raw scores do in the first batch. Keras cuts them off at 0 and 1 without a
    word: there the loss has no gradient, and a network that starts with such values never learns.

    ## Example

    ```python
    import torch
    from torch import nn

    model = nn.Sequential(nn.Linear(20, 64), nn.ReLU(), nn.Linear(64, 1))
    criterion = nn.BCELoss()
    loss = criterion(model(torch.randn(8, 20)), torch.rand(8, 1))
    ```

    ```python
    import numpy as np
    from keras import layers, models

    model = models.Sequential([layers.Input((20,)), layers.Dense(64, "relu"), layers.Dense(1)])
    model.compile("adam", loss="binary_crossentropy")
    model.fit(np.random.rand(1000, 20), np.random.randint(0, 2, 1000))
    ```

    ## Use instead

    ```python
    import torch
    from torch import nn

    model = nn.Sequential(nn.Linear(20, 64), nn.ReLU(), nn.Linear(64, 1), nn.Sigmoid())
    criterion = nn.BCELoss()
    loss = criterion(model(torch.randn(8, 20)), torch.rand(8, 1))
    ```

    ```python
    import numpy as np
    from keras import layers, models

    model = models.Sequential([layers.Input((20,)), layers.Dense(64, "relu"), layers.Dense(1, activation="sigmoid")])
    model.compile("adam", loss="binary_crossentropy")
    model.fit(np.random.rand(1000, 20), np.random.randint(0, 2, 1000))
    ```

    ## Fix safety

    The fix uses `BCEWithLogitsLoss` in place of `BCELoss`, or `CrossEntropyLoss` where the labels are class numbers.
    Where the model is used for predictions, a sigmoid or softmax is still needed, so it is unsafe.

    ## Evidence

    Losses that do not go with the last activation are the cause of 62 of PYSIASSIST's 365 posts about silent bugs
    (17 %), the most frequent one.

    ## References

    - PyTorch: [BCELoss](https://docs.pytorch.org/docs/stable/generated/torch.nn.BCELoss.html)
    - the root causes of 365 silent PyTorch bugs that PySIASSIST's authors counted: 17 % are losses and activations
    """

    code = "CNN523"
    name = "bce-without-sigmoid"
    severity = "error"
    since = "0.1.0"

    def check_use(self, use: Use, context: Context) -> Iterable[Finding]:
        yield from self._of_keras(use, context)
        if not is_loss(use, "BCELoss") or use.activation not in ("linear", "relu", "tanh", "log_softmax"):
            return
        what = "is raw scores" if use.activation == "linear" else f"comes from a {use.activation}"
        sure = use.activation in ("linear", "log_softmax") and use.certain
        yield self.finding(
            f"{whose(use)} {what}, and `BCELoss` expects probabilities between 0 and 1",
            use.place,
            severity=self.severity if sure else "warning",
            related=use.related,
            help="use `CrossEntropyLoss`, which takes scores and class numbers"
            if _are_classes(use)
            else "use `BCEWithLogitsLoss`, or end the model in a sigmoid",
            model=use.model,
            fix=self.repair(use, context),
            expected="sigmoid",
            actual=use.activation,
        )

    def repair(self, use: Use, context: Context) -> Fix | None:
        """The loss that takes raw scores, for labels as they are; none for labels that neither takes."""
        if use.activation != "linear":
            return None
        if _are_classes(use):
            return other_loss(use, context, "CrossEntropyLoss")
        shape = None if use.targets is None else use.targets.shape
        fits = shape is None or use.output is None or len(shape) == len(use.output)
        return other_loss(use, context, "BCEWithLogitsLoss") if fits else None

    def _of_keras(self, use: Use, context: Context) -> Iterable[Finding]:
        if not judged(use, *BINARY) or use.from_logits is not False or use.activation not in ("linear", "tanh"):
            return
        what = "has no activation" if use.activation == "linear" else f"ends in a {use.activation}"
        yield self.finding(
            f"{last_layer(use)} {what}, but `{use.loss}` takes it for probabilities between 0 and 1",
            use.place,
            severity="warning",
            related=use.related,
            help="give the last layer a sigmoid, or the loss `from_logits=True`",
            model=use.model,
            layer=layer_of(use),
            fix=with_activation(use, context, "sigmoid") if use.activation == "linear" else None,
            expected="sigmoid",
            actual=use.activation,
        )


def _are_classes(use: Use) -> bool:
    """Whether the labels are numbers of classes, one for each row of scores."""
    output, targets = use.output, use.targets
    if output is None or targets is None or targets.shape is None or targets.dtype != "int64":
        return False
    return len(output) == len(targets.shape) + 1 and (classes_of(use) or 0) > 1
