"""Asks Keras and cnnlint about drawn calls of the functions of `keras.ops`, as `torch_functions.py` does for PyTorch.

    KERAS_BACKEND=torch python -m tests.conformance.keras_ops [--configurations 40] [--seed S] [--case LINE]… [NAME…]

needs Keras with PyTorch as its backend. Each call is made on symbolic tensors, as in a model, and on numbers. For each
it compares: accepted or refused, the shapes of the results, open sizes too, and the types of their elements.
"""

from __future__ import annotations

import re
import sys
import warnings
from typing import Any

from cnnlint.engine.dimension import Expr
from tests.conformance.drawing import Half, Verdict, main
from tests.conformance.function_dice import expressions
from tests.conformance.keras_asking import agree, names, told
from tests.conformance.keras_ops_cases import PLANS, KerasDice
from tests.conformance.torch_functions import evaluated

HEADER = """import keras
from keras import ops
def x(shape, dtype):
    return keras.Input(batch_shape=shape, dtype=dtype)
"""
_NUMBERS = "singular|is zero and using it|positive-definite|failed to converge|ZeroDivisionError"
_KINDS = "not implemented for|[Bb]ool(ean)? inputs? not supported|(on|with) (a|two) bool tensor"
_PYTORCH = (
    "shifts and dimensions must align|inconsistent with step sign|same number of dimensions.$|must have length 3"
    "|Expected 0D or 1D|Padding size .* is not supported"
)
UNASKED = re.compile(f"{_NUMBERS}|{_KINDS}|{_PYTORCH}")
"""Words of errors that come from the numbers in a tensor, from a kernel that one kind of elements lacks, or from
PyTorch where the other backends follow NumPy: then what the symbolic call says is all."""


def ask_keras(case: tuple[Any, ...]) -> Verdict:
    """What Keras says of an expression: on symbolic tensors, then on numbers."""
    keras, text = names()["keras"], case[1]
    try:
        found = eval(text, {"ops": keras.ops, "x": keras.KerasTensor})
    except Exception as error:  # noqa: BLE001 - whatever Keras raises is its answer
        return Verdict(None, {"contradicted": told(error)}) if UNASKED.search(told(error)) else Verdict(told(error))
    stated = {"shape": _tree(found, "shape"), "dtype": _tree(found, "dtype")}
    real = run(text)
    if isinstance(real, str):
        return Verdict(None, stated) if UNASKED.search(real) else Verdict(real)
    if not agree(stated["shape"], real["shape"]):
        return Verdict(None, {"contradicted": real["shape"]})
    return Verdict(None, stated if stated["dtype"] == real["dtype"] else {"shape": stated["shape"]})


def run(text: str) -> Any:
    """Shapes and types of elements of a call on numbers, or what it raises: an open size may be any that fits."""
    keras, torch = names()["keras"], names()["torch"]
    sizes: list[int] = [6]
    if "None" in text:
        sizes = list(range(1, 257)) if "reshape" in text else [*dict.fromkeys([6, *map(int, re.findall(r"\d+", text))])]
    failed = ""
    for batch in sizes:

        def x(shape: tuple[int | None, ...], dtype: str, batch: int = batch) -> Any:
            return torch.zeros([batch if size is None else size for size in shape], dtype=getattr(torch, dtype))

        try:
            with torch.no_grad():
                found = eval(text, {"ops": keras.ops, "x": x})
        except Exception as error:  # noqa: BLE001
            failed = told(error) if UNASKED.search(told(error)) else failed or told(error)
        else:
            return {"shape": _tree(found, "shape"), "dtype": _tree(found, "dtype")}
    return failed


def _tree(value: Any, what: str) -> Any:
    if isinstance(value, (tuple, list)):
        return tuple(_tree(item, what) for item in value)
    if not hasattr(value, "shape"):
        return None if value is None else "number"
    return tuple(value.shape) if what == "shape" else str(value.dtype).removeprefix("torch.")


def ask_cnnlint(case: tuple[Any, ...]) -> Verdict:
    """The same, by cnnlint."""
    verdict = evaluated(HEADER, case[1])
    if verdict.error is not None:
        return verdict
    result = verdict.facts["result"]
    return Verdict(None, {"shape": _part(result, 0), "dtype": _part(result, 1)})


def _part(result: Any, at: int) -> Any:
    """Shapes or types of elements of what `torch_functions.evaluated` gives."""
    if result == "NoneType":
        return None
    if isinstance(result, tuple) and len(result) == 2 and (result[1] is None or isinstance(result[1], str)):
        found = result[at]
        return tuple(None if isinstance(size, Expr) else size for size in found) if isinstance(found, tuple) else found
    return tuple(_part(item, at) for item in result) if isinstance(result, tuple) else result


def beyond(_case: tuple[Any, ...], verdict: Verdict) -> bool:
    """Whether the symbolic call promises other sizes than the call on numbers gives."""
    return "contradicted" in verdict.facts


def half() -> Half:
    warnings.simplefilter("ignore")
    return Half(
        title=f"keras {names()['keras'].__version__}",
        public=list(PLANS),
        catalogue=list(PLANS),
        cases=CASES,
        theirs=ask_keras,
        ours=ask_cnnlint,
        beyond=beyond,
        unrefusing=(),
    )


CASES = {name: expressions(name, make, KerasDice) for name, make in PLANS.items()}

if __name__ == "__main__":
    sys.exit(main(half))
