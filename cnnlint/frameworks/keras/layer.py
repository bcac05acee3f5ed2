"""`keras.layers.Layer`: its constructor, its weights, and how the tables of this room declare a layer.

@layer("Dense", kind="dense")
class Dense:
    def __init__(machine, self, units, activation=None, **kwargs):
        initialize(machine, self, kwargs)
        configure(self, units=units, …)

    def build(machine, self, input_shape): ...   # makes the weights; sizes left open are None, as in Keras
    def call(machine, self, inputs): ...         # gives the output
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from cnnlint.engine.dimension import equal
from cnnlint.engine.errors import ShapeError, Undetermined
from cnnlint.engine.shape import text
from cnnlint.frameworks import coerce
from cnnlint.frameworks.keras import activation, changes, weights
from cnnlint.frameworks.keras.core import KERAS, LAYER, VARIABLE, extend
from cnnlint.frameworks.keras.options import check_initializer, check_shared, policy
from cnnlint.interpreter.values import (
    ClassMethod,
    ClassValue,
    DictValue,
    HostFunction,
    Instance,
    ListValue,
    Tensor,
    Unknown,
    Value,
    Weight,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from cnnlint.engine.dimension import Expr
    from cnnlint.engine.shape import Shape
    from cnnlint.interpreter.machine import Machine

KINDS: dict[str, str] = {}
"""The family (`cnnlint.model.Layer.kind`) of each layer class, by qualified name."""


def layer(*names: str, kind: str = "other", bases: tuple[ClassValue, ...] = (LAYER,)) -> Callable[[type], ClassValue]:
    """Declare a class of `keras.layers` under one or more names."""
    dotted = [f"keras.layers.{name}" for name in names]

    def declare(body: type) -> ClassValue:
        KINDS[dotted[0]] = kind
        return _being_built(_keeping_initializers(KERAS.define(*dotted, bases=bases)(body)))

    return declare


def _keeping_initializers(cls: ClassValue) -> ClassValue:
    """Let the constructor keep the initializers that it is given by name: for `get_config` and for the rules."""
    constructor = cls.namespace.get("__init__")
    if isinstance(constructor, HostFunction):
        body = constructor.body

        names = constructor.signature.names[1:]

        def construct(machine: Machine, self: Instance, *args: Value, **kwargs: Value) -> None:
            given = {**dict(zip(names, args, strict=False)), **kwargs}
            check_shared(machine, given, cls.name)
            self.facts["given"] = given
            body(machine, self, *args, **kwargs)
            given = {name: value for name, value in kwargs.items() if name.endswith("_initializer")}
            if given and "config" in self.facts:
                self.facts["config"] = {**self.facts["config"], **given}

        constructor.body = construct
    return cls


def _being_built(cls: ClassValue) -> ClassValue:
    """Let the layer know that it is built, also where code calls `build` and not the layer."""
    method = cls.namespace.get("build")
    if isinstance(method, HostFunction):
        make = method.body

        def build(machine: Machine, self: Instance, *args: Value, **kwargs: Value) -> None:
            make(machine, self, *args, **kwargs)
            machine.touch(self)
            self.attrs["built"] = True

        method.body = build
    return cls


def snake_case(name: str) -> str:
    """The automatic name of a class, as Keras makes it: `MaxPooling2D` is `max_pooling2d`."""
    name = re.sub(r"\W+", "", name)
    name = re.sub("(.)([A-Z][a-z]+)", r"\1_\2", name)
    return re.sub("([a-z])([A-Z])", r"\1_\2", name).lower()


def initialize(machine: Machine, self: Instance, kwargs: dict[str, Value], automatic: str | None = None) -> None:
    """`Layer.__init__(**kwargs)`: the options that every layer has, and no others.

    Raises:
        ShapeError: "bad-call" for an option that Keras does not know, "bad-argument" for a value that it refuses.

    """
    options = dict(kwargs)
    name = options.pop("name", None)
    trainable = options.pop("trainable", True)
    dtype = options.pop("dtype", None)
    options.pop("activity_regularizer", None)
    autocast = options.pop("autocast", True)
    input_dim, input_shape = options.pop("input_dim", None), options.pop("input_shape", None)
    batch_shape, length = options.get("batch_input_shape"), options.get("input_length")
    for option in list(options):
        if changes.still_takes(machine, self.cls, option):
            del options[option]
    if options:
        given = ", ".join(f"`{key}`" for key in options)
        raise ShapeError(
            "bad-call", f"unrecognized keyword arguments passed to {self.cls.name}: {given}", exception="ValueError"
        )
    name_layer(machine, self, name, automatic)
    if not isinstance(trainable, (bool, Unknown)):
        raise ShapeError(
            "bad-argument",
            f"expected `trainable` to be a boolean, not {coerce.describe(trainable)}",
            exception="ValueError",
        )
    compute, variable = policy(dtype)
    self.facts |= {"initialized": True, "trainable": trainable, "dtype": variable, "compute": compute}
    self.facts["autocast"] = isinstance(autocast, Unknown) or coerce.flag(autocast)
    self.attrs["built"] = False
    if input_dim is not None:
        self.facts["input_shape"] = (None, input_dim) if length is None else (None, length, input_dim)
    elif input_shape is not None:
        stated = coerce.items(input_shape)
        if stated is None and not changes.has(machine, "shapes-are-sequences"):
            stated = (input_shape,)
        # What is no shape is kept: only a model that begins with the layer reads it.
        self.facts["input_shape"] = input_shape if stated is None else (None, *stated_shape(stated))
    elif batch_shape is not None:
        self.facts["input_shape"] = stated_shape(batch_shape)


def stated_shape(value: Value) -> tuple[Value, ...]:
    """A shape as the code writes it, `None` for what it leaves open. Raises ShapeError "bad-argument", Undetermined."""
    given = coerce.items(value)
    if given is None:
        raise ShapeError("bad-argument", f"cannot convert {value!r} to a shape", exception="ValueError")
    return tuple(None if dim is None else coerce.dim(dim, "shape") for dim in given)


def name_layer(machine: Machine, self: Instance, name: Value, automatic: str | None = None) -> None:
    """Give the layer the stated name, or the next automatic one."""
    if name is None:
        name = machine.fresh(snake_case(automatic or self.cls.name))
    elif not isinstance(name, (str, Unknown)) or (
        isinstance(name, str) and "/" in name and changes.has(machine, "no-slash-in-names")
    ):
        raise ShapeError(
            "bad-argument", f"a layer's `name` must be a string without `/`, not {name!r}", exception="ValueError"
        )
    self.attrs["name"] = name


def configure(self: Instance, **config: Value) -> None:
    """Keep the constructor's values: as the layer's attributes, and for its `get_config` and the rules."""
    self.facts["config"] = config
    for name, value in config.items():
        self.attrs[name] = activation.get(value) if name.endswith("activation") else value


def add_weight(
    machine: Machine, self: Instance, name: str, shape: Shape, *, trainable: bool = True, dtype: str | None = None
) -> Weight:
    """A new variable of a layer of the tables, also its attribute of that name."""
    check_initializer(self, name, shape)
    made = new_weight(machine, self, name, shape, trainable=trainable, dtype=dtype)
    self.attrs[name] = made
    return made


def new_weight(
    machine: Machine, self: Instance, name: str, shape: Shape | None, *, trainable: bool, dtype: str | None = None
) -> Weight:
    """A new variable, counted as one of the layer."""
    flag = self.facts.get("trainable", True)
    made = Weight(VARIABLE, shape, dtype or self.facts.get("dtype") or "float32", name=name)
    made.facts["learned"] = trainable
    made.trainable = flag if trainable else False
    machine.touch(self)
    self.facts["weights"] = (*self.facts.get("weights", ()), made)
    return made


def weight_shape(value: Value) -> Shape | None:
    """The shape of a variable that the code makes; None where it is not known. Raises ShapeError "bad-argument"."""
    if value is None:
        return ()
    try:
        sizes = coerce.items(value)
        return tuple(_weight_dim(dim) for dim in ((value,) if sizes is None else sizes))
    except Undetermined:
        return None


def _weight_dim(value: Value) -> int | Expr:
    if value is None:
        raise ShapeError(
            "bad-argument",
            "the shape of a variable must be fully defined, without `None`",
            help="state the input's size, or use a layer that does not need it",
            exception="ValueError",
        )
    return coerce.dim(value, "shape")


def axis_size(input_shape: Value, axis: int, what: str = "channels") -> int | Expr:
    """A size that the weights depend on. Raises ShapeError "bad-argument" where it is open, Undetermined."""
    if isinstance(input_shape, Unknown):
        raise Undetermined(input_shape.reason)
    shape = coerce.items(input_shape)
    if isinstance(input_shape, DictValue):
        raise ShapeError("bad-call", "the layer takes a tensor, not a dictionary of them", exception="KeyError")
    if shape is None:
        raise Undetermined("the shape of the input is not known")
    if not -len(shape) <= axis < len(shape):
        raise ShapeError(
            "rank-mismatch", f"the input has no axis {axis}, only {len(shape)} axes", exception="IndexError"
        )
    size = shape[axis]
    if size is None:
        raise ShapeError(
            "bad-argument",
            f"the number of {what} of the input must be stated, but it is `None`",
            help="give the input's last axis a size",
            exception="ValueError",
        )
    return coerce.dim(size)


def shown_weights(inventory: weights.Inventory, items: list[Weight]) -> ListValue:
    """A list of variables as the code sees it."""
    return ListValue(items, unknown=inventory.unknown[0] if inventory.unknown else None)


def check_weights(self: Instance, given: Value) -> None:
    """Compare the arrays given to `set_weights` with the variables. Raises ShapeError "size-mismatch"."""
    arrays = coerce.items(given)
    inventory = weights.Inventory(self)
    if arrays is None or inventory.unknown:
        return
    if len(arrays) != len(inventory.items):
        raise ShapeError(
            "size-mismatch",
            f"layer `{self.attrs.get('name')}` has {len(inventory.items)} weights, but {len(arrays)} are given",
            expected=str(len(inventory.items)),
            actual=str(len(arrays)),
            exception="ValueError",
        )
    for weight, array in zip(inventory.items, arrays, strict=True):
        shape = array.shape if isinstance(array, Tensor) else None
        if shape is None or weight.shape is None:
            continue
        if len(shape) != len(weight.shape) or any(
            equal(a, b) is False for a, b in zip(shape, weight.shape, strict=True)
        ):
            raise ShapeError(
                "size-mismatch",
                f"weight `{weight.name}` of layer `{self.attrs.get('name')}` has the shape {text(weight.shape)}, "
                f"the array given for it {text(shape)}",
                expected=text(weight.shape),
                actual=text(shape),
                exception="ValueError",
            )


@extend(LAYER)
class Layer:
    def __init__(
        machine: Machine,
        self: Instance,
        *,
        activity_regularizer: Value = None,
        trainable: Value = True,
        dtype: Value = None,
        autocast: Value = True,
        name: Value = None,
        **kwargs: Value,
    ) -> None:
        initialize(machine, self, {"trainable": trainable, "dtype": dtype, "name": name, **kwargs})

    def build(machine: Machine, self: Instance, input_shape: Value = None) -> None:
        machine.touch(self)
        self.attrs["built"] = True

    def add_weight(
        machine: Machine,
        self: Instance,
        shape: Value = None,
        initializer: Value = None,
        dtype: Value = None,
        *,
        trainable: Value = True,
        autocast: Value = True,
        regularizer: Value = None,
        constraint: Value = None,
        aggregation: Value = "none",
        overwrite_with_gradient: Value = False,
        name: Value = None,
        **legacy: Value,
    ) -> Weight:
        if isinstance(shape, str):
            raise ShapeError(
                "bad-call", "`name` must be passed to `add_weight` as a keyword argument", exception="ValueError"
            )
        return new_weight(
            machine,
            self,
            name if isinstance(name, str) else "variable",
            weight_shape(shape),
            trainable=trainable is not False,
            dtype=dtype if isinstance(dtype, str) else None,
        )

    add_variable = add_weight

    @property
    def trainable(machine: Machine, self: Instance) -> Value:
        return self.facts.get("trainable", True)

    @trainable.setter
    def trainable(machine: Machine, self: Instance, value: Value) -> None:
        truth = machine.truth(value)
        weights.set_trainable(machine, self, Unknown("`trainable` is not known") if truth is None else truth)

    @property
    def weights(machine: Machine, self: Instance) -> ListValue:
        inventory = weights.Inventory(self)
        return shown_weights(inventory, inventory.items)

    @property
    def trainable_weights(machine: Machine, self: Instance) -> ListValue:
        inventory = weights.Inventory(self)
        free = self.facts.get("trainable", True)
        return shown_weights(inventory, [weight for weight in inventory.items if free and weight.trainable])

    @property
    def non_trainable_weights(machine: Machine, self: Instance) -> ListValue:
        inventory = weights.Inventory(self)
        free = self.facts.get("trainable", True)
        return shown_weights(inventory, [weight for weight in inventory.items if not (free and weight.trainable)])

    variables = weights
    trainable_variables = trainable_weights
    non_trainable_variables = non_trainable_weights

    @property
    def dtype(machine: Machine, self: Instance) -> str:
        return self.facts.get("dtype") or "float32"

    variable_dtype = dtype
    compute_dtype = dtype

    @property
    def losses(machine: Machine, self: Instance) -> ListValue:
        return ListValue([], unknown=Unknown("the losses of a layer are not followed"))

    def count_params(machine: Machine, self: Instance) -> Value:
        inventory = weights.Inventory(self)
        if inventory.unknown:
            raise Undetermined(inventory.unknown[0].reason)
        if self.attrs.get("built") is False and not inventory.items:
            raise ShapeError(
                "bad-call",
                f"`count_params` is called on layer `{self.attrs.get('name')}`, but the layer is not built",
                exception="ValueError",
            )
        count = weights.total(inventory.items)
        if count is None:
            raise Undetermined("the shape of a weight is not known")
        return count

    def get_weights(machine: Machine, self: Instance) -> ListValue:
        inventory = weights.Inventory(self)
        return ListValue(
            [Tensor(weight.cls, weight.shape, weight.dtype) for weight in inventory.items],
            unknown=inventory.unknown[0] if inventory.unknown else None,
        )

    def set_weights(machine: Machine, self: Instance, weights: Value) -> None:
        check_weights(self, weights)

    def add_loss(machine: Machine, self: Instance, loss: Value, *args: Value, **kwargs: Value) -> None:
        return None

    def add_metric(machine: Machine, self: Instance, *args: Value, **kwargs: Value) -> None:
        return None

    def compute_mask(machine: Machine, self: Instance, inputs: Value = None, previous_mask: Value = None) -> Value:
        return previous_mask

    def get_config(machine: Machine, self: Instance) -> DictValue:
        base: dict[Value, Value] = {"name": self.attrs.get("name"), "trainable": self.facts.get("trainable", True)}
        base["dtype"] = self.facts.get("dtype")
        return DictValue({**base, **self.facts.get("config", {})})


def _from_config(machine: Machine, cls: Value, config: Value) -> Value:
    known = coerce.known(config)
    if not isinstance(known, DictValue) or known.unknown is not None or not isinstance(cls, ClassValue):
        raise Undetermined("the configuration of a layer is not known")
    return machine.call(cls, (), {str(key): value for key, value in known.items.items()})


LAYER.namespace["from_config"] = ClassMethod(HostFunction("keras.layers.Layer.from_config", _from_config))
