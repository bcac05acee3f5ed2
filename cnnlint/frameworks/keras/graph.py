"""The graph that calls on Keras tensors draw, and how operations of `keras.ops` join it.

A symbolic tensor remembers the `Node` that made it (`facts["node"]`) and which of its outputs it is (`facts["index"]`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cnnlint.engine.errors import ShapeError, Undetermined
from cnnlint.frameworks.keras import changes
from cnnlint.frameworks.keras.core import KERAS, KERAS_TENSOR, LAYER, OPERATION
from cnnlint.frameworks.keras.structure import flatten, map_structure, root_cause
from cnnlint.interpreter.conditions import requirements
from cnnlint.interpreter.values import ClassValue, HostFunction, Instance, Tensor, Unknown, Value

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeAlias

    from cnnlint.interpreter.library import Body
    from cnnlint.interpreter.machine import Machine
    from cnnlint.interpreter.trace import Application

    Key: TypeAlias = "tuple[int, int]"

FOREIGN = ("tensorflow.", "keras.backend.")
"""Where the functions are that need a tensor of TensorFlow."""
HISTORY = ("node", "index", "symbolic", "taken")
TAKEN = "taken"
"""The fact that a function which is no layer was given the tensor: it may go into a loss."""


@dataclass(frozen=True, slots=True, eq=False)
class Node:
    """One symbolic call: `inputs` are the tensors with a history (and unknown values) among its arguments, flat."""

    operation: Instance
    args: tuple[Value, ...]
    kwargs: dict[str, Value]
    inputs: tuple[Value, ...]
    output: Value
    application: Application | None
    run: Callable[[Machine, tuple[Value, ...], dict[str, Value]], Value] | None
    """Does the same to other arguments; None for an input."""
    hidden: Unknown | None = None
    """Why its output is not known, where that is so."""

    @property
    def is_input(self) -> bool:
        """Whether it is an `InputLayer`'s."""
        return self.run is None

    @property
    def outputs(self) -> list[Tensor]:
        """The tensors that it made, flat."""
        return [leaf for leaf in flatten(self.output) if isinstance(leaf, Tensor)]


def node_of(value: Value) -> Node | None:
    """The node that made a symbolic tensor; None for anything else."""
    if not isinstance(value, Tensor):
        return None
    found = value.facts.get("node")
    return found if isinstance(found, Node) else None


def key_of(tensor: Tensor) -> Key:
    """What identifies a symbolic tensor: its node, and which output of it."""
    return id(tensor.facts["node"]), tensor.facts["index"]


def is_symbolic(args: tuple[Value, ...], kwargs: dict[str, Value]) -> bool:
    """Whether a call on these draws a node: a symbolic tensor is among them, or what may be one."""
    leaves = flatten((args, tuple(kwargs.values())))
    return any(node_of(leaf) is not None for leaf in leaves)


def plain(value: Value) -> Value:
    """The same tensors without history, for the inside of a layer's call."""

    def strip(leaf: Value) -> Value:
        if not isinstance(leaf, Tensor) or "node" not in leaf.facts:
            return leaf
        made = copy(leaf)
        made.facts["symbolic"] = True
        return made

    return map_structure(strip, value)


def copy(tensor: Tensor) -> Tensor:
    """A new Keras tensor of the same shape and type, without history."""
    made = Tensor(KERAS_TENSOR, tensor.shape, tensor.dtype, free=tensor.free, values=tensor.values)
    made.facts = {key: value for key, value in tensor.facts.items() if key not in HISTORY}
    return made


