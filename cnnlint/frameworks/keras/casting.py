"""The element types of what goes into a layer and comes out of it, as Keras's dtype policy has them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.engine.errors import ShapeError
from cnnlint.frameworks.keras.core import MODEL
from cnnlint.frameworks.keras.structure import map_structure, tensors
from cnnlint.interpreter.values import HostFunction, Instance, Tensor, Value

if TYPE_CHECKING:
    from collections.abc import Callable

_OWN = """Identity Flatten Permute Reshape Lambda Pipeline Wrapper TorchModuleWrapper TFSMLayer JaxLayer FlaxLayer Layer
Equalization RandomGrayscale Discretization Hashing HashedCrossing IntegerLookup StringLookup TextVectorization"""
OWN_TYPE = frozenset(f"keras.layers.{name}" for name in _OWN.split())
"""Layers that say themselves what type they give; `Layer.compute_output_spec` has the others give `compute_dtype`."""


def autocast(self: Instance, value: Value) -> Value:
    """The arguments of a call: floating-point tensors become what the layer computes in, others stay as they are."""
    compute = self.facts.get("compute")
    if compute is None or not self.facts.get("autocast", True):
        return value
    return _with_type(value, compute, lambda dtype: dtype is not None and "float" in dtype)


def stamp(self: Instance, output: Value) -> Value:
    """The output of a layer of the tables in the type that the layer computes in."""
    if MODEL in self.cls.mro or not isinstance(self.cls.lookup("call"), HostFunction):
        return output
    if any(cls.qualified_name in OWN_TYPE for cls in self.cls.mro[:1]):
        return output
    for leaf in tensors(output):
        if any(isinstance(size, int) and size < 0 for size in leaf.shape or ()):
            message = f"the output of `{self.cls.name}` would have a negative size"
            raise ShapeError("negative-dimension", message, exception="ValueError")
    compute = self.facts.get("compute")
    return output if compute is None else _with_type(output, compute, lambda _dtype: True)


def _with_type(value: Value, wanted: str, chosen: Callable[[str | None], bool]) -> Value:
    def change(leaf: Value) -> Value:
        if not isinstance(leaf, Tensor) or leaf.dtype == wanted or not chosen(leaf.dtype):
            return leaf
        made = Tensor(leaf.cls, leaf.shape, wanted, free=leaf.free, values=leaf.values)
        made.facts = dict(leaf.facts)
        return made

    return map_structure(change, value)
