from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.api import Rule

if TYPE_CHECKING:
    from cnnlint.api import Fault


class ConcatMismatch(Rule):
    """Tensors that are concatenated differ outside the axis of concatenation.

    ## What it does

    Compares the shapes of what is joined by `Concatenate`, `torch.cat` or `torch.stack`: all sizes but that of the axis
    along which they are joined must be equal.

    ## Why is this bad?

    The operation is refused at run time. In an encoder-decoder it means that an odd size was halved on the way down and
    doubled on the way up; in a block of several branches, that one of them lacks its padding or stride.

    ## Example

    ```python
    import keras
    from keras import layers

    inputs = keras.Input((32, 32, 16))
    small = layers.Conv2D(8, 1, activation="relu")(inputs)
    large = layers.Conv2D(8, 3, activation="relu")(inputs)
    model = keras.Model(inputs, layers.Concatenate()([small, large]))
    ```

    ```python
    import torch
    from torch import nn


    class Branches(nn.Module):
        def __init__(self):
            super().__init__()
            self.small = nn.Conv2d(16, 8, 1)
            self.large = nn.Conv2d(16, 8, 3)

        def forward(self, x):
            return torch.cat([self.small(x), self.large(x)], dim=1)


    Branches()(torch.zeros(1, 16, 32, 32))
    ```

    ## Use instead

    ```python
    import keras
    from keras import layers

    inputs = keras.Input((32, 32, 16))
    small = layers.Conv2D(8, 1, activation="relu")(inputs)
    large = layers.Conv2D(8, 3, padding="same", activation="relu")(inputs)
    model = keras.Model(inputs, layers.Concatenate()([small, large]))
    ```

    ```python
    import torch
    from torch import nn


    class Branches(nn.Module):
        def __init__(self):
            super().__init__()
            self.small = nn.Conv2d(16, 8, 1)
            self.large = nn.Conv2d(16, 8, 3, padding=1)

        def forward(self, x):
            return torch.cat([self.small(x), self.large(x)], dim=1)


    Branches()(torch.zeros(1, 16, 32, 32))
    ```

    ## Evidence

    2 of 102 reproduced bugs.
    """

    code = "CNN107"
    name = "concat-mismatch"
    severity = "error"
    since = "0.1.0"
    kinds = frozenset({"concat-mismatch"})

    def advice(self, fault: Fault) -> str | None:
        return "give all branches the same strides and padding, or pad and crop them to the same size"
