from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.api import Rule

from ._shared import LINEAR_KINDS, Graph, activation, built, known, setting

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cnnlint.api import Context, Finding, Layer, Model


class BiasBeforeNormalization(Rule):
    """A bias is added right before a batch normalization takes it out again.

    ## What it does

    Reports a convolution or dense layer with a bias and no activation whose output goes into a batch normalization and
    nowhere else.

    ## Why is this bad?

    Batch normalization subtracts the mean, the bias with it, and has a shift of its own. The bias costs parameters and
    does nothing.

    ## Example

    ```python
    from keras import layers, models

    model = models.Sequential([
        layers.Input((32, 32, 8)),
        layers.Conv2D(16, 3),
        layers.BatchNormalization(),
        layers.ReLU(),
    ])
    ```

    ```python
    from torch import nn

    model = nn.Sequential(nn.Conv2d(8, 16, 3), nn.BatchNorm2d(16), nn.ReLU())
    ```

    ## Use instead

    ```python
    from keras import layers, models

    model = models.Sequential([
        layers.Input((32, 32, 8)),
        layers.Conv2D(16, 3, use_bias=False),
        layers.BatchNormalization(),
        layers.ReLU(),
    ])
    ```

    ```python
    from torch import nn

    model = nn.Sequential(nn.Conv2d(8, 16, 3, bias=False), nn.BatchNorm2d(16), nn.ReLU())
    ```

    ## References

    - S. Ioffe, C. Szegedy: [Batch normalization](https://arxiv.org/abs/1502.03167), section 3.2
    """

    code = "CNN303"
    name = "bias-before-normalization"
    severity = "info"
    since = "0.1.0"
    default = False

    def check_model(self, model: Model, context: Context) -> Iterable[Finding]:
        for layer, norm in Graph(model).pairs():
            if layer.kind in LINEAR_KINDS and _has_bias(layer) and is_batch_normalization(norm):
                word = "bias=False" if model.framework == "torch" else "use_bias=False"
                units = known(setting(layer, "filters")) or known(setting(layer, "units"))
                yield self.finding(
                    f"the bias of `{layer.name}` has no effect: `{norm.name}` subtracts it again",
                    layer.built_at or layer.place,
                    help=f"write `{word}`" + (f", which saves {units} parameters" if units else ""),
                    related=built(norm),
                    model=model.name,
                    layer=layer.name,
                )


def _has_bias(layer: Layer) -> bool:
    return setting(layer, "use_bias") is True and activation(layer) is None


def is_batch_normalization(layer: Layer) -> bool:
    """A normalization over the batch with a shift of its own, by the name of its class."""
    return layer.type.lower().replace("sync", "").replace("lazy", "").startswith("batchnorm")
