"""The commands that people type, one module each, imported when it is asked for."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, NoReturn

import click

if TYPE_CHECKING:
    from collections.abc import Sequence

COMMANDS = {"check": "check", "summary": "summary", "diff": "diff", "rule": "rule", "server": "server"}
"""Command to module; each module holds a `command`."""
DEFAULT_COMMAND = "check"
FAILED = 2
"""The exit status of a run that could not do its work."""


class Commands(click.Group):
    """The commands, loaded when they are used; without one, the arguments are for `check`."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - as above
        from importlib import import_module

        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"cnnlint.cli.{COMMANDS[cmd_name]}").command
        return command

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put `check` in front of arguments that are its own."""
        if args and args[0] not in (*COMMANDS, "--help", "-h", "--version", "-V"):
            if _misspelled(args[0]):
                from cnnlint.settings.errors import did_you_mean

                ctx.fail(f"no such command or path `{args[0]}`{did_you_mean(args[0], COMMANDS)}")
            args = [DEFAULT_COMMAND, *args]
        return super().parse_args(ctx, args)


def _misspelled(word: str) -> bool:
    """Whether a first argument looks more like a command than like a path: a bare word near one, and no such path."""
    from difflib import get_close_matches

    return (
        not word.startswith("-")
        and word.isalpha()
        and not os.path.lexists(word)
        and bool(get_close_matches(word, COMMANDS))
    )


def _version(ctx: click.Context, _parameter: click.Parameter, asked: bool) -> None:
    if asked and not ctx.resilient_parsing:
        from cnnlint import __version__

        click.echo(f"cnnlint {__version__}")
        ctx.exit()


@click.group(
    cls=Commands,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.pass_context
@click.option("-V", "--version", is_flag=True, is_eager=True, expose_value=False, callback=_version, help="Say which.")
def app(context: click.Context) -> None:
    """Read Keras and PyTorch model code as text: what model.summary() would print, and what would crash.

    `cnnlint PATH...` is short for `cnnlint check PATH...`.
    """
    if context.invoked_subcommand is None:
        click.echo(context.get_help(), err=True)
        context.exit(FAILED)


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run a command and leave with its exit status: 0 nothing to report, 1 findings, 2 the run itself failed."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")  # a terminal without `─` must not end the run
    try:
        status = run(arguments)
        sys.stdout.flush()
    except BrokenPipeError:  # the reader of the output has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        status = FAILED
    except KeyboardInterrupt:
        status = 130
    sys.exit(status)


def run(arguments: Sequence[str] | None = None) -> int:
    """Run a command; its exit status. What keeps it from running is said on the standard error in one message."""
    from cnnlint.settings.errors import ConfigurationError

    try:
        status = app.main(args=arguments, prog_name="cnnlint", standalone_mode=False)
    except click.Abort:  # what click makes of Ctrl-C
        raise KeyboardInterrupt from None
    except click.UsageError as error:
        command = f"{error.ctx.command_path} --help" if error.ctx is not None else "cnnlint --help"
        click.echo(f"error: {_sentence(error.format_message())}\n(options: `{command}`)", err=True)
        return FAILED
    except click.ClickException as error:
        click.echo(f"error: {_sentence(error.format_message())}", err=True)
        return FAILED
    except ConfigurationError as error:
        click.echo(f"error: {error}", err=True)
        return FAILED
    return status if isinstance(status, int) else 0


def _sentence(message: str) -> str:
    """Click's message in the style of the others: no capital letter, no full stop."""
    return message[:1].lower() + message[1:].removesuffix(".")
