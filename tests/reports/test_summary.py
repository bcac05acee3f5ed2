"""Models as tables and as JSON, in each state of knowledge."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from cnnlint.engine.dimension import symbol, unknown_dim
from cnnlint.model import Layer, Model, Parameters, Place, Unresolved
from cnnlint.reports import summary_json, summary_table

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest

    from cnnlint.finding import Finding, Sources

BATCH, HEIGHT, WIDTH = symbol("batch"), symbol("height"), symbol("width")


def place(row: int) -> Place:
    return Place("nets.py", row, 5, row, 20)


def model(**more: Any) -> Model:
    values: dict[str, Any] = {
        "target": "nets.py::build_model",
        "name": "build_model",
        "framework": "keras",
        "place": place(3),
        "inputs": ((BATCH, 32, 32, 3),),
        "outputs": ((BATCH, 10),),
        "parameters": Parameters(19_392, 19_328, 64),
        "macs": 15_228_288,
        "activation_bytes": 315_904,
        "layers": (
            Layer(
                "conv2d",
                "Conv2D",
                "convolution",
                ((BATCH, 32, 32, 3),),
                ((BATCH, 30, 30, 32),),
                896,
                896,
                777_600,
                place(5),
            ),
            Layer("dense", "Dense", "dense", ((BATCH, 1024),), ((BATCH, 10),), 18_496, 18_432, 14_450_688, place(6)),
        ),
        "input_source": "`# cnnlint: input` in row 3",
    }
    return Model(**values | more)


OPEN = model(
    target="nets.py::Net",
    name="Net",
    framework="torch",
    inputs=((BATCH, 3, HEIGHT, WIDTH),),
    outputs=((BATCH, 6, HEIGHT - 15, (WIDTH - 2) // 2),),
    parameters=Parameters(4614, 4614, 0),
    macs=4608 * HEIGHT * WIDTH,
    activation_bytes=24 * HEIGHT * WIDTH,
    layers=(
        Layer("body", "Body", "model", (), ((BATCH, 6, HEIGHT - 15, WIDTH - 15),), 4614, 4614, None, place(5)),
        Layer(
            "conv_1",
            "Conv2d",
            "convolution",
            (),
            ((BATCH, 6, HEIGHT - 15, WIDTH - 15),),
            4614,
            4614,
            0,
            place(6),
            depth=1,
        ),
    ),
    input_source=None,
)
PARTLY = model(
    target="nets.py::Partly|known",
    name="Partly|known",
    inputs=None,
    outputs=((BATCH, unknown_dim(), 8), None),
    parameters=Parameters(None, None, None),
    macs=None,
    activation_bytes=None,
    layers=(Layer("lambda", "Lambda", "other", (None,), (None,), None, None, None, place(9)),),
    unresolved=(Unresolved("the function is not known", place(9)), Unresolved("the input is not stated", None)),
    input_source=None,
)
FAILED = model(
    target="nets.py::missing",
    name="missing",
    framework="",
    layers=(),
    parameters=Parameters(None, None, None),
    macs=None,
    activation_bytes=None,
    error="there is no `missing` in nets.py",
    input_source=None,
)
MODELS = (model(), OPEN, PARTLY, FAILED)


def test_text(same_as_snapshot: Callable[[str, str], None]) -> None:
    same_as_snapshot("summary.txt", summary_table.as_text(MODELS))


def test_markdown(same_as_snapshot: Callable[[str, str], None]) -> None:
    same_as_snapshot("summary.md", summary_table.as_markdown(MODELS))


def test_terminal_says_the_same(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "160")
    summary_table.print_rich(MODELS)
    shown = "".join(capsys.readouterr().out.split())
    for line in summary_table.as_text(MODELS).splitlines():
        assert set(line) <= {"-"} or "".join(line.split()) in shown


def test_json(findings: list[Finding], sources: Sources, same_as_snapshot: Callable[[str, str], None]) -> None:
    made = summary_json.as_json(MODELS, lambda each: findings[:1] if each is MODELS[0] else [], sources)
    same_as_snapshot("summary.json", json.dumps(made, indent=2, ensure_ascii=False) + "\n")
    first, open_, partly, failed = made["models"]
    assert first["inputs"] == [[None, 32, 32, 3]]
    assert first["findings"][0]["code"] == "CNN102"
    assert open_["outputs"] == [[None, 6, "height - 15", "(width - 2) // 2"]]
    assert partly["outputs"] == [[None, None, 8], None]
    assert (partly["resolved"], partly["unresolved"][1]["location"]) == (False, None)
    assert failed["error"] == "there is no `missing` in nets.py"
    assert failed["inputs"] == failed["outputs"] == []


def test_control_characters_of_names_do_not_reach_the_terminal() -> None:
    odd = model(target="\033[2Jnets.py::x", error="it raises ValueError: \033[31m")
    assert "\033" not in summary_table.as_text([odd])
    layer = Layer("\033]0;x", "Conv2D", "convolution", (), (), 0, 0, 0, place(1))
    assert "\033" not in summary_table.as_text([model(layers=(layer,))])
