"""The cells of recurrent layers: one time step each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.engine import recurrent as engine
from cnnlint.engine.dense import check_features
from cnnlint.engine.errors import Undetermined
from cnnlint.engine.shape import broadcast
from cnnlint.frameworks import coerce
from cnnlint.frameworks.keras.arguments import positive, refused, single
from cnnlint.frameworks.keras.calling import invoke
from cnnlint.frameworks.keras.core import LAYER, result
from cnnlint.frameworks.keras.layer import add_weight, axis_size, configure, initialize, layer
from cnnlint.frameworks.keras.options import check_initializer
from cnnlint.frameworks.keras.structure import flatten
from cnnlint.interpreter.values import ClassValue, DictValue, Function, Instance, ListValue, Tensor, Value

if TYPE_CHECKING:
    from cnnlint.engine.dimension import Dim
    from cnnlint.engine.shape import Shape
    from cnnlint.interpreter.machine import Machine


def configure_cell(
    machine: Machine, self: Instance, cell: engine.Cell, units: Value, kwargs: dict[str, Value], **config: Value
) -> None:
    """The constructor's part that all cells share."""
    kwargs.pop("implementation", None)
    initialize(machine, self, kwargs)
    count = positive(units, "units")
    configure(self, units=count, **config)
    check_dropout(self.facts["given"])
    self.attrs["output_size"] = count
    self.attrs["state_size"] = ListValue([count, count]) if cell == "lstm" else count
    self.facts["cell"] = cell


def check_dropout(given: dict[str, Value]) -> None:
    """Both rates are clipped to 0 and 1, which only numbers can be. Raises ShapeError "bad-argument"."""
    for name in ("dropout", "recurrent_dropout"):
        value = given.get(name, 0.0)
        if value is None or isinstance(value, (str, tuple, ListValue, DictValue, Function)):
            raise refused(f"`{name}` must be a number between 0 and 1, not {coerce.describe(value)}", "TypeError")


def build_cell(machine: Machine, self: Instance, input_shape: Value) -> None:
    """Make the weights for inputs of that many features."""
    shapes = engine.keras_recurrent_weights(
        self.facts["cell"],
        axis_size(input_shape, -1, "features"),
        self.attrs["units"],
        bias=coerce.flag(self.attrs["use_bias"]),
        reset_after=coerce.flag(self.attrs.get("reset_after", True)),
    )
    if self.facts["cell"] == "lstm" and "bias" in shapes and self.facts["given"].get("unit_forget_bias") is not False:
        check_initializer(self, "bias", (self.attrs["units"],))
    for name, shape in shapes.items():
        add_weight(machine, self, name, shape)
    self.facts["shapes"] = shapes


def call_cell(machine: Machine, self: Instance, inputs: Value, states: Value) -> Value:
    """One step: (batch, features) and the states to (batch, units) and the new states."""
    tensor, shape = single(inputs)
    if "shapes" not in self.facts:
        raise Undetermined("the weights of the cell are not known")
    weights: dict[str, Shape] = self.facts["shapes"]
    check_features(weights["kernel"][0], shape[-1], "features")
    units = self.attrs["units"]
    given = [leaf for leaf in flatten(states) if isinstance(leaf, Tensor)]
    for state in given:
        check_state(state, units)
    wanted = 2 if self.facts["cell"] == "lstm" else 1
    if states is not None and len(flatten(states)) < wanted:
        raise refused(f"`{self.cls.name}` needs {wanted} states, but it is given {len(flatten(states))}", "IndexError")
    machine.add_macs(engine.recurrent_macs(weights, 1, shape[0]))
    made: Shape = (*shape[:-1], units)
    for state in given[:1]:
        made = broadcast(made, state.shape) if state.shape is not None and len(state.shape) > 1 else made
    output = result(made, like=tensor)
    for name in ("activation", "recurrent_activation"):
        if isinstance(self.attrs.get(name), ClassValue):
            raise refused(f"`{name}` is a class: calling it on numbers makes an object, not numbers", "TypeError")
    again = [result(made, like=tensor) for _ in range(wanted)]
    return (output, again[0] if wanted == 1 and isinstance(states, Tensor) else ListValue(again))


def check_state(state: Tensor, units: Dim) -> None:
    """A state has one number for each unit. Raises ShapeError."""
    if state.shape:
        check_features(units, state.shape[-1], "units")


