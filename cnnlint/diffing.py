"""Reads two revisions of a repository, evaluates what differs between them, and compares.

A revision is written into a folder of its own, as text: nothing is checked out and nothing of it runs. The settings of
the working tree hold for both sides, so that a difference is one of the code. Only files that differ are evaluated, and
those that import them, directly or not.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from cnnlint.checking import (
    UNPARSABLE,
    UNREADABLE,
    Checked,
    Texts,
    broken,
    cache_of,
    inputs_of,
    model_settings,
)
from cnnlint.collecting import collect
from cnnlint.difference import Difference, Revision, State, compare_findings, compare_models, state_of
from cnnlint.linter import Linter, Outcome
from cnnlint.model import Place
from cnnlint.sources.errors import UnreadablePath, UnreadableSource
from cnnlint.sources.files import SUFFIXES
from cnnlint.sources.git import LINK, SUBMODULE, GitError, Repository, blob_name
from cnnlint.sources.imports import dependents
from cnnlint.sources.text import SourceText, read
from cnnlint.syntax.cache import names_a_framework
from cnnlint.syntax.faults import SyntaxFault

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    from cnnlint.finding import Finding
    from cnnlint.model import Evaluation
    from cnnlint.settings.discovery import Resolver
    from cnnlint.settings.settings import Settings
    from cnnlint.sources.git import Entry

WORKING_TREE = "the working tree"
SAME_FILE = 0.5
"""How many of its lines a file must have in common with another to count as that file under a new name."""


def compare(
    revisions: str,
    paths: Sequence[str],
    resolver: Resolver,
    *,
    cached: bool = True,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> Difference:
    """What differs between two revisions, in files and folders that are named, or below the folder where one stands.

    `revisions` is written as for `git diff`: `main` is compared with the working tree, `main...` stands for the commit
    where the branch left `main`, `v1..v2` and `v1...v2` compare two revisions. Raises GitError, ConfigurationError.
    """
    repository = Repository.around(resolver.working)
    base, head = _resolved(repository, revisions)
    with TemporaryDirectory(prefix="cnnlint-") as folder:
        room = Path(folder).resolve()
        try:
            return _Comparison(repository, resolver, base, head, cached).run(paths, room, progress)
        except OSError as error:
            raise GitError(f"a revision cannot be written to {room}: {error.strerror or error}") from None


def _resolved(repository: Repository, revisions: str) -> tuple[Revision, Revision]:
    for dots in ("...", ".."):
        name, found, other = revisions.partition(dots)
        if found:
            commit = repository.commit(name or "HEAD")
            newer = repository.commit(other or "HEAD")
            if dots == "...":
                commit = repository.merge_base(commit, newer)
            head = Revision(other, newer) if other else Revision(WORKING_TREE, None)
            return Revision(name or "HEAD", commit), head
    return Revision(revisions, repository.commit(revisions)), Revision(WORKING_TREE, None)


@dataclass
class _Comparison:
    repository: Repository
    resolver: Resolver
    base: Revision
    head: Revision
    cached: bool

    def run(self, paths: Sequence[str], room: Path, progress: Callable[[int, int], None]) -> Difference:
        assert self.base.commit is not None
        old = self.repository.entries(self.base.commit)
        new = None if self.head.commit is None else self.repository.entries(self.head.commit)
        chosen = _Chosen(self.repository.top, self.resolver, paths)
        if new is None:
            wanted, failures = chosen.in_working_tree(old)
            names = self._names_in_working_tree(old, wanted)
        else:
            names = {path: entry.name for path, entry in new.items() if _is_read(path)}
            wanted, failures = chosen.among(names, old), []
        old_wanted = chosen.among([path for path in old if _is_read(path)], names)
        if new is None:
            old_wanted = {path for path in old_wanted if path in wanted or path not in names}
        changed = {path for path in {*old, *names} if _is_read(path) and _differ(old.get(path), names.get(path))}
        sides = self._written(old, new, room) if changed else (room, room)
        moved = _moves(sides, changed, old, names)
        affected = dependents(changed, names, sides[1]) | dependents(changed, old, sides[0])
        jobs = [(0, sorted(affected & old_wanted)), (1, sorted(affected & wanted))]
        total, done = sum(len(files) for _, files in jobs), 0
        results = []
        for number, files in jobs:
            side = _Side(sides[number], self.repository.top, self.resolver, self.cached)
            for path in files:
                side.look(path)
                done += 1
                progress(done, total)
            results.append(side)
        return self._compared(results[0], results[1], moved, failures)

    def _names_in_working_tree(self, old: Mapping[str, Entry], wanted: Iterable[str]) -> dict[str, str]:
        """The names that git would give the files as they are now."""
        found = {}
        like = next(iter(old.values())).name if old else ""
        for path in {*(path for path in old if _is_read(path)), *wanted}:
            entry = old.get(path)
            try:
                content = (self.repository.top / path).read_bytes()
            except OSError:
                continue
            name = blob_name(content, like)
            if entry is not None and name != entry.name:
                plain = blob_name(content.replace(b"\r\n", b"\n"), like)  # line ends as git keeps them
                name = plain if plain == entry.name else name
            found[path] = entry.name if entry is not None and entry.mode == LINK else name
        return found

    def _written(self, old: dict[str, Entry], new: dict[str, Entry] | None, room: Path) -> tuple[Path, Path]:
        """The folders that hold the two revisions."""
        folders = []
        for name, entries in (("base", old), ("head", new)):
            if entries is None:
                folders.append(self.repository.top)
                continue
            folder = room / name
            folder.mkdir()
            readable = {path: entry for path, entry in entries.items() if _is_read(path) or entry.mode == LINK}
            self.repository.write_out(readable, folder)
            folders.append(folder)
        return folders[0], folders[1]

    def _compared(self, old: _Side, new: _Side, moved: Mapping[str, str], failures: Sequence[str]) -> Difference:
        before, after = old.outcome(), new.outcome()
        shown = {old.shown(one): new.shown(other) for one, other in moved.items()}
        models = compare_models(old.states, new.states, shown, after.findings)
        names = {
            f"{shown.get(change.before.filename, change.before.filename)}::{change.before.name}": change.after.name
            for change in models
            if change.before is not None and change.after is not None and change.was is not None
        }
        found, fixed = compare_findings(before.findings, after.findings, before.texts, after.texts, shown, names)
        return Difference(
            base=self.base,
            head=self.head,
            models=models,
            new=found,
            fixed=fixed,
            texts=after.texts,
            old_texts=before.texts,
            failures=(*failures, *after.failures),
            broken=after.broken,
        )


def _is_read(path: str) -> bool:
    return path.endswith(SUFFIXES)


def _differ(entry: Entry | None, name: str | None) -> bool:
    return (None if entry is None else entry.name) != name


# --- which files ------------------------------------------------------------------------------------------------------


@dataclass
class _Chosen:
    """The files that are named, or lie below a folder that is. Raises GitError for a path outside of the repository."""

    top: Path
    resolver: Resolver
    paths: Sequence[str]
    below: dict[str, str] = field(default_factory=dict)
    """Paths in the repository, and how the user calls them."""

    def __post_init__(self) -> None:
        for path in self.paths:
            inside = os.path.relpath(path, self.top).replace(os.sep, "/")
            if inside == ".." or inside.startswith("../") or Path(inside).is_absolute():
                raise GitError(f"{path} is not in the repository {self.top}")
            self.below[inside] = path

    def among(self, files: Iterable[str], other: Collection[str]) -> set[str]:
        """Those of a revision's files that are chosen. Raises GitError for a path that leads to none on either side."""
        found = {path for path in files if self._is_chosen(path)}
        for inside, path in self.below.items():
            if not os.path.lexists(path) and not any(_is_below(each, inside) for each in (*found, *other)):
                raise GitError(f"{path}: there is no such file or folder in either revision")
        return found

    def in_working_tree(self, old: Mapping[str, Entry]) -> tuple[set[str], list[str]]:
        """The files that are there now, and messages about what cannot be read."""
        there = [path for inside, path in self.below.items() if os.path.lexists(path) or not _any_below(old, inside)]
        files, failures = collect(there, self.resolver)
        names = (os.path.relpath(file, self.top).replace(os.sep, "/") for file in files)
        foreign = [path for path, entry in old.items() if entry.mode == SUBMODULE]
        return {name for name in names if not any(_is_below(name, each) for each in foreign)}, failures

    def _is_chosen(self, path: str) -> bool:
        if path in self.below:
            return True
        file = self.top / path
        if not any(_is_below(path, inside) for inside in self.below):
            return False
        return not self.resolver.for_folder(file.parent).excludes_anywhere(file)


