"""Progress bars around what is iterated over: `tqdm`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.engine.errors import Undetermined
from cnnlint.interpreter.library import Library

if TYPE_CHECKING:
    from cnnlint.interpreter.machine import Machine
    from cnnlint.interpreter.values import Value

LIBRARY = Library("tqdm")


@LIBRARY.function(
    *("tqdm.tqdm", "tqdm.auto.tqdm", "tqdm.notebook.tqdm", "tqdm.std.tqdm", "tqdm.autonotebook.tqdm"),
    *("tqdm.tqdm_notebook", "tqdm.asyncio.tqdm"),
)
def tqdm(machine: Machine, iterable: Value = None, *args: Value, **kwargs: Value) -> Value:
    """`tqdm(iterable)`: what it iterates over."""
    if iterable is None:
        raise Undetermined("a progress bar without an iterable")
    return iterable


@LIBRARY.function("tqdm.trange", "tqdm.auto.trange", "tqdm.notebook.trange")
def trange(machine: Machine, *args: Value, **kwargs: Value) -> Value:
    """`trange(n)`: the range."""
    if args and all(isinstance(each, int) for each in args):
        return range(*args)
    raise Undetermined("the bounds of a range are not known")
