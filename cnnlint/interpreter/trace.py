"""What a run of the code did with its layers: a tree of applications."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cnnlint.engine.dimension import Dim
    from cnnlint.interpreter.values import Instance, Value
    from cnnlint.model import Place


class Application:
    """One call of a layer: `macs` are its own, without its children's; None once they depend on a condition."""

    __slots__ = (
        "args",
        "children",
        "facts",
        "instance",
        "kwargs",
        "macs",
        "output",
        "parent",
        "place",
        "root",
        "uncertain",
    )

    def __init__(
        self,
        instance: Instance,
        args: tuple[Value, ...],
        kwargs: dict[str, Value],
        place: Place,
        parent: Application | None,
    ) -> None:
        self.instance = instance
        self.args = args
        self.kwargs = kwargs
        self.place = place
        self.parent = parent
        self.children: list[Application] = []
        self.macs: Dim | None = 0
        self.output: Value = None
        self.facts: dict[str, Value] = {}
        self.root: Application = self if parent is None else parent.root
        self.uncertain = False
        """Whether it happens only under a condition that is not known."""
