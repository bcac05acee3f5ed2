"""What several rules ask of a model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnnlint.api import Related, bounds

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cnnlint.api import Dim, Layer, Model

LINEAR_KINDS = frozenset({"convolution", "dense"})
ALIASES = {
    "axis": "dim",
    "dilation_rate": "dilation",
    "filters": "out_channels",
    "rate": "p",
    "strides": "stride",
    "units": "out_features",
    "use_bias": "bias",
}
"""PyTorch's names for the constructor's arguments."""

RESHAPING = frozenset({"flatten", "reshape", "view", "permute", "transpose", "squeeze", "unsqueeze", "contiguous"})
"""Functions that only rearrange values."""


def known(dim: Dim | None) -> int | None:
    """The number, or None for one that is symbolic or not known."""
    return dim if isinstance(dim, int) else None


def at_least(dim: Dim | None) -> int:
    """A number that the size is certainly not below."""
    if dim is None:
        return 0
    return bounds(dim)[0] or 0


def setting(layer: Layer, key: str) -> Any:
    """A value from the layer's constructor, by Keras's name for it; None where it was not given or is not known."""
    return layer.config.get(key, layer.config.get(ALIASES.get(key, key)))


def sizes(layer: Layer, key: str) -> tuple[int, ...]:
    """A size per axis, such as the kernel's; empty where not all are known numbers."""
    value = setting(layer, key)
    if isinstance(value, int) and not isinstance(value, bool):
        return (value,) * max(1, spatial_rank(layer))
    if isinstance(value, tuple) and all(isinstance(size, int) for size in value):
        return value
    return ()


def spatial_rank(layer: Layer) -> int:
    """How many axes the layer slides over: 2 for images."""
    for digit in "123":
        if digit + "d" in layer.type.lower():
            return int(digit)
    return 0


def is_convolution(layer: Layer) -> bool:
    """A convolution that looks at an image, a transposed one aside."""
    return layer.kind == "convolution" and "transpose" not in layer.type.lower()


def activation(layer: Layer) -> str | None:
    """The lower-case name of the function that the layer ends in; None for a linear one, `?` where it is not known."""
    if layer.kind == "activation":
        named = setting(layer, "activation")
        name = named if isinstance(named, str) else layer.type
    elif "activation" not in layer.config:
        return None
    else:
        value = layer.config["activation"]
        if value is None:
            return None
        name = value if isinstance(value, str) else "?"
    name = name.lower().replace("_", "")
    return None if name in {"linear", "identity"} else name


class Graph:
    """The rows of a model that hold no others, and which feeds which; `None` where that is not known."""

    def __init__(self, model: Model) -> None:
        self.layers = model.layers
        self.leaves = tuple(leaves(model))
        self._fed: dict[int, list[int]] = {index: [] for index in self.leaves}
        for index in self.leaves:
            for source in self.sources(index) or ():
                self._fed.setdefault(source, []).append(index)
        self.complete = all(self.sources(index) is not None for index in self.leaves)
        """Whether it is known of every row where its input comes from."""

    def sources(self, index: int) -> tuple[int, ...] | None:
        """The rows that feed a row; none for one that takes the model's input."""
        return None if self.layers[index].via is None else self.layers[index].inputs_from

    def targets(self, index: int) -> list[int]:
        """The rows that a row feeds, as far as known."""
        return self._fed[index]

    def only_source(self, index: int, through: frozenset[str] = frozenset()) -> int | None:
        """The one row that feeds a row and nothing else, with at most the functions of `through` in between."""
        via, sources = self.layers[index].via, self.sources(index)
        if via is None or sources is None or len(sources) != 1 or not through.issuperset(via):
            return None
        (source,) = sources
        return source if self.complete and self.targets(source) == [index] else None

    def pairs(self, through: frozenset[str] = frozenset()) -> Iterator[tuple[Layer, Layer]]:
        """Neighbours: a row and the only one that it feeds, which takes nothing else."""
        for index in self.leaves:
            source = self.only_source(index, through)
            if source is not None:
                yield self.layers[source], self.layers[index]


def leaves(model: Model) -> Iterator[int]:
    """The indexes of the rows that hold no others, in the order of execution."""
    for index, layer in enumerate(model.layers):
        following = model.layers[index + 1 : index + 2]
        if not following or following[0].depth <= layer.depth:
            yield index


def holders(model: Model, attribute: str, count: int = 3) -> list[tuple[Layer, int]]:
    """The rows with the largest known values of `params`, `trainable` or `macs`, the largest first."""
    found = [(model.layers[index], known(getattr(model.layers[index], attribute))) for index in leaves(model)]
    numbers = [(layer, number) for layer, number in found if number]
    return sorted(numbers, key=lambda item: -item[1])[:count]


def built(layer: Layer) -> tuple[Related, ...]:
    """Where the layer was built, for a finding placed where it is applied, unless both are in the same row."""
    built_at, place = layer.built_at, layer.place
    if built_at is None or (built_at.filename, built_at.row) == (place.filename, place.row):
        return ()
    return (Related(f"`{layer.name}` is built here", built_at),)
