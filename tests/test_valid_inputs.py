"""What is said of the sizes for which a model runs, held against PyTorch and Keras (`record_sizes.py` asks them)."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from cnnlint import summarize
from cnnlint.engine.dimension import evaluate, symbols
from cnnlint.engine.solving import required_numbers

if TYPE_CHECKING:
    from collections.abc import Callable

    from cnnlint.model import Model
    from tests.conftest import Result

    Command = Callable[..., Result]

FOLDER = Path(__file__).parent.parent / "fixtures" / "sizes"
VERDICTS: dict[str, Any] = json.loads((FOLDER / "verdicts.json").read_text(encoding="utf-8"))
LAST = 300

NOT_TOLD = {
    "broken.py::MissingHead": "a reshape fails at every size",
    "broken.py::cropped_too_much": "a model that cannot be built has no input",
    "generators.py::FullyConnected": "a reshape takes an input of any rank",
    "judging.py::Capsules": "a list is as long as the batch",
    "keras_decoders.py::DenseAutoencoder": "a flatten takes an input of any rank",
    "keras_judges.py::SiameseNet": "an input is taken apart into several",
    "keras_readers.py::TextClassifier": "an embedding takes an input of any rank",
    "pyramids.py::BilateralSegmentation": "a scale is a float that depends on the size",
    "reading.py::PositionalEncoding": "a sum takes an input of any rank",
    "classifiers.py::Digits": "a flatten takes an input of any rank",
    "skips.py::Fallback": "a `try` around what may not fit",
}
"""Models of which nothing is said, and why."""


@cache
def described(target: str) -> Model:
    return summarize(FOLDER / target)


def sizes(triples: tuple[tuple[int, int, int], ...]) -> set[int]:
    return {size for first, last, step in triples for size in range(first, last + 1, step) if size <= LAST}


def shapes(model: Model, values: dict[str, int]) -> list[tuple[int, ...]]:
    """The shapes of the model's inputs, without the batch axis, for sizes of its open axes; 3 where any will do."""
    assert model.constraints is not None
    names = {name for shape in model.constraints.inputs for dim in shape[1:] for name in symbols(dim)}
    numbers = dict.fromkeys(names, 3) | required_numbers(model.constraints.constraints) | values
    return [tuple(evaluate(dim, numbers) for dim in shape[1:]) for shape in model.constraints.inputs]


@pytest.mark.parametrize("target", sorted(VERDICTS.keys() - NOT_TOLD.keys()))
def test_the_valid_sizes_are_those_at_which_the_framework_runs_the_model(target: str) -> None:
    model = described(target)
    found = model.valid_inputs
    assert found is not None
    assert found.range[1] >= LAST
    runs = {size for first, last in VERDICTS[target]["square"] for size in range(first, last + 1)}
    assert sizes(found.square) == runs
    assert model.constraints is not None
    for chosen, accepted in VERDICTS[target]["others"]:
        values = dict(zip(found.symbols, chosen, strict=True))
        assert model.accepts(*shapes(model, values)) is accepted, chosen
        inside = all(size in sizes(found.axes[name]) for name, size in values.items())
        assert inside or not accepted
        assert not found.independent or inside == accepted


@pytest.mark.parametrize("target", sorted(NOT_TOLD))
def test_nothing_is_said_where_it_is_not_known(target: str) -> None:
    model = described(target)
    assert model.valid_inputs is None
    assert model.accepts((3, 32, 32)) is None


def test_a_model_accepts_shapes_without_the_batch() -> None:
    lenet, unet = described("classifiers.py::LeNet"), described("skips.py::UNet")
    assert lenet.accepts((3, 32, 32)) is True
    assert lenet.accepts((3, 36, 36)) is False
    assert lenet.accepts((1, 32, 32)) is False
    assert lenet.accepts((32, 32)) is None
    assert unet.accepts([3, 160, 48]) is True
    assert unet.accepts((3, 160, 50)) is False
    stereo = described("sequences.py::Stereo")
    assert stereo.accepts((3, 3, 4), (3, 3, 4)) is True
    assert stereo.accepts(((3, 5, 5), (3, 5, 5))) is False


def test_what_is_stated_does_not_keep_from_telling_the_other_sizes() -> None:
    target = f"{FOLDER / 'skips.py'}::UNet"
    model = summarize(target, input_shape=(3, 64, 64))
    assert model.inputs[0][1:] == (3, 64, 64)
    assert model.accepts((3, 250, 250)) is False
    assert model.valid_inputs is not None
    assert model.valid_inputs.text == "height and width multiples of 16"
    assert model.valid_inputs.why is None


def test_the_summary_says_why_a_stated_size_is_none_of_the_valid_ones(cnnlint: Command) -> None:
    target = f"{FOLDER / 'skips.py'}::UNet"
    result = cnnlint("summary", target, "--input-shape", "3,250,250", "--isolated")
    line = next(line for line in result.out.splitlines() if line.startswith("valid sizes: "))
    assert line.startswith("valid sizes: height and width multiples of 16; not these: ")
    assert "2*(height//16) is 30 but has to be 31" in line
    assert "skips.py:20)" in line


def test_what_is_too_large_is_said_to_be_so(cnnlint: Command) -> None:
    result = cnnlint("summary", f"{FOLDER / 'reading.py'}::NanoGPT", "--input-shape", "200", "--isolated")
    assert "valid sizes: features 1 to 128; not these: features is 200 but has to be at most 128" in result.out


