"""Recurrent layers: `RNN` around any cell, and the layers that bring their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.engine.constraints import clash
from cnnlint.engine.errors import ShapeError, Undetermined
from cnnlint.engine.shape import text
from cnnlint.frameworks import coerce
from cnnlint.frameworks.keras.arguments import refused, single
from cnnlint.frameworks.keras.cells import build_inner, initial_states, is_own, step, zero_states
from cnnlint.frameworks.keras.core import KERAS, result
from cnnlint.frameworks.keras.layer import configure, initialize, layer
from cnnlint.frameworks.keras.repeating import repeated
from cnnlint.frameworks.keras.spec import Spec, require
from cnnlint.interpreter.values import ClassValue, Instance, ListValue, Tensor, Unknown, Value

if TYPE_CHECKING:
    from cnnlint.engine.shape import Shape
    from cnnlint.interpreter.machine import Machine

OPTIONS = ("return_sequences", "return_state", "go_backwards", "stateful", "unroll")
CELL_ONLY = ("implementation",)


def configure_recurrent(
    machine: Machine, self: Instance, cell: Value, kwargs: dict[str, Value], **options: Value
) -> None:
    """The constructor's part that all recurrent layers share."""
    initialize(machine, self, kwargs)
    configure(self, **dict.fromkeys(OPTIONS, False) | options)
    self.attrs["cell"] = cell
    self.attrs["states"] = None


def steps_of(self: Instance, shape: Shape) -> None:
    if len(shape) < 2:
        raise ShapeError(
            "rank-mismatch",
            f"a recurrent layer needs a batch and a time axis, not {text(shape)}",
            expected="at least 2",
            actual=str(len(shape)),
            exception="IndexError",
        )


@layer("RNN", kind="recurrent")
class RNN:
    def __init__(
        machine: Machine,
        self: Instance,
        cell: Value,
        return_sequences: Value = False,
        return_state: Value = False,
        go_backwards: Value = False,
        stateful: Value = False,
        unroll: Value = False,
        zero_output_for_mask: Value = False,
        **kwargs: Value,
    ) -> None:
        if isinstance(cell, (ListValue, tuple)):
            if not coerce.items(cell):
                raise refused("there must be one cell at least", "IndexError")
            cell = machine.call(KERAS.names["keras.layers.StackedRNNCells"], (cell,))
        if isinstance(cell, (bool, int, float, str)) or (isinstance(cell, Instance) and _has_no_call(cell)):
            raise refused("the `cell` of an `RNN` must have a `call` method")
        if machine.get(cell, "state_size", None) is None:
            raise refused("the `cell` of an `RNN` must have a `state_size`")
        _check_stack(cell)
        configure_recurrent(
            machine,
            self,
            cell,
            kwargs,
            return_sequences=return_sequences,
            return_state=return_state,
            go_backwards=go_backwards,
            stateful=stateful,
            unroll=unroll,
        )

    def build(machine: Machine, self: Instance, sequences_shape: Value, initial_state_shape: Value = None) -> None:
        given = coerce.items(sequences_shape)
        if given is None:
            raise Undetermined("the shape of the sequences is not known")
        build_inner(machine, self.attrs["cell"], (given[0], *given[2:]))
        if machine.truth(self.attrs["stateful"]) and given[0] is None:
            raise refused(
                "a stateful recurrent layer needs a batch size, but it is `None`",
                help="state `batch_shape` or `batch_size` in the `Input`",
            )

    def call(
        machine: Machine,
        self: Instance,
        sequences: Value,
        initial_state: Value = None,
        mask: Value = None,
        training: Value = False,
    ) -> Value:
        check_mask(mask, coerce.shape_of(sequences, "sequences"))
        return run(machine, self, sequences, initial_state, masked=mask is not None)

    def get_initial_state(machine: Machine, self: Instance, batch_size: Value) -> Value:
        return initial_states(machine, self.attrs["cell"], coerce.dim(batch_size))

    def reset_state(machine: Machine, self: Instance) -> None:
        return None

    def reset_states(machine: Machine, self: Instance) -> None:
        return None

    @property
    def state_size(machine: Machine, self: Instance) -> Value:
        return machine.get(self.attrs["cell"], "state_size")


