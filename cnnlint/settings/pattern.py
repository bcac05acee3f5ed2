"""Patterns of paths as ruff reads them: `*` crosses folders too, `**/` may be nothing, `{a,b}` is either."""

from __future__ import annotations

import re
from functools import lru_cache

MAX_ALTERNATIVES = 64
NEVER = r"(?!)"


@lru_cache(maxsize=512)
def compiled(pattern: str) -> re.Pattern[str]:
    """The pattern as a regular expression for a whole path with forward slashes."""
    return re.compile(_either(pattern), re.DOTALL)


def matches(text: str, pattern: str) -> bool:
    """Whether the whole of a text fits a pattern."""
    return compiled(pattern).fullmatch(text) is not None


def path_matches(path: str, pattern: str, absolute: str) -> bool:
    """Whether a path fits a pattern: as a whole, below a folder that does, or, for one without a slash, by its name."""
    return any_matches(path, ((pattern, absolute),))


def any_matches(path: str, patterns: tuple[tuple[str, str], ...]) -> bool:
    """The same for several patterns at once."""
    parts = path.split("/")
    return any(any_matches_itself("/".join(parts[:end]), patterns) for end in range(len(parts), 1, -1))


def any_matches_itself(path: str, patterns: tuple[tuple[str, str], ...]) -> bool:
    """Whether one of the patterns fits the path, whatever the folders are that it is in."""
    whole, names = _combined(patterns)
    return whole.fullmatch(path) is not None or names.fullmatch(path.rpartition("/")[2]) is not None


@lru_cache(maxsize=64)
def _combined(patterns: tuple[tuple[str, str], ...]) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """One expression for whole paths and one for names: a walk asks about every file."""
    whole = "|".join(_either(absolute.rstrip("/")) for _, absolute in patterns)
    plain = [pattern.rstrip("/") for pattern, _ in patterns if "/" not in pattern.rstrip("/")]
    return re.compile(whole or NEVER, re.DOTALL), re.compile("|".join(map(_either, plain)) or NEVER, re.DOTALL)


def _either(pattern: str) -> str:
    return "|".join(_translate(each) for each in _alternatives(pattern))


def absolute_pattern(pattern: str, root: str) -> str:
    """The pattern with its folder in front; a root with characters of patterns in it is taken as it is."""
    if pattern.startswith("/"):
        return pattern
    plain = re.sub(r"([*?[{])", r"[\1]", root.rstrip("/"))
    return f"{plain}/{pattern.removeprefix('./')}"


def _alternatives(pattern: str) -> list[str]:
    """The pattern once for each choice in its braces."""
    done: list[str] = []
    waiting = [pattern]
    while waiting and len(done) + len(waiting) <= MAX_ALTERNATIVES:
        each = waiting.pop()
        match = re.search(r"(?<!\[)\{([^{}]*)\}", each)
        if match is None:
            done.append(each)
        else:
            waiting += [each[: match.start()] + choice + each[match.end() :] for choice in match[1].split(",")]
    return done + waiting


def _translate(pattern: str) -> str:
    parts = re.split(r"(\*\*/|\*+|\?|\[[!^]?\]?[^\]]*\])", pattern)
    return "".join(_piece(part) for part in parts)


def _piece(part: str) -> str:
    if part == "**/":
        return "(?:.*/)?"
    if part.startswith("*"):
        return ".*"
    if part == "?":
        return "[^/]"
    if part.startswith("[") and part.endswith("]") and len(part) > 2:
        inside = part[1:-1].replace("\\", "\\\\").replace("[", "\\[")
        return f"[^{inside[1:]}]" if inside[0] in "!^" else f"[{inside}]"
    return re.escape(part)
