"""Receptive fields: the area in which PyTorch's gradient of one output value is not zero, and published sizes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import cnnlint
from cnnlint.engine.receptive import WHOLE, Field, receptive_field

if TYPE_CHECKING:
    from pathlib import Path

HEAD = "import torch\nfrom torch import nn\nfrom torch.nn import functional as F\n"
RESIDUAL = """
class Residual(nn.Module):
    def __init__(self, *layers):
        super().__init__()
        self.body = nn.Sequential(*layers)

    def forward(self, x):
        return F.relu(x + self.body(x))

"""
C = "nn.Conv2d"

MEASURED = [
    (f"{C}(1, 2, 3)", (3, 3)),
    (f"{C}(1, 2, (5, 3), stride=(1, 2)), {C}(2, 2, 3)", (7, 7)),
    (f"{C}(1, 2, 3, dilation=2), nn.AvgPool2d(2), {C}(2, 2, 3)", (10, 10)),
    (f"nn.AvgPool2d(3, 2), {C}(1, 2, 3, padding=1), nn.AvgPool2d(2)", (9, 9)),
    (f"Residual({C}(1, 1, 3, padding=1), {C}(1, 1, 3, padding=1)), {C}(1, 2, 3)", (7, 7)),
    (f"{C}(1, 2, 7, stride=2), nn.MaxPool2d(3, 2, 1), {C}(2, 2, 3, padding=1), {C}(2, 2, 3, 2, padding=1)", (27, 27)),
]
"""The sizes were measured with all weights equal and positive, and average pooling in place of the maximum."""


def field(folder: Path, text: str) -> Field | None:
    path = folder / "net.py"
    path.write_text(HEAD + RESIDUAL + text, encoding="utf-8")
    model = cnnlint.summarize(f"{path}::model")
    assert model.error is None
    return receptive_field(model.layers, model.outputs_via)


def torch_field(folder: Path, layers: str, size: str = "1, 1, 64, 64") -> Field | None:
    return field(folder, f"model = nn.Sequential({layers})\nmodel(torch.zeros({size}))\n")


@pytest.mark.parametrize(("layers", "size"), MEASURED)
def test_measured(tmp_path: Path, layers: str, size: tuple[int, ...]) -> None:
    found = torch_field(tmp_path, layers)
    assert found is not None
    assert found.size == size


def test_what_follows_the_last_map_does_not_count(tmp_path: Path) -> None:
    body = "nn.Conv2d(1, 4, 5, 2), nn.BatchNorm2d(4), nn.ReLU(), nn.Conv2d(4, 4, 3)"
    for head in ("nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(4, 10)", "nn.Flatten(), nn.LazyLinear(10)"):
        assert torch_field(tmp_path, f"{body}, {head}") == Field((9, 9), (2, 2))


@pytest.mark.parametrize(
    ("build", "size"),
    [("ResNet50", 483), ("VGG16", 212), ("MobileNet", 315)],
)
def test_published(tmp_path: Path, build: str, size: int) -> None:
    """The sizes that the article gives."""
    found = field(tmp_path, f"import keras\nmodel = keras.applications.{build}(weights=None)\n")
    assert found == Field((size, size), (32, 32))


def test_a_gate_sees_the_whole_input(tmp_path: Path) -> None:
    text = """
import keras
from keras import layers
inputs = keras.Input((32, 32, 3))
x = layers.Conv2D(8, 3, padding="same")(inputs)
gate = layers.Dense(8, activation="sigmoid")(layers.GlobalAveragePooling2D(keepdims=True)(x))
model = keras.Model(inputs, layers.Conv2D(4, 3)(layers.Multiply()([x, gate])))
"""
    assert field(tmp_path, text) == WHOLE


@pytest.mark.parametrize(
    "layers",
    [
        "nn.ConvTranspose2d(1, 2, 3, stride=2), nn.Conv2d(2, 2, 3)",
        "nn.Conv2d(1, 2, 3), nn.Upsample(scale_factor=2)",
        "nn.AdaptiveAvgPool2d(7), nn.Conv2d(1, 2, 3)",
        "nn.Linear(64, 10)",
    ],
)
def test_not_known(tmp_path: Path, layers: str) -> None:
    assert torch_field(tmp_path, layers) is None


def test_functions_with_windows_are_not_known(tmp_path: Path) -> None:
    text = """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(1, 2, 3)

    def forward(self, x):
        return F.max_pool2d(self.conv(x), 2)

model = Net()
model(torch.zeros(1, 1, 8, 8))
"""
    assert field(tmp_path, text) is None


def test_a_model_without_windows_has_none(tmp_path: Path) -> None:
    assert torch_field(tmp_path, "nn.Linear(4, 3), nn.ReLU(), nn.Linear(3, 2)", "2, 4") is None
