from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from cnnlint.api import Rule

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cnnlint.api import Context, Finding, Use

ADAPTIVE = frozenset({"Adam", "AdamW", "Adamax", "Nadam", "NAdam", "RAdam", "RMSprop", "Lamb", "Lion"})
"""Optimizers that scale each step themselves; the rates of the others differ by orders of magnitude."""


class LearningRateOutlier(Rule):
    """A learning rate is written out that is far from what works.

    ## What it does

    Reports a learning rate above `high` or below `low` that the code writes out, of Adam and its relatives. For plain
    gradient descent, where 0.1 is usual, only a rate of 1 or more, or below `low`, is reported. A schedule is left
    alone.

    ## Why is this bad?

    Adam divides each gradient by its size, so that the rate is the length of a step: with 0.1 the weights jump about
    and the loss does not fall, or is not a number. What is right depends on the data; the rule is off unless it is
    selected.

    ## Example

    ```python
    from keras import layers, models, optimizers

    model = models.Sequential([layers.Input((64,)), layers.Dense(1)])
    model.compile(optimizers.Adam(0.5), "mse")
    ```

    ```python
    from torch import nn, optim

    model = nn.Linear(64, 1)
    optimizer = optim.Adam(model.parameters(), lr=0.5)
    ```

    ## Use instead

    ```python
    from keras import layers, models, optimizers

    model = models.Sequential([layers.Input((64,)), layers.Dense(1)])
    model.compile(optimizers.Adam(0.001), "mse")
    ```

    ```python
    from torch import nn, optim

    model = nn.Linear(64, 1)
    optimizer = optim.Adam(model.parameters(), lr=0.001)
    ```

    ## Options

    - `high` in `[tool.cnnlint.rules.learning-rate-outlier]`: the largest rate that is not told, 0.01 where nothing is
      said, as in UMLAUT.
    - `low` beside it: the smallest one, 1e-7 where nothing is said, as in UMLAUT.

    ## Evidence

    17 of DeepFD's 52 faulty programs have a wrong learning rate (33 %); few of them are such outliers.

    ## References

    - E. Schoop and others: [UMLAUT: debugging deep learning programs using program structure and model
      behavior](https://doi.org/10.1145/3411764.3445538), 2021
    """

    code = "CNN513"
    name = "learning-rate-outlier"
    severity = "info"
    since = "0.1.0"
    default = False
    options: ClassVar = {"high": 0.01, "low": 1e-7}

    def check_use(self, use: Use, context: Context) -> Iterable[Finding]:
        rate, optimizer = use.config.get("learning_rate"), use.config.get("optimizer")
        if use.kind not in {"compile", "optimizer"} or not isinstance(rate, int | float) or isinstance(rate, bool):
            return
        low, high = self.option(context, "low"), self.option(context, "high")
        if optimizer not in ADAPTIVE:
            high = max(high, 0.999)
        if low <= rate <= high:
            return
        limit, word = (high, "above") if rate > high else (low, "below")
        yield self.finding(
            f"a learning rate of {rate:g} for {optimizer}, {word} {limit:g}",
            use.place,
            help="start with the optimizer's default" + (", 0.001" if optimizer in ADAPTIVE else ", 0.01"),
            model=use.model,
            expected=f"{low:g} to {high:g}",
            actual=f"{rate:g}",
        )
