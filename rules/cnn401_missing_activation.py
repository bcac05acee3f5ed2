from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.api import Related, Rule

from ._shared import LINEAR_KINDS, RESHAPING, Graph, activation, built, is_convolution, sizes

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cnnlint.api import Context, Finding, Layer, Model


class MissingActivation(Rule):
    """Two convolutions or dense layers follow each other without a non-linearity in between.

    ## What it does

    Reports a convolution or dense layer without an activation whose output goes straight into another one. A depthwise
    or pointwise convolution, which is one half of a separable one, and a flatten in between count as nothing.

    ## Why is this bad?

    Two linear maps in a row are one linear map: the second adds parameters and no expression.

    ## Example

    ```python
    from keras import layers, models

    model = models.Sequential([
        layers.Input((64,)),
        layers.Dense(32),
        layers.Dense(10),
    ])
    ```

    ```python
    import torch
    from torch import nn

    model = nn.Sequential(nn.Linear(64, 32), nn.Linear(32, 10))
    model(torch.zeros(1, 64))
    ```

    ## Use instead

    ```python
    from keras import layers, models

    model = models.Sequential([
        layers.Input((64,)),
        layers.Dense(32, activation="relu"),
        layers.Dense(10),
    ])
    ```

    ```python
    import torch
    from torch import nn

    model = nn.Sequential(nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 10))
    model(torch.zeros(1, 64))
    ```

    ## Evidence

    2 of the 30 posts labelled for DeepLocalize (7 %); rules of NeuraLint and UMLAUT.

    ## References

    - A. Nikanjam, F. Khomh: [Design smells in deep learning programs](https://arxiv.org/abs/2107.02279), 2021
    - E. Schoop and others: [UMLAUT](https://doi.org/10.1145/3411764.3445538), 2021
    """

    code = "CNN401"
    name = "missing-activation"
    severity = "warning"
    since = "0.1.0"
    default = False

    def check_model(self, model: Model, context: Context) -> Iterable[Finding]:
        graph = Graph(model)
        for index in graph.leaves:
            layer = graph.layers[index]
            source = _linear_source(graph, index)
            if source is not None and _mixes(layer):
                yield self.finding(
                    f"`{layer.name}` follows `{source.name}` without a non-linearity in between",
                    layer.place,
                    related=(
                        *built(layer),
                        Related(f"`{source.name}` has no activation", source.built_at or source.place),
                    ),
                    help=f"give `{source.name}` an activation, or leave one of the two out",
                    model=model.name,
                    layer=layer.name,
                )


def _linear_source(graph: Graph, index: int) -> Layer | None:
    """The layer that feeds a row linearly, flattening aside."""
    source = graph.only_source(index, RESHAPING)
    while source is not None and graph.layers[source].kind in {"flatten", "reshape"}:
        source = graph.only_source(source, RESHAPING)
    if source is None:
        return None
    layer = graph.layers[source]
    return layer if _mixes(layer) and activation(layer) is None else None


def _mixes(layer: Layer) -> bool:
    """A linear map of its own, not one half of a separable one."""
    if layer.kind not in LINEAR_KINDS or "depthwise" in layer.type.lower():
        return False
    groups, window = layer.config.get("groups", 1), sizes(layer, "kernel_size")
    return layer.kind == "dense" or (is_convolution(layer) and groups == 1 and any(size > 1 for size in window))
