"""Data and labels against models: what is refused is what Keras refuses, and what the rules are told."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import cnnlint
from cnnlint.evaluation import evaluate_text

if TYPE_CHECKING:
    from cnnlint.model import Fault, Use

HERE = Path(__file__).parent
TWINS = HERE.parents[2] / "fixtures" / "twins" / "keras"
VERDICTS = json.loads((HERE / "twins.json").read_text(encoding="utf-8"))
ROWS = json.loads((HERE / "uses.json").read_text(encoding="utf-8"))
KINDS = {"data-mismatch", "label-mismatch", "loss-mismatch"}
HEAD = "import keras\nimport numpy as np\nfrom keras import layers\n"


# --- what Keras said --------------------------------------------------------------------------------------------------


def layers_for(declared: list[int]) -> str:
    body = ["layers.Dense(2)"]
    if len(declared) == 3:
        body = ["layers.Conv2D(2, 3)", "layers.GlobalAveragePooling2D()", *body]
    elif len(declared) == 2:
        body = ["layers.Conv1D(2, 3)", "layers.Flatten()", *body]
    return ", ".join(body)


def written(row: dict[str, Any], number: int) -> str:
    """The use of a model that a row of `uses.json` is about, in one line of a program."""
    if "kind" in row:
        make = f"m{number} = {row['kind']}({tuple(row['declared'])}, [{layers_for(row['declared'])}])"
        labels = f", np.zeros(({row['shape'][0]}, 2))" if row["method"] == "fit" else ""
        use = f"{row['method']}(np.zeros({tuple(row['shape'])}){labels})"
        return f"{make}; m{number}.compile('sgd', 'mse'); m{number}.{use}"
    front = row["head"][:-1]
    metrics = f", metrics=['{row['metric']}']" if "metric" in row else ""
    make = f"m{number} = functional({(*front, 4)}, [layers.Dense({row['head'][-1]}, activation='sigmoid')])"
    x, y = f"np.zeros({(12, *front, 4)})", f"np.zeros({(12, *row['target'])})"
    return f"{make}; m{number}.compile('sgd', '{row['loss']}'{metrics}); m{number}.fit({x}, {y})"


MAKERS = """
def sequential(shape, body):
    return keras.Sequential([keras.Input(shape), *body])
def functional(shape, body):
    inputs = outputs = keras.Input(shape)
    for each in body:
        outputs = each(outputs)
    return keras.Model(inputs, outputs)
"""


@pytest.mark.parametrize("start", range(0, len(ROWS), 100))
def test_refused_is_what_keras_refuses(start: int) -> None:
    rows = ROWS[start : start + 100]
    lines = [written(row, number) for number, row in enumerate(rows)]
    above = (HEAD + MAKERS).count("\n") + 1
    evaluation = evaluate_text(HEAD + MAKERS + "\n".join(lines) + "\n")
    told = {fault.place.row - above for fault in evaluation.faults}
    wrong = [row for number, row in enumerate(rows) if (number in told) != row["crashes"]]
    assert wrong == []
    assert {fault.kind for fault in evaluation.faults} <= KINDS


@pytest.mark.parametrize("name", VERDICTS)
def test_what_crashes_is_an_error(name: str) -> None:
    assert VERDICTS[name]["repaired"] in ("runs", "needs TensorFlow")
    buggy = cnnlint.lint([TWINS / f"{name}_buggy.py"])
    assert buggy
    if VERDICTS[name]["buggy"] != "runs":
        assert any(finding.severity == "error" for finding in buggy)
    assert cnnlint.lint([TWINS / f"{name}_repaired.py"]) == []


def test_every_twin_has_a_verdict() -> None:
    assert {path.name for path in TWINS.glob("*.py")} == {
        f"{name}_{which}.py" for name in VERDICTS for which in ("buggy", "repaired")
    }
    assert sum(verdict["buggy"] != "runs" for verdict in VERDICTS.values()) >= 40


# --- silence ----------------------------------------------------------------------------------------------------------


def faults(program: str) -> tuple[Fault, ...]:
    return evaluate_text(HEAD + program).faults


def uses(program: str) -> tuple[Use, ...]:
    return evaluate_text(HEAD + program).uses


MODEL = """
m = keras.Sequential([keras.Input((4,)), layers.Dense(3, activation="softmax")])
m.compile("adam", loss="categorical_crossentropy")
"""


@pytest.mark.parametrize(
    "program",
    [
        "x, y = load()\nm.fit(x, y)",
        "m.fit(load(), np.zeros((10, 3)))",
        "x = np.zeros((10, load()))\nm.fit(x, np.zeros((10, 3)))",
        "x = np.zeros((10, 4))\nm.fit(x, np.zeros((10, load())))",
        "def train(x, y):\n    return m.fit(x, y)",
        "import pandas as pd\nd = pd.read_csv('a.csv')\nm.fit(d.drop('y', axis=1), pd.get_dummies(d['y']))",
        "m.fit(*load())",
        "m.fit(**load())",
        "m.fit(iter(load()), steps_per_epoch=3)",
        "m.predict([])",
    ],
)
def test_what_is_not_known_is_silent(program: str) -> None:
    assert faults(MODEL + program + "\n") == ()


def test_own_losses_and_steps_are_left_alone() -> None:
    program = """
