"""The state of one running call, and how a block of statements can end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cnnlint.interpreter.journal import Joiner
    from cnnlint.interpreter.values import ClassValue, ModuleValue, Scope, Value
    from cnnlint.syntax.program import Span


class Frame:
    """A running function, class body or module.

    `closure` is the scope that functions defined here close over (a class body's names are not seen by its methods);
    `at` the span being evaluated; `pending` the returns that happened under conditions that are not known.
    """

    __slots__ = (
        "at",
        "closure",
        "definition",
        "module",
        "name",
        "owner",
        "pending",
        "receiver",
        "scope",
        "uncertain",
        "yields",
    )

    def __init__(
        self,
        scope: Scope,
        module: ModuleValue,
        *,
        name: str = "<module>",
        closure: Scope | None = None,
        owner: ClassValue | None = None,
        receiver: Value = None,
        at: Span = (1, 1, 1, 1),
    ) -> None:
        self.scope = scope
        self.closure = scope if closure is None else closure
        self.module = module
        self.name = name
        self.owner = owner
        self.receiver = receiver
        self.at = at
        self.pending: list[tuple[Value, dict[int, tuple[Any, Any]], Joiner]] = []
        self.uncertain = 0
        self.definition: object = None
        """The function definition that runs."""
        self.yields: list[Value] | None = None


class Return:
    """A block ended with `return`."""

    __slots__ = ("value",)

    def __init__(self, value: Value) -> None:
        self.value = value


class Jump:
    """A block ended with `break` or `continue`."""

    __slots__ = ("kind",)

    def __init__(self, kind: str) -> None:
        self.kind = kind


BREAK = Jump("break")
CONTINUE = Jump("continue")
Signal = Return | Jump | None
"""How a block ended; None where it ran through."""


class LimitReached(Exception):  # noqa: N818 - the interpreter's own control flow
    """The file asks for more steps than it may have."""


class Hopeless(Exception):  # noqa: N818 - the interpreter's own control flow
    """What is tried fails for every size that is looked at."""


MAX_YIELDS = 1024
"""Values of a generator that are followed; one that never ends is common for batches of data."""


class Enough(Exception):  # noqa: N818 - control flow of the interpreter
    """A generator has given as many values as are followed."""
