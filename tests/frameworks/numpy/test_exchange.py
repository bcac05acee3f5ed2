"""Arrays on their way into PyTorch and back, tables and shapes that are partly known, and what must stay unknown."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from cnnlint.engine.dimension import Expr
from cnnlint.interpreter.values import Tensor, Unknown
from tests.frameworks.numpy.running import run

ROOT = Path(__file__).parents[3]
IMPORTS = """\
import cv2
import numpy as np
import pandas as pd
import torch
from PIL import Image
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import MinMaxScaler
"""


def value(text: str) -> Any:
    """The value of `result` after running the text."""
    machine, names = run(IMPORTS + text)
    assert machine.faults == {}
    return names["result"]


def shape(text: str) -> list[int | None] | None:
    """The shape of `result`, None standing for a size that is not known; None as a whole for an unknown rank."""
    found = value(text)
    if isinstance(found, Unknown):
        return None
    assert isinstance(found, Tensor)
    return None if found.shape is None else [None if isinstance(size, Expr) else size for size in found.shape]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("result = torch.from_numpy(np.zeros((2, 3), np.float32))", ("torch.Tensor", (2, 3), "float32")),
        ("result = torch.tensor(np.zeros((2, 3)))", ("torch.Tensor", (2, 3), "float64")),
        ("result = torch.Tensor(np.zeros((2, 3)))", ("torch.Tensor", (2, 3), "float32")),
        ("result = torch.tensor(np.arange(4)).float()", ("torch.Tensor", (4,), "float32")),
        ("result = torch.zeros(2, 3).numpy()", ("numpy.ndarray", (2, 3), "float32")),
        ("result = torch.zeros(2, 3).detach().cpu().numpy().argmax(axis=1)", ("numpy.ndarray", (2,), "int64")),
        ("result = np.array(torch.zeros(2, 3))", ("numpy.ndarray", (2, 3), "float32")),
        ("result = np.expand_dims(torch.zeros(2, 3).numpy(), 0)", ("numpy.ndarray", (1, 2, 3), "float32")),
        ("result = torch.zeros(3) + np.zeros(3, np.float32)", ("torch.Tensor", (3,), "float32")),
    ],
)
def test_torch(text: str, expected: tuple[Any, ...]) -> None:
    found = value(text)
    assert (found.cls.qualified_name, found.shape, found.dtype) == expected


@pytest.mark.parametrize(
    "text",
    [
        "result = torch.from_numpy(np.random.randint(0, 7, 50))",
        "result = torch.tensor(np.random.randint(0, 7, 50)).long()",
        "result = torch.from_numpy(np.random.randint(0, 7, (50, 1))[:, 0])",
        "x, y = np.zeros((50, 4)), np.random.randint(0, 7, 50)\n_, _, result, _ = train_test_split(x, y)",
        "result = np.concatenate([np.zeros(3, int), np.full(3, 6)])",
        "result = np.random.randint(0, 7, 50).reshape(-1, 1).astype('float32')",
        "result = pd.Series(np.random.randint(0, 7, 50)).values",
    ],
)
def test_range_of_labels_is_kept(text: str) -> None:
    assert value(text).facts["range"] == (0, 6)


@pytest.mark.parametrize(
    "text",
    [
        "result = np.random.randint(0, 7, 50)\nresult[3] = unknown",
        "base = np.random.randint(0, 7, 50)\nresult = base[:10]\nbase[3] = unknown",
        "result = np.random.randint(0, 7, 50) / 2",
        "result = torch.from_numpy(np.random.randint(0, 7, 50))\nresult[0] = 99",
        "result = np.random.randint(0, 7, 50)\nresult += np.arange(50)",
    ],
)
def test_range_of_labels_is_dropped(text: str) -> None:
    assert "range" not in value(text).facts


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("result = np.zeros((unknown, 28, 28))", [None, 28, 28]),
        ("result = np.zeros((len(unknown), 28, 28)).reshape(-1, 28, 28, 1)", [None, 28, 28, 1]),
        ("result = np.zeros(unknown)", None),
        ("result = np.array(unknown).reshape(-1, 28, 28, 1)", [None, 28, 28, 1]),
        ("result = np.array(unknown, dtype='float32') / 255.0", None),
        ("result = np.zeros((10, 784)).reshape(unknown, 28, 28)", [10, 28, 28]),
        ("result = np.zeros((10, 3))[np.random.rand(10) > 0.5]", [None, 3]),
        ("result = np.zeros((10, 3))[unknown:]", [None, 3]),
        ("result = np.zeros((10, 3)) + unknown", None),
        ("result = pd.read_csv('a.csv')", [None, None]),
        ("result = pd.read_csv('a.csv').values", [None, None]),
        ("result = pd.read_csv('a.csv')['label'].values", [None]),
        ("result = pd.read_csv('a.csv')[['a', 'b']].values", [None, 2]),
        ("result = pd.read_csv('a.csv').drop('label', axis=1).values.reshape(-1, 28, 28, 1)", [None, 28, 28, 1]),
        ("result = pd.read_csv('a.csv', names=['a', 'b', 'c']).iloc[:, :2].values", [None, 2]),
        ("result = pd.read_csv('a.csv').iloc[:, 0].values", [None]),
        ("result = cv2.imread('a.png')", [None, None, 3]),
        ("result = cv2.imread('a.png', 0)", [None, None]),
        ("result = cv2.imread('a.png', cv2.IMREAD_UNCHANGED)", None),
        ("result = cv2.resize(cv2.imread('a.png'), (64, 48))", [48, 64, 3]),
        ("result = cv2.resize(cv2.imread('a.png', cv2.IMREAD_GRAYSCALE), (64, 48))", [48, 64]),
        ("result = cv2.resize(unknown, (64, 48))", None),
        ("result = np.array(Image.open('a.png'))", None),
        ("result = np.array(Image.open('a.png').convert('RGB').resize((64, 48)))", [48, 64, 3]),
        ("result = np.expand_dims(np.array(Image.open('a.png').convert('L')), -1)", [None, None, 1]),
        ("result = np.load('a.npy')", None),
        ("_, result = train_test_split(np.zeros((unknown, 4)), test_size=0.2)", [None, 4]),
        ("result = MinMaxScaler().fit_transform(pd.read_csv('a.csv')[['x']])", [None, 1]),
        ("result = np.stack([cv2.resize(cv2.imread(p), (8, 8)) for p in ['a', 'b', 'c']])", [3, 8, 8, 3]),
        ("result = np.array([unknown, unknown])", None),
        (
            "x = MinMaxScaler().fit_transform(pd.read_csv('x'))\nresult = np.array([x[i, 0] for i in range(8)])",
            [8],
        ),
        ("x = pd.read_csv('a.csv')['x'].values\nresult = np.array([x[i] for i in range(60, 100)])", None),
        ("result = np.array([unknown, 1.0])", [2]),
        ("def f(a, b):\n    return np.sum(a * b, axis=1)\nresult = f(unknown, unknown)", None),
    ],
)
def test_partly_known(text: str, expected: list[int | None] | None) -> None:
    assert shape(f"unknown = input()\n{text}") == expected


@pytest.mark.parametrize(
    "text",
    [
        "def net(x, y):\n    return np.sum(x * y, axis=1)\n",
        "def net(shape):\n    return np.zeros(shape)[0, 0, 0]\n",
        "def net(x, shape):\n    return np.zeros((2, 3)).reshape(shape)[0, 0, 0]\n",
        "x = np.zeros((2, 3))\nx = input()\nx.reshape(5)\n",
        "import random\nx = np.zeros((2, 3)) if random.random() > 0.5 else np.zeros((3, 2))\nx.reshape(2, 3)\n",
        "n = np.full(3, 2)\nn[1:] *= 2\nparts = sum([[a] * k for a, k in zip([1, 2, 3], n)], [])\nparts[-1]\n",
        "order = np.random.permutation(3)\nnp.zeros((2, 3, 4)).transpose(order)\n",
        "values = np.zeros(3, dtype=object)\nvalues[:] = [(1, 2), (3, 4), (5, 6)]\n",
        "table = pd.DataFrame({'a': [[1, 2], [3]]})\n",
        "table = pd.DataFrame(1, columns=list('ab'), index=range(3))\n",
    ],
)
def test_no_false_alarm(text: str) -> None:
    machine, _ = run(IMPORTS + text)
    assert [fault.message for fault in machine.faults.values()] == []


def test_functions_of_symbolic_sizes() -> None:
    from cnnlint.evaluation import evaluate_text

    text = """
