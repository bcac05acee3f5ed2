"""Layers that look tokens up in a vocabulary."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.engine.errors import Undetermined
from cnnlint.frameworks import coerce
from cnnlint.frameworks.keras.arguments import refused, single
from cnnlint.frameworks.keras.core import KERAS, open_dim, result
from cnnlint.frameworks.keras.layer import configure, initialize, layer
from cnnlint.frameworks.keras.preprocessing import MODES, encoded, mode_of
from cnnlint.interpreter.values import Instance, ListValue, Unknown, Value

if TYPE_CHECKING:
    from cnnlint.engine.dimension import Dim
    from cnnlint.interpreter.machine import Machine


def vocabulary_size(self: Instance) -> Dim:
    """How many tokens a look-up layer tells apart. Raises Undetermined where only the data tell."""
    vocabulary = self.facts["vocabulary"]
    items = coerce.items(vocabulary) if vocabulary is not None else None
    if items is None:
        raise Undetermined(f"the vocabulary of `{self.attrs['name']}` comes from data")
    special = coerce.dim(self.attrs["num_oov_indices"]) + (self.attrs["mask_token"] is not None)
    return len(items) + special


def _depth(self: Instance) -> Dim:
    padded = coerce.flag(self.attrs["pad_to_max_tokens"])
    return coerce.dim(self.attrs["max_tokens"]) if padded else vocabulary_size(self)


INTERNAL = ("vocabulary_dtype", "has_input_vocabulary", "vocabulary_size")
"""What Keras's own layers pass on to a look-up besides."""


def _configure_lookup(
    machine: Machine, self: Instance, kwargs: dict[str, Value], vocabulary: Value, **config: Value
) -> None:
    initialize(machine, self, {name: value for name, value in kwargs.items() if name not in INTERNAL})
    most = config["max_tokens"]
    if isinstance(most, coerce.NO_NUMBERS) and not isinstance(most, float):
        raise refused(f"`max_tokens` must be an integer, not {coerce.describe(most)}", "TypeError")
    words = None if vocabulary is None or isinstance(vocabulary, (str, Unknown)) else coerce.items(vocabulary)
    if self.cls.name != "IntegerLookup" and any(isinstance(word, (int, float)) for word in words or ()):
        raise refused("the vocabulary must hold words, not numbers")
    if isinstance(vocabulary, str) and not vocabulary:
        raise refused("`vocabulary` names no file")
    if isinstance(most, int) and most <= 1:
        raise refused(f"`max_tokens` must be greater than 1, got {most}")
    if most is None and config["pad_to_max_tokens"] is True:
        raise refused("`pad_to_max_tokens` needs `max_tokens`")
    config["output_mode"] = mode_of(config["output_mode"], ("int", *MODES, "tf_idf"))
    configure(self, **config)
    self.facts["vocabulary"] = vocabulary


def _look_up(machine: Machine, self: Instance, inputs: Value) -> Value:
    _, shape = single(inputs)
    mode = self.attrs["output_mode"]
    if mode == "int":
        return result(shape, "string" if self.attrs.get("invert") is True else "int64")
    return result(encoded(shape, mode, _open_depth(machine, self)), "float32")


def _open_depth(machine: Machine, self: Instance) -> Dim:
    """How many tokens there are; what neither the code nor `adapt` has said yet is an open size."""
    unsaid = self.facts["vocabulary"] is None and not self.facts.get("adapted")
    return open_dim(machine, "tokens") if unsaid and not coerce.flag(self.attrs["pad_to_max_tokens"]) else _depth(self)


class Vocabulary:
    """The methods that the look-up layers share."""

    def adapt(machine: Machine, self: Instance, data: Value, batch_size: Value = None, steps: Value = None) -> None:
        machine.touch(self)
        self.facts["vocabulary"] = None
        self.facts["adapted"] = True

    def set_vocabulary(machine: Machine, self: Instance, vocabulary: Value, idf_weights: Value = None) -> None:
        machine.touch(self)
        self.facts["vocabulary"] = vocabulary

    def vocabulary_size(machine: Machine, self: Instance) -> Value:
        return vocabulary_size(self)

    vocab_size = vocabulary_size

    def get_vocabulary(machine: Machine, self: Instance, include_special_tokens: Value = True) -> Value:
        if not isinstance(vocabulary_size(self), int):
            raise Undetermined("the size of a vocabulary is not known")
        items = list(coerce.items(self.facts["vocabulary"]) or ())
        if coerce.flag(include_special_tokens):
            special = coerce.integer(vocabulary_size(self)) - len(items)
            items = [Unknown("a special token")] * special + items
        return ListValue(items)


