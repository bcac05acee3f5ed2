"""pandas' columns: their elements, what sums them up, their text and dates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.engine.dimension import unknown_dim
from cnnlint.engine.errors import ShapeError, Undetermined
from cnnlint.frameworks.numpy.arguments import shape_of
from cnnlint.frameworks.numpy.core import FRAME, SERIES, array
from cnnlint.frameworks.numpy.dtypes import averaged
from cnnlint.frameworks.numpy.operation import Operation, operation
from cnnlint.frameworks.numpy.reductions import METHODS, reduction
from cnnlint.frameworks.numpy.selecting import different
from cnnlint.frameworks.numpy.tables import (
    columns_of,
    frame,
    plain,
    rows_of,
    with_rows,
)
from cnnlint.frameworks.numpy.tables_places import ACCESSOR, line
from cnnlint.interpreter.values import HostFunction, Instance, Tensor, Unknown

if TYPE_CHECKING:
    from cnnlint.interpreter.machine import Machine
    from cnnlint.interpreter.values import Value


@operation("Series.__getitem__")
def series_getitem(machine: Machine, self: Tensor, key: Value) -> Value:
    if isinstance(key, (slice, Tensor, tuple)):
        return line(machine, self, key)
    raise Undetermined("which row has a label is not known")


@operation("Series.__setitem__")
def series_setitem(machine: Machine, self: Tensor, key: Value, value: Value) -> None:
    machine.touch(self)
    self.values = None
    self.facts = {}


@operation("Series.__len__", "DataFrame.__len__")
def length(machine: Machine, self: Tensor) -> Value:
    return rows_of(self)


@operation("Series.__iter__")
def iterate(machine: Machine, self: Tensor) -> Value:
    return machine.call(machine.get(plain(self), "__iter__"), ())


@operation("DataFrame.__iter__", "DataFrame.keys")
def names(machine: Machine, self: Tensor) -> Value:
    columns = columns_of(self)
    if columns is None:
        raise Undetermined("the columns of a table are not known")
    return tuple(columns)


@operation("Series.unique")
def unique(machine: Machine, self: Tensor) -> Value:
    made = different(plain(self))
    made.values = None  # in the order of their appearance
    return made


@operation("Series.nunique")
def nunique(machine: Machine, self: Tensor, dropna: Value = True) -> Value:
    found = shape_of(different(plain(self)))[0]
    if isinstance(found, int):
        return found
    raise Undetermined("how many different values a column has is not known")


@operation("Series.value_counts")
def value_counts(machine: Machine, self: Tensor, *args: Value, **options: Value) -> Value:
    return array((unknown_dim(),), cls=SERIES)


@operation("Series.map", "Series.apply", "Series.transform")
def mapped(machine: Machine, self: Tensor, *args: Value, **options: Value) -> Value:
    return array(self.shape, cls=SERIES)


@operation("Series.to_frame")
def to_frame(machine: Machine, self: Tensor, name: Value = None) -> Value:
    return frame(rows_of(self), None, 1, self.dtype)


@operation("Series.reshape")
def series_reshape(machine: Machine, self: Tensor, *shape: Value) -> Value:
    raise ShapeError(
        "bad-argument",
        "a Series has no method `reshape`",
        help="reshape its values: `.values.reshape(…)`",
        exception="AttributeError",
    )


def _declare_reduction(name: str) -> None:
    def of_series(machine: Machine, self: Tensor, *args: Value, **options: Value) -> Value:
        made = reduction(machine, name, plain(self), None, None, False)
        return array((), averaged(self.dtype)) if name in ("std", "var") else made

    def of_frame(machine: Machine, self: Tensor, axis: Value = 0, *args: Value, **options: Value) -> Value:
        if axis is None:
            return array((), None)
        keep = 0 if axis in (1, "columns") else 1
        return array((shape_of(self)[keep],), cls=SERIES)

    operation(f"Series.{name}")(of_series)
    operation(f"DataFrame.{name}")(of_frame)


for _name in (*METHODS, "median"):
    _declare_reduction(_name)


@operation("DataFrame.isnull", "DataFrame.isna", "DataFrame.notnull", "DataFrame.notna", "DataFrame.isin")
def frame_is(machine: Machine, self: Tensor, *args: Value) -> Value:
    made = with_rows(self, rows_of(self))
    columns = columns_of(made)
    if columns is None:
        made.dtype = "bool"
        return made
    return frame(rows_of(self), {name: array(each.shape, "bool", cls=SERIES) for name, each in columns.items()})


@operation(
    "Series.isnull",
    "Series.isna",
    "Series.notnull",
    "Series.notna",
    "Series.isin",
    "Series.between",
    "Series.duplicated",
)
def series_is(machine: Machine, self: Tensor, *args: Value, **options: Value) -> Value:
    return array(self.shape, "bool", cls=SERIES)


@operation("DataFrame.duplicated")
def duplicated(machine: Machine, self: Tensor, *args: Value, **options: Value) -> Value:
    return array((rows_of(self),), "bool", cls=SERIES)


@operation("DataFrame.corr", "DataFrame.cov")
def corr(machine: Machine, self: Tensor, *args: Value, **options: Value) -> Value:
    return frame(shape_of(self)[1], None, shape_of(self)[1], "float64")


@operation("DataFrame.select_dtypes")
def select_dtypes(machine: Machine, self: Tensor, *args: Value, **options: Value) -> Value:
    return frame(rows_of(self), None)


def _quiet(machine: Machine, *args: Value, **options: Value) -> None:
    return None


for _name in ("info", "to_csv", "to_excel", "to_json", "to_pickle", "hist", "plot", "boxplot"):
    for _owner in (FRAME, SERIES):
        _owner.namespace[_name] = HostFunction(f"pandas.{_name}", _quiet)


# --- text, dates, categories ------------------------------------------------------------------------------------------


TEXT_METHODS = (
    "lower",
    "upper",
    "strip",
    "lstrip",
    "rstrip",
    "replace",
    "len",
    "contains",
    "startswith",
    "endswith",
    "title",
    "zfill",
    "slice",
)


def _accessed(machine: Machine, self: Instance, name: Value) -> Value:
    """`column.str.split`, `column.dt.year`, `column.cat.codes`."""
    x: Tensor = self.facts["table"]
    if name in TEXT_METHODS:
        return Operation(
            "pandas.str", lambda _machine, *_args, **_options: array(x.shape, cls=SERIES), gives_array=False
        )
    if name == "codes":
        return array(x.shape, None, cls=SERIES)
    if name in ("year", "month", "day", "hour", "minute", "second", "dayofweek", "weekday"):
        return array(x.shape, None, cls=SERIES)
    return Unknown(f"`{name}` of a column is not followed", machine.place)


ACCESSOR.namespace["__getattr__"] = HostFunction("pandas.core.accessor.__getattr__", _accessed)


@operation("DataFrame.transpose")
def transpose(machine: Machine, self: Tensor, *args: Value) -> Value:
    return frame(shape_of(self)[1], None, shape_of(self)[0], self.dtype)


@operation("Series.idxmax", "Series.idxmin", "Series.quantile", "Series.mode", "Series.corr")
def of_labels(machine: Machine, self: Tensor, *args: Value, **options: Value) -> Value:
    raise Undetermined("labels and quantiles of a column are not followed")


@operation("Series.count")
def count(machine: Machine, self: Tensor) -> Value:
    raise Undetermined("how many values are missing is not known")
