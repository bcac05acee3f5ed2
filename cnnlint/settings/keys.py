"""The configuration's keys: which there are, and what each may hold.

A reader turns a key's value from TOML into what `Settings` holds and raises ValueError with what was expected.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from cnnlint.finding import SEVERITIES
from cnnlint.settings.amounts import read_batch, read_bytes, read_count, read_dtype, read_share
from cnnlint.settings.errors import ConfigurationError, WrongValueError, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from cnnlint.frameworks.versions import Version

    Reader = Callable[[Any], Any]

_RELEASE = re.compile(r"\d{1,3}(\.\d{1,3}){0,2}", re.ASCII)

FORMATS = (
    "full",
    "concise",
    "grouped",
    "json",
    "json-lines",
    "github",
    "gitlab",
    "sarif",
    "junit",
    "rdjson",
    "pylint",
    "azure",
)


def read_table(table: Mapping[str, Any], readers: Mapping[str, Reader], where: str) -> dict[str, Any]:
    """A table with each value read. Raises ConfigurationError for an unknown key or a value of the wrong kind."""
    try:
        return _read(table, readers)
    except WrongValueError as error:
        path = f"`{'.'.join(error.path)}`: " if error.path else ""
        raise ConfigurationError(f"{where}: {path}{error}") from None


def _read(table: Mapping[str, Any], readers: Mapping[str, Reader]) -> dict[str, Any]:
    values = {}
    for key, value in table.items():
        if key not in readers:
            raise WrongValueError(f"unknown key `{key}`{did_you_mean(key, readers)}")
        values[key] = _read_value(key, value, readers[key])
    return values


def _read_value(key: str, value: Any, reader: Reader) -> Any:
    """A value as its reader takes it. Raises WrongValueError, which names the key and shows what stands there."""
    try:
        return reader(value)
    except WrongValueError as error:
        raise WrongValueError(str(error), key, *error.path) from None
    except ValueError as error:
        raise WrongValueError(f"{error}, not {_written(value)}", key) from None


def _written(value: Any) -> str:
    """A value as it stands in TOML, cut short."""
    import json

    if isinstance(value, dict):
        return "a table"
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 40 else f"{text[:39]}…"


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError("expected true or false")  # noqa: TRY004 - one kind of error for every wrong value
    return value


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value:
        raise ValueError("expected a text")
    return value


def _texts(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(each, str) and each for each in value):
        raise ValueError("expected a list of texts")
    return tuple(value)


def _mapping(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ValueError("expected a table")  # noqa: TRY004 - as above
    return value


def _codes_by_pattern(value: Any) -> dict[str, tuple[str, ...]]:
    return {pattern: _read_value(pattern, codes, _texts) for pattern, codes in _mapping(value).items()}


def _choice(*choices: str) -> Reader:
    def read(value: Any) -> str:
        if value not in choices:
            listed = ", ".join(f"`{choice}`" for choice in choices)
            hint = did_you_mean(value, choices) if isinstance(value, str) else ""
            if hint:
                raise WrongValueError(f"expected one of {listed}, not {_written(value)}{hint}")
            raise ValueError(f"expected one of {listed}")
        return str(value)

    return read


def _severities(value: Any) -> dict[str, str]:
    return {code: _read_value(code, severity, _choice(*SEVERITIES)) for code, severity in _mapping(value).items()}


def read_shape(value: Any) -> tuple[int, ...]:
    """One input's shape, without the batch axis."""
    if not isinstance(value, list) or not value:
        raise ValueError("expected a list of sizes such as [3, 224, 224]")
    if not all(isinstance(size, int) and not isinstance(size, bool) and size > 0 for size in value):
        raise ValueError("expected sizes of at least 1, without the batch axis")
    return tuple(value)


def _shapes(value: Any) -> tuple[tuple[int, ...], ...]:
    """One shape, or a list of shapes for several inputs."""
    if isinstance(value, list) and value and all(isinstance(each, list) for each in value):
        return tuple(map(read_shape, value))
    return (read_shape(value),)


BUDGET_KEYS: dict[str, Reader] = {
    "params": read_count,
    "trainable-params": read_count,
    "macs": read_count,
    "activation-memory": read_bytes,
    "peak-memory": read_bytes,
    "training-memory": read_bytes,
    "batch-size": read_batch,
    "weights": read_bytes,
    "layer-share": read_share,
    "receptive-field": read_share,
    "dtype": read_dtype,
    "growth": read_share,
}


def _budget(value: Any) -> dict[str, Any]:
    return _read(_mapping(value), BUDGET_KEYS)


MODEL_KEYS: dict[str, Reader] = {
    "name": _text,
    "input-shape": _shapes,
    "arguments": _mapping,
    "budget": _budget,
}


def _models(value: Any) -> tuple[dict[str, Any], ...]:
    if not isinstance(value, list):
        raise ValueError("expected tables `[[models]]`")  # noqa: TRY004 - as above
    for each in value:
        if "name" not in _mapping(each):
            raise WrongValueError("a table needs a `name`, such as `src/nets/*.py::Tiny*`")
    return tuple(_read_value(_written(each["name"]), each, lambda table: _read(table, MODEL_KEYS)) for each in value)


def _rules(value: Any) -> dict[str, dict[str, Any]]:
    return {name: _mapping(options) for name, options in _mapping(value).items()}


def _version(framework: str) -> Reader:
    from cnnlint.frameworks import versions  # a run over other files needs nothing of the frameworks' room

    oldest, newest = versions.OLDEST[framework], versions.CURRENT[framework]

    def read(value: Any) -> Version:
        """A release such as `"2.15"`; a number will not do, since 2.10 is 2.1."""
        expected = f'expected a text such as "{versions.text(newest)}"'
        if not isinstance(value, str) or not _RELEASE.fullmatch(value):
            raise ValueError(expected)
        version = tuple(int(part) for part in value.split("."))
        if version[: len(oldest)] < oldest[: len(version)] or version[0] > newest[0]:
            known = f"from {versions.text(oldest)} to {versions.text(newest)}"
            raise WrongValueError(f"cnnlint knows the releases {known}, not {value}")
        return version

    return read


def _versions(value: Any) -> dict[str, Version]:
    from cnnlint.frameworks import versions

    return _read(_mapping(value), {framework: _version(framework) for framework in versions.CURRENT})


KEYS: dict[str, Reader] = {
    "extend": _text,
    "select": _texts,
    "ignore": _texts,
    "extend-select": _texts,
    "extend-ignore": _texts,
    "per-file-ignores": _codes_by_pattern,
    "extend-per-file-ignores": _codes_by_pattern,
    "severity": _severities,
    "fail-on": _choice(*SEVERITIES),
    "preview": _flag,
    "exclude": _texts,
    "extend-exclude": _texts,
    "force-exclude": _flag,
    "respect-gitignore": _flag,
    "cache-dir": _text,
    "python": _text,
    "target-version": _versions,
    "output-format": _choice(*FORMATS),
    "fix": _flag,
    "unsafe-fixes": _flag,
    "fixable": _texts,
    "unfixable": _texts,
    "baseline": _text,
    "rules": _rules,
    "budget": _budget,
    "models": _models,
}
