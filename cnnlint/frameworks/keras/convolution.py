"""Convolution layers: plain, depthwise and separable, over one to three axes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.engine import convolution as engine
from cnnlint.engine.dimension import Dim, less, product
from cnnlint.frameworks import coerce
from cnnlint.frameworks.keras import activation as activations
from cnnlint.frameworks.keras.arguments import channels_axis, positive, refused, single, sizes, word
from cnnlint.frameworks.keras.arguments import data_format as format_of
from cnnlint.frameworks.keras.core import result
from cnnlint.frameworks.keras.layer import add_weight, axis_size, configure, initialize, layer
from cnnlint.frameworks.keras.spec import Spec, require

if TYPE_CHECKING:
    from cnnlint.engine.shape import Shape
    from cnnlint.interpreter.machine import Machine
    from cnnlint.interpreter.values import Instance, Value


def configure_convolution(
    machine: Machine,
    self: Instance,
    rank: int,
    kwargs: dict[str, Value],
    *,
    kernel_size: Value,
    strides: Value,
    padding: Value,
    data_format: Value,
    dilation_rate: Value,
    activation: Value,
    use_bias: Value,
    causal: bool = False,
    stride_with_dilation: bool = False,
    **more: Value,
) -> None:
    """The constructor's part that all convolutions share; `more` are the values of one kind only."""
    initialize(machine, self, kwargs)
    kernel = sizes(kernel_size, rank, "kernel_size")
    stride = sizes(strides, rank, "strides")
    dilation = sizes(dilation_rate, rank, "dilation_rate")
    allowed = ("valid", "same", "causal") if causal else ("valid", "same")
    if not stride_with_dilation and _above_one(stride) and _above_one(dilation):
        raise refused(f"`strides` {stride} above 1 do not go with a `dilation_rate` {dilation} above 1")
    configure(
        self,
        **more,
        kernel_size=kernel,
        strides=stride,
        padding=word(padding, allowed, "padding"),
        data_format=format_of(machine, data_format),
        dilation_rate=dilation,
        activation=activation,
        use_bias=use_bias,
    )
    require(self, Spec(min_ndim=rank + 2, rank=rank + 2, channel_axis=channel_axis(self)))


def _above_one(dims: tuple[Dim, ...]) -> bool:
    return any(less(1, dim) is True for dim in dims)


def channel_axis(self: Instance) -> int:
    return 1 if self.attrs["data_format"] == "channels_first" else -1


def built_for(self: Instance, input_shape: Value) -> Dim:
    """The channels of the input that the layer is built for, which it then asks for."""
    axis = channel_axis(self)
    channels = axis_size(input_shape, axis)
    rank = len(self.attrs["kernel_size"]) + 2
    require(
        self,
        Spec(min_ndim=rank, rank=rank, axes={axis: channels}, kind="channel-mismatch", channel_axis=axis),
    )
    return channels


def add_bias(machine: Machine, self: Instance, count: Dim) -> None:
    if not coerce.flag(self.attrs["use_bias"]):
        self.attrs["bias"] = None
    else:
        add_weight(machine, self, "bias", (count,))


def finish(machine: Machine, self: Instance, shape: Shape, like: Value) -> Value:
    return activations.apply(machine, self.attrs["activation"], result(shape, like=like))


