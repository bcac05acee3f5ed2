"""Sizes divided by others and rounded: what Python's floats give, or nothing."""

from __future__ import annotations

import math
import random

import pytest

from cnnlint.engine.dimension import Expr, evaluate, symbol
from cnnlint.interpreter import ratios
from cnnlint.interpreter.values import Ratio

H, W = symbol("height"), symbol("width")
Step = tuple[str, float | str]
SIZES = [(h, w) for h in (1, 2, 3, 7, 10, 29, 49, 64, 100, 113, 224) for w in (1, 5, 14, 29, 57, 100, 256)]


def random_chain(chance: random.Random) -> list[Step]:
    start: list[Step] = [chance.choice((("/", chance.choice((2, 3, 4, 7, 8, 10, 100, "w"))), ("*", 0.5), ("/", 0.25)))]
    operands = (1, 2, 3, 4, 8, 10, "w", 0.5, 1.5, 0.125)
    return start + [(chance.choice("+-*//"), chance.choice(operands)) for _ in range(chance.randint(0, 3))]


def follow(chain: list[Step]) -> object:
    value: object = H
    for op, operand in chain:
        value = ratios.binary(op, value, W if operand == "w" else operand)
        if not isinstance(value, Expr | Ratio):
            return None
    return value


def python(chain: list[Step], h: int, w: int) -> float:
    value: float = h
    for op, operand in chain:
        other = w if isinstance(operand, str) else operand
        match op:
            case "+":
                value = value + other
            case "-":
                value = value - other
            case "*":
                value = value * other
            case _:
                value = value / other
    return value


def test_rounding_a_ratio_gives_what_python_gives() -> None:
    chance = random.Random(7)
    told = 0
    for _ in range(4000):
        chain = random_chain(chance)
        ratio = follow(chain)
        if not isinstance(ratio, Ratio):
            continue
        told += 1
        for h, w in SIZES:
            at = {"height": h, "width": w}
            exact = python(chain, h, w)
            assert evaluate(ratios.rounded_down(ratio), at) == math.floor(exact), chain
            assert evaluate(ratios.rounded_up(ratio), at) == math.ceil(exact), chain
    assert told > 1000


@pytest.mark.parametrize("size", [1, 6, 10, 29, 58])
def test_a_float_may_be_below_the_whole_number(size: int) -> None:
    """`29 / 100 * 100` is 28.999…: nothing is said of it."""
    ratio = ratios.divided(H * size, 100)
    assert isinstance(ratio, Ratio)
    assert ratios.binary("*", ratio, 100) is None
    assert isinstance(ratios.binary("/", ratio, 100), Ratio)
