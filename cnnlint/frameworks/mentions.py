"""What the code of a class says by name: which attributes it reads outside of its constructor."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from cnnlint.interpreter.values import ClassMethod, ClassValue, Function, HostProperty, StaticMethod
from cnnlint.syntax import program as p

if TYPE_CHECKING:
    from collections.abc import Iterator

DYNAMIC = frozenset(
    {"__dict__", "_modules", "children", "getattr", "modules", "named_children", "named_modules", "vars"}
    | {"_layers", "layers", "sublayers", "_flatten_layers", "submodules", "parameters", "get_submodule"}
)
"""Names by which code reaches attributes that it does not name."""


@lru_cache(maxsize=512)
def mentioned(cls: ClassValue) -> frozenset[str]:
    """The attributes and names that the methods of a class of the code read, its constructor and `build` aside."""
    found: set[str] = set()
    for each in cls.mro:
        if not each.library:
            for name, value in each.namespace.items():
                if name not in ("__init__", "build"):
                    found.update(_names(value))
    return frozenset(found)


@lru_cache(maxsize=512)
def branches(cls: ClassValue) -> bool:
    """Whether a method of the class, its constructor aside, decides anything: it may do something else another time."""
    return any(
        isinstance(node, (p.If, p.Conditional))
        for each in cls.mro
        if not each.library
        for name, value in each.namespace.items()
        if name not in ("__init__", "build")
        for node in _of_function(value)
    )


def _names(value: object) -> Iterator[str]:
    for node in _of_function(value):
        if isinstance(node, p.Attribute):
            yield node.attr
        elif isinstance(node, p.Name):
            yield node.id


def _of_function(value: object) -> Iterator[object]:
    """The nodes of a method, whatever it is wrapped in."""
    if isinstance(value, (StaticMethod, ClassMethod)):
        value = value.function
    if isinstance(value, Function):
        definition = value.definition
        body = definition.body
        yield from nodes(body if isinstance(body, tuple) else (body,))
    elif not isinstance(value, (ClassValue, HostProperty, str, int, float, tuple, type(None))):
        for name in ("getter", "setter", "function"):
            inner = getattr(value, name, None)
            if isinstance(inner, Function):
                yield from _of_function(inner)


def nodes(parts: tuple[object, ...]) -> Iterator[object]:
    """All nodes of a program below these."""
    for part in parts:
        if isinstance(part, p.Node):
            yield part
            yield from nodes(tuple(getattr(part, name) for name in part.__struct_fields__))
        elif isinstance(part, tuple):
            yield from nodes(part)
