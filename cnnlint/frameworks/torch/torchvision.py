"""`torchvision.ops`: the building blocks of its models."""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING

from cnnlint.engine import shape as shapes
from cnnlint.engine.dimension import floor_div
from cnnlint.engine.errors import ShapeError
from cnnlint.frameworks.coerce import dim as dimension
from cnnlint.frameworks.coerce import dims, items, sequence, shape_of, tensor
from cnnlint.frameworks.torch.arithmetic import combined
from cnnlint.frameworks.torch.containers import put
from cnnlint.frameworks.torch.core import MODULE, TORCH, result
from cnnlint.frameworks.torch.layer import KINDS, buffer, library_class, same, start
from cnnlint.frameworks.torch.reshaping import permute

if TYPE_CHECKING:
    from collections.abc import Callable

    from cnnlint.interpreter.library import Body
    from cnnlint.interpreter.machine import Machine
    from cnnlint.interpreter.values import ClassValue, Instance, Value

SEQUENTIAL = library_class("torch.nn.Sequential")
CONV2D = library_class("torch.nn.Conv2d")
CONV3D = library_class("torch.nn.Conv3d")
NORM2D = library_class("torch.nn.BatchNorm2d")
NORM3D = library_class("torch.nn.BatchNorm3d")
RELU = library_class("torch.nn.ReLU")
SIGMOID = library_class("torch.nn.Sigmoid")


def block(name: str, file: str, kind: str = "other", base: ClassValue = MODULE) -> Callable[[type], ClassValue]:
    """Declare a module of `torchvision.ops`; `file` is the one that it stands in."""
    KINDS[f"torchvision.ops.{name}"] = kind
    return TORCH.define(f"torchvision.ops.{name}", f"torchvision.ops.{file}.{name}", bases=(base,))


def operator_of(name: str, file: str) -> Callable[[Body], Body]:
    """Declare a function of `torchvision.ops`."""
    return TORCH.function(f"torchvision.ops.{name}", f"torchvision.ops.{file}.{name}")


# --- convolution, normalization, activation ---------------------------------------------------------------------------


def _convolution_block(
    machine: Machine,
    self: Instance,
    conv_layer: Value,
    channels: tuple[Value, Value],
    kernel_size: Value,
    stride: Value,
    padding: Value,
    groups: Value,
    norm_layer: Value,
    activation_layer: Value,
    dilation: Value,
    inplace: Value,
    bias: Value,
) -> None:
    start(self)
    if padding is None:
        padding = _same_padding(kernel_size, dilation)
    named = {"dilation": dilation, "groups": groups, "bias": norm_layer is None if bias is None else bias}
    layers = [machine.call(conv_layer, (*channels, kernel_size, stride, padding), named)]
    if norm_layer is not None:
        layers.append(machine.call(norm_layer, (channels[1],)))
    if activation_layer is not None:
        layers.append(machine.call(activation_layer, (), {} if inplace is None else {"inplace": inplace}))
    for index, layer in enumerate(layers):
        put(machine, self, str(index), layer)
    self.attrs["out_channels"] = channels[1]


def _same_padding(kernel_size: Value, dilation: Value) -> Value:
    """`(kernel - 1) // 2 * dilation`, for each axis where one of the two is given so."""
    kernels, spreads = items(kernel_size), items(dilation)
    if kernels is None and spreads is None:
        return floor_div(dimension(kernel_size) - 1, 2) * dimension(dilation)
    rank = len(kernels if kernels is not None else spreads or ())
    pairs = zip(dims(kernel_size, rank), dims(dilation, rank), strict=True)
    return tuple(floor_div(kernel - 1, 2) * spread for kernel, spread in pairs)


def _declare_block(name: str, conv_layer: ClassValue, default_norm: ClassValue) -> None:
    @block(name, "misc", "convolution", SEQUENTIAL)
    class Block:
        def __init__(
            machine: Machine,
            self: Instance,
            in_channels: Value,
            out_channels: Value,
            kernel_size: Value = 3,
            stride: Value = 1,
            padding: Value = None,
            groups: Value = 1,
            norm_layer: Value = default_norm,
            activation_layer: Value = RELU,
            dilation: Value = 1,
            inplace: Value = True,
            bias: Value = None,
        ) -> None:
            _convolution_block(
                machine,
                self,
                conv_layer,
                (in_channels, out_channels),
                kernel_size,
                stride,
                padding,
                groups,
                norm_layer,
                activation_layer,
                dilation,
                inplace,
                bias,
            )


_declare_block("Conv2dNormActivation", CONV2D, NORM2D)
_declare_block("Conv3dNormActivation", CONV3D, NORM3D)


@block("ConvNormActivation", "misc", "convolution", SEQUENTIAL)
class ConvNormActivation:
    def __init__(
        machine: Machine,
        self: Instance,
        in_channels: Value,
        out_channels: Value,
        kernel_size: Value = 3,
        stride: Value = 1,
        padding: Value = None,
        groups: Value = 1,
        norm_layer: Value = NORM2D,
        activation_layer: Value = RELU,
        dilation: Value = 1,
        inplace: Value = True,
        bias: Value = None,
        conv_layer: Value = CONV2D,
    ) -> None:
        _convolution_block(
            machine,
            self,
            conv_layer,
            (in_channels, out_channels),
            kernel_size,
            stride,
            padding,
            groups,
            norm_layer,
            activation_layer,
            dilation,
            inplace,
            bias,
        )


