from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.api import Rule

from ._losses import classes_of, is_loss, whose
from ._training import CATEGORICAL, judged, last_layer, layer_of, other_loss, units

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cnnlint.api import Context, Finding, Use


class CrossEntropyOfOne(Rule):
    """The cross-entropy is taken over a single class.

    ## What it does

    Reports `CrossEntropyLoss` on an output with one class, and Keras's categorical cross-entropies on one unit.

    ## Why is this bad?

    A softmax over one value is 1 whatever the value, so that the loss is always 0 and nothing is ever learned; a
    label other than 0 raises an `IndexError`. Keras divides an output by its sum, which is 1 for a single unit too.

    ## Example

    ```python
    import torch
    from torch import nn

    model = nn.Sequential(nn.Linear(20, 64), nn.ReLU(), nn.Linear(64, 1))
    criterion = nn.CrossEntropyLoss()
    loss = criterion(model(torch.randn(8, 20)), torch.zeros(8, dtype=torch.long))
    ```

    ```python
    import numpy as np
    from keras import layers, models

    model = models.Sequential([layers.Input((20,)), layers.Dense(64, "relu"), layers.Dense(1, activation="sigmoid")])
    model.compile("adam", loss="categorical_crossentropy")
    model.fit(np.random.rand(1000, 20), np.random.randint(0, 2, 1000))
    ```

    ## Use instead

    ```python
    import torch
    from torch import nn

    model = nn.Sequential(nn.Linear(20, 64), nn.ReLU(), nn.Linear(64, 1))
    criterion = nn.BCEWithLogitsLoss()
    loss = criterion(model(torch.randn(8, 20)), torch.rand(8, 1))
    ```

    ```python
    import numpy as np
    from keras import layers, models

    model = models.Sequential([layers.Input((20,)), layers.Dense(64, "relu"), layers.Dense(1, activation="sigmoid")])
    model.compile("adam", loss="binary_crossentropy")
    model.fit(np.random.rand(1000, 20), np.random.randint(0, 2, 1000))
    ```

    ## Fix safety

    For Keras, the fix names another loss. Its value is another one, so it is unsafe.

    ## Evidence

    2 of the 70 programs of defects4ml.
    """

    code = "CNN524"
    name = "cross-entropy-of-one"
    severity = "error"
    since = "0.1.0"

    def check_use(self, use: Use, context: Context) -> Iterable[Finding]:
        yield from self._of_keras(use, context)
        if not is_loss(use, "CrossEntropyLoss") or use.output is None or len(use.output) < 2 or classes_of(use) != 1:
            return
        yield self.finding(
            f"{whose(use)} has a single class: the cross-entropy is always 0",
            use.place,
            severity=self.severity if use.certain else "warning",
            related=use.related,
            help="use `BCEWithLogitsLoss` for one unit, or as many units as there are classes",
            model=use.model,
            expected="at least 2",
            actual="1",
        )

    def _of_keras(self, use: Use, context: Context) -> Iterable[Finding]:
        if not judged(use, *CATEGORICAL) or units(use) != 1 or use.activation in (None, "softmax"):
            return  # a softmax over one unit has a rule of its own
        yield self.finding(
            f"{last_layer(use)} is a single unit: `{use.loss}` over one class is always 0",
            use.place,
            severity=self.severity if use.certain else "warning",
            related=use.related,
            help="use `binary_crossentropy` and a sigmoid for two classes, or as many units as there are classes",
            model=use.model,
            layer=layer_of(use),
            fix=other_loss(
                use.related[-1].place if use.kind != "compile" and use.related else use.place,
                context,
                use.loss or "",
                "binary_crossentropy",
                "unsafe",
            )
            if use.activation == "sigmoid"
            else None,
            expected="at least 2",
            actual="1",
        )
