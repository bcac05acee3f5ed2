from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.api import Rule

from ._mending import argument_fix, built_for

if TYPE_CHECKING:
    from cnnlint.api import Context, Fault, Fix


class FeatureMismatch(Rule):
    """A dense (linear) layer is built for another number of features than it receives.

    ## What it does

    Compares the features that arrive at a `Linear` or `Dense` layer with those that its weights are made for: the
    flattened size behind a convolution, the width of the layer before, the width of an earlier use of a shared layer.

    ## Why is this bad?

    The matrix product is refused at run time. The number behind a flatten depends on the input's size and on every
    kernel, stride and padding before it, so that it is wrong as soon as one of them is changed.

    ## Example

    ```python
    import keras
    from keras import layers

    narrow, wide = keras.Input((16,)), keras.Input((32,))
    shared = layers.Dense(8)
    model = keras.Model([narrow, wide], [shared(narrow), shared(wide)])
    ```

    ```python
    import torch
    from torch import nn

    model = nn.Sequential(nn.Conv2d(3, 16, 3, padding=1), nn.ReLU(), nn.Flatten(), nn.Linear(16 * 7 * 7, 10))
    model(torch.zeros(1, 3, 8, 8))
    ```

    ## Use instead

    ```python
    import keras
    from keras import layers

    narrow, wide = keras.Input((16,)), keras.Input((32,))
    model = keras.Model([narrow, wide], [layers.Dense(8)(narrow), layers.Dense(8)(wide)])
    ```

    ```python
    import torch
    from torch import nn

    model = nn.Sequential(nn.Conv2d(3, 16, 3, padding=1), nn.ReLU(), nn.Flatten(), nn.Linear(16 * 8 * 8, 10))
    model(torch.zeros(1, 3, 8, 8))
    ```

    ## Fix safety

    The `in_features` becomes the number that arrives, where it is written as a literal, as a product of literals (whose
    factors are kept as far as they divide: `16 * 4 * 5` becomes `16 * 5 * 5`) or as a constant that nothing else reads.
    The program crashed before, and the number follows from the layers above, so the fix is safe. Another expression is
    left alone: which of its parts is wrong is not known.

    ## Evidence

    No study counts it; it is the error of PyTorch that most is written about. One of SFData's 87 crashing programs
    applies a layer to an input of another width.

    ## References

    - [PyTorch: Linear](https://pytorch.org/docs/stable/generated/torch.nn.Linear.html)
    """

    code = "CNN102"
    name = "feature-mismatch"
    severity = "error"
    since = "0.1.0"
    kinds = frozenset({"feature-mismatch"})

    def advice(self, fault: Fault) -> str | None:
        return built_for(fault, "features")

    def fix(self, fault: Fault, context: Context) -> Fix | None:
        if fault.help is not None:  # what comes before the layer may as well be wrong
            return None
        return argument_fix(fault, context, ("in_features", "input_size"), "safe")
