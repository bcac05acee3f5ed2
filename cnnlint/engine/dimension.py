"""One size of a tensor: an `int`, or an expression over named unknowns with the same operators.

Everything about dimensions is imported from here. Expressions are canonical, so that any chain of convolutions and
poolings over a size `h` folds to `(h + a) // b + c`; they are compared by three-valued functions, never by `<` or `==`
(which compares how they are built).
"""

from __future__ import annotations

from cnnlint.engine.deciding import divides, equal, less, less_equal
from cnnlint.engine.division import exact_quotient, floor_div
from cnnlint.engine.evaluation import Columns, evaluate, substitute
from cnnlint.engine.expression import (
    Dim,
    Expr,
    bounds,
    is_anonymous,
    maximum,
    minimum,
    product,
    symbol,
    symbols,
    unknown_dim,
)
from cnnlint.engine.notation import text

__all__ = [
    "Columns",
    "Dim",
    "Expr",
    "bounds",
    "ceil_div",
    "divides",
    "equal",
    "evaluate",
    "exact_quotient",
    "floor_div",
    "is_anonymous",
    "less",
    "less_equal",
    "maximum",
    "minimum",
    "product",
    "substitute",
    "symbol",
    "symbols",
    "text",
    "unknown_dim",
]


def ceil_div(number: Dim, divisor: Dim) -> Dim:
    """`number / divisor`, rounded up."""
    return -(-number // divisor)
