"""Sums, means, extremes and running sums, over all elements or along axes."""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING, Any

from cnnlint.engine import shape as shapes
from cnnlint.engine.dimension import Expr, product
from cnnlint.engine.errors import ShapeError, Undetermined
from cnnlint.frameworks.coerce import flag, integer
from cnnlint.frameworks.numpy.arguments import NUMBERS, asarray, axes_of, axis_of, items, shape_of
from cnnlint.frameworks.numpy.arithmetic import stored
from cnnlint.frameworks.numpy.contents import lanes
from cnnlint.frameworks.numpy.core import FRAME, NDARRAY, SERIES, arranged, array, bounded
from cnnlint.frameworks.numpy.dtypes import COMPLEX, accumulated, averaged, dtype_name, floating, promoted, unboxed
from cnnlint.frameworks.numpy.operation import operation
from cnnlint.interpreter.values import ListValue, Tensor, Unknown

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cnnlint.engine.shape import Shape
    from cnnlint.interpreter.machine import Machine
    from cnnlint.interpreter.values import Value


def reduced(
    machine: Machine,
    x: Tensor,
    axis: Value,
    keepdims: Value,
    dtype: str | None,
    function: Callable[[Sequence[Any]], Any] | None = None,
) -> Tensor:
    """An array after a reduction of some axes by a function of the elements along them."""
    keep = flag(keepdims)
    if x.shape is None:
        return array(() if axis is None and not keep else None, dtype)
    wanted = axes_of(axis, len(x.shape))
    shape = shapes.reduce(x.shape, wanted, keepdims=keep)
    return array(shape, dtype, _values(x, wanted, function))


def _values(x: Tensor, axes: tuple[int, ...], function: Callable[[Sequence[Any]], Any] | None) -> list[Any] | None:
    if x.values is None or not x.values or function is None or x.shape is None:
        return None
    rows: Sequence[Sequence[Any]] | None = [x.values]
    if len(axes) != len(x.shape):
        rows = lanes(x, axes[0]) if len(axes) == 1 else None
    try:
        return None if rows is None else [function(row) for row in rows]
    except (TypeError, ValueError, ArithmeticError):
        return None


def _product(values: Sequence[Any]) -> Any:
    found: Any = 1
    for value in values:
        found = found * value
    return found


def _mean(values: Sequence[Any]) -> Any:
    return sum(values) / len(values)


def _exact(function: Callable[[Sequence[Any]], Any]) -> Callable[[Sequence[Any]], Any]:
    """A function of whole numbers: of others, the last digits depend on the order in which NumPy adds them."""

    def compute(values: Sequence[Any]) -> Any:
        if any(isinstance(value, float) and not value.is_integer() for value in values):
            raise TypeError
        return function(values)

    return compute


def _no_symbols(function: Callable[[Sequence[Any]], Any]) -> Callable[[Sequence[Any]], Any]:
    def compute(values: Sequence[Any]) -> Any:
        if any(isinstance(value, Expr) for value in values):
            raise TypeError
        return function(values)

    return compute


def _same(dtype: str | None) -> str | None:
    return dtype


def _truth(dtype: str | None) -> str | None:
    return "bool"


def _spread(dtype: str | None) -> str | None:
    found = averaged(dtype)
    return {"complex64": "float32", "complex128": "float64"}.get(found or "", found)


REDUCTIONS: dict[
    str, tuple[Callable[[Sequence[Any]], Any] | None, Callable[[str | None], str | None], tuple[str, ...]]
] = {
    "sum": (_exact(sum), accumulated, ("nansum",)),
    "prod": (_exact(_product), accumulated, ("product", "nanprod")),
    "mean": (_no_symbols(_exact(_mean)), averaged, ("nanmean",)),
    "std": (None, _spread, ("nanstd",)),
    "var": (None, _spread, ("nanvar",)),
    "median": (None, averaged, ("nanmedian",)),
    "max": (_no_symbols(max), _same, ("amax", "nanmax")),
    "min": (_no_symbols(min), _same, ("amin", "nanmin")),
    "ptp": (None, _same, ()),
    "all": (_no_symbols(all), _truth, ("alltrue",)),
    "any": (_no_symbols(any), _truth, ("sometrue",)),
    "count_nonzero": (_no_symbols(lambda values: sum(bool(value) for value in values)), lambda _: "int64", ()),
}
"""Function of the elements, type of the result, other names."""

