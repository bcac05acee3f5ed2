from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.api import Rule

from ._losses import classes_of, is_loss, whose

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cnnlint.api import Context, Finding, Use


class CrossEntropyOfOne(Rule):
    """The cross-entropy is taken over a single class.

    ## What it does

    Reports `CrossEntropyLoss` on an output with one class.

    ## Why is this bad?

    A softmax over one value is 1 whatever the value, so that the loss is always 0 and nothing is ever learned; a
    label other than 0 raises an `IndexError`.

    ## Example

    ```python
    import torch
    from torch import nn

    model = nn.Sequential(nn.Linear(20, 64), nn.ReLU(), nn.Linear(64, 1))
    criterion = nn.CrossEntropyLoss()
    loss = criterion(model(torch.randn(8, 20)), torch.zeros(8, dtype=torch.long))
    ```

    ## Use instead

    ```python
    import torch
    from torch import nn

    model = nn.Sequential(nn.Linear(20, 64), nn.ReLU(), nn.Linear(64, 1))
    criterion = nn.BCEWithLogitsLoss()
    loss = criterion(model(torch.randn(8, 20)), torch.rand(8, 1))
    ```
    """

    code = "CNN524"
    name = "cross-entropy-of-one"
    severity = "error"
    since = "0.1.0"

    def check_use(self, use: Use, context: Context) -> Iterable[Finding]:
        if not is_loss(use, "CrossEntropyLoss") or use.output is None or len(use.output) < 2 or classes_of(use) != 1:
            return
        yield self.finding(
            f"{whose(use)} has a single class: the cross-entropy is always 0",
            use.place,
            severity=self.severity if use.certain else "warning",
            related=use.related,
            help="use `BCEWithLogitsLoss` for one unit, or as many units as there are classes",
            model=use.model,
            expected="at least 2",
            actual="1",
        )
