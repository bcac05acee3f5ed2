from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.api import Rule

from ._mending import flatten_fix

if TYPE_CHECKING:
    from cnnlint.api import Context, Fault, Fix


class FoldedBatch(Rule):
    """A reshape can fold the samples of a batch into each other's features.

    ## What it does

    Looks for `x.view(-1, 400)` and `x.reshape(-1, 400)` on a batch of feature maps that have 400 numbers each at one
    size of the image only. At some other sizes the model runs too: then a row holds a part of a sample, or of two.
    Where the size is known, it is told only if it does so at that size.

    ## Why is this bad?

    The `-1` stands for the number of samples, and takes whatever is left. An image of another size is then no error:
    the model answers with more rows than there are images, each computed from a piece of one.

    ## Example

    ```python
    from torch import nn


    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv = nn.Conv2d(3, 16, 3, padding=1)
            self.pool = nn.MaxPool2d(4)
            self.fc = nn.Linear(16 * 8 * 8, 10)

        def forward(self, x):
            x = self.pool(self.conv(x))
            return self.fc(x.view(-1, 16 * 8 * 8))
    ```

    ## Use instead

    ```python
    from torch import nn


    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv = nn.Conv2d(3, 16, 3, padding=1)
            self.pool = nn.MaxPool2d(4)
            self.fc = nn.Linear(16 * 8 * 8, 10)

        def forward(self, x):
            x = self.pool(self.conv(x))
            return self.fc(x.flatten(1))
    ```

    ## Fix safety

    The call becomes `x.flatten(1)`. Where the size was the right one nothing changes; the fix is unsafe, because at
    other sizes the model now fails.

    ## Evidence

    20 of PYSIASSIST's 365 posts about silent bugs are about the dimensions of data (5.5 %).

    ## References

    - [PyTorch: Tensor.view](https://pytorch.org/docs/stable/generated/torch.Tensor.view.html)
    - [PyTorch: flatten](https://pytorch.org/docs/stable/generated/torch.flatten.html)
    """

    code = "CNN409"
    name = "folded-batch"
    severity = "warning"
    since = "0.1.0"
    kinds = frozenset({"folded-batch"})

    def fix(self, fault: Fault, context: Context) -> Fix | None:
        return flatten_fix(fault, context)
