"""Pooling of `torch.nn.modules.pooling`: max, average, Lp, adaptive, fractional, and max unpooling."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.engine.constraints import clash, require_at_least
from cnnlint.engine.dimension import less
from cnnlint.engine.errors import ShapeError
from cnnlint.engine.pooling import adaptive_pool, max_unpool, pool
from cnnlint.engine.resizing import resize, scaled_size
from cnnlint.engine.shape import text as shape_text
from cnnlint.engine.windows import pair_padding
from cnnlint.frameworks.coerce import dim, dims, flag, items, number, shape_of, truth
from cnnlint.frameworks.torch.core import result
from cnnlint.frameworks.torch.layer import (
    buffer,
    given,
    inner,
    layer,
    library_class,
    of_rank,
    positive,
    rank_of,
    settled,
    spread,
    start,
    windows,
)

if TYPE_CHECKING:
    from cnnlint.engine.dimension import Dim
    from cnnlint.engine.shape import Shape
    from cnnlint.interpreter.machine import Machine
    from cnnlint.interpreter.values import Instance, Tensor, Value


def pooled(self: Instance, input: Value, padding: Value = 0, dilation: Value = 1) -> Tensor:
    """The result of a pooling with the layer's window."""
    rank, attrs = rank_of(self), self.attrs
    found = settled(input, rank)
    kernel = windows(attrs["kernel_size"], rank, "kernel_size")
    stride = attrs["stride"]
    pads = windows(padding, rank, "padding")
    if any(less(width, 0) for width in pads):
        raise ShapeError("bad-argument", f"a padding must not be negative: {pads}")
    if rank == 3 and self.cls.lookup("_whole") is True:
        check_whole(found, kernel)
    few = rank == 2 and found.shape is not None and len(found.shape) < 3 and self.cls.lookup("_whole") is True
    shape = pool(
        of_rank(found, (rank + 1, rank + 2), self, "IndexError" if few else "RuntimeError"),
        kernel,
        stride=kernel if stride is None or items(stride) == () else windows(stride, rank, "stride"),
        padding=pair_padding(pads),
        dilation=windows(dilation, rank, "dilation"),
        ceil_mode=truth(attrs["ceil_mode"], "ceil_mode"),
        unbatched=True,
    )
    return result(shape, like=found)


def check_whole(input: Tensor, kernel: tuple[Dim, ...]) -> None:
    """The window of an average over three axes must fit into the input without its padding.

    From torch `ATen/native/Pool.h` `pool3d_shape_check`.
    """
    sizes = (input.shape or ())[-len(kernel) :]
    for size, width in zip(sizes, kernel, strict=False):
        message = f"the kernel size {width} is larger than the input size {size}"
        error = ShapeError("nonpositive-size", message, expected=f"at least {width}", actual=f"{size}")
        require_at_least(size, width, lambda error=error: error)


def with_indices(self: Instance, output: Tensor) -> Value:
    """The result, with the positions of the maxima if the layer is to return them."""
    if flag(self.attrs["return_indices"]):
        return (output, result(output.shape, "int64"))
    return output


@inner("_MaxPoolNd", "pooling")
class MaxPoolNd:
    def __init__(
        machine: Machine,
        self: Instance,
        kernel_size: Value,
        stride: Value = None,
        padding: Value = 0,
        dilation: Value = 1,
        return_indices: Value = False,
        ceil_mode: Value = False,
    ) -> None:
        start(self)
        self.attrs |= {
            "kernel_size": given(kernel_size),
            "stride": given(kernel_size if stride is None else stride),
            "padding": given(padding),
            "dilation": given(dilation),
            "return_indices": return_indices,
            "ceil_mode": ceil_mode,
        }

    def forward(machine: Machine, self: Instance, input: Value) -> Value:
        return with_indices(self, pooled(self, input, self.attrs["padding"], self.attrs["dilation"]))


