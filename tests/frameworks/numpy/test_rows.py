"""Arrays and tables against what the libraries answered (see `record.py`): shape, type, contents or refusal."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from cnnlint.engine.dimension import Expr
from cnnlint.interpreter.values import DictValue, Generator, Instance, ListValue, Tensor, Unknown
from tests.frameworks.numpy.running import run

if TYPE_CHECKING:
    from cnnlint.interpreter.machine import Machine

HERE = Path(__file__).parent
HEADER = """\
import numpy as np
import pandas as pd
import sklearn
import cv2
from PIL import Image
from sklearn.datasets import *
from sklearn.decomposition import *
from sklearn.model_selection import KFold, StratifiedKFold, StratifiedShuffleSplit, train_test_split
from sklearn.preprocessing import *
from sklearn.utils import *
"""
OPEN = "open: "
"""Rows under a heading that starts so may say less than the library, since the answer depends on data."""


def sections() -> dict[str, list[str]]:
    """The rows by file and heading."""
    found: dict[str, list[str]] = {}
    rows: list[str] = []
    for path in sorted(HERE.glob("*.txt")):
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.startswith("#"):
                rows = found.setdefault(f"{path.stem}: {line[2:]}", [])
            elif line:
                rows.append(line)
    return found


def answers() -> dict[str, Any]:
    found: dict[str, Any] = {}
    for path in sorted(HERE.glob("*.txt")):
        found |= json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    return found


def program(row: str) -> str:
    *statements, expression = row.split("; ")
    return "\n".join((HEADER, *statements, f"result = {expression}", ""))


def complaints(value: Any, truth: Any, *, strict: bool) -> list[str]:
    """How a value of the machine contradicts the library's answer (or, where strict, says less)."""
    if isinstance(value, Instance) and value.payload is not None:
        value = value.payload
    if isinstance(truth, list):
        return _of_sequence(value, truth, strict=strict)
    if isinstance(value, Unknown):
        return [f"unknown: {value.reason}"] if strict else []
    if "value" in truth:
        drawn = isinstance(value, Tensor) and value.shape == () and value.values is None
        return [] if drawn else _of_constant(value, truth["value"])
    if "shape" not in truth:
        return [f"{value!r}, not {truth}"]
    if isinstance(value, Tensor):
        return _of_array(value, truth, strict=strict)
    kind = "bool" if isinstance(value, bool) else {int: "int64", float: "float64", str: "str"}.get(type(value), "?")
    wrong = truth["shape"] != [] or kind != truth["dtype"]
    return [f"{value!r}, not {truth}"] if wrong or not same([value], truth.get("values")) else []


def _of_sequence(value: Any, truth: list[Any], *, strict: bool) -> list[str]:
    if isinstance(value, (Unknown, Generator)) or (isinstance(value, ListValue) and value.unknown):
        return ["an unknown sequence"] if strict else []
    items = value.items if isinstance(value, ListValue) else value
    if not isinstance(items, (list, tuple)) or len(items) != len(truth):
        return [f"{value!r} has not {len(truth)} parts"]
    return [each for pair in zip(items, truth, strict=True) for each in complaints(*pair, strict=strict)]


def _of_constant(value: Any, truth: str) -> list[str]:
    if isinstance(value, DictValue):
        return []
    return [] if repr(value) == truth else [f"{value!r}, not {truth}"]


def _of_array(value: Tensor, truth: dict[str, Any], *, strict: bool) -> list[str]:
    found = []
    if value.shape is None:
        found += ["no shape"] if strict else []
    else:
        shape = [size if isinstance(size, int) else None for size in value.shape]
        fits = len(shape) == len(truth["shape"]) and all(
            mine is None or mine == real for mine, real in zip(shape, truth["shape"], strict=True)
        )
        if not fits or (strict and any(isinstance(size, Expr) for size in value.shape)):
            found.append(f"shape {shape}, not {truth['shape']}")
    if value.dtype != truth["dtype"] and (strict or value.dtype is not None):
        found.append(f"dtype {value.dtype}, not {truth['dtype']}")
    if value.values is not None and "values" in truth and not same(value.values, truth["values"]):
        found.append(f"values {value.values}, not {truth['values']}")
    if "class" in truth and truth["class"] not in {value.cls.name, "sparse"}:
        found.append(f"a {value.cls.name}, not a {truth['class']}")
    return found + _of_facts(value, truth)


def _of_facts(value: Tensor, truth: dict[str, Any]) -> list[str]:
    found = []
    if "range" in value.facts and truth["shape"] and "low" in truth:
        low, high = value.facts["range"]
        if not low <= truth["low"] <= truth["high"] <= high:
            found.append(f"range {low}…{high}, not {truth['low']}…{truth['high']}")
    if "classes" in value.facts and "classes" in truth and value.facts["classes"] != truth["classes"]:
        found.append(f"{value.facts['classes']} classes, not {truth['classes']}")
    return found


def same(mine: Any, truth: list[Any] | None) -> bool:
    """Whether known elements are the library's, to the last digits."""
    if truth is None or len(mine) != len(truth):
        return truth is None
    return all(
        (b is None and isinstance(a, float))
        or a == b
        or (isinstance(a, (int, float)) and isinstance(b, (int, float)) and math.isclose(a, b, rel_tol=1e-6))
        for a, b in zip(mine, truth, strict=True)
    )


def judged(row: str, truth: Any, *, strict: bool) -> list[str]:
    """How a row contradicts the answer."""
    machine, names = run(program(row))
    if isinstance(truth, dict) and "raises" in truth:
        return _refused(row, truth, machine) if strict else []
    if machine.faults:
        return [fault.message for fault in machine.faults.values()]
    return complaints(names.get("result"), truth, strict=strict)


def _refused(row: str, truth: dict[str, Any], machine: Machine) -> list[str]:
    """A refusal is a fault, and one that the program itself can catch by its class."""
    if not machine.faults:
        return [f"no fault, but {truth['raises']}: {truth['message']}"]
    *statements, expression = row.split("; ")
    body = "\n    ".join(["pass", *statements, f"result = {expression}"])
    text = f"{HEADER}try:\n    {body}\nexcept {truth['raises']}:\n    result = 'caught'\n"
    machine, names = run(text)
    return [] if names.get("result") == "caught" and not machine.faults else [f"not caught as {truth['raises']}"]


ANSWERS = answers()


@pytest.mark.parametrize("heading", sections())
def test_rows(heading: str) -> None:
    strict = OPEN not in heading
    wrong = {}
    for row in sections()[heading]:
        found = judged(row, ANSWERS[row], strict=strict)
        if found:
            wrong[row] = found
    assert wrong == {}
