"""Layers that join several tensors, with their functional forms."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.engine import merging as engine
from cnnlint.engine.dimension import Expr
from cnnlint.engine.errors import ShapeError
from cnnlint.engine.shape import concatenate as concatenated
from cnnlint.frameworks import coerce
from cnnlint.frameworks.keras.arguments import refused
from cnnlint.frameworks.keras.core import KERAS, open_dim, result
from cnnlint.frameworks.keras.layer import configure, initialize, layer
from cnnlint.interpreter.values import DictValue, Instance, Tensor, Value

if TYPE_CHECKING:
    from cnnlint.engine.dimension import Dim
    from cnnlint.engine.shape import Shape
    from cnnlint.interpreter.machine import Machine


def _inputs(self: Instance, value: Value) -> tuple[list[Tensor], list[Shape]]:
    """The tensors that a merge layer is called on.

    Raises:
        ShapeError: "bad-call" where it is not a list.
        Undetermined: where a shape is not known.

    """
    if isinstance(value, DictValue):
        raise refused(f"a `{self.cls.name}` layer must be called on a list of tensors, not on a dictionary", "KeyError")
    given = None if isinstance(value, Tensor) else coerce.items(value)
    if given is None:
        raise ShapeError(
            "bad-call",
            f"a `{self.cls.name}` layer must be called on a list of tensors",
            help="pass the tensors in a list",
            exception="ValueError",
        )
    tensors = [coerce.tensor(item, "inputs") for item in given]
    return tensors, [coerce.shape_of(tensor, "inputs") for tensor in tensors]


def _exactly_two(self: Instance, count: int) -> None:
    if count != 2:
        raise ShapeError(
            "bad-call",
            f"a `{self.cls.name}` layer must be called on exactly 2 inputs, got {count}",
            expected="2",
            actual=str(count),
            exception="ValueError",
        )


def _open_where_mixed(machine: Machine, made: Shape, shapes: list[Shape]) -> Shape:
    """A size that one input states and another leaves open is open in the output, as in Keras, but for the batch."""
    rank = len(made)
    front = {shape[0] for shape in shapes if shape and isinstance(shape[0], int)}
    sizes: list[Dim] = []
    for axis, size in enumerate(made):
        found = [shape[axis - rank] for shape in shapes if len(shape) > rank - axis]
        mixed = isinstance(size, int) and any(isinstance(each, Expr) for each in found)
        sizes.append(open_dim(machine, f"dim{axis}") if axis and mixed else size)
    return (front.pop(), *sizes[1:]) if len(front) == 1 and sizes else tuple(sizes)


def _declare_elementwise(name: str, pair: bool = False) -> None:
    @layer(name, kind="merge")
    class Elementwise:
        def __init__(machine: Machine, self: Instance, **kwargs: Value) -> None:
            initialize(machine, self, kwargs)
            configure(self)

        def call(machine: Machine, self: Instance, inputs: Value) -> Value:
            tensors, shapes = _inputs(self, inputs)
            if len(shapes) > 1 and () in shapes:
                raise refused("a tensor without any axis cannot be merged", "IndexError")
            if pair:
                _exactly_two(self, len(tensors))
            return result(_open_where_mixed(machine, engine.merge(shapes), shapes), like=tensors[0])

    def functional(machine: Machine, inputs: Value, **kwargs: Value) -> Value:
        return machine.call(machine.call(KERAS.names[f"keras.layers.{name}"], (), kwargs), (inputs,))

    KERAS.function(f"keras.layers.{name.lower()}")(functional)


for _name in ("Add", "Average", "Maximum", "Minimum", "Multiply"):
    _declare_elementwise(_name)
_declare_elementwise("Subtract", pair=True)


@layer("Concatenate", kind="merge")
class Concatenate:
    def __init__(machine: Machine, self: Instance, axis: Value = -1, **kwargs: Value) -> None:
        initialize(machine, self, kwargs)
        configure(self, axis=axis)

    def call(machine: Machine, self: Instance, inputs: Value) -> Value:
        tensors, shapes = _inputs(self, inputs)
        if not shapes:
            raise ShapeError(
                "bad-call", "a `Concatenate` layer must be called on at least 1 input", exception="ValueError"
            )
        return result(concatenated(shapes, coerce.integer(self.attrs["axis"], "axis")), like=tensors[0])


def _check_open(shapes: list[Shape], axes: int | tuple[int, ...]) -> None:
    """Keras compares the sizes as they are: one that is open is no stated one. Raises ShapeError "size-mismatch"."""
    pair = axes if isinstance(axes, tuple) else (axes, axes)
    found = [
        shape[axis] for shape, axis in zip(shapes, pair, strict=False) if -len(shape) <= axis < len(shape) and axis
    ]
    if len(found) == 2 and isinstance(found[0], Expr) != isinstance(found[1], Expr):
        raise ShapeError(
            "size-mismatch",
            f"a dot product runs over a stated and an open size, {found[0]} and {found[1]}",
            help="state the size in the `Input`",
            exception="ValueError",
        )


@layer("Dot", kind="merge")
class Dot:
    def __init__(machine: Machine, self: Instance, axes: Value, normalize: Value = False, **kwargs: Value) -> None:
        initialize(machine, self, kwargs)
        given = coerce.items(axes)
        if given is not None and len(given) != 2:
            raise refused(f"`axes` must hold two elements, got {len(given)}")
        if given is None and (axes is None or isinstance(axes, (str, float))):
            raise refused(f"`axes` must be an integer or a list, not {axes!r}", "TypeError")
        configure(self, axes=axes, normalize=normalize)

    def call(machine: Machine, self: Instance, inputs: Value) -> Value:
        tensors, shapes = _inputs(self, inputs)
        _exactly_two(self, len(tensors))
        given = coerce.items(self.attrs["axes"])
        if given is None:
            axes: int | tuple[int, ...] = coerce.integer(self.attrs["axes"], "axes")
        else:
            axes = tuple(coerce.integer(axis, "axes") for axis in given)
        _check_open(shapes, axes)
        output = engine.dot(shapes, axes)
        machine.add_macs(engine.dot_macs(shapes, axes))
        return result(output, like=tensors[0])


@KERAS.function("keras.layers.concatenate")
def concatenate(machine: Machine, inputs: Value, axis: Value = -1, **kwargs: Value) -> Value:
    made = machine.call(KERAS.names["keras.layers.Concatenate"], (), {"axis": axis, **kwargs})
    return machine.call(made, (inputs,))


@KERAS.function("keras.layers.dot")
def dot(machine: Machine, inputs: Value, axes: Value = -1, **kwargs: Value) -> Value:
    made = machine.call(KERAS.names["keras.layers.Dot"], (), {"axes": axes, **kwargs})
    return machine.call(made, (inputs,))
