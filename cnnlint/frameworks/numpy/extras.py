"""Windows, Fourier transforms, decompositions and other functions of NumPy that models' data seldom need."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.engine import shape as shapes
from cnnlint.engine.dimension import Dim, floor_div, unknown_dim
from cnnlint.engine.errors import ShapeError, Undetermined
from cnnlint.frameworks import coerce
from cnnlint.frameworks.coerce import flag
from cnnlint.frameworks.numpy.arguments import asarray, axis_of, operand, shape_of, size
from cnnlint.frameworks.numpy.arithmetic import BINARY, binary
from cnnlint.frameworks.numpy.contents import written
from cnnlint.frameworks.numpy.core import NUMPY, array, like
from cnnlint.frameworks.numpy.dtypes import COMPLEX, FLOATS, INTEGERS, NUMERIC, SCALARS, averaged, dtype_name
from cnnlint.frameworks.numpy.operation import Operation, indexed_object, operation
from cnnlint.interpreter.values import ClassValue, HostFunction, Instance, Tensor

if TYPE_CHECKING:
    from cnnlint.interpreter.machine import Machine
    from cnnlint.interpreter.values import Value


@operation("numpy.hanning", "numpy.hamming", "numpy.blackman", "numpy.bartlett", "numpy.kaiser", gives_array=True)
def window(machine: Machine, M: Value, beta: Value = None) -> Value:
    return array((size(M, "M"),), "float64")


# --- numpy.fft --------------------------------------------------------------------------------------------------------


def _complex(dtype: str | None) -> str | None:
    if dtype is None or dtype not in NUMERIC:
        return None
    return "complex64" if dtype in ("float16", "float32", "complex64") else "complex128"


def _declare_transform(name: str) -> None:
    def body(
        machine: Machine, a: Value, n: Value = None, axis: Value = -1, norm: Value = None, out: Value = None
    ) -> Value:
        x = asarray(machine, a)
        shape = shape_of(x)
        place = axis_of(axis, len(shape))
        length: Dim = shape[place] if n is None else size(n, "n")
        if name == "rfft":
            length = floor_div(length, 2) + 1
        elif name == "irfft" and n is None:
            length = (length - 1) * 2
        kind = _complex(x.dtype)
        real = {"complex64": "float32", "complex128": "float64"}.get(kind or "")
        return array((*shape[:place], length, *shape[place + 1 :]), real if name == "irfft" else kind)

    operation(f"numpy.fft.{name}", gives_array=True)(body)


for _name in ("fft", "ifft", "rfft", "irfft"):
    _declare_transform(_name)


@operation("numpy.fft.fft2", "numpy.fft.ifft2", "numpy.fft.fftn", "numpy.fft.ifftn", gives_array=True)
def fft2(machine: Machine, a: Value, s: Value = None, axes: Value = None, norm: Value = None) -> Value:
    x = asarray(machine, a)
    if s is not None:
        raise Undetermined("a transform of another size is not followed")
    return array(shape_of(x), _complex(x.dtype))


@operation("numpy.fft.fftshift", "numpy.fft.ifftshift", gives_array=True)
def fftshift(machine: Machine, x: Value, axes: Value = None) -> Value:
    found = asarray(machine, x)
    return like(found, found.shape)


@operation("numpy.fft.fftfreq", gives_array=True)
def fftfreq(machine: Machine, n: Value, d: Value = 1.0) -> Value:
    return array((size(n, "n"),), "float64")


@operation("numpy.fft.rfftfreq", gives_array=True)
def rfftfreq(machine: Machine, n: Value, d: Value = 1.0) -> Value:
    return array((floor_div(size(n, "n"), 2) + 1,), "float64")


# --- decompositions ---------------------------------------------------------------------------------------------------


def _smaller(one: Dim, other: Dim) -> Dim:
    return min(one, other) if isinstance(one, int) and isinstance(other, int) else unknown_dim()


def _matrix(machine: Machine, value: Value) -> tuple[Tensor, shapes.Shape]:
    x = asarray(machine, value)
    shape = shape_of(x)
    if len(shape) < 2:
        raise ShapeError(
            "rank-mismatch", f"a matrix is needed, not {shapes.text(shape)}", expected="2", actual=str(len(shape))
        )
    return x, shape


@operation("numpy.linalg.svd")
def svd(machine: Machine, a: Value, full_matrices: Value = True, compute_uv: Value = True, *args: Value) -> Value:
    x, shape = _matrix(machine, a)
    *front, rows, columns = shape
    least = _smaller(rows, columns)
    kind = averaged(x.dtype)
    real = {"complex64": "float32", "complex128": "float64"}.get(kind or "", kind)
    values = array((*front, least), real)
    if not flag(compute_uv):
        return values
    full = flag(full_matrices)
    left = array((*front, rows, rows if full else least), kind)
    right = array((*front, columns if full else least, columns), kind)
    return (left, values, right)


@operation("numpy.linalg.qr")
def qr(machine: Machine, a: Value, mode: Value = "reduced") -> Value:
    x, (*front, rows, columns) = _matrix(machine, a)
    if mode != "reduced":
        raise Undetermined("this form of a decomposition is not followed")
    least = _smaller(rows, columns)
    return (array((*front, rows, least), averaged(x.dtype)), array((*front, least, columns), averaged(x.dtype)))


@operation("numpy.linalg.cholesky", gives_array=True)
def cholesky(machine: Machine, a: Value, **options: Value) -> Value:
    x, shape = _matrix(machine, a)
    return array(shape, averaged(x.dtype))


for _name in ("matmul", "outer", "tensordot", "trace", "cross"):
    NUMPY.add(f"numpy.linalg.{_name}", NUMPY.names[f"numpy.{_name}"])
NUMPY.add("numpy.linalg.LinAlgError", ClassValue("numpy.linalg.LinAlgError", library=True))


# --- others -----------------------------------------------------------------------------------------------------------


@operation("numpy.diagonal", "ndarray.diagonal", gives_array=True)
def diagonal(machine: Machine, a: Value, offset: Value = 0, axis1: Value = 0, axis2: Value = 1) -> Value:
    x = asarray(machine, a)
    shape = shape_of(x)
    one, other = axis_of(axis1, len(shape)), axis_of(axis2, len(shape))
    if offset != 0:
        raise Undetermined("the length of this diagonal is not followed")
    rest = tuple(dim for axis, dim in enumerate(shape) if axis not in (one, other))
    return array((*rest, _smaller(shape[one], shape[other])), x.dtype)


@operation("numpy.unstack")
def unstack(machine: Machine, x: Value, /, *, axis: Value = 0) -> Value:
    found = asarray(machine, x)
    shape = shape_of(found)
    place = axis_of(axis, len(shape))
    count = shape[place]
    if not isinstance(count, int):
        raise Undetermined("how many arrays there are is not known")
    return tuple(like(found, (*shape[:place], *shape[place + 1 :]), whole=False) for _ in range(count))


@operation("numpy.divmod", "numpy.modf", "numpy.frexp")
def pairs(machine: Machine, x1: Value, x2: Value = None, **options: Value) -> Value:
    if x2 is not None:
        return (binary(machine, "floor_divide", x1, x2), binary(machine, "remainder", x1, x2))
    x = operand(machine, x1)
    shape = x.shape if isinstance(x, Tensor) else ()
    return (array(shape), array(shape))


@operation("numpy.ravel_multi_index", gives_array=True)
def ravel_multi_index(machine: Machine, multi_index: Value, dims: Value, *args: Value, **options: Value) -> Value:
    found = coerce.items(multi_index)
    if not found:
        raise Undetermined("the places are not known")
    return array(shape_of(asarray(machine, found[0])), "int64")


@operation("numpy.issubdtype")
def issubdtype(machine: Machine, arg1: Value, arg2: Value) -> Value:
    name = dtype_name(arg1)
    if name not in SCALARS:
        raise Undetermined("an element type is not known")
    if isinstance(arg2, ClassValue) and arg2 in SCALARS.values():
        return arg2 in SCALARS[name].mro
    other = dtype_name(arg2)
    if other not in (*INTEGERS, *FLOATS, *COMPLEX, "bool"):
        raise Undetermined("an element type is not known")
    return name == other


@operation("numpy.put_along_axis")
def put_along_axis(machine: Machine, arr: Value, *args: Value, **options: Value) -> None:
    if isinstance(arr, Tensor):
        written(machine, arr)


def _at(machine: Machine, a: Value, *args: Value) -> None:
    """`np.add.at(a, places, values)` changes `a` in place."""
    if isinstance(a, Tensor):
        written(machine, a)


for _name in BINARY:
    _host = NUMPY.names[f"numpy.{_name}"]
    if isinstance(_host, HostFunction):
        _host.attrs["at"] = Operation(f"numpy.{_name}.at", _at, gives_array=False)


@operation("numpy.matrix")
def matrix(machine: Machine, data: Value, dtype: Value = None, copy: Value = True) -> Value:
    raise Undetermined("matrices of old are not followed")


def _mgrid(machine: Machine, self: Instance, key: Value) -> Value:
    parts = key if isinstance(key, tuple) else (key,)
    lengths: list[Dim] = []
    for each in parts:
        ends = [each.start or 0, each.stop, each.step or 1] if isinstance(each, slice) else []
        known = ends and all(isinstance(end, int) for end in ends)
        lengths.append(len(range(*ends)) if known else unknown_dim())
    kind = "int64" if all(isinstance(length, int) for length in lengths) else None
    return array((len(parts), *lengths) if isinstance(key, tuple) else tuple(lengths), kind)


indexed_object("numpy.mgrid", _mgrid)
