from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.api import Rule, dim_text

from ._losses import is_loss, whose
from ._training import FITTING, last_layer, layer_of, shape_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cnnlint.api import Context, Dim, Finding, Use


class BroadcastLoss(Rule):
    """A loss compares an output and a target of different shapes, which are broadcast.

    ## What it does

    Reports `MSELoss`, `L1Loss`, `SmoothL1Loss` and `HuberLoss` where output and target have different shapes that
    can be broadcast, such as `(N, 1)` and `(N,)`. In Keras, which brings these two together by itself, it reports
    labels and outputs that differ in more: class numbers of shape `(N, 1)` for ten units, one target per sample for an
    output with a time axis.

    ## Why is this bad?

    Each prediction is compared with the targets of all samples, not with its own: `(N, 1)` against `(N,)` gives `N
    * N` differences. The network learns to predict the mean. PyTorch prints a warning and goes on, Keras says nothing.

    ## Example

    ```python
    import torch
    from torch import nn

    model = nn.Sequential(nn.Linear(20, 64), nn.ReLU(), nn.Linear(64, 1))
    criterion = nn.MSELoss()
    loss = criterion(model(torch.randn(8, 20)), torch.rand(8))
    ```

    ```python
    import numpy as np
    from keras import layers, models

    model = models.Sequential([layers.Input((20,)), layers.Dense(64, "relu"), layers.Dense(10)])
    model.compile("adam", loss="mse")
    model.fit(np.random.rand(1000, 20), np.random.randint(0, 10, (1000, 1)))
    ```

    ## Use instead

    ```python
    import torch
    from torch import nn

    model = nn.Sequential(nn.Linear(20, 64), nn.ReLU(), nn.Linear(64, 1))
    criterion = nn.MSELoss()
    loss = criterion(model(torch.randn(8, 20)), torch.rand(8, 1))
    ```

    ```python
    import numpy as np
    from keras import layers, models

    model = models.Sequential([layers.Input((20,)), layers.Dense(64, "relu"), layers.Dense(1)])
    model.compile("adam", loss="mse")
    model.fit(np.random.rand(1000, 20), np.random.randint(0, 10, (1000, 1)))
    ```

    ## Evidence

    No study counts it.

    ## References

    - PyTorch: `mse_loss` in [functional.py](https://github.com/pytorch/pytorch/blob/main/torch/nn/functional.py)
    """

    code = "CNN528"
    name = "broadcast-loss"
    severity = "warning"
    since = "0.1.0"

    def check_use(self, use: Use, context: Context) -> Iterable[Finding]:
        yield from self._of_keras(use, context)
        if not is_loss(use, "MSELoss", "L1Loss", "SmoothL1Loss", "HuberLoss") or use.config.get("assumed"):
            return
        output, target = use.output, None if use.targets is None else use.targets.shape
        if output is None or target is None or not _spreads(output, target):
            return
        yield self.finding(
            f"{whose(use)} is {_text(output)} and the target {_text(target)}: `{use.loss}` broadcasts them",
            use.place,
            related=use.related,
            help="bring both to the same shape: `target.unsqueeze(1)`, or `output.squeeze(1)`",
            model=use.model,
            expected=_text(output),
            actual=_text(target),
        )

    def _of_keras(self, use: Use, context: Context) -> Iterable[Finding]:
        target = use.targets.shape if use.targets is not None else None
        if use.framework != "keras" or use.kind not in FITTING or use.config.get("broadcast") is not True:
            return
        if use.output is None or target is None:
            return
        missing = len(use.output) > 2 and len(target) <= 2
        yield self.finding(
            f"{last_layer(use)} is {shape_text(use.output)} and the labels are {shape_text(target)}: `{use.loss}` "
            "broadcasts them",
            use.place,
            related=use.related,
            help="reduce the output to two axes before the last layer: with `Flatten`, global pooling, or a recurrent "
            "layer without `return_sequences`"
            if missing
            else "give the last layer as many units as each label has values",
            model=use.model,
            layer=layer_of(use),
            expected=shape_text(use.output),
            actual=shape_text(target),
        )


def _spreads(output: tuple[Dim, ...], target: tuple[Dim, ...]) -> bool:
    """Whether the shapes surely differ, in a way that gives more differences than there are predictions."""
    longer, shorter = (output, target) if len(output) >= len(target) else (target, output)
    if not shorter:
        return False
    padded = (1,) * (len(longer) - len(shorter)) + tuple(shorter)
    pairs = list(zip(longer, padded, strict=True))
    return any(one == 1 and isinstance(other, int) and other > 1 for pair in pairs for one, other in (pair, pair[::-1]))


def _text(shape: tuple[Dim, ...]) -> str:
    inside = ", ".join(dim_text(dim) for dim in shape)
    return f"({inside},)" if len(shape) == 1 else f"({inside})"
