"""The receptive field: how much of the input one value of the last feature map sees.

Along a chain, with `r` the size of the field and `j` the distance in the input between two neighbouring values, both 1
at first, a window of `k` values with stride `s` and dilation `d` gives `r + (k - 1)·d·j` and `j·s`. Where paths meet,
the largest field counts. (Araujo, Norris and Sim, "Computing Receptive Fields of Convolutional Neural Networks",
Distill 2019, doi:10.23915/distill.00021.) Statistics that a normalization takes over a map do not count.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cnnlint.engine.broadcasting import Shape


class Row(Protocol):
    """What has to be known of a layer: see `cnnlint.model.Layer`."""

    @property
    def type(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def depth(self) -> int: ...
    @property
    def config(self) -> Mapping[str, Any]: ...
    @property
    def inputs(self) -> Sequence[Shape | None]: ...
    @property
    def outputs(self) -> Sequence[Shape | None]: ...
    @property
    def inputs_from(self) -> Sequence[int]: ...
    @property
    def via(self) -> Sequence[str] | None: ...


@dataclass(frozen=True, slots=True)
class Field:
    """Size and stride in values of the input, per spatial axis; both are empty for one that is the whole input."""

    size: tuple[int, ...]
    stride: tuple[int, ...]


WHOLE = Field((), ())

POINTWISE_KINDS = frozenset({"activation", "dropout", "normalization", "padding", "rescaling", "input", "merge"})
ENDING_KINDS = frozenset({"global-pooling", "flatten", "attention", "recurrent"})
POINTWISE_TYPES = frozenset({"Identity", "ActivityRegularization", "StochasticDepth"})
MERGING = frozenset(
    {"add", "sub", "mul", "truediv", "div", "multiply", "subtract", "cat", "concat", "concatenate", "stack"}
    | {"maximum", "minimum"}
)
POINTWISE = MERGING | frozenset(
    {"relu", "relu6", "leaky_relu", "prelu", "rrelu", "elu", "selu", "celu", "gelu", "silu", "mish", "softplus"}
    | {"sigmoid", "logsigmoid", "hardsigmoid", "hardswish", "hardtanh", "tanh", "softsign", "clamp", "pad"}
    | {"dropout", "alpha_dropout", "feature_dropout", "dropout1d", "dropout2d", "dropout3d", "batch_norm"}
    | {"neg", "abs", "exp", "log", "sqrt", "square", "pow", "clone", "contiguous"}
)
"""Functions that look at one place of a map (or of several maps) only."""
UNEVEN = ("transpose", "unpool", "fractional")
"""Parts of the names of layers whose windows are not the same everywhere."""
ENDING = frozenset(
    {"flatten", "view", "reshape", "squeeze", "mean", "sum", "amax", "max", "softmax", "log_softmax"}
    | {f"adaptive_{name}_pool{rank}d" for name in ("avg", "max") for rank in (1, 2, 3)}
)
"""Functions behind which a map without spatial axes has seen all of the input."""


def receptive_field(rows: Sequence[Row], outputs_via: Sequence[str] | None = ()) -> Field | None:
    """The field of the feature map that the model ends in, or that it flattens, pools or attends to as a whole.

    `WHOLE` where a map is combined with something that has seen all of the input, such as a gate; None where it is not
    known, or where there are no windows. `outputs_via` are the functions between the last rows and the outputs.
    """
    return _Walk(rows).result(outputs_via)


class _Walk:
    def __init__(self, rows: Sequence[Row]) -> None:
        self.rows = rows
        self.leaves = [
            index
            for index, row in enumerate(rows)
            if index + 1 == len(rows) or rows[index + 1].depth <= row.depth or row.kind == "input"
        ]
        self.fields: dict[int, Field] = {}
        self.ends: list[Field] = []
        self.consumed: set[int] = set()
        self.gated = False
        self.windows = False

    def result(self, outputs_via: Sequence[str] | None) -> Field | None:
        for index in self.leaves:
            field = self.row(self.rows[index])
            if field is None:
                return None
            self.fields[index] = field
        last = [field for index, field in self.fields.items() if index not in self.consumed and field != WHOLE]
        if last and (outputs_via is None or not (POINTWISE | ENDING).issuperset(outputs_via)):
            return None
        ends = [*self.ends, *last]
        if not ends or not self.windows:
            return None
        return WHOLE if self.gated else max(ends, key=lambda field: (field.size, field.stride))

    def row(self, row: Row) -> Field | None:
        """The field of a row's output."""
        field = self.source(row)
        if field is None:
            return None
        if row.kind in ENDING_KINDS and "kernel_size" not in row.config:
            return self.end(field)
        if row.kind in POINTWISE_KINDS or row.type in POINTWISE_TYPES:
            return field
        if row.kind in ("convolution", "pooling"):
            self.windows = True
            return field if field == WHOLE else _windowed(row, field)
        if row.kind == "dense":
            return self.end(field) if _rank(row.inputs) <= 2 else field if "units" in row.config else None
        if row.kind == "embedding":
            return Field((1,), (1,)) if field == WHOLE and _rank(row.inputs) == 2 else None
        if row.kind == "reshape":
            return self.end(field) if field == WHOLE or 0 < _rank(row.outputs) <= 2 else None
        return None

    def end(self, field: Field) -> Field:
        """What follows sees everything."""
        if field != WHOLE:
            self.ends.append(field)
        return WHOLE

    def source(self, row: Row) -> Field | None:
        """The field of what a row is given."""
        if row.kind == "input":
            return _first(_rank(row.outputs))
        if row.via is None:
            return None
        if not row.inputs_from:
            return _first(_rank(row.inputs)) if POINTWISE.issuperset(row.via) else None
        if any(index not in self.fields for index in row.inputs_from):
            return None
        self.consumed.update(row.inputs_from)
        fields = [self.fields[index] for index in row.inputs_from]
        if POINTWISE.issuperset(row.via):
            return self.joined(fields)
        ends = 0 < _rank(row.inputs) <= 2 and (POINTWISE | ENDING).issuperset(row.via)
        if not ends or not MERGING.isdisjoint(row.via):
            return None
        for field in fields:
            self.end(field)
        return WHOLE

    def joined(self, fields: Sequence[Field]) -> Field | None:
        """The field where maps meet: they must have the same axes and lie on the same grid."""
        local = [field for field in fields if field != WHOLE]
        if not local:
            return WHOLE
        if len(local) < len(fields):
            self.gated = True
            return WHOLE
        if len({field.stride for field in local}) > 1:
            return None
        return Field(tuple(map(max, zip(*(field.size for field in local), strict=True))), local[0].stride)


