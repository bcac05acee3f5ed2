"""Attention: scaled dot products and multi-head layers of both frameworks. Softmax and masks cost no MACs."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from cnnlint.engine.broadcasting import broadcast, elements, text
from cnnlint.engine.constraints import require_equal, require_multiple
from cnnlint.engine.dense import check_features, check_rank
from cnnlint.engine.dimension import Dim, equal, floor_div, product
from cnnlint.engine.dimension import text as dim_text
from cnnlint.engine.errors import ShapeError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnnlint.engine.reshaping import Shape


def scaled_dot_product(query: Shape, key: Shape, value: Shape) -> Shape:
    """(…, L, E), (…, S, E), (…, S, V) to (…, L, V). Raises ShapeError `rank-mismatch`, `size-mismatch`.

    From torch `nn/functional.py` `scaled_dot_product_attention`; the axes in front are broadcast.
    """
    for shape in (query, key, value):
        check_rank(shape, 2)
    _check_same("features of the query and the key", query[-1], key[-1])
    _check_same("lengths of the key and the value", key[-2], value[-2])
    leading = broadcast(broadcast(query[:-2], key[:-2]), value[:-2])
    return (*leading, query[-2], value[-1])


def scaled_dot_product_macs(query: Shape, key: Shape, value: Shape) -> Dim:
    """MACs of the scores (L * S * E) and of the weighted values (L * S * V), batch and heads included."""
    output = scaled_dot_product(query, key, value)
    return product((*output[:-1], key[-2])) * (query[-1] + value[-1])


def _check_same(what: str, one: Dim, other: Dim, exception: str = "") -> None:
    require_equal(
        one,
        other,
        lambda: ShapeError(
            "size-mismatch",
            f"the {what} differ: {dim_text(one)} and {dim_text(other)}",
            expected=dim_text(one),
            actual=dim_text(other),
            exception=exception,
        ),
    )


def check_heads(embed_dim: Dim, heads: Dim) -> None:
    """The features have to be a multiple of the heads. Raises ShapeError `bad-argument`."""
    require_multiple(
        embed_dim,
        heads,
        lambda: ShapeError(
            "bad-argument",
            f"`embed_dim` is {dim_text(embed_dim)}, which `num_heads`, {dim_text(heads)}, does not divide",
            expected=f"a multiple of {dim_text(heads)}",
            actual=dim_text(embed_dim),
            exception="AssertionError",
        ),
    )


class AttentionShapes(NamedTuple):
    """The result and the attention weights averaged over the heads."""

    output: Shape
    weights: Shape


def torch_multi_head(
    query: Shape,
    key: Shape,
    value: Shape,
    embed_dim: Dim,
    *,
    key_dim: Dim | None = None,
    value_dim: Dim | None = None,
    batch_first: bool = False,
) -> AttentionShapes:
    """`torch.nn.MultiheadAttention` on (L, N, E), (N, L, E) where `batch_first`, or (L, E).

    From torch `nn/functional.py` `multi_head_attention_forward`. Raises ShapeError `rank-mismatch`,
    `feature-mismatch`, `size-mismatch`.
    """
    try:
        check_rank(query, 2, 3)
        for shape in (key, value):
            check_rank(shape, len(query), len(query))
        check_features(embed_dim, query[-1], "embed_dim")
    except ShapeError as error:
        error.exception = "AssertionError"  # what PyTorch's own Python code asserts
        raise
    axis = 1 if batch_first and len(query) == 3 else 0
    _check_same("lengths of the key and the value", key[axis], value[axis], "AssertionError")
    if key_dim is None and value_dim is None:
        _check_same("features of the key and the value", key[-1], value[-1], "AssertionError")
    check_features(embed_dim if key_dim is None else key_dim, key[-1], "kdim")
    check_features(embed_dim if value_dim is None else value_dim, value[-1], "vdim")
    if len(query) == 2:
        return AttentionShapes(query, (query[0], key[0]))
    _check_same("batches of the query and the key", query[1 - axis], key[1 - axis])
    _check_same("batches of the key and the value", key[1 - axis], value[1 - axis], "AssertionError")
    return AttentionShapes(query, (query[1 - axis], query[axis], key[axis]))


def torch_multi_head_weights(
    embed_dim: Dim,
    *,
    key_dim: Dim | None = None,
    value_dim: Dim | None = None,
    bias: bool = True,
    add_bias_kv: bool = False,
) -> dict[str, Shape]:
    """The parameters by name (torch `nn/modules/activation.py` `MultiheadAttention.__init__`)."""
    key_dim, value_dim = (embed_dim if dim is None else dim for dim in (key_dim, value_dim))
    weights: dict[str, Shape] = {}
    if key_dim == embed_dim and value_dim == embed_dim:
        weights["in_proj_weight"] = (3 * embed_dim, embed_dim)
    else:
        for name, columns in (("q", embed_dim), ("k", key_dim), ("v", value_dim)):
            weights[f"{name}_proj_weight"] = (embed_dim, columns)
    if bias:
        weights["in_proj_bias"] = (3 * embed_dim,)
    weights["out_proj.weight"] = (embed_dim, embed_dim)
    if bias:
        weights["out_proj.bias"] = (embed_dim,)
    if add_bias_kv:
        weights |= {"bias_k": (1, 1, embed_dim), "bias_v": (1, 1, embed_dim)}
    return weights


def torch_multi_head_macs(query: Shape, key: Shape, value: Shape, embed_dim: Dim, *, batch_first: bool = False) -> Dim:
    """MACs of one whole call: four projections, the scores and the weighted values, batch included."""
    length = key[1 if batch_first and len(key) == 3 else 0]
    projections = (2 * elements(query) + elements(key) + elements(value)) * embed_dim
    return projections + 2 * product((*query[:-1], length)) * embed_dim


def keras_multi_head(query: Shape, value: Shape, key: Shape, output_shape: Sequence[Dim] | None = None) -> Shape:
    """`keras.layers.MultiHeadAttention`: the query's shape, its last axis as `output_shape` says.

    From keras `layers/attention/multi_head_attention.py` `compute_output_shape`. Raises ShapeError `size-mismatch`,
    `rank-mismatch`.
    """
    check_rank(query, 2)
    check_rank(key, len(value), len(value))
    for one, other in zip(value[1:-1], key[1:-1], strict=True):
        require_equal(one, other, partial(_key_and_value_differ, value, key))
    return (*query[:-1], *(query[-1:] if output_shape is None else output_shape))


def _key_and_value_differ(value: Shape, key: Shape) -> ShapeError:
    return ShapeError(
        "size-mismatch",
        f"the value {text(value)} and the key {text(key)} may differ in the last axis only",
        expected=text(value),
        actual=text(key),
        exception="ValueError",
    )


def keras_multi_head_weights(
    query: Shape,
    value: Shape,
    key: Shape,
    heads: Dim,
    key_dim: Dim,
    *,
    value_dim: Dim | None = None,
    output_shape: Sequence[Dim] | None = None,
    bias: bool = True,
    gate: bool = False,
) -> dict[str, Shape]:
    """The weights by path, in Keras's order (`layers/attention/multi_head_attention.py` `build`)."""
    value_dim = key_dim if value_dim is None else value_dim
    out = tuple(query[-1:] if output_shape is None else output_shape)
    parts: list[tuple[str, Dim, Dim]] = [("query", query[-1], key_dim), ("key", key[-1], key_dim)]
    if gate:
        parts.append(("gate", query[-1], value_dim))
    parts.append(("value", value[-1], value_dim))
    weights: dict[str, Shape] = {}
    for name, columns, size in parts:
        weights[f"{name}/kernel"] = (columns, heads, size)
        if bias:
            weights[f"{name}/bias"] = (heads, size)
    weights["attention_output/kernel"] = (heads, value_dim, *out)
    if bias:
        weights["attention_output/bias"] = out
    return weights


