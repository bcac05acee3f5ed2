"""A file's bytes become the text that Python would read, or a message with a place."""

from __future__ import annotations

import pickle
from typing import TYPE_CHECKING

import pytest

from cnnlint.sources.errors import UnreadablePath, UnreadableSource
from cnnlint.sources.text import SourceText, from_text, read

if TYPE_CHECKING:
    from pathlib import Path


def read_bytes(folder: Path, content: bytes, name: str = "net.py") -> SourceText:
    path = folder / name
    path.write_bytes(content)
    return read(path)


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("x = 'é'\n".encode(), "x = 'é'\n"),
        (b"\xef\xbb\xbfx = 1", "x = 1"),
        (b"\xef\xbb\xbf# coding: utf-8\nx", "# coding: utf-8\nx"),
        (b"# -*- coding: latin-1 -*-\nx = '\xe9'", "# -*- coding: latin-1 -*-\nx = 'é'"),
        (
            b"#!/bin/python\n# vim: set fileencoding=cp1252 :\n'\x80'",
            "#!/bin/python\n# vim: set fileencoding=cp1252 :\n'€'",
        ),
        (b"\n# coding: latin-1\n'\xe9'", "\n# coding: latin-1\n'é'"),
        ("x = 1\n# coding: latin-1\n'é'".encode(), "x = 1\n# coding: latin-1\n'é'"),
        (b"a\r\nb\rc", "a\r\nb\rc"),
        (b"", ""),
    ],
)
def test_decoding(tmp_path: Path, content: bytes, text: str) -> None:
    assert read_bytes(tmp_path, content).text == text


@pytest.mark.parametrize(
    ("content", "row", "column", "message"),
    [
        ("a\r\nb\nx = 'é\udcff'".encode("utf-8", "surrogateescape"), 3, 7, "not utf-8: byte 0xff cannot be decoded"),
        (b"# coding: nonsense\n", 1, 1, "unknown encoding: nonsense"),
        (b"\n# coding: rot-13\n", 2, 1, "rot-13 is no text encoding"),
        (b"# coding: punycode\n", 1, 1, "unknown encoding: punycode"),
        (b"\xef\xbb\xbf# coding: latin-1\n", 1, 1, "the coding comment says iso8859-1, the byte order mark utf-8"),
        ("x = 1".encode("utf-16"), 1, 1, "not utf-8: byte 0xff cannot be decoded"),
    ],
)
def test_what_is_no_text(tmp_path: Path, content: bytes, row: int, column: int, message: str) -> None:
    with pytest.raises(UnreadableSource) as caught:
        read_bytes(tmp_path, content)
    assert (caught.value.message, caught.value.row, caught.value.column) == (message, row, column)


def test_file_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(UnreadablePath, match=r"missing\.py: no such file or directory"):
        read(tmp_path / "missing.py")
    with pytest.raises(UnreadablePath, match="is a directory"):
        read(tmp_path)


def test_file_that_is_too_large(tmp_path: Path) -> None:
    path = tmp_path / "net.py"
    with path.open("wb") as file:
        file.truncate(65 * 1024 * 1024)
    with pytest.raises(UnreadableSource, match="larger than 64 MiB"):
        read(path)


def test_rows() -> None:
    source = from_text("a\r\nb\rc\n\x0cd\x85e\n", "net.py")
    assert [source.line(row) for row in range(7)] == ["", "a", "b", "c", "\x0cd\x85e", "", ""]
    assert source.cell(1) is None


def test_standard_input_is_a_text() -> None:
    source = from_text("\ufeffx = 1  # noqa\n", "stdin.py")
    assert source.text == "x = 1  # noqa\n"
    assert len(source.suppressions) == 1


def test_everything_can_be_sent_to_another_process() -> None:
    source = from_text("x = '''\n'''  # noqa: CNN101\n", "net.py")
    assert source.noqa_row(1) == 2
    assert pickle.loads(pickle.dumps(source)) == source
    for error in (UnreadableSource("m", 2, 3), UnreadablePath("p", "r")):
        assert vars(pickle.loads(pickle.dumps(error))) == vars(error)
