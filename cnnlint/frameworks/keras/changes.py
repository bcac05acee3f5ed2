"""What differs between the releases of Keras in a way that changes a verdict: data, each entry with its source.

The tables of this room describe Keras 3. `target-version.keras` asks for another release, and so does code that imports
`tf_keras`, which is Keras 2 for good.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.frameworks import versions

if TYPE_CHECKING:
    from cnnlint.frameworks.versions import Version
    from cnnlint.interpreter.machine import Machine
    from cnnlint.interpreter.values import ClassValue

SINCE: dict[str, Version] = {
    # Data without the last axis of 1 of the input: added by `Functional._conform_to_reference_input` of Keras 2.4
    # (tf.keras of TensorFlow 2.2), `_adjust_input_rank` of Keras 3; refused by `standardize_input_data` of Keras 2.3.
    "missing-axis": (2, 4),
    # `KerasTensor.__tf_tensor__` of Keras 3: "A KerasTensor cannot be used as input to a TensorFlow function". Keras 2
    # makes a layer of the call (`TFOpLambda`).
    "tensorflow-refused": (3,),
    # `data_adapters.get_data_adapter` of Keras 3: "Unrecognized data type"; Keras 2 converts lists of numbers.
    "lists-refused": (3,),
    # `Model.__call__` on a tensor of other sizes than its input: an `InputSpec` of Keras 3 refuses them, Keras 2.15
    # warns ("Model was constructed with shape …") and goes on with its layers.
    "sizes-of-models": (3,),
    # The same for an array in `fit`: Keras 2.15 compares all sizes ("is incompatible with the layer: expected shape="),
    # a `Sequential` of Keras 3 runs its layers on any.
    "sizes-of-data": (3,),
    # `Dense.__init__` of Keras 3 wants a positive integer; Keras 2.15 writes `int(units)` and takes 0.
    "units-checked": (3,),
    # `Embedding(…, input_length=5)` states an input of 5 numbers in Keras 2.15; Keras 3 ignores it with a warning.
    "length-is-no-shape": (3,),
    # `standardize_shape` of Keras 3; `tf.TensorShape(4)` is a shape of one axis in Keras 2.
    "shapes-are-sequences": (3,),
    # `CompileMetrics` of Keras 3 wants a list or a dictionary; Keras 2 wraps a single name.
    "metrics-are-lists": (3,),
    # `Operation.__init__` of Keras 3 refuses `/` in a name.
    "no-slash-in-names": (3,),
    # Optimizers, losses, callbacks of Keras 3 refuse arguments that they have not ("Argument(s) not recognized"); the
    # older ones have others besides (`lr`, `decay`, `period`).
    "exact-objects": (3,),
    # `ALL_OBJECTS_DICT` of `keras.regularizers` in Keras 3 lacks the word; Keras 2.15 finds the function of that name.
    "no-l1-l2": (3,),
    # `GetItem.compute_output_spec` of Keras 3: "Unsupported key type for array slice"; Keras 2 has `SlicingOpLambda`.
    "integers-and-slices": (3,),
    # The Keras 3 migration guide: `get_shape` and `input_shape`, `output_shape` of a layer are gone.
    "no-get-shape": (3,),
}
"""By name: the release from which on Keras does so. What is said of Keras 2 was asked of 2.15.0, on TensorFlow 2.15."""

GONE_KEYWORDS: dict[str, dict[str, Version]] = {
    # `Layer.__init__` of Keras 2.15 has both among its `allowed_kwargs`; Keras 3 says "Unrecognized keyword arguments".
    "keras.layers.Layer": {"batch_input_shape": (3,), "weights": (3,)},
    # `BatchNormalizationBase.__init__` of Keras 2.15.
    "keras.layers.BatchNormalization": dict.fromkeys(("fused", "virtual_batch_size", "adjustment"), (3,)),
    # `RNN.__init__` of Keras 2.15 takes `time_major` and `input_length`.
    "keras.layers.RNN": {"time_major": (3,), "input_length": (3,)},
    "keras.layers.LSTM": {"time_major": (3,), "input_length": (3,)},
    "keras.layers.GRU": {"time_major": (3,), "input_length": (3,)},
    "keras.layers.SimpleRNN": {"time_major": (3,), "input_length": (3,)},
}
"""Arguments that a layer no longer takes, by its class, and from which release on."""

GONE_METHODS: dict[str, tuple[Version, str]] = {
    # Keras 2.6 (release notes of TensorFlow 2.6) dropped the first two, Keras 3 the others.
    "predict_classes": ((2, 6), "predict(x).argmax(axis=-1)"),
    "predict_proba": ((2, 6), "predict(x)"),
    "fit_generator": ((3,), "fit"),
    "evaluate_generator": ((3,), "evaluate"),
    "predict_generator": ((3,), "predict"),
}
"""Methods of a model that are no more: from which release on, and what does the same."""

GONE_OPTIONS: dict[str, tuple[Version, tuple[str, ...]]] = {
    # `Trainer.fit` of Keras 3 has no such parameters: a `PyDataset` takes them.
    "workers": ((3,), ("fit", "evaluate", "predict")),
    "use_multiprocessing": ((3,), ("fit", "evaluate", "predict")),
    "max_queue_size": ((3,), ("fit", "evaluate", "predict")),
    # Keras 2.0 renamed it; 2.3 still warned, TensorFlow's Keras never took it.
    "nb_epoch": ((2, 4), ("fit",)),
}
"""Arguments of a model's methods that are no more."""

INSTEAD = {"lr": "learning_rate", "nb_epoch": "epochs", "l": "l2", "period": "save_freq"}
"""What an argument is called now."""


def has(machine: Machine, change: str) -> bool:
    """Whether the release that the code is for does what `SINCE` says of it."""
    return versions.reached(versions.of(machine, "keras"), SINCE[change])


def still_takes(machine: Machine, cls: ClassValue, keyword: str) -> bool:
    """Whether a layer of that release has an argument that is gone since."""
    target = versions.of(machine, "keras")
    gone = (GONE_KEYWORDS.get(each.qualified_name, {}).get(keyword) for each in cls.mro)
    return any(since is not None and not versions.reached(target, since) for since in gone)


def lacks_method(machine: Machine, name: str) -> str | None:
    """What to use instead of a method of models that this release lacks; None where it has the method."""
    since, instead = GONE_METHODS[name]
    return instead if versions.reached(versions.of(machine, "keras"), since) else None


def lacks_option(machine: Machine, method: str, option: str) -> bool:
    """Whether a method of models of that release has no such argument any more."""
    since, methods = GONE_OPTIONS.get(option, ((), ()))
    return method in methods and versions.reached(versions.of(machine, "keras"), since)
