"""How a configuration of a Keras layer is drawn: good arguments for its class, then perhaps something wrong with it."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from tests.conformance.keras_asking import names

if TYPE_CHECKING:
    from collections.abc import Callable

    from hypothesis.strategies import SearchStrategy

    Maker = Callable[["Draw", str], "Plan"]


class Code(str):
    """A text that stands in a drawn value as the code it is."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)


class Draw:
    """What is asked of hypothesis."""

    def __init__(self, draw: Callable[[SearchStrategy[Any]], Any]) -> None:
        self.draw = draw

    def one(self, *choices: Any) -> Any:
        return self.draw(st.sampled_from(choices))

    def odd(self, percent: int = 5) -> bool:
        """Whether to do something unusual."""
        return bool(self.draw(st.integers(0, 99)) >= 100 - percent)

    def size(self, low: int = 1, high: int = 12) -> int:
        return int(self.draw(st.integers(low, high)))

    def sizes(self, count: int, low: int = 1, high: int = 12) -> tuple[int, ...]:
        return tuple(self.size(low, high) for _ in range(count))

    def open_sizes(self, count: int, low: int = 1, high: int = 12) -> tuple[int | None, ...]:
        """Sizes of an input's axes, some left open."""
        return tuple(None if self.odd(8) else self.size(low, high) for _ in range(count))

    def batch(self) -> int | None:
        return self.size(1, 4) if self.odd(10) else None

    def each(self, rank: int, low: int = 1, high: int = 4) -> Any:
        """One number for all axes, or one for each."""
        many = self.sizes(rank, low, high)
        return self.one(self.size(low, high), many, list(many)) if self.odd(50) else self.size(low, high)

    def some(self, percent: int = 35, **options: Callable[[], Any]) -> dict[str, Any]:
        """A random selection of options."""
        return {name: make() for name, make in options.items() if self.odd(percent)}


class Plan:
    """A configuration in the making: keyword arguments, inputs, and what stands in the call's brackets."""

    def __init__(
        self,
        name: str,
        kwargs: dict[str, Any],
        *shapes: tuple[int | None, ...],
        dtype: str = "float32",
        call: str | None = None,
    ) -> None:
        self.name = name
        self.args: list[Any] = []
        self.kwargs = kwargs
        self.inputs: list[tuple[tuple[int | None, ...], str]] = [(shape, dtype) for shape in shapes]
        self.call = call

    def layer(self) -> str:
        """The constructor's call."""
        given = [repr(arg) for arg in self.args] + [f"{name}={value!r}" for name, value in self.kwargs.items()]
        return f"layers.{self.name}({', '.join(given)})"

    def case(self) -> tuple[Any, ...]:
        """The configuration as the two sides are asked."""
        call = ", ".join(f"x{n}" for n in range(len(self.inputs))) if self.call is None else self.call
        if not call.startswith("layer."):
            call = f"layer({call})" if self.inputs or call else ""
        return self.name, self.layer(), tuple(self.inputs), call


# --- arguments by name ------------------------------------------------------------------------------------------------

INITIALIZERS = ("zeros", "ones", "he_normal", "HeUniform", "lecun_normal", Code("keras.initializers.HeNormal()"))
REGULARIZERS = (None, "l2", "l1_l2", Code("keras.regularizers.L2(0.01)"), Code("keras.regularizers.l1(0.1)"))
CONSTRAINTS = (None, "non_neg", "max_norm", Code("keras.constraints.MaxNorm(2)"))
ACTIVATIONS = (None, "relu", "softmax", "gelu", "tanh", Code("keras.activations.relu"), Code("lambda t: t"), "swish")

