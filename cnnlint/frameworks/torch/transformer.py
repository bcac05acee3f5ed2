"""`Transformer`, its encoder and decoder and their layers: built of the other layers, as in PyTorch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.engine.constraints import clash
from cnnlint.engine.dimension import text as dim_text
from cnnlint.engine.errors import ShapeError
from cnnlint.engine.shape import broadcast, text
from cnnlint.frameworks.coerce import dim, flag, integer, known, shape_of, tensor
from cnnlint.frameworks.torch.core import TORCH, result
from cnnlint.frameworks.torch.layer import layer, library_class, new, start
from cnnlint.frameworks.torch.provenance import mark
from cnnlint.frameworks.torch.registry import cloned
from cnnlint.interpreter.stdlib.copy import COPIES
from cnnlint.interpreter.values import HostFunction, Instance, ListValue, StaticMethod, Unknown

if TYPE_CHECKING:
    from cnnlint.engine.shape import Shape
    from cnnlint.interpreter.machine import Machine
    from cnnlint.interpreter.values import Value


def activation_of(value: Value) -> Value:
    """The function that a layer's `activation` names."""
    if not isinstance(value, str):
        return value
    if value not in ("relu", "gelu"):
        raise ShapeError(
            "bad-argument", f'`activation` must be "relu" or "gelu", not "{value}"', exception="RuntimeError"
        )
    return TORCH.names[f"torch.nn.functional.{value}"]


def build(
    machine: Machine,
    self: Instance,
    d_model: Value,
    nhead: Value,
    dim_feedforward: Value,
    dropout: Value,
    activation: Value,
    layer_norm_eps: Value,
    batch_first: Value,
    norm_first: Value,
    bias: Value,
    dtype: Value,
    *,
    decoder: bool,
) -> None:
    """The parts of an encoder's or decoder's layer, in PyTorch's order."""
    start(self)
    attrs = self.attrs
    attention = {"dropout": dropout, "batch_first": batch_first, "bias": bias, "dtype": dtype}
    norms = ("norm1", "norm2", "norm3") if decoder else ("norm1", "norm2")
    attrs["self_attn"] = new(machine, "MultiheadAttention", d_model, nhead, **attention)
    if decoder:
        attrs["multihead_attn"] = new(machine, "MultiheadAttention", d_model, nhead, **attention)
    attrs["linear1"] = new(machine, "Linear", d_model, dim_feedforward, bias=bias, dtype=dtype)
    attrs["dropout"] = new(machine, "Dropout", dropout)
    attrs["linear2"] = new(machine, "Linear", dim_feedforward, d_model, bias=bias, dtype=dtype)
    attrs["norm_first"] = norm_first
    for name in norms:
        attrs[name] = new(machine, "LayerNorm", d_model, eps=layer_norm_eps, bias=bias, dtype=dtype)
    for name in norms:
        attrs[name.replace("norm", "dropout")] = new(machine, "Dropout", dropout)
    attrs["activation"] = function = activation_of(activation)
    if not decoder:
        found = getattr(getattr(function, "cls", function), "name", "").rpartition(".")[2].lower()
        attrs["activation_relu_or_gelu"] = {"relu": 1, "gelu": 2}.get(found, 0)


def added(machine: Machine, x: Value, y: Value) -> Value:
    """`x + y`, a residual connection."""
    if isinstance(x, Unknown) or isinstance(y, Unknown):
        return x if isinstance(x, Unknown) else y
    made = result(broadcast(shape_of(x), shape_of(y)), like=tensor(x))
    mark(machine, made, "add", (x, y), {})
    return made


def attended(
    machine: Machine, self: Instance, name: str, inputs: tuple[Value, Value], masks: tuple[Value, Value]
) -> Value:
    """An attention part with its dropout."""
    (query, memory), (attn_mask, key_padding_mask) = inputs, masks
    options = {"attn_mask": attn_mask, "key_padding_mask": key_padding_mask, "need_weights": False}
    found = known(machine.call(self.attrs[name], (query, memory, memory), options))
    drop = self.attrs["dropout1" if name == "self_attn" else "dropout2"]
    return machine.call(drop, (found[0] if isinstance(found, tuple) else found,))


