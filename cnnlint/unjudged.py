"""Budgets that no rule could judge, since the figure depends on a size that nothing states: told, and no finding."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.engine.dimension import Dim, Expr, is_anonymous, symbols

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cnnlint.api import Budget, Finding
    from cnnlint.model import Model


def unjudged(model: Model, budget: Budget, findings: Iterable[Finding]) -> str | None:
    """Which budgets of the model are neither kept nor broken for sure, and what they depend on; None without any.

    `findings` are those about it: a figure whose known part alone is over the limit is judged.
    """
    if model.error is not None:
        return None
    broken = {finding.name for finding in findings}
    total, trainable = model.parameters.total, model.parameters.trainable
    memory = model.activation_bytes
    asked: list[tuple[str, str, float | None, Dim | None]] = [
        ("params", "parameter-budget", budget.params, total),
        ("trainable-params", "trainable-budget", budget.trainable_params, trainable),
        ("macs", "mac-budget", budget.macs, model.macs),
        ("activation-memory", "activation-memory-budget", budget.activation_memory, memory),
        ("peak-memory", "peak-memory-budget", budget.peak_memory, memory),
        ("training-memory", "training-memory-budget", budget.training_memory, memory),
        ("weights", "weights-budget", budget.weights, total),
    ]
    left = [
        (key, figure)
        for key, rule, limit, figure in asked
        if limit is not None and not isinstance(figure, int) and rule not in broken
    ]
    if not left:
        return None
    figures = [figure for _, figure in left]
    names = sorted({name for figure in figures if isinstance(figure, Expr) for name in symbols(figure)})
    known = names and None not in figures and not any(isinstance(each, Expr) and is_anonymous(each) for each in figures)
    keys = _listed([f"`{key}`" for key, _ in left])
    why = f"depends on {_listed(names)}" if known else "is not known in full"
    return f"`{model.name}` is not held to its budget of {keys}: what it needs {why}."


def _listed(names: list[str]) -> str:
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
