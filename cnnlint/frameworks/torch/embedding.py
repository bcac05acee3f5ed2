"""`Embedding` and `EmbeddingBag`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.engine.dense import embedding
from cnnlint.engine.dimension import equal, less
from cnnlint.engine.errors import ShapeError
from cnnlint.frameworks.coerce import dim, flag, integer, option_number, shape_of, tensor
from cnnlint.frameworks.torch.core import PARAMETER, result
from cnnlint.frameworks.torch.dtypes import is_usual
from cnnlint.frameworks.torch.ending import label_range
from cnnlint.frameworks.torch.layer import functional, layer, library_class, open_ended, option, parameter, start
from cnnlint.interpreter.values import ClassMethod, HostFunction, Tensor, Unknown, Weight

if TYPE_CHECKING:
    from cnnlint.engine.dimension import Dim
    from cnnlint.interpreter.machine import Machine
    from cnnlint.interpreter.values import Instance, Value


def build(
    self: Instance,
    num_embeddings: Value,
    embedding_dim: Value,
    padding_idx: Value,
    given: Value,
    dtype: Value,
    *,
    frozen: bool = False,
) -> None:
    """What both constructors do: the table, and the index of the padding inside of it."""
    start(self)
    rows, columns = dim(num_embeddings, "num_embeddings"), dim(embedding_dim, "embedding_dim")
    index = padding_idx
    if padding_idx is not None and not isinstance(padding_idx, Unknown):
        index = integer(padding_idx, "padding_idx")
        if less(rows - 1, index) or less(index, -rows):
            raise ShapeError(
                "bad-argument",
                f"`padding_idx` must be within `num_embeddings`: {index} is not within {rows}",
                exception="AssertionError",
            )
        index = index if index >= 0 else rows + index
    self.attrs |= {"num_embeddings": rows, "embedding_dim": columns, "padding_idx": index}
    if given is None:
        parameter(self, "weight", (rows, columns), dtype)
    else:
        shape = shape_of(given, "_weight")
        if len(shape) != 2 or equal(shape[0], rows) is False or equal(shape[1], columns) is False:
            raise ShapeError(
                "bad-argument",
                "the shape of the weight does not match `num_embeddings` and `embedding_dim`",
                exception="AssertionError",
            )
        made = given if isinstance(given, Weight) else Weight(PARAMETER, shape, given.dtype, name="weight")
        self.attrs["weight"] = made
    if frozen:
        self.attrs["weight"].trainable = False


def check_indices(machine: Machine, indices: Tensor, rows: Dim) -> None:
    """Refuse indices that are no whole numbers, or that the table has no row for."""
    kind = indices.dtype
    if kind is not None and kind not in ("int64", "int32") and is_usual(machine) and "alternative" not in indices.facts:
        raise ShapeError(
            "bad-argument",
            f"an embedding is indexed with {kind}",
            help="convert the indices: `.long()`",
            expected="int64",
            actual=kind,
        )
    found = label_range(indices)
    if found is None or not found[2] or not isinstance(rows, int):
        return
    low, high, _ = found
    if high >= rows or low < 0:
        raise ShapeError(
            "bad-argument",
            f"the index {high if high >= rows else low} is outside of the embedding's {rows} rows",
            help=f"give it {high + 1} rows" if low >= 0 else None,
            expected=f"0 to {rows - 1}",
            actual=str(high if high >= rows else low),
            exception="IndexError",
        )


def check_norm(self: Instance) -> None:
    """Refuse a norm that is no number."""
    if self.attrs["max_norm"] is not None:
        for name in ("max_norm", "norm_type"):
            option_number(self.attrs[name], name)


@layer("Embedding", "embedding", "sparse")
class Embedding:
    def __init__(
        machine: Machine,
        self: Instance,
        num_embeddings: Value,
        embedding_dim: Value,
        padding_idx: Value = None,
        max_norm: Value = None,
        norm_type: Value = 2.0,
        scale_grad_by_freq: Value = False,
        sparse: Value = False,
        _weight: Value = None,
        _freeze: Value = False,
        device: Value = None,
        dtype: Value = None,
    ) -> None:
        build(self, num_embeddings, embedding_dim, padding_idx, _weight, dtype, frozen=flag(_freeze))
        self.attrs |= {"max_norm": max_norm, "norm_type": norm_type}
        self.attrs |= {"scale_grad_by_freq": scale_grad_by_freq, "sparse": sparse}

    def forward(machine: Machine, self: Instance, input: Value) -> Value:
        weight, found = self.attrs["weight"], tensor(input)
        check_norm(self)
        rows, columns = shape_of(weight, "weight")
        check_indices(machine, found, rows)
        if found.shape is None:
            return open_ended(found, columns, lambda shape: shape[:-1])
        return result(embedding(found.shape, columns), like=weight)

    def reset_parameters(machine: Machine, self: Instance) -> None: ...


@layer("EmbeddingBag", "embedding", "sparse")
class EmbeddingBag:
    def __init__(
        machine: Machine,
        self: Instance,
        num_embeddings: Value,
        embedding_dim: Value,
        max_norm: Value = None,
        norm_type: Value = 2.0,
        scale_grad_by_freq: Value = False,
        mode: Value = "mean",
        sparse: Value = False,
        _weight: Value = None,
        include_last_offset: Value = False,
        padding_idx: Value = None,
        device: Value = None,
        dtype: Value = None,
    ) -> None:
        build(self, num_embeddings, embedding_dim, padding_idx, _weight, dtype)
        self.attrs |= {"max_norm": max_norm, "norm_type": norm_type, "scale_grad_by_freq": scale_grad_by_freq}
        self.attrs |= {"mode": mode, "sparse": sparse, "include_last_offset": include_last_offset}

    def forward(
        machine: Machine, self: Instance, input: Value, offsets: Value = None, per_sample_weights: Value = None
    ) -> Value:
        option(self.attrs["mode"], ("sum", "mean", "max"), "mode")
        check_norm(self)
        return functional("embedding_bag")(
            machine,
            input,
            self.attrs["weight"],
            offsets,
            mode=self.attrs["mode"],
            per_sample_weights=per_sample_weights,
            include_last_offset=self.attrs["include_last_offset"],
            padding_idx=None,
        )

    def reset_parameters(machine: Machine, self: Instance) -> None: ...


def from_pretrained(
    machine: Machine,
    cls: Value,
    embeddings: Value,
    freeze: Value = True,
    padding_idx: Value = None,
    max_norm: Value = None,
    norm_type: Value = 2.0,
    scale_grad_by_freq: Value = False,
    sparse: Value = False,
) -> Value:
    """An embedding whose table is given, by default not trained."""
    shape = shape_of(embeddings, "embeddings")
    if len(shape) != 2:
        raise ShapeError("rank-mismatch", f"embeddings have 2 axes, not {len(shape)}", exception="AssertionError")
    table = Tensor(embeddings.cls, shape, embeddings.dtype)
    made = machine.call(cls, (*shape,), {"_weight": table, "padding_idx": padding_idx})
    weight = machine.get(made, "weight")
    if isinstance(weight, Weight):
        weight.trainable = not flag(freeze)
    return made


for _name in ("Embedding", "EmbeddingBag"):
    _method = ClassMethod(HostFunction(f"torch.nn.{_name}.from_pretrained", from_pretrained))
    library_class(f"torch.nn.{_name}").namespace["from_pretrained"] = _method
