"""Rules about how Keras models are trained: their repairs mend what they report, and they know when to be silent."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import cnnlint

if TYPE_CHECKING:
    from cnnlint.api import Edit, Finding

TWINS = Path(__file__).parents[2] / "fixtures" / "twins" / "keras"
MENDED = {
    "binary_class_mode": "CNN504",
    "integer_labels": "CNN504",
    "integer_labels_in_a_column": "CNN504",
    "labels_from_one": "CNN503",
    "labels_of_a_discriminator": "CNN503",
    "missing_flatten_binary": "CNN503",
    "one_hot_labels": "CNN504",
    "predict_loaded_image": "CNN113",
    "predict_one_image": "CNN113",
    "predict_one_row": "CNN113",
    "regression_of_two": "CNN503",
    "silent_linear_binary": "CNN523",
    "silent_logits": "CNN507",
    "silent_one_class": "CNN524",
    "silent_relu_classes": "CNN525",
    "silent_sigmoid_classes": "CNN506",
    "silent_sigmoid_twice": "CNN521",
    "silent_softmax_binary": "CNN508",
    "silent_softmax_mse": "CNN526",
    "subclassed_model": "CNN504",
    "units_for_cifar100": "CNN503",
    "units_for_other_classes": "CNN503",
}
"""Twins whose faults have a repair, with the code of the rule."""


def put_in(text: str, edit: Edit) -> str:
    lines = text.split("\n")
    place = edit.place
    assert place.row == place.end_row
    line = lines[place.row - 1]
    lines[place.row - 1] = line[: place.column - 1] + edit.content + line[place.end_column - 1 :]
    return "\n".join(lines)


def lint(text: str) -> list[Finding]:
    return cnnlint.lint_source(text, filename="net.py")


@pytest.mark.parametrize("name", MENDED)
def test_a_repair_mends(name: str) -> None:
    text = (TWINS / f"{name}_buggy.py").read_text(encoding="utf-8")
    (finding,) = lint(text)
    assert finding.code == MENDED[name]
    assert finding.fix is not None
    (edit,) = finding.fix.edits
    assert lint(put_in(text, edit)) == []


@pytest.mark.parametrize(
    "name", ["evaluate_other_labels", "missing_flatten", "two_units_for_binary", "two_outputs", "autoencoder_targets"]
)
def test_nothing_is_mended_where_it_is_not_certain(name: str) -> None:
    (finding,) = lint((TWINS / f"{name}_buggy.py").read_text(encoding="utf-8"))
    assert finding.fix is None


HEAD = "import keras\nimport numpy as np\nfrom keras import layers\nx = np.zeros((64, 4))\n"


def codes(body: str, compiled: str, labels: str) -> list[str]:
    """What is said of a model that is compiled and fitted."""
    text = (
        f"{HEAD}m = keras.Sequential([keras.Input((4,)), {body}])\nm.compile('adam', {compiled})\nm.fit(x, {labels})\n"
    )
    return [finding.code for finding in lint(text)]


@pytest.mark.parametrize(
    ("body", "compiled", "labels"),
    [
        # two classes under a softmax are the same to both losses
        ("layers.Dense(2, activation='softmax')", "'binary_crossentropy'", "np.eye(2)[np.arange(64) % 2]"),
        # a classification by regression
        ("layers.Dense(1)", "'mse', metrics=['accuracy']", "np.arange(64) % 2"),
        # what is compared is not known to be labels
        ("layers.Dense(3, activation='softmax')", "'mse'", "load()"),
        # a multi-label head
        ("layers.Dense(3, activation='sigmoid')", "'binary_crossentropy'", "np.zeros((64, 3))"),
        # a regression of what is never negative
        ("layers.Dense(1, activation='relu')", "'mse'", "np.random.rand(64)"),
        # probabilities in another order of axes
        ("layers.Dense(3, activation='softmax')", "keras.losses.SparseCategoricalCrossentropy()", "np.arange(64) % 3"),
        ("layers.Dense(3), layers.Softmax()", "'categorical_crossentropy'", "np.zeros((64, 3))"),
        ("layers.Dense(3, name='scores'), layers.Lambda(lambda t: load(t))", "'categorical_crossentropy'", "load()"),
        ("layers.Dense(1, activation='tanh')", "'mse'", "np.sign(np.arange(64) - 32)"),
    ],
)
def test_what_can_be_meant_is_silent(body: str, compiled: str, labels: str) -> None:
    assert codes(body, compiled, labels) == []


@pytest.mark.parametrize(
    ("body", "compiled", "labels", "code"),
    [
        ("layers.Dense(3, activation='softmax')", "'binary_crossentropy'", "np.eye(3)[np.arange(64) % 3]", "CNN508"),
        ("layers.Dense(1)", "'mae', metrics=['acc']", "np.arange(64)", "CNN510"),
        ("layers.Dense(3, activation='softmax')", "'mse'", "np.eye(3)[np.arange(64) % 3]", "CNN526"),
        ("layers.Dense(1, activation='sigmoid')", "'mse'", "np.arange(64)", "CNN509"),
        ("layers.Dense(3)", "'sparse_categorical_crossentropy'", "np.arange(64) % 3", "CNN507"),
        ("layers.Dense(3, activation='tanh')", "'sparse_categorical_crossentropy'", "np.arange(64) % 3", "CNN507"),
        ("layers.Dense(1)", "'sparse_categorical_crossentropy'", "np.zeros(64)", "CNN524"),
        ("layers.Dense(3)", "'mse'", "np.zeros((64, 1))", "CNN528"),
    ],
)
def test_what_cannot_be_meant_is_told(body: str, compiled: str, labels: str, code: str) -> None:
    assert codes(body, compiled, labels) == [code]


def test_a_model_that_is_built_by_its_data_is_judged_where_it_is_fitted() -> None:
    program = """
class Net(keras.Model):
    def __init__(self):
        super().__init__()
        self.head = layers.Dense(3)

    def call(self, inputs):
        return self.head(inputs)

net = Net()
net.compile("adam", loss="sparse_categorical_crossentropy")
net.fit(x, np.arange(64) % 3)
net.evaluate(x, np.arange(64) % 3)
"""
    (finding,) = lint(HEAD + program)
    assert (finding.code, finding.place.row) == ("CNN507", (HEAD + program).count("\n", 0, -1))
