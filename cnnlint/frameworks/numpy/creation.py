"""Arrays from data: `np.array` of numbers, nested sequences and other libraries' arrays; constant fillings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnnlint.engine import shape as shapes
from cnnlint.engine.dimension import Expr, equal
from cnnlint.engine.errors import ShapeError, Undetermined
from cnnlint.frameworks import coerce
from cnnlint.frameworks.numpy.arguments import NUMBERS, asarray, shape_of, size, sizes
from cnnlint.frameworks.numpy.contents import LIMIT, count
from cnnlint.frameworks.numpy.core import NDARRAY, arranged, array, bounded
from cnnlint.frameworks.numpy.dtypes import dtype_name, promoted, scalar_dtype
from cnnlint.frameworks.numpy.operation import operation, unsized
from cnnlint.interpreter.filling import count_of, examples_of, is_filled
from cnnlint.interpreter.values import (
    MISSING,
    BoundMethod,
    Choice,
    DictValue,
    Generator,
    Instance,
    SetValue,
    Tensor,
    Unknown,
)

if TYPE_CHECKING:
    from cnnlint.engine.dimension import Dim
    from cnnlint.engine.shape import Shape
    from cnnlint.interpreter.machine import Machine
    from cnnlint.interpreter.values import Value

MAX_ELEMENTS = 200_000
MAX_DEPTH = 20


class Leaves:
    """The numbers at the bottom of nested sequences: their common type, their values and range where known."""

    def __init__(self) -> None:
        self.dtype: str | None = ""
        self.values: list[Any] | None = []
        self.low: int | None = None
        self.high: int | None = None
        self.whole = True
        self.count = 0
        self.sampled = False

    def kind(self, dtype: str | None) -> None:
        """Take in one more type."""
        if self.dtype in ("", dtype):
            self.dtype = dtype
        elif "object" in (self.dtype, dtype):
            self.dtype = "object"
        elif "str" in (self.dtype, dtype) and None not in (self.dtype, dtype):
            self.dtype = "str"
        else:
            self.dtype = promoted(self.dtype, dtype)

    def scalar(self, value: Value) -> None:
        """Take in one number or text."""
        self.kind(scalar_dtype(value))
        self.count += 1
        if self.values is not None:
            self.values.append(value)

    def part(self, x: Tensor) -> None:
        """Take in a whole array."""
        self.kind(x.dtype)
        self.count += 1
        if self.values is not None and x.values is not None:
            self.values.extend(x.values)
        else:
            self.values = None
        found = x.facts.get("range")
        if found is None:
            self.whole = False
            return
        self.low = found[0] if self.low is None else min(self.low, found[0])
        self.high = found[1] if self.high is None else max(self.high, found[1])

    def of_examples(self) -> Leaves:
        """These, of which a few stand for others: the values themselves are not known any more."""
        self.sampled = True
        return self

    def unknown(self) -> None:
        """Take in something of which nothing is known."""
        self.dtype, self.values, self.whole = None, None, False


def from_data(machine: Machine, data: Value, dtype: str | None, name: str = "data") -> Tensor:
    """`np.array(data, dtype)`. Raises ShapeError where rows have different lengths; Undetermined."""
    if isinstance(data, Tensor):
        return converted(data, dtype)
    leaves = Leaves()
    shape = _nested(machine, data, leaves, 0, dtype, name)
    kind = dtype or ("float64" if leaves.dtype == "" else leaves.dtype)
    values = leaves.values
    if leaves.sampled and values is not None:
        leaves.whole = bool(values) and all(type(value) is int for value in values)
        leaves.low, leaves.high = (min(values), max(values)) if leaves.whole else (None, None)
        values = None
    if values is not None and any(isinstance(value, str) for value in values) and kind != "object":
        values = [str(value) for value in values] if all(isinstance(v, str) for v in values) else None
    made = array(shape, kind, values)
    if made.values is None and leaves.whole:
        bounded(made, leaves.low, leaves.high)
    return made


def converted(x: Tensor, dtype: str | None) -> Tensor:
    """The same elements in a new NumPy array."""
    if dtype is None or dtype == x.dtype:
        return arranged(array(x.shape, x.dtype, x.values), x)
    made = array(x.shape, dtype, x.values)
    if made.values is None and x.dtype == "bool":
        return bounded(made, 0, 1)
    return arranged(made, x) if dtype not in ("str", "object", "bool") else made


def _nested(machine: Machine, data: Value, leaves: Leaves, depth: int, dtype: str | None, name: str) -> Shape:
    if isinstance(data, Choice):
        for number in data.numbers:
            leaves.scalar(number)
        if not data.numbers:
            leaves.unknown()
        leaves.of_examples()
        return ()
    if isinstance(data, Instance):
        data = _of_instance(machine, data)
    if isinstance(data, Tensor):
        leaves.part(data)
        return shape_of(data)
    if isinstance(data, (*NUMBERS, str)) or data is None:
        leaves.kind("object") if data is None else leaves.scalar(data)
        if data is None:
            leaves.values = None
        return ()
    if isinstance(data, Unknown):
        if data.symbol:
            raise Undetermined(f"whether `{data.symbol}` is a number is not known")
        raise Undetermined(data.reason)
    if isinstance(data, (DictValue, SetValue, Generator)):
        leaves.kind("object")
        leaves.values = None
        return ()
    if is_filled(data) and depth <= MAX_DEPTH:
        return (count_of(data), *_rows(machine, examples_of(data), leaves.of_examples(), depth, dtype, name)[1:])
    found = coerce.items(data)
    if found is None or depth > MAX_DEPTH:
        raise Undetermined(f"`{name}` is no data that is followed")
    return _rows(machine, found, leaves, depth, dtype, name)


def _of_instance(machine: Machine, data: Instance) -> Value:
    method = data.cls.lookup("__array__")
    if method is not MISSING:
        return machine.call(BoundMethod(method, data), ())
    if data.payload is not None:
        return data.payload
    raise Undetermined(f"an instance of {data.cls.name} is no data that is followed")


def _rows(machine: Machine, rows: tuple[Value, ...], leaves: Leaves, depth: int, dtype: str | None, name: str) -> Shape:
    inner: Shape | None = None
    reason = ""
    for each in rows:
        if isinstance(each, Unknown) and not isinstance(each, Choice):
            leaves.unknown()
            reason = reason or each.reason
            continue
        try:
            shape = _nested(machine, each, leaves, depth + 1, dtype, name)
        except Undetermined as why:
            leaves.unknown()
            reason = reason or why.reason
            continue
        inner = shape if inner is None else _agreed(inner, shape, dtype)
        if leaves.count > MAX_ELEMENTS:
            raise Undetermined("the data are too many to follow")
    if inner is None and rows:
        raise Undetermined(reason)
    return (len(rows), *(inner or ()))


def _agreed(one: Shape, other: Shape, dtype: str | None) -> Shape:
    """The shape of two rows of an array."""
    if len(one) != len(other) or any(equal(a, b) is False for a, b in zip(one, other, strict=True)):
        if dtype == "object":
            raise Undetermined("the rows of an array of objects have different shapes")
        raise ShapeError(
            "bad-argument",
            f"the rows of an array have different shapes, {shapes.text(one)} and {shapes.text(other)}",
            expected=shapes.text(one),
            actual=shapes.text(other),
            exception="ValueError",
        )
    return tuple(b if isinstance(b, int) else a for a, b in zip(one, other, strict=True))


# --- np.array ---------------------------------------------------------------------------------------------------------


def _array(machine: Machine, data: Value, dtype: Value, ndmin: Value = 0) -> Tensor:
    kind = dtype_name(dtype)
    try:
        made = from_data(machine, data, kind if dtype is not None else None)
    except Undetermined as why:
        return unsized(why.reason, kind)
    if dtype is not None and kind is None:
        made = array(made.shape)
    if isinstance(ndmin, int) and made.shape is not None and len(made.shape) < ndmin:
        made.shape = (1,) * (ndmin - len(made.shape)) + made.shape
    return made


@operation("numpy.array")
def np_array(
    machine: Machine,
    object: Value,
    dtype: Value = None,
    *,
    copy: Value = True,
    order: Value = "K",
    subok: Value = False,
    ndmin: Value = 0,
    like: Value = None,
) -> Value:
    return _array(machine, object, dtype, ndmin)


@operation("numpy.asarray", "numpy.asanyarray", "numpy.ascontiguousarray", "numpy.asfortranarray", "numpy.asmatrix")
def np_asarray(
    machine: Machine, a: Value, dtype: Value = None, order: Value = None, *, copy: Value = None, **options: Value
) -> Value:
    if isinstance(a, Tensor) and a.cls is NDARRAY and (dtype is None or dtype_name(dtype) == a.dtype is not None):
        return a
    return _array(machine, a, dtype)


@operation("numpy.asarray_chkfinite", "numpy.copy")
def np_copy(machine: Machine, a: Value, order: Value = "K", subok: Value = False) -> Value:
    return _array(machine, a, None)


@operation("numpy.fromiter", "numpy.frombuffer", "numpy.fromstring")
def from_buffer(
    machine: Machine, iter: Value, dtype: Value = None, count: Value = -1, *args: Value, **options: Value
) -> Value:
    from cnnlint.engine.dimension import unknown_dim

    length = count if isinstance(count, int) and count >= 0 else unknown_dim()
    return array((length,), dtype_name(dtype, "float64"))


@operation("numpy.loadtxt", "numpy.genfromtxt")
def from_text(machine: Machine, file: Value, dtype: Value = None, *args: Value, **options: Value) -> Value:
    made = unsized("the data of a file are known at run time only", dtype_name(dtype))
    if not isinstance(made, Unknown):
        made.facts["most"] = 2  # rows and columns, where there are several of each
    return made


@operation("numpy.fromfile")
def from_file(machine: Machine, file: Value, dtype: Value = None, *args: Value, **options: Value) -> Value:
    return unsized("the data of a file are known at run time only", dtype_name(dtype))


# --- constant fillings ------------------------------------------------------------------------------------------------


def filled(shape: Shape | None, dtype: str | None, value: Any) -> Tensor:
    """An array of one number everywhere."""
    total = count(shape)
    values = None if value is None or total is None or total > LIMIT else (value,) * total
    made = array(shape, dtype, values)
    if shape is not None and isinstance(value, int):
        bounded(made, int(value), int(value), 1 if total else None)
    return made


def _declare_constant(name: str, value: int | None) -> None:
    def body(machine: Machine, shape: Value, dtype: Value = None, order: Value = "C", **options: Value) -> Value:
        kind = dtype_name(dtype, "float64")
        try:
            return filled(sizes(shape), kind, value)
        except Undetermined as why:
            return unsized(why.reason, kind)

    def body_like(
        machine: Machine,
        a: Value,
        dtype: Value = None,
        order: Value = "K",
        subok: Value = True,
        shape: Value = None,
        **options: Value,
    ) -> Value:
        x = asarray(machine, a)
        return filled(x.shape if shape is None else sizes(shape), dtype_name(dtype, x.dtype), value)

    operation(f"numpy.{name}")(body)
    operation(f"numpy.{name}_like", gives_array=True)(body_like)


for _name, _value in (("zeros", 0), ("ones", 1), ("empty", None)):
    _declare_constant(_name, _value)


def _filling(machine: Machine, shape: Shape, fill: Value, kind: str | None) -> Tensor:
    if isinstance(fill, (bool, int, float)):
        return filled(shape, kind or scalar_dtype(fill), fill)
    if isinstance(fill, (Unknown, Expr)):
        return array(shape, kind)
    given = asarray(machine, fill)
    shapes.broadcast(shape, given.shape or ())
    return array(shape, kind or given.dtype)


@operation("numpy.full", gives_array=True)
def full(
    machine: Machine, shape: Value, fill_value: Value, dtype: Value = None, order: Value = "C", **options: Value
) -> Value:
    return _filling(machine, sizes(shape), fill_value, dtype_name(dtype))


@operation("numpy.full_like", gives_array=True)
def full_like(
    machine: Machine,
    a: Value,
    fill_value: Value,
    dtype: Value = None,
    order: Value = "K",
    *args: Value,
    **options: Value,
) -> Value:
    x = asarray(machine, a)
    return _filling(machine, shape_of(x), fill_value, dtype_name(dtype, x.dtype))


# --- matrices ---------------------------------------------------------------------------------------------------------


def _diagonal(rows: Dim, columns: Dim, k: Value, dtype: str | None) -> Tensor:
    values = None
    if isinstance(rows, int) and isinstance(columns, int) and isinstance(k, int) and rows * columns <= LIMIT:
        values = [int(column - row == k) for row in range(rows) for column in range(columns)]
    return bounded(array((rows, columns), dtype, values), 0, 1)


@operation("numpy.eye", gives_array=True)
def eye(
    machine: Machine,
    N: Value,
    M: Value = None,
    k: Value = 0,
    dtype: Value = None,
    order: Value = "C",
    **options: Value,
) -> Value:
    rows = size(N, "N")
    return _diagonal(rows, rows if M is None else size(M, "M"), k, dtype_name(dtype, "float64"))


@operation("numpy.identity", gives_array=True)
def identity(machine: Machine, n: Value, dtype: Value = None, **options: Value) -> Value:
    rows = size(n, "n")
    return _diagonal(rows, rows, 0, dtype_name(dtype, "float64"))


@operation("numpy.tri", gives_array=True)
def tri(machine: Machine, N: Value, M: Value = None, k: Value = 0, dtype: Value = None, **options: Value) -> Value:
    rows = size(N, "N")
    return bounded(array((rows, rows if M is None else size(M)), dtype_name(dtype, "float64")), 0, 1)


@operation("numpy.tril", "numpy.triu", gives_array=True)
def tril(machine: Machine, m: Value, k: Value = 0) -> Value:
    x = asarray(machine, m)
    return array(shape_of(x), x.dtype)


@operation("numpy.diag", "numpy.diagflat", gives_array=True)
def diag(machine: Machine, v: Value, k: Value = 0) -> Value:
    x = asarray(machine, v)
    shape = shape_of(x)
    if not isinstance(k, int):
        raise Undetermined("which diagonal is meant is not known")
    if len(shape) == 1:
        return array((shape[0] + abs(k),) * 2, x.dtype)
    if len(shape) != 2:
        raise ShapeError("bad-argument", f"`diag` needs one or two dimensions, not {shapes.text(shape)}")
    if k or not all(isinstance(dim, int) for dim in shape):
        raise Undetermined("the length of a diagonal is not followed")
    return array((min(dim for dim in shape if isinstance(dim, int)),), x.dtype)


@operation("numpy.vander", gives_array=True)
def vander(machine: Machine, x: Value, N: Value = None, increasing: Value = False) -> Value:
    found = asarray(machine, x)
    rows = shape_of(found)[0]
    return array((rows, rows if N is None else size(N)), promoted(found.dtype, "int64"))