def loss(y, p):
    return keras.ops.mean(p)
m = keras.Sequential([keras.Input((4,)), layers.Dense(3)])
m.compile("adam", loss=loss)
m.fit(np.zeros((10, 4)), np.zeros(10))
class Net(keras.Model):
    def train_step(self, data):
        return {}
i = keras.Input((4,))
n = Net(i, layers.Dense(3)(i))
n.compile("adam", loss="categorical_crossentropy")
n.fit(np.zeros((10, 9)), np.zeros(10))
"""
    assert faults(program) == ()


def test_a_fault_under_an_unknown_condition_is_likely_only() -> None:
    (fault,) = faults(MODEL + "if load():\n    m.fit(np.zeros((10, 4)), np.zeros(10))\n")
    assert (fault.kind, fault.certain) == ("loss-mismatch", False)


def test_one_mistake_is_told_once() -> None:
    program = "x, y = np.zeros((10, 4)), np.zeros(10)\nm.fit(x, y)\nm.evaluate(x, y)\nm.predict(x[0])\n"
    assert [fault.kind for fault in faults(MODEL + program)] == ["loss-mismatch"]


def test_what_the_code_catches_is_no_fault() -> None:
    program = "try:\n    m.predict(np.zeros(4))\nexcept ValueError:\n    m.predict(np.zeros((1, 4)))\n"
    assert faults(MODEL + program) == ()


def test_labels_that_only_may_be_out_of_range() -> None:
    program = """
m = keras.Sequential([keras.Input((4,)), layers.Dense(3, activation="softmax")])
m.compile("adam", loss="sparse_categorical_crossentropy")
y = np.random.randint(0, 10, 1000)
few = y[y < 3]
m.fit(np.zeros((len(few), 4)), few)
"""
    assert faults(program) == ()


# --- what the rules are told ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "activation", "units"),
    [
        ("layers.Dense(3)", "linear", 3),
        ("layers.Dense(3, activation='sigmoid')", "sigmoid", 3),
        ("layers.Dense(3), layers.Activation('softmax')", "softmax", 3),
        ("layers.Dense(3), layers.Softmax()", "softmax", 3),
        ("layers.Dense(3), layers.ReLU(), layers.Dropout(0.1)", "relu", 3),
        ("layers.Dense(3, activation=keras.activations.tanh)", "tanh", 3),
        ("layers.Dense(3, activation=lambda x: x)", None, None),
        ("layers.Dense(3), layers.Lambda(lambda x: x * 2)", None, None),
        ("layers.Dense(3), layers.BatchNormalization()", None, None),
        ("keras.Sequential([keras.Input((4,)), layers.Dense(3, activation='sigmoid')])", "sigmoid", 3),
        ("layers.Reshape((1, 4)), layers.Dense(3, activation='softmax'), layers.Flatten()", "softmax", 3),
    ],
)
def test_what_an_output_ends_in(body: str, activation: str | None, units: int | None) -> None:
    (use,) = uses(f"m = keras.Sequential([keras.Input((4,)), {body}])\nm.compile('sgd', 'mse')\n")
    assert (use.kind, use.loss, use.activation, use.config.get("units")) == (
        "compile",
        "mean_squared_error",
        activation,
        units,
    )


@pytest.mark.parametrize(
    ("loss", "name", "from_logits"),
    [
        ("'bce'", "binary_crossentropy", False),
        ("'BinaryCrossentropy'", "binary_crossentropy", False),
        ("keras.losses.MeanAbsoluteError()", "mean_absolute_error", False),
        ("keras.losses.KLDivergence", "kl_divergence", False),
        ("keras.losses.categorical_crossentropy", "categorical_crossentropy", False),
        ("keras.losses.BinaryCrossentropy(from_logits=True)", "binary_crossentropy", True),
        ("keras.losses.BinaryCrossentropy(True)", "binary_crossentropy", True),
        ("keras.losses.BinaryCrossentropy(from_logits=load())", "binary_crossentropy", None),
        ("load()", None, False),
        ("lambda y, p: p", None, False),
    ],
)
def test_how_a_loss_is_given(loss: str, name: str | None, from_logits: bool | None) -> None:
    (use,) = uses(f"m = keras.Sequential([keras.Input((4,)), layers.Dense(3)])\nm.compile('sgd', {loss})\n")
    assert (use.loss, use.from_logits) == (name, from_logits)


def test_what_a_fit_tells() -> None:
    program = """
