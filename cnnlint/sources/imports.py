"""Which files may import which: a quick look at import statements that errs on the side of too many."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from pathlib import Path

_STATEMENT = re.compile(
    rb"^[ \t]*(?:from\b([^\n]*?)\bimport\b[ \t]*(\([^)]*\)|(?:[^\n\\]|\\\r?\n)*)|import\b((?:[^\n\\]|\\\r?\n)*))",
    re.MULTILINE,
)
_WORD = re.compile(rb"[^\W\d]\w*|[\x80-\xff]+")
_DYNAMIC = (b"import_module", b"__import__")


def dependents(changed: Collection[str], files: Iterable[str], root: Path) -> set[str]:
    """Files that may depend on one of those that changed, directly or not, and those themselves.

    `files` are paths below `root`, with slashes; those of them that cannot be read depend on nothing.
    """
    if not changed:
        return set()
    using: dict[str, list[str]] = {}
    for path in files:
        if path.endswith((".py", ".ipynb")):
            for word in _words(path, root):
                using.setdefault(word, []).append(path)
    found = set(changed)
    waiting = [_module(path) for path in found]
    while waiting:
        for path in using.pop(waiting.pop(), ()):
            if path not in found:
                found.add(path)
                waiting.append(_module(path))
    return found


def _module(path: str) -> str:
    """The last part of a file's name as a module."""
    pure = PurePosixPath(path)
    return pure.parent.name if pure.name == "__init__.py" else pure.stem


def _words(path: str, root: Path) -> set[str]:
    """The words in a file's import statements, and the folders that relative ones may mean."""
    try:
        content = (root / path).read_bytes()
    except OSError:
        return set()
    if any(name in content for name in _DYNAMIC):
        parts = [content]
    elif path.endswith(".ipynb"):
        parts = [line for line in content.splitlines() if b"import" in line]
    else:
        parts = [part for match in _STATEMENT.finditer(content) for part in match.groups() if part]
    words = {word.decode("utf-8", "replace") for part in parts for word in _WORD.findall(part)}
    if any(part.lstrip().startswith(b".") for part in parts) or path.endswith(".ipynb"):
        words.update(PurePosixPath(path).parts[:-1])
    return words
