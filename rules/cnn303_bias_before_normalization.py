from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.api import Edit, Fix, Place, Rule

from ._shared import LINEAR_KINDS, Graph, activation, built, known, setting
from ._training import call_at, call_name, spot

if TYPE_CHECKING:
    import ast
    from collections.abc import Iterable

    from cnnlint.api import Context, Finding, Layer, Model

BEFORE_BIAS = {"Linear": 2, "Dense": 2} | {
    f"{name}{rank}{letter}": 6 for name in ("Conv", "ConvTranspose") for rank in (1, 2, 3) for letter in "dD"
}
"""How many arguments without a name stand before the bias at the least, by the name of the class."""


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

    ## Fix safety

    The argument is added to the constructor's call. The fix is unsafe: saved weights hold the bias and have to be saved
    anew.

    ## Evidence

    NeuraLint's smell "bias with batch normalization". Of 81 developers who were asked about such smells, 47 to 68 %
    agreed.

    ## References

    - S. Ioffe, C. Szegedy: [Batch normalization](https://arxiv.org/abs/1502.03167), section 3.2
    """

    code = "CNN303"
    name = "bias-before-normalization"
    severity = "info"
    since = "0.1.0"
    default = False

    def check_model(self, model: Model, context: Context) -> Iterable[Finding]:
        pairs = [
            (layer, norm)
            for layer, norm in Graph(model).pairs()
            if layer.kind in LINEAR_KINDS and _has_bias(layer) and is_batch_normalization(norm)
        ]
        word = "bias=False" if model.framework == "torch" else "use_bias=False"
        useless = [layer.built_at or layer.place for layer, _ in pairs]
        for layer, norm in pairs:
            place = layer.built_at or layer.place
            units = known(setting(layer, "filters")) or known(setting(layer, "units"))
            alike = sum((each.built_at or each.place) == place for each in model.layers)
            yield self.finding(
                f"the bias of `{layer.name}` has no effect: `{norm.name}` subtracts it again",
                place,
                help=f"write `{word}`" + (f", which saves {units} parameters" if units else ""),
                related=built(norm),
                model=model.name,
                layer=layer.name,
                # A call in a loop or function makes several layers: it is changed only if all of them are such.
                fix=_without_bias(layer, place, context, word) if useless.count(place) == alike else None,
            )


def _without_bias(layer: Layer, place: Place, context: Context, word: str) -> Fix | None:
    """The constructor's call with another argument, where its own are written out and none of them is the bias."""
    import ast  # only where there is something to mend

    call = call_at(context, place)
    if call is None or not (call.args or call.keywords):
        return None
    names = [keyword.arg for keyword in call.keywords]
    most = BEFORE_BIAS.get(layer.type)
    if most is None or len(call.args) > most or call_name(call) != layer.type:
        return None
    spread = any(isinstance(each, ast.Starred) for each in call.args)
    if word.partition("=")[0] in names or None in names or spread:
        return None
    last = spot(place, max((*call.args, *(keyword.value for keyword in call.keywords)), key=_end))
    after = Place(place.filename, last.end_row, last.end_column, last.end_row, last.end_column)
    return Fix("unsafe", f"write `{word}`", (Edit(f", {word}", after),))


def _end(node: ast.expr) -> tuple[int, int]:
    return (node.end_lineno or 0, node.end_col_offset or 0)


def _has_bias(layer: Layer) -> bool:
    return setting(layer, "use_bias") is True and activation(layer) is None


def is_batch_normalization(layer: Layer) -> bool:
    """A normalization over the batch with a shift of its own, by the name of its class."""
    return layer.type.lower().replace("sync", "").replace("lazy", "").startswith("batchnorm")
