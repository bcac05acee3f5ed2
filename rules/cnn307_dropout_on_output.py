from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.api import Rule

from ._shared import DROPOUTS, built, head_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cnnlint.api import Context, Finding, Model


class DropoutOnOutput(Rule):
    """Dropout is applied to the scores or probabilities that a classifier gives.

    ## What it does

    Reports a classifier (convolutions, then a flatten or global pooling, then dense layers) with a dropout behind its
    last dense layer, and any model with a dropout behind a final softmax or sigmoid. A dropout before the last dense
    layer is where it belongs and is left alone.

    ## Why is this bad?

    In training, a part of the scores is set to zero whatever the image shows. A probability of zero for the right class
    costs an infinite loss, a score of zero is one class among others; neither can be learnt away, and the loss never
    settles.

    ## Example

    ```python
    from keras import layers, models

    model = models.Sequential([
        layers.Input((32, 32, 8)),
        layers.Conv2D(16, 3, activation="relu"),
        layers.GlobalAveragePooling2D(),
        layers.Dense(10, activation="softmax"),
        layers.Dropout(0.5),
    ])
    ```

    ```python
    from torch import nn

    model = nn.Sequential(
        nn.Conv2d(8, 16, 3), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(16, 10), nn.Dropout(0.5)
    )
    ```

    ## Use instead

    ```python
    from keras import layers, models

    model = models.Sequential([
        layers.Input((32, 32, 8)),
        layers.Conv2D(16, 3, activation="relu"),
        layers.GlobalAveragePooling2D(),
        layers.Dropout(0.5),
        layers.Dense(10, activation="softmax"),
    ])
    ```

    ```python
    from torch import nn

    model = nn.Sequential(
        nn.Conv2d(8, 16, 3), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Dropout(0.5), nn.Linear(16, 10)
    )
    ```

    ## Evidence

    No published study counts it. TheDeepChecker's 155 labelled posts hold one with dropout and normalization at odds.

    ## References

    - N. Srivastava and others: [Dropout: a simple way to prevent neural networks from
      overfitting](https://jmlr.org/papers/v15/srivastava14a.html), 2014
    """

    code = "CNN307"
    name = "dropout-on-output"
    severity = "warning"
    since = "0.1.0"

    def check_model(self, model: Model, context: Context) -> Iterable[Finding]:
        head = head_of(model)
        if head is None or not (head.classifies or head.probabilities):
            return
        dropouts = [layer for layer in head.after if layer.kind == "dropout"]
        if not dropouts and DROPOUTS.isdisjoint(head.functions):
            return
        what = "probabilities" if head.probabilities else "scores"
        where = dropouts[0] if dropouts else head.last
        name = f"`{dropouts[0].name}`" if dropouts else "a dropout"
        yield self.finding(
            f"{name} drops {what} of `{head.last.name}`, the last layer of `{model.name}`",
            where.place,
            related=built(where),
            help=f"put the dropout before `{head.last.name}`",
            model=model.name,
            layer=where.name,
        )
