"""What the budget rules share: the comparison, which layers hold most, and what would save."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING

from cnnlint.api import Related, Rule, short_bytes, short_count, short_share, weight_bytes

from ._shared import Graph, at_least, holders, is_convolution, known, leaves, setting, sizes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from cnnlint.api import Context, Dim, Finding, Layer, Model, Place


@dataclass(frozen=True)
class Cost:
    """What a model costs, at the least where not all of it is known, and the rows that cost most."""

    number: int
    exact: bool
    holders: list[tuple[Layer, int]]


def total(model: Model, whole: Dim | None, attribute: str) -> Cost:
    """The model's own figure, or at least what its understood rows add up to."""
    largest = holders(model, attribute)
    if isinstance(whole, int):
        return Cost(whole, True, largest)
    rows = sum(at_least(getattr(model.layers[index], attribute)) for index in leaves(model))
    return Cost(max(at_least(whole), rows), False, largest)


class BudgetRule(Rule):
    """A rule that compares one figure of a model with a limit of its budget."""

    severity = "error"
    since = "0.1.0"

    def exceeded(
        self,
        model: Model,
        context: Context,
        cost: Cost,
        limit: int,
        *,
        unit: str,
        show: Callable[[int], str] = short_count,
        help: str | None = None,  # noqa: A002 - the word that the reader sees
        notes: tuple[str, ...] = (),
    ) -> Finding:
        """The finding for a figure above its limit."""
        over = cost.number - limit
        least = "" if cost.exact else "at least "
        excess = f"{show(over)} ({short_share(over / limit)})" if limit else show(over)
        return self.finding(
            f"`{model.name}` {unit.format(least + show(cost.number))}, {excess} over the budget of {show(limit)}",
            model.place,
            related=tuple(
                Related(f"`{layer.name}` has {show(number)}", place)
                for layer, number in cost.holders[:1]
                if (place := home(layer)) != model.place
            ),
            help=help,
            notes=(*held_by(cost, show), *notes, *stated(context)),
            model=model.name,
            expected=str(limit),
            actual=str(cost.number),
        )


def home(layer: Layer) -> Place:
    """Where one would change the layer."""
    return layer.built_at or layer.place


def held_by(cost: Cost, show: Callable[[int], str]) -> Iterator[str]:
    """The rows that hold most, in words."""
    parts = [
        f"`{layer.name}` {show(number)}" + (f" ({short_share(number / cost.number)})" if cost.exact else "")
        for layer, number in cost.holders
    ]
    if parts:
        yield f"most of it is in {', '.join(parts)}"


def stated(context: Context) -> Iterator[str]:
    """Where the budget stands."""
    if context.budget.source:
        yield f"the budget comes from {context.budget.source}"


def rows_by_size(model: Model) -> list[tuple[Layer, int]]:
    """The rows with how many numbers one sample's outputs hold, the largest first; inputs and what is open left out."""
    rows = [model.layers[index] for index in leaves(model) if model.layers[index].kind != "input"]
    return sorted(((layer, size) for layer in rows if (size := _numbers(layer))), key=lambda item: -item[1])


def _numbers(layer: Layer) -> int:
    """How many numbers one sample's outputs hold; 0 where that is not known."""
    shapes = [[known(dim) for dim in shape[1:]] for shape in layer.outputs if shape is not None]
    return sum(prod(dim or 0 for dim in shape) for shape in shapes)


def smaller_map(cost: Cost) -> str | None:
    """What a stride saves in the largest map."""
    if not cost.holders:
        return None
    layer, number = cost.holders[0]
    saved = number - number // 4
    return f"a stride of 2 in or before `{layer.name}` quarters its map, which saves {short_bytes(saved)}"


def fewer_parameters(model: Model, dtype: str | None = None) -> str | None:
    """The one change among the usual ones that saves most parameters, with its number, and their size as `dtype`."""
    savings = [*_pooled(model), *_separable(model)]
    if not savings:
        return None
    saved, change = max(savings)
    size = "" if dtype is None else f", {short_bytes(weight_bytes(saved, dtype))}"
    return f"{change} saves {short_count(saved)} parameters{size}"


def _pooled(model: Model) -> Iterator[tuple[int, str]]:
    """Global pooling in place of a flatten: a dense layer then has a weight per channel, not per pixel and channel."""
    graph = Graph(model)
    for source, layer in graph.pairs():
        if source.kind != "flatten" or layer.kind != "dense" or not source.inputs or source.inputs[0] is None:
            continue
        size = [known(dim) for dim in source.inputs[0][1:]]
        units = known(setting(layer, "units"))
        if len(size) < 2 or units is None or None in size:
            continue
        features = prod(dim or 0 for dim in size)
        channels = (size[0] if model.framework == "torch" else size[-1]) or 0
        saved = (features - channels) * units
        if saved > 0:
            yield saved, f"global pooling in place of the flatten before `{layer.name}`"


def _separable(model: Model) -> Iterator[tuple[int, str]]:
    """A depthwise and a pointwise convolution in place of a full one."""
    for layer, count in holders(model, "params", len(model.layers)):
        shape = full_kernel(layer, count)
        if shape is not None:
            window, inputs, outputs = shape
            saved = window * inputs * outputs - (window * inputs + inputs * outputs)
            if saved > 0:
                yield saved, f"a depthwise-separable convolution in place of `{layer.name}`"


def full_kernel(layer: Layer, params: int) -> tuple[int, int, int] | None:
    """Window, input and output channels of a convolution that is not grouped and looks at more than a point."""
    window, outputs = prod(sizes(layer, "kernel_size")), known(setting(layer, "filters"))
    groups = setting(layer, "groups")
    if not is_convolution(layer) or "separable" in layer.type.lower() or "depthwise" in layer.type.lower():
        return None
    if groups not in (None, 1) or window < 2 or not outputs:
        return None
    for bias in (outputs, 0):
        inputs, rest = divmod(params - bias, window * outputs)
        if inputs > 0 and not rest:
            return window, inputs, outputs
    return None
