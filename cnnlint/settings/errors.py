"""What is said when a configuration cannot be used."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


class ConfigurationError(Exception):
    """The run cannot start as it was configured; the message is one line that names the place and the remedy."""


class WrongValueError(ValueError):
    """A value below a key is not what it should be; `path` leads to it from there, as in `budget.params`."""

    def __init__(self, message: str, *path: str) -> None:
        super().__init__(message)
        self.path = path


def shown(path: Path) -> str:
    """The path as a message names it: relative to where the user stands, where that is shorter."""
    try:
        return path.relative_to(Path.cwd()).as_posix()
    except ValueError:
        return path.as_posix()


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """`; did you mean ...?` for the nearest known spelling, else nothing."""
    from difflib import get_close_matches

    spellings = {each.lower().replace("_", "-"): each for each in known}
    nearest = get_close_matches(word.lower().replace("_", "-"), spellings, n=1)
    return f"; did you mean `{spellings[nearest[0]]}`?" if nearest else ""
