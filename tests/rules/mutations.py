"""Mutants of correct programs that a fix must mend: one number, name or layer is changed, added or taken away.

`python tests/rules/mutations.py CANDIDATES` looks for them in `fixtures/correct` and in the repaired `fixtures/twins`
and writes those that cnnlint proposes a fix for, with what the fix makes of them. `record_mutations.py` then asks the
frameworks how each of them ends, and `test_mutations.py` replays the answers.
"""

from __future__ import annotations

import ast
import difflib
import io
import json
import re
import sys
import tokenize
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict

from cnnlint import lint_source
from cnnlint.fixing import applicable, fix_until_stable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from cnnlint.finding import Finding

FIXTURES = Path(__file__).parents[2] / "fixtures"
RECORDED = Path(__file__).with_name("mutations.json")

Span = tuple[int, int, str]
"""From where to where in a program, as offsets, and what takes its place."""
Rows = tuple[int, int, list[str]]
"""From which row (0-based) to which (not included), and the rows that take their place."""


class Mutant(TypedDict):
    """A mutated program: what was changed, what is said about it, what the fix writes, how they end when they run.

    `left` are the codes of errors that the fix leaves: of two faults only one may be mended.
    """

    program: str
    mutation: Span
    code: str
    applicability: str
    fix: list[Rows]
    left: list[str]
    before: str
    after: str


OTHER_NAMES = {
    "CrossEntropyLoss": ("NLLLoss", "BCELoss"),
    "NLLLoss": ("CrossEntropyLoss",),
    "cross_entropy": ("nll_loss",),
    "nll_loss": ("cross_entropy",),
    "BCELoss": ("BCEWithLogitsLoss",),
    "BCEWithLogitsLoss": ("BCELoss",),
    "LogSoftmax": ("Softmax", "ReLU"),
    "log_softmax": ("softmax",),
    "CategoricalCrossentropy": ("SparseCategoricalCrossentropy", "BinaryCrossentropy"),
    "SparseCategoricalCrossentropy": ("CategoricalCrossentropy",),
    "categorical_crossentropy": ("sparse_categorical_crossentropy", "binary_crossentropy", "mse", "mean_squared_error"),
    "sparse_categorical_crossentropy": ("categorical_crossentropy", "mse"),
    "binary_crossentropy": ("categorical_crossentropy",),
    "softmax": ("sigmoid", "relu", "tanh", "linear"),
    "sigmoid": ("relu", "softmax"),
    "MaxPool2d": ("Identity",),
    "BatchNorm2d": ("InstanceNorm2d",),
}
"""What one writes by mistake in place of a name or a string."""

LEFT_OUT = (
    r""", ?activation ?= ?["'](?:softmax|sigmoid)["']""",
    r"""(?<=\))\[None\]""",
    r"""(?<=\w)\[(?:None|np\.newaxis|:1|0:1)\]""",
    r"""^ *\w+\.add\((?:\w+\.)*Flatten\(\)\)\n""",
    r"""^ *(?:\w+\.)*Flatten\(\),\n""",
    r"""\bFlatten\(\),""",
    r"""^ *x = (?:\w+\.)*Flatten\(\)\(x\)\n""",
    r"""^ *x = self\.flatten\(x\)\n""",
    r""", ?from_logits ?= ?True""",
    r"""from_logits ?= ?True""",
)
"""What one forgets."""

PUT_IN = (
    (r"(?<=Crossentropy\()(?=\))", "from_logits=True"),
    (r"(?<=return )self\.\w+\((?:[^()]|\([^()]*\))*\)$", r"torch.softmax(\g<0>, dim=1)"),
    (r"(?<=return )self\.\w+\((?:[^()]|\([^()]*\))*\)$", r"nn.functional.log_softmax(\g<0>, 1)"),
    (r"(?<=return )self\.\w+\((?:[^()]|\([^()]*\))*\)$", r"\g<0>.sigmoid()"),
    (r"(?<=return )self\.\w+\((?:[^()]|\([^()]*\))*\)$", r"F.relu(\g<0>)"),
    (r"nn\.Linear\([\w, =]*\)(?=,?\s*\))", r"\g<0>, nn.Softmax(dim=1)"),
    (r"nn\.Linear\([\w, =]*\)(?=,?\s*\))", r"\g<0>, nn.Sigmoid()"),
    (r"nn\.Linear\([\w, =]*\)(?=,?\s*\))", r"\g<0>, nn.LogSoftmax(dim=1)"),
    (r"(?<=view\()(\w+)\.size\(0\), -1", "-1, 999"),
    (r"(?<=\)) *$", "  # noqa: CNN102"),
)
"""What one adds though it is there already, or has no use."""


ENOUGH = 12
"""So many mutants of a rule are enough to leave its mutants of the twins out."""