def self_attention(
    machine: Machine,
    self: Instance,
    x: Value,
    attn_mask: Value,
    key_padding_mask: Value,
    is_causal: Value = False,
) -> Value:
    """`_sa_block`, which code may override."""
    return attended(machine, self, "self_attn", (x, x), (attn_mask, key_padding_mask))


def cross_attention(
    machine: Machine,
    self: Instance,
    x: Value,
    mem: Value,
    attn_mask: Value,
    key_padding_mask: Value,
    is_causal: Value = False,
) -> Value:
    """`_mha_block`, which code may override."""
    return attended(machine, self, "multihead_attn", (x, mem), (attn_mask, key_padding_mask))


def feed_forward(machine: Machine, self: Instance, x: Value) -> Value:
    """`_ff_block`, which code may override: the two linear layers of a block."""
    attrs = self.attrs
    inside = machine.call(attrs["activation"], (machine.call(attrs["linear1"], (x,)),))
    output = machine.call(attrs["linear2"], (machine.call(attrs["dropout"], (inside,)),))
    return machine.call(attrs["dropout3" if "dropout3" in attrs else "dropout2"], (output,))


def part(machine: Machine, self: Instance, name: str, *args: Value) -> Value:
    """A block of a layer: its own, or the one that a subclass has in its place."""
    return machine.call(machine.get(self, name), args)


@layer("TransformerEncoderLayer", "attention", "transformer")
class TransformerEncoderLayer:
    def __init__(
        machine: Machine,
        self: Instance,
        d_model: Value,
        nhead: Value,
        dim_feedforward: Value = 2048,
        dropout: Value = 0.1,
        activation: Value = "relu",
        layer_norm_eps: Value = 1e-05,
        batch_first: Value = False,
        norm_first: Value = False,
        bias: Value = True,
        device: Value = None,
        dtype: Value = None,
    ) -> None:
        options = (dropout, activation, layer_norm_eps, batch_first, norm_first, bias, dtype)
        build(machine, self, d_model, nhead, dim_feedforward, *options, decoder=False)

    def forward(
        machine: Machine,
        self: Instance,
        src: Value,
        src_mask: Value = None,
        src_key_padding_mask: Value = None,
        is_causal: Value = False,
    ) -> Value:
        attrs, x, masks = self.attrs, src, (src_mask, src_key_padding_mask)
        if flag(attrs["norm_first"]):
            x = added(machine, x, part(machine, self, "_sa_block", machine.call(attrs["norm1"], (x,)), *masks))
            return added(machine, x, part(machine, self, "_ff_block", machine.call(attrs["norm2"], (x,))))
        x = machine.call(attrs["norm1"], (added(machine, x, part(machine, self, "_sa_block", x, *masks)),))
        return machine.call(attrs["norm2"], (added(machine, x, part(machine, self, "_ff_block", x)),))

    _sa_block = self_attention
    _ff_block = feed_forward


@layer("TransformerDecoderLayer", "attention", "transformer")
class TransformerDecoderLayer:
    def __init__(
        machine: Machine,
        self: Instance,
        d_model: Value,
        nhead: Value,
        dim_feedforward: Value = 2048,
        dropout: Value = 0.1,
        activation: Value = "relu",
        layer_norm_eps: Value = 1e-05,
        batch_first: Value = False,
        norm_first: Value = False,
        bias: Value = True,
        device: Value = None,
        dtype: Value = None,
    ) -> None:
        options = (dropout, activation, layer_norm_eps, batch_first, norm_first, bias, dtype)
        build(machine, self, d_model, nhead, dim_feedforward, *options, decoder=True)

    def forward(
        machine: Machine,
        self: Instance,
        tgt: Value,
        memory: Value,
        tgt_mask: Value = None,
        memory_mask: Value = None,
        tgt_key_padding_mask: Value = None,
        memory_key_padding_mask: Value = None,
        tgt_is_causal: Value = False,
        memory_is_causal: Value = False,
    ) -> Value:
        attrs, x = self.attrs, tgt
        own, cross = (tgt_mask, tgt_key_padding_mask), (memory, memory_mask, memory_key_padding_mask)
        if flag(attrs["norm_first"]):
            x = added(machine, x, part(machine, self, "_sa_block", machine.call(attrs["norm1"], (x,)), *own))
            x = added(machine, x, part(machine, self, "_mha_block", machine.call(attrs["norm2"], (x,)), *cross))
            return added(machine, x, part(machine, self, "_ff_block", machine.call(attrs["norm3"], (x,))))
        x = machine.call(attrs["norm1"], (added(machine, x, part(machine, self, "_sa_block", x, *own)),))
        x = machine.call(attrs["norm2"], (added(machine, x, part(machine, self, "_mha_block", x, *cross)),))
        return machine.call(attrs["norm3"], (added(machine, x, part(machine, self, "_ff_block", x)),))

    _sa_block = self_attention
    _mha_block = cross_attention
    _ff_block = feed_forward


