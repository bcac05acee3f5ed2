from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from cnnlint.api import Related, Rule

from ._shared import PLAIN, Graph, activation, built, is_convolution

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cnnlint.api import Context, Finding, Layer, Model

OPEN = frozenset({"model", "other", "recurrent", "attention", "merge"})
"""Kinds that offer a way out, or may hide one: what is inside of them is not known here."""
SELF_NORMALIZING = frozenset({"selu"})


@dataclass(frozen=True)
class Stack:
    """Convolutions behind each other: the last one, and what comes before it."""

    count: int
    last: Layer | None
    before: Stack | None

    def layers(self) -> list[Layer]:
        """From the first to the last."""
        found: list[Layer] = []
        stack: Stack | None = self
        while stack is not None and stack.last is not None:
            found.append(stack.last)
            stack = stack.before
        return found[::-1]


EMPTY = Stack(0, None, None)


class MissingNormalization(Rule):
    """A deep stack of convolutions has no normalization anywhere on its path.

    ## What it does

    Follows each path from an input to an output. It reports a path that holds at least `convolutions` convolutions, one
    behind the other, and no normalization of any kind (batch, layer, group, instance, response), no sum, product or
    concatenation of branches (a residual or dense connection), and no SELU activation. Nothing is said of a path that
    is not understood from end to end. Rescaling the input is no normalization, transposed convolutions do not count.

    ## Why is this bad?

    The scale of activations and gradients is multiplied from layer to layer. From about five convolutions on, training
    such a stack depends on the initial weights and on a small learning rate; with batch normalization, or with residual
    connections, it is faster and far less sensitive. Networks from before 2015 (AlexNet, VGG) have none and were
    trained in stages or with a careful initialization.

    ## Example

    ```python
    from keras import layers, models

    model = models.Sequential([
        layers.Input((64, 64, 3)),
        layers.Rescaling(1 / 255),
        layers.Conv2D(16, 3, activation="relu"),
        layers.Conv2D(32, 3, activation="relu"),
        layers.Conv2D(64, 3, activation="relu"),
        layers.Conv2D(64, 3, activation="relu"),
        layers.Conv2D(64, 3, activation="relu"),
        layers.GlobalAveragePooling2D(),
        layers.Dense(10),
    ])
    ```

    ```python
    from torch import nn


    def block(inputs, outputs):
        return [nn.Conv2d(inputs, outputs, 3, padding=1), nn.ReLU()]


    model = nn.Sequential(*block(3, 16), *block(16, 32), *block(32, 64), *block(64, 64), *block(64, 64))
    ```

    ## Use instead

    ```python
    from keras import layers, models


    def block(filters):
        return [layers.Conv2D(filters, 3, use_bias=False), layers.BatchNormalization(), layers.ReLU()]


    model = models.Sequential([
        layers.Input((64, 64, 3)),
        layers.Rescaling(1 / 255),
        *block(16),
        *block(32),
        *block(64),
        *block(64),
        *block(64),
        layers.GlobalAveragePooling2D(),
        layers.Dense(10),
    ])
    ```

    ```python
    from torch import nn


    def block(inputs, outputs):
        return [nn.Conv2d(inputs, outputs, 3, padding=1, bias=False), nn.BatchNorm2d(outputs), nn.ReLU()]


    model = nn.Sequential(*block(3, 16), *block(16, 32), *block(32, 64), *block(64, 64), *block(64, 64))
    ```

    ## Options

    - `convolutions` in `[tool.cnnlint.rules.missing-normalization]`: how many convolutions make a stack deep, 5 where
      nothing is said.

    ## Evidence

    One of TheDeepChecker's 155 labelled posts misses a batch normalization; NeuraLint has a rule.

    ## References

    - S. Ioffe, C. Szegedy: [Batch normalization](https://arxiv.org/abs/1502.03167), 2015
    - K. He and others: [Deep residual learning for image recognition](https://arxiv.org/abs/1512.03385), 2015
    """

    code = "CNN301"
    name = "missing-normalization"
    severity = "warning"
    since = "0.1.0"
    options: ClassVar = {"convolutions": 5}

    def check_model(self, model: Model, context: Context) -> Iterable[Finding]:
        graph = Graph(model)
        if not graph.complete or model.outputs_via is None or not PLAIN.issuperset(model.outputs_via):
            return
        stack = _longest_bare_path(graph)
        if len(stack) < self.option(context, "convolutions"):
            return
        first, last = stack[0], stack[-1]
        yield self.finding(
            f"{len(stack)} convolutions in a row without any normalization",
            first.place,
            related=(
                *built(first),
                *([Related(f"the last one, `{last.name}`", last.place)] if last.place != first.place else []),
            ),
            help=f"add {_normalization(model)} between convolution and activation",
            notes=(f"the stack is {_names(stack)}",),
            model=model.name,
            layer=first.name,
        )


def _longest_bare_path(graph: Graph) -> list[Layer]:
    """The convolutions of the path with most of them, of those that lead to an end without a way out."""
    stacks: dict[int, Stack | None] = {}
    longest = EMPTY
    for index in graph.leaves:
        layer, sources = graph.layers[index], graph.sources(index) or ()
        before = EMPTY if not sources else stacks.get(sources[0]) if len(sources) == 1 else None
        if before is None or _offers_a_way_out(layer):
            stacks[index] = None
            continue
        stack = stacks[index] = Stack(before.count + 1, layer, before) if is_convolution(layer) else before
        if stack.count > longest.count and not graph.targets(index):
            longest = stack
    return longest.layers()


def _offers_a_way_out(layer: Layer) -> bool:
    return (
        layer.kind == "normalization"
        or layer.kind in OPEN
        or not PLAIN.issuperset(layer.via or ())
        or activation(layer) in SELF_NORMALIZING
    )


def _normalization(model: Model) -> str:
    return "`nn.BatchNorm2d`" if model.framework == "torch" else "`layers.BatchNormalization()`"


def _names(stack: list[Layer]) -> str:
    names = [f"`{layer.name}`" for layer in stack]
    return ", ".join(names if len(names) <= 6 else [*names[:3], "…", *names[-2:]])
