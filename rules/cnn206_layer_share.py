from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.api import Rule, short_count, short_share

from ._budgets import fewer_parameters, home, stated
from ._shared import holders, known

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cnnlint.api import Context, Finding, Model


class LayerShare(Rule):
    """One layer holds a larger share of the model's parameters than its budget allows.

    ## What it does

    Compares the largest layer's share of the parameters with `layer-share` of the budget.

    ## Why is this bad?

    A layer that holds nearly everything, such as a dense layer behind a flatten, is where a model overfits and where
    its size can be cut.

    ## Example

    ```toml
    [tool.cnnlint.budget]
    layer-share = "90%"
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

    - `layer-share` in `[tool.cnnlint.budget]`, or in the `budget` of a `[[tool.cnnlint.models]]` table: text such as
      `"80%"`, or a number such as `0.8`. Without it the rule is silent.

    ## Evidence

    A policy, not a fault.
    """

    code = "CNN206"
    name = "layer-share"
    severity = "warning"
    since = "0.1.0"

    def check_model(self, model: Model, context: Context) -> Iterable[Finding]:
        limit, whole = context.budget.layer_share, known(model.parameters.total)
        largest = holders(model, "params", 1)
        if limit is None or not whole or not largest:
            return
        layer, number = largest[0]
        if number > limit * whole:
            yield self.finding(
                f"`{layer.name}` holds {short_share(number / whole)} of the parameters of `{model.name}`, "
                f"the budget allows {short_share(limit)}",
                home(layer),
                help=fewer_parameters(model),
                notes=(f"{short_count(number)} of {short_count(whole)} parameters", *stated(context)),
                model=model.name,
                layer=layer.name,
                expected=short_share(limit),
                actual=short_share(number / whole),
            )
