from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.api import Rule

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cnnlint.api import Context, Finding, Use


class ForwardWithoutReturn(Rule):
    """A module's forward applies layers and returns nothing.

    ## What it does

    Reports a `forward` that applies layers, keeps nothing in an attribute and has no `return`.

    ## Why is this bad?

    The module gives `None`: a loss on it raises a `TypeError` or an `AttributeError`, and whatever was computed is
    lost.

    ## Example

    ```python
    import torch
    from torch import nn


    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.fc = nn.Linear(20, 5)

        def forward(self, x):
            x = self.fc(x)
    ```

    ## Use instead

    ```python
    import torch
    from torch import nn


    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.fc = nn.Linear(20, 5)

        def forward(self, x):
            return self.fc(x)
    ```

    ## Evidence

    One of the 22 programs with wrong losses in PYSIASSIST's data.

    ## References

    - PySIASSIST, pattern 10: silent bugs from the PyTorch forum
    """

    code = "CNN531"
    name = "forward-without-return"
    severity = "warning"
    since = "0.1.0"

    def check_use(self, use: Use, context: Context) -> Iterable[Finding]:
        if use.kind == "forward" and use.framework == "torch":
            yield self.finding(
                f"`forward` of `{use.model}` applies layers and returns nothing",
                use.place,
                help="return the result",
                model=use.model,
                expected="a tensor",
                actual="None",
            )
