"""The shape of a tensor: a tuple of dimensions, and what each operation makes of it.

Everything about shapes is imported from here. A function raises `ShapeError` where the program must fail for every size
that the symbols allow; what depends on a size is noted as a constraint (`cnnlint.engine.constraints`) and the result is
what holds if the program runs.
"""

from __future__ import annotations

from cnnlint.engine.broadcasting import broadcast, broadcast_all, concatenate, elements, normalize_axis, stack, text
from cnnlint.engine.contraction import einsum, matmul, matmul_macs, tensordot
from cnnlint.engine.reshaping import (
    Shape,
    expand,
    flatten,
    move_axis,
    pad,
    permute,
    reduce,
    repeat,
    reshape,
    slice_length,
    squeeze,
    tile,
    transpose,
    unflatten,
    unsqueeze,
)
from cnnlint.engine.splitting import chunk_sizes, counted_sizes, section_sizes, split, split_sizes

__all__ = [
    "Shape",
    "broadcast",
    "broadcast_all",
    "chunk_sizes",
    "concatenate",
    "counted_sizes",
    "einsum",
    "elements",
    "expand",
    "flatten",
    "matmul",
    "matmul_macs",
    "move_axis",
    "normalize_axis",
    "pad",
    "permute",
    "reduce",
    "repeat",
    "reshape",
    "section_sizes",
    "slice_length",
    "split",
    "split_sizes",
    "squeeze",
    "stack",
    "tensordot",
    "text",
    "tile",
    "transpose",
    "unflatten",
    "unsqueeze",
]
