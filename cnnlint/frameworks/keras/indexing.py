"""`x[...]` on Keras's tensors, and the functions that pick elements by their places."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.engine import shape as engine
from cnnlint.engine.constraints import clash, short_of
from cnnlint.engine.dimension import Dim, Expr, equal, unknown_dim
from cnnlint.engine.dimension import text as dim_text
from cnnlint.engine.errors import ShapeError, Undetermined
from cnnlint.frameworks import coerce
from cnnlint.frameworks.keras.arguments import refused, same
from cnnlint.frameworks.keras.core import result
from cnnlint.frameworks.keras.graph import operation
from cnnlint.frameworks.keras.operands import axes_of, axis_of, first_tensor, least_rank, operand
from cnnlint.interpreter.values import ListValue, Tensor, Unknown, Value

if TYPE_CHECKING:
    from cnnlint.engine.shape import Shape
    from cnnlint.interpreter.machine import Machine


def entries(key: Value) -> list[Value]:
    """The parts of an index. Raises Undetermined for one that is not known."""
    found = list(key) if isinstance(key, tuple) else [key]
    for place, entry in enumerate(found):
        if isinstance(entry, Unknown):
            if entry.symbol is None:
                raise Undetermined(entry.reason)
            found[place] = coerce.dim(entry)
    return found


def indexed(x: Value, key: Value) -> Tensor:
    """The tensor that an index leaves, by NumPy's rules. Raises ShapeError, Undetermined."""
    tensor = coerce.tensor(x)
    parts = entries(key)
    if tensor.shape is None:
        if all(isinstance(part, slice) or part is Ellipsis for part in parts):
            return result(None, like=tensor)
        raise Undetermined("the shape of the indexed tensor is not known")
    return _Index(tensor, tensor.shape).run(parts)


class _Index:
    """One `x[...]`: the axes are used up from the front."""

    def __init__(self, tensor: Tensor, shape: Shape) -> None:
        self.tensor = tensor
        self.shape = shape
        self.axis = 0
        self.kept: list[Dim | None] = []
        """The sizes so far; None stands where an index tensor was."""
        self.picked: list[Shape] = []

    def run(self, parts: list[Value]) -> Tensor:
        needed = sum(_consumed(part) for part in parts)
        if needed > len(self.shape):
            raise ShapeError(
                "rank-mismatch",
                f"{needed} indices for {engine.text(self.shape)} with {len(self.shape)} dimensions",
                expected=str(len(self.shape)),
                actual=str(needed),
                exception="ValueError",
            )
        dots = sum(part is Ellipsis for part in parts)
        if dots > 1:
            raise ShapeError("bad-argument", "an index has at most one `...`", exception="ValueError")
        if not dots:
            parts = [*parts, Ellipsis]
        for part in parts:
            if part is Ellipsis:
                self.kept += self.shape[self.axis : self.axis + len(self.shape) - needed]
                self.axis += len(self.shape) - needed
            else:
                self.take(part)
        return self.done(parts)

    def take(self, part: Value) -> None:
        """Use up what one entry of the index stands for."""
        if part is None:
            self.kept.append(1)
            return
        if isinstance(part, slice):
            self.kept.append(_sliced(self.shape[self.axis], part))
            self.axis += 1
        elif isinstance(part, (int, Expr)) and not isinstance(part, bool):
            _check_inside(part, self.axis, self.shape)
            self.axis += 1
        elif isinstance(part, Tensor) and part.dtype == "bool":
            axes = len(coerce.shape_of(part))
            self.pick((unknown_dim(),), axes)
        elif isinstance(part, (Tensor, ListValue, tuple)):
            shape = operand(part)
            if not shape:
                self.axis += 1
            else:
                self.pick(shape, 1)
        else:
            raise Undetermined("an index is not understood")

    def pick(self, shape: Shape, axes: int) -> None:
        """Put the axes of an index tensor in the place of others."""
        self.picked.append(shape)
        self.kept.append(None)
        self.axis += axes

    def done(self, parts: list[Value]) -> Tensor:
        rest = tuple(size for size in self.kept if size is not None)
        if not self.picked:
            made = result(rest, like=self.tensor)
            made.values = self.values(parts)
            return made
        places = [place for place, size in enumerate(self.kept) if size is None]
        front = places[0] if places[-1] - places[0] == len(places) - 1 else 0
        together = engine.broadcast_all(self.picked)
        return result((*rest[:front], *together, *rest[front:]), like=self.tensor)

    def values(self, parts: list[Value]) -> tuple[Value, ...] | None:
        """The contents of a part of a list of numbers."""
        values = self.tensor.values
        if values is None or len(self.shape) != 1 or len(values) != self.shape[0]:
            return None
        part = parts[0]
        try:
            return values[part] if isinstance(part, slice) else (values[part],)
        except (TypeError, IndexError, ValueError):
            return None


