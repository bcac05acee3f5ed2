from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnnlint.api import Rule, short_share

from ._budgets import home, stated
from ._shared import Graph, is_convolution, shown, sizes

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cnnlint.api import Context, Finding, Model


class ReceptiveFieldBudget(Rule):
    """The last feature map sees less of the input than its budget asks for.

    ## What it does

    Computes how much of the input one value of the last feature map depends on, before it is pooled, flattened or given
    out as a whole, and compares it on each axis with `receptive-field`, a share of the input's side. Nothing is said
    where the field or the input's size is not known.

    ## Why is this bad?

    What is larger than the field is never seen as one thing: a classifier that pools over fields of a tenth of the
    image knows textures and no shapes. A stride or a pooling early on, or a dilation, widens the field most.

    ## Example

    ```toml
    [tool.cnnlint.budget]
    receptive-field = "50%"
    ```

    ```python
    from keras import layers, models

    model = models.Sequential([
        layers.Input((64, 64, 8)),
        layers.Conv2D(16, 3, activation="relu"),
        layers.MaxPooling2D(),
        layers.Conv2D(32, 3, activation="relu"),
        layers.GlobalAveragePooling2D(),
        layers.Dense(10),
    ])
    ```

    ```python
    import torch
    from torch import nn

    model = nn.Sequential(
        nn.Conv2d(8, 16, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(16, 32, 3), nn.ReLU(), nn.AdaptiveAvgPool2d(1),
        nn.Flatten(), nn.Linear(32, 10),
    )
    model(torch.zeros(1, 8, 64, 64))
    ```

    ## Use instead

    ```python
    from keras import layers, models

    model = models.Sequential([
        layers.Input((64, 64, 8)),
        layers.Conv2D(16, 3, strides=2, activation="relu"),
        layers.MaxPooling2D(),
        layers.Conv2D(32, 3, strides=2, activation="relu"),
        layers.MaxPooling2D(),
        layers.Conv2D(64, 3, padding="same", activation="relu"),
        layers.GlobalAveragePooling2D(),
        layers.Dense(10),
    ])
    ```

    ```python
    import torch
    from torch import nn

    model = nn.Sequential(
        nn.Conv2d(8, 16, 3, stride=2), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(16, 32, 3, stride=2), nn.ReLU(),
        nn.MaxPool2d(2), nn.Conv2d(32, 64, 3, padding=1), nn.ReLU(), nn.AdaptiveAvgPool2d(1),
        nn.Flatten(), nn.Linear(64, 10),
    )
    model(torch.zeros(1, 8, 64, 64))
    ```

    ## Options

    - `receptive-field` in `[tool.cnnlint.budget]`, or in the `budget` of a `[[tool.cnnlint.models]]` table: the share
      of the input's side, text such as `"100%"` or a number such as `0.5`. Without it the rule is silent.

    ## Evidence

    "Wrong filter size" and "wrong pooling" are leaves of Humbatova's taxonomy of 1059 artefacts; no share is published.

    ## References

    - A. Araujo and others: [Computing receptive fields of convolutional neural
      networks](https://doi.org/10.23915/distill.00021), 2019
    """

    code = "CNN209"
    name = "receptive-field-budget"
    severity = "warning"
    since = "0.1.0"

    def check_model(self, model: Model, context: Context) -> Iterable[Finding]:
        limit = context.budget.receptive_field
        given = None if limit is None else _input_size(model)
        field = None if given is None else model.receptive_field
        if limit is None or given is None or field is None or len(field.size) != len(given):
            return
        share = min(size / whole for size, whole in zip(field.size, given, strict=True))
        if share >= limit:
            return
        graph = Graph(model)
        first = next((graph.layers[index] for index in graph.leaves if is_convolution(graph.layers[index])), None)
        yield self.finding(
            f"the last map of `{model.name}` sees {shown(field.size)} of {shown(given)}, {short_share(share)} of the "
            f"input, the budget asks for {short_share(limit)}",
            model.place if first is None else home(first),
            help=_wider(first),
            notes=tuple(stated(context)),
            model=model.name,
            expected=short_share(limit),
            actual=short_share(share),
        )


def _wider(first: Any) -> str | None:
    """What makes the field of a model larger."""
    if first is None:
        return None
    strides = sizes(first, "strides")
    if strides and max(strides) == 1:
        return f"a stride of 2 in `{first.name}` doubles what all layers behind it add to the field"
    return "a dilation of 2 in the last convolutions doubles what they add to the field"


def _input_size(model: Model) -> tuple[int, ...] | None:
    """The sides of the one input, without batch and channels; None where they are not known."""
    shape = model.inputs
    while isinstance(shape, tuple) and len(shape) == 1 and isinstance(shape[0], tuple):
        shape = shape[0]
    if not isinstance(shape, tuple) or len(shape) < 3 or any(isinstance(size, tuple) or size is None for size in shape):
        return None
    sides = shape[2:] if model.framework == "torch" else shape[1:-1]
    return sides if all(isinstance(size, int) and size > 0 for size in sides) else None
