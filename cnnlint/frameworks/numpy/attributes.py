"""`numpy.ndarray`: its attributes, conversions and constants of the module."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from cnnlint.engine import shape as shapes
from cnnlint.engine.dimension import Expr
from cnnlint.engine.errors import ShapeError, Undetermined
from cnnlint.frameworks import coerce
from cnnlint.frameworks.numpy.arguments import asarray, items, shape_of, sizes
from cnnlint.frameworks.numpy.contents import nested, written
from cnnlint.frameworks.numpy.core import NDARRAY, NUMPY, arranged, array, extend
from cnnlint.frameworks.numpy.creation import converted
from cnnlint.frameworks.numpy.dtypes import COMPLEX, constant, dtype_name, itemsize
from cnnlint.frameworks.numpy.operation import indexed_object, operation, unsized
from cnnlint.frameworks.numpy.reshaping import reordered, reshaped, viewed
from cnnlint.interpreter.builtin.types import FLOAT, INT
from cnnlint.interpreter.values import ClassValue, HostFunction, Tensor, Unknown

if TYPE_CHECKING:
    from cnnlint.interpreter.machine import Machine
    from cnnlint.interpreter.values import Value


def _reason(x: Tensor) -> Unknown:
    return Unknown(x.facts.get("reason", "the shape of an array is not known"))


@extend(NDARRAY)
class Attributes:
    @property
    def shape(machine: Machine, self: Tensor) -> Value:
        return _reason(self) if self.shape is None else self.shape

    @shape.setter
    def shape(machine: Machine, self: Tensor, value: Value) -> None:
        made = reshaped(self, [None if isinstance(each, Unknown) else each for each in items(value) or [value]])
        machine.touch(self)
        self.shape = made.shape

    @property
    def ndim(machine: Machine, self: Tensor) -> Value:
        return _reason(self) if self.shape is None else len(self.shape)

    @property
    def size(machine: Machine, self: Tensor) -> Value:
        return _reason(self) if self.shape is None else shapes.elements(self.shape)

    @property
    def dtype(machine: Machine, self: Tensor) -> Value:
        return constant(self.dtype)

    @property
    def T(machine: Machine, self: Tensor) -> Value:
        return array(None, self.dtype) if self.shape is None else reordered(self, range(len(self.shape))[::-1])

    @property
    def real(machine: Machine, self: Tensor) -> Value:
        return self if self.dtype is not None and self.dtype not in COMPLEX else array(self.shape)

    @property
    def imag(machine: Machine, self: Tensor) -> Value:
        return array(self.shape)

    @property
    def flat(machine: Machine, self: Tensor) -> Value:
        return viewed(self, (shapes.elements(shape_of(self)),))

    @property
    def itemsize(machine: Machine, self: Tensor) -> Value:
        return itemsize(self.dtype)

    @property
    def nbytes(machine: Machine, self: Tensor) -> Value:
        size = itemsize(self.dtype)
        if self.shape is None or isinstance(size, Unknown):
            return _reason(self)
        return shapes.elements(self.shape) * size

    @property
    def strides(machine: Machine, self: Tensor) -> Value:
        return Unknown("strides are not followed")

    @property
    def flags(machine: Machine, self: Tensor) -> Value:
        return Unknown("the layout of an array in memory is not followed")

    @property
    def base(machine: Machine, self: Tensor) -> Value:
        return Unknown("the layout of an array in memory is not followed")


@operation("ndarray.__new__")
def new(machine: Machine, cls: ClassValue, shape: Value, dtype: Value = None, *args: Value, **options: Value) -> Value:
    """`np.ndarray(shape)`; a class of the program's own that is an array is not followed."""
    if cls is not NDARRAY:
        raise Undetermined(f"`{cls.name}` is a kind of array that is not followed")
    return array(sizes(shape), dtype_name(dtype, "float64"))


# --- conversions ------------------------------------------------------------------------------------------------------


@operation("ndarray.astype", "numpy.astype", gives_array=True)
def astype(machine: Machine, self: Value, dtype: Value, *args: Value, **options: Value) -> Value:
    x = asarray(machine, self)
    name = dtype_name(dtype)
    return converted(x, name) if name is not None else array(x.shape)


@operation("ndarray.copy", "ndarray.__copy__", "ndarray.__deepcopy__", "ndarray.byteswap")
def copied(machine: Machine, self: Value, *args: Value, **options: Value) -> Value:
    x = asarray(machine, self)
    return arranged(array(x.shape, x.dtype, x.values, x.cls), x)


@operation("ndarray.__array__", "ndarray.conj", "ndarray.conjugate")
def itself(machine: Machine, self: Value, *args: Value, **options: Value) -> Value:
    return self


@operation("ndarray.view")
def view(machine: Machine, self: Value, dtype: Value = None, *args: Value) -> Value:
    if dtype is not None:
        raise Undetermined("another view of the same memory is not followed")
    x = asarray(machine, self)
    return viewed(x, x.shape)


def _only(machine: Machine, self: Value, exception: str = "TypeError") -> Any:
    """The single element of an array. Raises ShapeError, Undetermined."""
    x = asarray(machine, self)
    count = shapes.elements(shape_of(x))
    if isinstance(count, int) and count != 1:
        raise ShapeError(
            "bad-argument",
            f"an array with {count} elements, {shapes.text(shape_of(x))}, is no number",
            expected="1",
            actual=str(count),
            exception=exception,
        )
    if not x.values:
        raise Undetermined("the data of an array are not known")
    return x.values[0]


