"""The abstract machine: runs Programs with known, symbolic and unknown values.

It knows Python and no framework: libraries are handed to it as tables. It never imports or executes what it reads, and
every loop, recursion and allocation that the linted code drives has a limit.
"""

from __future__ import annotations

import sys
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from cnnlint.engine.errors import ShapeError, Undetermined
from cnnlint.engine.gathering import branch as branch_off
from cnnlint.engine.gathering import doubt
from cnnlint.interpreter import attributes, calls, expressions, iteration, operators, statements
from cnnlint.interpreter.builtin.exceptions import description, exception_class, new_exception
from cnnlint.interpreter.conditions import NOTHING, condition_of, require
from cnnlint.interpreter.frame import Frame, Hopeless, Jump, LimitReached, Return, Signal
from cnnlint.interpreter.journal import Joiner, Journal, restore, snapshot
from cnnlint.interpreter.trace import Application
from cnnlint.interpreter.values import (
    MISSING,
    ClassValue,
    Instance,
    ListValue,
    Many,
    ModuleValue,
    Raised,
    Scope,
    Unknown,
    Value,
)
from cnnlint.model import Fault, Place, Related, Use

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from cnnlint.engine.dimension import Dim
    from cnnlint.interpreter.cases import Cases
    from cnnlint.interpreter.importer import Importer
    from cnnlint.syntax.program import Expression, Span, Statement

OF_THE_SURROUNDINGS = frozenset(
    {
        *("SystemExit", "KeyboardInterrupt", "GeneratorExit", "StopIteration", "ImportError", "ModuleNotFoundError"),
        *("NameError", "UnboundLocalError", "OSError", "FileNotFoundError", "PermissionError", "MemoryError"),
    }
)
"""Exceptions that come from where a program runs, that end it as they should, or that other linters tell."""

UNCAUGHT = "uncaught-exception"
MAX_TWINS = 256
"""Lists that are looked at when one that may be another is changed."""
MAX_STEPS = 4_000_000


APPLICATION_STEPS = 40
"""What applying a layer costs besides: it is that much more work than a step."""
RECURSION = 12_000
"""Python's own recursion limit while a file is run: an interpreted call takes about ten of Python's."""


@contextmanager
def deep_recursion() -> Iterator[None]:
    """Let Python's own recursion go as deep as `calls.MAX_DEPTH` calls of the linted code need."""
    known = sys.getrecursionlimit()
    sys.setrecursionlimit(max(known, RECURSION))
    try:
        yield
    finally:
        sys.setrecursionlimit(known)


