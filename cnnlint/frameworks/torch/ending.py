"""What a tensor was made with last: the activation that stands before a loss, the labels that a target holds."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from cnnlint.engine.errors import ShapeError
from cnnlint.frameworks.torch.dtypes import is_usual
from cnnlint.frameworks.torch.layer import kind_of
from cnnlint.frameworks.torch.provenance import GIVEN, ORIGIN, REARRANGING, SAME_PLACES
from cnnlint.interpreter.trace import Application
from cnnlint.interpreter.values import Tensor, Unknown, Weight

if TYPE_CHECKING:
    from cnnlint.engine.shape import Shape
    from cnnlint.interpreter.machine import Machine
    from cnnlint.interpreter.values import Value
    from cnnlint.model import Place

MAX_STEPS = 40
"""Functions that are followed back from one tensor."""

KEEPING = SAME_PLACES | REARRANGING | {"dropout"}
LABELS = SAME_PLACES | REARRANGING | {"from_numpy", "tensor", "as_tensor", "short", "numpy"}
"""Functions after which labels are the same labels."""

ACTIVATIONS = {
    "Softmax": "softmax",
    "Softmax2d": "softmax",
    "LogSoftmax": "log_softmax",
    "Sigmoid": "sigmoid",
    "LogSigmoid": "logsigmoid",
    "ReLU": "relu",
    "ReLU6": "relu6",
    "Tanh": "tanh",
}
"""The layers that are told from each other, by the names of their functions."""

NAMED = frozenset(ACTIVATIONS.values())
LINEAR_KINDS = frozenset({"dense", "convolution"})
SILENT_KINDS = frozenset({"dropout", "flatten"})


@dataclass(frozen=True, slots=True)
class Ending:
    """What made a tensor's values last: `name` is an activation or `linear`.

    `axis` is that of a softmax, counted from the front; None where it is not known or where the axes are others by now.
    `rank` is that of the tensor there. `place` is where it is applied, `built` where its layer was built.
    """

    name: str
    axis: int | None = None
    rank: int | None = None
    place: Place | None = None
    built: Place | None = None
    implicit: bool = False


def ending(value: Value) -> Ending | None:
    """What a tensor was made with last; None where that is not known."""
    moved = False
    for _ in range(MAX_STEPS):
        if isinstance(value, Unknown):
            return _of_unknown(value)
        if not isinstance(value, Tensor) or "alternative" in value.facts:
            return None
        origin = value.facts.get(ORIGIN)
        if origin is None or origin == GIVEN:
            return None
        found = _of_layer(value, origin) if isinstance(origin, Application) else _of_function(value, *origin)
        if isinstance(found, Ending):
            return replace(found, axis=None) if moved else found
        if found is None:
            return None
        value, rearranged = found
        moved = moved or rearranged
    return None


def _of_unknown(value: Unknown) -> Ending | None:
    """What made the values of something of which no more is known."""
    if value.made is None:
        return None
    name, source, place = value.made
    if name == "log":
        inner = _of_unknown(kept(source))
        return replace(inner, name="log_softmax") if inner is not None and inner.name == "softmax" else None
    if name in NAMED:
        return Ending(name, place=place)
    inner_most = kept(value)
    return None if inner_most is value else _of_unknown(inner_most)


def kept(value: Unknown) -> Unknown:
    """The unknown value that another holds the same numbers as, moved or in other axes."""
    for _ in range(MAX_STEPS):
        if value.made is None or value.made[0] not in KEEPING:
            return value
        value = value.made[1]
    return value


def _of_layer(made: Tensor, application: Application) -> Ending | tuple[Value, bool] | None:
    layer = application.instance
    if layer.cls.name in ACTIVATIONS and layer.cls.library:
        dim = layer.attrs.get("dim")
        return _activated(ACTIVATIONS[layer.cls.name], dim, made.shape, application.place, layer.place)
    kind = kind_of(layer.cls)
    if kind in LINEAR_KINDS:
        return Ending("linear", place=application.place, built=layer.place)
    if application.args and layer.cls.library and (kind in SILENT_KINDS or layer.cls.name == "Identity"):
        return application.args[0], kind == "flatten"
    return None


def _of_function(made: Tensor, name: str, sources: tuple[Value, ...]) -> Ending | tuple[Value, bool] | None:
    if name in NAMED:
        at = made.facts.get("at")
        return _activated(name, made.facts.get("axis"), made.shape, at, None, implicit="implicit" in made.facts)
    if name == "linear":
        return Ending("linear", place=made.facts.get("at"))
    if not sources:
        return None
    if name == "log":
        inner = ending(sources[0])
        return replace(inner, name="log_softmax") if inner is not None and inner.name == "softmax" else None
    if name in SAME_PLACES or name in REARRANGING or name == "dropout":
        return sources[0], name in REARRANGING
    return None


def _activated(
    name: str, dim: Value, shape: Shape | None, place: Place | None, built: Place | None, *, implicit: bool = False
) -> Ending:
    rank = None if shape is None else len(shape)
    axis = dim if isinstance(dim, int) else None
    if dim is None and rank is not None and name in ("softmax", "log_softmax"):
        axis = 0 if rank in (0, 1, 3) else 1  # what `_get_softmax_dim` chooses
    if axis is not None and rank is not None and axis < 0:
        axis += rank
    return Ending(name, axis, rank, place, built, implicit or (dim is None and built is not None))


def refuse_type(machine: Machine, input: Value, weight: Value, name: str) -> None:
    """Refuse numbers of another type than the weights of a layer, which converts nothing."""
    if not isinstance(input, Tensor) or not isinstance(weight, Weight):
        return
    if input.cls.qualified_name == "numpy.ndarray":
        raise ShapeError(
            "bad-argument",
            f"`{name}` takes a tensor, not a NumPy array",
            help="convert it: `torch.from_numpy(array).float()`",
            exception="TypeError",
        )
    if is_usual(machine) and weight.dtype == "float32" and input.dtype in UNFIT and "alternative" not in input.facts:
        raise ShapeError(
            "bad-argument",
            f"the input of `{name}` holds {input.dtype}, its weights are float32",
            help="convert the input: `.float()`",
            expected="float32",
            actual=input.dtype,
            exception="RuntimeError",
        )


UNFIT = frozenset({"float64", "int64", "int32", "int16", "uint8", "int8", "bool"})
"""Types that no layer with float32 weights takes; half precision may be under `autocast`."""


def label_range(value: Value) -> tuple[int, int, bool] | None:
    """The least and the greatest of whole numbers that a tensor holds, and whether both are surely among them."""
    for _ in range(MAX_STEPS):
        if not isinstance(value, Tensor) or "alternative" in value.facts:
            return None
        if value.values is not None:
            return _of_values(value.values)
        if "range" in value.facts:
            low, high = value.facts["range"]
            return low, high, value.facts.get("classes") == high - low + 1
        origin = value.facts.get(ORIGIN)
        if not isinstance(origin, tuple) or origin[0] not in LABELS or not origin[1]:
            return None
        value = origin[1][0]
    return None


def _of_values(values: tuple[Value, ...]) -> tuple[int, int, bool] | None:
    if not values or not all(isinstance(each, (int, float)) and each == each // 1 for each in values):
        return None
    return int(min(values)), int(max(values)), True
