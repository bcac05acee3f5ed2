"""Lints files: puts the stages together, then does what spans files, such as doubles and suppression."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from cnnlint.checking import Checked, Texts, cache_of, check_file, check_text, judge_of
from cnnlint.settings.discovery import Resolver
from cnnlint.suppression import unsuppressed

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable, Mapping, Sequence

    from cnnlint.finding import Finding
    from cnnlint.judging import Judge
    from cnnlint.model import Place
    from cnnlint.settings.settings import Settings
    from cnnlint.sources.errors import UnreadablePath

FEW_BYTES = 400_000
"""Text from which on processes are worth what they cost to start."""


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
    unjudged: tuple[str, ...] = ()
    """Budgets that could not be judged, in words."""

    @property
    def failed(self) -> bool:
        return self.broken or bool(self.failures)


class Linter:
    """Lints files under the settings that hold for each. Raises ConfigurationError where one cannot be used.

    `progress` is told how many files are done, and of how many. With `ignore_noqa` comments suppress nothing.
    """

    def __init__(
        self,
        resolver: Resolver,
        *,
        cached: bool = True,
        jobs: int = 1,
        ignore_noqa: bool = False,
        progress: Callable[[int, int], None] = lambda _done, _total: None,
    ) -> None:
        self.resolver = resolver
        self.cached = cached
        self.jobs = jobs
        self.ignore_noqa = ignore_noqa
        self.progress = progress
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
        for number, result in enumerate(self._results(files, texts), start=1):
            self.progress(number, len(files))
            if isinstance(result, Checked):
                checked.append(result)
            else:
                failures.append(str(result))
        return self.outcome(checked, texts, failures)

    def check_text(self, text: str, filename: str) -> Outcome:
        """Lint a text as if it stood in a file of this name."""
        settings = self.resolver.for_path(Path(filename))
        checked, texts = check_text(text, filename, self.judge(settings), cache_of(settings, cached=self.cached))
        return self.outcome([checked], texts, ())

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

    def outcome(self, checked: Sequence[Checked], texts: Texts, failures: Sequence[str]) -> Outcome:
        """What is left of the findings of all files: each once, without those that comments suppress."""
        files = {each.filename: each for each in checked}
        called = {os.path.abspath(name): name for name in files}  # noqa: PTH100 - a link stays a link
        found = {}
        for each in checked:
            for finding in each.findings:
                known = _as_called(finding, files, called)
                found[known.place, known.code, known.message] = known
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
                if settings.excludes_anywhere(path):
                    continue
                codes = judge.codes_for(path)
            source = None if self.ignore_noqa else texts(filename)
            wanted = [finding for finding in findings if codes is None or finding.code in codes]
            left += wanted if source is None else unsuppressed(source, wanted, judge, linted=filename in files)
        return Outcome(
            tuple(sorted(left, key=lambda finding: finding.order)),
            texts,
            tuple(files),
            tuple(failures),
            any(each.failed for each in checked),
            tuple(said for each in checked for said in each.unjudged),
        )


def _as_called(finding: Finding, files: Container[str], called: Mapping[str, str]) -> Finding:
    """The finding with files under the names by which they are linted: an import may lead to one under another name."""

    def place(at: Place) -> Place:
        if at.filename in files:
            return at
        absolute = os.path.abspath(at.filename)  # noqa: PTH100 - as above
        return replace(at, filename=called.get(absolute, at.filename))

    names = {finding.place.filename, *(each.place.filename for each in finding.related)}
    if all(name in files for name in names):
        return finding
    fix = finding.fix
    if fix is not None:
        fix = replace(fix, edits=tuple(replace(edit, place=place(edit.place)) for edit in fix.edits))
    related = tuple(replace(each, place=place(each.place)) for each in finding.related)
    return replace(finding, place=place(finding.place), related=related, fix=fix)


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
