from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.api import Rule

from ._training import BINARY, judged, last_layer, layer_of, other_loss, units

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cnnlint.api import Context, Finding, Use


class SoftmaxWithBinaryLoss(Rule):
    """A softmax over several classes is trained with a binary cross-entropy.

    ## What it does

    Reports a model whose last activation is a softmax over three units or more, compiled with `binary_crossentropy`.

    ## Why is this bad?

    A softmax says that the classes exclude each other, the loss that each is decided on its own: it adds a term for
    every class that is not there. The metric `accuracy` then shows a number that is far too high on some versions of
    Keras, since most of the terms are right by saying nothing. With two units both losses are the same.

    ## Example

    ```python
    import numpy as np
    from keras import layers, models, utils

    x_train, y_train = np.random.rand(1000, 20), utils.to_categorical(np.random.randint(0, 5, 1000), 5)
    model = models.Sequential([
        layers.Input((20,)),
        layers.Dense(64, activation="relu"),
        layers.Dense(5, activation="softmax"),
    ])
    model.compile("adam", loss="binary_crossentropy")
    model.fit(x_train, y_train)
    ```

    ## Use instead

    ```python
    import numpy as np
    from keras import layers, models, utils

    x_train, y_train = np.random.rand(1000, 20), utils.to_categorical(np.random.randint(0, 5, 1000), 5)
    model = models.Sequential([
        layers.Input((20,)),
        layers.Dense(64, activation="relu"),
        layers.Dense(5, activation="softmax"),
    ])
    model.compile("adam", loss="categorical_crossentropy")
    model.fit(x_train, y_train)
    ```

    ## Fix safety

    The fix names `categorical_crossentropy`. The loss's value changes with it, so it is unsafe.

    ## Evidence

    One of NeuraLint's posts, one of TheDeepChecker's 155.

    ## References

    - A. Nikanjam and others: [NeuraLint](https://arxiv.org/abs/2105.08095), 2021
    """

    code = "CNN508"
    name = "softmax-with-binary-loss"
    severity = "warning"
    since = "0.1.0"

    def check_use(self, use: Use, context: Context) -> Iterable[Finding]:
        count = units(use)
        if not judged(use, *BINARY) or use.activation != "softmax" or (count or 0) < 3:
            return
        places = (use.place, *(related.place for related in use.related))
        new = "categorical_crossentropy"
        fixes = [other_loss(place, context, use.loss or "", new, "unsafe") for place in places]
        yield self.finding(
            f"{last_layer(use)} is a softmax over {count} classes, but `{use.loss}` decides each on its own",
            use.place,
            related=use.related,
            help="use `categorical_crossentropy`, or sigmoids for classes that do not exclude each other",
            model=use.model,
            layer=layer_of(use),
            fix=next((fix for fix in fixes if fix is not None), None),
            expected=new,
            actual=use.loss,
        )
