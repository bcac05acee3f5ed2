"""What git ignores: the `.gitignore` of each folder and of those above it, up to the root of the repository."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

    Rules = tuple[tuple[str, GitIgnoreSpec], ...]
    """Folders with a slash at the end and their patterns; the later ones are deeper and win."""


def rules_above(folder: str) -> Rules:
    """The rules that hold for a folder (an absolute path) from the folders above it; none outside a repository.

    A folder that is itself ignored was asked for by name: then the rules above say nothing about what is in it.
    """
    parents = [Path(folder), *Path(folder).parents]
    root = next((number for number, parent in enumerate(parents) if (parent / ".git").exists()), None)
    if root is None:
        return ()
    rules: Rules = ()
    excluded = _read(str(parents[root] / ".git" / "info" / "exclude"))
    if excluded is not None:
        rules = ((_slashed(str(parents[root])), excluded),)
    for number in range(root, 0, -1):
        rules = rules_in(str(parents[number]), rules)
        if is_ignored(str(parents[number - 1]), rules, is_folder=True):
            return ()
    return rules


def rules_in(folder: str, above: Rules) -> Rules:
    """The rules that hold for what is in a folder."""
    rules = _read(f"{_slashed(folder)}.gitignore")
    return above if rules is None else (*above, (_slashed(folder), rules))


def is_ignored(path: str, rules: Rules, *, is_folder: bool) -> bool:
    for base, patterns in reversed(rules):
        relative = path[len(base) :].replace("\\", "/")
        verdict = patterns.check_file(f"{relative}/" if is_folder else relative).include
        if verdict is not None:
            return verdict
    return False


def _slashed(folder: str) -> str:
    return folder if folder.endswith(("/", "\\")) else f"{folder}/"


def _read(path: str) -> GitIgnoreSpec | None:
    try:
        lines = Path(path).read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return None
    from pathspec import GitIgnoreSpec

    try:
        return GitIgnoreSpec.from_lines(lines)
    except ValueError:
        return GitIgnoreSpec.from_lines(line for line in lines if _is_pattern(line))


def _is_pattern(line: str) -> bool:
    """Whether a line is a pattern; git passes over one that is not."""
    from pathspec import GitIgnoreSpec

    try:
        GitIgnoreSpec.from_lines([line])
    except ValueError:
        return False
    return True
