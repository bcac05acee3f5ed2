"""A long run shows how far it has come, on a terminal only, and ends when one has enough of it."""

from __future__ import annotations

import io
import os
import pty
import re
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from cnnlint.cli.progress import Progress
from tests.conftest import BROKEN, GOOD

if TYPE_CHECKING:
    from pathlib import Path

COMMAND = [sys.executable, "-m", "cnnlint", "check", ".", "--no-cache", "--isolated", "--statistics"]


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_long_run_on_a_terminal() -> None:
    stream = Terminal()
    times = iter([0.0, 0.5, 1.5, 1.55, 2.0])
    progress = Progress(stream, lambda: next(times))
    for number in (100, 900, 950, 1200):
        progress(number, 2000)
    assert stream.getvalue() == "\r900 of 2,000 files\r1,200 of 2,000 files"
    progress.end()
    assert stream.getvalue().endswith("\r" + " " * len("1,200 of 2,000 files") + "\r")


def test_nothing_where_nobody_looks() -> None:
    stream = io.StringIO()
    times = iter([0.0, 5.0])
    progress = Progress(stream, lambda: next(times))
    progress(1, 2)
    progress.end()
    assert stream.getvalue() == ""


@pytest.fixture
def many(project: Path) -> Path:
    """A folder with more files than are linted within a second."""
    for number in range(500):
        (project / f"net{number}.py").write_text(
            f"{BROKEN if number % 50 == 0 else GOOD}# {number}\n", encoding="utf-8"
        )
    return project


def rest_of(terminal: int) -> bytes:
    """All that is still written to a terminal."""
    said = b""
    try:
        while part := os.read(terminal, 4096):
            said += part
    except OSError:  # how a terminal says that nobody writes to it any more
        os.close(terminal)
    return said


def on_a_terminal(command: list[str]) -> tuple[str, str]:
    """What a command writes to the standard error and output, each a terminal of its own."""
    ends = [pty.openpty() for _ in range(2)]
    with subprocess.Popen(command, stdout=ends[0][1], stderr=ends[1][1]) as process:
        for _, inner in ends:
            os.close(inner)
        texts = [rest_of(outer).decode() for outer, _ in reversed(ends)]
        assert process.wait(timeout=60) == 1
    return texts[0], texts[1]


def test_a_real_run_over_many_files(many: Path) -> None:
    del many
    error, output = on_a_terminal(COMMAND)
    steps = [int(done.replace(",", "")) for done in re.findall(r"\r([\d,]+) of 500 files", error)]
    assert steps == sorted(steps)
    assert steps
    assert re.fullmatch(r"(\r[\d,]+ of 500 files *)+\r +\r", error)
    assert "10\tCNN103\t[*] channel-mismatch" in output
    piped = subprocess.run(COMMAND, capture_output=True, text=True, check=False, timeout=60)
    assert (piped.returncode, piped.stderr) == (1, "")
    assert piped.stdout == output.replace("\r\n", "\n")


@pytest.mark.usefixtures("interruptible")
@pytest.mark.parametrize("jobs", ["1", "2"])
def test_ctrl_c_ends_a_run_at_once(many: Path, jobs: str) -> None:
    del many
    outer, inner = pty.openpty()
    with subprocess.Popen(
        [*COMMAND, "--jobs", jobs], stdout=subprocess.PIPE, stderr=inner, start_new_session=True
    ) as process:
        os.close(inner)
        said = os.read(outer, 4096)  # it has begun
        os.killpg(process.pid, signal.SIGINT)
        output, _ = process.communicate(timeout=20)
        said += rest_of(outer)
    assert (process.returncode, output) == (130, b"")
    assert re.fullmatch(rb"(\r\d+ of 500 files *)+\r +\r\r\n", said)
