"""What few models need: special functions, windows, decompositions, integrals, views that are written into."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.engine import shape as shapes
from cnnlint.engine.constraints import require_equal
from cnnlint.engine.dimension import less, maximum, minimum
from cnnlint.engine.dimension import text as dim_text
from cnnlint.engine.errors import ShapeError, Undetermined
from cnnlint.frameworks.coerce import dim as dimension
from cnnlint.frameworks.coerce import integer, shape_of, tensor
from cnnlint.frameworks.torch.arithmetic import combined
from cnnlint.frameworks.torch.core import TENSOR, TORCH, result
from cnnlint.frameworks.torch.dtypes import dtype_name, floating
from cnnlint.frameworks.torch.elementwise import mapped
from cnnlint.frameworks.torch.linalg import matrix, square
from cnnlint.frameworks.torch.operation import operation, publish
from cnnlint.interpreter.values import MISSING, DictValue, Tensor

if TYPE_CHECKING:
    from cnnlint.engine.shape import Shape
    from cnnlint.interpreter.machine import Machine
    from cnnlint.interpreter.values import Value


def _opaque(*_: object) -> object:
    raise TypeError


# --- special functions ------------------------------------------------------------------------------------------------

OF_ONE = (
    "airy_ai bessel_j0 bessel_j1 bessel_y0 bessel_y1 entr erfcx gammaln i0e i1 i1e log_ndtr modified_bessel_i0"
    " modified_bessel_i1 modified_bessel_k0 modified_bessel_k1 ndtr ndtri psi scaled_modified_bessel_k0"
    " scaled_modified_bessel_k1 spherical_bessel_j0"
)
OF_TWO = (
    "chebyshev_polynomial_t chebyshev_polynomial_u chebyshev_polynomial_v chebyshev_polynomial_w gammainc gammaincc"
    " hermite_polynomial_h hermite_polynomial_he laguerre_polynomial_l legendre_polynomial_p xlog1py xlogy zeta"
    " shifted_chebyshev_polynomial_t shifted_chebyshev_polynomial_u shifted_chebyshev_polynomial_v"
    " shifted_chebyshev_polynomial_w"
)


def _declare_one(name: str) -> None:
    @operation(f"torch.special.{name}")
    def special(machine: Machine, input: Value) -> Tensor:
        return mapped(input, _opaque, floating(tensor(input).dtype))


def _declare_two(*names: str) -> None:
    in_place = tuple(f"{name}_" for name in names if name.startswith("Tensor."))

    @operation(*names, in_place=in_place)
    def special(machine: Machine, input: Value, other: Value) -> Tensor:
        return combined(_opaque, (input, other), "real")


for _name in OF_ONE.split():
    _declare_one(_name)
for _name in OF_TWO.split():
    _declare_two(f"torch.special.{_name}")
_declare_two("torch.igamma", "Tensor.igamma")
_declare_two("torch.igammac", "Tensor.igammac")
_declare_two("torch.binomial")


@operation("torch.polygamma", "torch.special.polygamma")
def polygamma(machine: Machine, n: Value, input: Value) -> Tensor:
    return mapped(input, _opaque, floating(tensor(input).dtype))


@operation("Tensor.polygamma", in_place=("Tensor.polygamma_",))
def polygamma_of(machine: Machine, input: Value, n: Value) -> Tensor:
    return mapped(input, _opaque, floating(tensor(input).dtype))


@operation("torch.mvlgamma", "torch.special.multigammaln", "Tensor.mvlgamma", in_place=("Tensor.mvlgamma_",))
def mvlgamma(machine: Machine, input: Value, p: Value) -> Tensor:
    return mapped(input, _opaque, floating(tensor(input).dtype))


@operation("torch.frexp", "Tensor.frexp")
def frexp(machine: Machine, input: Value) -> Value:
    return mapped(input, _opaque), mapped(input, _opaque, "int32")


# --- windows ----------------------------------------------------------------------------------------------------------


def _declare_window(name: str) -> None:
    @operation(name)
    def window(machine: Machine, window_length: Value, *args: Value, **options: Value) -> Tensor:
        size = dimension(window_length, "window_length")
        if less(size, 0):
            raise ShapeError(
                "bad-argument", f"a window cannot have the length {dim_text(size)}", exception="RuntimeError"
            )
        return result((size,), dtype_name(options.get("dtype"), "float32"))


WINDOWS = "bartlett blackman cosine exponential gaussian hamming hann kaiser nuttall"
for _name in WINDOWS.split():
    _declare_window(f"torch.signal.windows.{_name}")
_declare_window("torch.kaiser_window")


# --- integrals and statistics -----------------------------------------------------------------------------------------


@operation("torch.trapezoid", "torch.trapz")
def trapezoid(machine: Machine, y: Value, x: Value = None, *, dx: Value = None, dim: Value = -1) -> Tensor:
    shape = shape_of(y, "y")
    axis = shapes.normalize_axis(integer(dim, "dim"), len(shape))
    if isinstance(x, Tensor) and x.shape is not None and len(x.shape) != 1:
        raise Undetermined("an integral over places that are no row is not followed")
    return result(shapes.reduce(shape, axis), like=tensor(y))


@operation("torch.cumulative_trapezoid")
def cumulative_trapezoid(machine: Machine, y: Value, x: Value = None, *, dx: Value = None, dim: Value = -1) -> Tensor:
    shape = list(shape_of(y, "y"))
    axis = shapes.normalize_axis(integer(dim, "dim"), len(shape))
    shape[axis] = shape[axis] - 1
    return result(tuple(shape), like=tensor(y))


@operation("torch.cov", "Tensor.cov", "torch.corrcoef", "Tensor.corrcoef")
def cov(machine: Machine, input: Value, **options: Value) -> Tensor:
    shape = shape_of(input)
    if len(shape) > 2:
        raise ShapeError(
            "rank-mismatch",
            f"a covariance takes up to 2 dimensions, got {shapes.text(shape)}",
            expected="at most 2",
            actual=str(len(shape)),
            exception="RuntimeError",
        )
    return result((shape[0], shape[0]) if len(shape) == 2 else (), like=tensor(input))


@operation("torch.vander", "torch.linalg.vander")
def vander(machine: Machine, x: Value, N: Value = None, increasing: Value = False) -> Tensor:
    shape = shape_of(x, "x")
    if not shape:
        raise ShapeError("rank-mismatch", "a Vandermonde matrix is made of a row of numbers", exception="RuntimeError")
    return result((*shape, shape[-1] if N is None else dimension(N, "N")), like=tensor(x))


# --- views ------------------------------------------------------------------------------------------------------------

COPIES = "permute squeeze unsqueeze transpose t view expand diagonal unfold split unbind select view_as_real"
for _name in COPIES.split():
    _of = TORCH.names.get(f"torch.{_name}", TENSOR.namespace.get(_name, MISSING))
    if _of is not MISSING:
        publish((f"torch.{_name}_copy",), _of)
for _name in ("split", "split_with_sizes"):
    publish((f"torch.unsafe_{_name}", f"Tensor.unsafe_{_name}"), TORCH.names[f"torch.{_name}"])


def _written(input: Value, src: Value, view: Shape) -> Tensor:
    """The tensor with a view of it replaced by `src`, which must have the view's shape."""
    given = shape_of(src, "src")
    if len(given) != len(view):
        raise _unfit(given, view)
    for one, other in zip(given, view, strict=True):
        require_equal(one, other, lambda: _unfit(given, view))
    return result(shape_of(input), like=tensor(input))


