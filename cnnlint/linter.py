"""Puts the stages together: files, cache, evaluation, rules; then what spans files: suppression, doubles."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from cnnlint import rulebook
from cnnlint.judging import Judge
from cnnlint.model import Evaluation, Place
from cnnlint.settings.discovery import Resolver
from cnnlint.settings.errors import ConfigurationError
from cnnlint.sources.errors import UnreadablePath, UnreadableSource
from cnnlint.sources.text import SourceText, from_text, read
from cnnlint.suppression import unsuppressed
from cnnlint.syntax.cache import names_a_framework
from cnnlint.syntax.faults import SyntaxFault

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from cnnlint.evaluation import ModelSettings
    from cnnlint.finding import Finding
    from cnnlint.settings.settings import Settings

UNPARSABLE = "CNN001"
UNREADABLE = "CNN002"
NOT_UNDERSTOOD = "CNN004"
FEW_BYTES = 400_000
"""Text that names a framework, from which on processes are worth what they cost to start."""


class Texts:
    """The texts of files, read once. Called with a filename: the text, or None where it cannot be had."""

    def __init__(self, given: Iterable[SourceText] = ()) -> None:
        self._texts: dict[str, SourceText | None] = {text.filename: text for text in given}

    def __call__(self, filename: str) -> SourceText | None:
        if filename not in self._texts:
            try:
                self._texts[filename] = read(filename)
            except (UnreadablePath, UnreadableSource):
                self._texts[filename] = None
        return self._texts[filename]

    def forget(self, filename: str) -> None:
        """Let go of a text that nothing was said about."""
        self._texts.pop(filename, None)


@dataclass(frozen=True, slots=True)
class Checked:
    """What the rules say about one file, suppressed or not; `failed` if cnnlint itself broke on it."""

    filename: str
    findings: tuple[Finding, ...]
    has_comments: bool = False
    failed: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run found: findings in order of place, the texts they speak of, the names of the files that were read.

    `failures` are messages about paths that could not be read; with any of them, or with `broken` (cnnlint itself
    failed on a file), the run has failed.
    """

    findings: tuple[Finding, ...]
    texts: Texts
    files: tuple[str, ...]
    failures: tuple[str, ...] = ()
    broken: bool = False

    @property
    def failed(self) -> bool:
        return self.broken or bool(self.failures)


class Linter:
    """Lints files under the settings that hold for each. Raises ConfigurationError where one cannot be used."""

    def __init__(self, resolver: Resolver, *, cached: bool = True, jobs: int = 1) -> None:
        self.resolver = resolver
        self.cached = cached
        self.jobs = jobs
        self._judges: dict[int, Judge] = {}

    def judge(self, settings: Settings) -> Judge:
        """The rules as these settings want them."""
        found = self._judges.get(id(settings))
        if found is None:
            found = self._judges[id(settings)] = judge_of(settings)
        return found

    def check(self, files: Sequence[Path], failures: Sequence[str] = ()) -> Outcome:
        """Lint files."""
        texts = Texts()
        checked: list[Checked] = []
        failures = list(failures)
        for result in self._results(files, texts):
            if isinstance(result, Checked):
                checked.append(result)
            else:
                failures.append(str(result))
        return self._outcome(checked, texts, failures)

    def check_text(self, text: str, filename: str) -> Outcome:
        """Lint a text as if it stood in a file of this name."""
        settings = self.resolver.for_path(Path(filename))
        checked, texts = self._one_text(text, filename, settings)
        return self._outcome([checked], texts, ())

    def _one_text(self, text: str, filename: str, settings: Settings) -> tuple[Checked, Texts]:
        judge = self.judge(settings)
        try:
            source = from_text(text, filename)
        except UnreadableSource as error:
            return Checked(filename, (_said(judge, UNREADABLE, filename, error),)), Texts()
        texts = Texts([source])
        return check_source(source, judge, cache_of(settings, cached=self.cached), texts), texts

    def _results(self, files: Sequence[Path], texts: Texts) -> Iterable[Checked | UnreadablePath]:
        """One result a file, in order."""
        groups: dict[int, tuple[Settings, list[Path]]] = {}
        for file in files:
            settings = self.resolver.for_folder(file.absolute().parent)
            self.judge(settings)  # a configuration that cannot be used is told before the work begins
            groups.setdefault(id(settings), (settings, []))[1].append(file)
        if self.jobs > 1 and _is_much(files):
            from cnnlint.processes import in_processes

            yield from in_processes(list(groups.values()), cached=self.cached, jobs=self.jobs)
            return
        for settings, paths in groups.values():
            for path in paths:
                yield check_file(path, self.judge(settings), cache_of(settings, cached=self.cached), texts)

    def _outcome(self, checked: Sequence[Checked], texts: Texts, failures: Sequence[str]) -> Outcome:
        files = {each.filename: each for each in checked}
        found = {
            (finding.place, finding.code, finding.message): finding for each in checked for finding in each.findings
        }
        by_file: dict[str, list[Finding]] = {each.filename: [] for each in checked if each.has_comments}
        for finding in found.values():
            by_file.setdefault(finding.place.filename, []).append(finding)
        left: list[Finding] = []
        for filename, findings in by_file.items():
            path = Path(filename).absolute()
            settings = self.resolver.for_folder(path.parent)
            judge = self.judge(settings)
            codes = None
            if filename not in files:  # imported by one that was linted
                if settings.excludes(path):
                    continue
                codes = judge.codes_for(path)
            source = texts(filename)
            wanted = [finding for finding in findings if codes is None or finding.code in codes]
            left += wanted if source is None else unsuppressed(source, wanted, judge, linted=filename in files)
        return Outcome(
            tuple(sorted(left, key=lambda finding: finding.order)),
            texts,
            tuple(files),
            tuple(failures),
            any(each.failed for each in checked),
        )


