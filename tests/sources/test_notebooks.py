"""A notebook is read as one program, and each row knows its cell."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from cnnlint.sources.errors import UnreadableSource
from cnnlint.sources.notebook import without_magics
from cnnlint.sources.text import SourceText, from_text, read

if TYPE_CHECKING:
    from pathlib import Path


def code(source: str | list[str], **more: Any) -> dict[str, Any]:
    return {"cell_type": "code", "source": source, "outputs": [], "metadata": {}, **more}


def notebook(*cells: Any, **more: Any) -> SourceText:
    return from_text(
        json.dumps({"cells": cells, "nbformat": 4, "nbformat_minor": 5, "metadata": {}, **more}), "n.ipynb"
    )


def test_cells_become_one_text(tmp_path: Path) -> None:
    markdown = {"cell_type": "markdown", "source": ["# Title\n"]}
    content = {"cells": [markdown, code(["a = 1\n", "b = 2"]), markdown, code("c = 3\n"), code(""), code("d  # noqa")]}
    (tmp_path / "n.ipynb").write_text(json.dumps(content), encoding="utf-8")
    source = read(tmp_path / "n.ipynb")
    assert source.text == "a = 1\nb = 2\nc = 3\n\nd  # noqa\n"
    assert [source.cell(row) for row in range(1, 6)] == [(2, 1), (2, 2), (4, 1), (5, 1), (6, 1)]
    assert source.line(3) == "c = 3"
    assert source.suppressions[0].row == 5


def test_format_three() -> None:
    cells = [
        {"cell_type": "code", "language": "python", "input": ["x = 1\n", "y"]},
        {"cell_type": "heading", "source": "Title"},
        {"cell_type": "code", "language": "python", "input": "z"},
    ]
    text = json.dumps({"nbformat": 3, "worksheets": [{"cells": cells[:2]}, {"cells": cells[2:]}], "metadata": {}})
    source = from_text(text, "n.ipynb")
    assert source.text == "x = 1\ny\nz\n"
    assert source.cell(3) == (3, 1)


def test_notebook_in_another_language_has_no_python() -> None:
    source = notebook(code("x <- 1"), metadata={"language_info": {"name": "R"}})
    assert source.text == ""
    assert source.cells == ()
    assert source.cell(1) is None


def test_windows_rows() -> None:
    source = notebook(code("a\r\nb"), code("c"))
    assert [source.cell(row) for row in (1, 2, 3)] == [(1, 1), (1, 2), (2, 1)]


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("%matplotlib inline\nx = 1", "\nx = 1\n"),
        ("!pip install torch\nimport torch", "\nimport torch\n"),
        ("x = 1\n!echo \"it's\ny = 2", "x = 1\n\ny = 2\n"),
        ("if x:\n    !pip install y\nz", "if x:\n    pass\nz\n"),
        ("files = !ls\nt = %timeit -o f()", "files = input()\nt = input()\n"),
        ("?print\nprint?\nmodel.fit??\n%time?\nx", "\n\n\n\nx\n"),
        ("!pip install a \\\n    b\nx", "\n\nx\n"),
        ("%%time\nx = 1", "\nx = 1\n"),
        ("\n%%capture out\nx = 1", "\n\nx = 1\n"),
        ("x = (a\n  % b)\ny = '''\n%s\n!\n'''\nz", "x = (a\n  % b)\ny = '''\n%s\n!\n'''\nz\n"),
        ("x = a \\\n % b", "x = a \\\n % b\n"),
        ("x = a != b\nif x != y: z = 'what?'  # why?", "x = a != b\nif x != y: z = 'what?'  # why?\n"),
        ("x = f(1, # %\n%magic\n)", "x = f(1, # %\n%magic\n)\n"),
    ],
)
def test_what_is_not_python_leaves_its_row_empty(cell: str, text: str) -> None:
    assert notebook(code(cell)).text == text


@pytest.mark.parametrize("magic", ["bash", "html", "writefile net.py", "R", "javascript"])
def test_cell_in_another_language_is_left_out(magic: str) -> None:
    source = notebook(code(f"%%{magic}\nthis is no python"), code("x"))
    assert source.text == "x\n"
    assert source.cell(1) == (2, 1)


@pytest.mark.parametrize(
    ("content", "row", "column", "part"),
    [
        ('{"cells": [\n  {"cell_type": code}]}', 2, 17, "not a notebook: Expecting value"),
        ("", 1, 1, "not a notebook: Expecting value"),
        ("[]", 1, 1, "its JSON is no object"),
        ("{}", 1, 1, "it has no list of cells"),
        ('{"cells": {}}', 1, 1, "it has no list of cells"),
        ("[" * 200_000, 1, 1, "not a notebook"),
    ],
)
def test_what_is_no_notebook(content: str, row: int, column: int, part: str) -> None:
    with pytest.raises(UnreadableSource) as caught:
        from_text(content, "n.ipynb")
    assert part in caught.value.message
    assert (caught.value.row, caught.value.column) == (row, column)


def test_odd_cells_are_passed_over() -> None:
    odd: list[Any] = [None, 1, {}, {"cell_type": "code"}, code("x"), {"cell_type": "code", "source": 5}, code([1, "y"])]  # type: ignore[list-item]
    source = notebook(*odd, metadata=[])
    assert source.text == "\nx\ny\n"
    assert [source.cell(row) for row in (1, 2, 3)] == [(4, 1), (5, 1), (7, 1)]


def test_text_without_magics_is_the_same() -> None:
    text = "x = '%s' % 1\n\n\nclass A:\n    def f(self): return 1 % 2 != 0\n"
    assert without_magics(text) == text
