from __future__ import annotations

from itertools import product
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnnlint.engine import solving
from cnnlint.engine.constraints import Constraint, collect
from cnnlint.engine.convolution import convolution
from cnnlint.engine.dense import linear
from cnnlint.engine.dimension import Dim, maximum, minimum, symbol
from cnnlint.engine.errors import ShapeError
from cnnlint.engine.pooling import pool
from cnnlint.engine.progression import complaint, progressions, text
from cnnlint.engine.shape import concatenate, flatten, reshape, squeeze
from cnnlint.engine.solving import bind, first_broken, required_numbers, solve, verdict

batch, height, width, depth = symbol("batch"), symbol("height"), symbol("width"), symbol("depth")


def triples(found: solving.Solution) -> tuple[tuple[int, int, int], ...]:
    return progressions(found.square, found.span[1])


def test_lenet_needs_a_map_of_25_places() -> None:
    with collect() as constraints:
        x: tuple[Dim, ...] = (batch, 1, height, width)
        x = pool(convolution(x, 6, (5, 5), in_channels=1), (2, 2))
        x = pool(convolution(x, 16, (5, 5), in_channels=6), (2, 2))
        linear(flatten(x, 1), 120, in_features=400)
    found = solve(constraints, ("height", "width"))
    assert found is not None
    assert triples(found) == ((32, 35, 1),)
    # 5 x 5, and 1 x 25, which nobody means but PyTorch takes
    assert progressions(found.axes["height"], 512) == ((16, 19, 1), (32, 35, 1), (112, 115, 1))
    assert not found.independent
    assert verdict(constraints, {"height": 17, "width": 113}) is True
    assert verdict(constraints, {"height": 17, "width": 33}) is False


def test_a_reshape_that_folds_the_batch_runs_where_every_batch_can_be_folded() -> None:
    with collect() as constraints:
        reshape((batch, 16, height, width), (-1, 400))
    found = solve(constraints, ("height", "width"))
    assert found is not None
    assert found.square[:4] == (5, 10, 15, 20)


def test_a_u_net_takes_multiples() -> None:
    with collect() as constraints:
        x: tuple[Dim, ...] = (batch, 8, height, width)
        skips = []
        for _ in range(4):
            skips.append(x)
            x = pool(x, (2, 2))
        for skip in reversed(skips):
            x = concatenate([skip, (*x[:2], 2 * x[2], 2 * x[3])], 1)
    found = solve(constraints, ("height", "width"))
    assert found is not None
    assert triples(found) == ((16, 512, 16),)
    assert found.independent
    assert found.span == (1, 512)


def test_nothing_is_said_where_other_sizes_are_open_or_a_case_is_assumed() -> None:
    assert solve([Constraint("equal", height, symbol("size"))], ["height"]) is None
    with collect() as constraints:
        assert squeeze((batch, height)) == (batch, height)
    assert solve(constraints, ["height"]) is None
    assert verdict(constraints, {"height": 1}) is None
    assert verdict(constraints, {"height": 2}) is True


def test_what_is_assumed_does_not_matter_where_the_program_does_not_come_that_far() -> None:
    with collect() as constraints:
        pool((batch, 3, height), (5,))
        squeeze((batch, height))
    found = solve(constraints, ["height"])
    assert found is not None
    assert triples(found) == ((5, 512, 1),)
    # In the other order the program takes the other case before it fails.
    assert solve(reversed(list(constraints)), ["height"]) is None


