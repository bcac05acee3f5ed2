"""Random arrays: `numpy.random`'s functions, `RandomState` and `Generator`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.engine.dimension import Expr, unknown_dim
from cnnlint.engine.errors import ShapeError, Undetermined
from cnnlint.frameworks import coerce
from cnnlint.frameworks.numpy.arguments import NUMBERS, asarray, axis_of, number, operand, shape_of, size, sizes
from cnnlint.frameworks.numpy.contents import count, written
from cnnlint.frameworks.numpy.core import NUMPY, array, bounded, like
from cnnlint.frameworks.numpy.dtypes import dtype_name
from cnnlint.frameworks.numpy.elementwise import broadcast
from cnnlint.frameworks.numpy.operation import Operation
from cnnlint.interpreter.values import ClassValue, HostFunction, Instance, ListValue, StaticMethod, Tensor, Unknown

if TYPE_CHECKING:
    from collections.abc import Callable

    from cnnlint.engine.dimension import Dim
    from cnnlint.engine.shape import Shape
    from cnnlint.interpreter.library import Body
    from cnnlint.interpreter.machine import Machine
    from cnnlint.interpreter.values import Value

STATE = ClassValue("numpy.random.RandomState", library=True)
GENERATOR = ClassValue("numpy.random.Generator", library=True)


def legacy(*names: str) -> Callable[[Body], Body]:
    """Declare a draw as a function of `numpy.random` and as a method of `RandomState`."""

    def declare(body: Body) -> Body:
        host = Operation(f"numpy.random.{names[0]}", body, gives_array=True)
        for name in names:
            NUMPY.add(f"numpy.random.{name}", host)
            STATE.namespace[name] = StaticMethod(host)
        return body

    return declare


def modern(*names: str) -> Callable[[Body], Body]:
    """Declare a draw as a method of `Generator`."""

    def declare(body: Body) -> Body:
        for name in names:
            GENERATOR.namespace[name] = StaticMethod(Operation(f"numpy.random.{name}", body, gives_array=True))
        return body

    return declare


def _made(machine: Machine, cls: ClassValue, *args: Value, **options: Value) -> Value:
    return Instance(cls, machine.place)


for _cls in (STATE, GENERATOR):
    _cls.namespace["__new__"] = HostFunction(_cls.qualified_name, _made)
    NUMPY.add(_cls.qualified_name, _cls)
NUMPY.add(
    "numpy.random.default_rng",
    HostFunction("numpy.random.default_rng", lambda machine, *_args, **_options: Instance(GENERATOR, machine.place)),
)


def drawn(machine: Machine, given: Value, *parameters: Value) -> Shape | None:
    """The shape of a draw: what `size` says, else the parameters' together; None if not even the rank is known."""
    if given is not None:
        try:
            return sizes(given, "size")
        except Undetermined:
            return None
    return broadcast([operand(machine, each) for each in parameters])


# --- by sizes ---------------------------------------------------------------------------------------------------------


@legacy("rand", "randn")
def rand(machine: Machine, *shape: Value) -> Value:
    for each in shape:
        if isinstance(each, (tuple, ListValue)) or (isinstance(each, float) and not each.is_integer()):
            raise ShapeError(
                "bad-argument",
                "the sizes are arguments of their own, whole numbers, not a sequence",
                help="write `np.random.rand(*shape)`, or use `np.random.random(shape)`",
                exception="TypeError",
            )
    return array(tuple(size(each) for each in shape), "float64")


@legacy("random", "random_sample", "ranf", "sample", "standard_normal", "standard_exponential", "standard_cauchy")
def legacy_random(machine: Machine, size: Value = None) -> Value:
    return array(drawn(machine, size), "float64")


@modern("random", "standard_normal", "standard_exponential")
def modern_random(machine: Machine, size: Value = None, dtype: Value = None, *args: Value, **options: Value) -> Value:
    return array(drawn(machine, size), dtype_name(dtype, "float64"))


# --- whole numbers ----------------------------------------------------------------------------------------------------


