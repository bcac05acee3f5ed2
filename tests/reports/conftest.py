"""A few findings over two files and a notebook, and whole reports to compare with (`--renew` writes them anew)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from cnnlint.finding import Edit, Finding, Fix
from cnnlint.model import Place, Related

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cnnlint.finding import Sources

SNAPSHOTS = Path(__file__).parent / "snapshots"

NET = """\
import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 128, 3)
        self.fc = nn.Linear(6272, 10)

    def forward(self, x):
        x = self.conv(x)
        return self.fc(x.flatten(1))


größe = "日本語"; bad = nn.Conv2d(10, 20, 3, groups=4)
if True:
\tmodel = nn.Sequential(
\t\tnn.Conv2d(3, 3, 3),
\t)
"""
BLOCKS = "from torch import nn\n\nconv = nn.Conv2d(3, 16, 3)\n"
CELLS = ["import keras", "model = keras.Sequential([\n    keras.layers.Conv2D(8, 99),\n])"]


class Text:
    def __init__(self, text: str, cells: Sequence[str] = ()) -> None:
        self.lines = text.split("\n")
        self.starts = [sum(cell.count("\n") + 1 for cell in cells[:index]) for index in range(len(cells))]

    def line(self, row: int) -> str:
        return self.lines[row - 1] if 0 < row <= len(self.lines) else ""

    def noqa_row(self, row: int) -> int:
        return row

    def cell(self, row: int) -> tuple[int, int] | None:
        found = [(number, row - start) for number, start in enumerate(self.starts, start=1) if row > start]
        return found[-1] if found else None


def span(
    filename: str, row: int, column: int, length: int, end_row: int | None = None, end_column: int | None = None
) -> Place:
    return Place(filename, row, column, end_row or row, end_column or column + length)


@pytest.fixture
def sources() -> Sources:
    texts = {
        "src/net.py": Text(NET),
        "src/blocks.py": Text(BLOCKS),
        "n.ipynb": Text("\n".join(CELLS), CELLS),
    }
    return texts.get


@pytest.fixture
def findings() -> list[Finding]:
    argument = span("src/net.py", 9, 29, 4)
    return [
        Finding(
            "CNN102",
            "feature-mismatch",
            "error",
            "`fc` takes 6272 features but receives 25088",
            span("src/net.py", 13, 16, 20),
            related=(
                Related("in_features is 6272", argument),
                Related("the channels come from here", span("src/blocks.py", 3, 8, 19)),
            ),
            help="write `nn.Linear(128 * 14 * 14, 10)`",
            notes=("input (N, 3, 16, 16) comes from `input-shape` in pyproject.toml",),
            model="Net",
            layer="fc",
            fix=Fix("safe", "write 25088 in place of 6272", (Edit("25088", argument),)),
            expected="6272",
            actual="25088",
        ),
        Finding(
            "CNN110",
            "bad-argument",
            "error",
            "`in_channels` must be divisible by `groups`: 10 by 4",
            span("src/net.py", 16, 22, 31),
            fix=Fix("unsafe", "write 5 in place of 4", (Edit("5", span("src/net.py", 16, 51, 1)),)),
        ),
        Finding(
            "CNN301",
            "missing-normalization",
            "warning",
            "100% of 5 convolutions, one: two, have no normalization",
            span("src/net.py", 18, 10, 0, 20, 3),
            model="model",
        ),
        Finding(
            "CNN101",
            "negative-dimension",
            "error",
            "the window of 99 is larger than the input",
            span("n.ipynb", 3, 5, 26),
            related=(Related("the model starts here", span("n.ipynb", 2, 9, 18)),),
        ),
        Finding("CNN004", "not-understood", "info", "the loop was given up", span("gone.py", 1, 1, 0)),
    ]


@pytest.fixture
def same_as_snapshot(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """Compares a text with the one kept under a name."""

    def compare(name: str, text: str) -> None:
        path = SNAPSHOTS / name
        if request.config.getoption("--renew", default=False):
            path.write_text(text, encoding="utf-8")
        assert path.read_text(encoding="utf-8") == text

    return compare