@operation("ndarray.item")
def item(machine: Machine, self: Value, *args: Value) -> Value:
    if not args:
        return _only(machine, self, "ValueError")
    if self.values is not None and len(args) == 1 and isinstance(args[0], int):
        return self.values[args[0]]
    raise Undetermined("the data of an array are not known")


@operation("ndarray.__int__", "ndarray.__index__")
def to_int(machine: Machine, self: Value) -> Value:
    value = _only(machine, self)
    return int(value) if isinstance(value, (bool, float)) else value


@operation("ndarray.__float__")
def to_float(machine: Machine, self: Value) -> Value:
    value = _only(machine, self)
    return float(value) if isinstance(value, (bool, int)) else value


@operation("ndarray.tolist", "Series.tolist", "Series.to_list")
def tolist(machine: Machine, self: Value) -> Value:
    x = asarray(machine, self)
    if x.values is None:
        raise Undetermined("the data of an array are not known")
    return nested(x.values, shape_of(x))


@operation("ndarray.fill")
def fill(machine: Machine, self: Value, value: Value) -> None:
    written(machine, self)
    if isinstance(value, int):
        self.facts["range"], self.facts["classes"] = (int(value), int(value)), 1


@operation(
    "ndarray.put",
    "ndarray.partition",
    "numpy.put",
    "numpy.copyto",
    "numpy.fill_diagonal",
    "numpy.place",
    "numpy.putmask",
)
def put(machine: Machine, self: Value, *args: Value, **options: Value) -> None:
    if isinstance(self, Tensor):
        written(machine, self)


@operation("ndarray.resize")
def resize(machine: Machine, self: Value, *new_shape: Value, refcheck: Value = True) -> None:
    shape = sizes(new_shape[0] if len(new_shape) == 1 else new_shape)
    written(machine, self)
    machine.touch(self)
    self.shape = shape


@operation("ndarray.tobytes", "ndarray.tofile", "ndarray.dump", "ndarray.setflags")
def outside(machine: Machine, self: Value, *args: Value, **options: Value) -> Value:
    raise Undetermined("the bytes of an array are not followed")


@operation("numpy.shape")
def np_shape(machine: Machine, a: Value) -> Value:
    return shape_of(asarray(machine, a))


@operation("numpy.ndim")
def np_ndim(machine: Machine, a: Value) -> Value:
    return len(shape_of(asarray(machine, a)))


@operation("numpy.size")
def np_size(machine: Machine, a: Value, axis: Value = None) -> Value:
    shape = shape_of(asarray(machine, a))
    return shapes.elements(shape) if axis is None else shape[shapes.normalize_axis(coerce.integer(axis), len(shape))]


# --- files and settings -----------------------------------------------------------------------------------------------


def _quiet(machine: Machine, *args: Value, **options: Value) -> None:
    return None


for _name in ("save", "savez", "savez_compressed", "savetxt", "set_printoptions", "seterr", "disp"):
    NUMPY.add(f"numpy.{_name}", HostFunction(f"numpy.{_name}", _quiet))


@operation("numpy.load", "numpy.memmap", "numpy.lib.format.open_memmap")
def load(machine: Machine, file: Value, *args: Value, **options: Value) -> Value:
    """An array, if the file's name says so: an archive (`.npz`) holds several."""
    reason = "the data of a file are known at run time only"
    if isinstance(file, str) and file.endswith(".npy") and options.get("allow_pickle", False) is False:
        return unsized(reason)
    raise Undetermined(reason)


@operation("numpy.errstate", "numpy.printoptions")
def context(machine: Machine, **options: Value) -> Value:
    raise Undetermined("settings are not followed")


for _name, _value in {
    "pi": math.pi,
    "e": math.e,
    "euler_gamma": 0.5772156649015329,
    "inf": math.inf,
    "Inf": math.inf,
    "infty": math.inf,
    "nan": math.nan,
    "NaN": math.nan,
    "NAN": math.nan,
    "newaxis": None,
    "True_": True,
    "False_": False,
}.items():
    NUMPY.add(f"numpy.{_name}", _value)


def _index_itself(machine: Machine, self: Value, index: Value) -> Value:
    return index


for _name in ("s_", "index_exp"):
    indexed_object(f"numpy.{_name}", _index_itself)


# --- NumPy scalars that stand as Python's numbers ---------------------------------------------------------------------


def _scalar_astype(machine: Machine, self: Value, dtype: Value, **options: Value) -> Value:
    """Python's own numbers have no such method: what is asked for it is a NumPy scalar."""
    cls = dtype if isinstance(dtype, ClassValue) else None
    name = dtype_name(dtype)
    if cls is None and name is None:
        return Unknown("an element type that is not known")
    if isinstance(self, Expr):
        return self
    made = array((), name, (self,))
    return made.values[0] if made.values and name in ("int64", "float64", "bool") else made


def _scalar_item(machine: Machine, self: Value) -> Value:
    return self


for _cls in (INT, FLOAT):
    _cls.namespace["astype"] = HostFunction("numpy.generic.astype", _scalar_astype)
    _cls.namespace["item"] = HostFunction("numpy.generic.item", _scalar_item)
    _cls.namespace["tolist"] = HostFunction("numpy.generic.tolist", _scalar_item)
