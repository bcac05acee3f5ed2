"""Functions that make new tensors."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from cnnlint.engine.dimension import Dim, Expr, ceil_div, equal
from cnnlint.engine.errors import ShapeError, Undetermined
from cnnlint.engine.shape import broadcast_all
from cnnlint.frameworks.coerce import dim, items, number, shape_of, tensor
from cnnlint.frameworks.torch.arithmetic import operand
from cnnlint.frameworks.torch.core import TENSOR, result
from cnnlint.frameworks.torch.dtypes import LEGACY, dtype_name, promoted, scalar_dtype
from cnnlint.frameworks.torch.layout import LAYOUTS
from cnnlint.frameworks.torch.operation import operation
from cnnlint.frameworks.torch.values import LIMIT, count, holding, labelled, rounded
from cnnlint.interpreter.values import Generator, Instance, ListValue, Tensor, Unknown

if TYPE_CHECKING:
    from cnnlint.engine.shape import Shape
    from cnnlint.interpreter.machine import Machine
    from cnnlint.interpreter.values import Value

MAX_NESTED = 10_000
"""Elements of a nested list that `torch.tensor` follows one by one; of the others only the types count."""


def sizes(machine: Machine, args: tuple[Value, ...], size: Value = None) -> Shape:
    """A shape given as `f(2, 3)`, `f((2, 3))` or `f(size=(2, 3))`."""
    if size is not None:
        args = (size,)
    if len(args) == 1 and (given := _sequence(machine, args[0])) is not None:
        args = tuple(given)
    return tuple(_size(each) for each in args)


def _sequence(machine: Machine, value: Value) -> tuple[Value, ...] | None:
    if isinstance(value, Unknown):
        if value.symbol:
            return None
        raise Undetermined(value.reason)
    if isinstance(value, Generator):
        return tuple(machine.elements(value))
    return None if isinstance(value, Tensor) and value.shape == () else items(value)


def _size(value: Value) -> Dim:
    size = dim(value, "size")
    if isinstance(size, int) and size < 0:
        raise ShapeError(
            "bad-argument", f"the size of a tensor cannot be {size}", actual=str(size), exception="RuntimeError"
        )
    return size


def _made(shape: Shape, fill: Any, dtype: str | None) -> Tensor:
    total = count(shape) if fill is not None else None
    return holding(shape, dtype, None if total is None else (fill,) * total)


def _declare(name: str, fill: float | None) -> None:
    def make(
        machine: Machine,
        *size_: Value,
        size: Value = None,
        dtype: Value = None,
        layout: Value = None,
        device: Value = None,
        requires_grad: Value = False,
        pin_memory: Value = False,
        memory_format: Value = None,
        generator: Value = None,
        names: Value = None,
        out: Value = None,
    ) -> Tensor:
        made = _made(sizes(machine, size_, size), fill, dtype_name(dtype, "float32"))
        if memory_format is not None:
            made.facts[LAYOUTS] = ()
        return made

    def make_like(
        machine: Machine,
        input: Value,
        *,
        dtype: Value = None,
        layout: Value = None,
        device: Value = None,
        requires_grad: Value = False,
        pin_memory: Value = False,
        memory_format: Value = None,
        generator: Value = None,
    ) -> Tensor:
        x = tensor(input)
        kind = dtype_name(dtype, x.dtype)
        return Tensor(TENSOR, None, kind, free=x.free) if x.shape is None else _made(x.shape, fill, kind)

    def make_new(
        machine: Machine,
        input: Value,
        *size_: Value,
        size: Value = None,
        dtype: Value = None,
        device: Value = None,
        requires_grad: Value = False,
        layout: Value = None,
        pin_memory: Value = False,
    ) -> Tensor:
        return _made(sizes(machine, size_, size), fill, dtype_name(dtype, tensor(input).dtype))

    operation(f"torch.{name}")(make)
    operation(f"torch.{name}_like")(make_like)
    operation(f"Tensor.new_{name}")(make_new)


for _name, _fill in (("zeros", 0), ("ones", 1), ("empty", None), ("rand", None), ("randn", None)):
    _declare(_name, _fill)


@operation("torch.normal")
def normal(
    machine: Machine, mean: Value, std: Value = 1.0, size: Value = None, *, generator: Value = None, **options: Value
) -> Tensor:
    if size is not None:
        return result(sizes(machine, (), size), dtype_name(options.get("dtype"), "float32"))
    shapes = [shape_of(each) for each in (mean, std) if isinstance(each, Tensor)]
    if not shapes:
        raise Undetermined("the size of a random tensor is not stated")
    return result(broadcast_all(shapes), "float32")


@operation("torch.randint")
def randint(
    machine: Machine,
    low: Value,
    high: Value = None,
    size: Value = None,
    *,
    generator: Value = None,
    dtype: Value = None,
    layout: Value = None,
    device: Value = None,
    requires_grad: Value = False,
    pin_memory: Value = False,
) -> Tensor:
    if size is None:  # randint(high, size)
        low, high, size = 0, low, high
    made = result(sizes(machine, (), size), dtype_name(dtype, "int64"))
    if isinstance(low, int) and isinstance(high, int) and low < high:
        made.facts["range"] = (low, high - 1)
        made.facts["drawn"] = True
    return made


@operation("torch.randint_like")
def randint_like(machine: Machine, input: Value, low: Value, high: Value = None, **options: Value) -> Tensor:
    return result(shape_of(input), dtype_name(options.get("dtype"), tensor(input).dtype))


@operation("torch.randperm")
def randperm(machine: Machine, n: Value, **options: Value) -> Tensor:
    return result((dim(n, "n"),), dtype_name(options.get("dtype"), "int64"))


@operation("torch.full")
def full(
    machine: Machine,
    size: Value,
    fill_value: Value,
    *,
    dtype: Value = None,
    layout: Value = None,
    device: Value = None,
    requires_grad: Value = False,
    pin_memory: Value = False,
    out: Value = None,
) -> Tensor:
    fill = _scalar(fill_value)
    return _made(sizes(machine, (), size), fill, dtype_name(dtype, scalar_dtype(fill)))


@operation("torch.full_like")
def full_like(machine: Machine, input: Value, fill_value: Value, **options: Value) -> Tensor:
    return _made(shape_of(input), _scalar(fill_value), dtype_name(options.get("dtype"), tensor(input).dtype))


@operation("Tensor.new_full")
def new_full(machine: Machine, input: Value, size: Value, fill_value: Value, **options: Value) -> Tensor:
    kind = dtype_name(options.get("dtype"), tensor(input).dtype)
    return _made(sizes(machine, (), size), _scalar(fill_value), kind)


def _scalar(value: Value) -> Any:
    """A number to fill a tensor with; None where it is not known."""
    if isinstance(value, Tensor):
        return value.values[0] if value.values is not None and len(value.values) == 1 else None
    return value if isinstance(value, (bool, int, float, complex, Expr)) else None


@operation("torch.eye")
def eye(machine: Machine, n: Value, m: Value = None, *, dtype: Value = None, **options: Value) -> Tensor:
    rows = _size(n)
    columns = rows if m is None else _size(m)
    total = count((rows, columns))
    values = None
    if total is not None:
        assert isinstance(columns, int)
        values = [index // columns == index % columns for index in range(total)]
    return holding((rows, columns), dtype_name(dtype, "float32"), values)


@operation("torch.arange")
def arange(
    machine: Machine,
    start: Value,
    end: Value = None,
    step: Value = 1,
    *,
    dtype: Value = None,
    layout: Value = None,
    device: Value = None,
    requires_grad: Value = False,
    pin_memory: Value = False,
    out: Value = None,
) -> Tensor:
    first, last = (0, start) if end is None else (start, end)
    limits = [_number(each) for each in (first, last, step)]
    whole = all(isinstance(each, (int, Expr)) for each in limits)
    kind = dtype_name(dtype, "int64" if whole else "float32")
    low, high, distance = limits
    if any(isinstance(each, Expr) for each in limits):
        if not whole or not isinstance(distance, int) or distance < 1:
            raise Undetermined("the length of a range is not known")
        return result((ceil_div(high - low, distance),), kind)
    if distance == 0 or (high - low) * distance < 0:
        raise ShapeError(
            "bad-argument", f"no range goes from {low} to {high} in steps of {distance}", exception="RuntimeError"
        )
    length = math.ceil((high - low) / distance)
    values = [low + index * distance for index in range(length)] if length <= LIMIT else None
    return holding((length,), kind, values)


def _number(value: Value) -> Any:
    """A number; symbolic integers and free parameters are allowed."""
    if isinstance(value, (bool, int, float, Expr)):
        return value
    if isinstance(value, Unknown) and value.symbol:
        return dim(value)
    scalar = _scalar(value)
    return number(value) if scalar is None else scalar


@operation("torch.linspace")
def linspace(
    machine: Machine, start: Value, end: Value, steps: Value, *, dtype: Value = None, **options: Value
) -> Tensor:
    length = _size(steps)
    kind = dtype_name(dtype, "float32")
    try:
        low, high = number(start), number(end)
    except Undetermined:
        return result((length,), kind)
    values = _between(low, high, length, kind) if isinstance(length, int) and length <= LIMIT else None
    return holding((length,), kind, values)


def _between(low: float, high: float, length: int, kind: str | None) -> list[float] | None:
    """Filled from both ends with one rounded step, as ATen's `linspace` does."""
    ends = rounded((low, high), kind)
    if ends is None or length == 0:
        return None if ends is None else []
    if length == 1:
        return [ends[0]]
    step = rounded(((ends[1] - ends[0]) / (length - 1),), kind)
    if step is None:
        return None
    half = length // 2
    return [
        ends[0] + step[0] * index if index < half else ends[1] - step[0] * (length - index - 1)
        for index in range(length)
    ]


