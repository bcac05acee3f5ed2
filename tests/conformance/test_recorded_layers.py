"""PyTorch's recorded verdicts on layers, legal and illegal, hold without PyTorch."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest

from tests.conformance.drawing import Verdict, differences, recorded
from tests.conformance.torch_cases import CASES
from tests.conformance.torch_layers import ask_cnnlint, catalogue

RECORDED = recorded(Path(__file__).with_name("torch_layers.json"))
BY_LAYER: dict[str, list[tuple[tuple[Any, ...], Verdict]]] = defaultdict(list)
for _case, _verdict in RECORDED.cases:
    BY_LAYER[_case[0]].append((_case, _verdict))


def test_every_layer_is_known_drawn_and_recorded() -> None:
    assert len(RECORDED.public) == 163
    assert set(RECORDED.public) <= catalogue()
    assert set(RECORDED.public) == set(CASES) == set(BY_LAYER)


@pytest.mark.parametrize("name", CASES)
def test_layer(name: str) -> None:
    found = [(case, *differences(verdict, ask_cnnlint(case))) for case, verdict in BY_LAYER[name]]
    assert [row for row in found if len(row) > 1] == []
