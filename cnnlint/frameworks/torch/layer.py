"""How a layer class is declared, and what the layers of all families share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.engine.dimension import less, symbol
from cnnlint.engine.errors import ShapeError, Undetermined
from cnnlint.frameworks.coerce import describe, dim, dims, items, known, refuse, tensor
from cnnlint.frameworks.torch.core import MODULE, PARAMETER, TORCH, result
from cnnlint.interpreter.values import HostFunction, Instance, Proposal, Tensor, Unknown, Value, Weight

if TYPE_CHECKING:
    from collections.abc import Callable

    from cnnlint.engine.dimension import Dim
    from cnnlint.engine.shape import Shape
    from cnnlint.interpreter.machine import Machine
    from cnnlint.interpreter.values import ClassValue

KINDS: dict[str, str] = {}
"""The family of each layer class, by its qualified name; see `cnnlint.model.Layer`."""

SPATIAL = {1: ("length",), 2: ("height", "width"), 3: ("depth", "height", "width")}


def layer(name: str, kind: str, module: str, base: ClassValue = MODULE) -> Callable[[type], ClassValue]:
    """Declare a class of `torch.nn` under its names there; `module` is its file in `torch.nn.modules`."""

    def declare(body: type) -> ClassValue:
        names = (f"torch.nn.{name}", f"torch.nn.modules.{name}", f"torch.nn.modules.{module}.{name}")
        KINDS[names[0]] = kind
        return careful(TORCH.define(*names, bases=(base,))(body))

    return declare


def careful(cls: ClassValue) -> ClassValue:
    """Let an object whose constructor ends early be one that nothing is known of, in a subclass of the code too."""
    constructor = cls.namespace.get("__init__")
    if isinstance(constructor, HostFunction):
        body = constructor.body

        def construct(machine: Machine, self: Instance, *args: Value, **kwargs: Value) -> None:
            try:
                body(machine, self, *args, **kwargs)
            except (ShapeError, Undetermined) as why:
                self.opaque = Unknown(str(why), machine.place, opaque=True)
                raise

        constructor.body = construct
    return cls


def inner(name: str, module: str, base: ClassValue = MODULE) -> Callable[[type], ClassValue]:
    """Declare a base class that PyTorch keeps private."""

    def declare(body: type) -> ClassValue:
        return careful(TORCH.define(f"torch.nn.modules.{module}.{name}", bases=(base,))(body))

    return declare


def kind_of(cls: ClassValue) -> str | None:
    """The family of a layer class, or of the one that it inherits from; None for a module of the code."""
    return next((KINDS[base.qualified_name] for base in cls.mro if base.qualified_name in KINDS), None)


def library_class(name: str) -> ClassValue:
    """The class declared under that name."""
    found = TORCH.names[name]
    assert isinstance(found, type(MODULE))
    return found


def new(machine: Machine, name: str, *args: Value, **kwargs: Value) -> Value:
    """A layer inside of another one."""
    return machine.call(library_class(f"torch.nn.{name}"), args, kwargs)


def functional(name: str) -> Callable[..., Value]:
    """The body of `torch.nn.functional.<name>`, which is what a layer's `forward` calls."""
    found = TORCH.names[f"torch.nn.functional.{name}"]
    assert isinstance(found, HostFunction)
    return found.body


def start(self: Instance) -> None:
    """What `Module.__init__` leaves."""
    self.attrs["training"] = True


def parameter(self: Instance, name: str, shape: Shape, dtype: Value = None) -> None:
    """Register a parameter of that shape."""
    for size in shape:
        if less(size, 0):
            raise ShapeError("bad-argument", f"the {name} of `{self.cls.name}` would have a negative size: {size}")
    self.attrs[name] = Weight(PARAMETER, shape, element_type(dtype), name=name)


def buffer(self: Instance, name: str, value: Value) -> None:
    """Register a buffer."""
    if value is not None and not isinstance(value, (Tensor, Unknown)):
        message = f"cannot assign {describe(value)} to the buffer `{name}`: a tensor or None is needed"
        raise ShapeError("bad-argument", message, exception="TypeError")
    self.attrs[name] = value
    self.facts["buffers"] = (*self.facts.get("buffers", ()), name)


def element_type(dtype: Value, default: str = "float32") -> str:
    """The element type that a layer's `dtype` argument names."""
    if isinstance(dtype, Instance) and isinstance(found := dtype.facts.get("name"), str):
        return found
    return default


def given(value: Value) -> Value:
    """An option kept as it is: a size that is a free parameter of the code becomes the symbol of its name."""
    return dim(value) if isinstance(value, Unknown) and value.symbol else value


def become_known(self: Instance) -> None:
    """Let a lazy layer that has seen its first input be of the class that it becomes."""
    lazy = next((cls for cls in self.cls.mro if cls.library and cls.name.startswith("Lazy")), None)
    if lazy is not None:
        self.cls = lazy.bases[0]


def rank_of(self: Instance) -> int:
    """The number of spatial axes of the layer's class."""
    found = self.cls.lookup("_rank")
    assert isinstance(found, int)
    return found