def _integers(
    machine: Machine, low: Value, high: Value, size: Value, dtype: Value, *, inclusive: bool, default: str | None
) -> Tensor:
    if high is None:
        low, high = 0, low
    first, last = number(low), number(high)
    made = array(drawn(machine, size, low, high), dtype_name(dtype, default))
    if not isinstance(first, int) or not isinstance(last, int):
        return made
    end = last if inclusive else last - 1
    if end < first:
        raise ShapeError(
            "bad-argument",
            f"no whole number is at least {first} and at most {end}",
            expected=f"above {first}",
            actual=str(last),
        )
    return bounded(made, first, end, _all_drawn(made, end - first + 1))


ENOUGH = 20
"""So many draws for each number make one that never comes less likely than 1 in a million."""


def _all_drawn(made: Tensor, different: int) -> int | None:
    """How many different numbers are drawn, where there are so many draws that all of them are."""
    size = count(made.shape)
    return different if size is not None and size >= ENOUGH * different else None


@legacy("randint")
def randint(machine: Machine, low: Value, high: Value = None, size: Value = None, dtype: Value = None) -> Value:
    return _integers(machine, low, high, size, dtype, inclusive=False, default="int64")


@legacy("random_integers")
def random_integers(machine: Machine, low: Value, high: Value = None, size: Value = None) -> Value:
    start = 1 if high is None else low
    return _integers(machine, start, low if high is None else high, size, None, inclusive=True, default="int64")


@modern("integers")
def integers(
    machine: Machine,
    low: Value,
    high: Value = None,
    size: Value = None,
    dtype: Value = None,
    endpoint: Value = False,
) -> Value:
    return _integers(machine, low, high, size, dtype, inclusive=coerce.flag(endpoint), default="int64")


# --- distributions ----------------------------------------------------------------------------------------------------


def _declare(name: str, parameters: int, defaults: tuple[float, ...], dtype: str) -> None:
    """A distribution with up to three parameters that broadcast, then `size`."""
    names = {
        "uniform": ("low", "high"),
        "normal": ("loc", "scale"),
        "binomial": ("n", "p"),
        "beta": ("a", "b"),
        "gamma": ("shape", "scale"),
        "poisson": ("lam",),
        "exponential": ("scale",),
        "triangular": ("left", "mode", "right"),
    }.get(name, ("loc", "scale", "third")[:parameters])

    def body(machine: Machine, *args: Value, **options: Value) -> Value:
        given = dict(zip((*names, "size"), args, strict=False)) | options
        unknown = set(given) - {*names, "size"}
        if unknown or len(args) > parameters + 1:
            raise Undetermined(f"a call of `{name}` with other arguments is not followed")
        filled = dict(zip(names[parameters - len(defaults) :], defaults, strict=True))
        made = array(drawn(machine, given.get("size"), *({**filled, **given}.get(each, 0) for each in names)), dtype)
        trials = number(given.get("n")) if name == "binomial" else None
        return bounded(made, 0, trials)

    legacy(name)(body)
    modern(name)(body)


for _name, _parameters, _defaults, _dtype in (
    ("uniform", 2, (0.0, 1.0), "float64"),
    ("normal", 2, (0.0, 1.0), "float64"),
    ("laplace", 2, (0.0, 1.0), "float64"),
    ("logistic", 2, (0.0, 1.0), "float64"),
    ("gumbel", 2, (0.0, 1.0), "float64"),
    ("lognormal", 2, (0.0, 1.0), "float64"),
    ("gamma", 2, (1.0,), "float64"),
    ("beta", 2, (), "float64"),
    ("binomial", 2, (), "int64"),
    ("poisson", 1, (1.0,), "int64"),
    ("exponential", 1, (1.0,), "float64"),
    ("geometric", 1, (), "int64"),
    ("chisquare", 1, (), "float64"),
    ("standard_t", 1, (), "float64"),
    ("triangular", 3, (), "float64"),
):
    _declare(_name, _parameters, _defaults, _dtype)


@legacy("multivariate_normal")
@modern("multivariate_normal")
def multivariate_normal(
    machine: Machine, mean: Value, cov: Value, size: Value = None, *args: Value, **options: Value
) -> Value:
    front = drawn(machine, size)
    return array(None if front is None else (*front, *shape_of(asarray(machine, mean))), "float64")


