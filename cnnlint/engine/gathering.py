"""Where a run tells what depends on a size: constraints that it meets, and doubts about their being all there is."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from cnnlint.engine.constraints import Constraint
    from cnnlint.engine.dimension import Dim
    from cnnlint.engine.reshaping import Shape

    Base = dict[Constraint, Any]
else:
    Base = dict


@dataclass(frozen=True, slots=True)
class Fold:
    """A reshape that makes `rows` rows of a batch where only some sizes make one of each sample."""

    shape: Shape
    target: Shape
    rows: Dim
    where: Any


class Gathered(Base):
    """Constraints in the order in which they were met, once each, with where that was first.

    `doubt` says why they may not be the whole condition for the run to succeed, None where they are. `branched` tells
    that the run took several ways somewhere, `folds` are reshapes that only some sizes leave the samples alone in.
    """

    def __init__(self, where: Callable[[Constraint | None], Any] | None = None) -> None:
        super().__init__()
        self.where = where
        self.doubt: str | None = None
        self.branched = False
        self.folds: list[Fold] = []

    def note(self, constraint: Constraint) -> None:
        """Keep a constraint; `where` is asked for those that are new."""
        if constraint not in self:
            self[constraint] = self.where(constraint) if self.where is not None else None


_sinks: list[Gathered] = []


@contextmanager
def collect(where: Callable[[Constraint | None], Any] | None = None) -> Iterator[Gathered]:
    """Gather what is told inside the `with`."""
    found = Gathered(where)
    _sinks.append(found)
    try:
        yield found
    finally:
        _sinks[:] = [sink for sink in _sinks if sink is not found]


@contextmanager
def unheard() -> Iterator[None]:
    """Keep from those who collect what is told inside the `with`: it is no part of what they look at."""
    kept = _sinks[:]
    _sinks.clear()
    try:
        yield
    finally:
        _sinks[:] = kept


def note(constraint: Constraint) -> None:
    """Tell a constraint to those who collect."""
    for sink in _sinks:
        sink.note(constraint)


def is_required(constraint: Constraint) -> bool:
    """Whether what runs has already required it in any case, as an `assert` of it does."""
    return bool(_sinks) and constraint in _sinks[-1] and _sinks[-1].doubt is None


def required() -> list[Constraint]:
    """What that run has required so far; nothing where it may not need it all."""
    return [each for each in _sinks[-1] if not each.assumed] if _sinks and _sinks[-1].doubt is None else []


def fold(shape: Shape, target: Shape, rows: Dim) -> None:
    """Tell those who collect of a reshape that may fold samples into features, or take them apart."""
    for sink in _sinks:
        sink.folds.append(Fold(shape, target, rows, sink.where(None) if sink.where is not None else None))


def branch() -> None:
    """Tell those who collect that a condition went either way."""
    for sink in _sinks:
        sink.branched = True


def doubt(reason: str) -> None:
    """Tell those who collect that whether the run succeeds depends on something that no constraint says."""
    for sink in _sinks:
        if sink.doubt is None:
            sink.doubt = reason