def _rank(shapes: Sequence[Shape | None]) -> int:
    """The number of axes of the first shape, 0 where that is not known."""
    return len(shapes[0]) if shapes and shapes[0] is not None else 0


def _first(rank: int) -> Field | None:
    """The field of the input itself; one without spatial axes is seen as a whole."""
    if not rank:
        return None
    return WHOLE if rank <= 2 else Field((1,) * (rank - 2), (1,) * (rank - 2))


def _windowed(row: Row, field: Field) -> Field | None:
    config, axes = row.config, len(field.size)
    if any(word in row.type.lower() for word in UNEVEN):
        return None
    window = config.get("kernel_size", config.get("pool_size"))
    kernel = _per_axis(window, axes)
    if window is None:
        kernel = _adaptive(row, axes)
    step = config.get("strides", config.get("stride"))
    strides = _per_axis(step, axes) if step is not None else kernel if row.kind == "pooling" else (1,) * axes
    dilations = _per_axis(config.get("dilation_rate", config.get("dilation", 1)), axes)
    if kernel is None or strides is None or dilations is None:
        return None
    rows = zip(field.size, kernel, dilations, field.stride, strict=True)
    return Field(
        tuple(size + (wide - 1) * dilation * distance for size, wide, dilation, distance in rows),
        tuple(distance * stride for distance, stride in zip(field.stride, strides, strict=True)),
    )


def _adaptive(row: Row, axes: int) -> tuple[int, ...] | None:
    """The windows of a pooling to a given size, where they are all alike."""
    if not row.inputs or not row.outputs or row.inputs[0] is None or row.outputs[0] is None:
        return None
    last = row.config.get("data_format") in (None, "channels_first")
    taken = slice(-axes, None) if last else slice(1, 1 + axes)
    pairs = list(zip(row.inputs[0][taken], row.outputs[0][taken], strict=True))
    found = [before // after for before, after in pairs if isinstance(before, int) and isinstance(after, int) and after]
    exact = all(before == after * size for (before, after), size in zip(pairs, found, strict=False))
    return tuple(found) if len(found) == axes and exact else None


def _per_axis(value: Any, axes: int) -> tuple[int, ...] | None:
    """A positive number for each axis; None where not all are known."""
    values = value if isinstance(value, (tuple, list)) else (value,) * axes
    if len(values) == 1:
        values = (values[0],) * axes
    plain = all(isinstance(each, int) and not isinstance(each, bool) and each > 0 for each in values)
    return tuple(values) if plain and len(values) == axes else None
