"""Layers of `torch.nn.functional` with weights of the caller: convolutions, linear maps, normalizations, attention."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.engine import attention, dense, normalization
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
from cnnlint.engine.dimension import Dim, floor_div, less, product, unknown_dim
from cnnlint.engine.dimension import text as dim_text
from cnnlint.engine.errors import ShapeError
from cnnlint.engine.windows import pair_padding
from cnnlint.frameworks.coerce import dim as dimension
from cnnlint.frameworks.coerce import flag, shape_of, tensor, text
from cnnlint.frameworks.coerce import shape as shape_argument
from cnnlint.frameworks.torch.core import result
from cnnlint.frameworks.torch.elementwise import mapped
from cnnlint.frameworks.torch.functional_pooling import spatial_shape
from cnnlint.frameworks.torch.layer import settled, windows
from cnnlint.frameworks.torch.operation import operation
from cnnlint.frameworks.torch.reshaping import axis_of
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
    if isinstance(bias, Tensor) and bias.shape is not None and len(matrix) == 2:
        shapes.expand(bias.shape, shape)
    return result(shape if len(matrix) == 2 else shape[:-1], like=x)


@operation(f"{F}.bilinear", "torch.bilinear")
def bilinear(machine: Machine, input1: Value, input2: Value, weight: Value, bias: Value = None) -> Tensor:
    outputs, one, other = _weights(weight, 1, "bilinear")
    shape = dense.bilinear(shape_of(input1, "input1"), shape_of(input2, "input2"), one, other, outputs)
    machine.add_macs(dense.bilinear_macs(shape, one, other))
    return result(shape, like=tensor(input1))


# --- tables -------------------------------------------------------------------------------------------------------------


def _rows(weight: Value, indices: Value) -> Shape:
    """The shape of a table whose rows are looked up; indices that are known must lie inside."""
    shape = shape_of(weight, "weight")
    if len(shape) != 2:
        raise ShapeError("rank-mismatch", f"a table of vectors is a matrix, not {shapes.text(shape)}", exception="RuntimeError")
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
    return result(dense.embedding(shape_of(input), table[1]), like=tensor(weight, "weight"))


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
    classes = _classes(tensor, num_classes)
    return result((*shape_of(tensor), classes), "int64")


def _classes(indices: Value, num_classes: Value) -> Dim:
    if isinstance(num_classes, Unknown) and not num_classes.symbol:
        return unknown_dim()
    count = dimension(num_classes, "num_classes")
    values = known(indices)
    if not isinstance(count, int) or count != -1:
        return count
    return 1 + max(values) if values and all(isinstance(each, int) for each in values) else unknown_dim()


# --- normalization --------------------------------------------------------------------------------------------------


@operation(f"{F}.batch_norm")
def batch_norm(
    machine: Machine,
    input: Value,
    running_mean: Value,
    running_var: Value,
    weight: Value = None,
    bias: Value = None,
    training: Value = False,
    momentum: Value = 0.1,
    eps: Value = 1e-05,
) -> Tensor:
    x = tensor(input)
    shape = shape_of(x)
    for each in (running_mean, running_var, weight, bias):
        if isinstance(each, Tensor) and each.shape is not None and len(each.shape) == 1:
            normalization.batch_norm(shape, each.shape[0])
    normalization.batch_norm(shape)
    if training is True:
        normalization.check_more_than_one_value(shape)
    return result(shape, like=x)


@operation(f"{F}.instance_norm", "torch.instance_norm")
def instance_norm(
    machine: Machine,
    input: Value,
    running_mean: Value = None,
    running_var: Value = None,
    weight: Value = None,
    bias: Value = None,
    use_input_stats: Value = True,
    momentum: Value = 0.1,
    eps: Value = 1e-05,
) -> Tensor:
    x = tensor(input)
    shape = shape_of(x)
    for each in (running_mean, running_var, weight, bias):
        if isinstance(each, Tensor) and each.shape is not None and len(each.shape) == 1:
            normalization.batch_norm(shape, each.shape[0])
    if use_input_stats is True and product(shape[2:]) == 1:
        raise ShapeError(
            "size-mismatch",
            f"instance normalization needs more than 1 spatial element, but the input is {shapes.text(shape)}",
            expected="more than 1",
            actual="1",
            exception="ValueError",
        )
    return result(shape, like=x)


@operation(f"{F}.layer_norm", "torch.layer_norm")
def layer_norm(
    machine: Machine,
    input: Value,
    normalized_shape: Value,
    weight: Value = None,
    bias: Value = None,
    eps: Value = 1e-05,
    cudnn_enable: Value = True,
) -> Tensor:
    x = tensor(input)
    sizes = shape_argument(normalized_shape, "normalized_shape")
    for each in (weight, bias):
        if isinstance(each, Tensor) and each.shape is not None:
            normalization.layer_norm(each.shape, sizes)
    return result(normalization.layer_norm(shape_of(x), sizes), like=x)


@operation(f"{F}.rms_norm", "torch.rms_norm")
def rms_norm(
    machine: Machine, input: Value, normalized_shape: Value, weight: Value = None, eps: Value = None
) -> Tensor:
    return layer_norm(machine, input, normalized_shape, weight)


@operation(f"{F}.group_norm")
def group_norm(
    machine: Machine,
    input: Value,
    num_groups: Value,
    weight: Value = None,
    bias: Value = None,
    eps: Value = 1e-05,
    cudnn_enabled: Value = True,
) -> Tensor:
    x = tensor(input)
    channels = next((each.shape[0] for each in (weight, bias) if isinstance(each, Tensor) and each.shape), None)
    groups = dimension(num_groups, "num_groups")
    shape = normalization.group_norm(shape_of(x), groups, channels)
    normalization.check_more_than_one_value((floor_div(shape[0] * shape[1], groups), groups, *shape[2:]))
    return result(shape, like=x)


@operation("torch.group_norm")
def torch_group_norm(
    machine: Machine,
    input: Value,
    num_groups: Value,
    weight: Value = None,
    bias: Value = None,
    eps: Value = 1e-05,
    cudnn_enabled: Value = True,
) -> Tensor:
    x = tensor(input)
    return result(normalization.group_norm(shape_of(x), dimension(num_groups, "num_groups")), like=x)


@operation(f"{F}.local_response_norm")
def local_response_norm(
    machine: Machine, input: Value, size: Value, alpha: Value = 0.0001, beta: Value = 0.75, k: Value = 1.0
) -> Tensor:
    x = tensor(input)
    if x.shape is not None and len(x.shape) < 3:
        raise ShapeError(
            "rank-mismatch",
            f"`local_response_norm` takes at least 3 dimensions, got {shapes.text(x.shape)}",
            expected="at least 3",
            actual=str(len(x.shape)),
            exception="ValueError",
        )
    return mapped(x)


# --- attention ----------------------------------------------------------------------------------------------------------


@operation(f"{F}.scaled_dot_product_attention", "torch._C._nn.scaled_dot_product_attention")
def scaled_dot_product_attention(
    machine: Machine,
    query: Value,
    key: Value,
    value: Value,
    attn_mask: Value = None,
    dropout_p: Value = 0.0,
    is_causal: Value = False,
    scale: Value = None,
    enable_gqa: Value = False,
) -> Tensor:
    one, two, three = shape_of(query, "query"), shape_of(key, "key"), shape_of(value, "value")
    if flag(enable_gqa) and min(map(len, (one, two, three))) > 2:
        for shape in (two, three):
            attention.grouped_heads(one[-3], shape[-3])
        two, three = ((*shape[:-3], one[-3], *shape[-2:]) for shape in (two, three))
    made = attention.scaled_dot_product(one, two, three)
    if isinstance(attn_mask, Tensor) and attn_mask.shape is not None:
        shapes.expand(attn_mask.shape[-2:], (one[-2], two[-2]))
    machine.add_macs(attention.scaled_dot_product_macs(one, two, three))
    return result(made, like=tensor(query))


@operation(f"{F}.multi_head_attention_forward")
def multi_head_attention_forward(
    machine: Machine,
    query: Value,
    key: Value,
    value: Value,
    embed_dim_to_check: Value,
    num_heads: Value,
    in_proj_weight: Value,
    in_proj_bias: Value,
    bias_k: Value,
    bias_v: Value,
    add_zero_attn: Value,
    dropout_p: Value,
    out_proj_weight: Value,
    out_proj_bias: Value,
    training: Value = True,
    key_padding_mask: Value = None,
    need_weights: Value = True,
    attn_mask: Value = None,
    use_separate_proj_weight: Value = False,
    q_proj_weight: Value = None,
    k_proj_weight: Value = None,
    v_proj_weight: Value = None,
    static_k: Value = None,
    static_v: Value = None,
    average_attn_weights: Value = True,
    is_causal: Value = False,
) -> Value:
    one, two, three = shape_of(query, "query"), shape_of(key, "key"), shape_of(value, "value")
    size, heads = dimension(embed_dim_to_check), dimension(num_heads)
    attention.check_heads(size, heads)
    columns = [
        shape_of(each)[1] if flag(use_separate_proj_weight) and isinstance(each, Tensor) else None
        for each in (k_proj_weight, v_proj_weight)
    ]
    made = attention.torch_multi_head(one, two, three, size, key_dim=columns[0], value_dim=columns[1])
    machine.add_macs(attention.torch_multi_head_macs(one, two, three, size))
    # A projection of the result may have other features than the embedding: shared `out_proj` matrices of CLIP's pooling.
    output = (*made.output[:-1], shape_of(out_proj_weight, "out_proj_weight")[0])
    if not flag(need_weights):
        return result(output, like=tensor(query)), None
    weights = made.weights
    if not flag(average_attn_weights):
        weights = (*weights[:-2], heads, *weights[-2:])
    return result(output, like=tensor(query)), result(weights, like=tensor(query))


# --- distances --------------------------------------------------------------------------------------------------------


@operation(f"{F}.cosine_similarity", "torch.cosine_similarity")
def cosine_similarity(machine: Machine, x1: Value, x2: Value, dim: Value = 1, eps: Value = 1e-08) -> Tensor:
    both = shapes.broadcast(shape_of(x1, "x1"), shape_of(x2, "x2"))
    return result(shapes.reduce(both, axis_of(both, dim)) if both else (), like=tensor(x1))


@operation(f"{F}.pairwise_distance", "torch.pairwise_distance")
def pairwise_distance(
    machine: Machine, x1: Value, x2: Value, p: Value = 2.0, eps: Value = 1e-06, keepdim: Value = False
) -> Tensor:
    both = shapes.broadcast(shape_of(x1, "x1"), shape_of(x2, "x2"))
    return result(shapes.reduce(both, -1, keepdims=flag(keepdim)), like=tensor(x1))


@operation(f"{F}.pdist", "torch.pdist")
def pdist(machine: Machine, input: Value, p: Value = 2.0) -> Tensor:
    shape = shape_of(input)
    if len(shape) != 2:
        raise ShapeError("rank-mismatch", "`pdist` takes a matrix", exception="RuntimeError")
    return result((shape[0] * (shape[0] - 1) // 2,), like=tensor(input))