@inner("_AvgPoolNd", "pooling")
class AvgPoolNd:
    _whole = True

    def __init__(
        machine: Machine,
        self: Instance,
        kernel_size: Value,
        stride: Value = None,
        padding: Value = 0,
        ceil_mode: Value = False,
        count_include_pad: Value = True,
        divisor_override: Value = None,
    ) -> None:
        start(self)
        self.attrs |= {
            "kernel_size": given(kernel_size),
            "stride": given(kernel_size if stride is None else stride),
            "padding": given(padding),
            "ceil_mode": ceil_mode,
            "count_include_pad": count_include_pad,
            "divisor_override": divisor_override,
        }

    def forward(machine: Machine, self: Instance, input: Value) -> Value:
        truth(self.attrs["count_include_pad"], "count_include_pad")
        return pooled(self, input, self.attrs["padding"])


@layer("AvgPool1d", "pooling", "pooling", library_class("torch.nn.modules.pooling._AvgPoolNd"))
class AvgPool1d:
    _rank = 1

    def __init__(
        machine: Machine,
        self: Instance,
        kernel_size: Value,
        stride: Value = None,
        padding: Value = 0,
        ceil_mode: Value = False,
        count_include_pad: Value = True,
    ) -> None:
        start(self)
        self.attrs |= {
            "kernel_size": spread(kernel_size, 1, "kernel_size"),
            "stride": spread(kernel_size if stride is None else stride, 1, "stride"),
            "padding": spread(padding, 1, "padding"),
            "ceil_mode": ceil_mode,
            "count_include_pad": count_include_pad,
        }


@inner("_LPPoolNd", "pooling")
class LPPoolNd:
    _whole = True

    def __init__(
        machine: Machine,
        self: Instance,
        norm_type: Value,
        kernel_size: Value,
        stride: Value = None,
        ceil_mode: Value = False,
    ) -> None:
        start(self)
        if norm_type == 0:
            raise ShapeError("bad-argument", "`norm_type` must not be 0", exception="ValueError")
        self.attrs |= {
            "norm_type": norm_type,
            "kernel_size": given(kernel_size),
            "stride": given(stride),
            "ceil_mode": ceil_mode,
        }

    def forward(machine: Machine, self: Instance, input: Value) -> Value:
        rank = rank_of(self)
        if rank > 1:
            dims(self.attrs["kernel_size"], rank, "kernel_size")
        made = pooled(self, input)
        if isinstance(self.attrs["norm_type"], str):
            raise ShapeError("bad-argument", "`norm_type` must be a number, not a string", exception="ValueError")
        if rank == 1 and isinstance(self.attrs["kernel_size"], tuple):
            raise ShapeError("bad-argument", "`LPPool1d` takes its kernel size as a number", exception="TypeError")
        return made


@inner("_AdaptiveAvgPoolNd", "pooling")
class AdaptiveAvgPoolNd:
    _averages = True

    def __init__(machine: Machine, self: Instance, output_size: Value) -> None:
        start(self)
        self.attrs["output_size"] = given(output_size)

    def forward(machine: Machine, self: Instance, input: Value) -> Value:
        return adapted(self, input)


@inner("_AdaptiveMaxPoolNd", "pooling")
class AdaptiveMaxPoolNd:
    def __init__(machine: Machine, self: Instance, output_size: Value, return_indices: Value = False) -> None:
        start(self)
        self.attrs |= {"output_size": given(output_size), "return_indices": return_indices}

    def forward(machine: Machine, self: Instance, input: Value) -> Value:
        return with_indices(self, adapted(self, input))


