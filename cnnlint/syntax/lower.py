"""From text to `Program`: parse with libcst, then walk the tree once, directly."""

from __future__ import annotations

import gc
import re

import libcst as cst

from cnnlint.syntax.faults import SyntaxFault
from cnnlint.syntax.positions import Cursor
from cnnlint.syntax.program import Program
from cnnlint.syntax.statements import block

_PLACE = re.compile(r"error at (\d+):(\d+): ")


def lower(text: str) -> Program:
    """The program of a file's text.

    Raises SyntaxFault, with its place, for anything that is not a Python program that can be read: a syntax error, a
    null byte, code nested too deeply.
    """
    text = text.removeprefix("\ufeff")
    collecting = gc.isenabled()
    gc.disable()  # a tree of many small objects and no garbage: collections would double the time
    try:
        return _lower(text)
    except RecursionError:
        raise SyntaxFault("the code is nested too deeply") from None
    finally:
        if collecting:
            gc.enable()


def _lower(text: str) -> Program:
    try:
        module = cst.parse_module(text)
    except cst.ParserSyntaxError as error:
        raise _fault(text, error) from None
    cursor = Cursor(text)
    body = block(cursor, module.body)
    if cursor.start != len(text):
        raise cursor.lost()
    return Program(body)


def _fault(text: str, error: cst.ParserSyntaxError) -> SyntaxFault:
    """What libcst says is a list of tokens beside the place; Python's own parser says it in words."""
    message, row, column = error.message, error.raw_line, error.raw_column + 1
    place = _PLACE.search(message)
    if place is not None:
        row, column = int(place[1]), int(place[2])
    return SyntaxFault(message, row, column)
