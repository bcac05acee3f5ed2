"""What `compile`, `fit`, `evaluate` and `predict` do to a model, to the data and to the labels.

Each of them is kept as a `Use` for the rules. What Keras refuses is a fault at the call; after one, nothing more is
said of that model, since the program ends there.
"""

from __future__ import annotations

import contextlib
from dataclasses import replace
from typing import TYPE_CHECKING

from cnnlint.engine.errors import ShapeError, Undetermined
from cnnlint.engine.shape import text
from cnnlint.frameworks.keras import changes
from cnnlint.frameworks.keras.core import result
from cnnlint.frameworks.keras.models import graph_of
from cnnlint.frameworks.keras.structure import flatten
from cnnlint.frameworks.keras.using_compile import Compiled, Loss, read, read_loss
from cnnlint.frameworks.keras.using_data import Given, described, given, split
from cnnlint.frameworks.keras.using_labels import Case, aligned, check_loss, check_metrics, is_spread, with_batch
from cnnlint.frameworks.keras.using_model import Outcome, behind_maps, complaining, has_own_call, head_of, run
from cnnlint.frameworks.keras.using_training import USED, note_batch_of_one, of_compile
from cnnlint.frameworks.numpy.core import array
from cnnlint.interpreter.values import DictValue, Function, Instance, ListValue, Tensor, Unknown, Value
from cnnlint.model import Related, Use

if TYPE_CHECKING:
    from collections.abc import Callable

    from cnnlint.engine.shape import Shape
    from cnnlint.frameworks.keras.using_head import Head
    from cnnlint.interpreter.machine import Machine

OWN_STEPS = ("train_step", "test_step", "compute_loss", "compute_metrics")
"""Methods that a model of the code may have instead of Keras's, after which its labels are its own business."""


def fail(machine: Machine, self: Instance, error: ShapeError, related: tuple[Related, ...] = ()) -> Value:
    """Keep a fault of the call, with the places that have to do with it; the model is left alone from now on."""
    result = machine.fail(error)
    key = (error.kind, machine.fault(error).place)
    known = machine.faults.get(key)
    if known is not None and known.message == error.message:
        machine.faults[key] = replace(known, related=(*related, *known.related))
    machine.touch(self)
    self.facts["failed"] = True
    return result


def compile_model(machine: Machine, self: Instance, arguments: dict[str, Value]) -> None:
    """`Model.compile`."""
    machine.touch(self)
    training = of_compile(machine, self, arguments)
    self.facts["compile"] = compiled = read(arguments, machine.place)
    metrics = arguments.get("metrics")
    if isinstance(metrics, str) and changes.has(machine, "metrics-are-lists"):
        raise ShapeError(
            "bad-argument",
            f"`metrics` must be a list, a tuple or a dictionary, not {metrics!r}",
            help=f"write `metrics=[{metrics!r}]`",
            exception="ValueError",
        )
    head, output = head_of(self)
    self.facts["late"] = head.activation is None
    note(machine, self, "compile", compiled, head, output, **training)


def note(
    machine: Machine,
    self: Instance,
    kind: str,
    compiled: Compiled | None,
    head: Head,
    output: Shape | None,
    found: Given | None = None,
    **config: Value,
) -> None:
    """Tell the rules what is done with a model of one output."""
    loss = compiled.loss if compiled is not None else None
    targets = described(found.y) if found is not None else ()
    name = self.attrs.get("name")
    related = _places(compiled if kind != "compile" else None, head)
    if head.layer is not None:
        config |= {"layer": head.layer.attrs.get("name"), "units": head.layer.attrs.get("units")}
    machine.note_use(
        Use(
            kind,
            "keras",
            machine.place,
            model=name if isinstance(name, str) else None,
            loss=None if loss is None else loss.name,
            from_logits=None if loss is None else loss.from_logits,
            metrics=compiled.metrics if compiled is not None else (),
            output=output,
            activation=head.activation,
            axis=head.axis,
            inputs=described(found.x) if found is not None else (),
            targets=targets[0] if len(targets) == 1 else None,
            related=related,
            config=config,
        )
    )