def keras_multi_head_macs(
    query: Shape,
    value: Shape,
    key: Shape,
    heads: Dim,
    key_dim: Dim,
    *,
    value_dim: Dim | None = None,
    output_shape: Sequence[Dim] | None = None,
    gate: bool = False,
) -> Dim:
    """MACs of one whole call over all axes between the first and the last: projections, scores, weighted values."""
    value_dim = key_dim if value_dim is None else value_dim
    out = product(query[-1:] if output_shape is None else output_shape)
    asked, kept = product(query[:-1]), product(value[1:-1])
    projections = elements(query) * heads * (key_dim + (value_dim if gate else 0))
    projections += elements(key) * heads * key_dim + elements(value) * heads * value_dim
    return projections + asked * kept * heads * (key_dim + value_dim) + asked * heads * value_dim * out


def grouped_heads(query_heads: Dim, key_heads: Dim) -> Dim:
    """How many query heads share a key head (grouped-query attention). Raises ShapeError `bad-argument`."""
    require_multiple(
        query_heads,
        key_heads,
        lambda: ShapeError(
            "bad-argument",
            f"{dim_text(query_heads)} query heads do not share {dim_text(key_heads)} key heads evenly",
            expected=f"a multiple of {dim_text(key_heads)}",
            actual=dim_text(query_heads),
        ),
    )
    if equal(query_heads, key_heads):
        return 1
    return floor_div(query_heads, key_heads)
