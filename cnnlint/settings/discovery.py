"""Which configuration file holds for which path: the nearest one upward, as ruff finds it."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

from cnnlint.settings.environment import active_environment
from cnnlint.settings.errors import ConfigurationError, shown
from cnnlint.settings.layer import merge, read_layer, selectors
from cnnlint.settings.settings import Settings

OWN_NAMES = (".cnnlint.toml", "cnnlint.toml")
PYPROJECT = "pyproject.toml"


class Resolver:
    """Finds the settings of a path; a folder is looked at once.

    `overrides` is the command line's layer and wins over every file. `config` names the one file to read, for all
    paths; with `isolated` none is read.
    """

    def __init__(
        self, overrides: dict[str, Any] | None = None, *, config: Path | None = None, isolated: bool = False
    ) -> None:
        self.overrides = overrides or {}
        self.working = Path.cwd()
        self.isolated = isolated
        self._by_folder: dict[Path, Settings] = {}
        self._fixed: Settings | None = None
        if config is not None:
            table = load_table(config)
            layer = _extended(config.absolute(), table or {}, root=self.working)
            self._fixed = self._settings(layer, self.working, config)
        elif isolated:
            self._fixed = self._settings({}, self.working, None)

    def for_path(self, path: Path) -> Settings:
        """The settings that hold for a file (or a folder that is a root). Raises ConfigurationError."""
        if self._fixed is not None:
            return self._fixed
        path = path.absolute()
        return self.for_folder(path if path.is_dir() else path.parent)

    def for_folder(self, folder: Path) -> Settings:
        """The settings that hold for the files of a folder. Raises ConfigurationError."""
        if self._fixed is not None:
            return self._fixed
        waiting = []
        for each in (folder, *folder.parents):
            if (found := self._by_folder.get(each)) is not None:
                break
            waiting.append(each)
            if (file := configuration_in(each)) is not None:
                path, table = file
                found = self._settings(_extended(path, table, root=each), each, path)
                break
        else:
            found = self._settings({}, self.working, None)
        for each in waiting:
            self._by_folder[each] = found
        return found

    def _settings(self, layer: dict[str, Any], root: Path, source: Path | None) -> Settings:
        settings = replace(
            Settings.of_layer(merge(layer, self.overrides), root, source), given=selectors(self.overrides)
        )
        if settings.python is None and not self.isolated:
            return replace(settings, python=active_environment())
        return settings


def configuration_in(folder: Path) -> tuple[Path, dict[str, Any]] | None:
    """The configuration file of a folder with its table; None where there is none. Raises ConfigurationError."""
    for name in (*OWN_NAMES, PYPROJECT):
        path = folder / name
        if path.is_file() and (table := load_table(path)) is not None:
            return path, table
    return None


def load_table(path: Path) -> dict[str, Any] | None:
    """The keys that a file sets; None for a pyproject.toml that says nothing of cnnlint. Raises ConfigurationError."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ConfigurationError(f"cannot read {shown(path)}: {error.strerror or error}") from None
    if path.name == PYPROJECT and b"cnnlint" not in content:
        return None
    try:
        table = parse_toml(content.decode("utf-8-sig"))
    except ValueError as error:
        raise ConfigurationError(f"{shown(path)}: not a TOML file: {error}") from None
    if path.name != PYPROJECT:
        return table
    tool = table.get("tool")
    own = tool.get("cnnlint") if isinstance(tool, dict) else None
    if own is not None and not isinstance(own, dict):
        raise ConfigurationError(f"{shown(path)}: `tool.cnnlint`: expected a table")
    return own


def parse_toml(text: str) -> dict[str, Any]:
    """The table of a TOML text. Raises ValueError."""
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    table: dict[str, Any] = tomllib.loads(text)
    return table


def read_inline(text: str) -> dict[str, Any]:
    """The layer of a `--config 'key = value'`. Raises ConfigurationError."""
    try:
        table = parse_toml(text)
    except ValueError as error:
        raise ConfigurationError(f"--config `{text}`: neither a file nor a TOML setting: {error}") from None
    return read_layer(table, Path.cwd(), "--config")


def _extended(path: Path, table: dict[str, Any], *, root: Path, seen: tuple[Path, ...] = ()) -> dict[str, Any]:
    """The layer of a file on top of what it extends."""
    own = read_layer(table, root, shown(path))
    if "extend" not in own:
        return own
    below = (path.parent / Path(own["extend"]).expanduser()).resolve()
    if below in (*seen, path.resolve()):
        raise ConfigurationError(f"{shown(path)}: `extend` leads back to itself")
    beyond = load_table(below)
    if beyond is None:
        raise ConfigurationError(f"{shown(path)}: `extend`: {below} has no table `tool.cnnlint`")
    return merge(_extended(below, beyond, root=below.parent, seen=(*seen, path.resolve())), own)
