"""Functions of several tensors that work on each element alone: arithmetic, comparisons, choices."""

from __future__ import annotations

import math
import operator
from typing import TYPE_CHECKING, Any

from cnnlint.engine.dimension import Expr
from cnnlint.engine.errors import ShapeError, Undetermined
from cnnlint.engine.shape import broadcast_all
from cnnlint.engine.shape import text as shape_text
from cnnlint.frameworks.coerce import known, refuse, tensor
from cnnlint.frameworks.torch.core import TENSOR, result
from cnnlint.frameworks.torch.dtypes import floating, result_type
from cnnlint.frameworks.torch.operation import operation
from cnnlint.frameworks.torch.values import elementwise, filled, written
from cnnlint.interpreter.values import Instance, Tensor, Unknown

if TYPE_CHECKING:
    from collections.abc import Callable

    from cnnlint.engine.shape import Shape
    from cnnlint.interpreter.machine import Machine
    from cnnlint.interpreter.values import Value

NUMBERS = (bool, int, float, complex, Expr)


def operand(value: Value, name: str = "other") -> Value:
    """A tensor or a number."""
    if isinstance(value, (Tensor, *NUMBERS)):
        return value
    value = known(value)
    if isinstance(value, (Tensor, *NUMBERS)):
        return value
    if isinstance(value, Instance):
        raise Undetermined(f"`{name}` is an instance of {value.cls.name}")
    raise refuse("a tensor or a number", value, name)


def together(operands: tuple[Value, ...]) -> Shape | None:
    """The shape that tensors and numbers broadcast to; None where the rank of one is not known."""
    shapes = [each.shape for each in operands if isinstance(each, Tensor)]
    known_shapes = [shape for shape in shapes if shape is not None]
    return broadcast_all(known_shapes) if len(known_shapes) == len(shapes) else None


def combined(function: Callable[..., Any], operands: tuple[Value, ...], kind: str = "same") -> Tensor:
    """`function` of tensors and numbers, broadcast; `kind` is "same", "real" or "truth" for the element type."""
    values = tuple(map(operand, operands))
    compute = result_type(values)
    dtype = "bool" if kind == "truth" else floating(compute) if kind == "real" else compute
    if kind == "real":
        compute = dtype
    shape = together(values)
    if shape is None:
        return _without_rank(values, dtype)
    if any(isinstance(each, Tensor) and each.values is None for each in values):
        return result(shape, dtype)
    return elementwise(function, shape, dtype, values, compute)


def _without_rank(operands: tuple[Value, ...], dtype: str | None) -> Tensor:
    tensors = [each for each in operands if isinstance(each, Tensor)]
    if len(tensors) == 1 or all(each.free is not None and each.free == tensors[0].free for each in tensors):
        return Tensor(TENSOR, None, dtype, free=tensors[0].free)
    open_one = next(each for each in tensors if each.shape is None)
    raise Undetermined(
        f"the shape of the input `{open_one.free}` is not stated"
        if open_one.free
        else "the shape of a tensor is not known"
    )


def _divide(left: Any, right: Any) -> Any:
    return left / right


def _remainder(left: Any, right: Any) -> Any:
    return left % right


def _floor_mod(left: Any, right: Any) -> Any:
    return math.fmod(left, right)


def _power(left: Any, right: Any) -> Any:
    if isinstance(left, int) and isinstance(right, int) and (right < 0 or right * max(left.bit_length(), 1) > 64):
        raise TypeError
    return left**right


def _logical(function: Callable[[bool, bool], bool]) -> Callable[[Any, Any], Any]:
    def decide(left: Any, right: Any) -> bool:
        if isinstance(left, Expr) or isinstance(right, Expr):
            raise TypeError
        return function(bool(left), bool(right))

    return decide


def _compare(function: Callable[[Any, Any], bool]) -> Callable[[Any, Any], Any]:
    def decide(left: Any, right: Any) -> bool:
        if isinstance(left, Expr) or isinstance(right, Expr):
            raise TypeError
        return function(left, right)

    return decide


def _opaque(*values: Any) -> Any:
    raise TypeError


