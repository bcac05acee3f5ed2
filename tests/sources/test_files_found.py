"""Which files are linted for the paths that a user names."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from cnnlint.sources.errors import UnreadablePath
from cnnlint.sources.files import Excluded, discover


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = tmp_path / "project"
    root.mkdir()
    monkeypatch.chdir(root)
    return root


def make(*names: str) -> None:
    for name in names:
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_text("")


def found(*paths: str, excluded: Excluded | None = None, gitignore: bool = True, force: bool = False) -> list[str]:
    files = discover(paths, excluded=excluded, respect_gitignore=gitignore, force_exclude=force)
    return [path.as_posix() for path in files]


def named(*names: str) -> Excluded:
    return lambda path: path.name in names


def test_python_files_and_notebooks_sorted() -> None:
    make("b.py", "a/c.py", "a/b.ipynb", "a/.hidden/d.py", "stub.pyi", "readme.md", "py", "e.PY")
    assert found(".") == ["a/.hidden/d.py", "a/b.ipynb", "a/c.py", "b.py"]


def test_paths_begin_as_given(project: Path) -> None:
    make("src/a.py")
    assert found("src") == ["src/a.py"]
    assert found("./src/") == ["src/a.py"]
    assert found(str(project / "src")) == [(project / "src/a.py").as_posix()]
    assert found("../project/src") == ["../project/src/a.py"]


def test_each_file_once() -> None:
    make("src/a.py")
    assert found("src", ".", "src/a.py", "src/../src/a.py") == ["src/a.py"]


def test_named_file_is_taken_whatever_its_suffix() -> None:
    make("model", "src/a.pyi")
    assert found("model", "src/a.pyi") == ["model", "src/a.pyi"]


def test_excluded_folder_is_not_entered_and_excluded_file_not_taken() -> None:
    make("venv/lib/a.py", "src/venv/b.py", "src/c.py", "src/skip.py")
    asked: list[Path] = []

    def excluded(path: Path) -> bool:
        asked.append(path)
        return path.name in ("venv", "skip.py")

    assert found(".", excluded=excluded) == ["src/c.py"]
    assert all(path.is_absolute() for path in asked)
    assert not any("lib" in path.parts[-2:] for path in asked)


def test_what_is_named_is_linted_although_excluded() -> None:
    make("venv/a.py")
    assert found("venv/a.py", "venv", excluded=named("venv", "a.py")) == ["venv/a.py"]
    assert found("venv", excluded=named("venv")) == ["venv/a.py"]


def test_force_exclude_holds_for_what_is_named() -> None:
    make("venv/a.py", "b.py")
    assert found("venv", "b.py", excluded=named("venv"), force=True) == ["b.py"]
    assert found("venv/a.py", "b.py", excluded=named("a.py"), force=True) == ["b.py"]


def test_path_that_does_not_exist() -> None:
    with pytest.raises(UnreadablePath) as caught:
        found("missing/net.py")
    assert str(caught.value) == "missing/net.py: no such file or directory"
    Path("link.py").symlink_to("nowhere.py")
    with pytest.raises(UnreadablePath, match=r"link\.py: broken symbolic link"):
        found("link.py")


# --- links ------------------------------------------------------------------------------------------------------------


def test_loop_of_folders_ends() -> None:
    make("a/b/c.py")
    Path("a/b/up").symlink_to("../..", target_is_directory=True)
    Path("a/self").symlink_to("self")
    assert found(".") == ["a/b/c.py"]
    assert found("a") == ["a/b/c.py"]


def test_linked_folder_outside_is_followed() -> None:
    make("../other/x.py")
    Path("linked").symlink_to("../other", target_is_directory=True)
    assert found(".") == ["linked/x.py"]


def test_file_is_shown_by_its_own_name() -> None:
    make("z/real.py")
    Path("a.py").symlink_to("z/real.py")
    Path("b").symlink_to("z", target_is_directory=True)
    Path("broken.py").symlink_to("nowhere.py")
    assert found(".") == ["z/real.py"]


# --- what git ignores -------------------------------------------------------------------------------------------------


def ignore(folder: str, *patterns: str) -> None:
    Path(folder).mkdir(parents=True, exist_ok=True)
    Path(folder, ".gitignore").write_text("\n".join(patterns) + "\n")


def test_gitignore_of_the_folder() -> None:
    make("build/a.py", "src/build/b.py", "src/c.py", "generated.py", "src/generated.py", "out/d.py", "e_pb2.py")
    ignore(".", "# a comment", "build/", "/generated.py", "out", "*_pb2.py")
    assert found(".") == ["src/c.py", "src/generated.py"]
    assert len(found(".", gitignore=False)) == 7


def test_nested_gitignore_wins_over_the_ones_above() -> None:
    make("src/a.py", "src/keep.py", "src/deep/keep.py", "src/deep/b.py", "keep.py")
    ignore(".", "keep.py")
    ignore("src", "!keep.py", "b.py")
    assert found(".") == ["src/a.py", "src/deep/keep.py", "src/keep.py"]


def test_file_in_an_ignored_folder_cannot_come_back() -> None:
    make("data/keep.py")
    ignore(".", "data/", "!data/keep.py")
    assert found(".") == []


def test_rules_above_hold_inside_a_repository() -> None:
    make("src/a.py", "src/skip.py", "src/local.py")
    Path(".git/info").mkdir(parents=True)
    Path(".git/info/exclude").write_text("local.py\n")
    ignore(".", "skip.py")
    assert found("src") == ["src/a.py"]


def test_rules_above_say_nothing_outside_a_repository() -> None:
    make("src/skip.py")
    ignore(".", "skip.py")
    assert found("src") == ["src/skip.py"]


def test_named_folder_that_git_ignores_is_linted() -> None:
    make("build/a.py", "build/skip.py", "skip.py")
    Path(".git").mkdir()
    ignore(".", "build/", "skip.py")
    ignore("build", "skip.py")
    assert found("build") == ["build/a.py"]
    assert found("skip.py") == ["skip.py"]


def test_line_that_is_no_pattern_is_passed_over() -> None:
    make("a.py", "b.py")
    ignore(".", "!", "b.py")
    assert found(".") == ["a.py"]


@pytest.mark.parametrize("with_ignores", [False, True])
def test_pattern_library_is_imported_only_where_needed(*, with_ignores: bool) -> None:
    make("a.py")
    if with_ignores:
        ignore(".", "b.py")
    code = "import sys; from cnnlint.sources.files import discover; discover(['.']); print('pathspec' in sys.modules)"
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment)
    assert run.stdout.strip() == str(with_ignores)
