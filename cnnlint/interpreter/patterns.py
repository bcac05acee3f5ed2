"""Whether a value fits a `match` pattern, and what the pattern binds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.interpreter.values import MISSING, ClassValue, DictValue, ListValue, Unknown, Value
from cnnlint.syntax import program as p

if TYPE_CHECKING:
    from cnnlint.interpreter.frame import Frame
    from cnnlint.interpreter.machine import Machine


def fits(machine: Machine, pattern: p.Pattern, value: Value, frame: Frame, bindings: dict[str, Value]) -> bool | None:
    """Whether the pattern fits; None if not known. `bindings` receives the names."""
    match pattern:
        case p.MatchAs():
            verdict = True if pattern.pattern is None else fits(machine, pattern.pattern, value, frame, bindings)
            if pattern.name:
                bindings[pattern.name] = value
            return verdict
        case p.MatchValue():
            return machine.equal(value, machine.evaluate(pattern.value, frame))
        case p.MatchOr():
            verdicts = []
            for each in pattern.patterns:
                verdicts.append(fits(machine, each, value, frame, bindings))
                if verdicts[-1]:
                    return True
            return None if None in verdicts else False
        case p.MatchSequence():
            return _sequence(machine, pattern, value, frame, bindings)
        case p.MatchMapping():
            return _mapping(machine, pattern, value, frame, bindings)
        case p.MatchClass():
            return _class(machine, pattern, value, frame, bindings)
        case _:
            return None


def _all(verdicts: list[bool | None]) -> bool | None:
    return False if False in verdicts else None if None in verdicts else True


def _unknown(machine: Machine, patterns: tuple[p.Pattern, ...], frame: Frame, bindings: dict[str, Value]) -> None:
    for each in patterns:
        fits(machine, each, Unknown("what the pattern takes is not known", machine.place, opaque=True), frame, bindings)


def _sequence(
    machine: Machine, pattern: p.MatchSequence, value: Value, frame: Frame, bindings: dict[str, Value]
) -> bool | None:
    if isinstance(value, Unknown) or (isinstance(value, ListValue) and value.unknown):
        _unknown(machine, pattern.patterns, frame, bindings)
        return None
    if not isinstance(value, tuple | ListValue | range):
        return False
    items = machine.elements(value)
    star = next((i for i, each in enumerate(pattern.patterns) if isinstance(each, p.MatchStar)), None)
    if star is None:
        if len(items) != len(pattern.patterns):
            return False
        pairs = list(zip(pattern.patterns, items, strict=True))
    else:
        tail = len(pattern.patterns) - star - 1
        if len(items) < star + tail:
            return False
        end = len(items) - tail
        name = pattern.patterns[star]
        if isinstance(name, p.MatchStar) and name.name:
            bindings[name.name] = ListValue(items[star:end])
        pairs = list(zip(pattern.patterns[:star], items[:star], strict=True))
        pairs += zip(pattern.patterns[star + 1 :], items[end:], strict=True)
    return _all([fits(machine, each, item, frame, bindings) for each, item in pairs])


def _mapping(
    machine: Machine, pattern: p.MatchMapping, value: Value, frame: Frame, bindings: dict[str, Value]
) -> bool | None:
    if isinstance(value, Unknown) or (isinstance(value, DictValue) and value.unknown):
        _unknown(machine, pattern.patterns, frame, bindings)
        return None
    if not isinstance(value, DictValue):
        return False
    rest = dict(value.items)
    verdicts: list[bool | None] = []
    for key, each in zip(pattern.keys, pattern.patterns, strict=True):
        where = machine.evaluate(key, frame)
        if where not in rest:
            return False
        verdicts.append(fits(machine, each, rest.pop(where), frame, bindings))
    if pattern.rest:
        bindings[pattern.rest] = DictValue(rest)
    return _all(verdicts)


def _class(
    machine: Machine, pattern: p.MatchClass, value: Value, frame: Frame, bindings: dict[str, Value]
) -> bool | None:
    cls = machine.evaluate(pattern.cls, frame)
    verdict = machine.isinstance(value, cls)
    if verdict is False:
        return False
    if verdict is None:
        _unknown(machine, pattern.patterns + pattern.keyword_patterns, frame, bindings)
        return None
    verdicts: list[bool | None] = []
    names: list[str] = []
    if pattern.patterns:
        order = cls.lookup("__match_args__") if isinstance(cls, ClassValue) else MISSING
        if order is MISSING:
            if len(pattern.patterns) != 1:
                return None
            verdicts.append(fits(machine, pattern.patterns[0], value, frame, bindings))
        else:
            names = [name for name in machine.elements(order) if isinstance(name, str)]
            if len(names) < len(pattern.patterns):
                return None
    pairs = list(zip(names, pattern.patterns, strict=False)) if names else []
    pairs += zip(pattern.keywords, pattern.keyword_patterns, strict=True)
    for name, each in pairs:
        found = machine.find(value, name)
        if found is MISSING:
            return False
        verdicts.append(fits(machine, each, found, frame, bindings))
    return _all(verdicts)
