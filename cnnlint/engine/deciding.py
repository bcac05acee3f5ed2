"""The comparisons as those ask them who go on without a constraint where the answer depends: that is a doubt.

What notes a constraint itself, or takes both ways, compares by `cnnlint.engine.comparison`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.engine import comparison
from cnnlint.engine.gathering import doubt

if TYPE_CHECKING:
    from cnnlint.engine.expression import Dim

REASON = "a comparison of sizes goes either way"


def equal(left: Dim, right: Dim) -> bool | None:
    """Whether the two are the same number."""
    return _told(comparison.equal(left, right))


def less(left: Dim, right: Dim) -> bool | None:
    """Whether `left < right`."""
    return _told(comparison.less(left, right))


def less_equal(left: Dim, right: Dim) -> bool | None:
    """Whether `left <= right`."""
    return _told(comparison.less_equal(left, right))


def divides(divisor: Dim, number: Dim) -> bool | None:
    """Whether `number` is a multiple of `divisor`; `None` too where the divisor may be 0."""
    return _told(comparison.divides(divisor, number))


def _told(answer: bool | None) -> bool | None:
    if answer is None:
        doubt(REASON)
    return answer
