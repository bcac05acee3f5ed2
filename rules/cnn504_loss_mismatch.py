from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.api import Rule

from ._training import other_loss

if TYPE_CHECKING:
    from cnnlint.api import Context, Fault, Fix


class LossMismatch(Rule):
    """The labels are encoded for another loss.

    ## What it does

    Reports labels that are class numbers under `categorical_crossentropy`, and one-hot labels under
    `sparse_categorical_crossentropy`, wherever the labels' shape is known: from NumPy, `keras.datasets`,
    `to_categorical`, a data set or a generator.

    ## Why is this bad?

    Keras refuses the labels when training begins.

    ## Example

    ```python
    import numpy as np
    from keras import layers, models

    x_train, y_train = np.random.rand(1000, 20), np.random.randint(0, 5, 1000)
    model = models.Sequential([
        layers.Input((20,)),
        layers.Dense(64, activation="relu"),
        layers.Dense(5, activation="softmax"),
    ])
    model.compile("adam", loss="categorical_crossentropy")
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

    The fix names the other loss, which is the same function of labels in the other encoding. The program crashed
    before, so it is safe.

    ## Evidence

    14 of SFData's 87 crashing programs: whole numbers under the categorical loss in 10, one-hot labels under the
    sparse one in 4 (16 %).

    ## References

    - Keras: [probabilistic losses](https://keras.io/api/losses/probabilistic_losses/)
    - among 87 crashing Keras programs from Stack Overflow that were labelled by hand, 10 had class numbers under
      `categorical_crossentropy` and 4 one-hot labels under the sparse loss
    """

    code = "CNN504"
    name = "loss-mismatch"
    severity = "error"
    since = "0.1.0"
    kinds = frozenset({"loss-mismatch"})

    def fix(self, fault: Fault, context: Context) -> Fix | None:
        if not fault.certain or fault.expected is None or fault.actual is None:
            return None
        for related in fault.related:
            found = other_loss(related.place, context, fault.expected, fault.actual, "safe")
            if found is not None:
                return found
        return None
