"""Whether labels fit a model's output under its loss and metrics, as `keras.losses` and `keras.metrics` check them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cnnlint.engine.dimension import bounds, equal, product, substitute
from cnnlint.engine.dimension import text as dim_text
from cnnlint.engine.errors import ShapeError
from cnnlint.engine.shape import text
from cnnlint.frameworks.keras.core import BATCH
from cnnlint.frameworks.keras.using_data import labels

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cnnlint.engine.dimension import Dim
    from cnnlint.engine.shape import Shape
    from cnnlint.frameworks.keras.using_compile import Loss
    from cnnlint.interpreter.values import Tensor

EQUAL = frozenset({"binary_crossentropy", "binary_focal_crossentropy", "categorical_crossentropy"})
"""Losses that take labels of the output's own shape."""
SPARSE = "sparse_categorical_crossentropy"
BROADCAST = frozenset(
    {
        "categorical_focal_crossentropy",
        "categorical_hinge",
        "cosine_similarity",
        "hinge",
        "huber",
        "kl_divergence",
        "log_cosh",
        "mean_absolute_error",
        "mean_absolute_percentage_error",
        "mean_squared_error",
        "mean_squared_logarithmic_error",
        "poisson",
        "squared_hinge",
    }
)
"""Losses that compare labels and output number by number, broadcast as NumPy does."""
COUNTED = frozenset(
    {"auc", "falsenegatives", "falsepositives", "precision", "recall", "truenegatives", "truepositives"}
)
"""Metrics that take as many labels as there are outputs."""
TABLES = frozenset({"f1score", "fbetascore", "r2score"})
"""Metrics that take two axes."""
COMPARED = frozenset({"binaryaccuracy", "meansquarederror", "mse", "meanabsoluteerror", "mae", "rootmeansquarederror"})
"""Metrics that broadcast."""


@dataclass(frozen=True, slots=True)
class Case:
    """One output with its labels: `batches` are the sizes of the batches that are sure to occur."""

    loss: Loss
    output: Shape
    target: Tensor
    shape: Shape
    batches: tuple[int, ...] = ()


def differ(one: Shape, other: Shape) -> bool:
    """Whether two shapes are surely not the same."""
    return len(one) != len(other) or any(equal(a, b) is False for a, b in zip(one, other, strict=True))


def same(one: Shape, other: Shape) -> bool:
    """Whether two shapes are surely the same."""
    return len(one) == len(other) and all(equal(a, b) is True for a, b in zip(one, other, strict=True))


def is_one(dim: Dim) -> bool:
    return isinstance(dim, int) and dim == 1


def may_be_one(dim: Dim) -> bool:
    """Whether a size may be 1, so that the axis may be squeezed or broadcast."""
    return equal(dim, 1) is not False


def aligned(target: Shape, output: Shape) -> tuple[Shape, Shape] | None:
    """Keras's `squeeze_or_expand_to_same_rank`; None where it depends on a size that is not known."""
    if len(target) == len(output) + 1 and target:
        if is_one(target[-1]):
            return (target, (*output, 1)) if len(output) == 1 else (target[:-1], output)
        return None if may_be_one(target[-1]) else (target, output)
    if len(output) == len(target) + 1 and output:
        if is_one(output[-1]):
            return ((*target, 1), output) if len(target) == 1 else (target, output[:-1])
        return None if may_be_one(output[-1]) else (target, output)
    return target, output


def broadcasts(one: Shape, other: Shape) -> bool | None:
    """Whether two shapes broadcast; None where that is not known."""
    verdict: bool | None = True
    for a, b in zip(one[::-1], other[::-1], strict=False):
        if is_one(a) or is_one(b) or equal(a, b) is True:
            continue
        if equal(a, b) is False and not may_be_one(a) and not may_be_one(b):
            return False
        verdict = None
    return verdict


def with_batch(shape: Shape, batch: int) -> Shape:
    """The shape with a number for the open batch."""
    return tuple(substitute(dim, {BATCH: batch}) for dim in shape)


