"""Packed sequences: padded ones without their padding, as recurrent layers take and give them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.engine.dimension import unknown_dim
from cnnlint.engine.errors import ShapeError, Undetermined
from cnnlint.frameworks.coerce import dim, flag, shape_of, tensor
from cnnlint.frameworks.torch.core import TORCH, result
from cnnlint.frameworks.torch.provenance import HELD, ORIGIN
from cnnlint.interpreter.values import Instance, Tensor, Unknown

if TYPE_CHECKING:
    from cnnlint.interpreter.machine import Machine
    from cnnlint.interpreter.values import Value

R = "torch.nn.utils.rnn"


@TORCH.define(f"{R}.PackedSequence")
class PackedSequence:
    def to(machine: Machine, self: Instance, *args: Value, **kwargs: Value) -> Value:
        return self

    cuda = cpu = to

    @property
    def data(machine: Machine, self: Instance) -> Value:
        padded = self.facts[HELD]
        shape = shape_of(padded)
        return result((unknown_dim(), *shape[2:]), like=padded)

    @property
    def batch_sizes(machine: Machine, self: Instance) -> Value:
        return result((unknown_dim(),), "int64")


PACKED = TORCH.names[f"{R}.PackedSequence"]


def packed(machine: Machine, padded: Tensor) -> Instance:
    """A packed sequence of what, padded, is a tensor of (steps, batch, features)."""
    made = Instance(PACKED, machine.place)
    made.facts[HELD] = padded
    return made


@TORCH.function(f"{R}.pack_padded_sequence")
def pack_padded_sequence(
    machine: Machine, input: Value, lengths: Value, batch_first: Value = False, enforce_sorted: Value = True
) -> Value:
    found = tensor(input)
    shape = shape_of(found)
    if len(shape) < 2:
        raise Undetermined("a sequence without a batch is packed")
    if flag(batch_first):
        shape = (shape[1], shape[0], *shape[2:])
    given = lengths.shape if isinstance(lengths, Tensor) else None
    if given is not None and len(given) == 1 and isinstance(given[0], int) and isinstance(shape[1], int):
        batch = shape[1]
        if given[0] != batch:
            raise ShapeError(
                "size-mismatch",
                f"there are {given[0]} lengths for a batch of {batch}",
                help="pass `batch_first=True`" if shape[0] == given[0] else None,
                expected=str(batch),
                actual=str(given[0]),
            )
    turned = result(shape, like=found)
    turned.facts[ORIGIN] = ("pack_padded_sequence", (found,))
    return packed(machine, turned)


@TORCH.function(f"{R}.pack_sequence")
def pack_sequence(machine: Machine, sequences: Value, enforce_sorted: Value = True) -> Value:
    return Unknown("which sequences are packed is not followed", machine.place)


@TORCH.function(f"{R}.pad_packed_sequence")
def pad_packed_sequence(
    machine: Machine,
    sequence: Value,
    batch_first: Value = False,
    padding_value: Value = 0.0,
    total_length: Value = None,
) -> Value:
    if not isinstance(sequence, Instance) or sequence.cls is not PACKED:
        why = "a packed sequence is not known"
        return (Unknown(why, machine.place), Unknown(why, machine.place))
    padded = sequence.facts[HELD]
    _, batch, *rest = shape_of(padded)
    steps = unknown_dim() if total_length is None else dim(total_length)  # those of the longest sequence
    order = (batch, steps) if flag(batch_first) else (steps, batch)
    return (result((*order, *rest), like=padded), result((batch,), "int64"))
