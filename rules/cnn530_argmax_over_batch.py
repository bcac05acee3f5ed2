from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.api import Rule

from ._shared import known

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cnnlint.api import Context, Finding, Use


class ArgmaxOverBatch(Rule):
    """The class with the greatest score is looked for among the samples of a batch.

    ## What it does

    Reports `argmax` and `max` over axis 0 of a model's output, `(N, C)`, if the same model's output is given to
    `CrossEntropyLoss` or `NLLLoss`.

    ## Why is this bad?

    Axis 0 holds the samples: the result is one number per class, the sample that has the greatest score for it, and
    not one class per sample. An accuracy that is computed from it means nothing.

    ## Example

    ```python
    import torch
    from torch import nn

    model = nn.Sequential(nn.Linear(20, 64), nn.ReLU(), nn.Linear(64, 5))
    criterion = nn.CrossEntropyLoss()
    scores = model(torch.randn(8, 20))
    loss = criterion(scores, torch.randint(0, 5, (8,)))
    predicted = scores.argmax(0)
    ```

    ## Use instead

    ```python
    import torch
    from torch import nn

    model = nn.Sequential(nn.Linear(20, 64), nn.ReLU(), nn.Linear(64, 5))
    criterion = nn.CrossEntropyLoss()
    scores = model(torch.randn(8, 20))
    loss = criterion(scores, torch.randint(0, 5, (8,)))
    predicted = scores.argmax(1)
    ```

    ## Evidence

    No study counts it.
    """

    code = "CNN530"
    name = "argmax-over-batch"
    severity = "warning"
    since = "0.1.0"

    def check_use(self, use: Use, context: Context) -> Iterable[Finding]:
        if use.kind != "argmax" or use.output is None or len(use.output) != 2 or use.axis not in (0, -2):
            return
        classes = known(use.output[1])
        if classes is not None and classes < 2:
            return
        yield self.finding(
            f"the greatest score is looked for along axis {use.axis}, the samples: the classes are along axis 1",
            use.place,
            related=use.related,
            help="use axis 1",
            model=use.model,
            expected="1",
            actual=str(use.axis),
        )