(x, y), (a, b) = keras.datasets.mnist.load_data()
m = keras.Sequential([keras.Input((28, 28)), layers.Flatten(), layers.Dense(10, activation="softmax")])
m.compile("adam", loss="sparse_categorical_crossentropy", metrics=["accuracy", keras.metrics.AUC()])
m.fit(x, y)
"""
    compiled, fitted = uses(program)
    assert (compiled.kind, compiled.metrics, compiled.activation) == ("compile", ("accuracy", "AUC"), "softmax")
    assert fitted.targets is not None
    assert (fitted.targets.low, fitted.targets.high, fitted.targets.classes) == (0, 9, 10)
    assert [data.dtype for data in fitted.inputs] == ["uint8"]


def test_predictions_have_a_shape() -> None:
    program = MODEL + "p = m.predict(np.zeros((7, 4)))\np.reshape(7, 4)\n"
    (fault,) = faults(program)
    assert (fault.kind, fault.place.row) == ("reshape-mismatch", program.count("\n") + HEAD.count("\n"))


@pytest.mark.parametrize(
    ("mode", "code"),
    [
        ("", "label-mismatch"),
        (", class_mode='binary'", None),
        (", class_mode='sparse'", None),
        (", class_mode=None", None),
    ],
)
def test_labels_of_a_generator(mode: str, code: str | None) -> None:
    program = f"""
from tensorflow.keras.preprocessing.image import ImageDataGenerator
m = keras.Sequential([keras.Input((64, 64, 3)), layers.Flatten(), layers.Dense(1, activation="sigmoid")])
m.compile("adam", loss="binary_crossentropy")
m.fit(ImageDataGenerator().flow_from_directory("images", (64, 64){mode}))
"""
    assert [fault.kind for fault in faults(program)] == ([] if code is None else [code])


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("m.fit(x, y)", ["the model is not compiled when `fit` is called"]),
        ("m.evaluate(x, y)", ["the model is not compiled when `evaluate` is called"]),
        ("m.train_on_batch(x, y)", ["the model is not compiled when `train_on_batch` is called"]),
        ("m.predict(x)", []),
        ("m.compile('sgd', 'mse')\nm.fit(x, y)", []),
        ("if len(sys.argv) > 1:\n    m.compile('sgd', 'mse')\nm.fit(x, y)", []),
        ("def ready(model):\n    model.compile('sgd', 'mse')\n    return model\n\nready(m).fit(x, y)", []),
        ("import other\n\nother.ready(m)\nm.fit(x, y)", []),
        ("m.compile('sgd', 'mse')\nm.save('m.keras')\nkeras.models.load_model('m.keras').fit(x, y)", []),
        ("try:\n    m.fit(x, y)\nexcept ValueError:\n    pass", []),
    ],
)
def test_a_model_is_compiled_before_it_is_trained(code: str, expected: list[str]) -> None:
    head = "import sys\nimport keras\nimport numpy as np\n\nx, y = np.zeros((4, 3)), np.zeros((4, 1))\n"
    model = "m = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1)])\n"
    assert [each.message for each in cnnlint.lint_source(head + model + code)] == expected
