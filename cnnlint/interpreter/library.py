"""How a library's names get their meaning: tables of host functions and classes.

    torch = Library("torch")

    @torch.function("torch.relu", "torch.nn.functional.relu")
    def relu(machine, input, inplace=False): ...

    @torch.define("torch.nn.ReLU", bases=(MODULE,))
    class ReLU:
        def __init__(machine, self, inplace=False): ...
        def forward(machine, self, input): ...

A host function's first parameter is the machine; the others are the library's own names, order and defaults, from
which a wrong call is told. It gets values as they are (an `Unknown` too); it raises `ShapeError` where the program must
fail and `Undetermined` where it cannot tell (the call's value is then an `Unknown` with that reason).
"""

from __future__ import annotations

from collections.abc import Callable
from types import FunctionType
from typing import TypeVar

from cnnlint.interpreter.values import MISSING, ClassValue, HostFunction, HostProperty, LibraryModule, Value

Body = TypeVar("Body", bound=Callable[..., Value])


class Library:
    """The names of one library; a name is dotted and whole (`torch.nn.Conv2d`)."""

    def __init__(self, *roots: str) -> None:
        self.roots = frozenset(roots)
        self.names: dict[str, Value] = {}
        self.modules: dict[str, LibraryModule] = {}
        self.fallback: tuple[str, ...] = ()
        """Prefixes of dotted names for which source at hand goes before this table."""

    def function(self, *names: str) -> Callable[[Body], Body]:
        """Declare a host function under one or more names."""

        def declare(body: Body) -> Body:
            host = HostFunction(names[0], body)
            for name in names:
                self.add(name, host)
            return body

        return declare

    def define(self, *names: str, bases: tuple[ClassValue, ...] = ()) -> Callable[[type], ClassValue]:
        """Turn a Python class of host functions into a library class; its other attributes are class attributes."""

        def declare(body: type) -> ClassValue:
            namespace: dict[str, Value] = {}
            for key, value in vars(body).items():
                if isinstance(value, FunctionType):
                    namespace[key] = HostFunction(f"{names[0]}.{key}", value)
                elif isinstance(value, staticmethod):  # what Python makes of `__new__`
                    namespace[key] = HostFunction(f"{names[0]}.{key}", value.__func__)
                elif isinstance(value, property):
                    assert value.fget is not None
                    namespace[key] = HostProperty(value.fget, value.fset)
                elif key not in ("__module__", "__dict__", "__weakref__", "__doc__", "__qualname__"):
                    namespace[key] = value
            cls = ClassValue(names[0], bases, namespace, library=True)
            for name in names:
                self.add(name, cls)
            return cls

        return declare

    def add(self, name: str, value: Value) -> None:
        """Give a dotted name a value; the modules above it come to exist."""
        self.names[name] = value
        module = name.rpartition(".")[0]
        while module and module not in self.modules:
            self.modules[module] = LibraryModule(module, self.resolve)
            module = module.rpartition(".")[0]

    def alias(self, name: str, module: str) -> None:
        """Let a dotted module name stand for another module of this library (`tensorflow.keras` for `keras`)."""
        self.names[name] = LibraryModule(module, self.resolve)

    def resolve(self, dotted: str) -> Value:
        """The value of a dotted name: its own entry, a module, or a name below an alias; else MISSING."""
        found = self.names.get(dotted, MISSING)
        if found is not MISSING:
            return found
        if dotted in self.modules:
            return self.modules[dotted]
        parent, _, last = dotted.rpartition(".")
        if not parent:
            return MISSING
        owner = self.names.get(parent, MISSING)
        if owner is MISSING and parent not in self.modules:
            owner = self.resolve(parent)
        if isinstance(owner, LibraryModule) and owner.name != parent:
            return owner.resolve(f"{owner.name}.{last}")
        return MISSING
