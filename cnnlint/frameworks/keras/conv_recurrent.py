"""Convolutional LSTMs over one to three axes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.engine import convolution as engine
from cnnlint.engine.dimension import Dim, less
from cnnlint.engine.errors import Undetermined
from cnnlint.frameworks import coerce
from cnnlint.frameworks.keras.arguments import channels_axis, refused, single, sizes, word
from cnnlint.frameworks.keras.arguments import data_format as format_of
from cnnlint.frameworks.keras.cells import check_dropout
from cnnlint.frameworks.keras.core import LAYER, result
from cnnlint.frameworks.keras.layer import add_weight, axis_size, configure, initialize, layer
from cnnlint.frameworks.keras.recurrent import RECURRENT, configure_recurrent
from cnnlint.frameworks.keras.spec import Spec, require
from cnnlint.frameworks.keras.structure import flatten
from cnnlint.interpreter.library import Library
from cnnlint.interpreter.values import ClassValue, Instance, ListValue, Tensor, Value

if TYPE_CHECKING:
    from cnnlint.engine.shape import Shape
    from cnnlint.interpreter.machine import Machine


def _channel_axis(cell: Instance) -> int:
    return 1 if cell.attrs["data_format"] == "channels_first" else -1


def _output(cell: Instance, shape: Shape) -> Shape:
    config = cell.attrs
    return engine.convolution(
        shape,
        config["filters"],
        config["kernel_size"],
        stride=config["strides"],
        padding=config["padding"],
        dilation=config["dilation_rate"],
        channels_axis=channels_axis(config["data_format"]),
    )


@Library().define("keras.layers.ConvLSTMCell", bases=(LAYER,))
class ConvLSTMCell:
    def __init__(machine: Machine, self: Instance, filters: Value, **config: Value) -> None:
        initialize(machine, self, {})
        configure(self, filters=filters, **config)
        self.attrs["state_size"] = -1

    def build(machine: Machine, self: Instance, inputs_shape: Value, states_shape: Value = None) -> None:
        given = coerce.items(inputs_shape)
        if given is None:
            raise Undetermined("the shape of the sequences is not known")
        spatial = given[2:] if _channel_axis(self) == 1 else given[1:-1]
        if None in spatial:
            raise refused(
                "a ConvLSTM layer needs the sizes of the spatial axes, but one is `None`",
                help="state them in the `Input`",
            )
        channels = axis_size(inputs_shape, _channel_axis(self))
        filters, kernel = self.attrs["filters"], self.attrs["kernel_size"]
        add_weight(machine, self, "kernel", (*kernel, channels, 4 * filters))
        add_weight(machine, self, "recurrent_kernel", (*kernel, filters, 4 * filters))
        if coerce.flag(self.attrs["use_bias"]):
            add_weight(machine, self, "bias", (4 * filters,))
        self.facts["sequence"] = given[1:]

    def get_initial_state(machine: Machine, self: Instance, batch_size: Value = None) -> Value:
        sizes_of = tuple(coerce.dim(size) for size in self.facts["sequence"])
        shape = _output(self, (coerce.dim(batch_size), *sizes_of))
        return ListValue([result(shape, "float32"), result(shape, "float32")])

    def call(machine: Machine, self: Instance, inputs: Value, states: Value, training: Value = False) -> Value:
        tensor, shape = single(inputs)
        channel = _channel_axis(self)
        engine.check_channels(self.attrs["kernel"].shape[-2], shape[channel], "channels")
        output = _output(self, shape)
        kernel, filters = self.attrs["kernel_size"], self.attrs["filters"]
        wide = (*output[:channel], 4 * filters, *(output[channel + 1 :] if channel == 1 else ()))
        machine.add_macs(engine.convolution_macs(wide, shape[channel], kernel))
        machine.add_macs(engine.convolution_macs(wide, filters, kernel))
        for state in flatten(states):
            if isinstance(state, Tensor) and state.shape:
                engine.check_channels(filters, state.shape[channel], "filters")
        return (result(output, like=tensor), ListValue([result(output, like=tensor) for _ in range(2)]))


CELL: ClassValue = ConvLSTMCell  # type: ignore[assignment]


def _above_one(dims: tuple[Dim, ...]) -> bool:
    return any(less(1, dim) is True for dim in dims)


def _declare(rank: int) -> None:
    @layer(f"ConvLSTM{rank}D", kind="recurrent", bases=(RECURRENT,))
    class ConvLSTM:
        def __init__(
            machine: Machine,
            self: Instance,
            filters: Value,
            kernel_size: Value,
            strides: Value = 1,
            padding: Value = "valid",
            data_format: Value = None,
            dilation_rate: Value = 1,
            activation: Value = "tanh",
            recurrent_activation: Value = "sigmoid",
            use_bias: Value = True,
            kernel_initializer: Value = "glorot_uniform",
            recurrent_initializer: Value = "orthogonal",
            bias_initializer: Value = "zeros",
            unit_forget_bias: Value = True,
            kernel_regularizer: Value = None,
            recurrent_regularizer: Value = None,
            bias_regularizer: Value = None,
            activity_regularizer: Value = None,
            kernel_constraint: Value = None,
            recurrent_constraint: Value = None,
            bias_constraint: Value = None,
            dropout: Value = 0.0,
            recurrent_dropout: Value = 0.0,
            seed: Value = None,
            return_sequences: Value = False,
            return_state: Value = False,
            go_backwards: Value = False,
            stateful: Value = False,
            **kwargs: Value,
        ) -> None:
            stride = sizes(strides, rank, "strides", allow_zero=True)
            dilation = sizes(dilation_rate, rank, "dilation_rate")
            if _above_one(stride) and _above_one(dilation):
                raise refused(f"`strides` {stride} above 1 do not go with a `dilation_rate` {dilation} above 1")
            config = {
                "filters": coerce.dim(filters, "filters"),  # Keras 3.15 takes 0 too
                "kernel_size": sizes(kernel_size, rank, "kernel_size"),
                "strides": stride,
                "padding": word(padding, ("valid", "same"), "padding"),
                "data_format": format_of(machine, data_format),
                "dilation_rate": dilation,
                "activation": activation,
                "recurrent_activation": recurrent_activation,
                "use_bias": use_bias,
            }
            if isinstance(config["filters"], int) and config["filters"] < 0:
                raise refused(f"`filters` must not be negative, got {config['filters']}")
            check_dropout({"dropout": dropout, "recurrent_dropout": recurrent_dropout})
            cell = machine.call(CELL, (), config)
            configure_recurrent(
                machine,
                self,
                cell,
                kwargs,
                **config,
                dropout=dropout,
                recurrent_dropout=recurrent_dropout,
                return_sequences=return_sequences,
                return_state=return_state,
                go_backwards=go_backwards,
                stateful=stateful,
            )
            first = self.attrs["data_format"] == "channels_first"
            require(self, Spec(ndim=rank + 3, channel_axis=2 if first else -1))


for _rank in (1, 2, 3):
    _declare(_rank)
