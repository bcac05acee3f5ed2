from __future__ import annotations

from cnnlint.api import Rule


class BadArgument(Rule):
    """A layer is given a value that the framework refuses.

    ## What it does

    Checks what the frameworks themselves check: names of paddings and activations, sizes above zero, rates between 0
    and 1, groups that divide the channels, a pooling's padding of at most half its kernel, and so on.

    ## Why is this bad?

    The layer raises an exception when it is built or first called.

    ## Example

    ```python
    from keras import layers

    conv = layers.Conv2D(32, 3, padding="full")
    ```

    ```python
    from torch import nn

    conv = nn.Conv2d(10, 20, 3, groups=4)
    ```

    ## Use instead

    ```python
    from keras import layers

    conv = layers.Conv2D(32, 3, padding="same")
    ```

    ```python
    from torch import nn

    conv = nn.Conv2d(10, 20, 3, groups=5)
    ```

    ## Evidence

    2 of SFData's 87 crashing programs and 2 of PyTea's test programs.
    """

    code = "CNN110"
    name = "bad-argument"
    severity = "error"
    since = "0.1.0"
    kinds = frozenset({"bad-argument"})
