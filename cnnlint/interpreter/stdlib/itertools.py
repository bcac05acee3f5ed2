"""`itertools`, drawn at once; endless iterators give their first elements."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from cnnlint.engine.errors import Undetermined
from cnnlint.interpreter import operators
from cnnlint.interpreter.library import Library
from cnnlint.interpreter.values import Generator, HostFunction, Unknown, Value

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cnnlint.interpreter.machine import Machine

LIBRARY = Library("itertools")
MAX_DRAWN = 100_000
FIRST = 4096
"""Elements drawn of an endless iterator."""


def _endless(items: list[Value]) -> Generator:
    return Generator(items, Unknown("an endless iterator"))


@LIBRARY.function("itertools.chain")
def chain(machine: Machine, *iterables: Value) -> Value:
    """One after the other."""
    return _joined(machine, iterables)


def _joined(machine: Machine, iterables: Iterable[Value]) -> Generator:
    items: list[Value] = []
    for iterable in iterables:
        items += machine.elements(iterable)
        if len(items) > MAX_DRAWN:
            raise Undetermined("the iterator is too long to follow")
    return Generator(items)


def _from_iterable(machine: Machine, iterables: Value) -> Value:
    return _joined(machine, machine.elements(iterables))


LIBRARY.names["itertools.chain"].attrs["from_iterable"] = HostFunction("itertools.chain.from_iterable", _from_iterable)


@LIBRARY.function("itertools.product")
def product(machine: Machine, *iterables: Value, repeat: Value = 1) -> Value:
    """The Cartesian product."""
    rows = [machine.elements(iterable) for iterable in iterables]
    return _bounded(itertools.product(*rows, repeat=repeat if isinstance(repeat, int) and repeat < 16 else 1))


def _bounded(items: object) -> Generator:
    drawn = list(itertools.islice(items, 100_000))  # type: ignore[call-overload]
    return Generator(drawn)


@LIBRARY.function("itertools.repeat")
def repeat(machine: Machine, object: Value, times: Value = None) -> Value:
    """The same element again and again."""
    if isinstance(times, int):
        return Generator([object] * min(max(times, 0), 100_000))
    return _endless([object] * FIRST) if times is None else operators.unknown_of(times)


@LIBRARY.function("itertools.count")
def count(machine: Machine, start: Value = 0, step: Value = 1) -> Value:
    """Numbers without end."""
    if isinstance(start, int) and isinstance(step, int):
        return _endless([start + index * step for index in range(FIRST)])
    return operators.unknown_of(start, step)


@LIBRARY.function("itertools.cycle")
def cycle(machine: Machine, iterable: Value, /) -> Value:
    """The elements again and again."""
    items = machine.elements(iterable)
    return _endless((items * (FIRST // len(items) + 1))[:FIRST]) if items else Generator([])


@LIBRARY.function("itertools.islice")
def islice(machine: Machine, iterable: Value, /, *bounds: Value) -> Value:
    """A part of an iterator."""
    if not all(bound is None or isinstance(bound, int) for bound in bounds):
        return operators.unknown_of(*bounds)
    if isinstance(iterable, Generator) and iterable.unknown and iterable.items:
        return Generator(list(itertools.islice(iterable.items[iterable.position :], *bounds)))
    return Generator(list(itertools.islice(machine.elements(iterable), *bounds)))


@LIBRARY.function("itertools.accumulate")
def accumulate(machine: Machine, iterable: Value, func: Value = None, *, initial: Value = None) -> Value:
    """Running totals."""
    items = machine.elements(iterable)
    if initial is not None:
        items = [initial, *items]
    totals: list[Value] = []
    for item in items:
        if not totals:
            totals.append(item)
        elif func is None:
            totals.append(operators.binary(machine, "+", totals[-1], item))
        else:
            totals.append(machine.call(func, (totals[-1], item)))
    return Generator(totals)


@LIBRARY.function("itertools.zip_longest")
def zip_longest(machine: Machine, *iterables: Value, fillvalue: Value = None) -> Value:
    """`zip` filled up."""
    rows = [machine.elements(iterable) for iterable in iterables]
    return Generator(list(itertools.zip_longest(*rows, fillvalue=fillvalue)))


@LIBRARY.function("itertools.pairwise")
def pairwise(machine: Machine, iterable: Value, /) -> Value:
    """Neighbours."""
    items = machine.elements(iterable)
    return Generator(list(itertools.pairwise(items)))


@LIBRARY.function("itertools.combinations")
def combinations(machine: Machine, iterable: Value, r: Value) -> Value:
    """All choices of r elements."""
    return _bounded(itertools.combinations(machine.elements(iterable), r))


@LIBRARY.function("itertools.permutations")
def permutations(machine: Machine, iterable: Value, r: Value = None) -> Value:
    """All orders of r elements."""
    return _bounded(itertools.permutations(machine.elements(iterable), r))


@LIBRARY.function("itertools.starmap")
def starmap(machine: Machine, function: Value, iterable: Value, /) -> Value:
    """A function over rows of arguments."""
    return Generator([machine.call(function, tuple(machine.elements(row))) for row in machine.elements(iterable)])


@LIBRARY.function(
    "itertools.groupby",
    "itertools.tee",
    "itertools.takewhile",
    "itertools.dropwhile",
    "itertools.compress",
    "itertools.filterfalse",
)
def not_followed(machine: Machine, *args: Value, **kwargs: Value) -> Value:
    """Not followed: models do not use them."""
    return Unknown("this iterator is not followed", machine.place, opaque=True)
