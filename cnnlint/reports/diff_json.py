"""The difference between two revisions for scripts."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from cnnlint.difference import FIGURES
from cnnlint.reports.summary_json import dim_as_json, field_as_json

if TYPE_CHECKING:
    from cnnlint.difference import Difference, Figure, Limit, ModelChange, Revision

VERSION = 1
KEYS: dict[Figure, str] = {"trainable": "trainable_params"}


def render(difference: Difference) -> str:
    """One object; `models` holds all that could have changed, those that did not with the status `unchanged`."""
    table = {
        "version": VERSION,
        "base": _revision(difference.base),
        "head": _revision(difference.head),
        "models": [_model(change) for change in difference.models],
        "findings": {
            "new": [finding.as_json(difference.texts) for finding in difference.new],
            "fixed": [finding.as_json(difference.old_texts) for finding in difference.fixed],
        },
        "limits_broken": sum(len(change.broken) for change in difference.shown()),
    }
    return json.dumps(table, indent=2, ensure_ascii=False) + "\n"


def _revision(revision: Revision) -> dict[str, str | None]:
    """Both are null for the working tree."""
    return {"name": None if revision.commit is None else revision.name, "commit": revision.commit}


def _model(change: ModelChange) -> dict[str, Any]:
    state = change.state
    return {
        "target": state.target,
        "name": state.name,
        "filename": state.filename,
        "location": {"row": state.place.row, "column": state.place.column},
        "status": change.status,
        "was": change.was,
        **{KEYS.get(name, name): _figure(change, name) for name in FIGURES},
        "receptive_field": {
            "before": None if change.before is None else field_as_json(change.before.field),
            "after": None if change.after is None else field_as_json(change.after.field),
        },
        "limits": [_limit(limit) for limit in change.limits],
        "unresolved": [each.reason for each in state.unresolved],
        "error": state.error,
    }


def _figure(change: ModelChange, name: Figure) -> dict[str, Any]:
    return {
        "before": None if change.before is None else dim_as_json(change.before.figure(name)),
        "after": None if change.after is None else dim_as_json(change.after.figure(name)),
        "change": change.change(name),
    }


def _limit(limit: Limit) -> dict[str, Any]:
    finding = limit.finding
    return {
        "kind": limit.kind,
        "name": limit.name,
        "broken": limit.broken,
        "allowed": limit.allowed,
        "code": None if finding is None else finding.code,
        "message": limit.message or None,
    }
