from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.api import Rule

from ._shared import Graph, activation, built, known, setting

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cnnlint.api import Context, Finding, Layer, Model

CONSTANTS = {"softmax": 1, "logsoftmax": 0}
"""What comes out for a single value."""


class SoftmaxOfOne(Rule):
    """A softmax over a single value is always 1.

    ## What it does

    Reports a softmax over an axis of size 1, such as a dense layer of one unit with a softmax.

    ## Why is this bad?

    The output is the constant 1 whatever the input, the gradient is zero, and nothing is ever learned. No exception
    says so: the accuracy just stays where it is. It is among the best known silent bugs of binary classifiers.

    ## Example

    ```python
    from keras import layers, models

    model = models.Sequential([
        layers.Input((64,)),
        layers.Dense(32, activation="relu"),
        layers.Dense(1, activation="softmax"),
    ])
    ```

    ```python
    import torch
    from torch import nn

    model = nn.Sequential(nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 1), nn.Softmax(dim=1))
    model(torch.zeros(1, 64))
    ```

    ## Use instead

    ```python
    from keras import layers, models

    model = models.Sequential([
        layers.Input((64,)),
        layers.Dense(32, activation="relu"),
        layers.Dense(1, activation="sigmoid"),
    ])
    ```

    ```python
    import torch
    from torch import nn

    model = nn.Sequential(nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 1), nn.Sigmoid())
    model(torch.zeros(1, 64))
    ```

    ## Evidence

    5 of the 30 posts labelled for DeepLocalize (17 %), 6 of NeuraLint's 23, 4 of TheDeepChecker's 155, 4 of the 70
    programs of defects4ml: the best known silent bug.

    ## References

    - M. Wardat and others: [DeepLocalize](https://arxiv.org/abs/2103.03376), 2021: 5 of its 30 programs
    - A. Nikanjam and others: [NeuraLint](https://arxiv.org/abs/2105.08095), 2021
    """

    code = "CNN501"
    name = "softmax-of-one"
    severity = "error"
    since = "0.1.0"

    def check_model(self, model: Model, context: Context) -> Iterable[Finding]:
        graph = Graph(model)
        for layer in (graph.layers[index] for index in graph.leaves):
            constant = CONSTANTS.get(activation(layer) or "")
            if constant is not None and _size_of_axis(model, layer) == 1:
                yield self.finding(
                    f"the softmax of `{layer.name}` is over a single value, so that it is always {constant}",
                    layer.place,
                    related=built(layer),
                    help="use a sigmoid for one unit, or as many units as there are classes",
                    model=model.name,
                    layer=layer.name,
                    expected="at least 2",
                    actual="1",
                )


def _size_of_axis(model: Model, layer: Layer) -> int | None:
    """The size of the axis that the softmax is over: the last one where Keras's layer does not name another."""
    named = layer.kind == "activation" and not layer.config.keys().isdisjoint({"axis", "dim"})
    axis = setting(layer, "axis") if named else -1 if model.framework == "keras" else None
    shape = layer.outputs[0] if layer.outputs else None
    if shape is None or not isinstance(axis, int) or not -len(shape) <= axis < len(shape):
        return None
    return known(shape[axis])
