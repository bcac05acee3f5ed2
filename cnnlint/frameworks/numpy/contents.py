"""The elements of small arrays: flat, in row-major order, rounded as NumPy stores them.

Which arrays share memory is remembered (`facts["sharing"]`), so that writing into one makes the others' elements
unknown.
"""

from __future__ import annotations

import struct
from math import prod
from typing import TYPE_CHECKING, Any, TypeAlias

from cnnlint.engine.dimension import Expr
from cnnlint.interpreter.values import ListValue, Tensor

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from cnnlint.engine.shape import Shape
    from cnnlint.interpreter.machine import Machine
    from cnnlint.interpreter.values import Value

MAX_SHARING = 128
"""Views of one array beyond this number are not followed."""
LIMIT = 4096
"""The elements of larger arrays are not followed."""

Values: TypeAlias = "tuple[Any, ...]"

BITS = {"uint8": 8, "int8": 8, "int16": 16, "int32": 32, "int64": 64, "uint16": 16, "uint32": 32, "uint64": 64}
PACKED = {"float32": "f", "float16": "e"}
TEXTS = ("str", "object")


def rounded(values: Iterable[Any], dtype: str | None) -> Values | None:
    """The values as elements of that type; None where one of them cannot be told."""
    found = tuple(values)
    try:
        if dtype in PACKED:
            layout = f"{len(found)}{PACKED[dtype]}"
            return struct.unpack(layout, struct.pack(layout, *found))
        if dtype == "float64":
            return tuple(map(float, found))
        if dtype == "bool":
            return tuple(map(_truth, found))
        if dtype in BITS:
            return tuple(_integer(value, dtype) for value in found)
        if dtype in TEXTS and all(isinstance(value, str) for value in found):
            return found
    except (TypeError, ValueError, ArithmeticError, struct.error):
        return None
    return None


def _truth(value: Any) -> bool:
    if isinstance(value, (Expr, str)):
        raise TypeError
    return bool(value)


def _integer(value: Any, dtype: str) -> Any:
    if isinstance(value, Expr):
        return value
    bits = BITS[dtype]
    number = int(value) % (1 << bits)
    return number - (1 << bits) if dtype[0] == "i" and number >> (bits - 1) else number


def count(shape: Shape | None) -> int | None:
    """The number of elements if all sizes are known."""
    if shape is None or not all(isinstance(dim, int) for dim in shape):
        return None
    return prod(dim for dim in shape if isinstance(dim, int))


def strides(shape: Shape) -> list[int]:
    """The distance of neighbours along each axis of an array whose sizes are known."""
    found: list[int] = []
    distance = 1
    for dim in reversed(shape):
        assert isinstance(dim, int)
        found.append(distance)
        distance *= dim
    return found[::-1]


def positions(shape: Shape, distances: Sequence[int], start: int = 0) -> list[int]:
    """The flat positions that a strided view of that shape shows, in its row-major order."""
    found = [start]
    for dim, step in zip(shape, distances, strict=True):
        assert isinstance(dim, int)
        found = [base + step * turn for base in found for turn in range(dim)]
    return found


def permuted(x: Tensor, order: Sequence[int]) -> Values | None:
    """The elements after the axes were put into another order."""
    if x.values is None or x.shape is None:
        return None
    distances = strides(x.shape)
    shape = tuple(x.shape[axis] for axis in order)
    return tuple(x.values[index] for index in positions(shape, [distances[axis] for axis in order]))


def picked(x: Tensor, axis: int, places: Sequence[int]) -> Values | None:
    """The elements after an axis was replaced by some places along it."""
    if x.values is None or x.shape is None:
        return None
    size = x.shape[axis]
    assert isinstance(size, int)
    inner = strides(x.shape)[axis]
    values = x.values
    blocks = range(0, len(values), inner * size) if values else ()
    return tuple(value for start in blocks for place in places for value in values[start + place * inner :][:inner])


def lanes(x: Tensor, axis: int) -> list[Values] | None:
    """The elements along an axis for each place of the other axes, in their row-major order."""
    if x.values is None or x.shape is None or not x.values:
        return None
    size = x.shape[axis]
    assert isinstance(size, int)
    inner = strides(x.shape)[axis]
    return [
        x.values[start + offset : start + inner * size : inner]
        for start in range(0, len(x.values), inner * size)
        for offset in range(inner)
    ]


def joined(parts: Sequence[Tensor], axis: int) -> Values | None:
    """The elements of arrays put one after the other along an axis."""
    rows: list[list[Values]] = []
    for part in parts:
        if part.values is None or part.shape is None or not part.values:
            return None
        size = part.shape[axis]
        assert isinstance(size, int)
        step = strides(part.shape)[axis] * size
        rows.append([part.values[start : start + step] for start in range(0, len(part.values), step)])
    return tuple(value for blocks in zip(*rows, strict=True) for block in blocks for value in block)


def spread(x: Tensor, shape: Shape) -> Values | None:
    """The elements broadcast to a larger shape."""
    if x.values is None or x.shape is None:
        return None
    size = count(shape)
    if size is None or size > LIMIT:
        return None
    if len(x.values) == 1:
        return x.values * size
    if x.shape == shape:
        return x.values
    own = (1,) * (len(shape) - len(x.shape)) + x.shape
    distances = [0 if dim == 1 else step for dim, step in zip(own, strides(own), strict=True)]
    return tuple(x.values[index] for index in positions(shape, distances))


def shared(view: Tensor, base: Tensor) -> Tensor:
    """The same view, remembered to share the memory of `base`."""
    if view is not base and (view.values is not None or "range" in view.facts):
        sharing = base.facts.setdefault("sharing", [base])
        if len(sharing) >= MAX_SHARING:
            view.values = None
            view.facts.clear()
            return view
        sharing.append(view)
        view.facts["sharing"] = sharing
    return view


def written(machine: Machine, x: Tensor, new: tuple[int, int] | None = None) -> None:
    """Note that elements of an array were overwritten, by whole numbers of the range `new` if that is known."""
    for other in [x, *x.facts.get("sharing", ())]:
        if other.values is None and "range" not in other.facts:
            continue
        machine.touch(other)
        other.values = None
        other.facts.pop("classes", None)
        old = other.facts.pop("range", None)
        if old is not None and new is not None:
            other.facts["range"] = (min(old[0], new[0]), max(old[1], new[1]))


def nested(values: Values, shape: Shape) -> Value:
    """The elements as nested lists; the single one of an array without axes."""
    if not shape:
        return values[0]
    length = shape[0]
    assert isinstance(length, int)
    step = len(values) // length if length else 0
    return ListValue(nested(values[turn * step : (turn + 1) * step], shape[1:]) for turn in range(length))