METHODS = ("sum", "prod", "mean", "std", "var", "max", "min", "ptp", "all", "any")


def reduction(machine: Machine, name: str, a: Value, axis: Value, dtype: Value, keepdims: Value) -> Value:
    """One of `REDUCTIONS`; a NumPy scalar where all axes go."""
    function, rule, _ = REDUCTIONS[name]
    if isinstance(a, NUMBERS) and not isinstance(a, Expr):
        a = array((), "int64" if isinstance(a, int) else "float64", (a,))
    if name == "prod" and axis is None:
        symbolic = _symbolic(a)
        if symbolic is not None:
            return symbolic
    x = asarray(machine, a)
    made = reduced(machine, x, axis, keepdims, dtype_name(dtype, rule(x.dtype)), function)
    if name in ("max", "min"):
        made = _extreme(x, made, name)
    return unboxed(made)


def _symbolic(a: Value) -> Value:
    """The product of the sizes of a shape, some of which may not be known."""
    if not isinstance(a, (tuple, ListValue)):
        return None
    found = items(a)
    if found is None or not all(isinstance(each, (int, Expr, Unknown)) for each in found):
        return None
    if any(isinstance(each, Unknown) for each in found):
        return Unknown(next(each.reason for each in found if isinstance(each, Unknown)))
    return product(found) if any(isinstance(each, Expr) for each in found) else None


def _extreme(x: Tensor, made: Tensor, name: str) -> Tensor:
    """The largest label is known where every number between the ends occurs."""
    if made.values is not None or "range" not in x.facts:
        return made
    low, high = x.facts["range"]
    if made.shape == () and x.facts.get("classes") == high - low + 1:
        return array((), made.dtype, (high if name == "max" else low,))
    return arranged(made, x, whole=False)


def _declare(name: str) -> None:
    def body(
        machine: Machine,
        a: Value,
        axis: Value = None,
        dtype: Value = None,
        out: Value = None,
        *args: Value,
        keepdims: Value = False,
        **options: Value,
    ) -> Value:
        if name not in ("sum", "prod", "mean", "std", "var"):  # without `dtype`
            out, dtype = dtype if isinstance(dtype, Tensor) else out, None
        made = reduction(machine, name, a, axis, dtype, keepdims)
        return stored(machine, out, made) if isinstance(out, Tensor) else made

    names = [f"numpy.{name}", *(f"numpy.{alias}" for alias in REDUCTIONS[name][2])]
    operation(*names)(body)
    if name in METHODS:
        operation(f"ndarray.{name}")(body)


for _name in REDUCTIONS:
    _declare(_name)


@operation("numpy.average")
def average(
    machine: Machine,
    a: Value,
    axis: Value = None,
    weights: Value = None,
    returned: Value = False,
    *,
    keepdims: Value = False,
) -> Value:
    x = asarray(machine, a)
    kind = averaged(x.dtype)
    if weights is not None:
        kind = promoted(kind, averaged(asarray(machine, weights).dtype))
    made = reduced(machine, x, axis, keepdims, kind)
    if flag(returned):
        return (made, array(made.shape))
    return made


@operation("numpy.percentile", "numpy.quantile", "numpy.nanpercentile", "numpy.nanquantile")
def percentile(
    machine: Machine, a: Value, q: Value, axis: Value = None, *args: Value, keepdims: Value = False, **options: Value
) -> Value:
    x = asarray(machine, a)
    made = reduced(machine, x, axis, keepdims, averaged(x.dtype))
    front = () if isinstance(q, NUMBERS) else shape_of(asarray(machine, q))
    return array(None if made.shape is None else (*front, *made.shape), made.dtype)


