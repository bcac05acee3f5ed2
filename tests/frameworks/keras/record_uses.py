"""Ask Keras which labels a loss and a metric take, and which data a model takes; `uses.json` holds the answers.

usage: KERAS_BACKEND=torch python record_uses.py
"""

from __future__ import annotations

import itertools
import json
from pathlib import Path
from typing import Any

import keras
import numpy as np
from keras import layers

ROWS = Path(__file__).with_name("uses.json")
SAMPLES = 12
LOSSES = (
    "binary_crossentropy",
    "binary_focal_crossentropy",
    "categorical_crossentropy",
    "categorical_focal_crossentropy",
    "cosine_similarity",
    "hinge",
    "huber",
    "kl_divergence",
    "mse",
    "poisson",
    "sparse_categorical_crossentropy",
)
METRICS = ("AUC", "BinaryAccuracy", "F1Score", "mae", "Precision", "SparseCategoricalAccuracy")
HEADS = ((1,), (3,), (5, 1), (5, 3))
"""The shape of one sample's output."""
TARGETS = ((), (1,), (2,), (3,), (5,), (5, 1), (5, 3), (1, 3), (3, 1), (5, 3, 1))
"""The shape of one sample's label."""
INPUTS = ((4,), (1,), (6, 4), (6, 1), (8, 8, 1), (8, 8, 3))
"""The shape that a model's input declares."""
DATA = ((4,), (1,), (6,), (6, 4), (4, 6), (6, 1), (8, 8), (8, 8, 1), (8, 8, 3), (3, 8, 8), (9, 9, 3), (12, 4))
"""The shape of one sample of the data, or of one sample without its batch axis."""


def network(kind: str, declared: tuple[int, ...]) -> keras.Model:
    """A small model of each kind for inputs of a shape."""
    body: list[Any] = [layers.Dense(2)]
    if len(declared) == 3:
        body = [layers.Conv2D(2, 3), layers.GlobalAveragePooling2D(), *body]
    elif len(declared) == 2:
        body = [layers.Conv1D(2, 3), layers.Flatten(), *body]
    inputs = keras.Input(declared)
    if kind == "sequential":
        return keras.Sequential([inputs, *body])
    outputs = inputs
    for each in body:
        outputs = each(outputs)
    return keras.Model(inputs, outputs)


def crashes(run: Any) -> bool:
    try:
        run()
    except Exception:  # noqa: BLE001 - whatever Keras raises is the answer
        return True
    return False


def with_labels(head: tuple[int, ...], target: tuple[int, ...], loss: str, metric: str | None) -> bool:
    inputs = keras.Input((*head[:-1], 4))
    model = keras.Model(inputs, layers.Dense(head[-1], activation="sigmoid")(inputs))
    model.compile("sgd", loss, metrics=None if metric is None else [metric])
    x, y = np.zeros((SAMPLES, *head[:-1], 4)), np.zeros((SAMPLES, *target))
    return crashes(lambda: model.fit(x, y, verbose=0))


def with_data(kind: str, declared: tuple[int, ...], shape: tuple[int, ...], method: str) -> bool:
    model = network(kind, declared)
    x = np.zeros(shape)
    if method == "predict":
        return crashes(lambda: model.predict(x, verbose=0))
    model.compile("sgd", "mse")
    return crashes(lambda: model.fit(x, np.zeros((shape[0], 2)), verbose=0))


def rows() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for head, target, loss in itertools.product(HEADS, TARGETS, LOSSES):
        found.append({"head": head, "target": target, "loss": loss, "crashes": with_labels(head, target, loss, None)})
    for head, target, metric in itertools.product(HEADS, TARGETS, METRICS):
        fits = not with_labels(head, target, "mse", None)
        if fits:
            refused = with_labels(head, target, "mse", metric)
            found.append({"head": head, "target": target, "loss": "mse", "metric": metric, "crashes": refused})
    for kind, declared, data, method in itertools.product(
        ("sequential", "functional"), INPUTS, DATA, ("fit", "predict")
    ):
        for shape in ((SAMPLES, *data), *((data,) if method == "predict" else ())):
            refused = with_data(kind, declared, shape, method)
            found.append({"kind": kind, "declared": declared, "shape": shape, "method": method, "crashes": refused})
    return found


if __name__ == "__main__":
    ROWS.write_text("[\n" + ",\n".join(map(json.dumps, rows())) + "\n]\n", encoding="utf-8")