def _is_below(path: str, folder: str) -> bool:
    return folder in (".", path) or path.startswith(f"{folder}/")


def _any_below(paths: Iterable[str], folder: str) -> bool:
    return any(_is_below(path, folder) for path in paths)


def _moves(
    sides: tuple[Path, Path], changed: Collection[str], old: Mapping[str, Entry], names: Mapping[str, str]
) -> dict[str, str]:
    """From the old paths of files that were renamed to the new ones."""
    gone = sorted(path for path in changed if path not in names)
    come = sorted(path for path in changed if path not in old)
    found: dict[str, str] = {}
    for path in gone:
        same = next((new for new in come if names[new] == old[path].name), None)
        if same is not None:
            found[path] = same
            come.remove(same)
    lines = {path: _lines(sides[1] / path) for path in come}
    for path in gone:
        if path in found or not lines:
            continue
        own = _lines(sides[0] / path)
        likeness, new = max((_likeness(own, other), new) for new, other in lines.items())
        if likeness >= SAME_FILE:
            found[path] = new
            del lines[new]
    return found


def _lines(path: Path) -> frozenset[bytes]:
    try:
        return frozenset(line.strip() for line in path.read_bytes().splitlines() if line.strip())
    except OSError:
        return frozenset()


def _likeness(one: frozenset[bytes], other: frozenset[bytes]) -> float:
    total = len(one) + len(other)
    return 2 * len(one & other) / total if total else 0.0


