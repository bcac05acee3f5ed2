from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, ClassVar

from cnnlint.api import Related, Rule

from ._shared import Graph, built, is_convolution, is_pooled, shown, sizes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from cnnlint.api import Context, Finding, Layer, Model


class MixedBlock(Rule):
    """The convolutions of one block of a deep network have different windows.

    ## What it does

    Looks at plain paths of at least `layers` convolutions and poolings. Reports a convolution whose window differs from
    that of the one before it, without a pooling or a stride in between. Windows of a single point are left alone.

    ## Why is this bad?

    Deep networks are built of blocks that are alike, so that one decision is taken for each block and not for each
    layer. Windows that change from layer to layer are mostly left from trying out.

    ## Example

    ```python
    from keras import layers, models


    def block(filters, first, second):
        return [
            layers.Conv2D(filters, first, padding="same", use_bias=False),
            layers.BatchNormalization(),
            layers.ReLU(),
            layers.Conv2D(filters, second, padding="same", use_bias=False),
            layers.BatchNormalization(),
            layers.ReLU(),
            layers.MaxPooling2D(),
        ]


    model = models.Sequential([
        layers.Input((64, 64, 8)), *block(16, 3, 3), *block(32, 3, 5), *block(64, 5, 5), *block(128, 5, 5),
    ])
    ```

    ## Use instead

    ```python
    from keras import layers, models


    def block(filters):
        return [
            layers.Conv2D(filters, 3, padding="same", use_bias=False),
            layers.BatchNormalization(),
            layers.ReLU(),
            layers.Conv2D(filters, 3, padding="same", use_bias=False),
            layers.BatchNormalization(),
            layers.ReLU(),
            layers.MaxPooling2D(),
        ]


    model = models.Sequential([layers.Input((64, 64, 8)), *block(16), *block(32), *block(64), *block(128)])
    ```

    ## Options

    - `layers` in `[tool.cnnlint.rules.mixed-block]`: how many convolutions and poolings make a network deep, 10 where
      nothing is said, as in NeuraLint.

    ## Evidence

    NeuraLint's smell "heterogeneous blocks". Of 81 developers who were asked about such smells, 47 to 68 % agreed.

    ## References

    - A. Nikanjam, F. Khomh: [Design smells in deep learning programs](https://arxiv.org/abs/2107.02279), 2021
    """

    code = "CNN411"
    name = "mixed-block"
    severity = "info"
    since = "0.1.0"
    default = False
    options: ClassVar = {"layers": 10}

    def check_model(self, model: Model, context: Context) -> Iterable[Finding]:
        graph = Graph(model)
        for chain in graph.chains():
            rows = [graph.layers[index] for index in chain]
            if depth(rows) < self.option(context, "layers"):
                continue
            for block in _blocks(rows):
                for before, layer in pairwise(block):
                    first, second = sizes(before, "kernel_size"), sizes(layer, "kernel_size")
                    if first != second:
                        yield self.finding(
                            f"`{layer.name}` has a window of {shown(second)}, `{before.name}` in the same block one of "
                            f"{shown(first)}",
                            layer.place,
                            related=(*built(layer), Related(f"a window of {shown(first)}", before.place)),
                            help="give the convolutions of a block the same window",
                            model=model.name,
                            layer=layer.name,
                            expected=shown(first),
                            actual=shown(second),
                        )


def depth(rows: list[Layer]) -> int:
    """How many convolutions and poolings are in a row."""
    return sum(is_convolution(layer) + is_pooled(layer) for layer in rows)


def _blocks(rows: list[Layer]) -> Iterator[list[Layer]]:
    """The convolutions with a window between two changes of the map's size."""
    block: list[Layer] = []
    for layer in rows:
        if is_pooled(layer) or (is_convolution(layer) and max(sizes(layer, "strides"), default=1) > 1):
            yield block
            block = []
        if is_convolution(layer) and min(sizes(layer, "kernel_size"), default=1) > 1:
            block.append(layer)
    yield block