BINARY: dict[str, tuple[Callable[..., Any], str, tuple[str, ...]]] = {
    "mul": (operator.mul, "same", ("multiply",)),
    "remainder": (_remainder, "same", ()),
    "fmod": (_floor_mod, "same", ()),
    "maximum": (max, "same", ("fmax",)),
    "minimum": (min, "same", ("fmin",)),
    "atan2": (math.atan2, "real", ("arctan2",)),
    "hypot": (math.hypot, "same", ()),
    "copysign": (math.copysign, "real", ()),
    "logaddexp": (_opaque, "real", ()),
    "logaddexp2": (_opaque, "real", ()),
    "xlogy": (_opaque, "real", ()),
    "nextafter": (_opaque, "same", ()),
    "heaviside": (_opaque, "same", ()),
    "ldexp": (_opaque, "real", ()),
    "float_power": (_opaque, "same", ()),
    "gcd": (math.gcd, "same", ()),
    "lcm": (math.lcm, "same", ()),
    "bitwise_and": (operator.and_, "same", ()),
    "bitwise_or": (operator.or_, "same", ()),
    "bitwise_xor": (operator.xor, "same", ()),
    "bitwise_left_shift": (operator.lshift, "same", ()),
    "bitwise_right_shift": (operator.rshift, "same", ()),
    "logical_and": (_logical(operator.and_), "truth", ()),
    "logical_or": (_logical(operator.or_), "truth", ()),
    "logical_xor": (_logical(operator.xor), "truth", ()),
    "eq": (_compare(operator.eq), "truth", ()),
    "ne": (_compare(operator.ne), "truth", ("not_equal",)),
    "lt": (_compare(operator.lt), "truth", ("less",)),
    "le": (_compare(operator.le), "truth", ("less_equal",)),
    "gt": (_compare(operator.gt), "truth", ("greater",)),
    "ge": (_compare(operator.ge), "truth", ("greater_equal",)),
}
"""Function of the elements, the kind of result, other names."""

OPERATORS = {
    "mul": "*",
    "remainder": "%",
    "bitwise_and": "&",
    "bitwise_or": "|",
    "bitwise_xor": "^",
    "bitwise_left_shift": "<<",
    "bitwise_right_shift": ">>",
}
DUNDERS = {"*": "mul", "%": "mod", "&": "and", "|": "or", "^": "xor", "<<": "lshift", ">>": "rshift"}


def _declare(name: str) -> None:
    function, kind, aliases = BINARY[name]

    def body(machine: Machine, input: Value, other: Value) -> Tensor:
        return combined(function, (input, other), kind)

    def reflected(machine: Machine, input: Value, other: Value) -> Tensor:
        return combined(function, (other, input), kind)

    names = [f"{place}.{word}" for word in (name, *aliases) for place in ("torch", "Tensor")]
    changing = [f"Tensor.{word}_" for word in (name, *aliases)]
    if name in OPERATORS:
        word = DUNDERS[OPERATORS[name]]
        names.append(f"Tensor.__{word}__")
        changing.append(f"Tensor.__i{word}__")
        operation(f"Tensor.__r{word}__")(reflected)
    elif kind == "truth" and len(name) == 2 and name not in ("eq", "ne"):
        names.append(f"Tensor.__{name}__")
    operation(*names, in_place=tuple(changing))(body)


for _name in BINARY:
    _declare(_name)


@operation("Tensor.__eq__")
def equals(machine: Machine, input: Value, other: Value) -> Value:
    comparable = other is not None and not isinstance(other, str)
    return combined(BINARY["eq"][0], (input, other), "truth") if comparable else False


@operation("Tensor.__ne__")
def differs(machine: Machine, input: Value, other: Value) -> Value:
    comparable = other is not None and not isinstance(other, str)
    return combined(BINARY["ne"][0], (input, other), "truth") if comparable else True


def _scaled(other: Value, alpha: Value) -> Value:
    if isinstance(alpha, int) and alpha == 1:
        return other
    return combined(operator.mul, (other, alpha)) if isinstance(other, Tensor) else operator.mul(other, known(alpha))


@operation("torch.add", "Tensor.add", "Tensor.__add__", in_place=("Tensor.add_", "Tensor.__iadd__"))
def add(machine: Machine, input: Value, other: Value, *, alpha: Value = 1) -> Tensor:
    return combined(operator.add, (input, _scaled(other, alpha)))


@operation(
    "torch.sub",
    "torch.subtract",
    "Tensor.sub",
    "Tensor.subtract",
    "Tensor.__sub__",
    in_place=("Tensor.sub_", "Tensor.subtract_", "Tensor.__isub__"),
)
def sub(machine: Machine, input: Value, other: Value, *, alpha: Value = 1) -> Tensor:
    return _difference(input, _scaled(other, alpha))


