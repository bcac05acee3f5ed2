"""`inspect`: signatures of the linted code's functions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.interpreter.library import Library
from cnnlint.interpreter.values import (
    BoundMethod,
    ClassValue,
    DictValue,
    Function,
    Instance,
    Unknown,
    Value,
)

if TYPE_CHECKING:
    from cnnlint.interpreter.machine import Machine

LIBRARY = Library("inspect")
KINDS = {
    "positional": "POSITIONAL_ONLY",
    "plain": "POSITIONAL_OR_KEYWORD",
    "*": "VAR_POSITIONAL",
    "keyword": "KEYWORD_ONLY",
    "**": "VAR_KEYWORD",
}


@LIBRARY.define("inspect._Empty")
class Empty:
    pass


@LIBRARY.define("inspect.Parameter")
class Parameter:
    empty = LIBRARY.names["inspect._Empty"]
    POSITIONAL_ONLY = "POSITIONAL_ONLY"
    POSITIONAL_OR_KEYWORD = "POSITIONAL_OR_KEYWORD"
    VAR_POSITIONAL = "VAR_POSITIONAL"
    KEYWORD_ONLY = "KEYWORD_ONLY"
    VAR_KEYWORD = "VAR_KEYWORD"


@LIBRARY.define("inspect.Signature")
class Signature:
    empty = LIBRARY.names["inspect._Empty"]


LIBRARY.add("inspect._empty", LIBRARY.names["inspect._Empty"])


def _function(value: Value) -> tuple[Function | None, int]:
    """The function behind a callable, and how many arguments are bound already."""
    match value:
        case Function():
            wrapped = value.attrs.get("__wrapped__")
            return _function(wrapped) if wrapped is not None else (value, 0)
        case BoundMethod():
            found, bound = _function(value.function)
            return found, bound + 1
        case ClassValue():
            method = value.lookup("__init__")
            found, _ = _function(method)
            return found, 1
        case _:
            return None, 0


@LIBRARY.function("inspect.signature")
def signature(machine: Machine, callable: Value, **kwargs: Value) -> Value:
    """The parameters of a function of the code, in order."""
    function, bound = _function(callable)
    if function is None:
        return Unknown("the signature is not known", machine.place)
    parameters: dict[Value, Value] = {}
    for parameter in function.definition.parameters[bound:]:
        row = Instance(LIBRARY.names["inspect.Parameter"], machine.place)
        row.attrs.update(
            name=parameter.name,
            kind=KINDS[parameter.kind],
            default=function.defaults.get(parameter.name, LIBRARY.names["inspect._Empty"]),
            annotation=Unknown("a type"),
        )
        parameters[parameter.name] = row
    found = Instance(LIBRARY.names["inspect.Signature"], machine.place)
    found.attrs["parameters"] = DictValue(parameters)
    return found


@LIBRARY.function("inspect.isclass")
def isclass(machine: Machine, object: Value) -> Value:
    """Whether it is a class."""
    return Unknown(object.reason) if isinstance(object, Unknown) else isinstance(object, ClassValue)


@LIBRARY.function("inspect.isfunction")
def isfunction(machine: Machine, object: Value) -> Value:
    """Whether it is a function of the code."""
    return Unknown(object.reason) if isinstance(object, Unknown) else isinstance(object, Function)


@LIBRARY.function("inspect.ismethod")
def ismethod(machine: Machine, object: Value) -> Value:
    """Whether it is a bound method."""
    return Unknown(object.reason) if isinstance(object, Unknown) else isinstance(object, BoundMethod)


@LIBRARY.function(
    "inspect.getmembers",
    "inspect.getsource",
    "inspect.getfile",
    "inspect.stack",
    "inspect.currentframe",
    "inspect.getmodule",
    "inspect.getfullargspec",
    "inspect.getargspec",
)
def not_followed(machine: Machine, *args: Value, **kwargs: Value) -> Value:
    """Not followed."""
    return Unknown("what `inspect` finds at run time is not followed", machine.place, opaque=True)
