"""Reshape, transpose, squeeze, flip, roll, tile, repeat, pad: the same elements in another order or number."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.engine import shape as shapes
from cnnlint.engine.dimension import product, unknown_dim
from cnnlint.engine.errors import ShapeError, Undetermined
from cnnlint.frameworks import coerce
from cnnlint.frameworks.numpy.arguments import asarray, axes_of, axis_of, items, shape_of, size, sizes
from cnnlint.frameworks.numpy.contents import LIMIT, count, permuted, picked, shared
from cnnlint.frameworks.numpy.core import like
from cnnlint.frameworks.numpy.operation import operation, unsized
from cnnlint.interpreter.values import Tensor, Unknown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnnlint.engine.dimension import Dim
    from cnnlint.engine.shape import Shape
    from cnnlint.interpreter.machine import Machine
    from cnnlint.interpreter.values import Value


def viewed(x: Tensor, shape: Shape | None) -> Tensor:
    """The same elements, in the same order and the same memory, in another shape."""
    return shared(like(x, shape, x.values), x)


# --- reshape ----------------------------------------------------------------------------------------------------------


def target_sizes(value: Value) -> list[Dim | None]:
    """The sizes to reshape to; None is one that is not known (it may be the -1)."""
    if isinstance(value, Unknown):
        raise Undetermined(value.reason)
    found = items(value)
    return [_target(each) for each in ([value] if found is None else found)]


def _target(value: Value) -> Dim | None:
    if isinstance(value, Unknown) and not value.symbol:
        return None
    try:
        return coerce.dim(value, "shape")
    except Undetermined:
        return None


def reshaped(x: Tensor, target: Sequence[Dim | None]) -> Tensor:
    """`x.reshape(target)`. Raises ShapeError `reshape-mismatch`, `bad-argument`."""
    open_ones = [place for place, each in enumerate(target) if each is None]
    inferred = [place for place, each in enumerate(target) if isinstance(each, int) and each == -1]
    if x.shape is None:
        return viewed(x, tuple(unknown_dim() if each is None or each == -1 else each for each in target))
    if len(open_ones) == 1 and not inferred:  # whether it is -1 or the size itself, it is what is left
        wanted: list[Dim] = [-1 if each is None else each for each in target]
        return viewed(x, shapes.reshape(x.shape, wanted))
    if open_ones:
        _check_multiple(x.shape, target)
        return viewed(x, tuple(unknown_dim() if each is None or each == -1 else each for each in target))
    return viewed(x, shapes.reshape(x.shape, [each for each in target if each is not None]))


def _check_multiple(shape: Shape, target: Sequence[Dim | None]) -> None:
    """Sizes that are known must divide the number of elements, whatever the others are."""
    known = product([each for each in target if each is not None and each != -1])
    shapes.reshape(shape, (known, -1))


@operation("numpy.reshape", gives_array=True)
def reshape(
    machine: Machine, a: Value, shape: Value = None, order: Value = "C", *, newshape: Value = None, **options: Value
) -> Value:
    target = target_sizes(newshape if shape is None else shape)
    try:
        x = asarray(machine, a)
    except Undetermined as why:
        x = unsized(why.reason)
    return _ordered(reshaped(x, target), order)


def _ordered(made: Tensor, order: Value) -> Tensor:
    """In Fortran's order the elements are others at each place."""
    if order not in ("C", "K", "A"):
        made.values = None
    return made


@operation("ndarray.reshape", gives_array=True)
def method_reshape(machine: Machine, self: Value, *shape: Value, order: Value = "C", **options: Value) -> Value:
    wanted = shape[0] if len(shape) == 1 else shape
    return _ordered(reshaped(asarray(machine, self), target_sizes(options.get("shape", wanted))), order)


@operation("numpy.ravel", "ndarray.ravel", "ndarray.flatten", gives_array=True)
def ravel(machine: Machine, a: Value, order: Value = "C") -> Value:
    x = asarray(machine, a)
    return _ordered(viewed(x, (unknown_dim() if x.shape is None else product(x.shape),)), order)