import numpy as np
import torch
from torch import nn


class Net(nn.Module):
    def __init__(self, shape=(1, 28, 28), hidden=None):
        super().__init__()
        hidden = hidden or int(np.ceil(np.sqrt(np.prod(shape))))
        self.features = nn.Conv2d(shape[0], 8, 3)
        self.head = nn.Linear(8 * int(np.prod([side - 2 for side in shape[1:]])), hidden)

    def forward(self, x):
        x = self.features(x)
        return self.head(x.view(-1, int(np.prod(x.shape[1:]))))


net = Net()
"""
    (model,) = evaluate_text(text).models
    assert model.parameters.total == 8 * 9 + 8 + 8 * 26 * 26 * 28 + 28
    assert model.faults == ()


@pytest.mark.parametrize(
    "text",
    [
        "import torch\nresult = torch.zeros(6).numpy().reshape(-1, 3)",
        "from keras.datasets import mnist\n(x, _), _ = mnist.load_data()\nresult = x[:2].reshape(2, -1)[:, :3]",
    ],
)
def test_arrays_without_importing_numpy(text: str) -> None:
    """In a process of its own: what arrays can do is loaded with the first of them."""
    code = f"from tests.frameworks.numpy.running import run\nprint(run({text!r})[1]['result'].shape)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == "(2, 3)"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("np.array(load_img('a.png', target_size=(48, 64)))", [48, 64, 3]),
        ("img_to_array(load_img('a.png', target_size=(48, 64), color_mode='grayscale'))", [48, 64, 1]),
        ("img_to_array(load_img('a.png').resize((64, 48)))", [48, 64, 3]),
        ("np.expand_dims(img_to_array(load_img('a.png', target_size=(48, 64))), axis=0)", [1, 48, 64, 3]),
        ("img_to_array(Image.open('a.png').convert('L').resize((64, 48)))", [48, 64, 1]),
        ("img_to_array(Image.open('a.png'))", None),
    ],
)
def test_keras_images(text: str, expected: list[int | None] | None) -> None:
    imports = "from keras.preprocessing.image import img_to_array, load_img\n"
    assert shape(f"{imports}result = {text}") == expected
