"""The methods of a model that train and use it; what they mean is loaded with the first of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.engine.errors import ShapeError
from cnnlint.frameworks.keras import changes
from cnnlint.frameworks.keras.core import MODEL, extend
from cnnlint.interpreter.values import Unknown

if TYPE_CHECKING:
    from cnnlint.interpreter.machine import Machine
    from cnnlint.interpreter.values import Instance, Value

COMPILE = ("optimizer", "loss", "loss_weights", "metrics", "weighted_metrics", "run_eagerly", "steps_per_execution")
FIT = (
    "x",
    "y",
    "batch_size",
    "epochs",
    "verbose",
    "callbacks",
    "validation_split",
    "validation_data",
    "shuffle",
    "class_weight",
    "sample_weight",
)
EVALUATE = ("x", "y", "batch_size", "verbose", "sample_weight", "steps", "callbacks")
PREDICT = ("x", "batch_size", "verbose", "steps", "callbacks")
BATCH = ("x", "y", "sample_weight", "class_weight", "return_dict")
GENERATOR = ("generator", "steps_per_epoch")


def options(
    machine: Machine, method: str, names: tuple[str, ...], args: tuple[Value, ...], kwargs: dict[str, Value]
) -> dict[str, Value]:
    """The arguments of a call by their names. Raises ShapeError "bad-call" for one that this release has no more."""
    for name in kwargs:
        if changes.lacks_option(machine, method, name):
            instead = changes.INSTEAD.get(name)
            raise ShapeError(
                "bad-call",
                f"`{method}` has no argument `{name}`",
                help=f"use `{instead}`" if instead else "leave it out: a `PyDataset` takes it",
                exception="TypeError",
            )
    return named(names, args, kwargs)


def gone(machine: Machine, method: str) -> None:
    """Tell of a method that this release has no more, and go on with what it did."""
    instead = changes.lacks_method(machine, method)
    if instead is not None:
        error = ShapeError(
            "bad-call",
            f"a Keras model has no method `{method}`",
            help=f"use `{instead}`",
            exception="AttributeError",
        )
        machine.fail(error)


def named(names: tuple[str, ...], args: tuple[Value, ...], kwargs: dict[str, Value]) -> dict[str, Value]:
    """The arguments of a call by their names; more of them than Keras 3 knows are left out."""
    return {**dict(zip(names, args, strict=False)), **kwargs}


@extend(MODEL)
class Using:
    def compile(machine: Machine, self: Instance, *args: Value, **kwargs: Value) -> None:
        from cnnlint.frameworks.keras import using_calls

        using_calls.compile_model(machine, self, named(COMPILE, args, kwargs))

    def fit(machine: Machine, self: Instance, *args: Value, **kwargs: Value) -> Value:
        from cnnlint.frameworks.keras import using_calls

        return using_calls.fit(machine, self, options(machine, "fit", FIT, args, kwargs))

    def evaluate(machine: Machine, self: Instance, *args: Value, **kwargs: Value) -> Value:
        from cnnlint.frameworks.keras import using_calls

        return using_calls.evaluate(machine, self, options(machine, "evaluate", EVALUATE, args, kwargs))

    def predict(machine: Machine, self: Instance, *args: Value, **kwargs: Value) -> Value:
        from cnnlint.frameworks.keras import using_calls

        given = options(machine, "predict", PREDICT, args, kwargs)
        return using_calls.predict(machine, self, given.get("x"), given, sliced=True)

    def predict_on_batch(machine: Machine, self: Instance, x: Value = None) -> Value:
        from cnnlint.frameworks.keras import using_calls

        return using_calls.predict(machine, self, x, {}, sliced=False)

    def train_on_batch(machine: Machine, self: Instance, *args: Value, **kwargs: Value) -> Value:
        from cnnlint.frameworks.keras import using_calls

        return using_calls.batch(machine, self, named(BATCH, args, kwargs))

    test_on_batch = train_on_batch

    def fit_generator(machine: Machine, self: Instance, *args: Value, **kwargs: Value) -> Value:
        from cnnlint.frameworks.keras import using_calls

        gone(machine, "fit_generator")
        given = named(GENERATOR, args, kwargs)
        return using_calls.fit(machine, self, {"x": given.pop("generator", None), **given})

    def evaluate_generator(machine: Machine, self: Instance, *args: Value, **kwargs: Value) -> Value:
        from cnnlint.frameworks.keras import using_calls

        gone(machine, "evaluate_generator")
        return using_calls.evaluate(machine, self, {"x": named(GENERATOR, args, kwargs).get("generator")})

    def predict_generator(machine: Machine, self: Instance, *args: Value, **kwargs: Value) -> Value:
        from cnnlint.frameworks.keras import using_calls

        gone(machine, "predict_generator")
        return using_calls.predict(machine, self, named(GENERATOR, args, kwargs).get("generator"), {}, sliced=True)

    def predict_classes(machine: Machine, self: Instance, x: Value, *args: Value, **kwargs: Value) -> Value:
        gone(machine, "predict_classes")
        return Unknown("the predictions are known at run time only")

    def predict_proba(machine: Machine, self: Instance, x: Value, *args: Value, **kwargs: Value) -> Value:
        gone(machine, "predict_proba")
        return Unknown("the predictions are known at run time only")
