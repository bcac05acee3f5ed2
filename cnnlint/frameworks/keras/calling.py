"""`Layer.__call__`: check the input, build on the first call, run `call`, and remember it all."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from cnnlint.engine.errors import ShapeError, Undetermined
from cnnlint.frameworks import coerce
from cnnlint.frameworks.keras import spec, weights
from cnnlint.frameworks.keras.casting import autocast, stamp
from cnnlint.frameworks.keras.core import LAYER, MODEL, extend, open_shape, result, shown_shape
from cnnlint.frameworks.keras.graph import connect, node_of, plain
from cnnlint.frameworks.keras.structure import flatten, is_nested, map_structure, root_cause
from cnnlint.interpreter.conditions import requirements
from cnnlint.interpreter.values import (
    BoundMethod,
    ClassValue,
    Function,
    HostFunction,
    Instance,
    ListValue,
    Tensor,
    Unknown,
    Value,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from cnnlint.interpreter.machine import Machine
    from cnnlint.model import Place

NUMBERED = re.compile(r"\b(height|width|depth|length|features|channels|dim\d)_(\d+)\b")
"""Sizes that nothing states, with the numbers that tell them apart."""
CONTEXT = ("training",)
"""Arguments that Keras passes to a layer only if its `call` takes them."""


def call_layer(
    machine: Machine,
    self: Instance,
    args: tuple[Value, ...],
    kwargs: dict[str, Value],
    place: Place | None = None,
    row: Place | None = None,
) -> Value:
    """Apply a layer as `layer(*args, **kwargs)` does.

    What goes wrong is told at `place`, by default at this call; `row` is where the model's row of it stands.
    """
    leaves = flatten((args, tuple(kwargs.values())))
    symbolic = any(isinstance(leaf, Unknown) or node_of(leaf) is not None for leaf in leaves)
    inner = tuple(autocast(self, plain(arg)) for arg in args)
    options = {name: autocast(self, plain(value)) for name, value in kwargs.items()}
    with machine.apply(self, args, kwargs) as application:
        application.facts["inside"] = (inner, tuple(options.values()))
        application.place = row or place or application.place
        with requirements(machine) as application.facts["gathered"]:
            output = attempt(machine, lambda: forward(machine, self, inner, options), place)
        application.output = output
        if isinstance(output, Unknown) and is_unbuilt(self):
            machine.touch(self)
            self.facts["unbuilt"] = root_cause((args, tuple(kwargs.values()))) or output
    if not symbolic:
        return output

    def again(machine: Machine, args: tuple[Value, ...], kwargs: dict[str, Value]) -> Value:
        return call_layer(machine, self, args, kwargs, row=application.place)

    return connect(machine, self, args, kwargs, output, application, again)


def is_unbuilt(self: Instance) -> bool:
    """Whether the layer still has weights to make."""
    return self.attrs.get("built") is not True and self.cls.lookup("build") is not LAYER.namespace["build"]


def readable(message: str) -> str:
    """A message without the numbers of open sizes, unless they are needed to tell two of them apart."""
    names = {match[0] for match in NUMBERED.finditer(message)}
    if len({name.rpartition("_")[0] for name in names}) < len(names):
        return message
    return NUMBERED.sub(r"\1", message)


def attempt(machine: Machine, run: Callable[[], Value], place: Place | None = None) -> Value:
    """Run host code: what Keras refuses becomes a fault at `place`, what cannot be told an unknown value."""
    try:
        return run()
    except ShapeError as error:
        error.exception = error.exception or "ValueError"
        error.message = readable(error.message)
        if place is not None:
            error.place = place
        failed = machine.fail(error)
        return Unknown(failed.reason, place) if place is not None and isinstance(failed, Unknown) else failed
    except Undetermined as why:
        return Unknown(why.reason, machine.place, opaque=True)


def forward(machine: Machine, self: Instance, args: tuple[Value, ...], kwargs: dict[str, Value]) -> Value:
    """The output of one call, on tensors without history. Raises ShapeError, Undetermined, Proposal."""
    if self.opaque is not None:
        return Unknown(self.opaque.reason, self.opaque.place)
    if "initialized" not in self.facts:
        if self.cls.unknown_base is not None:
            raise Undetermined(self.cls.unknown_base.reason)
        raise ShapeError(
            "bad-call",
            f"`{self.cls.name}` does not call `super().__init__()` in its `__init__`",
            help="call `super().__init__()` first",
            exception="RuntimeError",
        )
    kwargs = accepted(self, kwargs)
    first = args[0] if args else next(iter(kwargs.values()), None)
    if MODEL not in self.cls.mro:
        check_positional(args)
    check_training(self, args)
    if len(args) > 1 and self.cls.name in ALONE:
        raise ShapeError("bad-call", f"`{self.cls.name}` takes one argument by position", exception="TypeError")
    spec.check(machine, self, first)
    if build(machine, self, args, kwargs):
        spec.check(machine, self, first)
    output = invoke(machine, self, "call", args, kwargs)
    if output is None or isinstance(output, Unknown) or (isinstance(output, Tensor) and output.shape is None):
        output = _by_stated_shape(machine, self, first, output)
    machine.touch(self)
    self.attrs["built"] = True
    return stamp(self, output)


def check_positional(args: tuple[Value, ...]) -> None:
    """Keras takes tensors only by position. Raises ShapeError "bad-call"."""
    for leaf in flatten(args):
        wrong = isinstance(leaf, (bool, int, float, str, ClassValue)) or weights.is_layer(leaf)
        if wrong and not (isinstance(leaf, Instance) and leaf.opaque is not None):
            written = f"a `{leaf.cls.name}` layer" if isinstance(leaf, Instance) else repr(leaf)
            if isinstance(leaf, ClassValue):
                written = f"the class `{leaf.name}`"
            raise ShapeError(
                "bad-call",
                f"only tensors may be passed to a layer by position, not {written}",
                help="call the layer on a tensor first" if isinstance(leaf, Instance) else None,
                exception="ValueError",
            )


ALONE = ("CategoryEncoding", "Discretization", "Normalization", "MelSpectrogram", "Rescaling")
"""Classes whose `__call__(inputs, **kwargs)` takes one argument by position (`DataLayer`)."""


def check_training(self: Instance, args: tuple[Value, ...]) -> None:
    """Keras passes `training` by name, even where a tensor stands in its place. Raises ShapeError "bad-call"."""
    method = self.cls.lookup("call")
    names = method.signature.names[1:] if isinstance(method, HostFunction) else parameters(method)[0]
    at = names.index("training") if "training" in names else len(args)
    if at < len(args) and isinstance(args[at], Tensor):
        raise ShapeError(
            "bad-call", f"`{self.cls.name}` got multiple values for argument `training`", exception="TypeError"
        )


def _being_built(machine: Machine, cls: ClassValue) -> None:
    """Let a layer of the code know that it is built, also where other code calls its `build` and not the layer."""
    del machine
    method = cls.namespace.get("build")
    if not isinstance(method, Function):
        return

    def build(machine: Machine, self: Value, *args: Value, **kwargs: Value) -> Value:
        output = machine.call(method, (self, *args), kwargs)
        if isinstance(self, Instance):
            machine.touch(self)
            self.attrs["built"] = True
        return output

    cls.namespace["build"] = HostFunction(f"{cls.name}.build", build)
    cls.namespace["build"].attrs["__wrapped__"] = method


LAYER.namespace["__class_hook__"] = HostFunction("keras.Layer", _being_built)


def parameters(method: Value) -> tuple[list[str], bool]:
    """The names of a method's parameters without `self`, and whether it takes any other by keyword."""
    if isinstance(method, HostFunction):
        method = method.attrs.get("__wrapped__", method)
    if isinstance(method, Function):
        named = [p.name for p in method.definition.parameters if p.kind not in ("*", "**")]
        return named[1:], any(p.kind == "**" for p in method.definition.parameters)
    if isinstance(method, HostFunction):
        signature = method.signature
        return [*signature.names[1:], *signature.keyword_only], signature.var_keyword
    return [], True


