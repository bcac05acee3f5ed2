"""`RNN`, `LSTM`, `GRU` and their cells."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.engine.dimension import Dim, less, symbol, unknown_dim
from cnnlint.engine.errors import ShapeError, Undetermined
from cnnlint.engine.recurrent import (
    check_state,
    recurrent_macs,
    torch_cell,
    torch_cell_weights,
    torch_recurrent,
    torch_recurrent_weights,
)
from cnnlint.frameworks.coerce import describe, dim, flag, integer, items, known, shape_of, tensor
from cnnlint.frameworks.torch.core import result
from cnnlint.frameworks.torch.layer import layer, library_class, option, parameter, positive, propose, start
from cnnlint.frameworks.torch.packing import PACKED, packed
from cnnlint.frameworks.torch.provenance import HELD
from cnnlint.frameworks.torch.remedies import Remedied
from cnnlint.interpreter.values import Instance, ListValue, Tensor, Unknown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cnnlint.engine.recurrent import Cell
    from cnnlint.engine.shape import Shape
    from cnnlint.interpreter.machine import Machine
    from cnnlint.interpreter.values import Value

CELLS: dict[str, Cell] = {"RNN_TANH": "rnn", "RNN_RELU": "rnn", "LSTM": "lstm", "GRU": "gru"}


def build(
    self: Instance,
    mode: str,
    input_size: Value,
    hidden_size: Value,
    num_layers: Value,
    bias: Value,
    batch_first: Value,
    dropout: Value,
    bidirectional: Value,
    proj_size: Value,
    dtype: Value,
) -> None:
    """What `RNNBase.__init__` does."""
    start(self)
    for name, value in (("bias", bias), ("batch_first", batch_first)):
        if not isinstance(value, Unknown) and not isinstance(known(value), bool):
            raise ShapeError("bad-argument", f"`{name}` must be a bool, not {describe(value)}", exception="TypeError")
    chance = dropout if isinstance(dropout, Unknown) else known(dropout)
    if isinstance(chance, (str, bool)) or (isinstance(chance, (int, float)) and not 0 <= chance <= 1):
        raise ShapeError("bad-argument", f"`dropout` must be between 0 and 1, not {chance}", exception="ValueError")
    inputs, hidden = dim(input_size, "input_size"), dim(hidden_size, "hidden_size")
    layers, projected = integer(num_layers, "num_layers"), dim(proj_size, "proj_size")
    for name, size in (("input_size", inputs), ("hidden_size", hidden), ("num_layers", layers)):
        positive(size, f"`{name}` must be greater than zero, got {size}")
    if less(projected, 0):
        raise ShapeError("bad-argument", f"`proj_size` must not be negative, got {projected}", exception="ValueError")
    self.attrs |= {
        "mode": mode,
        "input_size": inputs,
        "hidden_size": hidden,
        "num_layers": layers,
        "bias": bias,
        "batch_first": batch_first,
        "dropout": dropout,
        "bidirectional": bidirectional,
        "proj_size": projected,
    }
    for name, shape in weights_of(self).items():
        parameter(self, name, shape, dtype)


def weights_of(self: Instance) -> dict[str, Shape]:
    """The shapes of the parameters by name."""
    attrs = self.attrs
    if attrs["mode"] not in CELLS:
        raise ShapeError("bad-argument", f"`{attrs['mode']}` is no mode of a recurrent layer", exception="ValueError")
    return torch_recurrent_weights(
        CELLS[attrs["mode"]],
        attrs["input_size"],
        attrs["hidden_size"],
        layers=attrs["num_layers"],
        bias=flag(attrs["bias"]),
        bidirectional=flag(attrs["bidirectional"]),
        proj_size=attrs["proj_size"],
    )


@layer("RNNBase", "recurrent", "rnn")
class RNNBase:
    def __init__(
        machine: Machine,
        self: Instance,
        mode: Value,
        input_size: Value,
        hidden_size: Value,
        num_layers: Value = 1,
        bias: Value = True,
        batch_first: Value = False,
        dropout: Value = 0.0,
        bidirectional: Value = False,
        proj_size: Value = 0,
        device: Value = None,
        dtype: Value = None,
    ) -> None:
        kind = option(mode, (*CELLS,), "mode") or ""
        options = (input_size, hidden_size, num_layers, bias, batch_first, dropout, bidirectional, proj_size, dtype)
        build(self, kind, *options)

    def forward(machine: Machine, self: Instance, input: Value, hx: Value = None) -> Value:
        if isinstance(input, Instance) and input.cls is PACKED:
            return of_packed(machine, self, input, hx)
        if isinstance(input, (tuple, Instance)):
            raise Undetermined("what a recurrent layer is given is not followed")
        found = tensor(input)
        if found.shape is None:
            propose(found, sequence_shape(self))
        shape, attrs = shape_of(found), self.attrs
        if len(shape) not in (2, 3):
            message = f"`{self.cls.name}` takes a 2-d or 3-d input, got a {len(shape)}-d one"
            raise ShapeError("rank-mismatch", message, expected="2-d or 3-d", exception="ValueError")
        with Remedied(found, -1):
            output, states = results(self, shape, hx, batch_first=flag(attrs["batch_first"]))
        batch = 1 if len(shape) == 2 else shape[0 if flag(attrs["batch_first"]) else 1]
        steps = shape[1] if len(shape) == 3 and flag(attrs["batch_first"]) else shape[0]
        machine.add_macs(recurrent_macs(weights_of(self), steps, batch))
        made = [result(state, like=found) for state in states]
        return (result(output, like=found), tuple(made) if len(made) == 2 else made[0])

    def flatten_parameters(machine: Machine, self: Instance) -> None: ...

    def reset_parameters(machine: Machine, self: Instance) -> None: ...

    @property
    def all_weights(machine: Machine, self: Instance) -> Value:
        attrs, groups = self.attrs, []
        for at in range(attrs["num_layers"]):
            for end in ("", "_reverse") if flag(attrs["bidirectional"]) else ("",):
                names = (f"{name}_l{at}{end}" for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh", "weight_hr"))
                groups.append(ListValue(attrs[name] for name in names if name in attrs))
        return ListValue(groups)


def results(self: Instance, shape: Shape, hx: Value, *, batch_first: bool) -> tuple[Shape, list[Shape]]:
    """The shape of the output and those of the final states."""
    attrs = self.attrs
    shapes = torch_recurrent(
        shape,
        attrs["input_size"],
        attrs["hidden_size"],
        layers=attrs["num_layers"],
        bidirectional=flag(attrs["bidirectional"]),
        batch_first=batch_first,
        proj_size=attrs["proj_size"],
    )
    states = [shapes.hidden, shapes.cell] if attrs["mode"] == "LSTM" else [shapes.hidden]
    check_states(hx, states)
    return shapes.output, states


def of_packed(machine: Machine, self: Instance, input: Instance, hx: Value) -> Value:
    """The layer on a packed sequence: a packed one again, and the final states."""
    padded = input.facts[HELD]
    output, states = results(self, shape_of(padded), hx, batch_first=False)
    machine.add_macs(unknown_dim())  # the steps are those of the sequences, not of their padding
    made = [result(state, like=padded) for state in states]
    return (packed(machine, result(output, like=padded)), tuple(made) if len(made) == 2 else made[0])


def sequence_shape(self: Instance) -> Shape:
    """The shape of an input that nothing states: a batch of sequences."""
    batch, length, size = symbol("batch"), symbol("length"), self.attrs["input_size"]
    return (batch, length, size) if flag(self.attrs["batch_first"]) else (length, batch, size)


def check_states(hx: Value, wanted: list[Shape]) -> None:
    """The initial state must have the shapes of the final one."""
    if hx is None or isinstance(hx, Unknown):
        return
    states: tuple[Value, ...] | None = (hx,) if isinstance(hx, Tensor) else items(hx) if len(wanted) > 1 else None
    if states is None or len(states) != len(wanted):
        raise ShapeError(
            "bad-argument",
            f"the initial state must be {len(wanted)} tensors, got {describe(hx)}",
            exception="TypeError",
        )
    for state, shape in zip(states, wanted, strict=True):
        if isinstance(state, Tensor) and state.shape is not None:
            check_state(state.shape, shape)


def _lstm_or_gru(mode: str) -> type:
    def construct(
        machine: Machine,
        self: Instance,
        input_size: Value,
        hidden_size: Value,
        num_layers: Value = 1,
        bias: Value = True,
        batch_first: Value = False,
        dropout: Value = 0.0,
        bidirectional: Value = False,
        proj_size: Value = 0,
        device: Value = None,
        dtype: Value = None,
    ) -> None:
        if mode == "GRU" and proj_size != 0:
            raise ShapeError("bad-argument", "`proj_size` is for `LSTM` only", exception="ValueError")
        options = (input_size, hidden_size, num_layers, bias, batch_first, dropout, bidirectional, proj_size, dtype)
        build(self, mode, *options)

    return type(mode, (), {"__init__": construct})


BASE = library_class("torch.nn.RNNBase")
for _mode in ("LSTM", "GRU"):
    layer(_mode, "recurrent", "rnn", BASE)(_lstm_or_gru(_mode))


@layer("RNN", "recurrent", "rnn", BASE)
class RNN:
    def __init__(
        machine: Machine,
        self: Instance,
        input_size: Value,
        hidden_size: Value,
        num_layers: Value = 1,
        nonlinearity: Value = "tanh",
        bias: Value = True,
        batch_first: Value = False,
        dropout: Value = 0.0,
        bidirectional: Value = False,
        device: Value = None,
        dtype: Value = None,
    ) -> None:
        kind = option(nonlinearity, ("tanh", "relu"), "nonlinearity")
        if kind is None and not isinstance(nonlinearity, Unknown):
            given = describe(nonlinearity)
            message = f'`nonlinearity` must be "tanh" or "relu", not {given}'
            raise ShapeError("bad-argument", message, exception="ValueError")
        options = (input_size, hidden_size, num_layers, bias, batch_first, dropout, bidirectional, 0, dtype)
        build(self, "RNN_RELU" if kind == "relu" else "RNN_TANH", *options)
        self.attrs["nonlinearity"] = nonlinearity


def build_cell(self: Instance, cell: Cell, input_size: Value, hidden_size: Value, bias: Value, dtype: Value) -> None:
    """What `RNNCellBase.__init__` does."""
    start(self)
    inputs, hidden = dim(input_size, "input_size"), dim(hidden_size, "hidden_size")
    self.attrs |= {"input_size": inputs, "hidden_size": hidden, "bias": bias}
    if not flag(bias):
        self.attrs |= {"bias_ih": None, "bias_hh": None}
    for name, shape in torch_cell_weights(cell, inputs, hidden, bias=flag(bias)).items():
        parameter(self, name, shape, dtype)


@layer("RNNCellBase", "recurrent", "rnn")
class RNNCellBase:
    def __init__(
        machine: Machine,
        self: Instance,
        input_size: Value,
        hidden_size: Value,
        bias: Value,
        num_chunks: Value,
        device: Value = None,
        dtype: Value = None,
    ) -> None:
        start(self)
        inputs, hidden, count = dim(input_size, "input_size"), dim(hidden_size, "hidden_size"), dim(num_chunks)
        self.attrs |= {"input_size": inputs, "hidden_size": hidden, "bias": bias}
        parameter(self, "weight_ih", (count * hidden, inputs), dtype)
        parameter(self, "weight_hh", (count * hidden, hidden), dtype)
        for name in ("bias_ih", "bias_hh"):
            if flag(bias):
                parameter(self, name, (count * hidden,), dtype)
            else:
                self.attrs[name] = None

    def reset_parameters(machine: Machine, self: Instance) -> None: ...


def step(machine: Machine, self: Instance, cell: Cell, input: Value, hx: Value) -> Value:
    """One step of a cell: its new state, and the LSTM's second one."""
    found = tensor(input)
    shape, attrs = shape_of(found), self.attrs
    if len(shape) not in (1, 2):
        message = f"`{self.cls.name}` takes a 1-d or 2-d input, got a {len(shape)}-d one"
        raise ShapeError("rank-mismatch", message, expected="1-d or 2-d", exception="ValueError")
    made = torch_cell(shape, attrs["input_size"], attrs["hidden_size"])
    weights = torch_cell_weights(cell, attrs["input_size"], attrs["hidden_size"])
    if cell == "rnn" and len(shape) == 1 and isinstance(hx, Tensor) and len(hx.shape or ()) == 2:
        return square_step(machine, attrs["hidden_size"], weights, found, hx)
    if cell == "lstm" and len(shape) == 1 and isinstance(hx, Tensor) and (hx.shape or ())[:1] == (2,):
        hx = (result((hx.shape or ())[1:], like=hx),) * 2  # without a batch, PyTorch indexes what holds the two states
    check_states(hx, [made, made] if cell == "lstm" else [made])
    batch: Dim = shape[0] if len(shape) == 2 else 1
    machine.add_macs(recurrent_macs(weights, 1, batch))
    state = result(made, like=found)
    return (state, result(made, like=found)) if cell == "lstm" else state


