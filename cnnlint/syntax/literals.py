r"""The values of string and number literals.

Written out rather than asked of `ast.literal_eval`, which warns of a `"\d"` in the linted file and costs more.
"""

from __future__ import annotations

import re

from cnnlint.syntax.program import Constant, OddConstant

_ESCAPE = re.compile(
    r"\\(?:\r\n|[0-7]{1,3}|x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|N\{[^}]*\}|[\s\S])",
)
_SIMPLE = {
    "\n": "",
    "\r": "",
    "\r\n": "",
    "\\": "\\",
    "'": "'",
    '"': '"',
    "a": "\a",
    "b": "\b",
    "f": "\f",
    "n": "\n",
    "r": "\r",
    "t": "\t",
    "v": "\v",
}
_LARGEST = 2**64 - 1


class BadLiteral(ValueError):  # noqa: N818 - a fault of the file, not of the run
    """A literal that Python's own compiler refuses."""


def integer(text: str) -> Constant | OddConstant:
    try:
        value = int(text, 0)
    except ValueError:  # longer than Python's limit for converting digits
        return OddConstant("integer", text)
    return Constant(value) if value <= _LARGEST else OddConstant("integer", text)


def string(source: str) -> str | bytes:
    """The value of one literal with its prefix and quotes.

    Raises BadLiteral for an escape that Python refuses and for bytes that are not ASCII.
    """
    quote = min(index for index in (source.find('"'), source.find("'")) if index >= 0)
    prefix = source[:quote].lower()
    width = 3 if source.startswith(("'''", '"""'), quote) else 1
    body = source[quote + width : -width]
    if "b" in prefix:
        return _bytes(body, raw="r" in prefix)
    return text(body, raw="r" in prefix)


def text(body: str, *, raw: bool) -> str:
    """What stands between the quotes of a `str` literal; also the text parts of an f-string."""
    if "\r" in body:
        body = body.replace("\r\n", "\n").replace("\r", "\n")
    if raw or "\\" not in body:
        return body
    return _ESCAPE.sub(_unescape_text, body)


def _bytes(body: str, *, raw: bool) -> bytes:
    if not body.isascii():
        raise BadLiteral("bytes can only contain ASCII literal characters")
    if "\r" in body:
        body = body.replace("\r\n", "\n").replace("\r", "\n")
    if not raw and "\\" in body:
        body = _ESCAPE.sub(_unescape_bytes, body)
    return body.encode("latin-1")


def _unescape_text(match: re.Match[str]) -> str:
    escape = match[0][1:]
    kind = escape[0]
    if kind in "uU":
        return _character(escape)
    if kind == "N":
        return _named(escape)
    return _unescape(escape)


def _unescape_bytes(match: re.Match[str]) -> str:
    escape = match[0][1:]
    if escape[0] in "uUN":
        return match[0]
    value = _unescape(escape)
    return chr(ord(value) & 0xFF) if len(value) == 1 else value


def _unescape(escape: str) -> str:
    simple = _SIMPLE.get(escape)
    if simple is not None:
        return simple
    if escape[0] in "01234567":
        return chr(int(escape, 8))
    return _character(escape) if escape[0] == "x" else "\\" + escape


def _character(escape: str) -> str:
    code = int(escape[1:], 16) if len(escape) > 1 else -1
    if not 0 <= code <= 0x10FFFF:
        raise BadLiteral(f"truncated or too large escape \\{escape}")
    return chr(code)


def _named(escape: str) -> str:
    import unicodedata

    try:
        return unicodedata.lookup(escape[2:-1])
    except KeyError:
        raise BadLiteral(f"unknown character name \\{escape}") from None
