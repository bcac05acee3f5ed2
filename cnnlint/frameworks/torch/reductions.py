"""Functions that work along axes: sums, extremes, norms, cumulative sums, softmax."""

from __future__ import annotations

import operator
from functools import reduce
from typing import TYPE_CHECKING, Any

from cnnlint.engine import shape as shapes
from cnnlint.engine.errors import ShapeError
from cnnlint.frameworks.coerce import flag, integer, items, shape_of, tensor
from cnnlint.frameworks.torch.arithmetic import BINARY, combined
from cnnlint.frameworks.torch.core import TENSOR, result
from cnnlint.frameworks.torch.dtypes import category, dtype_name, floating
from cnnlint.frameworks.torch.operation import operation
from cnnlint.frameworks.torch.reshaping import axes_of, axis_of
from cnnlint.frameworks.torch.values import holding, known
from cnnlint.interpreter.values import ClassValue, Instance, Tensor

if TYPE_CHECKING:
    from collections.abc import Callable

    from cnnlint.engine.shape import Shape
    from cnnlint.frameworks.torch.values import Values
    from cnnlint.interpreter.machine import Machine
    from cnnlint.interpreter.values import Value


def reduced_shape(machine: Machine, x: Tensor, dim: Value, keepdim: Value) -> Shape | None:
    """The shape after a reduction over `dim` (None or an empty sequence: over all axes); None if not known."""
    if x.shape is None:
        return () if dim is None and not flag(keepdim) else None
    wanted = None if dim is None else axes_of(machine, x.shape, dim) or None
    return shapes.reduce(x.shape, wanted, keepdims=flag(keepdim)) if x.shape else ()


def _accumulated(dtype: str | None) -> str | None:
    """Sums of integers and truth values are `int64`."""
    return "int64" if dtype is not None and category(dtype) < 2 else dtype


def _same(dtype: str | None) -> str | None:
    return dtype


def _truth(dtype: str | None) -> str | None:
    return "bool"


def _mean(values: Values) -> Any:
    return sum(values) / len(values)


def _variance(values: Values) -> Any:
    mean = _mean(values)
    return sum((value - mean) ** 2 for value in values) / (len(values) - 1)


def _product(values: Values) -> Any:
    return reduce(operator.mul, values, 1)


def _unknown(values: Values) -> Any:
    raise TypeError


PLAIN: dict[str, tuple[Callable[[Values], Any], Callable[[str | None], str | None], tuple[str, ...]]] = {
    "sum": (sum, _accumulated, ()),
    "nansum": (_unknown, _accumulated, ()),
    "mean": (_mean, _same, ()),
    "nanmean": (_unknown, _same, ()),
    "all": (all, _truth, ()),
    "any": (any, _truth, ()),
    "amax": (max, _same, ()),
    "amin": (min, _same, ()),
}
"""Function of all elements, the element type of the result, other names."""


def _declare(name: str) -> None:
    function, kind, aliases = PLAIN[name]

    def body(
        machine: Machine, input: Value, dim: Value = None, keepdim: Value = False, *, dtype: Value = None
    ) -> Tensor:
        x = tensor(input)
        if name in ("mean", "nanmean") and dtype is None and x.dtype is not None and category(x.dtype) < 2:
            raise ShapeError(
                "bad-argument", f"`{name}` needs real numbers, the tensor holds {x.dtype}", exception="RuntimeError"
            )
        shape = reduced_shape(machine, x, dim, keepdim)
        target = dtype_name(dtype, kind(x.dtype))
        values = known(x) if shape == () or (shape is not None and dim is None) else None
        return holding(shape, target, None if not values else _computed(function, values))

    operation(f"torch.{name}", f"Tensor.{name}", *(f"torch.{alias}" for alias in aliases))(body)


def _computed(function: Callable[[Values], Any], values: Values) -> Values | None:
    try:
        return (function(values),)
    except (TypeError, ValueError, ArithmeticError):
        return None


for _name in PLAIN:
    _declare(_name)


ALL: Any = object()
"""Where no axis is given: `prod` does not take None for it."""


@operation("torch.prod", "Tensor.prod")
def prod(machine: Machine, input: Value, dim: Value = ALL, keepdim: Value = False, *, dtype: Value = None) -> Tensor:
    x = tensor(input)
    if dim is not ALL and (dim is None or items(dim) is not None):
        raise ShapeError("bad-argument", "`prod` takes one axis", exception="TypeError")
    target = dtype_name(dtype, _accumulated(x.dtype))
    if dim is not ALL:
        return result(reduced_shape(machine, x, dim, keepdim), target)
    values = known(x)
    return holding((), target, None if not values else _computed(_product, values))


