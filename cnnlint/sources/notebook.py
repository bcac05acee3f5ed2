"""Notebooks: the code cells as one text, and which row of it stands in which cell."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from cnnlint.sources.errors import UnreadableSource
from cnnlint.sources.layout import NEWLINE, after_logical_line

PYTHON_CELLS = frozenset({"capture", "debug", "ipytest", "prun", "pypy", "python", "python3", "time", "timeit"})
"""Cell magics whose cell is still Python."""

_CELL_MAGIC = re.compile(r"\s*%%(?P<name>\w*)")
_MAGIC = re.compile(r"(?P<indent>[ \t]*)(?:[%!]|\?{1,2}[\w.*])")
_HELP = re.compile(r"(?P<indent>[ \t]*)(?:%{0,2}[\w.*]+(?:\[[^\]\r\n]*\])?)\?{1,2}[ \t]*$")
_ASSIGNED = re.compile(r"(?P<target>[\w.,\[\] \t]+=[ \t]*)(?:![^=]|%[ \t]*[A-Za-z])")


@dataclass(frozen=True, slots=True)
class Cell:
    """A code cell: its number among all cells of the notebook, from 1; its first row in the text; how many rows."""

    number: int
    row: int
    rows: int


def read_notebook(content: str) -> tuple[str, tuple[Cell, ...]]:
    """The Python of a notebook's code cells, one after the other; a cell that is not Python is left out.

    Rows are those of the cells: what is not Python in them (`%matplotlib inline`, `!pip install`) leaves its row empty.
    Raises UnreadableSource for what is no notebook (formats 3 and 4 are read).
    """
    notebook = _parsed(content)
    if not _is_python(notebook):
        return "", ()
    texts: list[str] = []
    cells: list[Cell] = []
    row = 1
    for number, cell in enumerate(_cells(notebook), start=1):
        source = _source(cell)
        if source is None:
            continue
        text = without_magics(source)
        if not text.endswith(("\n", "\r")):
            text += "\n"
        rows = len(NEWLINE.findall(text))
        texts.append(text)
        cells.append(Cell(number, row, rows))
        row += rows
    return "".join(texts), tuple(cells)


def _parsed(content: str) -> dict[str, Any]:
    try:
        notebook = json.loads(content)
    except json.JSONDecodeError as error:
        raise UnreadableSource(f"not a notebook: {error.msg}", error.lineno, error.colno) from None
    except (RecursionError, ValueError):
        raise UnreadableSource("not a notebook: its JSON is nested too deeply or has too long a number") from None
    if not isinstance(notebook, dict):
        raise UnreadableSource("not a notebook: its JSON is no object")
    return notebook


def _is_python(notebook: dict[str, Any]) -> bool:
    metadata = notebook.get("metadata")
    for key, name in (("language_info", "name"), ("kernelspec", "language")):
        about = metadata.get(key) if isinstance(metadata, dict) else None
        language = about.get(name) if isinstance(about, dict) else None
        if isinstance(language, str):
            return language.lower() in ("python", "ipython")
    return True


def _cells(notebook: dict[str, Any]) -> list[Any]:
    cells = notebook.get("cells")
    if cells is None and isinstance(sheets := notebook.get("worksheets"), list):
        cells = [cell for sheet in sheets if isinstance(sheet, dict) for cell in _listed(sheet.get("cells"))]
    if not isinstance(cells, list):
        raise UnreadableSource("not a notebook: it has no list of cells")
    return cells


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _source(cell: Any) -> str | None:
    """The text of a code cell that is Python; None for any other."""
    if not isinstance(cell, dict) or cell.get("cell_type") != "code" or cell.get("language", "python") != "python":
        return None
    source = cell.get("source", cell.get("input", ""))
    if isinstance(source, list):
        source = "".join(line for line in source if isinstance(line, str))
    if not isinstance(source, str):
        return None
    magic = _CELL_MAGIC.match(source)
    return None if magic is not None and magic["name"] not in PYTHON_CELLS else source


def without_magics(source: str) -> str:
    """The text with IPython's own lines emptied; in a block they leave a `pass`, where a value is wanted `input()`."""
    if not any(mark in source for mark in "%!?"):
        return source
    pieces = []
    offset = 0
    while offset < len(source):
        end = _after_line(source, offset)
        pure = _replacement(source[offset:end])
        if pure is None:
            end = after_logical_line(source, offset)
            pieces.append(source[offset:end])
        else:
            while source[offset:end].rstrip("\r\n").endswith("\\") and end < len(source):
                end = _after_line(source, end)
            pieces.append(pure + "".join(NEWLINE.findall(source, offset, end)))
        offset = end
    return "".join(pieces)


def _after_line(source: str, offset: int) -> int:
    match = NEWLINE.search(source, offset)
    return len(source) if match is None else match.end()


def _replacement(line: str) -> str | None:
    """What stands for a line that is not Python; None for one that is."""
    line = line.rstrip("\r\n")
    magic = _MAGIC.match(line) or _HELP.match(line)
    if magic is not None:
        return f"{magic['indent']}pass" if magic["indent"] else ""
    assigned = _ASSIGNED.match(line)
    return None if assigned is None else f"{assigned['target']}input()"
