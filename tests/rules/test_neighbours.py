"""Rules about the order of layers, on models made by hand: what they leave alone."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from cnnlint import rulebook
from cnnlint.api import Context, Finding, Layer, Model, Parameters, Place

BOOK = rulebook.load()

Row = tuple[str, str, dict[str, Any]]
CONV: Row = ("Conv2D", "convolution", {"filters": 8, "kernel_size": (3, 3), "activation": "relu", "groups": 1})
LINEAR_CONV: Row = ("Conv2D", "convolution", {**CONV[2], "activation": None, "use_bias": True})
POINTWISE: Row = ("Conv2D", "convolution", {**CONV[2], "kernel_size": (1, 1)})
UP: Row = ("Conv2DTranspose", "convolution", CONV[2])
NORM: Row = ("BatchNormalization", "normalization", {})
POOL: Row = ("MaxPooling2D", "pooling", {"pool_size": (2, 2), "strides": (2, 2)})
ADD: Row = ("Add", "merge", {})
CUSTOM: Row = ("Strange", "other", {})
RELU: Row = ("ReLU", "activation", {})
DROPOUT: Row = ("Dropout", "dropout", {"rate": 0.5})


def place(row: int) -> Place:
    return Place("net.py", row, 1, row, 9)


def chain(*rows: Row, vias: dict[int, tuple[str, ...] | None] | None = None, **more: Any) -> Model:
    """A model whose rows feed each other in turn; `vias` are functions before a row."""
    layers = []
    for index, (type_, kind, config) in enumerate(rows):
        via = (vias or {}).get(index, ())
        sources = (index - 1,) if index else ()
        name = f"{type_.lower()}_{index}"
        layers.append(
            Layer(name, type_, kind, (None,), (None,), 0, 0, 0, place(index + 1), None, config, "", 0, sources, via)
        )
    return model(tuple(layers), **more)


def model(layers: tuple[Layer, ...], **more: Any) -> Model:
    values: dict[str, Any] = {"outputs_from": (len(layers) - 1,), "outputs_via": (), "framework": "keras"}
    values |= more
    return Model(
        target="net.py::Net",
        name="Net",
        place=place(1),
        inputs=None,
        outputs=None,
        parameters=Parameters(0, 0, 0),
        macs=0,
        activation_bytes=0,
        layers=layers,
        **values,
    )


def check(code: str, found: Model, **options: Any) -> list[Finding]:
    rule = BOOK[code]
    return list(rule.check_model(found, Context(options={rule.name: options})))


# --- CNN301 missing-normalization -------------------------------------------------------------------------------------


def test_five_bare_convolutions_are_found_and_four_are_not() -> None:
    (finding,) = check("CNN301", chain(*[CONV] * 5))
    assert finding.message == "5 convolutions in a row without any normalization"
    assert finding.place == place(1)
    assert finding.layer == "conv2d_0"
    assert finding.help == "add `layers.BatchNormalization()` between convolution and activation"
    assert check("CNN301", chain(*[CONV] * 4)) == []
    assert len(check("CNN301", chain(*[CONV] * 4), convolutions=4)) == 1
    assert check("CNN301", chain(*[CONV] * 5), convolutions=6) == []


@pytest.mark.parametrize("way_out", [NORM, ADD, CUSTOM, ("Conv2D", "convolution", {**CONV[2], "activation": "selu"})])
@pytest.mark.parametrize("position", [0, 3, 6])
def test_a_way_out_anywhere_on_the_path_is_enough(way_out: Row, position: int) -> None:
    rows = [CONV] * 6
    rows.insert(position, way_out)
    assert check("CNN301", chain(*rows)) == []


def test_poolings_dropouts_and_activations_are_none() -> None:
    assert len(check("CNN301", chain(CONV, POOL, CONV, DROPOUT, CONV, RELU, CONV, CONV))) == 1


def test_transposed_convolutions_do_not_count() -> None:
    assert check("CNN301", chain(CONV, CONV, CONV, UP, UP, UP)) == []


@pytest.mark.parametrize("via", [None, ("add",), ("batch_norm",), ("relu", "something")])
def test_functions_that_may_normalize_or_join_keep_it_silent(via: tuple[str, ...] | None) -> None:
    assert check("CNN301", chain(*[CONV] * 6, vias={3: via})) == []
    assert check("CNN301", chain(*[CONV] * 6, outputs_via=via)) == []


def test_functions_that_do_not_are_no_way_out() -> None:
    assert len(check("CNN301", chain(*[CONV] * 6, vias={2: ("relu",), 4: ("max_pool2d", "relu")}))) == 1


def test_a_branch_that_is_added_again_is_a_way_out() -> None:
    *rows, last = chain(*[CONV] * 6, RELU).layers
    assert check("CNN301", model((*rows, replace(last, inputs_from=(2, 5), via=("add",))))) == []


# --- the others -------------------------------------------------------------------------------------------------------


def test_bias_before_normalization() -> None:
    (finding,) = check("CNN303", chain(LINEAR_CONV, NORM))
    assert finding.help == "write `use_bias=False`, which saves 8 parameters"
    assert check("CNN303", chain(CONV, NORM)) == []
    assert check("CNN303", chain(LINEAR_CONV, RELU, NORM)) == []
    assert check("CNN303", chain(LINEAR_CONV, ("LayerNormalization", "normalization", {}))) == []
    assert check("CNN303", chain(LINEAR_CONV, NORM, vias={1: ("relu",)})) == []
    unbiased: Row = ("Conv2D", "convolution", {**LINEAR_CONV[2], "use_bias": False})
    assert check("CNN303", chain(unbiased, NORM)) == []


def test_missing_activation() -> None:
    dense: Row = ("Dense", "dense", {"units": 4, "activation": "linear"})
    flatten: Row = ("Flatten", "flatten", {})
    assert len(check("CNN401", chain(dense, dense))) == 1
    assert len(check("CNN401", chain(LINEAR_CONV, flatten, dense))) == 1
    assert check("CNN401", chain(dense, RELU, dense)) == []
    assert check("CNN401", chain(dense, dense, vias={1: ("relu",)})) == []
    assert check("CNN401", chain(dense, dense, vias={1: None})) == []
    pointwise: Row = ("Conv2D", "convolution", {**LINEAR_CONV[2], "kernel_size": (1, 1)})
    depthwise: Row = ("DepthwiseConv2D", "convolution", LINEAR_CONV[2])
    assert check("CNN401", chain(depthwise, pointwise)) == []
    assert check("CNN401", chain(LINEAR_CONV, pointwise)) == []


def test_doubled_activation() -> None:
    (finding,) = check("CNN402", chain(CONV, RELU))
    assert finding.message == "`relu_1` applies relu to the relu of `conv2d_0`, which changes nothing"
    assert check("CNN402", chain(LINEAR_CONV, RELU)) == []
    assert check("CNN402", chain(CONV, POOL, RELU)) == []


def test_saturating_activation_leaves_outputs_and_gates_alone() -> None:
    sigmoid: Row = ("Dense", "dense", {"units": 4, "activation": "sigmoid"})
    dense: Row = ("Dense", "dense", {"units": 4, "activation": "relu"})
    assert len(check("CNN403", chain(sigmoid, dense))) == 1
    assert len(check("CNN403", chain(sigmoid, DROPOUT, dense))) == 1
    assert check("CNN403", chain(dense, sigmoid)) == []
    assert check("CNN403", chain(sigmoid, ("Multiply", "merge", {}), dense)) == []


def test_stride_beyond_window() -> None:
    def conv(kernel: tuple[int, ...], strides: tuple[int, ...], dilation: tuple[int, ...] = (1, 1)) -> Row:
        return "Conv2D", "convolution", {"kernel_size": kernel, "strides": strides, "dilation_rate": dilation}

    (finding,) = check("CNN408", chain(conv((3, 3), (4, 4))))
    assert "its stride of 4 is larger than its window of 3" in finding.message
    (finding,) = check("CNN408", chain(conv((3, 5), (4, 4))))
    assert "its stride of 4 is larger than its window of 3 x 5" in finding.message
    assert check("CNN408", chain(conv((1, 1), (2, 2)))) == []
    assert check("CNN408", chain(conv((3, 3), (4, 4), (2, 2)))) == []
    assert check("CNN408", chain(("Conv2d", "convolution", {"kernel_size": (2, 2), "stride": (2, 2)}))) == []
    assert len(check("CNN408", chain(("Conv2d", "convolution", {"kernel_size": (2, 2), "stride": (3, 3)})))) == 1


def test_shrinking_filters_leave_the_last_and_pointwise_ones_alone() -> None:
    wide: Row = ("Conv2D", "convolution", {**CONV[2], "filters": 64})
    assert len(check("CNN405", chain(wide, CONV, CONV))) == 1
    assert check("CNN405", chain(wide, CONV)) == []
    assert check("CNN405", chain(wide, POINTWISE, CONV)) == []
    assert check("CNN405", chain(CONV, wide, wide)) == []


@pytest.mark.parametrize(
    ("config", "shape", "constant"),
    [
        ({"activation": "softmax"}, (4, 1), 1),
        ({"activation": "log_softmax"}, (4, 1), 0),
        ({"activation": "softmax"}, (4, 2), None),
        ({"activation": "sigmoid"}, (4, 1), None),
        ({"activation": "softmax"}, None, None),
    ],
)
def test_softmax_of_one(config: dict[str, Any], shape: tuple[int, ...] | None, constant: int | None) -> None:
    layer = Layer("dense", "Dense", "dense", (None,), (shape,), 0, 0, 0, place(1), config=config, via=())
    messages = [finding.message for finding in check("CNN501", model((layer,)))]
    expected = f"the softmax of `dense` is over a single value, so that it is always {constant}"
    assert messages == ([] if constant is None else [expected])


@pytest.mark.parametrize(("dim", "found"), [(1, True), (-1, False), (2, False), (None, False), (7, False)])
def test_softmax_over_a_named_axis(dim: int | None, found: bool) -> None:
    layer = Layer("3", "Softmax", "activation", (), ((4, 1, 5),), 0, 0, 0, place(1), config={"dim": dim}, via=())
    assert bool(check("CNN501", model((layer,), framework="torch"))) is found
