"""`x[...]`: whole numbers, slices, `None`, `...`, lists and arrays of places, masks; and what is written there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.engine import shape as shapes
from cnnlint.engine.dimension import Dim, Expr, equal, less, unknown_dim
from cnnlint.engine.dimension import text as dim_text
from cnnlint.engine.errors import ShapeError, Undetermined
from cnnlint.frameworks.coerce import dim as dimension
from cnnlint.frameworks.numpy.arguments import asarray, shape_of
from cnnlint.frameworks.numpy.contents import picked, positions, shared, strides, written
from cnnlint.frameworks.numpy.core import like
from cnnlint.frameworks.numpy.dtypes import COMPLEX, FLOATS, unboxed
from cnnlint.frameworks.numpy.operation import operation
from cnnlint.interpreter.values import ListValue, Tensor, Unknown

if TYPE_CHECKING:
    from cnnlint.engine.shape import Shape
    from cnnlint.interpreter.machine import Machine
    from cnnlint.interpreter.values import Value

MAX_ROWS = 1024
"""Rows beyond this number are not iterated over."""


@operation("ndarray.__getitem__", gives_array=True)
def getitem(machine: Machine, self: Tensor, key: Value) -> Value:
    return element(indexed(machine, self, key))


def element(x: Tensor) -> Value:
    """What an index gives: an array, or an element; that of an array of objects may be anything."""
    if x.shape == () and x.values is None and holds_anything(x):
        raise Undetermined("an element of an array is not known")
    return unboxed(x)


def holds_anything(x: Tensor) -> bool:
    """Whether an element may be an object of any kind, not just a number."""
    return x.dtype == "object" or (x.dtype is None and "numeric" not in x.facts)


def indexed(machine: Machine, x: Tensor, key: Value) -> Tensor:
    """`x[key]`. Raises ShapeError `size-mismatch` out of range, `rank-mismatch`, `bad-argument`; Undetermined."""
    entries = [_entry(machine, each) for each in (key if isinstance(key, tuple) else (key,))]
    if x.shape is None and x.facts.get("most") == sum(map(_consumed, entries)):
        # With fewer axes it would be refused.
        x = like(x, tuple(unknown_dim() for _ in range(x.facts["most"])))
    if x.shape is None:
        if all(isinstance(each, slice) or each is None or each is Ellipsis for each in entries):
            return like(x, None, whole=False)
        raise Undetermined("the shape of an indexed array is not known")
    return _Indexing(x).run(entries)


def _entry(machine: Machine, each: Value) -> Value:
    """One entry of an index, sequences as arrays. What is not known may be a number, a slice or an array."""
    if isinstance(each, (ListValue, tuple, range)):
        made = asarray(machine, each)
        if made.shape == (0,):
            made.dtype = "int64"
        return made
    if isinstance(each, Unknown):
        if each.symbol:
            return dimension(each)
        raise Undetermined(each.reason)
    if isinstance(each, (float, complex)) or (
        isinstance(each, Tensor) and (each.dtype in FLOATS or each.dtype in COMPLEX)
    ):
        what = each.dtype if isinstance(each, Tensor) else type(each).__name__
        raise ShapeError(
            "bad-argument",
            f"an index must be a whole number, a slice or a mask, not {what}",
            help="convert it: `int(…)` for a number, `.astype(int)` for an array",
            exception="IndexError",
        )
    if isinstance(each, str):
        raise Undetermined("fields of structured arrays are not followed")
    return each


class _Indexing:
    """One `x[...]`: axes are taken from the front; `place` and `steps` follow known elements along."""

    def __init__(self, x: Tensor) -> None:
        self.x = x
        self.shape = shape_of(x)
        self.axis = 0
        self.kept: list[Dim | str] = []
        """Sizes of the result so far; `array` stands where an array of places was, `number` where a number was."""
        self.arrays: list[Shape] = []
        self.place = 0
        self.distances: list[int] | None = strides(self.shape) if x.values is not None else None
        self.steps: list[int] = []
        self.only: Tensor | None = None
        """The array of places that is the whole index, if it is."""

    def run(self, entries: list[Value]) -> Tensor:
        """The indexed array."""
        needed = sum(map(_consumed, entries))
        if needed > len(self.shape):
            raise ShapeError(
                "rank-mismatch",
                f"{needed} indices for an array with {len(self.shape)} dimensions, {shapes.text(self.shape)}",
                expected=str(len(self.shape)),
                actual=str(needed),
                exception="IndexError",
            )
        if len(entries) == 1 and isinstance(entries[0], Tensor):
            self.only = entries[0]
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
        self.kept.append("number")
        self.axis += 1

    def slice(self, part: slice) -> None:
        """Keep a part of the axis."""
        size = self.shape[self.axis]
        ends = [_end(each) for each in (part.start, part.stop, part.step)]
        step = 1 if ends[2] is None else ends[2]
        if ends[0] is None and ends[1] is None and step == 1:
            length: Dim = size
        elif any(isinstance(each, Unknown) for each in ends) or not isinstance(step, int):
            length = unknown_dim()
        else:
            length = _length(size, ends[0], ends[1], step)
        self.kept.append(length)
        if self.distances is not None:
            if isinstance(size, int) and isinstance(length, int):
                first = slice(ends[0], ends[1], step).indices(size)[0]
                self.place += (first if length else 0) * self.distances[self.axis]
                self.steps.append(self.distances[self.axis] * step)
            else:
                self.distances = None
        self.axis += 1

    def array(self, index: Tensor) -> None:
        """Pick by an array of places, or by a mask over some axes."""
        if index.shape is None or index.dtype is None:
            raise Undetermined("whether an index is a mask, or its shape, is not known")
        if index.dtype == "bool":
            self.mask(index, index.shape)
            return
        if index.shape == ():
            self.number(index.values[0] if index.values else None)
            return
        size = self.shape[self.axis]
        for each in index.values or _attained(index):
            if _outside(each, size):
                raise _out_of_range(each, self.axis, size, self.shape)
        self.pick(index.shape, 1)

    def mask(self, mask: Tensor, shape: Shape) -> None:
        """Pick where a mask over the next axes is true."""
        for offset, (wanted, size) in enumerate(zip(shape, self.shape[self.axis :], strict=False)):
            if equal(wanted, size) is False:
                raise ShapeError(
                    "size-mismatch",
                    f"a mask of shape {shapes.text(shape)} does not fit {shapes.text(self.shape)}: "
                    f"axis {self.axis + offset} is {dim_text(wanted)} and {dim_text(size)}",
                    expected=dim_text(size),
                    actual=dim_text(wanted),
                    exception="IndexError",
                )
        self.pick((sum(map(bool, mask.values)) if mask.values is not None else unknown_dim(),), len(shape))

    def pick(self, shape: Shape, axes: int) -> None:
        """Replace the next axes by those of an array of places."""
        self.arrays.append(shape)
        self.kept.append("array")
        self.axis += axes
        self.distances = None

    def done(self) -> Tensor:
        """The result: arrays of places broadcast; their axes stand where they stood, or in front if they were apart."""
        rest = tuple(size for size in self.kept if not isinstance(size, str))
        if not self.arrays:
            values = None
            if self.distances is not None and self.x.values is not None:
                values = [self.x.values[index] for index in positions(rest, self.steps, self.place)]
            return shared(like(self.x, rest, values, whole=rest == self.shape), self.x)
        together = shapes.broadcast_all(self.arrays)
        places = [place for place, size in enumerate(self.kept) if isinstance(size, str)]
        adjacent = places[-1] - places[0] == len(places) - 1
        front = sum(not isinstance(size, str) for size in self.kept[: places[0]]) if adjacent else 0
        return like(self.x, (*rest[:front], *together, *rest[front:]), self.picked(), whole=self.reordered())

    def reordered(self) -> bool:
        """Whether the index takes every place of the first axis."""
        size = self.shape[0]
        return (
            self.only is not None
            and isinstance(size, int)
            and self.only.dtype != "bool"
            and self.only.facts.get("classes") == size
        )

    def picked(self) -> list[Value] | None:
        """The elements where one array of known places (or a mask) takes rows of known ones."""
        index = self.only
        if index is None or index.values is None or self.x.values is None or index.shape is None:
            return None
        if index.dtype == "bool":
            if len(index.shape) != len(self.shape) and len(index.shape) != 1:
                return None
            if len(index.shape) == len(self.shape):
                return [value for value, kept in zip(self.x.values, index.values, strict=True) if kept]
            found = picked(self.x, 0, [place for place, kept in enumerate(index.values) if kept])
        else:
            length = self.shape[0]
            assert isinstance(length, int)
            if len(index.values) * (len(self.x.values) // max(length, 1)) > 4096:
                return None
            found = picked(self.x, 0, [place % length for place in index.values])
        return None if found is None else list(found)


def _attained(index: Tensor) -> tuple[int, ...]:
    """The smallest and the largest place, where both occur for certain."""
    low, high = index.facts.get("range", (0, -1))
    return (low, high) if index.facts.get("classes") == high - low + 1 and high >= low else ()


def _consumed(entry: Value) -> int:
    if entry is None or entry is Ellipsis or isinstance(entry, bool):
        return 0
    if isinstance(entry, Tensor) and entry.dtype == "bool" and entry.shape is not None:
        return len(entry.shape)
    return 1


def _end(each: Value) -> Value:
    """One end of a slice: a number, None, or Unknown."""
    if isinstance(each, float):
        raise ShapeError(
            "bad-argument",
            f"the end of a slice must be a whole number, not {each!r}",
            help="convert it: `int(…)`, or divide with `//`",
            exception="TypeError",
        )
    if each is None or (isinstance(each, Unknown) and not each.symbol):
        return each
    if isinstance(each, Tensor) and each.values is None:
        return Unknown("the end of a slice is not known")
    try:
        return dimension(each, "slice")
    except Undetermined as why:
        return Unknown(why.reason)


def _outside(index: Dim, size: Dim) -> bool:
    """Whether a place lies outside of an axis for certain."""
    return less(index, size) is False or less(index + size, 0) is True


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


def row(x: Tensor, index: int) -> Tensor:
    """`x[index]` of the first axis, the array's shape being known."""
    return _Indexing(x).run([index])


