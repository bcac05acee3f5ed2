"""`lora_rank`: a layer whose kernel is held and gets two small matrices beside it, which are trained instead."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.engine.dimension import product
from cnnlint.frameworks import coerce
from cnnlint.frameworks.keras.arguments import refused
from cnnlint.frameworks.keras.layer import add_weight

if TYPE_CHECKING:
    from cnnlint.engine.dimension import Dim
    from cnnlint.interpreter.machine import Machine
    from cnnlint.interpreter.values import Instance, Value


def add(machine: Machine, self: Instance, name: str, rank: Value, constraint: Value) -> None:
    """What `enable_lora` does at the end of `build`: the weight `name` is held, its two factors are new.

    Raises:
        ShapeError: "bad-argument" for a weight with a constraint, or a rank that is no size.

    """
    if not coerce.flag(rank):
        return
    if constraint is not None and coerce.flag(constraint):
        raise refused(f"LoRA does not go with a constraint on `{name}`", help="leave the constraint out")
    size = coerce.dim(rank, "lora_rank")
    if isinstance(size, int) and size < 0:
        raise refused(f"`lora_rank` must be a positive integer, got {rank!r}")
    held = self.attrs[name]
    machine.touch(held)
    held.trainable = False
    held.facts["learned"] = True  # `layer.trainable = True` sets it free again
    *front, last = held.shape
    add_weight(machine, self, f"lora_{name}_a", (*front, size), dtype="float32")
    add_weight(machine, self, f"lora_{name}_b", (size, last), dtype="float32")
    self.facts["lora_macs"] = product((*front, size, last))


def macs(self: Instance) -> Dim:
    """Multiply-accumulates of the product of the two matrices, which a call makes once."""
    found: Dim = self.facts.get("lora_macs", 0)
    return found