@operation("numpy.expand_dims", gives_array=True)
def expand_dims(machine: Machine, a: Value, axis: Value) -> Value:
    x = asarray(machine, a)
    shape = shape_of(x)
    found = coerce.items(axis)
    axes = [coerce.integer(each, "axis") for each in ((axis,) if found is None else found)]
    return viewed(x, shapes.unsqueeze(shape, axes))


@operation("numpy.squeeze", "ndarray.squeeze", gives_array=True)
def squeeze(machine: Machine, a: Value, axis: Value = None) -> Value:
    x = asarray(machine, a)
    shape = shape_of(x)
    axes = None if axis is None else axes_of(axis, len(shape))
    if axes is None and not all(isinstance(dim, int) for dim in shape):
        raise Undetermined("which axes have the size 1 is not known")
    return viewed(x, shapes.squeeze(shape, axes, strict=True))


def _declare_at_least(rank: int) -> None:
    def body(machine: Machine, *arys: Value) -> Value:
        made = [viewed(x, raised(shape_of(x), rank)) for x in (asarray(machine, each) for each in arys)]
        return made[0] if len(made) == 1 else tuple(made)

    operation(f"numpy.atleast_{rank}d", gives_array=True)(body)


def raised(shape: Shape, rank: int) -> Shape:
    """The shape after `atleast_1d`, `atleast_2d`, `atleast_3d`."""
    if len(shape) >= rank:
        return shape
    if rank < 3:
        return (1,) * (rank - len(shape)) + shape
    return {0: (1, 1, 1), 1: (1, *shape, 1), 2: (*shape, 1)}[len(shape)]


for _rank in (1, 2, 3):
    _declare_at_least(_rank)


# --- the order of axes ------------------------------------------------------------------------------------------------


def reordered(x: Tensor, order: Sequence[int]) -> Tensor:
    """The array with its axes in another order."""
    return shared(like(x, shapes.permute(shape_of(x), order), permuted(x, order)), x)


@operation("numpy.transpose", "numpy.permute_dims", gives_array=True)
def transpose(machine: Machine, a: Value, axes: Value = None) -> Value:
    return _transposed(asarray(machine, a), axes)


def _transposed(x: Tensor, axes: Value) -> Tensor:
    shape = shape_of(x)
    if axes is None:
        return reordered(x, range(len(shape))[::-1])
    found = items(axes)
    wanted = [coerce.integer(each, "axes") for each in ((axes,) if found is None else found)]
    return reordered(x, [shapes.normalize_axis(each, len(shape)) for each in wanted])


@operation("ndarray.transpose", gives_array=True)
def method_transpose(machine: Machine, self: Value, *axes: Value) -> Value:
    return _transposed(asarray(machine, self), axes[0] if len(axes) == 1 else axes or None)


@operation("numpy.swapaxes", "ndarray.swapaxes", gives_array=True)
def swapaxes(machine: Machine, a: Value, axis1: Value, axis2: Value) -> Value:
    x = asarray(machine, a)
    order = list(range(len(shape_of(x))))
    one, other = axis_of(axis1, len(order)), axis_of(axis2, len(order))
    order[one], order[other] = order[other], order[one]
    return reordered(x, order)


@operation("numpy.moveaxis", gives_array=True)
def moveaxis(machine: Machine, a: Value, source: Value, destination: Value) -> Value:
    x = asarray(machine, a)
    rank = len(shape_of(x))
    froms, places = _all_axes(source, rank), _all_axes(destination, rank)
    numbers = shapes.move_axis(tuple(range(rank)), froms, places)
    return reordered(x, [each for each in numbers if isinstance(each, int)])


def _all_axes(value: Value, rank: int) -> list[int]:
    found = coerce.items(value)
    return [axis_of(each, rank) for each in ((value,) if found is None else found)]


