"""Checks one file: its text, its evaluation, what the rules say about it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from cnnlint import rulebook
from cnnlint.judging import Judge
from cnnlint.model import Evaluation, Place
from cnnlint.settings.errors import ConfigurationError
from cnnlint.sources.errors import UnreadablePath, UnreadableSource
from cnnlint.sources.text import SourceText, from_text, read
from cnnlint.syntax.cache import names_a_framework
from cnnlint.syntax.faults import SyntaxFault

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cnnlint.evaluation import ModelSettings
    from cnnlint.finding import Finding
    from cnnlint.settings.settings import Settings

UNPARSABLE = "CNN001"
UNREADABLE = "CNN002"
NOT_UNDERSTOOD = "CNN004"


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
    """What the rules say about one file, suppressed or not; `failed` if cnnlint itself broke on it.

    `unjudged` tells of budgets that could not be judged.
    """

    filename: str
    findings: tuple[Finding, ...]
    has_comments: bool = False
    failed: bool = False
    unjudged: tuple[str, ...] = ()


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


def check_text(text: str, filename: str, judge: Judge, cache: Path | None) -> tuple[Checked, Texts]:
    """What the rules say about a text that is not read from a file; of a notebook its JSON."""
    try:
        source = from_text(text, filename)
    except UnreadableSource as error:
        return Checked(filename, (_said(judge, UNREADABLE, filename, error),)), Texts()
    texts = Texts([source])
    return check_source(source, judge, cache, texts), texts


def check_source(source: SourceText, judge: Judge, cache: Path | None, texts: Texts) -> Checked:
    """What the rules say about a text."""
    filename = source.filename
    has_comments = bool(source.suppressions or source.bad_comments)
    if not names_a_framework(source.text):
        return Checked(filename, (), has_comments)
    failed = False
    open_budgets: tuple[str, ...] = ()
    try:
        evaluation = evaluated(source, judge.settings, cache)
        found = judge.findings(evaluation, Path(filename).absolute(), texts)
        path = Path(filename).absolute()
        told = (judge.unjudged(model, path, found) for model in evaluation.models)
        open_budgets = tuple(each.text for each in told if each is not None)
    except SyntaxFault as error:
        found = [_said(judge, UNPARSABLE, filename, error)]
    except Exception as error:  # noqa: BLE001 - a fault of cnnlint must not keep the other files from being linted
        failed = True
        found = [broken(judge, filename, error)]
    codes = judge.codes_for(Path(filename).absolute())
    kept = tuple(finding for finding in found if finding.code in codes or failed)
    return Checked(filename, kept, has_comments, failed, open_budgets)


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
        roots=settings.import_roots,
        inputs=inputs_of(source),
        versions=settings.target_version,
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
