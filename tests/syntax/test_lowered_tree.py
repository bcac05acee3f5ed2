"""What each construct is lowered to, as `lowered.txt` has it: the source after `|`, then the tree without places."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from cnnlint.syntax import program as p
from cnnlint.syntax.lower import lower

SAMPLES = {
    source.replace("\n| ", "\n").removeprefix("| "): tree
    for source, _, tree in (
        block.strip().rpartition("\n")
        for block in Path(__file__).with_name("lowered.txt").read_text(encoding="utf-8").split("\n\n")
    )
}
GRAMMAR = Path(__file__).with_name("grammar.txt").read_text(encoding="utf-8")


def show(node: object) -> str:
    match node:
        case p.Name():
            return node.id
        case p.Constant():
            return repr(node.value)
        case p.Node():
            fields = (show(getattr(node, name)) for name in node.__struct_fields__ if name != "at")
            return f"{type(node).__name__}({', '.join(fields)})"
        case tuple():
            return f"[{', '.join(map(show, node))}]"
    return repr(node)


@pytest.mark.parametrize("source", SAMPLES)
def test_construct_becomes_its_node(source: str) -> None:
    statement = lower(source).body[0]
    is_bare = isinstance(statement, p.ExpressionStatement) and not SAMPLES[source].startswith("ExpressionStatement")
    assert (
        show(statement.value if is_bare and isinstance(statement, p.ExpressionStatement) else statement)
        == (SAMPLES[source])
    )


def test_samples_have_every_node() -> None:
    leaves = {"Program", "Name", "Constant"}
    kinds = {kind.__name__ for kind in vars(p).values() if isinstance(kind, type) and issubclass(kind, p.Node)}
    assert {kind for kind in kinds - leaves - {"Node"} if not any(f"{kind}(" in tree for tree in SAMPLES.values())} == (
        set()
    )


def test_program_survives_being_stored() -> None:
    program = lower(GRAMMAR)
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(program), type=p.Program) == program


@pytest.mark.parametrize(
    ("literal", "value"),
    [
        ("''", ""),
        ('""""a"\n\'\'\' """', "\"a\"\n''' "),
        ("'''a\r\nb\rc'''", "a\nb\nc"),
        ("'a\\\nb'", "ab"),
        ("'\\\\n\\'\\\"\\a\\b\\f\\n\\r\\t\\v'", "\\n'\"\a\b\f\n\r\t\v"),
        ("'\\0\\18\\1234'", "\0\x018S4"),
        ("'\\d\\%'", "\\d\\%"),
        ("rb'\\d'", b"\\d"),
        ("Rb'\\x41'", b"\\x41"),
        ("b'\\x41\\n\\N{DASH}\\u0041\\777'", b"A\n\\N{DASH}\\u0041\xff"),
        ("u'\\N{LATIN SMALL LETTER A}'", "a"),
        ("0XfF", 255),
        ("0_0", 0),
        ("0xffff_ffff_ffff_ffff", 2**64 - 1),
        ("1_0.0_1E+1_0", 10.01e10),
        ("1e999", float("inf")),
    ],
)
def test_literal_has_the_value_that_python_gives_it(literal: str, value: object) -> None:
    (statement,) = lower(literal).body
    assert isinstance(statement, p.ExpressionStatement)
    assert isinstance(statement.value, p.Constant)
    assert statement.value.value == value
    assert type(statement.value.value) is type(value)


def test_identifiers_are_normalized_as_python_does() -> None:
    assert show(lower("ﬁt = 1").body[0]) == "Assign([fit], 1)"


def test_f_string_escapes_and_doubled_braces() -> None:
    assert show(lower("f'{{\\n}}{a}\\x41' rf'\\d'").body[0]) == (
        "ExpressionStatement(FormattedString(['{\\n}', FormattedValue(a, '', None, ''), 'A\\\\d']))"
    )
