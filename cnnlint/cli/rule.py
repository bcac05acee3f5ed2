"""`cnnlint rule CODE`: what a rule finds, why it matters, how to mend it."""

from __future__ import annotations

import json
import sys

import click

from cnnlint import rulebook


@click.command("rule", short_help="Explain a rule.")
@click.argument("codes", metavar="CODE", nargs=-1)
@click.option("--all", "every", is_flag=True, help="Explain all rules.")
@click.option("--output-format", type=click.Choice(["text", "json"]), default="text", show_default=True)
def command(codes: tuple[str, ...], every: bool, output_format: str) -> None:
    """Explain a rule: what it does, why it matters, a wrong and a right example.

    CODE is a code (CNN101), a name (negative-dimension) or the start of codes (CNN1).
    """
    if every == bool(codes):
        raise click.UsageError("give the code of a rule, or --all")
    try:
        book = rulebook.load()
        rules = {rule.code: rule for code in codes or (rulebook.ALL,) for rule in book.matching(code)}.values()
    except (rulebook.RulebookError, rulebook.UnknownRuleError) as error:
        raise click.ClickException(str(error)) from None
    if output_format == "json":
        found = [rulebook.rule_as_json(rule) for rule in rules]
        # one rule that was named whole is an object, as in ruff; anything else a list
        single = len(codes) == 1 and codes[0] in (found[0]["code"], found[0]["name"])
        click.echo(json.dumps(found[0] if single else found, indent=2, ensure_ascii=False))
        return
    pages = []
    for rule in rules:
        described = rulebook.documentation(rule)
        status = "preview" if rule.preview else "on by default" if rule.default else "off by default"
        head = f"# {rule.name} ({rule.code})\n\n{rule.severity}, {status}, since {rule.since}\n\n"
        pages.append(head + described.as_markdown())
    _show("\n".join(pages))


def _show(markdown: str) -> None:
    """Rendered on a terminal, as it is where it is piped."""
    if sys.stdout.isatty():
        from rich.console import Console
        from rich.markdown import Markdown

        Console(width=min(Console().width, 100)).print(Markdown(markdown))
    else:
        click.echo(markdown, nl=False)
