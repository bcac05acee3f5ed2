"""`cnnlint diff BASE`: what a change does to every model."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cnnlint.cli.options import commas, config_options, flag, joined, resolver

if TYPE_CHECKING:
    from cnnlint.difference import Difference

CLEAN, FOUND, FAILED = 0, 1, 2
FORMATS = ("text", "json", "markdown")


@click.command("diff", short_help="Show what a change does to every model.")
@click.argument("base", metavar="BASE")
@click.argument("paths", nargs=-1, metavar="[PATH]...", type=click.Path(path_type=str))
@click.option("--output-format", type=click.Choice(FORMATS), default="text", show_default=True)
@click.option("-o", "--output-file", type=click.Path(dir_okay=False, path_type=Path), help="Where to.")
@click.option("-e", "--exit-zero", is_flag=True, help="Exit with 0 in spite of new findings and broken limits.")
@click.option(
    "--fail-on", type=click.Choice(["info", "warning", "error"]), help="From which severity on to exit with 1."
)
@commas("--select", "Rules to ask, instead of those that are on: codes, names, starts of codes, ALL.")
@commas("--ignore", "Rules not to ask.")
@commas("--extend-select", "Rules to ask besides.")
@commas("--exclude", "Files and folders to leave out, instead of the usual ones.", metavar="PATTERNS")
@commas("--extend-exclude", "Files and folders to leave out besides.", metavar="PATTERNS")
@flag("preview", "Ask rules in preview too.")
@config_options
@click.option("-n", "--no-cache", is_flag=True, help="Neither read nor write the cache.")
def command(base: str, paths: tuple[str, ...], **options: Any) -> None:
    """Show what a change does to every model: parameters, MACs, memory, findings.

    Compares the working tree with the git revision BASE, in the files and folders named or below the folder where you
    stand; `main...` stands for the commit where the branch left `main`, `v1..v2` compares two revisions. Nothing is
    checked out. The exit status is 1 where a budget or a limit of growth is broken or a finding is new.
    """
    difference, status = _compared(base, paths, options)
    _show(difference, options["output_format"], options["output_file"])
    for failure in difference.failures:
        click.echo(f"error: {failure}", err=True)
    click.get_current_context().exit(status)


def _compared(base: str, paths: tuple[str, ...], options: dict[str, Any]) -> tuple[Difference, int]:
    """The difference and the exit status."""
    from cnnlint.cli.progress import Progress
    from cnnlint.diffing import compare
    from cnnlint.sources.git import GitError

    keys = ("select", "ignore", "extend-select", "exclude", "extend-exclude")
    table: dict[str, Any] = {key: joined(options[key.replace("-", "_")]) for key in keys}
    table |= {"preview": options["preview"], "fail-on": options["fail_on"]}
    settings = resolver(table, options["config"], isolated=options["isolated"])
    progress = Progress()
    try:
        found = compare(base, paths or (".",), settings, cached=not options["no_cache"], progress=progress)
    except GitError as error:
        raise click.ClickException(str(error)) from None
    finally:
        progress.end()
    if found.failures or found.broken:
        return found, FAILED
    exceeds = found.exceeds(settings.for_folder(settings.working).fail_on) and not options["exit_zero"]
    return found, FOUND if exceeds else CLEAN


def _show(difference: Difference, output_format: str, output: Path | None) -> None:
    from cnnlint.cli.run import is_colored

    if output_format == "json":
        from cnnlint.reports.diff_json import render as render_json

        text = render_json(difference)
    elif output_format == "markdown":
        from cnnlint.reports.diff_markdown import render as render_markdown

        text = render_markdown(difference)
    else:
        from cnnlint.reports.diff_text import render as render_text

        text = render_text(difference, color=output is None and is_colored())
    text = text.encode("utf-8", "backslashreplace").decode()  # a name in the code may hold a lone surrogate
    if output is None:
        click.echo(text, nl=False, color=True)
        return
    try:
        output.parent.mkdir(parents=True, exist_ok=True)
        output.write_text(text, encoding="utf-8")
    except OSError as error:
        raise click.ClickException(f"cannot write {output}: {error.strerror or error}") from None
