"""Good configurations of Keras's plain layers: convolutions, pooling, dense, normalization, reshaping, merging."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.conformance.keras_drawing import ACTIVATIONS, Code, Draw, Plan

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conformance.keras_drawing import Maker


def rank_of(name: str) -> int:
    """2 for `Conv2DTranspose`."""
    return next(int(letter) for letter in name if letter.isdigit())


def image(
    d: Draw, rank: int, channels: int | None, first: bool, low: int = 1, high: int = 12
) -> tuple[int | None, ...]:
    """The batch shape of images (or series, or volumes)."""
    sizes = d.open_sizes(rank, low, high)
    return (d.batch(), channels, *sizes) if first else (d.batch(), *sizes, channels)


def channels(d: Draw, count: int) -> int | None:
    return None if d.odd(3) else count


def any_shape(d: Draw, low: int = 0, high: int = 4) -> tuple[int | None, ...]:
    return (d.batch(), *d.open_sizes(d.size(low, high), 1, 6))


# --- convolutions -----------------------------------------------------------------------------------------------------


def windows(d: Draw, rank: int, *, causal: bool = False) -> dict[str, Any]:
    """The options of a sliding window, as convolutions have them."""
    found = d.some(
        padding=lambda: d.one("valid", "same", "same", *(("causal",) if causal else ("SAME",))),
        data_format=lambda: d.one("channels_last", "channels_first", None),
        activation=lambda: d.one(*ACTIVATIONS),
        use_bias=lambda: d.one(True, False),
    )
    if d.odd(40):
        found["strides"] = d.each(rank, 1, 3)
    if d.odd(10 if "strides" in found else 30):
        found["dilation_rate"] = d.each(rank, 1, 3)
    return found


def is_first(kwargs: dict[str, Any]) -> bool:
    return bool(kwargs.get("data_format") == "channels_first")


def convolution(d: Draw, name: str) -> Plan:
    rank, groups = rank_of(name), d.one(1, 1, 1, 2, 3)
    kwargs = {"filters": groups * d.size(1, 6), "kernel_size": d.each(rank, 1, 4), **windows(d, rank, causal=rank == 1)}
    count = groups * d.size(1, 4) + d.odd()
    if groups > 1:
        kwargs["groups"] = groups
        kwargs["filters"] += d.odd()
    return Plan(name, kwargs, image(d, rank, channels(d, count), is_first(kwargs)))


def transposed(d: Draw, name: str) -> Plan:
    rank = rank_of(name)
    kwargs = {"filters": d.size(1, 6), "kernel_size": d.each(rank, 1, 4), **windows(d, rank)}
    if d.odd(30):
        kwargs["output_padding"] = d.one(None, d.each(rank, 0, 2))
    return Plan(name, kwargs, image(d, rank, channels(d, d.size(1, 5)), is_first(kwargs)))


def depthwise(d: Draw, name: str) -> Plan:
    rank = rank_of(name)
    kwargs = {"kernel_size": d.each(rank, 1, 4), **windows(d, rank)}
    if "Separable" in name:
        kwargs = {"filters": d.size(1, 6), **kwargs}
    if d.odd(40):
        kwargs["depth_multiplier"] = d.size(1, 3)
    return Plan(name, kwargs, image(d, rank, channels(d, d.size(1, 5)), is_first(kwargs)))


# --- pooling ----------------------------------------------------------------------------------------------------------


def pooling(d: Draw, name: str) -> Plan:
    rank = rank_of(name)
    kwargs = d.some(
        strides=lambda: d.one(None, d.each(rank, 1, 4)),
        padding=lambda: d.one("valid", "same", "SAME"),
        data_format=lambda: d.one("channels_last", "channels_first", None),
    )
    if "Average" in name or d.odd(70):
        kwargs = {"pool_size": d.each(rank, 1, 4), **kwargs}
    return Plan(name, kwargs, image(d, rank, channels(d, d.size(1, 5)), is_first(kwargs)))


def global_pooling(d: Draw, name: str) -> Plan:
    kwargs = d.some(
        data_format=lambda: d.one("channels_last", "channels_first", None), keepdims=lambda: d.one(True, False)
    )
    return Plan(name, kwargs, image(d, rank_of(name), channels(d, d.size(1, 5)), is_first(kwargs)))


def adaptive(d: Draw, name: str) -> Plan:
    rank = rank_of(name)
    kwargs = {"output_size": d.each(rank, 1, 5), **d.some(data_format=lambda: d.one("channels_first", "channels_last"))}
    return Plan(name, kwargs, image(d, rank, channels(d, d.size(1, 5)), is_first(kwargs)))


# --- dense ------------------------------------------------------------------------------------------------------------


def dense(d: Draw, name: str) -> Plan:
    kwargs = {
        "units": d.size(1, 8),
        **d.some(
            activation=lambda: d.one(*ACTIVATIONS),
            use_bias=lambda: d.one(True, False),
            lora_rank=lambda: d.one(None, 1, 2),
        ),
    }
    return Plan(name, kwargs, (d.batch(), *d.open_sizes(d.size(0, 3), 1, 5), channels(d, d.size(1, 8))))


EQUATIONS: tuple[tuple[str, int, int], ...] = (
    *(("ab,bc->ac", 1, 1), ("abc,cd->abd", 2, 2), ("abc,cde->abde", 2, 3), ("...x,xy->...y", 2, 1)),
    *(("...x,xy->...y", 3, 2), ("abc,bcd->ad", 2, 1), ("ab,b->a", 1, 0), ("abc,cd->adb", 2, 2), ("ab,cb->ac", 1, 1)),
    *(("abcd,cde->abe", 3, 2), ("a...b,bc->a...c", 2, 2), ("ab,ac->bc", 1, 2), ("ab->a", 1, 1), ("nope", 1, 1)),
    *(("abc,cd->abe", 2, 2), ("...x,xy->y", 1, 1), ("a b,b c->a c", 1, 1), ("aab,bc->ac", 2, 1)),
)
"""An equation, the axes of the input behind the batch, the axes of the output behind the batch."""


def einsum_dense(d: Draw, name: str) -> Plan:
    equation, rank, out = d.one(*EQUATIONS[:9], *EQUATIONS)
    sizes = d.open_sizes(rank, 1, 5)
    wanted: tuple[int | None, ...] = tuple(None if d.odd(25) else d.size(1, 5) for _ in range(out))
    if d.odd(30) and out > 1:
        wanted = (*sizes[: out - 1], d.size(1, 5))
    kwargs: dict[str, Any] = {"equation": equation, "output_shape": wanted[0] if out == 1 and d.odd(40) else wanted}
    letters = [letter for letter in equation.partition("->")[2] if letter.isalpha()]
    if d.odd(50) and letters:
        kwargs["bias_axes"] = d.one(letters[-1], "".join(letters[1:]), letters[0], "z", "", None)
    kwargs |= d.some(20, activation=lambda: d.one(*ACTIVATIONS), lora_rank=lambda: d.one(None, 1, 2))
    return Plan(name, kwargs, (d.batch(), *sizes))


def embedding(d: Draw, name: str) -> Plan:
    kwargs = {"input_dim": d.size(1, 9), "output_dim": d.size(1, 6)}
    kwargs |= d.some(20, mask_zero=lambda: d.one(True, False))
    if name == "Embedding":
        kwargs |= d.some(15, lora_rank=lambda: d.one(None, 1, 2))
        if d.odd(10):
            kwargs["weights"] = d.one(None, Code(f"[np.zeros(({kwargs['input_dim']}, {kwargs['output_dim']}))]"))
        return Plan(name, kwargs, any_shape(d, 0, 3), dtype=d.one("int32", "float32", "int64"))
    kwargs |= d.some(30, tie_weights=lambda: d.one(True, False), logit_soft_cap=lambda: d.one(None, 2.0))
    shape, call = any_shape(d, 0, 2), None
    if d.odd(40):
        shape, call = (*shape, kwargs["output_dim"]), "x0, reverse=True"
    return Plan(name, kwargs, shape, dtype="int32" if call is None else "float32", call=call)


# --- normalization, regularization, activation ------------------------------------------------------------------------


def normalization(d: Draw, name: str) -> Plan:
    shape = any_shape(d, 1, 4)
    axis = d.one(-1, -1, 1, len(shape) - 1, 2, -2)
    if name in ("LayerNormalization", "RMSNormalization", "UnitNormalization") and d.odd(30):
        axis = d.one([1, 2], (-1, -2), [-1], [1, -1])
    kwargs = {"axis": axis} if d.odd(50) else {}
    if name == "GroupNormalization":
        groups, parts = d.one(1, 1, 2, 3, -1), d.size(1, 3)
        where = kwargs.get("axis", -1)
        if -len(shape) <= where < len(shape) and d.odd(80):
            where %= len(shape)
            shape = (*shape[:where], abs(groups) * parts, *shape[where + 1 :])
        kwargs["groups"] = groups
    if name == "BatchNormalization":
        kwargs |= d.some(15, momentum=lambda: d.one(0.9, 0.0, 1.0), renorm=lambda: d.one(True, False))
    if name not in ("RMSNormalization", "UnitNormalization"):
        kwargs |= d.some(25, center=lambda: d.one(True, False), scale=lambda: d.one(True, False))
    return Plan(name, kwargs, shape)


def spectral(d: Draw, name: str) -> Plan:
    inner, rank = d.one(("Dense(3)", 1), ("Conv2D(2, 3)", 3), ("Conv1D(4, 2)", 2), ("Flatten()", 1), ("Dense(2)", 2))
    if d.odd(15):
        inner, rank = d.one(("Embedding(5, 3)", 1), ("EinsumDense('ab,bc->ac', 2)", 1), ("Dense", 1), ("LSTM(2)", 2))
    kwargs = {"layer": Code(f"layers.{inner}"), **d.some(30, power_iterations=lambda: d.one(1, 2, 0))}
    return Plan(name, kwargs, (d.batch(), *d.open_sizes(rank - 1, 3, 8), d.size(1, 5)))


def dropout(d: Draw, name: str) -> Plan:
    what = "stddev" if name == "GaussianNoise" else "rate"
    kwargs = {what: d.one(0, 0.0, 0.5, 0.9, 1, 1.0, 0.25)}
    if name.startswith("Spatial"):
        rank = rank_of(name)
        kwargs |= {} if rank == 1 else d.some(data_format=lambda: d.one("channels_first", "channels_last"))
        return Plan(name, kwargs, image(d, rank, d.size(1, 5), first=False))
    shape = any_shape(d)
    if name in ("Dropout", "AlphaDropout") and d.odd(25):
        kwargs["noise_shape"] = d.one(None, (None, *(1,) * (len(shape) - 1)), (1,) * len(shape), shape, (1,), 3, [1, 2])
    return Plan(name, kwargs, shape)


def plain(*options: tuple[str, tuple[Any, ...]], low: int = 0, chance: int = 40) -> Maker:
    """Layers of any rank whose options take one of a few values each."""

    def make(d: Draw, name: str) -> Plan:
        kwargs = {option: d.one(*values) for option, values in options if d.odd(chance)}
        return Plan(name, kwargs, any_shape(d, low, 4))

    return make


def activation(d: Draw, name: str) -> Plan:
    known = ("elu", "softplus", "sparsemax", "glu", "hard_silu", "log_softmax", "celu", "linear", "sigmoid")
    return Plan(name, {"activation": d.one(*ACTIVATIONS, *known)}, any_shape(d))


def prelu(d: Draw, name: str) -> Plan:
    shape = any_shape(d, 1, 4)
    axes = d.one(None, [1], 1, (1, 2), [len(shape) - 1], [-1], [0], list(range(1, len(shape))))
    return Plan(name, {"shared_axes": axes} if d.odd(60) else {}, shape)


def softmax(d: Draw, name: str) -> Plan:
    kwargs = d.some(60, axis=lambda: d.one(-1, 0, 1, 2, (1, 2), [-1, -2], 4))
    plan = Plan(name, kwargs, any_shape(d, 1, 4))
    if d.odd(20):
        plan.inputs.append((plan.inputs[0][0], "bool"))
        plan.call = "x0, mask=x1"
    return plan


# --- reshaping --------------------------------------------------------------------------------------------------------


def flatten(d: Draw, name: str) -> Plan:
    kwargs = d.some(data_format=lambda: d.one("channels_last", "channels_first", None))
    return Plan(name, kwargs, any_shape(d))


def reshape(d: Draw, name: str) -> Plan:
    target = d.sizes(d.size(0, 4), 1, 4)
    total = 1
    for size in target:
        total *= size
    source = list(d.one((total,), target[::-1], (1, total), (total, 1), (*target[1:], *target[:1])))
    if d.odd(10) and source:
        source[d.size(0, len(source) - 1)] = None
    if d.odd(10) and source:
        source[-1] = d.size(1, 8)
    wanted: list[int | None] = list(target)
    if wanted and d.odd(35):
        wanted[d.size(0, len(wanted) - 1)] = d.one(-1, -1, -1, None, 0)
    return Plan(name, {"target_shape": d.one(tuple(wanted), wanted)}, (d.batch(), *source))


def permute(d: Draw, name: str) -> Plan:
    count = d.size(1, 4)
    dims = d.draw(st_permutation(count))
    if d.odd(10):
        dims = d.one((1, 1), (0, 1), (1, 3), (2, 1, 0), (1,), (2, 1))
    return Plan(name, {"dims": d.one(tuple(dims), list(dims))}, (d.batch(), *d.open_sizes(count, 1, 6)))


def st_permutation(count: int) -> Any:
    from hypothesis import strategies as st

    return st.permutations(range(1, count + 1))


def repeat(d: Draw, name: str) -> Plan:
    return Plan(name, {"n": d.size(1, 6)}, (d.batch(), *d.open_sizes(1)))


def cropping(d: Draw, name: str) -> Plan:
    rank, padding = rank_of(name), name.startswith("Zero")
    high = 3 if padding else 2
    one, pairs = d.size(0, high), tuple(d.sizes(2, 0, high) for _ in range(rank))
    many = d.one(pairs, list(map(list, pairs)), d.sizes(rank, 0, high))
    width = d.one(one, many) if rank > 1 else d.one(one, pairs[0], list(pairs[0]))
    kwargs = {"padding" if padding else "cropping": width}
    if padding or rank > 1:
        kwargs |= d.some(data_format=lambda: d.one("channels_last", "channels_first", None))
    return Plan(name, kwargs, image(d, rank, d.size(1, 5), is_first(kwargs)))


def upsampling(d: Draw, name: str) -> Plan:
    rank = rank_of(name)
    kwargs: dict[str, Any] = {"size": d.size(1, 4) if rank == 1 else d.each(rank, 1, 4)}
    if rank > 1:
        kwargs |= d.some(data_format=lambda: d.one("channels_last", "channels_first", None))
    if rank == 2:
        kwargs |= d.some(interpolation=lambda: d.one("nearest", "bilinear", "bicubic", "lanczos3", "lanczos5"))
    return Plan(name, kwargs, image(d, rank, channels(d, d.size(1, 5)), is_first(kwargs)))


# --- merging ----------------------------------------------------------------------------------------------------------


def merge(d: Draw, name: str) -> Plan:
    shape, count = any_shape(d, 0, 3), 2 if name == "Subtract" and d.odd(90) else d.one(2, 2, 3)
    shapes = []
    for _ in range(count):
        each = [1 if d.odd(12) else None if d.odd(6) else size for size in shape]
        if d.odd(8):
            each = [*each[:1], *each[2:]]
        if d.odd(6) and len(each) > 1:
            each[-1] = 5
        shapes.append(tuple(each))
    listed = ", ".join(f"x{n}" for n in range(count))
    call = d.one("[]", "x0", "[x0]", listed) if d.odd(6) else d.one(f"[{listed}]", f"[{listed}]", f"({listed})")
    return Plan(name, {}, *shapes, call=call)


def concatenate(d: Draw, name: str) -> Plan:
    shape = any_shape(d, 1, 3)
    axis = d.one(-1, -1, 1, len(shape) - 1, -2, 0, 5)
    shapes = []
    for _ in range(d.one(2, 2, 3)):
        each = [None if d.odd(8) else size for size in shape]
        if -len(shape) <= axis < len(shape):
            each[axis] = None if d.odd(8) else d.size(1, 6)
        if d.odd(8):
            each[-1 if axis == 1 else 1] = 7
        shapes.append(tuple(each[:-1] if d.odd(4) else each))
    listed = ", ".join(f"x{n}" for n in range(len(shapes)))
    kwargs = {"axis": axis} if axis != -1 or d.odd(40) else {}
    return Plan(name, kwargs, *shapes, call="[x0]" if d.odd(3) else f"[{listed}]")


def dot(d: Draw, name: str) -> Plan:
    one, other = list(any_shape(d, 1, 3)), list(any_shape(d, 1, 3))
    if d.odd(80):
        other[0] = one[0]
    first, second = d.size(1, len(one) - 1), d.size(1, len(other) - 1)
    axes: Any = (first, second) if first != second or d.odd(50) else first
    if d.odd(25):
        axes = d.one([first - len(one), second - len(other)], (0, 1), 0, -1, (1,), (1, 5), 7)
    if d.odd(80):
        other[second] = one[first]
    return Plan(
        name,
        {"axes": axes, **d.some(25, normalize=lambda: d.one(True, False))},
        *map(tuple, (one, other)),
        call="[x0, x1]",
    )


WINDOWS = ("1D", "2D", "3D")
PLANS: dict[str, Callable[[Draw, str], Plan]] = {
    **{f"Conv{rank}": convolution for rank in WINDOWS},
    **{f"Conv{rank}Transpose": transposed for rank in WINDOWS},
    **{f"{kind}Conv{rank}": depthwise for kind in ("Depthwise", "Separable") for rank in WINDOWS[:2]},
    **{f"{kind}Pooling{rank}": pooling for kind in ("Max", "Average") for rank in WINDOWS},
    **{f"Global{kind}Pooling{rank}": global_pooling for kind in ("Max", "Average") for rank in WINDOWS},
    **{f"Adaptive{kind}Pooling{rank}": adaptive for kind in ("Max", "Average") for rank in WINDOWS},
    "Dense": dense,
    "EinsumDense": einsum_dense,
    "Embedding": embedding,
    "ReversibleEmbedding": embedding,
    **{f"{kind}Normalization": normalization for kind in ("Batch", "Layer", "Group", "RMS", "Unit")},
    "SpectralNormalization": spectral,
    **dict.fromkeys(("Dropout", "AlphaDropout", "GaussianDropout", "GaussianNoise"), dropout),
    **{f"SpatialDropout{rank}": dropout for rank in WINDOWS},
    "ActivityRegularization": plain(("l1", (0.0, 0.1, 1)), ("l2", (0.0, 0.1, None))),
    "Activation": activation,
    "ELU": plain(("alpha", (1.0, 0.5, 2))),
    "LeakyReLU": plain(("negative_slope", (0.3, 0, 0.1, 1)), ("alpha", (0.2, 0.1))),
    "ReLU": plain(("max_value", (None, 6, 6.0, 0)), ("negative_slope", (0.0, 0.1)), ("threshold", (0, 1.0))),
    "PReLU": prelu,
    "Softmax": softmax,
    "Flatten": flatten,
    "Reshape": reshape,
    "Permute": permute,
    "RepeatVector": repeat,
    **{f"{kind}{rank}": cropping for kind in ("Cropping", "ZeroPadding") for rank in WINDOWS},
    **{f"UpSampling{rank}": upsampling for rank in WINDOWS},
    **dict.fromkeys(("Add", "Average", "Maximum", "Minimum", "Multiply", "Subtract"), merge),
    "Concatenate": concatenate,
    "Dot": dot,
}
