"""Losses of `torch.nn.functional`: a number, or one for each element where `reduction` says so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.engine import shape as shapes
from cnnlint.engine.constraints import clash, require_equal
from cnnlint.engine.dimension import Dim, equal
from cnnlint.engine.dimension import text as dim_text
from cnnlint.engine.errors import ShapeError
from cnnlint.frameworks.coerce import flag, known, option_number, shape_of, tensor, truth
from cnnlint.frameworks.torch.core import result
from cnnlint.frameworks.torch.dtypes import category, is_usual
from cnnlint.frameworks.torch.operation import operation
from cnnlint.interpreter.values import Tensor

if TYPE_CHECKING:
    from cnnlint.engine.shape import Shape
    from cnnlint.interpreter.machine import Machine
    from cnnlint.interpreter.values import Value

F = "torch.nn.functional"


def reduced(shape: Shape, reduction: Value, like: Tensor, size_average: Value = None, reduce: Value = None) -> Tensor:
    """The loss: one number unless `reduction` is "none"."""
    how = check_reduction(reduction, size_average, reduce)
    return result(shape if how == "none" else (), like=like)


def check_reduction(reduction: Value, size_average: Value = None, reduce: Value = None) -> Value:
    """The reduction that the options ask for; a ValueError where there is none of that name."""
    if size_average is not None or reduce is not None:
        return "none" if reduce is not None and not flag(reduce) else "mean"
    how = known(reduction)
    if how not in ("mean", "sum", "none", "batchmean"):
        raise ShapeError("bad-argument", f"{how!r} is no `reduction`", exception="ValueError")
    return how


def _agree(found: Dim, needed: Dim, what: str, one: Shape, other: Shape, exception: str = "ValueError") -> None:
    require_equal(
        found,
        needed,
        lambda: ShapeError(
            "size-mismatch",
            f"{what}: the input is {shapes.text(one)} and the target {shapes.text(other)}",
            expected=dim_text(needed),
            actual=dim_text(found),
            exception=exception,
        ),
    )


def _broadcast(name: str, *, beta: bool) -> None:
    """A loss of an input and a target that broadcast."""

    def body(
        machine: Machine,
        input: Value,
        target: Value,
        size_average: Value = None,
        reduce: Value = None,
        reduction: Value = "mean",
        weight: Value = None,
    ) -> Tensor:
        shape = shapes.broadcast(shape_of(input), shape_of(target, "target"))
        return reduced(shape, reduction, tensor(input), size_average, reduce)

    def with_beta(
        machine: Machine,
        input: Value,
        target: Value,
        size_average: Value = None,
        reduce: Value = None,
        reduction: Value = "mean",
        beta: Value = 1.0,
    ) -> Tensor:
        option_number(beta, "beta")
        if isinstance(beta, (int, float)) and beta < 0:
            raise ShapeError("bad-argument", f"`beta` must not be negative, got {beta}", exception="RuntimeError")
        return body(machine, input, target, size_average, reduce, reduction)

    operation(f"{F}.{name}")(with_beta if beta else body)


_broadcast("mse_loss", beta=False)
_broadcast("l1_loss", beta=False)
_broadcast("smooth_l1_loss", beta=True)


@operation(f"{F}.huber_loss")
def huber_loss(
    machine: Machine,
    input: Value,
    target: Value,
    reduction: Value = "mean",
    delta: Value = 1.0,
    weight: Value = None,
) -> Tensor:
    option_number(delta, "delta")
    if isinstance(delta, (int, float)) and delta <= 0:
        raise ShapeError("bad-argument", f"`delta` must be above 0, got {delta}", exception="RuntimeError")
    return reduced(shapes.broadcast(shape_of(input), shape_of(target, "target")), reduction, tensor(input))


@operation(f"{F}.kl_div")
def kl_div(
    machine: Machine,
    input: Value,
    target: Value,
    size_average: Value = None,
    reduce: Value = None,
    reduction: Value = "mean",
    log_target: Value = False,
) -> Tensor:
    shape = shapes.broadcast(shape_of(input), shape_of(target, "target"))
    return reduced(shape, reduction, tensor(input), size_average, reduce)


@operation(f"{F}.poisson_nll_loss")
def poisson_nll_loss(
    machine: Machine,
    input: Value,
    target: Value,
    log_input: Value = True,
    full: Value = False,
    size_average: Value = None,
    eps: Value = 1e-08,
    reduce: Value = None,
    reduction: Value = "mean",
) -> Tensor:
    for name, option in (("log_input", log_input), ("full", full)):
        truth(option, name)
    option_number(eps, "eps")
    shape = shapes.broadcast(shape_of(input), shape_of(target, "target"))
    return reduced(shape, reduction, tensor(input), size_average, reduce)


def _check_variance(shape: Shape, found: Shape) -> None:
    """A variance for each element, or without the last axis, or with exactly one axis of 1 in the place of another.

    From torch `nn/functional.py` `gaussian_nll_loss`.
    """
    if found == shape[:-1]:
        return
    differ = [other for size, other in zip(shape, found, strict=False) if equal(size, other) is False]
    one = not differ or (len(differ) == 1 and equal(differ[0], 1) is not False)
    if len(found) != len(shape) or not one:
        raise ShapeError(
            "size-mismatch",
            f"a variance {shapes.text(found)} does not fit the input {shapes.text(shape)}",
            expected=shapes.text(shape),
            actual=shapes.text(found),
            exception="ValueError",
        )


@operation(f"{F}.gaussian_nll_loss")
def gaussian_nll_loss(
    machine: Machine,
    input: Value,
    target: Value,
    var: Value,
    full: Value = False,
    eps: Value = 1e-06,
    reduction: Value = "mean",
) -> Tensor:
    shape = shape_of(input)
    if isinstance(var, Tensor) and var.shape is not None:
        _check_variance(shape, var.shape)
    elif not isinstance(var, Tensor):
        option_number(var, "var")
    return reduced(shapes.broadcast(shape, shape_of(target, "target")), reduction, tensor(input))


def same_shape(input: Value, target: Value) -> Shape:
    """The shape of an input and a target that must have the same."""
    one, other = shape_of(input), shape_of(target, "target")
    if len(one) != len(other):
        raise ShapeError(
            "size-mismatch",
            f"the target {shapes.text(other)} has another size than the input {shapes.text(one)}",
            expected=shapes.text(one),
            actual=shapes.text(other),
            exception="ValueError",
        )
    for found, needed in zip(other, one, strict=True):
        _agree(found, needed, "the target has another size than the input", one, other)
    return one


@operation(f"{F}.binary_cross_entropy")
def binary_cross_entropy(
    machine: Machine,
    input: Value,
    target: Value,
    weight: Value = None,
    size_average: Value = None,
    reduce: Value = None,
    reduction: Value = "mean",
) -> Tensor:
    shape = same_shape(input, target)
    _same_type(machine, input, target)
    _check_broadcast("weight", weight, shape)
    return reduced(shape, reduction, tensor(input), size_average, reduce)


@operation(f"{F}.binary_cross_entropy_with_logits")
def binary_cross_entropy_with_logits(
    machine: Machine,
    input: Value,
    target: Value,
    weight: Value = None,
    size_average: Value = None,
    reduce: Value = None,
    reduction: Value = "mean",
    pos_weight: Value = None,
) -> Tensor:
    shape = same_shape(input, target)
    _real_target(input, target)
    _check_broadcast("weight", weight, shape)
    _check_broadcast("pos_weight", pos_weight, shape)
    return reduced(shape, reduction, tensor(input), size_average, reduce)


def _class_shape(input: Value, target: Value, *, probabilities: bool) -> Shape:
    """The shape of a loss over classes: (N, C, …) with targets (N, …), or with probabilities of the input's shape."""
    one, other = shape_of(input), shape_of(target, "target")
    kind = tensor(target).dtype
    if not one or (len(one) > 1 and not other):
        raise _wrong_ranks(one, other)
    if len(one) == len(other) == 1 and kind in ("int64", "uint8") and equal(other[0], 1) is True:
        return ()  # one sample without a batch, its class in a row
    if len(other) == len(one):
        if (kind is not None and category(kind) < 2) or not probabilities:
            raise _wrong_ranks(one, other)
        for axis, (found, needed) in enumerate(zip(other, one, strict=True)):
            exception = "RuntimeError" if axis or len(one) == 1 else "ValueError"
            _agree(found, needed, "the target has another size than the input", one, other, exception)
        return (*one[:1], *one[2:]) if len(one) > 1 else ()
    if len(other) != len(one) - 1:
        raise _wrong_ranks(one, other)
    kept = (*one[:1], *one[2:]) if len(one) > 1 else ()
    for axis, (found, needed) in enumerate(zip(other, kept, strict=True)):
        exception = "RuntimeError" if axis else "ValueError"
        _agree(found, needed, "the target does not fit the input", one, other, exception)
    if kind is not None and kind not in ("int64", "uint8"):
        raise _wrong_type(f"a target of class indices is int64, not {kind}", "int64", kind, "target.long()")
    return kept


