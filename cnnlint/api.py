"""All that a rule may import: what was found (`Model`, `Layer`, `Fault`), and what it says of it (`Finding`, `Fix`).

A rule is a class derived from `Rule` in a module of a package named by an entry point of the group `cnnlint.rules`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

from cnnlint.engine.dimension import Dim, Expr, bounds
from cnnlint.engine.dimension import text as dim_text
from cnnlint.finding import Applicability, Edit, Finding, Fix, Severity, Sources
from cnnlint.model import Data, Fault, Layer, Model, Parameters, Place, Related, Use
from cnnlint.quantity import DTYPE_BITS, short_bytes, short_count, short_share, weight_bytes

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = [
    "DTYPE_BITS",
    "Applicability",
    "Budget",
    "Context",
    "Data",
    "Dim",
    "Edit",
    "Expr",
    "Fault",
    "Finding",
    "Fix",
    "Layer",
    "Model",
    "Parameters",
    "Place",
    "Related",
    "Rule",
    "Severity",
    "Sources",
    "Use",
    "bounds",
    "dim_text",
    "short_bytes",
    "short_count",
    "short_share",
    "weight_bytes",
]


@dataclass(frozen=True, slots=True)
class Budget:
    """Limits for one model; None where nothing is asked. Memory and weights are in bytes, for one sample.

    `training_memory` is for a batch of `batch_size`; `receptive_field` is the least share of the input's side. `source`
    says in words where the limits stand (`budget` in pyproject.toml), for a note.
    """

    params: int | None = None
    trainable_params: int | None = None
    macs: int | None = None
    activation_memory: int | None = None
    peak_memory: int | None = None
    training_memory: int | None = None
    batch_size: int = 1
    weights: int | None = None
    layer_share: float | None = None
    receptive_field: float | None = None
    dtype: str = "float32"
    source: str | None = None


@dataclass(frozen=True, slots=True)
class Context:
    """What the configuration says about the model or fault at hand.

    `options` holds the options of rules under their names (`{"missing-normalization": {"convolutions": 5}}`), `sources`
    gives the text of files.
    """

    budget: Budget = field(default_factory=Budget)
    options: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    sources: Sources = lambda _filename: None

    def text(self, place: Place) -> str | None:
        """The text at a place; None where the file's text cannot be had."""
        source = self.sources(place.filename)
        if source is None:
            return None
        lines = [source.line(row) for row in range(place.row, place.end_row + 1)]
        lines[-1] = lines[-1][: place.end_column - 1]
        lines[0] = lines[0][place.column - 1 :]
        return "\n".join(lines)


class Rule:
    """A rule: what it is called, how grave it is, what it says. Its documentation is the class's docstring.

    The docstring is a line that names the problem, then sections under `## ` headings: What it does, Why is this bad?,
    Example, Use instead, Fix safety, Options, References (the first four are a must).

    A rule with `kinds` turns faults of those kinds into findings; one with a `check_model` of its own judges models.
    """

    code: ClassVar[str]
    name: ClassVar[str]
    severity: ClassVar[Severity] = "warning"
    since: ClassVar[str]
    preview: ClassVar[bool] = False
    default: ClassVar[bool] = True
    """Whether it is on where nothing is selected."""
    kinds: ClassVar[frozenset[str]] = frozenset()
    options: ClassVar[Mapping[str, Any]] = {}
    """Its options with their defaults, a subset of int, float, str, bool."""
    url: ClassVar[str | None] = None

    def check_fault(self, fault: Fault, context: Context) -> Iterable[Finding]:
        """What to say about a fault of one of `kinds`: the fault itself; a mere warning where it is not certain."""
        yield self.finding(
            fault.message,
            fault.place,
            severity=self.severity if fault.certain or self.severity == "info" else "warning",
            related=fault.related,
            help=fault.help or self.advice(fault),
            notes=fault.notes,
            model=fault.model,
            layer=fault.layer,
            fix=self.fix(fault, context),
            expected=fault.expected,
            actual=fault.actual,
        )

    def advice(self, fault: Fault) -> str | None:  # noqa: ARG002 - for rules that have some
        """What to do about a fault that does not say so itself."""
        return None

    def fix(self, fault: Fault, context: Context) -> Fix | None:  # noqa: ARG002 - for rules that have one
        """A repair of the fault, where one is certain enough to be proposed."""
        return None

    def check_use(self, use: Use, context: Context) -> Iterable[Finding]:  # noqa: ARG002 - see above
        """What to say about something that the code does with a model: its loss, the data it is given."""
        return ()

    def check_model(self, model: Model, context: Context) -> Iterable[Finding]:  # noqa: ARG002 - see above
        """What to say about a model, its faults aside."""
        return ()

    def option(self, context: Context, key: str) -> Any:
        """The value of one of `options`, as configured or by default."""
        return context.options.get(self.name, {}).get(key, self.options[key])

    def finding(
        self,
        message: str,
        place: Place,
        *,
        severity: Severity | None = None,
        related: tuple[Related, ...] = (),
        help: str | None = None,  # noqa: A002 - the word that the reader sees
        notes: tuple[str, ...] = (),
        model: str | None = None,
        layer: str | None = None,
        fix: Fix | None = None,
        expected: str | None = None,
        actual: str | None = None,
    ) -> Finding:
        """A finding of this rule."""
        return Finding(
            code=self.code,
            name=self.name,
            severity=severity or self.severity,
            message=message,
            place=place,
            related=related,
            help=help,
            notes=notes,
            model=model,
            layer=layer,
            fix=fix,
            expected=expected,
            actual=actual,
            url=self.url,
        )
