"""Keras's recorded verdicts on layers, legal and illegal, hold without Keras."""

from __future__ import annotations

import json
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest

from cnnlint.frameworks import framework
from cnnlint.interpreter.values import MISSING
from tests.conformance.drawing import Verdict, differences, recorded
from tests.conformance.keras_asking import ask_cnnlint
from tests.conformance.keras_more_plans import MORE_PLANS
from tests.conformance.keras_plans import PLANS

RECORDED = recorded(Path(__file__).with_name("keras_layers.json"))
NAMES: list[str] = json.loads(Path(__file__).with_name("names.json").read_text(encoding="utf-8"))["keras.layers"]
ELSEWHERE = {"JaxLayer", "FlaxLayer", "TFSMLayer"}
"""Layers around what another library makes, of which Keras on PyTorch only says that it is not there."""
BY_LAYER: dict[str, list[tuple[tuple[Any, ...], Verdict]]] = defaultdict(list)
for _case, _verdict in RECORDED.cases:
    BY_LAYER[_case[0]].append((_case, _verdict))


def test_every_class_is_drawn_and_recorded() -> None:
    assert len(set(RECORDED.public) - {"InputSpec"}) == 143
    assert set(RECORDED.public) == {*PLANS, *MORE_PLANS}
    assert set(RECORDED.public) - ELSEWHERE <= set(BY_LAYER)


def test_every_name_of_the_module_is_known() -> None:
    room = framework("keras")
    assert room is not None
    assert [name for name in NAMES if room.resolve(f"keras.layers.{name}") is MISSING] == []
    assert room.resolve("keras.layers.Convolution2D") is room.resolve("keras.layers.Conv2D")


@pytest.mark.parametrize("name", sorted(BY_LAYER))
def test_layer(name: str) -> None:
    found = [(case, *differences(verdict, ask_cnnlint(case))) for case, verdict in BY_LAYER[name]]
    assert [row for row in found if len(row) > 1] == []
