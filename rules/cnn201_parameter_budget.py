from __future__ import annotations

from typing import TYPE_CHECKING

from ._budgets import BudgetRule, fewer_parameters, total

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cnnlint.api import Context, Finding, Model


class ParameterBudget(BudgetRule):
    """A model has more parameters than its budget allows.

    ## What it does

    Compares the number of parameters, as the framework counts them, with `params` of the budget. Where a part of the
    model is not understood, it reports a model whose understood part alone is over the limit.

    ## Why is this bad?

    A limit that is written down is kept. Parameters cost memory, download and start-up time, and more of them than the
    data can support overfit. The finding names the layers that hold most of them.

    ## Example

    ```toml
    [tool.cnnlint.budget]
    params = "100k"
    ```

    ```python
    from keras import layers, models

    model = models.Sequential([
        layers.Input((32, 32, 8)),
        layers.Conv2D(32, 3, activation="relu"),
        layers.Flatten(),
        layers.Dense(10),
    ])
    ```

    ```python
    import torch
    from torch import nn

    model = nn.Sequential(nn.Conv2d(3, 32, 3), nn.ReLU(), nn.Flatten(), nn.Linear(32 * 30 * 30, 10))
    model(torch.zeros(1, 3, 32, 32))
    ```

    ## Use instead

    ```python
    from keras import layers, models

    model = models.Sequential([
        layers.Input((32, 32, 8)),
        layers.Conv2D(32, 3, activation="relu"),
        layers.GlobalAveragePooling2D(),
        layers.Dense(10),
    ])
    ```

    ```python
    import torch
    from torch import nn

    model = nn.Sequential(nn.Conv2d(3, 32, 3), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(32, 10))
    model(torch.zeros(1, 3, 32, 32))
    ```

    ## Options

    - `params` in `[tool.cnnlint.budget]`, or in the `budget` of a `[[tool.cnnlint.models]]` table: a number, or text
      such as `"250k"` or `"5M"`. Without it the rule is silent.

    ## Evidence

    A policy, not a fault. The test models of the package transformers are held to less than 1M parameters.
    """

    code = "CNN201"
    name = "parameter-budget"

    def check_model(self, model: Model, context: Context) -> Iterable[Finding]:
        limit = context.budget.params
        cost = total(model, model.parameters.total, "params")
        if limit is not None and cost.number > limit:
            help_ = fewer_parameters(model)
            yield self.exceeded(model, context, cost, limit, unit="has {} parameters", help=help_)
