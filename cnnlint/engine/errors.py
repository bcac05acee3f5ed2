"""What the engine says when numbers clash, and what it says when it cannot know."""

from __future__ import annotations

from typing import Any


class ShapeError(Exception):
    """The program must fail here, in the framework's own way.

    `kind` names the family of the fault (see `cnnlint.model.FAULT_KINDS`); rules turn kinds into codes. `message` says
    what is wrong with both numbers, in lower case and without a full stop; `help` what to do; `notes` where numbers
    came from. `exception` is the class that the framework raises, for programs that catch it.
    """

    def __init__(
        self,
        kind: str,
        message: str,
        *,
        help: str | None = None,  # noqa: A002 - the word that the reader sees
        notes: tuple[str, ...] = (),
        expected: str | None = None,
        actual: str | None = None,
        exception: str = "",
    ) -> None:
        super().__init__(message)
        self.kind = kind
        self.message = message
        self.help = help
        self.notes = notes
        self.expected = expected
        self.actual = actual
        self.exception = exception
        self.place: Any = None
        """Where it stands, if not at the call that runs."""


class Undetermined(Exception):  # noqa: N818 - not an error: the honest answer
    """The result depends on something that is not known; `reason` says on what."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
