"""Layers of configuration: a file, what it extends, what the command line says; the later one wins key by key."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnnlint.settings.keys import KEYS, read_table
from cnnlint.settings.pattern import absolute_pattern

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

LISTS = ("exclude", "extend-exclude")
PATHS = ("cache-dir", "baseline", "python")
CODES = ("ignore", "extend-select", "extend-ignore")
MENDED = ("fixable", "unfixable")
ADDING = (*CODES, "extend-exclude", "extend-per-file-ignores", "models")
MERGING = ("severity", "budget", "rules", "target-version")

PathPattern = tuple[str, str]
"""A pattern as written, and with its folder in front."""


def read_layer(table: Mapping[str, Any], root: Path, where: str) -> dict[str, Any]:
    """A table of keys with its values read; paths and patterns in it are relative to `root`.

    `where` names the file, for messages and for the notes that say where a limit stands. Raises ConfigurationError.
    """
    return located(read_table(table, KEYS, where), root, where)


def located(values: dict[str, Any], root: Path, where: str) -> dict[str, Any]:
    """Values that were read, with the folder and the file that they belong to."""
    base = root.as_posix()
    for key in LISTS:
        if key in values:
            values[key] = tuple((pattern, absolute_pattern(pattern, base)) for pattern in values[key])
    for key in ("per-file-ignores", "extend-per-file-ignores"):
        if key in values:
            values[key] = tuple(
                (pattern.removeprefix("!"), absolute_pattern(pattern.removeprefix("!"), base), pattern[0] == "!", codes)
                for pattern, codes in values[key].items()
            )
    for key in PATHS:
        if key in values:
            values[key] = root / values[key]
    if "budget" in values:
        values["budget"]["source"] = f"`budget` in {where}"
    values["models"] = tuple(_model(table, base, where) for table in values.get("models", ()))
    return values


def _model(table: dict[str, Any], base: str, where: str) -> dict[str, Any]:
    file, separator, name = table["name"].rpartition("::")
    return {
        **table,
        "file": absolute_pattern(file, base) if separator else None,
        "pattern": name,
        "source": f"`{table['name']}` in {where}",
    }


def selectors(layer: dict[str, Any]) -> frozenset[str]:
    """All codes and names of rules that a layer gives."""
    found = {each for key in ("select", *CODES, *MENDED) for each in layer.get(key, ())}
    for key in ("per-file-ignores", "extend-per-file-ignores"):
        found.update(each for *_, codes in layer.get(key, ()) for each in codes)
    return frozenset((*found, *layer.get("severity", ())))


def merge(below: dict[str, Any], above: dict[str, Any]) -> dict[str, Any]:
    """Two layers as one. A `select` above starts anew; what only adds to a selection is added up."""
    merged = {**below, **above}
    if "select" in above:
        below = {key: value for key, value in below.items() if key not in CODES}
        for key in CODES:
            merged.pop(key, None)
            if key in above:
                merged[key] = above[key]
    for key in ADDING:
        if key in below and key in above:
            merged[key] = (*below[key], *above[key])
    for key in MERGING:
        if key in below and key in above:
            merged[key] = {**below[key], **above[key]}
    return merged
