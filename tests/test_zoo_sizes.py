"""The valid sizes of known networks, held against what the frameworks answered (`record_zoo_sizes.py` asks them).

Here those of which cnnlint brings a description of its own; `benchmarks/zoo_sizes.py` compares all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from cnnlint import summarize
from tests.benchmarks.zoo_sizes import disagreements, rows

if TYPE_CHECKING:
    from pathlib import Path

SHOWN = [
    "alexnet",
    "densenet121",
    "inception_v3",
    "mobilenet_v2",
    "resnet18",
    "squeezenet1_1",
    "swin_t",
    "vgg11",
    "vit_b_16",
    "ConvNeXtTiny",
    "DenseNet121",
]
ROWS = {row["target"].rpartition("::")[2]: row for row in rows() if "square" in row}


def code(row: dict[str, Any], name: str) -> str:
    arguments = ", ".join(
        f"{key}={tuple(value) if isinstance(value, list) else value!r}" for key, value in row["arguments"].items()
    )
    module = "keras.applications" if row["target"].startswith("keras") else "torchvision.models"
    return f"from {module} import {name}\nmodel = {name}({arguments})\n"


@pytest.mark.parametrize("name", SHOWN)
def test_the_valid_sizes_are_those_at_which_the_framework_runs_the_model(name: str, tmp_path: Path) -> None:
    file = tmp_path / "net.py"
    file.write_text(code(ROWS[name], name))
    model = summarize(f"{file}::model")
    assert model.valid_inputs is not None
    assert disagreements(model, ROWS[name]) == []
