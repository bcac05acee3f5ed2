from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.api import Rule

from ._training import CATEGORICAL, judged, last_layer, layer_of, other_activation, units

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cnnlint.api import Context, Finding, Use


class SigmoidWithCategoricalLoss(Rule):
    """A sigmoid on several units is trained with a categorical cross-entropy.

    ## What it does

    Reports a model whose last activation is a sigmoid over two units or more, compiled with
    `categorical_crossentropy` or `sparse_categorical_crossentropy`.

    ## Why is this bad?

    The loss takes the output for one distribution over classes that exclude each other. Sigmoids are independent:
    Keras divides them by their sum in the loss, but not where the model predicts, so that what is trained is not what
    is used, and the classes' values do not add up to 1.

    ## Example

    ```python
    import numpy as np
    from keras import layers, models

    x_train, y_train = np.random.rand(1000, 20), np.random.randint(0, 5, 1000)
    model = models.Sequential([
        layers.Input((20,)),
        layers.Dense(64, activation="relu"),
        layers.Dense(5, activation="sigmoid"),
    ])
    model.compile("adam", loss="sparse_categorical_crossentropy")
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

    ## Fix safety

    The fix gives the last layer a softmax. Where the classes do not exclude each other, that is not what is meant, so
    it is unsafe.

    ## Evidence

    3 of the 30 posts labelled for DeepLocalize (10 %).

    ## References

    - M. Wardat and others: [DeepLocalize](https://arxiv.org/abs/2103.03376), 2021: 3 of its 30 programs
    - A. Nikanjam and others: [NeuraLint](https://arxiv.org/abs/2105.08095), 2021
    """

    code = "CNN506"
    name = "sigmoid-with-categorical-loss"
    severity = "warning"
    since = "0.1.0"

    def check_use(self, use: Use, context: Context) -> Iterable[Finding]:
        count = units(use)
        if not judged(use, *CATEGORICAL) or use.activation not in ("sigmoid", "hard_sigmoid"):
            return
        if count is None or count < 2 or use.from_logits is not False:
            return
        yield self.finding(
            f"{last_layer(use)} has {count} sigmoids, each on its own, but `{use.loss}` takes one distribution",
            use.place,
            related=use.related,
            help="use a softmax for classes that exclude each other, `binary_crossentropy` for those that do not",
            model=use.model,
            layer=layer_of(use),
            fix=other_activation(use, context, "softmax"),
            expected="softmax",
            actual=use.activation,
        )
