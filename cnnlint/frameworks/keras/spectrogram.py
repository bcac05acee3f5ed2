"""Layers that turn sound into spectrograms."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.engine.convolution import convolution
from cnnlint.engine.errors import Undetermined
from cnnlint.frameworks import coerce
from cnnlint.frameworks.keras.arguments import channels_axis, single
from cnnlint.frameworks.keras.arguments import data_format as format_of
from cnnlint.frameworks.keras.core import result
from cnnlint.frameworks.keras.layer import add_weight, configure, initialize, layer

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
        configure(self, num_mel_bins=coerce.dim(num_mel_bins), sequence_stride=coerce.dim(sequence_stride))

    def call(machine: Machine, self: Instance, inputs: Value) -> Value:
        tensor, shape = single(inputs)
        if not 1 <= len(shape) <= 2:
            raise Undetermined("a spectrogram of more than one channel")
        stride = self.attrs["sequence_stride"]
        return result((*shape[:-1], self.attrs["num_mel_bins"], (shape[-1] + stride + 1) // stride), like=tensor)


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
        configure(self, mode=mode, frame_length=length, padding=coerce.text(padding).lower())
        self.attrs["frame_step"] = length // 2 if frame_step is None else coerce.dim(frame_step, "frame_step")
        self.attrs["fft_length"] = length if fft_length is None else coerce.dim(fft_length, "fft_length")
        self.attrs["expand_dims"] = expand_dims
        self.attrs["data_format"] = format_of(machine, data_format)

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
