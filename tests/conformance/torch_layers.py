"""Asks PyTorch and cnnlint about random layers, legal and illegal, and compares what they say.

    python tests/conformance/torch_layers.py [CASES] [SEED] [NAME…]
    python tests/conformance/torch_layers.py --record FILE [CASES] [SEED]

needs PyTorch importable; the second form writes down what PyTorch says, for the test beside this file. For each case it
compares: accepted or refused (at construction or application), the shapes of the results, the names and shapes of the
parameters, and the public attributes of the layer.
"""

from __future__ import annotations

import json
import random
import sys
import warnings
from collections import Counter
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from cnnlint.frameworks import framework
from cnnlint.frameworks.torch.core import TORCH, result
from cnnlint.frameworks.torch.registry import named_weights
from cnnlint.interpreter.importer import Importer
from cnnlint.interpreter.machine import Machine
from cnnlint.interpreter.values import Instance, ListValue, Tensor, Unknown, Weight

if TYPE_CHECKING:
    from collections.abc import Callable

    from cnnlint.interpreter.values import Value


class Case(NamedTuple):
    """A layer, and the shapes that it is applied to: a tuple of sizes, or (sizes, n) for integers below n."""

    name: str
    args: tuple[Any, ...] = ()
    kwargs: dict[str, Any] = {}  # noqa: RUF012 - never changed
    inputs: tuple[Any, ...] = ()


class Verdict(NamedTuple):
    """What one side says; `error` is None if the layer was built and applied."""

    error: str | None
    shapes: Any = None
    parameters: tuple[tuple[str, tuple[int, ...]], ...] = ()
    attributes: dict[str, Any] = {}  # noqa: RUF012 - never changed


# --- what each side says ----------------------------------------------------------------------------------------------


def ask_torch(case: Case) -> Verdict:
    """Build and apply the layer on the CPU, in evaluation mode."""
    torch = import_module("torch")
    try:
        layer = getattr(torch.nn, case.name)(*case.args, **case.kwargs).eval()
        inputs = [tensor_for(each) for each in case.inputs]
        with torch.no_grad():
            output = layer(*inputs)
    except Exception as error:  # noqa: BLE001 - whatever it raises is a refusal
        return Verdict(f"{type(error).__name__}: {str(error)[:150]}")
    named = tuple((name, tuple(weight.shape)) for name, weight in layer.named_parameters())
    attributes = {name: plain(value) for name, value in vars(layer).items() if is_public(name, value)}
    return Verdict(None, shapes_of(output), named, attributes)


def tensor_for(given: Any) -> Any:
    torch = import_module("torch")
    if given is None:
        return None
    if given and isinstance(given[0], tuple):
        if len(given) == 2 and isinstance(given[1], int):
            return torch.randint(0, given[1], given[0])
        return tuple(torch.rand(shape) for shape in given)
    return torch.rand(given)


def shapes_of(output: Any) -> Any:
    if hasattr(output, "shape"):
        return tuple(output.shape)
    if isinstance(output, (tuple, list)):
        return tuple(shapes_of(part) for part in output)
    return None


def is_public(name: str, value: Any) -> bool:
    return (
        not name.startswith("_")
        and name != "training"
        and isinstance(value, (int, float, str, tuple, list, type(None)))
    )


def plain(value: Any) -> Any:
    return tuple(map(plain, value)) if isinstance(value, (tuple, list)) else value


def ask_cnnlint(case: Case) -> Verdict:
    """The same, by cnnlint."""
    room = framework("torch")
    assert room is not None
    room.resolve("torch.nn.Module")
    machine = Machine(Importer(framework, lambda _path: None), strict=True)
    layer = machine.call(
        TORCH.names[f"torch.nn.{case.name}"], own(case.args), {k: own(v) for k, v in case.kwargs.items()}
    )
    if isinstance(layer, Instance):
        machine.call(machine.get(layer, "eval"))
    inputs = tuple(own_tensor(each) for each in case.inputs)
    output = machine.call(layer, inputs)
    if machine.faults:
        return Verdict(next(iter(machine.faults.values())).message)
    if isinstance(output, Unknown):
        return Verdict(f"that it does not know: {output.reason}")
    named = tuple((name, weight.shape) for name, weight in named_weights(layer))
    return Verdict(None, own_shapes(output), named, {name: own_plain(value) for name, value in layer.attrs.items()})  # type: ignore[arg-type]