def shown(shape: Shape) -> str:
    return text(shape, "None")


# --- losses -----------------------------------------------------------------------------------------------------------


def check_loss(case: Case) -> None:
    """Compare labels with the output as the loss does.

    Raises:
        ShapeError: "loss-mismatch" where the labels suit another loss, "label-mismatch" where they suit none.

    """
    name = case.loss.name
    pair = aligned(case.shape, case.output)
    if pair is None or name is None or not case.loss.plain:
        return
    if name in EQUAL and differ(*pair):
        raise _unequal(case)
    if name == SPARSE:
        _check_sparse(case, *pair)
    if name in BROADCAST:
        _check_broadcast(case, *pair)


def _check_sparse(case: Case, target: Shape, output: Shape) -> None:
    squeezed = target
    if len(target) == len(output):
        if is_one(target[-1]):
            squeezed = target[:-1]
        elif may_be_one(target[-1]):
            return
    if differ(squeezed, output[:-1]):
        raise _unequal(case)
    _check_range(case)


def _check_range(case: Case) -> None:
    units = case.output[-1]
    found = labels(case.target)
    if found is None or not isinstance(units, int) or (found[0] >= 0 and found[1] < units):
        return
    low, high = found
    wrong = f"go up to {high}" if high >= units else f"go down to {low}"
    word = "class" if units == 1 else "classes"
    raise ShapeError(
        "label-mismatch",
        f"the labels {wrong}, but the output has {units} {word}, 0 to {units - 1}",
        help=f"use {high + 1} units, or labels from 0" if high >= units else "number the classes from 0",
        expected=str(units),
        actual=str(high + 1) if high >= units else str(low),
        exception="IndexError",
    )


def _check_broadcast(case: Case, target: Shape, output: Shape) -> None:
    certain = broadcasts(target, output) is False
    tried = any(broadcasts(with_batch(target, size), with_batch(output, size)) is False for size in case.batches)
    if certain or tried:
        raise _unequal(case)


def is_spread(case: Case) -> bool:
    """Whether labels and output surely have different shapes, which Keras broadcasts without a word."""
    pair = aligned(case.shape, case.output)
    if pair is None or case.loss.name not in BROADCAST or not differ(*pair):
        return False
    return broadcasts(*pair) is True


def _unequal(case: Case) -> ShapeError:
    """What is wrong with labels that do not fit, said for the usual ways in which they do not."""
    target, output, loss = case.shape, case.output, case.loss
    written = loss.written or loss.name
    scalar = len(target) == len(output) - 1 or (len(target) == len(output) and is_one(target[-1]))
    inner = target if len(target) == len(output) - 1 else target[:-1]
    units = output[-1] if output else 1
    if loss.name == "categorical_crossentropy" and scalar and not differ(inner, output[:-1]) and not is_one(units):
        return ShapeError(
            "loss-mismatch",
            f"`{written}` takes one-hot labels of shape {shown(output)}, but these are class numbers of shape "
            f"{shown(target)}",
            help="use `sparse_categorical_crossentropy`, or make the labels one-hot with `to_categorical`",
            expected="categorical_crossentropy",
            actual=SPARSE,
            exception="ValueError",
        )
    if loss.name == SPARSE and len(target) == len(output) and not differ(target[:-1], output[:-1]):
        return ShapeError(
            "loss-mismatch",
            f"`{written}` takes class numbers of shape {shown(output[:-1])}, but these labels have the shape "
            f"{shown(target)}, as one-hot ones have",
            help="use `categorical_crossentropy`, or take the labels' `argmax`",
            expected=SPARSE,
            actual="categorical_crossentropy",
            exception="ValueError",
        )
    if len(output) > 2 and len(target) <= 2 and len(target) < len(output) and _least(output) > 1:
        return ShapeError(
            "label-mismatch",
            f"the output has the shape {shown(output)}, but there is one label per sample: {shown(target)}",
            help="reduce the output to two axes before the last layer: with `Flatten`, global pooling, or a last "
            "recurrent layer without `return_sequences`",
            expected=shown(output),
            actual=shown(target),
            exception="ValueError",
        )
    return _of_other_width(case, written or "the loss")


