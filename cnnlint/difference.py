"""What a change does to models and findings: two states of each model side by side, and the limits of its growth."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Literal, TypeAlias

from cnnlint.engine.dimension import equal, exact_quotient, less
from cnnlint.engine.receptive import Field, receptive_field
from cnnlint.finding import SEVERITIES, fingerprints

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence

    from cnnlint.engine.dimension import Dim
    from cnnlint.finding import Finding, Severity, Sources
    from cnnlint.model import Model, Place, Unresolved

Figure: TypeAlias = Literal["params", "trainable", "macs", "activation_bytes"]
FIGURES: tuple[Figure, ...] = ("params", "trainable", "macs", "activation_bytes")
GROWING: tuple[Figure, ...] = ("params", "macs", "activation_bytes")
"""The figures that a limit of growth is about."""
BUDGETS = "CNN2"
"""How the codes of findings about budgets begin."""
ALIKE, NEARLY_SAME = 0.6, 0.9
"""How alike two models must be to count as one that was renamed, in the same file and in two."""
MOST_PAIRS = 20_000

Status: TypeAlias = Literal["added", "removed", "changed", "unchanged"]


@dataclass(frozen=True, slots=True)
class State:
    """A model in one revision: its figures for one sample, None where not known, and what it is made of."""

    filename: str
    name: str
    place: Place
    params: Dim | None
    trainable: Dim | None
    macs: Dim | None
    activation_bytes: Dim | None
    field: Field | None
    types: tuple[str, ...]
    rows: tuple[Hashable, ...]
    unresolved: tuple[Unresolved, ...] = ()
    error: str | None = None
    growth: float | None = None
    """How much its figures may grow, as a share."""
    unjudged: tuple[tuple[str, str], ...] = ()
    """The rules about budgets that could not be judged, each with the sentence that tells so."""

    @property
    def target(self) -> str:
        return f"{self.filename}::{self.name}"

    def figure(self, name: Figure) -> Dim | None:
        value: Dim | None = getattr(self, name)
        return value


@dataclass(frozen=True, slots=True)
class Limit:
    """Something that the figures of a model must keep: `growth` of one of them, or a `budget`, which is a finding.

    `broken` is None where a figure that it is about is not known, or depends on an open size.
    """

    kind: Literal["growth", "budget"]
    name: str
    message: str
    broken: bool | None
    allowed: float | None = None
    finding: Finding | None = None


@dataclass(frozen=True, slots=True)
class ModelChange:
    """A model before and after; one of the two is None where it was added or removed."""

    before: State | None
    after: State | None
    limits: tuple[Limit, ...] = ()

    @property
    def status(self) -> Status:
        if self.before is None:
            return "added"
        if self.after is None:
            return "removed"
        return "unchanged" if _same(self.before, self.after) else "changed"

    @property
    def state(self) -> State:
        """The newest one."""
        state = self.after or self.before
        assert state is not None
        return state

    @property
    def was(self) -> str | None:
        """The target under which it was known, where that is another one."""
        if self.before is None or self.after is None or self.before.target == self.after.target:
            return None
        return self.before.target

    def change(self, figure: Figure) -> float | None:
        """The growth of a figure as a share of what it was; None where it is not known or was nothing."""
        if self.before is None or self.after is None:
            return None
        return share(self.before.figure(figure), self.after.figure(figure))

    @property
    def broken(self) -> tuple[Limit, ...]:
        return tuple(limit for limit in self.limits if limit.broken)


@dataclass(frozen=True, slots=True)
class Revision:
    """A revision as the user calls it; `commit` is None for the working tree."""

    name: str
    commit: str | None


@dataclass(frozen=True, slots=True)
class Difference:
    """What lies between two revisions. `models` are all those that could have changed, in order of place.

    `new` findings are in the newer texts, `fixed` ones in the older. `failures` are messages about what could not be
    read; with any of them, or with `broken` (cnnlint itself failed on a file), the run has failed.
    """

    base: Revision
    head: Revision
    models: tuple[ModelChange, ...]
    new: tuple[Finding, ...]
    fixed: tuple[Finding, ...]
    texts: Sources
    old_texts: Sources
    failures: tuple[str, ...] = ()
    broken: bool = False

    def shown(self) -> tuple[ModelChange, ...]:
        """The models that changed, and those that break a budget which they did not break before."""
        new = {id(finding) for finding in self.new}
        return tuple(
            model
            for model in self.models
            if model.status != "unchanged" or any(id(limit.finding) in new for limit in model.broken)
        )

    def exceeds(self, fail_on: Severity) -> bool:
        """Whether a limit is broken, or a finding of at least this severity is new."""
        grave = SEVERITIES[: SEVERITIES.index(fail_on) + 1]
        limits = [limit for model in self.shown() for limit in model.broken]
        return any(finding.severity in grave for finding in self.new) or any(
            limit.finding is None or limit.finding.severity in grave for limit in limits
        )


def state_of(model: Model, filename: str, growth: float | None, unjudged: tuple[tuple[str, str], ...] = ()) -> State:
    """What is compared of a model; `filename` is the one to show."""
    return State(
        filename=filename,
        name=model.name,
        place=replace(model.place, filename=filename),
        params=model.parameters.total,
        trainable=model.parameters.trainable,
        macs=model.macs,
        activation_bytes=model.activation_bytes,
        field=receptive_field(model.layers, model.outputs_via),
        types=tuple(layer.type for layer in model.layers),
        rows=tuple((layer.type, layer.params, layer.outputs) for layer in model.layers),
        unresolved=model.unresolved,
        error=model.error,
        growth=growth,
        unjudged=unjudged,
    )


def share(before: Dim | None, after: Dim | None) -> float | None:
    """`(after - before) / before`; None where it is not the same for all sizes, or `before` is 0."""
    if before is None or after is None or isinstance(before, int) != isinstance(after, int):
        return None
    if isinstance(before, int) and isinstance(after, int):
        return (after - before) / before if before else None
    if equal(before, after):
        return 0.0
    for divided, divisor in ((after, before), (before, after)):
        quotient = exact_quotient(divided, divisor)
        if isinstance(quotient, int) and quotient:
            return quotient - 1 if divided is after else 1 / quotient - 1
    return None


def _same(before: State, after: State) -> bool:
    """Whether a model's figures are what they were; what is not known must at least be made of the same rows."""
    pairs = [(before.figure(name), after.figure(name)) for name in FIGURES]
    if before.error != after.error or before.field != after.field:
        return False
    if any(one is None or other is None for one, other in pairs):
        return before.rows == after.rows and all(one is other or _equal(one, other) for one, other in pairs)
    return all(_equal(one, other) for one, other in pairs)


