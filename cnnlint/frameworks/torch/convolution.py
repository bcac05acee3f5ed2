"""`Conv1d` … `ConvTranspose3d` and their lazy forms."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.engine.convolution import (
    check_channels,
    check_groups,
    check_same_stride,
    convolution,
    convolution_macs,
    output_padding_for,
    torch_transposed_size,
    transposed_convolution,
    transposed_convolution_macs,
)
from cnnlint.engine.dimension import exact_quotient, less
from cnnlint.engine.errors import ShapeError
from cnnlint.engine.resizing import pad_spatial
from cnnlint.frameworks.coerce import dim, dims, flag, items, shape_of, tensor
from cnnlint.frameworks.torch.core import result
from cnnlint.frameworks.torch.ending import refuse_type
from cnnlint.frameworks.torch.layer import (
    become_known,
    inner,
    layer,
    library_class,
    of_rank,
    option,
    parameter,
    rank_of,
    settled,
    spread,
    start,
    windows,
)
from cnnlint.frameworks.torch.remedies import Remedied
from cnnlint.interpreter.values import ListValue

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnnlint.engine.dimension import Dim
    from cnnlint.engine.shape import Shape
    from cnnlint.interpreter.machine import Machine
    from cnnlint.interpreter.values import Instance, Value

PADDING_MODES = ("zeros", "reflect", "replicate", "circular")


def build(
    self: Instance,
    in_channels: Value,
    out_channels: Value,
    kernel_size: Value,
    stride: Value,
    padding: Value,
    dilation: Value,
    groups: Value,
    bias: Value,
    padding_mode: Value,
    dtype: Value,
    *,
    transposed: bool = False,
    output_padding: Value = 0,
) -> None:
    """What every convolution's constructor does."""
    start(self)
    rank = rank_of(self)
    kernel, strides, dilations = spread(kernel_size, rank, "kernel_size"), spread(stride, rank), spread(dilation, rank)
    mode = option(padding_mode, ("zeros",) if transposed else PADDING_MODES, "padding_mode")
    inputs, outputs = dim(in_channels, "in_channels"), dim(out_channels, "out_channels")
    count = dim(groups, "groups")
    check_groups(inputs, outputs, count)
    pads = check_padding(padding, strides, rank)
    self.attrs |= {
        "in_channels": inputs,
        "out_channels": outputs,
        "kernel_size": kernel,
        "stride": strides,
        "padding": pads,
        "dilation": dilations,
        "transposed": transposed,
        "output_padding": spread(output_padding, rank),
        "groups": count,
        "padding_mode": mode,
    }
    self.facts["dtype"] = dtype
    weigh(self, flag(bias))


def check_padding(padding: Value, strides: tuple[Dim, ...], rank: int) -> Value:
    """A padding as the layer keeps it: "same", "valid" or one number for each axis."""
    if not isinstance(padding, str):
        return spread(padding, rank, "padding")
    option(padding, ("same", "valid"), "padding")
    if padding == "same":
        check_same_stride(strides)
    return padding


def weigh(self: Instance, bias: bool) -> None:
    """Register the weight and the bias."""
    attrs = self.attrs
    inputs, outputs, groups = attrs["in_channels"], attrs["out_channels"], attrs["groups"]
    first, second = (inputs, outputs) if attrs["transposed"] else (outputs, inputs)
    share = second if groups == 1 else exact_quotient(second, groups)
    dtype = self.facts["dtype"]
    if share is None:
        share = second // groups
    parameter(self, "weight", (first, share, *attrs["kernel_size"]), dtype)
    if bias:
        parameter(self, "bias", (outputs,), dtype)
    else:
        attrs["bias"] = None


@inner("_ConvNd", "conv")
class ConvNd:
    def __init__(
        machine: Machine,
        self: Instance,
        in_channels: Value,
        out_channels: Value,
        kernel_size: Value,
        stride: Value = 1,
        padding: Value = 0,
        dilation: Value = 1,
        groups: Value = 1,
        bias: Value = True,
        padding_mode: Value = "zeros",
        device: Value = None,
        dtype: Value = None,
    ) -> None:
        build(
            self, in_channels, out_channels, kernel_size, stride, padding, dilation, groups, bias, padding_mode, dtype
        )

    def forward(machine: Machine, self: Instance, input: Value) -> Value:
        complete(machine, self, input)
        with Remedied(tensor(input), 1, rank_of(self) + 2):
            return convolve(machine, self, input, self.attrs["weight"], self.attrs["bias"])

    def _conv_forward(machine: Machine, self: Instance, input: Value, weight: Value, bias: Value) -> Value:
        return convolve(machine, self, input, weight, bias)

    def reset_parameters(machine: Machine, self: Instance) -> None: ...

    @property
    def _reversed_padding_repeated_twice(machine: Machine, self: Instance) -> Value:
        return ListValue([width for pair in reversed(margins(self)) for width in pair])


