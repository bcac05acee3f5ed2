"""Dropout in all its forms: the shape stays."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.engine.errors import ShapeError
from cnnlint.frameworks.coerce import option_number, tensor
from cnnlint.frameworks.torch.layer import inner, layer, library_class, of_rank, same, start

if TYPE_CHECKING:
    from cnnlint.interpreter.machine import Machine
    from cnnlint.interpreter.values import Instance, Value


FEATURES = {"Dropout2d": 2, "Dropout3d": 1, "FeatureAlphaDropout": 2}
"""The fewest axes of an input of which whole channels are dropped; `Dropout3d` adds one in front."""


@inner("_DropoutNd", "dropout")
class DropoutNd:
    def __init__(machine: Machine, self: Instance, p: Value = 0.5, inplace: Value = False) -> None:
        start(self)
        chance = option_number(p, "p")
        if chance is not None and not 0 <= chance <= 1:
            raise ShapeError(
                "bad-argument", f"a probability of dropout lies between 0 and 1, not at {p}", exception="ValueError"
            )
        self.attrs |= {"p": p, "inplace": inplace}

    def forward(machine: Machine, self: Instance, input: Value) -> Value:
        found = tensor(input)
        ranks = self.cls.lookup("_ranks")
        if isinstance(ranks, tuple) and found.shape is not None:
            of_rank(found, ranks, self)
        chance = option_number(self.attrs["p"], "p")
        drops = self.attrs["training"] is True and chance is not None and 0 < chance < 1
        least = self.cls.lookup("_least")
        if drops and isinstance(least, int) and found.shape is not None and len(found.shape) < least:
            of_rank(found, tuple(range(least, 6)), self)
        return same(found)


for _name in ("Dropout", "Dropout1d", "Dropout2d", "Dropout3d", "AlphaDropout", "FeatureAlphaDropout"):
    _ranks: dict[str, Value] = {"_ranks": (2, 3)} if _name == "Dropout1d" else {}
    if _name in FEATURES:
        _ranks["_least"] = FEATURES[_name]
    layer(_name, "dropout", "dropout", library_class("torch.nn.modules.dropout._DropoutNd"))(type(_name, (), _ranks))
