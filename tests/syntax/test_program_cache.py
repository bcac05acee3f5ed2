from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from cnnlint.syntax import cache
from cnnlint.syntax.cache import cached_lower, names_a_framework
from cnnlint.syntax.faults import SyntaxFault
from cnnlint.syntax.lower import lower

TEXT = (
    Path(__file__).with_name("grammar.txt").read_text(encoding="utf-8")
    + "\nx = [b'a', 'a', 1, 1.0, True, None, 1e999, 2**64]"
)


def stored(directory: Path) -> list[Path]:
    return [path for path in (directory / "programs").rglob("*") if path.is_file()]


@pytest.fixture
def unparsed(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(text: str) -> None:
        raise AssertionError(text)

    monkeypatch.setattr(cache, "_lower", refuse)


def test_without_a_directory_nothing_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert cached_lower(TEXT, None) == lower(TEXT)
    assert list(tmp_path.iterdir()) == []


def test_second_time_does_not_parse(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    first = cached_lower(TEXT, tmp_path / "cache")
    request.getfixturevalue("unparsed")
    assert cached_lower(TEXT, tmp_path / "cache") == first


def test_second_time_does_not_import_the_parser(tmp_path: Path) -> None:
    cached_lower("x = 1", tmp_path)
    code = (
        "import sys, pathlib; from cnnlint.syntax.cache import cached_lower;"
        f"cached_lower('x = 1', pathlib.Path({str(tmp_path)!r})); print('libcst' in sys.modules)"
    )
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment)
    assert run.stdout.strip() == "False"


def test_directory_is_marked_as_a_cache(tmp_path: Path) -> None:
    cached_lower("x = 1", tmp_path / "a" / "cache")
    assert (tmp_path / "a" / "cache" / "CACHEDIR.TAG").read_text().startswith("Signature: 8a477f597d28d172789f0688")
    assert (tmp_path / "a" / "cache" / ".gitignore").read_text() == "*\n"


@pytest.mark.parametrize("damage", ["cut", "flipped", "empty", "foreign", "directory"])
def test_damaged_entry_is_parsed_anew(tmp_path: Path, damage: str) -> None:
    cached_lower(TEXT, tmp_path)
    (entry,) = stored(tmp_path)
    content = entry.read_bytes()
    if damage == "directory":
        entry.unlink()
        entry.mkdir()
    else:
        middle = len(content) // 2
        flipped = bytes([content[middle] ^ 1])
        entry.write_bytes(
            {
                "cut": content[:-1],
                "flipped": content[:middle] + flipped + content[middle + 1 :],
                "empty": b"",
                "foreign": b"\x80\x04K\x01.",
            }[damage]
        )
    assert cached_lower(TEXT, tmp_path) == lower(TEXT)
    assert damage == "directory" or entry.read_bytes() == content


def test_another_release_does_not_use_the_entry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cached_lower(TEXT, tmp_path)
    monkeypatch.setattr(cache, "VERSION", "0.0.0")
    cached_lower(TEXT, tmp_path)
    assert len(stored(tmp_path)) == 2


def test_directory_that_cannot_be_written_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert cached_lower("x = 1", tmp_path / "file" / "cache") == lower("x = 1")


def test_faults_are_raised_and_not_kept(tmp_path: Path) -> None:
    with pytest.raises(SyntaxFault):
        cached_lower("x = (", tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_program_that_cannot_be_stored_is_still_returned(tmp_path: Path) -> None:
    assert cached_lower("x = '\\ud800'", tmp_path) == lower("x = '\\ud800'")
    assert list(tmp_path.iterdir()) == []


def test_no_draft_is_left_behind(tmp_path: Path) -> None:
    for number in range(5):
        cached_lower(f"x = {number}", tmp_path)
    assert len(stored(tmp_path)) == 5


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("import torch.nn as nn", True),
        ("from tensorflow import keras", True),
        ("from keras import layers", True),
        ("import pytorch_lightning", True),
        ("import timm", True),
        ("import numpy\nlayers = []", False),
        ("", False),
    ],
)
def test_names_a_framework(text: str, *, named: bool) -> None:
    assert names_a_framework(text) is named