def square_step(machine: Machine, hidden: Dim, weights: Mapping[str, Shape], input: Tensor, hx: Tensor) -> Tensor:
    """What an `RNNCell` makes of a (in) input and a (hidden, hidden) state: every row of it is a state.

    PyTorch gives both an axis in front and then holds the second axis of the state to `hidden_size`, whichever axis
    that is; the sum broadcasts. A state with other rows is refused.
    """
    check_state(shape_of(hx), (hidden, hidden))
    inputs = recurrent_macs({"weight_ih": weights["weight_ih"]}, 1, 1)
    machine.add_macs(inputs + recurrent_macs({"weight_hh": weights["weight_hh"]}, 1, hidden))
    return result((hidden, hidden), like=input)


CELL = library_class("torch.nn.RNNCellBase")


@layer("RNNCell", "recurrent", "rnn", CELL)
class RNNCell:
    def __init__(
        machine: Machine,
        self: Instance,
        input_size: Value,
        hidden_size: Value,
        bias: Value = True,
        nonlinearity: Value = "tanh",
        device: Value = None,
        dtype: Value = None,
    ) -> None:
        build_cell(self, "rnn", input_size, hidden_size, bias, dtype)
        self.attrs["nonlinearity"] = nonlinearity

    def forward(machine: Machine, self: Instance, input: Value, hx: Value = None) -> Value:
        made = step(machine, self, "rnn", input, hx)
        option(self.attrs["nonlinearity"], ("tanh", "relu"), "nonlinearity", "RuntimeError")
        return made


@layer("LSTMCell", "recurrent", "rnn", CELL)
class LSTMCell:
    def __init__(
        machine: Machine,
        self: Instance,
        input_size: Value,
        hidden_size: Value,
        bias: Value = True,
        device: Value = None,
        dtype: Value = None,
    ) -> None:
        build_cell(self, "lstm", input_size, hidden_size, bias, dtype)

    def forward(machine: Machine, self: Instance, input: Value, hx: Value = None) -> Value:
        return step(machine, self, "lstm", input, hx)


@layer("GRUCell", "recurrent", "rnn", CELL)
class GRUCell:
    def __init__(
        machine: Machine,
        self: Instance,
        input_size: Value,
        hidden_size: Value,
        bias: Value = True,
        device: Value = None,
        dtype: Value = None,
    ) -> None:
        build_cell(self, "gru", input_size, hidden_size, bias, dtype)

    def forward(machine: Machine, self: Instance, input: Value, hx: Value = None) -> Value:
        return step(machine, self, "gru", input, hx)
