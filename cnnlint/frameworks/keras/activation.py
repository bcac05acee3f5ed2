"""Activation functions: `keras.activations.*`, and what `activation=` takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.engine.dimension import floor_div
from cnnlint.engine.errors import ShapeError
from cnnlint.engine.shape import normalize_axis
from cnnlint.frameworks import coerce
from cnnlint.frameworks.keras.arguments import same, single
from cnnlint.frameworks.keras.core import KERAS, result
from cnnlint.frameworks.keras.graph import operation
from cnnlint.interpreter.values import DictValue, HostFunction, ListValue, Tensor, Value

if TYPE_CHECKING:
    from cnnlint.interpreter.machine import Machine

UNARY = {
    "celu": "Celu",
    "exponential": "Exp",
    "hard_sigmoid": "HardSigmoid",
    "hard_silu": "HardSilu",
    "hard_tanh": "HardTanh",
    "log_sigmoid": "LogSigmoid",
    "mish": "Mish",
    "relu6": "Relu6",
    "selu": "Selu",
    "sigmoid": "Sigmoid",
    "silu": "Silu",
    "softplus": "Softplus",
    "softsign": "Softsign",
    "sparse_plus": "SparsePlus",
    "sparse_sigmoid": "SparseSigmoid",
    "tanh": "Tanh",
    "tanh_shrink": "TanhShrink",
}
"""Functions of one tensor, with the class that Keras's graph shows for them."""

ALIASES = {"swish": "silu", "hard_swish": "hard_silu"}

NAMES: frozenset[str]


def _declare_unary(name: str, title: str) -> None:
    def body(machine: Machine, x: Value) -> Value:
        return activated(same(x), name)

    operation(f"keras.activations.{name}", type=title)(body)


for _name, _title in UNARY.items():
    _declare_unary(_name, _title)


def activated(value: Value, name: str) -> Value:
    """The tensor, with a note of the activation that made it."""
    if isinstance(value, Tensor):
        value.facts["activation"] = name
    return value


@operation("keras.activations.relu", type="ReLU")
def relu(
    machine: Machine, x: Value, negative_slope: Value = 0.0, max_value: Value = None, threshold: Value = 0.0
) -> Value:
    return activated(same(x), "relu")


@operation("keras.activations.leaky_relu", type="LeakyRelu")
def leaky_relu(machine: Machine, x: Value, negative_slope: Value = 0.2) -> Value:
    return activated(same(x), "leaky_relu")


@operation("keras.activations.elu", type="Elu")
def elu(machine: Machine, x: Value, alpha: Value = 1.0) -> Value:
    return activated(same(x), "elu")


@operation("keras.activations.gelu", type="Gelu")
def gelu(machine: Machine, x: Value, approximate: Value = False) -> Value:
    return activated(same(x), "gelu")


@operation("keras.activations.squareplus", type="Squareplus")
def squareplus(machine: Machine, x: Value, b: Value = 4) -> Value:
    return activated(same(x), "squareplus")


@operation("keras.activations.soft_shrink", type="SoftShrink")
def soft_shrink(machine: Machine, x: Value, threshold: Value = 0.5) -> Value:
    return activated(same(x), "soft_shrink")


@operation("keras.activations.hard_shrink", type="HardShrink")
def hard_shrink(machine: Machine, x: Value, threshold: Value = 0.5) -> Value:
    return activated(same(x), "hard_shrink")


@operation("keras.activations.threshold", type="Threshold")
def threshold(machine: Machine, x: Value, threshold: Value, default_value: Value) -> Value:
    return activated(same(x), "threshold")


@operation("keras.activations.softmax", type="Softmax")
def softmax(machine: Machine, x: Value, axis: Value = -1) -> Value:
    return activated(same(x), "softmax")


@operation("keras.activations.log_softmax", type="LogSoftmax")
def log_softmax(machine: Machine, x: Value, axis: Value = -1) -> Value:
    return activated(same(x), "log_softmax")


@operation("keras.activations.sparsemax", type="Sparsemax")
def sparsemax(machine: Machine, x: Value, axis: Value = -1) -> Value:
    return activated(same(x), "sparsemax")


@operation("keras.activations.glu", type="Glu")
def glu(machine: Machine, x: Value, axis: Value = -1) -> Value:
    tensor, shape = single(x)
    at = normalize_axis(coerce.integer(axis, "axis"), len(shape))
    return activated(result((*shape[:at], floor_div(shape[at], 2), *shape[at + 1 :]), like=tensor), "glu")


@KERAS.function("keras.activations.linear")
def linear(machine: Machine, x: Value) -> Value:
    return x


for _alias, _name in ALIASES.items():
    KERAS.add(f"keras.activations.{_alias}", KERAS.names[f"keras.activations.{_name}"])

NAMES = frozenset(name.rpartition(".")[2] for name in KERAS.names if name.startswith("keras.activations."))


def get(value: Value) -> Value:
    """The function that an `activation=` names; what cannot be told stays as it is.

    Raises:
        ShapeError: "bad-argument" for a word that is no activation.

    """
    if value is None:
        return KERAS.names["keras.activations.linear"]
    if isinstance(value, str):
        if value not in NAMES:
            raise ShapeError(
                "bad-argument",
                f"could not interpret the activation function {value!r}",
                help=_nearest(value),
                exception="ValueError",
            )
        return KERAS.names[f"keras.activations.{value}"]
    if isinstance(value, (bool, int, float, tuple, ListValue, Tensor)) or _is_empty(value):
        shown = repr(value) if isinstance(value, (bool, int, float)) else f"a {coerce.describe(value)}"
        raise ShapeError("bad-argument", f"could not interpret the activation function {shown}", exception="ValueError")
    return value


def _is_empty(value: Value) -> bool:
    """Whether it is a dictionary that describes no object."""
    return isinstance(value, DictValue) and value.unknown is None and "class_name" not in value.items


def _nearest(value: str) -> str | None:
    plain = value.strip().lower().replace(" ", "_")
    close = plain if plain in NAMES else next((name for name in sorted(NAMES) if name.replace("_", "") == plain), None)
    return f"write {close!r}" if close else None


def name_of(value: Value) -> str | None:
    """The name of an activation as the rules know it; None where it is no function of Keras."""
    if value is None:
        return "linear"
    if isinstance(value, str):
        return ALIASES.get(value, value)
    if isinstance(value, HostFunction):
        last = value.name.rpartition(".")[2]
        return last if last in NAMES or value.name.startswith(("keras.ops.", "tensorflow.")) else None
    if not isinstance(value, (Tensor, DictValue)) and hasattr(value, "cls"):
        return str(value.cls.name).lower()
    return None


def apply(machine: Machine, function: Value, tensor: Value) -> Value:
    """The tensor behind an activation; functions of Keras that keep the shape are not even called.

    One that is not known keeps the shape too: `glu` is the only activation that does not, and that one has a name.
    """
    name = name_of(function)
    if isinstance(function, HostFunction) and name in NAMES:
        return tensor if name == "linear" else activated(tensor, name)
    machine.call(function, (tensor,))
    return tensor


@KERAS.function("keras.activations.get", "keras.activations.deserialize")
def get_activation(machine: Machine, identifier: Value) -> Value:
    return get(identifier)


@KERAS.function("keras.activations.serialize")
def serialize(machine: Machine, activation: Value) -> Value:
    return name_of(activation)
