"""Programs kept by the content of the text that they come from, so that a text is parsed once.

A stored program is checked when it is read: what is damaged, foreign or of another release is parsed anew. Nothing in
it is executed, and a cache that cannot be written is no error.
"""

from __future__ import annotations

import os
import time
from functools import cache
from hashlib import sha256
from typing import TYPE_CHECKING

import msgspec

from cnnlint.syntax.program import Program
from cnnlint.version import VERSION

if TYPE_CHECKING:
    from pathlib import Path

SCHEMA = 1
"""To be raised with every change of `cnnlint.syntax.program` or of what `lower` makes of a text."""

FRAMEWORKS = ("keras", "torch", "tensorflow", "lightning", "timm")
UNDECLARED = (
    *("nn.Module", "nn.Sequential", "nn.Linear", "nn.Conv", "nn.LSTM", "nn.GRU", "nn.Embedding", "Loss("),
    *("nn.CrossEntropyLoss", "nn.NLLLoss", "nn.MSELoss", "nn.BCE", "Sequential(", "Conv2D(", "Dense("),
    *("Input(", "= Model(", ".load_data()"),
)
"""What snippets that leave their imports out name of a framework."""
_MARK = b"cnnlint program\n"
_TAG = "Signature: 8a477f597d28d172789f06886806bc55\n# A cache of cnnlint; it can be deleted at any time.\n"


def names_a_framework(text: str) -> bool:
    """Whether the text has the name of a framework anywhere; a file that has none holds no model of its own."""
    return any(name in text for name in FRAMEWORKS + UNDECLARED)


def cached_lower(text: str, directory: Path | None = None) -> Program:
    """The program of a text: from the cache directory if it is known there, else parsed and then kept.

    Raises `cnnlint.syntax.faults.SyntaxFault` as `lower` does; only programs are kept, never faults.
    """
    if directory is None:
        return _lower(text)
    place = _place(text, directory)
    program = _load(place)
    if program is None:
        program = _lower(text)
        _store(program, place, directory)
    return program


def _lower(text: str) -> Program:
    from cnnlint.syntax.lower import lower  # the parser takes longer to import than most files to read

    return lower(text)


def _place(text: str, directory: Path) -> Path:
    key = sha256(f"{SCHEMA} {VERSION}\n".encode())
    key.update(text.encode("utf-8", "surrogatepass"))
    name = key.hexdigest()
    return directory / "programs" / name[:2] / name[2:]


@cache
def _decoder() -> msgspec.msgpack.Decoder[Program]:
    return msgspec.msgpack.Decoder(Program)


def _load(place: Path) -> Program | None:
    try:
        content = place.read_bytes()
    except OSError:
        return None
    start = len(_MARK) + 32
    payload = memoryview(content)[start:]
    if not content.startswith(_MARK) or content[len(_MARK) : start] != sha256(payload).digest():
        return None
    try:
        return _decoder().decode(payload)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
        return None


def _store(program: Program, place: Path, directory: Path) -> None:
    try:
        payload = msgspec.msgpack.encode(program)
    except (ValueError, OverflowError, RecursionError):  # a lone surrogate in a string, code nested very deeply
        return
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        _mark_directory(directory)
        _replace(place, _MARK + sha256(payload).digest() + payload)
    except OSError:
        return


def _replace(place: Path, content: bytes) -> None:
    """Write all of a file or nothing of it, also when several processes write the same one."""
    draft = place.with_name(f"{place.name}.{os.getpid()}.{time.monotonic_ns()}")
    try:
        with draft.open("xb") as file:
            file.write(content)
        draft.replace(place)
    except OSError:
        draft.unlink(missing_ok=True)
        raise


def _mark_directory(directory: Path) -> None:
    """Tell backup tools and git to leave the directory alone."""
    for name, content in (("CACHEDIR.TAG", _TAG), (".gitignore", "*\n")):
        if not (directory / name).exists():
            (directory / name).write_text(content, encoding="utf-8")
