"""Programs of modules, containers, hooks and parameters give the values that PyTorch printed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from cnnlint import frameworks
from cnnlint.interpreter import stdlib
from cnnlint.interpreter.importer import Importer
from cnnlint.interpreter.machine import Machine, deep_recursion
from cnnlint.interpreter.values import ModuleValue
from cnnlint.syntax.lower import lower
from tests.frameworks.torch.programs import PROGRAMS
from tests.interpreter.running import plain

RECORDED = json.loads(Path(__file__).with_name("programs.json").read_text(encoding="utf-8"))


def lists(value: Any) -> Any:
    """Tuples as the lists that JSON makes of them."""
    if isinstance(value, dict):
        return {key: lists(item) for key, item in value.items()}
    return list(map(lists, value)) if isinstance(value, (tuple, list)) else value


@pytest.mark.parametrize("name", PROGRAMS)
def test_program(name: str) -> None:
    machine = Machine(Importer(lambda r: frameworks.framework(r) or stdlib.library(r), lambda _: None), strict=True)
    module = ModuleValue("__main__", "program.py", lower(PROGRAMS[name]), package=False)
    with deep_recursion():
        machine.run_module(module)
    assert {key: lists(plain(module.scope.names[key])) for key in RECORDED[name]} == RECORDED[name]
    assert not machine.faults
