"""What a framework is asked to describe."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cnnlint.engine.shape import Shape
    from cnnlint.model import Place


@dataclass(frozen=True, slots=True)
class Request:
    """A model to describe: `target` as the user would type it (`nets.py::SmallNet`), `name` the part behind `::`.

    `input_shapes` are without the batch axis, in the framework's own axis order; None where nobody stated them, then
    the code's own calls tell, else they stay symbolic. `input_source` says in words where they come from. `sizes` asks
    for what open sizes have to meet even if the input is known.
    """

    target: str
    name: str
    place: Place
    input_shapes: tuple[Shape, ...] | None = None
    input_source: str | None = None
    arguments: dict[str, Any] = field(default_factory=dict)
    sizes: bool = False
