from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.api import Rule

from ._shared import Graph

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cnnlint.api import Context, Finding, Model


class UnusedInput(Rule):
    """A functional model has an input that none of its layers takes.

    ## What it does

    Reports an `Input` among the inputs of a Keras model that leads to no layer of it.

    ## Why is this bad?

    Whatever is given to it changes nothing, and still has to be given in the right shape. A branch was not connected,
    or a layer was given the wrong tensor.

    ## Example

    ```python
    from keras import layers, models

    image = layers.Input((64,))
    age = layers.Input((1,))
    x = layers.Dense(32, activation="relu")(image)
    model = models.Model([image, age], layers.Dense(10)(x))
    ```

    ## Use instead

    ```python
    from keras import layers, models

    image = layers.Input((64,))
    age = layers.Input((1,))
    x = layers.Concatenate()([image, age])
    x = layers.Dense(32, activation="relu")(x)
    model = models.Model([image, age], layers.Dense(10)(x))
    ```

    ## Evidence

    44 of the 310 fixes of Keras programs in Islam's data set are about connections between layers (14 %); MATLAB's
    network analyzer reports disconnected layers as errors.
    """

    code = "CNN422"
    name = "unused-input"
    severity = "warning"
    since = "0.1.0"

    def check_model(self, model: Model, context: Context) -> Iterable[Finding]:
        graph = Graph(model)
        if model.framework != "keras" or not model.resolved or not graph.complete or model.outputs_via is None:
            return
        inputs = [index for index in graph.leaves if graph.layers[index].kind == "input"]
        if len(inputs) < 2:
            return
        for index in inputs:
            layer = graph.layers[index]
            if not graph.targets(index) and index not in model.outputs_from:
                yield self.finding(
                    f"no layer of `{model.name}` takes its input `{layer.name}`, one of {len(inputs)}",
                    layer.place,
                    help="connect it, or leave it out of the model's `inputs`",
                    model=model.name,
                    layer=layer.name,
                )