def adapted(self: Instance, input: Value) -> Tensor:
    """The result of an adaptive pooling; `None` keeps the input's size."""
    rank = rank_of(self)
    found = settled(input, rank)
    listed = items(self.attrs["output_size"])
    if rank > 1 and listed is not None and found.shape is not None and len(found.shape) <= len(listed):
        of_rank(found, (len(listed) + 1,), self, "ValueError")
    sizes = output_sizes(self.attrs["output_size"], rank)
    of_one = rank > 1 and all(each == 1 for each in sizes)
    if of_one and found.shape is not None and self.cls.lookup("_averages") is True:
        return over_the_last(self, found)
    shape = of_rank(found, (rank + 1, rank + 2), self)
    return result(adaptive_pool(shape, sizes, unbatched=True), like=found)


def over_the_last(self: Instance, found: Tensor) -> Tensor:
    """An average over all of the last axes, which PyTorch computes as the mean of a tensor of any rank."""
    rank, shape = rank_of(self), shape_of(found)
    if len(shape) < rank:
        of_rank(found, tuple(range(rank, rank + 3)), self, "IndexError")
    return result((*shape[: len(shape) - rank], *(1,) * rank), like=found)


def output_sizes(value: Value, rank: int) -> list[Dim | None]:
    """An output size for each spatial axis, `None` in a tuple where the input's is kept (not for one axis)."""
    listed = items(value) if value is not None else None
    sizes = (value,) * rank if listed is None else listed
    if len(sizes) != rank:
        raise ShapeError(
            "bad-argument", f"`output_size` needs {rank} sizes, got {len(sizes)}", exception="RuntimeError"
        )
    if value is None or (rank == 1 and sizes[0] is None):
        raise ShapeError("bad-argument", "`output_size` must be given as a number", exception="TypeError")
    return [None if size is None else dim(size, "output_size") for size in sizes]


for _family in ("MaxPool", "AvgPool", "LPPool", "AdaptiveAvgPool", "AdaptiveMaxPool"):
    _base = library_class(f"torch.nn.modules.pooling._{_family}Nd")
    for _axes in (1, 2, 3):
        if f"{_family}{_axes}d" != "AvgPool1d":
            layer(f"{_family}{_axes}d", "pooling", "pooling", _base)(type(_family, (), {"_rank": _axes}))


@inner("_FractionalMaxPoolNd", "pooling")
class FractionalMaxPoolNd:
    def __init__(
        machine: Machine,
        self: Instance,
        kernel_size: Value,
        output_size: Value = None,
        output_ratio: Value = None,
        return_indices: Value = False,
        _random_samples: Value = None,
    ) -> None:
        start(self)
        rank = rank_of(self)
        if (output_size is None) == (output_ratio is None):
            what = "one of `output_size` and `output_ratio`, not " + ("both" if output_size is not None else "none")
            raise ShapeError("bad-argument", f"`{self.cls.name}` takes {what}", exception="ValueError")
        ratios = None if output_ratio is None else ratio(output_ratio, rank)
        if ratios is not None and not all(0 < each < 1 for each in ratios):
            raise ShapeError("bad-argument", "`output_ratio` must be between 0 and 1", exception="ValueError")
        kernel = spread(kernel_size, rank, "kernel_size")
        for size in kernel:
            positive(size, f"`kernel_size` must be greater than 0, got {size}")
        self.attrs |= {
            "kernel_size": kernel,
            "return_indices": return_indices,
            "output_size": None if output_size is None else spread(output_size, rank, "output_size"),
            "output_ratio": ratios,
        }
        buffer(self, "_random_samples", _random_samples)

    def forward(machine: Machine, self: Instance, input: Value) -> Value:
        rank, attrs = rank_of(self), self.attrs
        found = settled(input, rank)
        few = found.shape is not None and len(found.shape) <= rank
        shape = of_rank(found, (rank + 1, rank + 2), self, "IndexError" if few else "RuntimeError")
        sizes: list[Dim]
        if attrs["output_size"] is None:
            sizes = [scaled_size(size, each) for size, each in zip(shape[-rank:], attrs["output_ratio"], strict=True)]
        else:
            sizes = list(dims(attrs["output_size"], rank, "output_size", exception="RuntimeError"))
            for size in sizes:
                positive(size + 1, f"`output_size` must not be negative, got {size}", "RuntimeError")
        check_room(shape[-rank:], dims(attrs["kernel_size"], rank, "kernel_size", exception="RuntimeError"), sizes)
        return with_indices(self, result(resize(shape, sizes, unbatched=True), like=found))


