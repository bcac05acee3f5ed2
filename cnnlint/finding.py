"""What a rule says about the code, and the fix it proposes: plain, immutable, serializable."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, Protocol, TypeAlias

if TYPE_CHECKING:
    from cnnlint.model import Place, Related

Severity: TypeAlias = Literal["error", "warning", "info"]
Applicability: TypeAlias = Literal["safe", "unsafe", "display"]

SEVERITIES: tuple[Severity, ...] = ("error", "warning", "info")
"""From the worst to the mildest."""


class SourceText(Protocol):
    """What a report has to know of a file's text; rows are 1-based and count over a notebook's cells."""

    def line(self, row: int) -> str:
        """The row's text without its line end; empty where there is no such row."""

    def cell(self, row: int) -> tuple[int, int] | None:
        """The notebook cell (1-based) that holds the row, and the row within it; None in a plain file."""

    def noqa_row(self, row: int) -> int:
        """The row at whose end a comment about the row can stand: a string or a backslash may go on beyond it."""


Sources: TypeAlias = Callable[[str], "SourceText | None"]
"""From a filename to its text; None where it cannot be had."""


@dataclass(frozen=True, slots=True)
class Edit:
    """`content` takes the place of what stands at `place`; an empty place inserts, an empty content removes."""

    content: str
    place: Place


@dataclass(frozen=True, slots=True)
class Fix:
    """Edits that belong together: `safe` ones keep the behaviour or are certainly meant, `display` is never applied."""

    applicability: Applicability
    message: str
    edits: tuple[Edit, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a rule has to say: `message` what is wrong, `help` what to do, `notes` where numbers come from.

    `expected` and `actual` are the two numbers (or shapes) that clash, as text; `url` leads to the documentation.
    """

    code: str
    name: str
    severity: Severity
    message: str
    place: Place
    related: tuple[Related, ...] = ()
    help: str | None = None
    notes: tuple[str, ...] = ()
    model: str | None = None
    layer: str | None = None
    fix: Fix | None = None
    expected: str | None = None
    actual: str | None = None
    url: str | None = None

    @property
    def order(self) -> tuple[str, int, int, str, str]:
        """The order in which findings are shown: by place, then by code."""
        return self.place.filename, self.place.row, self.place.column, self.code, self.message

    def fingerprint(self, line: str, repeat: int = 0) -> str:
        """A name that survives the line being moved: of path, code, the line's text, and which of equal ones."""
        from hashlib import sha256

        parts = (self.place.filename.replace("\\", "/"), self.code, line.strip(), str(repeat))
        return sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()

    def as_json(self, sources: Sources) -> dict[str, Any]:
        """The finding with ruff's field names, and cnnlint's own (see the README, "JSON")."""
        source = sources(self.place.filename)
        span = _span(self.place, source)
        return {
            "code": self.code,
            "name": self.name,
            "severity": self.severity,
            "message": self.message,
            "filename": self.place.filename,
            "location": span["location"],
            "end_location": span["end_location"],
            "cell": source_cell(source, self.place.row),
            "model": self.model,
            "layer": self.layer,
            "help": self.help,
            "notes": list(self.notes),
            "expected": self.expected,
            "actual": self.actual,
            "related": [_related(related, sources) for related in self.related],
            "fix": None if self.fix is None else _fix(self.fix, sources),
            "noqa_row": row_in_cell(source, self.place.row if source is None else source.noqa_row(self.place.row)),
            "url": self.url,
        }


def fingerprints(findings: Iterable[Finding], sources: Sources) -> list[str]:
    """A fingerprint for each finding, all different: equal ones are counted in the order given."""
    seen: dict[str, int] = {}
    found = []
    for finding in findings:
        source = sources(finding.place.filename)
        line = source.line(finding.place.row) if source is not None else ""
        first = finding.fingerprint(line)
        repeat = seen[first] = seen.get(first, -1) + 1
        found.append(finding.fingerprint(line, repeat) if repeat else first)
    return found


def source_cell(source: SourceText | None, row: int) -> int | None:
    """The number of the notebook cell that holds the row; None in a plain file."""
    cell = None if source is None else source.cell(row)
    return None if cell is None else cell[0]


def row_in_cell(source: SourceText | None, row: int) -> int:
    """The row as an editor shows it: within its cell in a notebook."""
    cell = None if source is None else source.cell(row)
    return row if cell is None else cell[1]


def _span(place: Place, source: SourceText | None) -> dict[str, dict[str, int]]:
    return {
        "location": {"row": row_in_cell(source, place.row), "column": place.column},
        "end_location": {"row": row_in_cell(source, place.end_row), "column": place.end_column},
    }


def _related(related: Related, sources: Sources) -> dict[str, Any]:
    source = sources(related.place.filename)
    return {
        "message": related.message,
        "filename": related.place.filename,
        "cell": source_cell(source, related.place.row),
        **_span(related.place, source),
    }


def _fix(fix: Fix, sources: Sources) -> dict[str, Any]:
    return {
        "applicability": fix.applicability,
        "message": fix.message,
        "edits": [
            {
                "content": edit.content,
                "filename": edit.place.filename,
                "cell": source_cell(sources(edit.place.filename), edit.place.row),
                **_span(edit.place, sources(edit.place.filename)),
            }
            for edit in fix.edits
        ],
    }
