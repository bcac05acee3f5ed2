"""Where, take, sort, unique and their like."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnnlint.engine import shape as shapes
from cnnlint.engine.dimension import product, unknown_dim
from cnnlint.engine.errors import ShapeError, Undetermined
from cnnlint.frameworks.coerce import flag, integer
from cnnlint.frameworks.numpy.arguments import NUMBERS, arrays, asarray, axis_of, operand, shape_of
from cnnlint.frameworks.numpy.contents import written
from cnnlint.frameworks.numpy.core import arranged, array, bounded, like
from cnnlint.frameworks.numpy.dtypes import result_type, unboxed
from cnnlint.frameworks.numpy.elementwise import apply
from cnnlint.frameworks.numpy.indexing import indexed
from cnnlint.frameworks.numpy.joining import common_dtype, with_range
from cnnlint.frameworks.numpy.operation import operation
from cnnlint.frameworks.numpy.reshaping import viewed
from cnnlint.interpreter.values import MISSING, Tensor

if TYPE_CHECKING:
    from collections.abc import Callable

    from cnnlint.engine.shape import Shape
    from cnnlint.interpreter.machine import Machine
    from cnnlint.interpreter.values import Value


def _choose(condition: Any, one: Any, other: Any) -> Any:
    return one if condition else other


@operation("numpy.where")
def where(machine: Machine, condition: Value, x: Value = MISSING, y: Value = MISSING) -> Value:
    if x is MISSING and y is MISSING:
        return nonzero(machine, condition)
    one, other, chosen = operand(machine, x), operand(machine, y), operand(machine, condition)
    made = apply(machine, _choose, (chosen, one, other), lambda rows: result_type(rows[1:]))
    if isinstance(made, Tensor) and made.values is None:
        ranges = [_range(each) for each in (one, other)]
        known = [each for each in ranges if each is not None]
        if len(known) == 2:
            bounded(made, min(known[0][0], known[1][0]), max(known[0][1], known[1][1]))
    return made


def _range(value: Value) -> tuple[int, int] | None:
    if isinstance(value, Tensor):
        found = value.facts.get("range")
        return found if isinstance(found, tuple) else None
    if isinstance(value, float) and value.is_integer():
        return (int(value), int(value))
    return (int(value), int(value)) if isinstance(value, int) else None


@operation("numpy.nonzero", "ndarray.nonzero")
def nonzero(machine: Machine, a: Value) -> Value:
    x = asarray(machine, a)
    shape = shape_of(x)
    if x.values is not None and len(shape) == 1:
        places = [index for index, value in enumerate(x.values) if value]
        return (array((len(places),), "int64", places),)
    found = unknown_dim()
    return tuple(bounded(array((found,), "int64"), 0, dim - 1 if isinstance(dim, int) else None) for dim in shape)


@operation("numpy.flatnonzero", gives_array=True)
def flatnonzero(machine: Machine, a: Value) -> Value:
    x = asarray(machine, a)
    return nonzero(machine, viewed(x, (product(shape_of(x)),)))[0]


@operation("numpy.argwhere", gives_array=True)
def argwhere(machine: Machine, a: Value) -> Value:
    return array((unknown_dim(), len(shape_of(asarray(machine, a)))), "int64")


@operation("numpy.select", gives_array=True)
def select(machine: Machine, condlist: Value, choicelist: Value, default: Value = 0) -> Value:
    conditions, choices = arrays(machine, condlist), arrays(machine, choicelist)
    shape = shapes.broadcast_all([shape_of(each) for each in (*conditions, *choices)])
    given = [*choices, default] if isinstance(default, NUMBERS) else choices
    made = array(shape, common_dtype(choices) if given is choices else result_type(given))
    return with_range(made, [*choices, array((1,), "int64", (default,) if isinstance(default, int) else None)])


@operation("numpy.extract", "numpy.compress", gives_array=True)
def extract(machine: Machine, condition: Value, arr: Value) -> Value:
    return like(asarray(machine, arr), (unknown_dim(),), whole=False)


@operation("numpy.take", "ndarray.take", gives_array=True)
def take(machine: Machine, a: Value, indices: Value, axis: Value = None, *args: Value, **options: Value) -> Value:
    x, index = asarray(machine, a), operand(machine, indices)
    if axis is None:
        x, place = viewed(x, (product(shape_of(x)),)), 0
    else:
        place = axis_of(axis, len(shape_of(x)))
    if options.get("mode") not in (None, "raise"):
        index = array(shape_of(asarray(machine, index)), "int64")
    return unboxed(indexed(machine, x, (*(slice(None),) * place, index) if place else index))


@operation("numpy.take_along_axis", gives_array=True)
def take_along_axis(machine: Machine, arr: Value, indices: Value, axis: Value = -1) -> Value:
    x, index = asarray(machine, arr), asarray(machine, indices)
    if axis is None:
        return like(x, shape_of(index), whole=False)
    place = axis_of(axis, len(shape_of(x)))
    wanted = shape_of(index)
    if len(wanted) != len(shape_of(x)):
        raise ShapeError("rank-mismatch", "`indices` and `arr` must have the same number of dimensions")
    rest = shapes.broadcast(_without(shape_of(x), place), _without(wanted, place))
    return like(x, (*rest[:place], wanted[place], *rest[place + 1 :]), whole=False)


def _without(shape: Shape, axis: int) -> Shape:
    return (*shape[:axis], 1, *shape[axis + 1 :])


# --- sorting ----------------------------------------------------------------------------------------------------------


@operation("numpy.sort", gives_array=True)
def sort(machine: Machine, a: Value, axis: Value = -1, *args: Value, **options: Value) -> Value:
    x = asarray(machine, a)
    if axis is None:
        x = viewed(x, (product(shape_of(x)),))
    elif x.shape is not None:
        axis_of(axis, len(x.shape))
    one = x.shape is not None and len(x.shape) == 1 and x.values is not None
    return like(x, x.shape, _sorted(x.values) if one and x.values is not None else None)


def _sorted(values: tuple[Any, ...]) -> list[Any] | None:
    try:
        return sorted(values)
    except TypeError:
        return None


@operation("ndarray.sort")
def method_sort(machine: Machine, self: Value, axis: Value = -1, *args: Value, **options: Value) -> None:
    written(machine, self, self.facts.get("range"))


@operation("numpy.argsort", "ndarray.argsort", "numpy.argpartition", "ndarray.argpartition", gives_array=True)
def argsort(machine: Machine, a: Value, axis: Value = -1, *args: Value, **options: Value) -> Value:
    x = asarray(machine, a)
    shape = shape_of(x)
    if axis is None:
        shape = (product(shape),)
    size = shape[-1] if shape else 1
    if x.values is not None and len(shape) == 1 and (order := _sorted_places(x.values)) is not None:
        return array(shape, "int64", order)
    last = axis is None or axis == -1 or len(shape) == 1
    whole = size if last and isinstance(size, int) else None
    made = array(shape, "int64")
    return made if whole is None else bounded(made, 0, whole - 1, whole)


def _sorted_places(values: tuple[Any, ...]) -> list[int] | None:
    try:
        return sorted(range(len(values)), key=values.__getitem__) if len(set(values)) == len(values) else None
    except TypeError:
        return None


@operation("numpy.lexsort", gives_array=True)
def lexsort(machine: Machine, keys: Value, axis: Value = -1) -> Value:
    rows = arrays(machine, keys)
    return array(shape_of(rows[-1]), "int64")


@operation("numpy.partition", gives_array=True)
def partition(machine: Machine, a: Value, kth: Value, axis: Value = -1, **options: Value) -> Value:
    x = asarray(machine, a)
    return like(x, x.shape)


# --- unique -----------------------------------------------------------------------------------------------------------


@operation("numpy.unique")
def unique(
    machine: Machine,
    ar: Value,
    return_index: Value = False,
    return_inverse: Value = False,
    return_counts: Value = False,
    axis: Value = None,
    **options: Value,
) -> Value:
    x = asarray(machine, ar)
    if axis is not None:
        shape = shape_of(x)
        place = integer(axis, "axis") % max(len(shape), 1)
        return array((*shape[:place], unknown_dim(), *shape[place + 1 :]), x.dtype)
    made = different(x)
    found: list[Value] = [made]
    assert made.shape is not None
    size = made.shape[0]
    last = size - 1 if isinstance(size, int) else None
    if flag(return_index):
        found.append(array(made.shape, "int64"))
    if flag(return_inverse):
        found.append(bounded(array(x.shape, "int64"), 0, last, size if isinstance(size, int) else None))
    if flag(return_counts):
        found.append(array(made.shape, "int64"))
    return found[0] if len(found) == 1 else tuple(found)


def different(x: Tensor) -> Tensor:
    """The different elements of an array, sorted."""
    if x.values is not None:
        values = _sorted(tuple(set(x.values)))
        if values is not None and "nan" not in map(str, values):
            return array((len(values),), x.dtype, values)
    low, high = x.facts.get("range", (0, -1))
    classes = x.facts.get("classes")
    if classes is not None and classes == high - low + 1 and classes <= 4096:
        return array((classes,), x.dtype, range(low, high + 1))
    return arranged(array((unknown_dim() if classes is None else classes,), x.dtype), x)


def _declare_set(name: str, combine: Callable[[set[Any], set[Any]], set[Any]]) -> None:
    def body(machine: Machine, ar1: Value, ar2: Value, *args: Value, **options: Value) -> Value:
        if flag(options.get("return_indices", False)):
            raise Undetermined("the places of common elements are not followed")
        one, other = asarray(machine, ar1), asarray(machine, ar2)
        dtype = one.dtype if name == "setdiff1d" else common_dtype([one, other])
        if one.values is not None and other.values is not None:
            values = _sorted(tuple(combine(set(one.values), set(other.values))))
            if values is not None:
                return array((len(values),), dtype, values)
        return array((unknown_dim(),), dtype)

    operation(f"numpy.{name}", gives_array=True)(body)


_declare_set("union1d", set.union)
_declare_set("intersect1d", set.intersection)
_declare_set("setdiff1d", set.difference)
_declare_set("setxor1d", set.symmetric_difference)


@operation("numpy.apply_along_axis", gives_array=True)
def apply_along_axis(machine: Machine, func1d: Value, axis: Value, arr: Value, *args: Value, **kwargs: Value) -> Value:
    x = asarray(machine, arr)
    shape = shape_of(x)
    place = axis_of(axis, len(shape))
    made = asarray(machine, machine.call(func1d, (array((shape[place],), x.dtype), *args), kwargs))
    return array((*shape[:place], *shape_of(made), *shape[place + 1 :]), made.dtype)


@operation("numpy.ndenumerate", "numpy.nditer", "numpy.ndindex")
def not_followed(machine: Machine, *args: Value, **options: Value) -> Value:
    raise Undetermined("single elements of an array are not iterated over")