def _least(output: Shape) -> int:
    """At least so many places each sample's output has, the last axis aside."""
    return bounds(product(output[1:-1]))[0] or 0


def _of_other_width(case: Case, written: str) -> ShapeError:
    target, output = case.shape, case.output
    units = output[-1] if output else 1
    flat = len(output) == 2 and len(target) <= 2
    width = (target[1] if len(target) == 2 else 1) if flat else None
    if flat and isinstance(units, int) and width is not None:
        many = f"{width} {'value' if is_one(width) else 'values'}" if isinstance(width, int) else "several values"
        return ShapeError(
            "label-mismatch",
            f"the labels have {many} per sample, {shown(target)}, but the output has {units}, {shown(output)}",
            help=_advice(case, width, units),
            expected=str(units),
            actual=dim_text(width),
            exception="ValueError",
        )
    return ShapeError(
        "label-mismatch",
        f"`{written}` cannot compare labels of shape {shown(target)} with an output of shape {shown(output)}",
        expected=shown(output),
        actual=shown(target),
        exception="ValueError",
    )


def _advice(case: Case, width: Dim, units: int) -> str:
    if case.loss.name == "binary_crossentropy" and is_one(width):
        return "use 1 unit with a sigmoid for two classes, or `sparse_categorical_crossentropy`"
    if not isinstance(width, int):
        return "give the last layer one unit per class, or ask for other labels, with `class_mode='binary'` for example"
    return f"give the last layer {width} {'unit' if is_one(width) else 'units'}, or make the labels that wide"


# --- metrics ----------------------------------------------------------------------------------------------------------


def check_metrics(case: Case, metrics: Iterable[str]) -> None:
    """Compare labels with the output as the metrics do. Raises ShapeError "label-mismatch"."""
    pair = aligned(case.shape, case.output)
    if pair is None or max(case.batches, default=0) < 2:
        return
    for written in metrics:
        if _fails(case, written.replace("_", "").lower(), *pair):
            raise ShapeError(
                "label-mismatch",
                f"the metric `{written}` cannot compare labels of shape {shown(case.shape)} with an output of shape "
                f"{shown(case.output)}",
                help=_other_metric(case),
                expected=shown(case.output),
                actual=shown(case.shape),
                exception="ValueError",
            )


def _fails(case: Case, metric: str, target: Shape, output: Shape) -> bool:
    if metric in TABLES:
        if len(case.shape) != 2 or len(case.output) != 2:
            return True
        width, units = case.shape[1], case.output[1]
        return metric != "r2score" and not may_be_one(width) and equal(width, units) is False
    if metric in COUNTED:
        return equal(product(target[1:]), product(output[1:])) is False
    if metric in COMPARED:
        return _all_fail(case, target, output)
    if metric == "sparsecategoricalaccuracy":
        return _fails_sparsely(case)
    return False


def _fails_sparsely(case: Case) -> bool:
    """The metric takes the labels as they are, but for a last axis of 1 beside one of the classes."""
    shape, output = case.shape, case.output
    beside = len(shape) == len(output)
    if beside and may_be_one(shape[-1]) and not is_one(shape[-1]):
        return False
    return _all_fail(case, shape[:-1] if beside and is_one(shape[-1]) else shape, output[:-1])


def _all_fail(case: Case, one: Shape, other: Shape) -> bool:
    return any(broadcasts(with_batch(one, size), with_batch(other, size)) is False for size in case.batches)


def _other_metric(case: Case) -> str | None:
    if len(case.shape) == len(case.output) and not is_one(case.shape[-1]):
        return "use `categorical_accuracy` for one-hot labels"
    return "use `sparse_categorical_accuracy` for labels that are class numbers" if len(case.shape) < 3 else None
