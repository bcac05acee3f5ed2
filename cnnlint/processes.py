"""Lints many files in several processes; they are spawned, so that nothing of this one leaks into them."""

from __future__ import annotations

import signal
import threading
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import active_children, get_context
from typing import TYPE_CHECKING

from cnnlint.checking import Checked, Texts, cache_of, check_file, judge_of
from cnnlint.settings.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from cnnlint.settings.settings import Settings
    from cnnlint.sources.errors import UnreadablePath

TURNS = 8
"""Portions for each process: enough that none is left waiting for long."""
LARGEST = 32


def in_processes(
    groups: Sequence[tuple[Settings, list[Path]]], *, cached: bool, jobs: int
) -> Iterator[Checked | UnreadablePath]:
    """A result for each file, in order. Raises ConfigurationError where a process does not come to its end."""
    total = sum(len(paths) for _, paths in groups)
    size = max(1, min(LARGEST, total // (jobs * TURNS)))
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
        with _deaf_to_interrupts():
            waiting = [
                pool.submit(_check, settings, paths[start : start + size], cached)
                for settings, paths in groups
                for start in range(0, len(paths), size)
            ]
        try:
            for portion in waiting:
                yield from portion.result()
        except BrokenProcessPool:
            message = "a process was ended from outside, perhaps for want of memory; --jobs 1 needs the least"
            raise ConfigurationError(message) from None
        except BaseException:  # Ctrl-C above all: nobody waits for what was begun
            pool.shutdown(wait=False, cancel_futures=True)
            for process in active_children():
                process.terminate()
            raise


@contextmanager
def _deaf_to_interrupts() -> Iterator[None]:
    """Let processes that start here ignore Ctrl-C, which a terminal sends to all: this one ends the others."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _check(settings: Settings, paths: list[Path], cached: bool) -> list[Checked | UnreadablePath]:
    judge = judge_of(settings)
    cache = cache_of(settings, cached=cached)
    return [check_file(path, judge, cache, Texts()) for path in paths]
