"""A module run for its shapes: on what is stated, what the code gives it, or what its layers ask for."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from itertools import count as count_from
from typing import TYPE_CHECKING

from cnnlint.engine.dimension import Dim, Expr, substitute, symbol, symbols
from cnnlint.frameworks.sizes import NEVER, requirements_of
from cnnlint.frameworks.torch.core import TENSOR
from cnnlint.frameworks.torch.layer import SPATIAL
from cnnlint.frameworks.torch.provenance import GIVEN, ORIGIN, tensors_in
from cnnlint.frameworks.torch.rows import BATCH
from cnnlint.interpreter.conditions import requirements
from cnnlint.interpreter.frame import Hopeless
from cnnlint.interpreter.journal import Journal
from cnnlint.interpreter.values import (
    BoundMethod,
    DictValue,
    Function,
    HostFunction,
    Instance,
    ListValue,
    Proposal,
    Raised,
    Tensor,
    Unknown,
    Value,
    Weight,
)
from cnnlint.model import Unresolved
from cnnlint.syntax.program import Name

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from cnnlint.engine.constraints import Constraint
    from cnnlint.engine.gathering import Gathered
    from cnnlint.engine.shape import Shape
    from cnnlint.interpreter.machine import Machine
    from cnnlint.interpreter.trace import Application
    from cnnlint.model import Fault, Place, Requirements, ShapeTree
    from cnnlint.syntax.program import Expression

MAX_ATTEMPTS = 8
"""How often a forward is run again with the shapes that its layers propose for its inputs."""


def is_known(values: Value) -> bool:
    """Whether there are tensors in a structure, all of known rank."""
    parts = list(tensors_in(values))
    return bool(parts) and all(isinstance(part, Tensor) and part.shape is not None for part in parts)


def samples(application: Application) -> Dim:
    """How many samples a call was given: the size of the first axis, if all of its results have it; else 0."""
    first = next((part for part in tensors_in(application.args) if isinstance(part, Tensor)), None)
    if first is None or not first.shape:
        return 0
    size = first.shape[0]
    if isinstance(size, Expr):
        return size
    results = [part for part in tensors_in(application.output) if isinstance(part, Tensor)]
    return size if size == 1 or all(part.shape and part.shape[0] == size for part in results) else 0


def tree(value: Value) -> ShapeTree:
    """The shapes of a structure of tensors, nested as it is."""
    match value:
        case Tensor():
            return value.shape
        case tuple():
            return tuple(tree(item) for item in value if holds_tensor(item))
        case ListValue() if value.unknown is None:
            return tuple(tree(item) for item in value.items if holds_tensor(item))
        case DictValue() if value.unknown is None:
            return {str(key): tree(item) for key, item in value.items.items() if holds_tensor(item)}
        case _:
            return None


def flat_shapes(tree: ShapeTree) -> list[Shape | None]:
    """The shapes of a call's tensors; None for what is nested or not known."""
    found = tree if isinstance(tree, tuple) else (None,)
    return [
        each if isinstance(each, tuple) and all(isinstance(dim, (int, Expr)) for dim in each) else None
        for each in found
    ]


def holds_tensor(value: Value) -> bool:
    """Whether there is a tensor, or something that may be one, in the structure."""
    return next(iter(tensors_in(value)), None) is not None


def inputs_of(machine: Machine, instance: Instance) -> list[tuple[str, Expression | None]]:
    """The parameters of the module's forward that need a value, with their annotations."""
    forward = machine.get(instance, "forward")
    skip = 0
    while isinstance(forward, BoundMethod):
        forward, skip = forward.function, skip + 1
    if isinstance(forward, HostFunction):
        names = [name for name in forward.signature.required if name in forward.signature.names[skip:]]
        return [(name, None) for name in names or ["input"]]
    if not isinstance(forward, Function):
        return [("input", None)]
    parameters = forward.definition.parameters
    if skip and (not parameters or parameters[0].kind == "*"):
        skip = 0
    needed = [
        (each.name, each.annotation)
        for each in parameters[skip:]
        if each.kind in ("positional", "plain") and each.name not in forward.defaults
    ]
    if not needed and any(each.kind == "*" for each in parameters):
        return [("input", None)]
    return needed


