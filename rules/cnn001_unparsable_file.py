from __future__ import annotations

from cnnlint.api import Rule


class UnparsableFile(Rule):
    """A file is no valid Python, so that nothing in it could be checked.

    ## What it does

    Reports the place where the parser gave up. The other files are checked all the same.

    ## Why is this bad?

    A file that Python cannot read defines no model, and none of the other rules has seen it.

    ## Example

    ```python
    from torch import nn

    model = nn.Sequential(nn.Conv2d(3, 16, 3), nn.ReLU()
    ```

    ## Use instead

    ```python
    from torch import nn

    model = nn.Sequential(nn.Conv2d(3, 16, 3), nn.ReLU())
    ```
    """

    code = "CNN001"
    name = "unparsable-file"
    severity = "error"
    since = "0.1.0"
