"""Findings that a project has agreed to live with for now: a file of fingerprints, which may only shrink."""

from __future__ import annotations

import json
import os
from dataclasses import replace
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


def _relative(filename: str, folder: Path) -> str:
    try:
        return Path(os.path.relpath(filename, folder)).as_posix()
    except ValueError:  # another drive
        return filename


def _named(findings: Sequence[Finding], sources: Sources, folder: Path) -> list[tuple[str, str]]:
    """Path and fingerprint of each finding, seen from a folder: they must not depend on where the user stands."""
    original = {_relative(finding.place.filename, folder): finding.place.filename for finding in findings}
    paths = [_relative(finding.place.filename, folder) for finding in findings]
    moved = [
        replace(finding, place=replace(finding.place, filename=path))
        for finding, path in zip(findings, paths, strict=True)
    ]
    return list(zip(paths, fingerprints(moved, lambda name: sources(original.get(name, name))), strict=True))


def write(path: Path, findings: Sequence[Finding], sources: Sources) -> None:
    """Write the findings down. Raises OSError."""
    named = _named(findings, sources, path.absolute().parent)
    entries = [
        {"fingerprint": name, "filename": shown, "code": finding.code, "message": finding.message}
        for finding, (shown, name) in zip(findings, named, strict=True)
    ]
    entries.sort(key=lambda entry: (entry["filename"], entry["code"], entry["fingerprint"]))
    text = json.dumps({"version": VERSION, "findings": entries}, indent=1, ensure_ascii=False)
    path.write_text(text + "\n", encoding="utf-8")


def read(path: Path) -> dict[str, str]:
    """Fingerprint to a line that says what it was. Raises OSError and BaselineError."""
    try:
        table = json.loads(path.read_text(encoding="utf-8"))
        return {
            str(entry["fingerprint"]): f"{entry['filename']}: {entry['code']} {entry['message']}"
            for entry in table["findings"]
        }
    except (ValueError, KeyError, TypeError):
        raise BaselineError(f"{path} is not a baseline file; write one with --write-baseline") from None


def subtract(
    findings: Sequence[Finding], known: dict[str, str], path: Path, sources: Sources
) -> tuple[list[Finding], list[str]]:
    """The findings that are not in the baseline, and the entries of the baseline that nothing matches any more."""
    names = [name for _, name in _named(findings, sources, path.absolute().parent)]
    left = [finding for finding, name in zip(findings, names, strict=True) if name not in known]
    return left, [line for name, line in known.items() if name not in set(names)]
