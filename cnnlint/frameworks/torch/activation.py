"""Activations: what `torch.nn.modules.activation` declares, multi-head attention aside."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.engine.errors import ShapeError
from cnnlint.frameworks.coerce import dim, known, option_number, tensor
from cnnlint.frameworks.torch.layer import functional, layer, library_class, of_rank, parameter, same, start
from cnnlint.interpreter.values import Unknown

if TYPE_CHECKING:
    from cnnlint.interpreter.machine import Machine
    from cnnlint.interpreter.values import Instance, Value


def _plain(machine: Machine, self: Instance) -> None:
    start(self)


def _inplace(machine: Machine, self: Instance, inplace: Value = False) -> None:
    start(self)
    self.attrs["inplace"] = inplace


def _alpha(machine: Machine, self: Instance, alpha: Value = 1.0, inplace: Value = False) -> None:
    start(self)
    self.attrs |= {"alpha": alpha, "inplace": inplace}


def _lambd(machine: Machine, self: Instance, lambd: Value = 0.5) -> None:
    start(self)
    self.attrs["lambd"] = lambd


def _forward(machine: Machine, self: Instance, input: Value) -> Value:
    return same(input)


def _call(machine: Machine, self: Instance, input: Value) -> Value:
    function, *options = self.cls.lookup("_function")
    functional(function)(machine, input, *(self.attrs[name] for name in options))
    return same(input)


for _init, _names in (
    (_plain, ("Sigmoid", "Tanh", "LogSigmoid", "Softsign", "Tanhshrink")),
    (_inplace, ("ReLU", "SELU", "SiLU", "Mish", "Hardswish", "Hardsigmoid")),
):
    for _name in _names:
        layer(_name, "activation", "activation")(type(_name, (), {"__init__": _init, "forward": _forward}))

for _name, _init, _option in (
    ("ELU", _alpha, "alpha"),
    ("CELU", _alpha, "alpha"),
    ("Hardshrink", _lambd, "lambd"),
    ("Softshrink", _lambd, "lambd"),
):
    _body = {"__init__": _init, "forward": _call, "_function": (_name.lower(), _option)}
    layer(_name, "activation", "activation")(type(_name, (), _body))


@layer("LeakyReLU", "activation", "activation")
class LeakyReLU:
    _function = ("leaky_relu", "negative_slope")
    forward = _call

    def __init__(machine: Machine, self: Instance, negative_slope: Value = 0.01, inplace: Value = False) -> None:
        start(self)
        self.attrs |= {"negative_slope": negative_slope, "inplace": inplace}


@layer("RReLU", "activation", "activation")
class RReLU:
    _function = ("rrelu", "lower", "upper")
    forward = _call

    def __init__(
        machine: Machine, self: Instance, lower: Value = 0.125, upper: Value = 1 / 3, inplace: Value = False
    ) -> None:
        start(self)
        self.attrs |= {"lower": lower, "upper": upper, "inplace": inplace}


@layer("Hardtanh", "activation", "activation")
class Hardtanh:
    _function = ("hardtanh", "min_val", "max_val")
    forward = _call

    def __init__(
        machine: Machine,
        self: Instance,
        min_val: Value = -1.0,
        max_val: Value = 1.0,
        inplace: Value = False,
        min_value: Value = None,
        max_value: Value = None,
    ) -> None:
        start(self)
        low = min_val if min_value is None else min_value
        high = max_val if max_value is None else max_value
        self.attrs |= {"min_val": low, "max_val": high, "inplace": inplace}
        least, most = option_number(low, "min_val"), option_number(high, "max_val")
        if least is not None and most is not None and most <= least:
            raise ShapeError(
                "bad-argument",
                f"`max_val` must be larger than `min_val`: {high} and {low}",
                exception="AssertionError",
            )


@layer("ReLU6", "activation", "activation", library_class("torch.nn.Hardtanh"))
class ReLU6:
    def __init__(machine: Machine, self: Instance, inplace: Value = False) -> None:
        start(self)
        self.attrs |= {"min_val": 0.0, "max_val": 6.0, "inplace": inplace}


@layer("Threshold", "activation", "activation")
class Threshold:
    _function = ("threshold", "threshold", "value")
    forward = _call

    def __init__(machine: Machine, self: Instance, threshold: Value, value: Value, inplace: Value = False) -> None:
        start(self)
        self.attrs |= {"threshold": threshold, "value": value, "inplace": inplace}


@layer("Softplus", "activation", "activation")
class Softplus:
    _function = ("softplus", "beta", "threshold")
    forward = _call

    def __init__(machine: Machine, self: Instance, beta: Value = 1.0, threshold: Value = 20.0) -> None:
        start(self)
        self.attrs |= {"beta": beta, "threshold": threshold}


@layer("GELU", "activation", "activation")
class GELU:
    def __init__(machine: Machine, self: Instance, approximate: Value = "none") -> None:
        start(self)
        self.attrs["approximate"] = approximate

    def forward(machine: Machine, self: Instance, input: Value) -> Value:
        return functional("gelu")(machine, input, approximate=self.attrs["approximate"])


@layer("GLU", "activation", "activation")
class GLU:
    def __init__(machine: Machine, self: Instance, dim: Value = -1) -> None:
        start(self)
        self.attrs["dim"] = dim

    def forward(machine: Machine, self: Instance, input: Value) -> Value:
        return functional("glu")(machine, input, self.attrs["dim"])


@layer("PReLU", "activation", "activation")
class PReLU:
    def __init__(
        machine: Machine,
        self: Instance,
        num_parameters: Value = 1,
        init: Value = 0.25,
        device: Value = None,
        dtype: Value = None,
    ) -> None:
        start(self)
        count = dim(num_parameters, "num_parameters")
        self.attrs |= {"num_parameters": count, "init": init}
        parameter(self, "weight", (count,), dtype)

    def forward(machine: Machine, self: Instance, input: Value) -> Value:
        return functional("prelu")(machine, input, self.attrs["weight"])

    def reset_parameters(machine: Machine, self: Instance) -> None: ...


@layer("Softmax", "activation", "activation")
class Softmax:
    def __init__(machine: Machine, self: Instance, dim: Value = None) -> None:
        start(self)
        refuse_axis(dim)
        self.attrs["dim"] = dim

    def forward(machine: Machine, self: Instance, input: Value) -> Value:
        return functional("softmax")(machine, input, self.attrs["dim"])


@layer("LogSoftmax", "activation", "activation")
class LogSoftmax:
    def __init__(machine: Machine, self: Instance, dim: Value = None) -> None:
        start(self)
        refuse_axis(dim)
        self.attrs["dim"] = dim

    def forward(machine: Machine, self: Instance, input: Value) -> Value:
        return functional("log_softmax")(machine, input, self.attrs["dim"])


@layer("Softmin", "activation", "activation")
class Softmin:
    def __init__(machine: Machine, self: Instance, dim: Value = None) -> None:
        start(self)
        self.attrs["dim"] = dim

    def forward(machine: Machine, self: Instance, input: Value) -> Value:
        return functional("softmax")(machine, input, self.attrs["dim"])


@layer("Softmax2d", "activation", "activation")
class Softmax2d:
    def __init__(machine: Machine, self: Instance) -> None:
        start(self)

    def forward(machine: Machine, self: Instance, input: Value) -> Value:
        found = tensor(input)
        if found.shape is not None:
            of_rank(found, (3, 4), self, "ValueError")
        return same(found)


def refuse_axis(value: Value) -> None:
    """Refuse an axis that is no integer: `Softmax` and `LogSoftmax` ask for one when they are built."""
    if isinstance(value, Unknown):
        return
    found = known(value)
    if isinstance(found, (bool, float, str, tuple)):
        raise ShapeError("bad-argument", f"`dim` must be an integer or None, not {found!r}", exception="TypeError")
