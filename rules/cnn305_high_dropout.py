from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from cnnlint.api import Rule, short_share

from ._shared import Graph, built, setting

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cnnlint.api import Context, Finding, Model


class HighDropout(Rule):
    """A dropout drops most of what reaches it.

    ## What it does

    Reports a dropout whose rate is above `rate`. In both frameworks the number is the share that is dropped, not the
    share that is kept.

    ## Why is this bad?

    With a rate of 0.8 four of five values are zero at each step. The usual cause is a rate that was meant as the share
    to keep, as in TensorFlow 1 and in the paper. Rates from 0.2 to 0.5 are common.

    ## Example

    ```python
    from keras import layers, models

    model = models.Sequential([
        layers.Input((64,)),
        layers.Dense(32, activation="relu"),
        layers.Dropout(0.8),
        layers.Dense(10),
    ])
    ```

    ```python
    from torch import nn

    model = nn.Sequential(nn.Linear(64, 32), nn.ReLU(), nn.Dropout(0.8), nn.Linear(32, 10))
    ```

    ## Use instead

    ```python
    from keras import layers, models

    model = models.Sequential([
        layers.Input((64,)),
        layers.Dense(32, activation="relu"),
        layers.Dropout(0.2),
        layers.Dense(10),
    ])
    ```

    ```python
    from torch import nn

    model = nn.Sequential(nn.Linear(64, 32), nn.ReLU(), nn.Dropout(0.2), nn.Linear(32, 10))
    ```

    ## Options

    - `rate` in `[tool.cnnlint.rules.high-dropout]`: the largest rate that is fine, 0.5 where nothing is said.

    ## Evidence

    One of NeuraLint's posts (a rate of 0.8); UMLAUT warns above 0.5.

    ## References

    - N. Srivastava and others: [Dropout](https://jmlr.org/papers/v15/srivastava14a.html), 2014
    """

    code = "CNN305"
    name = "high-dropout"
    severity = "warning"
    since = "0.1.0"
    default = False
    options: ClassVar = {"rate": 0.5}

    def check_model(self, model: Model, context: Context) -> Iterable[Finding]:
        limit = self.option(context, "rate")
        graph = Graph(model)
        for layer in (graph.layers[index] for index in graph.leaves):
            rate = setting(layer, "rate") if layer.kind == "dropout" else None
            if isinstance(rate, int | float) and not isinstance(rate, bool) and rate > limit:
                kept = f"{round(1 - rate, 6):g}"
                yield self.finding(
                    f"`{layer.name}` drops {short_share(rate)} of its input",
                    layer.place,
                    related=built(layer),
                    help=f"the rate is the share to drop: write {kept} if {rate:g} was meant to be kept",
                    model=model.name,
                    layer=layer.name,
                    actual=f"{rate:g}",
                )
