"""`MultiheadAttention`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.engine.attention import check_heads, torch_multi_head, torch_multi_head_macs, torch_multi_head_weights
from cnnlint.engine.constraints import clash
from cnnlint.engine.dimension import equal, floor_div, symbol
from cnnlint.engine.errors import ShapeError, Undetermined
from cnnlint.engine.shape import elements, text
from cnnlint.frameworks.coerce import dim, flag, shape_of, tensor
from cnnlint.frameworks.torch.core import result
from cnnlint.frameworks.torch.layer import layer, new, parameter, positive, propose, start
from cnnlint.interpreter.values import Tensor

if TYPE_CHECKING:
    from cnnlint.engine.shape import Shape
    from cnnlint.interpreter.machine import Machine
    from cnnlint.interpreter.values import Instance, Value

OPTIONAL = ("in_proj_weight", "q_proj_weight", "k_proj_weight", "v_proj_weight", "in_proj_bias")
"""The parameters that the layer registers as None where it does not need them."""


@layer("MultiheadAttention", "attention", "activation")
class MultiheadAttention:
    def __init__(
        machine: Machine,
        self: Instance,
        embed_dim: Value,
        num_heads: Value,
        dropout: Value = 0.0,
        bias: Value = True,
        add_bias_kv: Value = False,
        add_zero_attn: Value = False,
        kdim: Value = None,
        vdim: Value = None,
        batch_first: Value = False,
        device: Value = None,
        dtype: Value = None,
    ) -> None:
        start(self)
        size, heads = dim(embed_dim, "embed_dim"), dim(num_heads, "num_heads")
        for number in (size, heads):
            positive(number, f"`embed_dim` and `num_heads` must be greater than 0, got {size} and {heads}")
        keys, values = (size if each is None else dim(each) for each in (kdim, vdim))
        check_heads(size, heads)
        same = equal(keys, size) is True and equal(values, size) is True
        self.attrs |= {
            "embed_dim": size,
            "kdim": keys,
            "vdim": values,
            "_qkv_same_embed_dim": same,
            "num_heads": heads,
            "dropout": dropout,
            "batch_first": batch_first,
            "head_dim": floor_div(size, heads),
            **dict.fromkeys(OPTIONAL),
        }
        options = {"key_dim": keys, "value_dim": values}
        shapes = torch_multi_head_weights(size, bias=flag(bias), add_bias_kv=flag(add_bias_kv), **options)
        later = {name: shape for name, shape in shapes.items() if name in ("bias_k", "bias_v")}
        for name, shape in shapes.items():
            if "." not in name and name not in later:
                parameter(self, name, shape, dtype)
        self.attrs["out_proj"] = new(machine, "NonDynamicallyQuantizableLinear", size, size, bias=bias, dtype=dtype)
        self.attrs |= {"bias_k": None, "bias_v": None, "add_zero_attn": add_zero_attn}
        for name, shape in later.items():
            parameter(self, name, shape, dtype)

    def forward(
        machine: Machine,
        self: Instance,
        query: Value,
        key: Value,
        value: Value,
        key_padding_mask: Value = None,
        need_weights: Value = True,
        attn_mask: Value = None,
        average_attn_weights: Value = True,
        is_causal: Value = False,
    ) -> Value:
        attrs = self.attrs
        first = flag(attrs["batch_first"])
        if tensor(query, "query").shape is None:
            batch, length, size = symbol("batch"), symbol("length"), attrs["embed_dim"]
            propose(tensor(query), (batch, length, size) if first else (length, batch, size))
        shapes = (shape_of(query, "query"), shape_of(key, "key"), shape_of(value, "value"))
        sizes = {} if attrs["_qkv_same_embed_dim"] is True else {"key_dim": attrs["kdim"], "value_dim": attrs["vdim"]}
        output, scores = torch_multi_head(*shapes, attrs["embed_dim"], batch_first=first, **sizes)
        machine.add_macs(torch_multi_head_macs(*shapes, attrs["embed_dim"], batch_first=first))
        extra = (attrs["bias_k"] is not None) + flag(attrs["add_zero_attn"])
        if extra:  # keys and values that are appended after the projection
            machine.add_macs(2 * elements(output) * extra)
            scores = (*scores[:-1], scores[-1] + extra)
        check_masks(self, shapes, attn_mask, key_padding_mask)
        made = result(output, like=tensor(query))
        if not flag(need_weights):
            return (made, None)
        if not flag(average_attn_weights):
            scores = (*scores[:-2], attrs["num_heads"], *scores[-2:])
        return (made, result(scores, like=made))

    def merge_masks(machine: Machine, self: Instance, attn_mask: Value, key_padding_mask: Value, query: Value) -> Value:
        raise Undetermined("the merging of attention masks is not followed")

    def _reset_parameters(machine: Machine, self: Instance) -> None: ...


def check_masks(self: Instance, shapes: tuple[Shape, Shape, Shape], attn_mask: Value, key_padding_mask: Value) -> None:
    """The masks must fit the query and the key (torch `multi_head_attention_forward`)."""
    query, key, _ = shapes
    axis = 1 if flag(self.attrs["batch_first"]) and len(query) == 3 else 0
    batch = query[1 - axis : 2 - axis] if len(query) == 3 else ()
    attention = attn_mask.shape if isinstance(attn_mask, Tensor) else None
    padding = key_padding_mask.shape if isinstance(key_padding_mask, Tensor) else None
    if padding is not None and len(padding) != len(query) - 1:
        check_mask("key_padding_mask", padding, (*batch, key[axis]), "AssertionError")
    if attention is not None:
        pair = (query[axis], key[axis])
        if len(attention) == 3:
            heads = self.attrs["num_heads"] * batch[0] if batch else self.attrs["num_heads"]
            check_mask("attn_mask", attention, (heads, *pair), "RuntimeError" if batch else "AssertionError")
        else:
            check_mask("attn_mask", attention, pair, "RuntimeError" if len(attention) == 2 else "AssertionError")
    if padding is not None:
        check_mask("key_padding_mask", padding, (*batch, key[axis]), "AssertionError")


def check_mask(name: str, found: Shape, wanted: Shape, exception: str) -> None:
    """A mask has this shape."""
    if len(found) != len(wanted) or any(clash(one, other) for one, other in zip(found, wanted, strict=True)):
        raise ShapeError(
            "size-mismatch",
            f"`{name}` must be {text(wanted)}, got {text(found)}",
            expected=text(wanted),
            actual=text(found),
            exception=exception,
        )
