"""Which files to lint: those named, and the Python files and notebooks below the folders that are named."""

# ruff: noqa: PTH100, PTH110, PTH112, PTH114, PTH118 - pathlib has no `abspath`, and is slow where a large tree is walked

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from cnnlint.sources import gitignore
from cnnlint.sources.errors import UnreadablePath

if TYPE_CHECKING:
    from cnnlint.sources.gitignore import Rules

SUFFIXES = (".py", ".ipynb")

Excluded: TypeAlias = Callable[[Path], bool]
"""Whether an absolute path is left out; asked of a folder before it is entered and of each file."""


def discover(
    paths: Iterable[str | os.PathLike[str]],
    *,
    excluded: Excluded | None = None,
    respect_gitignore: bool = True,
    force_exclude: bool = False,
) -> list[Path]:
    """The files to lint, each once, sorted, as paths that begin as the ones given do.

    A file that is named is always taken, whatever its suffix; a folder that is named is always entered;
    `force_exclude` has both asked of `excluded` too. Links are followed, each folder is entered once.

    Raises UnreadablePath for a path that does not exist or a folder that may not be listed.
    """
    walk = _Walk(excluded or (lambda _: False), respect_gitignore)
    for path in paths:
        given = os.fspath(path)
        absolute = os.path.abspath(given)
        if not os.path.exists(absolute):
            reason = "broken symbolic link" if os.path.islink(absolute) else "no such file or directory"
            raise UnreadablePath(given, reason)
        if force_exclude and walk.excluded(Path(absolute)):
            continue
        if os.path.isdir(absolute):
            rules = gitignore.rules_above(absolute) if respect_gitignore else ()
            walk.enter(given, absolute, rules)
        else:
            walk.take(given, absolute)
    walk.follow_links()
    return sorted(map(Path, walk.files.values()))


@dataclass
class _Walk:
    excluded: Excluded
    respect_gitignore: bool
    files: dict[str, str] = field(default_factory=dict)
    """From the real path of a file to the path to show."""
    _entered: set[str] = field(default_factory=set)
    _links: list[tuple[str, str, Rules]] = field(default_factory=list)

    def take(self, shown: str, absolute: str) -> None:
        self.files.setdefault(os.path.realpath(absolute), shown)

    def enter(self, shown: str, absolute: str, rules: Rules) -> None:
        waiting = [(shown, absolute, rules)]
        while waiting:
            shown, absolute, rules = waiting.pop()
            real = os.path.realpath(absolute)
            if real in self._entered:
                continue
            self._entered.add(real)
            if self.respect_gitignore:
                rules = gitignore.rules_in(absolute, rules)
            for entry in _listed(shown, absolute):
                if not self._is_wanted(entry, rules):
                    continue
                below = os.path.join(shown, entry.name)
                if entry.is_symlink():
                    self._links.append((below, entry.path, rules))
                elif entry.is_dir():
                    waiting.append((below, entry.path, rules))
                else:
                    self.files.setdefault(os.path.join(real, entry.name), below)

    def follow_links(self) -> None:
        """Links come last, so that a file is shown by its own name where it has one."""
        while self._links:
            shown, absolute, rules = self._links.pop()
            if os.path.isdir(absolute):
                self.enter(shown, absolute, rules)
            else:
                self.take(shown, absolute)

    def _is_wanted(self, entry: os.DirEntry[str], rules: Rules) -> bool:
        try:
            is_folder = entry.is_dir()
            if not is_folder and not (entry.name.endswith(SUFFIXES) and entry.is_file()):
                return False
        except OSError:  # a link to itself
            return False
        if rules and gitignore.is_ignored(entry.path, rules, is_folder=is_folder):
            return False
        return not self.excluded(Path(entry.path))


def _listed(shown: str, absolute: str) -> Iterator[os.DirEntry[str]]:
    try:
        with os.scandir(absolute) as entries:
            yield from sorted(entries, key=lambda entry: entry.name)
    except OSError as error:
        raise UnreadablePath(shown, (error.strerror or str(error)).lower()) from None
