"""Normalizations, attention and distances of `torch.nn.functional`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.engine import attention, normalization
from cnnlint.engine import shape as shapes
from cnnlint.engine.dimension import floor_div
from cnnlint.engine.errors import ShapeError
from cnnlint.frameworks.coerce import dim as dimension
from cnnlint.frameworks.coerce import flag, option_number, shape_of, tensor
from cnnlint.frameworks.coerce import shape as shape_argument
from cnnlint.frameworks.torch.core import result
from cnnlint.frameworks.torch.elementwise import mapped
from cnnlint.frameworks.torch.operation import operation
from cnnlint.frameworks.torch.reshaping import axis_of
from cnnlint.interpreter.values import Tensor

if TYPE_CHECKING:
    from cnnlint.engine.shape import Shape
    from cnnlint.interpreter.machine import Machine
    from cnnlint.interpreter.values import Value

F = "torch.nn.functional"


# --- normalization ----------------------------------------------------------------------------------------------------


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
        if isinstance(each, Tensor) and each.shape is not None:
            _check_row(each.shape)
            normalization.batch_norm(shape, each.shape[0])
    normalization.batch_norm(shape)
    if training is True:
        normalization.check_more_than_one_value(shape)
    return result(shape, like=x)


def _check_row(shape: Shape) -> None:
    """Statistics and weights have one number for each channel. Raises ShapeError "rank-mismatch"."""
    if len(shape) != 1:
        raise ShapeError(
            "rank-mismatch",
            f"one number for each channel is needed, got {shapes.text(shape)}",
            expected="1",
            actual=str(len(shape)),
            exception="RuntimeError",
        )


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
    if use_input_stats is True:
        normalization.check_more_than_one_element(shape[2:], shape)
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
    if not sizes:
        raise ShapeError("bad-argument", "`normalized_shape` must not be empty", exception="RuntimeError")
    for each in (weight, bias):
        if isinstance(each, Tensor) and each.shape is not None:
            if len(each.shape) != len(sizes):
                raise ShapeError(
                    "rank-mismatch",
                    f"a weight has the shape {shapes.text(sizes)} that is normalized, not {shapes.text(each.shape)}",
                    expected=shapes.text(sizes),
                    actual=shapes.text(each.shape),
                    exception="RuntimeError",
                )
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
    for each in (weight, bias):
        if isinstance(each, Tensor) and each.shape is not None:
            _check_row(each.shape)
    channels = next((each.shape[0] for each in (weight, bias) if isinstance(each, Tensor) and each.shape), None)
    groups = dimension(num_groups, "num_groups")
    shape = normalization.group_norm(shape_of(x), groups, channels)
    normalization.check_more_than_one_value((floor_div(shape[0] * shape[1], groups), groups, *shape[2:]))
    return result(shape, like=x)


@operation("torch.batch_norm")
def torch_batch_norm(
    machine: Machine,
    input: Value,
    weight: Value,
    bias: Value,
    running_mean: Value,
    running_var: Value,
    training: Value,
    momentum: Value,
    eps: Value,
    cudnn_enabled: Value,
) -> Tensor:
    return batch_norm(machine, input, running_mean, running_var, weight, bias, training)


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


# --- attention --------------------------------------------------------------------------------------------------------


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
    # The last projection may give other features than the embedding has.
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
    option_number(eps, "eps")
    both = shapes.broadcast(shape_of(x1, "x1"), shape_of(x2, "x2"))
    axis = axis_of(both or (1,), dim)  # a number counts as a vector of one
    return result(shapes.reduce(both, axis) if both else (), like=tensor(x1))


@operation(f"{F}.pairwise_distance", "torch.pairwise_distance")
def pairwise_distance(
    machine: Machine, x1: Value, x2: Value, p: Value = 2.0, eps: Value = 1e-06, keepdim: Value = False
) -> Tensor:
    option_number(p, "p")
    option_number(eps, "eps")
    both = shapes.broadcast(shape_of(x1, "x1"), shape_of(x2, "x2"))
    return result(shapes.reduce(both, -1, keepdims=flag(keepdim)) if both else (), like=tensor(x1))


@operation(f"{F}.pdist", "torch.pdist")
def pdist(machine: Machine, input: Value, p: Value = 2.0) -> Tensor:
    shape = shape_of(input)
    if len(shape) != 2:
        raise ShapeError("rank-mismatch", "`pdist` takes a matrix", exception="RuntimeError")
    return result((shape[0] * (shape[0] - 1) // 2,), like=tensor(input))
