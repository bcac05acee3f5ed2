"""`x[...]` and the functions that pick elements: gather, index_select, take, scatter, diagonal, topk, sort."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.engine import shape as shapes
from cnnlint.engine.constraints import clash, short_of
from cnnlint.engine.dimension import Dim, Expr, equal, unknown_dim
from cnnlint.engine.dimension import text as dim_text
from cnnlint.engine.errors import ShapeError, Undetermined
from cnnlint.frameworks.coerce import dim as dimension
from cnnlint.frameworks.coerce import integer, shape_of, tensor
from cnnlint.frameworks.torch.core import result
from cnnlint.frameworks.torch.creation import from_data
from cnnlint.frameworks.torch.joining import unbound
from cnnlint.frameworks.torch.operation import operation
from cnnlint.frameworks.torch.reshaping import viewed
from cnnlint.frameworks.torch.values import indexes, strides, written
from cnnlint.interpreter.values import ListValue, Tensor, Unknown

if TYPE_CHECKING:
    from cnnlint.engine.shape import Shape
    from cnnlint.interpreter.machine import Machine
    from cnnlint.interpreter.values import Value

MASKS = ("bool", "uint8")


@operation("Tensor.__getitem__")
def get_item(machine: Machine, input: Value, index: Value) -> Tensor:
    x = tensor(input)
    entries = _entries(machine, index)
    if x.shape is None:
        if all(isinstance(each, (bool, slice)) or each is None or each is Ellipsis for each in entries):
            return result(None, like=x)
        raise Undetermined("the shape of the indexed tensor is not known")
    return _Indexing(x).run(entries)


def _entries(machine: Machine, index: Value) -> list[Value]:
    """The entries of an index, lists as tensors. An unknown entry may be a number, a slice or a tensor."""
    entries = list(index) if isinstance(index, tuple) else [index]
    found: list[Value] = []
    for each in entries:
        if isinstance(each, (ListValue, tuple)):
            each = from_data(machine, each, None)  # noqa: PLW2901
        elif isinstance(each, Unknown) and each.symbol:
            each = dimension(each)  # noqa: PLW2901
        elif isinstance(each, Unknown):
            raise Undetermined(each.reason)
        found.append(each)
    return found


class _Indexing:
    """One `x[...]`: axes are consumed from the front, `place` and `steps` follow known elements along."""

    def __init__(self, x: Tensor) -> None:
        assert x.shape is not None
        self.x = x
        self.shape = x.shape
        self.axis = 0
        self.kept: list[Dim | None] = []
        """Sizes of the result so far; None stands where an index tensor was."""
        self.picked: list[Shape] = []
        self.place = 0
        self.distances: list[int] | None = strides(x.shape) if x.values is not None else None
        self.steps: list[int] = []

    def run(self, entries: list[Value]) -> Tensor:
        """The indexed tensor. Raises ShapeError `size-mismatch` out of range, `bad-argument`."""
        needed = sum(_consumed(each) for each in entries)
        if needed > len(self.shape):
            raise ShapeError(
                "rank-mismatch",
                f"{needed} indices for {shapes.text(self.shape)} with {len(self.shape)} dimensions",
                expected=str(len(self.shape)),
                actual=str(needed),
                exception="IndexError",
            )
        if not any(each is Ellipsis for each in entries):
            entries = [*entries, Ellipsis]
        for each in entries:
            if each is Ellipsis:
                for _ in range(len(self.shape) - needed):
                    self.slice(slice(None))
            else:
                self.entry(each)
        return self.done()

    def entry(self, each: Value) -> None:
        """Take one entry of the index."""
        if each is None:
            self.kept.append(1)
            self.steps.append(0)
        elif isinstance(each, bool):
            self.pick((int(each),), 0)
        elif isinstance(each, slice):
            self.slice(each)
        elif isinstance(each, Tensor):
            self.array(each)
        elif isinstance(each, (int, Expr)):
            self.number(each)
        else:
            raise Undetermined("an index is not understood")

    def number(self, index: Dim | None) -> None:
        """Take one place of the axis; None is one that is not known."""
        size = self.shape[self.axis]
        if index is not None and _outside(index, size):
            raise _out_of_range(index, self.axis, size, self.shape)
        if self.distances is not None:
            if isinstance(index, int) and isinstance(size, int):
                self.place += (index % size) * self.distances[self.axis]
            else:
                self.distances = None
        self.axis += 1

    def slice(self, part: slice) -> None:
        """Keep a part of the axis."""
        size = self.shape[self.axis]
        start, stop, step = (
            None if each is None else dimension(each, "slice") for each in (part.start, part.stop, part.step)
        )
        if isinstance(step, Expr):
            raise Undetermined("the step of a slice is not known")
        if step is not None and step <= 0:
            raise ShapeError("bad-argument", f"the step of a slice must be above 0, not {step}", exception="ValueError")
        whole = start is None and stop is None and step is None
        self.kept.append(size if whole else _length(size, start, stop, step or 1))
        if self.distances is not None:
            if all(each is None or isinstance(each, int) for each in (start, stop)) and isinstance(size, int):
                first = slice(start, stop, step).indices(size)[0]
                self.place += first * self.distances[self.axis]
                self.steps.append(self.distances[self.axis] * (step or 1))
            else:
                self.distances = None
        self.axis += 1

    def array(self, index: Tensor) -> None:
        """Pick by a tensor of places, or by a mask over some axes."""
        if index.shape is None:
            raise Undetermined("the shape of an index tensor is not known")
        if index.dtype is None:
            raise Undetermined("whether an index tensor is a mask is not known")
        if index.dtype.startswith(("float", "bfloat")):
            raise ShapeError(
                "bad-argument",
                f"tensors used as indices must be whole numbers or masks, not {index.dtype}",
                exception="IndexError",
            )
        if index.dtype in MASKS:
            self.mask(index)
            return
        if index.shape == ():
            self.number(index.values[0] if index.values else None)
            return
        size = self.shape[self.axis]
        for each in index.values or ():
            if _outside(each, size):
                raise _out_of_range(each, self.axis, size, self.shape)
        self.pick(index.shape, 1)

    def mask(self, mask: Tensor) -> None:
        """Pick where a mask over the next axes is true."""
        assert mask.shape is not None
        axes = len(mask.shape)
        for offset, (wanted, size) in enumerate(zip(mask.shape, self.shape[self.axis : self.axis + axes], strict=True)):
            if clash(wanted, size):
                raise ShapeError(
                    "size-mismatch",
                    f"a mask of shape {shapes.text(mask.shape)} does not fit {shapes.text(self.shape)}: "
                    f"axis {self.axis + offset} is {dim_text(wanted)} and {dim_text(size)}",
                    expected=dim_text(size),
                    actual=dim_text(wanted),
                    exception="IndexError",
                )
        self.pick((sum(map(bool, mask.values)) if mask.values is not None else unknown_dim(),), axes)

    def pick(self, shape: Shape, axes: int) -> None:
        """Replace the next axes by those of an index tensor."""
        self.picked.append(shape)
        self.kept.append(None)
        self.axis += axes
        self.distances = None

    def done(self) -> Tensor:
        """The result: index tensors broadcast; their axes stand where they stood, or in front if they were apart."""
        if not self.picked:
            shape = tuple(size for size in self.kept if size is not None)
            values = None
            if self.distances is not None and self.x.values is not None:
                values = tuple(self.x.values[index] for index in indexes(shape, self.steps, self.place))
            return viewed(self.x, shape, values)
        together = shapes.broadcast_all(self.picked)
        rest = tuple(size for size in self.kept if size is not None)
        places = [place for place, size in enumerate(self.kept) if size is None]
        adjacent = places[-1] - places[0] == len(places) - 1
        front = places[0] if adjacent else 0
        return result((*rest[:front], *together, *rest[front:]), like=self.x)


def _consumed(entry: Value) -> int:
    if entry is None or entry is Ellipsis or isinstance(entry, bool):
        return 0
    if isinstance(entry, Tensor) and entry.dtype in MASKS and entry.shape is not None:
        return len(entry.shape)
    return 1


def _outside(index: Dim, size: Dim) -> bool:
    """Whether a place lies outside of an axis for certain."""
    return short_of(size, index + 1) or short_of(index + size, 0)


def _length(size: Dim, start: Dim | None, stop: Dim | None, step: int) -> Dim:
    try:
        return shapes.slice_length(size, start, stop, step)
    except Undetermined:
        return unknown_dim()


def _out_of_range(index: Dim, axis: int, size: Dim, shape: Shape) -> ShapeError:
    return ShapeError(
        "size-mismatch",
        f"index {dim_text(index)} is out of range for axis {axis} of {shapes.text(shape)} with size {dim_text(size)}",
        expected=f"below {dim_text(size)}",
        actual=dim_text(index),
        exception="IndexError",
    )


@operation("Tensor.__setitem__")
def set_item(machine: Machine, input: Value, index: Value, value: Value) -> None:
    x = tensor(input)
    written(machine, x, None)
    target = get_item(machine, x, index)
    if target.shape is None or not isinstance(value, Tensor) or value.shape is None:
        return
    source = value.shape
    while len(source) > len(target.shape) and equal(source[0], 1):
        source = source[1:]
    shapes.expand(source, target.shape)


@operation("Tensor.__len__")
def length(machine: Machine, input: Value) -> Value:
    shape = shape_of(input)
    if not shape:
        raise ShapeError("bad-argument", "a tensor without dimensions has no length", exception="TypeError")
    return shape[0]


@operation("Tensor.__iter__")
def iterate(machine: Machine, input: Value) -> Value:
    x = tensor(input)
    if x.shape == ():
        raise ShapeError("bad-argument", "a tensor without dimensions cannot be iterated over", exception="TypeError")
    return ListValue(unbound(x, 0))


@operation("Tensor.__contains__")
def contains(machine: Machine, input: Value, element: Value) -> Value:
    raise Undetermined("whether a tensor contains a value is not followed")


@operation("torch.select", "Tensor.select")
def select(machine: Machine, input: Value, dim: Value, index: Value) -> Tensor:
    x = tensor(input)
    shape = shape_of(x)
    axis = shapes.normalize_axis(integer(dim, "dim"), len(shape))
    return get_item(machine, x, (*(slice(None),) * axis, dimension(index, "index")))


@operation("torch.narrow", "Tensor.narrow", "torch.narrow_copy", "Tensor.narrow_copy")
def narrow(machine: Machine, input: Value, dim: Value, start: Value, length: Value) -> Tensor:
    x = tensor(input)
    shape = shape_of(x)
    axis = shapes.normalize_axis(integer(dim, "dim"), len(shape))
    first, width = dimension(start, "start"), dimension(length, "length")
    if isinstance(first, int) and first < 0:
        first = first + shape[axis]
    if short_of(shape[axis], first + width) or short_of(first, 0) or short_of(width, 0):
        raise ShapeError(
            "size-mismatch",
            f"start {dim_text(first)} and length {dim_text(width)} go beyond axis {axis} of {shapes.text(shape)}",
            expected=f"at most {dim_text(shape[axis])}",
            actual=dim_text(first + width),
            exception="RuntimeError",
        )
    part = get_item(machine, x, (*(slice(None),) * axis, slice(first, first + width)))
    assert part.shape is not None
    part.shape = (*part.shape[:axis], width, *part.shape[axis + 1 :])
    return part
