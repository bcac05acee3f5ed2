"""The models that must be read exactly: every figure is one that a framework printed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import cnnlint
from cnnlint.engine.dimension import text
from cnnlint.reports.summary_json import shapes_of

if TYPE_CHECKING:
    from cnnlint.model import Model

SEEDS = Path(__file__).parent.parent / "fixtures" / "seeds"


def summarize(target: str, **options: Any) -> Model:
    model = cnnlint.summarize(SEEDS / target, **options)
    assert model.error is None
    return model


def rows(model: Model) -> list[tuple[str, tuple[Any, ...], Any]]:
    """Type, output shape without the batch, and parameters of each layer but inputs."""
    return [
        (layer.type, tuple(layer.outputs[0] or ())[1:], layer.params) for layer in model.layers if layer.kind != "input"
    ]


def sizes(tree: Any) -> list[tuple[Any, ...]]:
    """The shapes of a model's inputs or outputs without the batch, an open size as it is written."""
    return [tuple(size if isinstance(size, int) else text(size) for size in shape[1:]) for shape in shapes_of(tree)]


CATS_VS_DOGS = [
    ("Rescaling", (180, 180, 3), 0),
    ("Conv2D", (178, 178, 32), 896),
    ("MaxPooling2D", (89, 89, 32), 0),
    ("Conv2D", (87, 87, 64), 18_496),
    ("MaxPooling2D", (43, 43, 64), 0),
    ("Conv2D", (41, 41, 128), 73_856),
    ("MaxPooling2D", (20, 20, 128), 0),
    ("Conv2D", (18, 18, 256), 295_168),
    ("MaxPooling2D", (9, 9, 256), 0),
    ("Conv2D", (7, 7, 256), 590_080),
    ("Flatten", (12_544,), 0),
    ("Dense", (1,), 12_545),
]


@pytest.mark.parametrize("file", ["cats_vs_dogs.py", "cats_vs_dogs_sequential.py", "cats_vs_dogs_subclass.py"])
def test_cats_vs_dogs(file: str) -> None:
    model = summarize(f"{file}::model")
    assert model.framework == "keras"
    assert model.resolved
    assert (model.parameters.total, model.parameters.trainable, model.parameters.non_trainable) == (991_041, 991_041, 0)
    assert sizes(model.inputs) == [(180, 180, 3)]
    assert sizes(model.outputs) == [(1,)]
    if file != "cats_vs_dogs_subclass.py":
        assert rows(model) == CATS_VS_DOGS
    else:
        # a shared pooling has its own row at each call
        assert [row for row in rows(model) if row[0] != "CatsVsDogs"] == CATS_VS_DOGS


@pytest.mark.parametrize(
    ("name", "size"), [("strided", (89, 89, 32)), ("same", (180, 180, 32)), ("strided_same", (90, 90, 32))]
)
def test_the_variants_of_the_first_convolution(name: str, size: tuple[int, ...]) -> None:
    model = summarize(f"cats_vs_dogs_variants.py::{name}")
    assert rows(model) == [("Conv2D", size, 896)]


def test_cifar_10() -> None:
    model = summarize("cifar10.py::model")
    assert rows(model) == [
        ("Conv2D", (30, 30, 32), 896),
        ("MaxPooling2D", (15, 15, 32), 0),
        ("Conv2D", (13, 13, 64), 18_496),
        ("MaxPooling2D", (6, 6, 64), 0),
        ("Conv2D", (4, 4, 64), 36_928),
        ("Flatten", (1024,), 0),
        ("Dense", (64,), 65_600),
        ("Dense", (10,), 650),
    ]
    assert model.parameters.total == 122_570


def test_a_single_convolution_whose_input_nobody_states() -> None:
    model = summarize("single_convolution.py::convolution")
    assert model.framework == "torch"
    assert model.parameters.total == 4_614
    assert sizes(model.outputs) == [(6, "height - 15", "width - 15")]


def test_a_single_convolution_with_an_input() -> None:
    model = summarize("single_convolution.py::convolution", input_shape=(3, 32, 48))
    assert sizes(model.outputs) == [(6, 17, 33)]


def test_two_blocks() -> None:
    model = summarize("two_block_classifier.py::model")
    assert rows(model) == [
        ("Conv2D", (256, 256, 64), 1_792),
        ("Conv2D", (256, 256, 64), 36_928),
        ("MaxPooling2D", (128, 128, 64), 0),
        ("BatchNormalization", (128, 128, 64), 256),
        ("Dropout", (128, 128, 64), 0),
        ("Conv2D", (128, 128, 128), 73_856),
        ("Conv2D", (128, 128, 128), 147_584),
        ("MaxPooling2D", (64, 64, 128), 0),
        ("BatchNormalization", (64, 64, 128), 512),
        ("Dropout", (64, 64, 128), 0),
        ("GlobalMaxPooling2D", (128,), 0),
        ("Dense", (128,), 16_512),
        ("Dense", (1,), 129),
    ]
    counts = model.parameters
    assert (counts.total, counts.trainable, counts.non_trainable) == (277_569, 277_185, 384)


def test_two_blocks_of_the_function_with_another_input() -> None:
    model = summarize("two_block_classifier.py::get_sequential_model", arguments={"input_shape": (64, 64, 3)})
    assert model.parameters.total == 277_569
    assert rows(model)[10] == ("GlobalMaxPooling2D", (128,), 0)
    assert rows(model)[9] == ("Dropout", (16, 16, 128), 0)


@pytest.mark.parametrize("file", ["formulas_keras.py", "formulas_torch.py"])
@pytest.mark.parametrize(
    ("name", "total"),
    [
        ("convolution", 1_010),  # (5 * 5 * 4 + 1) * 10
        ("dense", 35_625),  # 1,010, then (24 * 24 * 10 + 1) * 6, then (6 + 1) * 7
        ("same", 224),
        ("valid", 224),
        ("full", 608),
        ("free", 0),
        ("flattened_image", 393_218),
    ],
)
def test_the_formulas_for_parameters(file: str, name: str, total: int) -> None:
    assert summarize(f"{file}::{name}").parameters.total == total


@pytest.mark.parametrize(
    ("name", "size"), [("same", (15, 15)), ("valid", (14, 14)), ("full", (33, 34)), ("convolution", (24, 24))]
)
def test_the_formulas_for_sizes(name: str, size: tuple[int, int]) -> None:
    assert sizes(summarize(f"formulas_keras.py::{name}").outputs)[0][:2] == size
    assert sizes(summarize(f"formulas_torch.py::{name}").outputs)[0][1:] == size


def test_the_parameters_of_a_normalization() -> None:
    keras = summarize("formulas_keras.py::normalization").parameters
    assert (keras.total, keras.trainable, keras.non_trainable) == (48, 24, 24)
    torch = summarize("formulas_torch.py::normalization").parameters
    assert (torch.total, torch.trainable, torch.non_trainable) == (24, 24, 0)


def test_a_flattened_image() -> None:
    flatten = next(layer for layer in summarize("formulas_keras.py::flattened_image").layers if layer.type == "Flatten")
    assert tuple(flatten.outputs[0] or ())[1:] == (196_608,)
