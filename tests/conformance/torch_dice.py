"""Random arguments of PyTorch's layers, mostly legal, drawn with hypothesis; and what people get wrong in any call."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

if TYPE_CHECKING:
    from collections.abc import Callable

    from hypothesis.strategies import DrawFn, SearchStrategy

Case = tuple[str, tuple[Any, ...], dict[str, Any], tuple[Any, ...] | None, dict[str, Any]]
STRANGE = (None, 0, -1, 1, 1.5, 2.0, "x", True, (2,), (1, 2, 3), ())
"""What stands in the place of an argument at times."""
CRASHING = ("GRUCell",)
"""A (2, 2) state beside an input without a batch ends PyTorch's process where `hidden_size` is 2."""


@cache
def integers(low: int, high: int) -> SearchStrategy[int]:
    return st.integers(low, high)


class Dice:
    """Draws."""

    def __init__(self, draw: DrawFn) -> None:
        self.draw = draw

    def size(self, low: int = 1, high: int = 12) -> int:
        return self.draw(integers(low, high))

    def one(self, *choices: Any) -> Any:
        return choices[self.draw(integers(0, len(choices) - 1))]

    def odd(self, chance: float = 0.05) -> bool:
        """Whether to do something that is probably illegal."""
        return self.draw(integers(0, 999)) >= 1000 * (1 - chance)

    def sizes(self, rank: int, low: int = 1, high: int = 12) -> tuple[int, ...]:
        return tuple(self.size(low, high) for _ in range(rank))

    def window(self, rank: int, low: int = 1, high: int = 4) -> Any:
        """One number, or one for each axis; sometimes too small, sometimes too many."""
        if self.odd(0.03):
            return self.one(0, -1, self.sizes(rank + 1, 1, 3), self.sizes(max(rank - 1, 1), 1, 3))
        if self.odd(0.4):
            return self.sizes(rank, low, high)
        return self.one(self.size(low, high), self.size(low, high), (self.size(low, high),) * rank)

    def some(self, **options: Callable[[], Any]) -> dict[str, Any]:
        """A random selection of options."""
        return {name: make() for name, make in options.items() if self.odd(0.4)}

    def image(self, rank: int, channels: int | None = None, low: int = 1, high: int = 12) -> tuple[int, ...]:
        """The shape of a batch, or of one sample; sometimes of another rank."""
        spatial = self.sizes(rank, low, high)
        front = (self.size(1, 3),) if not self.odd(0.2) else ()
        shape = (*front, self.size(1, 8) if channels is None else channels, *spatial)
        return (*shape, 2) if self.odd(0.03) else shape[1:] if self.odd(0.03) else shape

    def yes(self) -> bool:
        return self.one(True, False)  # type: ignore[no-any-return]

    def reduction(self) -> dict[str, Any]:
        """The options that every loss has."""
        return {
            "reduction": lambda: (
                self.one("none", "sum", "mean", "wrong") if self.odd(0.1) else self.one("none", "sum", "mean")
            )
        }


def case(
    name: str,
    args: tuple[Any, ...] = (),
    kwargs: dict[str, Any] | None = None,
    inputs: tuple[Any, ...] | None = (),
    **how: Any,
) -> Case:
    return name, args, kwargs or {}, inputs, how


def layer(name: str, *args: Any, **kwargs: Any) -> tuple[Any, ...]:
    return "@layer", name, args, kwargs


def tensor(shape: tuple[int, ...], dtype: str = "float32", bound: int = 1) -> tuple[Any, ...]:
    return "@tensor", shape, dtype, bound


def mistaken(dice: Dice, drawn: Case) -> Case:
    """The configuration, in one of ten with one of the mistakes that a call of any layer can have."""
    name, args, kwargs, inputs, how = drawn
    if dice.odd(0.5):
        how = {"training": True, **how}
    if not dice.odd(0.12):
        return name, args, kwargs, inputs, how
    how["mistaken"] = True
    mistake = dice.size(0, 7)
    if mistake == 0:
        kwargs = {**kwargs, dice.one("strides", "activation", "name", "chanels"): 1}
    elif mistake == 1 and args:
        args = args[:-1]
    elif mistake == 2:
        args = (*args, dice.one(*STRANGE))
    elif mistake == 3 and args:
        at = dice.size(0, len(args) - 1)
        args = (*args[:at], dice.one(*STRANGE), *args[at + 1 :])
    elif mistake == 4 and kwargs:
        key = dice.one(*kwargs)
        kwargs = {**kwargs, key: dice.one(*STRANGE)}
    elif mistake == 5 and inputs:
        inputs = inputs[:-1]
    elif mistake == 6 and inputs is not None and name not in CRASHING:
        inputs = (*inputs, (2, 2))
    elif mistake == 7 and inputs:
        at = dice.size(0, len(inputs) - 1)
        inputs = (*inputs[:at], dice.one(None, 1, "x", [1.0], ("@layer", "ReLU", (), {})), *inputs[at + 1 :])
    return name, args, kwargs, inputs, how


def strategy(make: Callable[[Dice, str], Case], name: str) -> SearchStrategy[Case]:
    """How the configurations of that class are drawn."""

    @st.composite
    def drawn(draw: DrawFn) -> Case:
        dice = Dice(draw)
        return mistaken(dice, make(dice, name))

    return drawn()
