"""Asks PyTorch and cnnlint about drawn calls of functions and of tensors' methods, and compares what they say.

    python -m tests.conformance.torch_functions [--configurations 100] [--seed S] [--case LINE]… [--record FILE] [NAME…]

needs PyTorch importable. For each call it compares: accepted or refused, the shapes of the results and, where cnnlint
states them, the types of their elements.
"""

from __future__ import annotations

import sys
import warnings
from importlib import import_module
from typing import Any

from cnnlint import frameworks
from cnnlint.interpreter import stdlib
from cnnlint.interpreter.importer import Importer
from cnnlint.interpreter.machine import Machine, deep_recursion
from cnnlint.interpreter.values import Instance, ListValue, ModuleValue, Tensor, Unknown
from cnnlint.syntax.lower import lower
from tests.conformance import function_cases_nn  # noqa: F401 - declares its plans
from tests.conformance.drawing import Half, Verdict, main
from tests.conformance.function_cases import PLANS
from tests.conformance.function_dice import expressions

HEADER = "import torch\nimport torch.nn.functional as F\n"
NOT_COMPARED = (
    "out of memory",
    "index out of",
    "out of bounds",
    "must be smaller",
    "values are out of",
    "singular",
    "ZeroDivisionError",
    "max index",
)
"""Words of errors that come from the numbers in a tensor."""


def ask_torch(case: tuple[Any, ...]) -> Verdict:
    """What PyTorch says of an expression, on the CPU."""
    torch = import_module("torch")
    names = {"torch": torch, "F": import_module("torch.nn.functional")}
    try:
        value = eval(case[1], names)
    except Exception as error:  # noqa: BLE001 - whatever it raises is a refusal
        return Verdict(f"{type(error).__name__}: {str(error)[:150]}")
    return Verdict(None, {"result": _theirs(value)})


def _theirs(value: Any) -> Any:
    if hasattr(value, "element_size"):
        return (tuple(value.shape), str(value.dtype).removeprefix("torch."))
    if isinstance(value, (tuple, list)):
        return tuple(map(_theirs, value))
    return "number" if isinstance(value, (bool, int, float, complex)) else str(type(value).__name__)


def ask_cnnlint(case: tuple[Any, ...]) -> Verdict:
    """The same, by cnnlint."""
    return evaluated(HEADER, case[1])


def evaluated(header: str, expression: str) -> Verdict:
    """What cnnlint says of an expression behind these imports: shapes and types of elements."""
    module = ModuleValue("__main__", "sample.py", lower(f"{header}answer = {expression}\n"), package=False)
    machine = Machine(Importer(lambda r: frameworks.framework(r) or stdlib.library(r), lambda _: None), strict=True)
    try:
        with deep_recursion():
            machine.run_module(module)
    except Exception as defect:  # noqa: BLE001 - a defect is told as a disagreement, not as the end of the run
        return Verdict(None, {"result": f"a defect: {type(defect).__name__}: {defect}"})
    if machine.faults:
        return Verdict(next(iter(machine.faults.values())).message)
    return Verdict(None, {"result": _ours(module.scope.names["answer"])})


def _ours(value: Any) -> Any:
    match value:
        case Tensor():
            return (value.shape, value.dtype)
        case Instance() if value.payload is not None:
            return _ours(value.payload)
        case ListValue():
            return tuple(map(_ours, value.items))
        case tuple():
            return tuple(map(_ours, value))
        case Unknown():
            return f"unknown: {value.reason}"
        case bool() | int() | float():
            return "number"
        case _:
            return str(type(value).__name__)


def beyond(case: tuple[Any, ...], verdict: Verdict) -> bool:
    """Whether an answer comes from numbers in a tensor, or from one of several kernels only."""
    if verdict.error is not None:
        return any(words in verdict.error for words in NOT_COMPARED)
    shape = verdict.facts["result"][0]
    return "conv_transpose" in case[0] and 0 in shape  # oneDNN makes a tensor without elements, ATen refuses


def half() -> Half:
    torch = import_module("torch")
    warnings.simplefilter("ignore")
    torch.set_num_threads(1)
    torch.manual_seed(0)
    return Half(
        title=f"PyTorch {torch.__version__.partition('+')[0]}",
        public=list(PLANS),
        catalogue=list(PLANS),
        cases=CASES,
        theirs=ask_torch,
        ours=ask_cnnlint,
        beyond=beyond,
        unrefusing=UNREFUSING,
    )


CASES = {name: expressions(name, make) for name, make in PLANS.items()}
UNREFUSING = (
    *(f"torch.{name}" for name in ("atleast_1d", "atleast_2d", "atleast_3d", "ravel", "numel", "squeeze", "diagflat")),
    *(f"torch.{name}" for name in ("tile", "Tensor.tile", "kron", "linalg.vector_norm", "linalg.norm")),
    *(f"F.{name}" for name in ("relu", "silu", "elu", "leaky_relu", "softplus", "mish")),
)
"""Functions that take whatever they are given here."""

if __name__ == "__main__":
    sys.exit(main(half))