def test_the_summary_in_json_and_markdown_has_the_valid_sizes(cnnlint: Command) -> None:
    target = f"{FOLDER / 'classifiers.py'}::LeNet"
    result = cnnlint("summary", target, "--output-format", "json", "--isolated")
    (row,) = json.loads(result.out)["models"]
    axis = [[16, 19, 1], [32, 35, 1], [112, 115, 1]]
    assert row["valid_inputs"] == {
        "range": [1, 512],
        "symbols": ["height", "width"],
        "square": [[32, 35, 1]],
        "axes": {"height": axis, "width": axis},
        "independent": False,
        "text": "height and width 32 to 35 where they are equal; others only together",
        "why": None,
    }
    result = cnnlint("summary", target, "--output-format", "markdown", "--isolated")
    assert "- valid sizes: height and width 32 to 35" in result.out


CODE = """
import torch
from torch import nn
class Net(nn.Module):
    def __init__(self, size=32):
        super().__init__()
        self.size, self.conv = size, nn.Conv2d(3, 8, 3, padding=1)
    def forward(self, x):
        {body}
"""

BODIES = {
    "if x.shape[2] % 8: raise ValueError\n        return self.conv(x)": "height multiples of 8, any width",
    "assert all(s % 8 == 0 for s in x.shape[-2:])\n        return self.conv(x)": "height and width multiples of 8",
    "torch._assert(x.shape[2] == self.size, 'height')\n        return self.conv(x)": "height 32, any width",
    "assert x.shape[2:] == (24, 40)\n        return self.conv(x)": "height 24, width 40",
    "if not (x.size(2) >= 16 and x.size(3) > 7): raise ValueError\n        return self.conv(x)": (
        "height any from 16, width any from 8"
    ),
    "if x.shape[2] <= 15: raise ValueError\n        return self.conv(x)": "height any from 16, any width",
    "a, b = x.split(5, 2)\n        return self.conv(a), self.conv(b)": "height 6 to 10, any width",
    "return self.conv(x) if x.shape[2] > 3 else self.conv(x)": "any height and width",
    "return self.conv(x) if x.shape[2] > 3 else self.conv(x).view(2, -1)": "any height and width",
    "y = self.conv(x)\n        return y[:, :, : y.shape[2] // 2] + 1": "any height and width",
    "y = self.conv(x)\n        if y.mean() > 0: raise ValueError\n        return y": "any height and width",
    "y = self.conv(x)\n        assert y.shape[2] <= 100\n        return y": "height 1 to 100, any width",
    "y = self.conv(x)\n        assert y.size(2) == 1\n        return y.squeeze(2).permute(2, 0, 1)": (
        "height 1, any width"
    ),
    "y = self.conv(x)\n        return y.view(len(y), 8, 5, y.size(3))": "height 5, any width",
    "y = self.conv(x)\n        return y.view(len(y), 8, int(y.size(2) / 4), 4, y.size(3))": (
        "height multiples of 4, any width"
    ),
    "y = self.conv(x)\n        return nn.functional.max_pool2d(y, y.size(3), stride=2)": (
        "any height and width where they are equal; others only together"
    ),
}


@pytest.mark.parametrize("body", BODIES)
def test_conditions_that_raise_are_requirements(body: str, tmp_path: Path) -> None:
    file = tmp_path / "net.py"
    file.write_text(CODE.format(body=body))
    found = summarize(f"{file}::Net").valid_inputs
    assert (None if found is None else found.text) == BODIES[body]


DECLARED = """
import keras
from keras import layers

def looks_at_its_layers_only():
    return keras.Sequential([keras.Input((32, 32, 3)), layers.Conv2D(4, 3), layers.GlobalAveragePooling2D()])

def counts_its_features():
    return keras.Sequential([keras.Input((32, 32, 3)), layers.Conv2D(4, 3), layers.Flatten(), layers.Dense(4)])

def holds_to_what_is_declared():
    x = keras.Input((32, 32, 3))
    return keras.Model(x, layers.GlobalAveragePooling2D()(layers.Conv2D(4, 3)(x)))

def any_number_of_channels_would_do():
    x = keras.Input((32, 32, 3))
    return keras.Model(x, layers.GlobalAveragePooling2D()(layers.Rescaling(2.0)(x)))
"""
ASKED = ((32, 32, 3), (40, 40, 3), (32, 33, 3), (20, 52, 3), (2, 2, 3), (32, 32, 4), (40, 40, 1), (32, 32, 1))
ANSWERED = {  # by Keras 3.15.1 on PyTorch
    "looks_at_its_layers_only": (True, True, True, True, False, False, False, False),
    "counts_its_features": (True, False, False, True, False, False, False, False),
    "holds_to_what_is_declared": (True, False, False, False, False, False, False, False),
    "any_number_of_channels_would_do": (True, False, False, False, False, False, False, True),
}


@pytest.mark.parametrize("name", ANSWERED)
def test_a_model_of_keras_with_declared_sizes_takes_what_keras_takes(name: str, tmp_path: Path) -> None:
    file = tmp_path / "net.py"
    file.write_text(DECLARED)
    model = summarize(f"{file}::{name}")
    answers = tuple(model.accepts(shape) for shape in ASKED)
    if name in ("holds_to_what_is_declared", "any_number_of_channels_would_do"):
        # a functional model lets a last axis of 1 through: whether it then runs is not looked at
        assert answers[-1] is None
        answers = (*answers[:-1], ANSWERED[name][-1])
    assert answers == ANSWERED[name]
    assert (model.valid_inputs is not None) is (name in ("looks_at_its_layers_only", "counts_its_features"))