def _equal(one: Dim | None, other: Dim | None) -> bool:
    return one is not None and other is not None and equal(one, other) is True


# --- models -----------------------------------------------------------------------------------------------------------


def compare_models(
    before: Sequence[State], after: Sequence[State], moved: Mapping[str, str], budgets: Iterable[Finding]
) -> tuple[ModelChange, ...]:
    """Each model of two revisions. `moved` leads from old filenames to new ones; `budgets` are the newer findings."""
    broken: dict[tuple[str, str | None], list[Finding]] = {}
    for finding in budgets:
        if finding.code.startswith(BUDGETS):
            broken.setdefault((finding.place.filename, finding.model), []).append(finding)
    changes = []
    for old, new in match(before, after, moved):
        exceeded = () if new is None else broken.get((new.filename, new.name), ())
        limits = [Limit("budget", each.name, each.message, True, finding=each) for each in exceeded]
        limits += [Limit("budget", rule, text, None) for rule, text in (new.unjudged if new is not None else ())]
        changes.append(ModelChange(old, new, (*_growth(old, new), *limits)))
    return tuple(sorted(changes, key=lambda change: (change.state.filename, change.state.place.row, change.state.name)))


def _growth(old: State | None, new: State | None) -> list[Limit]:
    if old is None or new is None or new.growth is None:
        return []
    return [
        Limit("growth", name, "", _exceeds(old.figure(name), new.figure(name), new.growth), new.growth)
        for name in GROWING
    ]


def _exceeds(before: Dim | None, after: Dim | None, allowed: float) -> bool | None:
    if before is None or after is None:
        return None
    if not isinstance(before, int) and (found := share(before, after)) is not None:
        return found > allowed
    part = Fraction(allowed).limit_denominator(10**6)
    return less(before * (part.denominator + part.numerator), after * part.denominator)


