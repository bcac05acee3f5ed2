"""Layers that turn sound into spectrograms."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.engine.convolution import convolution
from cnnlint.engine.dimension import Expr
from cnnlint.frameworks import coerce
from cnnlint.frameworks.keras.arguments import channels_axis, refused, single
from cnnlint.frameworks.keras.arguments import data_format as format_of
from cnnlint.frameworks.keras.core import result
from cnnlint.frameworks.keras.layer import add_weight, configure, initialize, layer
from cnnlint.frameworks.keras.ranges import one_of
from cnnlint.frameworks.keras.spec import Spec, require
from cnnlint.interpreter.values import ListValue

if TYPE_CHECKING:
    from cnnlint.engine.dimension import Dim
    from cnnlint.interpreter.machine import Machine
    from cnnlint.interpreter.values import Instance, Value


@layer("MelSpectrogram")
class MelSpectrogram:
    def __init__(
        machine: Machine,
        self: Instance,
        fft_length: Value = 2048,
        sequence_stride: Value = 512,
        sequence_length: Value = None,
        window: Value = "hann",
        sampling_rate: Value = 16000,
        num_mel_bins: Value = 128,
        min_freq: Value = 20.0,
        max_freq: Value = None,
        power_to_db: Value = True,
        top_db: Value = 80.0,
        mag_exp: Value = 2.0,
        min_power: Value = 1e-10,
        ref_power: Value = 1.0,
        **kwargs: Value,
    ) -> None:
        initialize(machine, self, kwargs)
        coerce.dim(fft_length, "fft_length")
        if isinstance(sequence_length, (tuple, ListValue, str)):
            raise refused(f"`sequence_length` must be an integer, not {coerce.describe(sequence_length)}", "TypeError")
        configure(self, num_mel_bins=coerce.dim(num_mel_bins), sequence_stride=coerce.dim(sequence_stride))

    def call(machine: Machine, self: Instance, inputs: Value) -> Value:
        tensor, shape = single(inputs)
        stride = self.attrs["sequence_stride"]
        length = shape[min(1, len(shape) - 1)] if shape else 0  # Keras reads the second axis, whatever comes behind
        front = shape[:1] if len(shape) > 1 else ()
        return result((*front, self.attrs["num_mel_bins"], (length + stride + 1) // stride), like=tensor)


@layer("STFTSpectrogram")
class STFTSpectrogram:
    def __init__(
        machine: Machine,
        self: Instance,
        mode: Value = "log",
        frame_length: Value = 256,
        frame_step: Value = None,
        fft_length: Value = None,
        window: Value = "hann",
        periodic: Value = False,
        scaling: Value = "density",
        padding: Value = "valid",
        expand_dims: Value = False,
        data_format: Value = None,
        **kwargs: Value,
    ) -> None:
        initialize(machine, self, kwargs)
        length = coerce.dim(frame_length, "frame_length")
        step = None if frame_step is None else coerce.dim(frame_step, "frame_step")
        bins = None if fft_length is None else coerce.dim(fft_length, "fft_length")
        if isinstance(length, int) and isinstance(step, int) and not 1 <= step <= length:
            raise refused(f"`frame_step` must be between 1 and `frame_length`, {length}, got {step}")
        if isinstance(length, int) and isinstance(bins, int) and bins < length:
            raise refused(f"`fft_length` must not be below `frame_length`, {length}, got {bins}")
        one_of("log", "magnitude", "psd", "real", "imag", "angle", "stft")("mode", mode)
        one_of("valid", "same")("padding", padding)
        if scaling is not None:
            one_of("density", "spectrum")("scaling", scaling)
        if isinstance(length, int) and length <= 0:
            raise refused(f"`frame_length` must be positive, got {length}")
        if isinstance(window, (bool, int, float)):
            raise refused(f"`window` must have `frame_length` elements, {length}, not be a number")
        given = None if window is None or isinstance(window, str) else coerce.items(window)
        if given is not None and isinstance(length, int) and len(given) != length:
            raise refused(f"`window` must have `frame_length` elements, {length}, not {len(given)}")
        configure(self, mode=mode, frame_length=length, padding=coerce.text(padding))
        self.attrs["frame_step"] = step or length // 2
        self.attrs["fft_length"] = bins or (1 << (length - 1).bit_length() if isinstance(length, int) else length)
        self.attrs["expand_dims"] = expand_dims
        self.attrs["data_format"] = format_of(machine, data_format)
        require(self, Spec(ndim=3))

    def build(machine: Machine, self: Instance, input_shape: Value) -> None:
        bins = _frequencies(self, doubled=False)
        kernel = (self.attrs["frame_length"], 1, bins)
        mode = self.attrs["mode"]
        if mode != "imag":
            add_weight(machine, self, "real_kernel", kernel)
        if mode != "real":
            add_weight(machine, self, "imag_kernel", kernel)

    def call(machine: Machine, self: Instance, inputs: Value) -> Value:
        tensor, shape = single(inputs)
        axis = channels_axis(self.attrs["data_format"])
        first = axis == "first"
        if isinstance(shape[1 if first else -1], Expr):
            raise refused("the number of channels must be stated, but it is `None`", "TypeError")
        channels = shape[1] if first else shape[-1]
        bins = _frequencies(self, doubled=True)
        made = convolution(
            shape,
            bins * channels,
            (self.attrs["frame_length"],),
            stride=(self.attrs["frame_step"],),
            padding=self.attrs["padding"],
            channels_axis=axis,
        )
        if not coerce.flag(self.attrs["expand_dims"]):
            return result(made, like=tensor)
        time = made[2] if first else made[1]
        return result((made[0], channels, time, bins) if first else (made[0], time, bins, channels), like=tensor)


def _frequencies(self: Instance, *, doubled: bool) -> Dim:
    bins: Dim = self.attrs["fft_length"] // 2 + 1
    return bins * 2 if doubled and self.attrs["mode"] == "stft" else bins
