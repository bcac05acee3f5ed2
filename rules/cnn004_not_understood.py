from __future__ import annotations

from cnnlint.api import Rule


class NotUnderstood(Rule):
    """A part of the code was given up, so that nothing is said about it.

    ## What it does

    Says where reading the code met one of its limits (steps, depth of calls, turns of a loop, sizes) and what is
    therefore not known. It does not report each value that cannot be known without running the program.

    ## Why is this bad?

    It is no fault of the code. It is told so that silence is not taken for a clean bill.

    ## Example

    A file that computes a table in ten million turns of a loop before it builds its model.

    ## Use instead

    The same file with the table read from elsewhere, or computed in a function that the model does not need.
    """

    code = "CNN004"
    name = "not-understood"
    severity = "info"
    since = "0.1.0"
    kinds = frozenset({"not-understood"})