def windows(value: Value, n: int, name: str) -> tuple[Dim, ...]:
    """A size for each of `n` axes, as PyTorch's operators take it: a sequence of one stands for all."""
    refuse_flag(value, name)
    listed = None if isinstance(value, Unknown) and value.symbol else items(value)
    return dims(listed[0] if listed is not None and len(listed) == 1 else value, n, name, exception="RuntimeError")


def refuse_flag(value: Value, name: str) -> None:
    """Refuse a bool where PyTorch's argument parser takes integers: alone or as the first of several."""
    listed = None if isinstance(value, Unknown) else items(value)
    first = listed[0] if listed else value
    if isinstance(first, bool):
        raise refuse("an integer", first, name)


def spread(value: Value, n: int, name: str = "") -> tuple[Value, ...]:
    """One value as `n` equal ones, a sequence as it is; its length is looked at when the layer is applied."""
    found = None if isinstance(value, Unknown) and value.symbol else items(value)
    if found is None:
        found = (value,) * n
    # A bool stays one: where PyTorch's argument parser meets it, it is refused.
    return tuple(item if isinstance(item, bool) else dim(item, name) for item in found)


LAST = "last"
"""The fact that holds the size of the last axis of a tensor of unknown rank."""

SOURCE = "source"
"""The fact that says which input, still without a shape, such a tensor comes from, and how its shape follows."""


def settled(input: Value, rank: int, channels: Dim | None = None) -> Tensor:
    """The tensor that a layer with `rank` spatial axes is applied to.

    An input that nothing states yet gets its shape by a Proposal: a batch axis and the layer's channels. Undetermined
    where the rank cannot be known.
    """
    found = tensor(input)
    if found.shape is None:
        size = symbol("channels") if channels is None else channels
        propose(found, (symbol("batch"), size, *map(symbol, SPATIAL[rank])))
    return found


def propose(found: Tensor, shape: Shape) -> None:
    """Ask for an input of which this tensor of unknown rank gets that shape.

    Raises a Proposal where it comes from such an input, else Undetermined.
    """
    if found.free is not None:
        raise Proposal(found.free, shape)
    if SOURCE in found.facts:
        name, back = found.facts[SOURCE]
        raise Proposal(name, back(shape))
    raise Undetermined("the shape of the input is not known")


def shape_to_unpack(machine: Machine, found: Tensor) -> Value:
    """The shape as the code sees it; the number of names that it is unpacked to tells the rank of an input."""
    if found.shape is not None:
        return found.shape
    unknown = Unknown("the shape of the input is not known", machine.place)

    def unpacked(count: int) -> None:
        if count - 1 in UNPACKED:
            propose(found, (symbol("batch"), *map(symbol, UNPACKED[count - 1])))

    if found.free is not None or SOURCE in found.facts:
        unknown.unpacked = unpacked
    return unknown


UNPACKED = {1: ("features",), 2: ("dim1", "dim2"), **{rank + 1: ("channels", *SPATIAL[rank]) for rank in (2, 3)}}
"""The axes behind the batch of a shape that the code takes apart."""


def open_ended(found: Tensor, last: Dim, back: Callable[[Shape], Shape]) -> Tensor:
    """The result of a layer on a tensor of unknown rank: its last axis is known; `back` gives the input's shape."""
    made = result(None, like=found)
    made.facts[LAST] = last
    if found.free is not None:
        made.facts[SOURCE] = (found.free, back)
    elif SOURCE in found.facts:
        name, before = found.facts[SOURCE]
        made.facts[SOURCE] = (name, lambda shape: before(back(shape)))
    return made


def inherit(made: Tensor, found: Tensor) -> None:
    """Let a tensor of unknown rank keep what is known of the one that it was made from, element by element."""
    made.facts |= {fact: found.facts[fact] for fact in (LAST, SOURCE) if fact in found.facts}


def of_rank(input: Tensor, ranks: tuple[int, ...], self: Instance, exception: str = "RuntimeError") -> Shape:
    """The shape of a tensor that must have one of these numbers of axes."""
    shape = input.shape
    assert shape is not None
    if len(shape) in ranks:
        return shape
    expected = " or ".join(f"{rank}-d" for rank in ranks)
    raise ShapeError(
        "rank-mismatch",
        f"`{self.cls.name}` takes a {expected} input, got a {len(shape)}-d one",
        expected=expected,
        actual=f"{len(shape)}-d",
        exception=exception,
    )


def same(input: Value) -> Tensor:
    """A new tensor like the input; an input that nothing states stays that input."""
    found = tensor(input)
    made = result(found.shape, like=found)
    if found.shape is None:
        made.free = found.free
        inherit(made, found)
    return made


def positive(value: Dim, message: str, exception: str = "ValueError") -> None:
    """Refuse a number that is surely zero or less."""
    if less(value, 1):
        raise ShapeError("bad-argument", message, exception=exception)


def option(value: Value, allowed: tuple[str, ...], name: str, exception: str = "ValueError") -> str | None:
    """A string option, refused if it is none of those; None if it is no string."""
    found = known(value)
    if isinstance(found, str) and found not in allowed:
        listed = ", ".join(f'"{each}"' for each in allowed)
        raise ShapeError("bad-argument", f'`{name}` must be one of {listed}, not "{found}"', exception=exception)
    return found if isinstance(found, str) else None
