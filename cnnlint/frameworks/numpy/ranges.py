"""Rows and grids of numbers: arange, linspace, meshgrid, indices."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from cnnlint.engine.dimension import Expr, ceil_div, product, unknown_dim
from cnnlint.engine.errors import ShapeError, Undetermined
from cnnlint.frameworks.coerce import flag
from cnnlint.frameworks.numpy.arguments import asarray, number, shape_of, size, sizes
from cnnlint.frameworks.numpy.contents import LIMIT
from cnnlint.frameworks.numpy.core import arranged, array, bounded
from cnnlint.frameworks.numpy.dtypes import dtype_name, floating, promoted, scalar_dtype
from cnnlint.frameworks.numpy.operation import operation
from cnnlint.interpreter.values import ListValue, Tensor, Unknown

if TYPE_CHECKING:
    from cnnlint.engine.dimension import Dim
    from cnnlint.interpreter.machine import Machine
    from cnnlint.interpreter.values import Value


def _limit(value: Value) -> Any:
    """An end of a range: a number, a symbolic size; None where it is not known."""
    if isinstance(value, Expr):
        return value
    if isinstance(value, Unknown) and value.symbol:
        return size(value)
    return number(value)


@operation("numpy.arange", gives_array=True)
def arange(
    machine: Machine, start: Value = None, stop: Value = None, step: Value = 1, dtype: Value = None, **options: Value
) -> Value:
    low, high, distance = (0 if stop is None else start, start if stop is None else stop, 1 if step is None else step)
    ends = [_limit(low), _limit(high), _limit(distance)]
    kinds = [scalar_dtype(end) if end is not None else None for end in ends]
    kind = dtype_name(dtype, "int64" if set(kinds) <= {"int64", "bool"} else "float64" if "float64" in kinds else None)
    if None in ends:
        return array((unknown_dim(),), kind)
    if any(isinstance(end, Expr) for end in ends):
        length: Dim = unknown_dim()
        if all(isinstance(end, (int, Expr)) for end in ends) and isinstance(ends[2], int) and ends[2] > 0:
            length = ceil_div(ends[1] - ends[0], ends[2])
        return array((length,), kind)
    if ends[2] == 0:
        raise ShapeError("bad-argument", "the step of a range is 0", exception="ZeroDivisionError")
    turns = max(0, math.ceil((ends[1] - ends[0]) / ends[2]))
    if turns > LIMIT:
        made = array((turns,), kind)
        if all(isinstance(end, int) for end in ends):
            last = ends[0] + (turns - 1) * ends[2]
            bounded(made, min(ends[0], last), max(ends[0], last), turns)
        return made
    return array((turns,), kind, [ends[0] + index * ends[2] for index in range(turns)])


@operation("numpy.linspace")
def linspace(
    machine: Machine,
    start: Value,
    stop: Value,
    num: Value = 50,
    endpoint: Value = True,
    retstep: Value = False,
    dtype: Value = None,
    axis: Value = 0,
    **options: Value,
) -> Value:
    kind = dtype_name(dtype, "float64")
    low, high, length = number(start), number(stop), size(num, "num")
    if low is None or high is None:
        shape = None if any(isinstance(end, (Unknown, ListValue, Tensor)) for end in (start, stop)) else (length,)
        made = array(shape, kind)
    elif isinstance(length, int) and length <= LIMIT:
        made = array((length,), kind, _between(float(low), float(high), length, endpoint=flag(endpoint)))
    else:
        made = array((length,), kind)
    if flag(retstep):
        return (made, Unknown("the step of a row of numbers is not followed"))
    return made


def _between(low: float, high: float, length: int, *, endpoint: bool) -> list[float]:
    """As NumPy computes them: the last one is exactly the end."""
    parts = length - 1 if endpoint else length
    if parts <= 0:
        return [low] * length
    step = (high - low) / parts
    found = [index * step + low for index in range(length)]
    if endpoint:
        found[-1] = high
    return found


@operation("numpy.logspace", "numpy.geomspace")
def logspace(
    machine: Machine,
    start: Value,
    stop: Value,
    num: Value = 50,
    endpoint: Value = True,
    base: Value = 10.0,
    dtype: Value = None,
    axis: Value = 0,
) -> Value:
    if number(start) is None or number(stop) is None:
        raise Undetermined("the ends of a row of numbers are not known")
    return array((size(num, "num"),), dtype_name(dtype, "float64"))


@operation("numpy.meshgrid")
def meshgrid(machine: Machine, *xi: Value, copy: Value = True, sparse: Value = False, indexing: Value = "xy") -> Value:
    given = [asarray(machine, each) for each in xi]
    if flag(sparse):
        raise Undetermined("sparse grids are not followed")
    lengths = [product(shape_of(each)) for each in given]
    if indexing == "xy" and len(lengths) > 1:
        lengths[:2] = lengths[1::-1]
    made = [arranged(array(tuple(lengths), each.dtype), each) for each in given]
    return tuple(made)


@operation("numpy.indices")
def indices(machine: Machine, dimensions: Value, dtype: Value = None, sparse: Value = False) -> Value:
    shape = sizes(dimensions)
    if flag(sparse):
        raise Undetermined("sparse grids are not followed")
    return array((len(shape), *shape), dtype_name(dtype, "int64"))


@operation("numpy.fromfunction")
def fromfunction(machine: Machine, function: Value, shape: Value, *, dtype: Value = None, **kwargs: Value) -> Value:
    grid = sizes(shape)
    kwargs.pop("like", None)
    indexes = tuple(array(grid, dtype_name(dtype, "float64")) for _ in grid)
    return machine.call(function, indexes, kwargs)


@operation("numpy.ix_")
def ix_(machine: Machine, *args: Value) -> Value:
    found = []
    for place, each in enumerate(args):
        x = asarray(machine, each)
        length = product(shape_of(x)) if x.dtype != "bool" else unknown_dim()
        made = array(tuple(length if axis == place else 1 for axis in range(len(args))), "int64")
        found.append(arranged(made, x) if x.dtype != "bool" else made)
    return tuple(found)


@operation("numpy.interp")
def interp(machine: Machine, x: Value, xp: Value, fp: Value, *args: Value, **options: Value) -> Value:
    return array(asarray(machine, x).shape, "float64")


@operation("numpy.polyfit")
def polyfit(machine: Machine, x: Value, y: Value, deg: Value, *args: Value, **options: Value) -> Value:
    if not isinstance(deg, int) or options or len(shape_of(asarray(machine, y))) != 1:
        raise Undetermined("a fit of polynomials is not followed")
    return array((deg + 1,), "float64")


@operation("numpy.polyval")
def polyval(machine: Machine, p: Value, x: Value) -> Value:
    return array(asarray(machine, x).shape, promoted(asarray(machine, p).dtype, asarray(machine, x).dtype))


@operation("numpy.histogram")
def histogram(machine: Machine, a: Value, bins: Value = 10, *args: Value, **options: Value) -> Value:
    if not isinstance(bins, int):
        raise Undetermined("the bins of a histogram are not known")
    counts = array((bins,), "int64" if options.get("weights") is None and not options.get("density") else None)
    return (counts, array((bins + 1,), None if floating(asarray(machine, a).dtype) is None else "float64"))


@operation("numpy.unravel_index")
def unravel_index(machine: Machine, indices: Value, shape: Value, order: Value = "C") -> Value:
    x = asarray(machine, indices)
    return tuple(
        bounded(array(x.shape, "int64"), 0, each - 1 if isinstance(each, int) else None) for each in sizes(shape)
    )


@operation("numpy.bincount")
def bincount(machine: Machine, x: Value, weights: Value = None, minlength: Value = 0) -> Value:
    found = asarray(machine, x)
    length: Value = unknown_dim()
    low, high = found.facts.get("range", (0, -1))
    if low == 0 and found.facts.get("classes") == high + 1 and high >= 0 and isinstance(minlength, int):
        length = max(high + 1, minlength)
    return array((length,), "int64" if weights is None else "float64")
