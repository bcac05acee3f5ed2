"""Losses as the code uses them: what stands before them, and what they are compared with, for the rules to judge."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from cnnlint.engine.dimension import symbol
from cnnlint.engine.errors import ShapeError, Undetermined
from cnnlint.frameworks.torch.core import TORCH
from cnnlint.frameworks.torch.describe import evaluating
from cnnlint.frameworks.torch.ending import ending, kept, label_range
from cnnlint.frameworks.torch.layer import kind_of
from cnnlint.frameworks.torch.loss import built_with_tensors
from cnnlint.frameworks.torch.provenance import ORIGIN, SAME_PLACES
from cnnlint.frameworks.torch.registry import is_module, walk
from cnnlint.frameworks.torch.trial import Trial
from cnnlint.interpreter.frame import LimitReached
from cnnlint.interpreter.values import HostFunction, Instance, Raised, Tensor, Unknown
from cnnlint.model import Data, Related, Use

if TYPE_CHECKING:
    from collections.abc import Callable

    from cnnlint.engine.shape import Shape
    from cnnlint.frameworks.torch.ending import Ending
    from cnnlint.interpreter.machine import Machine
    from cnnlint.interpreter.trace import Application
    from cnnlint.interpreter.values import Value

LOSSES = {
    "cross_entropy": "CrossEntropyLoss",
    "nll_loss": "NLLLoss",
    "binary_cross_entropy": "BCELoss",
    "binary_cross_entropy_with_logits": "BCEWithLogitsLoss",
    "mse_loss": "MSELoss",
    "l1_loss": "L1Loss",
    "smooth_l1_loss": "SmoothL1Loss",
    "huber_loss": "HuberLoss",
    "kl_div": "KLDivLoss",
}
"""The functions and the layers that call them."""

LIKELY = "likely_output"
"""The fact that holds what a module gives for an input that nothing states."""

CLASSIFIER = "classifier"
"""The fact of a model whose output is compared with classes."""

CHOICES = "choices"
"""The fact of a model with the uses of `argmax` that are judged once a loss shows it to be a classifier."""

MAX_STEPS = 100_000
"""What a run may take that only finds out how a model ends."""


def watched(name: str, body: Callable[..., Value]) -> Callable[..., Value]:
    """The loss's function, which notes how it is used before it computes."""

    def run(machine: Machine, *args: Value, **kwargs: Value) -> Value:
        given = dict(zip(("input", "target"), args, strict=False)) | kwargs
        if "input" in given and "target" in given:
            note(machine, name, given["input"], given["target"], given)
        return body(machine, *args, **kwargs)

    return run


def note(machine: Machine, name: str, output: Value, target: Value, options: dict[str, Value]) -> None:
    """Keep how a loss is used."""
    made, last = last_of(machine, output)
    layer = criterion(machine)
    related = []
    config: dict[str, Any] = {"function": name, "assumed": made is not output, "module": layer is not None}
    if layer is not None and layer.place is not None:
        config["criterion"] = layer.place
        related.append(Related(f"`{layer.cls.name}` is built here", layer.place))
    if last is not None:
        config |= {"applied": last.place, "activation_built": last.built, "rank": last.rank, "implicit": last.implicit}
        if last.name != "linear":
            spot = last.built or last.place
            related += [] if spot is None else [Related(f"the {last.name} is applied here", spot)]
    config |= {
        each: options[each]
        for each in ("reduction", "ignore_index", "label_smoothing")
        if isinstance(options.get(each), (str, int, float))
    }
    config["weighted"] = options.get("weight") is not None or options.get("pos_weight") is not None
    called = source(machine, undressed(output))
    if called is not None and name in ("cross_entropy", "nll_loss"):
        called.instance.facts[CLASSIFIER] = True
        for use in called.instance.facts.pop(CHOICES, ()):
            machine.uses.setdefault((use.kind, use.place), use)
    machine.note_use(
        Use(
            kind="loss",
            framework="torch",
            place=machine.place,
            model=model_name(machine, undressed(output)),
            loss=LOSSES[name],
            output=made.shape if isinstance(made, Tensor) else None,
            activation=None if last is None else last.name,
            axis=None if last is None else last.axis,
            targets=data_of(target),
            related=tuple(related),
            config=config,
        )
    )


def last_of(machine: Machine, output: Value) -> tuple[Value, Ending | None]:
    """A model's result as far as it can be told, and what it was made with last."""
    made = likely(machine, output)
    last = ending(made)
    if last is None and isinstance(made, Unknown):
        last = ending(likely(machine, kept(made)))
        last = None if last is None else replace(last, axis=None, rank=None)
    return made, last


def criterion(machine: Machine) -> Instance | None:
    """The loss layer that is running, if it is one of the framework's own."""
    application = machine.application
    if application is None or kind_of(application.instance.cls) != "loss" or not application.instance.cls.library:
        return None
    return application.instance


def data_of(value: Value) -> Data | None:
    """What is known of a target."""
    if not isinstance(value, Tensor):
        return None
    labels = label_range(value)
    low, high, complete = labels or (None, None, False)
    return Data(
        shape=value.shape,
        dtype=value.dtype,
        low=low,
        high=high,
        classes=None if not complete or low is None or high is None else high - low + 1,
        origin=None,
    )


