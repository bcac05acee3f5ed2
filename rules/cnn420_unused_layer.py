from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.api import Rule

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cnnlint.api import Context, Finding, Use


class UnusedLayer(Rule):
    """A layer with weights, or a parameter, is built and never used.

    ## What it does

    Reports a layer or parameter of a model that a run of the model does not use, on which the output does not depend,
    and which no method of the model names outside of the constructor. In Keras also a layer that is built and neither
    called nor kept in a model. Nothing is said of a model that is not understood from end to end.

    ## Why is this bad?

    Its weights are saved, loaded and counted, and get no gradient; training on several devices stops at them. Mostly a
    line was forgotten, or left over.

    ## Example

    ```python
    from torch import nn


    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.first = nn.Linear(64, 32)
            self.second = nn.Linear(32, 32)
            self.last = nn.Linear(32, 10)

        def forward(self, x):
            return self.last(self.first(x).relu())
    ```

    ```python
    from keras import layers, models

    inputs = layers.Input((64,))
    x = layers.Dense(32, activation="relu")(inputs)
    layers.Dense(32, activation="relu")
    model = models.Model(inputs, layers.Dense(10)(x))
    ```

    ## Use instead

    ```python
    from torch import nn


    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.first = nn.Linear(64, 32)
            self.second = nn.Linear(32, 32)
            self.last = nn.Linear(32, 10)

        def forward(self, x):
            return self.last(self.second(self.first(x).relu()).relu())
    ```

    ```python
    from keras import layers, models

    inputs = layers.Input((64,))
    x = layers.Dense(32, activation="relu")(inputs)
    x = layers.Dense(32, activation="relu")(x)
    model = models.Model(inputs, layers.Dense(10)(x))
    ```

    ## Evidence

    18 of PYSIASSIST's 365 posts about silent bugs are about the structure of the model (5 %).

    ## References

    - [PyTorch: DistributedDataParallel](https://pytorch.org/docs/stable/generated/torch.nn.parallel.DistributedDataParallel.html),
      `find_unused_parameters`
    """

    code = "CNN420"
    name = "unused-layer"
    severity = "warning"
    since = "0.1.0"
    default = False

    def check_use(self, use: Use, context: Context) -> Iterable[Finding]:
        if use.kind == "unused-layer" and use.certain:
            layer = use.config["layer"]
            yield self.finding(
                f"`{layer}`, a {use.config['type']}, is never used" + (f" by `{use.model}`" if use.model else ""),
                use.place,
                related=use.related,
                help="use it, or leave it out",
                model=use.model,
                layer=layer,
            )