RECURRENT: ClassValue = KERAS.names["keras.layers.RNN"]


def _check_stack(cell: Value) -> None:
    """A stack has a cell. Raises ShapeError "bad-argument"."""
    found = _stacked(cell)
    if found is not None and not found:
        raise refused("there must be one cell at least", "IndexError")


def _check_single(machine: Machine, cell: Value) -> None:
    """A stack of a single cell with two states loses one of them between steps, in Keras 3.15.

    It does so between unrolled steps without a mask, and between the steps of a loop with one.
    """
    cells = _stacked(cell) or []
    if len(cells) == 1 and len(coerce.items(machine.get(cells[0], "state_size")) or ()) > 1:
        raise refused(
            f"a stack of a single `{coerce.describe(cells[0])}` keeps only one of its states after a step",
            "IndexError",
            help="give the cell itself to `RNN`",
        )


def _stacked(cell: Value) -> list[Value] | None:
    """The cells of a stack; None for anything else."""
    if not isinstance(cell, Instance) or cell.cls.qualified_name != "keras.layers.StackedRNNCells":
        return None
    if cell.opaque is not None or "cells" not in cell.attrs:
        return None
    cells: list[Value] = cell.attrs["cells"].items
    return cells


def check_mask(mask: Value, shape: Shape) -> None:
    """A mask has a value for each step of each sample. Raises ShapeError "size-mismatch"."""
    if not isinstance(mask, Tensor) or mask.shape is None:
        return
    if len(mask.shape) < 2:
        raise ShapeError(
            "rank-mismatch",
            f"a mask has a value for each step of each sample, so two axes, not {text(mask.shape)}",
            expected="2",
            actual=str(len(mask.shape)),
            exception="IndexError",
        )
    for size, other in zip(mask.shape[:2], shape[:2], strict=False):
        if clash(size, other):
            raise ShapeError(
                "size-mismatch",
                f"a mask of {text(mask.shape)} does not go with sequences of {text(shape)}",
                expected=text(shape[:2]),
                actual=text(mask.shape),
                exception="ValueError",
            )


def _has_no_call(cell: Instance) -> bool:
    return cell.opaque is None and cell.cls.unknown_base is None and not hasattr(cell.cls.lookup("call"), "name")


def run(machine: Machine, self: Instance, sequences: Value, initial_state: Value, *, masked: bool = False) -> Value:
    """All steps at once: the first one stands for the others. Raises ShapeError, Undetermined."""
    tensor, shape = single(sequences)
    steps_of(self, shape)
    cell = self.attrs["cell"]
    if len(shape) > 3 and self.cls.qualified_name.rpartition(".")[2] in ("SimpleRNN", "GRU", "LSTM"):
        raise ShapeError(
            "rank-mismatch", f"`{self.cls.name}` takes sequences of 3 axes, not {text(shape)}", exception="ValueError"
        )
    if len(shape) > 3 and "cell" in getattr(cell, "facts", {}):
        raise Undetermined(f"`{self.cls.name}` on steps of more than one axis")
    if coerce.flag(self.attrs["unroll"]) is not masked and not (isinstance(shape[1], int) and shape[1] <= 1):
        _check_single(machine, cell)
    states = _given_states(initial_state)
    if states is None:
        states = initial_states(machine, cell, shape[0])
    with repeated(machine, shape[1]):
        output, new = step(machine, cell, result((shape[0], *shape[2:]), like=tensor), states)
    made = coerce.shape_of(output)
    if coerce.flag(self.attrs["return_sequences"]):
        made = (made[0], shape[1], *made[1:])
    last = result(made, like=tensor)
    if not coerce.flag(self.attrs["return_state"]):
        return last
    if is_own(cell) and len(shape) == 3:  # as `compute_output_shape` puts them together from the sizes
        return (last, *zero_states(machine, machine.get(cell, "state_size"), shape[0]))
    found = coerce.items(new)
    return (last, *(found if found is not None else (new,)))


def _given_states(initial_state: Value) -> Value:
    if initial_state is None:
        return None
    if isinstance(initial_state, Unknown):
        return ListValue([], unknown=initial_state)
    return initial_state if isinstance(initial_state, (ListValue, tuple)) else ListValue([initial_state])


