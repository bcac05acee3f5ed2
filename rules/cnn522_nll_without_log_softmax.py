from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.api import Rule

from ._losses import is_loss, other_activation, other_loss, whose

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cnnlint.api import Context, Finding, Use


class NllWithoutLogSoftmax(Rule):
    """The negative log-likelihood is taken of what is no logarithm of a probability.

    ## What it does

    Reports `NLLLoss` (or `nll_loss`) on raw scores, or on the result of a softmax, sigmoid or ReLU.

    ## Why is this bad?

    `NLLLoss` only picks the value of the right class and changes its sign: it expects a log-softmax. Of raw scores
    it can be driven to minus infinity by scaling all of them; of probabilities it lies between -1 and 0 and barely
    has a gradient.

    ## Example

    ```python
    import torch
    from torch import nn

    model = nn.Sequential(nn.Linear(20, 64), nn.ReLU(), nn.Linear(64, 5))
    criterion = nn.NLLLoss()
    loss = criterion(model(torch.randn(8, 20)), torch.randint(0, 5, (8,)))
    ```

    ## Use instead

    ```python
    import torch
    from torch import nn

    model = nn.Sequential(nn.Linear(20, 64), nn.ReLU(), nn.Linear(64, 5), nn.LogSoftmax(dim=1))
    criterion = nn.NLLLoss()
    loss = criterion(model(torch.randn(8, 20)), torch.randint(0, 5, (8,)))
    ```

    ## Fix safety

    The fix uses `CrossEntropyLoss` in place of `NLLLoss` on raw scores, a log-softmax in place of a softmax. What
    the model predicts or what is trained changes, so it is unsafe.

    ## Evidence

    Losses that do not go with the last activation are the cause of 62 of PYSIASSIST's 365 posts about silent bugs
    (17 %), the most frequent one.

    ## References

    - PyTorch: [NLLLoss](https://docs.pytorch.org/docs/stable/generated/torch.nn.NLLLoss.html)
    - the root causes of 365 silent PyTorch bugs that PySIASSIST's authors counted: 17 % are losses and activations
    """

    code = "CNN522"
    name = "nll-without-log-softmax"
    severity = "warning"
    since = "0.1.0"

    def check_use(self, use: Use, context: Context) -> Iterable[Finding]:
        if not is_loss(use, "NLLLoss") or use.activation not in ("linear", "relu", "softmax", "sigmoid"):
            return
        if use.activation == "linear":
            what, fix = "is raw scores", other_loss(use, context, "CrossEntropyLoss")
            help_ = "use `CrossEntropyLoss`, or end the model in a log-softmax"
        else:
            what = f"comes from a {use.activation}"
            fix = other_activation(use, context, "LogSoftmax", "log_softmax") if use.activation == "softmax" else None
            help_ = f"use a log-softmax in place of the {use.activation}"
        yield self.finding(
            f"{whose(use)} {what}, and `NLLLoss` expects logarithms of probabilities",
            use.place,
            related=use.related,
            help=help_,
            model=use.model,
            fix=fix,
            expected="log_softmax",
            actual=use.activation,
        )
