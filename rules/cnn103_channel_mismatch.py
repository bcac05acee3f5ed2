from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from cnnlint.api import Rule

from ._mending import argument_fix, built_for

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cnnlint.api import Context, Fault, Finding, Fix


class ChannelMismatch(Rule):
    """A convolution is built for another number of channels than it receives.

    ## What it does

    Compares the channels that arrive at a convolution with its `in_channels`, with the channels that a shared layer saw
    before, and with its `groups`, which must divide them.

    ## Why is this bad?

    The framework refuses the input: `weight of size [64, 32, 3, 3], expected input to have 32 channels, but got 16
    channels instead`. It happens where a block is widened and the next one is forgotten, and where images come with
    another number of channels, or with their axes in another order.

    ## Example

    ```python
    import keras
    from keras import layers

    left, right = keras.Input((32, 32, 8)), keras.Input((32, 32, 16))
    shared = layers.Conv2D(8, 3, activation="relu")
    model = keras.Model([left, right], [shared(left), shared(right)])
    ```

    ```python
    from torch import nn

    model = nn.Sequential(nn.Conv2d(3, 16, 3), nn.ReLU(), nn.Conv2d(32, 64, 3), nn.ReLU())
    ```

    ## Use instead

    ```python
    import keras
    from keras import layers

    left, right = keras.Input((32, 32, 8)), keras.Input((32, 32, 16))
    first, second = layers.Conv2D(8, 3, activation="relu"), layers.Conv2D(8, 3, activation="relu")
    model = keras.Model([left, right], [first(left), second(right)])
    ```

    ```python
    from torch import nn

    model = nn.Sequential(nn.Conv2d(3, 16, 3), nn.ReLU(), nn.Conv2d(16, 64, 3), nn.ReLU())
    ```

    ## Fix safety

    The `in_channels` becomes the number that arrives, where it is written as a literal, as a product of literals or as
    a constant that nothing else reads. The program crashed before, so the fix is safe; look at it all the same, since
    the layer before may be the one that is wrong.

    ## Evidence

    Two of PyTea's test programs; no study counts it.

    ## References

    - [PyTorch: Conv2d](https://pytorch.org/docs/stable/generated/torch.nn.Conv2d.html)
    """

    code = "CNN103"
    name = "channel-mismatch"
    severity = "error"
    since = "0.1.0"
    kinds = frozenset({"channel-mismatch"})

    def check_fault(self, fault: Fault, context: Context) -> Iterable[Finding]:
        for finding in super().check_fault(fault, context):
            told = finding.help is not None or finding.fix is not None  # a fix says which number it writes
            yield finding if told else replace(finding, help=built_for(fault, "channels"))

    def fix(self, fault: Fault, context: Context) -> Fix | None:
        if fault.help is not None:  # what comes before the layer may as well be wrong
            return None
        return argument_fix(fault, context, ("in_channels",), "safe")