def recurrent(
    machine: Machine, self: Instance, kind: str, units: Value, config: dict[str, Value], kwargs: dict[str, Value]
) -> None:
    """`SimpleRNN`, `LSTM` or `GRU`: a layer around a cell of its own."""
    own = {name: kwargs.pop(name) for name in CELL_ONLY if name in kwargs and kind != "SimpleRNN"}
    options = {name: config.pop(name) for name in OPTIONS}
    cell = machine.call(KERAS.names[f"keras.layers.{kind}Cell"], (units,), {**config, **own})
    if isinstance(cell, Unknown) or cell.opaque is not None:
        raise Undetermined((cell if isinstance(cell, Unknown) else cell.opaque).reason)
    fillers = {name: value for name, value in self.facts["given"].items() if name.endswith("_initializer")}
    cell.facts["given"] = {**cell.facts["given"], **fillers}
    configure_recurrent(machine, self, cell, kwargs, units=cell.attrs["units"], **config, **options)
    require(self, Spec(ndim=3))


@layer("SimpleRNN", kind="recurrent", bases=(RECURRENT,))
class SimpleRNN:
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
        activity_regularizer: Value = None,
        kernel_constraint: Value = None,
        recurrent_constraint: Value = None,
        bias_constraint: Value = None,
        dropout: Value = 0.0,
        recurrent_dropout: Value = 0.0,
        return_sequences: Value = False,
        return_state: Value = False,
        go_backwards: Value = False,
        stateful: Value = False,
        unroll: Value = False,
        seed: Value = None,
        **kwargs: Value,
    ) -> None:
        config = {"activation": activation, "use_bias": use_bias, "dropout": dropout}
        config |= {"recurrent_dropout": recurrent_dropout, "return_sequences": return_sequences}
        config |= {"return_state": return_state, "go_backwards": go_backwards, "stateful": stateful, "unroll": unroll}
        recurrent(machine, self, "SimpleRNN", units, config, kwargs)


@layer("LSTM", kind="recurrent", bases=(RECURRENT,))
class LSTM:
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
        activity_regularizer: Value = None,
        kernel_constraint: Value = None,
        recurrent_constraint: Value = None,
        bias_constraint: Value = None,
        dropout: Value = 0.0,
        recurrent_dropout: Value = 0.0,
        seed: Value = None,
        return_sequences: Value = False,
        return_state: Value = False,
        go_backwards: Value = False,
        stateful: Value = False,
        unroll: Value = False,
        use_cudnn: Value = "auto",
        **kwargs: Value,
    ) -> None:
        config = {"activation": activation, "recurrent_activation": recurrent_activation, "use_bias": use_bias}
        config |= {"dropout": dropout, "recurrent_dropout": recurrent_dropout, "return_sequences": return_sequences}
        config |= {"return_state": return_state, "go_backwards": go_backwards, "stateful": stateful, "unroll": unroll}
        recurrent(machine, self, "LSTM", units, config, kwargs)


@layer("GRU", kind="recurrent", bases=(RECURRENT,))
class GRU:
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
        activity_regularizer: Value = None,
        kernel_constraint: Value = None,
        recurrent_constraint: Value = None,
        bias_constraint: Value = None,
        dropout: Value = 0.0,
        recurrent_dropout: Value = 0.0,
        seed: Value = None,
        return_sequences: Value = False,
        return_state: Value = False,
        go_backwards: Value = False,
        stateful: Value = False,
        unroll: Value = False,
        reset_after: Value = True,
        use_cudnn: Value = "auto",
        **kwargs: Value,
    ) -> None:
        config = {"activation": activation, "recurrent_activation": recurrent_activation, "use_bias": use_bias}
        config |= {"dropout": dropout, "recurrent_dropout": recurrent_dropout, "reset_after": reset_after}
        config |= {"return_sequences": return_sequences, "return_state": return_state, "go_backwards": go_backwards}
        config |= {"stateful": stateful, "unroll": unroll}
        recurrent(machine, self, "GRU", units, config, kwargs)
