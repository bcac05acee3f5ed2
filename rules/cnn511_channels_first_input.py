from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.api import Rule

from ._shared import Graph, built, is_convolution, known, setting

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cnnlint.api import Context, Finding, Model

FEWEST = 8
"""Images of fewer pixels per side may be anything."""


class ChannelsFirstInput(Rule):
    """A convolution with the channels last is given an input with the channels first.

    ## What it does

    Reports a Keras convolution over two axes, with the channels last as is the default, whose input is the model's own
    and looks like an image with its 1 or 3 channels in front: `(3, 224, 224)`.

    ## Why is this bad?

    The layer takes the image for one of 3 rows and 224 channels. It slides along two axes of which one is the
    colours, has many times the parameters that it should have, and the next pooling leaves nothing. With padding the
    model runs, and learns badly.

    ## Example

    ```python
    from keras import layers, models

    model = models.Sequential([
        layers.Input((3, 224, 224)),
        layers.Rescaling(1 / 255),
        layers.Conv2D(32, 3, padding="same", activation="relu"),
        layers.GlobalAveragePooling2D(),
        layers.Dense(10, activation="softmax"),
    ])
    ```

    ## Use instead

    ```python
    from keras import layers, models

    model = models.Sequential([
        layers.Input((224, 224, 3)),
        layers.Rescaling(1 / 255),
        layers.Conv2D(32, 3, padding="same", activation="relu"),
        layers.GlobalAveragePooling2D(),
        layers.Dense(10, activation="softmax"),
    ])
    ```

    ## Evidence

    3 of the 13 programs of defects4ml whose shapes can be decided.

    ## References

    - A. Nikanjam and others: [NeuraLint](https://arxiv.org/abs/2105.08095), 2021
    - M. Morovati and others: [defects4ml](https://arxiv.org/abs/2206.12311), 2022: 3 of its 70 programs
    """

    code = "CNN511"
    name = "channels-first-input"
    severity = "warning"
    since = "0.1.0"

    def check_model(self, model: Model, context: Context) -> Iterable[Finding]:
        if model.framework != "keras":
            return
        graph = Graph(model)
        for index in graph.leaves:
            layer = graph.layers[index]
            if not is_convolution(layer) or "2d" not in layer.type.lower() or not _takes_input(graph, index):
                continue
            shape = layer.inputs[0] if layer.inputs else None
            if shape is None or len(shape) != 4 or setting(layer, "data_format") != "channels_last":
                continue
            rows, columns, channels = (known(size) for size in shape[1:])
            if rows in (1, 3) and columns is not None and columns >= FEWEST and columns == channels:
                yield self.finding(
                    f"`{layer.name}` has the channels last, its input ({rows}, {columns}, {channels}) has them first",
                    layer.place,
                    related=built(layer),
                    help=f"make the input ({columns}, {channels}, {rows}), or pass `data_format='channels_first'`",
                    model=model.name,
                    layer=layer.name,
                    expected=f"({columns}, {channels}, {rows})",
                    actual=f"({rows}, {columns}, {channels})",
                )


def _takes_input(graph: Graph, index: int) -> bool:
    """Whether the layer is fed by the model's input, with nothing but a rescaling in between."""
    while True:
        sources = graph.sources(index)
        if sources is None:
            return False
        if not sources:
            return True
        if len(sources) != 1:
            return False
        (index,) = sources
        if graph.layers[index].kind not in ("input", "rescaling", "augmentation"):
            return False
