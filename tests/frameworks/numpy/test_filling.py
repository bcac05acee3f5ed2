"""Lists that loops over data fill: their length is open, what their elements look like is not."""

from __future__ import annotations

import pytest

from cnnlint.engine.dimension import Expr
from cnnlint.interpreter.values import Tensor
from tests.frameworks.numpy.running import run

LOOP = """\
import os
import cv2
import numpy as np
import pandas as pd
from sklearn.model_selection import train_test_split

images, labels, pairs = [], [], []
for name in os.listdir("data"):
    image = cv2.resize(cv2.imread(name), (64, 32))
    label = 1 if "cat" in name else 0
    images.append(image)
    labels.append(label)
    pairs.append([image, label])
"""


def shape(text: str) -> list[int | None]:
    """The shape of `result` after running the text, None standing for a size that is open."""
    machine, names = run(LOOP + text)
    assert machine.faults == {}
    found = names["result"]
    assert isinstance(found, Tensor)
    assert found.shape is not None
    return [size if isinstance(size, int) else None for size in found.shape]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("result = np.array(images)", [None, 32, 64, 3]),
        ("result = np.array(labels)", [None]),
        ("result = np.array(images[:-5]) / 255.0", [None, 32, 64, 3]),
        ("result = np.array(images + [])[0]", [32, 64, 3]),
        ("result = np.vstack(images)", [None, 64, 3]),
        ("result = np.stack(images, axis=-1)", [32, 64, 3, None]),
        ("result = np.concatenate(images, axis=2)", [32, 64, None]),
        ("result = images[3]", [32, 64, 3]),
        ("a, b, c, d = train_test_split(images, labels)\nresult = np.array(b)", [None, 32, 64, 3]),
        ("result = np.array([pair[0] for pair in pairs]).reshape(-1, 32, 64, 3)", [None, 32, 64, 3]),
        ("x = []\nfor image, label in pairs:\n    x.append(image)\nresult = np.array(x)", [None, 32, 64, 3]),
        ("result = np.array([cv2.resize(cv2.imread(f), (8, 8)) for f in os.listdir('more')])", [None, 8, 8, 3]),
        ("labels.extend(labels)\nresult = np.array(labels)", [None]),
        ("images.pop()\nresult = np.array(images)", [None, 32, 64, 3]),
        ("result = np.zeros((len(images), 7))", [None, 7]),
        (
            (
                "rows = pd.read_csv('a').values\nx = []\nfor i in range(len(rows) - 3):\n    x.append(rows[i, :2])\n"
                "result = np.array(x)"
            ),
            [None, None],
        ),
    ],
)
def test_what_is_made_of_such_a_list(text: str, expected: list[int | None]) -> None:
    assert shape(text) == expected


def test_a_list_and_an_array_of_it_are_as_long() -> None:
    _, names = run(LOOP + "count = len(images)\nresult = np.array(images)")
    assert isinstance(names["count"], Expr)
    assert names["result"].shape[0] == names["count"]


def test_labels_lie_between_those_that_the_loop_gives() -> None:
    _, names = run(LOOP + "result = np.array(labels)")
    assert names["result"].facts["range"] == (0, 1)
    assert "classes" not in names["result"].facts


@pytest.mark.parametrize(
    "text",
    [
        "size = 4\nfor name in os.listdir('a'):\n    size += 1\nresult = np.zeros(size)",
        "x = []\nfor name in os.listdir('a'):\n    x.append(open(name))\nresult = np.array(x)",
        "x = []\nx = os.listdir('a')\nresult = np.array(x)",
    ],
)
def test_elements_that_differ_from_turn_to_turn_stay_unknown(text: str) -> None:
    machine, names = run(LOOP + text)
    assert machine.faults == {}
    found = names["result"]
    assert not isinstance(found, Tensor) or found.shape is None or not isinstance(found.shape[-1], int)


def test_counting_turns_says_nothing_about_the_range() -> None:
    _, names = run(
        LOOP
        + "count, x = 0, []\nfor name in os.listdir('a'):\n    x.append(count)\n    count += 1\nresult = np.array(x)"
    )
    assert "range" not in names["result"].facts
