"""Findings that a project has agreed to live with for now: a file of fingerprints, which may only shrink."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from cnnlint.finding import fingerprints

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnnlint.finding import Finding, Sources

VERSION = 1
DEFAULT_NAME = ".cnnlint-baseline.json"


class BaselineError(Exception):
    """The file is not a baseline."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A finding as it is written down; the filename is relative to the baseline's folder."""

    fingerprint: str
    filename: str
    code: str
    message: str


def entries(findings: Sequence[Finding], path: Path, sources: Sources) -> list[Entry]:
    """The findings as a baseline at `path` writes them: they must not depend on where the user stands."""
    folder = path.absolute().parent
    paths = [_relative(finding.place.filename, folder) for finding in findings]
    original = {shown: finding.place.filename for shown, finding in zip(paths, findings, strict=True)}
    moved = [
        replace(finding, place=replace(finding.place, filename=shown))
        for finding, shown in zip(findings, paths, strict=True)
    ]
    names = fingerprints(moved, lambda name: sources(original.get(name, name)))
    return [
        Entry(name, finding.place.filename, finding.code, finding.message)
        for finding, name in zip(moved, names, strict=True)
    ]


def write(path: Path, findings: Sequence[Finding], sources: Sources, kept: Sequence[Entry] = ()) -> None:
    """Write the findings down, and entries that are kept. Raises OSError."""
    found = sorted(
        (*entries(findings, path, sources), *kept), key=lambda entry: (entry.filename, entry.code, entry.fingerprint)
    )
    rows = [{name: getattr(entry, name) for name in Entry.__slots__} for entry in found]
    text = json.dumps({"version": VERSION, "findings": rows}, indent=1, ensure_ascii=False)
    path.write_text(text + "\n", encoding="utf-8")


def read(path: Path) -> list[Entry]:
    """What a baseline holds. Raises OSError and BaselineError."""
    try:
        rows = json.loads(path.read_text(encoding="utf-8"))["findings"]
        return [Entry(*(str(row[name]) for name in Entry.__slots__)) for row in rows]
    except (ValueError, KeyError, TypeError):
        raise BaselineError(f"{path} is not a baseline; --write-baseline writes one") from None


def subtract(
    findings: Sequence[Finding], known: Sequence[Entry], path: Path, sources: Sources, files: Sequence[str]
) -> tuple[list[Finding], list[Entry]]:
    """The findings that are not in the baseline, and its entries that match none any more.

    Only what is known is told: entries about files that were linted, or that are gone.
    """
    agreed = {entry.fingerprint for entry in known}
    names = [entry.fingerprint for entry in entries(findings, path, sources)]
    left = [finding for finding, name in zip(findings, names, strict=True) if name not in agreed]
    others = set(elsewhere(known, path, files))
    present = set(names)
    return left, [entry for entry in known if entry.fingerprint not in present and entry not in others]


def elsewhere(known: Sequence[Entry], path: Path, files: Sequence[str]) -> list[Entry]:
    """The entries about files that are there, but were not linted this time."""
    folder = path.absolute().parent
    linted = {_relative(filename, folder) for filename in files}
    return [entry for entry in known if entry.filename not in linted and (folder / entry.filename).exists()]


def _relative(filename: str, folder: Path) -> str:
    try:
        return Path(os.path.relpath(filename, folder)).as_posix()
    except ValueError:  # another drive
        return filename
