"""The difference between two revisions as a pull request's comment; a hidden mark lets a job find its own one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.reports._difference import (
    LABELS,
    amounts,
    budget_texts,
    expressions,
    field_amount,
    growth,
    growth_limit,
    growth_not_judged,
    headline,
    limit_text,
    moved,
    not_judged,
    revision_text,
    unlisted,
    verdict,
)
from cnnlint.reports._text import clean, location
from cnnlint.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from cnnlint.difference import Difference, Figure, ModelChange
    from cnnlint.finding import Finding, Sources

MARK = "<!-- cnnlint-diff -->"
MOST_ROWS, MOST_FINDINGS, MOST_LIMITS = 60, 40, 40
LONGEST = 400
"""Characters of one name or message: a comment on GitHub holds 65,536 in all."""
COLUMNS: tuple[Figure, ...] = ("params", "macs", "activation_bytes")


def render(difference: Difference) -> str:
    """A heading with the verdict, a table of the models, broken limits, new findings and fixed ones folded in."""
    shown = difference.shown()
    lines = [MARK, f"### cnnlint: {headline(difference)}", "", _sentence(verdict(difference)), ""]
    if shown:
        lines += [
            "| Model | Parameters | MACs | Activations | Receptive field |",
            "| --- | ---: | ---: | ---: | ---: |",
        ]
        lines += [_row(change) for change in shown[:MOST_ROWS]]
        lines += [*_more(len(shown) - MOST_ROWS, "model"), ""]
    limits = [text for change in shown for text in _limits(change)]
    if limits:
        lines += ["**Limits broken**", "", *limits[:MOST_LIMITS], *_more(len(limits) - MOST_LIMITS, "limit"), ""]
    left = [text for change in shown for text in _not_judged(change)]
    if left:
        lines += ["**Not judged**", "", *left[:MOST_LIMITS], *_more(len(left) - MOST_LIMITS, "limit"), ""]
    written = [
        f"- {code(change.state.target)}: {label} {code(text)}"
        for change in shown
        for label, text in expressions(change)
    ]
    if written:
        lines += _folded("Figures that depend on open sizes", written)
    unknown = [text for change in shown for text in _unknown(change)]
    if unknown:
        lines += _folded(f"Not known of {_several(len(unknown), 'model')}", unknown)
    lines += _findings("New", unlisted(difference), difference.texts)
    lines += _findings("Fixed", difference.fixed, difference.old_texts)
    between = f"{code(revision_text(difference.base))} to {code(revision_text(difference.head))}"
    lines.append(f"<sub>{between}, for one sample in float32, cnnlint {VERSION}</sub>")
    return "\n".join(lines) + "\n"


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."


def _row(change: ModelChange) -> str:
    name = code(change.state.target)
    if change.was is not None:
        name += f"<br>was {code(change.was)}"
    elif change.status in ("added", "removed"):
        name += f"<br>{change.status}"
    states = [state for state in (change.before, change.after) if state is not None]
    cells = [name]
    for figure in COLUMNS:
        values = amounts(change, figure) if moved(change, figure) else amounts(change, figure)[-1:]
        grown = growth(change, figure)
        limit = growth_limit(change, figure)
        mark = ":x: " if limit is not None and limit.broken else ""
        cells.append(f"{mark}{escaped(' → '.join(values))}" + (f" ({grown})" if grown else ""))
    cells.append(" → ".join(dict.fromkeys(field_amount(state.field) for state in states)))
    return f"| {' | '.join(cells)} |"


def _limits(change: ModelChange) -> list[str]:
    """A line for each limit that a model breaks."""
    name = code(change.state.target)
    lines = []
    for figure in COLUMNS:
        limit = growth_limit(change, figure)
        if limit is not None and limit.broken:
            grown = growth(change, figure)
            lines.append(f"- {name}: {LABELS[figure]}{f' {grown}' if grown else ''}, {limit_text(limit)}")
    return lines + [f"- {name}: {prose(text)}" for text in budget_texts(change)]


def _not_judged(change: ModelChange) -> list[str]:
    """A line for the limit of growth where it could not be judged, and one for the budgets."""
    name = code(change.state.target)
    return [f"- {name}: {prose(text)}" for text in (*growth_not_judged(change), *not_judged(change))]


def _unknown(change: ModelChange) -> list[str]:
    """Why figures of a model are not known, in one line."""
    state = change.state
    if state.error is not None:
        return [f"- {code(state.target)}: {prose(state.error)}"]
    reasons = dict.fromkeys(each.reason for each in state.unresolved)
    return [f"- {code(state.target)}: {prose('; '.join(reasons))}"] if reasons else []


def _findings(kind: str, findings: Sequence[Finding], sources: Sources) -> list[str]:
    if not findings:
        return []
    lines = [
        f"- {code(location(each.place, sources))} {each.code} ({each.severity}): {prose(each.message)}"
        for each in findings
    ]
    return _folded(f"{kind}: {_several(len(findings), 'finding')}", lines, is_open=kind == "New")


def _folded(title: str, lines: Sequence[str], *, is_open: bool = False) -> list[str]:
    more = [f"- {text}" for text in _more(len(lines) - MOST_FINDINGS, "line")]
    opening = "<details open>" if is_open else "<details>"
    return [f"{opening}<summary>{title}</summary>", "", *lines[:MOST_FINDINGS], *more, "", "</details>", ""]


def _more(number: int, noun: str) -> Iterable[str]:
    return [f"and {_several(number, noun)} more"] if number > 0 else []


def _several(number: int, noun: str) -> str:
    return f"{number} {noun}{'s' * (number != 1)}"


def code(text: str) -> str:
    """A name that strangers chose, as code: nothing in it is markup, and it cannot end a cell."""
    text = _short(clean(text)).replace("|", "\\|")
    fence = "`" * (max((len(run) for run in _ticks(text)), default=0) + 1)
    pad = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{fence}{pad}{text}{pad}{fence}"


def prose(text: str) -> str:
    """A message: what stands between its backticks is code, nothing else is markup."""
    parts = _short(clean(text)).split("`")
    if len(parts) % 2 == 0:
        return escaped("'".join(parts))
    return "".join(code(part) if number % 2 and part else escaped(part) for number, part in enumerate(parts))


def escaped(text: str) -> str:
    """Text without any markup, and without a name that would be notified."""
    for character in "\\*_[]|~#":
        text = text.replace(character, f"\\{character}")
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("@", "@<!-- -->")


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def _ticks(text: str) -> list[str]:
    import re

    return re.findall("`+", text)
