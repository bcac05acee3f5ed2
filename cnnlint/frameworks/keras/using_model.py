"""What a model makes of the data that it is given, and how Keras refuses data that do not fit its inputs."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cnnlint.engine.dimension import bounds, equal, product, symbol
from cnnlint.engine.errors import ShapeError, Undetermined
from cnnlint.engine.shape import text
from cnnlint.frameworks.keras import changes
from cnnlint.frameworks.keras.calling import call_layer
from cnnlint.frameworks.keras.core import BATCH, result
from cnnlint.frameworks.keras.models import flat_inputs, graph_of, layers_of
from cnnlint.frameworks.keras.network import run as run_graph
from cnnlint.frameworks.keras.sequential import aside
from cnnlint.frameworks.keras.structure import flatten, map_structure
from cnnlint.frameworks.keras.using_data import sample
from cnnlint.frameworks.keras.using_head import UNKNOWN, Head, first_of_head, head_of_call, head_of_graph, head_of_stack
from cnnlint.interpreter.values import Function, Instance, Raised, Tensor, Unknown, Value

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cnnlint.engine.dimension import Dim
    from cnnlint.engine.shape import Shape
    from cnnlint.frameworks.keras.network import Graph
    from cnnlint.frameworks.keras.using_data import Given
    from cnnlint.interpreter.machine import Machine


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came out: the outputs of one batch, what the first of them ends in, and what a rule may want to know."""

    output: Value
    head: Head = UNKNOWN
    failed: bool = False
    config: dict[str, Value] = field(default_factory=dict)


def has_own_call(self: Instance) -> bool:
    """Whether the code itself says what the model does."""
    return isinstance(self.cls.lookup("call"), Function) or isinstance(self.cls.lookup("__call__"), Function)


def head_of(self: Instance) -> tuple[Head, Shape | None]:
    """What a model ends in as far as it is built, and the shape of its one output."""
    if self.opaque is not None or "hidden" in self.facts or has_own_call(self):
        return UNKNOWN, None
    graph = graph_of(self)
    if graph is None:
        stack = self.facts.get("stack")
        return (head_of_stack(stack), None) if isinstance(stack, tuple) and stack else (UNKNOWN, None)
    outputs = graph.flat_outputs
    return (head_of_graph(outputs[0]), outputs[0].shape) if len(outputs) == 1 and not graph.hidden else (UNKNOWN, None)


def behind_maps(self: Instance) -> Instance | None:
    """The dense layer that takes what is not flattened, where the model gives more than one vector per sample."""
    graph = None if has_own_call(self) or "hidden" in self.facts else graph_of(self)
    if graph is None or len(graph.flat_outputs) != 1:
        return None
    shape = graph.flat_outputs[0].shape
    return first_of_head(graph.flat_outputs[0]) if shape is not None and len(shape) > 3 else None


def run(machine: Machine, self: Instance, method: str, found: Given) -> Outcome | None:
    """One batch through the model. Raises ShapeError "data-mismatch", Undetermined."""
    machine.touch(self)
    graph = None if has_own_call(self) else graph_of(self)
    if graph is not None:
        return None if graph.hidden else _through_graph(machine, self, graph, method, found)
    batch = sample(machine, found.x)
    if batch is None:
        return None
    if has_own_call(self) and isinstance(batch, Tensor):
        self.facts.setdefault("build_shape", (batch.shape,))
    if not has_own_call(self) and "stack" not in self.facts:
        return None
    key = (method, tuple((leaf.shape, leaf.dtype) for leaf in flatten(batch)))
    known = self.facts.get("outcome")
    if isinstance(known, tuple) and known[0] == key:
        outcome: Outcome = known[1]  # a loop over batches
        return outcome
    made = _by_call(machine, self, batch)
    self.facts["outcome"] = (key, made)
    return made


def _by_call(machine: Machine, self: Instance, batch: Value) -> Outcome:
    """Call a model that is built by its data, or that the code itself defines."""
    before = set(machine.faults)
    with aside(machine):
        output = call_layer(machine, self, (batch,), {})
        made = machine.applications
    failed = bool(set(machine.faults) - before) or isinstance(output, Unknown)
    graph = None if has_own_call(self) else graph_of(self)
    if graph is not None:
        return Outcome(output, head_of(self)[0], failed)
    return Outcome(output, head_of_call(made[0], output) if made and not failed else UNKNOWN, failed)


