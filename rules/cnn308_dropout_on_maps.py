from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.api import Rule

from ._shared import Graph, built, is_convolution, known, spatial_rank

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cnnlint.api import Context, Finding, Layer, Model

PASSED = frozenset({"activation", "normalization", "pooling", "padding"})


class DropoutOnMaps(Rule):
    """Dropout drops single values of a feature map instead of whole channels.

    ## What it does

    Reports an element-wise dropout on the map of a convolution, with its axes still there, normalizations, activations
    and poolings in between. One with a `noise_shape`, which drops whole channels or samples, is left alone.

    ## Why is this bad?

    Neighbouring values of a map are nearly alike: what is dropped in one place is still there in the next, so that the
    dropout does little but slow down the training. A spatial dropout drops whole channels.

    ## Example

    ```python
    from keras import layers, models

    model = models.Sequential([
        layers.Input((32, 32, 8)),
        layers.Conv2D(16, 3, activation="relu"),
        layers.Dropout(0.2),
        layers.Conv2D(16, 3, strides=2, activation="relu"),
    ])
    ```

    ```python
    import torch
    from torch import nn

    model = nn.Sequential(nn.Conv2d(8, 16, 3), nn.ReLU(), nn.Dropout(0.2), nn.Conv2d(16, 16, 3, stride=2), nn.ReLU())
    model(torch.zeros(1, 8, 32, 32))
    ```

    ## Use instead

    ```python
    from keras import layers, models

    model = models.Sequential([
        layers.Input((32, 32, 8)),
        layers.Conv2D(16, 3, activation="relu"),
        layers.SpatialDropout2D(0.2),
        layers.Conv2D(16, 3, strides=2, activation="relu"),
    ])
    ```

    ```python
    import torch
    from torch import nn

    model = nn.Sequential(nn.Conv2d(8, 16, 3), nn.ReLU(), nn.Dropout2d(0.2), nn.Conv2d(16, 16, 3, stride=2), nn.ReLU())
    model(torch.zeros(1, 8, 32, 32))
    ```

    ## Evidence

    No published study counts it, and good networks do it: the rule is off unless it is selected.

    ## References

    - J. Tompson and others: [Efficient object localization using convolutional
      networks](https://arxiv.org/abs/1411.4280), 2014, section 3.2
    """

    code = "CNN308"
    name = "dropout-on-maps"
    severity = "info"
    since = "0.1.0"
    default = False

    def check_model(self, model: Model, context: Context) -> Iterable[Finding]:
        graph = Graph(model)
        for index in graph.leaves:
            layer = graph.layers[index]
            if layer.type != "Dropout" or layer.config.get("noise_shape") or not _is_map(layer, model.framework):
                continue
            source = graph.behind(index, PASSED, frozenset({"relu"}))
            if source is None or not is_convolution(graph.layers[source]):
                continue
            rank = spatial_rank(graph.layers[source]) or 2
            better = f"nn.Dropout{rank}d" if model.framework == "torch" else f"layers.SpatialDropout{rank}D"
            yield self.finding(
                f"`{layer.name}` drops single values of the map of `{graph.layers[source].name}`, whose neighbours "
                "are nearly the same",
                layer.place,
                related=built(layer),
                help=f"use `{better}`, which drops whole channels",
                model=model.name,
                layer=layer.name,
            )


def _is_map(layer: Layer, framework: str) -> bool:
    """Whether a layer is given something with axes of more than one place, as far as known."""
    shape = layer.inputs[0] if layer.inputs else None
    if shape is None or len(shape) < 3:
        return False
    places = shape[2:] if framework == "torch" else shape[1:-1]
    return any(known(size) != 1 for size in places)
