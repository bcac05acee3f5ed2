"""Dropout in all its forms: the shape stays."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.engine.errors import ShapeError
from cnnlint.frameworks.coerce import tensor
from cnnlint.frameworks.torch.layer import inner, layer, library_class, of_rank, same, start

if TYPE_CHECKING:
    from cnnlint.interpreter.machine import Machine
    from cnnlint.interpreter.values import Instance, Value


@inner("_DropoutNd", "dropout")
class DropoutNd:
    def __init__(machine: Machine, self: Instance, p: Value = 0.5, inplace: Value = False) -> None:
        start(self)
        if isinstance(p, (int, float)) and not 0 <= p <= 1:
            raise ShapeError(
                "bad-argument", f"a probability of dropout lies between 0 and 1, not at {p}", exception="ValueError"
            )
        self.attrs |= {"p": p, "inplace": inplace}

    def forward(machine: Machine, self: Instance, input: Value) -> Value:
        found = tensor(input)
        ranks = self.cls.lookup("_ranks")
        if isinstance(ranks, tuple) and found.shape is not None:
            of_rank(found, ranks, self)
        return same(found)


for _name in ("Dropout", "Dropout1d", "Dropout2d", "Dropout3d", "AlphaDropout", "FeatureAlphaDropout"):
    _ranks = {"_ranks": (2, 3)} if _name == "Dropout1d" else {}
    layer(_name, "dropout", "dropout", library_class("torch.nn.modules.dropout._DropoutNd"))(type(_name, (), _ranks))
