from __future__ import annotations

from cnnlint.engine.constraints import Constraint, collect, note
from cnnlint.engine.convolution import convolution
from cnnlint.engine.dense import linear
from cnnlint.engine.dimension import Columns, Dim, symbol
from cnnlint.engine.pooling import pool
from cnnlint.engine.shape import broadcast, concatenate, flatten, reshape, split_sizes, squeeze

batch, height, width = symbol("batch"), symbol("height"), symbol("width")


def works(constraints: dict[Constraint, None], sizes: range) -> list[int]:
    columns = Columns({"height": list(sizes), "width": list(sizes), "batch": [1] * len(sizes)})
    met = [constraint.holds_for_all(columns) for constraint in constraints]
    return [size for size, *rows in zip(sizes, *met, strict=True) if all(rows)]


def test_lenet_takes_images_of_32_to_35_pixels() -> None:
    with collect() as constraints:
        x: tuple[Dim, ...] = (batch, 1, height, width)
        x = pool(convolution(x, 6, (5, 5), in_channels=1), (2, 2))
        x = pool(convolution(x, 16, (5, 5), in_channels=6), (2, 2))
        linear(flatten(x, 1), 120, in_features=400)
    assert works(constraints, range(1, 301)) == [32, 33, 34, 35]


def test_a_u_net_of_four_levels_takes_multiples_of_16() -> None:
    with collect() as constraints:
        x: tuple[Dim, ...] = (batch, 8, height, width)
        skips = []
        for _ in range(4):
            skips.append(x)
            x = pool(x, (2, 2))
        for skip in reversed(skips):
            x = (*x[:2], 2 * x[2], 2 * x[3])
            x = concatenate([skip, x], 1)
    assert works(constraints, range(1, 100)) == [16, 32, 48, 64, 80, 96]


def test_constraints_are_kept_once_and_for_all_who_collect() -> None:
    with collect() as outer:
        broadcast((height,), (width,))
        with collect() as inner:
            broadcast((height,), (width,))
            reshape((height,), (-1, 4))
    assert list(inner) == [Constraint("broadcast", height, width), Constraint("multiple", height, 4)]
    assert list(outer) == list(inner)
    note(Constraint("equal", height, 1))
    assert len(outer) == 2


def test_an_axis_that_may_be_1_is_assumed_not_to_be() -> None:
    with collect() as constraints:
        assert squeeze((batch, 1)) == (batch,)
        assert split_sizes(height, [2, 3]) == [2, 3]
    assert list(constraints) == [
        Constraint("differs", batch, 1, assumed=True),
        Constraint("equal", 5, height),
    ]
