"""The parts of Python's standard library that model code uses, as tables."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cnnlint.interpreter.library import Library

FILES = {
    "math": "arithmetic",
    "cmath": "arithmetic",
    "operator": "operator",
    "numbers": "typing",
    "functools": "functools",
    "itertools": "itertools",
    "collections": "collections",
    "copy": "copy",
    "typing": "typing",
    "typing_extensions": "typing",
    "abc": "typing",
    "types": "typing",
    "__future__": "typing",
    "dataclasses": "dataclasses",
    "enum": "enum",
    "inspect": "inspect",
    "contextlib": "contextlib",
    "argparse": "argparse",
    "os": "outside",
    "sys": "outside",
    "warnings": "outside",
    "logging": "outside",
    "json": "outside",
    "random": "outside",
    "time": "outside",
    "re": "patterns",
    "string": "text",
    "pathlib": "outside",
    "pytest": "outside",
    "unittest": "outside",
    "tqdm": "progress",
}
_loaded: dict[str, Library] = {}


def library(root: str) -> Library | None:
    """The table of a top-level module of the standard library, None if there is none."""
    file = FILES.get(root)
    if file is None:
        return None
    if file not in _loaded:
        _loaded[file] = import_module(f"cnnlint.interpreter.stdlib.{file}").LIBRARY
    return _loaded[file]