def zero_states(machine: Machine, sizes: Value, batch: Dim) -> list[Value]:
    """The states that a cell starts with where it does not make them itself. Raises Undetermined, ShapeError."""
    found = coerce.items(sizes)
    if found is None:
        return [result((batch, coerce.dim(sizes, "state_size")), "float32")]
    states: list[Value] = []
    for size in found:
        inner = coerce.items(size)
        if inner is None:
            states.append(result((batch, coerce.dim(size, "state_size")), "float32"))
        else:
            states.append(ListValue([result((batch, coerce.dim(part)), "float32") for part in inner]))
    return states


@layer("SimpleRNNCell", kind="recurrent")
class SimpleRNNCell:
    def __init__(
        machine: Machine,
        self: Instance,
        units: Value,
        activation: Value = "tanh",
        use_bias: Value = True,
        kernel_initializer: Value = "glorot_uniform",
        recurrent_initializer: Value = "orthogonal",
        bias_initializer: Value = "zeros",
        kernel_regularizer: Value = None,
        recurrent_regularizer: Value = None,
        bias_regularizer: Value = None,
        kernel_constraint: Value = None,
        recurrent_constraint: Value = None,
        bias_constraint: Value = None,
        dropout: Value = 0.0,
        recurrent_dropout: Value = 0.0,
        seed: Value = None,
        **kwargs: Value,
    ) -> None:
        configure_cell(machine, self, "rnn", units, kwargs, activation=activation, use_bias=use_bias)

    def build(machine: Machine, self: Instance, input_shape: Value) -> None:
        build_cell(machine, self, input_shape)

    def call(machine: Machine, self: Instance, sequence: Value, states: Value, training: Value = False) -> Value:
        return call_cell(machine, self, sequence, states)

    def get_initial_state(machine: Machine, self: Instance, batch_size: Value = None) -> Value:
        return ListValue(zero_states(machine, self.attrs["state_size"], coerce.dim(batch_size)))


@layer("LSTMCell", kind="recurrent")
class LSTMCell:
    def __init__(
        machine: Machine,
        self: Instance,
        units: Value,
        activation: Value = "tanh",
        recurrent_activation: Value = "sigmoid",
        use_bias: Value = True,
        kernel_initializer: Value = "glorot_uniform",
        recurrent_initializer: Value = "orthogonal",
        bias_initializer: Value = "zeros",
        unit_forget_bias: Value = True,
        kernel_regularizer: Value = None,
        recurrent_regularizer: Value = None,
        bias_regularizer: Value = None,
        kernel_constraint: Value = None,
        recurrent_constraint: Value = None,
        bias_constraint: Value = None,
        dropout: Value = 0.0,
        recurrent_dropout: Value = 0.0,
        seed: Value = None,
        **kwargs: Value,
    ) -> None:
        configure_cell(
            machine,
            self,
            "lstm",
            units,
            kwargs,
            activation=activation,
            recurrent_activation=recurrent_activation,
            use_bias=use_bias,
        )

    def build(machine: Machine, self: Instance, input_shape: Value) -> None:
        build_cell(machine, self, input_shape)

    def call(machine: Machine, self: Instance, inputs: Value, states: Value, training: Value = False) -> Value:
        return call_cell(machine, self, inputs, states)

    def get_initial_state(machine: Machine, self: Instance, batch_size: Value = None) -> Value:
        return ListValue(zero_states(machine, self.attrs["state_size"], coerce.dim(batch_size)))


@layer("GRUCell", kind="recurrent")
class GRUCell:
    def __init__(
        machine: Machine,
        self: Instance,
        units: Value,
        activation: Value = "tanh",
        recurrent_activation: Value = "sigmoid",
        use_bias: Value = True,
        kernel_initializer: Value = "glorot_uniform",
        recurrent_initializer: Value = "orthogonal",
        bias_initializer: Value = "zeros",
        kernel_regularizer: Value = None,
        recurrent_regularizer: Value = None,
        bias_regularizer: Value = None,
        kernel_constraint: Value = None,
        recurrent_constraint: Value = None,
        bias_constraint: Value = None,
        dropout: Value = 0.0,
        recurrent_dropout: Value = 0.0,
        reset_after: Value = True,
        seed: Value = None,
        **kwargs: Value,
    ) -> None:
        configure_cell(
            machine,
            self,
            "gru",
            units,
            kwargs,
            activation=activation,
            recurrent_activation=recurrent_activation,
            use_bias=use_bias,
            reset_after=reset_after,
        )

    def build(machine: Machine, self: Instance, input_shape: Value) -> None:
        build_cell(machine, self, input_shape)

    def call(machine: Machine, self: Instance, inputs: Value, states: Value, training: Value = False) -> Value:
        return call_cell(machine, self, inputs, states)

    def get_initial_state(machine: Machine, self: Instance, batch_size: Value = None) -> Value:
        return ListValue(zero_states(machine, self.attrs["state_size"], coerce.dim(batch_size)))


