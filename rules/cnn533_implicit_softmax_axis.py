from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.api import Edit, Fix, Place, Rule

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cnnlint.api import Context, Finding, Use


class ImplicitSoftmaxAxis(Rule):
    """A softmax does not say over which axis it runs.

    ## What it does

    Reports `softmax`, `log_softmax`, `softmin` and their layers without `dim`. Where the code's own run gives them
    three axes it is a warning: PyTorch then takes the first one, which mostly holds the samples.

    ## Why is this bad?

    PyTorch guesses the axis by the number of axes: the first one of 1 and 3, else the second. It has been deprecated,
    and each run says so: `Implicit dimension choice for softmax has been deprecated`. With three axes, as in attention,
    it mixes the samples of a batch, and nothing fails.

    ## Example

    ```python
    import torch
    from torch import nn

    model = nn.Sequential(nn.Linear(20, 10), nn.Softmax())
    model(torch.zeros(8, 20))
    ```

    ## Use instead

    ```python
    import torch
    from torch import nn

    model = nn.Sequential(nn.Linear(20, 10), nn.Softmax(dim=1))
    model(torch.zeros(8, 20))
    ```

    ## Fix safety

    Safe: it writes the axis that PyTorch takes. There is none for three axes, of which the first is not meant.

    ## Evidence

    PYSIASSIST counts a softmax over the wrong axis among the silent bugs of PyTorch (1 of 22 programs).

    ## References

    - PyTorch, [`torch.nn.Softmax`](https://docs.pytorch.org/docs/stable/generated/torch.nn.Softmax.html)
    """

    code = "CNN533"
    name = "implicit-softmax-axis"
    severity = "info"
    since = "0.1.0"

    def check_use(self, use: Use, context: Context) -> Iterable[Finding]:
        if use.kind != "implicit-axis" or not use.certain:
            return
        rank = use.config.get("rank")
        axis = None if rank is None else 0 if rank in (0, 1, 3) else 1
        wrong = rank == 3
        taken = "" if axis is None else f": PyTorch takes axis {axis} of {rank}"
        yield self.finding(
            f"`{use.activation}` names no axis{taken}",
            use.place,
            severity="warning" if wrong else None,
            help="say which one: `dim=-1` is the last" if wrong or axis is None else f"write `dim={axis}`",
            fix=None if wrong or axis is None else _named(use, axis, context),
        )


def _named(use: Use, axis: int, context: Context) -> Fix | None:
    """Write the axis behind the input, where nothing else is given."""
    import ast

    place, text = use.place, context.text(use.place) or ""
    try:
        call = ast.parse(text, mode="eval").body
    except (SyntaxError, ValueError):
        return None
    is_layer = (use.activation or "")[:1].isupper()
    if not isinstance(call, ast.Call) or call.keywords or len(call.args) != (not is_layer):
        return None
    between = "" if text[:-1].rstrip().endswith(("(", ",")) else ", "
    at = Place(place.filename, place.end_row, place.end_column - 1, place.end_row, place.end_column - 1)
    return Fix("safe", f"write `dim={axis}`", (Edit(f"{between}dim={axis}", at),))
