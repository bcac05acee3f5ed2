"""The difference between two revisions for a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.reports._difference import (
    LABELS,
    amounts,
    budget_texts,
    expressions,
    field_amount,
    figures_of,
    growth,
    growth_limit,
    headline,
    limit_text,
    not_judged,
    revision_text,
    unlisted,
    verdict,
)
from cnnlint.reports._text import clean, location, styled

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnnlint.difference import Difference, ModelChange
    from cnnlint.finding import Finding, Sources

Cells = tuple[str, str, str, str]
STYLES = {"new": "error", "fixed": "fix"}


def render(difference: Difference, *, color: bool = False) -> str:
    """A block for each model, the findings that are new and those that are fixed, and a summing-up."""
    blocks = [_block(change, color=color) for change in difference.shown()]
    blocks += _findings("new", unlisted(difference), difference.texts, color=color)
    blocks += _findings("fixed", difference.fixed, difference.old_texts, color=color)
    between = f"{revision_text(difference.base)} to {revision_text(difference.head)}"
    blocks.append([f"{between}: {headline(difference)}; {verdict(difference)}"])
    return "\n\n".join("\n".join(block) for block in blocks) + "\n"


def _block(change: ModelChange, *, color: bool) -> list[str]:
    note = f" ({change.status})" if change.status in ("added", "removed") else ""
    if change.was is not None:
        note = f" (was {clean(change.was)})"
    lines = [styled(clean(change.state.target), "bold", color=color) + note]
    if change.state.error is not None:
        lines.append(f"  not known: {clean(change.state.error)}")
    else:
        rows = [*_rows(change)]
        widths = [max((len(row[column]) for row in rows), default=0) for column in range(3)]
        for label, value, grown, mark in rows:
            plain = f"  {label.ljust(widths[0])}  {value.rjust(widths[1])}  {grown.rjust(widths[2])}".rstrip()
            over = styled(mark, "error", color=color and mark.startswith("over"))
            lines.append(f"{plain}  {over}" if mark else plain)
        lines += [f"  {label}: {clean(written)}" for label, written in expressions(change)]
    lines += [f"  {styled(clean(text), 'error', color=color)}" for text in budget_texts(change)]
    lines += [f"  {clean(text)}" for text in not_judged(change)]
    if change.after is not None and change.after.error is None:
        lines += [
            f"  not known: {clean(each.reason)}" + (f" (row {each.place.row})" if each.place else "")
            for each in change.after.unresolved
        ]
    return lines


def _rows(change: ModelChange) -> list[Cells]:
    """Label, figure before and after, change, what limit is broken."""
    before, after = change.before, change.after
    rows = []
    for name in figures_of(change):
        limit = growth_limit(change, name)
        mark = "" if limit is None else limit_text(limit)
        rows.append((LABELS[name], " -> ".join(amounts(change, name)), growth(change, name), mark))
    fields = [state.field for state in (before, after) if state is not None]
    if any(field is not None for field in fields):
        texts = list(dict.fromkeys(map(field_amount, fields)))
        rows.append(("receptive field", " -> ".join(texts), "", ""))
    return rows


def _findings(kind: str, findings: Sequence[Finding], sources: Sources, *, color: bool) -> list[list[str]]:
    if not findings:
        return []
    lines = [styled(f"{kind} findings", STYLES[kind], color=color)]
    lines += [f"  {location(each.place, sources)}: {each.code} {clean(each.message)}" for each in findings]
    return [lines]
