from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.api import Rule

from ._mending import argument_fix
from ._training import flattened_before

if TYPE_CHECKING:
    from cnnlint.api import Context, Fault, Fix


class LabelMismatch(Rule):
    """The labels do not fit the output that the loss compares them with.

    ## What it does

    Compares the labels that `fit`, `evaluate` and `train_on_batch` are given with the model's output under its loss
    and metrics: another number of units than classes, labels beyond the last class, a missing `Flatten` before the
    head, one value per sample where the model gives two, a generator's `class_mode` that does not suit the head.

    ## Why is this bad?

    Keras refuses the labels when training begins; a label beyond the last class raises an exception as soon as it
    comes, or gives a loss of NaN on a GPU.

    ## Example

    ```python
    import numpy as np
    import keras
    from keras import layers, models

    x_train = np.random.rand(1000, 20)
    y_train = keras.utils.to_categorical(np.random.randint(0, 7, 1000), 7)
    model = models.Sequential([
        layers.Input((20,)),
        layers.Dense(64, activation="relu"),
        layers.Dense(10, activation="softmax"),
    ])
    model.compile("adam", loss="categorical_crossentropy")
    model.fit(x_train, y_train)
    ```

    ## Use instead

    ```python
    import numpy as np
    import keras
    from keras import layers, models

    x_train = np.random.rand(1000, 20)
    y_train = keras.utils.to_categorical(np.random.randint(0, 7, 1000), 7)
    model = models.Sequential([
        layers.Input((20,)),
        layers.Dense(64, activation="relu"),
        layers.Dense(7, activation="softmax"),
    ])
    model.compile("adam", loss="categorical_crossentropy")
    model.fit(x_train, y_train)
    ```

    ## Fix safety

    The fix gives the last layer as many units as the labels ask for, or puts a `Flatten` before the first dense layer.
    Where the labels are what is wrong, or global pooling is what is wanted, that is not what is meant, so it is unsafe.

    ## Evidence

    12 of SFData's 87 crashing programs have labels of another width (14 %), 9 lack a flatten before the head (10
    %).

    ## References

    - among 87 crashing Keras programs from Stack Overflow that were labelled by hand, 12 had labels of another width
      than the output, and 9 a missing `Flatten`
    """

    code = "CNN503"
    name = "label-mismatch"
    severity = "error"
    since = "0.1.0"
    kinds = frozenset({"label-mismatch"})

    def fix(self, fault: Fault, context: Context) -> Fix | None:
        if not fault.certain or not fault.related:
            return None
        if "takes maps" in fault.related[0].message:
            return flattened_before(fault.related[0].place, context)
        # One unit needs another activation too.
        return None if fault.actual == "1" else argument_fix(fault, context, ("units",), "unsafe")
