from __future__ import annotations

import operator
import pickle
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cnnlint.engine.dimension import (
    Columns,
    Dim,
    Expr,
    bounds,
    ceil_div,
    divides,
    equal,
    evaluate,
    exact_quotient,
    is_anonymous,
    less,
    less_equal,
    maximum,
    minimum,
    product,
    substitute,
    symbol,
    symbols,
    text,
    unknown_dim,
)
from cnnlint.engine.errors import Undetermined

if TYPE_CHECKING:
    from collections.abc import Callable

height, width, batch = symbol("height"), symbol("width"), symbol("batch")
NAMES = ("height", "width", "batch")
Operation = tuple[str, tuple["Operation", ...]] | str | int

OPERATORS: dict[str, Callable[..., Dim]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "//": operator.floordiv,
    "%": operator.mod,
    "neg": operator.neg,
    "max": maximum,
    "min": minimum,
    "ceil": lambda number, divisor: -(-number // divisor),
}
numbers = st.integers(-40, 40)
divisors = st.integers(1, 12)
operations: st.SearchStrategy[Operation] = st.recursive(
    st.sampled_from(NAMES) | numbers,
    lambda inner: (
        st.tuples(st.sampled_from(["+", "-", "*", "max", "min"]), st.tuples(inner, inner))
        | st.tuples(st.sampled_from(["//", "%", "ceil"]), st.tuples(inner, divisors))
        | st.tuples(st.sampled_from(["//", "%"]), st.tuples(inner, inner))
        | st.tuples(st.just("neg"), st.tuples(inner))
    ),
    max_leaves=8,
)
values = st.fixed_dictionaries({name: st.integers(1, 60) for name in NAMES})


def run(operation: Operation, leaf: Callable[[str], Dim]) -> Dim:
    if isinstance(operation, int):
        return operation
    if isinstance(operation, str):
        return leaf(operation)
    name, arguments = operation
    return OPERATORS[name](*(run(argument, leaf) for argument in arguments))


def build(operation: Operation) -> Dim | None:
    try:
        return run(operation, symbol)
    except ZeroDivisionError:
        return None


@settings(max_examples=300)
@given(operations, values)
def test_an_expression_evaluates_to_what_its_operations_give(operation: Operation, sizes: dict[str, int]) -> None:
    built = build(operation)
    try:
        wanted = run(operation, sizes.__getitem__)
    except ZeroDivisionError:
        return
    if built is None or is_anonymous(built):
        return
    assert evaluate(built, sizes) == wanted
    low, high = bounds(built)
    assert isinstance(wanted, int)
    assert low is None or low <= wanted
    assert high is None or high >= wanted
    numbers_put_in = substitute(built, dict(sizes))
    assert numbers_put_in == wanted
    assert list(Columns({name: [size] for name, size in sizes.items()}).evaluate(built)) == [wanted]
    assert eval(text(built), {"max": max, "min": min}, dict(sizes)) == wanted


@settings(max_examples=300)
@given(operations, operations, values)
def test_what_is_decided_holds_for_every_size(left: Operation, right: Operation, sizes: dict[str, int]) -> None:
    one, other = build(left), build(right)
    if one is None or other is None or is_anonymous(one) or is_anonymous(other):
        return
    try:
        a, b = evaluate(one, sizes), evaluate(other, sizes)
    except ZeroDivisionError:
        return
    assert equal(one, other) in {None, a == b}
    assert less(one, other) in {None, a < b}
    assert less_equal(one, other) in {None, a <= b}
    if a:
        assert divides(one, other) in {None, b % a == 0}
    quotient = exact_quotient(one, other)
    if quotient is not None and b:
        assert evaluate(quotient, sizes) * b == a


@settings(max_examples=100)
@given(st.lists(st.tuples(st.integers(1, 7), st.integers(1, 4), st.integers(0, 3)), max_size=6), st.integers(1, 300))
def test_a_chain_of_windows_folds_to_one_division(windows: list[tuple[int, int, int]], size: int) -> None:
    folded: Dim = height
    concrete = size
    for kernel, stride, padding in windows:
        folded = (folded + 2 * padding - kernel) // stride + 1
        concrete = (concrete + 2 * padding - kernel) // stride + 1
        assert evaluate(folded, {"height": size}) == concrete
        assert text(folded).count("//") <= 1


@pytest.mark.parametrize(
    ("dim", "written"),
    [
        (height // 2, "height//2"),
        (height // 2 + 1, "height//2 + 1"),
        ((height - 2) // 2, "(height - 2) // 2"),
        ((height - 3) // 2, "(height - 3) // 2"),
        ((height + 6 - 7) // 2 + 1, "(height + 1) // 2"),
        (64 * height * width, "64*height*width"),
        ((4 * height + 6) // 2, "2*height + 3"),
        (((height + 1) // 2 + 3) // 4, "(height + 7) // 8"),
        (-(-height // 2), "(height + 1) // 2"),
        (16 * (height // 4) * (width // 4), "16*(height//4)*(width//4)"),
        (height - 2, "height - 2"),
        (2 - height, "2 - height"),
        (height**3, "height**3"),
        (height % 4, "height % 4"),
        (3 * (height % 4) + 1, "3*(height % 4) + 1"),
        (height + -height % 16, "16*((height + 15)//16)"),
        (16 * ((height - 12) // 4) * ((width - 12) // 4), "16*((height - 12)//4)*((width - 12)//4)"),
        (
            batch * ((height - 12) // 4) * ((width - 12) // 4) // 25,
            "(batch*((height - 12)//4)*((width - 12)//4)) // 25",
        ),
        (-((height + 50) // 55), "-((height + 50)//55)"),
        (-4 * (batch + height + 7), "-4*(batch + height + 7)"),
        (maximum(height, 3), "max(height, 3)"),
        (maximum(height, 0), "height"),
        (minimum(height, 0), "0"),
        (unknown_dim() + 1, "?"),
        (7, "7"),
        (216 * (height - 2) * (width - 2) + 8 * batch, "216*(height - 2)*(width - 2) + 8*batch"),
        (80 - 32 * (height + 3) * (width - 2), "-32*(height + 3)*(width - 2) + 80"),
        ((height // 2 - 1) * (width - 5) + 7, "(width - 5)*((height - 2)//2) + 7"),
    ],
)
def test_dimensions_are_written_as_people_write_them(dim: Dim, written: str) -> None:
    assert text(dim) == written


@pytest.mark.parametrize(
    ("left", "right", "answer"),
    [
        (64 * height * width, 9126, False),
        (64 * height * width, 9216, None),
        (height, height, True),
        ((height + 1) // 2, ceil_div(height, 2), True),
        ((height + 1) // 2, height - height // 2, True),
        (2 * (height // 2), height, None),
        (2 * (height // 2) + height % 2, height, True),
        (height % 2, 2, False),
        (height % 2, 1, None),
        (height, width, None),
        (height + 1, height, False),
        (height, 0, False),
        (unknown_dim(), unknown_dim(), None),
        (2 * height, 2 * width + 1, False),
    ],
)
def test_equality_is_yes_no_or_depends(left: Dim, right: Dim, answer: bool | None) -> None:
    assert equal(left, right) is answer


def test_an_unknown_size_equals_itself() -> None:
    size = unknown_dim()
    assert equal(size, size) is True
    assert is_anonymous(size * 2 + height)
    assert not is_anonymous(height)


def test_order() -> None:
    assert less(height // 2, height) is True
    assert less_equal(2 * (height // 2), height) is True
    assert less(height, 10) is None
    assert less_equal(height, 0) is False
    assert divides(2, 4 * height) is True
    assert divides(2, height) is None
    assert divides(2, 4 * height + 1) is False


@pytest.mark.parametrize(
    ("number", "divisor", "quotient"),
    [
        (batch * 400, 400, batch),
        (batch * height * width * 3, batch, 3 * height * width),
        (batch * height * width, height * 2, None),
        ((height + 1) * (width + 2), height + 1, width + 2),
        (batch * 7, 2, None),
        (12, 4, 3),
        (12, 5, None),
        (batch * (height // 2 - 1) * 16, 8 * (height // 2 - 1), 2 * batch),
        (0, batch, 0),
    ],
)
def test_exact_quotients(number: Dim, divisor: Dim, quotient: Dim | None) -> None:
    assert exact_quotient(number, divisor) == quotient


def test_a_constant_is_a_plain_int() -> None:
    assert type(height - height) is int
    assert (height + 3) - height == 3
    assert (4 * height) % 2 == 0
    assert (6 * height + 5) // 6 - height == 0
    assert height * 0 == 0


def test_symbols_and_values() -> None:
    dim = batch * (height // 2) + maximum(width, 5)
    assert symbols(dim) == {"batch", "height", "width"}
    assert evaluate(dim, {"batch": 2, "height": 7, "width": 3}) == 11
    assert substitute(dim, {"height": 8}) == 4 * batch + maximum(width, 5)
    assert product([2, height, 3, width]) == 6 * height * width
    with pytest.raises(Undetermined, match="width is not known"):
        evaluate(dim, {"batch": 2, "height": 7})


def test_expressions_are_hashable_and_survive_a_trip_to_another_process() -> None:
    dim = batch * (height // 2 - 3) + 1
    again = pickle.loads(pickle.dumps(dim))
    assert again == dim
    assert hash(again) == hash(dim)
    assert {dim: 1}[again] == 1


def test_hostile_expressions_stay_small() -> None:
    dim: Dim = height
    for index in range(200):
        dim = dim * (symbol(f"s{index}") + 1) + maximum(dim, width * index)
        assert isinstance(dim, Expr)
        assert len(dim.terms) <= 64
    nested: Dim = height
    for _ in range(200):
        nested = (3 * nested + width) // 7
    assert evaluate(substitute(nested, {}), {"height": 5, "width": 5}) >= 0 if not is_anonymous(nested) else True


@pytest.mark.parametrize("most", [1, 2, 7, 8])
def test_what_is_padded_to_a_window_that_adapts_is_no_less_and_a_multiple_of_it(most: int) -> None:
    window = minimum(height, most)
    padded = height + (window - height % window) % window
    assert less(padded, height) is False
    assert divides(window, padded) is True
    assert minimum(padded, height) == height
    for size in range(1, 40):
        real = min(size, most)
        assert evaluate(padded, {"height": size}) == size + (real - size % real) % real


def test_a_division_by_what_may_be_zero_is_not_bounded() -> None:
    window = minimum(height - 1, 8)
    padded = -((-height) // window) * window
    assert less(padded, height) is None


def test_the_minus_of_a_numerator_is_none_between_terms() -> None:
    height = symbol("height")
    dim = -1 // height + height % (height + 1)
    assert eval(text(dim), {}, {"height": 2}) == evaluate(dim, {"height": 2}) == 1
