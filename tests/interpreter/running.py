"""Running a text in the machine, and its values as Python's own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from cnnlint.interpreter import stdlib
from cnnlint.interpreter.importer import Importer
from cnnlint.interpreter.machine import Machine, deep_recursion
from cnnlint.interpreter.values import DictValue, Generator, Instance, ListValue, ModuleValue, SetValue, Unknown
from cnnlint.syntax.lower import lower


def run(text: str, filename: str = "sample.py") -> tuple[Machine, ModuleValue]:
    """Run a text as a module without frameworks."""
    importer = Importer(stdlib.library, lambda path: lower(path.read_text(encoding="utf-8")))
    machine = Machine(importer, strict=True)
    module = ModuleValue("__main__", filename, lower(text), package=False)
    importer.files[Path(filename)] = module
    with deep_recursion():
        machine.run_module(module)
    return machine, module


def names(text: str) -> dict[str, Any]:
    """The module's names after running the text, as Python values."""
    _, module = run(text)
    return {name: plain(value) for name, value in module.scope.names.items()}


def plain(value: Any) -> Any:
    """A value of the linted program as Python's own."""
    match value:
        case ListValue():
            return f"unknown: {value.unknown.reason}" if value.unknown else [plain(v) for v in value.items]
        case DictValue():
            return {plain(k): plain(v) for k, v in value.items.items()}
        case SetValue():
            return {plain(v) for v in value.items}
        case Generator():
            return [plain(v) for v in value.items[value.position :]]
        case tuple():
            return tuple(plain(v) for v in value)
        case Unknown():
            return f"unknown: {value.reason}"
        case Instance() if value.payload is not None:
            return plain(value.payload)
        case _:
            return value
