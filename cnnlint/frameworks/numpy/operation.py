"""How a function of arrays is declared once and found under its dotted names and as a method.

    @operation("numpy.squeeze", "ndarray.squeeze")
    def squeeze(machine, a, axis=None): ...

What cannot be told is unknown and never a layer; with `gives=ARRAY` it is at least known to be an array.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.engine.errors import ShapeError, Undetermined
from cnnlint.frameworks.numpy.core import FRAME, NDARRAY, NUMPY, SERIES, SPARSE, array
from cnnlint.interpreter.builtin.exceptions import EXCEPTIONS, exception_class
from cnnlint.interpreter.values import ClassValue, HostFunction, Instance, Signature, Tensor, Unknown

if TYPE_CHECKING:
    from collections.abc import Callable

    from cnnlint.interpreter.library import Body
    from cnnlint.interpreter.machine import Machine
    from cnnlint.interpreter.values import Value

OWNERS = {"ndarray.": NDARRAY, "Series.": SERIES, "DataFrame.": FRAME, "sparse.": SPARSE}


AXIS_ERROR = ClassValue(
    "numpy.exceptions.AxisError", (exception_class("ValueError"), exception_class("IndexError")), library=True
)
EXCEPTIONS["AxisError"] = AXIS_ERROR
NUMPY.add("numpy.exceptions.AxisError", AXIS_ERROR)
NUMPY.add("numpy.AxisError", AXIS_ERROR)


def _exception(error: ShapeError) -> str:
    """The class that NumPy raises; an axis out of range is both a ValueError and an IndexError."""
    out_of_range = error.kind == "bad-argument" and error.exception == "IndexError"
    return "AxisError" if out_of_range else error.exception or "ValueError"


class Operation(HostFunction):
    """A host function whose errors are NumPy's and which never gives a layer."""

    __slots__ = ()

    def __init__(self, name: str, body: Callable[..., Value], *, gives_array: bool) -> None:
        self.attrs = {}
        self.binds = None  # some of NumPy's functions are written in C, others bind as those in Python do
        self.name = name
        self.signature = Signature(body)

        def run(machine: Machine, *args: Value, **kwargs: Value) -> Value:
            try:
                return body(machine, *args, **kwargs)
            except ShapeError as error:
                error.exception = _exception(error)
                raise
            except Undetermined as why:
                if gives_array:
                    return unsized(why.reason)
                return Unknown(why.reason, machine.place)

        self.body = run


def unsized(reason: str, dtype: str | None = None) -> Tensor:
    """An array of which not even the rank is known, and why."""
    made = array(None, dtype)
    made.facts["reason"] = reason
    return made


def operation(*names: str, gives_array: bool = False) -> Callable[[Body], Body]:
    """Declare a host function under dotted names and as methods (`ndarray.sum`, `Series.sum`, `DataFrame.sum`)."""

    def declare(body: Body) -> Body:
        host = Operation(names[0], body, gives_array=gives_array)
        for name in names:
            publish(name, host)
        return body

    return declare


def publish(name: str, value: Value) -> None:
    """Give a value a name."""
    for prefix, owner in OWNERS.items():
        if name.startswith(prefix):
            owner.namespace[name.removeprefix(prefix)] = value
            return
    NUMPY.add(name, value)


def indexed_object(name: str, body: Callable[..., Value]) -> None:
    """Declare an object that is only there to be indexed, such as `np.c_`."""
    cls = ClassValue(f"{name}.class", namespace={"__getitem__": Operation(name, body, gives_array=True)}, library=True)
    NUMPY.add(name, Instance(cls))
