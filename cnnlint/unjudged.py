"""Budgets that no rule could judge, since the figure depends on a size that nothing states: told, and no finding."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cnnlint.engine.dimension import Dim, Expr, is_anonymous, symbols

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Sequence

    from cnnlint.api import Budget, Finding
    from cnnlint.model import Model


@dataclass(frozen=True, slots=True)
class Unjudged:
    """The names of the rules that could not judge a model's budgets, and the sentence that tells so."""

    rules: tuple[str, ...]
    text: str


def unjudged(model: Model, budget: Budget, findings: Iterable[Finding], asked: Container[str]) -> Unjudged | None:
    """Which budgets of the model are neither kept nor broken for sure, and what they depend on; None without any.

    `findings` are those about it: a figure whose known part alone is over the limit is judged. `asked` holds the codes
    of the rules that are on.
    """
    if model.error is not None:
        return None
    broken = {finding.name for finding in findings}
    total, trainable = model.parameters.total, model.parameters.trainable
    memory = model.activation_bytes
    limits: list[tuple[str, str, str, float | None, Dim | None]] = [
        ("params", "CNN201", "parameter-budget", budget.params, total),
        ("trainable-params", "CNN202", "trainable-budget", budget.trainable_params, trainable),
        ("macs", "CNN203", "mac-budget", budget.macs, model.macs),
        ("activation-memory", "CNN204", "activation-memory-budget", budget.activation_memory, memory),
        ("peak-memory", "CNN207", "peak-memory-budget", budget.peak_memory, memory),
        ("training-memory", "CNN208", "training-memory-budget", budget.training_memory, memory),
        ("weights", "CNN205", "weights-budget", budget.weights, total),
        ("layer-share", "CNN206", "layer-share", budget.layer_share, total),
    ]
    limits += [
        ("receptive-field", "CNN209", "receptive-field-budget", budget.receptive_field, side)
        for side in _open_sides(model)[:1]
    ]
    left = [
        (key, rule, figure)
        for key, code, rule, limit, figure in limits
        if limit is not None and code in asked and not isinstance(figure, int) and rule not in broken
    ]
    if not left:
        return None
    keys = listed([f"`{key}`" for key, _, _ in left])
    sides = _open_sides(model) if left[-1][0] == "receptive-field" else []
    why = depends([*(figure for *_, figure in left), *sides])
    text = f"`{model.name}` is not held to its budget of {keys}: what it needs {why}."
    return Unjudged(tuple(rule for _, rule, _ in left), text)


def _open_sides(model: Model) -> list[Dim]:
    """The sides of the one input that nothing states, where a receptive field is to be compared with them."""
    shape = model.inputs
    while isinstance(shape, tuple) and len(shape) == 1 and isinstance(shape[0], tuple):
        shape = shape[0]
    if model.receptive_field is None or not isinstance(shape, tuple) or len(shape) < 3:
        return []
    return [side for side in shape[1:] if isinstance(side, Expr)]


def depends(figures: Sequence[Dim | None]) -> str:
    """What open figures depend on: `depends on height and width`, or `is not known in full`."""
    names = sorted({name for figure in figures if isinstance(figure, Expr) for name in symbols(figure)})
    known = names and None not in figures and not any(isinstance(each, Expr) and is_anonymous(each) for each in figures)
    return f"depends on {listed(names)}" if known else "is not known in full"


def listed(names: Sequence[str]) -> str:
    """`a, b and c`."""
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
