"""Sizes of the pieces of an axis."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from cnnlint.engine.broadcasting import normalize_axis
from cnnlint.engine.comparison import less
from cnnlint.engine.constraints import Constraint, note, require_at_least, require_equal, require_multiple
from cnnlint.engine.dimension import Dim, ceil_div, exact_quotient, floor_div
from cnnlint.engine.dimension import text as dim_text
from cnnlint.engine.errors import ShapeError, Undetermined
from cnnlint.engine.reshaping import slice_length

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnnlint.engine.reshaping import Shape


def chunk_sizes(size: Dim, chunks: int) -> list[Dim]:
    """`torch.chunk`: pieces of `ceil(size / chunks)`, the last one smaller, sometimes fewer than asked for."""
    if chunks < 1:
        raise ShapeError("bad-argument", f"the number of chunks is {chunks}, not above 0", exception="RuntimeError")
    piece = ceil_div(size, chunks)
    if isinstance(size, int) and isinstance(piece, int):
        return [*[piece] * (size // piece), *([size % piece] if size % piece else [])] if size else [0] * chunks
    last = size - piece * (chunks - 1)
    if less(last, 1) is not False:
        note(Constraint("at-least", last, 1, assumed=True))
    return [*[piece] * (chunks - 1), last]


def split_sizes(size: Dim, split: int | Sequence[Dim]) -> list[Dim]:
    """`torch.split`: pieces of one size, or of the sizes given. Raises ShapeError `size-mismatch`, `bad-argument`."""
    if not isinstance(split, int):
        total: Dim = sum(split[1:], start=split[0]) if split else 0
        require_equal(
            total,
            size,
            lambda: ShapeError(
                "size-mismatch",
                f"the split sizes add up to {dim_text(total)}, but the axis has {dim_text(size)}",
                expected=dim_text(size),
                actual=dim_text(total),
                exception="RuntimeError",
            ),
        )
        return list(split)
    if split < 1:
        raise ShapeError("bad-argument", f"the split size is {split}, not above 0", exception="RuntimeError")
    if not isinstance(size, int):
        raise Undetermined(f"how many pieces of {split} there are in {dim_text(size)}")
    return [*[split] * (size // split), *([size % split] if size % split else [])] or [0]


def counted_sizes(size: Dim, piece: Dim, count: int) -> list[Dim]:
    """`torch.split` into pieces of one size, of which there have to be that many. Raises ShapeError `size-mismatch`."""

    def fault() -> ShapeError:
        return ShapeError(
            "size-mismatch",
            f"a size of {dim_text(size)} in pieces of {dim_text(piece)} is not {count} of them",
            expected=str(count),
            exception="ValueError",
        )

    last = size - piece * (count - 1)
    require_at_least(piece, last, fault)
    require_at_least(last, 1, fault)
    return [*[piece] * (count - 1), last]


def section_sizes(size: Dim, sections: int | Sequence[Dim], *, even: bool = True) -> list[Dim]:
    """`numpy.split`, `keras.ops.split` (or `array_split` where not `even`, `torch.tensor_split`): equal parts, or cuts.

    Raises ShapeError `size-mismatch` where equal parts are impossible, `bad-argument`.
    """
    if not isinstance(sections, int):
        cuts: list[Dim | None] = [0, *sections, None]
        return [slice_length(size, start, stop) for start, stop in pairwise(cuts)]
    if sections < 1:
        raise ShapeError("bad-argument", f"the number of sections is {sections}, not above 0", exception="ValueError")
    if not even:
        return [floor_div(size + sections - 1 - index, sections) for index in range(sections)]
    quotient = exact_quotient(size, sections)
    if quotient is None:
        require_multiple(
            size,
            sections,
            lambda: ShapeError(
                "size-mismatch",
                f"a size of {dim_text(size)} does not split into {sections} equal parts",
                expected=f"a multiple of {sections}",
                actual=dim_text(size),
                exception="ValueError",
            ),
        )
        quotient = floor_div(size, sections)
    return [quotient] * sections


def split(shape: Shape, axis: int, sizes: Sequence[Dim]) -> list[Shape]:
    """The shapes of the pieces, from the sizes that a function above gave for `shape[axis]`."""
    axis = normalize_axis(axis, len(shape))
    return [(*shape[:axis], size, *shape[axis + 1 :]) for size in sizes]
