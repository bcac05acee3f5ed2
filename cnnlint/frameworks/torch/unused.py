"""Layers that a module has and does not use, and results of layers that nothing uses, for the rules to judge."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnnlint.frameworks.mentions import DYNAMIC, branches, mentioned
from cnnlint.frameworks.torch.layer import kind_of
from cnnlint.frameworks.torch.provenance import GIVEN, ORIGIN, tensors_in
from cnnlint.frameworks.torch.registry import named_weights, own_weights, walk
from cnnlint.interpreter.trace import Application
from cnnlint.interpreter.values import Instance, Tensor, Unknown, Weight
from cnnlint.model import Related, Use

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cnnlint.interpreter.machine import Machine

MAX_PARTS = 50_000
"""Tensors that are followed back."""

SILENT_KINDS = frozenset({"loss", "other", "model"})
"""Kinds of layers of which a result that nothing uses says nothing."""


def note_unused(machine: Machine, instance: Instance, application: Application, name: str) -> None:
    """Keep what a run of a module left aside; nothing where a part of it is not followed."""
    modules = list(walk(instance))
    hooked = any("forward_hooks" in module.facts or "forward_pre_hooks" in module.facts for _, module in modules)
    applications = list(_below(application))
    made = list(tensors_in(application.output))
    if hooked or not made or any(each.uncertain for each in applications):
        return
    attributes = tuple(value for _, module in modules for value in module.attrs.values())
    kept = [part for part in tensors_in(attributes) if type(part) is Tensor]
    trace = _Trace([*made, *kept], {id(part) for part in kept})
    if not trace.known:
        return
    applied = {id(each.instance) for each in applications}
    for path, module in modules:
        weights = [weight for _, weight in named_weights(module)]
        if id(module) in applied:
            _note_parameters(machine, instance, path, module, trace, name)
        if id(module) in applied or not any(own_weights(module)) or module.place is None:
            continue
        if not any(id(weight) in trace.weights for weight in weights) and not _is_named(instance, path):
            _note(machine, "unused-layer", module, name, path, module.place)
    paths = {id(module): path for path, module in modules}
    # What the last turn of a loop leaves aside, the turns before have used.
    leading = {each.place for each in applications if id(each) in trace.applications}
    for each in applications:
        if each.place not in leading and _is_dead(each, trace) and _is_sure(each):
            _note(machine, "unused-result", each.instance, name, paths.get(id(each.instance), ""), each.place)


def _note_parameters(
    machine: Machine, instance: Instance, path: str, module: Instance, trace: _Trace, model: str
) -> None:
    """Keep the parameters of a module's own that its result does not depend on and that no method names."""
    if module.cls.library or module.cls.place is None:
        return
    for name, weight in own_weights(module):
        whole = f"{path}.{name}" if path else name
        if id(weight) not in trace.weights and not _is_named(instance, whole):
            config = {"layer": whole, "type": "Parameter"}
            machine.note_use(Use("unused-layer", "torch", module.cls.place, model=model, config=config))


def _note(machine: Machine, kind: str, layer: Instance, model: str, path: str, place: Any) -> None:
    related = () if layer.place is None or layer.place == place else (Related("it is built here", layer.place),)
    config = {"layer": path or layer.cls.name, "type": layer.cls.name}
    machine.note_use(Use(kind, "torch", place, model=model, related=related, config=config))


def _below(application: Application) -> Iterator[Application]:
    yield application
    for child in application.children:
        yield from _below(child)


def _is_dead(application: Application, trace: _Trace) -> bool:
    """Whether a layer without others inside has made something that leads nowhere."""
    layer = application.instance
    kind = kind_of(layer.cls)
    if application.children or kind is None or kind in SILENT_KINDS or layer.attrs.get("inplace") is True:
        return False
    made = list(tensors_in(application.output))
    given = {id(part) for part in tensors_in((application.args, tuple(application.kwargs.values())))}
    if not made or any(isinstance(part, Unknown) or id(part) in given for part in made):
        return False
    return id(application) not in trace.applications


def _is_sure(application: Application) -> bool:
    """Whether the code around a layer neither gives its result back nor does something else another time."""
    parent = application.parent
    while parent is not None:
        if branches(parent.instance.cls):
            return False
        if not parent.instance.cls.library:
            trace = _Trace(list(tensors_in(parent.output)), set())
            return trace.known and id(application) not in trace.applications
        parent = parent.parent
    return False


def _is_named(instance: Instance, path: str) -> bool:
    """Whether code outside of constructors names the layer, or may reach it without naming it."""
    owners: list[Instance] = [instance]
    steps = path.split(".")
    for step in steps[:-1]:
        inner = owners[-1].attrs.get(step)
        if not isinstance(inner, Instance):
            return True
        owners.append(inner)
    own = [cls for owner in owners if not (cls := owner.cls).library]
    if not own:
        return True
    return any(not names.isdisjoint({*steps, *DYNAMIC}) for names in map(mentioned, own))


class _Trace:
    """What tensors depend on: the weights and the applications behind them. `constants` may come from anywhere."""

    def __init__(self, pending: list[Any], constants: set[int]) -> None:
        self.weights: set[int] = set()
        self.applications: set[int] = set()
        self.constants = constants
        self.known = True
        seen: set[int] = set()
        while pending and self.known:
            part = pending.pop()
            if id(part) not in seen:
                seen.add(id(part))
                pending += self._sources(part)
                self.known = self.known and len(seen) < MAX_PARTS

    def _sources(self, part: Any) -> list[Any]:
        if isinstance(part, Weight):
            self.weights.add(id(part))
            return []
        if isinstance(part, Unknown) or not isinstance(part, Tensor) or "alternative" in part.facts:
            self.known = False
            return []
        origin = part.facts.get(ORIGIN)
        if origin is None or origin == GIVEN:
            self.known = origin == GIVEN or id(part) in self.constants
            return []
        if not isinstance(origin, Application):
            return list(origin[1])
        if id(origin) in self.applications:
            return []
        self.applications.add(id(origin))
        self.weights.update(id(weight) for _, weight in named_weights(origin.instance))
        return list(tensors_in((origin.args, tuple(origin.kwargs.values()))))