def own(value: Any) -> Value:
    if isinstance(value, list):
        return ListValue(value)
    return tuple(map(own, value)) if isinstance(value, tuple) else value


def own_tensor(given: Any) -> Value:
    if given is None:
        return None
    if given and isinstance(given[0], tuple):
        if len(given) == 2 and isinstance(given[1], int):
            return result(given[0], "int64")
        return tuple(result(shape, "float32") for shape in given)
    return result(given, "float32")


def own_shapes(output: Value) -> Any:
    if isinstance(output, Tensor):
        return output.shape
    if isinstance(output, Instance) and isinstance(output.payload, tuple):
        return own_shapes(output.payload)
    return tuple(map(own_shapes, output)) if isinstance(output, tuple) else None


def own_plain(value: Value) -> Any:
    if isinstance(value, ListValue):
        return tuple(map(own_plain, value.items))
    if isinstance(value, tuple):
        return tuple(map(own_plain, value))
    return "tensor" if isinstance(value, (Weight, Tensor)) else value


# --- cases ------------------------------------------------------------------------------------------------------------


class Dice:
    """Random arguments, mostly legal."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def one(self, *choices: Any) -> Any:
        return self.random.choice(choices)

    def odd(self, chance: float = 0.05) -> bool:
        """Whether to do something that is probably illegal."""
        return self.random.random() < chance

    def size(self, low: int = 1, high: int = 12) -> int:
        return self.random.randint(low, high)

    def sizes(self, rank: int, low: int = 1, high: int = 12) -> tuple[int, ...]:
        return tuple(self.size(low, high) for _ in range(rank))

    def window(self, rank: int, low: int = 1, high: int = 4) -> Any:
        """One number, or one for each axis; sometimes too small, sometimes too many."""
        if self.odd(0.03):
            return self.one(0, -1, self.sizes(rank + 1, 1, 3), self.sizes(max(rank - 1, 1), 1, 3))
        if self.odd(0.4):
            return self.sizes(rank, low, high)
        return self.one(self.size(low, high), self.size(low, high), (self.size(low, high),) * rank)

    def some(self, **options: Callable[[], Any]) -> dict[str, Any]:
        """A random selection of options."""
        return {name: make() for name, make in options.items() if self.random.random() < 0.4}

    def image(self, rank: int, channels: int | None = None, low: int = 1, high: int = 12) -> tuple[int, ...]:
        """The shape of a batch, or of one sample; sometimes of another rank."""
        spatial = self.sizes(rank, low, high)
        front = (self.size(1, 3),) if not self.odd(0.2) else ()
        shape = (*front, self.size(1, 8) if channels is None else channels, *spatial)
        return (*shape, 2) if self.odd(0.03) else shape[1:] if self.odd(0.03) else shape


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
        "bias": lambda: dice.one(True, False),
        "padding_mode": lambda: dice.one("zeros", "reflect", "replicate", "circular", "wrong"),
    }
    if transposed:
        options["output_padding"] = lambda: dice.window(rank, 0, 1)
    elif dice.odd(0.3):
        options["padding"] = lambda: dice.one("same", "valid", "full") if dice.odd() else dice.one("same", "valid")
    kwargs = dice.some(**options)
    if transposed and dice.odd(0.9):
        kwargs.pop("padding_mode", None)
    if groups != 1 or dice.odd(0.1):
        kwargs["groups"] = groups
    args = (outputs, dice.window(rank)) if lazy else (inputs, outputs, dice.window(rank))
    channels = dice.size(1, 8) if dice.odd() else inputs
    return Case(name, args, kwargs, (dice.image(rank, channels),))


def pooling(dice: Dice, name: str) -> Case:
    rank = int(name[-2])
    options: dict[str, Callable[[], Any]] = {
        "stride": lambda: dice.window(rank, 1, 4),
        "ceil_mode": lambda: dice.one(True, False),
    }
    if "LP" not in name:
        options["padding"] = lambda: dice.window(rank, 0, 2)
    if "Max" in name:
        options["dilation"] = lambda: dice.window(rank, 1, 2)
        options["return_indices"] = lambda: dice.one(True, False)
    args = (dice.one(1, 2, 2.0), dice.window(rank)) if "LP" in name else (dice.window(rank),)
    return Case(name, args, dice.some(**options), (dice.image(rank),))


def adaptive(dice: Dice, name: str) -> Case:
    rank = int(name[-2])
    size = dice.one(
        dice.size(1, 7), None, dice.sizes(rank, 1, 7), (None, *dice.sizes(rank - 1, 1, 7)), dice.window(rank)
    )
    kwargs = dice.some(return_indices=lambda: dice.one(True, False)) if "Max" in name else {}
    return Case(name, (size,), kwargs, (dice.image(rank),))


def fractional(dice: Dice, name: str) -> Case:
    rank = int(name[-2])
    kwargs: dict[str, Any] = dice.one(
        {"output_size": dice.window(rank)},
        {"output_ratio": dice.one(0.5, (0.7,) * rank, 1.5)},
        {} if dice.odd(0.2) else {"output_size": 3, "return_indices": True},
    )
    return Case(name, (dice.window(rank, 1, 3),), kwargs, (dice.image(rank, None, 3, 12),))


def unpool(dice: Dice, name: str) -> Case:
    rank, kernel = int(name[-2]), dice.size(1, 3)
    shape = dice.image(rank, None, 2, 5)
    kwargs = dice.some(stride=lambda: dice.size(1, 3), padding=lambda: dice.size(0, 1))
    return Case(name, (kernel,), kwargs, (shape, (shape, 2)))


def padding(dice: Dice, name: str) -> Case:
    rank = int(name[-2])
    width = dice.one(dice.size(0, 3), dice.sizes(2 * rank, 0, 4), dice.sizes(2 * rank, -1, 2))
    args = (width, 1.0) if name.startswith("Constant") else (width,)
    return Case(name, args, {}, (dice.image(rank, None, 1, 6),))


def batch_norm(dice: Dice, name: str) -> Case:
    rank, count = int(name[-2]), dice.size(1, 6)
    kwargs = dice.some(
        affine=lambda: dice.one(True, False),
        track_running_stats=lambda: dice.one(True, False),
        bias=lambda: dice.one(True, False),
    )
    channels = count + 1 if dice.odd(0.1) else count
    shape = (dice.size(2, 4), channels, *dice.sizes(dice.one(rank, rank, rank - 1) if rank == 1 else rank, 2, 5))
    if dice.odd():
        shape = dice.one(shape[1:], (*shape, 2))
    args = () if name.startswith("Lazy") else (count,)
    return Case(name, args, kwargs, (shape,))


def instance_norm(dice: Dice, name: str) -> Case:
    rank, count = int(name[-2]), dice.size(1, 6)
    kwargs = dice.some(affine=lambda: dice.one(True, False), track_running_stats=lambda: dice.one(True, False))
    channels = count + 1 if dice.odd(0.1) else count
    args = () if name.startswith("Lazy") else (count,)
    return Case(name, args, kwargs, (dice.image(rank, channels, 2, 5),))


def group_norm(dice: Dice, name: str) -> Case:
    groups = dice.size(1, 4)
    channels = groups * dice.size(1, 3) + dice.odd()
    given = channels + 1 if dice.odd(0.1) else channels
    shape = (2, given, *dice.sizes(dice.size(0, 3), 2, 4))
    return Case(name, (groups, channels), dice.some(affine=lambda: False, bias=lambda: False), (shape,))


def layer_norm(dice: Dice, name: str) -> Case:
    sizes = dice.sizes(dice.size(1, 3), 1, 5)
    shape = (*dice.sizes(dice.size(0, 2), 1, 4), *sizes)
    if dice.odd(0.1):
        shape = (*shape[:-1], shape[-1] + 1)
    options: dict[str, Callable[[], Any]] = {"elementwise_affine": lambda: dice.one(True, False)}
    if name == "LayerNorm":
        options["bias"] = lambda: False
    given = sizes[0] if len(sizes) == 1 and dice.odd(0.5) else dice.one(sizes, list(sizes))
    return Case(name, (given,), dice.some(**options), (shape,))


def linear(dice: Dice, name: str) -> Case:
    inputs, outputs = dice.size(), dice.size()
    given = inputs + 1 if dice.odd(0.1) else inputs
    shape = (*dice.sizes(dice.size(0, 3), 1, 4), given)
    args = (outputs,) if name == "LazyLinear" else (inputs, outputs)
    return Case(name, args, dice.some(bias=lambda: dice.one(True, False)), (shape,))


def bilinear(dice: Dice, name: str) -> Case:
    one, other, front = dice.size(0, 5), dice.size(1, 5), dice.sizes(dice.size(0, 2), 1, 3)
    args = (one, other, dice.size())
    return Case(name, args, dice.some(bias=lambda: False), ((*front, one), (*front, other + dice.odd(0.1))))


def activation(dice: Dice, name: str) -> Case:
    return Case(name, (), {}, (dice.sizes(dice.size(0, 4), 1, 4),))


def softmax(dice: Dice, name: str) -> Case:
    args = () if name == "Softmax2d" else (dice.one(0, 1, -1, 2, 5),)
    return Case(name, args, {}, (dice.sizes(dice.size(1, 5), 1, 4),))


def glu(dice: Dice, name: str) -> Case:
    return Case(name, (dice.one(-1, 0, 1),), {}, (tuple(dice.one(2, 4, 3) for _ in range(dice.size(1, 3))),))


def prelu(dice: Dice, name: str) -> Case:
    count = dice.one(1, 3, 4)
    return Case(name, (count,), {}, ((2, count + dice.odd(0.2), *dice.sizes(dice.size(0, 2), 1, 3)),))


def parametric(*choices: tuple[Any, ...]) -> Callable[[Dice, str], Case]:
    def make(dice: Dice, name: str) -> Case:
        return Case(name, dice.one(*choices), {}, (dice.sizes(dice.size(1, 4), 1, 4),))

    return make


def dropout(dice: Dice, name: str) -> Case:
    return Case(name, (dice.one(0.0, 0.5, 1, 1.5),), {}, (dice.sizes(dice.size(1, 5), 1, 4),))


def embedding(dice: Dice, name: str) -> Case:
    rows = dice.size(2, 8)
    kwargs = dice.some(padding_idx=lambda: dice.one(0, 1, -1, 9))
    shape = dice.sizes(2 if name == "EmbeddingBag" else dice.size(0, 3), 1, 4)
    return Case(name, (rows, dice.size()), kwargs, ((shape, rows),))


def flatten(dice: Dice, name: str) -> Case:
    kwargs = dice.some(start_dim=lambda: dice.one(0, 1, 2, -2), end_dim=lambda: dice.one(-1, 1, 2, -2))
    return Case(name, (), kwargs, (dice.sizes(dice.size(0, 5), 1, 4),))


def unflatten(dice: Dice, name: str) -> Case:
    sizes = dice.sizes(dice.size(1, 3), 1, 3)
    count = 1
    for size in sizes:
        count *= size
    given = (-1, *sizes[1:]) if dice.odd(0.3) else sizes
    return Case(name, (dice.one(1, -1), given), {}, ((2, count + dice.odd(0.1)),))


def shuffle(dice: Dice, name: str) -> Case:
    factor = dice.size(1, 3) if not dice.odd() else 0
    if name == "PixelShuffle":
        shape = (
            *dice.sizes(dice.size(0, 2), 1, 3),
            max(factor, 1) ** 2 * dice.size(1, 3) + dice.odd(0.1),
            *dice.sizes(2),
        )
    elif name == "PixelUnshuffle":
        shape = (*dice.sizes(dice.size(0, 2), 1, 3), 2, factor * dice.size(1, 3) + dice.odd(0.1), factor * 2)
    else:
        shape = (2, max(factor, 1) * dice.size(1, 3) + dice.odd(0.1), *dice.sizes(2))
    return Case(name, (factor,), {}, (shape,))


def folding(dice: Dice, name: str) -> Case:
    kwargs = dice.some(
        dilation=lambda: dice.window(2, 1, 2), padding=lambda: dice.window(2, 0, 2), stride=lambda: dice.window(2, 1, 3)
    )
    if name == "Unfold":
        return Case(name, (dice.window(2, 1, 3),), kwargs, (dice.image(2),))
    side, kernel = dice.size(2, 6), dice.size(1, 2)
    windows = (side - kernel + 1) ** 2
    shape = (2, 3 * kernel**2 + dice.odd(0.1), windows + dice.odd(0.1))
    return Case(name, (side, kernel), {} if dice.odd(0.7) else kwargs, (shape,))


def upsample(dice: Dice, name: str) -> Case:
    rank = 2 if "2d" in name else dice.size(1, 3)
    how = dice.one(
        {"scale_factor": dice.one(2, 1.5, 0.5, 3, (2,) * rank)}, {"size": dice.one(dice.size(), dice.sizes(rank))}
    )
    if name == "Upsample" and dice.odd(0.6):
        how["mode"] = dice.one("nearest", "bilinear", "bicubic", "linear", "trilinear", "area", "nearest-exact")
    return Case(name, (), how, (dice.image(rank, None, 2, 8),))


def recurrent(dice: Dice, name: str) -> Case:
    inputs, hidden = dice.size(1, 6), dice.size(2, 6)
    kwargs = dice.some(
        num_layers=lambda: dice.one(1, 2, 3, 0) if dice.odd() else dice.one(1, 2),
        bias=lambda: dice.one(True, False),
        batch_first=lambda: dice.one(True, False),
        bidirectional=lambda: dice.one(True, False),
        dropout=lambda: dice.one(0.0, 0.5, 2.0) if dice.odd() else 0.0,
    )
    if name == "LSTM" and dice.odd(0.3):
        kwargs["proj_size"] = dice.one(1, hidden)
    length, batch = dice.size(1, 5), dice.size(1, 3)
    shape = dice.one((length, inputs), (length, batch, inputs), (length, batch, inputs + dice.odd(0.2)))
    return Case(name, (inputs, hidden), kwargs, (shape,))


def cell(dice: Dice, name: str) -> Case:
    inputs, hidden = dice.size(1, 6), dice.size(1, 6)
    shape = dice.one((inputs,), (3, inputs), (3, inputs + dice.odd(0.2)), (2, 3, inputs))
    return Case(name, (inputs, hidden), dice.some(bias=lambda: dice.one(True, False)), (shape,))


def attention(dice: Dice, name: str) -> Case:
    heads = dice.size(1, 3)
    size = heads * dice.size(1, 4) + dice.odd()
    kwargs = dice.some(
        bias=lambda: False, add_bias_kv=lambda: True, add_zero_attn=lambda: True, batch_first=lambda: True
    )
    if dice.odd(0.3):
        kwargs |= {"kdim": dice.size(1, 5), "vdim": dice.size(1, 5)}
    target, source, batch = dice.size(1, 5), dice.size(1, 5), dice.size(1, 3)
    keys, values = kwargs.get("kdim", size), kwargs.get("vdim", size)
    if dice.odd(0.3):
        return Case(name, (size, heads), kwargs, ((target, size), (source, keys), (source, values)))
    first = kwargs.get("batch_first")
    shapes = [
        (batch, length, width) if first else (length, batch, width)
        for length, width in ((target, size), (source, keys), (source + dice.odd(0.1), values))
    ]
    return Case(name, (size, heads), kwargs, tuple(shapes))


def transformer(dice: Dice, name: str) -> Case:
    heads = dice.size(1, 2)
    size = heads * dice.size(1, 3) + dice.odd()
    kwargs = dice.some(norm_first=lambda: True, batch_first=lambda: True, bias=lambda: False, activation=lambda: "gelu")
    kwargs["dim_feedforward"] = dice.size()
    shape = (dice.size(1, 4), dice.size(1, 4), size + dice.odd(0.1))
    if name == "Transformer":
        kwargs |= {"num_encoder_layers": dice.size(1, 2), "num_decoder_layers": dice.size(1, 2)}
    inputs = (shape,) if name == "TransformerEncoderLayer" else (shape, shape)
    return Case(name, (size, heads), kwargs, inputs)


def pair(dice: Dice, name: str) -> Case:
    shape = dice.sizes(dice.size(1, 3), 1, 4)
    other = dice.one(shape, shape, (*shape[:-1], shape[-1] + 1))
    return Case(name, (), {}, (shape, other))


def loss(dice: Dice, name: str) -> Case:
    shape = dice.sizes(dice.size(1, 3), 1, 4)
    kwargs = dice.some(reduction=lambda: dice.one("none", "sum", "mean"))
    return Case(name, (), kwargs, (shape, shape))


def classes(dice: Dice, name: str) -> Case:
    count, batch = dice.size(2, 5), dice.size(1, 4)
    spatial = dice.sizes(dice.size(0, 2), 1, 3)
    kwargs = dice.some(reduction=lambda: dice.one("none", "sum", "mean"))
    target = (batch + dice.odd(0.1), *spatial)
    return Case(name, (), kwargs, ((batch, count, *spatial), (target, count)))


PLAIN = """Sigmoid Tanh LogSigmoid Softsign Tanhshrink ReLU ReLU6 SELU SiLU Mish Hardswish Hardsigmoid ELU CELU
LeakyReLU RReLU"""
CASES: dict[str, Callable[[Dice, str], Case]] = {
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
    **{f"{lazy}InstanceNorm{rank}d": instance_norm for lazy in ("", "Lazy") for rank in (1, 2, 3)},
    "GroupNorm": group_norm,
    "LayerNorm": layer_norm,
    "RMSNorm": layer_norm,
    "LocalResponseNorm": parametric((2,), (3,)),
    "CrossMapLRN2d": parametric((2,), (3,)),
    "Linear": linear,
    "LazyLinear": linear,
    "Bilinear": bilinear,
    "Identity": parametric((), (1, 2)),
    **dict.fromkeys(PLAIN.split(), activation),
    "Hardtanh": parametric((), (-2, 2), (2, -2)),
    "Hardshrink": activation,
    "Softshrink": activation,
    "Softplus": parametric((), (2,)),
    "Threshold": parametric((0.1, 20)),
    "GELU": parametric((), ("tanh",), ("wrong",)),
    "GLU": glu,
    "PReLU": prelu,
    "Softmax": softmax,
    "Softmin": softmax,
    "LogSoftmax": softmax,
    "Softmax2d": softmax,
    **dict.fromkeys(("Dropout", "Dropout1d", "Dropout2d", "Dropout3d", "AlphaDropout", "FeatureAlphaDropout"), dropout),
    "Embedding": embedding,
    "EmbeddingBag": embedding,
    "Flatten": flatten,
    "Unflatten": unflatten,
    **dict.fromkeys(("PixelShuffle", "PixelUnshuffle", "ChannelShuffle"), shuffle),
    "Unfold": folding,
    "Fold": folding,
    **dict.fromkeys(("Upsample", "UpsamplingNearest2d", "UpsamplingBilinear2d"), upsample),
    **dict.fromkeys(("RNN", "LSTM", "GRU"), recurrent),
    **dict.fromkeys(("RNNCell", "LSTMCell", "GRUCell"), cell),
    "MultiheadAttention": attention,
    **dict.fromkeys(("Transformer", "TransformerEncoderLayer", "TransformerDecoderLayer"), transformer),
    "CosineSimilarity": pair,
    "PairwiseDistance": pair,
    **dict.fromkeys(
        ("L1Loss", "MSELoss", "SmoothL1Loss", "HuberLoss", "BCELoss", "BCEWithLogitsLoss", "KLDivLoss"), loss
    ),
    **dict.fromkeys(("SoftMarginLoss", "HingeEmbeddingLoss", "PoissonNLLLoss"), loss),
    **dict.fromkeys(("CrossEntropyLoss", "NLLLoss"), classes),
}


def is_empty(shapes: Any) -> bool:
    """Whether a result has no elements."""
    return isinstance(shapes, tuple) and any(size == 0 or is_empty(size) for size in shapes)


def differences(theirs: Verdict, ours: Verdict) -> list[str]:
    """What the two sides say differently of a case."""
    if is_empty(theirs.shapes):  # some kernels make an empty result where others refuse
        return []
    if (theirs.error is None) != (ours.error is None):
        return [f"PyTorch says {theirs.error or theirs.shapes}, cnnlint {ours.error or ours.shapes}"]
    if theirs.error is not None:
        return []
    found = []
    if ours.shapes not in (None, theirs.shapes):  # None: not known
        found.append(f"shapes {theirs.shapes} and {ours.shapes}")
    if theirs.parameters != ours.parameters:
        found.append(f"parameters {theirs.parameters} and {ours.parameters}")
    for name, value in theirs.attributes.items():
        if name not in ours.attributes:
            found.append(f"no attribute {name}, which is {value}")
        elif ours.attributes[name] != value:
            found.append(f"attribute {name} is {value} and {ours.attributes[name]}")
    return found


def say(line: str) -> None:
    sys.stdout.write(line + "\n")


def compare(count: int, seed: int, names: list[str]) -> int:
    """Print cases with a difference; the exit status tells whether there was one."""
    shown: Counter[str] = Counter()
    refused = 0
    for name in names or CASES:
        dice = Dice(seed)
        for _ in range(count):
            case = CASES[name](dice, name)
            theirs = ask_torch(case)
            found = differences(theirs, ask_cnnlint(case))
            refused += theirs.error is not None
            if found:
                shown[name] += 1
                if shown[name] <= 4:
                    say(f"{case.name}{case.args} {case.kwargs} on {case.inputs}: {'; '.join(found)}")
    total = len(names or CASES) * count
    say(f"{total} cases, {refused} refused by PyTorch, {shown.total()} differ: {dict(shown)}")
    return 1 if shown else 0


def record(path: Path, count: int, seed: int) -> int:
    """Write what PyTorch says of so many cases of each layer."""
    version = import_module("torch").__version__
    rows = []
    for name, make in CASES.items():
        dice = Dice(seed)
        for _ in range(count):
            case = make(dice, name)
            rows.append(json.dumps([case, ask_torch(case)]))
    path.write_text(f'{{"torch": "{version}", "cases": [\n' + ",\n".join(rows) + "\n]}\n", encoding="utf-8")
    return 0


def tuples(value: Any) -> Any:
    """Lists, which JSON has, as the tuples that they were."""
    if isinstance(value, dict):
        return {key: tuples(item) for key, item in value.items()}
    return tuple(map(tuples, value)) if isinstance(value, list) else value


def recorded(path: Path) -> list[tuple[Case, Verdict]]:
    """The cases of a file, with PyTorch's verdicts."""
    rows = json.loads(path.read_text(encoding="utf-8"))["cases"]
    return [(Case(*tuples(case)), Verdict(*tuples(verdict))) for case, verdict in rows]


def main(arguments: list[str]) -> int:
    warnings.simplefilter("ignore")
    import_module("torch").manual_seed(0)
    if arguments[:1] == ["--record"]:
        return record(Path(arguments[1]), *map(int, arguments[2:]))
    count, seed = (int(arguments[at]) if len(arguments) > at else default for at, default in ((0, 40), (1, 0)))
    return compare(count, seed, arguments[2:])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
