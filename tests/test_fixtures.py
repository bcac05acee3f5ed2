"""What is expected of a fixture stands in it: `# expect: CNN101 "part of the message"`, in the row that is reported."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path

import pytest

import cnnlint

FIXTURES = Path(__file__).parent.parent / "fixtures"
FILES = sorted(path for path in FIXTURES.rglob("*") if path.suffix in (".py", ".ipynb"))
EXPECTED = re.compile(r'# expect: (?P<code>CNN\d{3})(?: "(?P<part>[^"]*)")?')


def expectations(path: Path) -> Counter[tuple[int, str, str]]:
    """Row, code and part of the message of each expected finding; rows of a notebook count over its code cells."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".ipynb":
        cells = json.loads(text)["cells"]
        text = "\n".join("".join(cell["source"]).rstrip("\n") for cell in cells if cell["cell_type"] == "code")
    found: Counter[tuple[int, str, str]] = Counter()
    for row, line in enumerate(text.splitlines(), start=1):
        for match in EXPECTED.finditer(line):
            found[row, match["code"], match["part"] or ""] += 1
    return found


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(FIXTURES).as_posix())
def test_a_fixture_is_linted_as_it_says(path: Path) -> None:
    wanted = expectations(path)
    unexpected = []
    for finding in cnnlint.lint([path]):
        row, code = finding.place.row, finding.code
        match = next(
            (key for key in wanted if key[:2] == (row, code) and key[2] in finding.message and wanted[key]), None
        )
        if match is None:
            unexpected.append((row, code, finding.message))
        else:
            wanted[match] -= 1
    assert not unexpected
    assert not +wanted


def test_the_fixtures_show_what_a_new_user_is_promised() -> None:
    codes = {finding.code for finding in cnnlint.lint([FIXTURES / "faulty"])}
    assert {"CNN101", "CNN102", "CNN103", "CNN201", "CNN301"} <= codes