@operation("numpy.rollaxis", gives_array=True)
def rollaxis(machine: Machine, a: Value, axis: Value, start: Value = 0) -> Value:
    x = asarray(machine, a)
    rank = len(shape_of(x))
    place, target = axis_of(axis, rank), coerce.integer(start, "start")
    order = [each for each in range(rank) if each != place]
    target = target + rank if target < 0 else target
    order.insert(target - (1 if place < target else 0), place)
    return reordered(x, order)


@operation("numpy.rot90", gives_array=True)
def rot90(machine: Machine, m: Value, k: Value = 1, axes: Value = (0, 1)) -> Value:
    x = asarray(machine, m)
    shape = list(shape_of(x))
    one, other = _all_axes(axes, len(shape))
    if coerce.integer(k, "k") % 2:
        shape[one], shape[other] = shape[other], shape[one]
    return like(x, tuple(shape))


# --- the order along an axis ------------------------------------------------------------------------------------------


def along(x: Tensor, axis: int, places: Sequence[int] | None, length: Dim, *, whole: bool = True) -> Tensor:
    """The array with an axis replaced by some places along it."""
    shape = shape_of(x)
    new = (*shape[:axis], length, *shape[axis + 1 :])
    total = count(new)
    small = places is not None and x.values is not None and total is not None and total <= LIMIT
    return like(x, new, picked(x, axis, places) if small and places is not None else None, whole=whole)


@operation("numpy.flip", gives_array=True)
def flip(machine: Machine, m: Value, axis: Value = None) -> Value:
    x = asarray(machine, m)
    for place in axes_of(axis, len(shape_of(x))):
        length = shape_of(x)[place]
        x = along(x, place, range(length)[::-1] if isinstance(length, int) else None, length)
    return x


@operation("numpy.flipud", gives_array=True)
def flipud(machine: Machine, m: Value) -> Value:
    return flip(machine, m, 0)


@operation("numpy.fliplr", gives_array=True)
def fliplr(machine: Machine, m: Value) -> Value:
    return flip(machine, m, 1)


@operation("numpy.roll", gives_array=True)
def roll(machine: Machine, a: Value, shift: Value, axis: Value = None) -> Value:
    x = asarray(machine, a)
    shape = shape_of(x)
    if axis is None or not isinstance(shift, int):
        if axis is not None:
            _all_axes(axis, len(shape))
        return like(x, shape)
    place = axis_of(axis, len(shape))
    length = shape[place]
    places = [(index - shift) % length for index in range(length)] if isinstance(length, int) and length else None
    return along(x, place, places, length)


@operation("numpy.repeat", "ndarray.repeat", gives_array=True)
def repeat(machine: Machine, a: Value, repeats: Value, axis: Value = None) -> Value:
    x = asarray(machine, a)
    flat = x if axis is not None or (x.shape is not None and len(x.shape) == 1) else viewed(x, (product(shape_of(x)),))
    place = 0 if axis is None else axis_of(axis, len(shape_of(x)))
    length = shape_of(flat)[place]
    times = None if isinstance(repeats, Unknown) else items(repeats)
    if times is None:
        number = size(repeats, "repeats")
        known = isinstance(number, int) and isinstance(length, int) and number * length <= LIMIT
        places = [index for index in range(length) for _ in range(number)] if known else None  # type: ignore[arg-type]
        return along(flat, place, places, length * number)
    if len(times) == 1:
        return along(flat, place, None, length * size(times[0], "repeats"))
    if isinstance(length, int) and len(times) != length:
        raise ShapeError(
            "size-mismatch",
            f"{len(times)} numbers of repetitions for {length} elements",
            expected=str(length),
            actual=str(len(times)),
        )
    counts = [size(each, "repeats") for each in times]
    if not all(isinstance(each, int) for each in counts):
        return along(flat, place, None, unknown_dim(), whole=False)
    places = [index for index, each in enumerate(counts) if isinstance(each, int) for _ in range(each)]
    return along(flat, place, places, len(places), whole=all(counts))


