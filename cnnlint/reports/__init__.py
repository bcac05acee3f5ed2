"""How findings and models are told: one file for each format, imported only when it is asked for."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from cnnlint.finding import Finding, Sources

FORMATS: dict[str, str] = {
    "full": "cnnlint.reports.full:render",
    "concise": "cnnlint.reports.concise:render",
    "grouped": "cnnlint.reports.grouped:render",
    "json": "cnnlint.reports.json:render",
    "json-lines": "cnnlint.reports.json:render_lines",
    "github": "cnnlint.reports.github:render",
    "gitlab": "cnnlint.reports.gitlab:render",
    "sarif": "cnnlint.reports.sarif:render",
    "junit": "cnnlint.reports.junit:render",
    "rdjson": "cnnlint.reports.rdjson:render",
    "pylint": "cnnlint.reports.pylint:render",
    "azure": "cnnlint.reports.azure:render",
}
"""The formats of `--output-format`, and the function behind each."""


@dataclass(frozen=True, slots=True)
class Report:
    """What a format is made from.

    `color` allows escape sequences (only `full`, `concise` and `grouped` use them). `files` are the names of all files
    that were checked, those without findings too. `unsafe_fixes` says whether unsafe fixes count as fixable. `closing`
    are lines for readers, shown at the very end of the formats that are made for them, behind how many there are; with
    None they end without either.
    """

    findings: Sequence[Finding]
    sources: Sources
    color: bool = False
    files: Sequence[str] = ()
    unsafe_fixes: bool = False
    closing: Sequence[str] | None = ()


def render(
    format: str,  # noqa: A002 - the option's name
    findings: Iterable[Finding],
    sources: Sources,
    *,
    color: bool = False,
    files: Sequence[str] = (),
    unsafe_fixes: bool = False,
    closing: Sequence[str] | None = (),
) -> str:
    """The findings in one of `FORMATS`, a complete text that ends in a line end, or is empty. Raises KeyError."""
    module, _, function = FORMATS[format].partition(":")
    ordered = sorted(findings, key=lambda finding: finding.order)
    report = Report(ordered, sources, color, files, unsafe_fixes, closing)
    text: str = getattr(import_module(module), function)(report)
    # A lone surrogate, which a name in the code may hold, cannot be written as UTF-8.
    return text if text.isascii() else text.encode("utf-8", "backslashreplace").decode()