def _declare_convolution(rank: int) -> None:
    one: Value = 1 if rank == 1 else (1,) * rank

    @layer(f"Conv{rank}D", f"Convolution{rank}D", kind="convolution")
    class Convolution:
        def __init__(
            machine: Machine,
            self: Instance,
            filters: Value,
            kernel_size: Value,
            strides: Value = one,
            padding: Value = "valid",
            data_format: Value = None,
            dilation_rate: Value = one,
            groups: Value = 1,
            activation: Value = None,
            use_bias: Value = True,
            kernel_initializer: Value = "glorot_uniform",
            bias_initializer: Value = "zeros",
            kernel_regularizer: Value = None,
            bias_regularizer: Value = None,
            activity_regularizer: Value = None,
            kernel_constraint: Value = None,
            bias_constraint: Value = None,
            **kwargs: Value,
        ) -> None:
            for option in ("lora_rank", "lora_alpha"):
                kwargs.pop(option, None)
            count, parts = positive(filters, "filters"), positive(groups, "groups")
            if isinstance(count, int) and isinstance(parts, int) and count % parts:
                raise refused(
                    f"`filters` is {count}, which `groups`, {parts}, does not divide",
                    expected=f"a multiple of {parts}",
                    actual=str(count),
                )
            configure_convolution(
                machine,
                self,
                rank,
                kwargs,
                filters=count,
                kernel_size=kernel_size,
                strides=strides,
                padding=padding,
                data_format=data_format,
                dilation_rate=dilation_rate,
                groups=parts,
                activation=activation,
                use_bias=use_bias,
                causal=rank == 1,
            )

        def build(machine: Machine, self: Instance, input_shape: Value) -> None:
            channels = built_for(self, input_shape)
            filters, groups = self.attrs["filters"], self.attrs["groups"]
            engine.check_groups(channels, filters, groups)
            add_weight(machine, self, "kernel", (*self.attrs["kernel_size"], channels // groups, filters))
            add_bias(machine, self, filters)

        def call(machine: Machine, self: Instance, inputs: Value) -> Value:
            tensor, shape = single(inputs)
            config = self.attrs
            output = engine.convolution(
                shape,
                config["filters"],
                config["kernel_size"],
                stride=config["strides"],
                padding=config["padding"],
                dilation=config["dilation_rate"],
                groups=config["groups"],
                channels_axis=channels_axis(config["data_format"]),
            )
            channels = shape[channel_axis(self)]
            machine.add_macs(engine.convolution_macs(output, channels, config["kernel_size"], config["groups"]))
            return finish(machine, self, output, tensor)


def _declare_depthwise(rank: int) -> None:
    one: Value = 1 if rank == 1 else (1,) * rank

    @layer(f"DepthwiseConv{rank}D", kind="convolution")
    class Depthwise:
        def __init__(
            machine: Machine,
            self: Instance,
            kernel_size: Value,
            strides: Value = one,
            padding: Value = "valid",
            depth_multiplier: Value = 1,
            data_format: Value = None,
            dilation_rate: Value = one,
            activation: Value = None,
            use_bias: Value = True,
            depthwise_initializer: Value = "glorot_uniform",
            bias_initializer: Value = "zeros",
            depthwise_regularizer: Value = None,
            bias_regularizer: Value = None,
            activity_regularizer: Value = None,
            depthwise_constraint: Value = None,
            bias_constraint: Value = None,
            **kwargs: Value,
        ) -> None:
            configure_convolution(
                machine,
                self,
                rank,
                kwargs,
                depth_multiplier=positive(depth_multiplier, "depth_multiplier"),
                kernel_size=kernel_size,
                strides=strides,
                padding=padding,
                data_format=data_format,
                dilation_rate=dilation_rate,
                activation=activation,
                use_bias=use_bias,
                stride_with_dilation=True,
            )

        def build(machine: Machine, self: Instance, input_shape: Value) -> None:
            channels = built_for(self, input_shape)
            multiplier = self.attrs["depth_multiplier"]
            add_weight(machine, self, "kernel", (*self.attrs["kernel_size"], channels, multiplier))
            add_bias(machine, self, channels * multiplier)

        def call(machine: Machine, self: Instance, inputs: Value) -> Value:
            tensor, shape = single(inputs)
            channels = shape[channel_axis(self)]
            output = _depthwise(machine, self, shape, channels)
            return finish(machine, self, output, tensor)


def _depthwise(machine: Machine, self: Instance, shape: Shape, channels: Dim) -> Shape:
    """The depthwise step: every channel on its own."""
    config = self.attrs
    output = engine.convolution(
        shape,
        channels * config["depth_multiplier"],
        config["kernel_size"],
        stride=config["strides"],
        padding=config["padding"],
        dilation=config["dilation_rate"],
        groups=channels,
        channels_axis=channels_axis(config["data_format"]),
    )
    machine.add_macs(product((*output, *config["kernel_size"])))
    return output


def _declare_separable(rank: int) -> None:
    one: Value = 1 if rank == 1 else (1,) * rank

    @layer(f"SeparableConv{rank}D", f"SeparableConvolution{rank}D", kind="convolution")
    class Separable:
        def __init__(
            machine: Machine,
            self: Instance,
            filters: Value,
            kernel_size: Value,
            strides: Value = one,
            padding: Value = "valid",
            data_format: Value = None,
            dilation_rate: Value = one,
            depth_multiplier: Value = 1,
            activation: Value = None,
            use_bias: Value = True,
            depthwise_initializer: Value = "glorot_uniform",
            pointwise_initializer: Value = "glorot_uniform",
            bias_initializer: Value = "zeros",
            depthwise_regularizer: Value = None,
            pointwise_regularizer: Value = None,
            bias_regularizer: Value = None,
            activity_regularizer: Value = None,
            depthwise_constraint: Value = None,
            pointwise_constraint: Value = None,
            bias_constraint: Value = None,
            **kwargs: Value,
        ) -> None:
            configure_convolution(
                machine,
                self,
                rank,
                kwargs,
                filters=positive(filters, "filters"),
                depth_multiplier=positive(depth_multiplier, "depth_multiplier"),
                kernel_size=kernel_size,
                strides=strides,
                padding=padding,
                data_format=data_format,
                dilation_rate=dilation_rate,
                activation=activation,
                use_bias=use_bias,
                stride_with_dilation=True,
            )

        def build(machine: Machine, self: Instance, input_shape: Value) -> None:
            channels = built_for(self, input_shape)
            multiplier, filters = self.attrs["depth_multiplier"], self.attrs["filters"]
            add_weight(machine, self, "depthwise_kernel", (*self.attrs["kernel_size"], channels, multiplier))
            add_weight(machine, self, "pointwise_kernel", (*(1,) * rank, channels * multiplier, filters))
            add_bias(machine, self, filters)

        def call(machine: Machine, self: Instance, inputs: Value) -> Value:
            tensor, shape = single(inputs)
            config = self.attrs
            axis = channel_axis(self)
            inner = _depthwise(machine, self, shape, shape[axis])
            output = engine.convolution(
                inner, config["filters"], (1,) * rank, channels_axis=channels_axis(config["data_format"])
            )
            machine.add_macs(engine.convolution_macs(output, inner[axis], (1,) * rank))
            return finish(machine, self, output, tensor)


for _rank in (1, 2, 3):
    _declare_convolution(_rank)
for _rank in (1, 2):
    _declare_depthwise(_rank)
    _declare_separable(_rank)
