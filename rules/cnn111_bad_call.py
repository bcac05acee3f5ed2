from __future__ import annotations

from cnnlint.api import Rule


class BadCall(Rule):
    """A call does not fit the signature of what is called.

    ## What it does

    Checks calls of the frameworks' layers and functions, and of the code's own: an unknown keyword, a missing or
    surplus argument, one that is given twice.

    ## Why is this bad?

    Python raises a `TypeError` there.

    ## Example

    ```python
    from keras import layers

    conv = layers.Conv2D(filter=32, kernel_size=3)
    ```

    ```python
    from torch import nn

    conv = nn.Conv2d(3, 16)
    ```

    ## Use instead

    ```python
    from keras import layers

    conv = layers.Conv2D(filters=32, kernel_size=3)
    ```

    ```python
    from torch import nn

    conv = nn.Conv2d(3, 16, kernel_size=3)
    ```

    ## Evidence

    3 of the 22 programs with wrong losses in PYSIASSIST's data call the class of a loss on tensors (14 %).
    """

    code = "CNN111"
    name = "bad-call"
    severity = "error"
    since = "0.1.0"
    kinds = frozenset({"bad-call"})
