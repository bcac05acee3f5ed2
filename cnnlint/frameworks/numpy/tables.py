"""pandas' DataFrames: made, indexed, changed. A frame is an array with two axes, its columns in `facts["columns"]`."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from cnnlint.engine.dimension import equal, unknown_dim
from cnnlint.engine.errors import ShapeError, Undetermined
from cnnlint.frameworks import coerce
from cnnlint.frameworks.coerce import flag
from cnnlint.frameworks.numpy.arguments import asarray, items, shape_of
from cnnlint.frameworks.numpy.core import FRAME, NDARRAY, SERIES, arranged, array
from cnnlint.frameworks.numpy.creation import from_data
from cnnlint.frameworks.numpy.dtypes import NUMERIC, promoted, scalar_dtype
from cnnlint.frameworks.numpy.indexing import indexed
from cnnlint.frameworks.numpy.operation import operation
from cnnlint.interpreter.values import DictValue, ListValue, Tensor, Unknown

if TYPE_CHECKING:
    from cnnlint.engine.dimension import Dim
    from cnnlint.interpreter.machine import Machine
    from cnnlint.interpreter.values import Value

Columns: TypeAlias = "dict[Value, Tensor]"
"""Each column by its name, as a Series."""


def column_data(machine: Machine, value: Value) -> Tensor:
    """The array of a column; the items of a list may be lists themselves. Raises Undetermined."""
    found = coerce.items(value) if isinstance(value, (ListValue, tuple)) else None
    if found is None or all(isinstance(each, (bool, int, float, str)) for each in found):
        return asarray(machine, value)
    plain_items = [each for each in found if not isinstance(each, (bool, int, float, str))]
    known = all(isinstance(each, (ListValue, tuple, DictValue)) for each in plain_items)
    return array((len(found),), "object" if known else None)


def series(x: Tensor) -> Tensor:
    """The same elements as a Series; text is a column of objects."""
    made = array(x.shape, "object" if x.dtype == "str" else x.dtype, x.values, SERIES)
    return arranged(made, x)


def frame(rows: Dim, columns: Columns | None, width: Dim | None = None, dtype: str | None = None) -> Tensor:
    """A DataFrame; `width` and `dtype` where the columns are not known."""
    if columns is not None:
        width = len(columns)
        dtype = common(columns)
    made = Tensor(FRAME, (rows, unknown_dim() if width is None else width), dtype)
    made.facts["columns"] = columns
    return made


def common(columns: Columns) -> str | None:
    """The type of the elements of all columns in one array."""
    kinds = [column.dtype for column in columns.values()]
    if not kinds or None in kinds:
        return None
    mixed = len(set(kinds)) > 1 and ("bool" in kinds or any(kind not in NUMERIC for kind in kinds))
    if mixed:
        return "object"
    found = kinds[0]
    for kind in kinds[1:]:
        found = promoted(found, kind)
    return found


def columns_of(x: Tensor) -> Columns | None:
    """The columns of a frame, where they are known."""
    found = x.facts.get("columns")
    return found if isinstance(found, dict) else None


def rows_of(x: Tensor) -> Dim:
    """How many rows there are."""
    shape = shape_of(x)
    if not shape:
        raise Undetermined("a table without dimensions is not followed")
    return shape[0]


def with_rows(x: Tensor, rows: Dim, *, whole: bool = False) -> Tensor:
    """The frame or series with other rows of it, or the same in another order where `whole`."""
    if x.cls is not FRAME:
        return arranged(array((rows, *shape_of(x)[1:]), x.dtype, cls=x.cls), x, whole=whole)
    columns = columns_of(x)
    if columns is None:
        return frame(rows, None, shape_of(x)[1], x.dtype)
    return frame(
        rows,
        {name: arranged(array((rows,), each.dtype, cls=SERIES), each, whole=whole) for name, each in columns.items()},
    )


def change(machine: Machine, x: Tensor, new: Tensor) -> None:
    """Write a new state into a frame that the program keeps."""
    machine.touch(x)
    x.shape, x.dtype, x.values = new.shape, new.dtype, None
    x.facts = dict(new.facts)


# --- making one -------------------------------------------------------------------------------------------------------


@operation("DataFrame.__new__")
def make_frame(
    machine: Machine,
    cls: Value,
    data: Value = None,
    index: Value = None,
    columns: Value = None,
    dtype: Value = None,
    copy: Value = None,
) -> Value:
    """`pd.DataFrame(data)`."""
    if cls is not FRAME:
        raise Undetermined("a kind of table of the program's own is not followed")
    names = names_of(columns)
    if names is None and columns is None and isinstance(data, (ListValue, tuple)):
        names = _numbered(data)
    if isinstance(data, DictValue):
        made = _of_dict(machine, data)
        return _selected(made, names) if columns is not None else made
    if isinstance(data, Tensor) and data.cls is FRAME:
        return _selected(data, names) if columns is not None else with_rows(data, rows_of(data), whole=True)
    if isinstance(data, Unknown):
        return frame(unknown_dim(), None, None if names is None else len(names))
    if data is None:
        return frame(0 if index is None else unknown_dim(), {} if columns is None else None, None)
    if isinstance(data, (bool, int, float, str)):
        rows = unknown_dim()
        return frame(rows, None if names is None else {name: array((rows,), cls=SERIES) for name in names})
    found = coerce.items(data) if not isinstance(data, Tensor) else None
    if found is not None and all(isinstance(each, DictValue) for each in found):
        return frame(len(found), None)
    if found is not None and any(isinstance(each, (ListValue, tuple)) for each in found):
        return _of_rows(found, names)
    x = asarray(machine, data)
    shape = shape_of(x)
    if len(shape) > 2:
        raise ShapeError(
            "bad-argument", f"a table has two dimensions, not {len(shape)}", expected="2", actual=str(len(shape))
        )
    return _of_matrix(x, names, given=columns is not None)


def _numbered(data: Value) -> list[Value] | None:
    """The names of columns that are given none."""
    found = coerce.items(data)
    try:
        first = coerce.items(found[0]) if found else None
    except Undetermined:
        return None
    return None if first is None else list(range(len(first)))


def _of_rows(rows: tuple[Value, ...], names: list[Value] | None) -> Tensor:
    """A table of a list of rows; those that are shorter are filled up."""
    widths: list[int] = []
    for each in rows:
        try:
            found = coerce.items(each)
        except Undetermined:
            return frame(len(rows), None)
        widths.append(1 if found is None else len(found))
    width = max(widths)
    if names is not None and len(names) == width and len(set(widths)) == 1:
        cells = [coerce.items(each) or (each,) for each in rows]
        columns: Columns = {}
        for place, name in enumerate(names):
            plain_cells = [row[place] for row in cells]
            known = all(isinstance(cell, (bool, int, float, str)) for cell in plain_cells)
            made = _as_column(plain_cells) if known else array((len(rows),), cls=SERIES)
            columns[name] = made
        return frame(len(rows), columns)
    return frame(len(rows), None, width)


def _as_column(cells: list[Value]) -> Tensor:
    kinds = {scalar_dtype(cell) for cell in cells}
    return series(array((len(cells),), kinds.pop() if len(kinds) == 1 else None, cells))


def _of_matrix(x: Tensor, names: list[Value] | None, *, given: bool) -> Tensor:
    shape = shape_of(x)
    width: Dim = shape[1] if len(shape) == 2 else 1
    rows: Dim = shape[0] if shape else 1
    if names is not None and equal(len(names), width) is False:
        raise ShapeError(
            "size-mismatch",
            f"{len(names)} names for {width} columns",
            expected=str(width),
            actual=str(len(names)),
            exception="ValueError",
        )
    if names is None and not given and isinstance(width, int) and width <= 1000:
        names = list(range(width))
    if names is None or any(isinstance(name, Unknown) for name in names):
        return frame(rows, None, width, x.dtype)
    kind = "object" if x.dtype == "str" else x.dtype
    return frame(rows, {name: arranged(array((rows,), kind, cls=SERIES), x, whole=False) for name in names})


def _of_dict(machine: Machine, data: DictValue) -> Tensor:
    if data.unknown is not None:
        return frame(unknown_dim(), None)
    columns: Columns = {}
    length: Dim | None = None
    aligned = False
    for name, value in data.items.items():
        column, rows = _column(machine, value)
        aligned = aligned or (isinstance(value, Tensor) and value.cls is SERIES)
        if rows is not None and length is not None and equal(rows, length) is False and not aligned:
            raise ShapeError(
                "size-mismatch",
                f"the columns of a table have different lengths: {length} and {rows}",
                expected=str(length),
                actual=str(rows),
                exception="ValueError",
            )
        length = rows if length is None else length
        columns[name] = column
    rows = unknown_dim() if length is None else length
    if aligned and len({column.shape for column in columns.values()}) > 1:
        rows = unknown_dim()
    for name, column in columns.items():
        if column.shape != (rows,):
            columns[name] = array((rows,), column.dtype, cls=SERIES)
    return frame(rows, columns)


def _column(machine: Machine, value: Value) -> tuple[Tensor, Dim | None]:
    """A column and its length; None where one value fills it, or it is not known."""
    if isinstance(value, Unknown):
        return array(None, cls=SERIES), None
    if isinstance(value, (bool, int, float, str)):
        x = from_data(machine, value, None)
        return array(None, "object" if x.dtype == "str" else x.dtype, cls=SERIES), None
    try:
        x = column_data(machine, value)
    except Undetermined:
        return array(None, cls=SERIES), None
    if x.shape is None or not x.shape:
        return array(None, x.dtype, cls=SERIES), None
    if len(x.shape) > 1:
        raise ShapeError("bad-argument", "a column of a table has one dimension", exception="ValueError")
    return series(x), x.shape[0]


def names_of(value: Value) -> list[Value] | None:
    """A list of names; None where it is not known."""
    if value is None or isinstance(value, Unknown):
        return None
    if isinstance(value, (str, int)):
        return [value]
    try:
        found = items(value)
    except Undetermined:
        return None
    if found is None or not all(isinstance(each, (str, int, float, tuple)) for each in found):
        return None
    return found


# --- columns ----------------------------------------------------------------------------------------------------------


def _selected(x: Tensor, names: list[Value] | None) -> Tensor:
    """Some columns of a frame, in the order of their names."""
    columns = columns_of(x)
    if names is None:
        return frame(rows_of(x), None)
    if columns is None or any(name not in columns for name in names):
        return frame(rows_of(x), None, len(names))
    return frame(rows_of(x), {name: columns[name] for name in names})


def column(machine: Machine, x: Tensor, name: Value) -> Value:
    """One column as a Series."""
    columns = columns_of(x)
    if columns is None:
        return array((rows_of(x),), cls=SERIES)
    if name in columns:
        return columns[name]
    raise Undetermined(f"whether a table has a column `{name}` is not known")


@operation("DataFrame.__getitem__")
def getitem(machine: Machine, self: Tensor, key: Value) -> Value:
    if isinstance(key, (str, int)):
        return column(machine, self, key)
    if isinstance(key, slice):
        return with_rows(self, shape_of(indexed(machine, array((rows_of(self),)), key))[0])
    if isinstance(key, ListValue) or (isinstance(key, Tensor) and key.dtype in ("object", "str")):
        if isinstance(key, ListValue) and key.items and all(isinstance(each, bool) for each in key.items):
            return with_rows(self, sum(key.items))
        width = len(key.items) if isinstance(key, ListValue) and key.unknown is None else None
        names = names_of(key)
        return _selected(self, names) if names is not None else frame(rows_of(self), None, width)
    if isinstance(key, Tensor) and key.dtype == "bool":
        if key.shape is not None and len(key.shape) == 2:
            return with_rows(self, rows_of(self))
        return with_rows(self, sum(key.values) if key.values is not None else unknown_dim())
    raise Undetermined("what is taken from a table is not known")


@operation("DataFrame.__setitem__")
def setitem(machine: Machine, self: Tensor, key: Value, value: Value) -> None:
    columns = columns_of(self)
    if not isinstance(key, (str, int)) or columns is None:
        names = names_of(key)
        known = columns is not None and names is not None and all(name in columns for name in names)
        if isinstance(key, Tensor) and key.dtype == "bool" and columns is not None:
            known, names = True, list(columns)
        if known and columns is not None and names is not None:
            new = {
                name: array((rows_of(self),), cls=SERIES) if name in names else each for name, each in columns.items()
            }
            change(machine, self, frame(rows_of(self), new))
        else:
            change(machine, self, frame(rows_of(self), None))
        return
    made, rows = _column(machine, value)
    aligned = isinstance(value, Tensor) and value.cls is SERIES
    own = rows_of(self) if columns else (rows_of(self) if rows is None else rows)
    if rows is not None and not aligned and equal(rows, own) is False:
        raise ShapeError(
            "size-mismatch",
            f"a column of {rows} values for a table of {own} rows",
            expected=str(own),
            actual=str(rows),
            exception="ValueError",
        )
    if made.shape != (own,):
        made = array((own,), made.dtype if not aligned else None, cls=SERIES)
    change(machine, self, frame(own, {**columns, key: made}))


@operation("DataFrame.insert", "DataFrame.update", "DataFrame.eval", "DataFrame.set_axis")
def restructured(machine: Machine, self: Tensor, *args: Value, **options: Value) -> Value:
    change(machine, self, frame(rows_of(self), None))
    return self


@operation("DataFrame.assign")
def assign(machine: Machine, self: Tensor, **new: Value) -> Value:
    columns = columns_of(self)
    if columns is None:
        return frame(rows_of(self), None)
    made = {name: array((rows_of(self),), cls=SERIES) for name in new}
    return frame(rows_of(self), {**columns, **made})


@operation("DataFrame.__delitem__")
def delitem(machine: Machine, self: Tensor, key: Value) -> None:
    change(machine, self, without(self, names_of(key)))


@operation("DataFrame.pop")
def pop(machine: Machine, self: Tensor, item: Value) -> Value:
    found = column(machine, self, item)
    change(machine, self, without(self, names_of(item)))
    return found


def without(x: Tensor, names: list[Value] | None) -> Tensor:
    """A frame without some columns."""
    columns = columns_of(x)
    if names is None:
        return frame(rows_of(x), None)
    if columns is None:
        return frame(rows_of(x), None, shape_of(x)[1] - len(set(names)))
    return frame(rows_of(x), {name: each for name, each in columns.items() if name not in names})


@operation("DataFrame.drop", "Series.drop")
def drop(
    machine: Machine,
    self: Tensor,
    labels: Value = None,
    axis: Value = 0,
    index: Value = None,
    columns: Value = None,
    level: Value = None,
    inplace: Value = False,
    errors: Value = "raise",
) -> Value:
    made = self
    if labels is not None:
        if axis in (1, "columns"):
            columns = labels
        else:
            index = labels
    if columns is not None and self.cls is FRAME:
        names = names_of(columns)
        known = columns_of(made)
        if known is not None and names is not None and errors == "raise":
            missing = next((name for name in names if name not in known), None)
            if missing is not None:
                raise Undetermined(f"whether a table has a column `{missing}` is not known")
        made = without(made, names if errors == "raise" or known is not None else None)
    if index is not None:
        made = with_rows(made, unknown_dim())
    return maybe_in_place(machine, self, made, inplace)


def maybe_in_place(machine: Machine, x: Tensor, made: Tensor, inplace: Value) -> Value:
    """The new table, or nothing where it is written into the old one."""
    if flag(inplace):
        change(machine, x, made)
        return None
    return made


def plain(x: Tensor) -> Tensor:
    """The elements as a NumPy array."""
    return arranged(array(x.shape, x.dtype, x.values, NDARRAY), x)
