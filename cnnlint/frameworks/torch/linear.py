"""`Linear`, `Bilinear`, `Identity` and `LazyLinear`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.engine.dense import bilinear, bilinear_macs, check_features, linear, linear_macs
from cnnlint.engine.errors import ShapeError
from cnnlint.frameworks.coerce import dim, flag, shape_of, tensor
from cnnlint.frameworks.torch.core import result
from cnnlint.frameworks.torch.ending import refuse_type
from cnnlint.frameworks.torch.layer import (
    LAST,
    become_known,
    layer,
    library_class,
    open_ended,
    parameter,
    positive,
    start,
)
from cnnlint.frameworks.torch.provenance import unmeasured
from cnnlint.frameworks.torch.remedies import Remedied

if TYPE_CHECKING:
    from cnnlint.interpreter.machine import Machine
    from cnnlint.interpreter.values import Instance, Value


@layer("Identity", "other", "linear")
class Identity:
    def __init__(machine: Machine, self: Instance, *args: Value, **kwargs: Value) -> None:
        start(self)

    def forward(machine: Machine, self: Instance, input: Value) -> Value:
        return input


@layer("Linear", "dense", "linear")
class Linear:
    def __init__(
        machine: Machine,
        self: Instance,
        in_features: Value,
        out_features: Value,
        bias: Value = True,
        device: Value = None,
        dtype: Value = None,
    ) -> None:
        start(self)
        inputs, outputs = dim(in_features, "in_features"), dim(out_features, "out_features")
        self.attrs |= {"in_features": inputs, "out_features": outputs}
        self.facts["dtype"] = dtype
        weigh(self, flag(bias))

    def forward(machine: Machine, self: Instance, input: Value) -> Value:
        complete(machine, self, input)
        found = tensor(input)
        outputs, inputs = shape_of(self.attrs["weight"], "weight")
        refuse_type(machine, found, self.attrs["weight"], self.cls.name)
        if found.shape is None:
            if LAST in found.facts:
                check_features(inputs, found.facts[LAST])
            unmeasured(machine)
            return open_ended(found, outputs, lambda shape: (*shape[:-1], inputs))
        with Remedied(found, -1):
            shape = linear(shape_of(found), outputs, inputs)
        machine.add_macs(linear_macs(shape, inputs))
        return result(shape, like=found)

    def reset_parameters(machine: Machine, self: Instance) -> None: ...


def weigh(self: Instance, bias: bool) -> None:
    """Register the weight and the bias."""
    inputs, outputs, dtype = self.attrs["in_features"], self.attrs["out_features"], self.facts["dtype"]
    parameter(self, "weight", (outputs, inputs), dtype)
    if bias:
        parameter(self, "bias", (outputs,), dtype)
    else:
        self.attrs["bias"] = None


layer("NonDynamicallyQuantizableLinear", "dense", "linear", library_class("torch.nn.Linear"))(
    type("NonDynamicallyQuantizableLinear", (), {})
)

LAZY = "lazy"
"""The fact that a layer waits for its first input to know its weights; its value says whether there is a bias."""


@layer("LazyLinear", "dense", "linear", library_class("torch.nn.Linear"))
class LazyLinear:
    def __init__(
        machine: Machine,
        self: Instance,
        out_features: Value,
        bias: Value = True,
        device: Value = None,
        dtype: Value = None,
    ) -> None:
        start(self)
        self.attrs |= {"in_features": 0, "out_features": dim(out_features, "out_features")}
        self.facts["dtype"] = dtype
        self.facts[LAZY] = flag(bias)
        weigh(self, flag(bias))
        for name in ("weight", "bias"):
            if self.attrs[name] is not None:
                self.attrs[name].shape = None


def complete(machine: Machine, self: Instance, input: Value) -> None:
    """Take the number of features of a lazy layer from its first input."""
    if LAZY in self.facts:
        size = shape_of(input)[-1:]
        if not size:
            raise ShapeError("rank-mismatch", "`LazyLinear` takes an input of at least 1 axis", exception="IndexError")
        machine.touch(self)
        bias = self.facts.pop(LAZY)
        self.attrs["in_features"] = size[0]
        weigh(self, bias)
        become_known(self)


@layer("Bilinear", "dense", "linear")
class Bilinear:
    def __init__(
        machine: Machine,
        self: Instance,
        in1_features: Value,
        in2_features: Value,
        out_features: Value,
        bias: Value = True,
        device: Value = None,
        dtype: Value = None,
    ) -> None:
        start(self)
        one, other, outputs = dim(in1_features), dim(in2_features), dim(out_features)
        positive(one, f"`in1_features` must be positive, got {one}")
        self.attrs |= {"in1_features": one, "in2_features": other, "out_features": outputs}
        parameter(self, "weight", (outputs, one, other), dtype)
        if flag(bias):
            parameter(self, "bias", (outputs,), dtype)
        else:
            self.attrs["bias"] = None

    def forward(machine: Machine, self: Instance, input1: Value, input2: Value) -> Value:
        outputs, one, other = shape_of(self.attrs["weight"], "weight")
        shape = bilinear(shape_of(input1, "input1"), shape_of(input2, "input2"), one, other, outputs)
        machine.add_macs(bilinear_macs(shape, one, other))
        return result(shape, like=tensor(input1))

    def reset_parameters(machine: Machine, self: Instance) -> None: ...
