"""From a file's text to its models and faults: runs it, then everything in it that makes a model."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cnnlint import frameworks
from cnnlint.engine.errors import ShapeError, Undetermined
from cnnlint.engine.shape import text as shape_text
from cnnlint.evaluated import has_weights, literal, models_in, parts, why, words
from cnnlint.frameworks.request import Request
from cnnlint.interpreter import stdlib
from cnnlint.interpreter.frame import Frame, LimitReached
from cnnlint.interpreter.importer import Importer, Names
from cnnlint.interpreter.machine import MAX_STEPS, Machine, deep_recursion
from cnnlint.interpreter.values import (
    MISSING,
    ClassMethod,
    ClassValue,
    Function,
    Instance,
    ModuleValue,
    Open,
    Proposal,
    Raised,
    StaticMethod,
    Unknown,
    Value,
)
from cnnlint.model import FAULT_KINDS, Evaluation, Fault, Model, Parameters, Place, Unresolved
from cnnlint.syntax.cache import cached_lower
from cnnlint.syntax.faults import SyntaxFault

if TYPE_CHECKING:
    from cnnlint.engine.shape import Shape
    from cnnlint.frameworks import Framework
    from cnnlint.syntax.program import Program


@dataclass(frozen=True, slots=True)
class ModelSettings:
    """What the user states of a model: `input_shapes` without the batch axis, and where they were stated."""

    input_shapes: tuple[tuple[int, ...], ...] | None = None
    input_source: str | None = None
    arguments: dict[str, Any] = field(default_factory=dict)
    insistent: bool = False
    """Whether the shapes hold even where the code itself calls the model on another."""
    asked: bool = False
    """Whether the arguments are for this very target: one that takes none is an error then."""


Settings = Callable[[str], ModelSettings]
NOTHING = ModelSettings()
MAX_IMPORTED = 600_000
"""Bytes of an imported file that is read."""
UNCALLED_STEPS = 600_000
"""What a function or class that the code itself never calls may cost."""


def evaluate_text(text: str, filename: str = "net.py") -> Evaluation:
    """Evaluate a text on its own."""
    return evaluate(filename, text)


def evaluate(
    filename: str,
    text: str,
    *,
    targets: tuple[str, ...] | None = None,
    settings: Settings | None = None,
    cache: Path | None = None,
    roots: tuple[Path, ...] = (),
    inputs: Mapping[int, tuple[tuple[int, ...], ...]] | None = None,
    sizes: bool = False,
    versions: Mapping[str, tuple[int, ...]] | None = None,
) -> Evaluation:
    """Run a file and describe its models: all, or those that `targets` name.

    `inputs` are the shapes that comments state, by row; `roots` further folders that imports are searched in. `sizes`
    asks for the constraints of those models too whose input is known. `versions` are the frameworks' releases that the
    code is for, where they are not the current ones.

    Raises:
        SyntaxFault: when the text does not parse.

    """
    program = cached_lower(text, cache)
    with deep_recursion():
        run = _Run(filename, program, settings, cache, roots, dict(inputs or {}), sizes=sizes)
        run.machine.versions = versions or {}
        return run.evaluate(targets)


@lru_cache(maxsize=256)
def _imported(text: str, cache: Path | None) -> Program:
    """The program of an imported file: a run over many files meets the same one again and again."""
    return cached_lower(text, cache)


def _library(root: str) -> Names | None:
    return frameworks.framework(root) or stdlib.library(root)


def _is_linted(filename: str) -> bool:
    """Whether a file is the user's own: faults are shown where it calls."""
    defined = any(filename.startswith(str(folder)) for folder in frameworks.DEFINITIONS)
    return not defined and "site-packages" not in filename


