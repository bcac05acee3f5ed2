"""The element types that Keras's operations give: what `keras.backend.result_type` makes of several."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.engine.dimension import Expr
from cnnlint.frameworks import coerce
from cnnlint.interpreter.values import ListValue, Tensor

if TYPE_CHECKING:
    from cnnlint.interpreter.values import Value

FLOATS = {"float16": 16, "bfloat16": 16, "float32": 32, "float64": 64}
SIGNED = {"int8": 8, "int16": 16, "int32": 32, "int64": 64}
UNSIGNED = {"uint8": 8, "uint16": 16, "uint32": 32, "uint64": 64}
NUMBERS = {bool: "bool", int: "int", float: "float"}
"""Python's own numbers: `int` and `float` give way to the type of a tensor that can hold them."""


def promoted(*values: Value, floating: bool = False) -> str | None:
    """The element type of what an operation makes of tensors, lists and numbers; None where it is not known.

    With `floating` it computes in floats whatever it is given.
    """
    names = [_type_of(value) for value in values]
    known = [name for name in names if name is not None]
    if len(known) < len(names):
        return None
    return _joined([*known, "float"] if floating else known)


def _type_of(value: Value) -> str | None:
    if isinstance(value, Tensor):
        return value.dtype
    if isinstance(value, Expr):
        return "int"
    if isinstance(value, (tuple, ListValue)):
        return promoted(*(coerce.items(value) or ()))
    return NUMBERS.get(type(value))


def _joined(names: list[str]) -> str | None:
    """The least type that holds all of them, as `LATTICE_UPPER_BOUNDS` of Keras 3.15 has it."""
    kinds = set(names)
    floats = kinds & FLOATS.keys()
    whole = kinds & (SIGNED.keys() | UNSIGNED.keys())
    if kinds - floats - whole - {"bool", "int", "float"}:
        return names[0] if len(kinds) == 1 else None
    if floats:
        return "float32" if {"float16", "bfloat16"} == floats else max(floats, key=lambda name: FLOATS[name])
    if "float" in kinds:
        return "float32"
    return _whole(whole) if whole else "int32" if "int" in kinds else "bool" if kinds else None


def _whole(names: set[str]) -> str | None:
    """The least type of integers that holds these; None where there is none."""
    signed = max((SIGNED[name] for name in names if name in SIGNED), default=0)
    unsigned = max((UNSIGNED[name] for name in names if name in UNSIGNED), default=0)
    if not signed:
        return f"uint{unsigned}"
    wide = max(signed, 2 * unsigned)
    return f"int{wide}" if wide <= 64 else None
