from __future__ import annotations

from typing import TYPE_CHECKING

from ._budgets import BudgetRule, fewer_parameters, total

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cnnlint.api import Context, Finding, Model


class TrainableBudget(BudgetRule):
    """A model has more trainable parameters than its budget allows.

    ## What it does

    Compares the number of parameters that training changes with `trainable-params` of the budget. Frozen layers and
    moving statistics do not count.

    ## Why is this bad?

    Training keeps a gradient, and the optimizer up to two further numbers, for each of them. In transfer learning a
    backbone that was meant to be frozen and is not shows up here.

    ## Example

    ```toml
    [tool.cnnlint.budget]
    trainable-params = "1k"
    ```

    ```python
    from keras import layers, models

    model = models.Sequential([
        layers.Input((64,)),
        layers.Dense(64, activation="relu"),
        layers.Dense(10),
    ])
    ```

    ```python
    from torch import nn

    model = nn.Sequential(nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 10))
    ```

    ## Use instead

    ```python
    from keras import layers, models

    model = models.Sequential([
        layers.Input((64,)),
        layers.Dense(64, activation="relu", trainable=False),
        layers.Dense(10),
    ])
    ```

    ```python
    from torch import nn

    backbone = nn.Linear(64, 64)
    backbone.requires_grad_(False)
    model = nn.Sequential(backbone, nn.ReLU(), nn.Linear(64, 10))
    ```

    ## Options

    - `trainable-params` in `[tool.cnnlint.budget]`, or in the `budget` of a `[[tool.cnnlint.models]]` table: a number,
      or text such as `"250k"` or `"5M"`. Without it the rule is silent.

    ## Evidence

    A policy, not a fault.
    """

    code = "CNN202"
    name = "trainable-budget"

    def check_model(self, model: Model, context: Context) -> Iterable[Finding]:
        limit = context.budget.trainable_params
        cost = total(model, model.parameters.trainable, "trainable")
        if limit is not None and cost.number > limit:
            help_ = fewer_parameters(model)
            yield self.exceeded(model, context, cost, limit, unit="has {} trainable parameters", help=help_)
