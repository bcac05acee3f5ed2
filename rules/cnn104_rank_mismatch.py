from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.api import Rule

if TYPE_CHECKING:
    from cnnlint.api import Fault


class RankMismatch(Rule):
    """A layer needs another number of axes than it receives.

    ## What it does

    Compares the number of axes that arrives at a layer with the number that it takes: four for a two-dimensional
    convolution, three for a recurrent layer, and so on, the batch included.

    ## Why is this bad?

    The framework refuses the input. The usual causes are a flatten too early, a recurrent layer that returns its last
    step only, a batch axis written into the input's shape, and a layer of the wrong dimension (`BatchNorm2d` for
    vectors).

    ## Example

    ```python
    from keras import layers, models

    model = models.Sequential([
        layers.Input((28, 28, 8)),
        layers.Flatten(),
        layers.Conv2D(16, 3, activation="relu"),
    ])
    ```

    ```python
    import torch
    from torch import nn

    model = nn.Sequential(nn.Conv2d(3, 16, 3, bias=False), nn.Flatten(), nn.BatchNorm2d(16), nn.ReLU())
    model(torch.zeros(4, 3, 8, 8))
    ```

    ## Use instead

    ```python
    from keras import layers, models

    model = models.Sequential([
        layers.Input((28, 28, 8)),
        layers.Conv2D(16, 3, activation="relu"),
        layers.Flatten(),
    ])
    ```

    ```python
    import torch
    from torch import nn

    model = nn.Sequential(nn.Conv2d(3, 16, 3, bias=False), nn.BatchNorm2d(16), nn.ReLU(), nn.Flatten())
    model(torch.zeros(4, 3, 8, 8))
    ```

    ## Evidence

    4 of SFData's 87 crashing programs: one of two layers that disagree, three of an input that is declared with too
    many or too few axes (4.6 %).
    """

    code = "CNN104"
    name = "rank-mismatch"
    severity = "error"
    since = "0.1.0"
    kinds = frozenset({"rank-mismatch"})

    def advice(self, fault: Fault) -> str | None:
        return "flatten, or add the missing axis, where the number of axes is meant to change"
