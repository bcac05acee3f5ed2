from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.api import DTYPE_BITS, short_bytes, weight_bytes

from ._budgets import BudgetRule, Cost, fewer_parameters, total

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cnnlint.api import Context, Finding, Model

SMALLER = ("float16", "int8")


class WeightsBudget(BudgetRule):
    """A model's weights take more room on disk than its budget allows.

    ## What it does

    Multiplies the number of parameters by the size of the budget's `dtype` and compares that with `weights`. What a
    file format adds is not counted.

    ## Why is this bad?

    The weights have to fit into flash memory, an app's download or a container image.

    ## Example

    ```toml
    [tool.cnnlint.budget]
    weights = "64KiB"
    dtype = "int8"
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
    from torch import nn

    model = nn.Sequential(nn.Conv2d(3, 256, 5), nn.ReLU(), nn.Conv2d(256, 10, 25), nn.ReLU())
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
    from torch import nn

    model = nn.Sequential(nn.Conv2d(3, 32, 3), nn.ReLU(), nn.Conv2d(32, 64, 3), nn.ReLU())
    ```

    ## Options

    - `weights` in `[tool.cnnlint.budget]`, or in the `budget` of a `[[tool.cnnlint.models]]` table: bytes, or text such
      as `"20MiB"`. Without it the rule is silent.
    - `dtype` beside it: the format of a weight, `float32` where nothing is said.

    ## Evidence

    A policy, not a fault. MLPerf Tiny's four networks have 53 to 325 KB of weights.
    """

    code = "CNN205"
    name = "weights-budget"

    def check_model(self, model: Model, context: Context) -> Iterable[Finding]:
        budget = context.budget
        if budget.weights is None:
            return
        count = total(model, model.parameters.total, "params")
        held = [(layer, weight_bytes(number, budget.dtype)) for layer, number in count.holders]
        cost = Cost(weight_bytes(count.number, budget.dtype), count.exact, held)
        if cost.number > budget.weights:
            yield self.exceeded(
                model,
                context,
                cost,
                budget.weights,
                unit=f"takes {{}} for its weights in {budget.dtype}",
                show=short_bytes,
                help=fewer_parameters(model, budget.dtype),
                notes=tuple(_in_smaller_formats(count, budget.dtype)),
            )


def _in_smaller_formats(count: Cost, dtype: str) -> Iterable[str]:
    others = [name for name in SMALLER if DTYPE_BITS[name] < DTYPE_BITS[dtype]]
    if others:
        yield ", ".join(f"in {name} they take {short_bytes(weight_bytes(count.number, name))}" for name in others)
