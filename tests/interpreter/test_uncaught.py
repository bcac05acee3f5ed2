"""Exceptions of the linted code that nothing takes: told where they surely end its run, and nowhere else."""

from __future__ import annotations

import pytest

import cnnlint

HEAD = "import torch\nfrom torch import nn\n\n"
NET = """class Net(nn.Module):
    def __init__(self, size):
        super().__init__()
        self.size = size
        self.conv = nn.Conv2d(3, 8, 3)

    def forward(self, x):
        assert x.shape[2] == self.size, "another size"
        return self.conv(x)

"""


def told(code: str) -> list[tuple[str, str]]:
    return [(each.code, each.message) for each in cnnlint.lint_source(HEAD + code)]


@pytest.mark.parametrize(
    ("code", "finding"),
    [
        (NET + "Net(32)(torch.zeros(1, 3, 30, 30))", ("CNN115", "raises AssertionError: another size")),
        (NET + "Net()", ("CNN111", "`Net` misses the argument `size`")),
        (NET + "Net(1, 2)", ("CNN111", "`Net` takes 2 positional arguments, got 3")),
        (NET + "Net(sizes=32)", ("CNN111", "`Net` got an unexpected argument `sizes`")),
        (NET + "Net(32).convs", ("CNN114", "`Net` object has no attribute `convs`")),
        ("raise ValueError('no such model')", ("CNN115", "raises ValueError: no such model")),
        ("b, c, h, w = torch.zeros(2, 3, 8).shape", ("CNN110", "3 values to unpack, expected 4")),
        ("torch.zeros(2, 3, 8).shape[3]", ("CNN110", "index 3 of a tuple with 3 elements")),
        ("for i in range(5 / 2):\n    pass", ("CNN110", "`range` takes integers, not 2.5")),
        (
            "nn.BatchNorm2d(3, group=None)",
            ("CNN111", "`torch.nn.BatchNorm2d` got an unexpected keyword argument `group`"),
        ),
        ("size = 8\nsize(3)", ("CNN111", "a value of type int is called")),
        ("size = 'a' - 3", ("CNN110", "unsupported operands for `-`: str and int")),
        ("size = 8 // 0", ("CNN110", "division by zero")),
        (
            "import keras\n\nclass Net(keras.Model):\n    def call(self, x):\n        return self.head(x)\n\nNet()(1)",
            ("CNN114", "`Net` object has no attribute `head`"),
        ),
        (
            "from dataclasses import dataclass\n\n@dataclass\nclass Sizes:\n    width: int\n\nSizes()",
            ("CNN111", "`Sizes` misses the argument `width`"),
        ),
    ],
)
def test_what_surely_ends_the_run_is_told(code: str, finding: tuple[str, str]) -> None:
    assert told(code) == [finding]


@pytest.mark.parametrize(
    "code",
    [
        "try:\n    raise ValueError\nexcept ValueError:\n    pass",
        NET + "try:\n    Net(32)(torch.zeros(1, 3, 30, 30))\nexcept AssertionError:\n    pass",
        "import pytest\n\n" + NET + "with pytest.raises(TypeError):\n    Net()",
        "import sys\n\nif len(sys.argv) < 3:\n    raise ValueError('too few')",
        "import sys\n\nsys.exit('done')",
        "if not torch.cuda.is_available():\n    raise RuntimeError('no GPU')",
        "def check(size):\n    assert size % 32 == 0\n    return size",
        "def check(size):\n    assert size == 32\n    return size\n\n\nif __name__ != '__main__':\n    check(30)",
        "names = {}\nexec('names[0] = 1')\nnames[0]",
        # whoever derives from it brings the part
        "class Base(nn.Module):\n    def forward(self, x):\n        return self.head(x)",
        # attributes that are set under a name that is not known, by an unknown decorator, or through `__dict__`
        "import sys\n\nclass Net(nn.Module):\n    pass\n\nnet = Net()\nsetattr(net, sys.argv[1], 3)\nnet.head",
        "from registry import register\n\n@register\nclass Net(nn.Module):\n    pass\n\nNet().head",
        "class Net:\n    def __init__(self, **kwargs):\n        self.__dict__.update(kwargs)\n\nNet(head=3).head",
        "import click\n\n@click.command()\ndef main(size):\n    print(size)\n\n\nmain()",
        "import other\n\n@other.build\nclass Net:\n    def __init__(self, size):\n        self.x = size\n\nNet().x",
        "import other\n\nclass Net(nn.Module):\n    pass\n\nnet = nn.Sequential(Net())\nother.fill(net)\nnet[0].head",
        "class Net(nn.Module):\n    pass\n\nnet = Net()\nnet.state_dict, net.training, net._modules, net.half",
    ],
)
def test_what_may_go_on_is_not(code: str) -> None:
    assert told(code) == []


def test_only_the_first_is_told() -> None:
    assert told("assert 1 == 2\n\nassert 2 == 3") == [("CNN115", "raises AssertionError")]


def test_an_assertion_shows_what_it_compared() -> None:
    (finding,) = cnnlint.lint_source(HEAD + NET + "Net(32)(torch.zeros(1, 3, 30, 30))")
    assert finding.notes == ("30 == 32 does not hold",)
    (finding,) = cnnlint.lint_source(HEAD + "width, heads = 96, 5\nassert width % heads == 0")
    assert finding.notes == ("1 == 0 does not hold",)
