from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.api import Rule

from ._training import CATEGORICAL, judged, last_layer, layer_of, units, with_activation

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cnnlint.api import Context, Finding, Use


class CategoricalLossWithoutSoftmax(Rule):
    """A categorical cross-entropy takes an output without a softmax for probabilities.

    ## What it does

    Reports a model whose last layer has no activation (or a tanh), compiled with `categorical_crossentropy` or
    `sparse_categorical_crossentropy` without `from_logits=True`.

    ## Why is this bad?

    The loss divides the output by its sum and takes the logarithm of what it holds for probabilities. Scores of any
    sign and size make that meaningless: the loss is clipped, jumps or stands still, and no exception says why.

    ## Example

    ```python
    import numpy as np
    from keras import layers, models

    x_train, y_train = np.random.rand(1000, 20), np.random.randint(0, 5, 1000)
    model = models.Sequential([
        layers.Input((20,)),
        layers.Dense(64, activation="relu"),
        layers.Dense(5),
    ])
    model.compile("adam", loss="sparse_categorical_crossentropy")
    model.fit(x_train, y_train)
    ```

    ## Use instead

    ```python
    import numpy as np
    from keras import layers, losses, models

    x_train, y_train = np.random.rand(1000, 20), np.random.randint(0, 5, 1000)
    model = models.Sequential([
        layers.Input((20,)),
        layers.Dense(64, activation="relu"),
        layers.Dense(5),
    ])
    model.compile("adam", loss=losses.SparseCategoricalCrossentropy(from_logits=True))
    model.fit(x_train, y_train)
    ```

    ## Fix safety

    The fix gives the last layer a softmax. What the model predicts changes with it, so it is unsafe.

    ## Evidence

    2 of TheDeepChecker's 155 labelled posts miss a softmax.

    ## References

    - Keras: [probabilistic losses](https://keras.io/api/losses/probabilistic_losses/)
    - E. Schoop and others: [UMLAUT](https://doi.org/10.1145/3411764.3445538), 2021
    """

    code = "CNN507"
    name = "categorical-loss-without-softmax"
    severity = "warning"
    since = "0.1.0"

    def check_use(self, use: Use, context: Context) -> Iterable[Finding]:
        if not judged(use, *CATEGORICAL) or use.activation not in ("linear", "tanh") or use.from_logits is not False:
            return
        if units(use) == 1:
            return  # a rule of its own
        how = "has no activation" if use.activation == "linear" else f"ends in a {use.activation}"
        linear = use.activation == "linear"
        yield self.finding(
            f"{last_layer(use)} {how}, but `{use.loss}` takes it for probabilities",
            use.place,
            related=use.related,
            help="give the last layer a softmax, or the loss `from_logits=True`" if linear else "use a softmax",
            model=use.model,
            layer=layer_of(use),
            fix=with_activation(use, context, "softmax") if linear else None,
            expected="softmax",
            actual=use.activation,
        )
