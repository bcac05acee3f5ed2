"""The names that every Python program starts with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.interpreter.builtin import constructors, containers, strings, types
from cnnlint.interpreter.builtin.exceptions import EXCEPTIONS
from cnnlint.interpreter.builtin.functions import LIBRARY

if TYPE_CHECKING:
    from cnnlint.interpreter.values import Value

BUILTINS: dict[str, Value] = {name.removeprefix("builtins."): value for name, value in LIBRARY.names.items()} | {
    cls.name: cls
    for cls in (
        types.OBJECT,
        types.TYPE,
        types.INT,
        types.BOOL,
        types.FLOAT,
        types.COMPLEX,
        types.STR,
        types.BYTES,
        types.TUPLE,
        types.LIST,
        types.DICT,
        types.SET,
        types.FROZENSET,
        types.RANGE,
        types.SLICE,
        types.PROPERTY,
    )
}
BUILTINS |= {**EXCEPTIONS, "NotImplemented": NotImplemented, "Ellipsis": ..., "__debug__": True}

__all__ = ["BUILTINS", "constructors", "containers", "strings"]
