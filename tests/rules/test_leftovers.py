"""Layers that nothing applies and results that nothing uses: what is told, and what is left alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import cnnlint

if TYPE_CHECKING:
    from pathlib import Path

TORCH = """\
import torch
import torch.nn.functional as F
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.Conv2d(3, 8, 3)
        self.second = nn.Conv2d(8, 8, 3)
        self.drop = nn.Dropout()
        self.act = nn.ReLU(inplace=True)

    def forward(self, x):
        x = self.first(x)
        {}
"""
KERAS = """\
import keras
from keras import layers, models, ops

inputs = layers.Input((32, 32, 3))
x = layers.Conv2D(8, 3)(inputs)
{}
"""


def told(code: str, folder: Path) -> list[tuple[str, str | None]]:
    """The findings about what is left over, with their layers."""
    select = '[tool.cnnlint]\nselect = ["CNN420", "CNN421", "CNN422", "CNN423"]\n'
    (folder / "pyproject.toml").write_text(select, encoding="utf-8")
    return [(each.code, each.layer) for each in cnnlint.lint_source(code, filename=str(folder / "net.py"))]


@pytest.mark.parametrize(
    ("rest", "found"),
    [
        ("return x", [("CNN420", "second")]),
        ("return self.second(x)", []),
        ("self.second(x)\n        return x", [("CNN421", "second")]),
        ("y = self.second(x)\n        return x", [("CNN421", "second")]),
        ("self.drop(x)\n        return self.second(x)", [("CNN421", "drop")]),
        ("self.act(x)\n        return self.second(x)", []),
        ("x = self.act(x)\n        return self.second(x)", []),
        ("x += self.second(F.pad(x, (1, 1, 1, 1)))\n        return x", []),
        ("x.add_(self.second(F.pad(x, (1, 1, 1, 1))))\n        return x", []),
        ("return F.conv2d(x, self.second.weight)", []),
        ("for layer in self.children():\n            pass\n        return x", []),
        ("self.kept = self.second(x)\n        return x", []),
        ("y = self.second(x)\n        return (x, y) if self.training else x", []),
        ("y = self.second(x)\n        return unknown(x)", []),
        ("y = [layer(x) for layer in (self.second,)]\n        return x", [("CNN421", "second")]),
        ("if x.mean() > 0:\n            x = self.second(x)\n        return x", []),
        ("y = torch.cat([self.second(x), self.second(x)])\n        return y", [("CNN423", "second")]),
        ("return {'a': x, 'b': [self.second(x)]}", []),
        (
            "for _ in range(3):\n            y = self.second(F.pad(x, (1, 1)))\n            x = y\n        return y",
            [("CNN423", "second")],
        ),
    ],
)
def test_what_a_module_leaves_over(rest: str, found: list[tuple[str, str | None]], tmp_path: Path) -> None:
    assert told(TORCH.format(rest), tmp_path) == found


def test_a_result_that_a_caller_drops_may_be_for_another_one(tmp_path: Path) -> None:
    code = TORCH.format("return x, self.second(x)")
    code += "\n\nclass Outer(nn.Module):\n    def __init__(self):\n        super().__init__()\n"
    code += "        self.net = Net()\n\n    def forward(self, x):\n        x, _ = self.net(x)\n        return x\n"
    assert told(code, tmp_path) == []


def test_a_result_may_be_for_another_argument(tmp_path: Path) -> None:
    code = TORCH.format("y = self.second(x)\n        return (x, y) if both else x")
    assert told(code.replace("forward(self, x)", "forward(self, x, both=False)"), tmp_path) == []


@pytest.mark.parametrize(("rest", "found"), [("", [("CNN420", "scale")]), (" * self.scale", [])])
def test_a_parameter_that_nothing_uses(rest: str, found: list[tuple[str, str | None]], tmp_path: Path) -> None:
    code = TORCH.format(f"return self.second(x){rest}")
    code = code.replace("self.act =", "self.scale = nn.Parameter(torch.zeros(1))\n        self.act =")
    assert told(code, tmp_path) == found


def test_a_hook_may_use_any_result(tmp_path: Path) -> None:
    code = TORCH.format("self.second(x)\n        return x")
    hooked = code.replace("self.drop =", "self.second.register_forward_hook(print)\n        self.drop =")
    assert told(hooked, tmp_path) == []


@pytest.mark.parametrize(
    ("rest", "found"),
    [
        ("model = models.Model(inputs, x)", []),
        ("layers.Dropout(0.5)(x)\nmodel = models.Model(inputs, x)", [("CNN421", "dropout")]),
        ("y = layers.Dropout(0.5)(x)\nmodel = models.Model(inputs, x)", [("CNN421", "dropout")]),
        ("y = layers.Dropout(0.5)(x)\na = models.Model(inputs, x)\nb = models.Model(inputs, y)", []),
        ("y = layers.Dropout(0.5)(x)\nx = x + y\nmodel = models.Model(inputs, x)", []),
        ("y = layers.Dropout(0.5)(x)\nz = layers.ReLU()(y)\nm = models.Model(inputs, x)", [("CNN421", "re_lu")]),
        ("y = layers.Dense(3)(x)\nm = models.Model(inputs, x)\nm.add_loss(ops.mean(y))", []),
        ("layers.Dense(3)\nmodel = models.Model(inputs, x)", [("CNN420", "dense")]),
        ("later = layers.Dense(3)\nmodel = models.Model(inputs, x)", []),
        ("some = [layers.Dense(3)]\nmodel = models.Model(inputs, x)", []),
        ("x = layers.TimeDistributed(layers.Dense(3))(x)\nmodel = models.Model(inputs, x)", []),
        ("age = layers.Input((1,))\nmodel = models.Model([inputs, age], x)", [("CNN422", "input_layer_1")]),
        ("age = layers.Input((1,))\nmodel = models.Model([inputs, age], [x, age])", []),
        ("base = models.Model(inputs, x)\nm = models.Model(base.input, base.layers[-1].input)", []),
        ("m = models.Sequential([layers.Input((4,)), layers.Dense(2)])\nm.add(layers.Dense(3))\nm.pop()", []),
    ],
)
def test_what_a_functional_model_leaves_over(rest: str, found: list[tuple[str, str | None]], tmp_path: Path) -> None:
    assert told(KERAS.format(rest), tmp_path) == found


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ("return self.first(x)", [("CNN420", "dense_1")]),
        ("return self.second(self.first(x))", []),
        ("for layer in self.layers:\n            x = layer(x)\n        return x", []),
    ],
)
def test_what_a_model_of_the_code_leaves_over(body: str, found: list[tuple[str, str | None]], tmp_path: Path) -> None:
    code = f"""\
import keras
from keras import layers, ops


class Net(keras.Model):
    def __init__(self):
        super().__init__()
        self.first = layers.Dense(4)
        self.second = layers.Dense(4)

    def call(self, x):
        {body}


net = Net()
net(ops.zeros((1, 4)))
"""
    assert [each for each in told(code, tmp_path) if each[0] != "CNN423"] == found
