"""What becomes of a fault: its words, its severity, and the literal that a fix replaces."""

from __future__ import annotations

import pytest

from cnnlint import rulebook
from cnnlint.api import Context, Fault, Finding, Fix, Place, Related
from cnnlint.model import FAULT_KINDS

BOOK = rulebook.load()


class Text:
    def __init__(self, text: str) -> None:
        self.lines = text.split("\n")

    def line(self, row: int) -> str:
        return self.lines[row - 1] if row <= len(self.lines) else ""

    def noqa_row(self, row: int) -> int:
        return row

    def cell(self, row: int) -> tuple[int, int] | None:  # noqa: ARG002 - a plain file has none
        return None


def said(fault: Fault, text: str = "") -> Finding:
    context = Context(sources=lambda _filename: Text(text))
    (finding,) = [finding for rule in BOOK if fault.kind in rule.kinds for finding in rule.check_fault(fault, context)]
    return finding


MILDER = {"not-understood": "info", "folded-batch": "warning"}


@pytest.mark.parametrize("kind", FAULT_KINDS)
def test_a_fault_keeps_its_words(kind: str) -> None:
    place, there = Place("net.py", 3, 5, 3, 9), Related("built here", Place("net.py", 1, 1, 1, 4))
    fault = Fault(
        kind, "message", place, "help", ("note",), (there,), layer="fc", model="Net", expected="1", actual="2"
    )
    finding = said(fault)
    assert (finding.message, finding.help, finding.notes, finding.related) == ("message", "help", ("note",), (there,))
    assert (finding.layer, finding.model, finding.expected, finding.actual) == ("fc", "Net", "1", "2")
    assert finding.place == place
    assert finding.severity == MILDER.get(kind, "error")


@pytest.mark.parametrize("kind", FAULT_KINDS)
def test_what_is_not_certain_is_a_warning_at_most(kind: str) -> None:
    fault = Fault(kind, "message", Place("net.py", 3, 5, 3, 9), certain=False)
    assert said(fault).severity == ("info" if kind == "not-understood" else "warning")


def put_in(text: str, fix: Fix) -> str:
    lines = text.split("\n")
    for edit in sorted(fix.edits, key=lambda edit: (edit.place.row, -edit.place.column)):
        line = lines[edit.place.row - 1]
        lines[edit.place.row - 1] = line[: edit.place.column - 1] + edit.content + line[edit.place.end_column - 1 :]
    return "\n".join(lines)


def mended(kind: str, text: str, expected: str = "6272", actual: str = "25088", *, certain: bool = True) -> str | None:
    """The text with the fix of a fault put in, whose related place is all of the text."""
    lines = text.split("\n")
    there = Related("built here", Place("net.py", 1, 1, len(lines), len(lines[-1]) + 1))
    place = Place("net.py", 50, 1, 50, 2)
    finding = said(
        Fault(kind, "message", place, related=(there,), certain=certain, expected=expected, actual=actual), text
    )
    return None if finding.fix is None else put_in(text, finding.fix)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("nn.Linear(6272, 10)", "nn.Linear(25088, 10)"),
        ("nn.Linear(out_features=10, in_features=6272)", "nn.Linear(out_features=10, in_features=25088)"),
        ("nn.Linear(\n    6272,\n    10,\n)", "nn.Linear(\n    25088,\n    10,\n)"),
        ("6272", "25088"),
        ("nn.Linear(6_272, 10)", "nn.Linear(25088, 10)"),
        ("nn.Linear(128 * 7 * 7, 10)", "nn.Linear(128 * 14 * 14, 10)"),
        ("nn.Linear(128 * size, 10)", None),
        ("nn.Linear(features, 10)", None),
        ("nn.Linear(*sizes)", None),
        ("nn.Linear(10, 6272)", None),
        ("nn.Linear(out_features=6272)", None),
        ("if x:", None),
    ],
)
def test_fix_of_a_dense_layer(text: str, expected: str | None) -> None:
    assert mended("feature-mismatch", text) == expected


def test_fix_of_a_convolution() -> None:
    place = Place("net.py", 1, 1, 1, 21)
    fault = Fault("channel-mismatch", "message", place, expected="32", actual="16")
    fix = said(fault, "nn.Conv2d(32, 32, 3)").fix
    assert fix is not None
    assert fix.applicability == "safe"
    assert put_in("nn.Conv2d(32, 32, 3)", fix) == "nn.Conv2d(16, 32, 3)"


def test_fix_of_a_normalization() -> None:
    assert mended("norm-mismatch", "nn.BatchNorm2d(32)", "32", "16") == "nn.BatchNorm2d(16)"
    assert mended("norm-mismatch", "nn.LayerNorm(normalized_shape=32)", "32", "16") == (
        "nn.LayerNorm(normalized_shape=16)"
    )


def test_nothing_is_mended_where_a_number_is_not_certain() -> None:
    assert mended("feature-mismatch", "nn.Linear(6272, 10)", certain=False) is None
    assert mended("feature-mismatch", "nn.Linear(6272, 10)", actual="512*h") is None
    assert said(Fault("feature-mismatch", "message", Place("net.py", 9, 1, 9, 2))).fix is None


@pytest.mark.parametrize(("kind", "part"), [("nonpositive-size", "pad the layer"), ("feature-mismatch", "25088")])
def test_advice_where_the_fault_has_none(kind: str, part: str) -> None:
    place = Place("net.py", 3, 5, 3, 9)
    assert part in (said(Fault(kind, "message", place, expected="6272", actual="25088")).help or "")
    assert said(Fault(kind, "message", place, "its own", expected="6272", actual="25088")).help == "its own"
