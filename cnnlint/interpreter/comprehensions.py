"""Comprehensions: run element by element, and summed up where a long one only makes numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.engine.errors import Undetermined
from cnnlint.interpreter.assignment import assign_target
from cnnlint.interpreter.filling import many
from cnnlint.interpreter.iteration import first_of
from cnnlint.interpreter.journal import Joiner
from cnnlint.interpreter.loops import LONG_LOOP
from cnnlint.interpreter.values import (
    DictValue,
    Generator,
    ListValue,
    Raised,
    Scope,
    SetValue,
    Tensor,
    Unknown,
    Value,
    is_distinct,
)

if TYPE_CHECKING:
    from cnnlint.interpreter.frame import Frame
    from cnnlint.interpreter.machine import Machine
    from cnnlint.syntax import program as p

MAX_TURNS = 100_000
"""Elements that one comprehension may make."""
TABLE_STEPS = 20_000
"""A comprehension that makes nothing but numbers is worked out one by one until it has cost so many steps."""


def comprehension(machine: Machine, node: p.Comprehension, frame: Frame) -> Value:
    """A comprehension, run in a scope of its own; a generator is drawn at once."""
    keys: list[Value] = []
    values: list[Value] = []
    outer = frame.scope
    frame.scope = Scope(outer, machine.journal)
    try:
        unknown = _clauses(machine, node, 0, frame, keys, values)
    finally:
        frame.scope = outer
    match node.kind:
        case "list":
            return ListValue([] if unknown else values, unknown)
        case "set":
            return SetValue(values, unknown)
        case "dict":
            if any(isinstance(key, Tensor) and not is_distinct(key) for key in keys):
                unknown = unknown or Unknown("a key that is not known", machine.place, opaque=True)
            return DictValue(dict(zip(keys, values, strict=True)), unknown)
        case _:
            return Generator(values, unknown)


def _clauses(
    machine: Machine, node: p.Comprehension, depth: int, frame: Frame, keys: list[Value], values: list[Value]
) -> Unknown | None:
    if depth == len(node.clauses):
        if node.key is not None:
            keys.append(machine.evaluate(node.key, frame))
        values.append(machine.evaluate(node.element, frame))
        return Unknown("a comprehension is too long to follow") if len(values) > MAX_TURNS else None
    clause = node.clauses[depth]
    source = machine.evaluate(clause.iterable, frame)
    try:
        items = machine.elements(source)
    except Undetermined as why:
        return _sampled(machine, node, depth, frame, source, why.reason)
    last = depth == len(node.clauses) - 1 and node.key is None and not clause.conditions
    budget = machine.steps - TABLE_STEPS
    for turn, item in enumerate(items):
        if last and turn > LONG_LOOP and machine.steps < budget:
            if all(map(_is_plain, values)):
                return _fill(machine, node, len(items) - turn, frame, values)
            last = False
        machine.step()
        assign_target(machine, clause.target, item, frame)
        kept = _all(machine, clause.conditions, frame)
        if kept is None:
            return Unknown("which elements are kept is not known", machine.place, opaque=True)
        if kept:
            unknown = _clauses(machine, node, depth + 1, frame, keys, values)
            if unknown:
                return unknown
    return None


def _sampled(machine: Machine, node: p.Comprehension, depth: int, frame: Frame, source: Value, reason: str) -> Unknown:
    """What the elements of a list look like that is made of data: the element is evaluated once, for any of them."""
    unknown = Unknown(reason, machine.place, opaque=True)
    if node.kind not in ("list", "generator") or depth != len(node.clauses) - 1:
        return unknown
    first = first_of(machine, source)
    item = first[0] if first is not None else Unknown(reason, machine.place, opaque=True)
    element: list[Value] = []

    def once() -> None:
        assign_target(machine, node.clauses[depth].target, item, frame)
        _all(machine, node.clauses[depth].conditions, frame)
        element.append(machine.evaluate(node.element, frame))

    try:
        _, after = machine.tried(once)
    except Raised:
        return unknown
    after.pop(id(frame.scope), None)
    machine.merge([{}, after], Joiner(reason, machine.place))
    return many(element, reason, machine.place) or unknown


def _all(machine: Machine, conditions: tuple[p.Expression, ...], frame: Frame) -> bool | None:
    verdict: bool | None = True
    for condition in conditions:
        truth = machine.truth(machine.evaluate(condition, frame))
        if truth is False:
            return False
        if truth is None:
            verdict = None
    return verdict


def _fill(machine: Machine, node: p.Comprehension, count: int, frame: Frame, values: list[Value]) -> Unknown | None:
    """Add what the element is whatever the turn: evaluated once, for a turn that is not known."""
    if len(values) + count > MAX_TURNS:
        return Unknown("a comprehension is too long to follow")
    reason = "a long table of numbers is not worked out to its end"
    element: list[Value] = []

    def once() -> None:
        assign_target(machine, node.clauses[-1].target, Unknown(reason, machine.place), frame)
        element.append(machine.evaluate(node.element, frame))

    try:
        _, after = machine.tried(once)
    except Raised:
        return Unknown(reason)
    after.pop(id(frame.scope), None)
    machine.merge([{}, after], Joiner(reason, machine.place))
    if not _is_plain(element[0]):
        return Unknown(reason)
    values.extend([_copied(element[0]) for _ in range(count)])
    return None


def _is_plain(value: Value) -> bool:
    """Whether a value is numbers, texts, and lists of them."""
    match value:
        case ListValue():
            return value.unknown is None and all(map(_is_plain, value.items))
        case tuple():
            return all(map(_is_plain, value))
        case _:
            return value is None or isinstance(value, bool | int | float | str | Unknown)


def _copied(value: Value) -> Value:
    """The same once more, so that a change of one does not change the other."""
    match value:
        case ListValue() if any(isinstance(each, ListValue | tuple) for each in value.items):
            return ListValue([_copied(each) for each in value.items])
        case ListValue():
            return ListValue(list(value.items))
        case tuple():
            return tuple(map(_copied, value))
        case _:
            return value