def _consumed(part: Value) -> int:
    if part is None or part is Ellipsis:
        return 0
    if isinstance(part, Tensor) and part.dtype == "bool":
        return len(coerce.shape_of(part))
    return 1


def _sliced(size: Dim, part: slice) -> Dim:
    start, stop, step = (
        None if end is None else coerce.dim(end, "slice") for end in (part.start, part.stop, part.step)
    )
    if isinstance(step, Expr):
        raise Undetermined("the step of a slice is not known")
    if start is None and stop is None and step in (None, 1, -1):
        return size
    try:
        return engine.slice_length(size, start, stop, 1 if step is None else step)
    except Undetermined:
        return unknown_dim()


def _check_inside(index: Dim, axis: int, shape: Shape) -> None:
    size = shape[axis]
    if short_of(size, index + 1) or short_of(index + size, 0):
        raise ShapeError(
            "size-mismatch",
            f"index {dim_text(index)} is out of range for axis {axis} of {engine.text(shape)}, whose size is "
            f"{dim_text(size)}",
            expected=f"below {dim_text(size)}",
            actual=dim_text(index),
            exception="IndexError",
        )


@operation("keras.ops.get_item")
def get_item(machine: Machine, x: Value, key: Value) -> Value:
    return indexed(x, key)


@operation("keras.ops.take", "keras.ops.numpy.take")
def take(machine: Machine, x: Value, indices: Value, axis: Value = None) -> Value:
    shape, picked = operand(x), operand(indices)
    if axis is None:
        return result(picked, like=first_tensor(x))
    at = axis_of(axis, len(shape))
    return result((*shape[:at], *picked, *shape[at + 1 :]), like=first_tensor(x))


@operation("keras.ops.take_along_axis", "keras.ops.numpy.take_along_axis")
def take_along_axis(machine: Machine, x: Value, indices: Value, axis: Value = None) -> Value:
    shape, picked = operand(x), operand(indices)
    if axis is None:
        return result((engine.elements(picked),), like=first_tensor(x))
    if len(shape) != len(picked):
        raise refused(f"indices {engine.text(picked)} need as many axes as the tensor {engine.text(shape)}")
    at = axis_of(axis, len(shape))
    wide = engine.broadcast((*shape[:at], 1, *shape[at + 1 :]), (*picked[:at], 1, *picked[at + 1 :]))
    return result((*wide[:at], picked[at], *wide[at + 1 :]), like=first_tensor(x))


@operation("keras.ops.slice", "keras.ops.core.slice")
def slice_of(machine: Machine, inputs: Value, start_indices: Value, shape: Value) -> Value:
    given, starts, wanted = operand(inputs), coerce.items(start_indices), coerce.shape(shape, "shape")
    if len(wanted) != len(given) or (starts is not None and len(starts) != len(given)):
        raise refused(f"a slice of {engine.text(given)} needs a start and a size for each of its axes")
    sizes = list(wanted)
    for axis, size in enumerate(wanted):
        if isinstance(size, int) and size == -1:
            sizes[axis] = given[axis] - coerce.dim((starts or ())[axis])
    return result(sizes, like=first_tensor(inputs))


@operation("keras.ops.slice_update", "keras.ops.core.slice_update")
def slice_update(machine: Machine, inputs: Value, start_indices: Value, updates: Value) -> Value:
    shape, new = operand(inputs), operand(updates)
    if len(new) != len(shape) or any(short_of(size, part) for size, part in zip(shape, new, strict=True)):
        raise refused(f"{engine.text(shape)} has no place for {engine.text(new)}")
    return same(inputs)


@operation("keras.ops.scatter", "keras.ops.core.scatter")
def scatter(machine: Machine, indices: Value, values: Value, shape: Value) -> Value:
    return result(coerce.shape(shape, "shape"), like=first_tensor(values))


@operation("keras.ops.scatter_update", "keras.ops.core.scatter_update")
def scatter_update(machine: Machine, inputs: Value, indices: Value, updates: Value, reduction: Value = None) -> Value:
    shape, places, new = operand(inputs), operand(indices), operand(updates)
    if places and isinstance(places[-1], int):
        wanted = (*places[:-1], *shape[places[-1] :])
        while len(new) > len(wanted) and equal(new[0], 1) is True:
            new = new[1:]
        fits = all(equal(part, 1) is True or not clash(size, part) for size, part in zip(wanted, new, strict=False))
        if len(wanted) != len(new) or not fits:
            raise refused(f"updates {engine.text(new)} do not fill {engine.text(wanted)}")
    return same(inputs)


@operation("keras.ops.searchsorted")
def searchsorted(machine: Machine, sorted_sequence: Value, values: Value, side: Value = "left") -> Value:
    if len(operand(sorted_sequence)) != 1:
        raise refused("`sorted_sequence` must have one axis")
    return result(operand(values), "int32")


@operation("keras.ops.digitize")
def digitize(machine: Machine, x: Value, bins: Value) -> Value:
    return result(operand(x), "int32")