USUAL: dict[str, tuple[Any, ...]] = {
    "_initializer": (*INITIALIZERS, Code("keras.initializers.Constant(0.5)"), "orthogonal", "truncated_normal"),
    "_regularizer": REGULARIZERS,
    "_constraint": CONSTRAINTS,
    "activation": ACTIVATIONS,
    "seed": (None, 0, 7, Code("keras.random.SeedGenerator(1)")),
    "dropout": (0, 0.0, 0.3, 0.5),
    "name": ("mine", "a b", None),
    "dtype": ("float32", "float16", "mixed_float16", None, "bfloat16", Code("keras.DTypePolicy('float16')")),
    "trainable": (True, False),
    "activity_regularizer": REGULARIZERS,
    "autocast": (True, False),
    "data_format": ("channels_last", "channels_first", None),
    "use_bias": (True, False),
    "epsilon": (1e-3, 0.1),
    "value_range": ((0, 255), (0, 1), [0, 1], (0.0, 1.0)),
    "interpolation": ("nearest", "bilinear"),
    "fill_mode": ("reflect", "wrap", "constant", "nearest"),
    "fill_value": (0.0, 1.0),
}
"""Values that a class mostly takes for arguments that end so."""
UNUSUAL: dict[str, tuple[Any, ...]] = {
    "_initializer": ("nope", 3, "identity", Code("keras.initializers.Zeros"), None, Code("lambda s, dtype=None: 0")),
    "_regularizer": ("nope", 0.01, Code("keras.regularizers.L2"), Code("lambda w: 0.0")),
    "_constraint": ("nope", 2, Code("keras.constraints.NonNeg")),
    "activation": ("nope", 3, Code("layers.ReLU()"), Code("keras.layers.ReLU"), Code("keras.ops.relu")),
    "seed": ("nope", 1.5, -1, True),
    "dropout": (-0.1, 1.0, 1, 1.5, "nope", None),
    "name": ("a/b", 3, ""),
    "dtype": ("float99", 3, "int32", "float64", Code("np.float32"), ""),
    "trainable": ("yes", None, 1),
    "autocast": ("yes", None),
    "data_format": ("channel_last", "NHWC", "CHANNELS_FIRST", 3, True),
    "use_bias": (None, 0, "no"),
    "interpolation": ("nope", None, 3, "bicubic", "lanczos3", "area"),
    "fill_mode": ("nope", None, 3, "mirror"),
    "value_range": ((0, 1, 2), 255, None, "nope", (1,)),
}
"""Values that a class may refuse for arguments that end so."""
ANYTHING: tuple[Any, ...] = (
    *(None, True, False, 0, 1, 2, -1, 3, 0.5, 2.0, 1.5, -2, "nope", "", "2"),
    *((), (1,), (1, 2), (0, 1), (1, 2, 3), [2], [1, 2], ((1, 2), (1, 2)), {}),
    *((None,), ("a",), (1.5, 2), Code("np.array([1, 2])"), Code("np.int64(2)"), Code("lambda t: t")),
)
BASE = ("name", "dtype", "trainable", "activity_regularizer", "autocast")
"""The options that every layer has."""


def pool(table: dict[str, tuple[Any, ...]], name: str) -> tuple[Any, ...]:
    return next((values for end, values in table.items() if name == end or name.endswith(end)), ())


def arguments(name: str) -> list[inspect.Parameter]:
    """The parameters of a class's constructor, as the installed Keras has them."""
    signature = inspect.signature(getattr(names()["layers"], name).__init__)
    every = list(signature.parameters.values())[1:]
    return [each for each in every if each.kind not in (each.VAR_KEYWORD, each.VAR_POSITIONAL)]


# --- what may be wrong ------------------------------------------------------------------------------------------------


def add_usual(d: Draw, plan: Plan, known: list[inspect.Parameter]) -> None:
    """Further options that the class mostly takes."""
    free = [each.name for each in known if each.name not in plan.kwargs and pool(USUAL, each.name)]
    chosen = d.one(*free) if free and d.odd(70) else d.one(*BASE)
    plan.kwargs.setdefault(chosen, d.one(*pool(USUAL, chosen)))


