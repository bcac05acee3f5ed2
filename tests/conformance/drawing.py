"""Asks a framework and cnnlint about drawn configurations of each layer class, compares, and prints a table.

What both halves share (`torch_layers.py`, `keras_layers.py`). A half says how to draw the configurations of each class
with hypothesis, how to ask the framework, and how to ask cnnlint. The command is the same for both:

    python -m tests.conformance.torch_layers [--configurations 200] [--seed S] [--case LINE]… [--record FILE] [NAME…]

The exit status is 1 if any configuration is answered differently, if a class has fewer different configurations than
were asked for or only one of the two verdicts, and if the framework has a class that the generator or cnnlint lacks.
"""

from __future__ import annotations

import argparse
import ast
import json
import sys
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.internal.conjecture import providers

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping
    from pathlib import Path

    from hypothesis.strategies import SearchStrategy

# Hypothesis also draws the constants that stand in imported code, so that any change of cnnlint would change what is
# drawn. Here that depends on the generators and on the version of hypothesis alone.
providers.is_local_module_file = lambda _path: False  # type: ignore[assignment, attr-defined]

ROUNDS = 12
"""How often to draw again when configurations come more than once."""
SHOWN = 30
"""How many disagreements are printed for each class."""
FEW = 50
"""With fewer configurations than that, a class may show one of the two verdicts only."""


class Verdict(NamedTuple):
    """What one side says of a configuration; `error` is None if the layer was built and applied.

    `facts` are what is compared, by name: shapes, parameters, attributes, the class of the exception. A fact that the
    framework states and cnnlint does not is a disagreement; one that only cnnlint states is not looked at.
    """

    error: str | None = None
    facts: Mapping[str, Any] = {}


@dataclass(frozen=True)
class Half:
    """One framework: what it has, how configurations of its layers are drawn, how both sides are asked.

    A configuration (Case) is a tuple of Python literals whose first part is the name of the class, so that its text is
    enough to ask again.
    """

    title: str
    """The framework and its version."""
    public: Collection[str]
    """The classes that the installed framework has."""
    catalogue: Collection[str]
    """The classes that cnnlint has."""
    cases: Mapping[str, SearchStrategy[tuple[Any, ...]]]
    """How the configurations of each class are drawn."""
    theirs: Callable[[tuple[Any, ...]], Verdict]
    """Builds and applies the layer with the framework."""
    ours: Callable[[tuple[Any, ...]], Verdict]
    """The same, by cnnlint."""
    beyond: Callable[[tuple[Any, ...], Verdict], bool] = lambda _case, _verdict: False
    """Whether a configuration cannot be compared, its answer depending on the numbers in a tensor, say."""
    unrefusing: Collection[str] = ()
    """Classes that take whatever they are given."""
    unaccepting: Collection[str] = ()
    """Classes that nobody can build and apply: abstract bases."""
    elsewhere: Collection[str] = ()
    """Classes that need a library or backend that is not there: what little can be compared is."""


@dataclass
class Row:
    """The count of one class."""

    name: str
    accepted: int = 0
    refused: int = 0
    beyond: int = 0
    facts: int = 0
    """How many facts of accepted configurations were held against each other."""
    seen: set[str] = field(default_factory=set)
    disagreements: list[str] = field(default_factory=list)

    @property
    def configurations(self) -> int:
        """How many were compared, each different from the others."""
        return self.accepted + self.refused


def differences(theirs: Verdict, ours: Verdict) -> list[str]:
    """What the two sides say differently of a configuration."""
    if (theirs.error is None) != (ours.error is None):
        return [f"the framework says {_told(theirs)}, cnnlint {_told(ours)}"]
    found = []
    known = tuples(ours.facts)
    for name, value in tuples(theirs.facts).items():
        if name not in known:
            found.append(f"cnnlint has no {name}, which is {value!r}")
        elif known[name] != value:
            found.append(f"{name} is {value!r}, cnnlint says {known[name]!r}")
    if found and theirs.error is not None:
        found.append(f"on {_told(theirs)}, cnnlint: {_told(ours)}")
    return found


def _told(verdict: Verdict) -> str:
    if verdict.error is not None:
        return f"that it fails ({verdict.error})"
    first = next(iter(verdict.facts.items()), None)
    return "that it works" if first is None else f"that it works ({first[0]} {first[1]!r})"


def tuples(value: Any) -> Any:
    """Lists, which is all that JSON has, as tuples, all the way down."""
    if isinstance(value, dict):
        return {key: tuples(item) for key, item in value.items()}
    return tuple(map(tuples, value)) if isinstance(value, (list, tuple)) else value


# --- drawing ----------------------------------------------------------------------------------------------------------


def draw(strategy: SearchStrategy[tuple[Any, ...]], count: int, start: str, use: Callable[[Any], bool]) -> None:
    """Hand drawn configurations to `use` until it has taken so many; it says whether it took one."""
    taken = 0

    def test(case: tuple[Any, ...]) -> None:
        nonlocal taken
        if taken < count:
            taken += use(case)

    for turn in range(ROUNDS):
        if taken < count:
            drawn = settings(
                max_examples=count - taken if turn == 0 else count,
                database=None,
                deadline=None,
                derandomize=False,
                phases=[Phase.generate],
                suppress_health_check=list(HealthCheck),
            )(given(strategy)(test))
            seed(f"{start} {turn}")(drawn)()


def examine(half: Half, name: str, count: int, start: int) -> Row:
    """Draw so many different configurations of a class, ask both sides, and count."""
    row = Row(name)

    def use(case: tuple[Any, ...]) -> bool:
        line = repr(case)
        if line in row.seen:
            return False
        row.seen.add(line)
        theirs = half.theirs(case)
        if half.beyond(case, theirs):
            row.beyond += 1
            return False
        row.accepted += theirs.error is None
        row.refused += theirs.error is not None
        row.facts += len(theirs.facts)
        found = differences(theirs, half.ours(case))
        if found:
            row.disagreements.append(f"{line}: {'; '.join(found)}")
        return True

    draw(half.cases[name], count, f"{start} {name}", use)
    return row