@operation("torch.range")
def range_(machine: Machine, start: Value, end: Value = None, step: Value = 1, **options: Value) -> Tensor:
    low, high, distance = map(_number, (0, start, step) if end is None else (start, end, step))
    if any(isinstance(each, Expr) for each in (low, high, distance)) or distance == 0:
        raise Undetermined("the length of a range is not known")
    return result((math.floor((high - low) / distance) + 1,), dtype_name(options.get("dtype"), "float32"))


@operation("torch.logspace")
def logspace(
    machine: Machine,
    start: Value,
    end: Value,
    steps: Value,
    base: Value = 10.0,
    *,
    dtype: Value = None,
    **options: Value,
) -> Tensor:
    return result((_size(steps),), dtype_name(dtype, "float32"))


@operation("torch.tensor")
def torch_tensor(
    machine: Machine,
    data: Value,
    *,
    dtype: Value = None,
    device: Value = None,
    requires_grad: Value = False,
    pin_memory: Value = False,
) -> Tensor:
    return from_data(machine, data, dtype_name(dtype))


@operation("Tensor.new_tensor")
def new_tensor(machine: Machine, input: Value, data: Value, **options: Value) -> Tensor:
    return from_data(machine, data, dtype_name(options.get("dtype")))


@operation("torch.as_tensor", "torch.asarray")
def as_tensor(machine: Machine, data: Value, dtype: Value = None, device: Value = None, **options: Value) -> Tensor:
    return from_data(machine, data, dtype_name(dtype))


