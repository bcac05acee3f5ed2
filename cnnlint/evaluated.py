"""What a run of the code leaves in the interpreter's values: models, their parts, and what stood in the way."""

from __future__ import annotations

from typing import Any

from cnnlint.interpreter.builtin.exceptions import description
from cnnlint.interpreter.values import DictValue, Instance, ListValue, Raised, Unknown, Value, Weight


def words(error: Raised) -> str:
    return f"it {description(error.value)}"


def why(result: Value) -> str:
    if isinstance(result, Unknown):
        return result.reason
    return "what it returns is no model" if result is not None else "it returns nothing"


def models_in(result: Value) -> list[Instance]:
    """The instances that a function returns, alone or in a tuple, list or dictionary."""
    match result:
        case Instance():
            return [result]
        case tuple():
            return [item for item in result if isinstance(item, Instance)]
        case ListValue():
            return [item for item in result.items if isinstance(item, Instance)]
        case DictValue():
            return [item for item in result.items.values() if isinstance(item, Instance)]
        case _:
            return []


def parts(value: Value, depth: int = 0) -> list[Instance]:
    if isinstance(value, Instance):
        return [value]
    if depth > 3:
        return []
    match value:
        case tuple():
            return [part for item in value for part in parts(item, depth + 1)]
        case ListValue():
            return [part for item in value.items for part in parts(item, depth + 1)]
        case DictValue():
            return [part for item in value.items.values() for part in parts(item, depth + 1)]
        case _:
            return []


def has_weights(instance: Instance) -> bool:

    stack, seen = [instance], {id(instance)}
    while stack:
        current = stack.pop()
        if current.facts.get("layers") or current.facts.get("graph"):
            return True
        for value in current.attrs.values():
            if isinstance(value, Weight):
                return True
            for part in parts(value):
                if id(part) not in seen:
                    seen.add(id(part))
                    stack.append(part)
    return instance.cls.qualified_name.startswith("keras.")


def literal(value: Any) -> Value:
    """A Python literal as a value of the linted program."""
    match value:
        case list():
            return ListValue([literal(item) for item in value])
        case tuple():
            return tuple(literal(item) for item in value)
        case dict():
            return DictValue({key: literal(item) for key, item in value.items()})
        case _:
            return value
