"""The engine against what the frameworks answered (see `record.py`), with numbers and with symbols in their place."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from cnnlint.engine import (
    attention,
    contraction,
    convolution,
    dense,
    merging,
    normalization,
    pooling,
    recurrent,
    resizing,
)
from cnnlint.engine import shape as shapes
from cnnlint.engine.constraints import collect
from cnnlint.engine.dimension import Dim, evaluate, is_anonymous, product, symbol
from cnnlint.engine.errors import ShapeError, Undetermined

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cnnlint.engine.shape import Shape

Row = dict[str, Any]
FOLDER = Path(__file__).parent / "recorded"


def rows(name: str) -> list[Row]:
    found: list[Row] = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))["rows"]
    return found


def torch_convolution(a: Row, x: Shape) -> Shape:
    return convolution.convolution(
        x,
        a["out_channels"],
        a["kernel_size"],
        stride=a["stride"],
        padding=convolution.pair_padding(a["padding"]),
        dilation=a["dilation"],
        groups=a["groups"],
        in_channels=a["in_channels"],
        unbatched=True,
    )


def torch_transposed(a: Row, x: Shape) -> Shape:
    return convolution.transposed_convolution(
        x,
        a["out_channels"],
        a["kernel_size"],
        stride=a["stride"],
        padding=a["padding"],
        output_padding=a["output_padding"],
        dilation=a["dilation"],
        groups=a["groups"],
        in_channels=a["in_channels"],
        unbatched=True,
    )


def torch_pool(a: Row, x: Shape, within_input: bool = False) -> Shape:
    return pooling.pool(
        x,
        a["kernel_size"],
        stride=a["stride"],
        padding=convolution.pair_padding(a["padding"]),
        dilation=a.get("dilation"),
        ceil_mode=a["ceil_mode"],
        within_input=within_input,
        unbatched=True,
    )


def torch_pad(mode: str, a: Row, x: Shape) -> Shape:
    numbers = a["padding"]
    widths = list(zip(numbers[::2], numbers[1::2], strict=True))[::-1]
    return resizing.pad_spatial(x, widths, mode=mode)


def torch_columns(function: Callable[..., Shape], a: Row, x: Shape) -> Shape:
    output_size = [a["output_size"]] if "output_size" in a else []
    padding = convolution.pair_padding(a["padding"])
    return function(x, *output_size, a["kernel_size"], stride=a["stride"], padding=padding, dilation=a["dilation"])


def torch_recurrent(cell: recurrent.Cell, a: Row, x: Shape) -> Any:
    result = recurrent.torch_recurrent(
        x,
        a["input_size"],
        a["hidden_size"],
        layers=a["num_layers"],
        bidirectional=a["bidirectional"],
        batch_first=a["batch_first"],
        proj_size=a.get("proj_size", 0),
    )
    return [result.output, [result.hidden, result.cell] if cell == "lstm" else result.hidden]


def torch_attention(a: Row, query: Shape, key: Shape, value: Shape) -> Any:
    attention.check_heads(a["embed_dim"], a["num_heads"])
    dims: Row = {"key_dim": a.get("kdim"), "value_dim": a.get("vdim"), "batch_first": a["batch_first"]}
    return list(attention.torch_multi_head(query, key, value, a["embed_dim"], **dims))


def torch_batch_norm(rank: int, a: Row, x: Shape) -> Shape:
    return normalization.batch_norm(x, a["num_features"], ranks=(rank + 1 + (rank > 1), rank + 2))


def torch_group_norm(a: Row, x: Shape) -> Shape:
    normalization.check_norm_groups(a["num_groups"], a["num_channels"])
    return normalization.group_norm(x, a["num_groups"], a["num_channels"])


def pieces(sizes: Callable[[Dim], list[Dim]], x: Shape) -> list[Shape]:
    return shapes.split(x, 0, sizes(x[0]))


TORCH: dict[str, Callable[..., Any]] = {
    "AdaptiveAvgPool": lambda a, x: pooling.adaptive_pool(x, a["output_size"], unbatched=True),
    "Upsample": lambda a, x: resizing.upsample(x, a["scale_factor"]),
    "PixelShuffle": lambda a, x: resizing.pixel_shuffle(x, a["factor"]),
    "PixelUnshuffle": lambda a, x: resizing.pixel_unshuffle(x, a["factor"]),
    "Unfold": partial(torch_columns, convolution.unfold),
    "Fold": partial(torch_columns, convolution.fold),
    "ZeroPad": partial(torch_pad, "constant"),
    "ReflectionPad": partial(torch_pad, "reflect"),
    "ReplicationPad": partial(torch_pad, "replicate"),
    "CircularPad": partial(torch_pad, "circular"),
    "ConvTranspose": torch_transposed,
    "Conv": torch_convolution,
    "MaxPool": torch_pool,
    "AvgPool": torch_pool,
    "AvgPool3d": partial(torch_pool, within_input=True),
    "Linear": lambda a, x: dense.linear(x, a["out_features"], a["in_features"]),
    "LayerNorm": lambda a, x: normalization.layer_norm(x, a["normalized_shape"]),
    "BatchNorm1d": partial(torch_batch_norm, 1),
    "BatchNorm2d": partial(torch_batch_norm, 2),
    "BatchNorm3d": partial(torch_batch_norm, 3),
    "GroupNorm": torch_group_norm,
    "RNN": partial(torch_recurrent, "rnn"),
    "LSTM": partial(torch_recurrent, "lstm"),
    "GRU": partial(torch_recurrent, "gru"),
    "MultiheadAttention": torch_attention,
    "Bilinear": lambda a, x, y: dense.bilinear(x, y, a["in1_features"], a["in2_features"], a["out_features"]),
    "GRUCell": lambda a, x: recurrent.torch_cell(x, a["input_size"], a["hidden_size"]),
    "tensordot": lambda a, x, y: shapes.tensordot(x, y, a["left"], a["right"]),
    "add": lambda _, *x: shapes.broadcast(*x),
    "cat": lambda a, *x: shapes.concatenate(x, a["dim"]),
    "stack": lambda a, *x: shapes.stack(x, a["dim"]),
    "matmul": lambda _, *x: shapes.matmul(*x),
    "reshape": lambda a, x: shapes.reshape(x, a["shape"]),
    "expand": lambda a, x: shapes.expand(x, a["shape"]),
    "flatten": lambda a, x: shapes.flatten(x, a["start_dim"], a["end_dim"]),
    "squeeze": lambda a, x: shapes.squeeze(x, a["dim"]),
    "slice": lambda a, x: (shapes.slice_length(x[0], **a), *x[1:]),
    "chunk": lambda a, x: pieces(partial(shapes.chunk_sizes, **a), x),
    "split": lambda a, x: pieces(lambda size: shapes.split_sizes(size, a["split_size"]), x),
    "tensor_split": lambda a, x: pieces(lambda size: shapes.section_sizes(size, a["sections"], even=False), x),
    "repeat": lambda a, x: shapes.repeat(x, a["times"]),
    "tile": lambda a, x: shapes.tile(x, a["times"]),
    "einsum": lambda a, *x: shapes.einsum(a["equation"], x)[0],
}


def channels_axis(a: Row) -> convolution.ChannelsAxis:
    return "first" if a.get("data_format") == "channels_first" else "last"


def keras_convolution(a: Row, x: Shape) -> Shape:
    return convolution.convolution(
        x,
        a["filters"],
        a["kernel_size"],
        stride=a["strides"],
        padding=a["padding"],
        dilation=a.get("dilation_rate"),
        groups=a.get("groups", 1),
        channels_axis=channels_axis(a),
    )


def keras_transposed(a: Row, x: Shape) -> Shape:
    return convolution.transposed_convolution(
        x,
        a["filters"],
        a["kernel_size"],
        stride=a["strides"],
        padding=a["padding"],
        output_padding=a.get("output_padding"),
        dilation=a["dilation_rate"],
        channels_axis=channels_axis(a),
    )


def keras_pool(a: Row, x: Shape) -> Shape:
    return pooling.pool(x, a["pool_size"], stride=a["strides"], padding=a["padding"], channels_axis=channels_axis(a))


def keras_widths(name: str, a: Row) -> list[Any]:
    widths = a[name]
    return [widths] if isinstance(widths[0], int) else widths


def keras_recurrent(a: Row, x: Shape) -> Shape:
    return recurrent.keras_recurrent(x, a["units"], return_sequences=a["return_sequences"])


KERAS: dict[str, Callable[..., Any]] = {
    "Conv": keras_convolution,
    "Transpose": keras_transposed,
    "MaxPooling": keras_pool,
    "AveragePooling": keras_pool,
    "GlobalMaxPooling": lambda a, x: pooling.global_pool(x, len(x) - 2, keepdims=a["keepdims"]),
    "UpSampling": lambda a, x: resizing.upsample(
        x, a["size"] if isinstance(a["size"], list) else [a["size"]], channels_axis="last"
    ),
    "Cropping": lambda a, x: resizing.crop_spatial(x, keras_widths("cropping", a)),
    "ZeroPadding": lambda a, x: resizing.pad_spatial(x, keras_widths("padding", a), channels_axis="last"),
    "Dense": lambda a, x: dense.linear(x, a["units"], min_rank=2),
    "BatchNormalization": lambda a, x: normalization.batch_norm(x, axis=a["axis"], ranks=(1, None)),
    "LayerNormalization": lambda _, x: x,
    "GroupNormalization": lambda a, x: normalization.group_norm(x, a["groups"], axis=-1),
    "SimpleRNN": keras_recurrent,
    "LSTM": keras_recurrent,
    "GRU": keras_recurrent,
    "MultiHeadAttention": lambda a, q, v, k: attention.keras_multi_head(q, v, k, a.get("output_shape")),
    "Add": lambda _, *x: merging.merge(x),
    "Multiply": lambda _, *x: merging.merge(x),
    "Concatenate": lambda a, *x: shapes.concatenate(x, a["axis"]),
    "Dot": lambda a, *x: merging.dot(x, a["axes"]),
}

ROWS = [
    *((TORCH, row) for name in ("torch_layers", "torch_dense", "torch_functions") for row in rows(name)),
    *((KERAS, row) for name in ("keras_layers", "keras_others") for row in rows(name)),
]


def run(table: dict[str, Callable[..., Any]], row: Row, inputs: Sequence[Shape]) -> Any:
    call = row["call"]
    if call.endswith("Transpose"):
        return KERAS["Transpose"](row["arguments"], *inputs)
    name = call if call in table else call[:-2]
    return table[name](row["arguments"], *inputs)


def as_lists(result: Any) -> Any:
    return [as_lists(part) for part in result] if isinstance(result, (tuple, list)) else result


def label(case: Any) -> str:
    return f"{case[1]['call']}-{case[1]['arguments']}-{case[1]['inputs']}"


@pytest.mark.parametrize("case", ROWS, ids=label)
def test_shapes_and_faults_are_the_frameworks_own(case: Any) -> None:
    table, row = case
    inputs = [tuple(shape) for shape in row["inputs"]]
    if row["output"] is None:
        with pytest.raises(ShapeError):
            run(table, row, inputs)
    else:
        assert as_lists(run(table, row, inputs)) == row["output"]


def put_in(result: Any, sizes: dict[str, int]) -> Any:
    return [put_in(part, sizes) for part in result] if isinstance(result, (tuple, list)) else evaluate(result, sizes)


@pytest.mark.parametrize("case", ROWS, ids=label)
def test_symbols_give_what_numbers_give(case: Any) -> None:
    """A symbolic result with numbers put in is the concrete one; where that fails, so does a constraint."""
    table, row = case
    sizes: dict[str, int] = {}
    inputs = []
    for number, shape in enumerate(row["inputs"]):
        names = [f"axis{number}_{axis}" for axis in range(len(shape))]
        sizes |= dict(zip(names, shape, strict=True))
        inputs.append(tuple(symbol(name) for name in names))
    with collect() as constraints:
        try:
            result = run(table, row, inputs)
        except Undetermined:
            return
        except ShapeError:
            assert row["output"] is None
            return
    needed = [constraint.holds(sizes) for constraint in constraints if not constraint.assumed]
    assert all(needed) == (row["output"] is not None)
    if all(constraint.holds(sizes) for constraint in constraints) and not anonymous(result):
        assert put_in(result, sizes) == row["output"]


def anonymous(result: Any) -> bool:
    return any(map(anonymous, result)) if isinstance(result, (tuple, list)) else is_anonymous(result)


def torch_macs(row: Row) -> Dim:
    a, inputs, output = row["arguments"], [tuple(shape) for shape in row["inputs"]], row["output"]
    match row["call"]:
        case "Conv1d" | "Conv2d" | "Conv3d":
            return convolution.convolution_macs(tuple(output), a["in_channels"], a["kernel_size"], a["groups"])
        case "ConvTranspose1d" | "ConvTranspose2d" | "ConvTranspose3d":
            return convolution.transposed_convolution_macs(inputs[0], a["out_channels"], a["kernel_size"], a["groups"])
        case "Linear":
            return dense.linear_macs(tuple(output), a["in_features"])
        case "matmul":
            return contraction.matmul_macs(*inputs)
        case "einsum":
            return contraction.einsum(a["equation"], inputs)[1]
        case "MultiheadAttention":
            query, key, value = inputs
            return attention.torch_multi_head_macs(query, key, value, a["embed_dim"], batch_first=a["batch_first"])
        case "Bilinear":
            return dense.bilinear_macs(tuple(output), a["in1_features"], a["in2_features"])
        case "GRUCell":
            return recurrent.recurrent_macs(torch_weights(row), product(inputs[0][:-1]))
        case "tensordot":
            return product((*output, inputs[0][a["left"][0]]))
        case "RNN" | "GRU" | "LSTM":
            return recurrent.recurrent_macs(torch_weights(row), product(inputs[0][:-1]))
    raise AssertionError(row["call"])


# Torch's counter knows no product with a vector and no fused LSTM: it says 0 there.
COUNTED = [
    row
    for table, row in ROWS
    if table is TORCH and row["output"] is not None and (row["macs"] or row["call"].startswith("einsum"))
]


@pytest.mark.parametrize("row", COUNTED, ids=str)
def test_macs_are_what_torch_counts(row: Row) -> None:
    assert torch_macs(row) == row["macs"]


def torch_weights(row: Row) -> dict[str, Shape]:
    a = row["arguments"]
    match row["call"]:
        case "RNN" | "LSTM" | "GRU" as call:
            return recurrent.torch_recurrent_weights(
                call.lower(),
                a["input_size"],
                a["hidden_size"],
                layers=a["num_layers"],
                bias=a["bias"],
                bidirectional=a["bidirectional"],
                proj_size=a.get("proj_size", 0),
            )
        case "GRUCell":
            return recurrent.torch_cell_weights("gru", a["input_size"], a["hidden_size"])
        case "MultiheadAttention":
            dims: Row = {"key_dim": a.get("kdim"), "value_dim": a.get("vdim"), "bias": a["bias"]}
            return attention.torch_multi_head_weights(a["embed_dim"], **dims)
    raise AssertionError(row["call"])


@pytest.mark.parametrize(
    "row",
    [
        row
        for row in rows("torch_dense")
        if row["call"] in {"RNN", "LSTM", "GRU", "GRUCell", "MultiheadAttention"} and row["output"]
    ],
)
def test_weights_are_pytorchs(row: Row) -> None:
    assert {name: list(shape) for name, shape in torch_weights(row).items()} == row["weights"]


def keras_weights(row: Row) -> dict[str, Shape]:
    a, inputs = row["arguments"], [tuple(shape) for shape in row["inputs"]]
    match row["call"]:
        case "SimpleRNN" | "LSTM" | "GRU" as call:
            cell = {"SimpleRNN": "rnn"}.get(call, call.lower())
            weights = recurrent.keras_recurrent_weights(
                cell, inputs[0][-1], a["units"], bias=a["use_bias"], reset_after=a.get("reset_after", True)
            )
            prefix = {"SimpleRNN": "simple_rnn"}.get(call, call.lower())
            return {f"{prefix}_cell/{name}": shape for name, shape in weights.items()}
        case "MultiHeadAttention":
            query, value, key = inputs
            keys: Row = {"value_dim": a.get("value_dim"), "output_shape": a.get("output_shape"), "bias": a["use_bias"]}
            return attention.keras_multi_head_weights(query, value, key, a["num_heads"], a["key_dim"], **keys)
    raise AssertionError(row["call"])


@pytest.mark.parametrize(
    "row",
    [
        row
        for row in rows("keras_others")
        if row["call"] in {"SimpleRNN", "LSTM", "GRU", "MultiHeadAttention"} and row["output"]
    ],
)
def test_weights_are_keras_own(row: Row) -> None:
    assert {name: list(shape) for name, shape in keras_weights(row).items()} == row["weights"]


@pytest.mark.parametrize(
    "row",
    [
        row
        for row in [*rows("keras_layers"), *rows("keras_others")]
        if row["output"] and row["call"].startswith(("Conv", "Batch", "Dense"))
    ],
)
def test_counts_of_weights_are_keras_own(row: Row) -> None:
    a, shape = row["arguments"], row["inputs"][0]
    channels = shape[1] if channels_axis(a) == "first" else shape[-1]
    if row["call"] == "BatchNormalization":
        counted = normalization.batch_norm_counts(shape[a["axis"]], scale=a["scale"], center=a["center"])
        assert counted[0] == row["trainable"]
    elif row["call"] == "Dense":
        counted = dense.linear_weights(channels, a["units"])
    else:
        counted = convolution.convolution_weights(channels, a["filters"], a["kernel_size"], a.get("groups", 1))
    assert sum(counted) == sum(int(str(product(shape))) for shape in row["weights"].values())


def keras_macs(row: Row) -> Dim:
    a, inputs, output = row["arguments"], [tuple(shape) for shape in row["inputs"]], row["output"]
    channels = inputs[0][1] if channels_axis(a) == "first" else inputs[0][-1]
    match row["call"]:
        case "Conv1DTranspose" | "Conv2DTranspose" | "Conv3DTranspose":
            return convolution.transposed_convolution_macs(inputs[0], a["filters"], a["kernel_size"])
        case "Conv1D" | "Conv2D" | "Conv3D":
            return convolution.convolution_macs(tuple(output), channels, a["kernel_size"], a.get("groups", 1))
        case "Dense":
            return dense.linear_macs(tuple(output), channels)
        case "MultiHeadAttention":
            query, value, key = inputs
            keys: Row = {"value_dim": a.get("value_dim"), "output_shape": a.get("output_shape")}
            return attention.keras_multi_head_macs(query, value, key, a["num_heads"], a["key_dim"], **keys)
        case "Dot":
            return merging.dot_macs(inputs, a["axes"])
    raise AssertionError(row["call"])


@pytest.mark.parametrize(
    "row",
    [
        row
        for table, row in ROWS
        if table is KERAS and row["output"] and row["call"].startswith(("Conv", "Dense", "Dot", "MultiHead"))
    ],
    ids=str,
)
def test_macs_are_what_keras_costs(row: Row) -> None:
    assert keras_macs(row) == row["macs"]