class _Run:
    """The evaluation of one file."""

    def __init__(
        self,
        filename: str,
        program: Program,
        settings: Settings | None,
        cache: Path | None,
        roots: tuple[Path, ...],
        inputs: dict[int, tuple[tuple[int, ...], ...]],
        *,
        sizes: bool = False,
    ) -> None:
        self.filename = filename
        self.settings = settings or (lambda _name: NOTHING)
        self.inputs = inputs
        self.sizes = sizes
        self.cache = cache
        importer = Importer(_library, self._load, roots=(*roots, *frameworks.DEFINITIONS), linted=_is_linted)
        self.machine = Machine(importer)
        self.machine.home = filename
        self.main = ModuleValue("__main__", filename, program, package=False)
        importer.files[Path(filename)] = self.main
        self.models: list[Model] = []
        self.described: set[int] = set()
        self.names: dict[int, str] = {}
        """What each described model is called."""

    def _load(self, path: Path) -> Program | None:
        """The program of an imported file; None for one that cannot be read, or that is too large to be a model's."""
        try:
            if path.stat().st_size > MAX_IMPORTED:
                return None
            text = path.read_text(encoding="utf-8-sig")
            return _imported(text, self.cache)
        except (OSError, UnicodeDecodeError, SyntaxFault):
            return None

    # --- running ------------------------------------------------------------------------------------------------------

    def evaluate(self, targets: tuple[str, ...] | None) -> Evaluation:
        """Run the file, then describe."""
        self._bounded("the file", lambda: self.machine.run_module(self.main))
        if targets is None:
            self._everything()
            self.models.sort(key=lambda model: (model.place.row, model.place.column))
        else:
            for target in targets:
                self._target(target)
        self._name_faults()
        return Evaluation(
            self.filename,
            tuple(self.models),
            tuple(self._faults(self.machine.faults)),
            tuple(self.machine.uses.values()),
        )

    def _name_faults(self) -> None:
        """Tell of each fault that the code's own calls met which model it is in."""
        for key, instance in self.machine.roots.items():
            fault, name = self.machine.faults.get(key), self.names.get(id(instance))
            if fault is not None and fault.model is None:
                self.machine.faults[key] = replace(fault, model=name)

    def _bounded(self, what: str, run: Callable[[], Any], *, steps: int = MAX_STEPS) -> Any:
        """Run something within the limits; what exceeds them is told, not followed."""
        machine = self.machine
        machine.steps = steps
        frames, uncertain = len(machine.frames), machine.uncertain
        try:
            return run()
        except (LimitReached, RecursionError, MemoryError):
            place = machine.place if machine.frames else Place(self.filename, 1, 1, 1, 1)
            machine.record(_limit(what, place))
        except Raised as error:
            return error
        except (Proposal, Undetermined):
            return None
        finally:
            del machine.frames[frames:]
            machine.uncertain = uncertain
            machine.journals.clear()
            machine.handlers.clear()
            machine.application = None
        return None

    def _faults(self, faults: Mapping[tuple[str, Place], Fault]) -> list[Fault]:
        return sorted(faults.values(), key=lambda f: (f.place.filename, f.place.row, f.place.column, f.kind))

    # --- every model of the file --------------------------------------------------------------------------------------

    def _everything(self) -> None:
        names = dict(self.main.scope.names)
        contained = self._contained()
        for name, value in names.items():
            if self._is_row(value) and id(value) not in contained:
                self._describe(value, name, value.place)
        for name, value in names.items():
            if isinstance(value, Function) and self._is_own(value) and id(value.definition) not in self.machine.called:
                self._function(value, name)
        self._built(self._contained())
        self._methods(names)
        self._classes(names)

    def _is_own(self, value: Function) -> bool:
        return value.module is self.main and not getattr(value.definition, "is_async", False)

    def _is_row(self, value: Value) -> bool:
        """Whether a module-level name stands for a model (and not for a loss or an activation)."""
        room = self._framework(value)
        if room is None:
            return False
        return not value.cls.library or (bool(value.attrs) and has_weights(value))

    def _framework(self, value: Value) -> Framework | None:
        if not isinstance(value, Instance):
            return None
        return next((room for room in frameworks.loaded.values() if room.is_model(value)), None)

    def _function(self, value: Function, name: str) -> None:
        settings = self._settings(name, value.place)
        result = self._bounded(f"`{name}`", partial(self._call, value, settings.arguments), steps=UNCALLED_STEPS)
        for model in models_in(result):
            if self._framework(model) is not None:
                self._describe(model, name, value.place)

    def _built(self, owners: Mapping[int, set[int]]) -> None:
        """Models that the run has built without a module-level name."""
        seen: set[str] = {f"{model.name}" for model in self.models}
        for instance in list(self.machine.built):
            if id(instance) in self.described or id(instance) in owners or self._framework(instance) is None:
                continue
            if instance.cls.library and _is_material(instance, owners):
                continue
            if not self._is_row(instance) or instance.place is None or instance.place.filename != self.filename:
                continue
            place = instance.place if instance.cls.library else instance.cls.place
            name = instance.cls.name if not instance.cls.library else str(instance.attrs.get("name", instance.cls.name))
            if name in seen and not instance.cls.library:
                continue
            seen.add(name)
            self._describe(instance, name, place)

    def _methods(self, names: dict[str, Value]) -> None:
        """Static and class methods that make a model (`LeNet.build(width, height, depth, classes)`)."""
        for cls in names.values():
            if not isinstance(cls, ClassValue) or cls.place is None or cls.place.filename != self.filename:
                continue
            for name, value in list(cls.namespace.items()):
                if not isinstance(value, StaticMethod | ClassMethod) or not isinstance(value.function, Function):
                    continue
                if id(value.function.definition) not in self.machine.called:
                    label = f"{cls.name}.{name}"
                    settings = self._settings(label, value.function.place)
                    callee = self.machine.get(cls, name)
                    result = self._bounded(
                        f"`{label}`", partial(self._call, callee, settings.arguments), steps=UNCALLED_STEPS
                    )
                    for model in models_in(result):
                        if self._framework(model) is not None:
                            self._describe(model, label, value.function.place)

    def _classes(self, names: dict[str, Value]) -> None:
        """Model classes that nothing has built, the last first: it is mostly made of the others."""
        for name, cls in reversed(list(names.items())):
            if not isinstance(cls, ClassValue) or cls.place is None or cls.place.filename != self.filename:
                continue
            if not any(room.is_model_class(cls) for room in frameworks.loaded.values()):
                continue
            settings = self._settings(name, cls.place)
            stated = cls.place.row in self.inputs
            if any(built.cls is cls or (cls in built.cls.mro and not stated) for built in self.machine.built):
                continue
            instance = self._bounded(f"`{name}`", partial(self._call, cls, settings.arguments), steps=UNCALLED_STEPS)
            if self._framework(instance) is not None and instance.cls is cls:
                self._describe(instance, name, cls.place)

    def _contained(self) -> dict[int, set[int]]:
        """Identities of models that are parts of others, with those of the others."""
        found: dict[int, set[int]] = {}
        for instance in self.machine.built:
            for value in instance.attrs.values():
                for part in parts(value):
                    if part is not instance:
                        found.setdefault(id(part), set()).add(id(instance))
        return found

    # --- one target ---------------------------------------------------------------------------------------------------

    def _target(self, name: str) -> None:
        machine = self.machine
        try:
            value = self._find(name)
        except Raised as error:
            self.models.append(self._failed(name, f"`{name}` could not be read: {words(error)}"))
            return
        if value is MISSING or isinstance(value, Unknown):
            reason = f": {value.reason}" if isinstance(value, Unknown) else self._near(name)
            self.models.append(self._failed(name, f"`{name}` is not defined in this file{reason}"))
            return
        place = getattr(value, "place", None) or Place(self.filename, 1, 1, 1, 1)
        settings = self._settings(name, place)
        result = value
        if not isinstance(value, Instance):
            result = self._bounded(f"`{name}`", partial(self._call, value, settings.arguments))
        elif settings.asked and settings.arguments:
            self.models.append(self._failed(name, self._takes_none(name, value, settings.arguments), place))
            return
        models = [model for model in models_in(result) if self._framework(model) is not None]
        if not models:
            reason = words(result) if isinstance(result, Raised) else why(result)
            faults = self._faults(machine.faults)
            self.models.append(self._failed(name, f"`{name}` gives no model: {reason}", place, tuple(faults)))
            return
        self._describe(models[0], name, place, again=True)

    def _takes_none(self, name: str, value: Instance, arguments: Mapping[str, Any]) -> str:
        given = " and ".join(f"`{argument}`" for argument in arguments)
        named = self.main.scope.names.get(value.cls.name) is value.cls
        instead = f", as `{value.cls.name}` is" if named else ""
        return f"`{name}` is a variable: {given} can only be given to a class or a function{instead}"

    def _near(self, name: str) -> str:
        """The nearest name that the file gives to something of its own."""
        from cnnlint.settings.errors import did_you_mean

        values = self.main.scope.names.items()
        return did_you_mean(
            name, [known for known, value in values if isinstance(value, (ClassValue, Function, Instance))]
        )

    def _find(self, name: str) -> Value:
        first, *rest = name.split(".")
        value = self.machine.importer.member(self.machine, self.main, first)
        for part in rest:
            if value is MISSING:
                break
            value = self.machine.find(value, part)
        return value

    def _failed(self, name: str, error: str, place: Place | None = None, faults: tuple[Fault, ...] = ()) -> Model:
        spot = place or Place(self.filename, 1, 1, 1, 1)
        unknown = Parameters(None, None, None)
        target = f"{self.filename}::{name}"
        return Model(
            target, name, "", spot, None, None, unknown, None, None, (), faults, (Unresolved(error, spot),), error
        )

    # --- calling and describing ---------------------------------------------------------------------------------------

    def _settings(self, name: str, place: Place) -> ModelSettings:
        found = self.settings(name)
        stated = self.inputs.get(place.row)
        if stated is not None and found.input_shapes is None:
            return replace(found, input_shapes=stated, input_source="a comment", insistent=True)
        return found

    def _call(self, callee: Value, arguments: dict[str, Any]) -> Value:
        """Call with the stated arguments; a parameter without a value is a free symbol."""
        args = {name: literal(value) for name, value in arguments.items()}
        base = Frame(self.main.scope, self.main)
        self.machine.frames.append(base)
        place = getattr(callee, "place", None)
        if place is not None and place.filename == self.filename:
            base.at = (place.row, place.column, place.end_row, place.end_column)
        reason = "nothing states this parameter's value"
        before = set(self.machine.faults)
        result = self._without_caller(callee, args, Open(reason, place, opaque=True))
        doubtful = [key for key in self.machine.faults if key not in before and key[0] in ("bad-argument", "bad-call")]
        if doubtful:
            self._doubt(doubtful, partial(self._without_caller, callee, args, Unknown(reason, place, opaque=True)))
        return result

    def _without_caller(self, callee: Value, args: dict[str, Value], rest: Unknown) -> Value:
        self.machine.callerless = True
        try:
            return self.machine.call(callee, (), args, rest)
        finally:
            self.machine.callerless = False

    def _doubt(self, keys: list[tuple[str, Place]], run: Callable[[], Value]) -> None:
        """Arguments that the framework refuses may come from defaults that every caller replaces.

        Such a fault is certain only if it stays with all parameters free.
        """
        kept, self.machine.faults = self.machine.faults, {}
        built = len(self.machine.built)
        frames = len(self.machine.frames)
        try:
            run()
        except Raised:
            pass
        finally:
            del self.machine.frames[frames:]
            del self.machine.built[built:]
            free, self.machine.faults = self.machine.faults, kept
        for key in keys:
            if key not in free or not free[key].certain:
                kept[key] = replace(kept[key], certain=False)

    def _describe(self, instance: Instance, name: str, place: Place | None, *, again: bool = False) -> None:
        if id(instance) in self.described and not again:
            return
        self.described.add(id(instance))
        self.names.setdefault(id(instance), name)
        room = self._framework(instance)
        assert room is not None
        spot = place if place is not None and place.filename == self.filename else Place(self.filename, 1, 1, 1, 1)
        settings = self._settings(name, spot)
        if settings.input_shapes is None and not instance.cls.library and instance.cls.place is not None:
            settings = self._settings(name, instance.cls.place)
        shapes, source = settings.input_shapes, settings.input_source
        if not settings.insistent and any(each.instance is instance for each in self.machine.applications):
            shapes, source = None, None
        target = f"{self.filename}::{name}"
        request = Request(target, name, spot, shapes, source, settings.arguments, self.sizes)
        before = set(self.machine.faults)

        def run() -> Model:
            frame = Frame(self.main.scope, self.main, at=(spot.row, spot.column, spot.end_row, spot.end_column))
            self.machine.frames.append(frame)
            self.machine.callerless = True
            try:
                return room.describe(self.machine, instance, request)
            finally:
                self.machine.callerless = False

        left = room.before_call(self.machine, instance, request) if shapes is None and not again else None
        if left is not None:  # what a call would make is the class's own row
            self.models.append(left)
            name = instance.cls.name
            spot = instance.cls.place or spot
            request = replace(request, target=f"{self.filename}::{name}", name=name, place=spot)
        model = self._bounded(f"`{name}`", run)
        if not isinstance(model, Model):
            model = self._failed(name, f"`{name}` could not be described", spot)
        new = {key: fault for key, fault in self.machine.faults.items() if key not in before}
        notes = () if request.input_shapes is None else (_stated(request.input_shapes, request.input_source),)
        for key, fault in new.items():
            told = notes if fault.kind in ABOUT_SIZES else ()
            self.machine.faults[key] = replace(fault, model=fault.model or name, notes=(*fault.notes, *told))
        faults = tuple(self._faults({key: self.machine.faults[key] for key in new}))
        self.models.append(replace(model, faults=(*model.faults, *faults)))


def _is_material(instance: Instance, owners: Mapping[int, set[int]]) -> bool:
    """Whether others are made of it: its layers have moved into another container, or its copies are parts."""
    if any(id(copy) in owners for copy in instance.facts.get("copies", ())):
        return True
    children = [part for value in instance.attrs.values() for part in parts(value)]
    return bool(children) and all(owners[id(child)] != {id(instance)} for child in children)


ABOUT_SIZES = frozenset(kind for kind in FAULT_KINDS if kind.endswith(("-mismatch", "-size", "-batch")))
"""Faults that may come from the size of the input."""


def _stated(shapes: Sequence[Shape], source: str | None) -> str:
    written = " and ".join(shape_text(shape) for shape in shapes)
    return f"the input is {written}" + (f", from {source}" if source else "")


def _limit(what: str, place: Place) -> ShapeError:
    error = ShapeError("not-understood", f"{what} needs more steps than cnnlint follows")
    error.place = place
    return error