def _places(compiled: Compiled | None, head: Head) -> tuple[Related, ...]:
    found = []
    if head.layer is not None and head.layer.place is not None:
        found.append(Related(f"`{head.layer.cls.name}`, the last layer, is built here", head.layer.place))
    if compiled is not None:
        found.append(Related("the loss is given here", compiled.place))
    return tuple(found)


def compiled_of(self: Instance) -> Compiled | None:
    """How the model was compiled; None where that is not known, or its own code takes the labels."""
    found = self.facts.get("compile")
    own = any(isinstance(self.cls.lookup(name), Function) for name in OWN_STEPS)
    return found if isinstance(found, Compiled) and not own else None


# --- using ------------------------------------------------------------------------------------------------------------


def _must_be_compiled(machine: Machine, self: Instance, method: str) -> None:
    """Keras trains and tests no model that was not compiled. Raises ShapeError "bad-call"."""
    unseen = "open" in self.facts or self.opaque is not None or isinstance(self.cls.lookup("compile"), Function)
    if "compile" not in self.facts and not unseen and machine.uncertain == 0:
        raise ShapeError(
            "bad-call",
            f"the model is not compiled when `{method}` is called",
            help="call `compile` first",
            exception="ValueError",
        )


def attempt(machine: Machine, self: Instance, look: Callable[[], Value]) -> Value:
    """Look at a use of a model; what Keras refuses becomes a fault there."""
    machine.touch(self)
    self.facts[USED] = True
    if "failed" in self.facts or self.opaque is not None or "hidden" in self.facts:
        return None
    try:
        return look()
    except ShapeError as error:
        return fail(machine, self, error, _about(self, error))
    except Undetermined:
        return None


def _about(self: Instance, error: ShapeError) -> tuple[Related, ...]:
    """What has to do with labels that do not fit; nothing where others did before, so that these are what is wrong."""
    if error.kind not in ("label-mismatch", "loss-mismatch") or self.facts.get("fitted") is True:
        return ()
    places = _places(compiled_of(self), head_of(self)[0])
    first = behind_maps(self)
    if first is None or first.place is None:
        return places
    return (Related(f"`{first.cls.name}` takes maps that are not flattened", first.place), *places)


def train(machine: Machine, self: Instance, method: str, found: Given | None) -> Value:
    """What `fit` and `evaluate` do with one set of data. Raises ShapeError, Undetermined."""
    if found is None or isinstance(self.cls.lookup("train_step"), Function):
        return None
    outcome = run(machine, self, method, found)
    if outcome is None or outcome.failed:
        return None
    compiled = compiled_of(self)
    outputs = flatten(outcome.output)
    if len(outputs) == 1:
        shape = outputs[0].shape if isinstance(outputs[0], Tensor) else None
        config = _told_once(self, outcome.config)
        case = _case(compiled.loss, shape, found.y, found) if compiled is not None else None
        if case is not None and is_spread(case):
            config["broadcast"] = True
        note(machine, self, method, compiled, outcome.head, shape, found, **config)
    if compiled is not None and found.y is not None:
        _check(machine, self, compiled, outputs, found)
        self.facts["fitted"] = True
    return outcome


def _told_once(self: Instance, config: dict[str, Value]) -> dict[str, Value]:
    """What a rule is told with the first use only: every further one would repeat it."""
    late = self.facts.get("late") is True
    self.facts["late"] = False
    if "expanded" in self.facts:
        config = {key: value for key, value in config.items() if key != "expanded"}
    elif "expanded" in config:
        self.facts["expanded"] = True
    return {**config, "late": late}


