"""A `Model` from a module: it is run on its input, and what was applied becomes the rows."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from cnnlint.engine.dimension import Dim, product, symbol
from cnnlint.engine.errors import Undetermined
from cnnlint.frameworks.sizes import by_cases, tell_folds
from cnnlint.frameworks.torch.omissions import note_unregistered
from cnnlint.frameworks.torch.provenance import sources_of
from cnnlint.frameworks.torch.registry import gaps_of, named_weights, walk
from cnnlint.frameworks.torch.rows import BATCH, Rows
from cnnlint.frameworks.torch.trial import AXES, Trial, is_known, tree
from cnnlint.frameworks.torch.unused import note_unused
from cnnlint.interpreter.frame import Hopeless, LimitReached
from cnnlint.interpreter.journal import redo
from cnnlint.model import Model, Parameters, Unresolved

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cnnlint.frameworks.request import Request
    from cnnlint.interpreter.journal import Changes
    from cnnlint.interpreter.machine import Machine
    from cnnlint.interpreter.trace import Application
    from cnnlint.interpreter.values import Instance
    from cnnlint.model import Requirements

MODE = "mode_stated"
"""The fact that the code has put a module into training or evaluation mode."""

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
            if request.sizes and not trial.is_settled:
                trial = settled(machine, trial, MAX_STEPS_TO_EXPLAIN)
        constraints = trial.requirements() if trial.is_open else None
        tell_folds(machine, trial.gathered, constraints)
        if constraints is None and request.sizes and not trial.is_open:
            failed = bool(trial.faults or trial.unresolved)
            constraints = without_input(machine, instance, MAX_STEPS_TO_EXPLAIN if failed else MAX_STEPS_ASIDE)
        elif constraints is None and request.sizes and trial.branched:
            constraints = in_cases(machine, trial, MAX_STEPS_TO_EXPLAIN)
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
    with aside(machine, most):
        trial = Trial(machine, instance)
        try:
            trial.run(None)
            if not trial.is_settled:
                trial = settled(machine, trial, machine.steps)
        except (LimitReached, RecursionError, Undetermined):
            return None
        finally:
            trial.journal.undo()
        found = trial.requirements()
        return in_cases(machine, trial, machine.steps) if found is None and trial.branched else found


def settled(machine: Machine, trial: Trial, most: int) -> Trial:
    """A run on inputs of the one number of axes with which the module runs; the same run where there is not one.

    What the run did is undone, what the other one did stands.
    """
    after = trial.journal.after()
    trial.journal.undo()
    found = _by_rank(machine, trial, most)
    if len(found) == 1:
        trial, after, built = found[0]
        machine.built += built
    redo(after)
    return trial


def _by_rank(machine: Machine, like: Trial, most: int) -> list[tuple[Trial, Changes, list[Instance]]]:
    """The runs on inputs of each number of axes with which the module runs, undone; none where that is not known."""
    found: list[tuple[Trial, Changes, list[Instance]]] = []
    for rank in AXES:
        with aside(machine, most):
            trial, before = Trial(machine, like.instance, like), len(machine.built)
            try:
                trial.run(None, rank, probing=True)
                made = trial.requirements(raised=True)
                if made is None and trial.branched:
                    made = in_cases(machine, trial, machine.steps)
                run = trial, trial.journal.after(), machine.built[before:]
            except Hopeless:
                continue
            except (LimitReached, RecursionError, Undetermined):
                return []
            finally:
                trial.journal.undo()
            if made is None:
                return []
            if made.can_be_met:
                found.append(run)
    return found


def in_cases(machine: Machine, like: Trial, most: int) -> Requirements | None:
    """What a module requires in each of the cases that the conditions on sizes make."""

    def run() -> Requirements | None:
        trial = Trial(machine, like.instance)
        machine.faults = {}
        try:
            trial.run(None, like.rank)
            return trial.requirements(raised=True)
        finally:
            trial.journal.undo()

    with aside(machine, most):
        try:
            return by_cases(machine, run)
        except (LimitReached, RecursionError):
            return None


@contextmanager
def aside(machine: Machine, most: int) -> Iterator[None]:
    """Keep faults, steps and what is built meanwhile from the rest of the run."""
    faults, built, steps = machine.faults, len(machine.built), machine.steps
    machine.faults = {}
    machine.steps = min(steps, most)
    try:
        yield
    finally:
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
