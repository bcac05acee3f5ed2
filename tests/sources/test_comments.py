"""Comments for the linter: which there are, and for which rows they hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cnnlint.sources.text import from_text

if TYPE_CHECKING:
    from cnnlint.sources.comments import Suppression


def suppressions(text: str) -> tuple[Suppression, ...]:
    return from_text(text, "net.py").suppressions


@pytest.mark.parametrize(
    ("comment", "kind", "codes", "reason"),
    [
        ("# noqa", "noqa", (), ""),
        ("#noqa", "noqa", (), ""),
        ("# NoQA", "noqa", (), ""),
        ("# noqa: CNN101", "noqa", ("CNN101",), ""),
        ("# noqa:CNN101,CNN2", "noqa", ("CNN101", "CNN2"), ""),
        ("# noqa: CNN101 E501, cnn3 because", "noqa", ("CNN101", "E501", "CNN3"), ""),
        ("# a model  # noqa: CNN101", "noqa", ("CNN101",), ""),
        ("# cnnlint: ignore[CNN101]", "ignore", ("CNN101",), ""),
        ("# cnnlint: ignore[CNN101, CNN3] why not", "ignore", ("CNN101", "CNN3"), "why not"),
        ("#cnnlint:ignore[CNN1,]  why  # more", "ignore", ("CNN1",), "why"),
        ("# cnnlint: ignore", "ignore", (), ""),
        ("# cnnlint: file-ignore[CNN101]", "file-ignore", ("CNN101",), ""),
        ("# cnnlint: file-ignore", "file-ignore", (), ""),
    ],
)
def test_suppression(comment: str, kind: str, codes: tuple[str, ...], reason: str) -> None:
    (found,) = suppressions(f"a\n\u00e9 = 1  {comment}\n")
    assert (found.kind, found.codes, found.reason, found.row) == (kind, codes, reason, 2)


def test_columns_of_the_directive() -> None:
    (found,) = suppressions("é = 1  # a  # noqa: CNN101  # b")
    assert (found.row, found.column, found.end_column) == (1, 13, 27)
    assert "é = 1  # a  # noqa: CNN101  # b"[12:26] == "# noqa: CNN101"


@pytest.mark.parametrize(
    "text",
    [
        "x = '# noqa'",
        "'''\n# noqa\n'''",
        'f"# noqa {x["# noqa"]:# noqa}"',
        "f'''\n# noqa\n{a}'''",
        "rb'\\' # noqa'",
        "x = 1  # noqable",
        "x = 1  # noqa: see the issue",
        "noqa = cnnlint = 1",
    ],
)
def test_no_suppression(text: str) -> None:
    assert suppressions(text) == ()


def test_comment_after_a_nested_f_string_is_one() -> None:
    (found,) = suppressions('x = f"{f"{y[\'a\']!r:>{w}}"} # {{" # noqa\n')
    assert found.column == 34


def test_comment_in_a_text_that_does_not_parse_is_one() -> None:
    assert len(suppressions("x = (\ny = 'unclosed\nz = 1  # noqa\n")) == 1


def test_codes_cover_by_prefix() -> None:
    (found,) = suppressions("x  # noqa: CNN1, CNN302")
    assert found.covers("CNN101")
    assert found.covers("CNN302")
    assert not found.covers("CNN301")
    (found,) = suppressions("x  # noqa")
    assert found.covers("CNN301")


TEXT = """\
model = Sequential([
    Conv2D(3, 3),  # noqa: CNN101
    Dense(1),
])  # noqa: CNN102
text = '''
a
'''  # noqa: CNN103
x = 1 + \\
    2  # noqa: CNN104
def f(
    a,
):  # noqa: CNN105
    return a
y = f('''
'''), \\
    z  # noqa: CNN106
"""


@pytest.mark.parametrize(
    ("row", "codes", "noqa_row"),
    [
        (1, {"CNN102"}, 1),
        (2, {"CNN101", "CNN102"}, 2),
        (3, {"CNN102"}, 3),
        (4, {"CNN102"}, 4),
        (5, {"CNN103"}, 7),
        (6, {"CNN103"}, 7),
        (8, {"CNN104"}, 9),
        (10, {"CNN105"}, 10),
        (12, {"CNN105"}, 12),
        (13, set(), 13),
        (14, {"CNN106"}, 16),
        (99, set(), 99),
    ],
)
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_rows_that_a_comment_holds_for(row: int, codes: set[str], noqa_row: int, newline: str) -> None:
    source = from_text(TEXT.replace("\n", newline), "net.py")
    assert {code for each in source.suppressions_for(row) for code in each.codes} == codes
    assert source.noqa_row(row) == noqa_row


def test_file_wide_comment_holds_everywhere() -> None:
    source = from_text("x\ny\n# cnnlint: file-ignore[CNN1] generated\n", "net.py")
    assert [each.reason for each in source.suppressions_for(1)] == ["generated"]


@pytest.mark.parametrize(
    ("comment", "shapes"),
    [
        ("input=(3, 32, 32)", ((3, 32, 32),)),
        ("input = (3,32,32), (10,)", ((3, 32, 32), (10,))),
        ("input=[28, 28, 1]", ((28, 28, 1),)),
        ("input=784", ((784,),)),
        ("input=784, 10  # flat", ((784,), (10,))),
    ],
)
def test_input(comment: str, shapes: tuple[tuple[int, ...], ...]) -> None:
    source = from_text(f"class Net(\n    Module,\n):  # cnnlint: {comment}\n    pass\n", "net.py")
    (stated,) = source.inputs
    assert (stated.shapes, stated.row, stated.column) == (shapes, 3, 5)
    assert source.input_for(1) == stated
    assert source.input_for(4) is None


@pytest.mark.parametrize(
    ("comment", "part"),
    [
        ("input=(3, h, w)", "`input=(3, h, w)` is no shape"),
        ("input=", "is no shape"),
        ("input", "is no shape"),
        ("input=(-1, 3)", "is no shape"),
        ("input=__import__('os')", "is no shape"),
        ("input=" + "9" * 5000, "is no shape"),
        ("ignore[]", "names no codes"),
        ("ignore[all of it]", "names no codes"),
        ("ignore[" + " " * 20_000, "names no codes"),
        ("disable=CNN101", "unknown directive `disable`"),
    ],
)
def test_comment_that_is_not_understood(comment: str, part: str) -> None:
    source = from_text(f"x = 1\ny = 2  # cnnlint: {comment}\n", "net.py")
    (bad,) = source.bad_comments
    assert part in bad.message
    assert (bad.row, bad.column) == (2, 8)
    assert not source.suppressions
    assert not source.inputs


def test_hostile_text_is_read_in_time() -> None:
    for text in ('f"{' * 5000, "'" * 5001, "(" * 100_000, "#" * 100_000, "\\\n" * 10_000, "f'{a:{b:" * 3000):
        source = from_text(text + "  # noqa", "net.py")
        assert source.noqa_row(1) >= 1
