"""Texts as numbers, as `keras.preprocessing.text` makes them: the words of texts that the code holds are counted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.engine.dimension import ceil_div, equal, unknown_dim
from cnnlint.engine.dimension import text as dim_text
from cnnlint.engine.errors import ShapeError, Undetermined
from cnnlint.frameworks import coerce
from cnnlint.frameworks.keras.core import KERAS, open_dim
from cnnlint.frameworks.numpy.core import array, bounded
from cnnlint.interpreter.filling import count_of, is_filled
from cnnlint.interpreter.values import DictValue, Instance, ListValue, Many, Tensor, Unknown, Value

if TYPE_CHECKING:
    from cnnlint.engine.dimension import Dim
    from cnnlint.interpreter.machine import Machine

FILTERS = '!"#$%&()*+,-./:;<=>?@[\\]^_`{|}~\t\n'
MAX_WORDS = 20_000
REASON = "the words of the texts are known at run time only"


def words_of(text: Value, filters: str = FILTERS, *, lower: bool = True, split: str = " ") -> list[str] | None:
    """The words of a text, as `text_to_word_sequence` finds them; None where they are not known."""
    if isinstance(text, ListValue) and text.unknown is None and all(isinstance(each, str) for each in text.items):
        return [each.lower() if lower else each for each in text.items]
    if not isinstance(text, str):
        return None
    text = text.lower() if lower else text
    return [word for word in text.translate({ord(sign): split for sign in filters}).split(split) if word]


def rows_of(sequences: Value) -> Dim:
    """How many texts or sequences there are."""
    if isinstance(sequences, Tensor):
        return sequences.shape[0] if sequences.shape else unknown_dim()
    if isinstance(sequences, ListValue) and is_filled(sequences):
        return count_of(sequences)
    try:
        found = coerce.items(sequences)
    except Undetermined:
        return unknown_dim()
    return unknown_dim() if found is None else len(found)


@KERAS.define("keras.preprocessing.text.Tokenizer")
class Tokenizer:
    def __init__(
        machine: Machine,
        self: Instance,
        num_words: Value = None,
        filters: Value = FILTERS,
        lower: Value = True,
        split: Value = " ",
        char_level: Value = False,
        oov_token: Value = None,
        analyzer: Value = None,
        **kwargs: Value,
    ) -> None:
        self.attrs |= {
            "num_words": kwargs.get("nb_words", num_words),
            "filters": filters,
            "lower": lower,
            "split": split,
            "char_level": char_level,
            "oov_token": oov_token,
            "word_index": DictValue({}),
            "index_word": DictValue({}),
            "word_counts": DictValue({}),
        }
        self.facts["plain"] = analyzer is None and isinstance(filters, str) and isinstance(split, str)

    def fit_on_texts(machine: Machine, self: Instance, texts: Value) -> None:
        machine.touch(self)
        found = _rows(machine, self, texts)
        if found is None:
            many = Many((), REASON, machine.place)
            self.attrs |= {name: DictValue({}, many) for name in ("word_index", "index_word", "word_counts")}
            return
        counts: dict[str, int] = dict(self.attrs["word_counts"].items)
        for words in found:
            for word in words:
                counts[word] = counts.get(word, 0) + 1
        order = sorted(counts, key=lambda word: -counts[word])
        special = self.attrs["oov_token"]
        order = order if special is None else [special, *order]
        index = {word: place for place, word in enumerate(dict.fromkeys(order), 1)}
        self.attrs["word_counts"] = DictValue(dict(counts))
        self.attrs["word_index"] = DictValue(dict(index))
        self.attrs["index_word"] = DictValue({place: word for word, place in index.items()})

    def fit_on_sequences(machine: Machine, self: Instance, sequences: Value) -> None:
        return None

    def texts_to_sequences(machine: Machine, self: Instance, texts: Value) -> Value:
        found = _rows(machine, self, texts)
        index: DictValue = self.attrs["word_index"]
        most = self.attrs["num_words"]
        if found is None or index.unknown is not None or not (most is None or isinstance(most, int)):
            made = array((rows_of(texts),), "object")
            if isinstance(most, int):
                bounded(made, 0, most - 1)
            return made
        other = index.items.get(self.attrs["oov_token"])
        rows = []
        for words in found:
            places = [index.items.get(word) for word in words]
            kept = [other if place is None or (most and place >= most) else place for place in places]
            rows.append(ListValue([place for place in kept if place is not None]))
        return ListValue(rows)

    def texts_to_matrix(machine: Machine, self: Instance, texts: Value, mode: Value = "binary") -> Value:
        return array((rows_of(texts), _width(self)), "float64")

    def sequences_to_matrix(machine: Machine, self: Instance, sequences: Value, mode: Value = "binary") -> Value:
        return array((rows_of(sequences), _width(self)), "float64")


def _rows(machine: Machine, self: Instance, texts: Value) -> list[list[str]] | None:
    """The words of each text; None where one of them is not known."""
    if isinstance(texts, Tensor):
        texts = ListValue(texts.values) if texts.values is not None and len(texts.shape or ()) == 1 else Unknown(REASON)
    try:
        items = list(texts) if isinstance(texts, str) else machine.elements(texts)
    except Undetermined:
        return None
    lower = self.attrs["lower"]
    if self.facts["plain"] is not True or not isinstance(lower, bool) or self.attrs["char_level"] is not False:
        return None
    found = [words_of(text, self.attrs["filters"], lower=lower, split=self.attrs["split"]) for text in items]
    kept = [words for words in found if words is not None]
    return kept if len(kept) == len(found) and sum(map(len, kept)) <= MAX_WORDS else None


def _width(self: Instance) -> Dim:
    """How many columns the matrix of a text has. Raises ShapeError, Undetermined."""
    most, index = self.attrs["num_words"], self.attrs["word_index"]
    if most is not None:
        return coerce.dim(most, "num_words")
    if isinstance(index.unknown, Many):
        return index.unknown.count + 1
    if index.unknown is None and not index.items:
        raise ShapeError(
            "bad-argument",
            "give `num_words`, or call `fit_on_texts` first: how wide the matrix is to be is not known",
            exception="ValueError",
        )
    return len(index.items) + 1


@KERAS.function("keras.preprocessing.text.text_to_word_sequence")
def text_to_word_sequence(
    machine: Machine, input_text: Value, filters: Value = FILTERS, lower: Value = True, split: Value = " "
) -> Value:
    plain = isinstance(filters, str) and isinstance(split, str) and isinstance(lower, bool)
    words = words_of(input_text, filters, lower=lower, split=split) if plain else None
    if words is None or not isinstance(input_text, str):
        return ListValue([], Unknown(REASON, machine.place))
    return ListValue(words)


@KERAS.function("keras.preprocessing.text.one_hot", "keras.preprocessing.text.hashing_trick")
def one_hot(machine: Machine, input_text: Value, n: Value, *args: Value, **options: Value) -> Value:
    words = words_of(input_text) if not args and not set(options) - {"hash_function"} else None
    if words is None or not isinstance(input_text, str):
        return ListValue([], Unknown(REASON, machine.place))
    return ListValue([Unknown("the number of a word", machine.place) for _ in words])


# --- series -----------------------------------------------------------------------------------------------------------


@KERAS.define("keras.preprocessing.sequence.TimeseriesGenerator")
class TimeseriesGenerator:
    def __init__(
        machine: Machine,
        self: Instance,
        data: Value,
        targets: Value,
        length: Value,
        sampling_rate: Value = 1,
        stride: Value = 1,
        start_index: Value = 0,
        end_index: Value = None,
        shuffle: Value = False,
        reverse: Value = False,
        batch_size: Value = 128,
        **kwargs: Value,
    ) -> None:
        self.facts["element"] = Unknown("the data of a series are not known")
        if not isinstance(data, Tensor) or not isinstance(targets, Tensor) or not data.shape or not targets.shape:
            return
        rows, labels = data.shape[0], targets.shape[0]
        if equal(rows, labels) is False:
            raise ShapeError(
                "data-mismatch",
                f"data and targets have different lengths: {dim_text(rows)} and {dim_text(labels)}",
                expected=dim_text(rows),
                actual=dim_text(labels),
                exception="ValueError",
            )
        steps = ceil_div(coerce.dim(length, "length"), coerce.dim(sampling_rate, "sampling_rate"))
        batch = open_dim(machine, "batch")
        samples = array((batch, steps, *data.shape[1:]), data.dtype)
        self.facts["element"] = (samples, array((batch, *targets.shape[1:]), targets.dtype))

    def __getitem__(machine: Machine, self: Instance, index: Value) -> Value:
        return self.facts["element"]

    def __len__(machine: Machine, self: Instance) -> Value:
        return unknown_dim()
