"""`re` on short known texts, with patterns that cannot take long."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from cnnlint.interpreter.library import Library
from cnnlint.interpreter.values import Instance, ListValue, Unknown, Value

if TYPE_CHECKING:
    from cnnlint.interpreter.machine import Machine

LIBRARY = Library("re")
MAX_PATTERN = 80
MAX_TEXT = 120
MAX_REPEATS = 4
NESTED = re.compile(r"[*+?}]\)*[*+{]|\([^()]*[*+}][^()]*\)[*+{]|\\[1-9]|\(\?[^:P]")
"""A repeated repetition, a back reference or a look-around: what can make matching take long."""


def safe(pattern: Value, text: Value) -> bool:
    """Whether matching is sure to end at once."""
    if not isinstance(pattern, str) or not isinstance(text, str):
        return False
    repeats = sum(pattern.count(sign) for sign in "*+{")
    return (
        len(pattern) <= MAX_PATTERN and len(text) <= MAX_TEXT and repeats <= MAX_REPEATS and not NESTED.search(pattern)
    )


def _apply(machine: Machine, name: str, pattern: Value, text: Value, *args: Any) -> Value:
    if isinstance(pattern, Instance):
        pattern = pattern.facts.get("pattern")
    if not safe(pattern, text):
        return Unknown("a text that is matched is not known", machine.place)
    try:
        found = getattr(re, name)(pattern, *args, text) if name == "sub" else getattr(re, name)(pattern, text, *args)
    except (re.error, IndexError):
        return machine.throw("ValueError", "a pattern that Python refuses")
    if isinstance(found, list):
        return ListValue(found)
    if isinstance(found, re.Match):
        instance = Instance(LIBRARY.names["re.Match"], machine.place)
        instance.facts["match"] = found
        return instance
    return found


@LIBRARY.define("re.Match")
class Match:
    def group(machine: Machine, self: Instance, *groups: Value) -> Value:
        return self.facts["match"].group(*groups)

    def groups(machine: Machine, self: Instance, default: Value = None) -> Value:
        return self.facts["match"].groups(default)

    def start(machine: Machine, self: Instance, group: Value = 0) -> Value:
        return self.facts["match"].start(group)

    def end(machine: Machine, self: Instance, group: Value = 0) -> Value:
        return self.facts["match"].end(group)

    def __getitem__(machine: Machine, self: Instance, group: Value) -> Value:
        return self.facts["match"][group]


@LIBRARY.function("re.match")
def match(machine: Machine, pattern: Value, string: Value, flags: Value = 0) -> Value:
    """`re.match`."""
    return _apply(machine, "match", pattern, string)


@LIBRARY.function("re.search")
def search(machine: Machine, pattern: Value, string: Value, flags: Value = 0) -> Value:
    """`re.search`."""
    return _apply(machine, "search", pattern, string)


@LIBRARY.function("re.fullmatch")
def fullmatch(machine: Machine, pattern: Value, string: Value, flags: Value = 0) -> Value:
    """`re.fullmatch`."""
    return _apply(machine, "fullmatch", pattern, string)


@LIBRARY.function("re.findall")
def findall(machine: Machine, pattern: Value, string: Value, flags: Value = 0) -> Value:
    """`re.findall`."""
    return _apply(machine, "findall", pattern, string)


@LIBRARY.function("re.split")
def split(machine: Machine, pattern: Value, string: Value, maxsplit: Value = 0, flags: Value = 0) -> Value:
    """`re.split`."""
    if not isinstance(maxsplit, int):
        return Unknown("a text that is split is not known", machine.place)
    return _apply(machine, "split", pattern, string, maxsplit)


@LIBRARY.function("re.sub")
def sub(machine: Machine, pattern: Value, repl: Value, string: Value, count: Value = 0, flags: Value = 0) -> Value:
    """`re.sub` with a text to put in."""
    if not isinstance(repl, str) or len(repl) > MAX_TEXT:
        return Unknown("a text that is replaced is not known", machine.place)
    return _apply(machine, "sub", pattern, string, repl)


@LIBRARY.define("re.Pattern")
class Pattern:
    def match(machine: Machine, self: Instance, string: Value) -> Value:
        return _apply(machine, "match", self, string)

    def search(machine: Machine, self: Instance, string: Value) -> Value:
        return _apply(machine, "search", self, string)

    def fullmatch(machine: Machine, self: Instance, string: Value) -> Value:
        return _apply(machine, "fullmatch", self, string)

    def findall(machine: Machine, self: Instance, string: Value) -> Value:
        return _apply(machine, "findall", self, string)

    def split(machine: Machine, self: Instance, string: Value, maxsplit: Value = 0) -> Value:
        return split(machine, self, string, maxsplit)

    def sub(machine: Machine, self: Instance, repl: Value, string: Value, count: Value = 0) -> Value:
        return sub(machine, self, repl, string, count)


@LIBRARY.function("re.compile")
def compile_(machine: Machine, pattern: Value, flags: Value = 0) -> Value:
    """A pattern without flags keeps its text."""
    instance = Instance(LIBRARY.names["re.Pattern"], machine.place)
    instance.facts["pattern"] = pattern if flags == 0 else None
    return instance


for _name in ("IGNORECASE", "I", "MULTILINE", "M", "DOTALL", "S", "VERBOSE", "X"):
    LIBRARY.add(f"re.{_name}", Unknown("flags of a pattern"))
