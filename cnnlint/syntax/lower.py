"""From text to `Program`: parse with libcst, then walk the tree once, directly."""

from __future__ import annotations

import gc
import re

import libcst as cst

from cnnlint.syntax import nesting, strings  # noqa: F401 - strings enter the table of expressions by being imported
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
    nesting.check(text)
    collecting = gc.isenabled()
    gc.disable()  # a tree of many small objects and no garbage: collections would cost a tenth to a half more
    try:
        return _lower(text)
    except RecursionError:
        raise SyntaxFault("the code is nested too deeply") from None
    finally:
        if collecting:
            gc.enable()


def _lower(text: str) -> Program:
    module = _parse(text)
    cursor = Cursor(text)
    body = block(cursor, module.body)
    if cursor.start != len(text):
        raise cursor.lost()
    return Program(body)


def _parse(text: str) -> cst.Module:
    try:
        return cst.parse_module(text)
    except RecursionError:
        raise
    except cst.ParserSyntaxError as error:
        raise _python_fault(text) or _libcst_fault(error) from None
    except Exception as error:  # noqa: BLE001 - a node that refuses its parts, a lone surrogate: the text is at fault
        raise _python_fault(text) or SyntaxFault(str(error) or "this syntax is not understood") from None
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # of the native parser; no module exports it
            raise
        raise _python_fault(text) or SyntaxFault("this syntax is not understood") from None


def _python_fault(text: str) -> SyntaxFault | None:
    """What Python's own parser says, in words that people know; nothing is compiled or run.

    None where Python accepts what libcst does not, or has no place to give.
    """
    import ast
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            ast.parse(text)
        except SyntaxError as error:
            if error.lineno:
                return SyntaxFault(error.msg, error.lineno, max(error.offset or 1, 1))
        except (ValueError, MemoryError, RecursionError):
            pass
    return None


def _libcst_fault(error: cst.ParserSyntaxError) -> SyntaxFault:
    place = _PLACE.search(error.message)
    if place is not None:
        return SyntaxFault("this syntax is not understood", int(place[1]), int(place[2]))
    return SyntaxFault(error.message.partition("\n")[0], error.raw_line, error.raw_column + 1)
