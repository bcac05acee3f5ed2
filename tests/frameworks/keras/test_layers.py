"""Every layer against what Keras 3.15 says of it: accepted or refused, the output's shape, the weights."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from cnnlint.engine.dimension import Expr
from cnnlint.evaluation import evaluate_text

ROWS: list[dict[str, Any]] = json.loads(Path(__file__).with_name("layers.json").read_text())
MERGES = ("Add", "Average", "Concatenate", "Dot", "Maximum", "Minimum", "Multiply", "Subtract")


def program(row: dict[str, Any]) -> str:
    names = ", ".join(f"x{index}" for index in range(len(row["inputs"])))
    lines = ["import keras", "from keras import layers"]
    lines += [f"x{index} = keras.Input({tuple(shape)!r})" for index, shape in enumerate(row["inputs"])]
    argument = f"[{names}]" if row["layer"].partition("(")[0] in MERGES else "x0"
    return "\n".join(
        [*lines, f"layer = layers.{row['layer']}", f"y = layer({argument})", f"m = keras.Model([{names}], y)"]
    )


@pytest.mark.parametrize("row", [row for row in ROWS if "output" in row], ids=lambda row: str(row["layer"]))
def test_accepted(row: dict[str, Any]) -> None:
    found = evaluate_text(program(row))
    assert found.faults == ()
    (model,) = found.models
    assert [None if isinstance(dim, Expr) else dim for dim in model.outputs[0]] == row["output"]
    assert (model.parameters.total, model.parameters.trainable) == (row["total"], row["trainable"])
    assert model.resolved


@pytest.mark.parametrize("row", [row for row in ROWS if "refused" in row], ids=lambda row: str(row["layer"]))
def test_refused(row: dict[str, Any]) -> None:
    found = evaluate_text(program(row))
    line = 3 + len(row["inputs"]) + (row["refused"] == "call")
    assert [(fault.place.row, fault.certain) for fault in found.faults] == [(line, True)]
    assert not any(model.resolved for model in found.models)
