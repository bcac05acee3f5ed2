"""Describes the models that targets name: `FILE` for every model of a file, `FILE::NAME` for one."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from cnnlint.checking import Texts, cache_of, inputs_of, judge_of
from cnnlint.difference import BUDGETS
from cnnlint.model import Evaluation, Model, Parameters, Place, Unresolved
from cnnlint.reports.summary_json import shapes_of
from cnnlint.settings.discovery import Resolver
from cnnlint.settings.errors import ConfigurationError
from cnnlint.sources.errors import UnreadablePath, UnreadableSource
from cnnlint.sources.text import SourceText, read
from cnnlint.suppression import unsuppressed
from cnnlint.syntax.faults import SyntaxFault

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cnnlint.evaluation import ModelSettings
    from cnnlint.finding import Finding
    from cnnlint.settings.settings import Settings

Shapes = tuple[tuple[int, ...], ...]
FOUND, FAILED = 1, 2


@dataclass(frozen=True)
class Summary:
    """A row for each model, in the order of the targets; `failed` if a file could not be read."""

    models: tuple[Model, ...]
    texts: Texts
    findings: dict[int, list[Finding]] = field(default_factory=dict)
    failed: bool = False
    unjudged: dict[int, str] = field(default_factory=dict)

    def findings_of(self, model: Model) -> Sequence[Finding]:
        """What the rules say about one of the models."""
        return self.findings.get(id(model), ())

    def unjudged_of(self, model: Model) -> str | None:
        """Which budgets of one of the models could not be judged, and what they depend on."""
        return self.unjudged.get(id(model))

    def budgets_of(self, model: Model) -> list[str]:
        """The budgets that one of the models breaks, and those that could not be judged, in words."""
        told = [f"{each.code} {each.message}" for each in self.findings_of(model) if each.code.startswith(BUDGETS)]
        left = self.unjudged_of(model)
        return told if left is None else [*told, left]

    @property
    def status(self) -> int:
        """The exit status: 2 for a file that cannot be read, 1 for a target that gives no model, else 0."""
        if self.failed:
            return FAILED
        return FOUND if any(model.error is not None for model in self.models) else 0


@dataclass
class _Summarizer:
    resolver: Resolver
    shapes: Shapes | None
    arguments: Mapping[str, Any]
    cached: bool
    texts: Texts = field(default_factory=Texts)
    failed: bool = False
    findings: dict[int, list[Finding]] = field(default_factory=dict)
    unjudged: dict[int, str] = field(default_factory=dict)

    def file(self, filename: str, names: tuple[str, ...] | None) -> list[Model]:
        """The models of a file, or those of the names, in their order."""
        try:
            source = read(filename)
            evaluation = self._evaluated(source, names)
            self._judge(source, evaluation)
        except UnreadablePath as error:
            self.failed = True
            return _failed(filename, names, f"cannot be read: {error.reason}")
        except (UnreadableSource, SyntaxFault) as error:
            place = Place(filename, error.row, error.column, error.row, error.column + 1)
            return _failed(filename, names, f"does not parse: {error.message} (row {error.row})", place)
        except ConfigurationError:
            raise
        except Exception as error:  # noqa: BLE001 - a fault of cnnlint must not keep the other targets from their rows
            if names is not None and len(names) > 1:
                return [model for name in names for model in self.file(filename, (name,))]
            self.failed = True
            return _failed(filename, names, f"cnnlint failed on this file: {type(error).__name__}: {error}"[:400])
        models = list(evaluation.models)
        if names is None and not models:
            return _failed(filename, names, "no model is defined in this file")
        return models

    def _evaluated(self, source: SourceText, names: tuple[str, ...] | None) -> Evaluation:
        from cnnlint.evaluation import evaluate

        settings = self._settings(source)
        path = Path(source.filename).absolute()
        found = evaluate(
            source.filename,
            source.text,
            targets=names,
            settings=lambda name: self._options(settings, path, name),
            cache=cache_of(settings, cached=self.cached),
            roots=settings.import_roots,
            inputs=inputs_of(source),
            sizes=True,
            versions=settings.target_version,
        )
        return replace(found, models=tuple(map(solved, found.models)))

    def _settings(self, source: SourceText) -> Settings:
        return self.resolver.for_folder(Path(source.filename).absolute().parent)

    def _options(self, settings: Settings, path: Path, name: str) -> ModelSettings:
        """What the configuration says about a model, the command line on top."""
        from cnnlint.checking import model_settings

        found = model_settings(settings, path, name)
        found = replace(found, arguments={**found.arguments, **self.arguments}, asked=bool(self.arguments))
        if self.shapes is None:
            return found
        return replace(found, input_shapes=self.shapes, input_source="`--input-shape`", insistent=True)

    def _judge(self, source: SourceText, evaluation: Evaluation) -> None:
        """Note what the rules say about each model."""
        judge = judge_of(self._settings(source))
        path = Path(source.filename).absolute()
        for model in evaluation.models:
            alone = Evaluation(evaluation.filename, (model,), model.faults)
            found = judge.findings(alone, path, self.texts)
            told = judge.unjudged(model, path, found)
            if told is not None:
                self.unjudged[id(model)] = told.text
            self.findings[id(model)] = sorted(
                unsuppressed(source, found, judge, linted=False), key=lambda finding: finding.order
            )


def summarize(
    targets: Sequence[str],
    resolver: Resolver,
    *,
    input_shapes: Shapes | None = None,
    arguments: Mapping[str, Any] | None = None,
    cached: bool = True,
) -> Summary:
    """A row for every model that the targets name; one that could not be evaluated has its `error` set.

    A file is read once, however many targets name it. Raises ConfigurationError.
    """
    work = _Summarizer(resolver, input_shapes, arguments or {}, cached)
    wanted = [split(target) for target in targets]
    named: dict[str, dict[str, None]] = {}
    for filename, name in wanted:
        if name is not None:
            named.setdefault(filename, {})[name] = None
    single = {
        (filename, name): model
        for filename, names in named.items()
        for name, model in zip(names, work.file(filename, tuple(names)), strict=True)
    }
    models: list[Model] = []
    for (filename, name), target in zip(wanted, targets, strict=True):
        if name is None:
            models += work.file(filename, None)
        else:
            models.append(_called(single[filename, name], target, work))
    return Summary(tuple(models), work.texts, work.findings, work.failed, work.unjudged)


def _called(model: Model, target: str, work: _Summarizer) -> Model:
    """The model under the target's own spelling."""
    if model.target == target:
        return model
    renamed = replace(model, target=target)
    work.findings[id(renamed)] = work.findings.get(id(model), [])
    if id(model) in work.unjudged:
        work.unjudged[id(renamed)] = work.unjudged[id(model)]
    return renamed


