"""`cnnlint server`: a language server on standard input and output."""

from __future__ import annotations

import click


@click.command("server", short_help="Serve an editor (language server on stdio).")
def command() -> None:
    """Show an editor findings, fixes and shapes while code is written: the language server protocol on stdio."""
    try:
        from cnnlint.server.protocol import serve
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition(".")[0] not in ("pygls", "lsprotocol"):
            raise
        raise click.ClickException("the server needs `pip install 'cnnlint[server]'`") from None
    serve()
