from __future__ import annotations

from cnnlint.api import Rule


class ReshapeMismatch(Rule):
    """A reshape changes the number of elements.

    ## What it does

    Compares the product of the sizes before and after a `Reshape`, `view`, `reshape`, `Unflatten` and the like. Where
    one size is left open (`-1`), the others must divide the number of elements.

    ## Why is this bad?

    The operation is refused at run time. The number to reshape to depends on every layer before, so that it is wrong as
    soon as one of them is changed.

    ## Example

    ```python
    from keras import layers, models

    model = models.Sequential([
        layers.Input((64,)),
        layers.Dense(7 * 7 * 32, activation="relu"),
        layers.Reshape((7, 7, 64)),
    ])
    ```

    ```python
    import torch
    from torch import nn

    model = nn.Sequential(nn.Linear(64, 7 * 7 * 32), nn.Unflatten(1, (64, 7, 7)))
    model(torch.zeros(1, 64))
    ```

    ## Use instead

    ```python
    from keras import layers, models

    model = models.Sequential([
        layers.Input((64,)),
        layers.Dense(7 * 7 * 64, activation="relu"),
        layers.Reshape((7, 7, 64)),
    ])
    ```

    ```python
    import torch
    from torch import nn

    model = nn.Sequential(nn.Linear(64, 7 * 7 * 64), nn.Unflatten(1, (64, 7, 7)))
    model(torch.zeros(1, 64))
    ```

    ## Evidence

    One of SFData's 87 crashing programs (1.1 %); 20 of PYSIASSIST's 365 posts about silent bugs are about the
    dimensions of data (5.5 %).
    """

    code = "CNN108"
    name = "reshape-mismatch"
    severity = "error"
    since = "0.1.0"
    kinds = frozenset({"reshape-mismatch"})
