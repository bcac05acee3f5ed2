"""How the configurations of each layer class of PyTorch are drawn."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, Any

from tests.conformance.torch_cases_losses import LOSSES
from tests.conformance.torch_cases_models import MODELS
from tests.conformance.torch_dice import Case, Dice, case, strategy, tensor

if TYPE_CHECKING:
    from collections.abc import Callable


def convolution(dice: Dice, name: str) -> Case:
    rank, transposed, lazy = int(name[-2]), "Transpose" in name, name.startswith("Lazy")
    groups = dice.one(1, 1, 1, 2, 3)
    inputs, outputs = groups * dice.size(1, 4), groups * dice.size(1, 4)
    if dice.odd():
        inputs += 1
    options: dict[str, Callable[[], Any]] = {
        "stride": lambda: dice.window(rank, 1, 3),
        "padding": lambda: dice.window(rank, 0, 3),
        "dilation": lambda: dice.window(rank, 1, 3),
        "bias": dice.yes,
        "padding_mode": lambda: dice.one("zeros", "reflect", "replicate", "circular", "wrong"),
    }
    if transposed:
        options["output_padding"] = lambda: dice.window(rank, 0, 1)
    elif dice.odd(0.3):
        options["padding"] = lambda: dice.one("same", "valid", "full") if dice.odd() else dice.one("same", "valid")
    kwargs = dice.some(**options)
    if transposed and not dice.odd(0.1):
        kwargs.pop("padding_mode", None)
    if groups != 1 or dice.odd(0.1):
        kwargs["groups"] = groups
    args = (outputs, dice.window(rank)) if lazy else (inputs, outputs, dice.window(rank))
    channels = dice.size(1, 8) if dice.odd() else inputs
    return case(name, args, kwargs, (dice.image(rank, channels),), macs=dice.odd(0.3))


def pooling(dice: Dice, name: str) -> Case:
    rank = int(name[-2])
    options: dict[str, Callable[[], Any]] = {"stride": lambda: dice.window(rank, 1, 4), "ceil_mode": dice.yes}
    if "LP" not in name:
        options["padding"] = lambda: dice.window(rank, 0, 2)
    if "Max" in name:
        options["dilation"] = lambda: dice.window(rank, 1, 2)
        options["return_indices"] = dice.yes
    if "Avg" in name:
        options["count_include_pad"] = dice.yes
        if rank > 1:
            options["divisor_override"] = lambda: dice.one(1, 3, None, 0) if dice.odd() else dice.one(1, 3)
    args = (dice.one(1, 2, 2.0), dice.window(rank)) if "LP" in name else (dice.window(rank),)
    return case(name, args, dice.some(**options), (dice.image(rank),))


def adaptive(dice: Dice, name: str) -> Case:
    rank = int(name[-2])
    size = dice.one(
        dice.size(1, 7), None, dice.sizes(rank, 1, 7), (None, *dice.sizes(rank - 1, 1, 7)), dice.window(rank)
    )
    kwargs = dice.some(return_indices=dice.yes) if "Max" in name else {}
    return case(name, (size,), kwargs, (dice.image(rank),))


def fractional(dice: Dice, name: str) -> Case:
    rank = int(name[-2])
    kwargs: dict[str, Any] = dice.one(
        {"output_size": dice.window(rank)},
        {"output_ratio": dice.one(0.5, (0.7,) * rank, 1.5)},
        {} if dice.odd(0.2) else {"output_size": 3, "return_indices": True},
    )
    kernel = dice.window(rank, 1, 3)
    if rank == 2 and kernel in (0, -1):
        kernel = 1  # 2.13 does not look at it, 2.14 refuses it
    return case(name, (kernel,), kwargs, (dice.image(rank, None, 3, 12),))


def unpool(dice: Dice, name: str) -> Case:
    rank, kernel = int(name[-2]), dice.size(1, 3)
    shape = dice.image(rank, None, 2, 5)
    kwargs = dice.some(stride=lambda: dice.window(rank, 1, 3), padding=lambda: dice.window(rank, 0, 1))
    indices = dice.one(shape[1:], (*shape[:-1], 1)) if dice.odd(0.1) else shape
    made = case(name, (kernel,), kwargs, (shape, tensor(indices, "int64", 2)))
    if dice.odd(0.2):
        spatial = tuple((size - 1) * kernel + kernel + dice.size(-2, 2) for size in shape[-rank:])
        made[4]["keywords"] = {"output_size": dice.one(spatial, [*shape[:-rank], *spatial])}
    return made


def padding(dice: Dice, name: str) -> Case:
    rank = int(name[-2])
    width = dice.one(dice.size(0, 3), dice.sizes(2 * rank, 0, 4), dice.sizes(2 * rank, -1, 2))
    args = (width, 1.0) if name.startswith("Constant") else (width,)
    return case(name, args, {}, (dice.image(rank, None, 1, 6),))


def batch_norm(dice: Dice, name: str) -> Case:
    rank, count = (2, dice.size(1, 6)) if name == "SyncBatchNorm" else (int(name[-2]), dice.size(1, 6))
    kwargs = dice.some(
        affine=dice.yes,
        track_running_stats=dice.yes,
        bias=dice.yes,
        momentum=lambda: dice.one(0.1, None),
        eps=lambda: dice.one(1e-3, 0.0, -1.0) if dice.odd() else 1e-3,
    )
    if name == "SyncBatchNorm":
        kwargs.pop("bias", None)
    channels = count + 1 if dice.odd(0.1) else count
    low = dice.one(1, 2)
    shape = (dice.size(low, 4), channels, *dice.sizes(dice.one(rank, rank, rank - 1) if rank == 1 else rank, low, 5))
    if dice.odd():
        shape = dice.one(shape[1:], (*shape, 2))
    args = () if name.startswith("Lazy") else (count,)
    return case(name, args, kwargs, (shape,))


def instance_norm(dice: Dice, name: str) -> Case:
    rank, count = int(name[-2]), dice.size(1, 6)
    kwargs = dice.some(affine=dice.yes, track_running_stats=dice.yes, momentum=lambda: dice.one(0.2, 0.1))
    channels = count + 1 if dice.odd(0.1) else count
    args = () if name.startswith("Lazy") else (count,)
    return case(name, args, kwargs, (dice.image(rank, channels, dice.one(1, 2), 5),))


def group_norm(dice: Dice, name: str) -> Case:
    groups = dice.size(1, 4) if not dice.odd(0.03) else 0
    channels = groups * dice.size(1, 3) + dice.odd()
    given = channels + 1 if dice.odd(0.1) else channels
    shape = (dice.size(1, 3), given, *dice.sizes(dice.size(0, 3), dice.one(1, 2), 4))
    return case(name, (groups, channels), dice.some(affine=dice.yes, bias=dice.yes), (shape,))


def layer_norm(dice: Dice, name: str) -> Case:
    sizes = dice.sizes(dice.size(1, 3), 1, 5)
    shape = (*dice.sizes(dice.size(0, 2), 1, 4), *sizes)
    if dice.odd(0.1):
        shape = (*shape[:-1], shape[-1] + 1)
    options: dict[str, Callable[[], Any]] = {"elementwise_affine": dice.yes, "eps": lambda: 1e-3}
    if name == "LayerNorm":
        options["bias"] = dice.yes
    given = sizes[0] if len(sizes) == 1 and dice.odd(0.5) else dice.one(sizes, list(sizes))
    return case(name, (given,), dice.some(**options), (shape,))


def response_norm(dice: Dice, name: str) -> Case:
    kwargs = dice.some(alpha=lambda: 0.1, beta=lambda: 0.5, k=lambda: dice.one(1, 2.0))
    rank = dice.size(1, 5) if name == "LocalResponseNorm" else dice.one(4, 4, 4, 3, 5)
    return case(name, (dice.size(0 if dice.odd() else 1, 5),), kwargs, (dice.sizes(rank, 1, 5),))


def linear(dice: Dice, name: str) -> Case:
    inputs, outputs = dice.size(0 if dice.odd(0.03) else 1), dice.size()
    given = inputs + 1 if dice.odd(0.1) else inputs
    shape: Any = (*dice.sizes(dice.size(0, 3), 1, 4), given)
    if dice.odd():
        shape = tensor(shape, dice.one("int64", "float64", "bool"), 5)
    args = (outputs,) if name == "LazyLinear" else (inputs, outputs)
    return case(name, args, dice.some(bias=dice.yes), (shape,), macs=dice.odd(0.3))


def bilinear(dice: Dice, name: str) -> Case:
    one, other, front = dice.size(0 if dice.odd() else 1, 5), dice.size(1, 5), dice.sizes(dice.size(0, 2), 1, 3)
    args = (one, other, dice.size())
    second = (*front, 2) if dice.odd() else front
    return case(name, args, dice.some(bias=dice.yes), ((*front, one), (*second, other + dice.odd(0.1))))


def activation(dice: Dice, name: str) -> Case:
    kwargs = dice.some(inplace=dice.yes) if name in INPLACE else {}
    if name == "Hardswish":
        kwargs |= dice.one({}, {}, {}, {"value": 1})
    return case(name, (), kwargs, (any_shape(dice),))


def any_shape(dice: Dice, low: int = 0) -> Any:
    return dice.sizes(dice.size(low, 5), 1, 9)


def parametric(*choices: tuple[Any, ...]) -> Callable[[Dice, str], Case]:
    def make(dice: Dice, name: str) -> Case:
        kwargs = dice.some(inplace=dice.yes) if name in INPLACE else {}
        return case(name, dice.one(*choices), kwargs, (any_shape(dice, 1),))

    return make


def softmax(dice: Dice, name: str) -> Case:
    if name == "Softmax2d":
        return case(name, (), {}, (dice.sizes(dice.one(3, 3, 4, 4, 4, 2, 5), 1, 5),))
    args = () if dice.odd(0.1) else (dice.one(0, 1, -1, 2, 5),)
    return case(name, args, {}, (dice.sizes(dice.size(0, 5), 1, 5),))


def glu(dice: Dice, name: str) -> Case:
    args = () if dice.odd(0.2) else (dice.one(-1, 0, 1),)
    return case(name, args, {}, (tuple(dice.one(2, 4, 6, 8, 3) for _ in range(dice.size(0, 4))),))


def prelu(dice: Dice, name: str) -> Case:
    count = dice.one(1, 3, 4)
    shape = (dice.size(1, 4), count + dice.odd(0.2), *dice.sizes(dice.size(0, 3), 1, 4))
    kwargs = dice.some(init=lambda: 0.1)
    return case(name, (count,) if dice.odd(0.8) else (), kwargs, (shape[dice.odd() :],))


def dropout(dice: Dice, name: str) -> Case:
    kwargs = dice.some(inplace=dice.yes)
    return case(name, (dice.one(0.0, 0.5, 1, 1.5, -0.1, 0.2),), kwargs, (dice.sizes(dice.size(1, 5), 1, 6),))


def embedding(dice: Dice, name: str) -> Case:
    rows = dice.size(2, 8)
    kwargs = dice.some(
        padding_idx=lambda: dice.one(0, 1, -1, 9, -9) if dice.odd(0.3) else dice.one(0, 1, -1),
        max_norm=lambda: 1.0,
        norm_type=lambda: 1.0,
        scale_grad_by_freq=dice.yes,
        sparse=dice.yes,
    )
    indices = tensor(dice.sizes(dice.size(0, 3), 1, 5), dice.one("int64", "int64", "int32"), rows)
    if dice.odd():
        indices = tensor(dice.sizes(2, 1, 5), dice.one("float32", "bool", "int8", "int16"), rows)
    if name == "Embedding":
        if dice.odd(0.1):
            kwargs["_weight"] = tensor((rows + dice.odd(0.3), 3))
        return case(name, (rows, 3 if "_weight" in kwargs else dice.size()), kwargs, (indices,))
    kwargs |= dice.some(mode=lambda: dice.one("sum", "mean", "max", "wrong"), include_last_offset=dice.yes)
    shape = dice.sizes(dice.one(2, 2, 2, 1, 1, 3), 1, 5)
    inputs: tuple[Any, ...] = (tensor(shape, "int64", rows),)
    if (len(shape) == 1) != dice.odd(0.1):
        # One offset is enough, but with `include_last_offset` it crashes PyTorch itself.
        few = 1 if kwargs.get("include_last_offset") else 0
        inputs = (*inputs, ("@values", (0, *range(dice.size(few, shape[0])))))
    return case(name, (rows, dice.size()), kwargs, inputs)


def flatten(dice: Dice, name: str) -> Case:
    kwargs = dice.some(start_dim=lambda: dice.one(0, 1, 2, -2), end_dim=lambda: dice.one(-1, 1, 2, -2))
    return case(name, (), kwargs, (dice.sizes(dice.size(0, 5), 1, 6),))


def unflatten(dice: Dice, name: str) -> Case:
    sizes = dice.sizes(dice.size(1, 3), 1, 4)
    given = dice.one((-1, *sizes[1:]), (-1, -1), list(sizes), sizes[0]) if dice.odd(0.3) else sizes
    shape = (dice.size(1, 4), prod(sizes) + dice.odd(0.1), *dice.sizes(dice.size(0, 1), 1, 3))
    return case(name, (dice.one(1, 1, 1, -1, 0, 4), given), {}, (shape,))


def shuffle(dice: Dice, name: str) -> Case:
    factor = dice.size(1, 3) if not dice.odd() else dice.one(0, -1)
    count = max(factor, 1)
    if name == "PixelShuffle":
        shape = (*dice.sizes(dice.size(0, 2), 1, 3), count**2 * dice.size(1, 3) + dice.odd(0.1), *dice.sizes(2))
    elif name == "PixelUnshuffle":
        shape = (*dice.sizes(dice.size(0, 2), 1, 3), 2, count * dice.size(1, 3) + dice.odd(0.1), count * 2)
    else:
        shape = (2, count * dice.size(1, 3) + dice.odd(0.1), *dice.sizes(dice.one(2, 2, 1, 3, 0)))
    return case(name, (factor,), {}, (shape[dice.odd() :],))


def folding(dice: Dice, name: str) -> Case:
    kwargs = dice.some(
        dilation=lambda: dice.window(2, 1, 2), padding=lambda: dice.window(2, 0, 2), stride=lambda: dice.window(2, 1, 3)
    )
    if name == "Unfold":
        return case(name, (dice.window(2, 1, 3),), kwargs, (dice.image(2),))
    side, kernel = dice.size(2, 6), dice.size(1, 2)
    windows = (side - kernel + 1) ** 2
    shape = (dice.size(1, 3), dice.size(1, 4) * kernel**2 + dice.odd(0.1), windows + dice.odd(0.1))
    return case(name, (side, kernel), {} if dice.odd(0.7) else kwargs, (shape[dice.odd(0.2) :],))


def upsample(dice: Dice, name: str) -> Case:
    rank = 2 if "2d" in name else dice.size(1, 3)
    how: dict[str, Any] = dice.one(
        {"scale_factor": dice.one(2, 1.5, 0.5, 3, (2,) * rank, (2.0,) * rank, 0.01)},
        {"size": dice.one(dice.size(), dice.sizes(rank), dice.window(rank))},
    )
    if dice.odd():
        how = dice.one({}, {"size": 3, "scale_factor": 2})
    if name == "Upsample" and dice.odd(0.6):
        how["mode"] = dice.one(
            "nearest", "bilinear", "bicubic", "linear", "trilinear", "area", "nearest-exact", "wrong"
        )
        how |= dice.some(align_corners=dice.yes, recompute_scale_factor=dice.yes)
    return case(name, (), how, (dice.image(rank, None, 2, 8),))


def pair(dice: Dice, name: str) -> Case:
    shape = dice.sizes(dice.size(0, 3), 1, 5)
    other = (*shape[:-1], shape[-1] + 1) if shape and dice.odd(0.2) else dice.one(shape, shape[1:], (1, *shape[1:]))
    if name == "CosineSimilarity":
        kwargs = dice.some(dim=lambda: dice.one(0, 1, -1, 2), eps=lambda: 1e-3)
    else:
        kwargs = dice.some(p=lambda: dice.one(1.0, 2, 3.0), keepdim=dice.yes, eps=lambda: 1e-3)
    return case(name, (), kwargs, (shape, other))


def identity(dice: Dice, name: str) -> Case:
    return case(name, dice.one((), (1, 2)), dice.some(anything=dice.yes), (any_shape(dice),))


INPLACE = frozenset(
    [
        "ReLU",
        "ReLU6",
        "SELU",
        "SiLU",
        "Mish",
        "Hardswish",
        "Hardsigmoid",
        "ELU",
        "CELU",
        "LeakyReLU",
        "RReLU",
        "Hardtanh",
        "Threshold",
    ]
)
PLAIN = """Sigmoid Tanh LogSigmoid Softsign Tanhshrink ReLU ReLU6 SELU SiLU Mish Hardswish Hardsigmoid"""
MAKERS: dict[str, Callable[[Dice, str], Case]] = {
    **{
        f"{lazy}Conv{kind}{rank}d": convolution
        for lazy in ("", "Lazy")
        for kind in ("", "Transpose")
        for rank in (1, 2, 3)
    },
    **{f"{kind}Pool{rank}d": pooling for kind in ("Max", "Avg", "LP") for rank in (1, 2, 3)},
    **{f"Adaptive{kind}Pool{rank}d": adaptive for kind in ("Max", "Avg") for rank in (1, 2, 3)},
    **{f"FractionalMaxPool{rank}d": fractional for rank in (2, 3)},
    **{f"MaxUnpool{rank}d": unpool for rank in (1, 2, 3)},
    **{
        f"{kind}Pad{rank}d": padding
        for kind in ("Zero", "Constant", "Reflection", "Replication", "Circular")
        for rank in (1, 2, 3)
    },
    **{f"{lazy}BatchNorm{rank}d": batch_norm for lazy in ("", "Lazy") for rank in (1, 2, 3)},
    "SyncBatchNorm": batch_norm,
    **{f"{lazy}InstanceNorm{rank}d": instance_norm for lazy in ("", "Lazy") for rank in (1, 2, 3)},
    "GroupNorm": group_norm,
    "LayerNorm": layer_norm,
    "RMSNorm": layer_norm,
    "LocalResponseNorm": response_norm,
    "CrossMapLRN2d": response_norm,
    "Linear": linear,
    "LazyLinear": linear,
    "Bilinear": bilinear,
    "Identity": identity,
    **dict.fromkeys(PLAIN.split(), activation),
    "ELU": parametric((), (0.5,)),
    "CELU": parametric((), (0.5,), (2,)),
    "LeakyReLU": parametric((), (0.2,)),
    "RReLU": parametric((), (0.1, 0.3), (0.3, 0.1)),
    "Hardtanh": parametric((), (-2, 2), (2, -2)),
    "Hardshrink": parametric((), (0.3,)),
    "Softshrink": parametric((), (0.3,), (-0.5,)),
    "Softplus": parametric((), (2,), (1, 10.0)),
    "Threshold": parametric((0.1, 20)),
    "GELU": parametric((), ("tanh",), ("none",), ("wrong",)),
    "GLU": glu,
    "PReLU": prelu,
    **dict.fromkeys(("Softmax", "Softmin", "LogSoftmax", "Softmax2d"), softmax),
    **dict.fromkeys(("Dropout", "Dropout1d", "Dropout2d", "Dropout3d", "AlphaDropout", "FeatureAlphaDropout"), dropout),
    "Embedding": embedding,
    "EmbeddingBag": embedding,
    "Flatten": flatten,
    "Unflatten": unflatten,
    **dict.fromkeys(("PixelShuffle", "PixelUnshuffle", "ChannelShuffle"), shuffle),
    "Unfold": folding,
    "Fold": folding,
    **dict.fromkeys(("Upsample", "UpsamplingNearest2d", "UpsamplingBilinear2d"), upsample),
    "CosineSimilarity": pair,
    "PairwiseDistance": pair,
    **LOSSES,
    **MODELS,
}
CASES = {name: strategy(make, name) for name, make in MAKERS.items()}