def _case(loss: Loss | None, output: Shape | None, target: Value, found: Given) -> Case | None:
    leaves = [] if target is None or isinstance(target, Unknown) else flatten(target)
    if loss is None or output is None or len(leaves) != 1 or not isinstance(leaves[0], Tensor):
        return None
    leaf = leaves[0]
    if leaf.shape is None:
        return None
    return Case(loss, output, leaf, leaf.shape, found.batches)


def _check(machine: Machine, self: Instance, compiled: Compiled, outputs: list[Value], found: Given) -> None:
    """Compare labels with outputs. Raises ShapeError."""
    _check_count(compiled, len(outputs), flatten(found.y))
    shapes = [leaf.shape if isinstance(leaf, Tensor) else None for leaf in outputs]
    if len(shapes) == 1:
        case = _case(compiled.loss, shapes[0], found.y, found)
        if case is not None:
            _check_text(case)
            check_loss(case)
            _check_own(machine, case)
            check_metrics(case, compiled.plain_metrics)
        return
    names = _output_names(self)
    losses = _each(compiled.several, names, len(shapes)) if compiled.loss is None else [compiled.loss] * len(shapes)
    targets = _each(found.y, names, len(shapes))
    for loss, shape, target in zip(losses, shapes, targets, strict=False):
        case = _case(loss if isinstance(loss, Loss) else read_loss(loss), shape, target, found)
        if case is not None:
            check_loss(case)


def _check_own(machine: Machine, case: Case) -> None:
    """What a loss of the code does with one batch of labels and outputs. Raises ShapeError "label-mismatch"."""
    pair, function = aligned(case.shape, case.output), case.loss.function
    if pair is None or function is None or not case.batches:
        return
    target, output = (with_batch(shape, case.batches[0]) for shape in pair)

    def refused(words: tuple[str, ...]) -> ShapeError:
        return ShapeError(
            "label-mismatch",
            f"the loss `{function.name}` fails with labels of shape {text(case.shape, 'None')} and an output of shape "
            f"{text(case.output, 'None')}",
            notes=words,
            expected=text(case.output, "None"),
            actual=text(case.shape, "None"),
            exception="ValueError",
        )

    tensors = (result(target, dtype=case.target.dtype), result(output))
    with contextlib.suppress(Undetermined):
        complaining(machine, lambda: machine.call(function, tensors), refused)


def _check_count(compiled: Compiled, outputs: int, targets: list[Value]) -> None:
    """There must be an array of labels for each output, unless an output has no loss. Raises ShapeError."""
    losses = [] if compiled.several is None else flatten(compiled.several)
    if not compiled.given or None in losses or any(isinstance(each, Unknown) for each in losses):
        return
    if len(targets) == outputs or not targets or not all(isinstance(target, Tensor) for target in targets):
        return
    arrays = "is 1 array" if len(targets) == 1 else f"are {len(targets)} arrays"
    raise ShapeError(
        "label-mismatch",
        f"there {arrays} of labels, but the model has {outputs} output{'s' * (outputs > 1)}",
        help="give one array of labels for each output",
        expected=str(outputs),
        actual=str(len(targets)),
        exception="ValueError",
    )


def _output_names(self: Instance) -> list[Value]:
    """The names of the layers that make the outputs, in their order."""
    graph = None if has_own_call(self) else graph_of(self)
    if graph is None or isinstance(graph.outputs, DictValue):
        return []
    return [tensor.facts["node"].operation.attrs.get("name") for tensor in graph.flat_outputs]


def _each(value: Value, names: list[Value], count: int) -> list[Value]:
    """What belongs to each of several outputs, in a list or by their names; empty where that is not clear."""
    if isinstance(value, DictValue) and value.unknown is None:
        return [value.items[name] for name in names] if names and all(name in value.items for name in names) else []
    if isinstance(value, ListValue) and value.unknown is None:
        value = tuple(value.items)
    return list(value) if isinstance(value, tuple) and len(value) == count else []


def _check_text(case: Case) -> None:
    if case.target.dtype == "str":
        raise ShapeError(
            "label-mismatch",
            "the labels are words, but a loss takes numbers",
            help="number the classes, with `LabelEncoder` for example",
            expected="numbers",
            actual="str",
            exception="ValueError",
        )