def accepted(self: Instance, kwargs: dict[str, Value]) -> dict[str, Value]:
    """The keyword arguments without the context that this layer's `call` does not ask for."""
    names, anything = parameters(self.cls.lookup("call"))
    return {name: value for name, value in kwargs.items() if anything or name in names or name not in CONTEXT}


def invoke(machine: Machine, self: Instance, name: str, args: tuple[Value, ...], kwargs: dict[str, Value]) -> Value:
    """Call a method: one of the tables directly, so that its errors come here, one of the code as the machine does."""
    own = self.attrs.get(name)
    method = self.cls.lookup(name) if own is None else own
    if not isinstance(method, HostFunction):
        return machine.call(method if own is not None else BoundMethod(method, self), args, kwargs)
    complaint = method.signature.complaint((self, *args), kwargs)
    if complaint is not None:
        raise ShapeError("bad-call", f"`{self.cls.name}` is called wrongly: {complaint}", exception="TypeError")
    return method.body(machine, self, *args, **kwargs)


def build(machine: Machine, self: Instance, args: tuple[Value, ...], kwargs: dict[str, Value]) -> bool:
    """Make the weights on the first call. Returns whether there was something to make."""
    if not is_unbuilt(self):
        return False
    method = self.cls.lookup("build")
    given = build_arguments(machine, self, method, args, kwargs)
    machine.touch(self)
    self.facts.pop("unbuilt", None)
    try:
        invoke(machine, self, "build", (), given)
    except Undetermined as why:
        machine.touch(self)
        self.facts["unbuilt"] = root_cause((args, tuple(kwargs.values()))) or Unknown(why.reason, machine.place)
    machine.touch(self)
    self.attrs["built"] = True
    return True


