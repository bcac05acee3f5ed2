"""`Model.compile`: which loss and which metrics a model is trained with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cnnlint.frameworks.keras.structure import flatten
from cnnlint.interpreter.values import ClassValue, DictValue, Function, HostFunction, Instance, Unknown, Value

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cnnlint.model import Place

LOSSES = (
    "binary_crossentropy",
    "binary_focal_crossentropy",
    "categorical_crossentropy",
    "categorical_focal_crossentropy",
    "categorical_generalized_cross_entropy",
    "categorical_hinge",
    "circle",
    "cosine_similarity",
    "ctc",
    "dice",
    "hinge",
    "huber",
    "kl_divergence",
    "log_cosh",
    "mean_absolute_error",
    "mean_absolute_percentage_error",
    "mean_squared_error",
    "mean_squared_logarithmic_error",
    "poisson",
    "sparse_categorical_crossentropy",
    "squared_hinge",
    "tversky",
)
SHORT = {
    "bce": "binary_crossentropy",
    "kld": "kl_divergence",
    "kullback_leibler_divergence": "kl_divergence",
    "mae": "mean_absolute_error",
    "mape": "mean_absolute_percentage_error",
    "mse": "mean_squared_error",
    "msle": "mean_squared_logarithmic_error",
    "cosine_proximity": "cosine_similarity",
    "logcosh": "log_cosh",
    "huber_loss": "huber",
}
BY_LETTERS = {name.replace("_", ""): name for name in LOSSES} | {
    name.replace("_", ""): long for name, long in SHORT.items()
}
"""The names of losses without underscores and in lower case, however Keras spells them."""
PROBABILITIES = frozenset(
    {
        "binary_crossentropy",
        "binary_focal_crossentropy",
        "categorical_crossentropy",
        "categorical_focal_crossentropy",
        "sparse_categorical_crossentropy",
    }
)
"""Losses with a `from_logits`."""


@dataclass(frozen=True, slots=True)
class Loss:
    """A loss as the code gives it: `name` is Keras's function (None for one of the code), `written` what it says.

    `from_logits` is None where that is not known, `plain` False where an option changes what it takes (another axis, a
    class to ignore).
    """

    name: str | None = None
    written: str | None = None
    from_logits: bool | None = False
    plain: bool = True
    function: Function | None = None
    """The function of the code that it is, if it is one."""


@dataclass(frozen=True, slots=True)
class Compiled:
    """What `compile` was given: one loss, or one for each of several outputs (`several`, in the code's structure)."""

    place: Place
    loss: Loss | None
    several: Value = None
    metrics: tuple[str, ...] = ()
    plain_metrics: tuple[str, ...] = ()
    """Those of them that nothing but their name tells (no threshold, class or top k)."""
    given: bool = True
    """Whether any loss was given."""


def canonical(name: str) -> str | None:
    """Keras's function for a loss of that name; None for any other."""
    return BY_LETTERS.get(name.replace("_", "").lower())


def read(arguments: Mapping[str, Value], place: Place) -> Compiled:
    """What the arguments of a call of `compile` say."""
    loss = arguments.get("loss")
    metrics = arguments.get("metrics")
    names: list[str] = []
    plain: list[str] = []
    for each in flatten(metrics) if metrics is not None else ():
        name, simple = _metric(each)
        names.append(name)
        if simple:
            plain.append(name)
    nested = not isinstance(loss, (str, Unknown)) and len(flatten(loss)) > 1 if loss is not None else False
    single = flatten(loss)[0] if loss is not None and not nested and flatten(loss) else loss
    if nested or isinstance(loss, DictValue):
        return Compiled(place, None, loss, tuple(names), tuple(plain))
    return Compiled(place, read_loss(single), None, tuple(names), tuple(plain), given=loss is not None)


def read_loss(value: Value) -> Loss | None:
    """A loss by name, function, class or instance; one without a name where it is of the code; None for none."""
    match value:
        case None:
            return None
        case str():
            return Loss(canonical(value), value)
        case HostFunction() if value.name.startswith("keras."):
            return Loss(canonical(value.name.rpartition(".")[2]), value.name.rpartition(".")[2])
        case ClassValue() if value.library:
            return Loss(canonical(value.name), value.name)
        case Instance() if value.cls.library and value.opaque is None:
            return _instance(value)
        case Function():
            return Loss(function=value)
        case _:
            return Loss()


def _instance(value: Instance) -> Loss:
    attrs = value.attrs
    logits = attrs.get("from_logits", False)
    axis, ignored = attrs.get("axis", -1), attrs.get("ignore_class")
    plain = axis == -1 and isinstance(axis, int) and ignored is None
    return Loss(canonical(value.cls.name), value.cls.name, logits if isinstance(logits, bool) else None, plain)


OPTIONS = frozenset({"thresholds", "threshold", "top_k", "class_id", "multi_label", "num_labels", "label_weights"})
"""Options of metrics that change which shapes they take."""


def _metric(value: Value) -> tuple[str, bool]:
    """The name of a metric (empty where it is not known) and whether it is used without options."""
    match value:
        case str():
            return value, True
        case HostFunction() if value.name.startswith("keras."):
            return value.name.rpartition(".")[2], True
        case ClassValue() if value.library:
            return value.name, True
        case Instance() if value.cls.library and value.opaque is None:
            return value.cls.name, OPTIONS.isdisjoint(value.attrs)
        case _:
            return "", False
