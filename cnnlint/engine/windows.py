"""Windows that slide over the spatial axes: where those axes are, and how often a window fits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

from cnnlint.engine.broadcasting import text
from cnnlint.engine.constraints import require_at_least
from cnnlint.engine.dimension import Dim, ceil_div, equal, floor_div, minimum
from cnnlint.engine.dimension import text as dim_text
from cnnlint.engine.errors import ShapeError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnnlint.engine.reshaping import Shape

ChannelsAxis: TypeAlias = Literal["first", "last"]
Padding: TypeAlias = "str | Sequence[tuple[Dim, Dim]]"
"""`valid`, `same`, `full`, `causal`, or the widths before and after for each spatial axis."""


def take_apart(
    shape: Shape, rank: int, channels_axis: ChannelsAxis, *, unbatched: bool = False
) -> tuple[Shape, Dim, Shape]:
    """The batch axis (or none), the channels and the `rank` spatial sizes. Raises ShapeError `rank-mismatch`.

    `unbatched`: an input without a batch axis is taken too, as PyTorch does.
    """
    leading = len(shape) - rank - 1
    if leading != 1 and not (unbatched and leading == 0):
        allowed = f"{rank + 1} or {rank + 2}" if unbatched else str(rank + 2)
        raise ShapeError(
            "rank-mismatch",
            f"a {rank}d layer needs an input of {allowed} dimensions, but the input {text(shape)} has {len(shape)}",
            expected=allowed,
            actual=str(len(shape)),
        )
    if channels_axis == "first":
        return shape[:leading], shape[leading], shape[leading + 1 :]
    return shape[:leading], shape[-1], shape[leading:-1]


def put_together(leading: Shape, channels: Dim, spatial: Sequence[Dim], channels_axis: ChannelsAxis) -> Shape:
    """The shape that `take_apart` takes apart."""
    return (*leading, channels, *spatial) if channels_axis == "first" else (*leading, *spatial, channels)


def check_positive(name: str, values: Sequence[Dim]) -> None:
    """A size, stride or rate of 0 or less is a `bad-argument`."""
    for value in values:
        require_at_least(
            value,
            1,
            lambda: ShapeError(
                "bad-argument",
                f"`{name}` is {times(values)}, but has to be above 0",
                expected="at least 1",
                actual=times(values),
            ),
        )


def effective_kernel(kernel: Dim, dilation: Dim = 1) -> Dim:
    """The width that a kernel spans: `dilation * (kernel - 1) + 1`."""
    return dilation * (kernel - 1) + 1


def pair_padding(padding: Sequence[Dim]) -> tuple[tuple[Dim, Dim], ...]:
    """The same width before and after."""
    return tuple((width, width) for width in padding)


def window_size(
    size: Dim,
    kernel: Dim,
    stride: Dim = 1,
    padding: str | tuple[Dim, Dim] = "valid",
    dilation: Dim = 1,
    ceil_mode: bool = False,
) -> Dim:
    """How many windows fit on one axis; raises ShapeError `nonpositive-size` where none does.

    Numbers and "valid": `(size + before + after - effective) // stride + 1` (keras `operation_utils.py`
    `compute_conv_output_shape`, torch `conv_output_size`). "same" and "causal": `ceil(size / stride)`, from the former.
    "full": padding by `effective - 1`. `ceil_mode`: rounded up, but the last window has to start inside the input or
    the padding before it (torch `pooling_output_shape_pad_lr`).
    """
    return window_sizes(
        (size,),
        (kernel,),
        (stride,),
        padding if isinstance(padding, str) else (padding,),
        (dilation,),
        ceil_mode=ceil_mode,
    )[0]


def window_sizes(
    spatial: Sequence[Dim],
    kernel: Sequence[Dim],
    stride: Sequence[Dim],
    padding: Padding = "valid",
    dilation: Sequence[Dim] | None = None,
    *,
    ceil_mode: bool = False,
) -> tuple[Dim, ...]:
    """`window_size` for every spatial axis."""
    dilation = dilation or (1,) * len(spatial)
    for name, values in (("kernel_size", kernel), ("stride", stride), ("dilation", dilation)):
        check_positive(name, values)
    if isinstance(padding, str) and padding in {"same", "causal"}:
        return tuple(ceil_div(size, step) for size, step in zip(spatial, stride, strict=True))
    widths = [effective_kernel(*pair) for pair in zip(kernel, dilation, strict=True)]
    pads = _paddings(padding, widths)
    padded = [size + before + after for size, (before, after) in zip(spatial, pads, strict=True)]
    result: list[Dim] = []
    for size, width, step, (before, _), whole in zip(spatial, widths, stride, pads, padded, strict=True):
        rest = whole - width
        # Rounded up, a window may hang over the end by less than a stride.
        least = 1 - step if ceil_mode else 0
        require_at_least(rest, least, lambda: _does_not_fit(kernel, widths, spatial, padded))
        if ceil_mode:
            result.append(minimum(ceil_div(rest, step) + 1, ceil_div(size + before, step)))
        else:
            result.append(floor_div(rest, step) + 1)
    return tuple(result)


def _paddings(padding: Padding, widths: Sequence[Dim]) -> Sequence[tuple[Dim, Dim]]:
    if not isinstance(padding, str):
        return padding
    if padding == "valid":
        return [(0, 0)] * len(widths)
    if padding == "full":
        return [(width - 1, width - 1) for width in widths]
    raise ShapeError("bad-argument", f"`padding` is {padding!r}", actual=padding, exception="ValueError")


def _does_not_fit(
    kernel: Sequence[Dim], widths: Sequence[Dim], spatial: Sequence[Dim], padded: Sequence[Dim]
) -> ShapeError:
    spread = "" if list(kernel) == list(widths) else f" spread to {times(widths)}"
    kind = "input" if list(spatial) == list(padded) else "padded input"
    return ShapeError(
        "nonpositive-size",
        f"kernel {times(kernel)}{spread} does not fit into the {kind} {times(padded)}",
        expected=f"at least {times(widths)}",
        actual=times(padded),
    )


def times(sizes: Sequence[Dim]) -> str:
    """`3x3`."""
    return "x".join(written if " " not in (written := dim_text(size)) else f"({written})" for size in sizes)


def check_same_stride(stride: Sequence[Dim]) -> None:
    """PyTorch takes `padding="same"` with stride 1 only. Raises ShapeError `bad-argument`."""
    if any(equal(step, 1) is False for step in stride):
        raise ShapeError(
            "bad-argument",
            f'`padding="same"` is not supported with stride {times(stride)}',
            expected="1",
            actual=times(stride),
            exception="ValueError",
        )
