"""A `Model` from a module: it is run on its input, and what was applied becomes the rows."""

from __future__ import annotations

from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from cnnlint.engine.dimension import Dim, Expr, product, substitute, symbol, symbols
from cnnlint.engine.errors import Undetermined
from cnnlint.frameworks.sizes import requirements_of, tell_folds
from cnnlint.frameworks.torch.core import TENSOR
from cnnlint.frameworks.torch.layer import SPATIAL
from cnnlint.frameworks.torch.omissions import note_unregistered
from cnnlint.frameworks.torch.provenance import GIVEN, ORIGIN, sources_of, tensors_in
from cnnlint.frameworks.torch.registry import gaps_of, named_weights, walk
from cnnlint.frameworks.torch.rows import BATCH, Rows
from cnnlint.frameworks.torch.unused import note_unused
from cnnlint.interpreter.conditions import requirements
from cnnlint.interpreter.frame import LimitReached
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
from cnnlint.model import Model, Parameters, Unresolved
from cnnlint.syntax.program import Name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from cnnlint.engine.gathering import Gathered
    from cnnlint.engine.shape import Shape
    from cnnlint.frameworks.request import Request
    from cnnlint.interpreter.machine import Machine
    from cnnlint.interpreter.trace import Application
    from cnnlint.model import Fault, Place, Requirements, ShapeTree
    from cnnlint.syntax.program import Expression

MODE = "mode_stated"
"""The fact that the code has put a module into training or evaluation mode."""

MAX_ATTEMPTS = 8
"""How often a forward is run again with the shapes that its layers propose for its inputs."""

MAX_STEPS_ASIDE, MAX_STEPS_TO_EXPLAIN = 30_000, 200_000
"""What a run for the sake of the sizes only may take: some 50 ms, and more where the stated input does not fit."""


def describe(machine: Machine, instance: Instance, request: Request) -> Model:
    """Run the module on the input that is stated, that the code gives it, or that its layers ask for."""
    trial = Trial(machine, instance)
    note_unregistered(machine, instance)
    source = request.input_source
    with evaluating(instance):
        if request.input_shapes is not None:
            trial.run(tuple((symbol(BATCH), *shape) for shape in request.input_shapes))
        elif (called := own_call(machine, instance)) is not None:
            source = "the code's own call"
            trial.follow(called)
        else:
            trial.run(None)
        constraints = trial.requirements() if trial.is_open else None
        tell_folds(machine, trial.gathered, constraints)
        if constraints is None and request.sizes and not trial.is_open:
            failed = bool(trial.faults or trial.unresolved)
            constraints = without_input(machine, instance, MAX_STEPS_TO_EXPLAIN if failed else MAX_STEPS_ASIDE)
    application = trial.application
    rows = Rows(instance, application, trial.batch, machine.place)
    parameters, unresolved = count(instance)
    unresolved += trial.unresolved
    macs = None if application is None or trial.unresolved else rows.macs()
    if application is not None and macs is None and not unresolved:
        unresolved.append(Unresolved("the work of a part is not known", application.place))
    origin, via = sources_of(trial.output, rows.index) if application is not None else ((), None)
    if application is not None:
        note_unused(machine, instance, application, request.name)
    return Model(
        target=request.target,
        name=request.name,
        framework="torch",
        place=request.place,
        inputs=trial.inputs,
        outputs=None if application is None else tree(trial.output),
        parameters=parameters,
        macs=macs,
        activation_bytes=None if application is None else rows.activation_bytes(),
        layers=tuple(rows.layers),
        unresolved=tuple(dict.fromkeys(unresolved)),
        input_source=source,
        outputs_from=origin,
        outputs_via=via,
        constraints=constraints,
    )


def without_input(machine: Machine, instance: Instance, most: int) -> Requirements | None:
    """What a run of the module requires whose input nothing states; it leaves no trace."""
    faults, built, steps = machine.faults, len(machine.built), machine.steps
    machine.faults = {}
    machine.steps = min(steps, most)
    trial = Trial(machine, instance)
    try:
        trial.run(None)
    except (LimitReached, RecursionError, Undetermined):
        return None
    else:
        return trial.requirements()
    finally:
        trial.journal.undo()
        machine.faults, machine.steps = faults, steps
        del machine.built[built:]


@contextmanager
def evaluating(instance: Instance) -> Iterator[None]:
    """Put the modules of which the code does not say so itself into evaluation mode meanwhile."""
    modules = [module for _, module in walk(instance) if "training" in module.attrs and not module.facts.get(MODE)]
    before = [module.attrs["training"] for module in modules]
    for module in modules:
        module.attrs["training"] = False
    try:
        yield
    finally:
        for module, mode in zip(modules, before, strict=True):
            module.attrs["training"] = mode