def build_arguments(
    machine: Machine, self: Instance, method: Value, args: tuple[Value, ...], kwargs: dict[str, Value]
) -> dict[str, Value]:
    """The shapes that Keras hands to `build`: the first argument's, or one for each parameter `name_shape`."""
    wanted, _ = parameters(method)
    names, _ = parameters(self.cls.lookup("call"))
    shapes: dict[str, Value] = {}
    for name, value in (*zip(names, args, strict=False), *kwargs.items()):
        leaves = flatten(value)
        if name != "mask" and leaves and all(leaf is None or isinstance(leaf, (Tensor, Unknown)) for leaf in leaves):
            shapes[f"{name}_shape"] = shapes_of(machine, value)
    if len(wanted) <= 1:
        first = next(iter(shapes.values()), None)
        if first is None and args:
            first = shapes_of(machine, args[0])
        return dict.fromkeys(wanted, first)
    return {name: shapes[name] for name in wanted if name in shapes}


def shapes_of(machine: Machine, value: Value) -> Value:
    """The shapes of a structure of tensors, as the code sees them."""

    def shape(leaf: Value) -> Value:
        if isinstance(leaf, Tensor) and leaf.shape is not None:
            return shown_shape(machine, leaf.shape)
        return None if leaf is None else root_cause(leaf) or Unknown("the shape of the input is not known")

    return map_structure(shape, value)


def _by_stated_shape(machine: Machine, self: Instance, first: Value, output: Value) -> Value:
    """Where `call` gives nothing that is known: what the code's own `compute_output_shape` says."""
    method = self.cls.lookup("compute_output_shape")
    if not isinstance(method, Function):
        return output
    stated = machine.call(BoundMethod(method, self), (shapes_of(machine, first),))
    try:
        return result(as_shape(machine, stated))
    except (Undetermined, ShapeError):
        return output


def as_shape(machine: Machine, value: Value) -> tuple[Value, ...]:
    """A shape that the code writes, batch in front, what it leaves open as symbols. Raises Undetermined."""
    given = coerce.items(value)
    if given is None:
        raise Undetermined("a shape is not known")
    return open_shape(machine, [None if dim is None else coerce.dim(dim) for dim in given])


def first_node_value(self: Instance, name: str) -> Value:
    """`layer.input` and `layer.output`: those of the first call."""
    nodes = self.facts.get("nodes", ())
    if not nodes:
        raise Undetermined(f"layer `{self.attrs.get('name')}` has not been called on a symbolic tensor")
    node = nodes[0]
    if name == "output":
        return node.output
    leaves = [leaf for leaf in node.inputs if isinstance(leaf, Tensor)]
    return leaves[0] if len(leaves) == 1 else ListValue(leaves)


@extend(LAYER)
class Calling:
    def __call__(machine: Machine, self: Instance, /, *args: Value, **kwargs: Value) -> Value:
        return call_layer(machine, self, args, kwargs)

    def call(machine: Machine, self: Instance, *args: Value, **kwargs: Value) -> Value:
        if machine.callerless:  # a base class that nobody calls is none to complain of
            raise Undetermined(f"`{self.cls.name}` has no `call` method")
        raise ShapeError("bad-call", f"`{self.cls.name}` has no `call` method", exception="NotImplementedError")

    def compute_output_shape(machine: Machine, self: Instance, input_shape: Value, *rest: Value) -> Value:
        def tensor(shape: Value) -> Value:
            return result(as_shape(machine, shape))

        items = coerce.items(input_shape)
        many = items is not None and all(is_nested(item) for item in items)
        inputs = ListValue([tensor(item) for item in items or ()]) if many else tensor(input_shape)
        output = invoke(machine, self, "call", (inputs,), {})
        return shapes_of(machine, output)

    @property
    def input(machine: Machine, self: Instance) -> Value:
        return first_node_value(self, "input")

    @property
    def output(machine: Machine, self: Instance) -> Value:
        return first_node_value(self, "output")

    @property
    def input_shape(machine: Machine, self: Instance) -> Value:
        return shapes_of(machine, first_node_value(self, "input"))

    @property
    def output_shape(machine: Machine, self: Instance) -> Value:
        return shapes_of(machine, first_node_value(self, "output"))