def match(
    before: Sequence[State], after: Sequence[State], moved: Mapping[str, str]
) -> list[tuple[State | None, State | None]]:
    """Pairs of one and the same model: by file and name, then by name or file where the two are made alike."""
    waiting: dict[tuple[str, str], list[State]] = {}
    for state in after:
        waiting.setdefault((state.filename, state.name), []).append(state)
    pairs: list[tuple[State | None, State | None]] = []
    gone: list[State] = []
    for state in before:
        queue = waiting.get((moved.get(state.filename, state.filename), state.name))
        if queue:
            pairs.append((state, queue.pop(0)))
        else:
            gone.append(state)
    come = [state for queue in waiting.values() for state in queue]
    for old, new in _renamed(gone, come, moved):
        gone.remove(old)
        come.remove(new)
        pairs.append((old, new))
    return [*pairs, *((state, None) for state in gone), *((None, state) for state in come)]


def _renamed(gone: Sequence[State], come: Sequence[State], moved: Mapping[str, str]) -> list[tuple[State, State]]:
    if len(gone) * len(come) > MOST_PAIRS:
        return []
    candidates = []
    for position, old in enumerate(gone):
        for place, new in enumerate(come):
            likeness = _likeness(old, new)
            near = moved.get(old.filename, old.filename) == new.filename
            if likeness >= (ALIKE if near or old.name == new.name else NEARLY_SAME):
                candidates.append((old.name != new.name, not near, -likeness, position, place))
    used_old: set[int] = set()
    used_new: set[int] = set()
    found = []
    for *_, position, place in sorted(candidates):
        if position not in used_old and place not in used_new:
            used_old.add(position)
            used_new.add(place)
            found.append((gone[position], come[place]))
    return found


def _likeness(old: State, new: State) -> float:
    """How many of the layers are alike, from 0 to 1: most of all in their types, then in sizes and parameters too."""
    return 0.7 * _overlap(old.types, new.types) + 0.3 * _overlap(old.rows, new.rows)


def _overlap(one: Sequence[Hashable], other: Sequence[Hashable]) -> float:
    total = len(one) + len(other)
    return 2 * sum((Counter(one) & Counter(other)).values()) / total if total else 0.0


# --- findings ---------------------------------------------------------------------------------------------------------


def compare_findings(
    before: Sequence[Finding],
    after: Sequence[Finding],
    old_texts: Sources,
    texts: Sources,
    moved: Mapping[str, str],
    names: Mapping[str, str],
) -> tuple[tuple[Finding, ...], tuple[Finding, ...]]:
    """The findings that are new, and those that are fixed.

    A finding stays the same while its line does; one whose line was edited stays the same while it is about the same
    layer. `moved` leads from old filenames to new ones, `names` from the old targets of renamed models to new names.
    """
    original = {moved.get(finding.place.filename, finding.place.filename): finding.place.filename for finding in before}
    shifted = [_moved(finding, moved) for finding in before]
    old_names = fingerprints(shifted, lambda name: old_texts(original.get(name, name)))
    old = list(zip(before, shifted, old_names, strict=True))
    new = list(zip(after, after, fingerprints(after, texts), strict=True))

    def about(finding: Finding) -> tuple[Hashable, ...]:
        target = f"{finding.place.filename}::{finding.model}"
        return finding.place.filename, finding.code, names.get(target, finding.model), finding.layer

    keys: tuple[Callable[[tuple[Finding, Finding, str]], Hashable], ...] = (
        lambda each: each[2],
        lambda each: (*about(each[1]), each[1].message),
        lambda each: about(each[1]) if each[1].model or each[1].layer else id(each[1]),
    )
    for key in keys:
        counts = Counter(map(key, old)) & Counter(map(key, new))
        old, new = _without(old, counts.copy(), key), _without(new, counts.copy(), key)
    return tuple(each[0] for each in new), tuple(each[0] for each in old)


_Keyed: TypeAlias = "tuple[Finding, Finding, str]"


def _without(findings: Iterable[_Keyed], counts: Counter[Hashable], key: Callable[[_Keyed], Hashable]) -> list[_Keyed]:
    """The findings but for so many of each key."""
    left = []
    for each in findings:
        if counts[key(each)] > 0:
            counts[key(each)] -= 1
        else:
            left.append(each)
    return left


def _moved(finding: Finding, moved: Mapping[str, str]) -> Finding:
    name = moved.get(finding.place.filename)
    return finding if name is None else replace(finding, place=replace(finding.place, filename=name))
