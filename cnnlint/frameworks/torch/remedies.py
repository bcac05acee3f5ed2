"""What to do where a layer is given other channels or features: often a reshape before it is wrong, not the layer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.engine.dimension import equal, product
from cnnlint.engine.dimension import text as dim_text
from cnnlint.engine.errors import ShapeError
from cnnlint.engine.shape import text as shape_text
from cnnlint.frameworks.torch.provenance import ORIGIN
from cnnlint.interpreter.trace import Application
from cnnlint.interpreter.values import Tensor

if TYPE_CHECKING:
    from types import TracebackType

    from cnnlint.engine.dimension import Dim
    from cnnlint.engine.shape import Shape

KINDS = frozenset({"channel-mismatch", "norm-mismatch", "feature-mismatch"})
RESHAPES = frozenset({"view", "reshape", "unflatten", "Unflatten"})
FLATTENINGS = frozenset({"view", "reshape", "flatten", "Flatten"})
MOST_LAYERS = 8
"""Layers and functions that are looked through for a reshape."""


class Remedied:
    """Adds to a mismatch that is raised inside what may be done besides building the layer for another number.

    `axis` is where the layer looks for its channels or features, 1 or -1, in an input of that `rank`.
    """

    __slots__ = ("axis", "found", "rank")

    def __init__(self, found: Tensor, axis: int, rank: int | None = None) -> None:
        self.found = found
        self.axis = axis
        self.rank = rank

    def __enter__(self) -> None: ...

    def __exit__(self, kind: object, error: BaseException | None, trace: TracebackType | None) -> None:
        if not isinstance(error, ShapeError) or error.kind not in KINDS or error.help is not None:
            return
        shape, expected = self.found.shape, _number(error.expected)
        if shape is None or expected is None or len(shape) < 2 or self.rank not in (None, len(shape)):
            return
        error.help = mixed_rows(self.found) or _turned(shape, expected, self.axis)
        error.help = error.help or _reshaped(self.found, expected, self.axis)
        if error.help is None and self.axis == -1:
            error.notes += _flattened(self.found)


def _number(text: str | None) -> int | None:
    text = (text or "").removeprefix("(").removesuffix(",)")
    return int(text) if text.isdecimal() else None


def made_by(found: Tensor) -> tuple[str, Tensor] | None:
    """The function or layer that made a tensor, and the one tensor that it was given."""
    origin = found.facts.get(ORIGIN)
    if isinstance(origin, Application):
        name, sources = origin.instance.cls.name, origin.args
    elif isinstance(origin, tuple):
        name, sources = origin
    else:
        return None
    if len(sources) != 1 or not isinstance(sources[0], Tensor) or sources[0].shape is None:
        return None
    return name, sources[0]


def mixed_rows(found: Tensor) -> str | None:
    """What to do where a reshape just before made other rows than one of each sample: `x.view(-1, 800)`."""
    made = made_by(found)
    if made is None or made[0] not in ("view", "reshape"):
        return None
    before, after = made[1].shape, found.shape
    if before is None or after is None or len(before) < 3 or len(after) != 2 or equal(before[0], after[0]) is not False:
        return None
    many = f"{dim_text(after[0])} rows of {dim_text(before[0])} samples"
    return f"the reshape before it makes {many}: `flatten(1)` makes a row of {dim_text(product(before[1:]))} of each"


def _turned(shape: Shape, expected: int, axis: int) -> str | None:
    """What to do where the channels are there, on another axis than the one on which the layer looks for them."""
    rank = len(shape)
    if rank < 3 or shape[1] == shape[-1]:
        return None
    if axis == 1 and shape[-1] == expected:
        order, where = (0, rank - 1, *range(1, rank - 1)), "last axis"
    elif axis == -1 and shape[1] == expected:
        order, where = (0, *range(2, rank), 1), "axis 1"
    else:
        return None
    there = f"the {where} of the input {shape_text(shape)} holds {expected}".replace("the axis", "axis")
    moved = f"`permute({', '.join(map(str, order))})` puts it where the layer looks"
    return f"{there}: {moved}; else build the layer for {dim_text(shape[axis])}"


def _reshaped(found: Tensor, expected: int, axis: int) -> str | None:
    """What to do where a reshape made the channels and could as well have made those that the layer takes."""
    for _ in range(MOST_LAYERS):
        made = made_by(found)
        if made is None:
            return None
        name, source = made
        before, after = source.shape, found.shape
        if before is None or after is None:
            return None
        if name in RESHAPES:
            return _either(name, before, after, expected, axis)
        if before != after:
            return None
        found = source
    return None


def _either(name: str, before: Shape, after: Shape, expected: int, axis: int) -> str | None:
    """A sample's numbers have to go into the other channels, and the reshape must have made those that are there."""
    kept = len(before) > 2 and equal(before[axis], after[axis]) is True
    if len(after) < 3 or kept:
        return None
    numbers = product(before[1:]) if equal(before[0], after[0]) is not False else product(before)
    if not isinstance(numbers, int) or expected < 1 or numbers % expected:
        return None
    return (
        f"the `{name}` before it makes {shape_text(after)} of {shape_text(before)}: "
        f"let it make {expected} there, or build the layer for {dim_text(after[axis])}"
    )


def _flattened(found: Tensor) -> tuple[str, ...]:
    """How the features come about where maps were flattened just before: what to write in a product."""
    made = made_by(found)
    if made is None or made[0] not in FLATTENINGS or found.shape is None:
        return ()
    sizes: tuple[Dim, ...] = (made[1].shape or ())[1:]
    if len(found.shape) != 2 or len(sizes) < 2 or equal(product(sizes), found.shape[1]) is not True:
        return ()
    if not all(isinstance(size, int) for size in sizes) or sum(size != 1 for size in sizes) < 2:
        return ()
    return (f"{dim_text(found.shape[1])} is {' * '.join(map(dim_text, sizes))}, flattened",)
