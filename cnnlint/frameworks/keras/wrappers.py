"""Layers around another layer: `TimeDistributed` and `Bidirectional`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.engine.errors import ShapeError, Undetermined
from cnnlint.engine.shape import broadcast, text
from cnnlint.frameworks import coerce
from cnnlint.frameworks.keras import generic  # noqa: F401 - declares `Wrapper`
from cnnlint.frameworks.keras.arguments import refused, single
from cnnlint.frameworks.keras.calling import build, call_layer, invoke, parameters
from cnnlint.frameworks.keras.core import KERAS, result
from cnnlint.frameworks.keras.layer import initialize, layer
from cnnlint.frameworks.keras.repeating import repeated
from cnnlint.frameworks.keras.weights import is_layer
from cnnlint.interpreter.values import Instance, ListValue, Tensor, Unknown, Value, Weight

if TYPE_CHECKING:
    from cnnlint.interpreter.machine import Machine

MERGES = ("sum", "mul", "ave", "concat", None)
KEPT = ("stateful", "return_sequences", "return_state", "go_backwards")
OWN = ("weights", "nodes", "hidden", "layers", "input_shape")
"""What a copy of a layer does not take over."""


def wrapped(self: Instance, inner: Value) -> None:
    """Keep the layer that is wrapped. Raises ShapeError "bad-argument", Undetermined."""
    if isinstance(inner, Unknown):
        raise Undetermined(inner.reason)
    if not is_layer(inner):
        raise refused(f"`{self.cls.name}` wraps a layer, not {coerce.describe(inner)}")
    self.attrs["layer"] = inner


@layer("TimeDistributed", bases=(KERAS.names["keras.layers.Wrapper"],))
class TimeDistributed:
    def __init__(machine: Machine, self: Instance, layer: Value, **kwargs: Value) -> None:
        initialize(machine, self, kwargs)
        wrapped(self, layer)

    def build(machine: Machine, self: Instance, input_shape: Value) -> None:
        # The wrapped layer is built when it is called on one step, as any layer is.
        return None

    def call(machine: Machine, self: Instance, inputs: Value, training: Value = None, mask: Value = None) -> Value:
        tensor, shape = single(inputs)
        if len(shape) < 3:
            raise ShapeError(
                "rank-mismatch",
                f"`TimeDistributed` needs an input of at least 3 dimensions, not {text(shape)}",
                expected="at least 3",
                actual=str(len(shape)),
                exception="ValueError",
            )
        with repeated(machine, shape[1]):
            made = _one_step(machine, self.attrs["layer"], result((shape[0], *shape[2:]), like=tensor))
        inner = coerce.shape_of(made)
        if not inner:
            raise Undetermined("a wrapped layer gives a number")
        return result((inner[0], shape[1], *inner[1:]), like=made)


def _one_step(machine: Machine, inner: Instance, part: Value) -> Value:
    """`layer.call` on one step: Keras does not compare it with what the layer asks of its input."""
    if inner.opaque is not None:
        raise Undetermined(inner.opaque.reason)
    with machine.apply(inner, (part,), {}) as application:
        build(machine, inner, (part,), {})
        made = invoke(machine, inner, "call", (part,), {})
        application.output = made
    machine.touch(inner)
    inner.attrs["built"] = True
    if isinstance(made, Unknown):
        raise Undetermined(made.reason)
    return made


def copied(machine: Machine, inner: Instance, name: str) -> Instance:
    """A new layer of the same configuration, without weights."""
    made = Instance(inner.cls, machine.place)
    made.opaque = inner.opaque
    made.facts = {key: value for key, value in inner.facts.items() if key not in OWN}
    for key, value in inner.attrs.items():
        if not isinstance(value, Weight):
            made.attrs[key] = _copied_value(machine, value)
    made.attrs |= {"name": name, "built": False}
    return made


def _copied_value(machine: Machine, value: Value) -> Value:
    if is_layer(value):
        return copied(machine, value, value.attrs.get("name", ""))
    if isinstance(value, ListValue):
        return ListValue([_copied_value(machine, item) for item in value.items], value.unknown)
    return value


@layer("Bidirectional", kind="recurrent")
class Bidirectional:
    def __init__(
        machine: Machine,
        self: Instance,
        layer: Value,
        merge_mode: Value = "concat",
        weights: Value = None,
        backward_layer: Value = None,
        **kwargs: Value,
    ) -> None:
        initialize(machine, self, kwargs)
        wrapped(self, layer)
        del self.attrs["layer"]
        if weights is not None and isinstance(weights, (bool, int, float)):
            raise refused(f"`weights` must be a list of arrays, not {coerce.describe(weights)}", "TypeError")
        mode = coerce.known(merge_mode)
        if mode not in MERGES:
            raise refused(f"`merge_mode` must be one of {', '.join(map(repr, MERGES))}, got {mode!r}")
        if backward_layer is not None and not isinstance(backward_layer, Unknown) and not is_layer(backward_layer):
            raise refused(f"`backward_layer` must be a layer, not {coerce.describe(backward_layer)}")
        if layer.opaque is not None:
            raise Undetermined(layer.opaque.reason)
        if "go_backwards" not in layer.attrs:
            if layer.cls.library:
                raise refused(f"`Bidirectional` wraps a recurrent layer, not `{layer.cls.name}`")
            raise Undetermined(f"whether `{layer.cls.name}` is recurrent is not known")
        other = backward_layer if isinstance(backward_layer, Instance) and backward_layer.opaque is None else layer
        if other.cls.library and "go_backwards" not in other.attrs:
            raise refused(f"`backward_layer` must be recurrent, not `{backward_layer.cls.name}`", "AttributeError")
        name = layer.attrs.get("name")
        self.attrs["forward_layer"] = copied(machine, layer, f"forward_{_plain(name, 'forward_')}")
        if backward_layer is None:
            backward_layer = copied(machine, layer, f"backward_{_plain(name, 'backward_')}")
            backward_layer.attrs["go_backwards"] = True
        self.attrs["backward_layer"] = backward_layer
        self.attrs["merge_mode"] = mode
        self.facts["config"] = {"merge_mode": mode, **{k: layer.attrs.get(k) for k in ("units", "return_sequences")}}
        for option in KEPT[:3]:
            self.attrs[option] = layer.attrs.get(option)
        _check_pair(machine, self.attrs["forward_layer"], backward_layer)
        if "input_spec" in layer.attrs:
            self.attrs["input_spec"] = layer.attrs["input_spec"]

    def call(
        machine: Machine,
        self: Instance,
        sequences: Value,
        initial_state: Value = None,
        mask: Value = None,
        training: Value = None,
    ) -> Value:
        forward, backward = self.attrs["forward_layer"], self.attrs["backward_layer"]
        first, second = _halves(machine, initial_state)
        one = call_layer(machine, forward, (sequences,), _given(forward, first, mask))
        other = call_layer(machine, backward, (sequences,), _given(backward, second, mask))
        states: tuple[Value, ...] = ()
        if coerce.flag(self.attrs["return_state"]):
            one, *states_one = coerce.sequence(machine, one)
            other, *states_other = coerce.sequence(machine, other)
            states = (*states_one, *states_other)
        merged = _merged(self.attrs["merge_mode"], one, other)
        if not states:
            return merged
        return (*merged, *states) if isinstance(merged, tuple) else (merged, *states)


def _plain(name: Value, prefix: str) -> str:
    return str(name).removeprefix(prefix)


def _check_pair(machine: Machine, forward: Instance, backward: Value) -> None:
    if not isinstance(backward, Instance):
        raise Undetermined("the backward layer is not known")
    if machine.equal(forward.attrs["go_backwards"], machine.get(backward, "go_backwards")):
        raise refused("the forward and the backward layer must differ in `go_backwards`")
    for option in KEPT[:3]:
        if machine.equal(forward.attrs.get(option), machine.get(backward, option)) is False:
            raise refused(f"the forward and the backward layer must have the same `{option}`")


def _given(inner: Instance, initial_state: Value, mask: Value) -> dict[str, Value]:
    """What the call of one of the two layers gets beside the sequences."""
    names, _ = parameters(inner.cls.lookup("call"))
    given = {"initial_state": initial_state, "mask": mask if "mask" in names else None}
    return {name: value for name, value in given.items() if value is not None}


def _halves(machine: Machine, initial_state: Value) -> tuple[Value, Value]:
    if initial_state is None:
        return None, None
    if isinstance(initial_state, Tensor):
        raise refused("`initial_state` must be a list, the states of both layers", "TypeError")
    found = coerce.sequence(machine, initial_state)
    half = len(found) // 2
    return ListValue(found[:half]), ListValue(found[half:])


def _merged(mode: str | None, one: Value, other: Value) -> Value:
    if isinstance(one, Unknown) or isinstance(other, Unknown):
        raise Undetermined((one if isinstance(one, Unknown) else other).reason)
    if mode is None:
        return (one, other)
    left, right = coerce.shape_of(one), coerce.shape_of(other)
    if mode == "concat":
        return result((*left[:-1], left[-1] + right[-1]), like=one)
    return result(broadcast(left, right), like=one)
