"""Which release of a framework the linted code is for: `target-version`, by default the current one.

What differs between releases is data of each framework's own room (`keras/changes.py`, `torch/changes.py`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from cnnlint.interpreter.machine import Machine

Version: TypeAlias = "tuple[int, ...]"

OLDEST: dict[str, Version] = {"keras": (2, 0), "torch": (1, 0)}
CURRENT: dict[str, Version] = {"keras": (3, 15), "torch": (2, 14)}
"""The release that the tables describe."""
PINNED: dict[str, tuple[str, Version]] = {"keras": ("tf_keras", (2, 20))}
"""A package that holds one release of a framework for good: code that imports it means that one."""


def of(machine: Machine, framework: str) -> Version:
    """The release that the running code is for: as stated, else as its imports say, else the current one."""
    stated = machine.versions.get(framework)
    if stated is not None:
        return stated
    package, version = PINNED.get(framework, ("", ()))
    return version if package in machine.imported else CURRENT[framework]


def reached(version: Version, since: Version) -> bool:
    """Whether a release is at least another one; `2` stands for the last of its kind."""
    return version[: len(since)] >= since[: len(version)]


def text(version: Version) -> str:
    """As people write it."""
    return ".".join(map(str, version))
