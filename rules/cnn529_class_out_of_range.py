from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.api import Rule

from ._losses import classes_of, is_loss, whose
from ._shared import known

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cnnlint.api import Context, Data, Finding, Use


class ClassOutOfRange(Rule):
    """A label lies outside of the classes that the model has.

    ## What it does

    Reports `CrossEntropyLoss` and `NLLLoss` where the labels are known to go beyond the number of outputs, or below
    zero.

    ## Why is this bad?

    PyTorch raises an `IndexError` (`Target 9 is out of bounds.`) as soon as such a label comes; on a GPU the
    program dies with a `device-side assert`.

    ## Example

    ```python
    import torch
    from torch import nn

    model = nn.Sequential(nn.Linear(20, 64), nn.ReLU(), nn.Linear(64, 5))
    criterion = nn.CrossEntropyLoss()
    loss = criterion(model(torch.randn(8, 20)), torch.tensor([0, 1, 2, 3, 4, 5, 1, 2]))
    ```

    ## Use instead

    ```python
    import torch
    from torch import nn

    model = nn.Sequential(nn.Linear(20, 64), nn.ReLU(), nn.Linear(64, 6))
    criterion = nn.CrossEntropyLoss()
    loss = criterion(model(torch.randn(8, 20)), torch.tensor([0, 1, 2, 3, 4, 5, 1, 2]))
    ```

    ## Evidence

    No study counts it.

    ## References

    - PyTorch: [CrossEntropyLoss](https://docs.pytorch.org/docs/stable/generated/torch.nn.CrossEntropyLoss.html)
    """

    code = "CNN529"
    name = "class-out-of-range"
    severity = "error"
    since = "0.1.0"

    def check_use(self, use: Use, context: Context) -> Iterable[Finding]:
        classes, labels = classes_of(use), use.targets
        if not is_loss(use, "CrossEntropyLoss", "NLLLoss") or classes is None or labels is None:
            return
        if labels.low is None or labels.high is None or not _are_indexes(use, labels):
            return
        low, high = int(labels.low), int(labels.high)
        outside = high if high >= classes else low
        if (low >= 0 and high < classes) or outside == use.config.get("ignore_index", -100):
            return
        yield self.finding(
            f"the labels go from {low} to {high}, and {whose(use)} has {classes} classes: 0 to {classes - 1}",
            use.place,
            severity=self.severity if use.certain and labels.classes is not None else "warning",
            related=use.related,
            help=f"give the last layer {high + 1} outputs" if low >= 0 else "number the classes from 0",
            model=use.model,
            expected=str(high + 1) if low >= 0 else None,
            actual=str(classes),
        )


def _are_indexes(use: Use, labels: Data) -> bool:
    """Whether the targets are numbers of classes, and no probabilities."""
    if use.output is None or labels.shape is None or len(labels.shape) != max(0, len(use.output) - 1):
        return False
    places = (*use.output[:1], *use.output[2:]) if len(use.output) > 1 else ()
    pairs = ((known(one), known(other)) for one, other in zip(places, labels.shape, strict=True))
    if any(one is not None and other is not None and one != other for one, other in pairs):
        return False  # that is another fault
    return labels.dtype in ("int64", "uint8")
