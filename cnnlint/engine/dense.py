"""Layers that multiply the last axis with a matrix, and look-ups in a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.engine.broadcasting import elements, text
from cnnlint.engine.constraints import require_equal
from cnnlint.engine.dimension import Dim
from cnnlint.engine.dimension import text as dim_text
from cnnlint.engine.errors import ShapeError

if TYPE_CHECKING:
    from cnnlint.engine.reshaping import Shape


def check_features(declared: Dim, found: Dim, name: str = "in_features") -> None:
    """The last axis has to be what the layer was made for. Raises ShapeError `feature-mismatch`."""
    require_equal(
        declared,
        found,
        lambda: ShapeError(
            "feature-mismatch",
            f"`{name}` is {dim_text(declared)} but the input has {dim_text(found)} "
            f"{'feature' if isinstance(found, int) and found == 1 else 'features'}",
            notes=() if isinstance(found, int) else ("no size makes the two equal",),
            expected=dim_text(declared),
            actual=dim_text(found),
        ),
    )


def check_rank(shape: Shape, least: int, most: int | None = None) -> None:
    """The input has to have between `least` and `most` dimensions. Raises ShapeError `rank-mismatch`."""
    if len(shape) < least or (most is not None and len(shape) > most):
        allowed = f"at least {least}" if most is None else str(least) if most == least else f"{least} to {most}"
        raise ShapeError(
            "rank-mismatch",
            f"the layer needs an input of {allowed} dimensions, but the input {text(shape)} has {len(shape)}",
            expected=allowed,
            actual=str(len(shape)),
        )


def linear(shape: Shape, out_features: Dim, in_features: Dim | None = None, *, min_rank: int = 1) -> Shape:
    """(…, in) to (…, out); Keras asks for two axes at least, PyTorch for one.

    Raises ShapeError `rank-mismatch`, `feature-mismatch`.
    """
    check_rank(shape, min_rank)
    if in_features is not None:
        check_features(in_features, shape[-1])
    return (*shape[:-1], out_features)


def linear_weights(in_features: Dim, out_features: Dim) -> tuple[Dim, Dim]:
    """How many numbers the matrix and the bias hold."""
    return in_features * out_features, out_features


def linear_macs(output: Shape, in_features: Dim) -> Dim:
    """MACs of one whole call, batch included: every number of the output takes `in_features`."""
    return elements(output) * in_features


def bilinear(left: Shape, right: Shape, in1: Dim, in2: Dim, out_features: Dim) -> Shape:
    """`torch.nn.Bilinear`: (…, in1) and (…, in2) to (…, out). The weight is (out, in1, in2)."""
    check_rank(left, 1)
    check_rank(right, 1)
    if len(left) != len(right):
        raise ShapeError(
            "rank-mismatch",
            f"both inputs need as many dimensions, got {text(left)} and {text(right)}",
            expected=str(len(left)),
            actual=str(len(right)),
            exception="RuntimeError",
        )
    check_features(in1, left[-1], "in1_features")
    check_features(in2, right[-1], "in2_features")
    for one, other in zip(left[:-1], right[:-1], strict=True):
        require_equal(one, other, lambda: _apart(left, right))
    return (*left[:-1], out_features)


def _apart(left: Shape, right: Shape) -> ShapeError:
    return ShapeError(
        "size-mismatch",
        f"both inputs need the same sizes before their features, got {text(left)} and {text(right)}",
        expected=text(left[:-1]),
        actual=text(right[:-1]),
        exception="RuntimeError",
    )


def bilinear_macs(output: Shape, in1: Dim, in2: Dim) -> Dim:
    """MACs of one whole call: x1 W costs `in1 * in2` for every number of the output, its product with x2 `in2`."""
    return elements(output) * (in1 * in2 + in2)


def embedding(shape: Shape, embedding_dim: Dim) -> Shape:
    """Indices (…) to vectors (…, embedding_dim)."""
    return (*shape, embedding_dim)
