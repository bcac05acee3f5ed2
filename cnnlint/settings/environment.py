"""Where a Python environment keeps its packages: told from its folders, without running its interpreter."""

from __future__ import annotations

import os
from pathlib import Path


def site_packages(python: Path) -> Path | None:
    """The `site-packages` of an interpreter or of an environment's folder; None where there is none."""
    folder = python if python.is_dir() else python.parent
    for base in (folder, folder.parent):
        for pattern in ("lib/python3*/site-packages", "Lib/site-packages"):
            found = sorted(base.glob(pattern))
            if found:
                return found[-1]
    return None


def active_environment() -> Path | None:
    """The virtual environment that is switched on in the shell, if one is."""
    named = os.environ.get("VIRTUAL_ENV")
    return Path(named) if named else None