# --- the methods ------------------------------------------------------------------------------------------------------


def fit(machine: Machine, self: Instance, options: dict[str, Value]) -> Value:
    size = options.get("batch_size")
    note_batch_of_one(machine, self, size)

    def look() -> Value:
        _must_be_compiled(machine, self, "fit")
        found = given(
            machine, options.get("x"), options.get("y"), batch_size=size, steps=options.get("steps_per_epoch")
        )
        if found is not None and found.sliced and options.get("validation_data") is None:
            found = split(found, options.get("validation_split"), size)
        outcome = train(machine, self, "fit", found)
        validation = options.get("validation_data")
        if validation is not None and "failed" not in self.facts:
            _validate(machine, self, validation, options)
        return outcome

    attempt(machine, self, look)
    return Unknown("the history of a training is known at run time only")


def _validate(machine: Machine, self: Instance, validation: Value, options: dict[str, Value]) -> None:
    """What `fit` does with its validation data. Raises ShapeError, Undetermined."""
    parts = tuple(validation.items) if isinstance(validation, ListValue) and not validation.unknown else validation
    size = options.get("validation_batch_size") or options.get("batch_size")
    x, y = (parts[0], parts[1]) if isinstance(parts, tuple) and len(parts) > 1 else (parts, None)
    try:
        train(machine, self, "fit", given(machine, x, y, batch_size=size, steps=options.get("validation_steps")))
    except ShapeError as error:
        error.message = f"validation data: {error.message}"
        raise


def evaluate(machine: Machine, self: Instance, options: dict[str, Value]) -> Value:
    def look() -> Value:
        _must_be_compiled(machine, self, "evaluate")
        x, y, size = options.get("x"), options.get("y"), options.get("batch_size")
        return train(machine, self, "evaluate", given(machine, x, y, batch_size=size, steps=options.get("steps")))

    attempt(machine, self, look)
    return Unknown("the loss and the metrics are known at run time only")


def predict(machine: Machine, self: Instance, x: Value, options: dict[str, Value], *, sliced: bool) -> Value:
    kept: list[tuple[Given, Outcome]] = []

    def look() -> Value:
        size = options.get("batch_size")
        found = given(machine, x, None, batch_size=size, steps=options.get("steps"), sliced=sliced)
        if found is None:
            return None
        outcome = run(machine, self, "predict" if sliced else "predict_on_batch", found)
        if outcome is not None and not outcome.failed:
            outputs = flatten(outcome.output)
            shape = outputs[0].shape if len(outputs) == 1 and isinstance(outputs[0], Tensor) else None
            config = _told_once(self, outcome.config)
            note(machine, self, "predict", compiled_of(self), outcome.head, shape, found, **config)
            kept.append((found, outcome))
        return None

    failed = attempt(machine, self, look)
    if isinstance(failed, Unknown):
        return failed
    if kept:
        return _predicted(*kept[0])
    return Unknown("the predictions are known at run time only")


def _predicted(found: Given, outcome: Outcome) -> Value:
    """The arrays that `predict` gives: the outputs of all samples."""
    outputs = flatten(outcome.output)
    if len(outputs) != 1 or not isinstance(outputs[0], Tensor) or not outputs[0].shape or found.count is None:
        return Unknown("the predictions are known at run time only")
    return array((found.count, *outputs[0].shape[1:]), "float32")


def batch(machine: Machine, self: Instance, options: dict[str, Value]) -> Value:
    """`Model.train_on_batch` and `Model.test_on_batch`."""

    def look() -> Value:
        _must_be_compiled(machine, self, "train_on_batch")
        return train(machine, self, "train_on_batch", given(machine, options.get("x"), options.get("y"), sliced=False))

    attempt(machine, self, look)
    return Unknown("the loss and the metrics are known at run time only")
