"""Branches on unknown conditions: run both from the same state, then keep what they agree on.

A journal notes each mutable object before its first change in a branch, so that the branch can be undone; `join` writes
back what both branches leave alike and makes the rest unknown.
"""

from __future__ import annotations

from operator import is_not
from typing import TYPE_CHECKING, Any

from cnnlint.engine.dimension import Expr, unknown_dim
from cnnlint.interpreter.aliasing import one_of, twin
from cnnlint.interpreter.conditions import NOTHING, either, simple
from cnnlint.interpreter.filling import MAX_EXAMPLES, many
from cnnlint.interpreter.trace import Application
from cnnlint.interpreter.values import (
    MISSING,
    Choice,
    ClassValue,
    DictValue,
    Function,
    Generator,
    Instance,
    ListValue,
    Many,
    Scope,
    SetValue,
    Tensor,
    Unknown,
    Value,
    Weight,
)

if TYPE_CHECKING:
    from cnnlint.engine.dimension import Dim
    from cnnlint.interpreter.conditions import Condition
    from cnnlint.model import Place

State = Any
"""What `snapshot` returns: a copy of the object's mutable parts."""
Changes = dict[int, tuple[Any, State]]
"""Objects with the state that a run left them in."""


def snapshot(thing: Any) -> State:
    """Copy the mutable parts of an object, one level deep."""
    match thing:
        case Scope():
            return dict(thing.names)
        case Instance():
            return (dict(thing.attrs), thing.opaque, thing.payload, dict(thing.facts), thing.cls)
        case ListValue():
            return (list(thing.items), thing.unknown)
        case DictValue() | SetValue():
            return (dict(thing.items), thing.unknown)
        case Weight():
            return (thing.shape, thing.dtype, thing.values, dict(thing.facts), thing.trainable)
        case Tensor():
            return (thing.shape, thing.dtype, thing.values, dict(thing.facts))
        case ClassValue():
            return dict(thing.namespace)
        case Generator():
            return thing.position
        case Application():
            return (list(thing.children), thing.macs)
        case Function():
            return dict(thing.attrs)
        case list():
            return list(thing)
        case dict():
            return dict(thing)
        case _:
            return None


def restore(thing: Any, state: State) -> None:
    """Put a snapshot back."""
    match thing:
        case Scope():
            thing.names = dict(state)
        case Instance():
            thing.attrs, thing.opaque, thing.payload, thing.facts = dict(state[0]), state[1], state[2], dict(state[3])
            thing.cls = state[4]
        case ListValue():
            thing.items, thing.unknown = list(state[0]), state[1]
        case DictValue() | SetValue():
            thing.items, thing.unknown = dict(state[0]), state[1]
        case Weight():
            thing.shape, thing.dtype, thing.values, thing.facts, thing.trainable = state
        case Tensor():
            thing.shape, thing.dtype, thing.values, thing.facts = state
        case ClassValue():
            thing.namespace = dict(state)
        case Generator():
            thing.position = state
        case Application():
            thing.children, thing.macs = list(state[0]), state[1]
        case Function():
            thing.attrs = dict(state)
        case list():
            thing[:] = state
        case dict():
            thing.clear()
            thing.update(state)
        case _:
            pass


class Journal:
    """The objects changed in one branch, with their state before it."""

    __slots__ = ("before",)

    def __init__(self) -> None:
        self.before: Changes = {}

    def after(self) -> Changes:
        """The touched objects as they are now."""
        return {key: (thing, snapshot(thing)) for key, (thing, _) in self.before.items()}

    def undo(self) -> None:
        """Put every touched object back."""
        for thing, state in self.before.values():
            restore(thing, state)


def redo(changes: Changes) -> None:
    """Put back what was undone."""
    for thing, state in changes.values():
        restore(thing, state)


PLAIN = ("builtins.", "collections.", "enum.")
"""The libraries whose classes make no layer of what inherits from them."""


def may_be_layer(value: Value) -> bool:
    """Whether a value may be an object with parameters: its class inherits from a framework's, or is not known."""
    if isinstance(value, Unknown):
        return value.opaque
    if not isinstance(value, Instance):
        return False
    cls = value.cls
    framework = any(each.library and not each.qualified_name.startswith(PLAIN) for each in cls.mro)
    return framework or bool(value.opaque or cls.unknown_base)