NUMBERS = frozenset({"int", "bool", "float", "str"})


AXES = {4: ("channels", "height", "width"), 3: ("channels", "length"), 5: ("channels", *SPATIAL[3]), 2: ("features",)}
"""The axes behind the batch of an input of that rank, the likely ones first."""


def is_number(annotation: Expression | None) -> bool:
    """Whether an annotation says that it is no tensor."""
    return isinstance(annotation, Name) and annotation.id in NUMBERS


def apart(shape: Shape, others: Iterable[Shape]) -> Shape:
    """A shape with open sizes of its own: `height_2` where another input has a `height`."""
    taken = {name for other in others for dim in other for name in symbols(dim)} - {BATCH}
    names: dict[str, Dim] = {}
    for name in sorted({name for dim in shape for name in symbols(dim)} & taken):
        names[name] = symbol(next(each for n in count_from(2) if (each := f"{name}_{n}") not in taken))
    return tuple(substitute(dim, names) for dim in shape)


def argument(name: str, annotation: Expression | None, shape: Shape | None) -> Value:
    """A value for a parameter of forward: a tensor, or something unknown where the annotation says that it is none."""
    if shape is None and is_number(annotation):
        return Unknown(f"nothing states a value for the parameter `{name}`", symbol=name)
    made = Tensor(TENSOR, shape, free=name if shape is None else None)
    made.facts[ORIGIN] = GIVEN
    return made


def batched(value: Value, size: Dim) -> Value:
    """The arguments of a call with a size by name in place of the number of samples."""
    match value:
        case Weight():
            return value
        case Tensor() if value.shape is not None:
            same = value.shape and value.shape[0] == size
            shape = (symbol(BATCH), *value.shape[1:]) if same else value.shape
            made = Tensor(value.cls, shape, value.dtype, values=None if same else value.values)
            made.facts[ORIGIN] = GIVEN
            return made
        case tuple():
            return tuple(batched(item, size) for item in value)
        case ListValue():
            return ListValue([batched(item, size) for item in value.items], value.unknown)
        case DictValue():
            items = {key: batched(item, size) for key, item in value.items.items()}
            return DictValue(items, value.unknown, value.cls)
        case _:
            return value


def words(error: Raised) -> str:
    """An exception of the linted program, for a reader."""
    value = error.value
    if not isinstance(value, Instance):
        return "an exception"
    args = value.attrs.get("args", ())
    message = next((each for each in args if isinstance(each, str)), "") if isinstance(args, tuple) else ""
    return f"{value.cls.name}: {message[:200]}" if message else value.cls.name


def at_the_layer(machine: Machine, here: Place, before: dict[tuple[str, Place], Fault]) -> None:
    """Put the faults of layers that no line of the code applies, those of a `Sequential`, where the layer is built."""
    for key, fault in list(machine.faults.items()):
        if key not in before and fault.place == here and fault.related and fault.related[0].message.endswith(BUILT):
            del machine.faults[key]
            place = fault.related[0].place
            moved = replace(fault, place=place, related=tuple(each for each in fault.related if each.place != place))
            machine.faults.setdefault((fault.kind, place), moved)


BUILT = "is built here"


class _Settled(Exception):  # noqa: N818 - control flow: the module is run again with these
    """Numbers of channels that are required."""

    def __init__(self, numbers: dict[str, int]) -> None:
        super().__init__(numbers)
        self.numbers = numbers


