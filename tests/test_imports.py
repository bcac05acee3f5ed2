"""What a run does not need, it does not import."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

SEED = Path(__file__).parent.parent / "fixtures" / "seeds" / "cats_vs_dogs.py"
HEAVY = {"libcst", "rich", "pathspec", "importlib.metadata", "concurrent.futures", "tokenize", "difflib", "markdown_it"}


def imported(folder: Path, *arguments: str) -> set[str]:
    """The modules that a run of cnnlint has imported when it ends."""
    code = (
        "import sys\nfrom cnnlint.cli import run\nstatus = run(sys.argv[1:])\n"
        "print('\\n'.join(sorted(sys.modules)), file=sys.stderr)\nsys.exit(status)"
    )
    command = [sys.executable, "-c", code, *arguments]
    environment = {"PYTHONPATH": str(Path(__file__).parent.parent), "PATH": ""}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode in (0, 1), done.stderr
    return set(done.stderr.splitlines())


def test_a_version_takes_next_to_nothing(tmp_path: Path) -> None:
    modules = imported(tmp_path, "--version")
    assert (
        not {name for name in modules if name.startswith("cnnlint.")}
        - {"cnnlint.cli", "cnnlint.settings.errors"}
        - {
            "cnnlint.settings",
            "cnnlint.version",
        }
    )


def test_libcst_is_imported_for_a_text_that_is_not_in_the_cache(tmp_path: Path) -> None:
    arguments = ("check", "--isolated", str(SEED))
    assert "libcst" in imported(tmp_path, *arguments)
    assert not imported(tmp_path, *arguments) & (HEAVY - {"tokenize"})


def test_a_run_over_other_files_needs_no_framework_tables(tmp_path: Path) -> None:
    (tmp_path / "util.py").write_text("x = 1\n", encoding="utf-8")
    modules = imported(tmp_path, "check", ".")
    assert "cnnlint.evaluation" not in modules
    assert "cnnlint.frameworks" not in modules


@pytest.mark.parametrize("arguments", [("check", str(SEED)), ("summary", str(SEED))])
def test_no_framework_is_ever_imported(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    assert not imported(tmp_path, *arguments) & {"keras", "tensorflow", "torch", "numpy"}
