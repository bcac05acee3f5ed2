from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.api import Related, Rule

from ._shared import Graph, built, known, setting

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cnnlint.api import Context, Finding, Model

SEPARATORS = frozenset({"normalization", "activation", "dropout"})


class WideningHead(Rule):
    """A dense layer of a classifier's head is wider than the one before it.

    ## What it does

    Reports a dense layer, the last one aside, with more units than the dense layer that it follows, in a model with
    convolutions.

    ## Why is this bad?

    The head condenses what the convolutions have found into a few classes. A layer that is wider than the one before it
    adds parameters where no information is added.

    ## Example

    ```python
    from keras import layers, models

    model = models.Sequential([
        layers.Input((32, 32, 8)),
        layers.Conv2D(16, 3, activation="relu"),
        layers.GlobalAveragePooling2D(),
        layers.Dense(32, activation="relu"),
        layers.Dense(256, activation="relu"),
        layers.Dense(10),
    ])
    ```

    ```python
    from torch import nn

    model = nn.Sequential(
        nn.Conv2d(8, 16, 3), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(),
        nn.Linear(16, 32), nn.ReLU(), nn.Linear(32, 256), nn.ReLU(), nn.Linear(256, 10),
    )
    ```

    ## Use instead

    ```python
    from keras import layers, models

    model = models.Sequential([
        layers.Input((32, 32, 8)),
        layers.Conv2D(16, 3, activation="relu"),
        layers.GlobalAveragePooling2D(),
        layers.Dense(256, activation="relu"),
        layers.Dense(32, activation="relu"),
        layers.Dense(10),
    ])
    ```

    ```python
    from torch import nn

    model = nn.Sequential(
        nn.Conv2d(8, 16, 3), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(),
        nn.Linear(16, 256), nn.ReLU(), nn.Linear(256, 32), nn.ReLU(), nn.Linear(32, 10),
    )
    ```

    ## Evidence

    A rule of NeuraLint. Of 81 developers who were asked about such smells, 47 to 68 % agreed.

    ## References

    - A. Nikanjam, F. Khomh: [Design smells in deep learning programs](https://arxiv.org/abs/2107.02279), 2021
    """

    code = "CNN406"
    name = "widening-head"
    severity = "info"
    since = "0.1.0"
    default = False

    def check_model(self, model: Model, context: Context) -> Iterable[Finding]:
        graph = Graph(model)
        if not any(graph.layers[index].kind == "convolution" for index in graph.leaves):
            return
        dense = [index for index in graph.leaves if graph.layers[index].kind == "dense"]
        for index in dense[:-1]:
            source = graph.only_source(index)
            while source is not None and graph.layers[source].kind in SEPARATORS:
                source = graph.only_source(source)
            if source is None or graph.layers[source].kind != "dense":
                continue
            layer, before = graph.layers[index], graph.layers[source]
            wide, narrow = known(setting(layer, "units")), known(setting(before, "units"))
            if wide and narrow and wide > narrow:
                yield self.finding(
                    f"`{layer.name}` has {wide} units, more than the {narrow} of `{before.name}` before it",
                    layer.place,
                    related=(*built(layer), Related(f"{narrow} units", before.built_at or before.place)),
                    help="let the dense layers become narrower towards the output",
                    model=model.name,
                    layer=layer.name,
                    expected=f"at most {narrow}",
                    actual=str(wide),
                )