class Trial:
    """A run of a module's forward for its shapes."""

    def __init__(self, machine: Machine, instance: Instance, like: Trial | None = None) -> None:
        self.machine = machine
        self.instance = instance
        self.like = like
        """An earlier run of it, which has told the shapes of some inputs and not those of others."""
        self.shapes: dict[str, Shape] = {} if like is None else dict(like.shapes)
        """Those of the inputs, as far as something has told them."""
        self.application: Application | None = None
        self.output: Value = None
        self.inputs: ShapeTree = None
        self.batch: Dim = symbol(BATCH)
        self.unresolved: list[Unresolved] = []
        self.gathered: Gathered | None = None
        """What the last run required of open sizes."""
        self.faults: list[Fault] = []
        """Those that the last run met."""
        self.journal = Journal()
        self.is_open = False
        """Whether nothing stated the shapes that the module was run with."""
        self.rank: int | None = None
        """The number of axes that an input has of which nothing tells."""
        self.raised = False
        """Whether the run ended with an exception of the code."""
        self.is_exact: bool = like is None or like.is_exact
        """Whether the code does the same whatever the shapes are that its layers ask for."""

    @property
    def is_settled(self) -> bool:
        """Whether the shape of every input is known."""
        return not self.is_open or not isinstance(self.inputs, tuple) or None not in self.inputs

    @property
    def branched(self) -> bool:
        """Whether a condition went either way."""
        return self.gathered is not None and self.gathered.branched

    def requirements(self, *, raised: bool = False) -> Requirements | None:
        """What the run requires of open sizes, if it is all known; an exception is no more known, unless `raised`."""
        shapes = flat_shapes(self.inputs)
        if raised and self.raised and self.gathered is not None:
            self.gathered.note(NEVER)
        known = (not self.unresolved and self.application is not None) or (raised and self.raised)
        return requirements_of([self.gathered], shapes, known=known, faults=self.faults, exact=self.is_exact)

    def run(self, stated: tuple[Shape, ...] | None, rank: int | None = None, *, probing: bool = False) -> None:
        """Apply the module to tensors of the stated shapes; an input without one gets what the first layer asks for.

        Where no layer asks, it is an image, or what else has that number of axes. `probing`: raise Hopeless where the
        module can run at no size that is looked at.
        """
        self.rank = rank
        parameters = inputs_of(self.machine, self.instance)
        if stated is not None:
            parameters += [(f"input{at}", None) for at in range(len(parameters), len(stated))]
            self.shapes = {name: shape for (name, _), shape in zip(parameters, stated, strict=False)}
        self.is_open = stated is None
        if rank is not None and self.like is not None:
            self._fill(parameters, rank)
        for _ in range(MAX_ATTEMPTS):
            arguments = tuple(argument(name, annotation, self.shapes.get(name)) for name, annotation in parameters)
            self.inputs = tree(arguments)
            before = dict(self.machine.faults)
            complete = not self._missing(parameters)
            try:
                self._attempt(arguments, {}, probing=probing and complete)
            except Proposal as proposal:
                if proposal.name in self.shapes:
                    break
                self.is_exact = self.is_exact and self.gathered is not None and not self.gathered.branched
                self.shapes[proposal.name] = apart(proposal.shape, self.shapes.values())
                continue
            except _Settled as settled:
                numbers: dict[str, int] = settled.numbers
            else:
                if rank is None or not self._fill(parameters, rank):
                    numbers = self._required_channels()
                    if not numbers:
                        return
                else:
                    numbers = {}
                self.journal.undo()
                self.machine.faults = before
                self.unresolved = []
            self._put(numbers)
        self._give_up("the shape of the input could not be settled", self.instance.place)

    def _missing(self, parameters: Iterable[tuple[str, Expression | None]]) -> list[str]:
        """The inputs whose shape nothing has told."""
        return [name for name, annotation in parameters if name not in self.shapes and not is_number(annotation)]

    def _fill(self, parameters: Iterable[tuple[str, Expression | None]], rank: int) -> bool:
        """Give the first input whose shape nothing has told that number of axes; False where there is none."""
        missing = self._missing(parameters)
        if missing:
            self.shapes[missing[0]] = apart((symbol(BATCH), *map(symbol, AXES[rank])), self.shapes.values())
        return bool(missing)

    def _put(self, numbers: Mapping[str, Dim]) -> None:
        self.shapes = {name: tuple(substitute(dim, numbers) for dim in shape) for name, shape in self.shapes.items()}

    def _open_channels(self) -> set[str]:
        """The sizes of the inputs that are no matter of an image's height and width, nor of the samples."""
        names = {name for shape in self.shapes.values() for dim in shape[1:] for name in symbols(dim)}
        return names.difference(*SPATIAL.values())

    def _required_channels(self) -> dict[str, int]:
        """The numbers of channels that the run requires of inputs that were looked at with any."""
        names = self._open_channels()
        if not names or self.unresolved or self.gathered is None or self.gathered.doubt is not None:
            return {}
        from cnnlint.engine.solving import required_numbers

        return {name: number for name, number in required_numbers(self.gathered).items() if name in names}

    def _watch(self, constraint: Constraint) -> None:
        """Begin again where a number of channels is required; where nothing meets what is, there is nothing to try."""
        from cnnlint.engine.solving import is_out_of_reach, required_numbers

        if constraint.relation == "equal" and self.machine.cases is None:
            names = self._open_channels()
            numbers = {name: number for name, number in required_numbers([constraint]).items() if name in names}
            if numbers:
                raise _Settled(numbers)
        if self.machine.probing and is_out_of_reach(constraint):
            raise Hopeless

    def follow(self, called: Application) -> None:
        """Take a call of the code: run it again for any number of samples, or take it as it was."""
        size = samples(called)
        if isinstance(size, int) and size and is_known(called.output):
            again = Trial(self.machine, self.instance)
            faults = dict(self.machine.faults)
            with suppress(Proposal):
                again._attempt(batched(called.args, size), batched(called.kwargs, size))
            if again.application is not None and not again.unresolved and again.is_for_samples():
                self.application, self.output, self.inputs = again.application, again.output, again.inputs
                self.gathered = again.gathered
                return
            self.machine.faults = faults
        for part in tensors_in((called.args, tuple(called.kwargs.values()))):
            if isinstance(part, Tensor):
                part.facts[ORIGIN] = GIVEN
        self.batch = size
        self.inputs = tree((*called.args, *called.kwargs.values()))
        self._settle(called.output, [called])

    def is_for_samples(self) -> bool:
        """Whether the first axis of every result is the number of samples."""
        parts = [part.shape for part in tensors_in(self.output) if isinstance(part, Tensor)]
        return all(shape and isinstance(shape[0], Expr) and BATCH in symbols(shape[0]) for shape in parts)

    def _attempt(self, arguments: tuple[Value, ...], options: dict[str, Value], *, probing: bool = False) -> None:
        machine = self.machine
        self.inputs = tree((*arguments, *options.values()))
        applications, faults = machine.applications, dict(machine.faults)
        self.journal = journal = Journal()
        if machine.cases is not None:
            machine.cases.start()
        machine.journals.append(journal)
        machine.applications = []
        frames, uncertain, here = len(machine.frames), machine.uncertain, machine.place
        machine.probing, self.raised = probing, False
        try:
            with requirements(machine, self._watch if self.is_open else None) as self.gathered:
                output = machine.call(self.instance, arguments, options)
            self._settle(output, machine.applications)
            at_the_layer(machine, here, faults)
            self.faults = [fault for key, fault in machine.faults.items() if key not in faults]
        except (Proposal, _Settled, Hopeless):
            machine.faults = faults
            journal.undo()
            raise
        except Raised as error:
            self.raised = True
            self._give_up(f"its forward raises {words(error)}", self.instance.cls.place)
        finally:
            del machine.frames[frames:]
            machine.uncertain = uncertain
            machine.probing = False
            machine.journals.remove(journal)
            machine.applications, machine.application = applications, None

    def _settle(self, output: Value, applications: list[Application]) -> None:
        self.output = output
        self.application = next((each for each in applications if each.instance is self.instance), None)
        unknown = next((part for part in tensors_in(output) if isinstance(part, Unknown)), None)
        if unknown is not None:
            self._give_up(unknown.reason, unknown.place)
        elif any(isinstance(part, Tensor) and part.shape is None for part in tensors_in(output)):
            self._give_up("the shape of the output is not known", self.instance.cls.place)

    def _give_up(self, reason: str, place: Place | None) -> None:
        self.unresolved.append(Unresolved(reason, place))
