"""What cannot be read, and why."""

from __future__ import annotations


class UnreadablePath(Exception):  # noqa: N818 - said to people as "unreadable path"
    """A path that is not there or may not be read: the run itself fails."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(f"{path}: {reason}")
        self.path = path
        self.reason = reason

    def __reduce__(self) -> tuple[type[UnreadablePath], tuple[str, str]]:
        return UnreadablePath, (self.path, self.reason)


class UnreadableSource(Exception):  # noqa: N818 - a finding about the file, not an error of the run
    """A file whose content is no text or no notebook; `row` and `column` are 1-based."""

    def __init__(self, message: str, row: int = 1, column: int = 1) -> None:
        super().__init__(message)
        self.message = message
        self.row = row
        self.column = column

    def __reduce__(self) -> tuple[type[UnreadableSource], tuple[str, int, int]]:
        return UnreadableSource, (self.message, self.row, self.column)