def ratio(value: Value, rank: int) -> tuple[float, ...]:
    """An output ratio for each spatial axis."""
    listed = items(value)
    return (number(value),) * rank if listed is None else tuple(number(each) for each in listed)


def check_room(spatial: Shape, kernel: tuple[Dim, ...], sizes: list[Dim]) -> None:
    """The windows of a fractional pooling must fit: `output + kernel - 1` in the input, with one to spare in 3-d.

    From torch `FractionalMaxPool2d.cpp` and `FractionalMaxPool3d.cpp`.
    """
    spare = 1 if len(kernel) == 3 else 0
    for size, width, wanted in zip(spatial, kernel, sizes, strict=True):
        least = wanted + width - 1 + spare
        message = f"a window of {width} and an output of {wanted} do not fit into an input of {size}"
        error = ShapeError("nonpositive-size", message, expected=f"at least {least}", actual=f"{size}")
        require_at_least(size, least, lambda error=error: error)


for _axes in (2, 3):
    layer(
        f"FractionalMaxPool{_axes}d",
        "pooling",
        "pooling",
        library_class("torch.nn.modules.pooling._FractionalMaxPoolNd"),
    )(type("FractionalMaxPool", (), {"_rank": _axes}))


@inner("_MaxUnpoolNd", "pooling")
class MaxUnpoolNd:
    def __init__(
        machine: Machine, self: Instance, kernel_size: Value, stride: Value = None, padding: Value = 0
    ) -> None:
        start(self)
        rank = rank_of(self)
        self.attrs |= {
            "kernel_size": spread(kernel_size, rank, "kernel_size"),
            "stride": spread(kernel_size if stride is None else stride, rank, "stride"),
            "padding": spread(padding, rank, "padding"),
        }

    def forward(machine: Machine, self: Instance, input: Value, indices: Value, output_size: Value = None) -> Value:
        rank, attrs = rank_of(self), self.attrs
        found = settled(input, rank)
        wanted = None if output_size is None else tuple(dim(size) for size in items(output_size) or ())
        if wanted is not None and len(wanted) not in (rank, rank + 2):
            message = f"`output_size` takes {rank} or {rank + 2} sizes, got {len(wanted)}"
            raise ShapeError("bad-argument", message, exception="ValueError")
        shape = max_unpool(
            of_rank(found, (rank + 1, rank + 2), self),
            dims(attrs["kernel_size"], rank, "kernel_size"),
            stride=first(attrs["stride"], rank, "stride"),
            padding=first(attrs["padding"], rank, "padding"),
            output_size=wanted,
        )
        check_indices(found, shape_of(indices, "indices"))
        return result(shape, like=found)


def first(value: Value, rank: int, name: str) -> tuple[Dim, ...]:
    """A number for each axis; more of them than axes are not looked at."""
    listed = items(value)
    return dims(value if listed is None else listed[:rank], rank, name, exception="IndexError")


def check_indices(input: Tensor, indices: Shape) -> None:
    """The positions of the maxima have the input's shape."""
    shape = input.shape
    if shape is not None and (len(shape) != len(indices) or any(map(clash, shape, indices))):
        message = f"an unpooling of {shape_text(shape)} is given indices of the shape {shape_text(indices)}"
        raise ShapeError("size-mismatch", message, expected=shape_text(shape), actual=shape_text(indices))


for _axes in (1, 2, 3):
    layer(f"MaxUnpool{_axes}d", "pooling", "pooling", library_class("torch.nn.modules.pooling._MaxUnpoolNd"))(
        type("MaxUnpool", (), {"_rank": _axes})
    )