def stack(machine: Machine, self: Instance, block: Value, num_layers: Value, norm: Value) -> None:
    """Register `num_layers` copies of a block, and the normalization behind them."""
    start(self)
    count = integer(num_layers, "num_layers")
    original = known(block)
    copies = [cloned(original) for _ in range(count)]
    if isinstance(original, Instance):
        machine.touch(original)
        original.facts[COPIES] = copies
    self.attrs["layers"] = new(machine, "ModuleList", ListValue(copies))
    self.attrs |= {"num_layers": count, "norm": norm}


def run_through(machine: Machine, self: Instance, args: tuple[Value, ...], options: dict[str, Value]) -> Value:
    """Apply the copies one after the other, then the normalization."""
    output, *others = args
    if not machine.elements(self.attrs["layers"]):
        raise ShapeError("bad-call", f"`{self.cls.name}` has no layers to apply", exception="IndexError")
    for block in machine.elements(self.attrs["layers"]):
        output = machine.call(block, (output, *others), options)
    norm = self.attrs["norm"]
    return output if norm is None else machine.call(norm, (output,))


def takes_nested(block: Value) -> bool:
    """Whether an encoder of such layers may skip padding (torch `TransformerEncoder.__init__`)."""
    if not isinstance(block, Instance) or not block.cls.is_subclass("torch.nn.TransformerEncoderLayer"):
        return False
    attention, (one, two) = block.attrs["self_attn"], (block.attrs["norm1"], block.attrs["norm2"])
    assert isinstance(attention, Instance)
    assert isinstance(one, Instance)
    assert isinstance(two, Instance)
    inside = attention.attrs
    return (
        not flag(block.attrs["norm_first"])
        and flag(inside["batch_first"])
        and inside["_qkv_same_embed_dim"] is True
        and inside["in_proj_bias"] is not None
        and block.attrs["activation_relu_or_gelu"] != 0
        and one.attrs.get("eps") == two.attrs.get("eps")
        and isinstance(inside["num_heads"], int)
        and inside["num_heads"] % 2 == 0
    )


@layer("TransformerEncoder", "attention", "transformer")
class TransformerEncoder:
    def __init__(
        machine: Machine,
        self: Instance,
        encoder_layer: Value,
        num_layers: Value,
        norm: Value = None,
        enable_nested_tensor: Value = True,
        mask_check: Value = True,
    ) -> None:
        stack(machine, self, encoder_layer, num_layers, norm)
        nested = enable_nested_tensor if takes_nested(encoder_layer) else False
        self.attrs |= {"enable_nested_tensor": enable_nested_tensor, "use_nested_tensor": nested}
        self.attrs["mask_check"] = mask_check

    def forward(
        machine: Machine,
        self: Instance,
        src: Value,
        mask: Value = None,
        src_key_padding_mask: Value = None,
        is_causal: Value = None,
    ) -> Value:
        options = {"src_mask": mask, "src_key_padding_mask": src_key_padding_mask, "is_causal": False}
        return run_through(machine, self, (src,), options)


@layer("TransformerDecoder", "attention", "transformer")
class TransformerDecoder:
    def __init__(machine: Machine, self: Instance, decoder_layer: Value, num_layers: Value, norm: Value = None) -> None:
        stack(machine, self, decoder_layer, num_layers, norm)

    def forward(
        machine: Machine,
        self: Instance,
        tgt: Value,
        memory: Value,
        tgt_mask: Value = None,
        memory_mask: Value = None,
        tgt_key_padding_mask: Value = None,
        memory_key_padding_mask: Value = None,
        tgt_is_causal: Value = None,
        memory_is_causal: Value = False,
    ) -> Value:
        options = {
            "tgt_mask": tgt_mask,
            "memory_mask": memory_mask,
            "tgt_key_padding_mask": tgt_key_padding_mask,
            "memory_key_padding_mask": memory_key_padding_mask,
            "tgt_is_causal": False,
            "memory_is_causal": False,
        }
        return run_through(machine, self, (tgt, memory), options)