def misuse_value(d: Draw, plan: Plan, known: list[inspect.Parameter]) -> None:
    """A value that may be refused."""
    candidates = [each.name for each in known] + (list(BASE) if d.odd(20) else [])
    given = [name for name in plan.kwargs if d.odd(50)]
    chosen = d.one(*(given or candidates or BASE))
    unusual = pool(UNUSUAL, chosen)
    plan.kwargs[chosen] = d.one(*unusual) if unusual and d.odd(70) else d.one(*ANYTHING)


def misuse_names(d: Draw, plan: Plan, known: list[inspect.Parameter]) -> None:
    """A keyword that does not exist, a required argument left out, or too many of them."""
    required = [each.name for each in known if each.default is each.empty and each.name in plan.kwargs]
    how = d.one("keyword", "missing", "many", "twice")
    if how == "missing" and required:
        del plan.kwargs[d.one(*required)]
    elif how == "many":
        plan.args = [1] * (len(known) + 1)
        plan.kwargs = {}
    elif how == "twice" and known and known[0].name in plan.kwargs:
        plan.args = [plan.kwargs[known[0].name]]
    else:
        plan.kwargs[d.one("wrong", "filter", "kernel", "input_dims", "units", "axis", "size", "input_shape")] = 3


def misuse_rank(d: Draw, plan: Plan, _known: list[inspect.Parameter]) -> None:
    """An input with an axis more or less, or one of another size."""
    if not plan.inputs:
        return
    at = d.size(0, len(plan.inputs) - 1)
    shape, dtype = plan.inputs[at]
    axis = d.size(0, max(len(shape) - 1, 0))
    changed = d.one((*shape, 2), shape[:-1], (*shape[:axis], 5, *shape[axis + 1 :]), shape[:1], (*shape[:axis], None))
    if d.odd(30):
        changed = (*shape[:axis], None, *shape[axis + 1 :])
    plan.inputs[at] = (changed, dtype)


def misuse_call(d: Draw, plan: Plan, _known: list[inspect.Parameter]) -> None:
    """A call on something else."""
    if not plan.inputs:
        return
    wrong = ("[x0, x0]", "", "3", "x0, 2", "x0, wrong=1", "None", "layers.ReLU()", "[x0]", "x0, x0", "{'a': x0}")
    plan.call = d.one(*wrong, "(x0,)", "inputs=x0", "x0, training=True", "x0, training=False", "x0, mask=None")


def misuse_type(d: Draw, plan: Plan, _known: list[inspect.Parameter]) -> None:
    """Inputs of another element type."""
    dtype = d.one("int32", "float16", "float64", "bool", "int64", "uint8")
    plan.inputs = [(shape, dtype) for shape, _ in plan.inputs]


MISUSES = (misuse_value, misuse_value, misuse_value, misuse_names, misuse_rank, misuse_rank, misuse_call, misuse_type)


def strategy(name: str, make: Maker, aliases: tuple[str, ...] = ()) -> SearchStrategy[tuple[Any, ...]]:
    """Configurations of a class, about half of them with something unusual."""

    @st.composite
    def drawn(draw: Callable[[SearchStrategy[Any]], Any]) -> tuple[Any, ...]:
        d = Draw(draw)
        plan, known = make(d, name), arguments(name)
        if d.odd(25):
            add_usual(d, plan, known)
        if d.odd(50):
            d.one(*MISUSES)(d, plan, known)
        elif d.odd(30) and not plan.args:
            plan.args = in_order(d, plan.kwargs, known)
        _, *rest = plan.case()
        if aliases and d.odd(20):
            rest[0] = rest[0].replace(f"layers.{name}(", f"layers.{d.one(*aliases)}(", 1)
        return name, *rest

    return drawn()


def in_order(d: Draw, kwargs: dict[str, Any], known: list[inspect.Parameter]) -> list[Any]:
    """Some of the first arguments without their names; they leave `kwargs`."""
    positional = [each.name for each in known if each.kind is each.POSITIONAL_OR_KEYWORD]
    count = 0
    while count < len(positional) and positional[count] in kwargs:
        count += 1
    return [kwargs.pop(name) for name in positional[: d.size(0, count)]]
