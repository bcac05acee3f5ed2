"""PyTorch's recorded verdicts on layers, legal and illegal, hold without PyTorch."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import pytest

from tests.conformance.torch_layers import CASES, Case, Verdict, ask_cnnlint, differences, recorded

BY_LAYER: dict[str, list[tuple[Case, Verdict]]] = defaultdict(list)
for _case, _verdict in recorded(Path(__file__).with_name("torch_layers.json")):
    BY_LAYER[_case.name].append((_case, _verdict))


def test_every_layer_is_recorded() -> None:
    assert set(BY_LAYER) == set(CASES)


@pytest.mark.parametrize("name", CASES)
def test_layer(name: str) -> None:
    found = [(case, *differences(verdict, ask_cnnlint(case))) for case, verdict in BY_LAYER[name]]
    assert [row for row in found if len(row) > 1] == []
