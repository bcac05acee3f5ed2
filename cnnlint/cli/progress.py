"""How far a long run has come: on a terminal only, on the standard error, gone when it ends."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from collections.abc import Callable

PATIENCE = 1.0
"""Seconds that a run may take before anything is shown."""
INTERVAL = 0.1


class Progress:
    """Called with the number of files that are done and of all; `end` clears the line."""

    def __init__(self, stream: TextIO | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        self.stream = stream if stream is not None else sys.stderr
        self.clock = clock
        self.next = clock() + PATIENCE
        self.shown = 0

    def __call__(self, done: int, total: int) -> None:
        now = self.clock()
        if now < self.next or not self.stream.isatty():
            return
        self.next = now + INTERVAL
        text = f"{done:,} of {total:,} files"
        line = f"\r{text.ljust(self.shown)}"
        self.shown = len(text)  # first: an interrupt may come at any moment, and `end` clears what is shown
        self.stream.write(line)
        self.stream.flush()

    def end(self) -> None:
        """Leave no trace."""
        if self.shown:
            self.stream.write(f"\r{' ' * self.shown}\r")
            self.stream.flush()
            self.shown = 0
