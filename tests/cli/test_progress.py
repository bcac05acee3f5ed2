"""A long run shows how far it has come, on a terminal only."""

from __future__ import annotations

import io

from cnnlint.cli.progress import Progress


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
