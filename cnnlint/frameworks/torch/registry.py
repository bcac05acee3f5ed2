"""What a module has registered: its children, weights and buffers, read from its attributes.

PyTorch keeps modules, parameters and buffers in three dictionaries; here they are the instance's attributes that hold a
module, a `Weight`, or (noted in `facts["buffers"]`) any tensor. Their order is the order of registration.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.frameworks.torch.core import MODULE
from cnnlint.interpreter.values import DictValue, Instance, ListValue, Tensor, Unknown, Value, Weight

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


def is_module(value: Value) -> bool:
    """Whether the value is an instance of `torch.nn.Module`."""
    return isinstance(value, Instance) and MODULE in value.cls.mro


def is_empty_container(instance: Instance) -> bool:
    """Whether it is a `Sequential` or a list of modules that somebody else fills."""
    containers = ("torch.nn.Sequential", "torch.nn.ModuleList", "torch.nn.ModuleDict")
    if not any(cls.qualified_name in containers for cls in instance.cls.mro):
        return False
    return instance.opaque is None and not any(map(is_module, instance.attrs.values()))


def children_of(instance: Instance) -> list[tuple[str, Instance]]:
    """The modules directly inside, each once, with the name that they were first registered under."""
    seen: set[int] = set()
    found = []
    for name, value in instance.attrs.items():
        if is_module(value) and id(value) not in seen:
            seen.add(id(value))
            found.append((name, value))
    return found


def walk(instance: Instance, path: str = "", *, unique: bool = True) -> Iterator[tuple[str, Instance]]:
    """The module and all inside of it, depth first; one that is shared comes at its first place only if `unique`."""
    return _walk(instance, path, set(), unique=unique)


def _walk(instance: Instance, path: str, seen: set[int], *, unique: bool) -> Iterator[tuple[str, Instance]]:
    if id(instance) in seen:
        return
    seen.add(id(instance))
    yield path, instance
    for name, value in instance.attrs.items():
        if is_module(value):
            yield from _walk(value, f"{path}.{name}" if path else name, seen, unique=unique)
    if not unique:
        seen.discard(id(instance))  # what remains are the modules above: one that contains itself ends there


def own_weights(instance: Instance) -> Iterator[tuple[str, Weight]]:
    """The parameters that the module itself registers."""
    for name, value in instance.attrs.items():
        if isinstance(value, Weight):
            yield name, value


def named_weights(
    instance: Instance, path: str = "", *, recurse: bool = True, unique: bool = True
) -> Iterator[tuple[str, Weight]]:
    """The parameters of the module and of all inside of it; a shared one once if `unique`."""
    seen: set[int] = set()
    for below, module in walk(instance, path, unique=unique) if recurse else [(path, instance)]:
        for name, weight in own_weights(module):
            if unique and id(weight) in seen:
                continue
            seen.add(id(weight))
            yield f"{below}.{name}" if below else name, weight


def buffers_of(instance: Instance) -> list[tuple[str, Tensor]]:
    """The buffers that the module itself registers."""
    names = instance.facts.get("buffers", ())
    return [(name, value) for name in names if isinstance(value := instance.attrs.get(name), Tensor)]


def gaps_of(instance: Instance, *, recurse: bool = True) -> list[Unknown]:
    """What may be or contain a module but could not be followed, so that no count of parameters can be complete."""
    gaps = []
    for _, module in walk(instance) if recurse else [("", instance)]:
        if module.opaque is not None:
            gaps.append(module.opaque)
        unknown = module.cls.unknown_part
        if unknown is not None:
            gaps.append(unknown)
        gaps += [gap for value in module.attrs.values() if (gap := _gap(value)) is not None]
    return gaps


def _gap(value: Value) -> Unknown | None:
    """Why a member may be a module that could not be followed: it is not known, or what its class inherits is not."""
    if isinstance(value, Unknown):
        return value if value.opaque else None
    return value.cls.unknown_base if isinstance(value, Instance) and not is_module(value) else None


def cloned(value: Value, memo: dict[int, Value] | None = None) -> Value:
    """A deep copy: modules, weights and containers of them are new, what is shared inside stays shared."""
    memo = {} if memo is None else memo
    made: Value
    if id(value) in memo:
        return memo[id(value)]
    match value:
        case Instance():
            made = memo[id(value)] = Instance(value.cls, value.place)
            made.attrs = {name: cloned(each, memo) for name, each in value.attrs.items()}
            made.facts, made.opaque = dict(value.facts), value.opaque
            made.payload = cloned(value.payload, memo)
        case Weight():
            made = memo[id(value)] = Weight(
                value.cls, value.shape, value.dtype, name=value.name, trainable=value.trainable
            )
        case Tensor():
            made = memo[id(value)] = Tensor(value.cls, value.shape, value.dtype, values=value.values)
        case ListValue():
            made = memo[id(value)] = ListValue((cloned(each, memo) for each in value.items), value.unknown)
        case DictValue():
            items = {key: cloned(each, memo) for key, each in value.items.items()}
            made = memo[id(value)] = DictValue(items, value.unknown, value.cls)
        case tuple():
            made = tuple(cloned(each, memo) for each in value)
        case _:
            return value
    return made


class Registry(dict[Value, Value]):
    """One of the dictionaries that a module keeps; what is written to it is written to the module."""

    def __init__(self, owner: Instance, belongs: Callable[[Value], bool]) -> None:
        super().__init__((name, value) for name, value in owner.attrs.items() if belongs(value))
        self.owner = owner

    def __setitem__(self, name: Value, value: Value) -> None:
        super().__setitem__(name, value)
        self.owner.attrs[name] = value

    def __delitem__(self, name: Value) -> None:
        super().__delitem__(name)
        del self.owner.attrs[name]

    def pop(self, name: Value, *default: Value) -> Value:
        """Remove an entry from both."""
        if name in self:
            del self.owner.attrs[name]
        return super().pop(name, *default)

    def clear(self) -> None:
        """Remove every entry from both."""
        for name in self:
            del self.owner.attrs[name]
        super().clear()