def _difference(left: Value, right: Value) -> Tensor:
    if any(
        each is True or each is False or (isinstance(each, Tensor) and each.dtype == "bool") for each in (left, right)
    ):
        raise ShapeError(
            "bad-argument",
            "`-` takes no tensor of truth values",
            help="invert a mask with `~`, or convert it first",
            exception="RuntimeError",
        )
    return combined(operator.sub, (left, right))


@operation("Tensor.__radd__")
def add_to(machine: Machine, input: Value, other: Value) -> Tensor:
    return combined(operator.add, (other, input))


@operation("torch.rsub", "Tensor.__rsub__")
def subtract_from(machine: Machine, input: Value, other: Value) -> Tensor:
    return _difference(other, input)


def _divided(left: Value, right: Value, rounding_mode: Value) -> Tensor:
    mode = known(rounding_mode)
    if mode is None:
        return combined(_divide, (left, right), "real")
    return combined(operator.floordiv if mode == "floor" else _truncated, (left, right))


def _truncated(left: Any, right: Any) -> Any:
    return math.trunc(left / right)


@operation(
    "torch.div",
    "torch.divide",
    "torch.true_divide",
    "Tensor.div",
    "Tensor.divide",
    "Tensor.true_divide",
    "Tensor.__truediv__",
    in_place=("Tensor.div_", "Tensor.divide_", "Tensor.true_divide_", "Tensor.__itruediv__"),
)
def div(machine: Machine, input: Value, other: Value, *, rounding_mode: Value = None) -> Tensor:
    return _divided(input, other, rounding_mode)


@operation("Tensor.__rtruediv__")
def divide_by(machine: Machine, input: Value, other: Value) -> Tensor:
    return _divided(other, input, None)


@operation(
    "torch.floor_divide",
    "Tensor.floor_divide",
    "Tensor.__floordiv__",
    in_place=("Tensor.floor_divide_", "Tensor.__ifloordiv__"),
)
def floor_divide(machine: Machine, input: Value, other: Value) -> Tensor:
    return _divided(input, other, "floor")


@operation("Tensor.__rfloordiv__")
def floor_divide_by(machine: Machine, input: Value, other: Value) -> Tensor:
    return _divided(other, input, "floor")


@operation("torch.pow", "Tensor.pow", "Tensor.__pow__", in_place=("Tensor.pow_", "Tensor.__ipow__"))
def pow(machine: Machine, input: Value, exponent: Value) -> Tensor:  # noqa: A001
    return combined(_power, (input, exponent))


@operation("Tensor.__rpow__")
def power_of(machine: Machine, input: Value, other: Value) -> Tensor:
    return combined(_power, (other, input))


@operation("torch.where")
def where(machine: Machine, condition: Value, input: Value = None, other: Value = None) -> Value:
    if input is None and other is None:
        raise Undetermined("how many elements a condition selects depends on the data")
    branches = (operand(input, "input"), operand(other))
    shape = together((tensor(condition, "condition"), *branches))
    if shape is None:
        raise Undetermined("the shape of a tensor is not known")
    dtype = result_type(branches)
    return elementwise(lambda truth, yes, no: yes if truth else no, shape, dtype, (condition, *branches), dtype)


@operation("Tensor.where")
def where_method(machine: Machine, input: Value, condition: Value, other: Value) -> Value:
    return where(machine, condition, input, other)


@operation("torch.masked_fill", "Tensor.masked_fill", in_place=("Tensor.masked_fill_",))
def masked_fill(machine: Machine, input: Value, mask: Value, value: Value) -> Tensor:
    x = tensor(input)
    if isinstance(value, Tensor) and value.shape:
        raise ShapeError(
            "rank-mismatch",
            f"`masked_fill` takes a number or a tensor without axes, got {shape_text(value.shape)}",
            help="use `torch.where` for several values",
            expected="()",
            actual=shape_text(value.shape),
            exception="RuntimeError",
        )
    shape = together((x, tensor(mask, "mask")))
    if shape is None:
        return Tensor(TENSOR, x.shape, x.dtype, free=x.free)
    if isinstance(value, Unknown):
        return result(shape, like=x)
    return elementwise(lambda old, hit, new: new if hit else old, shape, x.dtype, (x, mask, operand(value)), x.dtype)


