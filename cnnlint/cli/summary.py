"""`cnnlint summary`: what `model.summary()` would print."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

import click

from cnnlint.cli.options import PYTHON_HELP, config_options, resolver

if TYPE_CHECKING:
    from cnnlint.summary import Summary


def shape(value: Any) -> tuple[int, ...]:
    """Sizes with commas between them, without the batch axis."""
    if isinstance(value, tuple):  # click may hand over what it has read before
        return value
    sizes = [part.strip() for part in value.strip().strip("()[]").split(",") if part.strip()]
    if not sizes or not all(size.isdecimal() and int(size) > 0 for size in sizes):
        raise click.BadParameter(
            f"expected sizes of at least 1 such as `3,224,224`, without the batch axis, not `{value}`"
        )
    return tuple(map(int, sizes))


def argument(value: Any) -> tuple[str, Any]:
    """`NAME=VALUE`, the value a Python literal, or else taken as text."""
    if isinstance(value, tuple):
        return value
    name, separator, text = value.partition("=")
    if not separator or not name.strip().isidentifier():
        raise click.BadParameter(f"expected a name, `=` and a Python literal, such as `num_classes=10`, not `{value}`")
    return name.strip(), literal(text.strip())


def literal(text: str) -> Any:
    """The value of a Python literal; a text that is none, such as a plain word, stands for itself."""
    from ast import literal_eval

    try:
        return literal_eval(text)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return text


@click.command("summary", short_help="Print models' layers, output shapes, parameters and MACs.")
@click.argument("targets", nargs=-1, required=True, metavar="TARGET...")
@click.option(
    "--input-shape",
    "shapes",
    type=shape,
    multiple=True,
    metavar="SIZES",
    help="An input's shape such as 3,224,224, without the batch axis (repeat it for several inputs).",
)
@click.option(
    "--arg",
    "arguments",
    type=argument,
    multiple=True,
    metavar="NAME=VALUE",
    help="An argument of the class or function (repeatable).",
)
@click.option("--output-format", type=click.Choice(["table", "json", "markdown"]), default="table", show_default=True)
@click.option("--python", type=click.Path(path_type=str), help=PYTHON_HELP)
@config_options
@click.option("-n", "--no-cache", is_flag=True, help="Neither read nor write the cache.")
def command(
    targets: tuple[str, ...],
    shapes: tuple[tuple[int, ...], ...],
    arguments: tuple[tuple[str, Any], ...],
    output_format: str,
    python: str | None,
    config: tuple[str, ...],
    isolated: bool,
    no_cache: bool,
) -> None:
    """Print each model's layers, output shapes, parameters and MACs, without importing anything.

    A TARGET is FILE (every model in it) or FILE::NAME, where NAME is a variable, a class, a function or a class method
    that returns a model: `nets.py::SmallNet`, `nets.py::build_model`, `nets.py::Net.from_name`.
    """
    from cnnlint.summary import summarize

    summary = summarize(
        targets,
        resolver({"python": python}, config, isolated=isolated),
        input_shapes=shapes or None,
        arguments=dict(arguments),
        cached=not no_cache,
    )
    _show(summary, output_format)
    click.get_current_context().exit(summary.status)


def _show(summary: Summary, output_format: str) -> None:
    if output_format == "json":
        from cnnlint.reports.summary_json import as_json

        table = as_json(summary.models, summary.findings_of, summary.texts, summary.unjudged_of)
        click.echo(json.dumps(table, indent=2, ensure_ascii=False))
        return
    from cnnlint.reports import summary_table

    if output_format == "markdown":
        click.echo(summary_table.as_markdown(summary.models, summary.budgets_of), nl=False)
    elif sys.stdout.isatty():
        summary_table.print_rich(summary.models, summary.budgets_of)
    else:
        click.echo(summary_table.as_text(summary.models, summary.budgets_of), nl=False)
