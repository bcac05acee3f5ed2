"""`Input`, `InputLayer`, and what a Keras tensor and a variable show of themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.engine.dimension import Expr
from cnnlint.engine.errors import ShapeError, Undetermined
from cnnlint.frameworks import coerce
from cnnlint.frameworks.keras import changes
from cnnlint.frameworks.keras.core import (
    KERAS,
    KERAS_TENSOR,
    VARIABLE,
    extend,
    open_shape,
    result,
    shown_shape,
)
from cnnlint.frameworks.keras.graph import connect, node_of
from cnnlint.frameworks.keras.layer import initialize, layer, weight_shape
from cnnlint.frameworks.keras.operands import operand
from cnnlint.frameworks.keras.options import check_type
from cnnlint.frameworks.keras.spec import shape_to_unpack
from cnnlint.interpreter.values import (
    ClassValue,
    DictValue,
    Function,
    HostFunction,
    Instance,
    Tensor,
    Unknown,
    Value,
    Weight,
)

if TYPE_CHECKING:
    from cnnlint.engine.dimension import Dim
    from cnnlint.interpreter.machine import Machine


def stated(machine: Machine, value: Value) -> list[Dim | None]:
    """A shape as `Input` takes it.

    Raises:
        ShapeError: "bad-argument" for what Keras's `standardize_shape` refuses.
        Undetermined: where it is not known.

    """
    given = coerce.items(value)
    if isinstance(value, int) and not changes.has(machine, "shapes-are-sequences"):
        given = (value,)
    if given is None:
        raise ShapeError(
            "bad-argument", f"cannot convert `{_written(value)}` to a shape", help=_tuple(value), exception="ValueError"
        )
    dims: list[Dim | None] = []
    for item in given:
        if item is None:
            dims.append(None)
            continue
        if isinstance(item, (str, float)):
            raise ShapeError("bad-argument", f"`{item!r}` is no size of a shape", exception="ValueError")
        size = coerce.dim(item, "shape")
        if isinstance(size, int) and size < 0:
            raise ShapeError("bad-argument", f"a shape cannot have the negative size {size}", exception="ValueError")
        dims.append(size)
    return dims


def _written(value: Value) -> str:
    return repr(value) if isinstance(value, (int, float, str)) else coerce.describe(value)


def _tuple(value: Value) -> str | None:
    return (
        f"a shape is a tuple: `({value},)`" if isinstance(value, (int, Expr)) and not isinstance(value, Expr) else None
    )


@layer("InputLayer", kind="input")
class InputLayer:
    def __init__(
        machine: Machine,
        self: Instance,
        shape: Value = None,
        batch_size: Value = None,
        dtype: Value = None,
        sparse: Value = None,
        ragged: Value = None,
        batch_shape: Value = None,
        input_tensor: Value = None,
        optional: Value = False,
        name: Value = None,
        **kwargs: Value,
    ) -> None:
        initialize(machine, self, {"name": name})
        if kwargs.get("input_shape") is not None:
            shape = kwargs["input_shape"]
        if kwargs.get("batch_input_shape") is not None:
            batch_shape = kwargs["batch_input_shape"]
        self.attrs["built"] = True
        start(machine, self, shape, batch_size, dtype, batch_shape, input_tensor)

    def call(machine: Machine, self: Instance, *args: Value) -> None:
        return None

    @property
    def batch_shape(machine: Machine, self: Instance) -> Value:
        tensor = self.facts["tensor"]
        return shown_shape(machine, tensor.shape) if tensor.shape is not None else Unknown("the shape is not known")


def start(
    machine: Machine,
    self: Instance,
    shape: Value,
    batch_size: Value,
    dtype: Value,
    batch_shape: Value,
    tensor: Value,
) -> None:
    """Make the symbolic tensor of an input layer."""
    if shape is not None and batch_shape is not None:
        raise ShapeError("bad-call", "`shape` and `batch_shape` cannot both be given", exception="ValueError")
    if tensor is None and shape is None and batch_shape is None:
        raise ShapeError("bad-call", "an `Input` needs a `shape`", exception="ValueError")
    if isinstance(batch_shape, DictValue) and batch_shape.unknown is None and not batch_shape.items:
        batch_shape = ()
    check_type(dtype)
    made: Tensor
    element_type = dtype if isinstance(dtype, str) else "float32"
    if isinstance(tensor, Tensor):
        made = result(tensor.shape, tensor.dtype)
    else:
        try:
            dims = stated(machine, batch_shape) if shape is None else [_batch(batch_size), *stated(machine, shape)]
            made = result(open_shape(machine, dims), element_type)
        except Undetermined as why:
            self.facts["hidden"] = Unknown(why.reason, machine.place)
            made = result(None, element_type)
    self.facts["tensor"] = connect(machine, self, (), {}, made, None, None)


def _batch(size: Value) -> Dim | None:
    return None if size is None else coerce.dim(size, "batch_size")


INPUT_LAYER: ClassValue = KERAS.names["keras.layers.InputLayer"]


@KERAS.function("keras.Input", "keras.layers.Input", "keras.engine.Input")
def Input(
    machine: Machine,
    shape: Value = None,
    batch_size: Value = None,
    dtype: Value = None,
    sparse: Value = None,
    ragged: Value = None,
    batch_shape: Value = None,
    name: Value = None,
    tensor: Value = None,
    optional: Value = False,
    **legacy: Value,
) -> Tensor:
    if set(legacy) - {"type_spec"}:
        unknown = ", ".join(f"`{key}`" for key in legacy)
        raise ShapeError("bad-call", f"`Input` got unexpected keyword arguments: {unknown}", exception="TypeError")
    return new_input(machine, shape, batch_size, dtype, batch_shape, name, tensor)


def new_input(
    machine: Machine,
    shape: Value = None,
    batch_size: Value = None,
    dtype: Value = None,
    batch_shape: Value = None,
    name: Value = None,
    tensor: Value = None,
) -> Tensor:
    """The symbolic tensor of a new input layer."""
    made = Instance(INPUT_LAYER, machine.place)
    initialize(machine, made, {"name": name})
    made.attrs["built"] = True
    start(machine, made, shape, batch_size, dtype, batch_shape, tensor)
    found: Tensor = made.facts["tensor"]
    return found


@extend(KERAS_TENSOR)
class KerasTensor:
    @property
    def shape(machine: Machine, self: Tensor) -> Value:
        if self.shape is None:
            return shape_to_unpack(machine, self)
        return shown_shape(machine, self.shape)

    @property
    def ndim(machine: Machine, self: Tensor) -> Value:
        return Unknown("the rank of a tensor is not known") if self.shape is None else len(self.shape)

    @property
    def dtype(machine: Machine, self: Tensor) -> Value:
        return Unknown("the element type is not known") if self.dtype is None else self.dtype

    @property
    def name(machine: Machine, self: Tensor) -> Value:
        node = node_of(self)
        return "keras_tensor" if node is None else node.operation.attrs.get("name")

    @property
    def _keras_history(machine: Machine, self: Tensor) -> Value:
        node = node_of(self)
        if node is None:
            raise Undetermined("the history of a tensor is not known")
        return (node.operation, 0, self.facts["index"])


def _variable(
    machine: Machine,
    cls: ClassValue,
    initializer: Value = None,
    shape: Value = None,
    dtype: Value = None,
    trainable: Value = True,
    autocast: Value = True,
    aggregation: Value = "none",
    synchronization: Value = "auto",
    name: Value = None,
    **kwargs: Value,
) -> Weight:
    sizes = weight_shape(shape)
    if initializer is None:
        initializer = kwargs.get("initial_value")  # as TensorFlow calls it
    if shape is None:
        try:
            sizes = operand(initializer) if initializer is not None else None
        except (ShapeError, Undetermined):
            sizes = None
    elif isinstance(initializer, (Function, HostFunction, Instance, str, Unknown)) is False and initializer is None:
        raise ShapeError("bad-call", "a `Variable` needs an `initializer`", exception="ValueError")
    made = Weight(VARIABLE, sizes, dtype if isinstance(dtype, str) else "float32")
    made.name = name if isinstance(name, str) else "variable"
    made.trainable = trainable is not False
    return made


VARIABLE.namespace["__new__"] = HostFunction("keras.Variable.__new__", _variable)


@extend(VARIABLE)
class Variable:
    @property
    def name(machine: Machine, self: Weight) -> str:
        return self.name

    @property
    def path(machine: Machine, self: Weight) -> str:
        return self.name

    @property
    def trainable(machine: Machine, self: Weight) -> Value:
        return self.trainable

    @trainable.setter
    def trainable(machine: Machine, self: Weight, value: Value) -> None:
        machine.touch(self)
        self.facts.setdefault("learned", self.trainable)
        self.trainable = value

    @property
    def value(machine: Machine, self: Weight) -> Weight:
        return self

    def numpy(machine: Machine, self: Weight) -> Tensor:
        return result(self.shape, self.dtype)

    def assign(machine: Machine, self: Weight, value: Value) -> Weight:
        return self

    assign_add = assign
    assign_sub = assign
