"""A model as `model.summary()` would print it, with its multiply-accumulates."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import count
from typing import TYPE_CHECKING, Any

from cnnlint.engine.dimension import Dim, Expr, product, substitute, symbol, symbols, text
from cnnlint.engine.errors import Undetermined
from cnnlint.frameworks.keras import weights
from cnnlint.frameworks.keras.calling import call_layer
from cnnlint.frameworks.keras.core import BATCH, OPEN_NAMES, open_dim, result
from cnnlint.frameworks.keras.models import graph_of
from cnnlint.frameworks.keras.rows import INPUT, Rows
from cnnlint.frameworks.keras.sequential import aside
from cnnlint.frameworks.keras.structure import flatten, is_nested
from cnnlint.frameworks.keras.unused import note_unapplied, note_unused
from cnnlint.frameworks.sizes import requirements_of, tell_folds
from cnnlint.interpreter.conditions import requirements
from cnnlint.interpreter.frame import LimitReached
from cnnlint.interpreter.journal import Journal
from cnnlint.interpreter.values import DictValue, Instance, ListValue, Proposal, Raised, Tensor, Unknown, Value
from cnnlint.model import Layer, Model, Parameters

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from cnnlint.engine.gathering import Gathered
    from cnnlint.engine.shape import Shape
    from cnnlint.frameworks.keras.network import Graph
    from cnnlint.frameworks.request import Request
    from cnnlint.interpreter.machine import Machine
    from cnnlint.interpreter.trace import Application
    from cnnlint.model import Requirements

MAX_PROPOSALS = 4
MAX_STEPS_WITHOUT_INPUT = 200_000
"""What a call for the sake of the sizes only may take."""
OPEN_BASES = frozenset({"channels", *(name for names in OPEN_NAMES.values() for name in names)})
"""What open sizes are called, without the number that tells two apart."""


def describe(machine: Machine, instance: Instance, request: Request) -> Model:
    """The model's layers, parameters and multiply-accumulates of one sample, as far as they are known."""
    rows = Rows()
    graph = graph_of(instance) if instance.opaque is None else None
    constraints: Requirements | None = None
    inputs: Value
    outputs: Value
    if instance.opaque is not None:
        rows.why(instance.opaque)
        rows.macs = None
        inputs = outputs = Unknown("the model is not known")
    elif graph is not None and (request.input_shapes is None or _are_declared(graph, request.input_shapes)):
        rows.graph(graph, inputs="stack" not in instance.facts)
        inputs, outputs = graph.inputs, graph.outputs
        constraints = _of_graph(machine, instance, graph, sizes=request.sizes)
        for gathered in _runs(graph):
            tell_folds(machine, gathered, constraints)
        if "stack" not in instance.facts:
            note_unused(machine, graph, request.name)
    else:
        if request.sizes and _is_stated(machine, instance, request):
            found = (
                _without_input(machine, instance) if graph is None else _of_graph(machine, instance, graph, sizes=True)
            )
            constraints = _alone(found)
        run = _run(machine, instance, request, rows)
        inputs, outputs, constraints = run.inputs, run.output, constraints or run.constraints
        if run.application is not None:
            tell_folds(machine, run.application.facts.get("gathered"), run.constraints)
            if not rows.unresolved:
                note_unapplied(machine, instance, run.application, request.name)
    return _renamed(_model(instance, request, rows, inputs, outputs), constraints, inputs)


@dataclass(frozen=True, slots=True)
class _Call:
    """A call of the model, and what it requires where its input is open."""

    inputs: Value
    application: Application | None
    constraints: Requirements | None = None

    @property
    def output(self) -> Value:
        return Unknown("the model cannot be run") if self.application is None else self.application.output


def _is_stated(machine: Machine, instance: Instance, request: Request) -> bool:
    """Whether something tells the shapes of the inputs."""
    if request.input_shapes is not None or instance.facts.get("build_shape"):
        return True
    return _in_code(machine, instance) is not None


def _runs(graph: Graph) -> list[Gathered | None]:
    applications = [node.application for node in graph.nodes if not node.is_input]
    return [each.facts.get("gathered") if each is not None else None for each in applications]


def _of_graph(machine: Machine, instance: Instance, graph: Graph, *, sizes: bool) -> Requirements | None:
    """What a model of known layers requires of its inputs' sizes.

    A functional model takes what is declared, but for a last axis of 1, which it lets through. A Sequential does not
    look at what is declared, only its layers do: what these require is told if `sizes` are asked for.
    """
    known = not graph.hidden and all(tensor.shape is not None for tensor in graph.flat_outputs)
    shapes = [tensor.shape for tensor in graph.flat_inputs]
    found = requirements_of(_runs(graph), shapes, known=known)
    if found is None:
        return None
    if "stack" not in instance.facts:
        return replace(found, squeezed=True)
    declared = found.inputs[0][1:] if len(found.inputs) == 1 else ()
    names = OPEN_NAMES.get(len(declared) + 1)
    made = None
    if sizes and names is not None and any(isinstance(dim, int) for dim in declared):
        made = _without_input(machine, instance, names)
    return replace(found, exact=False) if made is None else _alone(made)


