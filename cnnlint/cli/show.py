"""Settings as `--show-settings` prints them."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any

from cnnlint.frameworks import versions

if TYPE_CHECKING:
    from pathlib import Path

    from cnnlint.judging import Judge
    from cnnlint.settings.settings import Settings


def settings_as_text(settings: Settings, file: Path, judge: Judge) -> str:
    """The settings that hold for a file, under the configuration's keys, and the rules that follow from them."""
    lines = [
        f"# The settings for {file}",
        f"# Configuration: {settings.source if settings.source is not None else 'none'}",
    ]
    lines += [
        f"{field.name.replace('_', '-')} = {_shown(field.name, getattr(settings, field.name))}"
        for field in fields(settings)
        if field.name not in ("root", "source", "given")
    ]
    lines.append("# The rules that are on:")
    lines += [f"#   {rule.code} {rule.name}" for rule in judge.rules if rule.code in judge.codes_for(file.absolute())]
    return "\n".join(lines) + "\n"


def _shown(name: str, value: Any) -> str:
    if name == "target_version":
        shown = {each: versions.text(value.get(each, current)) for each, current in versions.CURRENT.items()}
        return _shown("", shown)
    if value is None:
        return {"select": '"default"', "fixable": '["ALL"]'}.get(name, '""')
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (int, float)):
        return str(value)
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{_key(key)} = {_shown(name, each)}" for key, each in value.items()) + " }"
    if isinstance(value, (tuple, list)):
        if name in ("exclude", "extend_exclude"):
            value = [pattern for pattern, _ in value]
        if name.endswith("per_file_ignores"):
            return _shown("", {("!" if negated else "") + pattern: codes for pattern, _, negated, codes in value})
        return "[" + ", ".join(_shown("", each) for each in value) + "]"
    return '"' + str(value).replace("\\", "\\\\").replace('"', '\\"') + '"'


def _key(key: str) -> str:
    return key if key.replace("-", "").replace("_", "").isalnum() else _shown("", key)