def judge_of(settings: Settings) -> Judge:
    """The installed rules as settings want them. Raises ConfigurationError."""
    try:
        return Judge(rulebook.load(), settings)
    except rulebook.RulebookError as error:
        raise ConfigurationError(str(error)) from None


def cache_of(settings: Settings, *, cached: bool) -> Path | None:
    """The folder of the cache, where there is to be one."""
    return settings.cache_dir if cached else None


def check_file(path: Path, judge: Judge, cache: Path | None, texts: Texts) -> Checked | UnreadablePath:
    """What the rules say about a file; the error for one that cannot be opened."""
    filename = str(path)
    try:
        source = read(path)
    except UnreadablePath as error:
        return error
    except UnreadableSource as error:
        return Checked(filename, (_said(judge, UNREADABLE, filename, error),))
    result = check_source(source, judge, cache, texts)
    if not result.findings and not result.has_comments:
        texts.forget(filename)
    return result


def check_source(source: SourceText, judge: Judge, cache: Path | None, texts: Texts) -> Checked:
    """What the rules say about a text."""
    filename = source.filename
    has_comments = bool(source.suppressions or source.bad_comments)
    if not names_a_framework(source.text):
        return Checked(filename, (), has_comments)
    failed = False
    try:
        evaluation = evaluated(source, judge.settings, cache)
        found = judge.findings(evaluation, Path(filename).absolute(), texts)
    except SyntaxFault as error:
        found = [_said(judge, UNPARSABLE, filename, error)]
    except Exception as error:  # noqa: BLE001 - a fault of cnnlint must not keep the other files from being linted
        failed = True
        found = [broken(judge, filename, error)]
    codes = judge.codes_for(Path(filename).absolute())
    kept = tuple(finding for finding in found if finding.code in codes or failed)
    return Checked(filename, kept, has_comments, failed)


def evaluated(
    source: SourceText, settings: Settings, cache: Path | None, targets: tuple[str, ...] | None = None
) -> Evaluation:
    """A text's models and faults. Raises SyntaxFault."""
    from cnnlint.evaluation import evaluate  # the frameworks' tables; a run over other files needs none of them

    path = Path(source.filename).absolute()
    return evaluate(
        source.filename,
        source.text,
        targets=targets,
        settings=lambda name: model_settings(settings, path, name),
        cache=cache,
        roots=(settings.root, settings.root / "src"),
        inputs=inputs_of(source),
    )


def model_settings(settings: Settings, path: Path, name: str) -> ModelSettings:
    """What the configuration says about a model, as the evaluation takes it."""
    from cnnlint.evaluation import ModelSettings

    options = settings.for_model(path, name)
    return ModelSettings(options.input_shapes, options.input_source, dict(options.arguments))


def inputs_of(source: SourceText) -> dict[int, tuple[tuple[int, ...], ...]]:
    """The shapes that comments state, by each row of the statement that a comment stands in."""
    found: dict[int, tuple[tuple[int, ...], ...]] = {}
    for comment in source.inputs:
        row = comment.row
        while row > 0 and source.input_for(row) is comment:
            found[row] = comment.shapes
            row -= 1
    return found


def broken(judge: Judge, filename: str, error: Exception) -> Finding:
    """What is said where cnnlint itself fails."""
    message = f"cnnlint failed on this file and says nothing more about it: {type(error).__name__}: {error}"
    finding = judge.say(
        NOT_UNDERSTOOD, " ".join(message.split())[:400], _spot(filename, 1, 1), help="please report this with the file"
    )
    return replace(finding, severity="error")


def _said(judge: Judge, code: str, filename: str, error: SyntaxFault | UnreadableSource) -> Finding:
    return judge.say(code, error.message, _spot(filename, error.row, error.column))


def _spot(filename: str, row: int, column: int) -> Place:
    return Place(filename, row, column, row, column + 1)


def _is_much(files: Sequence[Path]) -> bool:
    """Whether there is enough to do for more than one process: a look at sizes, no reading."""
    total = 0
    for file in files:
        try:
            total += file.stat().st_size
        except OSError:
            continue
        if total > FEW_BYTES:
            return True
    return False


def lint_paths(
    paths: Iterable[str | os.PathLike[str]], *, config: str | os.PathLike[str] | None = None
) -> list[Finding]:
    """See `cnnlint.lint`."""
    from cnnlint.collecting import collect

    resolver = Resolver(config=None if config is None else Path(config))
    files, failures = collect([os.fspath(path) for path in paths], resolver)
    outcome = Linter(resolver).check(files, failures)
    if outcome.failures:
        raise OSError(outcome.failures[0])
    return list(outcome.findings)


def lint_text(code: str, *, filename: str) -> list[Finding]:
    """See `cnnlint.lint_source`."""
    return list(Linter(Resolver(), cached=False).check_text(code, filename).findings)
