"""Installed packages are read as text where an environment is named or switched on."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from click.testing import CliRunner

from cnnlint.cli import app

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

PACKAGE = """
import torch.nn as nn
def head(width, classes): return nn.Linear(width, classes)
"""
MODEL = """
import torch.nn as nn
from blocks_of_others import head
net = nn.Sequential(nn.Flatten(), head(12, 5))
"""


def parameters(tmp_path: Path, *options: str) -> int | None:
    done = CliRunner().invoke(
        app, ["summary", str(tmp_path / "net.py"), "--output-format", "json", "--no-cache", *options]
    )
    total: int | None = json.loads(done.output)["models"][0]["params"]["total"]
    return total


def environment(tmp_path: Path) -> Path:
    package = tmp_path / "env/lib/python3.11/site-packages/blocks_of_others"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text(PACKAGE, encoding="utf-8")
    (tmp_path / "env/bin").mkdir()
    (tmp_path / "env/bin/python").touch()
    (tmp_path / "net.py").write_text(MODEL, encoding="utf-8")
    return tmp_path / "env"


def test_a_named_interpreter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("VIRTUAL_ENV", raising=False)
    env = environment(tmp_path)
    assert parameters(tmp_path) is None
    assert parameters(tmp_path, "--python", str(env / "bin/python")) == 65
    assert parameters(tmp_path, "--python", str(env)) == 65


def test_the_active_environment_unless_isolated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VIRTUAL_ENV", str(environment(tmp_path)))
    assert parameters(tmp_path) == 65
    assert parameters(tmp_path, "--isolated") is None