@operation("torch.masked_scatter", "Tensor.masked_scatter", in_place=("Tensor.masked_scatter_",))
def masked_scatter(machine: Machine, input: Value, mask: Value, source: Value) -> Tensor:
    x = tensor(input)
    return result(together((x, tensor(mask, "mask"))), like=x)


def _is_row(value: Value) -> bool:
    """Whether it is a tensor that does not count as a number."""
    return isinstance(value, Tensor) and value.shape != ()


@operation(
    "torch.clamp",
    "torch.clip",
    "Tensor.clamp",
    "Tensor.clip",
    in_place=("torch.clamp_", "Tensor.clamp_", "Tensor.clip_"),
)
def clamp(machine: Machine, input: Value, min: Value = None, max: Value = None) -> Tensor:
    lowest, highest = known(min), known(max)
    if any(_is_row(one) and isinstance(other, (int, float)) for one, other in ((min, max), (max, min))):
        raise ShapeError("bad-argument", "`clamp` takes two numbers or two tensors", exception="TypeError")
    if min is None and max is None:
        raise ShapeError("bad-argument", "`clamp` needs `min` or `max`", exception="RuntimeError")
    limits = tuple(limit for limit in (lowest, highest) if limit is not None)

    def clamped(value: Any, *bounds: Any) -> Any:
        low, high = bounds if len(bounds) == 2 else (*bounds, None) if lowest is not None else (None, *bounds)
        value = low if low is not None and value < low else value
        return high if high is not None and value > high else value

    return combined(clamped, (input, *limits))


@operation("torch.clamp_min", "Tensor.clamp_min", in_place=("torch.clamp_min_", "Tensor.clamp_min_"))
def clamp_min(machine: Machine, input: Value, min: Value) -> Tensor:
    return clamp(machine, input, min)


@operation("torch.clamp_max", "Tensor.clamp_max", in_place=("torch.clamp_max_", "Tensor.clamp_max_"))
def clamp_max(machine: Machine, input: Value, max: Value) -> Tensor:
    return clamp(machine, input, None, max)


@operation("torch.lerp", "Tensor.lerp", in_place=("Tensor.lerp_",))
def lerp(machine: Machine, input: Value, end: Value, weight: Value) -> Tensor:
    return combined(_opaque, (input, end, weight))


@operation("torch.addcmul", "Tensor.addcmul", in_place=("Tensor.addcmul_",))
def addcmul(machine: Machine, input: Value, tensor1: Value, tensor2: Value, *, value: Value = 1) -> Tensor:
    return combined(_opaque, (input, tensor1, tensor2))


@operation("torch.addcdiv", "Tensor.addcdiv", in_place=("Tensor.addcdiv_",))
def addcdiv(machine: Machine, input: Value, tensor1: Value, tensor2: Value, *, value: Value = 1) -> Tensor:
    return combined(_opaque, (input, tensor1, tensor2), "real")


@operation("torch.isclose", "Tensor.isclose")
def isclose(
    machine: Machine, input: Value, other: Value, rtol: Value = 1e-05, atol: Value = 1e-08, equal_nan: Value = False
) -> Tensor:
    return combined(_opaque, (input, other), "truth")


@operation("torch.isin")
def isin(
    machine: Machine, elements: Value, test_elements: Value, *, assume_unique: Value = False, invert: Value = False
) -> Tensor:
    return combined(_opaque, (elements,), "truth")


@operation("torch.complex", "torch.polar")
def complex_(machine: Machine, real: Value, imag: Value) -> Tensor:
    return result(together((tensor(real), tensor(imag))), "complex64")


@operation("Tensor.fill_", "torch.fill_")
def fill_(machine: Machine, input: Value, value: Value) -> Tensor:
    x = tensor(input)
    written(machine, x, None if x.values is None else (operand(value),) * len(x.values))
    filled(machine, x, value)
    return x


@operation("Tensor.zero_", "torch.zero_")
def zero_(machine: Machine, input: Value) -> Tensor:
    return fill_(machine, input, 0)


@operation("Tensor.copy_")
def copy_(machine: Machine, input: Value, src: Value, non_blocking: Value = False) -> Value:
    x = tensor(input)
    source = tensor(src, "src")
    if x.shape is not None and source.shape is not None:
        broadcast_all((x.shape, source.shape))
    written(machine, x, source.values if source.shape == x.shape else None)
    return x