def weight_shape(self: Instance, weight: Value) -> Shape:
    """The shape of a weight that must have the kernel's axes and two more."""
    shape = shape_of(weight, "weight")
    if len(shape) != rank_of(self) + 2:
        message = f"`{self.cls.name}` needs a kernel of {rank_of(self)} sizes, got {len(shape) - 2}"
        raise ShapeError("bad-argument", message)
    return shape


def refuse_negative(padding: Sequence[Dim]) -> None:
    """Padding cannot crop."""
    if any(less(width, 0) for width in padding):
        raise ShapeError("bad-argument", f"a padding must not be negative: {', '.join(map(str, padding))}")


def margins(self: Instance) -> list[tuple[Dim, Dim]]:
    """The widths before and after each spatial axis."""
    rank, padding = rank_of(self), self.attrs["padding"]
    if padding == "valid":
        return [(0, 0)] * rank
    if padding == "same":
        spans = zip(
            windows(self.attrs["dilation"], rank, "dilation"),
            windows(self.attrs["kernel_size"], rank, "kernel_size"),
            strict=True,
        )
        totals = [dilation * (size - 1) for dilation, size in spans]
        return [(total // 2, total - total // 2) for total in totals]
    return [(size, size) for size in windows(padding, rank, "padding")]


def convolve(machine: Machine, self: Instance, input: Value, weight: Value, bias: Value) -> Value:
    """A convolution with the layer's options and these weights, padded first where its mode is not zeros."""
    rank, attrs, groups = rank_of(self), self.attrs, self.attrs["groups"]
    filters, share, *kernel = weight_shape(self, weight)
    found = settled(input, rank, share * groups)
    refuse_type(machine, found, weight, self.cls.name)
    shape = of_rank(found, (rank + 1, rank + 2), self)
    widths: Sequence[tuple[Dim, Dim]] = margins(self)
    if attrs["padding_mode"] != "zeros":
        check_channels(share * groups, shape[-rank - 1])
        shape, widths = pad_spatial(shape, widths, mode=attrs["padding_mode"], unbatched=True), ((0, 0),) * rank
    refuse_negative([before for before, _ in widths])
    shape = convolution(
        shape,
        filters,
        kernel,
        stride=windows(attrs["stride"], rank, "stride"),
        padding=widths,
        dilation=windows(attrs["dilation"], rank, "dilation"),
        groups=groups,
        in_channels=share * groups,
        unbatched=True,
    )
    machine.add_macs(convolution_macs(shape, share * groups, kernel, groups))
    return result(shape, like=found)


CONV = library_class("torch.nn.modules.conv._ConvNd")


@layer("Conv1d", "convolution", "conv", CONV)
class Conv1d:
    _rank = 1


@layer("Conv2d", "convolution", "conv", CONV)
class Conv2d:
    _rank = 2


@layer("Conv3d", "convolution", "conv", CONV)
class Conv3d:
    _rank = 3


@inner("_ConvTransposeNd", "conv", CONV)
class ConvTransposeNd:
    def __init__(
        machine: Machine,
        self: Instance,
        in_channels: Value,
        out_channels: Value,
        kernel_size: Value,
        stride: Value = 1,
        padding: Value = 0,
        output_padding: Value = 0,
        groups: Value = 1,
        bias: Value = True,
        dilation: Value = 1,
        padding_mode: Value = "zeros",
        device: Value = None,
        dtype: Value = None,
    ) -> None:
        build(
            self,
            in_channels,
            out_channels,
            kernel_size,
            stride,
            padding,
            dilation,
            groups,
            bias,
            padding_mode,
            dtype,
            transposed=True,
            output_padding=output_padding,
        )

    def forward(machine: Machine, self: Instance, input: Value, output_size: Value = None) -> Value:
        with Remedied(tensor(input), 1, rank_of(self) + 2):
            return convolve_transposed(machine, self, input, output_size)


def convolve_transposed(machine: Machine, self: Instance, input: Value, output_size: Value) -> Value:
    """A transposed convolution; a stated output size chooses the output padding."""
    complete(machine, self, input)
    rank, attrs, groups = rank_of(self), self.attrs, self.attrs["groups"]
    channels, share, *kernel = weight_shape(self, attrs["weight"])
    found = settled(input, rank, channels)
    shape = of_rank(found, (rank + 1, rank + 2), self)
    if isinstance(attrs["padding"], str):
        raise ShapeError("bad-argument", "a transposed convolution needs its padding as numbers", exception="TypeError")
    pads = windows(attrs["padding"], rank, "padding")
    refuse_negative(pads)
    extra = attrs["output_padding"] if output_size is None else extra_padding(self, shape, output_size)
    made = transposed_convolution(
        shape,
        share * groups,
        kernel,
        output_padding=windows(extra, rank, "output_padding"),
        groups=groups,
        in_channels=channels,
        unbatched=True,
        stride=windows(attrs["stride"], rank, "stride"),
        padding=pads,
        dilation=windows(attrs["dilation"], rank, "dilation"),
    )
    machine.add_macs(transposed_convolution_macs(shape, share * groups, kernel, groups))
    return result(made, like=found)


def extra_padding(self: Instance, shape: Shape, output_size: Value) -> tuple[Dim, ...]:
    """The output padding that leads to `output_size`; a ValueError if the layer cannot make that size."""
    rank, attrs = rank_of(self), self.attrs
    listed = items(output_size)
    wanted = dims(output_size, rank) if listed is None else tuple(dim(size) for size in listed)
    if len(wanted) == len(shape):
        wanted = wanted[-rank:]
    if len(wanted) != rank:
        raise ShapeError("bad-argument", f"`output_size` needs {rank} sizes, got {len(wanted)}", exception="ValueError")
    rows = zip(
        *(shape[-rank:], attrs["kernel_size"], attrs["stride"], attrs["padding"], attrs["dilation"], wanted),
        strict=True,
    )
    return tuple(
        output_padding_for(torch_transposed_size(size, kernel, stride, pad, 0, dilation), asked, stride)
        for size, kernel, stride, pad, dilation, asked in rows
    )


TRANSPOSED = library_class("torch.nn.modules.conv._ConvTransposeNd")


@layer("ConvTranspose1d", "convolution", "conv", TRANSPOSED)
class ConvTranspose1d:
    _rank = 1


@layer("ConvTranspose2d", "convolution", "conv", TRANSPOSED)
class ConvTranspose2d:
    _rank = 2


@layer("ConvTranspose3d", "convolution", "conv", TRANSPOSED)
class ConvTranspose3d:
    _rank = 3


LAZY = "lazy"
"""The fact that a layer waits for its first input to know its weights; its value says whether there is a bias."""


def postpone(self: Instance) -> None:
    """Make the weights unknown until the first input tells the channels."""
    self.facts[LAZY] = self.attrs["bias"] is not None
    self.attrs["in_channels"] = 0
    for name in ("weight", "bias"):
        if self.attrs[name] is not None:
            self.attrs[name].shape = None


def complete(machine: Machine, self: Instance, input: Value) -> None:
    """Take the number of channels of a lazy layer from its first input."""
    if LAZY not in self.facts:
        return
    rank = rank_of(self)
    shape = of_rank(settled(input, rank), (rank + 1, rank + 2), self)
    machine.touch(self)
    bias = self.facts.pop(LAZY)
    self.attrs["in_channels"] = shape[-rank - 1]
    check_groups(shape[-rank - 1], self.attrs["out_channels"], self.attrs["groups"])
    weigh(self, bias)
    become_known(self)


def _lazy_convolution(
    machine: Machine,
    self: Instance,
    out_channels: Value,
    kernel_size: Value,
    stride: Value = 1,
    padding: Value = 0,
    dilation: Value = 1,
    groups: Value = 1,
    bias: Value = True,
    padding_mode: Value = "zeros",
    device: Value = None,
    dtype: Value = None,
) -> None:
    build(self, 0, out_channels, kernel_size, stride, padding, dilation, groups, bias, padding_mode, dtype)
    postpone(self)


def _lazy_transposed(
    machine: Machine,
    self: Instance,
    out_channels: Value,
    kernel_size: Value,
    stride: Value = 1,
    padding: Value = 0,
    output_padding: Value = 0,
    groups: Value = 1,
    bias: Value = True,
    dilation: Value = 1,
    padding_mode: Value = "zeros",
    device: Value = None,
    dtype: Value = None,
) -> None:
    build(
        self,
        0,
        out_channels,
        kernel_size,
        stride,
        padding,
        dilation,
        groups,
        bias,
        padding_mode,
        dtype,
        transposed=True,
        output_padding=output_padding,
    )
    postpone(self)


for _rank in (1, 2, 3):
    for _name, _body in ((f"Conv{_rank}d", _lazy_convolution), (f"ConvTranspose{_rank}d", _lazy_transposed)):
        _base = library_class(f"torch.nn.{_name}")
        layer(f"Lazy{_name}", "convolution", "conv", _base)(type(_name, (), {"__init__": _body}))
