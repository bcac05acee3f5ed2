"""Texts that Python itself runs too: the machine's names must be the same."""

from __future__ import annotations

from typing import Any

import pytest

from tests.interpreter.running import names

PROGRAMS = {
    "arithmetic": """
a = 7 // 2, -7 // 2, 7 % 3, 2 ** 10, 7 / 2, -3, +3, ~5, 1 << 4, 6 & 3, 6 | 1, 6 ^ 3, not 1
b = 1 < 2 <= 2, 3 > 4, 1 == 1.0, "a" in "abc", 2 not in [1, 2], None is None
c = 1 and 0 or "x"
d = "ab" * 2 + "c", [1] * 2 + [3], (1,) + (2,)
e = 5 if a else 6
""",
    "strings": """
n = 3
a = f"conv{n}_{n + 1:02d}", f"{n!r:>4}", "x{}y{k}".format(1, k=2), "%s-%d" % ("a", 2)
b = "a,b".split(","), "-".join(["x", "y"]), "AbC".lower(), "conv2d_1".startswith("conv"), "abc"[1], "abc"[::-1]
c = "x".upper().replace("X", "yy").rpartition("y"), str(12), int("12"), float("1.5"), repr("q")
""",
    "containers": """
xs = [3, 1, 2]
xs.append(4); xs.sort(); xs += [9]; xs.insert(0, 7); last = xs.pop(); xs.reverse(); xs[0] = 11; xs[1:3] = [5]
ys = sorted(xs, key=lambda v: -v), max(xs), min(xs), sum(xs), len(xs), xs.index(5), 5 in xs
d = {"a": 1, **{"b": 2}}
d["c"] = 3; d.update(e=5); gone = d.pop("a"); d.setdefault("z", []).append(1)
items = list(d.items()), list(d), d.get("q", 9), "b" in d
s = {1, 2} | {3}; s.add(4); t = {1, 2} & {2}, s - {1}
u, *v, w = range(5)
(g, h), i = (1, 2), 3
del xs[0]
dd = dict(a=1) | {"b": 2}, dict([("x", 1)]), dict.fromkeys("ab", 0)
""",
    "names of a frame": """
class Config:
    "What it says."
    def __init__(self, *, s1_dim=1, s2_dim=2):
        super().__init__()
        given = dict(locals())
        self.given = sorted(name for name in given if name[:1] == "s")
        self.told = (self.__doc__ or "") + "more" if False else "more"
        here = sorted(vars())
        self.here = "given" in here
def grouped(prefix, names):
    rows = [dict(), dict()]
    for key in names.keys():
        rows[int(not key.startswith(prefix))][key] = names[key]
    return (*rows,)
def split(a_x=1, b_y=2, a_z=3):
    return grouped("a_", locals())
config = Config(s1_dim=4)
result = config.given, config.told, config.here, vars(config)["here"], split(a_z=5)
"known" in globals()
import operator
whole = operator.index(7), operator.index(True)
del config, Config, operator
""",
    "control": """
out = []
for i in range(10):
    if i == 2: continue
    if i == 5: break
    out.append(i)
else:
    out.append("never")
for i in []: pass
else: out.append("else")
k = 0
while k < 3: k += 1
while True:
    k += 1
    if k > 6: break
def f(n):
    match n:
        case 0: return "zero"
        case 1 | 2: return "few"
        case [a, *rest]: return (a, rest)
        case {"k": v, **more}: return (v, more)
        case str() as s if len(s) > 1: return s
        case _: return "other"
r = [f(0), f(2), f([1, 2, 3]), f({"k": 1, "j": 2}), f("ab"), f("a"), f(None)]
""",
    "functions": """
def f(a, b=2, *args, c=3, **kw): return (a, b, args, c, kw)
r = f(1), f(1, 5, 6, 7, c=8, d=9), f(*[1, 2], **{"c": 4}), f(b=1, a=0)
def outer():
    n = 0
    def inner():
        nonlocal n
        n += 1
        return n
    inner(); inner()
    return n
def g(x, /, y, *, z): return x + y + z
total = outer(), g(1, y=2, z=3), (lambda q, w=2: q * w)(4)
counter = 0
def bump():
    global counter
    counter += 1
bump(); bump()
def gen(n):
    for i in range(n):
        yield i
    yield from [10, 11]
def fact(n): return 1 if n < 2 else n * fact(n - 1)
late = list(gen(2)), next(gen(3)), fact(6), sum(x for x in gen(3))
acc = []
def default(x, seen=acc):
    seen.append(x)
    return len(seen)
sizes = default(1), default(2)
def early(x):
    if x > 1: return "big"
    for i in range(3):
        if i == x: return i
""",
    "comprehensions": """
a = [i * j for i in range(3) for j in range(i) if (i + j) % 2], {i: i ** 2 for i in range(3)}, {c for c in "aba"}
b = [y := 1, y ** 2], [x for x, in [(1,), (2,)]]
c = [[j for j in range(i)] for i in range(3)]
i = "kept"
d = [i for i in range(2)], i
e = any(x > 1 for x in [1, 2]), all([]), list(zip("ab", [1, 2])), list(enumerate("ab", 1)), list(map(str, [1, 2]))
g = list(filter(None, [0, 1])), list(reversed([1, 2])), [*range(2), *[5]], round(2.5), abs(-2), divmod(7, 2)
""",
    "classes": """
class A:
    kind = "a"
    count = 0
    def __init__(self, x, y=2):
        self.x = x; self.y = y
        A.count += 1
    def total(self): return self.x + self.y
    @property
    def double(self): return self.x * 2
    @double.setter
    def double(self, v): self.x = v // 2
    @classmethod
    def make(cls, n): return cls(n)
    @staticmethod
    def helper(n): return n + 1
    def __call__(self, z): return self.total() + z
    def __len__(self): return 5
    def __getitem__(self, i): return i * 10
    def __add__(self, other): return A(self.x + other.x)
    def __eq__(self, other): return self.x == other.x
    def __contains__(self, v): return v == 1
class B(A):
    kind = "b"
    def __init__(self, x):
        super().__init__(x, y=7)
        super(B, self).total()
        self.extra = super().total()
    def total(self): return super().total() * 10
class M:
    def total(self): return -1
class C(M, B): pass
a = A(1); b = B(2); c = C(3)
a.double = 10
r = a.x, a.total(), a.double, b.total(), b(1), A.make(4).x, A.helper(1), len(a), a[3], (a + b).x, a == b, a != b, 1 in a
s = b.kind, type(b).__name__, isinstance(b, A), isinstance(a, B), issubclass(B, A), hasattr(a, "x"), getattr(a, "q", 0)
t = c.total(), b.extra, A.count, [k.__name__ for k in C.__mro__[:4]], a.__class__.__name__
setattr(a, "new", 3)
u = a.new, vars is not None, callable(a), callable(3)
class D(dict):
    def __missing_ok__(self): return len(self)
class L(list):
    def second(self): return self[1]
d = D(a=1); d["b"] = 2
l = L([4, 5, 6]); l.append(7)
w = d["b"], len(d), l.second(), len(l), list(l), [x for x in d]
del a, b, c, d, l
""",
    "exceptions": """
log = []
try:
    raise ValueError("bad")
except (TypeError, ValueError) as e:
    log.append(str(e.args[0]))
else:
    log.append("no")
finally:
    log.append("fin")
def f():
    try:
        return 1
    finally:
        log.append("f")
class Mine(KeyError): pass
try:
    try:
        {}["k"]
    except KeyError:
        raise Mine("x")
except LookupError as err:
    log.append(type(err).__name__)
try:
    [][1]
except IndexError:
    log.append("index")
try:
    1 / 0
except ArithmeticError:
    log.append("zero")
try:
    assert False
except AssertionError:
    log.append("assert")
try:
    int("x")
except Exception:
    log.append("int")
f()
del Mine, err, e
""".replace("del Mine, err, e", "del Mine"),
    "standard library": """
import math, functools, itertools, operator, copy
from collections import OrderedDict, defaultdict, namedtuple, Counter, deque
from functools import partial, reduce
from dataclasses import dataclass, field, asdict, replace
from enum import Enum
from typing import NamedTuple, Optional, List
a = math.ceil(2.1), math.floor(2.9), math.sqrt(16), math.prod([2, 3]), math.log2(8), math.gcd(4, 6), math.pi
def f(a, b, c=0): return (a, b, c)
b = partial(f, 1, c=5)(2), partial(partial(f, 1), 2)(), reduce(lambda x, y: x * y, [1, 2, 3])
b2 = reduce(operator.mul, [2, 3], 1)
c = list(itertools.chain([1], [2])), list(itertools.product("ab", [1])), list(itertools.accumulate([1, 2, 3]))
c2 = list(zip(itertools.count(), "ab")), list(itertools.chain.from_iterable([[1], [2]]))
c3 = list(itertools.islice(itertools.repeat(3), 2))
od = OrderedDict([("x", 1), ("y", 2)]); od["z"] = 3
dd = defaultdict(list); dd["k"].append(1)
P = namedtuple("P", "x y"); p = P(1, y=2)
d = list(od), dict(dd), p.x, p[1], p._replace(x=5).x, tuple(p), Counter("aab")["a"]
@dataclass
class Cfg:
    width: int
    depth: int = 3
    sizes: List[int] = field(default_factory=lambda: [1, 2])
    def area(self): return self.width * self.depth
@dataclass
class Sub(Cfg):
    extra: Optional[str] = None
e = Cfg(2).area(), Sub(1, extra="q").extra, Cfg(1).sizes, asdict(Cfg(4)), replace(Cfg(1), depth=9).depth
class Color(Enum):
    RED = 1
    BLUE = "b"
g = Color.RED.value, Color("b").name, Color["RED"] is Color.RED, [m.name for m in Color], Color.RED == Color.BLUE
class Row(NamedTuple):
    n: int
    k: str = "d"
h = Row(1).k, Row(2, "z")[1], [v for v in Row(3)]
xs = [[1], 2]; ys = copy.deepcopy(xs); zs = copy.copy(xs); xs[0].append(5)
i = xs, ys, zs
@functools.lru_cache(maxsize=None)
def slow(n): return n + 1
@functools.wraps(slow)
def wrapper(*args): return slow(*args)
j = slow(1), wrapper(2)
""",
    "contexts and decorators": """
from contextlib import contextmanager, nullcontext
log = []
class Ctx:
    def __enter__(self): log.append("in"); return 5
    def __exit__(self, *a): log.append("out")
with Ctx() as v: log.append(v)
with nullcontext(3) as q: pass
def twice(fn):
    def inner(*a, **k): return fn(*a, **k) * 2
    return inner
def times(n):
    def deco(fn):
        return lambda *a: fn(*a) * n
    return deco
@twice
def f(x): return x + 1
@times(3)
@twice
def g(x): return x
r = f(1), g(1)
""",
}
LATER = (type(lambda: 0), type)