class Joiner:
    """Joins the states that branches leave; `reason` and `place` explain what becomes unknown.

    The first of two branches is taken where the condition holds.
    """

    def __init__(self, reason: str, place: Place | None, condition: Condition = NOTHING) -> None:
        self.reason = reason
        self.place = place
        self.condition = condition
        self.numbers = False
        """Whether no more than the branches tells what a number is: no further turns of a loop."""

    def turned(self) -> Joiner:
        """The same for the branches in the opposite order."""
        return Joiner(self.reason, self.place, self.condition.negated())

    def unknown(self, *values: Value) -> Unknown:
        """What two different values become: it may be a layer only if one of them may be."""
        opaque = any(map(may_be_layer, values))
        for value in values:
            if isinstance(value, Unknown):
                return one_of(values, Unknown(value.reason, value.place, opaque=opaque))
        return one_of(values, Unknown(self.reason, self.place, opaque=opaque))

    def values(self, a: Value, b: Value) -> Value:
        """The value that is right whichever branch was taken."""
        if a is b:
            return a
        if isinstance(a, Unknown) or isinstance(b, Unknown):
            return self.choice(a, b) or self.unknown(a, b)
        if isinstance(a, Tensor) and isinstance(b, Tensor):
            return self.tensors(a, b)
        if type(a) is tuple and type(b) is tuple and len(a) == len(b):
            return tuple(self.values(x, y) for x, y in zip(a, b, strict=True))
        if type(a) is type(b) and isinstance(a, bool | int | float | str | bytes | complex | Expr) and a == b:
            return a
        lists = isinstance(a, ListValue) and isinstance(b, ListValue) and len(a.items) == len(b.items)
        if lists and not a.unknown and not b.unknown:
            return twin((a, b), [self.values(x, y) for x, y in zip(a.items, b.items, strict=True)])
        sizes = all(isinstance(value, int | Expr) and not isinstance(value, bool) for value in (a, b))
        found = simple(self.condition, a, b) if sizes else None
        if found is not None:
            return found
        return self.choice(a, b) or self.unknown(a, b)

    def choice(self, a: Value, b: Value) -> Choice | None:
        """One of several numbers; None where they are not known, or too many."""
        found: list[float] = []
        for each in (a, b) if self.numbers else ():
            if isinstance(each, Choice) and each.numbers:
                found += each.numbers
            elif type(each) in (int, float):
                found.append(each)
            else:
                return None
        made = Choice(found, self.reason, self.place)
        return made if 0 < len(made.numbers) <= MAX_EXAMPLES else None

    def dims(self, a: Dim, b: Dim) -> Dim:
        """A size that is the one or the other."""
        if a == b:
            return a
        found = either(self.condition, a, b)
        return unknown_dim() if found is None else found

    def tensors(self, a: Tensor, b: Tensor) -> Value:
        """A tensor of the sizes on which both agree."""
        if isinstance(a, Weight) or isinstance(b, Weight) or a.cls is not b.cls:
            return self.unknown(a, b)
        if a.shape is None or b.shape is None or len(a.shape) != len(b.shape):
            joined = Tensor(a.cls, None, a.dtype if a.dtype == b.dtype else None)
        else:
            shape = tuple(self.dims(x, y) for x, y in zip(a.shape, b.shape, strict=True))
            joined = Tensor(a.cls, shape, a.dtype if a.dtype == b.dtype else None)
        joined.facts = {**a.facts, "alternative": b, "condition": Unknown(self.reason, self.place)}
        return joined

    def mappings(self, a: dict[Any, Value], b: dict[Any, Value]) -> dict[Any, Value]:
        """Entries of either branch; one that only one branch has is unknown."""
        joined = dict(a)
        for key, x in a.items():
            y = b.get(key, MISSING)
            if x is not y:
                joined[key] = self.lonely(x) if y is MISSING else self.values(x, y)
        if len(joined) != len(b) or joined.keys() != b.keys():
            joined.update({key: self.lonely(y) for key, y in b.items() if key not in a})
        return joined

    def lonely(self, value: Value) -> Unknown:
        """What an entry becomes that only one branch has."""
        return Unknown(self.reason, self.place, opaque=may_be_layer(value))

    def filled(self, a: State, b: State) -> Unknown | None:
        """What a list is that one branch lengthens; None where it is not told by what its elements look like."""
        unknowns: list[Unknown] = [state[1] for state in (a, b) if state[1] is not None]
        if any(not isinstance(unknown, Many) for unknown in unknowns):
            return None
        if len(unknowns) == 2 and unknowns[0] is unknowns[1] and not a[0] and not b[0]:
            return unknowns[0]
        examples = [each for items, unknown in (a, b) for each in (*(unknown.examples if unknown else ()), *items)]
        return many(examples, self.reason, self.place)

    def parts(self, a: dict[str, Any], b: dict[str, Any]) -> Unknown | None:
        """Why it is not known what an object holds, where a library has put it together in two ways."""
        for key in a.keys() & b.keys():
            x, y = a[key], b[key]
            if type(x) is not tuple or type(y) is not tuple or not any(isinstance(each, Instance) for each in x + y):
                continue
            if len(x) != len(y) or any(map(is_not, x, y)):
                return Unknown(self.reason, self.place, opaque=True)
        return None

    def states(self, thing: Any, a: State, b: State) -> State:
        """The joined state of one object."""
        match thing:
            case Scope() | ClassValue() | Function():
                return self.mappings(a, b)
            case Instance():
                opaque = a[1] or b[1] or self.parts(a[3], b[3])
                return (self.mappings(a[0], b[0]), opaque, self.values(a[2], b[2]), {**b[3], **a[3]}, a[4])
            case ListValue():
                unknown = a[1] or b[1]
                if unknown or len(a[0]) != len(b[0]):
                    return ([], self.filled(a, b) or unknown or Unknown(self.reason, self.place, opaque=True))
                return ([self.values(x, y) for x, y in zip(a[0], b[0], strict=True)], None)
            case DictValue() | SetValue():
                unknown = a[1] or b[1]
                if not unknown and a[0].keys() != b[0].keys():
                    unknown = Unknown(self.reason, self.place, opaque=True)
                return (self.mappings(a[0], b[0]) if isinstance(thing, DictValue) else {**a[0], **b[0]}, unknown)
            case Weight():
                return a if a[4] == b[4] else (*a[:4], self.values(a[4], b[4]))
            case Application():
                children = list(a[0])
                extra = [child for child in b[0] if not any(child is own for own in children)]
                same = len(a[0]) == len(b[0]) and not extra and a[1] == b[1]
                return (children + extra, a[1] if same else None)
            case list():
                return a + [x for x in b if not any(x is y for y in a)]
            case dict():
                return self.mappings(a, b)
            case _:
                return a
