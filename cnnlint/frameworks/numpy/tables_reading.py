"""pandas' functions: reading files, joining tables, dummies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.engine.dimension import unknown_dim
from cnnlint.engine.errors import ShapeError, Undetermined
from cnnlint.frameworks import coerce
from cnnlint.frameworks.coerce import flag
from cnnlint.frameworks.numpy.arguments import asarray, shape_of
from cnnlint.frameworks.numpy.core import FRAME, NDARRAY, SERIES, array, bounded
from cnnlint.frameworks.numpy.dtypes import dtype_name, promoted
from cnnlint.frameworks.numpy.elementwise import result_class
from cnnlint.frameworks.numpy.operation import operation
from cnnlint.frameworks.numpy.selecting import different
from cnnlint.frameworks.numpy.tables import (
    Columns,
    column_data,
    columns_of,
    frame,
    names_of,
    plain,
    rows_of,
    series,
)
from cnnlint.interpreter.values import DictValue, Tensor, Unknown

if TYPE_CHECKING:
    from cnnlint.engine.dimension import Dim
    from cnnlint.interpreter.machine import Machine
    from cnnlint.interpreter.values import Value


@operation(
    "pandas.read_csv",
    "pandas.read_table",
    "pandas.read_excel",
    "pandas.read_fwf",
    "pandas.read_parquet",
    "pandas.read_feather",
)
def read_table(machine: Machine, path: Value = None, *args: Value, **options: Value) -> Value:
    """A table, of which the file decides how long and how wide it is."""
    if any(options.get(each) for each in ("chunksize", "iterator", "squeeze", "sheet_name")):
        raise Undetermined("what a file gives is known at run time only")
    if isinstance(options.get("header"), (tuple,)) or "index_col" in options:
        return frame(unknown_dim(), None)
    names = names_of(options.get("usecols")) or names_of(options.get("names"))
    rows = unknown_dim()
    if names is None or not all(isinstance(name, str) for name in names):
        return frame(rows, None, None if names is None else len(names))
    kind = options.get("dtype")
    dtype = None if isinstance(kind, (DictValue, Unknown)) else dtype_name(kind)
    return frame(rows, {name: array((rows,), dtype, cls=SERIES) for name in names})


@operation("pandas.read_json", "pandas.read_pickle", "pandas.read_sql", "pandas.read_html", "pandas.read_hdf")
def read_other(machine: Machine, *args: Value, **options: Value) -> Value:
    raise Undetermined("what a file gives is known at run time only")


@operation("Series.__new__")
def make_series(
    machine: Machine,
    cls: Value,
    data: Value = None,
    index: Value = None,
    dtype: Value = None,
    *args: Value,
    **options: Value,
) -> Value:
    if cls is not SERIES:
        raise Undetermined("a kind of column of the program's own is not followed")
    if isinstance(data, DictValue) and data.unknown is None:
        return array((len(data.items),), dtype_name(dtype), cls=SERIES)
    if isinstance(data, (bool, int, float, str)) or data is None:
        length: Dim = unknown_dim() if index is not None else (0 if data is None else 1)
        return array((length,), dtype_name(dtype), cls=SERIES)
    try:
        x = column_data(machine, data)
    except Undetermined:
        return array((unknown_dim(),), dtype_name(dtype), cls=SERIES)
    if x.shape is not None and not x.shape:
        return array((unknown_dim(),), dtype_name(dtype), cls=SERIES)
    if x.shape is not None and len(x.shape) > 1:
        raise ShapeError(
            "bad-argument", f"a Series has one dimension, not {len(x.shape)}", expected="1", actual=str(len(x.shape))
        )
    made = series(x)
    if dtype is not None and dtype_name(dtype) != made.dtype:
        return array(made.shape, dtype_name(dtype), cls=SERIES)
    return made if made.shape is not None else array((unknown_dim(),), made.dtype, cls=SERIES)


@operation("pandas.concat")
def concat(machine: Machine, objs: Value, *, axis: Value = 0, join: Value = "outer", **options: Value) -> Value:
    parts = coerce.items(objs)
    if parts is None or not all(isinstance(each, Tensor) and each.shape is not None for each in parts):
        raise Undetermined("which tables are put together is not known")
    if result_class(parts) is SERIES and axis in (0, "index"):
        total: Dim = sum((rows_of(part) for part in parts[1:]), start=rows_of(parts[0]))
        kinds = {part.dtype for part in parts}
        return array((total,), kinds.pop() if len(kinds) == 1 else None, cls=SERIES)
    if axis in (1, "columns"):
        width: Dim = 0
        for part in parts:
            width = width + (shape_of(part)[1] if part.cls is FRAME else 1)
        return frame(unknown_dim(), None, width)
    total = sum((rows_of(part) for part in parts[1:]), start=rows_of(parts[0]))
    columns = [columns_of(part) for part in parts if part.cls is FRAME]
    first = columns[0] if columns else None
    if (
        first is None
        or len(columns) != len(parts)
        or any(each is None or list(each) != list(first) for each in columns)
    ):
        return frame(total, None)
    joined: Columns = {}
    for name in first:
        kind = first[name].dtype
        for each in columns[1:]:
            kind = promoted(kind, each[name].dtype if each is not None else None)
        joined[name] = array((total,), kind, cls=SERIES)
    return frame(total, joined)


@operation("pandas.merge", "DataFrame.merge", "DataFrame.join", "DataFrame.append")
def merge(machine: Machine, *args: Value, **options: Value) -> Value:
    return frame(unknown_dim(), None)


@operation("pandas.get_dummies")
def get_dummies(machine: Machine, data: Value, *args: Value, **options: Value) -> Value:
    if isinstance(data, Tensor) and data.cls is FRAME:
        return frame(rows_of(data), None)
    x = asarray(machine, data)
    classes = shape_of(different(x))[0]
    if args or flag(options.get("dummy_na", False)):
        classes = unknown_dim()
    elif flag(options.get("drop_first", False)):
        classes = classes - 1
    return frame(shape_of(x)[0], None, classes, dtype_name(options.get("dtype"), None))


@operation("pandas.factorize", "Series.factorize")
def factorize(machine: Machine, values: Value, *args: Value, **options: Value) -> Value:
    x = asarray(machine, values)
    found = different(x if x.cls is not SERIES else plain(x))
    count = shape_of(found)[0]
    return (
        bounded(array(x.shape, "int64"), -1, count - 1 if isinstance(count, int) else None),
        array((count,), x.dtype),
    )


@operation("pandas.to_numeric")
def to_numeric(machine: Machine, arg: Value, *args: Value, **options: Value) -> Value:
    x = asarray(machine, arg)
    return array(x.shape, cls=x.cls)


@operation("pandas.isnull", "pandas.isna", "pandas.notnull", "pandas.notna")
def isnull(machine: Machine, obj: Value) -> Value:
    x = asarray(machine, obj)
    return array(x.shape, "bool", cls=x.cls) if x.cls is not FRAME else machine.call(machine.get(x, "isnull"), ())


@operation("pandas.to_datetime", "pandas.to_timedelta", "pandas.cut", "pandas.qcut", "pandas.Categorical")
def converted_column(machine: Machine, arg: Value, *args: Value, **options: Value) -> Value:
    if options.get("retbins") or not isinstance(arg, Tensor):
        raise Undetermined("its result is not followed")
    return array(arg.shape, cls=SERIES if arg.cls is SERIES else NDARRAY)


@operation("pandas.date_range", "pandas.timedelta_range", "pandas.period_range")
def date_range(
    machine: Machine, start: Value = None, end: Value = None, periods: Value = None, *args: Value, **options: Value
) -> Value:
    return array((periods if isinstance(periods, int) else unknown_dim(),))


@operation("pandas.unique")
def unique(machine: Machine, values: Value) -> Value:
    made = different(plain(asarray(machine, values)))
    made.values = None  # in the order of their appearance
    return made