def comparable(value: Any) -> bool:
    """Whether a value is data, not a function or class of the text."""
    if isinstance(value, dict):
        return all(comparable(v) for v in value.values())
    if isinstance(value, (list, tuple)):
        return all(comparable(v) for v in value)
    return isinstance(value, (int, float, str, bytes, set, type(None)))


def as_data(value: Any) -> Any:
    if isinstance(value, tuple):
        return tuple(as_data(v) for v in value)
    if isinstance(value, list) or type(value).__name__ in ("L", "deque"):
        return [as_data(v) for v in value]
    if isinstance(value, dict):
        return {k: as_data(v) for k, v in value.items()}
    return value


@pytest.mark.parametrize("title", PROGRAMS)
def test_names_are_pythons(title: str) -> None:
    expected: dict[str, Any] = {"__name__": "__main__"}
    exec(compile(PROGRAMS[title], title, "exec", dont_inherit=True), expected)
    actual = names(PROGRAMS[title])
    compared = 0
    for name, value in expected.items():
        if name.startswith("__") or not comparable(value):
            continue
        assert actual[name] == as_data(value), name
        compared += 1
    assert compared


def test_text_is_one_object_where_it_is_written_as_a_name_and_of_unknown_identity_where_it_is_made() -> None:
    found = names(
        """
def kinds(kind="proj"):
    return kind is "proj", kind is "down", kind is not "down"

default = kinds()
given = kinds(kind="down")
made = "".join(["pr", "oj"]) is "proj", "".join(["pr", "oj"]) is "down"
counts = [count is 2 for count in range(4)]
large = int("1000") is 1000, int("1000") is 1001
"""
    )
    assert found["default"] == (True, False, True)
    assert found["given"] == (False, True, False)
    assert found["made"][0].startswith("unknown: ")
    assert found["made"][1] is False
    assert found["counts"] == [False, False, True, False]
    assert found["large"][0].startswith("unknown: ")
    assert found["large"][1] is False


def test_eval_of_a_name_is_what_it_names() -> None:
    found = names(
        """
import math
size = 3
def named(text):
    size = 4
    return eval(text)

known = named("size"), eval("math.pi"), eval(" size")
more = eval("size + 1"), eval("absent"), eval(input())
"""
    )
    assert found["known"] == (4, 3.141592653589793, 3)
    assert all(value.startswith("unknown: ") for value in found["more"])


def test_letters() -> None:
    found = names("import string\nfrom string import ascii_lowercase\na = ascii_lowercase[:3] + string.digits[0]\n")
    assert found["a"] == "abc0"
