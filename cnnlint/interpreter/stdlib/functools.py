"""`functools`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.interpreter.library import Library
from cnnlint.interpreter.values import (
    MISSING,
    DictValue,
    Function,
    HostFunction,
    Instance,
    PropertyValue,
    Unknown,
    Value,
)

if TYPE_CHECKING:
    from cnnlint.interpreter.machine import Machine

LIBRARY = Library("functools")


@LIBRARY.define("functools.partial", "functools.partialmethod")
class Partial:
    def __init__(machine: Machine, self: Instance, func: Value, /, *args: Value, **kwargs: Value) -> None:
        if isinstance(func, Instance) and func.cls is self.cls:
            self.attrs.update(
                func=func.attrs["func"],
                args=(*func.attrs["args"], *args),
                keywords=DictValue({**func.attrs["keywords"].items, **kwargs}),
            )
        else:
            self.attrs.update(func=func, args=args, keywords=DictValue(kwargs))

    def __call__(machine: Machine, self: Instance, /, *args: Value, **kwargs: Value) -> Value:
        keywords = self.attrs["keywords"]
        return machine.call(
            self.attrs["func"], (*self.attrs["args"], *args), {**keywords.items, **kwargs}, keywords.unknown
        )


@LIBRARY.function("functools.wraps", "functools.update_wrapper")
def wraps(machine: Machine, wrapped: Value, *args: Value, **kwargs: Value) -> Value:
    """The wrapper keeps the wrapped function at hand."""

    def decorate(inner: Machine, wrapper: Value) -> Value:
        if isinstance(wrapper, Function):
            inner.touch(wrapper)
            wrapper.attrs["__wrapped__"] = wrapped
            if isinstance(wrapped, Function):
                wrapper.attrs.setdefault("__name__", wrapped.name)
        return wrapper

    return HostFunction("functools.wraps", decorate)


def _transparent(machine: Machine, *args: Value, **kwargs: Value) -> Value:
    if len(args) == 1 and not isinstance(args[0], int | type(None)):
        return args[0]
    return HostFunction("functools.cache", lambda _machine, function: function)


for _name in ("lru_cache", "cache", "total_ordering", "singledispatch", "singledispatchmethod"):
    LIBRARY.add(f"functools.{_name}", HostFunction(f"functools.{_name}", _transparent))


@LIBRARY.function("functools.cached_property")
def cached_property(machine: Machine, func: Value) -> Value:
    """Reads as a property: what a model computes has no memory."""
    return PropertyValue(func)


@LIBRARY.function("functools.reduce")
def reduce(machine: Machine, func: Value, iterable: Value, /, initial: Value = MISSING) -> Value:
    """`reduce(func, iterable)`."""
    items = machine.elements(iterable)
    if initial is not MISSING:
        items = [initial, *items]
    if not items:
        return machine.throw("TypeError", "reduce() of empty iterable with no initial value")
    total = items[0]
    for item in items[1:]:
        total = machine.call(func, (total, item))
    return total


@LIBRARY.function("functools.cmp_to_key")
def cmp_to_key(machine: Machine, mycmp: Value) -> Value:
    """The order is not followed."""
    return Unknown("a comparison function")
