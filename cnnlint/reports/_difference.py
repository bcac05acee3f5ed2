"""What the reports of a difference share: figures, changes and sums in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.engine.dimension import equal, less
from cnnlint.engine.dimension import text as dimension_text
from cnnlint.quantity import short_bytes, short_share
from cnnlint.reports._text import clean, counts
from cnnlint.unjudged import depends, listed

if TYPE_CHECKING:
    from cnnlint.difference import Difference, Figure, Limit, ModelChange, Revision
    from cnnlint.engine.dimension import Dim
    from cnnlint.engine.receptive import Field
    from cnnlint.finding import Finding

LABELS: dict[Figure, str] = {
    "params": "parameters",
    "trainable": "trainable",
    "macs": "MACs",
    "activation_bytes": "activations",
}
UNKNOWN = "unknown"
LONGEST, LONGEST_WRITTEN = 40, 300
"""Characters of an expression that are shown in a table, and below it."""


def figures_of(change: ModelChange) -> list[Figure]:
    """The figures to show: trainable parameters only where they are not all."""
    states = [state for state in (change.before, change.after) if state is not None]
    apart = any(state.trainable != state.params for state in states)
    return [name for name in LABELS if name != "trainable" or apart]


def amount(name: Figure, dim: Dim | None) -> str:
    """A figure as people read it; of a long expression, what it depends on."""
    if dim is None:
        return UNKNOWN
    if isinstance(dim, int):
        return short_bytes(dim) if name == "activation_bytes" else f"{dim:,}"
    written = _expression(name, dim)
    return written if len(written) <= LONGEST else depends([dim])


def _expression(name: Figure, dim: Dim) -> str:
    return f"{dimension_text(dim)} B" if name == "activation_bytes" else dimension_text(dim)


def expressions(change: ModelChange) -> list[tuple[str, str]]:
    """The expressions that are too long for a table, each with what it is: `MACs before`."""
    found = []
    for name in figures_of(change):
        states = [(when, state) for when, state in (("before", change.before), ("after", change.after)) if state]
        texts = [
            (when, _expression(name, dim))
            for when, state in states
            if (dim := state.figure(name)) is not None and not isinstance(dim, int)
        ]
        if len(texts) == 2 and texts[0][1] == texts[1][1]:
            texts = [("", texts[0][1])]
        elif len(states) == 1:
            texts = [("", text) for _, text in texts]
        found += [(f"{LABELS[name]} {when}".rstrip(), _cut(text)) for when, text in texts if len(text) > LONGEST]
    return found


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST_WRITTEN else f"{text[: LONGEST_WRITTEN - 2]} …"


def amounts(change: ModelChange, name: Figure) -> list[str]:
    """A figure before and after, once where there is nothing to tell apart."""
    values = [amount(name, state.figure(name)) for state in (change.before, change.after) if state is not None]
    alike = len(set(values)) == 1 and (not moved(change, name) or not isinstance(change.state.figure(name), int))
    return values[:1] if alike else values


def field_amount(field: Field | None) -> str:
    """A receptive field: `35 x 35`."""
    if field is None:
        return UNKNOWN
    return " x ".join(map(str, field.size)) if field.size else "the whole input"


def moved(change: ModelChange, name: Figure) -> bool:
    """Whether a figure is another one than before."""
    if change.before is None or change.after is None:
        return False
    before, after = change.before.figure(name), change.after.figure(name)
    return before is not after and (before is None or after is None or equal(before, after) is not True)


def growth(change: ModelChange, name: Figure) -> str:
    """`+12%`; in a word where only the direction is known; empty where there is nothing to say."""
    found = change.change(name)
    if found is not None:
        return percent(found)
    if change.before is None or change.after is None:
        return ""
    before, after = change.before.figure(name), change.after.figure(name)
    if before is None or after is None:
        return ""
    return "more" if less(before, after) else "less" if less(after, before) else ""


def percent(part: float) -> str:
    """A change with its sign; nothing for none."""
    if part == 0:
        return ""
    return f"{'+' if part > 0 else '-'}{short_share(abs(part))}"


def limit_text(limit: Limit) -> str:
    """Why a limit of growth is broken, or was not judged."""
    assert limit.allowed is not None
    allowed = short_share(limit.allowed)
    return f"over the growth limit of {allowed}" if limit.broken else f"growth limit of {allowed} not checked"


def growth_limit(change: ModelChange, name: Figure) -> Limit | None:
    """The limit of a figure's growth, where it is broken or cannot be judged."""
    limits = (limit for limit in change.limits if limit.kind == "growth" and limit.name == name)
    return next((limit for limit in limits if limit.broken is not False), None)


def revision_text(revision: Revision) -> str:
    """`main (1a2b3c4)`, or the working tree."""
    if revision.commit is None:
        return clean(revision.name)
    short = revision.commit[:7]
    return short if revision.commit.startswith(revision.name) else f"{clean(revision.name)} ({short})"


def headline(difference: Difference) -> str:
    """How many models changed, and that no more can be said of the others."""
    numbers = dict.fromkeys(("changed", "added", "removed", "unchanged"), 0)
    for model in difference.models:
        numbers[model.status] += 1
    parts = [f"{number} {status}" for status, number in numbers.items() if number]
    if not parts:
        return "no model is touched"
    first, *rest = parts
    number, _, status = first.partition(" ")
    return ", ".join([f"{number} model{'s' * (number != '1')} {status}", *rest])


def verdict(difference: Difference) -> str:
    """What is new, fixed and broken."""
    broken = sum(len(model.broken) for model in difference.shown())
    parts = []
    if broken:
        parts.append(f"{broken} limit{'s' * (broken != 1)} broken")
    if difference.new:
        parts.append(f"new: {counts(difference.new)}")
    if difference.fixed:
        parts.append(f"fixed: {counts(difference.fixed)}")
    return "; ".join(parts) if parts else "no new findings"


def budget_texts(change: ModelChange) -> list[str]:
    """The budgets that a model breaks, as the rules say it."""
    return [f"{each.finding.code} {each.message}" for each in change.broken if each.finding is not None]


def growth_not_judged(change: ModelChange) -> list[str]:
    """Which figures' growth could not be judged, and what they depend on."""
    left = {name: limit for name in LABELS if (limit := growth_limit(change, name)) and limit.broken is None}
    if not left:
        return []
    states = [state for state in (change.before, change.after) if state is not None]
    why = depends([figure for name in left for state in states if not isinstance(figure := state.figure(name), int)])
    names = listed([LABELS[name] for name in left])
    return [f"{limit_text(next(iter(left.values())))} for {names}: what it needs {why}."]


def not_judged(change: ModelChange) -> list[str]:
    """Which budgets of a model no rule could judge, and what they depend on."""
    return list(dict.fromkeys(each.message for each in change.limits if each.kind == "budget" and each.broken is None))


def unlisted(difference: Difference) -> list[Finding]:
    """The new findings that are not shown with their models as broken budgets."""
    listed = {id(limit.finding) for model in difference.shown() for limit in model.broken}
    return [finding for finding in difference.new if id(finding) not in listed]
