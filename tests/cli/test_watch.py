"""`check --watch`: lints again when a file, or what is configured, changes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from cnnlint.cli import run, watch
from tests.conftest import BROKEN, GOOD

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import Result

    Command = Callable[..., Result]


def watched(monkeypatch: pytest.MonkeyPatch, *turns: Callable[[], object]) -> None:
    """Watch, with something done after each look, until all is done."""
    waiting = list(turns)

    def wait(_seconds: float) -> None:
        if not waiting:
            raise KeyboardInterrupt
        waiting.pop(0)()

    original = watch.watch
    monkeypatch.setattr(watch, "watch", lambda make: original(make, wait))
    with pytest.raises(KeyboardInterrupt):
        run(["--watch", "--no-cache", "--output-format", "concise"])


def test_each_change_is_linted_once(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    net = project / "net.py"
    net.write_text(GOOD, encoding="utf-8")
    watched(
        monkeypatch,
        lambda: None,
        lambda: net.write_text(BROKEN, encoding="utf-8"),
        lambda: None,
        lambda: (project / "other.py").write_text(BROKEN, encoding="utf-8"),
        lambda: (project / "cnnlint.toml").write_text('ignore = ["CNN103"]\n', encoding="utf-8"),
        lambda: (project / "cnnlint.toml").write_text("ignores = 1\n", encoding="utf-8"),
        (project / "cnnlint.toml").unlink,
        net.unlink,
    )
    out, err = capsys.readouterr()
    verdicts = [line for line in out.splitlines() if line.startswith(("All", "Found"))]
    passed = "All checks passed!"
    assert verdicts == [passed, "Found 1 error.", "Found 2 errors.", passed, "Found 2 errors.", "Found 1 error."]
    assert err.count("A file has changed.") == 6
    assert "unknown key `ignores`; did you mean `ignore`?" in err
    assert "\033" not in out


@pytest.mark.parametrize("other", ["--show-files", "--add-noqa", "--write-baseline", "--diff", "-"])
def test_what_cannot_be_watched(cnnlint: Command, other: str) -> None:
    result = cnnlint("check", "--watch", other)
    assert result.status == 2
    assert result.err.startswith("error: --watch ")


@pytest.mark.usefixtures("interruptible")
def test_in_a_process_of_its_own(project: Path) -> None:
    net = project / "net.py"
    net.write_text(GOOD, encoding="utf-8")
    command = [sys.executable, "-m", "cnnlint", "check", "--watch", "--no-cache"]
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "All checks passed!\n"
        time.sleep(0.1)
        net.write_text(BROKEN, encoding="utf-8")
        assert process.stdout.readline().startswith("CNN103 ")
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=20)
    assert process.returncode == 130
