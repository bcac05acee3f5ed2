from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.api import DTYPE_BITS, short_bytes

from ._budgets import BudgetRule, Cost, rows_by_size, smaller_map
from ._shared import at_least, known

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cnnlint.api import Context, Finding, Model


class ActivationMemoryBudget(BudgetRule):
    """A model's feature maps take more memory than its budget allows.

    ## What it does

    Compares the memory that the activations of one sample take, in the budget's `dtype`, with `activation-memory`. The
    figure is the one that `cnnlint summary` prints, scaled from float32.

    ## Why is this bad?

    On a small device the feature maps have to fit into its memory together with the weights, and in training they are
    multiplied by the batch. The first layers on a large image hold most of them.

    ## Example

    ```toml
    [tool.cnnlint.budget]
    activation-memory = "64KiB"
    dtype = "int8"
    ```

    ```python
    from keras import layers, models

    model = models.Sequential([
        layers.Input((64, 64, 8)),
        layers.Conv2D(32, 3, activation="relu"),
    ])
    ```

    ```python
    import torch
    from torch import nn

    model = nn.Sequential(nn.Conv2d(8, 32, 3), nn.ReLU())
    model(torch.zeros(1, 8, 64, 64))
    ```

    ## Use instead

    ```python
    from keras import layers, models

    model = models.Sequential([
        layers.Input((64, 64, 8)),
        layers.Conv2D(16, 3, strides=2, activation="relu"),
    ])
    ```

    ```python
    import torch
    from torch import nn

    model = nn.Sequential(nn.Conv2d(8, 16, 3, stride=2), nn.ReLU())
    model(torch.zeros(1, 8, 64, 64))
    ```

    ## Options

    - `activation-memory` in `[tool.cnnlint.budget]`, or in the `budget` of a `[[tool.cnnlint.models]]` table: bytes, or
      text such as `"64MiB"`. Without it the rule is silent.
    - `dtype` beside it: the format of an activation, `float32` where nothing is said.

    ## Evidence

    A policy, not a fault. Edge Impulse estimates the memory of a model before it is deployed.
    """

    code = "CNN204"
    name = "activation-memory-budget"

    def check_model(self, model: Model, context: Context) -> Iterable[Finding]:
        budget = context.budget
        if budget.activation_memory is None:
            return
        bits = DTYPE_BITS[budget.dtype]
        number = at_least(model.activation_bytes) * bits // 32
        largest = [(layer, size * bits // 8) for layer, size in rows_by_size(model)]
        cost = Cost(number, known(model.activation_bytes) is not None, largest[:3])
        if number > budget.activation_memory:
            yield self.exceeded(
                model,
                context,
                cost,
                budget.activation_memory,
                unit=f"takes {{}} for its activations in {budget.dtype}",
                show=short_bytes,
                help=smaller_map(cost),
            )
