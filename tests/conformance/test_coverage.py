"""What `cnnlint/frameworks/README.md` says is known, is."""

from __future__ import annotations

import json
import re

import pytest

from tests.conformance.coverage import NAMES, README, by_name_only, known

RECORDED: dict[str, list[str]] = json.loads(NAMES.read_text(encoding="utf-8"))
del RECORDED["releases"]
TEXT = README.read_text(encoding="utf-8")
ROWS = {
    match[1]: [int(count) for count in match[2].split(" | ")]
    for match in re.finditer(r"^\| `([\w.]+)` \| ([\d |]+) \|$", TEXT, re.MULTILINE)
}


def missing(namespace: str) -> set[str]:
    """The names that the README lists as not known."""
    match = re.search(rf"^Not known of `{re.escape(namespace)}`:\s([^.]*)\.$", TEXT, re.MULTILINE)
    return set() if match is None else set(re.split(r",\s+", match[1]))


@pytest.mark.parametrize("namespace", RECORDED)
def test_known_names(namespace: str) -> None:
    names, followed, by_name, unknown = ROWS[namespace]
    assert names == len(RECORDED[namespace]) == followed + by_name + unknown
    assert len(missing(namespace)) == unknown
    told = set(RECORDED[namespace]) - missing(namespace)
    assert told - known(namespace, RECORDED[namespace]) == set()


def test_what_is_known_by_name_only_is_a_name_of_the_framework() -> None:
    homes = {namespace: namespace.replace("tensorflow.keras", "keras") for namespace in RECORDED}
    listed = {f"{homes[namespace]}.{name}" for namespace, names in RECORDED.items() for name in names}
    assert by_name_only() - listed == set()