def _alone(constraints: Requirements | None) -> Requirements | None:
    """Requirements with the names that open sizes would have if the model stood alone."""
    return None if constraints is None else constraints.substituted(_names_alone(constraints.inputs))


def _without_input(machine: Machine, instance: Instance, axes: tuple[str, ...] = ()) -> Requirements | None:
    """What a call of the model requires whose input nothing states, but maybe its axes; it leaves no trace."""
    journal, faults, counters = Journal(), machine.faults, dict(machine.counters)
    built, steps, frames = len(machine.built), machine.steps, len(machine.frames)
    machine.faults = {}
    machine.steps = min(steps, MAX_STEPS_WITHOUT_INPUT)
    machine.journals.append(journal)
    try:
        return _call_free(machine, instance, axes).constraints
    except (LimitReached, RecursionError, Undetermined, Raised):
        return None
    finally:
        del machine.journals[machine.journals.index(journal) :]
        del machine.frames[frames:], machine.built[built:]
        journal.undo()
        machine.faults, machine.counters, machine.steps = faults, counters, steps


def _are_declared(graph: Graph, shapes: Sequence[Shape]) -> bool:
    declared = [tensor.shape for tensor in graph.flat_inputs]
    return len(declared) == len(shapes) and all(
        one is not None and tuple(one[1:]) == tuple(other) for one, other in zip(declared, shapes, strict=True)
    )


def _run(machine: Machine, instance: Instance, request: Request, rows: Rows) -> _Call:
    """Call the model on what the request states, what the code calls it on, or what its first layer needs."""
    if request.input_shapes is not None:
        batch = open_dim(machine, BATCH)
        run = _call_on(machine, instance, [(batch, *shape) for shape in request.input_shapes])
    elif (application := _in_code(machine, instance)) is not None:
        run = _Call(application.args[0] if application.args else None, application)
    elif instance.facts.get("build_shape"):
        run = _call_on(machine, instance, instance.facts["build_shape"])
    else:
        run = _call_free(machine, instance)
    if run.application is None:
        rows.why(Unknown("the model cannot be run"))
        rows.macs = None
        return run
    rows.batch = _batch_of(run.inputs)
    rows.root(run.application)
    return run


def _in_code(machine: Machine, instance: Instance) -> Application | None:
    """The last call of the model that the code itself makes and that gives something."""
    found = [each for each in machine.applications if each.instance is instance and not each.uncertain]
    known = [each for each in found if not isinstance(each.output, Unknown)]
    return known[-1] if known else found[-1] if found else None


def _call_on(machine: Machine, instance: Instance, shapes: Iterable[Shape]) -> _Call:
    tensors: list[Value] = [result(shape, "float32") for shape in shapes]
    return _call(machine, instance, tensors[0] if len(tensors) == 1 else ListValue(tensors))


def _call(machine: Machine, instance: Instance, inputs: Value) -> _Call:
    with aside(machine):
        call_layer(machine, instance, (inputs,), {})
        made = machine.applications
    return _Call(inputs, made[0] if made else None)


def _call_free(machine: Machine, instance: Instance, axes: tuple[str, ...] = ()) -> _Call:
    """Call the model on inputs that nothing states, but maybe its axes; a layer that needs a shape proposes one."""
    shapes: dict[str, Shape] = {}
    batch = open_dim(machine, BATCH)
    if axes:
        shapes["inputs"] = (batch, *(open_dim(machine, name) for name in axes))
    exact = True
    for _ in range(MAX_PROPOSALS):
        free = result(shapes.get("inputs"), "float32")
        if free.shape is None:
            free.free = "inputs"
        faults = dict(machine.faults)
        with requirements(machine) as gathered:
            try:
                run = _call(machine, instance, free)
            except Proposal as proposal:
                shapes[proposal.name] = proposal.shape
                exact = exact and not gathered.branched
                continue
        new = [fault for key, fault in machine.faults.items() if key not in faults]
        known = all(isinstance(leaf, Tensor) and leaf.shape is not None for leaf in flatten(run.output))
        return replace(run, constraints=requirements_of([gathered], [free.shape], known=known, faults=new, exact=exact))
    return _Call(Unknown("the input is not known"), None)


