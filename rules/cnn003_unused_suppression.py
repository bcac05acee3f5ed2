from __future__ import annotations

from cnnlint.api import Rule


class UnusedSuppression(Rule):
    """A comment suppresses a finding that is not there.

    ## What it does

    Reports `# noqa: CNN…`, `# cnnlint: ignore[…]` and `# cnnlint: file-ignore[…]` comments that name a rule which has
    nothing to say at that place. Codes of other linters are left alone, and so is a bare `# noqa`.

    ## Why is this bad?

    It hides the next finding of that rule on the line, which nobody has seen yet.

    ## Example

    ```python
    from torch import nn

    model = nn.Sequential(nn.Conv2d(3, 16, 3), nn.ReLU())  # noqa: CNN103
    ```

    ## Use instead

    ```python
    from torch import nn

    model = nn.Sequential(nn.Conv2d(3, 16, 3), nn.ReLU())
    ```

    ## Fix safety

    Removing the comment changes nothing that runs.
    """

    code = "CNN003"
    name = "unused-suppression"
    severity = "warning"
    since = "0.1.0"
