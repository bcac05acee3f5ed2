from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.api import Rule

from ._losses import is_loss, whose
from ._training import ACCURACY, FITTING, REGRESSION, judged, last_layer, layer_of, other_loss

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cnnlint.api import Context, Finding, Use


class SoftmaxWithSquaredError(Rule):
    """A softmax is trained with a squared or absolute error on class labels.

    ## What it does

    Reports `MSELoss`, `L1Loss` and their smooth forms on the result of a softmax, and Keras's squared and absolute
    errors, where the targets are known to be whole numbers, such as one-hot labels, or the accuracy is measured.

    ## Why is this bad?

    The gradient of the squared error vanishes where the softmax is confident, also where it is confidently wrong,
    so that training stalls. The cross-entropy has no such flat parts.

    ## Example

    ```python
    import torch
    from torch import nn

    model = nn.Sequential(nn.Linear(20, 64), nn.ReLU(), nn.Linear(64, 5), nn.Softmax(dim=1))
    criterion = nn.MSELoss()
    loss = criterion(model(torch.randn(8, 20)), nn.functional.one_hot(torch.randint(0, 5, (8,)), 5).float())
    ```

    ```python
    import numpy as np
    from keras import layers, models

    model = models.Sequential([layers.Input((20,)), layers.Dense(64, "relu"), layers.Dense(5, activation="softmax")])
    model.compile("adam", loss="mse", metrics=["accuracy"])
    model.fit(np.random.rand(1000, 20), np.eye(5)[np.random.randint(0, 5, 1000)])
    ```

    ## Use instead

    ```python
    import torch
    from torch import nn

    model = nn.Sequential(nn.Linear(20, 64), nn.ReLU(), nn.Linear(64, 5))
    criterion = nn.CrossEntropyLoss()
    loss = criterion(model(torch.randn(8, 20)), torch.randint(0, 5, (8,)))
    ```

    ```python
    import numpy as np
    from keras import layers, models

    model = models.Sequential([layers.Input((20,)), layers.Dense(64, "relu"), layers.Dense(5, activation="softmax")])
    model.compile("adam", loss="categorical_crossentropy", metrics=["accuracy"])
    model.fit(np.random.rand(1000, 20), np.eye(5)[np.random.randint(0, 5, 1000)])
    ```

    ## Fix safety

    For Keras, the fix names another loss. Its value is another one, so it is unsafe.

    ## Evidence

    4 of the 30 posts labelled for DeepLocalize (13 %).

    ## References

    - A. Nikanjam and others: [NeuraLint](https://arxiv.org/abs/2105.08095), 2021
    - M. Wardat and others: [DeepLocalize](https://arxiv.org/abs/2103.03376), 2021: 4 of its 30 programs
    """

    code = "CNN526"
    name = "softmax-with-squared-error"
    severity = "warning"
    since = "0.1.0"

    def check_use(self, use: Use, context: Context) -> Iterable[Finding]:
        yield from self._of_keras(use, context)
        if not is_loss(use, "MSELoss", "L1Loss", "SmoothL1Loss", "HuberLoss") or use.activation != "softmax":
            return
        if use.targets is None or use.targets.low is None:
            return
        yield self.finding(
            f"{whose(use)} has gone through a softmax, and `{use.loss}` compares it with class labels",
            use.place,
            related=use.related,
            help="use `CrossEntropyLoss` on the scores before the softmax",
            model=use.model,
            expected="CrossEntropyLoss",
            actual=use.loss,
        )

    def _of_keras(self, use: Use, context: Context) -> Iterable[Finding]:
        measured = not ACCURACY.isdisjoint(use.metrics)
        labelled = use.kind in FITTING and use.targets is not None and use.targets.low is not None
        here = judged(use, *REGRESSION) if measured else labelled and use.loss in REGRESSION
        if use.framework != "keras" or not here or use.activation != "softmax":
            return
        yield self.finding(
            f"{last_layer(use)} is a softmax, and `{use.loss}` compares it with class labels",
            use.place,
            related=use.related,
            help="use a categorical cross-entropy",
            model=use.model,
            layer=layer_of(use),
            fix=other_loss(
                use.related[-1].place if use.kind != "compile" and use.related else use.place,
                context,
                use.loss or "",
                "categorical_crossentropy",
                "unsafe",
            ),
            expected="categorical_crossentropy",
            actual=use.loss,
        )
