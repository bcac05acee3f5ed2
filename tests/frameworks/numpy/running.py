"""Running a text with all frameworks."""

from __future__ import annotations

from typing import Any

from cnnlint import frameworks
from cnnlint.interpreter import stdlib
from cnnlint.interpreter.importer import Importer, Names
from cnnlint.interpreter.machine import Machine, deep_recursion
from cnnlint.interpreter.values import ModuleValue
from cnnlint.syntax.lower import lower


def library(root: str) -> Names | None:
    return frameworks.framework(root) or stdlib.library(root)


def run(text: str) -> tuple[Machine, dict[str, Any]]:
    """Run a text as a module; gives the machine and the module's names."""
    module = ModuleValue("__main__", "sample.py", lower(text), package=False)
    machine = Machine(Importer(library, lambda _path: None), strict=True)
    with deep_recursion():
        machine.run_module(module)
    return machine, module.scope.names
