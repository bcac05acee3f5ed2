"""The methods of a model that train and use it; what they mean is loaded with the first of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.frameworks.keras.core import MODEL, extend

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

        return using_calls.fit(machine, self, named(FIT, args, kwargs))

    def evaluate(machine: Machine, self: Instance, *args: Value, **kwargs: Value) -> Value:
        from cnnlint.frameworks.keras import using_calls

        return using_calls.evaluate(machine, self, named(EVALUATE, args, kwargs))

    def predict(machine: Machine, self: Instance, *args: Value, **kwargs: Value) -> Value:
        from cnnlint.frameworks.keras import using_calls

        options = named(PREDICT, args, kwargs)
        return using_calls.predict(machine, self, options.get("x"), options, sliced=True)

    def predict_on_batch(machine: Machine, self: Instance, x: Value = None) -> Value:
        from cnnlint.frameworks.keras import using_calls

        return using_calls.predict(machine, self, x, {}, sliced=False)

    def train_on_batch(machine: Machine, self: Instance, *args: Value, **kwargs: Value) -> Value:
        from cnnlint.frameworks.keras import using_calls

        return using_calls.batch(machine, self, named(BATCH, args, kwargs))

    test_on_batch = train_on_batch

    def fit_generator(machine: Machine, self: Instance, *args: Value, **kwargs: Value) -> Value:
        from cnnlint.frameworks.keras import using_calls

        options = named(GENERATOR, args, kwargs)
        return using_calls.fit(machine, self, {"x": options.pop("generator", None), **options})

    def evaluate_generator(machine: Machine, self: Instance, *args: Value, **kwargs: Value) -> Value:
        from cnnlint.frameworks.keras import using_calls

        return using_calls.evaluate(machine, self, {"x": named(GENERATOR, args, kwargs).get("generator")})

    def predict_generator(machine: Machine, self: Instance, *args: Value, **kwargs: Value) -> Value:
        from cnnlint.frameworks.keras import using_calls

        return using_calls.predict(machine, self, named(GENERATOR, args, kwargs).get("generator"), {}, sliced=True)