def count(instance: Instance) -> tuple[Parameters, list[Unresolved]]:
    """The numbers of parameters, a shared one once; None where something may hold more of them."""
    unresolved = [Unresolved(gap.reason, gap.place) for gap in gaps_of(instance)]
    total: Dim = 0
    trainable: Dim = 0
    for name, weight in named_weights(instance):
        if weight.shape is None:
            unknown = weight.facts.get("unknown")
            reason = unknown.reason if unknown is not None else f"the shape of the parameter `{name}` is not known"
            unresolved.append(Unresolved(reason, unknown.place if unknown is not None else instance.place))
            continue
        size = product(weight.shape)
        total += size
        trainable += size if weight.trainable is True else 0
    if unresolved:
        return Parameters(None, None, None), unresolved
    if any(not isinstance(weight.trainable, bool) for _, weight in named_weights(instance)):
        return Parameters(total, None, None), [Unresolved("what is trained depends on a condition", instance.place)]
    return Parameters(total, trainable, total - trainable), unresolved


def own_call(machine: Machine, instance: Instance) -> Application | None:
    """The first call of the model in the run of the file whose result is known, else the first with known inputs."""
    found = [each for each in machine.applications if each.instance is instance and not each.uncertain]
    found = [each for each in found if is_known((each.args, tuple(each.kwargs.values())))]
    return next((each for each in found if is_known(each.output)), found[0] if found else None)


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


def argument(name: str, annotation: Expression | None, shape: Shape | None) -> Value:
    """A value for a parameter of forward: a tensor, or something unknown where the annotation says that it is none."""
    if shape is None and isinstance(annotation, Name) and annotation.id in NUMBERS:
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


class Trial:
    """A run of a module's forward for its shapes."""

    def __init__(self, machine: Machine, instance: Instance) -> None:
        self.machine = machine
        self.instance = instance
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
        self.is_exact = True
        """Whether the code does the same whatever the shapes are that its layers ask for."""

    def requirements(self) -> Requirements | None:
        """What the run requires of open sizes, if it is all known."""
        shapes = flat_shapes(self.inputs)
        known = not self.unresolved and self.application is not None
        return requirements_of([self.gathered], shapes, known=known, faults=self.faults, exact=self.is_exact)

    def run(self, stated: tuple[Shape, ...] | None) -> None:
        """Apply the module to tensors of the stated shapes; an input without one gets what the first layer asks for."""
        parameters = inputs_of(self.machine, self.instance)
        shapes: dict[str, Shape] = {}
        if stated is not None:
            parameters += [(f"input{at}", None) for at in range(len(parameters), len(stated))]
            shapes = {name: shape for (name, _), shape in zip(parameters, stated, strict=False)}
        self.is_open = stated is None
        for _ in range(MAX_ATTEMPTS):
            arguments = tuple(argument(name, annotation, shapes.get(name)) for name, annotation in parameters)
            self.inputs = tree(arguments)
            before = dict(self.machine.faults)
            try:
                self._attempt(arguments, {})
            except Proposal as proposal:
                if proposal.name in shapes:
                    break
                self.is_exact = self.is_exact and self.gathered is not None and not self.gathered.branched
                shapes[proposal.name] = proposal.shape
            else:
                channels = self._required_channels(shapes.values())
                if not channels:
                    return
                shapes = {name: tuple(substitute(dim, channels) for dim in shape) for name, shape in shapes.items()}
                self.journal.undo()
                self.machine.faults = before
        self._give_up("the shape of the input could not be settled", self.instance.place)

    def _required_channels(self, shapes: Iterable[Shape]) -> dict[str, int]:
        """The numbers of channels that the run requires of inputs that were looked at with any."""
        names = {name for shape in shapes for dim in shape[1:] for name in symbols(dim)}.difference(*SPATIAL.values())
        if not names or self.unresolved or self.gathered is None or self.gathered.doubt is not None:
            return {}
        from cnnlint.engine.solving import required_numbers

        return {name: number for name, number in required_numbers(self.gathered).items() if name in names}

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

    def _attempt(self, arguments: tuple[Value, ...], options: dict[str, Value]) -> None:
        machine = self.machine
        self.inputs = tree((*arguments, *options.values()))
        applications, faults = machine.applications, dict(machine.faults)
        self.journal = journal = Journal()
        machine.journals.append(journal)
        machine.applications = []
        frames, uncertain, here = len(machine.frames), machine.uncertain, machine.place
        try:
            with requirements(machine) as self.gathered:
                output = machine.call(self.instance, arguments, options)
            self._settle(output, machine.applications)
            at_the_layer(machine, here, faults)
            self.faults = [fault for key, fault in machine.faults.items() if key not in faults]
        except Proposal:
            machine.faults = faults
            journal.undo()
            raise
        except Raised as error:
            self._give_up(f"its forward raises {words(error)}", self.instance.cls.place)
        finally:
            del machine.frames[frames:]
            machine.uncertain = uncertain
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
