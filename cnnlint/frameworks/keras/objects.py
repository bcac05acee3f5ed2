"""Objects that belong to training: initializers, regularizers, constraints, optimizers, losses, metrics, callbacks.

They have no shape and no weights that a summary counts. What they are given is kept in their attributes, under the
names of their parameters, for whoever looks at the loss of a model.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.engine import shape as engine
from cnnlint.engine.errors import ShapeError, Undetermined
from cnnlint.frameworks import coerce
from cnnlint.frameworks.keras import changes
from cnnlint.frameworks.keras.arguments import same
from cnnlint.frameworks.keras.core import KERAS, VARIABLE, result
from cnnlint.frameworks.keras.layer import weight_shape
from cnnlint.frameworks.keras.objects_table import COMMON, TABLE
from cnnlint.frameworks.keras.operands import operand, type_name
from cnnlint.interpreter.values import ClassValue, HostFunction, Instance, Tensor, Unknown, Value, Weight

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cnnlint.interpreter.machine import Machine

# --- what the objects can be asked ------------------------------------------------------------------------------------


class Object:
    """What all of them have."""

    def get_config(machine: Machine, self: Instance) -> Value:
        return Unknown("the configuration of an object is not followed")


class Initializer(Object):
    def __call__(machine: Machine, self: Instance, shape: Value, dtype: Value = None, **kwargs: Value) -> Value:
        return result(coerce.shape(shape, "shape"), type_name(dtype) or "float32")


class Regularizer(Object):
    def __call__(machine: Machine, self: Instance, x: Value) -> Value:
        return result((), "float32")


class Constraint(Object):
    def __call__(machine: Machine, self: Instance, w: Value) -> Value:
        return same(w)


class Loss(Object):
    def __call__(machine: Machine, self: Instance, y_true: Value, y_pred: Value, sample_weight: Value = None) -> Value:
        if self.attrs.get("reduction") is not None:
            raise Undetermined("the reduction of a loss is not followed")
        return result((), "float32")


class Metric(Object):
    def __call__(machine: Machine, self: Instance, *args: Value, **kwargs: Value) -> Value:
        return result((), "float32")

    def add_weight(
        machine: Machine,
        self: Instance,
        shape: Value = (),
        initializer: Value = None,
        dtype: Value = None,
        name: Value = None,
        **kwargs: Value,
    ) -> Value:
        return Weight(VARIABLE, None if isinstance(shape, str) else weight_shape(shape), "float32", trainable=False)

    add_variable = add_weight

    def update_state(machine: Machine, self: Instance, *args: Value, **kwargs: Value) -> None:
        return None

    reset_state = reset_states = update_state

    def result(machine: Machine, self: Instance) -> Value:
        return result((), "float32")


class Schedule(Object):
    def __call__(machine: Machine, self: Instance, step: Value) -> Value:
        return result((), "float32")


BODIES: dict[str, type] = {
    "initializers": Initializer,
    "regularizers": Regularizer,
    "constraints": Constraint,
    "optimizers": Object,
    "optimizers.schedules": Schedule,
    "losses": Loss,
    "metrics": Metric,
    "callbacks": Object,
}


# --- declaring --------------------------------------------------------------------------------------------------------


STRICT = ("optimizers", "losses", "callbacks", "regularizers")
"""Modules whose classes refuse what they do not know; of metrics some pass on what they are given."""
IGNORED = {"optimizers": ("decay",)}
"""What is still taken, with a warning."""


def _constructor(module: str, name: str, parameters: tuple[str, ...]) -> HostFunction:
    names = tuple(parameter.rstrip("!") for parameter in parameters)
    needed = [parameter[:-1] for parameter in parameters if parameter.endswith("!")]
    taken = (*names, *IGNORED.get(module, ()))

    def construct(machine: Machine, self: Instance, *args: Value, **kwargs: Value) -> None:
        given = {**dict(zip(names, args, strict=False)), **kwargs}
        self.attrs.update(given)
        if self.cls.library and module in STRICT:
            _check_names(machine, self, given, taken)
            missing = [each for each in needed if each not in given]
            if missing:
                raise _wrong(self, f"misses `{missing[0]}`", None)

    return HostFunction(f"{name}.__init__", construct)


def _check_names(machine: Machine, self: Instance, given: dict[str, Value], taken: tuple[str, ...]) -> None:
    """Refuse arguments that the release has not. Raises ShapeError "bad-call"."""
    unknown = [name for name in given if name not in taken]
    if unknown and changes.has(machine, "exact-objects"):
        instead = changes.INSTEAD.get(unknown[0])
        raise _wrong(self, f"has no argument `{unknown[0]}`", f"use `{instead}`" if instead in taken else None)


def _wrong(self: Instance, what: str, help: str | None) -> ShapeError:
    return ShapeError("bad-call", f"`{self.cls.name}` {what}", help=help, exception="TypeError")


def _declare(module: str, text: str) -> None:
    base: tuple[ClassValue, ...] = ()
    for line in text.split("\n"):
        titles, colon, rest = line.strip().partition(":")
        if not colon:
            continue
        own = rest.split()
        parameters = tuple(_expanded(own))
        names = titles.split()
        alike = [name for name in names if name[0].isupper()]
        shared = module == "metrics" and len(alike) > 1
        for group in [[name] for name in names] if shared else [names]:
            cls = _class(module, group, parameters, base)
            base = base or (cls,)


def _expanded(words: list[str]) -> Iterator[str]:
    for word in words:
        if word == "...":
            yield from (each for each in COMMON.split() if each not in words)
        else:
            yield word


def _class(module: str, names: list[str], parameters: tuple[str, ...], bases: tuple[ClassValue, ...]) -> ClassValue:
    dotted = [f"keras.{module}.{name}" for name in names]
    body = BODIES[module]
    members = {key: value for cls in reversed(body.__mro__[:-1]) for key, value in vars(cls).items()}
    cls = KERAS.define(*dotted, bases=bases)(type(names[0], (), {} if bases else members))
    cls.namespace["__init__"] = _constructor(module, dotted[0], parameters)
    return cls


for _module, _text in TABLE.items():
    _declare(_module, _text)


# --- losses and metrics as functions ----------------------------------------------------------------------------------

FUNCTIONS = {
    "binary_accuracy": "",
    "binary_crossentropy": "bce BCE",
    "binary_focal_crossentropy": "",
    "categorical_accuracy": "",
    "categorical_crossentropy": "",
    "categorical_focal_crossentropy": "",
    "categorical_generalized_cross_entropy": "",
    "categorical_hinge": "",
    "circle": "",
    "cosine_similarity": "cosine_proximity",
    "ctc": "",
    "dice": "",
    "hinge": "",
    "huber": "huber_loss",
    "kl_divergence": "kld KLD kullback_leibler_divergence",
    "log_cosh": "logcosh",
    "mean_absolute_error": "mae MAE",
    "mean_absolute_percentage_error": "mape MAPE",
    "mean_squared_error": "mse MSE",
    "mean_squared_logarithmic_error": "msle MSLE",
    "poisson": "",
    "sparse_categorical_accuracy": "",
    "sparse_categorical_crossentropy": "",
    "sparse_top_k_categorical_accuracy": "",
    "squared_hinge": "",
    "top_k_categorical_accuracy": "",
    "tversky": "",
}
"""The functions of `keras.losses` and `keras.metrics`, with their other names."""
WHOLE = ("dice", "tversky")


def _declare_function(name: str, aliases: str) -> None:
    names = [f"keras.{module}.{each}" for module in ("losses", "metrics") for each in (name, *aliases.split())]

    @KERAS.function(*names)
    def loss(machine: Machine, y_true: Value, y_pred: Value, *args: Value, **kwargs: Value) -> Value:
        if name in WHOLE:
            return result((), "float32")
        shape = operand(y_pred)
        if not isinstance(y_true, Tensor) or not shape or args or "axis" in kwargs:
            raise Undetermined("what a loss makes of its arguments is not known")
        return result(engine.reduce(shape, [-1]), "float32")


for _name, _aliases in FUNCTIONS.items():
    _declare_function(_name, _aliases)


def _get(machine: Machine, identifier: Value, *args: Value, **kwargs: Value) -> Value:
    return identifier


def _unknown(machine: Machine, *args: Value, **kwargs: Value) -> Value:
    raise Undetermined("a serialized object is not followed")


for _module in TABLE:
    KERAS.add(f"keras.{_module}.get", HostFunction(f"keras.{_module}.get", _get))
    for _name in ("serialize", "deserialize"):
        KERAS.add(f"keras.{_module}.{_name}", HostFunction(f"keras.{_module}.{_name}", _unknown))
for _name in ("Optimizer", "Loss", "Metric", "Initializer", "Regularizer"):
    _place = {"Optimizer": "optimizers", "Loss": "losses", "Metric": "metrics", "Initializer": "initializers"}
    KERAS.add(f"keras.{_name}", KERAS.names[f"keras.{_place.get(_name, 'regularizers')}.{_name}"])
for _name in ("legacy", "experimental"):
    KERAS.alias(f"keras.optimizers.{_name}", "keras.optimizers")
KERAS.alias("keras.optimizers.legacy.schedules", "keras.optimizers.schedules")
KERAS.alias("keras.initializers.initializers", "keras.initializers")