@legacy("dirichlet")
@modern("dirichlet")
def dirichlet(machine: Machine, alpha: Value, size: Value = None) -> Value:
    front = drawn(machine, size)
    return array(None if front is None else (*front, *shape_of(asarray(machine, alpha))), "float64")


@legacy("multinomial")
@modern("multinomial")
def multinomial(machine: Machine, n: Value, pvals: Value, size: Value = None) -> Value:
    front = drawn(machine, size)
    made = array(None if front is None else (*front, *shape_of(asarray(machine, pvals))), "int64")
    return bounded(made, 0, number(n))


# --- out of what is there ---------------------------------------------------------------------------------------------


def _chosen(machine: Machine, a: Value, size: Value, replace: Value, axis: Value, p: Value = None) -> Tensor:
    front = drawn(machine, size)
    alike = replace is True and p is None
    if isinstance(a, (int, Expr)) or (isinstance(a, Tensor) and a.shape == ()):
        total: Dim | None = a if not isinstance(a, Tensor) else None
        made = array(front, "int64")
        _check_enough(front, total, replace)
        if not isinstance(total, int):
            return made
        return bounded(made, 0, total - 1, _all_drawn(made, total) if alike else None)
    x = asarray(machine, a)
    shape = shape_of(x)
    place = axis_of(axis, len(shape))
    _check_enough(front, shape[place], replace)
    if front is None:
        return array(None, x.dtype)
    made = like(x, (*shape[:place], *front, *shape[place + 1 :]), whole=False)
    classes = x.facts.get("classes")
    if alike and len(shape) == 1 and isinstance(classes, int) and shape[0] == classes and "range" in made.facts:
        found = _all_drawn(made, classes)
        made.facts |= {} if found is None else {"classes": found}
    return made


def _check_enough(front: Shape | None, total: Dim | None, replace: Value) -> None:
    if replace is not False or front is None or not isinstance(total, int) or len(front) != 1:
        return
    if isinstance(front[0], int) and front[0] > total:
        raise ShapeError(
            "bad-argument",
            f"{front[0]} different ones cannot be chosen out of {total}",
            help="allow repetitions with `replace=True`",
            expected=f"at most {total}",
            actual=str(front[0]),
        )


@legacy("choice")
def choice(machine: Machine, a: Value, size: Value = None, replace: Value = True, p: Value = None) -> Value:
    if not isinstance(a, (int, Expr, Unknown)) and len(shape_of(asarray(machine, a))) > 1:
        raise ShapeError("bad-argument", "`choice` takes one dimension: choose among the places instead")
    return _chosen(machine, a, size, replace, 0, p)


@modern("choice")
def modern_choice(
    machine: Machine,
    a: Value,
    size: Value = None,
    replace: Value = True,
    p: Value = None,
    axis: Value = 0,
    shuffle: Value = True,
) -> Value:
    return _chosen(machine, a, size, replace, axis, p)


@legacy("permutation")
@modern("permutation", "permuted")
def permutation(machine: Machine, x: Value, axis: Value = 0, **options: Value) -> Value:
    if isinstance(x, NUMBERS):
        made = array((size(x),), "int64")
        return bounded(made, 0, x - 1 if isinstance(x, int) else None, x if isinstance(x, int) else None)
    found = asarray(machine, x)
    return like(found, found.shape) if found.shape != () else array((unknown_dim(),), "int64")


@legacy("shuffle")
@modern("shuffle")
def shuffle(machine: Machine, x: Value, axis: Value = 0) -> Value:
    """Changes the order in place; what is in the list or array stays the same."""
    if isinstance(x, Tensor):
        written(machine, x, x.facts.get("range"))
    elif isinstance(x, ListValue) and x.unknown is None:
        reason = Unknown("the order is random", machine.place)
        machine.touch(x)
        alike = [each for each in x.items if isinstance(each, Tensor)]
        same = len(alike) == len(x.items) and len({(each.shape, each.dtype) for each in alike}) <= 1
        x.items = [array(each.shape, each.dtype) for each in alike] if same else [reason for _ in x.items]
    return None


@legacy("seed", "set_state", "get_state")
def seed(machine: Machine, *args: Value, **options: Value) -> Value:
    return None


@modern("spawn", "bytes")
def spawn(machine: Machine, *args: Value) -> Value:
    raise Undetermined("more generators are not followed")
