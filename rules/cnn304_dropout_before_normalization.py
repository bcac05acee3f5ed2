from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.api import Rule

from ._shared import RESHAPING, Graph, built

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cnnlint.api import Context, Finding, Model


class DropoutBeforeNormalization(Rule):
    """Dropout feeds a batch normalization.

    ## What it does

    Reports a dropout whose output goes straight into a batch normalization.

    ## Why is this bad?

    Dropout changes the variance of what it lets through, in training only. The moving statistics of the normalization
    are taken with it and used without it, so that they fit no more when the model is used.

    ## Example

    ```python
    from keras import layers, models

    model = models.Sequential([
        layers.Input((64,)),
        layers.Dense(32, activation="relu"),
        layers.Dropout(0.3),
        layers.BatchNormalization(),
        layers.Dense(10),
    ])
    ```

    ```python
    import torch
    from torch import nn

    model = nn.Sequential(nn.Linear(64, 32), nn.ReLU(), nn.Dropout(0.3), nn.BatchNorm1d(32), nn.Linear(32, 10))
    model(torch.zeros(4, 64))
    ```

    ## Use instead

    ```python
    from keras import layers, models

    model = models.Sequential([
        layers.Input((64,)),
        layers.Dense(32, activation="relu"),
        layers.BatchNormalization(),
        layers.Dropout(0.3),
        layers.Dense(10),
    ])
    ```

    ```python
    import torch
    from torch import nn

    model = nn.Sequential(nn.Linear(64, 32), nn.ReLU(), nn.BatchNorm1d(32), nn.Dropout(0.3), nn.Linear(32, 10))
    model(torch.zeros(4, 64))
    ```

    ## Evidence

    One of TheDeepChecker's 155 labelled posts; NeuraLint's smell "non-representative statistics estimation".

    ## References

    - X. Li and others: [Understanding the disharmony between dropout and batch normalization by variance
      shift](https://arxiv.org/abs/1801.05134), 2018
    """

    code = "CNN304"
    name = "dropout-before-normalization"
    severity = "warning"
    since = "0.1.0"
    default = False

    def check_model(self, model: Model, context: Context) -> Iterable[Finding]:
        for layer, norm in Graph(model).pairs(RESHAPING):
            if layer.kind == "dropout" and norm.kind == "normalization" and "batch" in norm.type.lower():
                yield self.finding(
                    f"`{layer.name}` drops values right before `{norm.name}` takes their statistics",
                    layer.place,
                    related=(*built(layer), *built(norm)),
                    help="put the dropout behind the last batch normalization",
                    model=model.name,
                    layer=layer.name,
                )
