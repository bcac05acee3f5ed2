"""How the configurations of PyTorch's losses are drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.conformance.torch_dice import Case, Dice, case, layer, tensor

if TYPE_CHECKING:
    from collections.abc import Callable

Sizes = tuple[int, ...]


def other_than(dice: Dice, shape: Sizes, chance: float = 0.12) -> Sizes:
    """The shape, or one that is not the same: broadcast in places, or with more of something."""
    if not shape or not dice.odd(chance):
        return shape
    at = dice.size(0, len(shape) - 1)
    return dice.one(shape[1:], (*shape[:at], 1, *shape[at + 1 :]), (*shape[:at], shape[at] + 1, *shape[at + 1 :]))  # type: ignore[no-any-return]


def legacy(dice: Dice) -> dict[str, Any]:
    return dice.some(size_average=dice.yes, reduce=dice.yes) if dice.odd(0.1) else {}


def alike(dice: Dice, name: str) -> Case:
    """A loss of two tensors of one shape."""
    shape = dice.sizes(dice.size(0, 3), 1, 5)
    kwargs = dice.some(**dice.reduction()) | legacy(dice)
    if name == "SmoothL1Loss":
        kwargs |= dice.some(beta=lambda: dice.one(0.5, 0.0, -1.0) if dice.odd() else 0.5)
    if name == "HuberLoss":
        kwargs = {key: kwargs[key] for key in kwargs if key == "reduction"}
        kwargs |= dice.some(delta=lambda: dice.one(0.5, 0.0, -1.0) if dice.odd() else 2.0)
    if name == "KLDivLoss":
        kwargs |= dice.some(log_target=dice.yes)
        if "reduction" in kwargs and dice.odd(0.3):
            kwargs["reduction"] = "batchmean"
    if name == "PoissonNLLLoss":
        kwargs |= dice.some(log_input=dice.yes, full=dice.yes, eps=lambda: 1e-3)
    if name == "HingeEmbeddingLoss":
        kwargs |= dice.some(margin=lambda: 0.5)
    if name in ("BCELoss", "BCEWithLogitsLoss") and dice.odd(0.2):
        kwargs["weight"] = tensor(other_than(dice, shape))
    if name == "BCEWithLogitsLoss" and dice.odd(0.2):
        kwargs["pos_weight"] = tensor(other_than(dice, shape[-1:]))
    return case(name, (), kwargs, (shape, other_than(dice, shape)))


def classes(dice: Dice, name: str) -> Case:
    """A loss of scores and classes."""
    count, batch = dice.size(2, 5), dice.size(1, 4)
    spatial = dice.sizes(2 if name == "NLLLoss2d" else dice.size(0, 3), 1, 3)
    kwargs = dice.some(**dice.reduction(), ignore_index=lambda: dice.one(-1, 1, -100)) | legacy(dice)
    shape: Sizes = (batch, count, *spatial)
    target: Any = tensor((batch, *spatial), "int64", count)
    if not spatial and dice.odd(0.2):
        shape, target = (count,), tensor((), "int64", count)
    if dice.odd(0.15):
        target = dice.one(
            tensor(other_than(dice, (batch, *spatial), 1), "int64", count),
            tensor(shape, "int64", count),
            tensor((batch, *spatial), "float32"),
            tensor((batch, *spatial), "int32", count),
            (batch, 1, *spatial),
        )
    if dice.odd(0.2):
        kwargs["weight"] = tensor((count + dice.odd(0.2),))
    if name == "CrossEntropyLoss":
        kwargs |= dice.some(label_smoothing=lambda: dice.one(0.1, 0.0, 1.5) if dice.odd() else 0.1)
        if dice.odd(0.2):
            target = other_than(dice, shape)
    return case(name, (), kwargs, (shape, target))


def cross_entropy_of_linear(dice: Dice, name: str) -> Case:
    inputs, count, batch = dice.size(1, 6), dice.size(2, 5), dice.size(1, 4)
    extra = dice.sizes(dice.one(0, 0, 1, 2), 1, 3)
    kwargs = dice.some(**dice.reduction(), bias=dice.yes, label_smoothing=lambda: dice.one(0.1, 0.0))
    kwargs |= dice.some(ignore_index=lambda: dice.one(-1, 1, None))
    if extra:
        kwargs["out_features"] = extra
    if dice.odd(0.15):
        kwargs["weight"] = tensor((count + dice.odd(0.2),))
    shape: Sizes = (batch, inputs + dice.odd(0.1))
    target: Any = tensor((batch + dice.odd(0.1), *extra), "int64", count)
    if dice.odd(0.1):
        shape, target = shape[1:], tensor((), "int64", count)
    elif dice.odd(0.2):
        target = other_than(dice, (batch, count, *extra), 0.1)
    return case(name, (inputs, count), kwargs, (shape, target))


def adaptive_softmax(dice: Dice, name: str) -> Case:
    count = dice.size(5, 12)
    cutoffs = dice.one([2], [2, 4], (1, 3), [3, 2], [2, 2], [count - 1], [count], [0, 2], [], [1.5])
    inputs, batch = dice.size(1, 20), dice.size(1, 4)
    kwargs = dice.some(div_value=lambda: dice.one(2.0, 4.0, 1), head_bias=dice.yes)
    shape: Sizes = (batch, inputs + dice.odd())
    target: Any = tensor((batch + dice.odd(),), "int64", count)
    if dice.odd(0.2):
        shape, target = shape[1:], tensor((), "int64", count)
    return case(name, (inputs, count, cutoffs), kwargs, (shape, target))


def temporal(dice: Dice, name: str) -> Case:
    """`CTCLoss`."""
    steps, batch, count, most = dice.size(2, 8), dice.size(1, 4), dice.size(2, 6), dice.size(1, 4)
    lengths = tuple(dice.size(1, steps) + 9 * dice.odd(0.02) for _ in range(batch + dice.odd(0.03)))
    targets = tuple(dice.size(0, most) + 9 * dice.odd(0.02) for _ in range(batch + dice.odd(0.03)))
    kwargs = dice.some(**dice.reduction(), zero_infinity=dice.yes, blank=lambda: dice.one(0, count - 1, count))
    given: Any = tensor((batch, most), dice.one("int64", "int32"), count)
    if dice.odd(0.2):
        given = tensor((sum(targets) + dice.odd(0.2),), "int64", count)
    inputs = ((steps, batch, count), given)
    if dice.odd(0.5):
        return case(name, (), kwargs, (*inputs, ("@values", lengths), ("@values", targets)))
    return case(name, (), kwargs, (*inputs, ("@sequence", lengths), ("@sequence", targets)))


def gaussian(dice: Dice, name: str) -> Case:
    shape = dice.sizes(dice.size(1, 3), 1, 5)
    variance = dice.one(shape, shape, shape[:-1], (*shape[:-1], 1), other_than(dice, shape, 0.5))
    kwargs = dice.some(**dice.reduction(), full=dice.yes, eps=lambda: 1e-4)
    return case(name, (), kwargs, (shape, other_than(dice, shape), variance))


def ranking(dice: Dice, name: str) -> Case:
    shape = dice.sizes(dice.size(0, 3), 1, 5)
    kwargs = dice.some(**dice.reduction(), margin=lambda: 0.5) | legacy(dice)
    return case(name, (), kwargs, (shape, other_than(dice, shape), other_than(dice, shape)))


def cosine(dice: Dice, name: str) -> Case:
    shape = dice.sizes(dice.one(2, 2, 1, 3), 1, 5)
    kwargs = dice.some(**dice.reduction(), margin=lambda: 0.5) | legacy(dice)
    target = shape[:-1] if not dice.odd(0.1) else dice.one(shape, (), (shape[0] + 1,))
    return case(name, (), kwargs, (shape, other_than(dice, shape), target))


def triplet(dice: Dice, name: str) -> Case:
    shape = dice.sizes(dice.size(1, 3), 1, 5)
    kwargs = dice.some(**dice.reduction(), margin=lambda: dice.one(0.5, 2.0, 0.0, -1.0) if dice.odd(0.3) else 0.5)
    kwargs |= dice.some(swap=dice.yes)
    if name == "TripletMarginLoss":
        kwargs |= dice.some(p=lambda: dice.one(1.0, 2), eps=lambda: 1e-3) | legacy(dice)
    elif dice.odd(0.4):
        kwargs["distance_function"] = dice.one(
            layer("PairwiseDistance"), layer("CosineSimilarity"), layer("CosineSimilarity", 0), layer("L1Loss"), None
        )
    return case(name, (), kwargs, (shape, other_than(dice, shape), other_than(dice, shape)))


def multi_label(dice: Dice, name: str) -> Case:
    count, batch = dice.size(2, 5), dice.size(1, 4)
    kwargs = dice.some(**dice.reduction()) | legacy(dice)
    shape: Sizes = (batch, count) if dice.odd(0.8) else dice.one((count,), (2, batch, count), ())
    if name == "MultiLabelMarginLoss":
        kind = "int64" if not dice.odd() else dice.one("float32", "int32")
        return case(name, (), kwargs, (shape, tensor(other_than(dice, shape), kind, count if shape else 1)))
    if dice.odd(0.2):
        kwargs["weight"] = tensor((count + dice.odd(0.2),))
    return case(name, (), kwargs, (shape, other_than(dice, shape)))


def multi_margin(dice: Dice, name: str) -> Case:
    count, batch = dice.size(1, 5), dice.size(1, 4)
    kwargs = dice.some(**dice.reduction(), p=lambda: dice.one(1, 2, 3) if dice.odd(0.2) else 2, margin=lambda: 0.5)
    if dice.odd(0.2):
        kwargs["weight"] = tensor((count + dice.odd(0.2),))
    shape: Sizes = (batch, count) if dice.odd(0.8) else dice.one((count,), (2, batch, count), ())
    target = (batch,) if len(shape) == 2 else dice.one((), (1,))
    kind = "int64" if not dice.odd() else dice.one("float32", "int32")
    bound = count if shape else 1
    return case(name, (), kwargs | legacy(dice), (shape, tensor(other_than(dice, target), kind, bound)))


LOSSES: dict[str, Callable[[Dice, str], Case]] = {
    **dict.fromkeys(
        ("L1Loss", "MSELoss", "SmoothL1Loss", "HuberLoss", "BCELoss", "BCEWithLogitsLoss", "KLDivLoss"), alike
    ),
    **dict.fromkeys(("SoftMarginLoss", "HingeEmbeddingLoss", "PoissonNLLLoss"), alike),
    **dict.fromkeys(("CrossEntropyLoss", "NLLLoss", "NLLLoss2d"), classes),
    "LinearCrossEntropyLoss": cross_entropy_of_linear,
    "AdaptiveLogSoftmaxWithLoss": adaptive_softmax,
    "CTCLoss": temporal,
    "GaussianNLLLoss": gaussian,
    "MarginRankingLoss": ranking,
    "CosineEmbeddingLoss": cosine,
    **dict.fromkeys(("TripletMarginLoss", "TripletMarginWithDistanceLoss"), triplet),
    **dict.fromkeys(("MultiLabelMarginLoss", "MultiLabelSoftMarginLoss"), multi_label),
    "MultiMarginLoss": multi_margin,
}
