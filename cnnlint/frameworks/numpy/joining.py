"""Concatenate, stack, split, append, insert, delete."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.engine import shape as shapes
from cnnlint.engine.dimension import Expr, product, unknown_dim
from cnnlint.engine.errors import Undetermined
from cnnlint.frameworks import coerce
from cnnlint.frameworks.numpy.arguments import NUMBERS, arrays, asarray, axis_of, items, shape_of
from cnnlint.frameworks.numpy.contents import joined
from cnnlint.frameworks.numpy.core import arranged, array, bounded, like
from cnnlint.frameworks.numpy.dtypes import dtype_name, promoted
from cnnlint.frameworks.numpy.operation import indexed_object, operation, unsized
from cnnlint.frameworks.numpy.reshaping import along, raised, viewed
from cnnlint.interpreter.filling import count_of, examples_of, is_filled
from cnnlint.interpreter.values import Instance, ListValue, Tensor, Unknown

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cnnlint.engine.dimension import Dim
    from cnnlint.interpreter.machine import Machine
    from cnnlint.interpreter.values import Value


def concatenated(parts: Sequence[Tensor], axis: int, dtype: str | None = None) -> Tensor:
    """The arrays one after the other along an axis. Raises ShapeError `concat-mismatch`."""
    kind = dtype or common_dtype(parts)
    if not parts:
        shapes.concatenate([], axis)
    if any(part.shape is None for part in parts):
        known = [part.shape for part in parts if part.shape is not None]
        if known:
            shapes.concatenate(known, axis)
        return unsized("the shape of one of the arrays is not known", kind)
    shape = shapes.concatenate([shape_of(part) for part in parts], axis)
    made = array(shape, kind, joined(parts, axis % len(shape)))
    return with_range(made, parts)


def of_filled(machine: Machine, value: ListValue, widen: Callable[[Tensor], Tensor], axis: Value) -> Tensor:
    """The arrays of a list that a loop over data has filled, one after the other. Raises ShapeError, Undetermined."""
    wide = [widen(asarray(machine, each)) for each in examples_of(value)]
    rank = len(shape_of(wide[0]))
    place = 0 if rank == 1 and axis == 1 else axis_of(axis, rank)
    made = concatenated(wide, place)
    sizes = {shape_of(each)[place] for each in wide}
    size = sizes.pop() * count_of(value) if len(sizes) == 1 else unknown_dim()
    shape = shape_of(made)
    return arranged(array((*shape[:place], size, *shape[place + 1 :]), made.dtype), made, whole=False)


def common_dtype(parts: Sequence[Tensor]) -> str | None:
    """The type of the elements of all arrays together."""
    kind = parts[0].dtype if parts else None
    for part in parts[1:]:
        kind = promoted(kind, part.dtype)
    return kind


def with_range(made: Tensor, parts: Sequence[Tensor]) -> Tensor:
    """Note the range of all parts together."""
    found = [part.facts.get("range") for part in parts]
    if made.values is None and all(found):
        known = [each for each in found if each is not None]
        bounded(made, min(low for low, _ in known), max(high for _, high in known))
    return made


@operation("numpy.concatenate", "numpy.concat", gives_array=True)
def concatenate(
    machine: Machine,
    arrays_: Value,
    /,
    axis: Value = 0,
    out: Value = None,
    *,
    dtype: Value = None,
    casting: Value = "same_kind",
) -> Value:
    if isinstance(arrays_, ListValue) and is_filled(arrays_) and axis is not None:
        return of_filled(machine, arrays_, lambda part: part, axis)
    parts = arrays(machine, arrays_)
    if axis is None:
        parts = [viewed(part, (product(shape_of(part)),)) for part in parts]
        axis = 0
    return concatenated(parts, coerce.integer(axis, "axis"), dtype_name(dtype))


@operation("numpy.stack", gives_array=True)
def stack(
    machine: Machine, arrays_: Value, axis: Value = 0, out: Value = None, *, dtype: Value = None, casting: Value = None
) -> Value:
    if isinstance(arrays_, ListValue) and is_filled(arrays_):
        rank = len(shape_of(asarray(machine, examples_of(arrays_)[0])))
        new = axis_of(axis, rank + 1)
        return of_filled(machine, arrays_, lambda part: viewed(part, shapes.unsqueeze(shape_of(part), new)), new)
    parts = arrays(machine, arrays_)
    found = [shape_of(part) for part in parts]
    shape = shapes.stack(found, coerce.integer(axis, "axis"))
    place = axis_of(axis, len(shape))
    wide = [viewed(part, shapes.unsqueeze(shape_of(part), place)) for part in parts]
    return concatenated(wide, place, dtype_name(dtype))


def _declare(name: str, rank: int, axis: int) -> None:
    def body(machine: Machine, tup: Value, *, dtype: Value = None, casting: Value = None) -> Value:
        if isinstance(tup, ListValue) and is_filled(tup):
            return of_filled(machine, tup, lambda part: viewed(part, raised(shape_of(part), rank)), axis)
        parts = arrays(machine, tup)
        wide = [viewed(part, raised(shape_of(part), rank)) for part in parts]
        place = 0 if axis == 1 and wide and len(shape_of(wide[0])) == 1 else axis
        return concatenated(wide, place, dtype_name(dtype))

    operation(*([f"numpy.{name}", "numpy.row_stack"] if name == "vstack" else [f"numpy.{name}"]), gives_array=True)(
        body
    )


_declare("vstack", 2, 0)
_declare("hstack", 1, 1)
_declare("dstack", 3, 2)


@operation("numpy.column_stack", gives_array=True)
def column_stack(machine: Machine, tup: Value) -> Value:
    parts = arrays(machine, tup)
    return concatenated([_column(part) for part in parts], 1)


def _column(part: Tensor) -> Tensor:
    shape = shape_of(part)
    return viewed(part, (*shape, 1)) if len(shape) == 1 else viewed(part, (1, 1)) if not shape else part


@operation("numpy.append", gives_array=True)
def append(machine: Machine, arr: Value, values: Value, axis: Value = None) -> Value:
    one, other = asarray(machine, arr), asarray(machine, values)
    if axis is None:
        flat = [viewed(part, (unknown_dim() if part.shape is None else product(part.shape),)) for part in (one, other)]
        return concatenated(flat, 0)
    return concatenated([one, other], coerce.integer(axis, "axis"))


@operation("numpy.insert", gives_array=True)
def insert(machine: Machine, arr: Value, obj: Value, values: Value, axis: Value = None) -> Value:
    x = asarray(machine, arr)
    if axis is None:
        x = viewed(x, (product(shape_of(x)),))
    if not isinstance(obj, int):
        raise Undetermined("how many places are inserted is not followed")
    place = axis_of(0 if axis is None else axis, len(shape_of(x)))
    more: Dim = 1
    if not isinstance(values, NUMBERS):
        given = shape_of(asarray(machine, values))
        if len(given) == len(shape_of(x)) and len(given) > 0:
            raise Undetermined("how many places are inserted is not followed")
    shape = shape_of(x)
    return array((*shape[:place], shape[place] + more, *shape[place + 1 :]), x.dtype)


@operation("numpy.delete", gives_array=True)
def delete(machine: Machine, arr: Value, obj: Value, axis: Value = None) -> Value:
    x = asarray(machine, arr)
    if axis is None:
        x = viewed(x, (product(shape_of(x)),))
    shape = shape_of(x)
    place = axis_of(0 if axis is None else axis, len(shape))
    fewer = _deleted(obj, shape[place])
    length = unknown_dim() if fewer is None else shape[place] - fewer
    return like(x, (*shape[:place], length, *shape[place + 1 :]), whole=False)


def _deleted(obj: Value, size: Dim) -> Dim | None:
    if isinstance(obj, int):
        return 1
    if isinstance(obj, slice) and isinstance(size, int):
        ends = (obj.start, obj.stop, obj.step)
        if all(each is None or isinstance(each, int) for each in ends):
            return len(range(*obj.indices(size)))
        return None
    if isinstance(obj, (ListValue, tuple)) or (isinstance(obj, Tensor) and obj.dtype != "bool"):
        found = items(obj)
        if found is not None and all(isinstance(each, int) and not isinstance(each, bool) for each in found):
            return len({each % size if isinstance(size, int) and size else each for each in found})
    return None


# --- split ------------------------------------------------------------------------------------------------------------


def _split(machine: Machine, ary: Value, sections: Value, axis: int, *, even: bool) -> Value:
    x = asarray(machine, ary)
    shape = shape_of(x)
    place = shapes.normalize_axis(axis, len(shape))
    cuts = None if isinstance(sections, (Unknown, Expr)) else items(sections)
    given = coerce.integer(sections, "sections") if cuts is None else [coerce.dim(each, "sections") for each in cuts]
    lengths = shapes.section_sizes(shape[place], given, even=even)
    found: list[Value] = []
    start: Dim = 0
    for length in lengths:
        places = range(start, start + length) if isinstance(start, int) and isinstance(length, int) else None
        found.append(along(x, place, places, length, whole=False))
        start = start + length
    return ListValue(found)


@operation("numpy.split")
def split(machine: Machine, ary: Value, indices_or_sections: Value, axis: Value = 0) -> Value:
    return _split(machine, ary, indices_or_sections, coerce.integer(axis, "axis"), even=True)


@operation("numpy.array_split")
def array_split(machine: Machine, ary: Value, indices_or_sections: Value, axis: Value = 0) -> Value:
    return _split(machine, ary, indices_or_sections, coerce.integer(axis, "axis"), even=False)


@operation("numpy.vsplit")
def vsplit(machine: Machine, ary: Value, indices_or_sections: Value) -> Value:
    return _split(machine, ary, indices_or_sections, 0, even=True)


@operation("numpy.hsplit")
def hsplit(machine: Machine, ary: Value, indices_or_sections: Value) -> Value:
    axis = 1 if len(shape_of(asarray(machine, ary))) > 1 else 0
    return _split(machine, ary, indices_or_sections, axis, even=True)


@operation("numpy.dsplit")
def dsplit(machine: Machine, ary: Value, indices_or_sections: Value) -> Value:
    return _split(machine, ary, indices_or_sections, 2, even=True)


# --- np.c_ and np.r_ --------------------------------------------------------------------------------------------------


def _c_(machine: Machine, self: Instance, index: Value) -> Value:
    parts = [asarray(machine, each) for each in (index if isinstance(index, tuple) else (index,))]
    return concatenated([_column(part) for part in parts], -1)


def _r_(machine: Machine, self: Instance, index: Value) -> Value:
    given = index if isinstance(index, tuple) else (index,)
    if any(isinstance(each, (slice, str)) for each in given):
        raise Undetermined("a row of ranges is not followed")
    parts = [asarray(machine, each) for each in given]
    return concatenated([viewed(part, raised(shape_of(part), 1)) for part in parts], 0)


for _name, _body in (("c_", _c_), ("r_", _r_)):
    indexed_object(f"numpy.{_name}", _body)
