"""Running something once for all of its turns: what one time step costs is charged for every one of them."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cnnlint.engine.dimension import Dim
    from cnnlint.interpreter.machine import Machine
    from cnnlint.interpreter.trace import Application


@contextmanager
def repeated(machine: Machine, times: Dim) -> Iterator[None]:
    """Count the MACs of what is done inside `times` times."""
    application = machine.application
    if application is None:
        yield
        return
    before, children = application.macs, len(application.children)
    yield
    if application.macs is not None and before is not None:
        application.macs = before + (application.macs - before) * times
    for child in application.children[children:]:
        _multiply(child, times)


def _multiply(application: Application, times: Dim) -> None:
    if application.macs is not None:
        application.macs = application.macs * times
    for child in application.children:
        _multiply(child, times)
