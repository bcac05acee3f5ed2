from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.api import Rule

from ._shared import PROBABLE, activation, built, head_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cnnlint.api import Context, Finding, Model


class NormalizedScores(Rule):
    """The scores of a classifier go through a normalization.

    ## What it does

    Reports a normalization behind the last dense layer of a classifier: convolutions, then a flatten or global pooling,
    then dense layers. One behind a softmax or sigmoid is a rule of its own.

    ## Why is this bad?

    A batch normalization gives every class the same mean and scale over the batch, so that rare classes are predicted
    as often as frequent ones, and an image's scores depend on the images beside it. In networks for embeddings it is
    common; the rule is off unless it is selected.

    ## Example

    ```python
    from keras import layers, models

    model = models.Sequential([
        layers.Input((32, 32, 8)),
        layers.Conv2D(16, 3, activation="relu"),
        layers.GlobalAveragePooling2D(),
        layers.Dense(10, use_bias=False),
        layers.BatchNormalization(),
        layers.Softmax(),
    ])
    ```

    ```python
    from torch import nn

    model = nn.Sequential(
        nn.Conv2d(8, 16, 3), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(),
        nn.Linear(16, 10, bias=False), nn.BatchNorm1d(10),
    )
    ```

    ## Use instead

    ```python
    from keras import layers, models

    model = models.Sequential([
        layers.Input((32, 32, 8)),
        layers.Conv2D(16, 3, activation="relu"),
        layers.GlobalAveragePooling2D(),
        layers.BatchNormalization(),
        layers.Dense(10, activation="softmax"),
    ])
    ```

    ```python
    from torch import nn

    model = nn.Sequential(
        nn.Conv2d(8, 16, 3), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.BatchNorm1d(16), nn.Linear(16, 10)
    )
    ```

    ## Evidence

    Four of TheDeepChecker's 155 labelled posts use a batch normalization wrongly.
    """

    code = "CNN311"
    name = "normalized-scores"
    severity = "info"
    since = "0.1.0"
    default = False

    def check_model(self, model: Model, context: Context) -> Iterable[Finding]:
        head = head_of(model)
        if head is None or not head.classifies or activation(head.last) in PROBABLE:
            return
        for layer in head.after:
            if activation(layer) in PROBABLE or not PROBABLE.isdisjoint(layer.via or ()):
                return
            if layer.kind == "normalization":
                yield self.finding(
                    f"`{layer.name}` normalizes the scores of `{head.last.name}`, the last layer of `{model.name}`",
                    layer.place,
                    related=(*built(layer), *built(head.last)),
                    help=f"put the normalization before `{head.last.name}`",
                    model=model.name,
                    layer=layer.name,
                )
                return
