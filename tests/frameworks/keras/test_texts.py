"""Texts, series, saved models, losses of the code and snippets without imports, on their way to a model."""

from __future__ import annotations

import pytest

from cnnlint.evaluation import evaluate_text

HEAD = """
import keras
import numpy as np
from keras import layers
from keras.preprocessing.sequence import TimeseriesGenerator, pad_sequences
from keras.preprocessing.text import Tokenizer
texts = ["The cat sat.", "The dog, the cat"]
tokenizer = Tokenizer(oov_token="?")
tokenizer.fit_on_texts(texts)
"""
WORDS = "size = len(tokenizer.word_index) + 1\n"


def messages(text: str) -> list[str]:
    return [fault.message for fault in evaluate_text(HEAD + text, "post.py").faults if fault.certain]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # `?` and the four words the, cat, sat, dog
        ("layers.Embedding(6, 8, weights=[np.zeros((7, 8))])((keras.Input((3,))))", "(7, 8)"),
        (WORDS + "layers.Embedding(size, 8, weights=[np.zeros((7, 8))])(keras.Input((3,)))", "(6, 8)"),
        (
            (
                "other = Tokenizer()\nother.fit_on_texts(open('a').readlines())\nsize = len(other.word_index)\n"
                "layers.Embedding(size, 8, weights=[np.zeros((size + 1, 8))])(keras.Input((3,)))"
            ),
            "does not fit",
        ),
    ],
)
def test_the_words_of_texts_are_counted(text: str, expected: str) -> None:
    found = messages(text)
    assert len(found) == 1
    assert expected in found[0] or "weight" in found[0]


@pytest.mark.parametrize(
    "text",
    [
        WORDS + "layers.Embedding(size, 8, weights=[np.zeros((6, 8))])(keras.Input((3,)))",
        "x = pad_sequences(tokenizer.texts_to_sequences(texts), maxlen=4)\nassert x.shape == (2, 4)",
        (
            "m = keras.Sequential([keras.Input((6,)), layers.Dense(1)])\nm.compile('sgd', 'mse')\n"
            "m.fit(tokenizer.texts_to_matrix(texts), np.zeros((2, 1)))"
        ),
        (
            "m = keras.Sequential([keras.Input((5, 3)), layers.LSTM(2)])\nm.compile('sgd', 'mse')\n"
            "m.fit(TimeseriesGenerator(np.zeros((50, 3)), np.zeros((50, 2)), length=10, sampling_rate=2))"
        ),
        (
            "m = keras.Sequential([keras.Input((4,)), layers.Dense(2)])\nm.save('a.keras')\n"
            "keras.models.load_model('a.keras').predict(np.zeros((3, 4)))"
        ),
        (
            "def loss(t, p):\n    return keras.ops.mean(keras.ops.square(t - p))\n"
            "m = keras.Sequential([keras.Input((4,)), layers.Dense(2)])\nm.compile('sgd', loss)\n"
            "m.fit(np.zeros((8, 4)), np.zeros((8, 2)))"
        ),
        (
            "i = keras.Input((4,))\nm = keras.Model(i, [layers.Dense(1)(i), layers.Dense(2)(i)])\n"
            "m.compile('sgd', ['mse', None])\nm.fit(np.zeros((8, 4)), np.zeros((8, 1)))"
        ),
    ],
)
def test_what_keras_takes_is_no_fault(text: str) -> None:
    assert messages(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            (
                "m = keras.Sequential([keras.Input((10, 3)), layers.LSTM(2)])\nm.compile('sgd', 'mse')\n"
                "m.fit(TimeseriesGenerator(np.zeros((50, 4)), np.zeros((50, 2)), length=10))"
            ),
            "(batch, 10, 4)",
        ),
        ("TimeseriesGenerator(np.zeros((50, 4)), np.zeros((49, 2)), length=10)", "different lengths: 50 and 49"),
        (
            (
                "m = keras.Sequential([keras.Input((4,)), layers.Dense(2)])\nm.save('a.keras')\n"
                "keras.models.load_model('a.keras').predict(np.zeros((3, 5)))"
            ),
            "(3, 5)",
        ),
        (
            (
                "def loss(t, p):\n    return keras.ops.mean(keras.ops.square(t - p))\n"
                "m = keras.Sequential([keras.Input((4,)), layers.Dense(2)])\nm.compile('sgd', loss)\n"
                "m.fit(np.zeros((8, 4)), np.zeros((8, 3)))"
            ),
            "the loss `loss` fails with labels of shape (None, 3) and an output of shape (None, 2)",
        ),
        (
            (
                "i = keras.Input((4,))\nm = keras.Model(i, [layers.Dense(1)(i), layers.Dense(2)(i)])\n"
                "m.compile('sgd', 'mse')\nm.fit(np.zeros((8, 4)), np.zeros((8, 1)))"
            ),
            "there is 1 array of labels, but the model has 2 outputs",
        ),
        (
            (
                "i = keras.Input((4,))\nm = keras.Model(i, layers.Dense(1)(i))\n"
                "m.compile('sgd', 'mse')\nm.fit(np.zeros((8, 4)), [np.zeros((8, 1)), np.zeros((8, 1))])"
            ),
            "there are 2 arrays of labels, but the model has 1 output",
        ),
        (
            (
                "y = keras.utils.to_categorical(keras.utils.to_categorical(np.arange(8) % 3))\n"
                "m = keras.Sequential([keras.Input((4,)), layers.Dense(3)])\n"
                "m.compile('sgd', 'categorical_crossentropy')\n"
                "m.fit(np.zeros((8, 4)), y)"
            ),
            "(None, 3, 2)",
        ),
    ],
)
def test_what_keras_refuses_is_a_fault(text: str, expected: str) -> None:
    found = messages(text)
    assert len(found) == 1
    assert expected in found[0]


NETWORK = """
m = keras.Sequential([keras.Input((4,)), layers.Dense(3, activation="softmax")])
m.compile("sgd", "categorical_crossentropy")
"""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("m.fit(read('a'), np.zeros((8, 2)))", "2 values per sample, (None, 2), but the output has 3"),
        ("m.fit(read('a'), np.zeros((8, 3)))", None),
        ("m.fit(read('a'))", None),
        (
            "m.compile('sgd', 'sparse_categorical_crossentropy')\nm.fit(read('a'), np.random.choice(4, 100))",
            "the labels go up to 3, but the output has 3 classes, 0 to 2",
        ),
        ("m.compile('sgd', 'sparse_categorical_crossentropy')\nm.fit(read('a'), np.random.choice(4, 30))", None),
        (
            (
                "from sklearn.feature_extraction.text import TfidfVectorizer\n"
                "m.fit(TfidfVectorizer().fit_transform(texts).toarray(), np.zeros((3, 3)))"
            ),
            "different numbers of samples: 2 and 3",
        ),
    ],
)
def test_labels_are_compared_where_the_data_are_not_known(text: str, expected: str | None) -> None:
    found = messages(NETWORK + text)
    assert len(found) == (expected is not None)
    assert expected is None or expected in found[0]


def test_names_without_imports_mean_the_same_before_and_after_a_branch() -> None:
    text = "for name in names:\n    x = np.zeros(3)\nmodel = Sequential([Dense(4, input_shape=(5,))])\n"
    text += "model.compile('sgd', 'mse')\nmodel.predict(np.zeros((2, 6)))\n"
    found = [fault.message for fault in evaluate_text(text, "post.py").faults]
    assert len(found) == 1
    assert "(2, 6)" in found[0]
