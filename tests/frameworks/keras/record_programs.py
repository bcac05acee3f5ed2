"""Ask Keras again what it makes of every program in `programs.json`.

usage: KERAS_BACKEND=torch python record_programs.py
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import keras
from keras import tree

ROWS = Path(__file__).with_name("programs.json")
HEAD = "import keras\nfrom keras import layers, ops\n"


def ask(program: str) -> dict[str, Any]:
    """The program with Keras's answer of today: its model's outputs and weights, or that it raises."""
    keras.backend.clear_session()
    names: dict[str, Any] = {}
    try:
        exec(HEAD + program, names)
    except Exception:  # noqa: BLE001 - whatever Keras raises is the answer
        return {"program": program, "refused": True}
    model = names["model"]
    outputs = [list(tensor.shape) for tensor in tree.flatten(model.outputs)]
    trainable = sum(int(weight.value.numel()) for weight in model.trainable_weights)
    return {"program": program, "outputs": outputs, "total": model.count_params(), "trainable": trainable}


if __name__ == "__main__":
    answers = [ask(row["program"]) for row in json.loads(ROWS.read_text())]
    ROWS.write_text("[\n" + ",\n".join(map(json.dumps, answers)) + "\n]\n")
