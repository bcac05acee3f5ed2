"""`--watch`: lint again whenever a file changes, by looking at times of change now and then."""

from __future__ import annotations

import contextlib
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn, TypeAlias

import click

from cnnlint.settings.discovery import OWN_NAMES, PYPROJECT
from cnnlint.settings.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Callable

    from cnnlint.cli.run import Run

INTERVAL = 0.5
"""Seconds between two looks, at the least: in a large tree, looking takes a tenth of the time."""
SHARE = 10
CLEAR = "\033[2J\033[3J\033[H"

Signs: TypeAlias = "dict[str, tuple[int, int] | None]"
"""What tells a file from a later state of it: its time of change and its size; None where it cannot be had."""


def watch(run: Callable[[], Run], wait: Callable[[float], object] = time.sleep) -> NoReturn:
    """Lint until the user has enough (KeyboardInterrupt). `run` reads the settings anew each time."""
    before: Signs | None = None
    while True:
        started = time.monotonic()
        signs = _signs(run)
        looking = time.monotonic() - started
        if signs != before:
            _lint(run, "Starting to watch." if before is None else "A file has changed.")
            before = signs
        wait(max(INTERVAL, SHARE * looking))


def _lint(run: Callable[[], Run], why: str) -> None:
    if sys.stdout.isatty():
        click.echo(CLEAR, nl=False, color=True)
    click.echo(f"[{time.strftime('%H:%M:%S')}] {why}", err=True)
    try:
        run().check()
    except (ConfigurationError, click.ClickException) as error:  # it may be mended while one watches
        click.echo(f"error: {error}", err=True)
    click.echo("Watching for changes; Ctrl-C ends it.", err=True)
    sys.stdout.flush()


def _signs(run: Callable[[], Run]) -> Signs:
    """The state of all files that are linted and of the configuration above them."""
    files: list[Path] = []
    with contextlib.suppress(ConfigurationError):
        files = run().files[0]
    folders = {Path.cwd(), *(file.absolute().parent for file in files)}
    above = {each for folder in folders for each in (folder, *folder.parents)}
    configurations = [folder / name for folder in sorted(above) for name in (*OWN_NAMES, PYPROJECT)]
    return {str(path): _sign(path) for path in (*files, *configurations)}


def _sign(path: Path) -> tuple[int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size
