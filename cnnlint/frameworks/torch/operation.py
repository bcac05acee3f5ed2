"""How a PyTorch operation is declared once and found as a function, a tensor method and its in-place form.

@operation("torch.relu", "torch.nn.functional.relu", "Tensor.relu")
def relu(machine, input): ...

@operation("torch.add", "Tensor.add", in_place=("Tensor.add_", "Tensor.__iadd__"))
def add(machine, input, other, *, alpha=1): ...
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.engine.constraints import clash
from cnnlint.engine.errors import ShapeError, Undetermined
from cnnlint.engine.gathering import doubt
from cnnlint.engine.shape import text as shape_text
from cnnlint.frameworks.torch.core import TENSOR, TORCH, result
from cnnlint.frameworks.torch.values import written
from cnnlint.interpreter.values import HostFunction, Signature, Tensor, Unknown

if TYPE_CHECKING:
    from collections.abc import Callable

    from cnnlint.interpreter.library import Body
    from cnnlint.interpreter.machine import Machine
    from cnnlint.interpreter.values import Value

ALIASES = {"axis": "dim", "keepdims": "keepdim", "x": "input", "a": "input", "x1": "input", "x2": "other"}
"""NumPy's names, which PyTorch's own argument parser takes for its own."""


class TorchSignature(Signature):
    """A signature that takes NumPy's names and the `out=` of every operation."""

    __slots__ = ()

    def translate(self, kwargs: dict[str, Value]) -> dict[str, Value]:
        """The same arguments under the operation's own names."""
        if not kwargs or self.var_keyword:
            return kwargs
        return {
            name if name in self.keywords else ALIASES.get(name, name): value
            for name, value in kwargs.items()
            if name != "out" or name in self.keywords
        }

    def complaint(self, args: tuple[Value, ...], kwargs: dict[str, Value]) -> str | None:
        return super().complaint(args, self.translate(kwargs))


class Operation(HostFunction):
    """A host function that is called as PyTorch's argument parser allows; it never gives a module."""

    __slots__ = ()

    def __init__(self, name: str, body: Callable[..., Value]) -> None:
        self.attrs = {}
        self.binds: bool | None = True
        self.name = name
        signature = self.signature = TorchSignature(body)

        def translated(machine: Machine, *args: Value, **kwargs: Value) -> Value:
            try:
                return body(machine, *args, **signature.translate(kwargs))
            except Undetermined as why:
                return Unknown(why.reason, machine.place)

        self.body = translated


def operation(*names: str, in_place: tuple[str, ...] = ()) -> Callable[[Body], Body]:
    """Declare a host function under dotted names (`torch.add`) and as tensor methods (`Tensor.add`)."""

    def declare(body: Body) -> Body:
        publish(names, Operation(names[0], body))
        if in_place:
            publish(in_place, InPlace(names[0], body))
        return body

    return declare


def publish(names: tuple[str, ...], value: Value) -> None:
    """Give a value each of the names; `Tensor.…` is a member of the tensor class."""
    for name in names:
        if name.startswith("Tensor."):
            TENSOR.namespace[name[7:]] = value
        else:
            TORCH.add(name, value)


class InPlace(Operation):
    """The form of an operation that writes its result into the first argument."""

    __slots__ = ()

    def __init__(self, name: str, body: Callable[..., Value]) -> None:
        super().__init__(name, body)
        compute = self.body

        def changed(machine: Machine, *args: Value, **kwargs: Value) -> Value:
            target = args[0] if args else kwargs.get("input")
            computed = compute(machine, *args, **kwargs)
            return overwrite(machine, target, computed if isinstance(computed, Tensor) else result(None))

        self.body = changed


def overwrite(machine: Machine, target: Value, computed: Value) -> Value:
    """The tensor after an in-place operation; it keeps its shape, so what was computed must have the same."""
    if not isinstance(target, Tensor) or not isinstance(computed, Tensor):
        return target
    if target.shape and computed.shape is None:
        doubt("the shape of what is written into a tensor is not known")
    if target.shape is not None and computed.shape is not None and target is not computed:
        differs = len(target.shape) != len(computed.shape) or any(
            clash(mine, new) for mine, new in zip(target.shape, computed.shape, strict=True)
        )
        if differs:
            before, after = shape_text(target.shape), shape_text(computed.shape)
            raise ShapeError(
                "elementwise-mismatch",
                f"an in-place operation cannot change the shape {before} to {after}",
                expected=before,
                actual=after,
                exception="RuntimeError",
            )
    written(machine, target, computed.values)
    return target