# --- writing ----------------------------------------------------------------------------------------------------------


@operation("ndarray.__setitem__")
def setitem(machine: Machine, self: Tensor, key: Value, value: Value) -> None:
    new = (int(value), int(value)) if isinstance(value, (bool, int)) else None
    if isinstance(value, float) and value.is_integer():
        new = (int(value), int(value))
    if isinstance(value, Tensor):
        new = value.facts.get("range")
    written(machine, self, new)
    if isinstance(key, Unknown) or self.shape is None:
        return
    target = indexed(machine, self, key)
    if isinstance(value, (ListValue, tuple)) and self.dtype not in (None, "object"):
        value = asarray(machine, value)
    if target.shape is None or not isinstance(value, Tensor) or value.shape is None or self.dtype in (None, "object"):
        return
    source = value.shape
    while len(source) > len(target.shape) and equal(source[0], 1):
        source = source[1:]
    _check_fits(source, target.shape)


def _check_fits(source: Shape, target: Shape) -> None:
    fits = len(source) <= len(target) and all(
        equal(one, 1) is not False or equal(one, other) is not False
        for one, other in zip(source[::-1], target[::-1], strict=False)
    )
    if len(source) > len(target) and any(equal(one, 1) is not False for one in source[: len(source) - len(target)]):
        return
    if not fits:
        raise ShapeError(
            "elementwise-mismatch",
            f"an array of shape {shapes.text(source)} cannot be written into {shapes.text(target)}",
            expected=shapes.text(target),
            actual=shapes.text(source),
            exception="ValueError",
        )


# --- iterating --------------------------------------------------------------------------------------------------------


@operation("ndarray.__len__")
def length(machine: Machine, self: Tensor) -> Value:
    shape = shape_of(self)
    if not shape:
        raise ShapeError("bad-argument", "an array without dimensions has no length", exception="TypeError")
    return shape[0]


@operation("ndarray.__iter__")
def iterate(machine: Machine, self: Tensor) -> Value:
    shape = shape_of(self)
    if not shape:
        raise ShapeError("bad-argument", "an array without dimensions cannot be iterated over", exception="TypeError")
    if not isinstance(shape[0], int) or shape[0] > MAX_ROWS:
        raise Undetermined("an array of this length is not iterated over")
    rows = [row(self, index) for index in range(shape[0])]
    if len(shape) == 1 and self.values is None and holds_anything(self):
        return ListValue([Unknown("an element of an array is not known") for _ in rows])
    return ListValue(map(unboxed, rows))


@operation("ndarray.__contains__")
def contains(machine: Machine, self: Tensor, item: Value) -> Value:
    if self.values is not None and isinstance(item, (bool, int, float, str)):
        return item in self.values
    raise Undetermined("whether an array contains a value depends on its data")
