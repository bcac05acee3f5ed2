"""Losses of `torch.nn.functional` with margins, rankings and alignments, each as its own kernel checks its shapes."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from cnnlint.engine import shape as shapes
from cnnlint.engine.constraints import clash, require_at_least, require_equal
from cnnlint.engine.dimension import less, product
from cnnlint.engine.dimension import text as dim_text
from cnnlint.engine.errors import ShapeError
from cnnlint.frameworks.coerce import dim, flag, items, option_number, shape_of, tensor
from cnnlint.frameworks.torch.core import TORCH
from cnnlint.frameworks.torch.dtypes import category
from cnnlint.frameworks.torch.functional_losses import check_reduction, reduced
from cnnlint.frameworks.torch.operation import operation
from cnnlint.interpreter.values import Tensor

if TYPE_CHECKING:
    from cnnlint.engine.dimension import Dim
    from cnnlint.engine.shape import Shape
    from cnnlint.interpreter.machine import Machine
    from cnnlint.interpreter.values import Value

F = "torch.nn.functional"


def differ(name: str, what: str, found: Shape, needed: Shape, exception: str = "RuntimeError") -> ShapeError:
    """The error of a tensor that has another shape than the kernel asks for; to be raised."""
    return ShapeError(
        "size-mismatch",
        f"`{name}` needs {what} of the shape {shapes.text(needed)}, got {shapes.text(found)}",
        expected=shapes.text(needed),
        actual=shapes.text(found),
        exception=exception,
    )


def same_ranks(name: str, *given: Shape) -> None:
    """Refuse tensors of different numbers of axes."""
    if len({len(shape) for shape in given}) > 1:
        listed = ", ".join(map(shapes.text, given))
        raise ShapeError(
            "rank-mismatch", f"`{name}` needs tensors of as many axes each, got {listed}", exception="RuntimeError"
        )


@operation(f"{F}.soft_margin_loss")
def soft_margin_loss(
    machine: Machine,
    input: Value,
    target: Value,
    size_average: Value = None,
    reduce: Value = None,
    reduction: Value = "mean",
) -> Tensor:
    one, other = shape_of(input), shape_of(target, "target")
    made = shapes.broadcast(one, other)
    if len(one) < len(made) or any(map(clash, one, made)):  # computed in place of the input
        raise differ("soft_margin_loss", "an input", one, made)
    return reduced(made, reduction, tensor(input), size_average, reduce)


@operation(f"{F}.hinge_embedding_loss")
def hinge_embedding_loss(
    machine: Machine,
    input: Value,
    target: Value,
    margin: Value = 1.0,
    size_average: Value = None,
    reduce: Value = None,
    reduction: Value = "mean",
) -> Tensor:
    shape = shapes.broadcast(shape_of(input), shape_of(target, "target"))
    option_number(margin, "margin")
    return reduced(shape, reduction, tensor(input), size_average, reduce)


@operation(f"{F}.margin_ranking_loss")
def margin_ranking_loss(
    machine: Machine,
    input1: Value,
    input2: Value,
    target: Value,
    margin: Value = 0,
    size_average: Value = None,
    reduce: Value = None,
    reduction: Value = "mean",
) -> Tensor:
    one, two, three = shape_of(input1, "input1"), shape_of(input2, "input2"), shape_of(target, "target")
    same_ranks("margin_ranking_loss", one, two, three)
    shape = shapes.broadcast(shapes.broadcast(one, two), three)
    option_number(margin, "margin")
    return reduced(shape, reduction, tensor(input1), size_average, reduce)


@operation(f"{F}.cosine_embedding_loss")
def cosine_embedding_loss(
    machine: Machine,
    input1: Value,
    input2: Value,
    target: Value,
    margin: Value = 0,
    size_average: Value = None,
    reduce: Value = None,
    reduction: Value = "mean",
) -> Tensor:
    one, two, labels = shape_of(input1, "input1"), shape_of(input2, "input2"), shape_of(target, "target")
    if len(labels) > 1 or not len(one) == len(two) == len(labels) + 1:
        raise ShapeError(
            "rank-mismatch",
            "`cosine_embedding_loss` needs two matrices and a label for each row, or two vectors and one label, got "
            f"{shapes.text(one)}, {shapes.text(two)} and {shapes.text(labels)}",
            exception="RuntimeError",
        )
    shape = shapes.broadcast(shapes.broadcast(one, two)[:-1], labels)
    option_number(margin, "margin")
    return reduced(shape, reduction, tensor(input1), size_average, reduce)


def distances(anchor: Value, positive: Value, negative: Value, *, swap: bool) -> Shape:
    """The shape of the differences of distances between the rows of three tensors."""
    one, two, three = shape_of(anchor, "anchor"), shape_of(positive, "positive"), shape_of(negative, "negative")
    same_ranks("triplet_margin_loss", one, two, three)
    near, far = shapes.broadcast(one, two)[:-1], shapes.broadcast(one, three)[:-1]
    if swap:
        far = shapes.broadcast(far, shapes.broadcast(two, three)[:-1])
    return shapes.broadcast(near, far)


@operation(f"{F}.triplet_margin_loss", "torch.triplet_margin_loss")
def triplet_margin_loss(
    machine: Machine,
    anchor: Value,
    positive: Value,
    negative: Value,
    margin: Value = 1.0,
    p: Value = 2,
    eps: Value = 1e-06,
    swap: Value = False,
    size_average: Value = None,
    reduce: Value = None,
    reduction: Value = "mean",
) -> Tensor:
    for name, number in (("margin", margin), ("p", p), ("eps", eps)):
        option_number(number, name)
    shape = distances(anchor, positive, negative, swap=flag(swap))
    return reduced(shape, reduction, tensor(anchor), size_average, reduce)


@operation(f"{F}.triplet_margin_with_distance_loss")
def triplet_margin_with_distance_loss(
    machine: Machine,
    anchor: Value,
    positive: Value,
    negative: Value,
    *,
    distance_function: Value = None,
    margin: Value = 1.0,
    swap: Value = False,
    reduction: Value = "mean",
) -> Tensor:
    pairs = [(anchor, positive), (anchor, negative), *([(positive, negative)] if flag(swap) else [])]
    same_ranks("triplet_margin_with_distance_loss", *(shape_of(each) for each in (anchor, positive, negative)))
    function = TORCH.names[f"{F}.pairwise_distance"] if distance_function is None else distance_function
    shape: Shape = ()
    for pair in pairs:
        shape = shapes.broadcast(shape, shape_of(machine.call(function, pair)))
    return reduced(shape, reduction, tensor(anchor))


def rows(name: str, input: Value) -> tuple[Dim, Dim]:
    """How many rows of how many classes: of a matrix, of one row, or of one number."""
    shape = shape_of(input)
    if len(shape) > 2:
        raise ShapeError(
            "rank-mismatch",
            f"`{name}` takes a vector or a matrix, got {shapes.text(shape)}",
            expected="1-d or 2-d",
            actual=f"{len(shape)}-d",
            exception="RuntimeError",
        )
    count, classes = (1, 1, *shape)[-2:]
    require_at_least(classes, 1, lambda: differ(name, "an input", shape, (*shape[:-1], 1)))
    return count, classes


def of_indices(name: str, target: Value) -> None:
    """Refuse class indices that are not int64."""
    kind = tensor(target, "target").dtype
    if kind is not None and kind != "int64":
        raise ShapeError(
            "bad-argument",
            f"the target of `{name}` is int64, not {kind}",
            help="convert it: `target.long()`",
            expected="int64",
            actual=kind,
            exception="RuntimeError",
        )


@operation(f"{F}.multi_margin_loss")
def multi_margin_loss(
    machine: Machine,
    input: Value,
    target: Value,
    p: Value = 1,
    margin: Value = 1.0,
    weight: Value = None,
    size_average: Value = None,
    reduce: Value = None,
    reduction: Value = "mean",
) -> Tensor:
    check_reduction(reduction, size_average, reduce)
    if isinstance(p, (int, float, str, tuple)) and p not in (1, 2):
        raise ShapeError("bad-argument", f"`p` must be 1 or 2, got {p!r}", exception="ValueError")
    count, classes = rows("multi_margin_loss", input)
    labels = shape_of(target, "target")
    if len(labels) > 1 or clash(product(labels), count):
        raise differ("multi_margin_loss", "a target", labels, (count,))
    if isinstance(weight, Tensor) and weight.shape is not None:
        if len(weight.shape) != 1:
            raise differ("multi_margin_loss", "a weight", weight.shape, (classes,), "ValueError")
        require_equal(
            weight.shape[0], classes, lambda: differ("multi_margin_loss", "a weight", shape_of(weight), (classes,))
        )
    of_indices("multi_margin_loss", target)
    return reduced((count,) if labels else (), reduction, tensor(input), size_average, reduce)


@operation(f"{F}.multilabel_margin_loss")
def multilabel_margin_loss(
    machine: Machine,
    input: Value,
    target: Value,
    size_average: Value = None,
    reduce: Value = None,
    reduction: Value = "mean",
) -> Tensor:
    count, classes = rows("multilabel_margin_loss", input)
    shape, labels = shape_of(input), shape_of(target, "target")
    if len(shape) == 2:
        fits = len(labels) == 2 and not any(map(clash, labels, shape))
    else:
        fits = len(labels) < 2 and not clash(product(labels), classes)
    if not fits:
        raise differ("multilabel_margin_loss", "a target", labels, shape)
    of_indices("multilabel_margin_loss", target)
    return reduced((count,) if len(shape) == 2 else (), reduction, tensor(input), size_average, reduce)


@operation(f"{F}.multilabel_soft_margin_loss")
def multilabel_soft_margin_loss(
    machine: Machine,
    input: Value,
    target: Value,
    weight: Value = None,
    size_average: Value = None,
    reduce: Value = None,
    reduction: Value = "mean",
) -> Tensor:
    shape = shapes.broadcast(shape_of(input), shape_of(target, "target"))
    if isinstance(weight, Tensor):
        shape = shapes.broadcast(shape, shape_of(weight, "weight"))
    axis = len(shape_of(input)) - 1
    if axis < 0:
        raise ShapeError(
            "rank-mismatch", "`multilabel_soft_margin_loss` takes an input of 1 axis or more", exception="IndexError"
        )
    return reduced(shapes.reduce(shape, axis), reduction, tensor(input), size_average, reduce)


def lengths(name: str, value: Value, batch: Dim) -> list[Dim] | None:
    """The lengths of the sequences of a batch, None where they are not known: integers, one for each sample."""
    found: list[Dim] | None = None
    if isinstance(value, Tensor):
        if value.dtype is not None and category(value.dtype) == 2:
            raise ShapeError("bad-argument", f"`{name}` must be integers, not {value.dtype}", exception="RuntimeError")
        count: Dim = product(shape_of(value, name))
        if value.values is not None:
            found = [each for each in value.values if isinstance(each, int)]
    else:
        listed = items(value)
        if listed is None:
            raise ShapeError("bad-argument", f"`{name}` must be a tensor or a sequence", exception="TypeError")
        found = [dim(each, name) for each in listed]
        count = len(found)
    require_equal(count, batch, lambda: _wrong_count(name, count, batch))
    return found


def _wrong_count(name: str, count: Dim, batch: Dim) -> ShapeError:
    return ShapeError(
        "size-mismatch",
        f"`{name}` has {dim_text(count)} lengths for a batch of {dim_text(batch)}",
        expected=dim_text(batch),
        actual=dim_text(count),
        exception="RuntimeError",
    )


def _too_long(name: str, longest: Dim, room: Dim) -> ShapeError:
    return ShapeError(
        "size-mismatch",
        f"`{name}` has a length of {dim_text(longest)}, but there is room for {dim_text(room)} only",
        expected=f"at most {dim_text(room)}",
        actual=dim_text(longest),
        exception="RuntimeError",
    )


@operation(f"{F}.ctc_loss", "torch.ctc_loss")
def ctc_loss(
    machine: Machine,
    log_probs: Value,
    targets: Value,
    input_lengths: Value,
    target_lengths: Value,
    blank: Value = 0,
    reduction: Value = "mean",
    zero_infinity: Value = False,
) -> Tensor:
    shape, labels = shape_of(log_probs, "log_probs"), shape_of(targets, "targets")
    if len(shape) not in (2, 3) or not 1 <= len(labels) <= 2:
        raise ShapeError(
            "rank-mismatch",
            "`ctc_loss` takes scores (steps, batch, classes) and targets (batch, length), got "
            f"{shapes.text(shape)} and {shapes.text(labels)}",
            exception="RuntimeError",
        )
    steps, batch, classes = shape if len(shape) == 3 else (shape[0], 1, shape[1])
    if less(dim(blank, "blank"), 0) or less(classes - 1, dim(blank, "blank")):
        message = f"`blank` must be a class of {dim_text(classes)}, not {dim_text(dim(blank))}"
        raise ShapeError("bad-argument", message, exception="RuntimeError")
    given, wanted = lengths("input_lengths", input_lengths, batch), lengths("target_lengths", target_lengths, batch)
    for each in given or ():
        require_at_least(steps, each, partial(_too_long, "input_lengths", each, steps))
    if len(labels) == 2:
        require_equal(labels[0], batch, lambda: _wrong_count("targets", labels[0], batch))
        for each in wanted or ():
            require_at_least(labels[1], each, partial(_too_long, "target_lengths", each, labels[1]))
    elif wanted is not None:
        total = sum(wanted, start=0)
        require_equal(labels[0], total, lambda: differ("ctc_loss", "targets", labels, (total,)))
    return reduced((batch,) if len(shape) == 3 else (), reduction, tensor(log_probs))
