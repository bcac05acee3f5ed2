"""Revisions read from git, those of hostile repositories too; which files may import which."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

import pytest

from cnnlint.sources.git import Entry, GitError, Repository, blob_name
from cnnlint.sources.imports import dependents
from tests.cli.history import commit, git, repository, write

if TYPE_CHECKING:
    from pathlib import Path


def test_a_revision_is_written_out(tmp_path: Path) -> None:
    repository(tmp_path)
    files: dict[str, str | None] = {"a.py": "a", "deep/er/b.py": "b\r\n", "same.py": "a", "empty.py": "", "ü\n.py": "c"}
    commit(tmp_path, "one", files)
    commit(tmp_path, "two", {"a.py": "changed"})
    found = Repository.around(tmp_path / "deep")
    assert found.top == tmp_path
    entries = found.entries(found.commit("one"))
    assert set(entries) == set(files)
    room = tmp_path / "room"
    room.mkdir()
    found.write_out(entries, room)
    assert {path: (room / path).read_bytes().decode() for path in files} == files
    assert (tmp_path / "a.py").read_text(encoding="utf-8") == "changed"


@pytest.mark.parametrize("form", ["sha1", "sha256"])
def test_names_of_contents(tmp_path: Path, form: str) -> None:
    git(tmp_path, "init", "-q", f"--object-format={form}", ".")
    commit(tmp_path, "one", {"a.py": "text\n"})
    found = Repository.around(tmp_path)
    name = found.entries(found.commit("HEAD"))["a.py"].name
    assert blob_name(b"text\n", name) == name
    assert blob_name(b"other\n", name) != name


def tree_of(folder: Path, *entries: tuple[str, str, str]) -> str:
    """A commit with a tree made by hand: of mode, path and content."""
    lines = b""
    for mode, path, content in entries:
        name = subprocess.run(
            ["git", "hash-object", "-w", "--stdin"], cwd=folder, input=content.encode(), capture_output=True, check=True
        ).stdout.decode()
        lines += f"{mode} {path}\0".encode() + bytes.fromhex(name.strip())
    tree = subprocess.run(
        ["git", "hash-object", "-w", "-t", "tree", "--literally", "--stdin"],
        cwd=folder,
        input=lines,
        capture_output=True,
        check=True,
    ).stdout.decode()
    return git(folder, "commit-tree", "-m", "hostile", tree.strip()).strip()


def test_no_path_leads_out(tmp_path: Path) -> None:
    """Neither a name of two dots, nor a folder that is a link at the same time, nor a chain of links."""
    work = tmp_path / "work"
    work.mkdir()
    repository(work)
    outside = tmp_path / "outside"
    outside.mkdir()
    hostile = tree_of(
        work,
        ("100644", "../escaped.py", "x"),
        ("100644", "..", "x"),
        ("100644", ".git/hooks/post-checkout", "x"),
        ("100644", "fine.py", "x = 1\n"),
        ("120000", "folder", str(outside)),
        ("100644", "folder/inside.py", "x"),
        ("120000", "link.py", "fine.py"),
        ("120000", "loop.py", "loop.py"),
        ("120000", "up", ".."),
        ("120000", "via.py", "up/outside/secret.py"),
    )
    write(outside, {"secret.py": "secret"})
    found = Repository.around(work)
    room = tmp_path / "room"
    room.mkdir()
    found.write_out(found.entries(hostile), room)
    assert sorted(path.relative_to(room).as_posix() for path in room.rglob("*")) == [
        "fine.py",
        "folder",
        "folder/inside.py",
        "link.py",
    ]
    assert (room / "link.py").read_text(encoding="utf-8") == "x = 1\n"
    assert os.listdir(outside) == ["secret.py"]  # noqa: PTH208 - no links followed


def test_objects_that_are_gone(tmp_path: Path) -> None:
    repository(tmp_path)
    found = Repository(tmp_path)
    with pytest.raises(GitError, match="git cannot read 000000000000"):
        found.write_out({"a.py": Entry("100644", "0" * 40)}, tmp_path)


def test_histories_without_a_common_commit(tmp_path: Path) -> None:
    repository(tmp_path)
    commit(tmp_path, "one", {"a.py": "a"})
    git(tmp_path, "checkout", "-q", "--orphan", "other")
    commit(tmp_path, "two", {"a.py": "b"})
    found = Repository.around(tmp_path)
    with pytest.raises(GitError, match="have no history in common"):
        found.merge_base(found.commit("one"), found.commit("two"))


def test_a_repository_without_a_working_tree(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q", "--bare", ".")
    with pytest.raises(GitError, match="without a working tree"):
        Repository.around(tmp_path)


@pytest.mark.parametrize(
    ("text", "depends"),
    [
        ("import pkg.blocks", True),
        ("import os, pkg.blocks as b", True),
        ("from pkg import blocks", True),
        ("from pkg.blocks import (\n    a,\n    b,\n)", True),
        ("from pkg import (  # all of them\n    blocks,\n)", True),
        ("from pkg import a, \\\n    blocks", True),
        ("if True:\n    from .blocks import *", True),
        ("from . import blocks", True),
        ("import importlib\nb = importlib.import_module('pkg.blocks')", True),
        ("import middle", True),
        ("import pkg.other", False),
        ("blocks = 1", False),
        ("'blocks'", False),
    ],
)
def test_dependents(tmp_path: Path, text: str, depends: bool) -> None:
    files = {"pkg/__init__.py": "", "pkg/blocks.py": "", "middle.py": "import pkg.blocks", "pkg/net.py": text}
    write(tmp_path, files)
    assert ("pkg/net.py" in dependents({"pkg/blocks.py"}, files, tmp_path)) is depends


def test_a_package_is_meant_by_dots_alone(tmp_path: Path) -> None:
    files = {"pkg/__init__.py": "WIDTH = 8", "pkg/net.py": "from . import WIDTH", "net.py": "import os"}
    write(tmp_path, files)
    assert dependents({"pkg/__init__.py"}, files, tmp_path) == {"pkg/__init__.py", "pkg/net.py"}


def test_imports_of_a_notebook(tmp_path: Path) -> None:
    files = {"blocks.py": "", "explore.ipynb": '{\n "source": [\n  "from blocks import block\\n"\n ]\n}\n'}
    write(tmp_path, files)
    assert dependents({"blocks.py"}, files, tmp_path) == {"blocks.py", "explore.ipynb"}