def connect(
    machine: Machine,
    operation: Instance,
    args: tuple[Value, ...],
    kwargs: dict[str, Value],
    output: Value,
    application: Application | None,
    run: Callable[[Machine, tuple[Value, ...], dict[str, Value]], Value] | None,
) -> Value:
    """Draw a node and give the output fresh tensors that remember it; what is not known is a tensor of no shape."""
    hidden: list[Unknown] = []
    earlier = root_cause((args, tuple(kwargs.values())))

    def fresh(leaf: Value) -> Value:
        if isinstance(leaf, Tensor):
            made = copy(leaf)
        elif isinstance(leaf, Unknown):
            hidden.append(earlier or leaf)
            made = Tensor(KERAS_TENSOR, None)
        else:
            return leaf
        if made.shape is None and made.free is None:
            made.facts["why"] = hidden[-1] if hidden else earlier or _unexplained(operation)
        return made

    output = map_structure(fresh, output)
    leaves = flatten((args, tuple(kwargs.values())))
    inputs = tuple(leaf for leaf in leaves if isinstance(leaf, Unknown) or node_of(leaf) is not None)
    node = Node(operation, args, kwargs, inputs, output, application, run, hidden[0] if hidden else None)
    if LAYER not in operation.cls.mro:
        for leaf in inputs:
            if isinstance(leaf, Tensor):
                leaf.facts[TAKEN] = True
    for index, tensor in enumerate(node.outputs):
        tensor.facts |= {"node": node, "index": index}
    machine.touch(operation)
    operation.facts["nodes"] = (*operation.facts.get("nodes", ()), node)
    return output


def _unexplained(operation: Instance) -> Unknown:
    return Unknown(f"the shape that `{operation.cls.name}` gives is not known", operation.place)


# --- operations -------------------------------------------------------------------------------------------------------


def operation(*names: str, type: str | None = None) -> Callable[[Body], Body]:
    """Declare a function of `keras.ops` (and its other names): on symbolic tensors it becomes a row of the model.

    The body sees tensors and gives new ones by their shapes; `type` is the class name that Keras's summary shows
    (`Add`), by default the capitalized last part of the first name.
    """
    title = type or "".join(part.capitalize() for part in names[0].rpartition(".")[2].split("_"))
    cls = ClassValue(f"keras.ops.{title}", (OPERATION,), library=True)

    def declare(body: Body) -> Body:
        host = HostFunction(names[0], body)
        host.body = traced(cls, body, names[0])
        for name in names:
            KERAS.add(name, host)
        return body

    return declare


def traced(cls: ClassValue, body: Callable[..., Value], name: str = "") -> Callable[..., Value]:
    """The body of an operation, drawing a node of class `cls` when it meets symbolic tensors."""
    foreign = name.startswith(FOREIGN)

    def run(machine: Machine, *args: Value, **kwargs: Value) -> Value:
        if not is_symbolic(args, kwargs):
            return body(machine, *args, **kwargs)
        if foreign and changes.has(machine, "tensorflow-refused"):
            machine.fail(_refused(name))  # what it would give is still followed, for those who run it on Keras 2
        made = Instance(cls, machine.place)
        made.attrs["name"] = kwargs.get("name") or machine.fresh(_snake(cls.name))

        def perform(machine: Machine, args: tuple[Value, ...], kwargs: dict[str, Value]) -> Value:
            with (
                machine.apply(made, args, kwargs) as application,
                requirements(machine) as application.facts["gathered"],
            ):
                try:
                    output = body(machine, *plain(args), **{key: plain(value) for key, value in kwargs.items()})
                except Undetermined as why:
                    output = Unknown(why.reason, machine.place)
                application.output = output
            if not is_symbolic(args, kwargs):
                return output
            return connect(machine, made, args, kwargs, output, application, perform)

        return perform(machine, args, kwargs)

    return run


def _refused(name: str) -> ShapeError:
    written = name.replace("tensorflow.", "tf.")
    return ShapeError(
        "bad-call",
        f"Keras 3 takes no TensorFlow function such as `{written}` on the tensors of a functional model",
        help="use the function of `keras.ops` or a layer, or put it into a `Lambda` or the `call` of a layer",
        exception="ValueError",
    )


def _snake(name: str) -> str:
    import re

    name = re.sub("(.)([A-Z][a-z]+)", r"\1_\2", name)
    return re.sub("([a-z])([A-Z])", r"\1_\2", name).lower()