def solved(model: Model) -> Model:
    """The model with the sizes for which it runs."""
    if model.constraints is None:
        return model
    return replace(model, valid_inputs=model.constraints.solve(shapes_of(model.inputs)))


def split(target: str) -> tuple[str, str | None]:
    """File and name of a target; the name is None for every model of the file."""
    filename, separator, name = target.rpartition("::")
    return (filename, name) if separator and filename and name else (target.removesuffix("::"), None)


def _failed(filename: str, names: tuple[str, ...] | None, error: str, place: Place | None = None) -> list[Model]:
    """Rows that say why there is no model."""
    place = place or Place(filename, 1, 1, 1, 1)
    unknown = Parameters(None, None, None)
    return [
        Model(
            target=filename if name is None else f"{filename}::{name}",
            name=name or Path(filename).stem,
            framework="",
            place=place,
            inputs=None,
            outputs=None,
            parameters=unknown,
            macs=None,
            activation_bytes=None,
            layers=(),
            unresolved=(Unresolved(error, place),),
            error=error,
        )
        for name in (names or (None,))
    ]


def summarize_target(
    target: str | os.PathLike[str],
    *,
    input_shape: Sequence[int] | Sequence[Sequence[int]] | None,
    arguments: Mapping[str, Any] | None,
) -> Model:
    """See `cnnlint.summarize`."""
    filename, name = split(os.fspath(target))
    shapes: Shapes | None = None
    if input_shape is not None:
        given = cast("Sequence[Any]", input_shape)
        shapes = tuple(map(tuple, given)) if given and isinstance(given[0], Sequence) else (tuple(given),)
    try:
        read(filename)
    except UnreadablePath as error:
        raise OSError(str(error)) from None
    except UnreadableSource as error:
        raise SyntaxFault(error.message, error.row, error.column) from None
    model = summarize([os.fspath(target)], Resolver(), input_shapes=shapes, arguments=arguments, cached=False).models[
        -1
    ]
    if model.error is not None and name is None:
        raise LookupError(f"{filename}: {model.error}")
    return model