# --- one side ---------------------------------------------------------------------------------------------------------


class _Side:
    """The files of one revision, which lie below `root`; they go by the names that they have in the working tree."""

    def __init__(self, root: Path, top: Path, resolver: Resolver, cached: bool) -> None:
        self.root = root
        self.top = top
        self.cached = cached
        self.resolver = resolver
        self.linter = Linter(resolver, cached=cached)
        self.texts = _Texts(self)
        self.checked: list[Checked] = []
        self.states: list[State] = []
        self.failures: list[str] = []

    def shown(self, path: str) -> str:
        """The name that the user sees."""
        return Path(os.path.relpath(self.top / path, self.resolver.working)).as_posix()

    def renamed(self, filename: str) -> str:
        """The name to show for a file that was read; others keep theirs."""
        path = Path(filename)
        return self.shown(path.relative_to(self.root).as_posix()) if path.is_relative_to(self.root) else filename

    def look(self, path: str) -> None:
        """Evaluate a file, and ask the rules."""
        file, name = self.top / path, self.shown(path)
        settings = self.resolver.for_folder(file.parent)
        judge = self.linter.judge(settings)
        failed = comments = False
        try:
            source = read(self.root / path)
            comments = bool(source.suppressions or source.bad_comments)
            found: list[Finding] = []
            if names_a_framework(source.text):
                evaluation = self._evaluated(source, settings, file)
                found = judge.findings(evaluation, file, self.texts)
                for model in evaluation.models:
                    told = judge.unjudged(model, file, found)
                    growth = settings.for_model(file, model.name).growth
                    unjudged = () if told is None else tuple((rule, told.text) for rule in told.rules)
                    self.states.append(state_of(model, name, growth, unjudged))
        except UnreadablePath as error:
            self.failures.append(f"{name}: {error.reason}")
            return
        except (UnreadableSource, SyntaxFault) as error:
            code = UNPARSABLE if isinstance(error, SyntaxFault) else UNREADABLE
            found = [judge.say(code, error.message, Place(name, error.row, error.column, error.row, error.column + 1))]
        except Exception as error:  # noqa: BLE001 - a fault of cnnlint must not keep the other files from being compared
            failed = True
            found = [broken(judge, name, error)]
        codes = judge.codes_for(file)
        kept = tuple(self._placed(finding) for finding in found if finding.code in codes or failed)
        self.checked.append(Checked(name, kept, comments, failed))

    def _evaluated(self, source: SourceText, settings: Settings, file: Path) -> Evaluation:
        from cnnlint.evaluation import evaluate

        return evaluate(
            source.filename,
            source.text,
            settings=lambda name: model_settings(settings, file, name),
            cache=cache_of(settings, cached=self.cached),
            roots=tuple(map(self._root, settings.import_roots)),
            inputs=inputs_of(source),
            versions=settings.target_version,
        )

    def _root(self, folder: Path) -> Path:
        """A folder of the working tree as it is on this side; installed packages are the same on both."""
        if not folder.is_relative_to(self.top) or "site-packages" in folder.parts:
            return folder
        return self.root / folder.relative_to(self.top)

    def _placed(self, finding: Finding) -> Finding:
        """The finding under the names to show."""

        def place(at: Place) -> Place:
            return replace(at, filename=self.renamed(at.filename))

        related = tuple(replace(each, place=place(each.place)) for each in finding.related)
        return replace(finding, place=place(finding.place), related=related, fix=None)

    def outcome(self) -> Outcome:
        """What is left of the findings when those in several files and those that comments suppress are out."""
        return self.linter.outcome(self.checked, self.texts, self.failures)


class _Texts(Texts):
    """The texts of a side, by the names that are shown; by the names under which they are read too."""

    def __init__(self, side: _Side) -> None:
        super().__init__()
        self.side = side

    def __call__(self, filename: str) -> SourceText | None:
        if filename not in self._texts:
            path = Path(os.path.normpath(self.side.resolver.working / filename))
            if path.is_relative_to(self.side.root) or not path.is_relative_to(self.side.top):
                return super().__call__(filename)
            source = super().__call__(str(self.side.root / path.relative_to(self.side.top)))
            self._texts[filename] = None if source is None else replace(source, filename=filename)
        return self._texts[filename]