def _batch_of(inputs: Value) -> Dim | None:
    """The batch size that the call is made with, None where it is the symbol."""
    first = next((leaf for leaf in flatten(inputs) if isinstance(leaf, Tensor) and leaf.shape), None)
    if first is None or not first.shape or not isinstance(first.shape[0], int):
        return None
    return first.shape[0]


def _model(instance: Instance, request: Request, rows: Rows, inputs: Value, outputs: Value) -> Model:
    inventory = weights.Inventory(instance)
    for unknown in inventory.unknown:
        rows.why(unknown)
    total = None if inventory.unknown else weights.total(inventory.items)
    trainable, fixed = (None, None) if inventory.unknown else weights.trainable_split(instance, inventory.items)
    if total is None and not rows.unresolved:
        rows.why(Unknown("the shape of a weight is not known", instance.place))
    name = instance.attrs.get("name")
    sources = [rows.source(leaf) for leaf in flatten(outputs)]
    return Model(
        target=request.target,
        name=request.name or (name if isinstance(name, str) else instance.cls.name),
        framework="keras",
        place=request.place,
        inputs=_tree(inputs, rows.batch),
        outputs=_tree(outputs, rows.batch),
        parameters=Parameters(total, trainable, fixed),
        macs=rows.per_sample(rows.macs),
        activation_bytes=None if rows.macs is None else _activation_bytes(rows.layers),
        layers=tuple(rows.layers),
        unresolved=tuple(rows.unresolved),
        input_source=request.input_source,
        outputs_from=tuple(dict.fromkeys(source for source in sources if source is not None and source != INPUT)),
        outputs_via=None if None in sources else (),
    )


def _tree(value: Value, batch: Dim | None) -> Any:
    """The shapes of a structure of tensors, nested as the model has them."""

    def shape(leaf: Value) -> Any:
        return leaf.shape if isinstance(leaf, Tensor) else None

    if isinstance(value, Unknown) or value is None:
        return None
    if not is_nested(value):
        return (shape(value),)
    if isinstance(value, DictValue):
        return {key: shape(item) for key, item in value.items.items()}
    return tuple(shape(leaf) for leaf in flatten(value))


def _activation_bytes(layers: Sequence[Layer]) -> Dim | None:
    """What all layers give for one sample, in 4 bytes each; a layer with others inside is those others."""
    total: Dim = 0
    for index, row in enumerate(layers):
        container = index + 1 < len(layers) and layers[index + 1].depth > row.depth
        if container or row.kind == "input":
            continue
        for shape in row.outputs:
            if shape is None:
                return None
            total += 4 * product(shape[1:])
    return substitute(total, {BATCH: 1})


# --- names of open sizes ----------------------------------------------------------------------------------------------


def _free_name(name: str, taken: list[str]) -> str:
    """The name without its number, or with the first number that is not taken."""
    plain, _, number = name.rpartition("_")
    base = plain if number.isdigit() and plain in OPEN_BASES else name
    return base if base not in taken else next(each for n in count(2) if (each := f"{base}_{n}") not in taken)


def _names_alone(shapes: Iterable[Shape | None]) -> dict[str, Dim]:
    """The sizes in the shapes of a model's inputs as they would be named if it stood alone."""
    names: dict[str, Dim] = {}
    for shape in shapes:
        for name in [name for dim in shape or () for name in sorted(symbols(dim))]:
            if name not in names:
                names[name] = symbol(_free_name(name, [text(dim) for dim in names.values()]))
    return names


def _renamed(model: Model, constraints: Requirements | None, inputs: Value) -> Model:
    """The model with its open sizes named as if it stood alone: not `height_3` for a file's third input."""
    names = _names_alone(leaf.shape for leaf in flatten(inputs) if isinstance(leaf, Tensor))
    changed = {name: dim for name, dim in names.items() if text(dim) != name}
    if not changed:
        return replace(model, constraints=constraints)

    def rename(value: Any) -> Any:
        if isinstance(value, Expr):
            return substitute(value, changed)
        if isinstance(value, tuple):
            return tuple(rename(item) for item in value)
        return {key: rename(item) for key, item in value.items()} if isinstance(value, dict) else value

    layers = tuple(
        replace(
            row,
            inputs=rename(row.inputs),
            outputs=rename(row.outputs),
            params=rename(row.params),
            trainable=rename(row.trainable),
            macs=rename(row.macs),
        )
        for row in model.layers
    )
    total = model.parameters
    return replace(
        model,
        inputs=rename(model.inputs),
        outputs=rename(model.outputs),
        parameters=Parameters(rename(total.total), rename(total.trainable), rename(total.non_trainable)),
        macs=rename(model.macs),
        activation_bytes=rename(model.activation_bytes),
        layers=layers,
        constraints=None if constraints is None else constraints.substituted(changed),
    )
