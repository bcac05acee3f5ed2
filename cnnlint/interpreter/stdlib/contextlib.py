"""`contextlib`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.interpreter.library import Library
from cnnlint.interpreter.values import Generator, Instance, Unknown, Value

if TYPE_CHECKING:
    from cnnlint.interpreter.machine import Machine

LIBRARY = Library("contextlib")


@LIBRARY.function("contextlib.contextmanager", "contextlib.asynccontextmanager")
def contextmanager(machine: Machine, func: Value) -> Value:
    """Entering gives what the generator yields first."""
    return func


@LIBRARY.define("contextlib.nullcontext", "contextlib.closing")
class Nullcontext:
    def __init__(machine: Machine, self: Instance, enter_result: Value = None) -> None:
        self.attrs["enter_result"] = enter_result

    def __enter__(machine: Machine, self: Instance) -> Value:
        return self.attrs["enter_result"]


@LIBRARY.define("contextlib.suppress", "contextlib.redirect_stdout", "contextlib.redirect_stderr")
class Suppress:
    def __init__(machine: Machine, self: Instance, *exceptions: Value) -> None: ...


@LIBRARY.define("contextlib.ExitStack", "contextlib.AsyncExitStack")
class ExitStack:
    def __init__(machine: Machine, self: Instance) -> None: ...

    def enter_context(machine: Machine, self: Instance, cm: Value) -> Value:
        if isinstance(cm, Generator):
            return cm.items[0] if cm.items else None
        if isinstance(cm, Instance):
            return machine.call(machine.get(cm, "__enter__"), ())
        return Unknown("a context that is not known", machine.place, opaque=True)

    def callback(machine: Machine, self: Instance, *args: Value, **kwargs: Value) -> Value:
        return None

    def close(machine: Machine, self: Instance) -> Value:
        return None


@LIBRARY.define("contextlib.AbstractContextManager", "contextlib.ContextDecorator")
class AbstractContextManager:
    def __enter__(machine: Machine, self: Instance) -> Value:
        return self
