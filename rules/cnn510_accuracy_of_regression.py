from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.api import Rule

from ._training import ACCURACY, FITTING, REGRESSION, last_layer, layer_of, units

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cnnlint.api import Context, Finding, Use


class AccuracyOfRegression(Rule):
    """A regression is measured by its accuracy.

    ## What it does

    Reports a model of one unit without an activation, trained with a squared, absolute or similar error and measured
    by `accuracy`, unless its targets are known to be 0 and 1.

    ## Why is this bad?

    Accuracy counts predictions that are exactly right. Of real numbers there are next to none, so that it stays near
    0 however good the model is, and says nothing.

    ## Example

    ```python
    import numpy as np
    from keras import layers, models

    x_train, y_train = np.random.rand(1000, 20), np.random.rand(1000)
    model = models.Sequential([
        layers.Input((20,)),
        layers.Dense(64, activation="relu"),
        layers.Dense(1),
    ])
    model.compile("adam", loss="mse", metrics=["accuracy"])
    model.fit(x_train, y_train)
    ```

    ## Use instead

    ```python
    import numpy as np
    from keras import layers, models

    x_train, y_train = np.random.rand(1000, 20), np.random.rand(1000)
    model = models.Sequential([
        layers.Input((20,)),
        layers.Dense(64, activation="relu"),
        layers.Dense(1),
    ])
    model.compile("adam", loss="mse", metrics=["mae"])
    model.fit(x_train, y_train)
    ```

    ## Evidence

    Several of the 30 posts labelled for DeepLocalize; they are not counted.

    ## References

    - Keras: [accuracy metrics](https://keras.io/api/metrics/accuracy_metrics/)
    """

    code = "CNN510"
    name = "accuracy-of-regression"
    severity = "warning"
    since = "0.1.0"

    def check_use(self, use: Use, context: Context) -> Iterable[Finding]:
        if use.framework != "keras" or use.kind not in FITTING or use.loss not in REGRESSION:
            return
        if use.activation != "linear" or units(use) != 1 or ACCURACY.isdisjoint(use.metrics) or _may_be_binary(use):
            return
        yield self.finding(
            f"{last_layer(use)} is a real number trained with `{use.loss}`, but it is measured by its accuracy",
            use.place,
            related=use.related,
            help='measure the error, with `metrics=["mae"]` for example',
            model=use.model,
            layer=layer_of(use),
            expected="an error",
            actual="accuracy",
        )


def _may_be_binary(use: Use) -> bool:
    """Whether the targets are known to be 0 and 1 (a classification by regression)."""
    found = use.targets
    if found is None or found.dtype == "bool":
        return True
    return found.low is not None and found.high is not None and found.low >= 0 and found.high <= 1