def test_a_number_of_three_factors_is_found_by_its_equation() -> None:
    features = 4 * (depth // 2) * (height // 8) * (width // 8)
    found = solve([Constraint("equal", 1008, features)], ["depth", "height", "width"])
    assert found is not None
    assert found.span == (1, 512)
    assert all(4 * (size // 2) * (size // 8) ** 2 == 1008 for size in found.square)
    assert {size // 8 for size in found.axes["height"]} == {
        size for size in range(1, 65) for other in range(1, 65) if 252 % (size * other) == 0
    }


def test_too_many_combinations_make_the_range_smaller() -> None:
    found = solve([Constraint("at-least", height * width * depth, 1000)], ["height", "width", "depth"])
    assert found is None or found.span[1] < 512
    found = solve([Constraint("at-least", height * width, 1000)], ["height", "width"])
    assert found is not None
    assert found.span == (1, 320)


def test_impossible_requirements_leave_no_size() -> None:
    found = solve([Constraint("equal", 0, 1)], ["height", "width"])
    assert found is not None
    assert found.square == ()
    assert found.axes == {"height": (), "width": ()}


SIZES = st.sampled_from(
    [height, width, height // 2, width // 3, (height - 3) // 2 + 1, 2 * (width // 2), height + width]
)
DIMS = st.one_of(
    SIZES,
    st.integers(0, 30),
    st.builds(lambda a, b: a * b, SIZES, SIZES),
    st.builds(lambda a, b: a - b, SIZES, SIZES),
    st.builds(maximum, SIZES, SIZES),
    st.builds(minimum, SIZES, SIZES),
    st.builds(lambda a, b: (a * b) // 4, SIZES, SIZES),
)
CONSTRAINTS = st.builds(
    Constraint, st.sampled_from(["equal", "at-least", "multiple", "broadcast", "differs"]), DIMS, DIMS
)


@given(st.lists(CONSTRAINTS, max_size=4))
def test_the_solution_is_what_trying_every_size_gives(constraints: list[Constraint]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(solving, "SPANS", ((1, 16),))
        found = solve(constraints, ["height", "width"])
    assert found is not None
    good = {
        (one, other)
        for one, other in product(range(1, 17), repeat=2)
        if all(each.holds({"height": one, "width": other}) for each in constraints)
    }
    assert set(found.square) == {one for one, other in good if one == other}
    assert set(found.axes["height"]) == {one for one, _ in good}
    assert set(found.axes["width"]) == {other for _, other in good}
    assert found.independent == (len(good) == len(found.axes["height"]) * len(found.axes["width"]))


@given(st.sets(st.integers(1, 60)).map(sorted))
def test_progressions_say_the_set_and_nothing_else(values: list[int]) -> None:
    found = progressions(values, 60)
    said = [size for first, last, step in found for size in range(first, last + 1, step)]
    assert sorted(said) == values


def test_a_thousand_constraints_are_solved_in_time() -> None:
    constraints = [
        Constraint("at-least", (size + index) // 8 + 1, 1 + index // 30)
        for index in range(500)
        for size in (height, width)
    ]
    start = process_time()
    found = solve(constraints, ["height", "width"])
    assert found is not None
    assert process_time() - start < 0.5


@pytest.mark.parametrize(
    ("values", "said"),
    [
        (range(32, 36), "height and width 32 to 35"),
        (range(16, 513, 16), "height and width multiples of 16"),
        (range(32, 513, 16), "height and width multiples of 16, from 32"),
        (range(32, 193, 16), "height and width multiples of 16, from 32 to 192"),
        (range(17, 513), "height and width any from 17"),
        (range(1, 513), "any height and width"),
        (range(5, 513, 4), "height and width every 4 from 5"),
        ([1, *range(8, 513, 8)], "height and width 1 or multiples of 8"),
        ([224], "height and width 224"),
        ([], "no height and width from 1 to 512"),
        (
            [size for size in range(32, 513) if size % 20 in (12, 13, 14, 15)],
            "height and width 32 to 35 and every 20 on",
        ),
    ],
)
def test_sizes_are_said_in_few_words(values: range, said: str) -> None:
    found = progressions(list(values), 512)
    assert text(("height", "width"), found, [found, found], (1, 512), independent=True) == said


def test_sizes_that_differ_are_said_one_by_one() -> None:
    anything, odd = progressions(range(1, 513), 512), progressions(range(1, 513, 2), 512)
    assert (
        text(("height", "width"), (), [anything, odd], (1, 512), independent=True) == "any height, width every 2 from 1"
    )


def test_what_a_shape_does_not_meet_is_said_with_both_numbers() -> None:
    constraints = [Constraint("at-least", height, 3), Constraint("equal", height, 2 * (height // 2))]
    broken = first_broken(constraints, {"height": 31})
    assert broken == constraints[1]
    assert complaint(broken, {"height": 31}) == "height % 2 is 1 but has to be 0" or "31" in complaint(
        broken, {"height": 31}
    )


def test_shapes_are_bound_to_the_open_sizes_of_the_inputs() -> None:
    inputs = [(batch, 3, height, width)]
    assert bind(inputs, [(3, 20, 30)]) == {"height": 20, "width": 30}
    assert bind(inputs, [(1, 20, 30)]) is False
    assert bind(inputs, [(20, 30)]) is None
    assert bind([*inputs, *inputs], [(3, 20, 30), (3, 21, 30)]) is None


def test_channels_that_a_layer_asks_for_are_numbers() -> None:
    channels = symbol("channels")
    assert required_numbers([Constraint("equal", 5, channels + 2), Constraint("equal", height, 4)]) == {"channels": 3}


def test_a_fault_for_every_size_is_no_constraint() -> None:
    with collect() as constraints:
        reshape((64, height), (-1, 9))
        with pytest.raises(ShapeError):
            reshape((4, 4), (3, -1))
    assert list(constraints) == [Constraint("multiple", 64 * height, 9)]


def test_what_no_size_within_reach_meets_is_told() -> None:
    quarter = (height + 3) // 4
    assert solving.is_out_of_reach(Constraint("equal", 96 * quarter * ((width + 3) // 4) * batch, 2_408_448 * batch))
    assert not solving.is_out_of_reach(Constraint("equal", 96 * quarter * ((width + 3) // 4), 96 * 16_000))
    assert solving.is_out_of_reach(Constraint("at-least", height + width, 2000))
    assert solving.is_out_of_reach(Constraint("equal", batch, 4))
    assert not solving.is_out_of_reach(Constraint("at-least", 600 - height, 599))
    assert not solving.is_out_of_reach(Constraint("differs", height, 600))


@pytest.mark.parametrize("limit", [8, 20])
def test_a_factor_that_is_0_or_1_is_looked_at_as_two_cases(limit: int) -> None:
    # what is enlarged four times where its shorter side is less than the limit, halved three times, and restored
    small = minimum(1, maximum(0, limit - minimum(height, width)))
    sizes = (height + 3 * height * small, width + 3 * width * small)
    constraints = [Constraint("equal", 8 * (size // 8), size) for size in sizes]
    constraints += [Constraint("at-least", size, 16) for size in sizes]
    found = solve(constraints, ("height", "width"))
    assert found is not None
    runs = {
        (h, w)
        for h, w in product(range(1, 65), repeat=2)
        if all(made % 8 == 0 and made >= 16 for made in ((4 * h, 4 * w) if min(h, w) < limit else (h, w)))
    }
    assert [size for size in found.square if size <= 64] == [size for size in range(1, 65) if (size, size) in runs]
    assert [size for size in found.axes["height"] if size <= 64] == sorted({h for h, _ in runs})
    assert not found.independent
    assert all(
        verdict(constraints, {"height": h, "width": w}) is ((h, w) in runs) for h, w in product(range(1, 33), repeat=2)
    )


def test_a_quick_look_finds_sizes_that_models_are_made_for() -> None:
    assert solving.is_met_somewhere([Constraint("multiple", height, 32)], ("height", "width"))
    assert solving.is_met_somewhere([Constraint("equal", symbol("channels"), 3)], ("channels", "height"))
    assert not solving.is_met_somewhere([Constraint("equal", height, 17)], ("height",))
    assert not solving.is_met_somewhere([Constraint("equal", height // (width - 8), 1)], ("height", "width"))