class Machine:
    """One run over a file and what it imports."""

    def __init__(self, importer: Importer, *, max_steps: int = MAX_STEPS, strict: bool = False) -> None:
        self.importer = importer
        self.strict = strict
        """Whether a defect of a host function is raised (in tests) instead of making its result unknown."""
        self.frames: list[Frame] = []
        self.journals: list[Journal] = []
        self.handlers: list[Callable[[str], bool]] = []
        """What encloses the running code: each tells whether it may catch an exception of a class."""
        self.uncertain = 0
        """How many conditions that are not known stand above the running code."""
        self.faults: dict[tuple[str, Place], Fault] = {}
        self.roots: dict[tuple[str, Place], Instance] = {}
        """The outermost layer that was being applied when a fault was met."""
        self.uses: dict[tuple[str, Place], Use] = {}
        self.applications: list[Application] = []
        self.application: Application | None = None
        self.built: list[Instance] = []
        """Instances in the order of their construction."""
        self.called: set[int] = set()
        """Identities of the function definitions that have been called."""
        self.steps = max_steps
        self.counters: dict[str, int] = {}
        self.versions: Mapping[str, tuple[int, ...]] = {}
        """The releases of libraries that the code is for, as far as they are stated."""
        self.imported: set[str] = set()
        """The top-level names of the libraries that the code imports."""
        self.cases: Cases | None = None
        """What takes conditions on sizes one way, while each is looked at on its own."""
        self.filled = 0
        """How often a list became one whose elements are told by examples."""
        self.any_turn: int | None = None
        """How many conditions stand above a loop's body that is run for whichever turn, from the state of the first."""
        self.left_out = 0
        """How many faults were met in it under further conditions, which that first turn may not fulfil."""
        self.probing = False
        """Whether what runs is tried only: it ends where it must fail."""
        self.callerless = False
        """Whether the running code is called by cnnlint only, with its defaults."""
        self.home: str = ""
        """The file that is being linted."""
        self.ended = False
        """Whether an exception has ended its run."""

    # --- running ------------------------------------------------------------------------------------------------------

    def evaluate(self, node: Expression, frame: Frame) -> Value:
        """The value of an expression."""
        return expressions.EVALUATORS[type(node)](self, node, frame)

    def execute(self, body: Sequence[Statement], frame: Frame) -> Signal:
        """Run a block of statements."""
        for node in body:
            self.step()
            signal = statements.EXECUTORS[type(node)](self, node, frame)
            if signal is not None:
                return signal
        return None

    def step(self) -> None:
        """Count a step.

        Raises:
            LimitReached: when the file has used up what it may.

        """
        self.steps -= 1
        if self.steps < 0:
            raise LimitReached

    def run_module(self, module: ModuleValue) -> None:
        """Run a file once: outside of whatever branch needs it, since its names are not that branch's."""
        if module.started or module.program is None:
            return
        module.started = True
        frame = Frame(module.scope, module)
        with self.apart():
            self.frames.append(frame)
            try:
                for node in module.program.body:
                    statements.top_level(self, node, frame)
            finally:
                self.frames.pop()

    @contextmanager
    def apart(self) -> Iterator[None]:
        """Run something that is no part of the branch, the model or the `try` that happens to need it."""
        kept = (self.journals, self.handlers, self.uncertain, self.application, self.applications)
        any_turn, self.any_turn = self.any_turn, None
        self.journals, self.handlers, self.uncertain, self.application, self.applications = [], [], 0, None, []
        try:
            yield
        finally:
            applications, self.any_turn = self.applications, any_turn
            self.journals, self.handlers, self.uncertain, self.application, self.applications = kept
            if self.application is None:
                self.applications.extend(applications)

    # --- places -------------------------------------------------------------------------------------------------------

    @property
    def place(self) -> Place:
        """Where the innermost running code of the linted files is."""
        if not self.frames:
            return Place(self.home, 1, 1, 1, 1)
        return self.place_in(self.frames[-1])

    @staticmethod
    def place_in(frame: Frame, at: Span | None = None) -> Place:
        """A span of the frame's file."""
        row, column, end_row, end_column = at or frame.at
        return Place(frame.module.filename, row, column, end_row, end_column)

    @property
    def stack(self) -> tuple[Place, ...]:
        """The places of the active calls, outermost first."""
        return tuple(self.place_in(frame) for frame in self.frames)

    # --- values -------------------------------------------------------------------------------------------------------

    def call(
        self,
        callee: Value,
        args: tuple[Value, ...] = (),
        kwargs: dict[str, Value] | None = None,
        rest: Unknown | None = None,
    ) -> Value:
        """Call a value; `rest` says that more arguments follow which are not known."""
        return calls.call(self, callee, args, {} if kwargs is None else kwargs, rest)

    def get(self, value: Value, name: str, default: Value = MISSING) -> Value:
        """The attribute `value.name`; Unknown, or the default if one is given, where there is none."""
        found = attributes.lookup(self, value, name)
        if found is not MISSING:
            return found
        return attributes.absent(self, value, name) if default is MISSING else default

    def find(self, value: Value, name: str) -> Value:
        """The attribute `value.name`, MISSING where there is none."""
        return attributes.lookup(self, value, name)

    def set(self, value: Value, name: str, new: Value) -> None:
        """`value.name = new`."""
        attributes.assign(self, value, name, new)

    def elements(self, value: Value) -> list[Value]:
        """The values that iterating gives.

        Raises:
            Undetermined: where they are not known.

        """
        return iteration.elements(self, value)

    def truth(self, value: Value) -> bool | None:
        """Whether a value counts as true; None if that is not known."""
        found = operators.truth(self, value)
        return self.cases.decide(value) if found is None and self.cases is not None else found

    def equal(self, left: Value, right: Value) -> bool | None:
        """Whether two values are equal; None if that is not known."""
        return operators.equal(self, left, right)

    def touch(self, thing: Any) -> None:
        """Note a mutable object before it is changed, so that a branch can be undone."""
        if type(thing) is ListValue and thing.twins:
            self._touch_twins(thing)
        if self.journals:
            self._note(thing)

    def _note(self, thing: Any) -> None:
        journal = self.journals[-1]
        if id(thing) not in journal.before and not (isinstance(thing, Scope | Instance) and thing.born is journal):
            journal.before[id(thing)] = (thing, snapshot(thing))

    def _touch_twins(self, changed: ListValue) -> None:
        """Lists that may be the one that is changed are not known any more."""
        waiting, seen = list(changed.twins), {id(changed)}
        while waiting and len(seen) < MAX_TWINS:
            twin = waiting.pop()
            if id(twin) in seen:
                continue
            seen.add(id(twin))
            waiting.extend(twin.twins)
            if self.journals:
                self._note(twin)
            twin.unknown = twin.unknown or Unknown("one of several lists was changed", self.place, opaque=True)

    @property
    def journal(self) -> Journal | None:
        """The journal of the branch that is running, if any."""
        return self.journals[-1] if self.journals else None

    def fresh(self, name: str) -> str:
        """An automatic name: `conv2d`, `conv2d_1`, …."""
        count = self.counters.get(name, 0)
        self.counters[name] = count + 1
        return f"{name}_{count}" if count else name

    # --- layers -------------------------------------------------------------------------------------------------------

    @contextmanager
    def apply(self, instance: Instance, args: tuple[Value, ...], kwargs: dict[str, Value]) -> Iterator[Application]:
        """Record one application of a layer; what is applied meanwhile becomes its children."""
        self.steps -= APPLICATION_STEPS
        self.step()
        parent = self.application
        application = Application(instance, args, kwargs, self.place, parent)
        application.uncertain = self.uncertain > 0
        if parent is None:
            self.touch(self.applications)
            self.applications.append(application)
        else:
            self.touch(parent)
            parent.children.append(application)
        self.application = application
        try:
            yield application
        finally:
            self.application = parent

    def add_macs(self, count: Dim) -> None:
        """Charge multiply-accumulates of the whole call, batch included, to the innermost application."""
        application = self.application
        if application is not None and application.macs is not None:
            self.touch(application)
            application.macs = application.macs + count

    # --- faults -------------------------------------------------------------------------------------------------------

    def throw(self, name: str, message: str, kind: str | None = None) -> Value:
        """Raise one of Python's exceptions in the linted program.

        `kind` is the fault's where nothing takes it; without one, what raises it may have been changed unseen.
        """
        value = new_exception(name, message)
        if kind is None:
            raise Raised(value)
        raise self.raised(value, ShapeError(kind, message))

    def raised(self, value: Value, error: ShapeError | None = None) -> Raised:
        """An exception of the linted program, with the fault that it is where nothing takes it."""
        if self.uncertain:
            return Raised(value)
        return Raised(value, self.fault(error or ShapeError(UNCAUGHT, description(value))))

    def uncaught(self, error: Raised) -> None:
        """Keep the first exception that ends the file's own run: what comes after it is not reached."""
        name = error.value.cls.name if isinstance(error.value, Instance) else None
        if error.fault is not None and name not in OF_THE_SURROUNDINGS and not self.ended:
            self.ended = True
            self.faults.setdefault((error.fault.kind, error.fault.place), error.fault)

    def fail(self, error: ShapeError) -> Value:
        """What the framework would raise: caught by the program, or recorded as a fault with an unknown result."""
        name = error.exception or "RuntimeError"
        if any(catches(name) for catches in reversed(self.handlers)):
            raise self.raised(new_exception(name, error.message), error)
        if self.callerless and error.kind == "bad-argument" and error.actual == "None":
            return Unknown("a default of None that a caller would replace", self.place, opaque=True)
        self.record(error)
        return Unknown(f"this call fails: {error.message}", self.place, opaque=True)

    def record(self, error: ShapeError) -> None:
        """Keep a fault, once for each kind and place, the certain one before the likely one.

        Raises:
            Hopeless: while something is tried, for a certain one.

        """
        if self.probing and self.uncertain == 0:
            raise Hopeless
        if self.any_turn is not None and self.uncertain > self.any_turn:
            self.left_out += 1
            return
        fault = self.fault(error)
        key = (fault.kind, fault.place)
        known = self.faults.get(key)
        if known is None or (fault.certain and not known.certain):
            self.faults[key] = fault
            if self.application is not None:
                self.roots[key] = self.application.root.instance
        elif fault.certain and self.application is not None and key in self.roots:
            also = self.application.root.instance.cls
            note = f"`{also.name}` fails here too: {fault.message}"
            if also is not self.roots[key].cls and fault.message != known.message and note not in known.notes:
                self.faults[key] = replace(known, notes=(*known.notes, note))

    def note_use(self, use: Use) -> None:
        """Keep what the code does with a model, once for each kind and place."""
        self.uses.setdefault((use.kind, use.place), replace(use, certain=use.certain and self.uncertain == 0))

    @property
    def own_place(self) -> Place | None:
        """The innermost place that runs in the linted code, not in a library's; None outside of any."""
        own = next((frame for frame in reversed(self.frames) if self.importer.is_linted(frame.module.filename)), None)
        return None if own is None else self.place_in(own)

    def fault(self, error: ShapeError) -> Fault:
        """Turn an error into a fault at the expression that fails, with the places that lead there."""
        own = [frame for frame in self.frames if self.importer.is_linted(frame.module.filename)] or self.frames
        place = getattr(error, "place", None) or (self.place_in(own[-1]) if own else self.place)
        related = []
        layer = self.application.instance if self.application is not None else None
        if layer is not None and layer.place is not None and layer.place != place:
            related.append(Related(f"`{layer.cls.name}` is built here", layer.place))
        for frame in reversed(own[:-1]):
            spot = self.place_in(frame)
            if spot != place and all(r.place != spot for r in related):
                related.append(Related("called from here", spot))
        return Fault(
            kind=error.kind,
            message=error.message,
            place=place,
            help=error.help,
            notes=error.notes,
            related=tuple(related[:8]),
            certain=self.uncertain == 0,
            layer=layer.cls.name if layer is not None else None,
            expected=error.expected,
            actual=error.actual,
        )

    def guarded(self, run: Callable[[], Value]) -> Value:
        """Run a piece of host code: what must fail is a fault, what cannot be told is unknown."""
        try:
            return run()
        except ShapeError as error:
            return self.fail(error)
        except Undetermined as why:
            return Unknown(why.reason, self.place, opaque=True)
        except (ArithmeticError, AssertionError, AttributeError, LookupError, TypeError, ValueError) as defect:
            if self.strict:
                raise
            return Unknown(f"cnnlint could not follow this ({type(defect).__name__})", self.place, opaque=True)

    # --- branches -----------------------------------------------------------------------------------------------------

    def fork(self, frame: Frame, branches: Sequence[Callable[[], Signal]], reason: str, test: Value = None) -> Signal:
        """Run every branch from the present state and keep what they agree on.

        A branch that raises is not taken; one that returns waits for the end of its function. With a `test`, the first
        of two branches is taken where it is true.
        """
        branch_off()
        condition = condition_of(test) if len(branches) == 2 else NOTHING
        joiner = Joiner(reason, self.place_in(frame), condition)
        joiner.numbers = test is not None
        live: list[tuple[Signal, dict[int, tuple[Any, Any]]]] = []
        raised: Raised | None = None
        failed: list[int] = []
        for index, branch in enumerate(branches):
            try:
                live.append(self.tried(branch))
            except Raised as error:
                raised = raised or error
                failed.append(index)
        if not live:
            assert raised is not None
            raise raised
        if raised is not None:
            require(test, truth=failed[0] == 1)
        if isinstance(live[0][0], Return) and not isinstance(live[-1][0], Return):
            joiner = joiner.turned()  # what was returned comes second, whenever it was
        if any(isinstance(signal, Jump) for signal, _ in live) and len({id(signal) for signal, _ in live}) > 1:
            joiner = Joiner(reason, joiner.place)  # the rest of the loop is run for both
            doubt("the end of a loop depends on a condition that is not known")
        returned = [(signal.value, after) for signal, after in live if isinstance(signal, Return)]
        going = [(signal, after) for signal, after in live if not isinstance(signal, Return)]
        if not going:
            self.merge([after for _, after in returned], joiner)
            value = returned[0][0]
            for other, _ in returned[1:]:
                value = joiner.values(value, other)
            return Return(value)
        if returned:
            frame.pending.extend((value, after, joiner) for value, after in returned)
            frame.uncertain += 1
            self.uncertain += 1
        self.merge([after for _, after in going], joiner)
        signals = {id(signal): signal for signal, _ in going}
        return next(iter(signals.values())) if len(signals) == 1 else None

    def tried(self, branch: Callable[[], Signal]) -> tuple[Signal, dict[int, tuple[Any, Any]]]:
        """Run something that may or may not happen; what it changed is undone, and told."""
        journal = Journal()
        self.journals.append(journal)
        self.uncertain += 1
        try:
            signal = branch()
            return signal, journal.after()
        finally:
            self.uncertain -= 1
            self.journals.pop()
            journal.undo()

    def merge(self, afters: Sequence[dict[int, tuple[Any, Any]]], joiner: Joiner) -> None:
        """Write back the joined states of all objects that any branch changed."""
        things = {key: thing for after in afters for key, (thing, _) in after.items()}
        for key, thing in things.items():
            now = snapshot(thing)
            states = [after[key][1] if key in after else now for after in afters]
            joined = states[0]
            for state in states[1:]:
                joined = joiner.states(thing, joined, state)
            self.touch(thing)
            restore(thing, joined)
            self.filled += isinstance(thing, ListValue) and isinstance(thing.unknown, Many)

    def finish(self, frame: Frame, value: Value, *, raised: bool = False) -> Value:
        """The value of a call whose body has ended, joined with the returns that may have come before."""
        self.uncertain -= frame.uncertain
        frame.uncertain = 0
        first = raised
        for other, after, joiner in frame.pending:
            value = other if first else joiner.values(value, other)
            first = False
            after.pop(id(frame.scope), None)
            self.merge([{}, after], joiner)
        return value

    def isinstance(self, value: Value, cls: Value) -> bool | None:
        """`isinstance(value, cls)`; None if not known."""
        return attributes.is_instance(self, value, cls)

    def exception(self, name: str) -> ClassValue:
        """One of Python's exception classes."""
        return exception_class(name)
