"""Runs the command in this process and gives what a user sees."""

from __future__ import annotations

import io
import signal
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from cnnlint.cli import run

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

BROKEN = """\
import torch
from torch import nn

model = nn.Sequential(nn.Conv2d(3, 8, 3), nn.Conv2d(4, 8, 3))
model(torch.zeros(1, 3, 8, 8))
"""
GOOD = """\
from torch import nn

model = nn.Sequential(nn.Conv2d(3, 8, 3), nn.Flatten(), nn.Linear(8 * 6 * 6, 10))
"""


@dataclass(frozen=True)
class Result:
    status: int
    out: str
    err: str


@pytest.fixture
def interruptible() -> Iterator[None]:
    """Lets Ctrl-C reach commands that are started: where the tests run in the background, it may be ignored."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to stand in."""
    monkeypatch.chdir(tmp_path)
    for name in ("NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


@pytest.fixture
def cnnlint(
    project: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Result]:
    """The command; `standard_input` is what it reads there."""
    del project

    def command(*arguments: str, standard_input: str = "") -> Result:
        stream = io.TextIOWrapper(io.BytesIO(standard_input.encode()), encoding="utf-8")
        monkeypatch.setattr(sys, "stdin", stream)
        status = run(arguments)
        out, err = capsys.readouterr()
        return Result(status, out, err)

    return command


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--renew", action="store_true", help="write the snapshots of reports anew")
