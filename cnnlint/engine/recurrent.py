"""Recurrent layers: simple, LSTM and GRU, in PyTorch's and in Keras's layout."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

from cnnlint.engine.constraints import require_equal
from cnnlint.engine.dense import check_features, check_rank
from cnnlint.engine.dimension import Dim, less, product
from cnnlint.engine.dimension import text as dim_text
from cnnlint.engine.errors import ShapeError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cnnlint.engine.reshaping import Shape

Cell: TypeAlias = Literal["rnn", "lstm", "gru"]
GATES: dict[Cell, int] = {"rnn": 1, "lstm": 4, "gru": 3}


class RecurrentShapes(NamedTuple):
    """What a PyTorch recurrent layer returns; `cell` is the LSTM's second state."""

    output: Shape
    hidden: Shape
    cell: Shape


def torch_recurrent(
    shape: Shape,
    input_size: Dim,
    hidden_size: Dim,
    *,
    layers: int = 1,
    bidirectional: bool = False,
    batch_first: bool = False,
    proj_size: Dim = 0,
) -> RecurrentShapes:
    """`torch.nn.RNN`, `LSTM`, `GRU` on (L, N, in), (N, L, in) where `batch_first`, or (L, in).

    From torch `nn/modules/rnn.py` `check_input`. Raises ShapeError `rank-mismatch`, `feature-mismatch`.
    """
    check_rank(shape, 2, 3)
    check_features(input_size, shape[-1], "input_size")
    directions = 2 if bidirectional else 1
    out = _output_size(hidden_size, proj_size)
    batch = () if len(shape) == 2 else (shape[0 if batch_first else 1],)
    stacked = layers * directions
    return RecurrentShapes((*shape[:-1], out * directions), (stacked, *batch, out), (stacked, *batch, hidden_size))


def _output_size(hidden_size: Dim, proj_size: Dim) -> Dim:
    if not (isinstance(proj_size, int) and proj_size == 0) and less(proj_size, hidden_size) is False:
        raise ShapeError(
            "bad-argument",
            f"`proj_size` is {dim_text(proj_size)}, but has to be smaller than `hidden_size`, {dim_text(hidden_size)}",
            expected=f"less than {dim_text(hidden_size)}",
            actual=dim_text(proj_size),
            exception="ValueError",
        )
    return hidden_size if isinstance(proj_size, int) and proj_size == 0 else proj_size


def check_state(found: Shape, wanted: Shape, name: str = "hx") -> None:
    """An initial state has to have the shape of the one that comes out. Raises `rank-mismatch`, `size-mismatch`."""
    check_rank(found, len(wanted), len(wanted))
    for axis, pair in enumerate(zip(wanted, found, strict=True)):
        require_equal(*pair, partial(_other_state, name, axis, *pair))


def _other_state(name: str, axis: int, wanted: Dim, found: Dim) -> ShapeError:
    return ShapeError(
        "size-mismatch",
        f"axis {axis} of `{name}` has to be {dim_text(wanted)} but is {dim_text(found)}",
        expected=dim_text(wanted),
        actual=dim_text(found),
    )


def torch_recurrent_weights(
    cell: Cell,
    input_size: Dim,
    hidden_size: Dim,
    *,
    layers: int = 1,
    bias: bool = True,
    bidirectional: bool = False,
    proj_size: Dim = 0,
) -> dict[str, Shape]:
    """The parameters by name, in PyTorch's order (torch `nn/modules/rnn.py` `RNNBase.__init__`)."""
    rows = hidden_size * GATES[cell]
    out = _output_size(hidden_size, proj_size)
    directions = ("", "_reverse") if bidirectional else ("",)
    weights: dict[str, Shape] = {}
    for layer in range(layers):
        columns = input_size if layer == 0 else out * len(directions)
        for suffix in directions:
            end = f"l{layer}{suffix}"
            weights[f"weight_ih_{end}"] = (rows, columns)
            weights[f"weight_hh_{end}"] = (rows, out)
            if bias:
                weights[f"bias_ih_{end}"] = (rows,)
                weights[f"bias_hh_{end}"] = (rows,)
            if out != hidden_size:
                weights[f"weight_hr_{end}"] = (out, hidden_size)
    return weights


def keras_recurrent_weights(
    cell: Cell, input_size: Dim, units: Dim, *, bias: bool = True, reset_after: bool = True
) -> dict[str, Shape]:
    """The weights by name (keras `layers/rnn/*.py` `build`); `reset_after` gives a GRU a second bias."""
    columns = units * GATES[cell]
    weights: dict[str, Shape] = {"kernel": (input_size, columns), "recurrent_kernel": (units, columns)}
    if bias:
        weights["bias"] = (2, columns) if cell == "gru" and reset_after else (columns,)
    return weights


def recurrent_macs(weights: Mapping[str, Shape], steps: Dim, batch: Dim = 1) -> Dim:
    """MACs of one whole call: every matrix once a step and sample; biases and the gates' own work are not counted."""
    total: Dim = 0
    for name, shape in weights.items():
        if not name.startswith("bias"):
            total += product(shape)
    return product((total, steps, batch))


def keras_recurrent(shape: Shape, units: Dim, *, return_sequences: bool = False) -> Shape:
    """(batch, steps, features) to (batch, units) or (batch, steps, units). Raises ShapeError `rank-mismatch`.

    A state that is returned too is (batch, units).
    """
    check_rank(shape, 3, 3)
    return (*shape[:2], units) if return_sequences else (shape[0], units)


def torch_cell(shape: Shape, input_size: Dim, hidden_size: Dim) -> Shape:
    """`torch.nn.RNNCell`, `LSTMCell`, `GRUCell` on (N, in) or (in): the new state."""
    check_rank(shape, 1, 2)
    check_features(input_size, shape[-1], "input_size")
    return (*shape[:-1], hidden_size)


def torch_cell_weights(cell: Cell, input_size: Dim, hidden_size: Dim, *, bias: bool = True) -> dict[str, Shape]:
    """The parameters of a single cell by name (torch `nn/modules/rnn.py` `RNNCellBase`)."""
    rows = hidden_size * GATES[cell]
    weights: dict[str, Shape] = {"weight_ih": (rows, input_size), "weight_hh": (rows, hidden_size)}
    if bias:
        weights |= {"bias_ih": (rows,), "bias_hh": (rows,)}
    return weights