def _wrong_type(message: str, expected: str, actual: str, repair: str) -> ShapeError:
    help_ = f"convert it: `{repair}`"
    return ShapeError("bad-argument", message, help=help_, expected=expected, actual=actual, exception="RuntimeError")


def _same_type(machine: Machine, input: Value, target: Value) -> None:
    """`binary_cross_entropy` converts nothing."""
    one, other = tensor(input).dtype, tensor(target).dtype
    if is_usual(machine) and one is not None and other is not None and one != other and category(one) == 2:
        message = f"the input is {one} and the target {other}: the loss needs both of one type"
        raise _wrong_type(message, one, other, "target.float()" if one == "float32" else f"target.to(torch.{one})")


def _real_target(input: Value, target: Value) -> None:
    one, other = tensor(input).dtype, tensor(target).dtype
    if one is not None and other is not None and category(one) == 2 and category(other) < 2:
        raise _wrong_type(f"the target is {other}, the loss needs real numbers", one, other, "target.float()")


def _check_class_weight(input: Value, weight: Value) -> None:
    """The weights of a loss over classes are one for each class."""
    shape = shape_of(input)
    if not isinstance(weight, Tensor) or weight.shape is None or not shape:
        return
    classes = shape[1] if len(shape) > 1 else shape[0]
    if len(weight.shape) != 1 or clash(weight.shape[0], classes):
        raise ShapeError(
            "size-mismatch",
            f"`weight` must have one element for each of {dim_text(classes)} classes, got {shapes.text(weight.shape)}",
            expected=f"({dim_text(classes)},)",
            actual=shapes.text(weight.shape),
        )


