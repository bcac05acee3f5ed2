"""Shapes of operations that move numbers around: reshape, permute, slice, split, pad, reduce."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, TypeAlias

from cnnlint.engine.broadcasting import elements, normalize_axis, text
from cnnlint.engine.comparison import equal
from cnnlint.engine.constraints import Constraint, note, require_at_least, require_equal, require_multiple
from cnnlint.engine.dimension import (
    Dim,
    bounds,
    evaluate,
    exact_quotient,
    floor_div,
    is_anonymous,
    maximum,
    minimum,
    product,
    symbols,
)
from cnnlint.engine.dimension import text as dim_text
from cnnlint.engine.errors import ShapeError, Undetermined
from cnnlint.engine.gathering import is_required

if TYPE_CHECKING:
    from collections.abc import Sequence

Shape: TypeAlias = tuple[Dim, ...]

VERY_LARGE = 10**9


def reshape(shape: Shape, target: Sequence[Dim]) -> Shape:
    """The same numbers in another shape, one `-1` allowed. Raises ShapeError `reshape-mismatch`, `bad-argument`."""
    open_axes = [index for index, dim in enumerate(target) if isinstance(dim, int) and dim == -1]
    if len(open_axes) > 1 or any(isinstance(dim, int) and dim < -1 for dim in target):
        raise ShapeError("bad-argument", f"a shape has at most one -1 and no other negative size, not {text(target)}")
    total = elements(shape)
    known = product(dim for index, dim in enumerate(target) if index not in open_axes)

    def fault() -> ShapeError:
        count = "" if not open_axes else "a multiple of "
        return ShapeError(
            "reshape-mismatch",
            f"cannot reshape {text(shape)} with {dim_text(total)} elements into {text(target)}, "
            f"which needs {count}{dim_text(known)}",
            help=_fitting(shape, target, total),
            expected=dim_text(known),
            actual=dim_text(total),
        )

    if not open_axes:
        require_equal(total, known, fault)
        return tuple(target)
    quotient = exact_quotient(total, known)
    if quotient is None:
        require_multiple(total, known, fault)
        quotient = floor_div(total, known)
    return tuple(quotient if index in open_axes else dim for index, dim in enumerate(target))


def _fitting(shape: Shape, target: Sequence[Dim], total: Dim) -> str | None:
    """What would hold the numbers: a row of each sample, or the target with the one size changed that can be."""
    if len(target) == 2 and target[0] in (-1, shape[0] if shape else 0) and len(shape) > 2:
        sizes = shape[1:]
        many = product(sizes)
        if is_anonymous(many):
            return None
        written = f", {' * '.join(map(dim_text, sizes))}" if all(isinstance(size, int) for size in sizes) else ""
        return f"a row for each sample has {dim_text(many)} numbers{written}"
    if not isinstance(total, int) or total < 1:
        return None
    start = 1 if len(shape) > 1 and len(target) > 1 and target[0] == shape[0] else 0
    fits = []
    for axis in range(start, len(target)):
        others = [size for index, size in enumerate(target) if index != axis]
        rest = product(others)
        if isinstance(rest, int) and rest > 0 and total % rest == 0:
            fits.append((*target[:axis], total // rest, *target[axis + 1 :]))
    return f"{text(fits[0])} holds as many" if len(fits) == 1 else None


def flatten(shape: Shape, start: int = 0, end: int = -1) -> Shape:
    """The axes from `start` to `end`, both included, as one; a number becomes a tensor of one element."""
    if not shape:
        return (1,)
    start, end = normalize_axis(start, len(shape)), normalize_axis(end, len(shape))
    if start > end:
        raise ShapeError("bad-argument", f"the first axis to flatten, {start}, comes after the last, {end}")
    return (*shape[:start], product(shape[start : end + 1]), *shape[end + 1 :])


def unflatten(shape: Shape, axis: int, sizes: Sequence[Dim]) -> Shape:
    """One axis taken apart into several, one `-1` allowed. Raises ShapeError `reshape-mismatch`, `bad-argument`."""
    axis = normalize_axis(axis, len(shape))
    return (*shape[:axis], *reshape((shape[axis],), sizes), *shape[axis + 1 :])


def permute(shape: Shape, axes: Sequence[int]) -> Shape:
    """The axes in another order. Raises ShapeError `bad-argument`."""
    order = [normalize_axis(axis, len(shape)) for axis in axes]
    if sorted(order) != list(range(len(shape))):
        raise ShapeError(
            "bad-argument",
            f"the axes {tuple(axes)} are no order of the {len(shape)} dimensions of {text(shape)}",
            expected=str(len(shape)),
            actual=str(len(order)),
        )
    return tuple(shape[axis] for axis in order)


def transpose(shape: Shape, one: int, other: int) -> Shape:
    """Two axes changed for each other."""
    order = list(range(len(shape)))
    one, other = normalize_axis(one, len(shape)), normalize_axis(other, len(shape))
    order[one], order[other] = order[other], order[one]
    return tuple(shape[axis] for axis in order)


def move_axis(shape: Shape, source: Sequence[int], destination: Sequence[int]) -> Shape:
    """`numpy.moveaxis`: the axes at `source` go to `destination`, the others keep their order."""
    froms = [normalize_axis(axis, len(shape)) for axis in source]
    places = [normalize_axis(axis, len(shape)) for axis in destination]
    if len(froms) != len(places) or len(set(froms)) != len(froms) or len(set(places)) != len(places):
        raise ShapeError("bad-argument", f"cannot move the axes {tuple(source)} to {tuple(destination)}")
    order = [axis for axis in range(len(shape)) if axis not in froms]
    for place, axis in sorted(zip(places, froms, strict=True)):
        order.insert(place, axis)
    return tuple(shape[axis] for axis in order)


def squeeze(shape: Shape, axes: int | Sequence[int] | None = None, *, strict: bool = False) -> Shape:
    """Without the axes of size 1 (all of them, or those among `axes`); `strict`: each of `axes` has to be 1 (NumPy).

    A size that is not known is taken for larger than 1. Raises ShapeError `bad-argument`, `size-mismatch`.
    """
    wanted = range(len(shape)) if axes is None else (axes,) if isinstance(axes, int) else axes
    chosen = {normalize_axis(axis, len(shape)) for axis in wanted}
    dropped = set()
    for axis in sorted(chosen):
        size = shape[axis]
        if strict and axes is not None:
            require_equal(size, 1, partial(_not_one, shape, axis, size))
            dropped.add(axis)
        elif (is_one := _is_one(size)) is None:
            note(Constraint("differs", size, 1, assumed=True))
        elif is_one:
            dropped.add(axis)
    return tuple(size for axis, size in enumerate(shape) if axis not in dropped)


def _is_one(size: Dim) -> bool | None:
    """Whether it is 1; so it is where what ran before has asserted it."""
    found = equal(size, 1)
    return True if found is None and is_required(Constraint("equal", size, 1)) else found


def _not_one(shape: Shape, axis: int, size: Dim) -> ShapeError:
    return ShapeError(
        "size-mismatch",
        f"cannot squeeze axis {axis} of {text(shape)}: its size is {dim_text(size)}, not 1",
        expected="1",
        actual=dim_text(size),
    )


def unsqueeze(shape: Shape, axes: int | Sequence[int]) -> Shape:
    """With new axes of size 1 at these places of the result. Raises ShapeError `bad-argument`."""
    wanted = (axes,) if isinstance(axes, int) else tuple(axes)
    rank = len(shape) + len(wanted)
    places = {normalize_axis(axis, rank) for axis in wanted}
    if len(places) != len(wanted):
        raise ShapeError("bad-argument", f"the axes {wanted} name one twice")
    rest = iter(shape)
    return tuple(1 if axis in places else next(rest) for axis in range(rank))


def expand(shape: Shape, target: Sequence[Dim]) -> Shape:
    """`torch.Tensor.expand`: axes of 1 grow, `-1` keeps. Raises ShapeError `size-mismatch`, `bad-argument`."""
    new = len(target) - len(shape)
    if new < 0:
        raise ShapeError(
            "bad-argument",
            f"cannot expand {text(shape)} with {len(shape)} dimensions to {len(target)} sizes",
            expected=str(len(shape)),
            actual=str(len(target)),
        )
    result: list[Dim] = []
    for axis, wanted in enumerate(target):
        size = shape[axis - new] if axis >= new else 1
        if isinstance(wanted, int) and wanted == -1:
            if axis < new:
                raise ShapeError("bad-argument", "-1 cannot stand for the size of a new axis")
            result.append(size)
            continue
        is_one = equal(size, 1)
        same = equal(size, wanted)
        if is_one is False and same is False:
            raise ShapeError(
                "size-mismatch",
                f"cannot expand {text(shape)} to {text(target)}: axis {axis} is {dim_text(size)}, not 1",
                expected=dim_text(wanted),
                actual=dim_text(size),
            )
        if not is_one and not same:
            note(Constraint("broadcast", size, wanted))
        result.append(wanted)
    return tuple(result)


def reduce(shape: Shape, axes: int | Sequence[int] | None = None, *, keepdims: bool = False) -> Shape:
    """Some axes (all where `None`) summed up. Raises ShapeError `bad-argument`."""
    wanted = range(len(shape)) if axes is None else (axes,) if isinstance(axes, int) else axes
    gone = {normalize_axis(axis, len(shape)) for axis in wanted}
    if keepdims:
        return tuple(1 if axis in gone else size for axis, size in enumerate(shape))
    return tuple(size for axis, size in enumerate(shape) if axis not in gone)


def pad(shape: Shape, widths: Sequence[tuple[Dim, Dim]], mode: str = "constant") -> Shape:
    """Widths before and after for each of the last axes, as many as given; negative ones crop.

    `reflect` needs less than the size, `circular` not more. Raises ShapeError `rank-mismatch`, `bad-argument`,
    `nonpositive-size`.
    """
    kept = len(shape) - len(widths)
    if kept < 0:
        raise ShapeError(
            "rank-mismatch",
            f"padding for {len(widths)} axes, but {text(shape)} has {len(shape)}",
            expected=str(len(widths)),
            actual=str(len(shape)),
        )
    return (*shape[:kept], *(_padded(size, *width, mode) for size, width in zip(shape[kept:], widths, strict=True)))


def _padded(size: Dim, before: Dim, after: Dim, mode: str) -> Dim:
    if mode in {"reflect", "circular"}:
        widest = maximum(before, after) + (1 if mode == "reflect" else 0)
        if widest != (1 if mode == "reflect" else 0):
            require_at_least(
                size,
                widest,
                lambda: ShapeError(
                    "bad-argument",
                    f"{mode} padding {dim_text(maximum(before, after))} is too wide for the size {dim_text(size)}",
                    expected=f"at least {dim_text(widest)}",
                    actual=dim_text(size),
                ),
            )
    result = size + before + after
    require_at_least(
        result,
        0,
        lambda: ShapeError(
            "nonpositive-size",
            f"padding {dim_text(before)} and {dim_text(after)} leaves {dim_text(result)} of the size {dim_text(size)}",
        ),
    )
    return result


def repeat(shape: Shape, times: Sequence[Dim]) -> Shape:
    """`torch.Tensor.repeat`: at least as many numbers as axes. Raises ShapeError `bad-argument`."""
    new = len(times) - len(shape)
    if new < 0:
        raise ShapeError(
            "bad-argument",
            f"{len(times)} repeats for {text(shape)} with {len(shape)} dimensions",
            expected=f"at least {len(shape)}",
            actual=str(len(times)),
        )
    return tuple(size * count for size, count in zip((1,) * new + tuple(shape), times, strict=True))


def tile(shape: Shape, times: Sequence[Dim]) -> Shape:
    """`numpy.tile`: missing numbers in front are 1."""
    return repeat(shape, (1,) * (len(shape) - len(times)) + tuple(times))


def slice_length(size: Dim, start: Dim | None = None, stop: Dim | None = None, step: int = 1) -> Dim:
    """The length of `x[start:stop:step]` on an axis, by Python's rules. Raises ShapeError `bad-argument` for step 0."""
    if step == 0:
        raise ShapeError("bad-argument", "the step of a slice is 0", exception="ValueError")
    if isinstance(size, int) and all(end is None or isinstance(end, int) for end in (start, stop)):
        return len(range(*slice(start, stop, step).indices(size)))
    if step < 0:
        if start is None and stop is None:
            return -(-size // -step)
        raise Undetermined("a slice with a negative step of a size that is not known")
    return -(-_span(size, start, stop) // step)


def _span(size: Dim, start: Dim | None, stop: Dim | None) -> Dim:
    start = 0 if start is None else start
    from_start = _is_from_front(start)
    if stop is None:
        return maximum(0, size - start) if from_start else minimum(-start, size)
    if _is_from_front(stop):
        low = start if from_start else maximum(size + start, 0)
        return maximum(0, minimum(stop, size) - low)
    if from_start:
        return maximum(0, size + stop - start)
    return maximum(0, minimum(-start, size) - minimum(-stop, size))


def _is_from_front(end: Dim) -> bool:
    low, high = bounds(end)
    if low is not None and low >= 0:
        return True
    if high is not None and high < 0:
        return False
    names = symbols(end)
    if len(names) != 1 or is_anonymous(end):
        raise Undetermined(f"whether {dim_text(end)} counts from the front or from the back")
    # As it is for large sizes; for the others it is another case.
    in_front = evaluate(end, dict.fromkeys(names, VERY_LARGE)) >= 0
    note(Constraint("at-least", end, 0, assumed=True) if in_front else Constraint("at-least", -1, end, assumed=True))
    return in_front