def _cells(stack: Instance) -> list[Value]:
    """The cells of a stack. Raises Undetermined."""
    if "cells" not in stack.attrs:
        raise Undetermined("the cells of a stack are not known")
    found: list[Value] = stack.attrs["cells"].items
    return found


@layer("StackedRNNCells", kind="recurrent")
class StackedRNNCells:
    def __init__(machine: Machine, self: Instance, cells: Value, **kwargs: Value) -> None:
        initialize(machine, self, kwargs)
        if cells is None or is_own(cells) or isinstance(cells, (bool, int, float)):
            raise refused(f"`cells` must be a list of cells, not {coerce.describe(cells)}", "TypeError")
        found = coerce.sequence(machine, cells)
        for cell in found:
            if cell is None or isinstance(cell, (bool, int, float, str, tuple)):
                raise refused(f"every cell needs a `call` method, which {coerce.describe(cell)} has not")
            if machine.get(cell, "state_size", None) is None:
                raise refused("every cell needs a `state_size`")
        self.attrs["cells"] = ListValue(found)

    @property
    def state_size(machine: Machine, self: Instance) -> Value:
        return ListValue([machine.get(cell, "state_size") for cell in _cells(self)])

    @property
    def output_size(machine: Machine, self: Instance) -> Value:
        return output_size(machine, _cells(self)[-1])

    def get_initial_state(machine: Machine, self: Instance, batch_size: Value = None) -> Value:
        batch = coerce.dim(batch_size)
        return ListValue([initial_states(machine, cell, batch) for cell in _cells(self)])

    def build(machine: Machine, self: Instance, input_shape: Value) -> None:
        shape = input_shape
        for cell in _cells(self):
            build_inner(machine, cell, shape)
            shape = (shape[0], output_size(machine, cell)) if isinstance(shape, tuple) else shape

    def call(
        machine: Machine, self: Instance, inputs: Value, states: Value, training: Value = False, **kwargs: Value
    ) -> Value:
        cells = _cells(self)
        given = coerce.sequence(machine, states)
        made: list[Value] = []
        for cell, state in zip(cells, given, strict=False):
            listed = isinstance(state, (ListValue, tuple))
            inputs, new = step(machine, cell, inputs, state if listed else ListValue([state]))
            parts = coerce.items(new)
            made.append(parts[0] if not listed and parts is not None and len(parts) == 1 else new)
        return (inputs, made[0] if len(made) == 1 else ListValue(made))


def is_own(cell: Value) -> bool:
    """Whether the cell is one of this room, so that its methods can be run without a call of their own."""
    return isinstance(cell, Instance) and cell.cls.library and cell.opaque is None


def build_inner(machine: Machine, cell: Value, shape: Value) -> None:
    """Build a cell for a step's shape, as `RNN.build` does. Raises ShapeError, Undetermined."""
    if not isinstance(cell, Instance) or cell.opaque is not None:
        raise Undetermined("the cell of a recurrent layer is not known")
    if LAYER in cell.cls.mro and cell.attrs.get("built") is not True:
        invoke(machine, cell, "build", (shape,), {})
        machine.touch(cell)
        cell.attrs["built"] = True


def step(machine: Machine, cell: Value, inputs: Value, states: Value) -> tuple[Value, Value]:
    """The output and the new states of one step. Raises ShapeError, Undetermined."""
    made = invoke(machine, cell, "call", (inputs, states), {}) if is_own(cell) else machine.call(cell, (inputs, states))
    found = coerce.items(made)
    if found is None or len(found) != 2:
        raise Undetermined("what a cell gives is not known")
    return found[0], found[1]


def initial_states(machine: Machine, cell: Value, batch: Dim) -> Value:
    """What a cell starts with. Raises ShapeError, Undetermined."""
    own = machine.get(cell, "get_initial_state", None)
    if own is not None:
        made = machine.call(own, (), {"batch_size": batch})
        return made if isinstance(made, (ListValue, tuple)) else ListValue([made])
    return ListValue(zero_states(machine, machine.get(cell, "state_size"), batch))


def output_size(machine: Machine, cell: Value) -> Value:
    """How wide the output of a cell is: what it says, else its first state."""
    stated = machine.get(cell, "output_size", None)
    if stated is not None:
        return stated
    sizes = machine.get(cell, "state_size")
    found = coerce.items(sizes)
    return sizes if found is None else found[0]
