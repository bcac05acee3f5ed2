"""The budget rules on models made by hand: what is known, what is known in part, what would save."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from cnnlint import rulebook
from cnnlint.api import Budget, Context, Dim, Finding, Layer, Model, Parameters, Place
from cnnlint.engine.dimension import symbol

BOOK = rulebook.load()
BATCH = symbol("batch")


def place(row: int) -> Place:
    return Place("net.py", row, 5, row, 20)


def layer(name: str, type_: str, kind: str, params: Any = 0, macs: Any = 0, row: int = 2, **more: Any) -> Layer:
    more.setdefault("inputs", ())
    more.setdefault("outputs", ())
    return Layer(name, type_, kind, params=params, trainable=params, macs=macs, place=place(row), **more)


LAYERS = (
    layer(
        "conv2d",
        "Conv2D",
        "convolution",
        896,
        777_600,
        outputs=((BATCH, 30, 30, 32),),
        config={"filters": 32, "kernel_size": (3, 3), "groups": 1},
        via=(),
    ),
    layer(
        "conv2d_1",
        "Conv2D",
        "convolution",
        18_496,
        14_450_688,
        row=3,
        outputs=((BATCH, 28, 28, 64),),
        config={"filters": 64, "kernel_size": (3, 3), "groups": 1},
        inputs_from=(0,),
        via=(),
    ),
    layer(
        "flatten",
        "Flatten",
        "flatten",
        row=4,
        inputs=((BATCH, 28, 28, 64),),
        outputs=((BATCH, 50_176),),
        inputs_from=(1,),
        via=(),
    ),
    layer(
        "dense",
        "Dense",
        "dense",
        501_770,
        501_760,
        row=5,
        inputs=((BATCH, 50_176),),
        outputs=((BATCH, 10),),
        config={"units": 10},
        inputs_from=(2,),
        via=(),
    ),
)


def model(layers: tuple[Layer, ...] = LAYERS, total: Any = 521_162, **more: Any) -> Model:
    values: dict[str, Any] = {
        "target": "net.py::Net",
        "name": "Net",
        "framework": "keras",
        "place": place(1),
        "inputs": None,
        "outputs": None,
        "parameters": Parameters(total, total, 0),
        "macs": 15_730_048,
        "activation_bytes": 521_352,
        "outputs_from": (3,),
        "outputs_via": (),
    }
    return Model(layers=layers, **values | more)


def check(code: str, found: Model, **budget: Any) -> list[Finding]:
    return list(BOOK[code].check_model(found, Context(Budget(**budget))))


def only(code: str, found: Model, **budget: Any) -> Finding:
    (finding,) = check(code, found, **budget)
    return finding


@pytest.mark.parametrize(
    "code", ["CNN201", "CNN202", "CNN203", "CNN204", "CNN205", "CNN206", "CNN207", "CNN208", "CNN209"]
)
def test_nothing_is_said_without_a_budget(code: str) -> None:
    assert check(code, model()) == []


@pytest.mark.parametrize(
    ("code", "key", "cost"),
    [
        ("CNN201", "params", 521_162),
        ("CNN202", "trainable_params", 521_162),
        ("CNN203", "macs", 15_730_048),
        ("CNN204", "activation_memory", 521_352),
        ("CNN205", "weights", 4 * 521_162),
        ("CNN207", "peak_memory", 4 * (30 * 30 * 32 + 28 * 28 * 64)),
        ("CNN208", "training_memory", 521_352 + 16 * 521_162),
    ],
)
def test_a_budget_is_broken_by_more_than_it_allows_only(code: str, key: str, cost: int) -> None:
    assert check(code, model(), **{key: cost}) == []
    finding = only(code, model(), **{key: cost - 1})
    assert (finding.expected, finding.actual) == (str(cost - 1), str(cost))
    assert finding.severity == "error"
    assert finding.place == place(1)


def test_message_of_a_parameter_budget() -> None:
    finding = only("CNN201", model(), params=500_000, source="`budget` in pyproject.toml")
    assert finding.message == "`Net` has 521,162 parameters, 21,162 (4.2%) over the budget of 500,000"
    assert finding.help == ("global pooling in place of the flatten before `dense` saves 501,120 parameters")
    assert finding.notes == (
        "most of it is in `dense` 501,770 (96%), `conv2d_1` 18,496 (3.5%), `conv2d` 896 (0.2%)",
        "the budget comes from `budget` in pyproject.toml",
    )
    (related,) = finding.related
    assert (related.message, related.place) == ("`dense` has 501,770", place(5))


def test_a_separable_convolution_is_proposed_where_it_saves_most() -> None:
    finding = only("CNN201", model(LAYERS[:2], 19_392), params=1000)
    saved = 3 * 3 * 32 * 64 - (3 * 3 * 32 + 32 * 64)
    assert finding.help == f"a depthwise-separable convolution in place of `conv2d_1` saves {saved:,} parameters"


def test_what_is_known_of_a_model_may_break_its_budget_alone() -> None:
    finding = only("CNN201", model(total=None), params=500_000)
    assert finding.message == "`Net` has at least 521,162 parameters, 21,162 (4.2%) over the budget of 500,000"
    assert check("CNN201", model(total=None), params=600_000) == []
    hidden = symbol("hidden")
    assert check("CNN201", model((), 1000 * hidden), params=1000) == []
    assert only("CNN201", model((), 1000 * hidden + 1), params=1000).actual == "1001"


def test_rows_that_hold_others_do_not_count_twice() -> None:
    block = layer("block", "Block", "model", 521_162, outputs=())
    inner = tuple(replace(each, depth=1) for each in LAYERS)
    assert check("CNN201", model((block, *inner), None), params=521_162) == []
    assert "`block`" not in only("CNN201", model((block, *inner), None), params=521_161).notes[0]


def test_macs_name_the_costliest_layer() -> None:
    finding = only("CNN203", model(), macs=1_000_000)
    assert finding.message == "`Net` needs 15.73M multiply-accumulates, 14.73M (1473%) over the budget of 1,000,000"
    saved = 14_450_688 - 14_450_688 // 64 - 14_450_688 // 9
    assert finding.help == f"a depthwise-separable convolution in place of `conv2d_1` saves {saved / 1e6:.4g}M"


def test_memory_and_weights_follow_the_number_format() -> None:
    finding = only("CNN204", model(), activation_memory=1000, dtype="int8")
    assert finding.actual == str(521_352 // 4)
    assert finding.message.startswith("`Net` takes 127.3 KiB for its activations in int8, ")
    assert finding.notes[0].startswith("most of it is in `conv2d_1` 49 KiB")
    finding = only("CNN205", model(), weights=500_000, dtype="float16")
    assert finding.actual == str(2 * 521_162)
    assert finding.notes[1] == "in int8 they take 508.9 KiB"
    assert finding.help is not None
    assert finding.help.endswith(" saves 501,120 parameters, 978.8 KiB")


def test_the_largest_maps_that_are_there_at_once_are_named() -> None:
    finding = only("CNN207", model(), peak_memory=64 * 1024, dtype="int8")
    assert finding.message == (
        "`Net` needs 77.12 KiB in int8 at once, at `conv2d_1`, 13.12 KiB (21%) over the budget of 64 KiB"
    )
    assert finding.help == "a stride of 2 in or before `conv2d_1` quarters its map, which saves 36.75 KiB"
    assert finding.notes[0] == "most of it is in `conv2d_1` 49 KiB (64%), `conv2d` 28.12 KiB (36%)"


def test_a_map_stays_until_the_last_layer_that_takes_it() -> None:
    shape = ((BATCH, 10, 10, 1),)
    rows = [
        layer("first", "Conv2D", "convolution", inputs=shape, outputs=shape, via=()),
        layer("relu", "ReLU", "activation", inputs=shape, outputs=shape, inputs_from=(0,), via=()),
        layer("second", "Conv2D", "convolution", inputs=shape, outputs=shape, inputs_from=(1,), via=()),
        layer("add", "Add", "merge", inputs=(*shape, *shape), outputs=shape, inputs_from=(1, 2), via=()),
    ]
    assert only("CNN207", model(tuple(rows)), peak_memory=1).actual == str(4 * 300)
    assert only("CNN207", model(tuple(rows[:3]), outputs_from=(2,)), peak_memory=1).actual == str(4 * 200)
    unknown = replace(rows[2], via=None)
    assert check("CNN207", model((*rows[:2], unknown)), peak_memory=1) == []


def test_training_names_the_batch_that_fits() -> None:
    finding = only("CNN208", model(), training_memory=20 * 1024 * 1024, batch_size=32)
    assert finding.actual == str(32 * 521_352 + 16 * 521_162)
    assert finding.message.startswith("`Net` takes 23.86 MiB in float32 to train with a batch of 32, ")
    assert finding.help == "a batch of 24 fits"
    assert check("CNN208", model(), training_memory=20 * 1024 * 1024, batch_size=24) == []
    assert finding.notes[0].startswith("most of it is in `dense` 7.658 MiB (32%), `conv2d_1` 6.407 MiB (27%), ")
    assert only("CNN208", model(), training_memory=16 * 521_162 + 1).help == (
        "not even a batch of 1 fits: use fewer or smaller maps"
    )
    assert only("CNN208", model(), training_memory=8 * 521_162).help == (
        "the weights alone do not fit: global pooling in place of the flatten before `dense` saves 501,120 parameters"
    )


@pytest.mark.parametrize(("side", "found"), [(64, True), (10, False), (symbol("side"), False)])
def test_what_the_last_map_sees(side: Dim, found: bool) -> None:
    given = ((BATCH, side, side, 3),)
    rows = (replace(LAYERS[0], inputs=given), LAYERS[1])
    findings = check("CNN209", model(rows, inputs=given, outputs_from=(1,)), receptive_field=0.5)
    expected = ["the last map of `Net` sees 5 of 64, 7.8% of the input, the budget asks for 50%"] if found else []
    assert [finding.message for finding in findings] == expected


def test_share_of_one_layer() -> None:
    finding = only("CNN206", model(), layer_share=0.5)
    assert finding.message == "`dense` holds 96% of the parameters of `Net`, the budget allows 50%"
    assert finding.place == place(5)
    assert check("CNN206", model(), layer_share=0.97) == []
    assert check("CNN206", model(total=None), layer_share=0.5) == []


def test_a_limit_of_nothing() -> None:
    assert only("CNN201", model(), params=0).message == "`Net` has 521,162 parameters, 521,162 over the budget of 0"