def _declare_place(name: str) -> None:
    function = max if name == "argmax" else min

    def find(values: Sequence[Any]) -> Any:
        return list(values).index(function(values))

    def body(machine: Machine, a: Value, axis: Value = None, out: Value = None, *, keepdims: Value = False) -> Value:
        x = asarray(machine, a)
        made = reduced(
            machine, x, None if axis is None else integer(axis, "axis"), keepdims, "int64", _no_symbols(find)
        )
        if x.shape is not None and made.values is None:
            size = product(x.shape) if axis is None else x.shape[axis_of(axis, len(x.shape))]
            bounded(made, 0, size - 1 if isinstance(size, int) else None)
        return unboxed(made)

    operation(f"numpy.{name}", f"numpy.nan{name}", f"ndarray.{name}", f"Series.{name}")(body)


for _name in ("argmax", "argmin"):
    _declare_place(_name)


def _running(values: Sequence[Any], step: Callable[[Any, Any], Any]) -> list[Any]:
    found: list[Any] = []
    for value in values:
        found.append(step(found[-1], value) if found else value)
    return found


def _declare_running(name: str, step: Callable[[Any, Any], Any]) -> None:
    def body(machine: Machine, a: Value, axis: Value = None, dtype: Value = None, out: Value = None) -> Value:
        x = asarray(machine, a)
        kind = dtype_name(dtype, accumulated(x.dtype))
        if x.shape is None:
            return array(None, kind)
        flat = axis is None or len(x.shape) <= 1
        shape: Shape = (product(x.shape),) if axis is None else x.shape
        if axis is not None:
            axis_of(axis, len(x.shape))
        values = None
        if flat and x.values is not None and not any(isinstance(value, float) and value % 1 for value in x.values):
            values = _running(x.values, step)
        return array(shape, kind, values, x.cls if x.cls in (FRAME, SERIES) else NDARRAY)

    operation(f"numpy.{name}", f"numpy.nan{name}", f"ndarray.{name}", f"Series.{name}")(body)


for _name, _step in (("cumsum", operator.add), ("cumprod", operator.mul)):
    _declare_running(_name, _step)


@operation("numpy.diff", gives_array=True)
def diff(
    machine: Machine, a: Value, n: Value = 1, axis: Value = -1, prepend: Value = None, append: Value = None
) -> Value:
    x = asarray(machine, a)
    shape = shape_of(x)
    if prepend is not None or append is not None:
        raise Undetermined("differences with values put in front or behind are not followed")
    if not shape:
        raise ShapeError("bad-argument", "`diff` needs at least one dimension")
    place, turns = axis_of(axis, len(shape)), integer(n, "n")
    values = None
    if x.values is not None and len(shape) == 1 and turns == 1 and x.dtype != "bool":
        values = [after - before for before, after in zip(x.values, x.values[1:], strict=False)]
    length = shapes.slice_length(shape[place], turns)
    return array((*shape[:place], length, *shape[place + 1 :]), x.dtype, values)


@operation("numpy.gradient")
def gradient(machine: Machine, f: Value, *varargs: Value, axis: Value = None, edge_order: Value = 1) -> Value:
    x = asarray(machine, f)
    axes = axes_of(axis, len(shape_of(x)))
    made = tuple(array(x.shape, averaged(x.dtype)) for _ in axes)
    return made[0] if len(made) == 1 else made


@operation("numpy.trapz", "numpy.trapezoid")
def trapz(machine: Machine, y: Value, x: Value = None, dx: Value = 1.0, axis: Value = -1) -> Value:
    found = asarray(machine, y)
    return reduced(machine, found, axis, False, floating(found.dtype) if found.dtype not in COMPLEX else None)


@operation("numpy.cov", "numpy.corrcoef")
def cov(machine: Machine, m: Value, y: Value = None, rowvar: Value = True, *args: Value, **options: Value) -> Value:
    shape = shape_of(asarray(machine, m))
    if y is not None or len(shape) != 2:
        raise Undetermined("a covariance of these arrays is not followed")
    size = shape[0] if flag(rowvar) else shape[1]
    return array((size, size), "float64")
