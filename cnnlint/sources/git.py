"""Revisions of a repository, read with git as bytes: nothing is checked out, no hook and no filter runs."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

PORTION = 2000
"""Blobs that are asked for at a time."""
FILES = ("100644", "100755", "100664")
LINK, SUBMODULE = "120000", "160000"


class GitError(Exception):
    """What was asked of git cannot be had; the message is one line for the user."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A file, link or submodule of a revision."""

    mode: str
    name: str
    """The object's name, which says all about its content."""


@dataclass(frozen=True, slots=True)
class Repository:
    """`top` is the folder that paths in revisions are relative to."""

    top: Path

    @classmethod
    def around(cls, folder: Path) -> Repository:
        """The repository that a folder is in. Raises GitError."""
        try:
            up = _run(folder, "rev-parse", "--show-cdup")
        except GitError as error:
            if "not a git repository" in str(error):
                raise GitError(f"{folder} is not in a git repository") from None
            raise
        inside = _run(folder, "rev-parse", "--is-inside-work-tree")
        if inside.strip() != b"true":
            raise GitError(f"{folder} is in a git repository without a working tree")
        return cls(Path(os.path.normpath(folder / os.fsdecode(up).strip())))

    def commit(self, revision: str) -> str:
        """The full name of the commit that a revision (a branch, a tag, `HEAD~3`) stands for. Raises GitError."""
        if not revision.startswith("-") and revision.isprintable():
            try:
                return _run(self.top, "rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}").decode().strip()
            except GitError as error:
                if str(error):
                    raise
        hint = ""
        if _run(self.top, "rev-parse", "--is-shallow-repository").strip() == b"true":
            hint = "; the clone is shallow: fetch more of its history first"
        raise GitError(f"`{revision}` is not a revision of this repository{hint}")

    def merge_base(self, one: str, other: str) -> str:
        """The commit where the histories of two commits part. Raises GitError."""
        try:
            return _run(self.top, "merge-base", one, other).decode().split()[0]
        except (GitError, IndexError) as error:
            hint = f": {error}" if str(error) and isinstance(error, GitError) else ""
            raise GitError(f"{one[:12]} and {other[:12]} have no history in common{hint}") from None

    def entries(self, commit: str) -> dict[str, Entry]:
        """All files, links and submodules of a commit by their paths, with slashes. Raises GitError."""
        found = {}
        for line in _run(self.top, "ls-tree", "-r", "-z", "--full-tree", commit).split(b"\0"):
            head, _, path = line.partition(b"\t")
            if path and _is_safe(name := os.fsdecode(path)):
                mode, _, blob = head.decode().split()[:3]
                found[name] = Entry(mode, blob)
        return found

    def contents(self, names: Sequence[str]) -> Iterator[tuple[str, bytes]]:
        """The content of each blob. Raises GitError."""
        for start in range(0, len(names), PORTION):
            portion = names[start : start + PORTION]
            output = _run(self.top, "cat-file", "--batch", given="\n".join(portion).encode())
            place = 0
            for name in portion:
                end = output.index(b"\n", place)
                fields = output[place:end].split()
                if len(fields) != 3 or fields[1] != b"blob":
                    raise GitError(f"git cannot read {name[:12]}: {output[place:end].decode(errors='replace')}")
                place = end + 1 + int(fields[2])
                yield name, output[end + 1 : place]
                place += 1

    def write_out(self, entries: dict[str, Entry], into: Path) -> None:
        """Write files and links of a revision below a folder; links that lead out of it are left out.

        Raises GitError, OSError.
        """
        paths: dict[str, list[str]] = {}
        links: dict[str, list[str]] = {}
        for path, entry in entries.items():
            if entry.mode in FILES:
                paths.setdefault(entry.name, []).append(path)
            elif entry.mode == LINK:
                links.setdefault(entry.name, []).append(path)
        for name, content in self.contents(list(paths)):
            for path in paths[name]:
                target = into / path
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(content)
        made = []
        for name, content in self.contents(list(links)):
            made += [link for path in links[name] if (link := _link(into / path, os.fsdecode(content))) is not None]
        _remove_escaping(made, into)


def _link(path: Path, target: str) -> Path | None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.symlink_to(target)
    except (OSError, ValueError):  # there is such a file already, or the system has no links
        return None
    return path


def _remove_escaping(links: Iterable[Path], root: Path) -> None:
    """Remove links that lead nowhere below a folder."""
    inside = root.resolve()
    for link in [link for link in links if not _leads_into(link, inside)]:
        link.unlink(missing_ok=True)


def _leads_into(link: Path, folder: Path) -> bool:
    try:
        return link.resolve(strict=True).is_relative_to(folder)
    except (OSError, RuntimeError):  # a link to itself, or to nothing
        return False


def blob_name(content: bytes, like: str) -> str:
    """The name that git gives a content, in the hash that another name is made with."""
    from hashlib import sha1, sha256

    made = (sha256 if len(like) == 64 else sha1)(b"blob %d\0" % len(content), usedforsecurity=False)
    made.update(content)
    return made.hexdigest()


def _is_safe(path: str) -> bool:
    """Whether a path stays below the folder that it is put into; a tree made by hand may hold any."""
    if os.name == "nt":
        path = path.replace("\\", "/").replace(":", "/../")
    parts = path.split("/")
    return parts[0].lower() != ".git" and all(part not in ("", ".", "..") for part in parts)


def _run(folder: Path, *arguments: str, given: bytes | None = None) -> bytes:
    """What git prints. Raises GitError with what it complains about."""
    environment = {**os.environ, "LC_ALL": "C", "GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0"}
    try:
        done = subprocess.run(  # noqa: S603 - a fixed program; arguments cannot be options
            ["git", "--no-pager", *arguments],  # noqa: S607 - the git on the path is the one that is meant
            cwd=folder,
            env=environment,
            input=given,
            stdin=subprocess.DEVNULL if given is None else None,
            capture_output=True,
            check=False,
        )
    except OSError as error:
        raise GitError(f"git cannot be run: {error.strerror or error}") from None
    if done.returncode:
        lines = done.stderr.decode(errors="replace").strip().splitlines()
        raise GitError(lines[0].removeprefix("fatal: ") if lines else "")
    return done.stdout
