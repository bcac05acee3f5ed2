"""Transposed convolutions, over one to three axes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.engine import convolution as engine
from cnnlint.engine.dimension import less
from cnnlint.frameworks.keras.arguments import channels_axis, positive, refused, single, sizes
from cnnlint.frameworks.keras.convolution import add_bias, built_for, configure_convolution, finish
from cnnlint.frameworks.keras.layer import add_weight, layer

if TYPE_CHECKING:
    from cnnlint.interpreter.machine import Machine
    from cnnlint.interpreter.values import Instance, Value


def _initialize(
    machine: Machine,
    self: Instance,
    rank: int,
    filters: Value,
    strides: Value,
    output_padding: Value,
    options: dict[str, Value],
    kwargs: dict[str, Value],
) -> None:
    extra = None if output_padding is None else sizes(output_padding, rank, "output_padding", allow_zero=True)
    for width, step in zip(extra or (), sizes(strides, rank, "strides"), strict=False):
        if less(width, step) is False:
            raise refused(f"`output_padding` {width} must be less than `strides` {step}")
    count = positive(filters, "filters")
    configure_convolution(machine, self, rank, kwargs, filters=count, strides=strides, output_padding=extra, **options)


class Transposed:
    """What the three layers have in common."""

    def build(machine: Machine, self: Instance, input_shape: Value) -> None:
        channels = built_for(self, input_shape)
        add_weight(machine, self, "kernel", (*self.attrs["kernel_size"], self.attrs["filters"], channels))
        add_bias(machine, self, self.attrs["filters"])

    def call(machine: Machine, self: Instance, inputs: Value) -> Value:
        tensor, shape = single(inputs)
        config = self.attrs
        output = engine.transposed_convolution(
            shape,
            config["filters"],
            config["kernel_size"],
            stride=config["strides"],
            padding=config["padding"],
            output_padding=config["output_padding"],
            dilation=config["dilation_rate"],
            channels_axis=channels_axis(config["data_format"]),
        )
        machine.add_macs(engine.transposed_convolution_macs(shape, config["filters"], config["kernel_size"]))
        return finish(machine, self, output, tensor)


def _declare(rank: int) -> None:
    one: Value = 1 if rank == 1 else (1,) * rank

    @layer(f"Conv{rank}DTranspose", f"Convolution{rank}DTranspose", kind="convolution")
    class FlatTransposed:
        def __init__(
            machine: Machine,
            self: Instance,
            filters: Value,
            kernel_size: Value,
            strides: Value = one,
            padding: Value = "valid",
            output_padding: Value = None,
            data_format: Value = None,
            dilation_rate: Value = one,
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
            options = {"kernel_size": kernel_size, "padding": padding, "data_format": data_format}
            options |= {"dilation_rate": dilation_rate, "activation": activation, "use_bias": use_bias}
            _initialize(machine, self, rank, filters, strides, output_padding, options, kwargs)

        build = Transposed.build
        call = Transposed.call


for _rank in (1, 2):
    _declare(_rank)


@layer("Conv3DTranspose", "Convolution3DTranspose", kind="convolution")
class SolidTransposed:
    def __init__(
        machine: Machine,
        self: Instance,
        filters: Value,
        kernel_size: Value,
        strides: Value = (1, 1, 1),
        padding: Value = "valid",
        data_format: Value = None,
        output_padding: Value = None,
        dilation_rate: Value = (1, 1, 1),
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
        options = {"kernel_size": kernel_size, "padding": padding, "data_format": data_format}
        options |= {"dilation_rate": dilation_rate, "activation": activation, "use_bias": use_bias}
        _initialize(machine, self, 3, filters, strides, output_padding, options, kwargs)

    build = Transposed.build
    call = Transposed.call