VOCABULARY = KERAS.define("keras.layers.IndexLookup", bases=(KERAS.names["keras.layers.Layer"],))(Vocabulary)


@layer("StringLookup", bases=(VOCABULARY,))
class StringLookup:
    def __init__(
        machine: Machine,
        self: Instance,
        max_tokens: Value = None,
        num_oov_indices: Value = 1,
        mask_token: Value = None,
        oov_token: Value = "[UNK]",  # noqa: S107 - no password
        vocabulary: Value = None,
        idf_weights: Value = None,
        invert: Value = False,
        output_mode: Value = "int",
        pad_to_max_tokens: Value = False,
        sparse: Value = False,
        encoding: Value = "utf-8",
        name: Value = None,
        salt: Value = None,
        **kwargs: Value,
    ) -> None:
        config = {"max_tokens": max_tokens, "num_oov_indices": num_oov_indices, "mask_token": mask_token}
        config |= {"invert": invert, "output_mode": output_mode, "pad_to_max_tokens": pad_to_max_tokens}
        _configure_lookup(machine, self, {"name": name, **kwargs}, vocabulary, **config)

    def call(machine: Machine, self: Instance, inputs: Value) -> Value:
        return _look_up(machine, self, inputs)


@layer("IntegerLookup", bases=(VOCABULARY,))
class IntegerLookup:
    def __init__(
        machine: Machine,
        self: Instance,
        max_tokens: Value = None,
        num_oov_indices: Value = 1,
        mask_token: Value = None,
        oov_token: Value = -1,
        vocabulary: Value = None,
        vocabulary_dtype: Value = "int64",
        idf_weights: Value = None,
        invert: Value = False,
        output_mode: Value = "int",
        sparse: Value = False,
        pad_to_max_tokens: Value = False,
        oov_method: Value = "floormod",
        salt: Value = None,
        name: Value = None,
        **kwargs: Value,
    ) -> None:
        config = {"max_tokens": max_tokens, "num_oov_indices": num_oov_indices, "mask_token": mask_token}
        config |= {"invert": invert, "output_mode": output_mode, "pad_to_max_tokens": pad_to_max_tokens}
        _configure_lookup(machine, self, {"name": name, **kwargs}, vocabulary, **config)

    def call(machine: Machine, self: Instance, inputs: Value) -> Value:
        return _look_up(machine, self, inputs)


@layer("TextVectorization", bases=(VOCABULARY,))
class TextVectorization:
    def __init__(
        machine: Machine,
        self: Instance,
        max_tokens: Value = None,
        standardize: Value = "lower_and_strip_punctuation",
        split: Value = "whitespace",
        ngrams: Value = None,
        output_mode: Value = "int",
        output_sequence_length: Value = None,
        pad_to_max_tokens: Value = False,
        vocabulary: Value = None,
        idf_weights: Value = None,
        sparse: Value = False,
        ragged: Value = False,
        encoding: Value = "utf-8",
        name: Value = None,
        **kwargs: Value,
    ) -> None:
        config = {"max_tokens": max_tokens, "pad_to_max_tokens": pad_to_max_tokens, "output_mode": output_mode}
        _configure_lookup(machine, self, {"name": name, **kwargs}, vocabulary, **config)
        # A padding token where the output is a sequence, and one for words that are not in the vocabulary.
        self.attrs |= {"num_oov_indices": 1, "mask_token": "" if self.attrs["output_mode"] == "int" else None}
        self.attrs |= {"split": split, "output_sequence_length": output_sequence_length}
        if self.attrs["output_mode"] != "int" and output_sequence_length is not None:
            raise refused("`output_sequence_length` goes with `output_mode='int'` only")

    def call(machine: Machine, self: Instance, inputs: Value) -> Value:
        _, shape = single(inputs)
        if self.attrs["output_mode"] != "int":
            return result((shape[0], _open_depth(machine, self)), "float32")
        length = self.attrs["output_sequence_length"]
        return result((shape[0], open_dim(machine, "length") if length is None else coerce.dim(length)), "int64")