@operation("torch.logsumexp", "Tensor.logsumexp", "torch.special.logsumexp")
def logsumexp(machine: Machine, input: Value, dim: Value, keepdim: Value = False) -> Tensor:
    x = tensor(input)
    if dim is None:
        raise ShapeError("bad-argument", "`logsumexp` needs axes, not None", exception="TypeError")
    return result(reduced_shape(machine, x, dim, keepdim), floating(x.dtype))


@operation("torch.count_nonzero", "Tensor.count_nonzero")
def count_nonzero(machine: Machine, input: Value, dim: Value = None) -> Tensor:
    x = tensor(input)
    shape, values = reduced_shape(machine, x, dim, False), known(x) if dim is None else None
    counted = None if values is None else _computed(lambda found: sum(value != 0 for value in found), values)
    return holding(shape, "int64", counted)


def _declare_spread(name: str, *, pair: bool) -> None:
    def body(
        machine: Machine,
        input: Value,
        dim: Value = None,
        unbiased: Value = True,
        keepdim: Value = False,
        *,
        correction: Value = 1,
    ) -> Value:
        x = tensor(input)
        if isinstance(dim, bool):  # std(input, unbiased)
            dim = None
        shape = reduced_shape(machine, x, dim, keepdim)
        return (result(shape, like=x), result(shape, like=x)) if pair else result(shape, like=x)

    operation(f"torch.{name}", f"Tensor.{name}")(body)


for _name in ("std", "var"):
    _declare_spread(_name, pair=False)
    _declare_spread(f"{_name}_mean", pair=True)


RETURN = ClassValue("torch.return_types", library=True)
"""What `max(dim)` returns: a tuple whose parts are also called `values` and `indices`."""


def pair(machine: Machine, values: Tensor, indices: Tensor) -> Value:
    """`torch.return_types`: a tuple of the values and their places."""
    made = Instance(RETURN, machine.place)
    made.payload = (values, indices)
    made.attrs = {"values": values, "indices": indices}
    return made


def pair_along(machine: Machine, x: Tensor, dim: Value, keepdim: Value) -> Value:
    """The extreme numbers along an axis, and where they stand."""
    shape = reduced_shape(machine, x, integer(dim, "dim"), keepdim)
    return pair(machine, result(shape, like=x), result(shape, "int64"))


def _declare_extreme(name: str, elementwise: str | None) -> None:
    function = max if name == "max" else min

    def body(
        machine: Machine, input: Value, dim: Value = None, keepdim: Value = False, *, other: Value = None
    ) -> Value:
        x = tensor(input)
        second = dim if isinstance(dim, Tensor) else other
        if isinstance(second, Tensor) and elementwise is not None:
            return combined(BINARY[elementwise][0], (x, second))
        if dim is not None:
            return pair_along(machine, x, dim, keepdim)
        values = known(x)
        return holding((), x.dtype, _computed(function, values) if values and elementwise is not None else None)

    operation(f"torch.{name}", f"Tensor.{name}")(body)


for _name, _other in (("max", "maximum"), ("min", "minimum"), ("median", None), ("nanmedian", None)):
    _declare_extreme(_name, _other)


@operation("torch.mode", "Tensor.mode")
def mode(machine: Machine, input: Value, dim: Value = -1, keepdim: Value = False) -> Value:
    return pair_along(machine, tensor(input), dim, keepdim)


@operation("torch.aminmax", "Tensor.aminmax")
def aminmax(machine: Machine, input: Value, *, dim: Value = None, keepdim: Value = False) -> Value:
    x = tensor(input)
    shape = reduced_shape(machine, x, dim, keepdim)
    return (result(shape, like=x), result(shape, like=x))


def _declare_place(name: str) -> None:
    def body(machine: Machine, input: Value, dim: Value = None, keepdim: Value = False) -> Tensor:
        x = tensor(input)
        values = known(x)
        if dim is None and values and not any(isinstance(value, complex) for value in values):
            function = max if name == "argmax" else min
            return holding((), "int64", _computed(lambda found: found.index(function(found)), values))
        return result(reduced_shape(machine, x, dim, keepdim), "int64")

    operation(f"torch.{name}", f"Tensor.{name}")(body)


