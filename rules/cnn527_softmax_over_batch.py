from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.api import Rule

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cnnlint.api import Context, Finding, Use


class SoftmaxOverBatch(Rule):
    """A softmax runs over the samples of a batch.

    ## What it does

    Reports a softmax or log-softmax over the first axis, or over no axis that is named where the first one is
    taken, if a loss over the classes of a batch follows.

    ## Why is this bad?

    The first axis holds the samples. The probabilities of each sample do not add up to 1, and what is predicted for
    one depends on the others in its batch: the network learns nothing useful, without any message.

    ## Example

    ```python
    import torch
    from torch import nn

    model = nn.Sequential(nn.Linear(20, 64), nn.ReLU(), nn.Linear(64, 5), nn.LogSoftmax(dim=0))
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

    ## Evidence

    One of the 22 programs with wrong losses in PYSIASSIST's data.

    ## References

    - PyTorch: [softmax](https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.softmax.html)
    - the root causes of 365 silent PyTorch bugs that PySIASSIST's authors counted: 17 % are losses and activations
    """

    code = "CNN527"
    name = "softmax-over-batch"
    severity = "warning"
    since = "0.1.0"

    def check_use(self, use: Use, context: Context) -> Iterable[Finding]:
        if use.kind != "loss" or use.framework != "torch" or use.activation not in ("softmax", "log_softmax"):
            return
        rank = use.config.get("rank")
        if use.axis != 0 or not isinstance(rank, int) or rank < 2 or use.output is None or len(use.output) != rank:
            return
        how = "names no axis, so that it runs over the first one" if use.config.get("implicit") else "runs over axis 0"
        yield self.finding(
            f"the {use.activation} before `{use.loss}` {how}, which holds the samples",
            use.place,
            related=use.related,
            help="give it the axis of the classes: `dim=1`",
            model=use.model,
            expected="1",
            actual="0",
        )
