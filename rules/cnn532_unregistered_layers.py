from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.api import Rule

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cnnlint.api import Context, Finding, Use


class UnregisteredLayers(Rule):
    """A module keeps layers in a plain list, so that they are not trained.

    ## What it does

    Reports a list, tuple or dictionary of two or more layers with parameters that is an attribute of a module, if
    the layers are not registered otherwise.

    ## Why is this bad?

    PyTorch finds parameters only in attributes that are modules. Those in a plain list are missing from
    `parameters()`: the optimizer does not train them, `.to(device)` does not move them, and `state_dict()` does not
    save them.

    ## Example

    ```python
    import torch
    from torch import nn


    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.hidden = [nn.Linear(20, 20) for _ in range(3)]
            self.head = nn.Linear(20, 5)

        def forward(self, x):
            for layer in self.hidden:
                x = torch.relu(layer(x))
            return self.head(x)
    ```

    ## Use instead

    ```python
    import torch
    from torch import nn


    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.hidden = nn.ModuleList([nn.Linear(20, 20) for _ in range(3)])
            self.head = nn.Linear(20, 5)

        def forward(self, x):
            for layer in self.hidden:
                x = torch.relu(layer(x))
            return self.head(x)
    ```

    ## Evidence

    One of 102 reproduced bugs ends with an empty list of parameters.

    ## References

    - PyTorch: [ModuleList](https://docs.pytorch.org/docs/stable/generated/torch.nn.ModuleList.html)
    """

    code = "CNN532"
    name = "unregistered-layers"
    severity = "warning"
    since = "0.1.0"

    def check_use(self, use: Use, context: Context) -> Iterable[Finding]:
        if use.kind != "unregistered":
            return
        attribute, count, kind = (use.config[key] for key in ("attribute", "count", "kind"))
        better = "nn.ModuleDict" if kind == "dict" else "nn.ModuleList"
        yield self.finding(
            f"the {count} layers in the {kind} `self.{attribute}` are not registered: their parameters are not trained",
            use.place,
            related=use.related,
            help=f"keep them in a `{better}`",
            model=use.model,
            expected=better,
            actual=kind,
        )
