"""A run of `cnnlint check`: what is asked for, in which order, and what it says at the end."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cnnlint.cli.progress import Progress
from cnnlint.finding import SEVERITIES
from cnnlint.linter import Linter

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnnlint.finding import Finding
    from cnnlint.fixing import Fixed
    from cnnlint.linter import Outcome
    from cnnlint.settings.discovery import Resolver
    from cnnlint.settings.settings import Settings

CLEAN, FOUND, FAILED = 0, 1, 2
STANDARD_INPUT = "-"
READERS = ("full", "concise", "grouped")
"""The formats that say `All checks passed!`."""


@dataclass(frozen=True)
class Run:
    """`options` are those of the command; what the configuration knows too stands in the settings."""

    paths: tuple[str, ...]
    resolver: Resolver
    options: dict[str, Any]

    @cached_property
    def settings(self) -> Settings:
        """What holds for the run as a whole: the settings of the folder where the user stands."""
        return self.resolver.for_folder(self.resolver.working)

    @cached_property
    def linter(self) -> Linter:
        return Linter(
            self.resolver,
            cached=not self.options["no_cache"],
            jobs=self.options["jobs"] or processors(),
            ignore_noqa=self.options["ignore_noqa"],
            progress=self.progress,
        )

    @cached_property
    def progress(self) -> Progress:
        return Progress()

    @cached_property
    def files(self) -> tuple[list[Path], list[str]]:
        """The files to lint, and messages about paths that cannot be read."""
        from cnnlint.collecting import collect

        return collect(self.paths, self.resolver)

    @property
    def reads_standard_input(self) -> bool:
        return STANDARD_INPUT in self.paths

    @cached_property
    def standard_input(self) -> tuple[str, str]:
        """The text on the standard input, and what its file is called."""
        from cnnlint.sources.errors import UnreadableSource
        from cnnlint.sources.text import decode

        if len(self.paths) > 1:
            raise click.UsageError("`-` cannot be given together with other paths")
        name = self.options["stdin_filename"] or STANDARD_INPUT
        try:
            return decode(sys.stdin.buffer.read(), is_python=not name.endswith(".ipynb")), name
        except UnreadableSource as error:
            raise click.ClickException(f"standard input: {error.message}") from None

    # --- what can be asked for ----------------------------------------------------------------------------------------

    def check(self) -> int:
        """Lint, mend if that is wanted, and tell; the exit status."""
        outcome = self._lint()
        closing: list[str] = []
        number = 0
        if self.options["diff"] or self.settings.fix:
            fixed = self._fixed(outcome)
            if self.options["diff"]:
                return self._show_diff(outcome, fixed)
            number = self._write(fixed)
            if self.reads_standard_input:
                click.echo(next(iter(fixed.values())).after if fixed else self.standard_input[0], nl=False)
                outcome = self._lint(next(iter(fixed.values())).after if fixed else None)
            elif number:
                outcome = self._lint()
            closing = [f"Fixed {number} of them before." if outcome.findings else f"Fixed {number}."] if number else []
        findings: Sequence[Finding] = outcome.findings
        if self.options["write_baseline"]:
            return self._write_baseline(outcome)
        if self.settings.baseline is not None:
            findings, more = self._without_baseline(outcome)
            closing += more
        self._tell(outcome, findings, [*closing, *outcome.unjudged])
        if self.settings.output_format not in READERS and not self.options["quiet"]:
            for line in outcome.unjudged:
                click.echo(line, err=True)
        status = self._status(outcome, findings)
        return FOUND if number and self.options["exit_non_zero_on_fix"] and status == CLEAN else status

    def show_files(self) -> int:
        """The files, one a line."""
        files, failures = self.files
        for file in files:
            click.echo(str(file.absolute()))
        return _told(failures)

    def show_settings(self) -> int:
        """The settings of the first file."""
        from cnnlint.cli.show import settings_as_text

        files, failures = self.files
        file = files[0] if files else self.resolver.working / "example.py"
        settings = self.resolver.for_folder(file.absolute().parent)
        click.echo(settings_as_text(settings, file, self.linter.judge(settings)), nl=False)
        return _told(failures)

    def add_noqa(self) -> int:
        """Comments that suppress what is found."""
        from cnnlint.fixing import apply, read_content, write_content
        from cnnlint.noqa import directives
        from cnnlint.sources.text import from_text

        outcome = self._lint()
        number = 0
        for filename in dict.fromkeys(finding.place.filename for finding in outcome.findings):
            content = read_content(Path(filename))
            if content is None:
                continue
            text, encoding = content
            source = from_text(text, filename)
            changed, done = apply(source, text, directives(source, outcome.findings))
            if done and write_content(Path(filename), changed, encoding):
                number += done
        click.echo(f"Added {number} noqa directive{'s' * (number != 1)}.", err=True)
        return _told(outcome.failures)

    # --- steps --------------------------------------------------------------------------------------------------------

    def _lint(self, text: str | None = None) -> Outcome:
        if self.reads_standard_input:
            given, name = self.standard_input
            return self.linter.check_text(given if text is None else text, name)
        files, failures = self.files
        if not files and not failures:
            click.echo("warning: no Python files or notebooks found under the given paths", err=True)
        try:
            return self.linter.check(files, failures)
        finally:
            self.progress.end()

    def _fixed(self, outcome: Outcome) -> dict[str, Fixed]:
        """Each file that fixes change, before and after."""
        from cnnlint.fixing import applicable, fix_until_stable, read_content

        unsafe = self.settings.unsafe_fixes
        names = dict.fromkeys(
            finding.place.filename for finding in outcome.findings if applicable(finding, unsafe=unsafe)
        )
        found = {}
        for name in names:
            content = (self.standard_input[0], "") if self.reads_standard_input else read_content(Path(name))
            if content is None:
                continue

            def lint(text: str, name: str = name) -> Sequence[Finding]:
                return self.linter.check_text(text, name).findings

            fixed = fix_until_stable(content[0], name, lint, unsafe=unsafe)
            if fixed.failed:
                click.echo(f"warning: {name}: {fixed.failed}", err=True)
            if fixed.number:
                found[name] = fixed
        return found

    def _write(self, fixed: dict[str, Fixed]) -> int:
        """Write what was fixed; the number of fixes."""
        from cnnlint.fixing import read_content, write_content

        number = 0
        for name, each in fixed.items():
            if self.reads_standard_input:
                number += each.number
                continue
            content = read_content(Path(name))
            if content is not None and write_content(Path(name), each.after, content[1]):
                number += each.number
        return number

    def _show_diff(self, outcome: Outcome, fixed: dict[str, Fixed]) -> int:
        from difflib import unified_diff

        for name, each in fixed.items():
            before, after = each.before.splitlines(keepends=True), each.after.splitlines(keepends=True)
            for line in unified_diff(before, after, name, name):
                click.echo(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n", nl=False)
        number = sum(each.number for each in fixed.values())
        click.echo(f"Would fix {number} finding{'s' * (number != 1)}." if number else "No fixes.", err=True)
        if _told(outcome.failures) or outcome.broken:
            return FAILED
        return FOUND if number and not self.options["exit_zero"] else CLEAN

    def _write_baseline(self, outcome: Outcome) -> int:
        from cnnlint import baseline

        path = self.settings.baseline or self.resolver.working / baseline.DEFAULT_NAME
        kept: list[baseline.Entry] = []
        with suppress(OSError, baseline.BaselineError):  # a first one, or one that is to be replaced
            kept = baseline.elsewhere(baseline.read(path), path, outcome.files)
        try:
            baseline.write(path, outcome.findings, outcome.texts, kept)
        except OSError as error:
            raise click.ClickException(f"cannot write {path}: {error.strerror or error}") from None
        number = len(outcome.findings)
        others = f", kept {len(kept)} of other files" if kept else ""
        click.echo(f"Wrote {number} finding{'s' * (number != 1)} to {path}{others}.", err=True)
        return FAILED if _told(outcome.failures) or outcome.broken else CLEAN

    def _without_baseline(self, outcome: Outcome) -> tuple[Sequence[Finding], list[str]]:
        """The findings that are new, and a line about what is in the baseline and no longer found."""
        from cnnlint import baseline

        path = self.settings.baseline
        assert path is not None
        try:
            known = baseline.read(path)
        except FileNotFoundError:
            raise click.ClickException(f"there is no baseline {path}; --write-baseline writes it") from None
        except OSError as error:
            raise click.ClickException(f"cannot read {path}: {error.strerror or error}") from None
        except baseline.BaselineError as error:
            raise click.ClickException(str(error)) from None
        left, stale = baseline.subtract(outcome.findings, known, path, outcome.texts, outcome.files)
        known_again = len(outcome.findings) - len(left)
        lines = [f"Left out {known_again} that the baseline knows."] if known_again else []
        if stale:
            lines.append(f"Found no longer, {len(stale)} in the baseline (--write-baseline takes them out):")
            lines += [f"  {entry.filename}: {entry.code} {entry.message}" for entry in stale]
        return left, lines

    def _tell(self, outcome: Outcome, findings: Sequence[Finding], closing: Sequence[str]) -> None:
        output: Path | None = self.options["output_file"]
        name, unsafe = self.settings.output_format, self.settings.unsafe_fixes
        if self.options["statistics"]:
            from cnnlint.reports import statistics

            text = statistics.render(findings, output_format=name, unsafe_fixes=unsafe)
        else:
            from cnnlint.reports import render

            color = output is None and is_colored()
            text = render(
                name,
                findings,
                outcome.texts,
                color=color,
                files=outcome.files,
                unsafe_fixes=unsafe,
                closing=None if self.options["quiet"] else closing,
            )
            unread = outcome.failures or outcome.broken
            if not findings and name in READERS and (unread or self.options["quiet"]):
                text = ""  # what could not be read did not pass
        if output is None:
            click.echo(text, nl=False, err=self.reads_standard_input and self.settings.fix, color=True)
            return
        try:
            output.parent.mkdir(parents=True, exist_ok=True)
            output.write_text(text, encoding="utf-8")
        except OSError as error:
            raise click.ClickException(f"cannot write {output}: {error.strerror or error}") from None

    def _status(self, outcome: Outcome, findings: Sequence[Finding]) -> int:
        if _told(outcome.failures) or outcome.broken:
            return FAILED
        grave = SEVERITIES[: SEVERITIES.index(self.settings.fail_on) + 1]
        found = any(finding.severity in grave for finding in findings)
        return FOUND if found and not self.options["exit_zero"] else CLEAN


def _told(failures: Sequence[str]) -> int:
    """Say what could not be read; the exit status."""
    for failure in failures:
        click.echo(f"error: {failure}", err=True)
    return FAILED if failures else CLEAN


def processors() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def is_colored() -> bool:
    """Whether the standard output is for eyes: FORCE_COLOR and NO_COLOR go before the terminal."""
    if os.environ.get("FORCE_COLOR"):
        return True
    return not os.environ.get("NO_COLOR") and sys.stdout.isatty() and os.environ.get("TERM") != "dumb"
