"""Methods of `str` and `bytes`: computed where everything is known."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.interpreter.builtin.types import BYTES, STR
from cnnlint.interpreter.values import DictValue, HostFunction, ListValue, Unknown, Value

if TYPE_CHECKING:
    from cnnlint.interpreter.machine import Machine

MAX_TEXT = 100_000
SAFE = [
    "capitalize",
    "casefold",
    "count",
    "endswith",
    "find",
    "index",
    "isalnum",
    "isalpha",
    "isascii",
    "isdecimal",
    "isdigit",
    "isidentifier",
    "islower",
    "isnumeric",
    "isspace",
    "istitle",
    "isupper",
    "lower",
    "lstrip",
    "partition",
    "removeprefix",
    "removesuffix",
    "replace",
    "rfind",
    "rindex",
    "rpartition",
    "rsplit",
    "rstrip",
    "split",
    "splitlines",
    "startswith",
    "strip",
    "swapcase",
    "title",
    "upper",
]
"""Methods whose result is no longer than its arguments make it (a replacement is checked apart)."""
PADDED = ["center", "ljust", "rjust", "zfill", "expandtabs"]


def _method(name: str) -> HostFunction:
    def body(machine: Machine, self: Value, *args: Value, **kwargs: Value) -> Value:
        values = [_plain(machine, v) for v in (*args, *kwargs.values())]
        text = _text(self)
        for value in (text, *values):
            if isinstance(value, Unknown):
                return Unknown(value.reason, value.place)
        if name in PADDED and any(isinstance(v, int) and v > MAX_TEXT for v in values):
            return Unknown("the text is too long to build")
        if name == "replace" and len(text) * (len(str(values[1])) + 1) > MAX_TEXT * 10:
            return Unknown("the text is too long to build")
        keywords = dict(zip(kwargs, values[len(args) :], strict=True))
        try:
            result = getattr(text, name)(*values[: len(args)], **keywords)
        except ValueError as error:
            return machine.throw("ValueError", str(error))
        return ListValue(result) if isinstance(result, list) else result

    return HostFunction(f"builtins.str.{name}", body)


def _text(value: Value) -> Value:
    return getattr(value, "payload", None) or value


def _plain(machine: Machine, value: Value) -> Value:
    if isinstance(value, tuple):
        return value
    if value is None or isinstance(value, str | int | bytes | Unknown):
        return value
    return Unknown("an argument that is not known", machine.place)


def _join(machine: Machine, self: Value, iterable: Value) -> Value:
    items = machine.elements(iterable)
    for item in items:
        if not isinstance(item, str):
            return Unknown(
                item.reason if isinstance(item, Unknown) else "a part of the text is not known", machine.place
            )
    text = _text(self)
    if sum(map(len, items)) + len(text) * len(items) > MAX_TEXT:
        return Unknown("the text is too long to build", machine.place)
    return text.join(items)


def _format(machine: Machine, self: Value, *args: Value, **kwargs: Value) -> Value:
    for value in (*args, *kwargs.values()):
        if not isinstance(value, str | int | float | bool):
            reason = value.reason if isinstance(value, Unknown) else "a part of the text is not known"
            return Unknown(reason, machine.place)
    text = _text(self)
    digits = "".join(c if c.isdigit() else " " for c in text).split()
    longest = max((len(v) for v in (*args, *kwargs.values()) if isinstance(v, str)), default=0)
    if any(len(d) > 4 for d in digits) or len(text) + text.count("{") * longest > MAX_TEXT:
        return Unknown("the text is too long to build")
    try:
        return text.format(*args, **kwargs)
    except (IndexError, KeyError, ValueError, AttributeError):
        return Unknown("the text could not be formatted", machine.place)


def _encode(machine: Machine, self: Value, *args: Value, **kwargs: Value) -> Value:
    del args, kwargs
    return Unknown("encoded text is not followed", machine.place) if isinstance(self, Unknown) else _text(self).encode()


def _decode(machine: Machine, self: Value, *args: Value, **kwargs: Value) -> Value:
    del self, args, kwargs
    return Unknown("decoded text is not followed", machine.place)


def _translate(machine: Machine, self: Value, table: Value) -> Value:
    del self, table
    return Unknown("translated text is not followed", machine.place)


for _name in (*SAFE, *PADDED):
    STR.namespace[_name] = _method(_name)
STR.namespace["join"] = HostFunction("builtins.str.join", _join)
STR.namespace["format"] = HostFunction("builtins.str.format", _format)
STR.namespace["format_map"] = HostFunction(
    "builtins.str.format_map",
    lambda machine, self, mapping: (
        _format(machine, self, **{str(k): v for k, v in mapping.items.items()})
        if isinstance(mapping, DictValue)
        else Unknown("the mapping is not known")
    ),
)
STR.namespace["encode"] = HostFunction("builtins.str.encode", _encode)
STR.namespace["translate"] = HostFunction("builtins.str.translate", _translate)
BYTES.namespace["decode"] = HostFunction("builtins.bytes.decode", _decode)
