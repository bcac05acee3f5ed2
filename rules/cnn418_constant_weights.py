from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.api import Related, Rule

from ._shared import LINEAR_KINDS, PLAIN, Graph, built, is_depthwise, known, setting

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cnnlint.api import Context, Finding, Layer, Model

PASSED = frozenset({"activation", "pooling", "global-pooling", "dropout", "flatten", "reshape", "padding"})


class ConstantWeights(Rule):
    """All weights of a hidden layer start with the same number.

    ## What it does

    Reports a convolution or dense layer of two units or more whose weights are filled with zeros, ones or another
    constant, if its output goes, through activations, poolings, dropouts and flattens at most, into another layer with
    weights. The last layer of a model, or of a branch that is added to something, may well start with zeros.

    ## Why is this bad?

    All units then compute the same value. With zeros and a ReLU the layer gives zeros and gets no gradient, and never
    learns anything. If the next layer is filled with a constant too, all units get the same gradient and stay the same
    for ever, as if there were one.

    ## Example

    ```python
    from keras import layers, models

    model = models.Sequential([
        layers.Input((64,)),
        layers.Dense(32, activation="relu", kernel_initializer="zeros"),
        layers.Dense(10),
    ])
    ```

    ```python
    from torch import nn

    model = nn.Sequential(nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 10))
    nn.init.constant_(model[0].weight, 0.5)
    ```

    ## Use instead

    ```python
    from keras import layers, models

    model = models.Sequential([
        layers.Input((64,)),
        layers.Dense(32, activation="relu", kernel_initializer="he_normal"),
        layers.Dense(10),
    ])
    ```

    ```python
    from torch import nn

    model = nn.Sequential(nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 10))
    nn.init.kaiming_normal_(model[0].weight)
    ```

    ## Evidence

    Symmetry that is not broken is what 7 of TheDeepChecker's 155 labelled posts are about (4.5 %).

    ## References

    - I. Goodfellow, Y. Bengio, A. Courville: [Deep learning](https://www.deeplearningbook.org), 2016, section 8.4
    """

    code = "CNN418"
    name = "constant-weights"
    severity = "warning"
    since = "0.1.0"

    def check_model(self, model: Model, context: Context) -> Iterable[Finding]:
        graph = Graph(model)
        for index in graph.leaves:
            following = graph.layers[index]
            source = graph.behind(index, PASSED, PLAIN) if following.kind in LINEAR_KINDS else None
            layer = None if source is None else graph.layers[source]
            if layer is None or layer.kind not in LINEAR_KINDS or is_depthwise(layer):
                continue
            number, units = layer.config.get("weight_constant"), known(_units(layer))
            if number is None or units is None or units < 2:
                continue
            yield self.finding(
                f"all weights of `{layer.name}` start with {number:g}, so that its {units} units compute the same",
                layer.built_at or layer.place,
                related=(
                    *built(layer),
                    Related(f"`{following.name}` gets the same value {units} times", following.place),
                ),
                help=f"let them start with random numbers, by {_better(model)} for example",
                model=model.name,
                layer=layer.name,
                expected="random numbers",
                actual=f"{number:g}",
            )


def _units(layer: Layer) -> int | None:
    found = setting(layer, "filters") or setting(layer, "units")
    return found if isinstance(found, int) else None


def _better(model: Model) -> str:
    return "`nn.init.kaiming_normal_`" if model.framework == "torch" else '`kernel_initializer="he_normal"`'
