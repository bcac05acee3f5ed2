"""Rules about how a network is built: what they find, and what they leave alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import cnnlint

if TYPE_CHECKING:
    from pathlib import Path

KERAS = """\
from keras import initializers, layers, models

model = models.Sequential([layers.Input({shape}), {rows}])
"""
TORCH = """\
import torch
from torch import nn

model = nn.Sequential({rows})
model(torch.zeros(1, {shape}))
"""
POOLED = "layers.Conv2D(8, 3), layers.GlobalAveragePooling2D(), "
CONVOLVED = "nn.Conv2d(3, 8, 3), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), "


def told(code: str, rule: str, folder: Path) -> list[str]:
    """The messages of one rule."""
    (folder / "pyproject.toml").write_text(f'[tool.cnnlint]\nselect = ["{rule}"]\n', encoding="utf-8")
    return [each.message for each in cnnlint.lint_source(code, filename=str(folder / "net.py"))]


@pytest.mark.parametrize(
    ("rule", "rows", "message"),
    [
        ("CNN307", POOLED + "layers.Dropout(0.5), layers.Dense(10)", None),
        (
            "CNN307",
            POOLED + "layers.Dense(10), layers.Dropout(0.5)",
            "`dropout` drops scores of `dense`, the last layer of `model`",
        ),
        ("CNN307", "layers.Flatten(), layers.Dense(10), layers.Dropout(0.5)", None),
        (
            "CNN307",
            "layers.Flatten(), layers.Dense(10), layers.Dropout(0.5), layers.Softmax()",
            "`dropout` drops probabilities of `dense`, the last layer of `model`",
        ),
        ("CNN308", "layers.Conv2D(8, 3), layers.GlobalAveragePooling2D(), layers.Dropout(0.2)", None),
        ("CNN308", "layers.Conv2D(8, 3), layers.SpatialDropout2D(0.2)", None),
        ("CNN308", "layers.Conv2D(8, 3), layers.Dropout(0.2, noise_shape=(None, 1, 1, 1))", None),
        (
            "CNN308",
            "layers.Conv2D(8, 3), layers.BatchNormalization(), layers.ReLU(), layers.Dropout(0.2)",
            "`dropout` drops single values of the map of `conv2d`, whose neighbours are nearly the same",
        ),
        ("CNN310", "layers.Conv2D(8, 3, activation='sigmoid'), layers.BatchNormalization(), layers.Conv2D(8, 3)", None),
        (
            "CNN310",
            "layers.Flatten(), layers.Dense(3), layers.Softmax(), layers.BatchNormalization()",
            "`batch_normalization` normalizes the probabilities that `softmax` gives, so that they are none any more",
        ),
        ("CNN311", POOLED + "layers.Dense(4), layers.BatchNormalization(), layers.ReLU(), layers.Dense(2)", None),
        (
            "CNN311",
            POOLED + "layers.Dense(4), layers.BatchNormalization()",
            "`batch_normalization` normalizes the scores of `dense`, the last layer of `model`",
        ),
        ("CNN403", "layers.Reshape((32, 96)), layers.LSTM(8), layers.Dense(2)", None),
        (
            "CNN403",
            "layers.Flatten(), layers.Dense(8, activation='tanh'), layers.Dense(2)",
            "the hidden layer `dense` ends in tanh, which passes hardly any gradient",
        ),
        ("CNN410", "layers.Conv2D(8, 5), layers.Conv2D(8, 1), layers.Conv2D(8, 5)", None),
        ("CNN410", "layers.Conv2D(8, (5, 3)), layers.Conv2D(8, (3, 3))", None),
        (
            "CNN410",
            "layers.Conv2D(8, (5, 7)), layers.MaxPooling2D(), layers.Conv2D(8, (3, 5))",
            "`conv2d_1` has a window of 3 x 5, smaller than the 5 x 7 of `conv2d` before it",
        ),
        ("CNN414", "layers.Conv2D(8, 3), layers.Conv2D(8, 3), layers.Flatten(), layers.Dense(2)", None),
        ("CNN414", "*[layers.Conv2D(8, 3) for _ in range(3)], layers.GlobalMaxPooling2D(), layers.Dense(2)", None),
        ("CNN414", "*[layers.Conv2D(8, 3) for _ in range(3)], layers.Dense(2)", None),
        (
            "CNN414",
            "*[layers.Conv2D(8, 3) for _ in range(4)], layers.Flatten(), layers.Dense(2)",
            "4 convolutions in a row without a pooling or a stride, and the whole map of 24 x 24 x 8 goes into `dense`",
        ),
        ("CNN415", "layers.Conv2D(8, 4, strides=2, padding='same')", None),
        ("CNN415", "layers.Conv2D(8, 4)", None),
        ("CNN415", "layers.Conv2DTranspose(8, 4, padding='same')", None),
        (
            "CNN415",
            "layers.Conv2D(8, (2, 3), padding='same')",
            "`conv2d` keeps the size of its map with a window of 2 x 3, which has no centre",
        ),
        ("CNN416", "layers.Conv2D(8, 7), layers.Conv2D(8, 7), layers.Conv2D(8, 3)", None),
        ("CNN416", "layers.Conv2D(8, 7), layers.Conv2D(8, 7)", None),
        (
            "CNN416",
            "layers.Conv2D(8, 7), layers.Conv2D(8, 9), layers.Conv2D(8, 7)",
            "all 3 convolutions of `model` have windows of 7 or more",
        ),
        ("CNN418", "layers.Flatten(), layers.Dense(8, kernel_initializer='zeros')", None),
        ("CNN418", "layers.Flatten(), layers.Dense(1, kernel_initializer='ones'), layers.Dense(2)", None),
        ("CNN418", "layers.Flatten(), layers.Dense(8, kernel_initializer='uniform'), layers.Dense(2)", None),
        (
            "CNN418",
            "layers.Conv2D(8, 3, kernel_initializer=initializers.Constant(0.1)), layers.ReLU(), layers.Conv2D(2, 3)",
            "all weights of `conv2d` start with 0.1, so that its 8 units compute the same",
        ),
        (
            "CNN418",
            "layers.Conv2D(8, 3, kernel_initializer=initializers.zeros), layers.Conv2D(2, 3)",
            "all weights of `conv2d` start with 0, so that its 8 units compute the same",
        ),
        ("CNN418", "layers.DepthwiseConv2D(3, depthwise_initializer='ones'), layers.Conv2D(2, 3)", None),
        ("CNN419", "layers.Flatten(), layers.Dense(8, bias_initializer='ones')", None),
        ("CNN419", "layers.Flatten(), layers.Dense(8, bias_initializer='zeros'), layers.Dense(2)", None),
        (
            "CNN419",
            "layers.Flatten(), layers.Dense(8, bias_initializer='ones'), layers.Dense(2)",
            "the biases of `dense` start with 1",
        ),
    ],
)
def test_a_stack_of_keras(rule: str, rows: str, message: str | None, tmp_path: Path) -> None:
    code = KERAS.format(shape="(32, 32, 3)", rows=rows)
    assert told(code, rule, tmp_path) == ([] if message is None else [message])


@pytest.mark.parametrize(
    ("rule", "rows", "message"),
    [
        ("CNN307", CONVOLVED + "nn.Dropout(), nn.Linear(8, 10)", None),
        (
            "CNN307",
            CONVOLVED + "nn.Linear(8, 10), nn.Dropout()",
            "`5` drops scores of `4`, the last layer of `model`",
        ),
        ("CNN307", "nn.Flatten(), nn.Linear(3072, 64), nn.GELU(), nn.Linear(64, 10), nn.Dropout()", None),
        ("CNN308", "nn.Conv2d(3, 8, 3), nn.Dropout2d()", None),
        ("CNN308", "nn.Conv2d(3, 8, 32), nn.ReLU(), nn.Dropout()", None),
        (
            "CNN308",
            "nn.Conv2d(3, 8, 3), nn.ReLU(), nn.Dropout()",
            "`2` drops single values of the map of `0`, whose neighbours are nearly the same",
        ),
        (
            "CNN310",
            "nn.Flatten(), nn.Linear(3072, 4), nn.Sigmoid(), nn.LayerNorm(4)",
            "`3` normalizes the probabilities that `2` gives, so that they are none any more",
        ),
        ("CNN311", "nn.Flatten(), nn.Linear(3072, 4), nn.LayerNorm(4)", None),
        ("CNN415", "nn.Conv2d(3, 8, 4, padding=2)", None),
        ("CNN416", "*[nn.Conv2d(3, 3, 7, groups=3) for _ in range(3)]", None),
        ("CNN417", "nn.Conv2d(3, 8, 3, stride=2, padding=1), nn.ConvTranspose2d(8, 3, 2, stride=2)", None),
        ("CNN417", "nn.Conv2d(3, 3, 1), nn.MaxPool2d(3, stride=3), nn.Upsample(scale_factor=2)", None),
        ("CNN417", "nn.Conv2d(3, 3, 1), nn.MaxPool2d(3, stride=3, ceil_mode=True), nn.Upsample(size=(32, 32))", None),
        ("CNN417", "nn.Conv2d(3, 8, 3), nn.Conv2d(8, 3, 3)", None),
        (
            "CNN417",
            "nn.Conv2d(3, 3, 1), nn.MaxPool2d(3), nn.Upsample(scale_factor=3)",
            "`model` is given 32 and gives back 30: `1` makes 10 of 32",
        ),
    ],
)
def test_a_stack_of_pytorch(rule: str, rows: str, message: str | None, tmp_path: Path) -> None:
    code = TORCH.format(shape="3, 32, 32", rows=rows)
    assert told(code, rule, tmp_path) == ([] if message is None else [message])


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("nn.init.zeros_(model[0].weight)", True),
        ("nn.init.constant_(model[0].weight, 0.01)", True),
        ("model[0].weight.data.fill_(1)", True),
        ("model[0].weight.data.zero_()", True),
        ("model.apply(lambda m: nn.init.ones_(m.weight) if isinstance(m, nn.Conv2d) else None)", True),
        ("nn.init.zeros_(model[0].weight); nn.init.xavier_normal_(model[0].weight)", False),
        ("model[0].weight.data.zero_(); model[0].weight.data.normal_()", False),
        ("nn.init.zeros_(model[0].weight); model[0].weight.data[0] = 1", False),
        ("nn.init.zeros_(model[0].bias)", False),
        ("nn.init.zeros_(model[2].weight)", False),
        ("import os\nif os.cpu_count():\n    nn.init.zeros_(model[0].weight)", False),
        ("nn.init.constant_(model[0].weight, float(input()))", False),
    ],
)
def test_weights_that_the_code_fills(statement: str, found: bool, tmp_path: Path) -> None:
    code = "from torch import nn\n\nmodel = nn.Sequential(nn.Conv2d(3, 8, 3), nn.ReLU(), nn.Conv2d(8, 3, 3))\n"
    assert bool(told(f"{code}{statement}\n", "CNN418", tmp_path)) is found


def block(*, norm: bool = True, filters: int = 8, window: int = 3, pool: str = "") -> str:
    parts = [f"layers.Conv2D({filters}, {window}, padding='same')"]
    parts += ["layers.BatchNormalization()"] * norm + ["layers.ReLU()"]
    return ", ".join([*parts, *([f"layers.{pool}2D()"] if pool else [])])


def stack(*blocks: str, rule: str, folder: Path) -> int:
    return len(told(KERAS.format(shape="(128, 128, 3)", rows=", ".join(blocks)), rule, folder))


def test_the_one_convolution_without_a_normalization(tmp_path: Path) -> None:
    bare, whole = block(norm=False), block()
    assert stack(whole, bare, whole, whole, rule="CNN309", folder=tmp_path) == 1
    assert stack(bare, whole, whole, whole, rule="CNN309", folder=tmp_path) == 0
    assert stack(whole, whole, whole, bare, rule="CNN309", folder=tmp_path) == 0
    assert stack(whole, bare, bare, whole, whole, rule="CNN309", folder=tmp_path) == 0
    assert stack(whole, bare, whole, rule="CNN309", folder=tmp_path) == 0


def test_blocks_of_deep_networks_only(tmp_path: Path) -> None:
    mixed = [block(window=3), block(window=5, pool="MaxPooling")]
    assert stack(*mixed * 4, rule="CNN411", folder=tmp_path) == 4
    assert stack(*mixed * 3, rule="CNN411", folder=tmp_path) == 0
    assert stack(*[block(), block(pool="MaxPooling")] * 4, rule="CNN411", folder=tmp_path) == 0
    pooled, plain = block(pool="MaxPooling"), block()
    assert stack(*[pooled] * 5, rule="CNN412", folder=tmp_path) == 1
    assert stack(*[pooled] * 4, rule="CNN412", folder=tmp_path) == 0
    assert stack(*[plain, pooled] * 5, rule="CNN412", folder=tmp_path) == 0
    average = block(pool="AveragePooling")
    assert stack(*[plain, average] * 3, plain, rule="CNN413", folder=tmp_path) == 3
    assert stack(*[plain, pooled] * 5, average, rule="CNN413", folder=tmp_path) == 0
    assert stack(*[plain, average] * 2, plain, rule="CNN413", folder=tmp_path) == 0


@pytest.mark.parametrize(
    ("statements", "found"),
    [
        ("model.compile('adam', 'mse')\nmodel.fit(x, y)\nmodel.compile('sgd', 'mse')", 0),
        ("model.compile('adam', 'mse')\nmodel.predict(x)\nmodel.compile('sgd', 'mse')", 0),
        ("for name in ('adam', 'sgd'):\n    model.compile(name, 'mse')", 0),
        ("model.compile('adam', 'mse')\nmodel.compile('sgd', 'mse')", 1),
    ],
)
def test_a_model_that_is_compiled_twice(statements: str, found: int, tmp_path: Path) -> None:
    code = f"import numpy as np\n{KERAS.format(shape='(4,)', rows='layers.Dense(1)')}"
    code += f"x, y = np.zeros((8, 4)), np.zeros((8, 1))\n{statements}\n"
    assert len(told(code, "CNN512", tmp_path)) == found


@pytest.mark.parametrize(
    ("optimizer", "message"),
    [
        ("keras.optimizers.Adam(0.01)", None),
        ("keras.optimizers.Adam(learning_rate=0.1)", "a learning rate of 0.1 for Adam, above 0.01"),
        ("keras.optimizers.SGD(0.1)", None),
        ("keras.optimizers.SGD(10)", "a learning rate of 10 for SGD, above 0.999"),
        ("keras.optimizers.SGD(1e-9)", "a learning rate of 1e-09 for SGD, below 1e-07"),
        ("keras.optimizers.Adam(keras.optimizers.schedules.ExponentialDecay(0.1, 10, 0.9))", None),
        ("keras.optimizers.Adam(float(input()))", None),
        ("'adam'", None),
    ],
)
def test_a_learning_rate(optimizer: str, message: str | None, tmp_path: Path) -> None:
    code = f"import keras\n{KERAS.format(shape='(4,)', rows='layers.Dense(1)')}model.compile({optimizer}, 'mse')\n"
    assert told(code, "CNN513", tmp_path) == ([] if message is None else [message])


@pytest.mark.parametrize(
    ("size", "rows", "found"),
    [
        ("1", "layers.BatchNormalization(), layers.Dense(1)", 1),
        ("2", "layers.BatchNormalization(), layers.Dense(1)", 0),
        ("1", "layers.LayerNormalization(), layers.Dense(1)", 0),
        ("1", "layers.BatchNormalization(trainable=False), layers.Dense(1)", 0),
    ],
)
def test_batches_of_one(size: str, rows: str, found: int, tmp_path: Path) -> None:
    code = f"import numpy as np\n{KERAS.format(shape='(4,)', rows=rows)}model.compile('adam', 'mse')\n"
    code += f"model.fit(np.zeros((8, 4)), np.zeros((8, 1)), batch_size={size})\n"
    assert len(told(code, "CNN312", tmp_path)) == found


@pytest.mark.parametrize(
    "join", ["x = y + x", "y += x\n        x = y", "y.add_(x)\n        x = y", "x = torch.add(y, x)"]
)
def test_a_residual_connection_is_one_however_it_is_written(join: str, tmp_path: Path) -> None:
    code = """\
import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.Sequential(*[nn.Conv2d(3, 3, 3, padding=1) for _ in range(6)])

    def forward(self, x):
        y = self.first(x)
        {}
        return x
"""
    assert told(code.format("x = y"), "CNN301", tmp_path) == ["6 convolutions in a row without any normalization"]
    assert told(code.format(join), "CNN301", tmp_path) == []
