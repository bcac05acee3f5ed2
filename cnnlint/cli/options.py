"""What several commands ask for in the same words."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cnnlint.settings.discovery import Resolver

COMMAND_LINE = "the command line"
PYTHON_HELP = "Whose installed packages are followed as text: an interpreter or environment.  [default: the active one]"


def _parts(value: Any) -> tuple[str, ...]:
    """The texts that commas separate; click may hand over what it has read before."""
    return value if isinstance(value, tuple) else tuple(part.strip() for part in value.split(",") if part.strip())


def commas(name: str, text: str, *, metavar: str = "CODES") -> Callable[[Any], Any]:
    """An option that takes a list, and may be given several times."""
    return click.option(name, type=_parts, multiple=True, metavar=metavar, help=text)


def flag(name: str, text: str) -> Callable[[Any], Any]:
    """A flag with its `--no-` form; None where neither is given, then the configuration decides."""
    return click.option(f"--{name}/--no-{name}", default=None, help=text)


def joined(values: Sequence[tuple[str, ...]]) -> list[str] | None:
    """The lists of a repeated option as one; None where it was not given."""
    return [each for value in values for each in value] if values else None


def config_options(command: Any) -> Any:
    """`--config` and `--isolated`."""
    command = click.option("--isolated", is_flag=True, help="Read no configuration file.")(command)
    return click.option(
        "--config",
        "config",
        multiple=True,
        metavar="FILE|KEY=VALUE",
        help="The one configuration file to read, or a setting in TOML (repeatable).",
    )(command)


def resolver(table: dict[str, Any], config: Sequence[str], *, isolated: bool) -> Resolver:
    """The settings that hold, with those of the command line on top. Raises ConfigurationError.

    `table` holds options under the names of the configuration's keys; None where one was not given.
    """
    from cnnlint.settings.discovery import Resolver, read_inline
    from cnnlint.settings.layer import merge, read_layer

    files = [each for each in config if "=" not in each or Path(each).is_file()]
    if len(files) > 1:
        raise click.UsageError("--config: only one file can be given")
    if files and isolated:
        raise click.UsageError("--config FILE and --isolated exclude each other")
    overrides: dict[str, Any] = {}
    for each in config:
        if each not in files:
            overrides = merge(overrides, read_inline(each))
    given = {key: value for key, value in table.items() if value is not None}
    overrides = merge(overrides, read_layer(given, Path.cwd(), COMMAND_LINE))
    return Resolver(overrides, config=Path(files[0]) if files else None, isolated=isolated)
