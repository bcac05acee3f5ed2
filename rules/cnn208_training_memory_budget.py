from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.api import DTYPE_BITS, short_bytes

from ._budgets import BudgetRule, Cost, fewer_parameters, rows_by_size
from ._shared import at_least, holders, known

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cnnlint.api import Context, Finding, Layer, Model

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
        held = [(layer, size * bits // 8) for layer, size in _held(model, budget.batch_size)]
        yield self.exceeded(
            model,
            context,
            Cost(number, exact, held[:3]),
            budget.training_memory,
            unit=f"takes {{}} in {budget.dtype} to train with a batch of {budget.batch_size}",
            show=short_bytes,
            help=_fitting(model, budget.training_memory - fixed, sample, exact=exact),
            notes=(
                f"{short_bytes(sample)} of results for each sample, {short_bytes(fixed)} for weights and optimizer",
            ),
        )


def _held(model: Model, batch: int) -> list[tuple[Layer, int]]:
    """The rows with how many numbers are kept for each: its results, its weights and what goes with them."""
    rows: dict[int, tuple[Layer, int]] = {id(layer): (layer, size * batch) for layer, size in rows_by_size(model)}
    for layer, count in holders(model, "params", len(model.layers)):
        more = count + STATES * (known(layer.trainable) or 0)
        rows[id(layer)] = (layer, rows.get(id(layer), (layer, 0))[1] + more)
    return sorted(rows.values(), key=lambda item: -item[1])


def _fitting(model: Model, room: int, sample: int, *, exact: bool) -> str | None:
    """The largest batch that fits; what makes room where none does."""
    if not exact or not sample:
        return None
    if room >= sample:
        return f"a batch of {room // sample} fits"
    if room > 0:
        return "not even a batch of 1 fits: use fewer or smaller maps"
    fewer = fewer_parameters(model)
    return "the weights alone do not fit" + (f": {fewer}" if fewer else "")