@operation("torch.scalar_tensor")
def scalar_tensor(machine: Machine, s: Value, *, dtype: Value = None, **options: Value) -> Tensor:
    return from_data(machine, s, dtype_name(dtype, "float32"))


@operation("torch.from_numpy", "torch.from_dlpack")
def from_numpy(machine: Machine, ndarray: Value) -> Tensor:
    return from_data(machine, ndarray, None)


def from_data(machine: Machine, data: Value, dtype: str | None) -> Tensor:
    """`torch.tensor(data)`: of a number, nested sequences or another array."""
    if isinstance(data, Tensor):
        kind = dtype or data.dtype
        if data.shape is None:
            return Tensor(TENSOR, None, kind, free=data.free)
        return labelled(holding(data.shape, kind, data.values), data)
    shape, elements = _nested(machine, data, 0)
    kind = dtype
    for each in elements if dtype is None else ():
        found = each.dtype if isinstance(each, Tensor) else scalar_dtype(each)
        kind = found if kind is None or found is None else promoted(kind, found)
        if kind is None:
            break
    if not elements and dtype is None:
        kind = "float32"
    scalars = [_scalar(each) for each in elements]
    return holding(shape, kind, None if None in scalars else scalars)


def _nested(machine: Machine, data: Value, depth: int) -> tuple[Shape, list[Value]]:
    data = operand(data, "data") if isinstance(data, Instance) and data.payload is None else data
    if isinstance(data, Unknown):
        raise Undetermined(data.reason)
    if isinstance(data, Tensor):
        if data.shape is None:
            raise Undetermined("the shape of a tensor is not known")
        return data.shape, [] if data.shape else [data]
    if isinstance(data, (bool, int, float, complex, Expr)):
        return (), [data]
    found = machine.elements(data) if isinstance(data, (Generator, Instance)) else items(data)
    if found is None or depth > 20:
        raise Undetermined("the data of a tensor is not followed")
    shape: Shape | None = None
    elements: list[Value] = []
    gap: Undetermined | None = None
    for each in found:
        if isinstance(each, Unknown):
            gap = gap or Undetermined(each.reason)
            elements.append(each)
            continue
        try:
            inner, below = _nested(machine, each, depth + 1)
        except Undetermined as why:  # it has the shape of its neighbours, whatever that is
            gap = why
            elements.append(Unknown(why.reason))
            continue
        if len(elements) >= MAX_NESTED:
            below = list({(type(one), getattr(one, "dtype", None)): one for one in below}.values())
        elements.extend(below)
        if shape is not None and (len(inner) != len(shape) or any(map(_differs, inner, shape))):
            raise ShapeError("bad-argument", "the rows of nested lists have different lengths", exception="ValueError")
        shape = inner
    if shape is None and gap is not None:
        raise gap
    return (len(found), *(shape or ())), elements


