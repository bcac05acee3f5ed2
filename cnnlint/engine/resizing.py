"""Operations that only change how large the map is: upsampling, padding, cropping, pixel shuffling."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import TYPE_CHECKING

from cnnlint.engine.constraints import require_at_least, require_multiple
from cnnlint.engine.dimension import Dim, floor_div
from cnnlint.engine.dimension import text as dim_text
from cnnlint.engine.errors import ShapeError, Undetermined
from cnnlint.engine.reshaping import pad
from cnnlint.engine.windows import ChannelsAxis, put_together, take_apart

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnnlint.engine.reshaping import Shape


def scaled_size(size: Dim, scale: float | Dim) -> Dim:
    """`floor(size * scale)` (torch `nn/functional.py` `interpolate`); a float counts as the exact number that it is.

    Raises Undetermined for an open size and a float that is no small fraction.
    """
    if not isinstance(scale, float):
        return size * scale
    if isinstance(size, int):
        return math.floor(float(size) * scale)
    numerator, denominator = Fraction(scale).as_integer_ratio()
    if denominator > 2**10 or numerator > 2**20:
        raise Undetermined(f"{dim_text(size)} scaled by {scale}")
    return floor_div(size * numerator, denominator)


def upsample(
    shape: Shape,
    scales: Sequence[float | Dim],
    *,
    channels_axis: ChannelsAxis = "first",
    unbatched: bool = False,
) -> Shape:
    """Every spatial size times its scale, rounded down, even to 0. Raises ShapeError `rank-mismatch`, Undetermined."""
    leading, channels, spatial = take_apart(shape, len(scales), channels_axis, unbatched=unbatched)
    sizes = [scaled_size(size, scale) for size, scale in zip(spatial, scales, strict=True)]
    return put_together(leading, channels, sizes, channels_axis)


def resize(
    shape: Shape, sizes: Sequence[Dim], *, channels_axis: ChannelsAxis = "first", unbatched: bool = False
) -> Shape:
    """Other spatial sizes, whatever they were. Raises ShapeError `rank-mismatch`."""
    leading, channels, _ = take_apart(shape, len(sizes), channels_axis, unbatched=unbatched)
    return put_together(leading, channels, sizes, channels_axis)


def pad_spatial(
    shape: Shape,
    widths: Sequence[tuple[Dim, Dim]],
    *,
    mode: str = "constant",
    channels_axis: ChannelsAxis = "first",
    unbatched: bool = False,
) -> Shape:
    """Widths before and after every spatial axis; see `shape.pad` for the modes and the errors."""
    leading, channels, spatial = take_apart(shape, len(widths), channels_axis, unbatched=unbatched)
    return put_together(leading, channels, pad(spatial, widths, mode), channels_axis)


def crop_spatial(
    shape: Shape, widths: Sequence[tuple[Dim, Dim]], *, channels_axis: ChannelsAxis = "last", unbatched: bool = False
) -> Shape:
    """Keras's `Cropping*D`: widths taken away at both ends. Raises ShapeError `nonpositive-size`, `rank-mismatch`."""
    leading, channels, spatial = take_apart(shape, len(widths), channels_axis, unbatched=unbatched)
    sizes = [_cropped(size, *width) for size, width in zip(spatial, widths, strict=True)]
    return put_together(leading, channels, sizes, channels_axis)


def _cropped(size: Dim, before: Dim, after: Dim) -> Dim:
    rest = size - before - after
    require_at_least(
        rest,
        1,
        lambda: ShapeError(
            "nonpositive-size",
            f"cropping {dim_text(before)} and {dim_text(after)} leaves nothing of the size {dim_text(size)}",
            expected=f"more than {dim_text(before + after)}",
            actual=dim_text(size),
            exception="ValueError",
        ),
    )
    return rest


def pixel_shuffle(shape: Shape, factor: int, *, channels_axis: ChannelsAxis = "first") -> Shape:
    """(…, C * factor², H, W) to (…, C, H * factor, W * factor). Raises ShapeError `channel-mismatch`."""
    leading, channels, (height, width) = _image(shape, channels_axis)
    area = factor * factor
    _check_factor(factor)
    require_multiple(
        channels,
        area,
        lambda: ShapeError(
            "channel-mismatch",
            f"the input has {dim_text(channels)} channels, which {area} (the factor {factor} squared) does not divide",
            expected=f"a multiple of {area}",
            actual=dim_text(channels),
        ),
    )
    return put_together(leading, floor_div(channels, area), (height * factor, width * factor), channels_axis)


def pixel_unshuffle(shape: Shape, factor: int, *, channels_axis: ChannelsAxis = "first") -> Shape:
    """(…, C, H * factor, W * factor) to (…, C * factor², H, W). Raises ShapeError `size-mismatch`."""
    leading, channels, spatial = _image(shape, channels_axis)
    _check_factor(factor)
    sizes = [_divided(*axis, factor) for axis in zip(("height", "width"), spatial, strict=True)]
    return put_together(leading, channels * factor * factor, sizes, channels_axis)


def _divided(name: str, size: Dim, factor: int) -> Dim:
    require_multiple(
        size,
        factor,
        lambda: ShapeError(
            "size-mismatch",
            f"the {name} {dim_text(size)} is no multiple of the factor {factor}",
            expected=f"a multiple of {factor}",
            actual=dim_text(size),
        ),
    )
    return floor_div(size, factor)


def _check_factor(factor: int) -> None:
    if factor < 1:
        raise ShapeError("bad-argument", f"the factor is {factor}, but has to be above 0")


def _image(shape: Shape, channels_axis: ChannelsAxis) -> tuple[Shape, Dim, Shape]:
    """As `take_apart`, with any number of axes in front."""
    front = max(len(shape) - 3, 0)
    _, channels, spatial = take_apart(shape[front:], 2, channels_axis, unbatched=True)
    return shape[:front], channels, spatial
