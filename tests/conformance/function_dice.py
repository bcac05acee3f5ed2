"""What the drawn calls of functions are made of: tensors, axes and sizes, most of which fit together."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, Any, TypeAlias

from hypothesis import strategies as st

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from hypothesis.strategies import DrawFn, SearchStrategy

Shape: TypeAlias = "tuple[int, ...]"
SIZES = (1, 2, 2, 3, 4, 6)


class Dice:
    """Draws the parts of one expression."""

    def __init__(self, draw: DrawFn) -> None:
        self._draw = draw

    def one(self, choices: Sequence[Any]) -> Any:
        """One of these."""
        return self._draw(st.sampled_from(list(choices)))

    def chance(self, of: int) -> bool:
        """True once in so many times."""
        return bool(self._draw(st.integers(1, of)) == 1)

    def number(self, low: int, high: int) -> int:
        """An integer, both ends included."""
        return int(self._draw(st.integers(low, high)))

    def flag(self) -> bool:
        """True or False."""
        return bool(self._draw(st.booleans()))

    def shape(self, low: int = 1, high: int = 4, sizes: Sequence[int] = SIZES) -> Shape:
        """A shape of so many axes."""
        return tuple(self.one(sizes) for _ in range(self.number(low, high)))

    def axis(self, rank: int) -> int:
        """An axis of a tensor of that rank, from either end; sometimes one that it has not."""
        if self.chance(12):
            return int(self.one((rank, -rank - 1)))
        return self.number(-rank, rank - 1) if rank else int(self.one((0, -1)))

    def axes(self, rank: int) -> str:
        """One axis, several of them or None, as text."""
        kind = self.number(0, 4)
        if kind == 0:
            return "None"
        if kind <= 2:
            return str(self.axis(rank))
        return str(tuple(self.axis(rank) for _ in range(self.number(1, max(rank, 1)))))

    def partner(self, shape: Shape) -> Shape:
        """A shape that mostly broadcasts with this one."""
        other = [1 if self.chance(3) else size for size in shape]
        if other and self.chance(3):
            other = other[self.number(0, len(other) - 1) :]
        if other and self.chance(6):
            other[self.number(0, len(other) - 1)] = self.one(SIZES)
        if self.chance(5):
            other = [self.one(SIZES), *other]
        return tuple(other)

    def alike(self, shape: Shape, of: int = 6) -> Shape:
        """The same shape; once in so many times another."""
        if not self.chance(of):
            return shape
        other = list(shape)
        if other and self.flag():
            other[self.number(0, len(other) - 1)] = self.one(SIZES)
        else:
            other.append(self.one(SIZES))
        return tuple(other)

    def regrouped(self, count: int) -> Shape:
        """Sizes whose product is mostly so many."""
        parts: list[int] = []
        rest = count
        while rest > 1 and len(parts) < 3:
            size = self.one([each for each in range(1, rest + 1) if rest % each == 0])
            parts.append(size)
            rest //= size
        parts.append(rest)
        if self.chance(3):
            parts[self.number(0, len(parts) - 1)] = -1
        if self.chance(6):
            parts[self.number(0, len(parts) - 1)] = self.one((2, 3, 5, -1))
        return tuple(parts)

    def tensor(self, shape: Shape) -> str:
        """A tensor of floats."""
        return f"torch.rand({shape})"

    def whole(self, shape: Shape, below: int = 2) -> str:
        """A tensor of integers."""
        return f"torch.randint({below}, {shape})"

    def mask(self, shape: Shape) -> str:
        """A tensor of truth values."""
        return f"(torch.rand({shape}) > 0.5)"

    def any(self, shape: Shape) -> str:
        """A tensor of any kind of numbers."""
        kind = self.number(0, 7)
        return self.whole(shape) if kind == 0 else self.mask(shape) if kind == 1 else self.tensor(shape)

    def order(self, rank: int) -> Shape:
        """An order of axes, mostly with each of them once."""
        axes = self._draw(st.permutations(list(range(rank))))
        found = [axis - rank if self.chance(3) else axis for axis in axes]
        if found and self.chance(8):
            found[0] = self.axis(rank)
        if self.chance(12):
            found = found[1:]
        return tuple(found)

    def parts(self, size: int) -> list[int]:
        """Sizes that mostly add up to this one."""
        found: list[int] = []
        rest = size
        while rest > 0 and len(found) < 4:
            part = self.number(0 if self.chance(8) else 1, rest)
            found.append(part)
            rest -= part
        if rest:
            found.append(rest)
        if found and self.chance(7):
            found[-1] += self.one((-1, 1))
        return found


def expressions(name: str, make: Callable[[Any], str], dice: type[Dice] = Dice) -> SearchStrategy[tuple[Any, ...]]:
    """The drawn calls of a function: its name and an expression."""

    @st.composite
    def case(draw: DrawFn) -> tuple[Any, ...]:
        return name, make(dice(draw))

    return case()


def count(shape: Shape) -> int:
    """The number of elements."""
    return prod(shape)