@operation("keras.ops.isin")
def isin(machine: Machine, x1: Value, x2: Value, assume_unique: Value = False, invert: Value = False) -> Value:
    return result(operand(x1), "bool")


@operation("keras.ops.bincount")
def bincount(machine: Machine, x: Value, weights: Value = None, minlength: Value = 0, sparse: Value = False) -> Value:
    return result((*operand(x)[:-1], unknown_dim()), "int32")


@operation("keras.ops.select")
def select(machine: Machine, condlist: Value, choicelist: Value, default: Value = 0) -> Value:
    found = [*coerce.sequence(machine, condlist), *coerce.sequence(machine, choicelist), default]
    return result(engine.broadcast_all([operand(item) for item in found]), like=first_tensor(*found[::-1]))


def _place(axis: Value, rank: int) -> int:
    """Where the classes go: behind all axes or before one of them. Raises ShapeError "bad-argument", Undetermined."""
    at = coerce.integer(axis, "axis")
    if at != -1 and not 0 <= at < rank:
        raise refused(f"`axis` must be -1 or from 0 to {rank - 1}, got {at}", actual=str(at))
    return rank if at == -1 else at


@operation("keras.ops.one_hot", "keras.ops.nn.one_hot")
def one_hot(
    machine: Machine, x: Value, num_classes: Value, axis: Value = -1, dtype: Value = None, sparse: Value = False
) -> Value:
    shape = operand(x)
    at = _place(axis, len(shape))
    return result((*shape[:at], coerce.dim(num_classes, "num_classes"), *shape[at:]), "float32")


@operation("keras.ops.multi_hot", "keras.ops.nn.multi_hot")
def multi_hot(
    machine: Machine,
    inputs: Value,
    num_classes: Value = None,
    axis: Value = -1,
    dtype: Value = None,
    sparse: Value = False,
    **kwargs: Value,
) -> Value:
    shape = operand(inputs)
    count = coerce.dim(kwargs.get("num_tokens") if num_classes is None else num_classes, "num_classes")
    at = _place(axis, len(shape))
    hot = (*shape[:at], count, *shape[at:])
    return result(hot[-1:] if len(hot) == 2 else (hot[0], *hot[2:]), "float32")  # the sum over axis 1, or over axis 0


@operation("keras.ops.diag", "keras.ops.numpy.diag")
def diag(machine: Machine, x: Value, k: Value = 0) -> Value:
    shape, offset = operand(x), coerce.integer(k, "k")
    if len(shape) == 1:
        size = shape[0] + abs(offset)
        return result((size, size), like=first_tensor(x))
    if len(shape) != 2:
        raise refused(f"`diag` takes a vector or a matrix, not {engine.text(shape)}")
    return diagonal_of(x, offset, 0, 1)


def diagonal_of(x: Value, offset: int, axis1: Value, axis2: Value) -> Tensor:
    """What `diagonal` gives: the other axes, then the diagonal. Raises ShapeError, Undetermined."""
    shape = operand(x)
    one, other = axes_of((axis1, axis2), len(shape))
    rest = [size for axis, size in enumerate(shape) if axis not in (one, other)]
    rows, columns = (shape[one], shape[other] - offset) if offset >= 0 else (shape[one] + offset, shape[other])
    if isinstance(rows, int) and isinstance(columns, int):
        return result((*rest, max(0, min(rows, columns))), like=first_tensor(x))
    if equal(rows, columns):
        return result((*rest, rows), like=first_tensor(x))
    return result((*rest, unknown_dim()), like=first_tensor(x))


@operation("keras.ops.diagonal", "keras.ops.numpy.diagonal")
def diagonal(machine: Machine, x: Value, offset: Value = 0, axis1: Value = 0, axis2: Value = 1) -> Value:
    return diagonal_of(x, coerce.integer(offset, "offset"), axis1, axis2)


@operation("keras.ops.diagflat")
def diagflat(machine: Machine, x: Value, k: Value = 0) -> Value:
    size = engine.elements(operand(x)) + abs(coerce.integer(k, "k"))
    return result((size, size), like=first_tensor(x))


@operation("keras.ops.trace", "keras.ops.numpy.trace")
def trace(machine: Machine, x: Value, offset: Value = 0, axis1: Value = 0, axis2: Value = 1) -> Value:
    shape = operand(x)
    return result(engine.reduce(shape, axes_of((axis1, axis2), len(shape))), like=first_tensor(x))


@operation("keras.ops.tril", "keras.ops.numpy.tril")
def tril(machine: Machine, x: Value, k: Value = 0) -> Value:
    least_rank(operand(x), 2, "tril")
    return same(x)


@operation("keras.ops.triu", "keras.ops.numpy.triu")
def triu(machine: Machine, x: Value, k: Value = 0) -> Value:
    least_rank(operand(x), 2, "triu")
    return same(x)
