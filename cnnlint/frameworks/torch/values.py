"""The contents of small tensors, rounded as PyTorch stores them.

Elements are kept flat, in row-major order. Which tensors share memory is remembered, so that writing into one makes the
others' contents unknown.
"""

from __future__ import annotations

import struct
from math import prod
from typing import TYPE_CHECKING, Any, TypeAlias

from cnnlint.engine.dimension import Expr
from cnnlint.frameworks.torch.core import result
from cnnlint.interpreter.values import ListValue, Tensor, Weight

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from cnnlint.engine.shape import Shape
    from cnnlint.interpreter.machine import Machine
    from cnnlint.interpreter.values import Value

LIMIT = 1024
"""Tensors with more elements are not followed."""

LABELS = ("range", "classes")
"""Facts of arrays of whole numbers: `(low, high)`, both inclusive, and how many different ones there are."""

Values: TypeAlias = "tuple[Any, ...]"

INTEGER_BITS = {"uint8": 8, "int8": 8, "int16": 16, "int32": 32, "int64": 64, "uint16": 16, "uint32": 32, "uint64": 64}
PACKED = {"float32": "f", "float16": "e"}


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
        if dtype in INTEGER_BITS:
            return tuple(_integer(value, dtype) for value in found)
    except (TypeError, ValueError, ArithmeticError, struct.error):
        return None
    return None


def _truth(value: Any) -> bool:
    if isinstance(value, Expr):
        raise TypeError
    return bool(value)


def _integer(value: Any, dtype: str) -> Any:
    if isinstance(value, Expr):
        return value
    bits = INTEGER_BITS[dtype]
    number = int(value) % (1 << bits)
    return number - (1 << bits) if dtype[0] == "i" and number >> (bits - 1) else number


def count(shape: Shape | None) -> int | None:
    """The number of elements if it is a number and small enough to be followed."""
    if shape is None:
        return None
    total = prod(dim if isinstance(dim, int) else LIMIT + 1 for dim in shape)
    return total if total <= LIMIT and all(isinstance(dim, int) for dim in shape) else None


def holding(shape: Shape | None, dtype: str | None, values: Iterable[Any] | None) -> Tensor:
    """A new tensor with these elements, where they are few enough to be followed."""
    made = result(shape, dtype)
    if values is not None and (size := count(shape)) is not None:
        found = rounded(values, dtype)
        if found is not None and len(found) == size:
            made.values = found
    return made


def labelled(made: Tensor, source: Tensor) -> Tensor:
    """The same tensor, which has the range and the number of classes that are known of an array's labels."""
    made.facts |= {name: source.facts[name] for name in LABELS if name in source.facts}
    return made


def known(tensor: Value) -> Values | None:
    """The elements of a tensor, None where they are not known."""
    return tensor.values if isinstance(tensor, Tensor) else None


def shared(view: Tensor, base: Tensor) -> Tensor:
    """The same view, remembered to share the memory of `base`."""
    if (view.values is not None or "range" in view.facts) and view is not base:
        sharing = base.facts.setdefault("sharing", [base])
        sharing.append(view)
        view.facts["sharing"] = sharing
    return view


def written(machine: Machine, tensor: Tensor, values: Values | None) -> None:
    """Record that a tensor's elements were overwritten in place: what shares its memory is not known any more."""
    filled(machine, tensor)
    if "range" in tensor.facts:
        machine.touch(tensor)
        del tensor.facts["range"]
    for other in (tensor, *tensor.facts.get("sharing", ())):
        if "range" in other.facts:
            machine.touch(other)
            for name in LABELS:
                other.facts.pop(name, None)
    if tensor.values is None and values is None:
        return
    for other in tensor.facts.get("sharing", ()):
        if other is not tensor and other.values is not None:
            machine.touch(other)
            other.values = None
    machine.touch(tensor)
    tensor.values = rounded(values, tensor.dtype) if values is not None else None


CONSTANT = "constant"
"""The fact that holds the one number that all elements of a weight start with."""


def filled(machine: Machine, tensor: Value, value: Value = None) -> None:
    """Note the number that a weight, or its `data`, is filled with; None for different ones."""
    if isinstance(tensor, Tensor) and not isinstance(tensor, Weight):
        origin = tensor.facts.get("origin")
        tensor = origin[1][0] if isinstance(origin, tuple) and origin[0] in SAME_MEMORY and origin[1] else None
    plain = isinstance(value, (int, float)) and not isinstance(value, bool) and not machine.uncertain
    if isinstance(tensor, Weight) and (plain or CONSTANT in tensor.facts):
        machine.touch(tensor)
        tensor.facts[CONSTANT] = value if plain else None


SAME_MEMORY = frozenset({"data", "detach", "detach_"})
"""Functions that give a tensor's own elements."""


def elementwise(
    function: Callable[..., Any], shape: Shape, dtype: str | None, operands: Sequence[Value], compute: str | None
) -> Tensor:
    """`function` over tensors and scalars that broadcast to `shape`, their elements first converted to `compute`."""
    made = result(shape, dtype)
    size = count(shape)
    if size is None or dtype is None:
        return made
    columns = []
    for operand in operands:
        column = spread(operand, shape, size)
        converted = None if column is None else rounded(column, compute)
        if converted is None:
            return made
        columns.append(converted)
    try:
        made.values = rounded(map(function, *columns), dtype)
    except (TypeError, ValueError, ArithmeticError):
        made.values = None
    return made


def spread(operand: Value, shape: Shape, size: int) -> Values | None:
    """The elements of a tensor or scalar broadcast to a shape of `size` elements."""
    if isinstance(operand, (bool, int, float, complex, Expr)):
        return (operand,) * size
    values = known(operand)
    if values is None:
        return None
    if len(values) == 1:
        return values * size
    if operand.shape == shape:
        return values
    own = (1,) * (len(shape) - len(operand.shape)) + operand.shape
    return tuple(values[index] for index in indexes(shape, [0 if dim == 1 else step for dim, step in steps(own)]))


def steps(shape: Shape) -> list[tuple[int, int]]:
    """Each axis's size with the distance of its neighbours in row-major order."""
    pairs: list[tuple[int, int]] = []
    distance = 1
    for dim in reversed(shape):
        assert isinstance(dim, int)
        pairs.append((dim, distance))
        distance *= dim
    return pairs[::-1]


def strides(shape: Shape) -> list[int]:
    """The distance of neighbours along each axis."""
    return [step for _, step in steps(shape)]


def indexes(shape: Shape, distances: Sequence[int], start: int = 0) -> list[int]:
    """The flat positions of a strided view of that shape, in its row-major order."""
    found = [start]
    for dim, step in zip(shape, distances, strict=True):
        assert isinstance(dim, int)
        found = [base + step * turn for base in found for turn in range(dim)]
    return found


def permuted(tensor: Tensor, order: Sequence[int]) -> Values | None:
    """The elements after the axes were put into another order."""
    values = known(tensor)
    if values is None or tensor.shape is None:
        return None
    distances = strides(tensor.shape)
    shape = tuple(tensor.shape[axis] for axis in order)
    return tuple(values[index] for index in indexes(shape, [distances[axis] for axis in order]))


def nested(values: Values, shape: Shape) -> Value:
    """The elements as nested lists; the single one of a tensor without axes."""
    if not shape:
        return values[0]
    step = len(values) // shape[0] if isinstance(shape[0], int) and shape[0] else 0
    return ListValue(nested(values[turn * step : (turn + 1) * step], shape[1:]) for turn in range(int(str(shape[0]))))