# --- telling ----------------------------------------------------------------------------------------------------------


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def faults(half: Half, rows: Iterable[Row], asked: int, *, everything: bool) -> list[str]:
    """Why the run fails, besides disagreements."""
    found = []
    for row in rows:
        if row.name in half.elsewhere:
            continue
        if row.configurations < asked:
            found.append(f"{row.name}: {row.configurations} different configurations instead of {asked}")
        if asked >= FEW and not row.refused and row.name not in half.unrefusing:
            found.append(f"{row.name}: no configuration that is refused")
        if asked >= FEW and not row.accepted and row.name not in half.unaccepting:
            found.append(f"{row.name}: no configuration that is accepted")
    if everything:
        found += [f"{name}: not in cnnlint" for name in sorted(set(half.public) - set(half.catalogue))]
        found += [f"{name}: not in the generator" for name in sorted(set(half.public) - set(half.cases))]
        found += [f"{name}: not in {half.title}" for name in sorted(set(half.cases) - set(half.public))]
    return found


def table(half: Half, rows: list[Row]) -> None:
    """Print the count of each class, and of all."""
    width = max(map(len, (*(row.name for row in rows), "all")))
    say(
        f"{half.title:<{width}}  {'configurations':>14}  {'accepted':>8}  {'refused':>8}"
        f"  {'disagreements':>13}  {'not comparable':>14}"
    )
    for row in rows:
        say(
            f"{row.name:<{width}}  {row.configurations:>14,}  {row.accepted:>8,}  {row.refused:>8,}"
            f"  {len(row.disagreements):>13,}  {row.beyond:>14,}"
        )
    say(
        f"{'all':<{width}}  {sum(row.configurations for row in rows):>14,}  {sum(row.accepted for row in rows):>8,}"
        f"  {sum(row.refused for row in rows):>8,}  {sum(len(row.disagreements) for row in rows):>13,}"
        f"  {sum(row.beyond for row in rows):>14,}"
    )


def run(half: Half, names: list[str], count: int, start: int) -> int:
    """Ask both sides about every class; the exit status."""
    began = time.perf_counter()
    rows = []
    for name in names or half.cases:
        row = examine(half, name, count, start)
        rows.append(row)
        for line in row.disagreements[:SHOWN]:
            say(line)
    table(half, rows)
    public = set(half.public)
    say(
        f"{half.title}: {len(public)} classes; cnnlint has {len(public & set(half.catalogue))}/{len(public)},"
        f" the generator {len(public & set(half.cases))}/{len(public)};"
        f" {sum(row.facts for row in rows):,} facts compared in {time.perf_counter() - began:.0f} s"
    )
    wrong = faults(half, rows, count, everything=not names)
    for line in wrong:
        say(line)
    return 1 if wrong or any(row.disagreements for row in rows) else 0


def rerun(half: Half, lines: list[str]) -> int:
    """Print what both sides say of these configurations."""
    status = 0
    for line in lines:
        case = ast.literal_eval(line)
        theirs, ours = half.theirs(case), half.ours(case)
        say(f"{line}\n  {half.title} says {_told(theirs)}\n  cnnlint says {_told(ours)}")
        for each in differences(theirs, ours):
            status = 1
            say(f"  {each}")
    return status


# --- recording --------------------------------------------------------------------------------------------------------


class Recorded(NamedTuple):
    """What a framework said when it was asked last."""

    title: str
    public: tuple[str, ...]
    cases: list[tuple[tuple[Any, ...], Verdict]]


def record(half: Half, path: Path, count: int, start: int) -> int:
    """Write down the framework's classes, and what it says of so many configurations of each."""
    rows: list[str] = []

    def use(case: tuple[Any, ...]) -> bool:
        theirs = half.theirs(case)
        row = json.dumps([case, theirs])
        if row in rows or half.beyond(case, theirs):
            return False
        rows.append(row)
        return True

    for name, strategy in half.cases.items():
        draw(strategy, count, f"{start} {name}", use)
    head = f'"title": {json.dumps(half.title)}, "public": {json.dumps(sorted(half.public))}'
    path.write_text(f'{{{head}, "cases": [\n' + ",\n".join(rows) + "\n]}\n", encoding="utf-8")
    return 0


def recorded(path: Path) -> Recorded:
    """What a file says."""
    found = json.loads(path.read_text(encoding="utf-8"))
    cases = [(tuples(case), Verdict(*tuples(verdict))) for case, verdict in found["cases"]]
    return Recorded(found["title"], tuple(found["public"]), cases)


def main(half: Callable[[], Half], arguments: list[str] | None = None) -> int:
    """The command line of a half."""
    from pathlib import Path

    parser = argparse.ArgumentParser(description="Ask the installed framework and cnnlint, and compare.")
    parser.add_argument("names", nargs="*", metavar="NAME", help="a class; without one, all")
    parser.add_argument("--configurations", type=int, default=200, help="how many of each class (default: 200)")
    parser.add_argument("--seed", type=int, default=0, help="where drawing begins (default: 0)")
    parser.add_argument("--case", action="append", default=[], help="a line of a disagreement, to be asked again")
    parser.add_argument("--record", type=Path, help="write down what the framework says instead of comparing")
    options = parser.parse_args(arguments)
    made = half()
    if options.case:
        return rerun(made, options.case)
    if options.record:
        return record(made, options.record, options.configurations, options.seed)
    return run(made, options.names, options.configurations, options.seed)
