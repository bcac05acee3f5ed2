from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.api import Rule

if TYPE_CHECKING:
    from cnnlint.api import Fault


class ElementwiseMismatch(Rule):
    """Tensors that are added, multiplied or compared cannot be broadcast together.

    ## What it does

    Compares the shapes of the operands of an element-wise operation (`+`, `*`, `Add`, `torch.where`, …) axis by axis,
    from the last: two sizes must be equal, or one of them 1.

    ## Why is this bad?

    The operation is refused at run time. In residual blocks it means that the shortcut lacks the stride, or the change
    of channels, of the other path.

    ## Example

    ```python
    import keras
    from keras import layers

    inputs = keras.Input((32, 32, 16))
    x = layers.Conv2D(16, 3, activation="relu")(inputs)
    model = keras.Model(inputs, layers.Add()([x, inputs]))
    ```

    ```python
    import torch
    from torch import nn


    class Block(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv = nn.Conv2d(16, 32, 3, padding=1)

        def forward(self, x):
            return torch.relu(self.conv(x) + x)


    Block()(torch.zeros(1, 16, 32, 32))
    ```

    ## Use instead

    ```python
    import keras
    from keras import layers

    inputs = keras.Input((32, 32, 16))
    x = layers.Conv2D(16, 3, padding="same", activation="relu")(inputs)
    model = keras.Model(inputs, layers.Add()([x, inputs]))
    ```

    ```python
    import torch
    from torch import nn


    class Block(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv = nn.Conv2d(16, 32, 3, padding=1)
            self.shortcut = nn.Conv2d(16, 32, 1)

        def forward(self, x):
            return torch.relu(self.conv(x) + self.shortcut(x))


    Block()(torch.zeros(1, 16, 32, 32))
    ```

    ## Evidence

    2 of the 70 programs of defects4ml are labelled as a problem in residual blocks.

    ## References

    - [PyTorch: broadcasting semantics](https://pytorch.org/docs/stable/notes/broadcasting.html)
    """

    code = "CNN106"
    name = "elementwise-mismatch"
    severity = "error"
    since = "0.1.0"
    kinds = frozenset({"elementwise-mismatch"})

    def advice(self, fault: Fault) -> str | None:
        return "give both paths the same strides and padding, or bring one to the other's shape by a 1x1 convolution"
