"""Ask Keras again what it makes of every layer in `layers.json`.

usage: KERAS_BACKEND=torch python record_layers.py
"""

# mypy: disable-error-code="import-not-found,import-untyped"
from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import keras
from keras import layers

ROWS = Path(__file__).with_name("layers.json")


def ask(row: dict[str, Any]) -> dict[str, Any]:
    """The same row with Keras's answer of today."""
    inputs = [keras.Input(tuple(shape)) for shape in row["inputs"]]
    asked = {"layer": row["layer"], "inputs": row["inputs"]}
    try:
        layer = eval(row["layer"], vars(layers))
    except Exception:  # noqa: BLE001 - whatever Keras raises is the answer
        return {**asked, "refused": "construction"}
    try:
        output = layer(inputs if isinstance(layer, layers.Add.__mro__[1]) else inputs[0])
    except Exception:  # noqa: BLE001
        return {**asked, "refused": "call"}
    total = layer.count_params()
    trainable = sum(int(weight.value.numel()) for weight in layer.trainable_weights)
    return {**asked, "output": list(output.shape), "total": total, "trainable": trainable}


if __name__ == "__main__":
    answers = [ask(row) for row in json.loads(ROWS.read_text())]
    ROWS.write_text("[\n" + ",\n".join(map(json.dumps, answers)) + "\n]\n")
