from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from cnnlint.api import Rule

from ._mending import argument_fix, built_for

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cnnlint.api import Context, Fault, Finding, Fix


class NormMismatch(Rule):
    """A normalization is built for another number of channels than it receives.

    ## What it does

    Compares the channels that arrive at a normalization with its `num_features`, `num_channels` or `normalized_shape`,
    and with the channels that a shared layer saw before.

    ## Why is this bad?

    The scale and the shift that it has learned fit another number of channels, so the framework refuses the input:
    `running_mean should contain 16 elements not 32`.

    ## Example

    ```python
    import keras
    from keras import layers

    left, right = keras.Input((32, 32, 8)), keras.Input((32, 32, 16))
    shared = layers.BatchNormalization()
    model = keras.Model([left, right], [shared(left), shared(right)])
    ```

    ```python
    from torch import nn

    model = nn.Sequential(nn.Conv2d(3, 16, 3, bias=False), nn.BatchNorm2d(32), nn.ReLU())
    ```

    ## Use instead

    ```python
    import keras
    from keras import layers

    left, right = keras.Input((32, 32, 8)), keras.Input((32, 32, 16))
    model = keras.Model([left, right], [layers.BatchNormalization()(left), layers.BatchNormalization()(right)])
    ```

    ```python
    from torch import nn

    model = nn.Sequential(nn.Conv2d(3, 16, 3, bias=False), nn.BatchNorm2d(16), nn.ReLU())
    ```

    ## Fix safety

    A literal number of channels is replaced by the one that arrives. The fix is safe: the program crashed before, and a
    normalization has no other width than that of its input.

    ## Evidence

    No study counts it; a type checker of shapes misses it.

    ## References

    - [PyTorch: BatchNorm2d](https://pytorch.org/docs/stable/generated/torch.nn.BatchNorm2d.html)
    """

    code = "CNN105"
    name = "norm-mismatch"
    severity = "error"
    since = "0.1.0"
    kinds = frozenset({"norm-mismatch"})

    def check_fault(self, fault: Fault, context: Context) -> Iterable[Finding]:
        for finding in super().check_fault(fault, context):
            told = finding.help is not None or finding.fix is not None  # a fix says which number it writes
            yield finding if told else replace(finding, help=built_for(fault, "channels"))

    def fix(self, fault: Fault, context: Context) -> Fix | None:
        if fault.help is not None:  # what comes before the layer may as well be wrong
            return None
        return argument_fix(fault, context, ("num_features", "num_channels", "normalized_shape"), "safe")
