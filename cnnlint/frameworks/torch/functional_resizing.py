"""Interpolation, padding, pixel shuffles and sampling grids of `torch.nn.functional`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.engine import resizing
from cnnlint.engine import shape as shapes
from cnnlint.engine.constraints import require_at_least, require_equal, require_multiple
from cnnlint.engine.dimension import Dim, Expr, less
from cnnlint.engine.dimension import text as dim_text
from cnnlint.engine.errors import ShapeError
from cnnlint.frameworks.coerce import dim as dimension
from cnnlint.frameworks.coerce import integer, items, number, shape_of, tensor, text
from cnnlint.frameworks.coerce import shape as shape_argument
from cnnlint.frameworks.torch.core import result
from cnnlint.frameworks.torch.operation import operation
from cnnlint.interpreter.values import Unknown

if TYPE_CHECKING:
    from cnnlint.engine.shape import Shape
    from cnnlint.interpreter.machine import Machine
    from cnnlint.interpreter.values import Tensor, Value

F = "torch.nn.functional"

RANKS = {
    "nearest": (3, 4, 5),
    "nearest-exact": (3, 4, 5),
    "area": (3, 4, 5),
    "linear": (3,),
    "bilinear": (4,),
    "bicubic": (4,),
    "lanczos": (4,),
    "trilinear": (5,),
}
"""How many dimensions an input has in each mode of interpolation."""


def _refused(message: str, exception: str = "ValueError", kind: str = "bad-argument") -> ShapeError:
    return ShapeError(kind, message, exception=exception)


@operation(f"{F}.interpolate")
def interpolate(
    machine: Machine,
    input: Value,
    size: Value = None,
    scale_factor: Value = None,
    mode: Value = "nearest",
    align_corners: Value = None,
    recompute_scale_factor: Value = None,
    antialias: Value = False,
) -> Tensor:
    x = tensor(input)
    how = text(mode, "mode")
    ranks = RANKS.get(how)
    if ranks is None:
        raise _refused(f'`mode` cannot be "{how}"', "NotImplementedError")
    if align_corners is not None and how in ("nearest", "area", "nearest-exact"):
        raise _refused(f'`align_corners` cannot be set in the mode "{how}"')
    if (size is None) == (scale_factor is None):
        what = "only one of `size` and `scale_factor`" if size is not None else "either `size` or `scale_factor`"
        raise _refused(f"`interpolate` takes {what}")
    shape = shape_of(x)
    axes = len(shape) - 2
    sizes = None if size is None else _sizes(size, axes)
    scales = None if scale_factor is None else _scales(scale_factor, axes)
    if sizes is not None and recompute_scale_factor is True:
        raise _refused("`recompute_scale_factor` is for a `scale_factor`, not for a `size`")
    if len(shape) not in ranks:
        allowed = " or ".join(map(str, ranks))
        raise ShapeError(
            "rank-mismatch",
            f'`interpolate` in the mode "{how}" takes an input with {allowed} dimensions, got {shapes.text(shape)}',
            expected=allowed,
            actual=str(len(shape)),
            exception="NotImplementedError",
        )
    made = resizing.resize(shape, sizes) if sizes is not None else resizing.upsample(shape, scales or [])
    if how != "area":
        for each in made[2:]:
            require_at_least(each, 1, lambda: _nothing_left(shape, made))
    return result(made, like=x)


def _nothing_left(before: Shape, after: Shape) -> ShapeError:
    return ShapeError(
        "nonpositive-size",
        f"`interpolate` makes {shapes.text(after)} of {shapes.text(before)}",
        expected="at least 1",
        actual=shapes.text(after[2:]),
        exception="RuntimeError",
    )


def _sizes(value: Value, axes: int) -> tuple[Dim, ...]:
    given = None if isinstance(value, Unknown) and value.symbol else items(value)
    if given is None:
        return (dimension(value, "size"),) * axes
    if len(given) != axes:
        raise _refused(f"`size` has {len(given)} numbers for {axes} spatial axes")
    return tuple(dimension(each, "size") for each in given)


def _scales(value: Value, axes: int) -> list[float | Dim]:
    given = None if isinstance(value, Unknown) and value.symbol else items(value)
    if given is not None and len(given) != axes:
        raise _refused(f"`scale_factor` has {len(given)} numbers for {axes} spatial axes")
    return [_scale(each) for each in ((value,) * axes if given is None else given)]


def _scale(value: Value) -> float | Dim:
    if isinstance(value, Expr) or (isinstance(value, Unknown) and value.symbol):
        return dimension(value)
    scale = number(value, "scale_factor")
    return int(scale) if float(scale).is_integer() else scale


@operation(f"{F}.upsample")
def upsample(
    machine: Machine,
    input: Value,
    size: Value = None,
    scale_factor: Value = None,
    mode: Value = "nearest",
    align_corners: Value = None,
) -> Tensor:
    return interpolate(machine, input, size, scale_factor, mode, align_corners)


@operation(f"{F}.upsample_nearest")
def upsample_nearest(machine: Machine, input: Value, size: Value = None, scale_factor: Value = None) -> Tensor:
    return interpolate(machine, input, size, scale_factor)


@operation(f"{F}.upsample_bilinear")
def upsample_bilinear(machine: Machine, input: Value, size: Value = None, scale_factor: Value = None) -> Tensor:
    return interpolate(machine, input, size, scale_factor, "bilinear", True)


@operation(f"{F}.pad", "torch._C._nn.pad")
def pad(machine: Machine, input: Value, pad: Value, mode: Value = "constant", value: Value = None) -> Tensor:
    x = tensor(input)
    widths = shape_argument(pad, "pad")
    how = text(mode, "mode")
    if how not in ("constant", "reflect", "replicate", "circular"):
        raise _refused(f'`mode` cannot be "{how}"', "NotImplementedError")
    if len(widths) % 2:
        raise _refused(f"`pad` needs pairs of widths, got {len(widths)} numbers", "RuntimeError")
    shape = shape_of(x)
    pairs = [(widths[at], widths[at + 1]) for at in range(0, len(widths), 2)][::-1]
    if how != "constant" and len(shape) not in (len(pairs) + 1, len(pairs) + 2):
        raise ShapeError(
            "rank-mismatch",
            f'`pad` with {len(widths)} widths in the mode "{how}" does not fit the input {shapes.text(shape)}',
            expected=f"{len(pairs) + 1} or {len(pairs) + 2}",
            actual=str(len(shape)),
            exception="NotImplementedError",
        )
    return result(shapes.pad(shape, pairs, how), like=x)


@operation("torch.constant_pad_nd")
def constant_pad_nd(machine: Machine, input: Value, pad: Value, value: Value = 0) -> Tensor:
    x = tensor(input)
    widths = shape_argument(pad, "pad")
    pairs = [(widths[at], widths[at + 1]) for at in range(0, len(widths), 2)][::-1]
    return result(shapes.pad(shape_of(x), pairs), like=x)


@operation(f"{F}.pixel_shuffle", "torch.pixel_shuffle")
def pixel_shuffle(machine: Machine, input: Value, upscale_factor: Value) -> Tensor:
    x = tensor(input)
    return result(resizing.pixel_shuffle(shape_of(x), integer(upscale_factor, "upscale_factor")), like=x)


@operation(f"{F}.pixel_unshuffle", "torch.pixel_unshuffle")
def pixel_unshuffle(machine: Machine, input: Value, downscale_factor: Value) -> Tensor:
    x = tensor(input)
    return result(resizing.pixel_unshuffle(shape_of(x), integer(downscale_factor, "downscale_factor")), like=x)


@operation(f"{F}.channel_shuffle", f"{F}.native_channel_shuffle", "torch.channel_shuffle")
def channel_shuffle(machine: Machine, input: Value, groups: Value) -> Tensor:
    x = tensor(input)
    shape = shape_of(x)
    if len(shape) < 3:
        raise ShapeError(
            "rank-mismatch",
            f"`channel_shuffle` takes at least 3 dimensions, got {shapes.text(shape)}",
            expected="at least 3",
            actual=str(len(shape)),
            exception="RuntimeError",
        )
    count = dimension(groups, "groups")
    if less(count, 1):
        raise _refused(f"the number of groups must be above 0, not {dim_text(count)}", "RuntimeError")
    require_multiple(
        shape[1],
        count,
        lambda: ShapeError(
            "channel-mismatch",
            f"{dim_text(shape[1])} channels do not fall into {dim_text(count)} groups",
            expected=f"a multiple of {dim_text(count)}",
            actual=dim_text(shape[1]),
            exception="RuntimeError",
        ),
    )
    return result(shape, like=x)


@operation(f"{F}.affine_grid")
def affine_grid(machine: Machine, theta: Value, size: Value, align_corners: Value = None) -> Tensor:
    matrices, wanted = shape_of(theta, "theta"), shape_argument(size, "size")
    axes = len(wanted) - 2
    if axes not in (2, 3):
        raise _refused(f"`affine_grid` makes grids for 4 or 5 dimensions, not {len(wanted)}", "NotImplementedError")
    if len(matrices) != 3:
        raise ShapeError("rank-mismatch", "`theta` is a batch of matrices", expected="3", actual=str(len(matrices)))
    for found, needed in zip(matrices, (wanted[0], axes, axes + 1), strict=True):
        _agree(found, needed, f"`theta` {shapes.text(matrices)} does not fit a grid for {shapes.text(wanted)}")
    return result((wanted[0], *wanted[2:], axes), like=tensor(theta))


def _agree(found: Dim, needed: Dim, message: str) -> None:
    require_equal(
        found,
        needed,
        lambda: ShapeError(
            "size-mismatch", message, expected=dim_text(needed), actual=dim_text(found), exception="RuntimeError"
        ),
    )


@operation(f"{F}.grid_sample", "torch.grid_sampler")
def grid_sample(
    machine: Machine,
    input: Value,
    grid: Value,
    mode: Value = "bilinear",
    padding_mode: Value = "zeros",
    align_corners: Value = None,
) -> Tensor:
    x = tensor(input)
    shape, places = shape_of(x), shape_of(grid, "grid")
    if len(shape) not in (4, 5) or len(places) != len(shape):
        raise ShapeError(
            "rank-mismatch",
            f"`grid_sample` takes two tensors of 4 or 5 dimensions, not {shapes.text(shape)} and {shapes.text(places)}",
            expected=str(len(shape)),
            actual=str(len(places)),
            exception="RuntimeError",
        )
    message = f"the grid {shapes.text(places)} does not fit the input {shapes.text(shape)}"
    _agree(places[0], shape[0], message)
    _agree(places[-1], len(shape) - 2, message)
    return result((*shape[:2], *places[1:-1]), like=x)
