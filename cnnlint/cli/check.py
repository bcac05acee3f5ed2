"""`cnnlint check`: lint files, folders and notebooks."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from cnnlint.cli.options import PYTHON_HELP, commas, config_options, flag, joined, resolver
from cnnlint.settings.keys import FORMATS

if TYPE_CHECKING:
    from cnnlint.cli.run import Run

PLAIN = (
    "preview",
    "fix",
    "unsafe-fixes",
    "output-format",
    "fail-on",
    "baseline",
    "force-exclude",
    "respect-gitignore",
    "cache-dir",
    "python",
)
"""Options that hold what the configuration's key of the same name does."""


@click.command("check", short_help="Lint files, folders and notebooks.")
@click.argument("paths", nargs=-1, metavar="[PATH]...", type=click.Path(path_type=str))
@commas("--select", "Rules to ask, instead of those that are on: codes, names, starts of codes, ALL.")
@commas("--ignore", "Rules not to ask.")
@commas("--extend-select", "Rules to ask besides.")
@commas("--extend-ignore", "Like --ignore.")
@commas("--per-file-ignores", "Rules not to ask of some files.", metavar="PATTERN:CODE")
@commas("--extend-per-file-ignores", "The same, besides the configuration's.", metavar="PATTERN:CODE")
@flag("preview", "Ask rules in preview too.")
@flag("fix", "Mend what can safely be mended.")
@flag("unsafe-fixes", "Count fixes that may change what the code means as fixes too.")
@commas("--fixable", "Rules whose fixes may be put in.  [default: ALL]")
@commas("--unfixable", "Rules whose fixes may not.")
@click.option("--diff", is_flag=True, help="Show what --fix would change, and change nothing.")
@click.option("--output-format", type=click.Choice(FORMATS), help="How to tell.  [default: full]")
@click.option("-o", "--output-file", type=click.Path(dir_okay=False, path_type=Path), help="Where to.")
@click.option("--statistics", is_flag=True, help="Count the findings of each rule instead.")
@click.option("-e", "--exit-zero", is_flag=True, help="Exit with 0 in spite of findings.")
@click.option("--exit-non-zero-on-fix", is_flag=True, help="Exit with 1 where something was mended, too.")
@click.option(
    "--fail-on", type=click.Choice(["info", "warning", "error"]), help="From which severity on to exit with 1."
)
@click.option("-q", "--quiet", is_flag=True, help="Say what was found and nothing else.")
@click.option("--ignore-noqa", is_flag=True, help="Show what comments suppress, too.")
@click.option("--add-noqa", is_flag=True, help="Put a `# noqa: CODE` on each line that has a finding.")
@click.option("--baseline", type=click.Path(path_type=str), metavar="FILE", help="Leave out the findings in this file.")
@click.option("--write-baseline", is_flag=True, help="Write all findings to the baseline file.")
@commas("--exclude", "Files and folders to leave out, instead of the usual ones.", metavar="PATTERNS")
@commas("--extend-exclude", "Files and folders to leave out besides.", metavar="PATTERNS")
@flag("force-exclude", "Leave them out even where they are named on the command line.")
@flag("respect-gitignore", "Leave out what git ignores.")
@config_options
@click.option("-n", "--no-cache", is_flag=True, help="Neither read nor write the cache.")
@click.option("--python", type=click.Path(path_type=str), help=PYTHON_HELP)
@click.option("--cache-dir", type=click.Path(file_okay=False, path_type=str), help="Where the cache is.")
@click.option("--stdin-filename", metavar="NAME", help="What the file is called that `-` reads from standard input.")
@click.option("-j", "--jobs", type=click.IntRange(min=1), help="How many processes to use.")
@click.option("--show-files", is_flag=True, help="Name the files that would be linted, and lint none.")
@click.option("--show-settings", is_flag=True, help="Show the settings that hold for the first file.")
@click.option("-w", "--watch", is_flag=True, help="Lint again whenever a file changes.")
def command(paths: tuple[str, ...], **options: Any) -> None:
    """Lint files, folders and notebooks; without a PATH, the folder where you stand; `-` is standard input."""
    if options["watch"]:
        _watch(paths, options)
    run = _run(paths, options)
    if options["show_files"]:
        status = run.show_files()
    elif options["show_settings"]:
        status = run.show_settings()
    elif options["add_noqa"]:
        status = run.add_noqa()
    else:
        status = run.check()
    click.get_current_context().exit(status)


def _watch(paths: tuple[str, ...], options: dict[str, Any]) -> NoReturn:
    from cnnlint.cli.watch import watch

    for other in ("show_files", "show_settings", "add_noqa", "write_baseline", "diff"):
        if options[other]:
            raise click.UsageError(f"--watch and --{other.replace('_', '-')} exclude each other")
    if "-" in paths or options["stdin_filename"]:
        raise click.UsageError("--watch needs files, not the standard input")
    watch(lambda: _run(paths, options))


def _run(paths: tuple[str, ...], options: dict[str, Any]) -> Run:
    from cnnlint.cli.run import Run

    table = {
        "select": joined(options["select"]),
        "ignore": joined(options["ignore"]),
        "extend-select": joined(options["extend_select"]),
        "extend-ignore": joined(options["extend_ignore"]),
        "per-file-ignores": _ignores(joined(options["per_file_ignores"])),
        "extend-per-file-ignores": _ignores(joined(options["extend_per_file_ignores"])),
        "fixable": joined(options["fixable"]),
        "unfixable": joined(options["unfixable"]),
        "exclude": joined(options["exclude"]),
        "extend-exclude": joined(options["extend_exclude"]),
    }
    for key in PLAIN:
        table[key] = options[key.replace("-", "_")]
    return Run(
        paths=paths or ("-" if options["stdin_filename"] else ".",),
        resolver=resolver(table, options["config"], isolated=options["isolated"]),
        options=options,
    )


def _ignores(pairs: list[str] | None) -> dict[str, list[str]] | None:
    if pairs is None:
        return None
    table: dict[str, list[str]] = {}
    for pair in pairs:
        pattern, separator, code = pair.rpartition(":")
        if not separator or not pattern or not code:
            raise click.UsageError(f"expected a pattern and a code with a colon between them, not `{pair}`")
        table.setdefault(pattern, []).append(code)
    return table
