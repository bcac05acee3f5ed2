from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.api import short_count

from ._budgets import BudgetRule, full_kernel, total
from ._shared import holders, known

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cnnlint.api import Context, Finding, Model


class MacBudget(BudgetRule):
    """A model needs more multiply-accumulates than its budget allows.

    ## What it does

    Compares the multiply-accumulates for one sample with `macs` of the budget: those of convolutions, dense layers and
    matrix products, without biases. One multiply-accumulate is two floating-point operations.

    ## Why is this bad?

    They set how long an answer takes and how much energy it costs. They grow with the area of the image, unlike the
    parameters, so that a small model on large images may be slow.

    ## Example

    ```toml
    [tool.cnnlint.budget]
    macs = "5M"
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
        layers.Conv2D(32, 3, strides=2, activation="relu"),
    ])
    ```

    ```python
    import torch
    from torch import nn

    model = nn.Sequential(nn.Conv2d(8, 32, 3, stride=2), nn.ReLU())
    model(torch.zeros(1, 8, 64, 64))
    ```

    ## Options

    - `macs` in `[tool.cnnlint.budget]`, or in the `budget` of a `[[tool.cnnlint.models]]` table: a number, or text such
      as `"300M"` or `"1G"`. Without it the rule is silent.

    ## Evidence

    A policy, not a fault. Tools that call multiply-accumulates "FLOPs" are off by a factor of two; the unit is
    stated here.
    """

    code = "CNN203"
    name = "mac-budget"

    def check_model(self, model: Model, context: Context) -> Iterable[Finding]:
        limit = context.budget.macs
        cost = total(model, model.macs, "macs")
        if limit is not None and cost.number > limit:
            help_ = _fewer(model)
            yield self.exceeded(model, context, cost, limit, unit="needs {} multiply-accumulates", help=help_)


def _fewer(model: Model) -> str | None:
    """What a depthwise-separable convolution in place of the costliest one saves: its share is 1/outputs + 1/window."""
    for layer, macs in holders(model, "macs", len(model.layers)):
        shape = full_kernel(layer, known(layer.params) or 0)
        if shape is not None:
            window, _, outputs = shape
            saved = macs - macs // outputs - macs // window
            return f"a depthwise-separable convolution in place of `{layer.name}` saves {short_count(saved)}"
    return None
