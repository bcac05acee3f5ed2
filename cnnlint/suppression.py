"""Applies the comments that suppress findings, and tells those that suppress nothing."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from cnnlint.finding import Edit, Fix
from cnnlint.model import Place

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from cnnlint.finding import Finding
    from cnnlint.judging import Judge
    from cnnlint.sources.comments import BadComment, Suppression
    from cnnlint.sources.text import SourceText

UNUSED = "CNN003"
_LETTERS = re.compile("[A-Z]+")
_LISTED = re.compile(r"[A-Z]+[0-9]+(?:[\s,]+[A-Z]+[0-9]+)*", re.IGNORECASE)


def unsuppressed(source: SourceText, findings: Iterable[Finding], judge: Judge, *, linted: bool) -> list[Finding]:
    """A file's findings without those that its comments suppress; if it was `linted`, comments without use besides."""
    used: dict[Suppression, set[str]] = {each: set() for each in source.suppressions}
    left: list[Finding] = []
    for finding in findings:
        covering = [each for each in source.suppressions_for(finding.place.row) if each.covers(finding.code)]
        for each in covering:
            used[each].add(finding.code)
        if not covering:
            left.append(finding)
    if linted and UNUSED in judge.codes_for_name(source.filename):
        found = [
            *_without_use(source, used, judge),
            *(_not_understood(source, each, judge) for each in source.bad_comments),
        ]
        left += [finding for finding in found if not _covered(source, finding)]
    return left


def _covered(source: SourceText, finding: Finding) -> bool:
    """Whether a comment names the code of unused suppressions; one for all codes does not hide its own uselessness."""
    suppressions = source.suppressions_for(finding.place.row)
    return any(each.codes and each.covers(finding.code) for each in suppressions)


def _without_use(source: SourceText, used: dict[Suppression, set[str]], judge: Judge) -> list[Finding]:
    asked = judge.codes_for_name(source.filename)
    own = {match[0] for rule in judge.book if (match := _LETTERS.match(rule.code))}
    found = []
    for suppression, codes in used.items():
        if not suppression.codes:
            if suppression.kind != "noqa" and not codes:
                found.append(_finding(source, suppression, (), judge))
            continue
        unused = tuple(
            code
            for code in suppression.codes
            if (match := _LETTERS.match(code)) is not None
            and match[0] in own
            and code != UNUSED
            and not any(each.startswith(code) for each in codes)
            and _was_asked(code, asked, judge)
        )
        if unused:
            found.append(_finding(source, suppression, unused, judge))
    return found


def _was_asked(code: str, asked: frozenset[str], judge: Judge) -> bool:
    """Whether the rules that a code stands for were all asked, or there are none: only then it has no use."""
    return all(rule.code in asked for rule in judge.book if rule.code.startswith(code))


def _finding(source: SourceText, suppression: Suppression, unused: Sequence[str], judge: Judge) -> Finding:
    known = {rule.code for rule in judge.book}
    unknown = [code for code in unused if not any(each.startswith(code) for each in known)]
    if not suppression.codes or (len(unused) == len(suppression.codes) and not unknown):
        message = f"this `{_directive(suppression)}` suppresses nothing"
    elif unknown:
        message = (
            f"`{_directive(suppression)}` names a rule that is not there: {', '.join(f'`{code}`' for code in unknown)}"
        )
    else:
        message = f"`{', '.join(unused)}` suppresses nothing here"
    place = Place(source.filename, suppression.row, suppression.column, suppression.row, suppression.end_column)
    return judge.say(UNUSED, message, place, fix=_removal(source, suppression, unused))


def _directive(suppression: Suppression) -> str:
    if suppression.kind == "noqa":
        return f"noqa: {', '.join(suppression.codes)}"
    return f"{suppression.kind}[{', '.join(suppression.codes)}]" if suppression.codes else suppression.kind


def _not_understood(source: SourceText, comment: BadComment, judge: Judge) -> Finding:
    place = Place(source.filename, comment.row, comment.column, comment.row, comment.end_column)
    return judge.say(UNUSED, comment.message, place)


def _removal(source: SourceText, suppression: Suppression, unused: Sequence[str]) -> Fix:
    """The comment without the codes that have no use; without any of its own, without the comment."""
    line = source.line(suppression.row)
    start, end = suppression.column - 1, suppression.end_column - 1
    kept = [code for code in suppression.codes if code not in unused]
    if kept and (listed := _LISTED.search(line, line.find(":", start), end)):
        start, end, content = listed.start(), listed.end(), ", ".join(kept)
    else:
        content = ""
        if not line[end:].strip():
            start, end = len(line[:start].rstrip()), len(line)
        elif line[end:].lstrip().startswith("#"):
            end = len(line) - len(line[end:].lstrip())
        else:  # words behind the directive stay, as a comment
            content = "#"
    place = Place(source.filename, suppression.row, start + 1, suppression.row, end + 1)
    return Fix("safe", "remove what suppresses nothing", (Edit(content, place),))