def source(machine: Machine, value: Value) -> Application | None:
    """The call of a module whose result a value is."""
    application = machine.application
    running = [] if application is None else application.children
    if application is not None and application.parent is not None:
        running = application.parent.children
    for each in (*reversed(running), *reversed(machine.applications)):
        if each.output is value and each.instance is not None:
            return each
    return None


def model_name(machine: Machine, value: Value) -> str | None:
    """The class of the model whose result a value is."""
    found = source(machine, value)
    if found is None or (found.instance.cls.library and kind_of(found.instance.cls) == "activation"):
        return None
    return found.instance.cls.name


def likely(machine: Machine, output: Value) -> Value:
    """A model's result; for an input that is not known, what the model gives for one that its layers ask for."""
    if not isinstance(output, Unknown):
        return output
    called = source(machine, output)
    if called is None or not is_module(called.instance):
        return output
    instance = called.instance
    if LIKELY not in instance.facts:
        instance.facts[LIKELY] = None  # the model's own forward may use a loss
        made = attempt(machine, instance)
        if not isinstance(made, Tensor) and any(kind_of(part.cls) == "embedding" for _, part in walk(instance)):
            made = attempt(machine, instance, ((symbol("batch"), symbol("length")),))
        instance.facts[LIKELY] = made
    found = instance.facts[LIKELY]
    return found if isinstance(found, Tensor) else output


def attempt(machine: Machine, instance: Instance, stated: tuple[Shape, ...] | None = None) -> Value:
    """What the module gives for an input that nothing states; the run leaves no trace.

    `stated` are shapes to try: an embedding takes any, and is mostly given a batch of sequences.
    """
    faults, uses, built, steps = machine.faults, machine.uses, len(machine.built), machine.steps
    application, applications = machine.application, machine.applications
    machine.faults, machine.uses, machine.application = {}, {}, None
    machine.steps = min(steps, MAX_STEPS)
    trial = Trial(machine, instance)
    try:
        with evaluating(instance):
            trial.run(stated)
    except (LimitReached, RecursionError, Undetermined, ShapeError, Raised):
        return None
    finally:
        trial.journal.undo()
        machine.faults, machine.uses, machine.steps = faults, uses, steps
        machine.application, machine.applications = application, applications
        del machine.built[built:]
    return trial.output


def undressed(value: Value) -> Value:
    """What a tensor was before it was moved or detached."""
    if isinstance(value, Unknown):
        return kept(value)
    for _ in range(8):
        origin = value.facts.get(ORIGIN) if isinstance(value, Tensor) else None
        if not isinstance(origin, tuple) or origin[0] not in SAME_PLACES or not origin[1]:
            return value
        value = origin[1][0]
    return value


def chosen(body: Callable[..., Value]) -> Callable[..., Value]:
    """`argmax` and `max`, which note the axis that the scores of a classifier are compared along."""

    def run(machine: Machine, *args: Value, **kwargs: Value) -> Value:
        given = dict(zip(("input", "dim"), args, strict=False)) | kwargs
        scores, axis = undressed(given.get("input")), given.get("dim", given.get("axis"))
        if isinstance(axis, int) and not isinstance(axis, bool):
            note_choice(machine, scores, axis)
        return body(machine, *args, **kwargs)

    return run


def note_choice(machine: Machine, scores: Value, axis: int) -> None:
    """Keep which axis a model's scores are compared along, if a loss before or behind takes them for classes."""
    called = source(machine, scores)
    made = likely(machine, scores)
    if called is None or not isinstance(made, Tensor):
        return
    name, facts = called.instance.cls.name, called.instance.facts
    certain = machine.uncertain == 0
    use = Use("argmax", "torch", machine.place, model=name, output=made.shape, axis=axis, certain=certain)
    if CLASSIFIER in facts:
        machine.uses.setdefault((use.kind, use.place), use)
    else:
        facts[CHOICES] = (*facts.get(CHOICES, ()), use)


def built(body: Callable[..., Value]) -> Callable[..., Value]:
    """The constructor of a loss, which refuses a model's result: the class is called in place of the loss."""

    def run(machine: Machine, self: Instance, *args: Value, **kwargs: Value) -> Value:
        if len(args) > 1 and isinstance(args[0], Unknown):
            called = source(machine, args[0])
            if called is not None and is_module(called.instance) and kind_of(called.instance.cls) != "loss":
                raise built_with_tensors(self)
        return body(machine, self, *args, **kwargs)

    return run


def watch() -> None:
    """Let every loss of the table note how it is used."""
    seen: set[int] = set()
    for name in LOSSES.values():
        constructor = TORCH.names[f"torch.nn.{name}"].lookup("__init__")
        if id(constructor) not in seen:
            seen.add(id(constructor))
            constructor.body = built(constructor.body)
    for name in LOSSES:
        found = TORCH.names[f"torch.nn.functional.{name}"]
        assert isinstance(found, HostFunction)
        found.body = watched(name, found.body)
    for name in ("torch.argmax", "torch.max"):
        found = TORCH.names[name]
        assert isinstance(found, HostFunction)
        found.body = chosen(found.body)


watch()
