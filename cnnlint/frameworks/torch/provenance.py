"""Which layers a tensor comes from, and through which functions: what a rule about neighbours needs.

Every tensor remembers in `facts["origin"]` what made it: an `Application` of a layer without others inside, or the name
of a function with the tensors that it was given. A tensor without an origin comes from something that is not followed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnnlint.engine.errors import ShapeError, Undetermined
from cnnlint.frameworks.torch.core import TENSOR, TORCH
from cnnlint.frameworks.torch.layer import inherit
from cnnlint.interpreter.trace import Application
from cnnlint.interpreter.values import (
    DictValue,
    HostFunction,
    HostProperty,
    Instance,
    ListValue,
    Tensor,
    Unknown,
    Weight,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from cnnlint.interpreter.machine import Machine
    from cnnlint.interpreter.values import Value

ORIGIN = "origin"
HELD = "held"
"""The fact of an object that stands for a tensor in another form: that tensor."""
GIVEN = "given"
"""The origin of a model's input, and of what the model itself holds."""

MAX_STEPS = 400
"""Functions that are followed back from one tensor."""

SILENT = frozenset(
    {"clone", "detach", "contiguous", "to", "float", "half", "double", "type", "cuda", "cpu", "requires_grad"}
)
"""Functions that leave a tensor's values as they are."""


def tensors_in(value: Value, depth: int = 0) -> Iterator[Tensor | Unknown]:
    """The tensors in a structure of arguments, and what may be one."""
    match value:
        case Tensor() | Unknown():
            yield value
        case tuple() if depth < 4:
            for item in value:
                yield from tensors_in(item, depth + 1)
        case ListValue() if depth < 4:
            if value.unknown is not None:
                yield value.unknown
            for item in value.items:
                yield from tensors_in(item, depth + 1)
        case Instance() if HELD in value.facts:
            yield from tensors_in(value.facts[HELD], depth + 1)
        case DictValue() if depth < 4:
            if value.unknown is not None:
                yield value.unknown
            for item in value.items.values():
                yield from tensors_in(item, depth + 1)


def follow() -> None:
    """Let every function of tensors remember what it made its results of."""
    for table in (TORCH.names, TENSOR.namespace):
        for name, value in table.items():
            if isinstance(value, HostFunction) and "followed" not in value.body.__dict__:
                value.body = followed(name if changes_its_input(name) else value.name, value.body)
            elif isinstance(value, HostProperty) and "followed" not in value.getter.__dict__:
                value.getter = followed(name, value.getter)


def followed(name: str, body: Callable[..., Value]) -> Callable[..., Value]:
    """The function's body, its results marked with where they come from."""
    short = name.rpartition(".")[2]
    plain = short.strip("_")
    in_place = changes_its_input(short)
    plain = plain[1:] if short.startswith(("__i", "__r")) and plain[1:] in OPERATORS else plain

    multiplies = plain in MULTIPLYING

    def run(machine: Machine, *args: Value, **kwargs: Value) -> Value:
        try:
            output = body(machine, *args, **kwargs)
        except (ShapeError, Undetermined):
            if multiplies:
                unmeasured(machine)
            raise
        if type(output) is Tensor:
            if output.shape is None and plain in ELEMENTWISE and args and isinstance(args[0], Tensor):
                inherit(output, args[0])
            mark(machine, output, plain, args, kwargs, in_place=in_place)
        elif isinstance(output, (tuple, ListValue)):
            for part in tensors_in(output):
                if type(part) is Tensor:
                    mark(machine, part, plain, args, kwargs)
        elif isinstance(output, Unknown) and args and isinstance(args[0], Unknown) and output is not args[0]:
            output.made = (plain, args[0], machine.place)
        return output

    run.__dict__["followed"] = True
    return run


def changes_its_input(name: str) -> bool:
    """Whether a function or method of that name works in place: `relu_`, `__iadd__`."""
    short = name.rpartition(".")[2]
    return (short.endswith("_") and not short.endswith("__")) or short.startswith("__i")


def unmeasured(machine: Machine) -> None:
    """Note that the running layer does work that is not known."""
    application = machine.application
    if application is not None:
        machine.touch(application)
        application.macs = None


ELEMENTWISE = frozenset(
    {
        *("relu", "relu6", "leaky_relu", "prelu", "rrelu", "elu", "selu", "celu", "gelu", "silu", "mish", "softplus"),
        *(
            "sigmoid",
            "logsigmoid",
            "hardsigmoid",
            "tanh",
            "hardtanh",
            "tanhshrink",
            "hardswish",
            "softsign",
            "hardshrink",
        ),
        *("softmax", "log_softmax", "dropout", "alpha_dropout", "feature_dropout", "clone", "detach", "contiguous"),
        *("abs", "exp", "log", "sqrt", "square", "clamp", "neg", "to", "float", "double", "half"),
    }
)
"""Functions that keep every axis."""