def _unfit(given: Shape, view: Shape) -> ShapeError:
    return ShapeError(
        "size-mismatch",
        f"`src` must have the shape {shapes.text(view)} of the part that it replaces, got {shapes.text(given)}",
        expected=shapes.text(view),
        actual=shapes.text(given),
        exception="RuntimeError",
    )


def _view(machine: Machine, name: str, input: Value, *args: Value) -> Shape:
    return shape_of(machine.call(TORCH.names[f"torch.{name}"], (input, *args)))


@operation("torch.select_scatter", "Tensor.select_scatter")
def select_scatter(machine: Machine, input: Value, src: Value, dim: Value, index: Value) -> Tensor:
    return _written(input, src, _view(machine, "select", input, dim, index))


@operation("torch.diagonal_scatter", "Tensor.diagonal_scatter")
def diagonal_scatter(
    machine: Machine, input: Value, src: Value, offset: Value = 0, dim1: Value = 0, dim2: Value = 1
) -> Tensor:
    return _written(input, src, _view(machine, "diagonal", input, offset, dim1, dim2))


@operation("torch.slice_scatter", "Tensor.slice_scatter")
def slice_scatter(
    machine: Machine,
    input: Value,
    src: Value,
    dim: Value = 0,
    start: Value = None,
    end: Value = None,
    step: Value = 1,
) -> Tensor:
    shape = list(shape_of(input))
    axis = shapes.normalize_axis(integer(dim, "dim"), len(shape))
    size = shape[axis]
    if not isinstance(size, int):
        raise Undetermined("a part of an axis of open size is not followed")
    first, last = (None if each is None else integer(each, "bound") for each in (start, end))
    shape[axis] = len(range(size)[first : last : integer(step, "step")])
    return _written(input, src, tuple(shape))


# --- linear algebra ---------------------------------------------------------------------------------------------------


@operation("torch.linalg.slogdet", "torch.slogdet", "Tensor.slogdet")
def slogdet(machine: Machine, input: Value) -> Value:
    front = square(input)[:-2]
    return result(front, like=tensor(input)), result(front, like=tensor(input))


@operation("torch.linalg.eigvalsh")
def eigvalsh(machine: Machine, A: Value, UPLO: Value = "L") -> Tensor:
    return result(square(A)[:-1], like=tensor(A))


@operation("torch.linalg.eigvals")
def eigvals(machine: Machine, A: Value) -> Tensor:
    return result(square(A)[:-1], _complex(tensor(A).dtype))