@operation("numpy.tile", gives_array=True)
def tile(machine: Machine, A: Value, reps: Value) -> Value:
    x = asarray(machine, A)
    times = sizes(reps, "reps")
    shape = shape_of(x)
    made = viewed(x, (1,) * (len(times) - len(shape)) + shape)
    times = (1,) * (len(shape) - len(times)) + times
    wanted = shapes.tile(shape, times)
    for axis, number in enumerate(times):
        length = shape_of(made)[axis]
        if isinstance(number, int) and number == 1:
            continue
        known = isinstance(number, int) and isinstance(length, int) and (count(wanted) or LIMIT + 1) <= LIMIT
        places = list(range(length)) * number if known else None  # type: ignore[arg-type,operator]
        made = along(made, axis, places, length * number)
    return made


@operation("numpy.resize", gives_array=True)
def resize(machine: Machine, a: Value, new_shape: Value) -> Value:
    return like(asarray(machine, a), sizes(new_shape), whole=False)


@operation("numpy.broadcast_to", gives_array=True)
def broadcast_to(machine: Machine, array: Value, shape: Value, subok: Value = False) -> Value:
    x = asarray(machine, array)
    return like(x, shapes.expand(shape_of(x), sizes(shape)))


@operation("numpy.broadcast_arrays")
def broadcast_arrays(machine: Machine, *args: Value, subok: Value = False) -> Value:
    found = [asarray(machine, each) for each in args]
    together = shapes.broadcast_all([shape_of(each) for each in found])
    return tuple(like(each, together) for each in found)


@operation("numpy.broadcast_shapes")
def broadcast_shapes(machine: Machine, *args: Value) -> Value:
    return shapes.broadcast_all([sizes(each) for each in args])


# --- padding ----------------------------------------------------------------------------------------------------------


@operation("numpy.pad", gives_array=True)
def pad(machine: Machine, array: Value, pad_width: Value, mode: Value = "constant", **kwargs: Value) -> Value:
    x = asarray(machine, array)
    shape = shape_of(x)
    widths = _widths(pad_width, len(shape))
    new = tuple(dim + before + after for dim, (before, after) in zip(shape, widths, strict=True))
    made = like(x, new, whole=False)
    filled = mode == "constant" and not kwargs
    if "range" in made.facts and filled:
        low, high = made.facts["range"]
        made.facts["range"] = (min(low, 0), max(high, 0))
    elif mode not in ("edge", "reflect", "symmetric", "wrap"):
        made.facts.pop("range", None)
    return made


def _widths(value: Value, rank: int) -> list[tuple[Dim, Dim]]:
    """The widths before and after each axis: one number, a pair, or a pair for each axis."""
    if isinstance(value, Unknown) and not value.symbol:
        return [(unknown_dim(), unknown_dim()) for _ in range(rank)]
    rows = None if isinstance(value, Unknown) else coerce.items(value)
    if rows is None:
        width = size(value, "pad_width")
        return [(width, width)] * rank
    pairs = [_pair(row) for row in rows]
    if all(isinstance(pair, tuple) for pair in pairs):
        found = [pair for pair in pairs if isinstance(pair, tuple)]
        if len(found) == 1:
            return found * rank
        if len(found) == rank:
            return found
        raise ShapeError(
            "bad-argument",
            f"{len(found)} pairs of widths for {rank} dimensions",
            expected=str(rank),
            actual=str(len(found)),
        )
    plain = [pair for pair in pairs if not isinstance(pair, tuple)]
    if len(plain) == len(pairs) and len(plain) <= 2:
        return [(plain[0], plain[-1])] * rank
    raise Undetermined("the widths of a padding are not understood")


def _pair(row: Value) -> Dim | tuple[Dim, Dim]:
    if isinstance(row, Unknown):
        raise Undetermined(row.reason)
    found = coerce.items(row)
    if found is None:
        return size(row, "pad_width")
    if not 1 <= len(found) <= 2:
        raise Undetermined("the widths of a padding are not understood")
    return (size(found[0], "pad_width"), size(found[-1], "pad_width"))
