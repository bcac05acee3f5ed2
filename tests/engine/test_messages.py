"""What a user reads: both numbers, in lower case, without a full stop."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from cnnlint.engine import attention, convolution, dense, merging, normalization, pooling, recurrent, resizing
from cnnlint.engine import shape as shapes
from cnnlint.engine.dimension import symbol
from cnnlint.engine.errors import ShapeError

if TYPE_CHECKING:
    from collections.abc import Callable

batch, height, width = symbol("batch"), symbol("height"), symbol("width")

CASES: list[tuple[Callable[[], Any], str, str, str, str]] = [
    (
        lambda: convolution.convolution((1, 3, 5, 5), 8, (7, 7)),
        "nonpositive-size",
        "kernel 7x7 does not fit into the input 5x5",
        "at least 7x7",
        "5x5",
    ),
    (
        lambda: convolution.convolution((1, 3, 5, 5), 8, (7, 7), padding=[(0, 0), (1, 0)]),
        "nonpositive-size",
        "kernel 7x7 does not fit into the padded input 5x6",
        "at least 7x7",
        "5x6",
    ),
    (
        lambda: convolution.convolution((1, 3, 5, 5), 8, (3, 3), dilation=(4, 4)),
        "nonpositive-size",
        "kernel 3x3 spread to 9x9 does not fit into the input 5x5",
        "at least 9x9",
        "5x5",
    ),
    (
        lambda: convolution.convolution((1, 6, 8, 8), 8, (3, 3), in_channels=3),
        "channel-mismatch",
        "`in_channels` is 3 but the input has 6 channels",
        "3",
        "6",
    ),
    (
        lambda: convolution.convolution((1, 1, 8, 8), 8, (3, 3), in_channels=3),
        "channel-mismatch",
        "`in_channels` is 3 but the input has 1 channel",
        "3",
        "1",
    ),
    (
        lambda: convolution.convolution((10, 784), 8, (3, 3), channels_axis="last"),
        "rank-mismatch",
        "a 2d layer needs an input of 4 dimensions, but the input (10, 784) has 2",
        "4",
        "2",
    ),
    (
        lambda: convolution.convolution((1, 3, 5, 5), 8, (3, 3), stride=(0, 0)),
        "bad-argument",
        "`stride` is 0x0, but has to be above 0",
        "at least 1",
        "0x0",
    ),
    (
        lambda: convolution.convolution((1, 10, 5, 5), 8, (3, 3), groups=4),
        "bad-argument",
        "`in_channels` is 10, which `groups`, 4, does not divide",
        "a multiple of 4",
        "10",
    ),
    (
        lambda: convolution.transposed_convolution((1, 4, 2, 2), 8, (1, 1), padding=(3, 3)),
        "nonpositive-size",
        "the output size for an input of 2x2 would be -4x-4",
        "at least 1",
        "-4x-4",
    ),
    (
        lambda: convolution.check_same_stride((2, 2)),
        "bad-argument",
        '`padding="same"` is not supported with stride 2x2',
        "1",
        "2x2",
    ),
    (
        lambda: pooling.pool((1, 1, 8, 8), (3, 3), padding=[(2, 2), (2, 2)]),
        "bad-argument",
        "padding 2 is more than half of the kernel size 3",
        "at most 1",
        "2",
    ),
    (
        lambda: resizing.pixel_shuffle((1, 8, 4, 4), 3),
        "channel-mismatch",
        "the input has 8 channels, which 9 (the factor 3 squared) does not divide",
        "a multiple of 9",
        "8",
    ),
    (
        lambda: dense.linear((batch, 256), 10, 400),
        "feature-mismatch",
        "`in_features` is 400 but the input has 256 features",
        "400",
        "256",
    ),
    (
        lambda: dense.linear(shapes.flatten((batch, 64, height, width), 1), 10, 9126),
        "feature-mismatch",
        "`in_features` is 9126 but the input has 64*height*width features",
        "9126",
        "64*height*width",
    ),
    (
        lambda: normalization.batch_norm((batch, 64, height, width), 32),
        "norm-mismatch",
        "`num_features` is 32 but the input has 64 channels",
        "32",
        "64",
    ),
    (
        lambda: normalization.layer_norm((batch, 10, 64), (10, 32)),
        "norm-mismatch",
        "`normalized_shape` is (10, 32) but the input (batch, 10, 64) ends in (10, 64)",
        "(10, 32)",
        "(10, 64)",
    ),
    (
        lambda: recurrent.torch_recurrent((5, 3, 10), 20, 8),
        "feature-mismatch",
        "`input_size` is 20 but the input has 10 features",
        "20",
        "10",
    ),
    (
        lambda: attention.check_heads(100, 8),
        "bad-argument",
        "`embed_dim` is 100, which `num_heads`, 8, does not divide",
        "a multiple of 8",
        "100",
    ),
    (
        lambda: shapes.broadcast((batch, 64, 56, 56), (batch, 128, 56, 56)),
        "elementwise-mismatch",
        "shapes (batch, 64, 56, 56) and (batch, 128, 56, 56) do not match: axis -3 is 64 and 128",
        "64",
        "128",
    ),
    (
        lambda: merging.merge([(8, 4), (8, 5)]),
        "elementwise-mismatch",
        "shapes (4,) and (5,) do not match: axis -1 is 4 and 5",
        "4",
        "5",
    ),
    (
        lambda: shapes.concatenate([(batch, 64, 56, 56), (batch, 64, 55, 56)], 1),
        "concat-mismatch",
        "cannot concatenate along axis 1: axis 2 is 56 and 55 in (batch, 64, 56, 56) and (batch, 64, 55, 56)",
        "56",
        "55",
    ),
    (
        lambda: shapes.concatenate([(batch, 64), (batch, 64, 1)], 1),
        "concat-mismatch",
        "cannot concatenate (batch, 64) and (batch, 64, 1): 2 and 3 dimensions",
        "2",
        "3",
    ),
    (
        lambda: shapes.reshape((4, 5, 6), (4, 31)),
        "reshape-mismatch",
        "cannot reshape (4, 5, 6) with 120 elements into (4, 31), which needs 124",
        "124",
        "120",
    ),
    (
        lambda: shapes.reshape((4, 5, 6), (-1, 7)),
        "reshape-mismatch",
        "cannot reshape (4, 5, 6) with 120 elements into (-1, 7), which needs a multiple of 7",
        "7",
        "120",
    ),
    (
        lambda: shapes.matmul((batch, 3, 4), (5, 6)),
        "size-mismatch",
        "cannot multiply (batch, 3, 4) with (5, 6): the inner sizes are 4 and 5",
        "4",
        "5",
    ),
    (
        lambda: shapes.normalize_axis(3, 2),
        "bad-argument",
        "axis 3 is out of range for a tensor with 2 dimensions",
        "-2 to 1",
        "3",
    ),
    (
        lambda: shapes.split_sizes(10, [3, 3]),
        "size-mismatch",
        "the split sizes add up to 6, but the axis has 10",
        "10",
        "6",
    ),
    (
        lambda: shapes.einsum("ij,jk->ik", [(4, 5), (6, 7)]),
        "size-mismatch",
        "the axis 'j' of 'ij,jk->ik' is 5 and 6",
        "5",
        "6",
    ),
]


@pytest.mark.parametrize(("run", "kind", "message", "expected", "actual"), CASES)
def test_a_fault_names_both_numbers(
    run: Callable[[], Any], kind: str, message: str, expected: str, actual: str
) -> None:
    with pytest.raises(ShapeError) as caught:
        run()
    found = caught.value
    assert (found.kind, found.message, found.expected, found.actual) == (kind, message, expected, actual)


@pytest.mark.parametrize(
    ("shape", "written"),
    [
        ((batch, 28, 28, 32), "(None, 28, 28, 32)"),
        ((batch, 64, height // 2, 7), "(None, 64, height//2, 7)"),
        ((10,), "(10,)"),
        ((), "()"),
        ((2 * batch, 3), "(2*batch, 3)"),
    ],
)
def test_shapes_are_written_as_the_frameworks_write_them(shape: shapes.Shape, written: str) -> None:
    assert shapes.text(shape, batch="None") == written