@block("SqueezeExcitation", "misc", "attention")
class SqueezeExcitation:
    def __init__(
        machine: Machine,
        self: Instance,
        input_channels: Value,
        squeeze_channels: Value,
        activation: Value = RELU,
        scale_activation: Value = SIGMOID,
    ) -> None:
        start(self)
        self.attrs["avgpool"] = machine.call(library_class("torch.nn.AdaptiveAvgPool2d"), (1,))
        self.attrs["fc1"] = machine.call(CONV2D, (input_channels, squeeze_channels, 1))
        self.attrs["fc2"] = machine.call(CONV2D, (squeeze_channels, input_channels, 1))
        self.attrs["activation"] = machine.call(activation)
        self.attrs["scale_activation"] = machine.call(scale_activation)

    def forward(machine: Machine, self: Instance, input: Value) -> Value:
        scale = input
        for name in ("avgpool", "fc1", "activation", "fc2", "scale_activation"):
            scale = machine.call(machine.get(self, name), (scale,))
        return combined(operator.mul, (scale, input))


@block("MLP", "misc", "dense", SEQUENTIAL)
class MLP:
    def __init__(
        machine: Machine,
        self: Instance,
        in_channels: Value,
        hidden_channels: Value,
        norm_layer: Value = None,
        activation_layer: Value = RELU,
        inplace: Value = None,
        bias: Value = True,
        dropout: Value = 0.0,
    ) -> None:
        start(self)
        options = {} if inplace is None else {"inplace": inplace}
        linear, drop = library_class("torch.nn.Linear"), library_class("torch.nn.Dropout")
        *hidden, last = sequence(machine, hidden_channels)
        layers = []
        before = in_channels
        for width in hidden:
            layers.append(machine.call(linear, (before, width), {"bias": bias}))
            if norm_layer is not None:
                layers.append(machine.call(norm_layer, (width,)))
            layers.append(machine.call(activation_layer, (), dict(options)))
            layers.append(machine.call(drop, (dropout,), dict(options)))
            before = width
        layers.append(machine.call(linear, (before, last), {"bias": bias}))
        layers.append(machine.call(drop, (dropout,), dict(options)))
        for index, layer in enumerate(layers):
            put(machine, self, str(index), layer)


@block("Permute", "misc", "reshape")
class Permute:
    def __init__(machine: Machine, self: Instance, dims: Value) -> None:
        start(self)
        self.attrs["dims"] = dims

    def forward(machine: Machine, self: Instance, x: Value) -> Value:
        return permute(machine, x, self.attrs["dims"])


@block("FrozenBatchNorm2d", "misc", "normalization")
class FrozenBatchNorm2d:
    def __init__(machine: Machine, self: Instance, num_features: Value, eps: Value = 1e-05) -> None:
        start(self)
        channels = dimension(num_features, "num_features")
        self.attrs["eps"] = eps
        for name in ("weight", "bias", "running_mean", "running_var"):
            buffer(self, name, result((channels,), "float32"))

    def forward(machine: Machine, self: Instance, x: Value) -> Value:
        weight = shape_of(self.attrs["weight"])
        return result(shapes.broadcast(shape_of(x), (1, *weight, 1, 1)), like=tensor(x))


# --- dropping branches and blocks -------------------------------------------------------------------------------------


@operator_of("stochastic_depth", "stochastic_depth")
def stochastic_depth(machine: Machine, input: Value, p: Value, mode: Value, training: Value = True) -> Value:
    if isinstance(p, (int, float)) and not 0 <= p <= 1:
        raise ShapeError("bad-argument", f"a probability lies between 0 and 1, not at {p}", exception="ValueError")
    if isinstance(mode, str) and mode not in ("batch", "row"):
        raise ShapeError("bad-argument", f'`mode` is "batch" or "row", not "{mode}"', exception="ValueError")
    return same(input)


@block("StochasticDepth", "stochastic_depth", "dropout")
class StochasticDepth:
    def __init__(machine: Machine, self: Instance, p: Value, mode: Value) -> None:
        start(self)
        self.attrs |= {"p": p, "mode": mode}

    def forward(machine: Machine, self: Instance, input: Value) -> Value:
        return stochastic_depth(machine, input, self.attrs["p"], self.attrs["mode"])


def _declare_drop(rank: int) -> None:
    def drop(
        machine: Machine,
        input: Value,
        p: Value,
        block_size: Value,
        inplace: Value = False,
        eps: Value = 1e-06,
        training: Value = True,
    ) -> Value:
        shape = tensor(input).shape
        if shape is not None and len(shape) != rank + 2:
            raise ShapeError(
                "rank-mismatch",
                f"`drop_block{rank}d` takes {rank + 2} dimensions, got {shapes.text(shape)}",
                expected=str(rank + 2),
                actual=str(len(shape)),
                exception="ValueError",
            )
        return same(input)

    operator_of(f"drop_block{rank}d", "drop_block")(drop)

    @block(f"DropBlock{rank}d", "drop_block", "dropout")
    class Drop:
        def __init__(
            machine: Machine, self: Instance, p: Value, block_size: Value, inplace: Value = False, eps: Value = 1e-06
        ) -> None:
            start(self)
            self.attrs |= {"p": p, "block_size": block_size, "inplace": inplace, "eps": eps}

        def forward(machine: Machine, self: Instance, input: Value) -> Value:
            return drop(machine, input, self.attrs["p"], self.attrs["block_size"])


for _rank in (2, 3):
    _declare_drop(_rank)
