"""PyTorch's, TensorFlow's and Keras's recorded answers to drawn calls of functions hold without them."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.conformance import keras_ops, tensorflow_functions, torch_functions
from tests.conformance.drawing import Verdict, differences, recorded

if TYPE_CHECKING:
    from collections.abc import Callable

HALVES: dict[str, Callable[[tuple[Any, ...]], Verdict]] = {
    "torch_functions.json": torch_functions.ask_cnnlint,
    "tensorflow_functions.json": tensorflow_functions.ask_cnnlint,
    "keras_ops.json": keras_ops.ask_cnnlint,
}
ROWS: dict[tuple[str, str], list[tuple[tuple[Any, ...], Verdict]]] = defaultdict(list)
for _file in HALVES:
    for _case, _verdict in recorded(Path(__file__).with_name(_file)).cases:
        ROWS[_file, _case[0]].append((_case, _verdict))


def test_every_function_that_is_drawn_is_recorded() -> None:
    assert {name for file, name in ROWS if file.startswith("torch")} == set(torch_functions.CASES)
    assert {name for file, name in ROWS if file.startswith("tensorflow")} == set(tensorflow_functions.PLANS)
    assert {name for file, name in ROWS if file.startswith("keras")} == set(keras_ops.CASES)


@pytest.mark.parametrize(("file", "name"), ROWS, ids=lambda part: part)
def test_function(file: str, name: str) -> None:
    found = [(case, *differences(verdict, HALVES[file](case))) for case, verdict in ROWS[file, name]]
    assert [row for row in found if len(row) > 1] == []
