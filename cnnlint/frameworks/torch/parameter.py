"""`nn.Parameter` and what initializes it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from cnnlint.engine.dimension import product
from cnnlint.engine.errors import ShapeError, Undetermined
from cnnlint.frameworks.coerce import describe, flag, known, number, shape_of, text
from cnnlint.frameworks.torch.core import PARAMETER, TORCH, extend, result
from cnnlint.frameworks.torch.values import filled
from cnnlint.interpreter.values import Tensor, Unknown, Weight

if TYPE_CHECKING:
    from cnnlint.interpreter.machine import Machine
    from cnnlint.interpreter.values import ClassValue, Value


@extend(PARAMETER)
class Parameter:
    def __new__(machine: Machine, cls: ClassValue, data: Value = None, requires_grad: Value = True) -> Value:
        """A weight of the tensor's shape; one of unknown shape for data that is not known."""
        trainable = True if isinstance(requires_grad, Unknown) else flag(requires_grad)
        if data is None:
            return Weight(cls, (0,), "float32", trainable=trainable)
        if isinstance(data, Unknown):
            made = Weight(cls, None, None, trainable=trainable)
            made.facts["unknown"] = data
            return made
        found = known(data)
        if not isinstance(found, Tensor):
            raise ShapeError(
                "bad-argument", f"a parameter needs a tensor, not {describe(found)}", exception="TypeError"
            )
        made = Weight(cls, found.shape, found.dtype, trainable=trainable)
        made.values = found.values
        return made


def _uninitialized(machine: Machine, requires_grad: Value = True, device: Value = None, dtype: Value = None) -> Value:
    return Weight(PARAMETER, None, "float32", trainable=flag(requires_grad))


TORCH.function("torch.nn.parameter.UninitializedParameter", "torch.nn.UninitializedParameter")(_uninitialized)


TORCH.function("torch.nn.parameter.UninitializedBuffer", "torch.nn.UninitializedBuffer")(_uninitialized)


@TORCH.function("torch.nn.Buffer", "torch.nn.parameter.Buffer")
def buffer(machine: Machine, data: Value = None, *, persistent: Value = True) -> Value:
    return result((0,)) if data is None else data


@TORCH.function("torch.nn.parameter.is_lazy")
def is_lazy(machine: Machine, param: Value) -> bool:
    return isinstance(param, Weight) and param.shape is None and "unknown" not in param.facts


# --- torch.nn.init: every function returns the tensor that it fills --------------------------------------------------


def _fill(machine: Machine, tensor: Value, *args: Value, **kwargs: Value) -> Value:
    if isinstance(tensor, Tensor) and tensor.values is not None:
        machine.touch(tensor)
        tensor.values = None
    filled(machine, tensor)
    return tensor


@TORCH.function("torch.nn.init.constant_", "torch.nn.init.constant")
def _constant(machine: Machine, tensor: Value, val: Value) -> Value:
    _fill(machine, tensor)
    filled(machine, tensor, val)
    return tensor


@TORCH.function("torch.nn.init.ones_", "torch.nn.init.ones")
def _ones(machine: Machine, tensor: Value) -> Value:
    return _constant(machine, tensor, 1)


@TORCH.function("torch.nn.init.zeros_", "torch.nn.init.zeros")
def _zeros(machine: Machine, tensor: Value) -> Value:
    return _constant(machine, tensor, 0)


for _name in [
    "uniform",
    "normal",
    "eye",
    "dirac",
    "xavier_uniform",
    "xavier_normal",
    "kaiming_uniform",
    "kaiming_normal",
    "orthogonal",
    "sparse",
    "trunc_normal",
]:
    TORCH.function(f"torch.nn.init.{_name}_", f"torch.nn.init.{_name}")(_fill)

for _name in ("fill", "normal", "trunc_normal", "uniform", "zero"):
    TORCH.function(f"torch.nn.init._no_grad_{_name}_")(_fill)

GAINS = {"tanh": 5.0 / 3, "relu": math.sqrt(2.0), "selu": 3.0 / 4}


@TORCH.function("torch.nn.init.calculate_gain")
def calculate_gain(machine: Machine, nonlinearity: Value, param: Value = None) -> float:
    name = text(nonlinearity, "nonlinearity")
    if name == "leaky_relu":
        return math.sqrt(2.0 / (1 + (0.01 if param is None else number(param)) ** 2))
    return GAINS.get(name, 1.0)


@TORCH.function("torch.nn.init._calculate_fan_in_and_fan_out")
def fans(machine: Machine, tensor: Value) -> Value:
    shape = shape_of(tensor)
    if len(shape) < 2:
        raise ShapeError("rank-mismatch", "fan in and fan out need a tensor of 2 axes or more", exception="ValueError")
    field = product(shape[2:])
    return (shape[1] * field, shape[0] * field)


@TORCH.function("torch.nn.init._calculate_correct_fan")
def correct_fan(machine: Machine, tensor: Value, mode: Value) -> Value:
    pair = fans(machine, tensor)
    if text(mode, "mode") not in ("fan_in", "fan_out"):
        raise Undetermined("the mode of an initializer is not known")
    return pair[0 if mode == "fan_in" else 1]
