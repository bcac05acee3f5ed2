"""`for` and `while`: run while their turns are known, looked at once where they are not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.engine.errors import Undetermined
from cnnlint.interpreter import iteration
from cnnlint.interpreter.assignment import assign_target
from cnnlint.interpreter.frame import BREAK, Frame, Jump, Return, Signal
from cnnlint.interpreter.journal import Joiner
from cnnlint.interpreter.values import Unknown, Value

if TYPE_CHECKING:
    from collections.abc import Callable

    from cnnlint.interpreter.machine import Machine
    from cnnlint.syntax import program as p

MAX_TURNS = 20_000
"""Turns that one loop may take."""
LONG_LOOP = 40
"""Loops of more turns than this are given up once they cost more than `LOOP_STEPS`."""
LOOP_STEPS = 150_000


def for_(machine: Machine, node: p.For, frame: Frame) -> Signal:
    """A loop over known elements is run; over unknown ones its body is looked at once, as something that may happen."""
    source = machine.evaluate(node.iterable, frame)
    try:
        items = machine.elements(source)
    except Undetermined as why:
        frame.at = node.at
        first = iteration.first_of(machine, source)
        if first is None:
            item = Unknown(why.reason, machine.place, opaque=not isinstance(source, range))
            item.among = source.among if isinstance(source, Unknown) else ()
            return _perhaps(machine, node, item, why.reason, frame, any_turn=True)
        return _perhaps(machine, node, first[0], why.reason, frame, sure=first[1].sure)
    budget = machine.steps - LOOP_STEPS
    for turn, item in enumerate(items):
        if turn >= MAX_TURNS or (turn > LONG_LOOP and machine.steps < budget):
            return _give_up(machine, node, item, frame)
        assign_target(machine, node.target, item, frame)
        signal = machine.execute(node.body, frame)
        if signal is BREAK:
            return None
        if isinstance(signal, Return):
            return signal
    return machine.execute(node.orelse, frame)


def _perhaps(
    machine: Machine,
    node: p.For,
    item: Value,
    reason: str,
    frame: Frame,
    *,
    sure: bool = False,
    any_turn: bool = False,
) -> Signal:
    """Run the body once, as something that may happen; if `sure`, as a first turn that certainly does.

    If `any_turn`, the item is that of whichever turn.
    """

    def once() -> Signal:
        machine.uncertain -= sure
        try:
            assign_target(machine, node.target, item, frame)
            signal = machine.execute(node.body, frame)
        finally:
            machine.uncertain += sure
        return None if isinstance(signal, Jump) else signal

    signal = _repeated(machine, frame, once, reason, any_turn=any_turn)
    return signal if signal is not None else machine.execute(node.orelse, frame)


def _repeated(
    machine: Machine, frame: Frame, once: Callable[[], Signal], reason: str, *, any_turn: bool = False
) -> Signal:
    """A turn that may happen; and another one if it fills lists, for what its elements look like in further turns.

    Faults that are met under a condition, which may be false in the first turn, are told if the other turn has them
    too: it starts from what is left of the first one's state.
    """
    before, outer = (machine.filled, machine.left_out), machine.any_turn
    if any_turn and outer is None:
        machine.any_turn = machine.uncertain + 1
    try:
        signal = machine.fork(frame, [once, lambda: None], reason)
    finally:
        machine.any_turn = outer
    if signal is None and (machine.filled, machine.left_out) != before:
        signal = machine.fork(frame, [once, lambda: None], reason)
    return signal


def _give_up(machine: Machine, node: p.For, item: Value, frame: Frame) -> Signal:
    """What one more turn changes is not known after a loop that is too long to follow."""
    reason = "the loop is too long to follow"

    def once() -> None:
        assign_target(machine, node.target, item, frame)
        machine.execute(node.body, frame)

    joiner = Joiner(reason, machine.place_in(frame, node.at))
    before = machine.filled
    machine.merge([{}, machine.tried(once)[1]], joiner)
    if machine.filled != before:
        item = Unknown(reason, machine.place, opaque=not isinstance(item, int | float | str))
        machine.merge([{}, machine.tried(once)[1]], joiner)
    return None


def while_(machine: Machine, node: p.While, frame: Frame) -> Signal:
    """A loop while the test is known to hold; once, as something that may happen, where it is not known."""
    budget = machine.steps - LOOP_STEPS
    for _ in range(MAX_TURNS):
        test = machine.evaluate(node.test, frame)
        truth = machine.truth(test)
        if truth is False:
            return machine.execute(node.orelse, frame)
        if truth is None or machine.steps < budget:
            reason = test.reason if isinstance(test, Unknown) else "the loop is too long to follow"
            return _perhaps_while(machine, node, reason, frame)
        signal = machine.execute(node.body, frame)
        if signal is BREAK:
            return None
        if isinstance(signal, Return):
            return signal
    return _perhaps_while(machine, node, "the loop is too long to follow", frame)


def _perhaps_while(machine: Machine, node: p.While, reason: str, frame: Frame) -> Signal:
    def once() -> Signal:
        signal = machine.execute(node.body, frame)
        return None if isinstance(signal, Jump) else signal

    return _repeated(machine, frame, once, reason)
