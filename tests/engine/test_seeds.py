"""The arithmetic of the five systems that have to be read exactly, step by step."""

from __future__ import annotations

from cnnlint.engine.convolution import convolution, convolution_weights, window_size
from cnnlint.engine.dense import linear_weights
from cnnlint.engine.dimension import Dim, product, symbol
from cnnlint.engine.normalization import batch_norm_counts
from cnnlint.engine.pooling import global_pool, pool
from cnnlint.engine.shape import Shape, flatten, text

batch = symbol("batch")


def weights(channels: Dim, filters: Dim, kernel: int) -> Dim:
    return sum(convolution_weights(channels, filters, (kernel, kernel)))


def convolve(shape: Shape, filters: int, padding: str = "valid", stride: int = 1) -> Shape:
    return convolution(shape, filters, (3, 3), padding=padding, stride=(stride, stride), channels_axis="last")


def halve(shape: Shape) -> Shape:
    return pool(shape, (2, 2), channels_axis="last")


def test_cats_and_dogs() -> None:
    x: Shape = (batch, 180, 180, 3)
    total: Dim = 0
    seen = []
    for index, filters in enumerate((32, 64, 128, 256, 256)):
        total += weights(x[-1], filters, 3)
        x = convolve(x, filters)
        seen.append(x[1:])
        if index < 4:
            x = halve(x)
            seen.append(x[1:])
    assert seen[:2] == [(178, 178, 32), (89, 89, 32)]
    assert seen[-1] == (7, 7, 256)
    assert weights(3, 32, 3) == 896
    features = flatten(x, 1)[1]
    assert features == 12_544
    assert sum(linear_weights(features, 1)) == 12_545
    assert total + 12_545 == 991_041
    first: Shape = (batch, 180, 180, 3)
    assert convolve(first, 32, stride=2)[1:3] == (89, 89)
    assert convolve(first, 32, "same")[1:3] == (180, 180)
    assert convolve(first, 32, "same", 2)[1:3] == (90, 90)


def test_cifar_10() -> None:
    x: Shape = (batch, 32, 32, 3)
    counts: list[Dim] = []
    seen = []
    for index, filters in enumerate((32, 64, 64)):
        counts.append(weights(x[-1], filters, 3))
        x = convolve(x, filters)
        seen.append(x[1:])
        if index < 2:
            x = halve(x)
            seen.append(x[1:])
    assert seen == [(30, 30, 32), (15, 15, 32), (13, 13, 64), (6, 6, 64), (4, 4, 64)]
    assert flatten(x, 1) == (batch, 1024)
    counts += [sum(linear_weights(1024, 64)), sum(linear_weights(64, 10))]
    assert counts == [896, 18_496, 36_928, 65_600, 650]
    assert sum(counts) == 122_570


def test_a_single_convolution_without_an_input() -> None:
    assert weights(3, 6, 16) == 4_614
    x: Shape = (3, symbol("height"), symbol("width"))
    assert text(convolution(x, 6, (16, 16), in_channels=3, unbatched=True)) == "(6, height - 15, width - 15)"


def test_two_blocks() -> None:
    x: Shape = (batch, 256, 256, 3)
    total: Dim = 0
    fixed: Dim = 0
    for filters in (64, 128):
        for _ in range(2):
            total += weights(x[-1], filters, 3)
            x = convolve(x, filters, "same")
        x = halve(x)
        trained, tracked = batch_norm_counts(filters)
        total += trained + tracked
        fixed += tracked
    assert global_pool(x, 2) == (batch, 128)
    total += sum(linear_weights(128, 128)) + sum(linear_weights(128, 1))
    assert (total, total - fixed, fixed) == (277_569, 277_185, 384)


def test_the_formulas() -> None:
    size, kernel = 28, 5
    assert window_size(size, kernel, 1, "full") == size + kernel - 1
    assert product((256, 256, 3)) == 196_608
    assert sum(linear_weights(196_608, 2)) == 393_218
