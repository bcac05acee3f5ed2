"""What is shipped: every file of the tree is in the wheel, nothing else is, and it runs."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

TREE = Path(__file__).parent.parent
CODE = {".py", ".json", ".typed"}


def tree_files() -> set[str]:
    """The files of the tree as the wheel should name them."""
    found = set()
    for folder, package in ((TREE / "cnnlint", "cnnlint"), (TREE / "rules", "cnnlint_rules")):
        for path in folder.rglob("*"):
            if path.suffix in CODE and "__pycache__" not in path.parts:
                found.add(f"{package}/{path.relative_to(folder).as_posix()}")
    return found


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel that was built before, or one that is built now."""
    if given := os.environ.get("CNNLINT_WHEEL"):
        return Path(given)
    folder = tmp_path_factory.mktemp("wheel")
    tree = folder / "tree"  # a copy: what an earlier build left behind must not come along
    shutil.copytree(TREE, tree, ignore=shutil.ignore_patterns(".*", "build", "dist", "*.egg-info", "__pycache__"))
    command = [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "--wheel-dir", str(folder), str(tree)]
    subprocess.run(command, check=True, capture_output=True)
    return next(folder.glob("*.whl"))


def test_the_wheel_holds_the_tree(wheel: Path) -> None:
    names = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    assert names == tree_files()


def test_the_wheel_names_its_rules_and_its_command(wheel: Path) -> None:
    archive = zipfile.ZipFile(wheel)
    name = next(name for name in archive.namelist() if name.endswith("entry_points.txt"))
    text = archive.read(name).decode()
    assert "[cnnlint.rules]\nCNN = cnnlint_rules" in text
    assert "cnnlint = cnnlint.cli:main" in text


def test_the_wheel_has_the_licence(wheel: Path) -> None:
    assert any(name.endswith("licenses/LICENSE") for name in zipfile.ZipFile(wheel).namelist())


def test_no_dependency_has_an_upper_pin() -> None:
    text = (TREE / "pyproject.toml").read_text(encoding="utf-8")
    dependencies = text.partition("dependencies = [")[2].partition("]")[0]
    assert "click>=" in dependencies
    for line in dependencies.splitlines():
        requirement = line.strip().strip('",').partition(";")[0]
        assert "<" not in requirement
        assert "==" not in requirement
        assert "~=" not in requirement
