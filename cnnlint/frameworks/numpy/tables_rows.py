"""pandas' tables with other rows, in another order or with other elements, and the arrays behind them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.engine.dimension import unknown_dim
from cnnlint.engine.errors import Undetermined
from cnnlint.frameworks.coerce import flag
from cnnlint.frameworks.numpy.arguments import shape_of
from cnnlint.frameworks.numpy.core import FRAME, SERIES, array
from cnnlint.frameworks.numpy.creation import converted
from cnnlint.frameworks.numpy.dtypes import dtype_name
from cnnlint.frameworks.numpy.indexing import indexed
from cnnlint.frameworks.numpy.operation import operation
from cnnlint.frameworks.numpy.tables import (
    columns_of,
    frame,
    maybe_in_place,
    names_of,
    plain,
    rows_of,
    series,
    with_rows,
    without,
)
from cnnlint.interpreter.values import DictValue, Tensor, Unknown

if TYPE_CHECKING:
    from cnnlint.interpreter.machine import Machine
    from cnnlint.interpreter.values import Value


def _declare_whole(name: str) -> None:
    """A method that leaves the shape as it is; the elements may be others."""
    keeps = name in ("copy", "sort_values", "sort_index", "rename", "infer_objects")

    def body(machine: Machine, self: Tensor, *args: Value, inplace: Value = False, **options: Value) -> Value:
        made = with_rows(self, rows_of(self), whole=True)
        if not keeps:
            made = _other(made)
        if name == "rename" and self.cls is FRAME and (options.get("columns") is not None or args):
            made = frame(rows_of(self), None, shape_of(self)[1], self.dtype)
        return maybe_in_place(machine, self, made, inplace)

    operation(f"DataFrame.{name}", f"Series.{name}")(body)


def _other(x: Tensor) -> Tensor:
    """The same table with other elements."""
    if x.cls is not FRAME:
        return array(x.shape, cls=x.cls)
    columns = columns_of(x)
    if columns is None:
        return frame(rows_of(x), None, shape_of(x)[1])
    return frame(rows_of(x), {name: array((rows_of(x),), cls=SERIES) for name in columns})


for _name in (
    "copy",
    "sort_values",
    "sort_index",
    "rename",
    "infer_objects",
    "fillna",
    "replace",
    "interpolate",
    "ffill",
    "bfill",
    "where",
    "mask",
    "rank",
    "shift",
    "pct_change",
    "applymap",
    "convert_dtypes",
):
    _declare_whole(_name)


def _declare_fewer(name: str) -> None:
    def body(machine: Machine, self: Tensor, *args: Value, inplace: Value = False, **options: Value) -> Value:
        if name == "dropna" and (options.get("axis") in (1, "columns") or args):
            return maybe_in_place(machine, self, frame(rows_of(self), None), inplace)
        return maybe_in_place(machine, self, with_rows(self, unknown_dim()), inplace)

    operation(f"DataFrame.{name}", f"Series.{name}")(body)


for _name in ("dropna", "drop_duplicates", "query", "nlargest", "nsmallest", "truncate", "filter"):
    _declare_fewer(_name)


@operation("DataFrame.head", "DataFrame.tail", "Series.head", "Series.tail")
def head(machine: Machine, self: Tensor, n: Value = 5) -> Value:
    key = slice(None, n) if isinstance(n, int) else slice(None, Unknown("a number of rows"))
    return with_rows(self, shape_of(indexed(machine, array((rows_of(self),)), key))[0])


@operation("DataFrame.sample", "Series.sample")
def sample(
    machine: Machine, self: Tensor, n: Value = None, frac: Value = None, *args: Value, **options: Value
) -> Value:
    if options.get("axis") in (1, "columns"):
        raise Undetermined("a choice of columns is not followed")
    if frac is None:
        return with_rows(self, 1 if n is None else n if isinstance(n, int) else unknown_dim())
    rows = rows_of(self)
    whole = isinstance(frac, (int, float)) and frac == 1
    if isinstance(frac, float) and isinstance(rows, int) and not whole:
        return with_rows(self, round(rows * frac))
    return with_rows(self, rows if whole else unknown_dim(), whole=whole)


@operation("DataFrame.reset_index", "Series.reset_index")
def reset_index(
    machine: Machine,
    self: Tensor,
    level: Value = None,
    *args: Value,
    drop: Value = False,
    inplace: Value = False,
    **options: Value,
) -> Value:
    if flag(drop):
        made = with_rows(self, rows_of(self), whole=True)
    elif self.cls is FRAME:
        made = frame(rows_of(self), None, shape_of(self)[1] + 1)
    else:
        made = frame(rows_of(self), None, 2)
    return maybe_in_place(machine, self, made, inplace)


@operation("DataFrame.set_index")
def set_index(
    machine: Machine, self: Tensor, keys: Value, drop: Value = True, *args: Value, inplace: Value = False
) -> Value:
    made = without(self, names_of(keys)) if flag(drop) else self
    return maybe_in_place(machine, self, made, inplace)


# --- the array behind it ----------------------------------------------------------------------------------------------


@operation("DataFrame.to_numpy", "Series.to_numpy", "DataFrame.__array__", "Series.__array__")
def to_numpy(machine: Machine, self: Tensor, dtype: Value = None, *args: Value, **options: Value) -> Value:
    made = plain(self)
    return made if dtype is None else converted(made, dtype_name(dtype)) if dtype_name(dtype) else array(made.shape)


@operation("DataFrame.astype", "Series.astype")
def astype(machine: Machine, self: Tensor, dtype: Value, *args: Value, **options: Value) -> Value:
    name = None if isinstance(dtype, DictValue) or dtype == "category" else dtype_name(dtype)
    if self.cls is not FRAME:
        made = converted(plain(self), name) if name is not None else array(self.shape)
        return series(made)
    columns = columns_of(self)
    if columns is None:
        return frame(rows_of(self), None, shape_of(self)[1], name)
    return frame(
        rows_of(self),
        {
            key: series(converted(each, name)) if name else array(each.shape, cls=SERIES)
            for key, each in columns.items()
        },
    )
