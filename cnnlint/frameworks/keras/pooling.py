"""Pooling layers: windows, global and adaptive, over one to three axes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.engine import pooling as engine
from cnnlint.engine.shape import broadcast
from cnnlint.frameworks import coerce
from cnnlint.frameworks.keras.arguments import channels_axis, refused, single, sizes
from cnnlint.frameworks.keras.arguments import data_format as format_of
from cnnlint.frameworks.keras.core import result
from cnnlint.frameworks.keras.layer import configure, initialize, layer
from cnnlint.frameworks.keras.spec import Spec, require
from cnnlint.interpreter.values import Tensor, Unknown

if TYPE_CHECKING:
    from cnnlint.engine.dimension import Dim
    from cnnlint.interpreter.machine import Machine
    from cnnlint.interpreter.values import Instance, Value


def _channel_axis(self: Instance) -> int:
    return 1 if self.attrs["data_format"] == "channels_first" else -1


def _initialize(
    machine: Machine,
    self: Instance,
    rank: int,
    pool_size: Value,
    strides: Value,
    padding: Value,
    data_format: Value,
    kwargs: dict[str, Value],
) -> None:
    initialize(machine, self, kwargs)
    window = sizes(pool_size, rank, "pool_size")
    configure(
        self,
        pool_size=window,
        padding=coerce.known(padding),
        strides=window if strides is None else sizes(strides, rank, "strides", allow_zero=True),
        data_format=format_of(machine, data_format),
    )
    require(self, Spec(ndim=rank + 2, channel_axis=_channel_axis(self)))


def _pool(self: Instance, inputs: Value) -> Value:
    tensor, shape = single(inputs)
    config = self.attrs
    padding = config["padding"]
    if padding not in ("valid", "same"):
        raise refused(f"`padding` must be 'valid' or 'same', got {padding!r}")
    output = engine.pool(
        shape,
        config["pool_size"],
        stride=config["strides"],
        padding=padding,
        channels_axis=channels_axis(config["data_format"]),
    )
    return result(output, like=tensor)


def _declare_windows(kind: str, short: str, rank: int) -> None:
    two: Value = 2 if rank == 1 else (2,) * rank
    names = (f"{kind}Pooling{rank}D", f"{short}Pool{rank}D")

    if kind == "Average":

        @layer(*names, kind="pooling")
        class AveragePooling:
            def __init__(
                machine: Machine,
                self: Instance,
                pool_size: Value,
                strides: Value = None,
                padding: Value = "valid",
                data_format: Value = None,
                name: Value = None,
                **kwargs: Value,
            ) -> None:
                _initialize(machine, self, rank, pool_size, strides, padding, data_format, {"name": name, **kwargs})

            def call(machine: Machine, self: Instance, inputs: Value) -> Value:
                return _pool(self, inputs)

    else:

        @layer(*names, kind="pooling")
        class MaxPooling:
            def __init__(
                machine: Machine,
                self: Instance,
                pool_size: Value = two,
                strides: Value = None,
                padding: Value = "valid",
                data_format: Value = None,
                name: Value = None,
                **kwargs: Value,
            ) -> None:
                _initialize(machine, self, rank, pool_size, strides, padding, data_format, {"name": name, **kwargs})

            def call(machine: Machine, self: Instance, inputs: Value) -> Value:
                return _pool(self, inputs)


def _pool_all(self: Instance, inputs: Value, rank: int) -> Value:
    tensor, shape = single(inputs)
    axis = channels_axis(self.attrs["data_format"])
    return result(engine.global_pool(shape, rank, channels_axis=axis, keepdims=self.attrs["keepdims"]), like=tensor)


def _declare_global(kind: str, short: str, rank: int) -> None:
    @layer(f"Global{kind}Pooling{rank}D", f"Global{short}Pool{rank}D", kind="global-pooling")
    class GlobalPooling:
        def __init__(
            machine: Machine, self: Instance, data_format: Value = None, keepdims: Value = False, **kwargs: Value
        ) -> None:
            initialize(machine, self, kwargs)
            configure(self, data_format=format_of(machine, data_format), keepdims=coerce.flag(keepdims))
            require(self, Spec(ndim=rank + 2, channel_axis=_channel_axis(self)))

        if kind == "Average" and rank == 1:  # the only one that looks at a mask

            def call(machine: Machine, self: Instance, inputs: Value, mask: Value = None) -> Value:
                if isinstance(mask, Tensor) and mask.shape is not None:  # it gets an axis for the channels
                    at = -1 if self.attrs["data_format"] == "channels_last" else 1
                    axis = at % (len(mask.shape) + 1)
                    broadcast(single(inputs)[1], (*mask.shape[:axis], 1, *mask.shape[axis:]))
                return _pool_all(self, inputs, rank)

        else:

            def call(machine: Machine, self: Instance, inputs: Value) -> Value:
                return _pool_all(self, inputs, rank)


def _output_size(value: Value, rank: int) -> tuple[Dim, ...]:
    """An integer, or a tuple or list of them. Raises ShapeError "bad-argument", Undetermined."""
    if isinstance(value, Tensor):
        raise refused("`output_size` must be an integer or a tuple, not an array", "TypeError")
    return sizes(value, rank, "output_size")


def _exact_format(machine: Machine, value: Value) -> str:
    """The data format where Keras compares the word as it is; what is empty stands for the global setting."""
    if isinstance(value, str) and value and value not in ("channels_last", "channels_first"):
        raise refused(f"`data_format` must be 'channels_last' or 'channels_first', got {value!r}")
    return format_of(machine, value if isinstance(value, Unknown) or coerce.flag(value) else None)


def _declare_adaptive(kind: str, rank: int) -> None:
    @layer(f"Adaptive{kind}Pooling{rank}D", kind="pooling")
    class AdaptivePooling:
        def __init__(
            machine: Machine, self: Instance, output_size: Value, data_format: Value = None, **kwargs: Value
        ) -> None:
            initialize(machine, self, kwargs)
            configure(
                self,
                output_size=_output_size(output_size, rank),
                data_format=_exact_format(machine, data_format),
            )
            require(self, Spec(ndim=rank + 2, channel_axis=_channel_axis(self)))

        def call(machine: Machine, self: Instance, inputs: Value) -> Value:
            tensor, shape = single(inputs)
            wanted: tuple[Dim, ...] = self.attrs["output_size"]
            axis = channels_axis(self.attrs["data_format"])
            return result(engine.adaptive_pool(shape, wanted, channels_axis=axis), like=tensor)


for _rank in (1, 2, 3):
    for _kind, _short in (("Max", "Max"), ("Average", "Avg")):
        _declare_windows(_kind, _short, _rank)
        _declare_global(_kind, _short, _rank)
        _declare_adaptive(_kind, _rank)
