"""What becomes of values when a condition, a loop or a call is not known; and the limits."""

from __future__ import annotations

from typing import Any

import pytest

from cnnlint.interpreter.frame import LimitReached
from tests.interpreter.running import names, run


def unknown(value: Any) -> bool:
    return isinstance(value, str) and value.startswith("unknown: ")


def test_branches_keep_what_they_agree_on() -> None:
    found = names(
        """
import os
same = 0
if os.getenv("X"):
    same, other, only = 1, 2, 3
else:
    same, other = 1, 3
xs = [1]
if os.getenv("Y"):
    xs.append(2)
ys = [1]
if os.getenv("Z"):
    ys[0] = 1
"""
    )
    assert found["same"] == 1
    assert unknown(found["other"])
    assert unknown(found["only"])
    assert unknown(found["xs"])
    assert found["ys"] == [1]


def test_what_is_done_to_one_of_several_objects_may_have_been_done_to_each() -> None:
    found = names(
        """
import os
i = int(os.getenv("X"))
stored = [[1], [2]]
stored[i][0] = 3
grown = {"a": [1], "b": [2]}
grown[i].append(3)
read = {"a": [1], "b": [2]}
read[i].count(1)
u, v, w = [1], [2, 3], [4]
(u if i else v)[0] = 5
class Box: pass
box, other = Box(), Box()
box.full = other.full = False
(box if i else other).full = True
full = other.full
"""
    )
    assert all(map(unknown, found["stored"]))
    assert all(map(unknown, found["grown"].values()))
    assert found["read"] == {"a": [1], "b": [2]}
    assert unknown(found["u"])
    assert unknown(found["v"])
    assert found["w"] == [4]
    assert unknown(found["full"])


def test_a_branch_that_raises_is_not_taken() -> None:
    found = names(
        """
import os
def f(n):
    if os.getenv("X"):
        raise ValueError("no")
    return n + 1
def g(n):
    if os.getenv("X"):
        return n
    return n
def h(n):
    if os.getenv("X"):
        return n
    return n + 1
r, s, t = f(1), g(1), h(1)
"""
    )
    assert found["r"] == 2
    assert found["s"] == 1
    assert unknown(found["t"])


def test_attributes_of_objects_are_joined() -> None:
    found = names(
        """
import os
class A: pass
a = A()
a.kept = 1
a.changed = 1
if os.getenv("X"):
    a.changed = 2
    a.kept = 1
kept, changed = a.kept, a.changed
"""
    )
    assert found["kept"] == 1
    assert unknown(found["changed"])


def test_an_early_return_leaves_its_changes_unknown() -> None:
    found = names(
        """
import os
state = []
def f():
    if os.getenv("X"):
        state.append(1)
        return None
    return None
f()
"""
    )
    assert unknown(found["state"])


def test_the_body_of_an_unknown_loop_may_not_run() -> None:
    found = names(
        """
import os
n, kept = 0, 5
for line in os.listdir("."):
    n += 1
    kept = 5
"""
    )
    assert unknown(found["n"])
    assert found["kept"] == 5


def test_a_conditional_expression_of_two_values() -> None:
    found = names(
        """
import os
a = 1 if os.getenv("X") else 1
b = 1 if os.getenv("X") else 2
c = os.getenv("X") and False
"""
    )
    assert found["a"] == 1
    assert unknown(found["b"])
    assert found["c"] is False


def test_names_that_nothing_defines_are_unknown_with_a_reason() -> None:
    found = names("a = missing.attribute(1)[2] + 3\n")
    assert found["a"] == "unknown: `missing` is not defined"


@pytest.mark.parametrize(
    "text",
    [
        "x = 2 ** 10 ** 10",
        "x = 1 << 10 ** 9",
        "x = 'a' * 10 ** 10",
        "x = [0] * 10 ** 10",
        "x = sum(i for i in range(10 ** 12))",
        "x = f'{1:>1000000000}'",
        "x = '%1000000000d' % 1",
        "x = 'a'.ljust(10 ** 10)",
        "import math\nx = math.factorial(10 ** 6)",
        "def f(n): return g(n)\ndef g(n): return f(n)\nx = f(1)",
        "x = 0\nfor i in range(10 ** 12): x += 1",
        "x = 0\nwhile True: x += 1",
        "class A(A): pass\nx = A().attribute",
        "import itertools\nx = list(itertools.product(range(1000), repeat=9)).hopeless",
    ],
)
def test_what_is_too_large_is_unknown(text: str) -> None:
    try:
        found = names(text)
    except LimitReached:
        return
    assert unknown(found["x"])


def test_a_step_budget_ends_what_never_ends() -> None:
    with pytest.raises(LimitReached):
        run("def f(n):\n    for i in range(20000):\n        for j in range(20000):\n            pass\n" + "f(1)\n" * 50)


def test_a_long_table_of_numbers_keeps_its_length() -> None:
    found = names(
        """
table = [[p / (2 * i + 1) for i in range(64)] for p in range(5000)]
rows, columns, first, last = len(table), len(table[4999]), table[1][1], table[4999][63]
table[4998][0] = 1
changed, other = table[4998][0], table[4997][0]
uneven = [[0] * p for p in range(5000)]
layers = [object() for p in range(30000)]
"""
    )
    assert (found["rows"], found["columns"], found["first"]) == (5000, 64, 1 / 3)
    assert (unknown(found["last"]), found["changed"], unknown(found["other"])) == (True, 1, True)
    assert len(found["uneven"]) == 5000
    assert len(found["layers"]) == 30000


def test_a_base_that_is_not_known_may_have_a_constructor() -> None:
    found = names(
        """
from elsewhere import Mixin
class Base:
    def __init__(self):
        self.ready = True
class First(Mixin, Base):
    pass
class Last(Base, Mixin):
    pass
class Own(Mixin, Base):
    def __init__(self, size):
        super().__init__(size)
        self.size = size
first, own = First(1, width=2).ready, Own(3).size
try:
    Last(1)
except TypeError:
    last = "refused"
"""
    )
    assert unknown(found["first"])
    assert (found["own"], found["last"]) == (3, "refused")
