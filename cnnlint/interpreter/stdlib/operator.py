"""`operator`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.engine.dimension import Expr
from cnnlint.interpreter import operators
from cnnlint.interpreter.library import Library
from cnnlint.interpreter.values import HostFunction, Unknown, Value

if TYPE_CHECKING:
    from cnnlint.interpreter.machine import Machine

LIBRARY = Library("operator")
BINARY = {
    "add": "+",
    "sub": "-",
    "mul": "*",
    "truediv": "/",
    "floordiv": "//",
    "mod": "%",
    "pow": "**",
    "matmul": "@",
    "or_": "|",
    "and_": "&",
    "xor": "^",
    "iadd": "+",
    "concat": "+",
}
COMPARE = {"eq": "==", "ne": "!=", "lt": "<", "le": "<=", "gt": ">", "ge": ">=", "is_": "is", "is_not": "is not"}


def _binary(name: str, op: str) -> HostFunction:
    return HostFunction(f"operator.{name}", lambda machine, a, b: operators.binary(machine, op, a, b))


def _compare(name: str, op: str) -> HostFunction:
    return HostFunction(f"operator.{name}", lambda machine, a, b: operators.compare(machine, op, a, b))


for _name, _op in BINARY.items():
    LIBRARY.add(f"operator.{_name}", _binary(_name, _op))
for _name, _op in COMPARE.items():
    LIBRARY.add(f"operator.{_name}", _compare(_name, _op))


@LIBRARY.function("operator.neg")
def neg(machine: Machine, a: Value, /) -> Value:
    """`-a`."""
    return operators.unary(machine, "-", a)


@LIBRARY.function("operator.index")
def index(machine: Machine, a: Value, /) -> Value:
    """`a.__index__()`, a whole number itself."""
    if isinstance(a, int | Expr | Unknown):
        return int(a) if isinstance(a, bool) else a
    return machine.call(machine.get(a, "__index__"), ())


@LIBRARY.function("operator.not_")
def not_(machine: Machine, a: Value, /) -> Value:
    """`not a`."""
    return operators.unary(machine, "not", a)


@LIBRARY.function("operator.contains")
def contains(machine: Machine, a: Value, b: Value, /) -> Value:
    """`b in a`."""
    return operators.compare(machine, "in", b, a)


@LIBRARY.function("operator.getitem")
def getitem(machine: Machine, a: Value, b: Value, /) -> Value:
    """`a[b]`."""
    from cnnlint.interpreter.iteration import subscript

    return subscript(machine, a, b)


@LIBRARY.function("operator.itemgetter")
def itemgetter(machine: Machine, item: Value, /, *items: Value) -> Value:
    """A function that indexes."""
    from cnnlint.interpreter.iteration import subscript

    def get(inner: Machine, obj: Value) -> Value:
        found = tuple(subscript(inner, obj, index) for index in (item, *items))
        return found if items else found[0]

    return HostFunction("operator.itemgetter", get)


@LIBRARY.function("operator.attrgetter")
def attrgetter(machine: Machine, attr: Value, /, *attrs: Value) -> Value:
    """A function that reads attributes."""

    def read(inner: Machine, obj: Value, path: Value) -> Value:
        for part in str(path).split("."):
            obj = inner.get(obj, part)
        return obj

    def get(inner: Machine, obj: Value) -> Value:
        found = tuple(read(inner, obj, path) for path in (attr, *attrs))
        return found if attrs else found[0]

    return HostFunction("operator.attrgetter", get)
