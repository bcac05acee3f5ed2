"""Texts that are no program: said in one sentence with a place, in time, and never by a crash."""

from __future__ import annotations

import gc
import pickle

import pytest

from cnnlint.syntax.faults import SyntaxFault
from cnnlint.syntax.lower import lower


def fault(text: str) -> SyntaxFault:
    with pytest.raises(SyntaxFault) as caught:
        lower(text)
    return caught.value


@pytest.mark.parametrize(
    ("text", "row", "column", "part"),
    [
        ("x = (", 1, 5, "never closed"),
        ("a = 1\n\nreturn = 1", 3, 8, "invalid syntax"),
        ("if x:\npass", 2, 1, "expected an indented block"),
        ("x = 'abc", 1, 5, "unterminated string"),
        ("ok\na\0b", 2, 2, "null bytes"),
        ("a\n\nf( '\\x1')", 3, 4, "escape"),
        ("b'é'", 1, 1, "ASCII"),
        ("x = '\ud800'", 1, 1, "surrogates"),
        ("'\\N{no such name}'", 1, 1, "character name"),
        ("!pip install x", 1, 1, "invalid syntax"),
    ],
)
def test_syntax_error_has_a_place(text: str, row: int, column: int, part: str) -> None:
    found = fault(text)
    assert part in found.message
    assert found.row == row
    assert found.column == column


def test_text_and_bytes_do_not_mix() -> None:
    assert "cannot mix bytes and nonbytes literals" in fault("a\nf('a' b'b')").message


@pytest.mark.parametrize(
    "text",
    [
        "(" * 5000,
        "(" * 3000 + "1" + ")" * 3000,
        "[" * 5000 + "]" * 5000,
        "-" * 100_000 + "1",
        "not " * 10_000 + "1",
        "a+" * 100_000 + "1",
        "a" + ".b" * 50_000,
        "a" + "()" * 50_000,
        "lambda:" * 10_000 + "1",
        "lambda a,:" * 10_000 + "1",
        "a if b else " * 10_000 + "1",
        "import a" + ".a" * 10_000,
        "if a: pass\n" + "elif a: pass\n" * 10_000,
        'f"{' * 3000 + "1" + '}"' * 3000,
        'f"' + "{a:" * 5000 + "}" * 5000 + '"',
        'f"{' + "a+" * 10_000 + '1}"',
        "match x:\n  case " + "[" * 40 + "a" + "]" * 40 + ": pass",
        "match x:\n  case " + "{1:" * 40 + "a" + "}" * 40 + ": pass",
        "match x:\n  case " + "C(" * 40,
        "del " + "(" * 40,
        "x; del " + "(" * 40,
        "".join(" " * depth + "if x:\n" for depth in range(300)) + " " * 300 + "pass",
        "x = 1\n" * 1_000_000,
    ],
    ids=lambda text: text[:12].strip(),
)
def test_hostile_text_is_refused(text: str) -> None:
    assert fault(text).message


@pytest.mark.parametrize(
    "text",
    [
        "(" * 90 + "1" + ")" * 90,
        "x = [" + "(1, 'a(b[c{'), " * 5000 + "]",
        "x = " + "'a long text' +\\\n " * 400 + "'end'",
        "if a: pass\n" + "elif a: pass\n" * 400,
        "# " + "(" * 1000 + "\n'''" + "[" * 1000 + "'''\nx = '" + "{" * 1000 + "'",
        'x = f"' + "( [ " * 20 + '{a}"\n' + 'y = f"({a}"\n' * 500,
        "model = delta = case = f(" + "g(" * 10 + ")" * 11,
    ],
    ids=lambda text: text[:12].strip(),
)
def test_large_but_sane_text_is_read(text: str) -> None:
    assert lower(text).body


def test_collector_is_left_as_it_was() -> None:
    assert gc.isenabled()
    lower("x = 1")
    assert gc.isenabled()
    fault("x = (")
    assert gc.isenabled()
    gc.disable()
    try:
        lower("x = 1")
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_fault_can_be_sent_to_another_process() -> None:
    found = pickle.loads(pickle.dumps(fault("a\nx = (")))
    assert (found.message, found.row, found.column) == ("'(' was never closed", 2, 5)
