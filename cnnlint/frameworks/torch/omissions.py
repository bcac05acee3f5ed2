"""What a module leaves out: layers that it does not register, a forward that gives nothing back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.frameworks.torch.registry import is_module, named_weights, walk
from cnnlint.interpreter.values import BoundMethod, DictValue, Function, Instance, ListValue
from cnnlint.model import Related, Use
from cnnlint.syntax import program as p

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cnnlint.interpreter.machine import Machine
    from cnnlint.interpreter.trace import Application
    from cnnlint.interpreter.values import Value

SEVERAL = 2
"""A list of one module is a known way to keep it from being registered on purpose."""


def note_unregistered(machine: Machine, instance: Instance) -> None:
    """Keep the plain lists and dictionaries of layers in a module: PyTorch does not find the parameters in them."""
    registered = {id(module) for _, module in walk(instance)}
    for _, module in walk(instance):
        if module.cls.library:
            continue
        for name, value in module.attrs.items():
            hidden = [each for each in _modules(value) if id(each) not in registered and _trains(each)]
            if len(hidden) >= SEVERAL and hidden[0].place is not None:
                related = (
                    () if module.cls.place is None else (Related(f"`{module.cls.name}` is here", module.cls.place),)
                )
                config = {"attribute": name, "count": len(hidden), "kind": _kind(value)}
                machine.note_use(
                    Use(
                        kind="unregistered",
                        framework="torch",
                        place=hidden[0].place,
                        model=module.cls.name,
                        related=related,
                        config=config,
                    )
                )


def _kind(value: Value) -> str:
    return "dict" if isinstance(value, DictValue) else "list" if isinstance(value, ListValue) else "tuple"


def _modules(value: Value) -> list[Instance]:
    match value:
        case ListValue() if value.unknown is None:
            parts: list[Value] = value.items
        case DictValue() if value.unknown is None and value.cls is None:
            parts = list(value.items.values())
        case tuple():
            parts = list(value)
        case _:
            return []
    return [each for each in parts if is_module(each)]


def _trains(module: Instance) -> bool:
    return any(True for _ in named_weights(module))


def note_no_result(machine: Machine, forward: Value, application: Application) -> None:
    """Keep a forward of the code that applies layers, keeps nothing and never returns a value."""
    function = forward.function if isinstance(forward, BoundMethod) else forward
    if not isinstance(function, Function) or not isinstance(function.definition, p.FunctionDefinition):
        return
    if not application.children or function.definition.is_generator or function.owner is None:
        return
    if any(_matters(node) for node in _nodes(function.definition.body)):
        return
    machine.note_use(Use(kind="forward", framework="torch", place=function.place, model=application.instance.cls.name))


def _matters(node: object) -> bool:
    """Whether a statement gives or keeps a value, or ends the call otherwise."""
    if isinstance(node, (p.Return, p.Raise)):
        return True
    targets: tuple[object, ...] = ()
    if isinstance(node, p.Assign):
        targets = tuple(node.targets)
    elif isinstance(node, p.AugmentedAssign):
        targets = (node.target,)
    return any(isinstance(target, (p.Attribute, p.Subscript)) for target in targets)


def _nodes(parts: tuple[object, ...]) -> Iterator[object]:
    for part in parts:
        if isinstance(part, p.Node):
            yield part
            yield from _nodes(tuple(getattr(part, name) for name in part.__struct_fields__))
        elif isinstance(part, tuple):
            yield from _nodes(part)
