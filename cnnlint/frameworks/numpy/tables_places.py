"""Attributes of pandas' tables, `iloc` and `loc`, and what sums them up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.engine.dimension import unknown_dim
from cnnlint.engine.errors import Undetermined
from cnnlint.frameworks.numpy.arguments import shape_of
from cnnlint.frameworks.numpy.core import FRAME, NUMPY, SERIES, arranged, array, extend
from cnnlint.frameworks.numpy.dtypes import constant, unboxed
from cnnlint.frameworks.numpy.indexing import indexed
from cnnlint.frameworks.numpy.operation import operation
from cnnlint.frameworks.numpy.tables import (
    column,
    columns_of,
    frame,
    names_of,
    plain,
    rows_of,
    series,
    with_rows,
)
from cnnlint.interpreter.values import ClassValue, Instance, Tensor, Unknown

if TYPE_CHECKING:
    from cnnlint.engine.dimension import Dim
    from cnnlint.interpreter.machine import Machine
    from cnnlint.interpreter.values import Value

ILOC = ClassValue("pandas.core.indexing._iLocIndexer", library=True)
LOC = ClassValue("pandas.core.indexing._LocIndexer", library=True)
ACCESSOR = ClassValue("pandas.core.accessor", library=True)


def _indexer(cls: ClassValue, x: Tensor) -> Instance:
    made = Instance(cls)
    made.facts["table"] = x
    return made


@extend(FRAME)
class FrameAttributes:
    @property
    def shape(machine: Machine, self: Tensor) -> Value:
        return Unknown("the shape of a table is not known") if self.shape is None else self.shape

    @property
    def ndim(machine: Machine, self: Tensor) -> Value:
        return 2

    @property
    def size(machine: Machine, self: Tensor) -> Value:
        return shape_of(self)[0] * shape_of(self)[1]

    @property
    def values(machine: Machine, self: Tensor) -> Value:
        return plain(self)

    @property
    def T(machine: Machine, self: Tensor) -> Value:
        return frame(shape_of(self)[1], None, shape_of(self)[0], self.dtype)

    @property
    def columns(machine: Machine, self: Tensor) -> Value:
        columns = columns_of(self)
        names = None if columns is None else list(columns)
        text = names is not None and all(isinstance(name, str) for name in names)
        if not text:
            return Unknown("the names of the columns are not known")
        return array((shape_of(self)[1],), "object", names)

    @columns.setter
    def columns(machine: Machine, self: Tensor, value: Value) -> None:
        names, columns = names_of(value), columns_of(self)
        machine.touch(self)
        known = names is not None and columns is not None and len(names) == len(columns)
        self.facts["columns"] = (
            dict(zip(names, columns.values(), strict=True)) if known and names is not None and columns else None
        )

    @property
    def index(machine: Machine, self: Tensor) -> Value:
        return array((rows_of(self),))

    @property
    def dtypes(machine: Machine, self: Tensor) -> Value:
        return array((shape_of(self)[1],), "object", cls=SERIES)

    @property
    def iloc(machine: Machine, self: Tensor) -> Value:
        return _indexer(ILOC, self)

    @property
    def loc(machine: Machine, self: Tensor) -> Value:
        return _indexer(LOC, self)

    def __getattr__(machine: Machine, self: Tensor, name: Value) -> Value:
        columns = columns_of(self)
        if columns is not None and name in columns:
            return columns[name]
        return Unknown(f"whether a table has a column `{name}` is not known", machine.place)


@extend(SERIES)
class SeriesAttributes:
    @property
    def shape(machine: Machine, self: Tensor) -> Value:
        return Unknown("the length of a column is not known") if self.shape is None else self.shape

    @property
    def ndim(machine: Machine, self: Tensor) -> Value:
        return 1

    @property
    def size(machine: Machine, self: Tensor) -> Value:
        return rows_of(self)

    @property
    def dtype(machine: Machine, self: Tensor) -> Value:
        return constant(self.dtype)

    @property
    def values(machine: Machine, self: Tensor) -> Value:
        return plain(self)

    @property
    def T(machine: Machine, self: Tensor) -> Value:
        return self

    @property
    def index(machine: Machine, self: Tensor) -> Value:
        return array((rows_of(self),))

    @property
    def iloc(machine: Machine, self: Tensor) -> Value:
        return _indexer(ILOC, self)

    @property
    def loc(machine: Machine, self: Tensor) -> Value:
        return _indexer(LOC, self)

    @property
    def str(machine: Machine, self: Tensor) -> Value:
        return _indexer(ACCESSOR, self)

    @property
    def dt(machine: Machine, self: Tensor) -> Value:
        return _indexer(ACCESSOR, self)

    @property
    def cat(machine: Machine, self: Tensor) -> Value:
        return _indexer(ACCESSOR, self)


# --- iloc and loc -----------------------------------------------------------------------------------------------------


@operation("pandas.iloc")
def iloc(machine: Machine, self: Instance, key: Value) -> Value:
    x: Tensor = self.facts["table"]
    if x.cls is not FRAME:
        return line(machine, x, key)
    rows, wanted = (key[0], key[1]) if isinstance(key, tuple) and len(key) == 2 else (key, slice(None))
    columns = columns_of(x)
    made = unboxed(_crossed(machine, array(x.shape, x.dtype), rows, wanted))
    if not isinstance(made, Tensor) or made.shape == ():
        return made
    names = None
    if columns is not None:
        listed = array((len(columns),), "int64", range(len(columns)))
        names = indexed(machine, listed, _place(wanted)).values
    if made.shape is None or columns is None or names is None:
        if made.shape is not None and len(made.shape) == 2:
            return frame(made.shape[0], None, made.shape[1], x.dtype)
        return array(made.shape, x.dtype if columns is None else None, cls=SERIES)
    chosen = [list(columns)[place] for place in names]
    if isinstance(wanted, int):
        return like_series(columns[chosen[0]], made)
    if len(made.shape) == 1:
        return array(made.shape, x.dtype, cls=SERIES)
    whole = made.shape[0] == rows_of(x)
    picked = frame(rows_of(x), {name: columns[name] for name in chosen})
    return picked if whole and isinstance(rows, slice) else with_rows(picked, made.shape[0])


def _crossed(machine: Machine, x: Tensor, rows: Value, wanted: Value) -> Tensor:
    """Rows and columns are chosen one after the other, also by two lists."""
    columns = indexed(machine, x, (slice(None), _place(wanted)))
    return indexed(machine, columns, _place(rows))


def _place(value: Value) -> Value:
    """An entry of `iloc`; a Series of truth values is a mask."""
    return plain(value) if isinstance(value, Tensor) and value.cls is SERIES else value


def like_series(source: Tensor, made: Tensor) -> Tensor:
    """A column, or a part of it."""
    if source.shape == made.shape:
        return source
    return arranged(array(made.shape, source.dtype, cls=SERIES), source, whole=False)


def line(machine: Machine, x: Tensor, key: Value) -> Value:
    """Some rows of a column."""
    if isinstance(key, slice) and any(isinstance(end, str) for end in (key.start, key.stop)):
        return with_rows(x, unknown_dim())
    made = unboxed(indexed(machine, plain(x), _place(key)))
    return series(made) if isinstance(made, Tensor) and made.shape != () else made


@operation("pandas.loc")
def loc(machine: Machine, self: Instance, key: Value) -> Value:
    x: Tensor = self.facts["table"]
    if x.cls is not FRAME:
        return with_rows(x, _matching(x, key)) if isinstance(key, (slice, Tensor)) else _unknown_label()
    rows, wanted = (key[0], key[1]) if isinstance(key, tuple) and len(key) == 2 else (key, slice(None))
    if not isinstance(rows, (slice, Tensor)):
        return _unknown_label()
    length = _matching(x, rows)
    picked = x if length is rows_of(x) else with_rows(x, length)
    if isinstance(wanted, slice):
        return picked if wanted == slice(None) else frame(length, None)
    if isinstance(wanted, str):
        return column(machine, picked, wanted)
    return machine.call(machine.get(picked, "__getitem__"), (wanted,))


def _matching(x: Tensor, rows: Value) -> Dim:
    """How many rows `loc` takes."""
    if isinstance(rows, slice):
        return rows_of(x) if rows == slice(None) else unknown_dim()
    if isinstance(rows, Tensor) and rows.dtype == "bool" and rows.values is not None:
        return sum(map(bool, rows.values))
    return unknown_dim()


def _unknown_label() -> Value:
    raise Undetermined("which rows have a label is not known")


@operation("pandas.core.indexing.setitem")
def set_place(machine: Machine, self: Instance, key: Value, value: Value) -> None:
    x: Tensor = self.facts["table"]
    machine.touch(x)
    x.values = None
    known = {name: x.facts[name] for name in ("columns",) if name in x.facts}
    columns = known.get("columns")
    if x.cls is FRAME and columns is not None:
        wanted = key[1] if isinstance(key, tuple) and len(key) == 2 else None
        new = isinstance(wanted, str) and wanted not in columns
        others = {name: array(each.shape, cls=SERIES) for name, each in columns.items()}
        x.facts = {"columns": others}
        if new:
            x.facts["columns"] = {**others, wanted: array((rows_of(x),), cls=SERIES)}
            x.shape = (rows_of(x), len(others) + 1)
    else:
        x.facts = {}
        x.dtype = None
        if x.cls is FRAME and isinstance(key, tuple):
            x.shape = (rows_of(x), unknown_dim())


for _cls, _name in ((ILOC, "iloc"), (LOC, "loc")):
    _cls.namespace["__getitem__"] = NUMPY.names.pop(f"pandas.{_name}")
    _cls.namespace["__setitem__"] = NUMPY.names["pandas.core.indexing.setitem"]
