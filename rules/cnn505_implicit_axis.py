from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.api import Rule

from ._training import shape_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cnnlint.api import Context, Finding, Use


class ImplicitAxis(Rule):
    """The data lack the last axis of the model's input, which Keras adds by itself.

    ## What it does

    Reports data without the axis of channels (or features) where the model's input has one of size 1: images of shape
    `(60000, 28, 28)` for an input of `(28, 28, 1)`.

    ## Why is this bad?

    Keras adds the axis without a word, and only since release 2.4; most runtimes that a model is exported to refuse
    the same data (so does cnnlint, with `target-version = { keras = "2.3" }`). A single image without its batch axis
    may then be taken for a batch of rows.

    ## Example

    ```python
    import numpy as np
    from keras import layers, models

    x_train, y_train = np.random.rand(1000, 28, 28), np.random.randint(0, 10, 1000)
    model = models.Sequential([
        layers.Input((28, 28, 1)),
        layers.Rescaling(1 / 255),
        layers.Conv2D(8, 3, activation="relu"),
        layers.GlobalAveragePooling2D(),
        layers.Dense(10, activation="softmax"),
    ])
    model.compile("adam", loss="sparse_categorical_crossentropy")
    model.fit(x_train, y_train)
    ```

    ## Use instead

    ```python
    import numpy as np
    from keras import layers, models

    x_train, y_train = np.random.rand(1000, 28, 28, 1), np.random.randint(0, 10, 1000)
    model = models.Sequential([
        layers.Input((28, 28, 1)),
        layers.Rescaling(1 / 255),
        layers.Conv2D(8, 3, activation="relu"),
        layers.GlobalAveragePooling2D(),
        layers.Dense(10, activation="softmax"),
    ])
    model.compile("adam", loss="sparse_categorical_crossentropy")
    model.fit(x_train, y_train)
    ```

    ## Evidence

    8 of SFData's 87 crashing programs miss the axis of the channels (9 %); 6 of them run with Keras 3.

    ## References

    - Keras: `_adjust_input_rank` in
      [functional.py](https://github.com/keras-team/keras/blob/master/keras/src/models/functional.py)
    """

    code = "CNN505"
    name = "implicit-axis"
    severity = "warning"
    since = "0.1.0"

    def check_use(self, use: Use, context: Context) -> Iterable[Finding]:
        found = use.config.get("expanded")
        if use.framework != "keras" or found is None:
            return
        declared, given = found
        yield self.finding(
            f"`{use.kind}` is given data of shape {shape_text(given)} for an input of {shape_text(declared)}: only "
            "Keras itself, since 2.4, adds the last axis",
            use.place,
            related=use.related,
            help="add the axis, with `np.expand_dims(x, -1)` for example",
            model=use.model,
            expected=shape_text(declared),
            actual=shape_text(given),
        )
