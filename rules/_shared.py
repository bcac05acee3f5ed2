"""What several rules ask of a model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cnnlint.api import Related, bounds

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

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

POOLS = frozenset(
    f"{name}_pool{rank}d" for name in ("avg", "max", "adaptive_avg", "adaptive_max") for rank in (1, 2, 3)
)
DROPOUTS = frozenset({"dropout", "dropout1d", "dropout2d", "dropout3d"})
PLAIN = (
    RESHAPING
    | POOLS
    | DROPOUTS
    | frozenset(
        {
            *("celu", "elu", "gelu", "hardsigmoid", "hardswish", "hardtanh", "leaky_relu", "log_softmax", "mean"),
            *("mish", "pad", "prelu", "relu", "relu6", "rrelu", "sigmoid", "silu", "softmax", "softplus", "tanh"),
        }
    )
)
"""Functions that neither normalize nor join branches."""


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


def is_depthwise(layer: Layer) -> bool:
    """A convolution of each channel on its own."""
    groups, filters = setting(layer, "groups"), setting(layer, "filters")
    return "depthwise" in layer.type.lower() or (isinstance(groups, int) and groups > 1 and groups == filters)


def is_pooled(layer: Layer) -> bool:
    """Whether the row is a pooling, or takes what a pooling function gives."""
    return layer.kind == "pooling" or not POOLS.isdisjoint(layer.via or ())


def shown(numbers: Iterable[int]) -> str:
    """A size per axis in words: `3`, or `3 x 5`."""
    given = tuple(numbers)
    return str(given[0]) if len(set(given)) == 1 else " x ".join(map(str, given))


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

    def behind(self, index: int, passed: frozenset[str], through: frozenset[str] = frozenset()) -> int | None:
        """The nearest row before one on a plain path, those of the kinds in `passed` left out."""
        source = self.only_source(index, through)
        while source is not None and self.layers[source].kind in passed:
            source = self.only_source(source, through)
        return source

    def chains(self, through: frozenset[str] = PLAIN) -> list[list[int]]:
        """The plain paths: rows of which each feeds the next one and nothing else."""
        following = {source: index for index in self.leaves if (source := self.only_source(index, through)) is not None}
        fed = set(following.values())
        found = []
        for start in self.leaves:
            if start not in fed:
                chain = [start]
                while chain[-1] in following:
                    chain.append(following[chain[-1]])
                found.append(chain)
        return found

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


PROBABLE = frozenset({"softmax", "logsoftmax", "sigmoid", "log_softmax"})
"""Activations whose results are probabilities, or the logarithms of such."""


@dataclass(frozen=True)
class Head:
    """How a model ends: its last layer with weights of its own, the rows behind it, the functions in between.

    `classifies`: it is a dense layer, and a plain path leads to it from a convolution through something that gives up
    the map's axes. `probabilities`: an activation behind it, or its own, makes probabilities.
    """

    last: Layer
    after: tuple[Layer, ...]
    functions: tuple[str, ...]
    classifies: bool
    probabilities: bool


def head_of(model: Model) -> Head | None:
    """The end of a model with one output; None where it is not known, or no dense layer or convolution."""
    graph = Graph(model)
    if not graph.complete or model.outputs_via is None or len(model.outputs_from) != 1:
        return None
    functions = list(model.outputs_via)
    index: int | None = model.outputs_from[0]
    after: list[Layer] = []
    if index not in graph.leaves or graph.targets(index):
        return None
    while index is not None and graph.layers[index].kind in ENDING:
        after.insert(0, graph.layers[index])
        functions[:0] = graph.layers[index].via or ()
        index = graph.only_source(index, PLAIN)
    if index is None or graph.layers[index].kind not in LINEAR_KINDS or not PLAIN.issuperset(functions):
        return None
    last = graph.layers[index]
    ends = {activation(last), *functions, *(activation(layer) for layer in after)}
    return Head(last, tuple(after), tuple(functions), _classifies(graph, index), not PROBABLE.isdisjoint(ends))


ENDING = frozenset({"activation", "dropout", "normalization", "flatten", "reshape"})
"""Kinds of layers that may stand behind the last one with weights of its own."""


def _classifies(graph: Graph, index: int) -> bool:
    """Whether a dense layer comes, on a plain path, behind a convolution whose map has lost its axes."""
    if graph.layers[index].kind != "dense":
        return False
    given_up = False
    source: int | None = index
    while source is not None:
        layer = graph.layers[source]
        given_up = given_up or layer.kind in {"flatten", "global-pooling"} or not GIVING_UP.isdisjoint(layer.via or ())
        if is_convolution(layer):
            return given_up
        source = graph.only_source(source, PLAIN)
    return False


GIVING_UP = frozenset({"flatten", "view", "reshape", "mean"})
"""Functions that may give up the axes of a map."""
