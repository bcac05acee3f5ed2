"""Activations and dropouts of `torch.nn.functional`: the shape stays, what made the result is remembered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnnlint.engine import shape as shapes
from cnnlint.engine.constraints import require_equal, require_multiple
from cnnlint.engine.dimension import equal, floor_div
from cnnlint.engine.dimension import text as dim_text
from cnnlint.engine.errors import ShapeError
from cnnlint.frameworks.coerce import integer, option_number, shape_of, tensor
from cnnlint.frameworks.torch.core import result
from cnnlint.frameworks.torch.dtypes import dtype_name
from cnnlint.frameworks.torch.elementwise import REAL, SAME_TYPE, mapped
from cnnlint.frameworks.torch.operation import operation
from cnnlint.frameworks.torch.reductions import along
from cnnlint.model import Use

if TYPE_CHECKING:
    from cnnlint.engine.shape import Shape
    from cnnlint.interpreter.machine import Machine
    from cnnlint.interpreter.values import Tensor, Value

F = "torch.nn.functional"


def activated(input: Value, name: str, *function: Any) -> Tensor:
    """A tensor like the input, remembered as the result of that activation."""
    made = mapped(input, *function)
    made.facts["activation"] = name
    return made


def _plain(name: str, *others: str) -> None:
    """An activation whose only option is `inplace`."""

    def body(machine: Machine, input: Value, inplace: Value = False) -> Tensor:
        return activated(input, name, *([SAME_TYPE[name]] if name in SAME_TYPE else []))

    operation(f"{F}.{name}", *others)(body)
    operation(f"{F}.{name}_")(body)


for _name in ("relu", "relu6", "selu", "hardsigmoid", "silu", "mish", "hardswish"):
    _plain(_name)


@operation("torch.selu", in_place=("torch.selu_",))
def selu(machine: Machine, input: Value) -> Tensor:
    return activated(input, "selu")


def _single(name: str) -> None:
    def body(machine: Machine, input: Value) -> Tensor:
        return activated(input, name, *([REAL[name]] if name in REAL else []))

    operation(f"{F}.{name}")(body)


for _name in ("sigmoid", "tanh", "softsign", "tanhshrink", "logsigmoid"):
    _single(_name)


@operation(f"{F}.elu", f"{F}.elu_")
def elu(machine: Machine, input: Value, alpha: Value = 1.0, inplace: Value = False) -> Tensor:
    option_number(alpha, "alpha")
    return activated(input, "elu")


@operation(f"{F}.celu", f"{F}.celu_", "torch.celu")
def celu(machine: Machine, input: Value, alpha: Value = 1.0, inplace: Value = False) -> Tensor:
    if option_number(alpha, "alpha") == 0:
        raise ShapeError("bad-argument", "`alpha` must not be 0", exception="RuntimeError")
    return activated(input, "celu")


@operation(f"{F}.leaky_relu", f"{F}.leaky_relu_")
def leaky_relu(machine: Machine, input: Value, negative_slope: Value = 0.01, inplace: Value = False) -> Tensor:
    option_number(negative_slope, "negative_slope")
    return activated(input, "leaky_relu")


@operation(f"{F}.rrelu", f"{F}.rrelu_", "torch.rrelu")
def rrelu(
    machine: Machine,
    input: Value,
    lower: Value = 0.125,
    upper: Value = 1 / 3,
    training: Value = False,
    inplace: Value = False,
) -> Tensor:
    low, high = option_number(lower, "lower"), option_number(upper, "upper")
    if low is not None and high is not None and low > high:
        raise ShapeError(
            "bad-argument", f"`lower` must not be above `upper`: {low} and {high}", exception="RuntimeError"
        )
    return activated(input, "rrelu")


@operation(f"{F}.hardtanh", f"{F}.hardtanh_")
def hardtanh(
    machine: Machine, input: Value, min_val: Value = -1.0, max_val: Value = 1.0, inplace: Value = False
) -> Tensor:
    option_number(min_val, "min_val")
    option_number(max_val, "max_val")
    if isinstance(min_val, (int, float)) and isinstance(max_val, (int, float)) and min_val > max_val:
        raise ShapeError("bad-argument", "`min_val` must not be above `max_val`", exception="ValueError")
    return activated(input, "hardtanh")


@operation(f"{F}.threshold", f"{F}.threshold_", "torch.threshold")
def threshold(machine: Machine, input: Value, threshold: Value, value: Value, inplace: Value = False) -> Tensor:
    option_number(threshold, "threshold")
    option_number(value, "value")
    return activated(input, "threshold")


@operation(f"{F}.softplus")
def softplus(machine: Machine, input: Value, beta: Value = 1.0, threshold: Value = 20.0) -> Tensor:
    option_number(beta, "beta")
    option_number(threshold, "threshold")
    return activated(input, "softplus")


@operation(f"{F}.hardshrink", "torch.hardshrink", "Tensor.hardshrink")
def hardshrink(machine: Machine, input: Value, lambd: Value = 0.5) -> Tensor:
    option_number(lambd, "lambd")
    return activated(input, "hardshrink")


@operation(f"{F}.softshrink")
def softshrink(machine: Machine, input: Value, lambd: Value = 0.5) -> Tensor:
    bound = option_number(lambd, "lambd")
    if bound is not None and bound < 0:
        raise ShapeError("bad-argument", f"`lambd` must not be negative, got {bound}", exception="RuntimeError")
    return activated(input, "softshrink")


@operation(f"{F}.gelu")
def gelu(machine: Machine, input: Value, *, approximate: Value = "none") -> Tensor:
    if isinstance(approximate, str) and approximate not in ("none", "tanh"):
        raise ShapeError(
            "bad-argument", f'`approximate` must be "none" or "tanh", not "{approximate}"', exception="RuntimeError"
        )
    return activated(input, "gelu")


@operation(f"{F}.glu")
def glu(machine: Machine, input: Value, dim: Value = -1) -> Tensor:
    x = tensor(input)
    shape = shape_of(x)
    if not shape:
        raise ShapeError("rank-mismatch", "`glu` takes no tensor without dimensions", exception="RuntimeError")
    axis = shapes.normalize_axis(integer(dim, "dim"), len(shape))
    size = shape[axis]
    require_multiple(
        size,
        2,
        lambda: ShapeError(
            "size-mismatch",
            f"`glu` halves axis {axis} of {shapes.text(shape)}, whose size {dim_text(size)} is odd",
            expected="a multiple of 2",
            actual=dim_text(size),
            exception="RuntimeError",
        ),
    )
    return result((*shape[:axis], floor_div(size, 2), *shape[axis + 1 :]), like=x)


@operation(f"{F}.prelu", "torch.prelu", "Tensor.prelu")
def prelu(machine: Machine, input: Value, weight: Value) -> Tensor:
    x, slopes = tensor(input), tensor(weight, "weight")
    if x.shape is not None and slopes.shape is not None:
        count = shapes.elements(slopes.shape)
        channels = x.shape[1] if len(x.shape) > 1 else 1
        if equal(count, 1) is False:
            require_equal(
                count,
                channels,
                lambda: ShapeError(
                    "channel-mismatch",
                    f"`prelu` has {dim_text(count)} slopes but the input has {dim_text(channels)} channels",
                    expected=dim_text(count),
                    actual=dim_text(channels),
                    exception="RuntimeError",
                ),
            )
    return activated(x, "prelu")


def _normalizing(name: str, *others: str) -> None:
    def body(machine: Machine, input: Value, dim: Value = None, _stacklevel: Value = 3, dtype: Value = None) -> Tensor:
        made = along(machine, input, dim, dtype_name(dtype, tensor(input).dtype))
        made.facts |= {"activation": name, "axis": dim}
        if dim is None:
            made.facts["implicit"] = True
            _note_implicit(machine, name, made)
        return made

    operation(f"{F}.{name}")(body)


def _note_implicit(machine: Machine, name: str, made: Tensor) -> None:
    """Keep a softmax that names no axis, which PyTorch warns of; how many axes there are where the code itself says."""
    running = machine.application.instance if machine.application is not None else None
    place = machine.own_place
    if running is not None and running.cls.library and running.place is not None:
        place = running.place
    if place is None or not machine.importer.is_linted(place.filename):
        return
    rank = None if made.shape is None or machine.callerless else len(made.shape)
    written = running.cls.name if running is not None and running.cls.library else name
    machine.note_use(Use("implicit-axis", "torch", place, activation=written, config={"rank": rank}))


for _name in ("softmax", "softmin", "log_softmax"):
    _normalizing(_name)


@operation(f"{F}.gumbel_softmax")
def gumbel_softmax(
    machine: Machine, logits: Value, tau: Value = 1, hard: Value = False, eps: Value = 1e-10, dim: Value = -1
) -> Tensor:
    return along(machine, logits, dim)


@operation(f"{F}.normalize")
def normalize(
    machine: Machine, input: Value, p: Value = 2.0, dim: Value = 1, eps: Value = 1e-12, out: Value = None
) -> Tensor:
    return along(machine, input, None if isinstance(dim, tuple) else dim)


# --- dropout ----------------------------------------------------------------------------------------------------------


def dropped(input: Value, p: Value) -> Tensor:
    """The input; a probability outside of 0 to 1 is refused."""
    if isinstance(p, (int, float)) and not 0 <= p <= 1:
        raise ShapeError(
            "bad-argument", f"a probability of dropout lies between 0 and 1, not at {p}", exception="ValueError"
        )
    return mapped(input)


def _dropout(name: str, *, trains: bool) -> None:
    def body(
        machine: Machine, input: Value, p: Value = 0.5, training: Value = trains, inplace: Value = False
    ) -> Tensor:
        drops = isinstance(p, (int, float)) and 0 < p < 1 and training is True
        _check_maps(name, tensor(input).shape, DROPPING if drops else RANKS)
        return dropped(input, p)

    operation(f"{F}.{name}")(body)


RANKS: dict[str, tuple[int, int | None]] = {"dropout1d": (2, 3)}
"""The fewest and the most axes that dropouts of whole maps take."""
DROPPING: dict[str, tuple[int, int | None]] = {**RANKS, "dropout2d": (2, None), "dropout3d": (1, None)}
"""The same where something is dropped; `dropout3d` puts an axis in front."""


def _check_maps(name: str, shape: Shape | None, ranks: dict[str, tuple[int, int | None]]) -> None:
    low, high = ranks.get(name, (0, None))
    if shape is not None and (len(shape) < low or (high is not None and len(shape) > high)):
        raise ShapeError(
            "rank-mismatch",
            f"`{name}` takes {f'{low} or {high}' if high else f'at least {low}'} dimensions, got {shapes.text(shape)}",
            actual=str(len(shape)),
            exception="RuntimeError",
        )


for _name, _trains in (
    ("dropout", True),
    ("dropout1d", True),
    ("dropout2d", True),
    ("dropout3d", True),
    ("alpha_dropout", False),
    ("feature_alpha_dropout", False),
):
    _dropout(_name, trains=_trains)


@operation("torch.dropout", "torch.feature_dropout", "torch.alpha_dropout", in_place=("torch.dropout_",))
def dropout(machine: Machine, input: Value, p: Value, train: Value) -> Tensor:
    return dropped(input, p)
