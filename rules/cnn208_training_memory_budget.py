from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.api import DTYPE_BITS, short_bytes

from ._budgets import BudgetRule, Cost, rows_by_size
from ._shared import at_least, known

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cnnlint.api import Context, Finding, Model

STATES = 3
"""Numbers beside each trained weight: its gradient, and Adam's two averages of it."""


class TrainingMemoryBudget(BudgetRule):
    """The training of a model takes more memory than its budget allows.

    ## What it does

    Adds up what a step of training keeps, in the budget's `dtype`: the results of all layers for a batch of
    `batch-size` samples, which the gradients are computed from, the weights, and for each weight that is trained its
    gradient and the two averages of Adam. Compares the sum with `training-memory`. What the framework and the
    convolutions need for themselves comes on top.

    ## Why is this bad?

    Where it does not fit, the first step ends with an error after minutes of loading. The largest part are mostly the
    first maps, times the batch.

    ## Example

    ```toml
    [tool.cnnlint.budget]
    training-memory = "64MiB"
    batch-size = 256
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
        layers.Conv2D(32, 3, strides=3, activation="relu"),
    ])
    ```

    ```python
    import torch
    from torch import nn

    model = nn.Sequential(nn.Conv2d(8, 32, 3, stride=3), nn.ReLU())
    model(torch.zeros(1, 8, 64, 64))
    ```

    ## Options

    - `training-memory` in `[tool.cnnlint.budget]`, or in the `budget` of a `[[tool.cnnlint.models]]` table: bytes, or
      text such as `"8GiB"`. Without it the rule is silent.
    - `batch-size` beside it: how many samples a batch has, 1 where nothing is said.
    - `dtype` beside it: the format of every number, `float32` where nothing is said.

    ## Evidence

    Three requests to torchinfo (issues 144, 149 and 373) ask for such an estimate.
    """

    code = "CNN208"
    name = "training-memory-budget"

    def check_model(self, model: Model, context: Context) -> Iterable[Finding]:
        budget = context.budget
        if budget.training_memory is None:
            return
        bits = DTYPE_BITS[budget.dtype]
        sample = at_least(model.activation_bytes) * bits // 32
        fixed = (at_least(model.parameters.total) + STATES * at_least(model.parameters.trainable)) * bits // 8
        number = sample * budget.batch_size + fixed
        if number <= budget.training_memory:
            return
        exact = known(model.activation_bytes) is not None and known(model.parameters.total) is not None
        held = [(layer, size * bits // 8 * budget.batch_size) for layer, size in rows_by_size(model)]
        yield self.exceeded(
            model,
            context,
            Cost(number, exact, held[:3]),
            budget.training_memory,
            unit=f"takes {{}} in {budget.dtype} to train with a batch of {budget.batch_size}",
            show=short_bytes,
            help=_fitting(budget.training_memory - fixed, sample, exact=exact),
            notes=(
                f"{short_bytes(sample)} of results for each sample, {short_bytes(fixed)} for weights and optimizer",
            ),
        )


def _fitting(room: int, sample: int, *, exact: bool) -> str | None:
    """The largest batch that fits."""
    if not exact or not sample:
        return None
    most = max(0, room) // sample
    return f"a batch of {most} fits" if most else "not even a batch of 1 fits: use fewer or smaller maps"
