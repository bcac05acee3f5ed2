from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.api import Rule

from ._training import BINARY, FITTING, REGRESSION, last_layer, layer_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cnnlint.api import Context, Finding, Use

BOUNDS = {"sigmoid": (0, 1), "hard_sigmoid": (0, 1), "softmax": (0, 1), "tanh": (-1, 1)}
"""Between which values an activation's output lies."""


class TargetBeyondOutput(Rule):
    """The targets go beyond what the last activation can give.

    ## What it does

    Reports a model whose output lies between 0 and 1 (sigmoid, softmax) or between -1 and 1 (tanh), where the targets
    that it is trained on are known to go beyond: class numbers from 0 to 4 under one sigmoid, for example.

    ## Why is this bad?

    The model can never come near such a target. Under `binary_crossentropy` the loss even falls below zero with
    TensorFlow and JAX, and is an error with PyTorch; there the finding is an error too.

    ## Example

    ```python
    import numpy as np
    from keras import layers, models

    x_train, y_train = np.random.rand(1000, 20), np.random.randint(0, 5, 1000)
    model = models.Sequential([
        layers.Input((20,)),
        layers.Dense(64, activation="relu"),
        layers.Dense(1, activation="sigmoid"),
    ])
    model.compile("adam", loss="binary_crossentropy")
    model.fit(x_train, y_train)
    ```

    ## Use instead

    ```python
    import numpy as np
    from keras import layers, models

    x_train, y_train = np.random.rand(1000, 20), np.random.randint(0, 5, 1000)
    model = models.Sequential([
        layers.Input((20,)),
        layers.Dense(64, activation="relu"),
        layers.Dense(5, activation="softmax"),
    ])
    model.compile("adam", loss="sparse_categorical_crossentropy")
    model.fit(x_train, y_train)
    ```

    ## Evidence

    3 of TheDeepChecker's 155 labelled posts have targets outside of the output's range.

    ## References

    - M. Wardat and others: [DeepLocalize](https://arxiv.org/abs/2103.03376), 2021
    """

    code = "CNN509"
    name = "target-beyond-output"
    severity = "warning"
    since = "0.1.0"

    def check_use(self, use: Use, context: Context) -> Iterable[Finding]:
        bounds = BOUNDS.get(use.activation or "")
        if use.framework != "keras" or use.kind not in FITTING or use.loss not in (*BINARY, *REGRESSION):
            return
        found = use.targets
        if bounds is None or found is None or found.low is None or found.high is None or found.classes is None:
            return
        # So many different whole numbers lie between them that the largest and smallest are at least these.
        highest, lowest = found.low + found.classes - 1, found.high - found.classes + 1
        if highest <= bounds[1] and lowest >= bounds[0]:
            return
        yield self.finding(
            f"the targets go from {found.low:g} to {found.high:g}, but {last_layer(use)} is a {use.activation}, "
            f"between {bounds[0]} and {bounds[1]}",
            use.place,
            severity="error" if use.loss in BINARY and use.certain else self.severity,
            related=use.related,
            help="use one unit per class and a categorical cross-entropy, or no activation for a regression",
            model=use.model,
            layer=layer_of(use),
            expected=f"{bounds[0]} to {bounds[1]}",
            actual=f"{found.low:g} to {found.high:g}",
        )