SAME_PLACES = frozenset(
    {
        *("clone", "detach", "contiguous", "to", "float", "half", "double", "cuda", "cpu", "type_as", "type"),
        *("requires_grad_", "data", "alias", "long", "int"),
    }
)
"""Functions that leave every value where it is."""

REARRANGING = frozenset(
    {
        *("view", "reshape", "flatten", "squeeze", "unsqueeze", "unflatten", "transpose", "permute", "movedim", "t"),
        *("view_as", "reshape_as", "swapaxes", "T", "mT", "ravel"),
    }
)
"""Functions that keep all values, in other axes."""

PLACED = frozenset({"softmax", "log_softmax", "sigmoid", "logsigmoid", "relu", "relu6", "tanh", "linear"})
"""Functions of which it matters where they are applied."""

MULTIPLYING = frozenset(
    {
        *(f"{name}{rank}d" for name in ("conv", "conv_transpose") for rank in (1, 2, 3)),
        *(
            "linear",
            "bilinear",
            "matmul",
            "mm",
            "bmm",
            "mv",
            "dot",
            "einsum",
            "addmm",
            "addbmm",
            "baddbmm",
            "tensordot",
        ),
        *(
            "scaled_dot_product_attention",
            "multi_head_attention_forward",
            "inner",
            "chain_matmul",
            "multi_dot",
            "cdist",
        ),
    }
)
"""Functions that charge multiply-accumulates."""

OPERATORS = frozenset({"add", "sub", "mul", "truediv", "floordiv", "matmul", "pow", "mod", "and", "or", "xor"})


def mark(
    machine: Machine,
    output: Tensor,
    name: str,
    args: tuple[Value, ...],
    kwargs: dict[str, Value],
    *,
    in_place: bool = False,
) -> None:
    """Note that a function made the tensor of these arguments."""
    sources: tuple[Any, ...] = (*tensors_in(args), *tensors_in(tuple(kwargs.values())))
    if any(source is output for source in sources):
        if not in_place:
            return
        machine.touch(output)
        before = Tensor(output.cls, output.shape, output.dtype)
        before.facts = dict(output.facts)
        sources = tuple(before if source is output else source for source in sources)
    elif ORIGIN in output.facts:
        return
    output.facts[ORIGIN] = (name, sources)
    if name in PLACED:
        output.facts["at"] = machine.place


def claim(application: Application) -> None:
    """Note that a layer made its results, unless it only passes its input on."""
    given = [id(part) for part in tensors_in((application.args, tuple(application.kwargs.values())))]
    for part in tensors_in(application.output):
        if isinstance(part, Tensor) and not isinstance(part, Weight) and id(part) not in given:
            part.facts[ORIGIN] = application


class Sources:
    """The rows that a tensor comes from, and the functions in between; not `known` where something is not followed."""

    def __init__(self, rows: dict[int, int]) -> None:
        self.rows = rows
        """The index of each application's row, by the application's identity."""
        self.found: dict[int, None] = {}
        self.names: list[str] = []
        self.known = True

    def trace(self, value: Value) -> None:
        """Follow a tensor back."""
        pending: list[Any] = [value]
        seen: set[int] = set()
        while pending:
            part = pending.pop()
            if id(part) in seen:
                continue
            seen.add(id(part))
            if len(seen) > MAX_STEPS:
                self.known = False
                return
            pending += self._step(part)

    def _step(self, part: Any) -> list[Any]:
        if isinstance(part, Weight):
            return []
        origin = part.facts.get(ORIGIN) if isinstance(part, Tensor) else None
        if origin is None or "alternative" in part.facts:
            self.known = False
            return []
        if origin == GIVEN:
            return []
        if isinstance(origin, Application):
            if id(origin) in self.rows:
                self.found[self.rows[id(origin)]] = None
                return []
            self.known = False
            return []
        name, sources = origin
        if name not in SILENT:
            self.names.insert(0, name)
        return list(sources)

    def result(self) -> tuple[tuple[int, ...], tuple[str, ...] | None]:
        """`inputs_from` and `via` of a row."""
        return tuple(sorted(self.found)), tuple(self.names) if self.known else None


def sources_of(values: Value, rows: dict[int, int]) -> tuple[tuple[int, ...], tuple[str, ...] | None]:
    """The rows that the tensors in a structure come from, and through which functions."""
    sources = Sources(rows)
    for part in tensors_in(values):
        if isinstance(part, Unknown):
            sources.known = False
        else:
            sources.trace(part)
    return sources.result()
