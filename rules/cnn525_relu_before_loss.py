from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.api import Rule

from ._losses import is_loss, whose, without_activation

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cnnlint.api import Context, Finding, Use


class ReluBeforeLoss(Rule):
    """A ReLU stands before a loss that expects scores.

    ## What it does

    Reports `CrossEntropyLoss` and `BCEWithLogitsLoss` on the result of a ReLU.

    ## Why is this bad?

    A ReLU cuts off everything below zero: all classes that are unlikely get the same score, a unit that is below
    zero for all inputs gets no gradient and stays there, and a binary classifier cannot say anything below 0.5.

    ## Example

    ```python
    import torch
    from torch import nn

    model = nn.Sequential(nn.Linear(20, 64), nn.ReLU(), nn.Linear(64, 5), nn.ReLU())
    criterion = nn.CrossEntropyLoss()
    loss = criterion(model(torch.randn(8, 20)), torch.randint(0, 5, (8,)))
    ```

    ## Use instead

    ```python
    import torch
    from torch import nn

    model = nn.Sequential(nn.Linear(20, 64), nn.ReLU(), nn.Linear(64, 5))
    criterion = nn.CrossEntropyLoss()
    loss = criterion(model(torch.randn(8, 20)), torch.randint(0, 5, (8,)))
    ```

    ## Fix safety

    The fix leaves the activation out. What the model predicts changes with it, so it is unsafe.

    ## References

    - E. Schoop and others: [UMLAUT](https://doi.org/10.1145/3411764.3445538), 2021
    """

    code = "CNN525"
    name = "relu-before-loss"
    severity = "warning"
    since = "0.1.0"

    def check_use(self, use: Use, context: Context) -> Iterable[Finding]:
        if not is_loss(use, "CrossEntropyLoss", "BCEWithLogitsLoss") or use.activation not in ("relu", "relu6"):
            return
        yield self.finding(
            f"{whose(use)} has gone through a {use.activation}, which cuts off scores below zero before `{use.loss}`",
            use.place,
            related=use.related,
            help="leave the activation of the last layer out",
            model=use.model,
            fix=without_activation(use, context),
            expected="scores",
            actual=use.activation,
        )
