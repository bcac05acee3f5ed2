"""Layers of `torch.nn.functional` with weights of the caller: convolutions, linear maps, normalizations, attention."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.engine import dense
from cnnlint.engine import shape as shapes
from cnnlint.engine.constraints import require_equal
from cnnlint.engine.convolution import (
    check_same_stride,
    convolution,
    convolution_macs,
    fold,
    transposed_convolution,
    transposed_convolution_macs,
    unfold,
)
from cnnlint.engine.dimension import Dim, less, unknown_dim
from cnnlint.engine.dimension import text as dim_text
from cnnlint.engine.errors import ShapeError
from cnnlint.engine.expression import product
from cnnlint.engine.windows import pair_padding
from cnnlint.frameworks.coerce import dim as dimension
from cnnlint.frameworks.coerce import flag, shape_of, tensor, text
from cnnlint.frameworks.torch.core import result
from cnnlint.frameworks.torch.functional_pooling import spatial_shape
from cnnlint.frameworks.torch.layer import settled, windows
from cnnlint.frameworks.torch.operation import operation
from cnnlint.frameworks.torch.values import known
from cnnlint.interpreter.values import Tensor, Unknown

if TYPE_CHECKING:
    from cnnlint.engine.shape import Shape
    from cnnlint.interpreter.machine import Machine
    from cnnlint.interpreter.values import Value

F = "torch.nn.functional"


def _weights(value: Value, rank: int, name: str) -> Shape:
    """The shape of a kernel, which has two axes more than the convolution."""
    shape = shape_of(value, "weight")
    if len(shape) != rank + 2:
        raise ShapeError(
            "rank-mismatch",
            f"`{name}` takes a weight with {rank + 2} dimensions, got {shapes.text(shape)}",
            expected=str(rank + 2),
            actual=str(len(shape)),
            exception="RuntimeError",
        )
    return shape


def _check_bias(bias: Value, filters: Dim) -> None:
    """A bias is one number for each filter."""
    if not isinstance(bias, Tensor) or bias.shape is None:
        return
    count = bias.shape[0] if len(bias.shape) == 1 else shapes.elements(bias.shape)
    require_equal(
        count,
        filters,
        lambda: ShapeError(
            "size-mismatch",
            f"the bias holds {dim_text(count)} numbers for {dim_text(filters)} outputs",
            expected=dim_text(filters),
            actual=dim_text(count),
            exception="RuntimeError",
        ),
    )


def _declare_convolution(rank: int) -> None:
    name = f"conv{rank}d"

    def body(
        machine: Machine,
        input: Value,
        weight: Value,
        bias: Value = None,
        stride: Value = 1,
        padding: Value = 0,
        dilation: Value = 1,
        groups: Value = 1,
    ) -> Tensor:
        filters, share, *kernel = _weights(weight, rank, name)
        count = dimension(groups, "groups")
        x = settled(input, rank, share * count)
        strides = windows(stride, rank, "stride")
        same = isinstance(padding, str)
        if padding == "same":
            check_same_stride(strides)
        shape = convolution(
            spatial_shape(x, rank, name),
            filters,
            kernel,
            stride=strides,
            padding=text(padding) if same else pair_padding(windows(padding, rank, "padding")),
            dilation=windows(dilation, rank, "dilation"),
            groups=count,
            in_channels=share * count,
            unbatched=True,
        )
        _check_bias(bias, filters)
        machine.add_macs(convolution_macs(shape, share * count, kernel, count))
        return result(shape, like=x)

    operation(f"{F}.{name}", f"torch.{name}")(body)


def _declare_transposed(rank: int) -> None:
    name = f"conv_transpose{rank}d"

    def body(
        machine: Machine,
        input: Value,
        weight: Value,
        bias: Value = None,
        stride: Value = 1,
        padding: Value = 0,
        output_padding: Value = 0,
        groups: Value = 1,
        dilation: Value = 1,
    ) -> Tensor:
        channels, share, *kernel = _weights(weight, rank, name)
        count = dimension(groups, "groups")
        x = settled(input, rank, channels)
        before = spatial_shape(x, rank, name)
        shape = transposed_convolution(
            before,
            share * count,
            kernel,
            stride=windows(stride, rank, "stride"),
            padding=windows(padding, rank, "padding"),
            output_padding=windows(output_padding, rank, "output_padding"),
            dilation=windows(dilation, rank, "dilation"),
            groups=count,
            in_channels=channels,
            unbatched=True,
        )
        _check_bias(bias, share * count)
        machine.add_macs(transposed_convolution_macs(before, share * count, kernel, count))
        return result(shape, like=x)

    operation(f"{F}.{name}", f"torch.{name}")(body)


for _rank in (1, 2, 3):
    _declare_convolution(_rank)
    _declare_transposed(_rank)


@operation(f"{F}.unfold")
def unfold_(
    machine: Machine, input: Value, kernel_size: Value, dilation: Value = 1, padding: Value = 0, stride: Value = 1
) -> Tensor:
    x = settled(input, 2)
    shape = unfold(
        spatial_shape(x, 2, "unfold"),
        windows(kernel_size, 2, "kernel_size"),
        stride=windows(stride, 2, "stride"),
        padding=pair_padding(windows(padding, 2, "padding")),
        dilation=windows(dilation, 2, "dilation"),
    )
    return result(shape, like=x)


@operation(f"{F}.fold")
def fold_(
    machine: Machine,
    input: Value,
    output_size: Value,
    kernel_size: Value,
    dilation: Value = 1,
    padding: Value = 0,
    stride: Value = 1,
) -> Tensor:
    x = tensor(input)
    shape = fold(
        shape_of(x),
        windows(output_size, 2, "output_size"),
        windows(kernel_size, 2, "kernel_size"),
        stride=windows(stride, 2, "stride"),
        padding=pair_padding(windows(padding, 2, "padding")),
        dilation=windows(dilation, 2, "dilation"),
    )
    return result(shape, like=x)


@operation(f"{F}.linear", "torch._C._nn.linear")
def linear(machine: Machine, input: Value, weight: Value, bias: Value = None) -> Tensor:
    x, matrix = tensor(input), shape_of(weight, "weight")
    if len(matrix) not in (1, 2):
        raise ShapeError("rank-mismatch", f"the weight {shapes.text(matrix)} is no matrix", exception="RuntimeError")
    outputs = matrix[0] if len(matrix) == 2 else 1
    shape = dense.linear(shape_of(x), outputs, matrix[-1])
    machine.add_macs(dense.linear_macs(shape, matrix[-1]))
    found = shape if len(matrix) == 2 else shape[:-1]
    if isinstance(bias, Tensor) and bias.shape is not None:
        _check_linear_bias(bias.shape, len(matrix), shape, found)
    return result(found, like=x)


def _check_linear_bias(bias: Shape, rank: int, rows: Shape, found: Shape) -> None:
    """Whether `linear` can add the bias.

    A matrix as input, or a bias with one axis (or one that is not 1), goes to `addmm`, with all axes of the input but
    the last in one; any other bias is added in place (ATen `native/Linear.cpp` `linear`).
    """
    if len(rows) != 2 and len(bias) != 1 and sum(size != 1 for size in bias) != 1:
        shapes.expand(bias, found)
    elif rank == 1:
        raise ShapeError("rank-mismatch", "a weight without an axis for the outputs takes no such bias")
    else:
        shapes.expand(bias, (product(rows[:-1]), rows[-1]))


@operation(f"{F}.bilinear", "torch.bilinear")
def bilinear(machine: Machine, input1: Value, input2: Value, weight: Value, bias: Value = None) -> Tensor:
    outputs, one, other = _weights(weight, 1, "bilinear")
    shape = dense.bilinear(shape_of(input1, "input1"), shape_of(input2, "input2"), one, other, outputs)
    machine.add_macs(dense.bilinear_macs(shape, one, other))
    return result(shape, like=tensor(input1))


# --- tables -----------------------------------------------------------------------------------------------------------


def _rows(weight: Value, indices: Value) -> Shape:
    """The shape of a table whose rows are looked up; indices that are known must lie inside."""
    shape = shape_of(weight, "weight")
    if len(shape) != 2:
        raise ShapeError(
            "rank-mismatch", f"a table of vectors is a matrix, not {shapes.text(shape)}", exception="RuntimeError"
        )
    for index in known(indices) or ():
        if less(index, shape[0]) is False or less(index, 0):
            raise ShapeError(
                "size-mismatch",
                f"index {dim_text(index)} is out of range for a table of {dim_text(shape[0])} rows",
                expected=f"below {dim_text(shape[0])}",
                actual=dim_text(index),
                exception="IndexError",
            )
    return shape


@operation(f"{F}.embedding")
def embedding(
    machine: Machine,
    input: Value,
    weight: Value,
    padding_idx: Value = None,
    max_norm: Value = None,
    norm_type: Value = 2.0,
    scale_grad_by_freq: Value = False,
    sparse: Value = False,
) -> Tensor:
    table = _rows(weight, input)
    _check_whole(tensor(input), "embedding", ("int64", "int32"))
    return result(dense.embedding(shape_of(input), table[1]), like=tensor(weight, "weight"))


def _check_whole(indices: Tensor, name: str, kinds: tuple[str, ...]) -> None:
    if indices.dtype is not None and indices.dtype not in kinds:
        raise ShapeError(
            "bad-argument",
            f"the indices of `{name}` must hold {' or '.join(kinds)}, not {indices.dtype}",
            help="convert them, with `.long()`",
            expected=kinds[0],
            actual=indices.dtype,
            exception="RuntimeError",
        )


@operation("torch.embedding")
def torch_embedding(machine: Machine, weight: Value, indices: Value, *args: Value, **options: Value) -> Tensor:
    return embedding(machine, indices, weight)


@operation(f"{F}.embedding_bag")
def embedding_bag(
    machine: Machine,
    input: Value,
    weight: Value,
    offsets: Value = None,
    max_norm: Value = None,
    norm_type: Value = 2,
    scale_grad_by_freq: Value = False,
    mode: Value = "mean",
    sparse: Value = False,
    per_sample_weights: Value = None,
    include_last_offset: Value = False,
    padding_idx: Value = None,
) -> Tensor:
    table, shape = _rows(weight, input), shape_of(input)
    _check_whole(tensor(input), "embedding_bag", ("int64", "int32"))
    if len(shape) == 2 and offsets is None:
        return result((shape[0], table[1]), like=tensor(weight, "weight"))
    if len(shape) != 1 or offsets is None:
        raise ShapeError(
            "rank-mismatch", "`embedding_bag` takes 2-d indices, or 1-d ones with `offsets`", exception="ValueError"
        )
    bags = shape_of(offsets, "offsets")[0] - (1 if flag(include_last_offset) else 0)
    return result((bags, table[1]), like=tensor(weight, "weight"))


@operation(f"{F}.one_hot", "torch.one_hot")
def one_hot(machine: Machine, tensor: Value, num_classes: Value = -1) -> Tensor:
    if isinstance(tensor, Tensor):
        _check_whole(tensor, "one_hot", ("int64",))
    classes = _classes(tensor, num_classes)
    made = result((*shape_of(tensor), classes), "int64")
    made.facts["range"] = (0, 1)
    return made


def _classes(indices: Value, num_classes: Value) -> Dim:
    if isinstance(num_classes, Unknown) and not num_classes.symbol:
        return unknown_dim()
    count = dimension(num_classes, "num_classes")
    values = known(indices)
    if not isinstance(count, int) or count != -1:
        return count
    return 1 + max(values) if values and all(isinstance(each, int) for each in values) else unknown_dim()