def _complex(dtype: str | None) -> str | None:
    return None if dtype is None else "complex128" if dtype in ("float64", "complex128") else "complex64"


@operation("torch.linalg.eigh")
def eigh(machine: Machine, A: Value, UPLO: Value = "L") -> Value:
    shape = square(A)
    return result(shape[:-1], like=tensor(A)), result(shape, like=tensor(A))


@operation("torch.linalg.eig")
def eig(machine: Machine, A: Value) -> Value:
    shape, dtype = square(A), _complex(tensor(A).dtype)
    return result(shape[:-1], dtype), result(shape, dtype)


@operation("torch.linalg.svdvals")
def svdvals(machine: Machine, A: Value, *, driver: Value = None) -> Tensor:
    *front, rows, columns = matrix(A)
    return result((*front, minimum(rows, columns)), like=tensor(A))


@operation("torch.linalg.matrix_rank")
def matrix_rank(machine: Machine, A: Value, tol: Value = None, hermitian: Value = False, **options: Value) -> Tensor:
    return result(matrix(A)[:-2], "int64")


@operation("torch.linalg.cond")
def cond(machine: Machine, A: Value, p: Value = None) -> Tensor:
    return result(matrix(A)[:-2], like=tensor(A))


@operation("torch.linalg.lu")
def lu(machine: Machine, A: Value, *, pivot: Value = True) -> Value:
    *front, rows, columns = matrix(A)
    inner = minimum(rows, columns)
    made = ((*front, rows, rows), (*front, rows, inner), (*front, inner, columns))
    return tuple(result(shape, like=tensor(A)) for shape in made)


@operation("torch.linalg.lu_factor")
def lu_factor(machine: Machine, A: Value, *, pivot: Value = True) -> Value:
    *front, rows, columns = matrix(A)
    return result((*front, rows, columns), like=tensor(A)), result((*front, minimum(rows, columns)), "int32")


@operation("torch.linalg.cholesky_ex", "torch.linalg.inv_ex")
def with_info(machine: Machine, A: Value, **options: Value) -> Value:
    shape = square(A)
    return result(shape, like=tensor(A)), result(shape[:-2], "int32")


@operation("torch.cholesky_inverse", "Tensor.cholesky_inverse")
def cholesky_inverse(machine: Machine, L: Value, upper: Value = False) -> Tensor:
    return result(square(L), like=tensor(L))


@operation("torch.cholesky_solve", "Tensor.cholesky_solve")
def cholesky_solve(machine: Machine, B: Value, L: Value, upper: Value = False) -> Tensor:
    right, left = matrix(B), square(L)
    require_equal(right[-2], left[-1], lambda: _apart(right, left))
    front = shapes.broadcast(right[:-2], left[:-2])
    return result((*front, *right[-2:]), like=tensor(B))


def _apart(right: Shape, left: Shape) -> ShapeError:
    return ShapeError(
        "size-mismatch",
        f"the right side {shapes.text(right)} does not fit the matrix {shapes.text(left)}",
        exception="RuntimeError",
    )


@operation("torch.geqrf", "Tensor.geqrf")
def geqrf(machine: Machine, input: Value) -> Value:
    *front, rows, columns = matrix(input)
    return result((*front, rows, columns), like=tensor(input)), result(
        (*front, minimum(rows, columns)), like=tensor(input)
    )


@operation("torch.pca_lowrank", "torch.svd_lowrank")
def lowrank(machine: Machine, A: Value, q: Value = 6, **options: Value) -> Value:
    *front, rows, columns = matrix(A)
    count = minimum(6 if q is None else dimension(q, "q"), minimum(rows, columns))
    made = ((*front, rows, count), (*front, count), (*front, columns, count))
    return tuple(result(shape, like=tensor(A)) for shape in made)


@operation("torch.is_same_size", "Tensor.is_same_size")
def is_same_size(machine: Machine, input: Value, other: Value) -> Value:
    one, two = shape_of(input), shape_of(other, "other")
    if len(one) != len(two):
        return False
    if all(isinstance(size, int) for size in (*one, *two)):
        return one == two
    raise Undetermined("sizes are not known")


@operation("torch.histogram", "Tensor.histogram")
def histogram(machine: Machine, input: Value, bins: Value, **options: Value) -> Value:
    if isinstance(bins, Tensor):
        (edges,) = shape_of(bins, "bins")
        return result((maximum(edges - 1, 0),), like=tensor(input)), result((edges,), like=tensor(input))
    count = dimension(bins, "bins")
    return result((count,), like=tensor(input)), result((count + 1,), like=tensor(input))


@operation("torch.func.functional_call", "torch.nn.utils.stateless.functional_call")
def functional_call(
    machine: Machine,
    module: Value,
    parameter_and_buffer_dicts: Value,
    args: Value = None,
    kwargs: Value = None,
    **options: Value,
) -> Value:
    given = args if isinstance(args, tuple) else () if args is None else (args,)
    named = kwargs.items if isinstance(kwargs, DictValue) else {}
    return machine.call(module, given, {name: value for name, value in named.items() if isinstance(name, str)})
