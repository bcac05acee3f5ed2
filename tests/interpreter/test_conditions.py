"""What a size is after a branch, and what is required of the cases that conditions make."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cnnlint.engine.constraints import Constraint, follows
from cnnlint.engine.dimension import Dim, evaluate, maximum, minimum, symbol
from cnnlint.engine.solving import solve, solve_cases
from cnnlint.interpreter.cases import opposite_of
from cnnlint.interpreter.conditions import Condition, either

if TYPE_CHECKING:
    from collections.abc import Callable

HEIGHT, WIDTH = symbol("height"), symbol("width")
SIZES: list[Dim] = [
    HEIGHT,
    WIDTH,
    HEIGHT + 1,
    HEIGHT // 2,
    (WIDTH + 3) // 4,
    HEIGHT % 2,
    2 * WIDTH - 5,
    maximum(HEIGHT, 8),
    minimum(WIDTH, HEIGHT // 3),
]
DIMS = st.one_of(st.sampled_from(SIZES), st.integers(-3, 20))
CONSTRAINTS = st.builds(Constraint, st.sampled_from(["equal", "differs", "at-least"]), DIMS, DIMS)
VALUES = st.fixed_dictionaries({"height": st.integers(1, 40), "width": st.integers(1, 40)})


@settings(max_examples=300, deadline=None)
@given(st.lists(CONSTRAINTS, min_size=1, max_size=2), DIMS, DIMS, VALUES)
def test_a_size_after_a_branch_is_the_one_of_the_branch_that_is_taken(
    constraints: list[Constraint], holds: Dim, fails: Dim, values: dict[str, int]
) -> None:
    truth = all(each.holds(values) for each in constraints)
    condition = Condition(tuple(constraints), None)
    for asked, first, second in ((condition, holds, fails), (condition.negated(), fails, holds)):
        found = either(asked, first, second)
        assert found is not None
        assert evaluate(found, values) == evaluate(holds if truth else fails, values)


@settings(max_examples=200, deadline=None)
@given(CONSTRAINTS, VALUES)
def test_the_opposite_of_a_constraint_is_met_just_where_it_is_not(
    constraint: Constraint, values: dict[str, int]
) -> None:
    assert opposite_of(constraint).holds(values) is not constraint.holds(values)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(CONSTRAINTS, max_size=2), min_size=1, max_size=3))
def test_cases_together_are_met_where_one_of_them_is(cases: list[list[Constraint]]) -> None:
    found = solve_cases(cases, ["height", "width"])
    assert found is not None
    met = {
        (height, width)
        for height in range(1, 25)
        for width in range(1, 25)
        if any(all(each.holds({"height": height, "width": width}) for each in case) for case in cases)
    }
    assert {size for size in found.square if size < 25} == {height for height, width in met if height == width}
    inside = {(h, w) for h in found.axes["height"] for w in found.axes["width"] if h < 25 and w < 25}
    assert met <= inside
    assert not found.independent or met == inside


@pytest.mark.parametrize(
    ("least", "answer"),
    [(lambda size: (size // 4, 1), True), (lambda size: (size // 4, 3), False), (lambda size: (size - 3, 5), True)],
)
def test_what_is_required_already_is_no_more(least: Callable[[Dim], tuple[Dim, int]], answer: bool) -> None:
    given_before = [Constraint("at-least", HEIGHT // 8, 1)]
    left, right = least(HEIGHT)
    assert follows(Constraint("at-least", left, right), given_before) is answer


def test_a_case_without_a_size_takes_nothing_away() -> None:
    never = Constraint("equal", 0, 1)
    alone = solve([Constraint("at-least", HEIGHT, 5)], ["height"])
    assert solve_cases([[never], [Constraint("at-least", HEIGHT, 5)]], ["height"]) == alone
