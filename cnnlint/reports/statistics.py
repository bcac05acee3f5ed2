"""How often each rule has something to say."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING

from cnnlint.reports import Report
from cnnlint.reports._text import closing, fixable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnnlint.finding import Finding


def render(findings: Sequence[Finding], *, output_format: str = "full", unsafe_fixes: bool = False) -> str:
    """A line for each rule, the most frequent first: count, code, whether it can be fixed, name. Or that as JSON."""
    numbers = Counter(finding.code for finding in findings)
    names = {finding.code: finding.name for finding in findings}
    repaired = Counter(finding.code for finding in findings if fixable(finding, unsafe=unsafe_fixes))
    ranked = sorted(numbers.items(), key=lambda item: (-item[1], item[0]))
    if output_format in ("json", "json-lines"):
        rows = [
            {
                "code": code,
                "name": names[code],
                "count": number,
                "fixable": bool(repaired[code]),
                "fixable_count": repaired[code],
            }
            for code, number in ranked
        ]
        return json.dumps(rows, indent=2, ensure_ascii=False) + "\n"
    width = len(str(max(numbers.values(), default=0)))
    lines = [f"{number:>{width}}\t{code}\t[{_sign(repaired[code], number)}] {names[code]}" for code, number in ranked]
    report = Report(tuple(findings), lambda _filename: None, unsafe_fixes=unsafe_fixes)
    return "\n".join([*lines, *closing(report)]) + "\n"


def _sign(repaired: int, number: int) -> str:
    return "*" if repaired == number else "-" if repaired else " "