@layer("Transformer", "attention", "transformer")
class Transformer:
    def __init__(
        machine: Machine,
        self: Instance,
        d_model: Value = 512,
        nhead: Value = 8,
        num_encoder_layers: Value = 6,
        num_decoder_layers: Value = 6,
        dim_feedforward: Value = 2048,
        dropout: Value = 0.1,
        activation: Value = "relu",
        custom_encoder: Value = None,
        custom_decoder: Value = None,
        layer_norm_eps: Value = 1e-05,
        batch_first: Value = False,
        norm_first: Value = False,
        bias: Value = True,
        device: Value = None,
        dtype: Value = None,
    ) -> None:
        start(self)
        options = (dim_feedforward, dropout, activation, layer_norm_eps, batch_first, norm_first, bias, device, dtype)
        parts = (("encoder", "Encoder", num_encoder_layers, custom_encoder),)
        for name, kind, count, custom in (*parts, ("decoder", "Decoder", num_decoder_layers, custom_decoder)):
            if custom is not None:
                self.attrs[name] = custom
                continue
            block = new(machine, f"Transformer{kind}Layer", d_model, nhead, *options)
            norm = new(machine, "LayerNorm", d_model, eps=layer_norm_eps, bias=bias, dtype=dtype)
            self.attrs[name] = new(machine, f"Transformer{kind}", block, count, norm)
        self.attrs |= {"d_model": d_model, "nhead": nhead, "batch_first": batch_first}

    def forward(
        machine: Machine,
        self: Instance,
        src: Value,
        tgt: Value,
        src_mask: Value = None,
        tgt_mask: Value = None,
        memory_mask: Value = None,
        src_key_padding_mask: Value = None,
        tgt_key_padding_mask: Value = None,
        memory_key_padding_mask: Value = None,
        src_is_causal: Value = None,
        tgt_is_causal: Value = None,
        memory_is_causal: Value = False,
    ) -> Value:
        check_pair(self, tensor(src).shape, tensor(tgt, "tgt").shape)
        masks = {"mask": src_mask, "src_key_padding_mask": src_key_padding_mask}
        memory = machine.call(self.attrs["encoder"], (src,), masks)
        masks = {
            "tgt_mask": tgt_mask,
            "memory_mask": memory_mask,
            "tgt_key_padding_mask": tgt_key_padding_mask,
            "memory_key_padding_mask": memory_key_padding_mask,
        }
        return machine.call(self.attrs["decoder"], (tgt, memory), masks)

    def generate_square_subsequent_mask(
        machine: Machine, sz: Value, device: Value = None, dtype: Value = None
    ) -> Value:
        size = integer(sz, "sz")
        return result((size, size), "float32")


def check_pair(self: Instance, src: Shape | None, tgt: Shape | None) -> None:
    """Source and target are batches of as many samples, their features those of the model."""
    if src is None or tgt is None:
        return
    axis = 0 if flag(self.attrs["batch_first"]) else 1
    size = dim(self.attrs["d_model"])
    if len(src) == 3 and len(tgt) > axis and clash(src[axis], tgt[axis]):
        what, found = "the batches of `src` and `tgt` differ", f"{text(src)} and {text(tgt)}"
        raise ShapeError("size-mismatch", f"{what}: {found}", actual=found, exception="RuntimeError")
    for shape in (src, tgt):
        if shape and clash(shape[-1], size):
            message = f"`d_model` is {dim_text(size)}, but the input has {dim_text(shape[-1])} features"
            expected, actual = dim_text(size), dim_text(shape[-1])
            raise ShapeError("feature-mismatch", message, expected=expected, actual=actual, exception="RuntimeError")


def generate_square_subsequent_mask(machine: Machine, sz: Value, device: Value = None, dtype: Value = None) -> Value:
    """A causal mask, (sz, sz)."""
    size = dim(sz, "sz")
    return result((size, size), "float32")


library_class("torch.nn.Transformer").namespace["generate_square_subsequent_mask"] = StaticMethod(
    HostFunction("torch.nn.Transformer.generate_square_subsequent_mask", generate_square_subsequent_mask)
)
