"""What this room raises for a text that is no program."""

from __future__ import annotations


class SyntaxFault(Exception):  # noqa: N818 - a finding about the file, not an error of the run
    """The text does not parse; `row` and `column` are 1-based and say where, `message` says why."""

    def __init__(self, message: str, row: int = 1, column: int = 1) -> None:
        super().__init__(message)
        self.message = message
        self.row = row
        self.column = column

    def __reduce__(self) -> tuple[type[SyntaxFault], tuple[str, int, int]]:
        return SyntaxFault, (self.message, self.row, self.column)
