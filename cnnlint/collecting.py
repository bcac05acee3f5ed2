"""Which files a run is about, under the settings that hold where they are."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from cnnlint.sources.errors import UnreadablePath
from cnnlint.sources.files import discover

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnnlint.settings.discovery import Resolver


def collect(paths: Sequence[str], resolver: Resolver) -> tuple[list[Path], list[str]]:
    """The files, and a message for each path that cannot be read. Raises ConfigurationError."""
    settings = resolver.for_folder(resolver.working)
    waiting = list(paths)
    if settings.force_exclude:
        waiting = [path for path in paths if not _is_left_out(Path(path).absolute(), resolver)]
    closed: set[str] = set()
    failures: list[str] = []

    def excluded(path: Path) -> bool:
        return str(path) in closed or resolver.for_folder(path.parent).excludes(path)

    while True:
        try:
            files = discover(
                waiting,
                excluded=excluded,
                respect_gitignore=settings.respect_gitignore,
            )
        except UnreadablePath as error:
            failures.append(str(error))
            waiting = [path for path in waiting if path != error.path]
            closed.add(str(Path(error.path).absolute()))
        else:
            return files, failures


def _is_left_out(path: Path, resolver: Resolver) -> bool:
    return resolver.for_folder(path.parent).excludes_anywhere(path)