for _name in ("argmax", "argmin"):
    _declare_place(_name)


@operation("torch.norm", "Tensor.norm", "torch.functional.norm")
def norm(
    machine: Machine, input: Value, p: Value = "fro", dim: Value = None, keepdim: Value = False, dtype: Value = None
) -> Tensor:
    x = tensor(input)
    if p in ("fro", "nuc") and dim is not None and len(items(dim) or ()) > MATRIX:
        raise ShapeError("bad-argument", "the norm of a matrix takes 2 axes", expected="2", exception="RuntimeError")
    return result(reduced_shape(machine, x, dim, keepdim), dtype_name(dtype, x.dtype))


MATRIX = 2
"""The axes of a matrix."""


@operation("torch.linalg.norm", "torch.linalg.vector_norm")
def linalg_norm(
    machine: Machine, input: Value, ord: Value = None, dim: Value = None, keepdim: Value = False, *, dtype: Value = None
) -> Tensor:
    return norm(machine, input, ord, dim, keepdim, dtype)


@operation("torch.linalg.matrix_norm")
def matrix_norm(
    machine: Machine,
    input: Value,
    ord: Value = "fro",
    dim: Value = (-2, -1),
    keepdim: Value = False,
    *,
    dtype: Value = None,
) -> Tensor:
    return norm(machine, input, ord, dim, keepdim, dtype)


@operation("torch.dist", "Tensor.dist")
def dist(machine: Machine, input: Value, other: Value, p: Value = 2) -> Tensor:
    combined(operator.sub, (input, other))
    return result((), like=tensor(input))


@operation("torch.renorm", "Tensor.renorm")
def renorm(machine: Machine, input: Value, p: Value, dim: Value, maxnorm: Value) -> Tensor:
    return result(shape_of(input), like=tensor(input))


@operation("torch.quantile", "torch.nanquantile", "Tensor.quantile", "Tensor.nanquantile")
def quantile(
    machine: Machine,
    input: Value,
    q: Value,
    dim: Value = None,
    keepdim: Value = False,
    *,
    interpolation: Value = "linear",
) -> Tensor:
    x = tensor(input)
    shape = reduced_shape(machine, x, dim, keepdim)
    front = shape_of(q) if isinstance(q, Tensor) else ()
    return result(None if shape is None else (*front, *shape), like=x)


def along(machine: Machine, input: Value, dim: Value, dtype: str | None = "") -> Tensor:
    """A tensor of the input's shape after a function along one axis; the axis must exist."""
    x = tensor(input)
    if x.shape is not None and dim is not None:
        axis_of(x.shape, dim)
    return Tensor(TENSOR, x.shape, x.dtype if dtype == "" else dtype, free=x.free)


def _declare_running(name: str, step: Callable[[Any, Any], Any], *, paired: bool) -> None:
    def body(machine: Machine, input: Value, dim: Value, *, dtype: Value = None) -> Value:
        x = tensor(input)
        made = along(machine, x, dim, dtype_name(dtype, x.dtype if paired else _accumulated(x.dtype)))
        if paired:
            return pair(machine, made, along(machine, x, dim, "int64"))
        values = known(x)
        if values is not None and x.shape is not None and len(x.shape) == 1:
            return holding(x.shape, made.dtype, _running(values, step))
        return made

    names = [f"torch.{name}", f"Tensor.{name}"]
    operation(*names, in_place=() if paired else (f"Tensor.{name}_",))(body)


def _running(values: Values, step: Callable[[Any, Any], Any]) -> list[Any]:
    found: list[Any] = []
    for value in values:
        found.append(step(found[-1], value) if found else value)
    return found


for _name, _step, _paired in (
    ("cumsum", operator.add, False),
    ("cumprod", operator.mul, False),
    ("cummax", max, True),
    ("cummin", min, True),
    ("logcumsumexp", lambda *_: None, False),
):
    _declare_running(_name, _step, paired=_paired)


def _declare_normalizing(name: str) -> None:
    def body(machine: Machine, input: Value, dim: Value = None, dtype: Value = None) -> Tensor:
        made = along(machine, input, dim, dtype_name(dtype, tensor(input).dtype))
        made.facts |= {"activation": name, "axis": dim}
        return made

    operation(f"torch.{name}", f"Tensor.{name}", f"torch.special.{name}")(body)


for _name in ("softmax", "log_softmax"):
    _declare_normalizing(_name)