# --- functional models and Sequentials that are built -----------------------------------------------------------------


def _through_graph(machine: Machine, self: Instance, graph: Graph, method: str, found: Given) -> Outcome:
    if isinstance(found.x, Unknown):
        return Outcome(_open_batch(graph), head_of(self)[0])
    try:
        leaves = flat_inputs(graph, found.x)
    except ShapeError as error:
        error.kind = "data-mismatch"
        raise
    ends = graph.flat_inputs
    config: dict[str, Value] = {}
    again = False
    fitted: list[Value] = []
    for reference, leaf in zip(ends, leaves, strict=True):
        if not isinstance(leaf, Tensor) or leaf.shape is None or reference.shape is None:
            fitted.append(leaf)
            continue
        misfit = Misfit(self, method, found, reference.shape, leaf)
        compared = "stack" not in self.facts or not changes.has(machine, "sizes-of-data")
        if not changes.has(machine, "missing-axis") and len(leaf.shape) != len(reference.shape):
            raise misfit.refused()
        fitted.append(_fitted(misfit, compared=compared, config=config))
        again = again or _changes(reference.shape, fitted[-1])
    _check_batch(machine, self, ends, found)
    head, _ = head_of(self)
    if not again:
        return Outcome(_open_batch(graph), head, config=config)
    if not all(isinstance(leaf, Tensor) and leaf.shape is not None for leaf in fitted):
        return Outcome(_open_batch(graph), head, config=config)
    first = Misfit(self, method, found, ends[0].shape or (), leaves[0])
    output = _quietly(machine, lambda: run_graph(machine, graph, fitted), first)
    return Outcome(output, head, failed=isinstance(output, Unknown), config=config)


@dataclass(frozen=True, slots=True)
class Misfit:
    """One input of a model beside the array that it is given."""

    model: Instance
    method: str
    found: Given
    declared: Shape
    leaf: Value

    @property
    def shape(self) -> Shape:
        """The array's shape, with its number of samples in front."""
        shape: Shape = self.leaf.shape
        count = self.found.count
        return (count, *shape[1:]) if self.found.sliced and count is not None else shape

    def refused(self, notes: tuple[str, ...] = ()) -> ShapeError:
        """The error; to be raised."""
        return ShapeError(
            "data-mismatch",
            f"`{self.method}` is given data of shape {text(self.shape, 'batch')}, but the model takes "
            f"{text(self.declared, 'None')}",
            help=self.advice(),
            notes=(*self.limits(), *notes),
            expected=text(self.declared, "None"),
            actual=text(self.shape, "batch"),
            exception="ValueError",
        )

    def limits(self) -> tuple[str, ...]:
        """What is known of sizes that are not."""
        found = [(axis, bounds(size)[1]) for axis, size in enumerate(self.shape) if not isinstance(size, int)]
        return tuple(f"axis {axis} of the data is {high} at most" for axis, high in found if high is not None)

    def advice(self) -> str | None:
        """What to do about it, for the usual ways in which data do not fit."""
        wanted, given = self.declared[1:], self.shape[1:]
        if _alike(self.shape, wanted) or _alike((*self.shape, 1), wanted):
            if not self.found.sliced:
                return "put the samples into batches, with `.batch(32)` for example"
            return "that is one sample: add the axis of the batch in front, with `np.expand_dims(x, 0)` for example"
        if len(wanted) == len(given) + 1 and equal(wanted[0], self.shape[0]) and _alike(given, wanted[1:]):
            return "leave the number of samples out of the input's shape: the batch is not part of it"
        if _alike((*given, 1), wanted):
            return "add the axis of the channels, with `np.expand_dims(x, -1)` for example"
        if equal(product(given), product(wanted)) and len(given) != len(wanted):
            return f"reshape the data: `x.reshape({text((-1, *wanted))[1:-1]})`"
        numbers = all(isinstance(size, int) for size in (*given, *wanted))
        if numbers and len(given) == len(wanted) and sorted(map(str, given)) == sorted(map(str, wanted)):
            return "the axes are in another order: transpose the data, or change the input's shape"
        if numbers and len(given) == len(wanted):
            return f"give the input the shape {text(given)}, or the data {text(wanted)}"
        return None