def _differs(one: Dim, other: Dim) -> bool:
    return equal(one, other) is False


@operation("Tensor.new")
def new(machine: Machine, input: Value, *args: Value, **options: Value) -> Tensor:
    x = tensor(input)
    if len(args) == 1 and isinstance(args[0], ListValue):
        return from_data(machine, args[0], x.dtype)
    return result(sizes(machine, args) if args else (0,), like=x)


@operation("torch.hann_window", "torch.hamming_window", "torch.blackman_window", "torch.bartlett_window")
def window(machine: Machine, window_length: Value, periodic: Value = True, *args: Value, **options: Value) -> Tensor:
    return result((_size(window_length),), dtype_name(options.get("dtype"), "float32"))


@operation("torch.tril_indices", "torch.triu_indices")
def triangle_indices(machine: Machine, row: Value, col: Value, offset: Value = 0, **options: Value) -> Tensor:
    raise Undetermined("the number of indices of a triangle is not followed")


@operation("torch.multinomial", "Tensor.multinomial")
def multinomial(
    machine: Machine, input: Value, num_samples: Value, replacement: Value = False, *, generator: Value = None
) -> Tensor:
    return result((*shape_of(input)[:-1], dim(num_samples)), "int64")


@operation("torch.empty_strided")
def empty_strided(machine: Machine, size: Value, stride: Value, *, dtype: Value = None, **options: Value) -> Tensor:
    return result(sizes(machine, (), size), dtype_name(dtype, "float32"))


@operation("Tensor.__new__")
def construct(machine: Machine, cls: Value, *data: Value, device: Value = None, requires_grad: Value = False) -> Tensor:
    """`torch.Tensor(2, 3)` and `torch.Tensor([[1, 2]])`."""
    return _legacy(machine, data, "float32")


def _legacy(machine: Machine, data: tuple[Value, ...], dtype: str) -> Tensor:
    if len(data) == 1 and not isinstance(data[0], (int, Expr)):
        if data[0] == (1,):
            return result((1,), dtype)  # the shape of both
        if isinstance(data[0], tuple) and data[0] and all(isinstance(each, (int, Expr)) for each in data[0]):
            raise Undetermined("a tuple of numbers is data, a `torch.Size` of them is a shape")
        return from_data(machine, data[0], dtype)
    return result(sizes(machine, data) if data else (0,), dtype)


def _declare_legacy(name: str, dtype: str) -> None:
    def make(machine: Machine, *data: Value, device: Value = None) -> Tensor:
        return _legacy(machine, data, dtype)

    operation(f"torch.{name}", f"torch.cuda.{name}")(make)


for _name, _kind in LEGACY.items():
    _declare_legacy(_name, _kind)
