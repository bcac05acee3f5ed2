"""Attention layers: dot-product, additive, multi-head and grouped-query attention."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.engine import attention as engine
from cnnlint.engine.constraints import clash
from cnnlint.engine.dense import check_features
from cnnlint.engine.dimension import Dim, Expr, equal, product
from cnnlint.engine.dimension import text as dim_text
from cnnlint.engine.errors import ShapeError
from cnnlint.engine.shape import broadcast, elements, text
from cnnlint.frameworks import coerce
from cnnlint.frameworks.keras.arguments import refused, single
from cnnlint.frameworks.keras.core import KERAS, result
from cnnlint.frameworks.keras.layer import add_weight, axis_size, configure, initialize, layer
from cnnlint.interpreter.values import DictValue, Instance, ListValue, Tensor, Unknown, Value

if TYPE_CHECKING:
    from cnnlint.engine.shape import Shape
    from cnnlint.interpreter.machine import Machine


def _listed(self: Instance, inputs: Value) -> list[Value]:
    """`[query, value]` or `[query, value, key]`. Raises ShapeError "bad-call", Undetermined."""
    known = coerce.known(inputs)
    if not isinstance(known, ListValue):
        raise refused(f"`{self.cls.name}` is called on a list, [query, value] or [query, value, key]")
    found = coerce.items(known) or ()
    if not 2 <= len(found) <= 3:
        raise refused(
            f"`{self.cls.name}` takes a list of 2 or 3 inputs, not {len(found)}",
            expected="2 or 3",
            actual=str(len(found)),
        )
    return list(found)


def _attend(machine: Machine, self: Instance, inputs: Value, scores: Value) -> Value:
    found = _listed(self, inputs)
    (tensor, query), (_, value), (_, key) = (single(item) for item in (*found, found[1])[:3])
    output = (*query[:-1], value[-1])  # as Keras puts it together, the batch too
    if self.attrs.get("score_mode", "concat") == "concat":  # the features are added, not multiplied
        broadcast(query[-1:], key[-1:])
        engine.scaled_dot_product((*query[:-1], 1), (*key[:-1], 1), value)
        machine.add_macs(product((*query[:-1], key[-2], value[-1])))
    else:
        engine.scaled_dot_product(query, key, value)
        machine.add_macs(engine.scaled_dot_product_macs(query, key, value))
    made = result(output, like=tensor)
    if coerce.flag(scores):
        return (made, result((*output[:-1], key[-2]), like=tensor))
    return made


def _check_masks(self: Instance, inputs: Value, mask: Value) -> None:
    """The second mask covers the steps of the value. Raises ShapeError "size-mismatch"."""
    given = None if mask is None else coerce.items(mask)
    found = _listed(self, inputs)
    if given is None or len(given) < 2 or not isinstance(given[1], Tensor) or not isinstance(found[1], Tensor):
        return
    covered, value = given[1].shape, found[1].shape
    if covered and value and len(value) > 1 and equal(covered[-1], 1) is not True and clash(covered[-1], value[-2]):
        raise ShapeError(
            "size-mismatch",
            f"the mask of the value {text(covered)} does not cover its steps {text(value)}",
            expected=text(value[-2:-1]),
            actual=text(covered[-1:]),
            exception="ValueError",
        )


@layer("Attention", kind="attention")
class Attention:
    def __init__(
        machine: Machine,
        self: Instance,
        use_scale: Value = False,
        score_mode: Value = "dot",
        dropout: Value = 0.0,
        seed: Value = None,
        **kwargs: Value,
    ) -> None:
        initialize(machine, self, kwargs)
        mode = coerce.known(score_mode)
        if mode not in ("dot", "concat"):
            raise refused(f"`score_mode` must be 'dot' or 'concat', got {mode!r}")
        _check_options(dropout, None, None)
        configure(self, use_scale=use_scale, score_mode=mode, dropout=dropout)

    def build(machine: Machine, self: Instance, input_shape: Value) -> None:
        _listed(self, input_shape)
        if coerce.flag(self.attrs["use_scale"]):
            add_weight(machine, self, "scale", ())
        if self.attrs["score_mode"] == "concat":
            add_weight(machine, self, "concat_score_weight", ())

    def call(
        machine: Machine,
        self: Instance,
        inputs: Value,
        mask: Value = None,
        training: Value = False,
        return_attention_scores: Value = False,
        use_causal_mask: Value = False,
    ) -> Value:
        _check_masks(self, inputs, mask)
        return _attend(machine, self, inputs, return_attention_scores)


@layer("AdditiveAttention", kind="attention", bases=(KERAS.names["keras.layers.Attention"],))
class AdditiveAttention:
    def __init__(
        machine: Machine, self: Instance, use_scale: Value = True, dropout: Value = 0.0, **kwargs: Value
    ) -> None:
        for option in ("score_mode", "seed"):
            kwargs.pop(option, None)
        initialize(machine, self, kwargs)
        _check_options(dropout, None, None)
        configure(self, use_scale=use_scale, dropout=dropout)

    def build(machine: Machine, self: Instance, input_shape: Value) -> None:
        query = _listed(self, input_shape)[0]
        if coerce.flag(self.attrs["use_scale"]):
            add_weight(machine, self, "scale", (axis_size(query, -1, "features"),))


def _whole(value: Value, name: str) -> Dim:
    """A positive integer, and no float. Raises ShapeError "bad-argument", Undetermined."""
    known = value if isinstance(value, Unknown) and value.symbol else coerce.known(value)
    if not isinstance(known, (int, Expr, Unknown)) or (isinstance(known, int) and known <= 0):
        raise refused(f"`{name}` must be a positive integer, got {known!r}", expected="at least 1", actual=repr(known))
    return coerce.dim(known, name)


def _built_for(input_shape: Value) -> Shape:
    """What the weights depend on: only the number of features is read, the other sizes stand for themselves."""
    rank = len(coerce.items(input_shape) or ())
    return (*(1,) * (rank - 1), axis_size(input_shape, -1, "features"))


def _check_options(dropout: Value, window: Value, flash: Value) -> None:
    """What the constructors of all attention layers compare. Raises ShapeError "bad-argument"."""
    if dropout is None or (isinstance(dropout, coerce.NO_NUMBERS) and not isinstance(dropout, float)):
        raise refused(f"`dropout` must be a number, not {coerce.describe(dropout)}", "TypeError")
    if window is not None and not isinstance(window, (Unknown, Expr)) and (not isinstance(window, int) or window <= 0):
        raise refused(f"`sliding_window` must be None or a positive integer, got {coerce.describe(window)}")
    if flash is True and isinstance(dropout, (int, float)) and dropout > 0:
        raise refused("flash attention goes without dropout")


def _ranks(query: Shape, other: Shape) -> ShapeError:
    return ShapeError(
        "rank-mismatch",
        f"the query and the value must have as many axes, not {text(query)} and {text(other)}",
        expected=str(len(query)),
        actual=str(len(other)),
        exception="ValueError",
    )


def _check_mask(mask: Value, scores: Shape, axes: int) -> None:
    """An attention mask (batch, queries, keys) covers the scores. Raises ShapeError "size-mismatch"."""
    if not isinstance(mask, Tensor) or mask.shape is None:
        return
    if axes != 1:  # the mask gets an axis for the heads, so the scores must have as many besides
        if len(mask.shape) + 1 != len(scores) and not any(isinstance(size, Expr) for size in mask.shape[1:]):
            raise refused(f"the attention mask {text(mask.shape)} does not cover scores of {text(scores)}")
        return
    for axis in (-2, -1):
        if len(mask.shape) < -axis:
            continue
        size, other = mask.shape[axis], scores[axis]
        wide = axis == -2 and equal(other, 1) is True
        if equal(size, 1) is not True and not wide and clash(size, other):
            raise ShapeError(
                "size-mismatch",
                f"the attention mask {text(mask.shape)} does not cover scores of {text(scores)}",
                expected=text(scores[-2:]),
                actual=text(mask.shape[-2:]),
                exception="ValueError",
            )


def _check_causal(axes: Value, query: Shape, value: Shape, key: Shape) -> None:
    """Keras makes the causal mask for axis 1, whichever axis is attended. Raises ShapeError "size-mismatch"."""
    axis = axes[0] % len(query) if isinstance(axes, tuple) and isinstance(axes[0], int) else 1
    for covered, attended in ((query[1], query[axis]), (value[1], key[axis])):
        if equal(covered, 1) is not True and clash(covered, attended):
            raise ShapeError(
                "size-mismatch",
                f"the causal mask is made for the {dim_text(covered)} steps of axis 1, "
                f"but the attention is over the {dim_text(attended)} of axis {axis}",
                expected=dim_text(attended),
                actual=dim_text(covered),
                exception="ValueError",
            )


def _check_query(self: Instance, name: str, shape: Shape) -> None:
    kernel = self.attrs.get(f"{name}/kernel")
    if kernel is not None and kernel.shape is not None:
        check_features(kernel.shape[0], shape[-1], f"features of the {name}")


@layer("MultiHeadAttention", kind="attention")
class MultiHeadAttention:
    def __init__(
        machine: Machine,
        self: Instance,
        num_heads: Value,
        key_dim: Value,
        value_dim: Value = None,
        dropout: Value = 0.0,
        use_bias: Value = True,
        output_shape: Value = None,
        attention_axes: Value = None,
        sliding_window: Value = None,
        flash_attention: Value = None,
        kernel_initializer: Value = "glorot_uniform",
        bias_initializer: Value = "zeros",
        kernel_regularizer: Value = None,
        bias_regularizer: Value = None,
        activity_regularizer: Value = None,
        kernel_constraint: Value = None,
        bias_constraint: Value = None,
        use_gate: Value = False,
        seed: Value = None,
        **kwargs: Value,
    ) -> None:
        heads, size = _whole(num_heads, "num_heads"), _whole(key_dim, "key_dim")
        wide = size if value_dim is None else _whole(value_dim, "value_dim")
        initialize(machine, self, kwargs)
        _check_options(dropout, sliding_window, flash_attention)
        axes = None if attention_axes is None else coerce.shape(attention_axes, "attention_axes")
        configure(self, num_heads=heads, key_dim=size, value_dim=wide, dropout=dropout, use_bias=use_bias)
        self.attrs["attention_axes"] = axes
        empty = isinstance(output_shape, DictValue) and output_shape.unknown is None and not output_shape.items
        given = None if empty or not output_shape else output_shape
        self.facts["output_shape"] = None if given is None else coerce.shape(given, "output_shape")
        self.facts["gate"] = coerce.flag(use_gate)
        self.facts["window"] = sliding_window
        if isinstance(dropout, (int, float)) and not 0 <= dropout <= 1:
            raise refused(f"`dropout` must be between 0 and 1, got {dropout}")

    def build(
        machine: Machine, self: Instance, query_shape: Value, value_shape: Value, key_shape: Value = None
    ) -> None:
        query, value = _built_for(query_shape), _built_for(value_shape)
        shapes = engine.keras_multi_head_weights(
            query,
            value,
            value if key_shape is None else _built_for(key_shape),
            self.attrs["num_heads"],
            self.attrs["key_dim"],
            value_dim=self.attrs["value_dim"],
            output_shape=self.facts["output_shape"],
            bias=coerce.flag(self.attrs["use_bias"]),
            gate=self.facts["gate"],
        )
        for name, shape in shapes.items():
            add_weight(machine, self, name, shape)

    def call(
        machine: Machine,
        self: Instance,
        query: Value,
        value: Value,
        key: Value = None,
        query_mask: Value = None,
        value_mask: Value = None,
        key_mask: Value = None,
        attention_mask: Value = None,
        return_attention_scores: Value = False,
        training: Value = None,
        use_causal_mask: Value = False,
    ) -> Value:
        tensor, asked = single(query)
        _, kept = single(value)
        _, keys = single(value if key is None else key)
        for name, shape in (("query", asked), ("key", keys), ("value", kept)):
            _check_query(self, name, shape)
            if len(shape) != len(asked):
                raise _ranks(asked, shape)
        _check_mask(attention_mask, (asked[0], self.attrs["num_heads"], *asked[1:-1], *keys[1:-1]), len(asked) - 2)
        count = len(asked) - 2 if self.attrs["attention_axes"] is None else len(self.attrs["attention_axes"])
        if count > 1 and coerce.flag(use_causal_mask):
            raise refused("a causal mask goes with one attention axis only, so with inputs of 3 dimensions")
        if count == 1 and coerce.flag(use_causal_mask):
            _check_causal(self.attrs["attention_axes"], asked, kept, keys)
        if count > 1 and isinstance(self.facts["window"], int):
            raise refused("a sliding window goes with one attention axis only, so with inputs of 3 dimensions")
        output = engine.keras_multi_head(asked, kept, keys, self.facts["output_shape"])
        machine.add_macs(_multi_head_macs(self, asked, kept, keys))
        made = result(output, like=tensor)
        if coerce.flag(return_attention_scores):
            return (made, result((asked[0], self.attrs["num_heads"], asked[1], asked[1]), like=tensor))
        return made


def _multi_head_macs(self: Instance, query: Shape, value: Shape, key: Shape) -> Dim:
    """Over all axes but the first and the last; where `attention_axes` names fewer, the others count as batch."""
    axes = self.attrs["attention_axes"]
    if axes is not None:
        chosen = {axis % len(query) for axis in axes if isinstance(axis, int)}
        query, value, key = (_folded(shape, chosen) for shape in (query, value, key))
    return engine.keras_multi_head_macs(
        query,
        value,
        key,
        self.attrs["num_heads"],
        self.attrs["key_dim"],
        value_dim=self.attrs["value_dim"],
        output_shape=self.facts["output_shape"],
        gate=self.facts["gate"],
    )


def _folded(shape: Shape, axes: set[int]) -> Shape:
    batch = product(size for axis, size in enumerate(shape[:-1]) if axis not in axes)
    return (batch, *(size for axis, size in enumerate(shape[:-1]) if axis in axes), shape[-1])


@layer("GroupedQueryAttention", "GroupQueryAttention", kind="attention")
class GroupQueryAttention:
    def __init__(
        machine: Machine,
        self: Instance,
        head_dim: Value,
        num_query_heads: Value,
        num_key_value_heads: Value,
        dropout: Value = 0.0,
        use_bias: Value = True,
        sliding_window: Value = None,
        flash_attention: Value = None,
        kernel_initializer: Value = "glorot_uniform",
        bias_initializer: Value = "zeros",
        kernel_regularizer: Value = None,
        bias_regularizer: Value = None,
        activity_regularizer: Value = None,
        kernel_constraint: Value = None,
        bias_constraint: Value = None,
        use_gate: Value = False,
        seed: Value = None,
        **kwargs: Value,
    ) -> None:
        initialize(machine, self, kwargs)
        size, heads = coerce.dim(head_dim, "head_dim"), coerce.dim(num_query_heads, "num_query_heads")
        shared = coerce.dim(num_key_value_heads, "num_key_value_heads")
        engine.grouped_heads(heads, shared)
        _check_options(dropout, sliding_window, flash_attention)
        configure(self, head_dim=size, num_query_heads=heads, num_key_value_heads=shared, use_bias=use_bias)
        self.attrs["dropout"] = dropout
        self.facts["gate"] = coerce.flag(use_gate)

    def build(
        machine: Machine, self: Instance, query_shape: Value, value_shape: Value, key_shape: Value = None
    ) -> None:
        features = axis_size(query_shape, -1, "features")
        size, heads = self.attrs["head_dim"], self.attrs["num_query_heads"]
        shared, bias = self.attrs["num_key_value_heads"], coerce.flag(self.attrs["use_bias"])
        parts = [("query", query_shape, heads), ("key", value_shape if key_shape is None else key_shape, shared)]
        parts += [("gate", query_shape, heads)] if self.facts["gate"] else []
        for name, shape, count in (*parts, ("value", value_shape, shared)):
            add_weight(machine, self, f"{name}/kernel", (axis_size(shape, -1, "features"), count, size))
            if bias:
                add_weight(machine, self, f"{name}/bias", (count, size))
        add_weight(machine, self, "attention_output/kernel", (heads, size, features))
        if bias:
            add_weight(machine, self, "attention_output/bias", (features,))

    def call(
        machine: Machine,
        self: Instance,
        query: Value,
        value: Value,
        key: Value = None,
        query_mask: Value = None,
        value_mask: Value = None,
        key_mask: Value = None,
        attention_mask: Value = None,
        return_attention_scores: Value = False,
        training: Value = None,
        use_causal_mask: Value = False,
    ) -> Value:
        tensor, asked = single(query)
        _, kept = single(value)
        _, keys = single(value if key is None else key)
        for name, shape in (("query", asked), ("key", keys), ("value", kept)):
            if len(shape) != 3:
                raise refused(f"the {name} must have 3 dimensions, not {len(shape)}")
            _check_query(self, name, shape)
        check_features(asked[-1], kept[-1], "features of the query")
        _check_mask(attention_mask, (asked[0], self.attrs["num_query_heads"], asked[1], keys[1]), 1)
        size, heads, shared = (self.attrs[name] for name in ("head_dim", "num_query_heads", "num_key_value_heads"))
        wide = product((heads, size))
        projections = elements(asked) * wide * (3 if self.facts["gate"] else 2)
        projections += (elements(keys) + elements(kept)) * product((shared, size))
        machine.add_macs(projections + 2 * product((*asked[:-1], kept[1], wide)))
        made = result(asked, like=tensor)
        if coerce.flag(return_attention_scores):
            return (made, result((asked[0], heads, asked[1], kept[1]), like=tensor))
        return made
