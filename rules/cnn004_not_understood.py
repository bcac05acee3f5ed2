from __future__ import annotations

from cnnlint.api import Rule


class NotUnderstood(Rule):
    """A part of the code was given up, so that nothing is said about it.

    ## What it does

    Says where reading the code met one of its limits (steps, depth of calls, turns of a loop, sizes) and what is
    therefore not known. It does not report each value that cannot be known without running the program.

    ## Why is this bad?

    It is no fault of the code. It is told so that silence is not taken for a clean bill.

    ## Example

    ```python
    from torch import nn

    model = nn.Sequential(*[nn.Conv2d(3, 3, 3, padding=1) for _ in range(10**8)])
    ```

    ## Use instead

    ```python
    from torch import nn

    model = nn.Sequential(nn.Conv2d(3, 3, 3, padding=1))
    ```
    """

    code = "CNN004"
    name = "not-understood"
    severity = "info"
    since = "0.1.0"
    kinds = frozenset({"not-understood"})
