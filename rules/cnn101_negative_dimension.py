from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.api import Rule

if TYPE_CHECKING:
    from cnnlint.api import Fault


class NegativeDimension(Rule):
    """A convolution or pooling leaves a size of zero or less.

    ## What it does

    Follows the height and width (or length, or depth) through the model and reports the layer whose window is larger
    than what arrives there. Where the input's size is open, it reports a layer that fails for every size.

    ## Why is this bad?

    The model cannot be built (Keras) or crashes with the first batch (PyTorch). It happens where a model written for
    large images is given small ones, and where one block is added to a stack.

    ## Example

    ```python
    from keras import layers, models

    model = models.Sequential([
        layers.Input((8, 8, 3)),
        layers.Rescaling(1 / 255),
        layers.Conv2D(16, 5, activation="relu"),
        layers.MaxPooling2D(2),
        layers.Conv2D(32, 3, activation="relu"),
    ])
    ```

    ```python
    import torch
    from torch import nn

    model = nn.Sequential(nn.Conv2d(3, 16, 5), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(16, 32, 3))
    model(torch.zeros(1, 3, 8, 8))
    ```

    ## Use instead

    ```python
    from keras import layers, models

    model = models.Sequential([
        layers.Input((8, 8, 3)),
        layers.Rescaling(1 / 255),
        layers.Conv2D(16, 3, padding="same", activation="relu"),
        layers.MaxPooling2D(2),
        layers.Conv2D(32, 3, padding="same", activation="relu"),
    ])
    ```

    ```python
    import torch
    from torch import nn

    model = nn.Sequential(nn.Conv2d(3, 16, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(16, 32, 3, padding=1))
    model(torch.zeros(1, 3, 8, 8))
    ```

    ## Evidence

    3 of SFData's 87 crashing programs (3.4 %) and 4 of the 13 programs of defects4ml whose shapes can be decided; 4
    of 102 reproduced bugs.

    ## References

    - [Keras: convolution layers](https://keras.io/api/layers/convolution_layers/convolution2d/)
    - [PyTorch: Conv2d, the formula of the output's size](https://pytorch.org/docs/stable/generated/torch.nn.Conv2d.html)
    """

    code = "CNN101"
    name = "negative-dimension"
    severity = "error"
    since = "0.1.0"
    kinds = frozenset({"nonpositive-size"})

    def advice(self, fault: Fault) -> str | None:
        return "pad the layer, pool less before it, or give the model a larger input"
