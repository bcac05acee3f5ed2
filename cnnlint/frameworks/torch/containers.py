"""`Sequential`, `ModuleList`, `ModuleDict`, `ParameterList`, `ParameterDict`: their entries are attributes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.engine.errors import ShapeError, Undetermined
from cnnlint.frameworks.coerce import describe, integer, known, sequence, text
from cnnlint.frameworks.torch.core import MODULE, PARAMETER, TORCH
from cnnlint.frameworks.torch.module import accept_module
from cnnlint.frameworks.torch.registry import is_module
from cnnlint.interpreter.aliasing import one_of
from cnnlint.interpreter.stdlib.collections import ORDERED
from cnnlint.interpreter.values import (
    MISSING,
    DictValue,
    Generator,
    Instance,
    ListValue,
    Tensor,
    Unknown,
    Value,
    Weight,
)

if TYPE_CHECKING:
    from cnnlint.interpreter.machine import Machine


def entries(self: Instance) -> list[tuple[str, Value]]:
    """What the container holds, in order; Undetermined when something may be an entry or not.

    An attribute counts if it is a module (PyTorch registers it in the same dictionary) or was put in as an entry.
    """
    own = self.facts.get("entries", ())
    found = []
    for name, value in self.attrs.items():
        if is_module(value) or name in own:
            found.append((name, value))
        elif isinstance(value, Unknown) and value.opaque:
            raise Undetermined(value.reason)
    if self.opaque is not None:
        raise Undetermined(self.opaque.reason)
    return found


def put(machine: Machine, self: Instance, name: str, value: Value) -> None:
    """Add an entry, or replace the one of that name."""
    machine.touch(self)
    self.attrs[name] = value
    if not is_module(value):
        self.facts["entries"] = frozenset((*self.facts.get("entries", ()), name))


def replace_all(machine: Machine, self: Instance, values: list[Value]) -> None:
    """Take all entries out and put these in, named by their position."""
    machine.touch(self)
    for name, _ in entries(self):
        del self.attrs[name]
    for index, value in enumerate(values):
        put(machine, self, str(index), value)


def position(self: Instance, index: Value, count: int) -> int:
    """The index counted from the front; an IndexError if there is none such."""
    number = integer(index, "index")
    if not -count <= number < count:
        raise ShapeError(
            "bad-argument",
            f"index {number} is out of range for `{self.cls.name}` of {count} entries",
            exception="IndexError",
        )
    return number % count


def chosen(self: Instance, index: slice, count: int) -> list[int]:
    """The positions that a slice names."""
    parts = [None if part is None else integer(part, "index") for part in (index.start, index.stop, index.step)]
    return list(range(*slice(*parts).indices(count)))


def mapping(value: Value) -> dict[Value, Value] | None:
    """The entries of a dictionary; None for anything else."""
    value = known(value)
    if isinstance(value, DictValue):
        if value.unknown is not None:
            raise Undetermined(value.unknown.reason)
        return value.items
    if isinstance(value, Instance) and value.cls.is_subclass("torch.nn.ModuleDict"):
        return dict(entries(value))
    return None


def built(machine: Machine, self: Instance, picked: list[tuple[str, Value]]) -> Value:
    """A container of the same class with other entries: a `Sequential` keeps their names."""
    keeps_names = self.cls.is_subclass("torch.nn.Sequential")
    given = DictValue(dict(picked), cls=ORDERED) if keeps_names else ListValue(value for _, value in picked)
    return machine.call(self.cls, (given,))


def listed(machine: Machine, self: Instance, values: Value) -> list[Value]:
    """What a container is extended by; a layer is no sequence of layers."""
    single = is_module(values) and isinstance(values, Instance) and values.cls.library and values.opaque is None
    if single and isinstance(values, Instance) and values.cls.lookup("__iter__") is MISSING:
        message = f"`{self.cls.name}` takes a sequence of layers, got one `{values.cls.name}`"
        raise ShapeError("bad-argument", message, help="put it in a list", exception="TypeError")
    return sequence(machine, values)


@TORCH.define("torch.nn.modules.container._Entries", bases=(MODULE,))
class Entries:
    """What `Sequential`, `ModuleList` and `ParameterList` have in common."""

    def __len__(machine: Machine, self: Instance) -> int:
        return len(entries(self))

    def __bool__(machine: Machine, self: Instance) -> bool:
        return bool(entries(self))

    def __iter__(machine: Machine, self: Instance) -> Generator:
        return Generator([value for _, value in entries(self)])

    def __getitem__(machine: Machine, self: Instance, idx: Value) -> Value:
        found = entries(self)
        if isinstance(idx, Unknown):
            return one_of((value for _, value in found), Unknown(idx.reason, machine.place, opaque=True))
        index = known(idx)
        if isinstance(index, slice):
            return built(machine, self, [found[at] for at in chosen(self, index, len(found))])
        return found[position(self, index, len(found))][1]

    def __setitem__(machine: Machine, self: Instance, idx: Value, module: Value) -> None:
        found = entries(self)
        put(machine, self, found[position(self, idx, len(found))][0], accept_entry(self, module))

    def __delitem__(machine: Machine, self: Instance, idx: Value) -> None:
        found = entries(self)
        index = known(idx)
        gone = chosen(self, index, len(found)) if isinstance(index, slice) else [position(self, index, len(found))]
        kept = [entry for at, entry in enumerate(found) if at not in gone]
        replace_all(machine, self, [value for _, value in kept])

    def pop(machine: Machine, self: Instance, key: Value) -> Value:
        found = entries(self)
        index = known(key)
        if isinstance(index, slice):
            raise Undetermined("removing a slice is not followed")
        at = position(self, index, len(found))
        replace_all(machine, self, [value for other, (_, value) in enumerate(found) if other != at])
        return found[at][1]

    def append(machine: Machine, self: Instance, module: Value) -> Value:
        put(machine, self, str(len(entries(self))), accept_entry(self, module))
        return self

    def extend(machine: Machine, self: Instance, modules: Value) -> Value:
        for module in listed(machine, self, modules):
            put(machine, self, str(len(entries(self))), accept_entry(self, module))
        return self

    def insert(machine: Machine, self: Instance, index: Value, module: Value) -> Value:
        sequential = self.cls.is_subclass("torch.nn.Sequential")
        if sequential and not isinstance(module, (Instance, Unknown)):
            message = f"`insert` takes a module, not {describe(module)}"
            raise ShapeError("bad-argument", message, exception="AssertionError")
        named, at, added = dict(entries(self)), integer(index, "index"), accept_entry(self, module)
        if sequential and not -len(named) <= at <= len(named):
            raise ShapeError("bad-argument", f"index {at} is out of range", exception="IndexError")
        at += len(named) if sequential and at < 0 else 0
        for place in range(len(named), at, -1):
            if str(place - 1) not in named:
                message = f"`insert` moves the entry {place - 1}, but none has that name"
                raise ShapeError("bad-argument", message, exception="KeyError")
            named[str(place)] = named[str(place - 1)]
        named[str(at)] = added
        for name, value in named.items():
            put(machine, self, name, value)
        return self if sequential else None

    def __add__(machine: Machine, self: Instance, other: Value) -> Value:
        rows = [value for _, value in entries(self)] + sequence(machine, other)
        return built(machine, self, [(str(index), accept_entry(self, value)) for index, value in enumerate(rows)])

    def __iadd__(machine: Machine, self: Instance, other: Value) -> Value:
        return machine.call(machine.get(self, "extend"), (other,))


ENTRIES = TORCH.names["torch.nn.modules.container._Entries"]


def accept_entry(self: Instance, value: Value) -> Value:
    """What the container may hold: modules, or in a `ParameterList` parameters (a plain tensor becomes one)."""
    if not self.cls.is_subclass("torch.nn.ParameterList"):
        return accept_module(value)
    if isinstance(value, Tensor) and not isinstance(value, Weight):
        return Weight(PARAMETER, value.shape, value.dtype)
    return value


@TORCH.define("torch.nn.Sequential", "torch.nn.modules.container.Sequential", bases=(ENTRIES,))
class Sequential:
    def __init__(machine: Machine, self: Instance, *args: Value) -> None:
        self.attrs["training"] = True
        only = args[0] if len(args) == 1 else None
        named = None if isinstance(only, DictValue) and only.cls is None else mapping(only)  # a plain dict is refused
        if named is None:
            named = {str(index): module for index, module in enumerate(args)}
        for name, module in named.items():
            put(machine, self, text(name), accept_module(module))

    def forward(machine: Machine, self: Instance, input: Value) -> Value:
        output = input
        for _, module in entries(self):
            if module is None:
                raise ShapeError("bad-call", f"`{self.cls.name}` applies None", exception="TypeError")
            output = machine.call(module, (output,))
        return output


@TORCH.define("torch.nn.ModuleList", "torch.nn.modules.container.ModuleList", bases=(ENTRIES,))
class ModuleList:
    def __init__(machine: Machine, self: Instance, modules: Value = None) -> None:
        self.attrs["training"] = True
        if modules is not None:
            for index, module in enumerate(listed(machine, self, modules)):
                put(machine, self, str(index), accept_module(module))


@TORCH.define("torch.nn.ParameterList", "torch.nn.modules.container.ParameterList", bases=(ENTRIES,))
class ParameterList:
    def __init__(machine: Machine, self: Instance, values: Value = None) -> None:
        self.attrs["training"] = True
        if values is not None:
            for index, value in enumerate(sequence(machine, values)):
                put(machine, self, str(index), accept_entry(self, value))


@TORCH.define("torch.nn.modules.container._Mapping", bases=(MODULE,))
class Mapping:
    """What `ModuleDict` and `ParameterDict` have in common."""

    def __len__(machine: Machine, self: Instance) -> int:
        return len(entries(self))

    def __bool__(machine: Machine, self: Instance) -> bool:
        return bool(entries(self))

    def __iter__(machine: Machine, self: Instance) -> Generator:
        return Generator([name for name, _ in entries(self)])

    def __contains__(machine: Machine, self: Instance, key: Value) -> bool:
        return known(key) in dict(entries(self))

    def __getitem__(machine: Machine, self: Instance, key: Value) -> Value:
        return entry(self, key, missing(self))

    def __setitem__(machine: Machine, self: Instance, key: Value, module: Value) -> None:
        put(machine, self, entry_name(self, key), accept_value(self, module))

    def __delitem__(machine: Machine, self: Instance, key: Value) -> None:
        entry(self, key)
        machine.touch(self)
        del self.attrs[text(key)]

    def keys(machine: Machine, self: Instance) -> Generator:
        return Generator([name for name, _ in entries(self)])

    def values(machine: Machine, self: Instance) -> Generator:
        return Generator([value for _, value in entries(self)])

    def items(machine: Machine, self: Instance) -> Generator:
        return Generator(list(entries(self)))

    def clear(machine: Machine, self: Instance) -> None:
        replace_all(machine, self, [])

    def get(machine: Machine, self: Instance, key: Value, default: Value = None) -> Value:
        return dict(entries(self)).get(known(key), default)

    def pop(machine: Machine, self: Instance, key: Value, default: Value = MISSING) -> Value:
        if default is not MISSING and known(key) not in dict(entries(self)):
            return default
        found = entry(self, key, missing(self))
        machine.touch(self)
        del self.attrs[text(key)]
        return found

    def update(machine: Machine, self: Instance, modules: Value) -> None:
        add_pairs(machine, self, modules)


MAPPING = TORCH.names["torch.nn.modules.container._Mapping"]


def missing(self: Instance) -> str:
    """The error of reading an entry that is not there: a `ParameterDict` reads attributes."""
    return "KeyError" if self.cls.is_subclass("torch.nn.ModuleDict") else "AttributeError"


def entry(self: Instance, key: Value, exception: str = "KeyError") -> Value:
    """The entry of that name; an error if there is none."""
    found = dict(entries(self)).get(known(key), MISSING)
    if found is MISSING:
        message = f"`{self.cls.name}` has no entry {known(key)!r}"
        raise ShapeError("bad-argument", message, exception=exception)
    return found


def entry_name(self: Instance, key: Value) -> str:
    """A name for an entry: a string that the module does not use for something else."""
    name = text(key, "key")
    own = self.attrs.get(name, MISSING)
    taken = self.cls.lookup(name) is not MISSING or not (own is MISSING or is_module(own) or isinstance(own, Unknown))
    if self.cls.is_subclass("torch.nn.ModuleDict") and (taken or "." in name or not name):
        why = "is an attribute of the module" if taken else "is empty or contains a dot"
        raise ShapeError("bad-argument", f'the name "{name}" {why}', exception="KeyError")
    return name


def accept_value(self: Instance, value: Value) -> Value:
    """What the dictionary may hold."""
    if self.cls.is_subclass("torch.nn.ModuleDict"):
        return accept_module(value)
    if isinstance(value, Tensor) and not isinstance(value, Weight):
        return Weight(PARAMETER, value.shape, value.dtype)
    return value


def add_pairs(machine: Machine, self: Instance, pairs: Value) -> None:
    """Add the entries of a mapping or of a sequence of pairs."""
    found = mapping(pairs)
    if found is None:
        rows = [sequence(machine, row) for row in sequence(machine, pairs)]
        if any(len(row) != 2 for row in rows):
            raise ShapeError("bad-argument", f"pairs are needed, got {describe(pairs)}", exception="ValueError")
        found = {key: value for key, value in rows}  # noqa: C416 - a row is a list here
    elif isinstance(pairs, DictValue) and pairs.cls is None and self.cls.is_subclass("torch.nn.ParameterDict"):
        names = sorted(text(key, "key") for key in found)  # as `ParameterDict.update` takes a plain dict
        found = {name: found[name] for name in names}
    for key, value in found.items():
        put(machine, self, entry_name(self, key), accept_value(self, value))


@TORCH.define("torch.nn.ModuleDict", "torch.nn.modules.container.ModuleDict", bases=(MAPPING,))
class ModuleDict:
    def __init__(machine: Machine, self: Instance, modules: Value = None) -> None:
        self.attrs["training"] = True
        if modules is not None:
            add_pairs(machine, self, modules)


@TORCH.define("torch.nn.ParameterDict", "torch.nn.modules.container.ParameterDict", bases=(MAPPING,))
class ParameterDict:
    def __init__(machine: Machine, self: Instance, parameters: Value = None) -> None:
        self.attrs["training"] = True
        if parameters is not None:
            add_pairs(machine, self, parameters)

    def setdefault(machine: Machine, self: Instance, key: Value, default: Value = None) -> Value:
        if known(key) not in dict(entries(self)):
            put(machine, self, entry_name(self, key), accept_value(self, default))
        return entry(self, key)

    def copy(machine: Machine, self: Instance) -> Value:
        made = Instance(self.cls, machine.place)
        made.attrs["training"] = True
        for name, value in entries(self):
            put(machine, made, name, value)
        return made
