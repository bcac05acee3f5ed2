"""`torch.fft` and the short-time Fourier transform."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.engine import shape as shapes
from cnnlint.engine.constraints import require_at_least, require_equal
from cnnlint.engine.dimension import Dim, floor_div, less, product
from cnnlint.engine.dimension import text as dim_text
from cnnlint.engine.errors import ShapeError
from cnnlint.engine.reshaping import pad
from cnnlint.frameworks.coerce import dim as dimension
from cnnlint.frameworks.coerce import flag, integer, shape_of, tensor, text
from cnnlint.frameworks.coerce import shape as shape_argument
from cnnlint.frameworks.torch.core import TENSOR, result
from cnnlint.frameworks.torch.dtypes import dtype_name
from cnnlint.frameworks.torch.operation import operation
from cnnlint.frameworks.torch.reshaping import axes, axes_of
from cnnlint.interpreter.values import Tensor

if TYPE_CHECKING:
    from collections.abc import Callable

    from cnnlint.engine.shape import Shape
    from cnnlint.interpreter.machine import Machine
    from cnnlint.interpreter.values import Value

COMPLEX_OF = {"float64": "complex128", "float16": "complex32", "complex128": "complex128"}


def _complex(dtype: str | None) -> str | None:
    return None if dtype is None else COMPLEX_OF.get(dtype, "complex64")


def _real(dtype: str | None) -> str | None:
    return None if dtype is None else {"complex128": "float64", "float64": "float64"}.get(dtype, "float32")


def _transformed(kind: str, shape: Shape, wanted: tuple[int, ...], sizes: tuple[Dim | None, ...]) -> Shape:
    """The shape after a transform along these axes, cut or padded to `sizes` before it."""
    made = list(shape)
    for axis, size in zip(wanted, sizes, strict=True):
        if size is not None:
            made[axis] = size
        if less(made[axis], 1):
            raise _no_points(made[axis])
    if wanted and kind in ("rfft", "ihfft"):
        made[wanted[-1]] = floor_div(made[wanted[-1]], 2) + 1
    elif wanted and kind in ("irfft", "hfft") and sizes[-1] is None:
        made[wanted[-1]] = (made[wanted[-1]] - 1) * 2
        if less(made[wanted[-1]], 1):
            raise _no_points(made[wanted[-1]])
    return tuple(made)


def _no_points(size: Dim) -> ShapeError:
    message = f"a Fourier transform needs at least 1 point, got {dim_text(size)}"
    return ShapeError("bad-argument", message, exception="RuntimeError")


def _dtype(kind: str, x: Tensor) -> str | None:
    return _real(x.dtype) if kind in ("irfft", "hfft") else _complex(x.dtype)


def _declare(kind: str) -> None:
    def one(machine: Machine, input: Value, n: Value = None, dim: Value = -1, norm: Value = None) -> Tensor:
        x = tensor(input)
        shape = shape_of(x)
        axis = shapes.normalize_axis(integer(dim, "dim"), len(shape))
        size = None if n is None else dimension(n, "n")
        return result(_transformed(kind, shape, (axis,), (size,)), _dtype(kind, x))

    def several(default: Value) -> object:
        def body(machine: Machine, input: Value, s: Value = None, dim: Value = default, norm: Value = None) -> Tensor:
            x = tensor(input)
            shape = shape_of(x)
            given = None if s is None else shape_argument(s, "s")
            if dim is not None:
                wanted = axes_of(machine, shape, dim)
            else:
                count = len(shape) if given is None else len(given)
                if count > len(shape):
                    raise ShapeError(
                        "bad-argument",
                        f"`s` has {count} sizes, but the tensor only {len(shape)} dimensions",
                        expected=f"at most {len(shape)}",
                        actual=str(count),
                        exception="RuntimeError",
                    )
                wanted = tuple(range(len(shape) - count, len(shape)))
            sizes = (None,) * len(wanted) if given is None else tuple(None if size == -1 else size for size in given)
            if len(sizes) != len(wanted):
                raise ShapeError("bad-argument", "`s` and `dim` have different lengths", exception="RuntimeError")
            return result(_transformed(kind, shape, wanted, sizes), _dtype(kind, x))

        return body

    operation(f"torch.fft.{kind}")(one)
    for suffix, default in (("2", (-2, -1)), ("n", None)):
        operation(f"torch.fft.{kind}{suffix}")(several(default))  # type: ignore[type-var]


for _kind in ("fft", "ifft", "rfft", "irfft", "hfft", "ihfft"):
    _declare(_kind)


@operation("torch.fft.fftshift", "torch.fft.ifftshift")
def fftshift(machine: Machine, input: Value, dim: Value = None) -> Tensor:
    x = tensor(input)
    if x.shape is not None:
        if not x.shape:
            raise ShapeError("rank-mismatch", "a number has no axis to be shifted", exception="RuntimeError")
        for axis in () if dim is None else axes(machine, dim):
            shapes.normalize_axis(axis, len(x.shape))
    return Tensor(TENSOR, x.shape, x.dtype, free=x.free)


@operation("torch.fft.fftfreq")
def fftfreq(machine: Machine, n: Value, d: Value = 1.0, *, dtype: Value = None, **options: Value) -> Tensor:
    return result((dimension(n, "n"),), dtype_name(dtype, "float32"))


@operation("torch.fft.rfftfreq")
def rfftfreq(machine: Machine, n: Value, d: Value = 1.0, *, dtype: Value = None, **options: Value) -> Tensor:
    return result((floor_div(dimension(n, "n"), 2) + 1,), dtype_name(dtype, "float32"))


def of_rank(x: Tensor, name: str, low: int, high: int) -> Shape:
    """The shape of a tensor with so many axes. Raises ShapeError "rank-mismatch"."""
    shape = shape_of(x)
    if not low <= len(shape) <= high:
        raise ShapeError(
            "rank-mismatch",
            f"`{name}` takes {low} or {high} dimensions, got {len(shape)}",
            expected=f"{low} or {high}",
            actual=str(len(shape)),
            exception="RuntimeError",
        )
    return shape


def _check_frames(length: Dim, size: Dim, hop: Dim, win_length: Dim, window: Value) -> None:
    """Hold the sizes of frames, steps and window to those that `aten::stft` takes. Raises ShapeError."""

    def refused(what: str) -> Callable[[], ShapeError]:
        return lambda: ShapeError("bad-argument", f"`stft` {what}", exception="RuntimeError")

    require_at_least(
        length, size, refused(f"needs {dim_text(size)} values for its first frame, but there are {dim_text(length)}")
    )
    require_at_least(hop, 1, refused(f"needs steps of at least 1, got {dim_text(hop)}"))
    require_at_least(
        size,
        win_length,
        refused(f"has frames of {dim_text(size)}, too few for a window of {dim_text(win_length)}"),
    )
    if isinstance(window, Tensor) and window.shape is not None:
        found = product(window.shape)
        require_equal(found, win_length, refused(f"needs a window of {dim_text(win_length)}, got {dim_text(found)}"))


@operation("torch.stft", "Tensor.stft")
def stft(
    machine: Machine,
    input: Value,
    n_fft: Value,
    hop_length: Value = None,
    win_length: Value = None,
    window: Value = None,
    center: Value = True,
    pad_mode: Value = "reflect",
    normalized: Value = False,
    onesided: Value = None,
    return_complex: Value = None,
    align_to_window: Value = None,
) -> Tensor:
    x = tensor(input)
    *front, length = of_rank(x, "stft", 1, 2)
    size = dimension(n_fft, "n_fft")
    hop = floor_div(size, 4) if hop_length is None else dimension(hop_length, "hop_length")
    if flag(center):
        width = floor_div(size, 2)
        (length,) = pad((length,), [(width, width)], text(pad_mode, "pad_mode"))
    _check_frames(length, size, hop, size if win_length is None else dimension(win_length, "win_length"), window)
    frequencies = floor_div(size, 2) + 1 if onesided is None or flag(onesided) else size
    shape = (*front, frequencies, floor_div(length - size, hop) + 1)
    if return_complex is not None and not flag(return_complex):
        return result((*shape, 2), like=x)
    return result(shape, _complex(x.dtype))


@operation("torch.istft", "Tensor.istft")
def istft(
    machine: Machine,
    input: Value,
    n_fft: Value,
    hop_length: Value = None,
    win_length: Value = None,
    window: Value = None,
    center: Value = True,
    normalized: Value = False,
    onesided: Value = None,
    length: Value = None,
    return_complex: Value = False,
) -> Tensor:
    x = tensor(input)
    shape = of_rank(x, "istft", 2, 3)
    size = dimension(n_fft, "n_fft")
    hop = floor_div(size, 4) if hop_length is None else dimension(hop_length, "hop_length")
    whole = size + hop * (shape[-1] - 1)
    cut = whole - 2 * floor_div(size, 2) if flag(center) else whole
    made = cut if length is None else dimension(length, "length")
    return result((*shape[:-2], made), x.dtype if flag(return_complex) else _real(x.dtype))
