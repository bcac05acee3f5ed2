from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING

from cnnlint.api import DTYPE_BITS, short_bytes

from ._budgets import BudgetRule, Cost, smaller_map
from ._shared import Graph, known

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cnnlint.api import Context, Finding, Model

VIEWS = frozenset({"flatten", "reshape", "dropout", "input"})
"""Kinds of layers whose result is their input, seen otherwise."""
IN_PLACE = frozenset({"activation", "normalization", "rescaling"})
"""Kinds of layers that can write over their input, where nothing else needs it."""


class PeakMemoryBudget(BudgetRule):
    """A model needs more memory at once than its budget allows when it is used.

    ## What it does

    Goes through the layers in the order of execution, adds up the feature maps that have to be there at the same time,
    for one sample in the budget's `dtype`, and compares the largest sum with `peak-memory`. A map is kept until the
    last layer that takes it; activations and normalizations write over their input, a flatten takes nothing. Nothing is
    said of a model in which it is not known what feeds what.

    ## Why is this bad?

    A microcontroller has its memory for all of this at one moment: a model whose largest pair of maps does not fit does
    not run, however small its weights are. The sizes that MLPerf Tiny is made for are below 512 KiB.

    ## Example

    ```toml
    [tool.cnnlint.budget]
    peak-memory = "64KiB"
    dtype = "int8"
    ```

    ```python
    from keras import layers, models

    model = models.Sequential([
        layers.Input((64, 64, 8)),
        layers.Conv2D(32, 3, activation="relu"),
    ])
    ```

    ```python
    import torch
    from torch import nn

    model = nn.Sequential(nn.Conv2d(8, 32, 3), nn.ReLU())
    model(torch.zeros(1, 8, 64, 64))
    ```

    ## Use instead

    ```python
    from keras import layers, models

    model = models.Sequential([
        layers.Input((64, 64, 8)),
        layers.Conv2D(32, 3, strides=2, activation="relu"),
    ])
    ```

    ```python
    import torch
    from torch import nn

    model = nn.Sequential(nn.Conv2d(8, 32, 3, stride=2), nn.ReLU())
    model(torch.zeros(1, 8, 64, 64))
    ```

    ## Options

    - `peak-memory` in `[tool.cnnlint.budget]`, or in the `budget` of a `[[tool.cnnlint.models]]` table: bytes, or text
      such as `"256KiB"`. Without it the rule is silent.
    - `dtype` beside it: the format of an activation, `float32` where nothing is said.

    ## Evidence

    MLPerf Tiny's four networks have 53 to 325 KB of weights, all below 512 KB; Edge Impulse estimates the memory of a
    model before it is deployed.

    ## References

    - C. Banbury and others: [MLPerf Tiny Benchmark](https://arxiv.org/abs/2106.07597), 2021
    """

    code = "CNN207"
    name = "peak-memory-budget"

    def check_model(self, model: Model, context: Context) -> Iterable[Finding]:
        budget = context.budget
        if budget.peak_memory is None:
            return
        bits = DTYPE_BITS[budget.dtype]
        found = _Timeline(model).peak()
        if found is None or found[0] * bits // 8 <= budget.peak_memory:
            return
        count, at, alive = found
        held = sorted(
            ((model.layers[index], size * bits // 8) for index, size in alive.items()), key=lambda one: -one[1]
        )
        cost = Cost(count * bits // 8, True, [one for one in held if one[1]][:3])
        yield self.exceeded(
            model,
            context,
            cost,
            budget.peak_memory,
            unit=f"needs {{}} in {budget.dtype} at once, at `{model.layers[at].name}`",
            show=short_bytes,
            help=smaller_map(cost),
        )


class _Timeline:
    """Which results are there while which layer runs."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self.graph = Graph(model)
        self.owner: dict[int, int] = {}
        """The row in whose memory a row's result lies; -1 is the model's input."""

    def peak(self) -> tuple[int, int, dict[int, int]] | None:
        """How many numbers are there at once, while which row runs, in which rows' results; None if not known."""
        graph, layers = self.graph, self.model.layers
        if not graph.complete or self.model.outputs_via is None:
            return None
        sizes: dict[int, int] = {}
        last: dict[int, int] = {}
        for index in graph.leaves:
            size = _numbers(layers[index].outputs)
            given = _numbers(layers[index].inputs)
            if size is None or given is None:
                return None
            sources = graph.sources(index) or ()
            owners = [self.owner[source] for source in sources if source in self.owner]
            if not sources and layers[index].kind != "input":
                owners = [-1]
                sizes[-1] = max(sizes.get(-1, 0), given)
            for owner in owners:
                last[owner] = index
            self.owner[index] = self._home(index, owners, size, sizes)
            if self.owner[index] == index:
                sizes[index] = size
        for index in self.model.outputs_from:
            last[self.owner.get(index, index)] = len(layers)
        return self._largest(sizes, last)

    def _home(self, index: int, owners: list[int], size: int, sizes: dict[int, int]) -> int:
        layer = self.model.layers[index]
        if len(owners) != 1 or owners[0] == -1 or sizes.get(owners[0]) != size:
            return index
        alone = self.graph.only_source(index, frozenset({"relu", "flatten"})) is not None
        if layer.kind in VIEWS - {"input"} or (layer.kind in IN_PLACE and alone):
            return owners[0]
        return index

    def _largest(self, sizes: dict[int, int], last: dict[int, int]) -> tuple[int, int, dict[int, int]] | None:
        best: tuple[int, int, dict[int, int]] | None = None
        for index in self.graph.leaves:
            alive = {
                row: size
                for row, size in sizes.items()
                if row <= index and (row == index or last.get(row, -1) >= index)
            }
            count = sum(alive.values())
            if best is None or count > best[0]:
                best = count, index, {row: size for row, size in alive.items() if row >= 0}
        return best


def _numbers(shapes: Iterable[tuple[object, ...] | None]) -> int | None:
    """How many numbers one sample's tensors hold; None where a size is not known."""
    total = 0
    for shape in shapes:
        if shape is None:
            return None
        sizes = [known(dim) for dim in shape[1:]]  # type: ignore[arg-type]
        if None in sizes:
            return None
        total += prod(size or 0 for size in sizes)
    return total
