from __future__ import annotations

from cnnlint.api import Rule


class UncaughtException(Rule):
    """The file's own run ends with an exception that the code itself raises: one of its checks fails.

    ## What it does

    Follows a file as Python runs it. Where that surely ends with an exception that the code raises or asserts itself,
    it is told at the line that does so. Only the first is: what comes after it is not reached. Exceptions that come
    from where a program runs (files, imports, arguments) or that end it on purpose are left alone.

    ## Why is this bad?

    The program does not get any further.

    ## Example

    ```python
    import torch
    from torch import nn


    class Net(nn.Module):
        def __init__(self, size=32):
            super().__init__()
            self.size = size
            self.conv = nn.Conv2d(3, 8, 3)

        def forward(self, x):
            assert x.shape[2] == self.size, "the image has another size"
            return self.conv(x)


    maps = Net()(torch.zeros(1, 3, 28, 28))
    ```

    ## Use instead

    ```python
    import torch
    from torch import nn


    class Net(nn.Module):
        def __init__(self, size=32):
            super().__init__()
            self.size = size
            self.conv = nn.Conv2d(3, 8, 3)

        def forward(self, x):
            assert x.shape[2] == self.size, "the image has another size"
            return self.conv(x)


    maps = Net()(torch.zeros(1, 3, 32, 32))
    ```

    ## Evidence

    No study of crashing model code counts it; of 655 programs that one change made crash, 2 do so by a check of their
    own.
    """

    code = "CNN115"
    name = "uncaught-exception"
    severity = "error"
    since = "0.1.0"
    kinds = frozenset({"uncaught-exception"})