def _check_broadcast(name: str, weight: Value, shape: Shape) -> None:
    """The weights of a binary loss are broadcast to its input and target."""
    if not isinstance(weight, Tensor) or weight.shape is None:
        return
    try:
        shapes.broadcast(weight.shape, shape)
    except ShapeError as error:
        raise ShapeError(
            "size-mismatch",
            f"`{name}` {shapes.text(weight.shape)} cannot be broadcast to the target {shapes.text(shape)}",
            expected=shapes.text(shape),
            actual=shapes.text(weight.shape),
        ) from error


def _wrong_ranks(one: Shape, other: Shape) -> ShapeError:
    batches = not one or (len(one) > 1 and (not other or equal(one[0], other[0]) is False))
    expected = shapes.text((*one[:1], *one[2:]) if len(one) > 1 else ())
    return ShapeError(
        "size-mismatch",
        f"a target of classes for the input {shapes.text(one)} is {expected}, not {shapes.text(other)}",
        expected=expected,
        actual=shapes.text(other),
        exception="ValueError" if batches else "RuntimeError",
    )


@operation(f"{F}.cross_entropy")
def cross_entropy(
    machine: Machine,
    input: Value,
    target: Value,
    weight: Value = None,
    size_average: Value = None,
    ignore_index: Value = -100,
    reduce: Value = None,
    reduction: Value = "mean",
    label_smoothing: Value = 0.0,
) -> Tensor:
    check_reduction(reduction, size_average, reduce)
    shape = _class_shape(input, target, probabilities=True)
    same = isinstance(target, Tensor) and target.shape is not None and target.shape == tensor(input).shape
    if same and isinstance(ignore_index, int) and ignore_index >= 0:
        message = "`ignore_index` is for targets of class indices, not of probabilities"
        raise ShapeError("bad-argument", message, exception="RuntimeError")
    _check_class_weight(input, weight)
    return reduced(shape, reduction, tensor(input), size_average, reduce)


@operation(f"{F}.nll_loss")
def nll_loss(
    machine: Machine,
    input: Value,
    target: Value,
    weight: Value = None,
    size_average: Value = None,
    ignore_index: Value = -100,
    reduce: Value = None,
    reduction: Value = "mean",
) -> Tensor:
    check_reduction(reduction, size_average, reduce)
    shape = _class_shape(input, target, probabilities=False)
    _check_class_weight(input, weight)
    return reduced(shape, reduction, tensor(input), size_average, reduce)
