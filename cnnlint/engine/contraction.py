"""Products of tensors that sum over axes. One MAC is a multiplication and an addition."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from cnnlint.engine.broadcasting import broadcast, broadcast_all, normalize_axis, text
from cnnlint.engine.constraints import require_equal
from cnnlint.engine.dimension import Dim, product
from cnnlint.engine.dimension import text as dim_text
from cnnlint.engine.errors import ShapeError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnnlint.engine.reshaping import Shape


def matmul(left: Shape, right: Shape) -> Shape:
    """`left @ right` in all libraries. Raises ShapeError `size-mismatch`, `rank-mismatch`, or that of `broadcast`."""
    _check_no_scalar(left, right)
    inner = right[-2] if len(right) > 1 else right[-1]
    require_equal(left[-1], inner, lambda: _inner_mismatch(left, right, left[-1], inner))
    leading = broadcast(left[:-2], right[:-2])
    return (*leading, *left[-2:-1], *(right[-1:] if len(right) > 1 else ()))


def matmul_macs(left: Shape, right: Shape) -> Dim:
    """One MAC for each number of the result and each size of the axis that is summed over."""
    return product((*matmul(left, right), left[-1]))


def tensordot(left: Shape, right: Shape, left_axes: Sequence[int], right_axes: Sequence[int]) -> Shape:
    """`numpy.tensordot`: what is left of both shapes. Raises ShapeError `size-mismatch`, `bad-argument`."""
    ours = [normalize_axis(axis, len(left)) for axis in left_axes]
    theirs = [normalize_axis(axis, len(right)) for axis in right_axes]
    if len(ours) != len(theirs):
        raise ShapeError("bad-argument", f"{len(ours)} axes of the first tensor and {len(theirs)} of the second")
    for one, other in zip(ours, theirs, strict=True):
        require_equal(left[one], right[other], partial(_inner_mismatch, left, right, left[one], right[other]))
    kept = [size for axis, size in enumerate(left) if axis not in ours]
    return (*kept, *(size for axis, size in enumerate(right) if axis not in theirs))


def _check_no_scalar(left: Shape, right: Shape) -> None:
    if not left or not right:
        raise ShapeError("rank-mismatch", "a matrix product needs at least one dimension on both sides, not a number")


def _inner_mismatch(left: Shape, right: Shape, one: Dim, other: Dim) -> ShapeError:
    return ShapeError(
        "size-mismatch",
        f"cannot multiply {text(left)} with {text(right)}: the inner sizes are {dim_text(one)} and {dim_text(other)}",
        expected=dim_text(one),
        actual=dim_text(other),
    )


def einsum(equation: str, shapes: Sequence[Shape]) -> tuple[Shape, Dim]:
    """The shape and the MACs of `einsum(equation, ...)`, `...` and a missing right side included.

    Operands are taken in pairs from the left: a pair costs the product of all its sizes where it sums over one, else
    nothing. Raises ShapeError `bad-argument`, `rank-mismatch`, `size-mismatch`.
    """
    inputs, output = _parse(equation.replace(" ", ""), shapes)
    sizes: dict[str, Dim] = {}
    ellipses: list[Shape] = []
    for labels, shape in zip(inputs, shapes, strict=True):
        ellipses.append(_bind(labels, shape, sizes, equation))
    spread = broadcast_all([shape for shape in ellipses if shape])
    result = _dims(output, sizes, spread)
    return result, _einsum_macs(inputs, output, sizes, spread)


def _parse(equation: str, shapes: Sequence[Shape]) -> tuple[list[str], str]:
    """Labels of each operand and of the result, `.` for the ellipsis."""
    left, arrow, output = equation.replace("...", ".").partition("->")
    inputs = left.split(",")
    letters = left.replace(",", "").replace(".", "") + output.replace(".", "")
    if not all(letter.isalpha() for letter in letters) or any(labels.count(".") > 1 for labels in [*inputs, output]):
        raise ShapeError("bad-argument", f"{equation!r} is no einsum equation")
    if len(inputs) != len(shapes):
        raise ShapeError(
            "bad-argument",
            f"the equation {equation!r} has {len(inputs)} operands, but {len(shapes)} are given",
            expected=str(len(inputs)),
            actual=str(len(shapes)),
        )
    if not arrow:
        once = sorted(letter for letter in set(letters) if letters.count(letter) == 1)
        output = ("." if "." in left else "") + "".join(once)
    missing = [letter for letter in output if letter not in left]
    if missing or len(set(output)) != len(output):
        word = f"{missing[0]!r} of the result is in no operand" if missing else "the result names an axis twice"
        raise ShapeError("bad-argument", f"in {equation!r}, {word}")
    return inputs, output


def _bind(labels: str, shape: Shape, sizes: dict[str, Dim], equation: str) -> Shape:
    """Take the sizes of the labels from the shape; what `...` stands for is returned."""
    named = len(labels.replace(".", ""))
    if named > len(shape) or ("." not in labels and named != len(shape)):
        raise ShapeError(
            "rank-mismatch",
            f"{labels.replace('.', '...')!r} of {equation!r} has {named} axes, "
            f"but {text(shape)} has {len(shape)} dimensions",
            expected=str(named),
            actual=str(len(shape)),
        )
    front = labels.find(".") if "." in labels else named
    open_axes = len(shape) - named
    own: dict[str, Dim] = {}
    for letter, size in zip(labels.replace(".", ""), shape[:front] + shape[front + open_axes :], strict=True):
        if letter in own:  # a diagonal is not broadcast
            require_equal(own[letter], size, partial(_clash, equation, letter, own[letter], size))
        own[letter] = size
        known = sizes.get(letter, 1)
        if isinstance(known, int) and known == 1:
            sizes[letter] = size
        elif not (isinstance(size, int) and size == 1):
            require_equal(known, size, partial(_clash, equation, letter, known, size))
    return shape[front : front + open_axes]


def _clash(equation: str, letter: str, known: Dim, size: Dim) -> ShapeError:
    return ShapeError(
        "size-mismatch",
        f"the axis {letter!r} of {equation!r} is {dim_text(known)} and {dim_text(size)}",
        expected=dim_text(known),
        actual=dim_text(size),
    )


def _dims(labels: str, sizes: dict[str, Dim], spread: Shape) -> Shape:
    dims: list[Dim] = []
    for letter in labels:
        if letter == ".":
            dims.extend(spread)
        else:
            dims.append(sizes[letter])
    return tuple(dims)


def _einsum_macs(inputs: list[str], output: str, sizes: dict[str, Dim], spread: Shape) -> Dim:
    total: Dim = 0
    current = inputs[0]
    for index, labels in enumerate(inputs[1:], start=1):
        later = "".join(inputs[index + 1 :]) + output
        both = "".join(dict.fromkeys(current + labels))
        current = "".join(letter for letter in both if letter in later)
        if current != both:
            total += product(_dims(both, sizes, spread))
    return total