def programs() -> list[Path]:
    """The programs that run and that nothing is said about."""
    return [*sorted((FIXTURES / "correct").glob("*.py")), *sorted((FIXTURES / "twins").glob("*/*_repaired.py"))]


def mutations(text: str) -> Iterator[list[Span]]:
    """All that may go wrong in a text; each list holds variants of the same mistake."""
    starts = [0, *(match.end() for match in re.finditer("\n", text))]
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        start = starts[token.start[0] - 1] + token.start[1]
        end = starts[token.end[0] - 1] + token.end[1]
        if token.type == tokenize.NUMBER and token.string.isdecimal() and int(token.string) > 0:
            number = int(token.string)
            yield [(start, end, str(each)) for each in (number + 1, 2 * number, max(number // 2, 1), number + 3)]
        elif token.type == tokenize.NAME:
            yield from ([(start, end, other)] for other in OTHER_NAMES.get(token.string, ()))
        elif token.type == tokenize.STRING and not token.line.lstrip().startswith(token.string):
            quote, word = token.string[0], token.string[1:-1]
            yield from ([(start, end, f"{quote}{other}{quote}")] for other in OTHER_NAMES.get(word, ()))
    for pattern, new in (*((each, "") for each in LEFT_OUT), *PUT_IN):
        for match in re.finditer(pattern, text, re.MULTILINE):
            yield [(match.start(), match.end(), match.expand(new))]


def mutated(text: str, mutation: Sequence[int | str]) -> str:
    """A text with a mutation in it."""
    start, end, new = mutation
    assert isinstance(start, int)
    assert isinstance(end, int)
    return f"{text[:start]}{new}{text[end:]}"


def rows_changed(before: str, after: str) -> list[Rows]:
    """What makes one text the other."""
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    found = difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    return [(first, last, new[start:end]) for tag, first, last, start, end in found if tag != "equal"]


def with_rows(text: str, changes: Sequence[Rows]) -> str:
    """A text with rows changed."""
    lines = text.splitlines(keepends=True)
    for first, last, new in reversed(changes):
        lines[first:last] = new
    return "".join(lines)


def fixed(text: str, name: str, *, unsafe: bool) -> str:
    """What `--fix` makes of a text."""
    return fix_until_stable(text, name, lambda each: lint_source(each, filename=name), unsafe=unsafe).after


def errors(findings: Iterable[Finding]) -> list[str]:
    """The codes of those that are errors."""
    return sorted({each.code for each in findings if each.severity == "error"})


def _mutant(text: str, path: Path, mutation: Span) -> Mutant | None:
    wrong, name = mutated(text, mutation), path.name
    try:
        ast.parse(wrong)
    except SyntaxError:
        return None
    findings: list[Finding] = [each for each in lint_source(wrong, filename=name) if applicable(each, unsafe=True)]
    if not findings:
        return None
    first = next((each for each in findings if applicable(each, unsafe=False)), findings[0])
    assert first.fix is not None
    unsafe = not applicable(first, unsafe=False)
    after = fixed(wrong, name, unsafe=unsafe)
    return {
        "program": path.relative_to(FIXTURES).as_posix(),
        "mutation": mutation,
        "code": first.code,
        "applicability": first.fix.applicability,
        "fix": rows_changed(wrong, after),
        "left": errors(lint_source(after, filename=name)),
        "before": "",
        "after": "",
    }


def candidates(path: Path) -> Iterator[Mutant]:
    """The mutants of a program, one for each place and code."""
    text = path.read_text(encoding="utf-8")
    seen: set[tuple[int, str]] = set()
    noted = 0
    for variants in mutations(text):
        for mutation in variants:
            if "noqa" in mutation[2]:
                noted += 1
                if noted > 1:
                    break
            found = _mutant(text, path, mutation)
            if found is not None and (mutation[0], found["code"]) not in seen:
                seen.add((mutation[0], found["code"]))
                yield found
                break


def chosen(mutants: Sequence[Mutant]) -> list[Mutant]:
    """A few of each program and code, so that they can be run within minutes: spread over its places."""
    groups: dict[tuple[str, str], list[Mutant]] = {}
    for mutant in mutants:
        groups.setdefault((mutant["program"], mutant["code"]), []).append(mutant)
    seen: Counter[str] = Counter()
    kept = []
    for (program, code), group in groups.items():
        most = 1 if program.startswith("twins") or code in ("CNN003", "CNN503") else 4
        if not program.startswith("correct") and seen[code] >= ENOUGH:
            continue
        seen[code] += most
        kept += [group[index * len(group) // most] for index in range(min(most, len(group)))]
    return kept


def main() -> None:
    """Look for mutants in all programs."""
    found = []
    for path in programs():
        made = list(candidates(path))
        print(f"{len(made):4} {path.relative_to(FIXTURES)}", flush=True)
        found += made
    found = chosen(found)
    Path(sys.argv[1]).write_text(json.dumps(found, indent=0, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
