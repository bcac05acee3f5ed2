"""Layers that only move elements: flatten, unflatten, fold, pixel and channel shuffles, upsampling."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

from cnnlint.engine.convolution import fold, unfold
from cnnlint.engine.dimension import symbol, unknown_dim
from cnnlint.engine.errors import ShapeError
from cnnlint.engine.resizing import pixel_shuffle, pixel_unshuffle
from cnnlint.engine.shape import flatten, normalize_axis, unflatten
from cnnlint.engine.windows import pair_padding
from cnnlint.frameworks.coerce import dim, dims, integer, items, known, shape_of, tensor
from cnnlint.frameworks.torch.core import result
from cnnlint.frameworks.torch.layer import functional, given, layer, library_class, of_rank, refuse_flag, settled, start
from cnnlint.interpreter.values import Unknown

if TYPE_CHECKING:
    from cnnlint.engine.dimension import Dim
    from cnnlint.interpreter.machine import Machine
    from cnnlint.interpreter.values import Instance, Value


@layer("Flatten", "flatten", "flatten")
class Flatten:
    def __init__(machine: Machine, self: Instance, start_dim: Value = 1, end_dim: Value = -1) -> None:
        start(self)
        self.attrs |= {"start_dim": start_dim, "end_dim": end_dim}

    def forward(machine: Machine, self: Instance, input: Value) -> Value:
        found = tensor(input)
        first, last = integer(self.attrs["start_dim"], "start_dim"), integer(self.attrs["end_dim"], "end_dim")
        if found.shape is None and (first, last) == (1, -1):
            return result((symbol("batch") if found.free else unknown_dim(), unknown_dim()), like=found)
        shape = shape_of(found)
        for axis in (first, last):
            normalize_axis(axis, max(len(shape), 1))
        return result(flatten(shape, first, last), like=found)


@layer("Unflatten", "reshape", "flatten")
class Unflatten:
    def __init__(machine: Machine, self: Instance, dim: Value, unflattened_size: Value) -> None:
        start(self)
        if not isinstance(unflattened_size, Unknown) and items(unflattened_size) is None:
            raise ShapeError("bad-argument", "`unflattened_size` must be a tuple of integers", exception="TypeError")
        self.attrs |= {"dim": dim, "unflattened_size": unflattened_size}

    def forward(machine: Machine, self: Instance, input: Value) -> Value:
        found = tensor(input)
        refuse_flag(self.attrs["dim"], "dim")
        sizes = [dim(size) for size in items(known(self.attrs["unflattened_size"])) or ()]
        return result(unflatten(shape_of(found), integer(self.attrs["dim"], "dim"), sizes), like=found)


@layer("PixelShuffle", "reshape", "pixelshuffle")
class PixelShuffle:
    def __init__(machine: Machine, self: Instance, upscale_factor: Value) -> None:
        start(self)
        self.attrs["upscale_factor"] = upscale_factor

    def forward(machine: Machine, self: Instance, input: Value) -> Value:
        found = tensor(input)
        factor = integer(self.attrs["upscale_factor"], "upscale_factor")
        return result(pixel_shuffle(shape_of(found), factor), like=found)


@layer("PixelUnshuffle", "reshape", "pixelshuffle")
class PixelUnshuffle:
    def __init__(machine: Machine, self: Instance, downscale_factor: Value) -> None:
        start(self)
        self.attrs["downscale_factor"] = downscale_factor

    def forward(machine: Machine, self: Instance, input: Value) -> Value:
        found = tensor(input)
        factor = integer(self.attrs["downscale_factor"], "downscale_factor")
        return result(pixel_unshuffle(shape_of(found), factor), like=found)


@layer("ChannelShuffle", "reshape", "channelshuffle")
class ChannelShuffle:
    def __init__(machine: Machine, self: Instance, groups: Value) -> None:
        start(self)
        self.attrs["groups"] = groups

    def forward(machine: Machine, self: Instance, input: Value) -> Value:
        return functional("channel_shuffle")(machine, input, self.attrs["groups"])


@layer("Unfold", "reshape", "fold")
class Unfold:
    def __init__(
        machine: Machine,
        self: Instance,
        kernel_size: Value,
        dilation: Value = 1,
        padding: Value = 0,
        stride: Value = 1,
    ) -> None:
        start(self)
        self.attrs |= {"kernel_size": given(kernel_size), "dilation": given(dilation)}
        self.attrs |= {"padding": given(padding), "stride": given(stride)}

    def forward(machine: Machine, self: Instance, input: Value) -> Value:
        found = settled(input, 2)
        few = found.shape is not None and len(found.shape) < 3
        shape = of_rank(found, (3, 4), self, "IndexError" if few else "RuntimeError")
        return result(
            unfold(shape, dims(self.attrs["kernel_size"], 2, "kernel_size", exception="RuntimeError"), **slides(self)),
            like=found,
        )


@layer("Fold", "reshape", "fold")
class Fold:
    def __init__(
        machine: Machine,
        self: Instance,
        output_size: Value,
        kernel_size: Value,
        dilation: Value = 1,
        padding: Value = 0,
        stride: Value = 1,
    ) -> None:
        start(self)
        self.attrs |= {"output_size": given(output_size), "kernel_size": given(kernel_size)}
        self.attrs |= {"dilation": given(dilation), "padding": given(padding), "stride": given(stride)}

    def forward(machine: Machine, self: Instance, input: Value) -> Value:
        found = tensor(input)
        shape_of(found)
        shape = of_rank(found, (2, 3), self)
        sizes, kernel = (
            dims(self.attrs[name], 2, name, exception="RuntimeError") for name in ("output_size", "kernel_size")
        )
        return result(fold(shape, sizes, kernel, **slides(self)), like=found)


class Slide(TypedDict):
    """How the windows of a folding or unfolding move."""

    stride: tuple[Dim, ...]
    dilation: tuple[Dim, ...]
    padding: tuple[tuple[Dim, Dim], ...]


def slides(self: Instance) -> Slide:
    """The options of the layer that say how its windows move."""
    stride, dilation, padding = (
        dims(self.attrs[name], 2, name, exception="RuntimeError") for name in ("stride", "dilation", "padding")
    )
    return {"stride": stride, "dilation": dilation, "padding": pair_padding(padding)}


@layer("Upsample", "reshape", "upsampling")
class Upsample:
    def __init__(
        machine: Machine,
        self: Instance,
        size: Value = None,
        scale_factor: Value = None,
        mode: Value = "nearest",
        align_corners: Value = None,
        recompute_scale_factor: Value = None,
    ) -> None:
        build(self, size, scale_factor, mode, align_corners)
        self.attrs["recompute_scale_factor"] = recompute_scale_factor

    def forward(machine: Machine, self: Instance, input: Value) -> Value:
        attrs = self.attrs
        return functional("interpolate")(
            machine,
            input,
            attrs["size"],
            attrs["scale_factor"],
            attrs["mode"],
            attrs["align_corners"],
            recompute_scale_factor=attrs["recompute_scale_factor"],
        )


def build(self: Instance, size: Value, scale_factor: Value, mode: Value, align_corners: Value) -> None:
    """What every upsampling's constructor does; a scale is kept as a float."""
    start(self)
    scales = None if scale_factor is None or isinstance(scale_factor, Unknown) else items(scale_factor)
    if scales is not None:
        scale: Value = tuple(float(each) if isinstance(each, int) else each for each in scales)
    else:
        scale = float(scale_factor) if isinstance(scale_factor, int) else scale_factor
    self.attrs |= {
        "name": self.cls.name,
        "size": given(size),
        "scale_factor": scale,
        "mode": mode,
        "align_corners": align_corners,
        "recompute_scale_factor": None,
    }


def _nearest(machine: Machine, self: Instance, size: Value = None, scale_factor: Value = None) -> None:
    build(self, size, scale_factor, "nearest", None)


def _bilinear(machine: Machine, self: Instance, size: Value = None, scale_factor: Value = None) -> None:
    build(self, size, scale_factor, "bilinear", True)


for _name, _body in (("UpsamplingNearest2d", _nearest), ("UpsamplingBilinear2d", _bilinear)):
    layer(_name, "reshape", "upsampling", library_class("torch.nn.Upsample"))(type(_name, (), {"__init__": _body}))
