"""Poolings of `torch.nn.functional`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.engine import shape as shapes
from cnnlint.engine.constraints import require_at_least
from cnnlint.engine.errors import ShapeError
from cnnlint.engine.pooling import adaptive_pool, max_unpool, pool
from cnnlint.engine.resizing import resize, scaled_size
from cnnlint.engine.windows import pair_padding
from cnnlint.frameworks.coerce import dims, flag, items, number
from cnnlint.frameworks.coerce import shape as shape_argument
from cnnlint.frameworks.torch.core import result
from cnnlint.frameworks.torch.layer import settled, windows
from cnnlint.frameworks.torch.operation import operation
from cnnlint.frameworks.torch.pooling import check_indices, output_sizes
from cnnlint.interpreter.values import Tensor

if TYPE_CHECKING:
    from cnnlint.engine.dimension import Dim
    from cnnlint.engine.shape import Shape
    from cnnlint.interpreter.machine import Machine
    from cnnlint.interpreter.values import Value

F = "torch.nn.functional"


def spatial_shape(x: Tensor, rank: int, name: str) -> Shape:
    """The shape of a tensor with `rank` spatial axes, with or without a batch axis."""
    shape = x.shape
    assert shape is not None
    if len(shape) not in (rank + 1, rank + 2):
        raise ShapeError(
            "rank-mismatch",
            f"`{name}` takes a {rank + 1}-d or {rank + 2}-d input, got a {len(shape)}-d one",
            expected=f"{rank + 1} or {rank + 2}",
            actual=str(len(shape)),
            exception="RuntimeError",
        )
    return shape


def pooled(
    name: str,
    rank: int,
    input: Value,
    kernel_size: Value,
    stride: Value,
    padding: Value = 0,
    dilation: Value = 1,
    ceil_mode: Value = False,
) -> Tensor:
    """The result of a pooling; without a stride the windows lie side by side."""
    x = settled(input, rank)
    kernel = windows(kernel_size, rank, "kernel_size")
    if name in ("avg_pool3d", "lp_pool3d"):
        check_room(spatial_shape(x, rank, name)[-rank:], kernel)
    shape = pool(
        spatial_shape(x, rank, name),
        kernel,
        stride=kernel if stride is None or items(stride) == () else windows(stride, rank, "stride"),
        padding=pair_padding(windows(padding, rank, "padding")),
        dilation=windows(dilation, rank, "dilation"),
        ceil_mode=flag(ceil_mode),
        unbatched=True,
    )
    return result(shape, like=x)


def check_room(spatial: Shape, kernel: Shape) -> None:
    """The average over three axes needs the kernel to fit without its padding (ATen `pool3d_shape_check`)."""
    for size, width in zip(spatial, kernel, strict=True):
        require_at_least(
            size,
            width,
            lambda: ShapeError(
                "nonpositive-size",
                f"the input {shapes.text(spatial)} is smaller than the kernel {shapes.text(kernel)}",
                expected=f"at least {shapes.text(kernel)}",
                actual=shapes.text(spatial),
                exception="RuntimeError",
            ),
        )


def with_indices(output: Tensor, return_indices: Value) -> Value:
    """The result, with the places of the maxima where they are asked for."""
    return (output, result(output.shape, "int64")) if flag(return_indices) else output


def _declare(rank: int) -> None:
    def max_pool(
        machine: Machine,
        input: Value,
        kernel_size: Value,
        stride: Value = None,
        padding: Value = 0,
        dilation: Value = 1,
        ceil_mode: Value = False,
        return_indices: Value = False,
    ) -> Value:
        name = f"max_pool{rank}d"
        made = pooled(name, rank, input, kernel_size, stride, padding, dilation, ceil_mode)
        return with_indices(made, return_indices)

    def max_pool_with_indices(
        machine: Machine,
        input: Value,
        kernel_size: Value,
        stride: Value = None,
        padding: Value = 0,
        dilation: Value = 1,
        ceil_mode: Value = False,
        return_indices: Value = False,
    ) -> Value:
        name = f"max_pool{rank}d"
        made = pooled(name, rank, input, kernel_size, stride, padding, dilation, ceil_mode)
        return with_indices(made, True)

    def avg_pool(
        machine: Machine,
        input: Value,
        kernel_size: Value,
        stride: Value = None,
        padding: Value = 0,
        ceil_mode: Value = False,
        count_include_pad: Value = True,
        divisor_override: Value = None,
    ) -> Value:
        return pooled(f"avg_pool{rank}d", rank, input, kernel_size, stride, padding, 1, ceil_mode)

    def lp_pool(
        machine: Machine,
        input: Value,
        norm_type: Value,
        kernel_size: Value,
        stride: Value = None,
        ceil_mode: Value = False,
    ) -> Value:
        if rank == 1 and items(kernel_size) is not None:
            raise ShapeError("bad-argument", "`lp_pool1d` takes one number as `kernel_size`", exception="TypeError")
        return pooled(f"lp_pool{rank}d", rank, input, kernel_size, stride, 0, 1, ceil_mode)

    def adaptive_avg_pool(machine: Machine, input: Value, output_size: Value) -> Value:
        return adapted(f"adaptive_avg_pool{rank}d", rank, input, output_size)

    def adaptive_max_pool(machine: Machine, input: Value, output_size: Value, return_indices: Value = False) -> Value:
        return with_indices(adapted(f"adaptive_max_pool{rank}d", rank, input, output_size), return_indices)

    def unpool(
        machine: Machine,
        input: Value,
        indices: Value,
        kernel_size: Value,
        stride: Value = None,
        padding: Value = 0,
        output_size: Value = None,
    ) -> Value:
        x = settled(input, rank)
        kernel = windows(kernel_size, rank, "kernel_size")
        shape = max_unpool(
            spatial_shape(x, rank, f"max_unpool{rank}d"),
            kernel,
            stride=kernel if stride is None else windows(stride, rank, "stride"),
            padding=windows(padding, rank, "padding"),
            output_size=None if output_size is None else shape_argument(output_size),
        )
        if isinstance(indices, Tensor) and indices.shape is not None:
            check_indices(x, indices.shape)
        return result(shape, like=x)

    operation(f"{F}.max_pool{rank}d", f"torch.max_pool{rank}d")(max_pool)
    operation(f"{F}.max_pool{rank}d_with_indices")(max_pool_with_indices)
    operation(f"{F}.avg_pool{rank}d", *(("torch.avg_pool1d",) if rank == 1 else ()))(avg_pool)
    operation(f"{F}.lp_pool{rank}d")(lp_pool)
    operation(f"{F}.adaptive_avg_pool{rank}d", *(("torch.adaptive_avg_pool1d",) if rank == 1 else ()))(
        adaptive_avg_pool
    )
    operation(f"{F}.adaptive_max_pool{rank}d")(adaptive_max_pool)
    operation(f"{F}.max_unpool{rank}d")(unpool)


def adapted(name: str, rank: int, input: Value, output_size: Value) -> Tensor:
    """The result of an adaptive pooling."""
    x = settled(input, rank)
    shape = adaptive_pool(spatial_shape(x, rank, name), output_sizes(output_size, rank), unbatched=True)
    return result(shape, like=x)


for _rank in (1, 2, 3):
    _declare(_rank)


def _fractional(rank: int) -> None:
    def body(
        machine: Machine,
        input: Value,
        kernel_size: Value,
        output_size: Value = None,
        output_ratio: Value = None,
        return_indices: Value = False,
        _random_samples: Value = None,
    ) -> Value:
        x = settled(input, rank)
        shape = spatial_shape(x, rank, f"fractional_max_pool{rank}d")
        sizes: list[Dim]
        if output_size is not None:
            sizes = list(dims(output_size, rank, "output_size"))
        else:
            given = items(output_ratio)
            ratios = [number(each) for each in given] if given is not None else [number(output_ratio)] * rank
            sizes = [scaled_size(size, ratio) for size, ratio in zip(shape[-rank:], ratios, strict=True)]
        return with_indices(result(resize(shape, sizes, unbatched=True), like=x), return_indices)

    operation(f"{F}.fractional_max_pool{rank}d")(body)


for _rank in (2, 3):
    _fractional(_rank)