def _alike(one: Shape, other: Shape) -> bool:
    return len(one) == len(other) and all(equal(a, b) is True for a, b in zip(one, other, strict=True))


def _without_last_one(shape: Shape) -> Shape:
    return shape[:-1] if shape and isinstance(shape[-1], int) and shape[-1] == 1 else shape


def _fitted(misfit: Misfit, *, compared: bool, config: dict[str, Value]) -> Tensor:
    """The batch as Keras passes it on: only a last axis of 1 may be missing or too many. Raises ShapeError."""
    declared, leaf = misfit.declared, misfit.leaf
    given: Shape = leaf.shape
    if compared:
        # `InputSpec(allow_last_axis_squeeze=True)` compares sizes as far as both shapes go, the batch aside.
        pairs = zip(_without_last_one(declared)[1:], _without_last_one(given)[1:], strict=False)
        if any(isinstance(size, int) and equal(size, other) is False for size, other in pairs):
            raise misfit.refused()
    if len(given) == len(declared):
        return result(given, like=leaf)
    if len(given) == len(declared) + 1 and not _is_not_one(given[-1]):
        return result(given[:-1], like=leaf)
    if len(given) == len(declared) - 1 and not _is_not_one(declared[-1]):
        if len(declared) > 2 and _alike(given[1:], declared[1:-1]):
            config["expanded"] = (declared, misfit.shape)
        return result((*given, 1), like=leaf)
    raise misfit.refused()


def _is_not_one(dim: Dim) -> bool:
    return equal(dim, 1) is False


def _changes(declared: Shape, leaf: Value) -> bool:
    """Whether the data have sizes that the model was not built with."""
    for size, given in zip(declared[1:], leaf.shape[1:], strict=True):
        same = equal(size, given)
        if same is False or (same is None and not isinstance(size, int) and isinstance(given, int)):
            return True
    return False


def _open_batch(graph: Graph) -> Value:
    """The outputs, for a batch of any size: Keras does not hold data to a stated one."""
    stated = [end.shape[0] for end in graph.flat_inputs if end.shape]

    def one(leaf: Value) -> Value:
        if not isinstance(leaf, Tensor) or not leaf.shape or leaf.shape[0] not in stated:
            return leaf
        made = result((symbol(BATCH), *leaf.shape[1:]), like=leaf)
        made.facts = dict(leaf.facts)
        return made

    return map_structure(one, graph.outputs)


def _check_batch(machine: Machine, self: Instance, ends: Sequence[Tensor], found: Given) -> None:
    """A recurrent layer that keeps its state takes one size of batch only. Raises ShapeError "data-mismatch"."""
    size = ends[0].shape[0] if ends and ends[0].shape else None
    if not isinstance(size, int) or not any(layer.attrs.get("stateful") is True for layer in layers_of(self)):
        return
    wrong = next((batch for batch in found.batches if batch != size), None)
    if wrong is not None:
        raise ShapeError(
            "data-mismatch",
            f"a recurrent layer that keeps its state needs batches of {size}, but one of {wrong} is given",
            help=f"pass `batch_size={size}`, and a number of samples that it divides",
            expected=str(size),
            actual=str(wrong),
            exception="ValueError",
        )


def _quietly(machine: Machine, call: Callable[[], Value], misfit: Misfit) -> Value:
    """Run layers whose complaint is told as one about the data. Raises ShapeError "data-mismatch"."""
    return complaining(machine, call, misfit.refused)


def complaining(machine: Machine, call: Callable[[], Value], refused: Callable[[tuple[str, ...]], ShapeError]) -> Value:
    """Run something whose complaint, in words, becomes another error. Raises that error, Undetermined."""
    asked: list[str] = []

    def catches(name: str) -> bool:
        asked.append(name)
        return True

    machine.handlers.append(catches)
    try:
        with aside(machine):
            return call()
    except Raised as error:
        if not asked:
            raise Undetermined("the code of a layer raises an exception") from None
        raise refused(_words(error)) from None
    finally:
        machine.handlers.pop()


def _words(error: Raised) -> tuple[str, ...]:
    args = error.value.attrs.get("args", ()) if isinstance(error.value, Instance) else ()
    found = next((arg for arg in args if isinstance(arg, str)), None) if isinstance(args, tuple) else None
    return () if found is None else (found,)
