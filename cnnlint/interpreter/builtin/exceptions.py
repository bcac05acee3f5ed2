"""Python's exception classes, and making their instances."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.interpreter.builtin.types import OBJECT
from cnnlint.interpreter.values import ClassValue, HostFunction, Instance, Value

if TYPE_CHECKING:
    from cnnlint.interpreter.machine import Machine

HIERARCHY = """
BaseException: Exception KeyboardInterrupt SystemExit GeneratorExit BaseExceptionGroup
Exception: ArithmeticError AssertionError AttributeError BufferError EOFError ImportError LookupError MemoryError NameError OSError ReferenceError RuntimeError StopAsyncIteration StopIteration SyntaxError SystemError TypeError ValueError Warning ExceptionGroup
ArithmeticError: FloatingPointError OverflowError ZeroDivisionError
ImportError: ModuleNotFoundError
LookupError: IndexError KeyError
NameError: UnboundLocalError
OSError: BlockingIOError ConnectionError FileExistsError FileNotFoundError InterruptedError IsADirectoryError NotADirectoryError PermissionError TimeoutError
RuntimeError: NotImplementedError RecursionError
SyntaxError: IndentationError
ValueError: UnicodeError
UnicodeError: UnicodeDecodeError UnicodeEncodeError
Warning: BytesWarning DeprecationWarning FutureWarning ImportWarning PendingDeprecationWarning ResourceWarning RuntimeWarning SyntaxWarning UnicodeWarning UserWarning
"""  # noqa: E501 - a row a base


def _initialize(machine: Machine, self: Instance, *args: Value, **kwargs: Value) -> Value:
    machine.touch(self)
    self.attrs["args"] = args
    self.attrs.update(kwargs)


def _classes() -> dict[str, ClassValue]:
    base = ClassValue("builtins.BaseException", (OBJECT,), {}, library=True)
    base.namespace["__init__"] = HostFunction("builtins.BaseException.__init__", _initialize)
    base.namespace["with_traceback"] = HostFunction("builtins.BaseException.with_traceback", lambda _m, self, _tb: self)
    found = {"BaseException": base}
    for row in HIERARCHY.strip().splitlines():
        parent, _, children = row.partition(":")
        for name in children.split():
            found[name] = ClassValue(f"builtins.{name}", (found[parent],), {}, library=True)
    return found


EXCEPTIONS = _classes()
EXCEPTIONS["IOError"] = EXCEPTIONS["EnvironmentError"] = EXCEPTIONS["OSError"]


def exception_class(name: str) -> ClassValue:
    """The class of that name (`Exception` where Python has none)."""
    return EXCEPTIONS.get(name, EXCEPTIONS["Exception"])


def new_exception(name: str, message: str) -> Instance:
    """An exception with a message."""
    instance = Instance(exception_class(name))
    instance.attrs["args"] = (message,)
    return instance


def description(value: Value) -> str:
    """What is raised, in a few words."""
    if not isinstance(value, Instance):
        return "raises an exception"
    args = value.attrs.get("args", ())
    message = next((each for each in args if isinstance(each, str) and each), "") if isinstance(args, tuple) else ""
    return f"raises {value.cls.name}" + (f": {message[:200]}" if message else "")
