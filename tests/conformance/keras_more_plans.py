"""Good configurations of Keras's other layers: recurrent, wrappers, attention, preprocessing, images, the base."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.conformance.keras_drawing import ACTIVATIONS, Code, Draw, Plan
from tests.conformance.keras_plans import any_shape, image, is_first, plain, rank_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

# --- recurrent --------------------------------------------------------------------------------------------------------

RECURRENT = ("SimpleRNN", "GRU", "LSTM")


def flag(d: Draw) -> bool:
    return bool(d.one(True, False))


def cell_options(d: Draw, name: str) -> dict[str, Any]:
    """What cells and the layers of them share."""
    found = {"units": d.size(1, 6)} | d.some(
        15,
        activation=lambda: d.one(*ACTIVATIONS),
        use_bias=lambda: flag(d),
        dropout=lambda: d.one(0.0, 0.5),
        recurrent_dropout=lambda: d.one(0.0, 0.5),
    )
    if name.startswith("GRU"):
        found |= d.some(40, reset_after=lambda: flag(d))
    if name.startswith("LSTM"):
        found |= d.some(20, unit_forget_bias=lambda: flag(d), recurrent_activation=lambda: d.one(*ACTIVATIONS))
    return found


def sequence_options(d: Draw) -> dict[str, Any]:
    """What layers over time share."""
    return d.some(
        30, return_sequences=lambda: flag(d), return_state=lambda: flag(d), go_backwards=lambda: flag(d)
    ) | d.some(8, stateful=lambda: True, unroll=lambda: True)


def states(name: str) -> int:
    return 2 if "LSTM" in name else 1


def with_context(d: Draw, plan: Plan, widths: Sequence[tuple[int | None, ...]]) -> Plan:
    """The call with a mask, or with states that were given shapes of their own."""
    batch, *rest = plan.inputs[0][0]
    time = rest[0] if rest else None
    how = d.one("", "", "", "mask", "masking", "state", "training")
    if how == "mask":
        plan.inputs.append(((batch, time), "bool"))
        plan.call = "x0, mask=x1"
    elif how == "masking":
        plan.call = "layers.Masking()(x0)"
    elif how == "training":
        plan.call = "x0, training=True"
    elif how == "state":
        plan.inputs += [((batch, *(5 if d.odd(6) else size for size in width)), "float32") for width in widths]
        given = ", ".join(f"x{n + 1}" for n in range(len(widths)))
        plan.call = d.one(f"x0, initial_state=[{given}]", f"x0, initial_state=[{given}]", "x0, initial_state=x1")
    return plan


def series(d: Draw) -> tuple[int | None, ...]:
    return (d.batch(), *d.open_sizes(1, 1, 6), d.size(1, 6))


def recurrent(d: Draw, name: str) -> Plan:
    kwargs = cell_options(d, name) | sequence_options(d)
    return with_context(d, Plan(name, kwargs, series(d)), [(kwargs["units"],)] * states(name))


def cell(d: Draw, name: str) -> Plan:
    kwargs = cell_options(d, name)
    shape = (d.batch(), d.size(1, 6))
    given = [(shape[0], kwargs["units"] + d.odd(6))] * states(name)
    call = "x0, [x1, x2]" if len(given) == 2 else d.one("x0, x1", "x0, [x1]", "x0, states=[x1]")
    return Plan(name, kwargs, shape, *given, call=call)


def some_cell(d: Draw) -> tuple[Code, list[tuple[int, ...]]]:
    """A cell as code, and the widths of its states."""
    name, units = d.one("SimpleRNNCell", "GRUCell", "LSTMCell"), d.size(1, 5)
    return Code(f"layers.{name}({units})"), [(units,)] * states(name)


def some_cells(d: Draw) -> tuple[list[Code], list[tuple[int, ...]]]:
    made = [some_cell(d) for _ in range(d.size(1, 3))]
    return [code for code, _ in made], [width for _, widths in made for width in widths]


def rnn(d: Draw, name: str) -> Plan:
    how = d.one("one", "one", "list", "stacked", "layer", "class")
    code, widths = some_cell(d)
    given: Any = code
    if how in ("list", "stacked"):
        cells, widths = some_cells(d)
        given = cells if how == "list" else Code(f"layers.StackedRNNCells({cells})")
    if how in ("layer", "class") and d.odd(20):
        given = Code("layers.Dense(3)") if how == "layer" else Code("layers.LSTMCell")
    kwargs = {"cell": given, **sequence_options(d), **d.some(10, zero_output_for_mask=lambda: flag(d))}
    return with_context(d, Plan(name, kwargs, series(d)), widths)


def stacked(d: Draw, name: str) -> Plan:
    cells, widths = some_cells(d)
    batch = d.batch()
    given: Any = tuple(cells) if d.odd(20) else cells
    if d.odd(8):
        given = d.one([], [Code("layers.Dense(3)")], Code("layers.LSTMCell(3)"), [Code("layers.LSTM(3)")])
    listed = ", ".join(f"x{n + 1}" for n in range(len(widths)))
    if len(widths) == len(cells):
        call = f"x0, [{listed}]"
    else:
        found, at = [], 1
        for code in cells:
            count = states(code)
            found.append("[" + ", ".join(f"x{at + n}" for n in range(count)) + "]")
            at += count
        call = f"x0, [{', '.join(found)}]"
    return Plan(name, {"cells": given}, (batch, d.size(1, 5)), *((batch, *width) for width in widths), call=call)


def conv_lstm(d: Draw, name: str) -> Plan:
    rank = rank_of(name)
    kwargs = {"filters": d.size(1, 4), "kernel_size": d.each(rank, 1, 3)} | d.some(
        30,
        padding=lambda: d.one("valid", "same"),
        data_format=lambda: d.one("channels_last", "channels_first"),
        use_bias=lambda: flag(d),
        return_sequences=lambda: flag(d),
        return_state=lambda: flag(d),
    )
    if d.odd(30):
        kwargs[d.one("strides", "dilation_rate")] = d.each(rank, 1, 2)
    kwargs |= d.some(10, go_backwards=lambda: True, dropout=lambda: 0.5, recurrent_dropout=lambda: 0.5)
    batch, *rest = image(d, rank, d.size(1, 4), is_first(kwargs), 2, 8)
    return Plan(name, kwargs, (batch, *d.open_sizes(1, 1, 5), *rest))


INSIDE = (
    *(
        ("Dense(3)", 1),
        ("Dense(2)", 2),
        ("Conv2D(2, 3)", 3),
        ("Conv1D(2, 2)", 2),
        ("Flatten()", 3),
        ("Dropout(0.5)", 1),
    ),
    *(("LSTM(3)", 2), ("GRU(2, return_sequences=True)", 2), ("MaxPooling2D()", 3), ("BatchNormalization()", 2)),
    *(("Reshape((-1,))", 2), ("GlobalAveragePooling2D()", 3), ("Embedding(5, 3)", 1), ("Activation('relu')", 0)),
    *(("LSTM(3, return_state=True)", 2), ("TimeDistributed(layers.Dense(2))", 2), ("LayerNormalization()", 1)),
)
"""Layers for each step of time, and the axes that they mostly take behind the batch."""


def time_distributed(d: Draw, name: str) -> Plan:
    inner, rank = d.one(*INSIDE)
    if d.odd(4):
        inner = "Dense"
    shape = (d.batch(), *d.open_sizes(1, 1, 5), *(d.size(3, 7) for _ in range(rank)))
    plan = Plan(name, {"layer": Code(f"layers.{inner}")}, shape)
    if d.odd(10):
        plan.inputs.append((shape[:2], "bool"))
        plan.call = "x0, mask=x1"
    return plan


def bidirectional(d: Draw, name: str) -> Plan:
    inner, units = d.one(*RECURRENT), d.size(1, 5)
    options = "".join(f", {option}=True" for option in ("return_sequences", "return_state") if d.odd(40))
    text = d.one(f"{inner}({units}{options})", f"RNN(layers.{inner}Cell({units}){options})", f"{inner}({units})")
    if d.odd(8):
        text = d.one("Dense(3)", "LSTM", "ConvLSTM1D(2, 2)", "TimeDistributed(layers.Dense(2))", f"{inner}(0)")
    kwargs: dict[str, Any] = {"layer": Code(f"layers.{text}")}
    if d.odd(60):
        kwargs["merge_mode"] = d.one("concat", "sum", "mul", "ave", None, None)
    if d.odd(15):
        backward = d.one(f"{inner}({units}{options}, go_backwards=True)", f"{inner}({units}{options})", "Dense(3)")
        kwargs["backward_layer"] = Code(f"layers.{backward}")
    return with_context(d, Plan(name, kwargs, series(d)), [(units,)] * (2 * states(inner)))


# --- attention --------------------------------------------------------------------------------------------------------


def attention(d: Draw, name: str) -> Plan:
    batch, width, length = d.batch(), d.size(1, 6), d.one(None, d.size(1, 6))
    kwargs = d.some(30, use_scale=lambda: flag(d), dropout=lambda: d.one(0.0, 0.5))
    if name == "Attention":
        kwargs |= d.some(30, score_mode=lambda: d.one("dot", "concat"))
    query = (batch, *d.open_sizes(1, 1, 6), width)
    value = (batch, length, width if d.odd(60) else d.size(1, 6))
    shapes = [query, value]
    if d.odd(50):
        shapes.append((batch, length, width + d.odd(6)))
    elif value[-1] != width and d.odd(80):
        shapes[1] = (*value[:-1], width)
    plan = Plan(name, kwargs, *shapes)
    listed = f"[{', '.join(f'x{n}' for n in range(len(shapes)))}]"
    plan.call = d.one(listed, listed, listed, f"{listed}, return_attention_scores=True", f"{listed}, training=True")
    if name == "Attention" and d.odd(10):
        plan.call = f"{listed}, use_causal_mask=True"
    if d.odd(15):
        at = len(shapes)
        plan.inputs += [(query[:2], "bool"), (value[:2], "bool")]
        plan.call = f"{listed}, mask=[x{at}, x{at + 1}]"
    return plan


def multi_head(d: Draw, name: str) -> Plan:
    grouped = name == "GroupQueryAttention"
    heads = d.size(1, 4)
    if grouped:
        groups = d.one(1, heads, 2)
        kwargs: dict[str, Any] = {"head_dim": d.size(1, 4), "num_query_heads": heads, "num_key_value_heads": groups}
    else:
        kwargs = {"num_heads": heads, "key_dim": d.size(1, 5)}
        kwargs |= d.some(15, value_dim=lambda: d.size(1, 5), output_shape=lambda: d.one(None, 3, (2, 3), (4,)))
    kwargs |= d.some(15, use_bias=lambda: flag(d), dropout=lambda: d.one(0.0, 0.5), use_gate=lambda: flag(d))
    kwargs |= d.some(8, flash_attention=lambda: d.one(None, False), sliding_window=lambda: d.one(None, 2, 0))
    extra = 1 if not grouped and d.odd(20) else 0
    if extra or (not grouped and d.odd(5)):
        kwargs["attention_axes"] = d.one(None, (1, 2), 1, (2,), (-2,))
    batch, width = d.batch(), d.size(1, 6)
    query = (batch, *d.open_sizes(1 + extra, 1, 5), width)
    value = query if d.odd(50) else (batch, *query[1 : 1 + extra], *d.open_sizes(1, 1, 5), d.size(1, 6))
    plan = Plan(name, kwargs, query, value)
    how = d.one("x0, x1", "x0, x1", "x0, x0", "query=x0, value=x1", "x0, value=x1", "x0, key=x1", "x0, x1, x1")
    plan.call = how + d.one("", "", "", ", return_attention_scores=True", ", use_causal_mask=True", ", training=False")
    if d.odd(15):
        mask = (batch, query[1], value[1] if not d.odd(20) else 3)
        plan.inputs.append((mask, "bool"))
        plan.call = f"x0, x1, attention_mask=x2{d.one('', ', return_attention_scores=True')}"
    return plan


# --- preprocessing ----------------------------------------------------------------------------------------------------


def category_encoding(d: Draw, name: str) -> Plan:
    mode = d.one("multi_hot", "one_hot", "count")
    kwargs = {"num_tokens": d.size(1, 8)} | ({"output_mode": mode} if d.odd(70) else {})
    plan = Plan(name, kwargs, any_shape(d, 0, 2), dtype=d.one("int32", "float32", "int64"))
    if mode == "count" and d.odd(40):
        plan.inputs.append((plan.inputs[0][0], "float32"))
        plan.call = "x0, count_weights=x1"
    return plan


def discretization(d: Draw, name: str) -> Plan:
    bins = d.one({"bin_boundaries": [0.0, 1.0, 2.0]}, {"bin_boundaries": (1, 2)}, {"num_bins": d.size(1, 5)}, {})
    modes = ("int", "one_hot", "multi_hot", "count")
    return Plan(name, {**bins, **d.some(50, output_mode=lambda: d.one(*modes))}, any_shape(d, 0, 3))


def hashing(d: Draw, name: str) -> Plan:
    kwargs = {"num_bins": d.size(1, 8), **d.some(40, output_mode=lambda: d.one("int", "one_hot", "multi_hot"))}
    shape, dtype = any_shape(d, 0, 2), d.one("int64", "string", "int32")
    if name == "HashedCrossing":
        return Plan(name, kwargs, shape, shape, dtype=dtype, call="(x0, x1)")
    return Plan(name, kwargs | d.some(20, salt=lambda: d.one(None, 3, [1, 2])), shape, dtype=dtype)


def lookup(d: Draw, name: str) -> Plan:
    words: Any = [1, 5, 7] if name == "IntegerLookup" else ["a", "b", "c"]
    kwargs: dict[str, Any] = {"vocabulary": words} if d.odd(75) else {}
    kwargs |= d.some(
        25,
        max_tokens=lambda: d.one(None, 6, 10),
        output_mode=lambda: d.one("int", "one_hot", "multi_hot", "count"),
        pad_to_max_tokens=lambda: flag(d),
    )
    if name == "TextVectorization":
        kwargs |= d.some(25, output_sequence_length=lambda: d.one(None, 4), split=lambda: d.one(None, "whitespace"))
        return Plan(name, kwargs, (d.batch(), *d.one((), (1,), (3,), (2, 2))), dtype="string")
    kwargs |= d.some(25, num_oov_indices=lambda: d.one(0, 1, 2), mask_token=lambda: d.one(None, words[0], "", 0))
    kwargs |= d.some(10, invert=lambda: True)
    dtype = "string" if name == "StringLookup" else d.one("int64", "int32")
    return Plan(name, kwargs, any_shape(d, 0, 2), dtype=dtype)


def normalization(d: Draw, name: str) -> Plan:
    shape = any_shape(d, 1, 3)
    axis = d.one(-1, None, 1, (1, 2), [-1], 0, -2)
    kwargs: dict[str, Any] = {"axis": axis} if d.odd(50) else {}
    if d.odd(50):
        size = shape[-1] or 1
        kwargs["mean"], kwargs["variance"] = d.one(
            (0.0, 1.0), (1, 2), ([0.5] * size, [1.0] * size), (0.0, [1.0] * size)
        )
    if d.odd(5):
        kwargs.pop("variance", None)
    return Plan(name, kwargs | d.some(20, invert=lambda: flag(d)), shape)


def picture(d: Draw, first: bool, low: int = 1, high: int = 12) -> tuple[int | None, ...]:
    """An image or a batch of them."""
    found = image(d, 2, d.one(3, 3, 3, 1, 4), first, low, high)
    return found[1:] if d.odd(10) else found


def resizing(d: Draw, name: str) -> Plan:
    kwargs: dict[str, Any] = {"height": d.size(1, 10), "width": d.size(1, 10)}
    kwargs |= d.some(25, data_format=lambda: d.one("channels_last", "channels_first"))
    if name == "Resizing":
        modes = ("nearest", "bilinear", "bicubic", "lanczos3", "lanczos5", "area")
        kwargs |= d.some(20, interpolation=lambda: d.one(*modes), antialias=lambda: flag(d))
        kwargs |= d.some(15, crop_to_aspect_ratio=lambda: flag(d), pad_to_aspect_ratio=lambda: flag(d))
    return Plan(name, kwargs, picture(d, is_first(kwargs)))


def mel(d: Draw, name: str) -> Plan:
    fft = d.one(16, 32, 64)
    kwargs = {"fft_length": fft, "sequence_stride": d.one(4, 8, 16)} | d.some(
        30,
        sequence_length=lambda: d.one(None, 8, fft),
        num_mel_bins=lambda: d.one(4, 8),
        window=lambda: d.one("hann", None),
    )
    kwargs |= d.some(15, power_to_db=lambda: flag(d), max_freq=lambda: d.one(None, 4000.0), min_freq=lambda: 30.0)
    length = None if d.odd(10) else d.size(fft, 200)
    return Plan(name, kwargs, d.one((d.batch(), length), (d.batch(), length), (d.batch(), 2, length), (length,)))


def stft(d: Draw, name: str) -> Plan:
    frame = d.one(8, 16, 20)
    kwargs = {"frame_length": frame} | d.some(
        30,
        mode=lambda: d.one("log", "magnitude", "psd", "real", "imag", "angle", "stft"),
        frame_step=lambda: d.one(None, 4, 8, frame),
        fft_length=lambda: d.one(None, 16, 32),
        window=lambda: d.one("hann", "hamming", None),
        padding=lambda: d.one("valid", "same"),
        expand_dims=lambda: flag(d),
        data_format=lambda: d.one("channels_last", "channels_first"),
        scaling=lambda: d.one("density", "spectrum", None),
        periodic=lambda: flag(d),
    )
    length, count = None if d.odd(10) else d.size(10, 60), d.one(1, 1, 2, 3)
    shape = (d.batch(), count, length) if is_first(kwargs) else (d.batch(), length, count)
    return Plan(name, kwargs, (d.batch(), length) if d.odd(15) else shape)


# --- augmentation -----------------------------------------------------------------------------------------------------

FACTORS = (0.0, 0.1, 0.5, 1.0, (0.0, 0.5), [0.2, 0.3], (-0.5, 0.5), 0, 1)


def augmentation(*required: str) -> Callable[[Draw, str], Plan]:
    """A layer that changes images, with factors that must be given."""

    def make(d: Draw, name: str) -> Plan:
        kwargs = {factor: d.one(*FACTORS) for factor in required}
        if d.odd(25) and name not in ("RandomContrast", "RandomBrightness", "AutoContrast", "Solarization"):
            kwargs["data_format"] = d.one("channels_last", "channels_first")
        if d.odd(30) and not required and name not in ("AutoContrast", "RandomFlip", "Solarization"):
            kwargs |= EXTRA[name](d) if name in EXTRA else {"factor": d.one(*FACTORS)}
        return Plan(name, kwargs, picture(d, is_first(kwargs), 2, 9), dtype=d.one("float32", "float32", "uint8"))

    return make


EXTRA: dict[str, Callable[[Draw], dict[str, Any]]] = {
    "AugMix": lambda d: {"num_chains": d.size(1, 2), "chain_depth": d.size(1, 2), "factor": d.one(0.3, (0.1, 0.2))},
    "RandAugment": lambda d: {"num_ops": d.size(1, 2), "factor": d.one(0.5, (0.1, 0.2))},
    "MixUp": lambda d: {"alpha": d.one(0.2, 1.0)},
    "RandomFlip": lambda d: {"mode": d.one("horizontal", "vertical", "horizontal_and_vertical")},
    "RandomShear": lambda d: {"x_factor": d.one(*FACTORS), "y_factor": d.one(*FACTORS)},
    "RandomColorJitter": lambda d: {"brightness_factor": d.one(0.1, None), "hue_factor": d.one(0.1, (0.1, 0.2))},
    "Equalization": lambda d: {"bins": d.one(256, 16)},
    "ContrastLimitedAdaptiveHistogramEqualization": lambda d: {"clip_limit": d.one(2.0, 4.0), "tile_grid_size": (2, 2)},
    "Solarization": lambda d: {"addition_factor": d.one(0.1, (0.0, 0.5)), "threshold_factor": 0.3},
}


def bounding_boxes(d: Draw, name: str) -> Plan:
    plan = Plan(name, {"max_number": d.size(1, 5), **d.some(30, fill_value=lambda: d.one(-1, 0))}, (2, 3, 4), (2, 3))
    plan.call = d.one("{'boxes': x0, 'labels': x1}", "{'bounding_boxes': {'boxes': x0, 'labels': x1}}")
    return plan


def crop(d: Draw, name: str) -> Plan:
    kwargs: dict[str, Any] = {"height": d.size(1, 8), "width": d.size(1, 8)}
    kwargs |= d.some(30, data_format=lambda: d.one("channels_last", "channels_first"))
    return Plan(name, kwargs, picture(d, is_first(kwargs)))


def pipeline(d: Draw, name: str) -> Plan:
    inside = ("Rescaling(0.5)", "RandomFlip()", "Resizing(4, 5)", "CenterCrop(2, 2)", "RandomRotation(0.1)", "Dense(2)")
    made = [Code(f"layers.{d.one(*inside)}") for _ in range(d.size(0, 3))]
    return Plan(name, {"layers": made}, picture(d, first=False, low=2))


# --- the base ---------------------------------------------------------------------------------------------------------


def base(d: Draw, name: str) -> Plan:
    return Plan(name, {}, any_shape(d, 0, 2))


def input_layer(d: Draw, name: str) -> Plan:
    shape = d.one((3,), (None, 4), [2, 3], (), (4, 4, 3), 3, None)
    kwargs = {"shape": shape} | d.some(30, batch_size=lambda: d.one(2, None), dtype=lambda: d.one("int32", "float16"))
    if d.odd(25):
        kwargs = {"batch_shape": d.one((None, 3), (2, None, 4), [3, 3], ())}
    return Plan(name, kwargs, call="layer.output")


def input_spec(d: Draw, name: str) -> Plan:
    options = d.some(
        30,
        shape=lambda: d.one((None, 3), [2, 3], None, (2, "a")),
        ndim=lambda: d.one(2, None, 3),
        min_ndim=lambda: d.one(2, None),
        max_ndim=lambda: d.one(4, None),
        axes=lambda: d.one({-1: 3}, None, {}, {1: None}, {"a": 2}, [1]),
        dtype=lambda: d.one("float32", None),
    )
    return Plan(name, options)


FUNCTIONS = (
    *("lambda t: t", "lambda t: t * 2", "lambda t: t[:, :1]", "lambda t: keras.ops.sum(t, axis=-1)", "keras.ops.relu"),
    *("lambda t: keras.ops.expand_dims(t, -1)", "lambda t: [t, t + 1]", "lambda t: keras.ops.reshape(t, (-1, 2))"),
    *("lambda t, s: t", "lambda: 1", "lambda t, **kw: t", "lambda t, mask=None: t", "lambda t, training=None: t"),
)


def lambda_layer(d: Draw, name: str) -> Plan:
    kwargs: dict[str, Any] = {"function": Code(d.one(*FUNCTIONS))}
    if d.odd(25):
        kwargs["output_shape"] = d.one((3,), (2, 2), [4], None, Code("lambda s: s"), Code("lambda s: (*s[:-1], 7)"))
    if d.odd(10):
        kwargs["arguments"] = d.one({}, {"s": 2}, None)
    return Plan(name, kwargs, any_shape(d, 1, 3))


def wrapper(d: Draw, name: str) -> Plan:
    return Plan(
        name, {"layer": Code(f"layers.{d.one('Dense(3)', 'ReLU()', 'Flatten()', 'Dense')}")}, any_shape(d, 1, 2)
    )


MODULES = (
    "Linear(3, 4)",
    "Conv2d(3, 2, 3)",
    "ReLU()",
    "Sequential(torch.nn.Linear(3, 2), torch.nn.ReLU())",
    "LSTM(3, 4)",
)


def torch_module(d: Draw, name: str) -> Plan:
    shape = d.one((d.batch(), 3), (d.batch(), 3), (2, 3, 5, 6), (2, 4, 3))
    return Plan(name, {"module": Code(f"torch.nn.{d.one(*MODULES)}")}, shape)


def foreign(d: Draw, name: str) -> Plan:
    """A layer around what another library makes."""
    value = {"TFSMLayer": "'model'", "JaxLayer": "lambda p, x: x", "FlaxLayer": "object()"}[name]
    option = {"TFSMLayer": "filepath", "JaxLayer": "call_fn", "FlaxLayer": "module"}[name]
    return Plan(name, {option: Code(value)}, any_shape(d, 1, 2))


IMAGES = """AutoContrast ContrastLimitedAdaptiveHistogramEqualization CutMix Equalization MixUp RandAugment AugMix
RandomColorJitter RandomElasticTransform RandomErasing RandomFlip RandomGaussianBlur RandomGrayscale RandomInvert
RandomPerspective RandomShear Solarization"""
FACTOR_IMAGES = """RandomBrightness RandomColorDegeneration RandomContrast RandomHue RandomPosterization RandomRotation
RandomSaturation RandomSharpness"""
MORE_PLANS: dict[str, Callable[[Draw, str], Plan]] = {
    **dict.fromkeys(RECURRENT, recurrent),
    **{f"{name}Cell": cell for name in RECURRENT},
    "RNN": rnn,
    "StackedRNNCells": stacked,
    **{f"ConvLSTM{rank}D": conv_lstm for rank in (1, 2, 3)},
    "TimeDistributed": time_distributed,
    "Bidirectional": bidirectional,
    **dict.fromkeys(("Attention", "AdditiveAttention"), attention),
    **dict.fromkeys(("MultiHeadAttention", "GroupQueryAttention"), multi_head),
    "CategoryEncoding": category_encoding,
    "Discretization": discretization,
    **dict.fromkeys(("Hashing", "HashedCrossing"), hashing),
    **dict.fromkeys(("IntegerLookup", "StringLookup", "TextVectorization"), lookup),
    "Normalization": normalization,
    "Rescaling": lambda d, name: Plan(
        name, {"scale": d.one(0.5, 1 / 255, 2, [1.0, 2.0]), **d.some(offset=lambda: d.one(0, -1.0))}, any_shape(d)
    ),
    "Resizing": resizing,
    **dict.fromkeys(("CenterCrop", "RandomCrop"), crop),
    "MelSpectrogram": mel,
    "STFTSpectrogram": stft,
    **dict.fromkeys(IMAGES.split(), augmentation()),
    **dict.fromkeys(FACTOR_IMAGES.split(), augmentation("factor")),
    "RandomTranslation": augmentation("height_factor", "width_factor"),
    "RandomZoom": augmentation("height_factor"),
    "MaxNumBoundingBoxes": bounding_boxes,
    "Pipeline": pipeline,
    "Layer": base,
    "InputLayer": input_layer,
    "InputSpec": input_spec,
    "Lambda": lambda_layer,
    "Masking": plain(("mask_value", (0.0, 1, -1.0)), low=1),
    "Identity": plain(),
    "Wrapper": wrapper,
    "TorchModuleWrapper": torch_module,
    **dict.fromkeys(("TFSMLayer", "JaxLayer", "FlaxLayer"), foreign),
}
