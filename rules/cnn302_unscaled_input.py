from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.api import Rule

from ._shared import Graph, is_convolution, known

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cnnlint.api import Context, Finding, Model

IMAGE_CHANNELS = frozenset({1, 3, 4})


class UnscaledInput(Rule):
    """Images go into the first convolution without the model scaling them.

    ## What it does

    Reports a Keras model whose input has the shape of an image (three axes, the last of 1, 3 or 4 channels) and goes
    straight into a convolution: no `Rescaling`, no `Normalization`, no batch normalization in between. Whether the data
    was scaled before is not known here, so the rule is off unless it is selected.

    ## Why is this bad?

    Pixels from 0 to 255 make the first activations, and with them the gradients, hundreds of times too large. A model
    that scales its own input also cannot be fed the wrong range when it is used.

    ## Example

    ```python
    from keras import layers, models

    model = models.Sequential([
        layers.Input((32, 32, 3)),
        layers.Conv2D(16, 3, activation="relu"),
    ])
    ```

    ## Use instead

    ```python
    from keras import layers, models

    model = models.Sequential([
        layers.Input((32, 32, 3)),
        layers.Rescaling(1 / 255),
        layers.Conv2D(16, 3, activation="relu"),
    ])
    ```

    ## Evidence

    9 of DeepFD's 52 faulty programs lack preprocessing (17 %); whether data are scaled elsewhere is not known here.

    ## References

    - [Keras: Rescaling](https://keras.io/api/layers/preprocessing_layers/image_preprocessing/rescaling/)
    """

    code = "CNN302"
    name = "unscaled-input"
    severity = "info"
    since = "0.1.0"
    default = False

    def check_model(self, model: Model, context: Context) -> Iterable[Finding]:
        if model.framework != "keras":
            return
        graph = Graph(model)
        for index in graph.leaves:
            layer, sources = graph.layers[index], graph.sources(index)
            if not is_convolution(layer) or sources is None:
                continue
            if any(graph.layers[source].kind != "input" for source in sources):
                continue
            shape = layer.inputs[0] if layer.inputs else None
            if shape is not None and len(shape) == 4 and known(shape[-1]) in IMAGE_CHANNELS:
                yield self.finding(
                    f"the images go into `{layer.name}` as they come: `{model.name}` does not scale its input",
                    layer.place,
                    help="start the model with `layers.Rescaling(1 / 255)`, unless the data is scaled before",
                    model=model.name,
                    layer=layer.name,
                )
