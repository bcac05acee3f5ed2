"""Padding layers: zeros, a constant, reflected, replicated, circular."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from cnnlint.engine.constraints import require_at_least
from cnnlint.engine.dimension import equal
from cnnlint.engine.errors import ShapeError
from cnnlint.engine.shape import pad, text
from cnnlint.frameworks.coerce import items, option_number
from cnnlint.frameworks.torch.core import result
from cnnlint.frameworks.torch.layer import inner, layer, library_class, of_rank, rank_of, settled, spread, start

if TYPE_CHECKING:
    from cnnlint.engine.shape import Shape
    from cnnlint.interpreter.machine import Machine
    from cnnlint.interpreter.values import Instance, Tensor, Value

MODES = {"Reflection": "reflect", "Replication": "replicate", "Circular": "circular"}


def padded(self: Instance, input: Value, mode: str, *, any_rank: bool = False) -> Tensor:
    """The input with the layer's padding: pairs of widths, the last axis first."""
    rank = rank_of(self)
    found = settled(input, rank)
    exception = "ValueError" if mode == "circular" else "NotImplementedError"
    shape = found.shape if any_rank else of_rank(found, (rank + 1, rank + 2), self, exception)
    assert shape is not None
    widths = items(self.attrs["padding"]) or ()
    if not widths and mode != "constant":
        raise ShapeError("bad-argument", f'the mode "{mode}" needs widths', exception="NotImplementedError")
    pairs = [(widths[at], widths[at + 1]) for at in range(0, len(widths) - 1, 2)]
    if len(widths) % 2 or len(pairs) > len(shape):
        raise ShapeError(
            "bad-argument", f"{len(widths)} widths do not pad an input of {len(shape)} axes", exception="RuntimeError"
        )
    made = pad(shape, pairs[::-1], mode)
    if rank == 1 and mode in ("replicate", "reflect"):
        require_at_least(made[-1], 1, partial(_nothing_left, shape, made))
    elif mode == "replicate" and all(equal(size, 0) is True for size in made[-rank:]):
        raise _nothing_left(shape, made)
    return result(made, like=found)


def _nothing_left(before: Shape, after: Shape) -> ShapeError:
    return ShapeError("nonpositive-size", f"the padding makes {text(after)} of {text(before)}", actual=text(after))


@inner("_ConstantPadNd", "padding")
class ConstantPadNd:
    def __init__(machine: Machine, self: Instance, padding: Value, value: Value) -> None:
        start(self)
        self.attrs |= {"value": value, "padding": spread(padding, 2 * rank_of(self), "padding")}

    def forward(machine: Machine, self: Instance, input: Value) -> Value:
        if self.attrs["value"] is not None:
            option_number(self.attrs["value"], "value")
        return padded(self, input, "constant", any_rank=True)


def _zero(machine: Machine, self: Instance, padding: Value) -> None:
    start(self)
    self.attrs |= {"value": 0.0, "padding": spread(padding, 2 * rank_of(self), "padding")}


def _widths(machine: Machine, self: Instance, padding: Value) -> None:
    start(self)
    self.attrs["padding"] = spread(padding, 2 * rank_of(self), "padding")


def _forward(machine: Machine, self: Instance, input: Value) -> Value:
    return padded(self, input, self.cls.lookup("_mode"))


for _rank in (1, 2, 3):
    _constant = layer(
        f"ConstantPad{_rank}d", "padding", "padding", library_class("torch.nn.modules.padding._ConstantPadNd")
    )(type("ConstantPad", (), {"_rank": _rank}))
    layer(f"ZeroPad{_rank}d", "padding", "padding", _constant)(type("ZeroPad", (), {"__init__": _zero}))

for _name, _mode in MODES.items():
    _base = inner(f"_{_name}PadNd", "padding")(
        type(_name, (), {"_mode": _mode, "__init__": _widths, "forward": _forward})
    )
    for _rank in (1, 2, 3):
        layer(f"{_name}Pad{_rank}d", "padding", "padding", _base)(type(_name, (), {"_rank": _rank}))
