"""Each report, read as the program that it is made for reads it: by its schema, or by its rules of parsing."""

from __future__ import annotations

import gzip
import json
import re
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import junitparser
import pytest
import xmlschema
from jsonschema import Draft4Validator, Draft7Validator

from cnnlint import lint, lint_source
from cnnlint.finding import Edit, Finding, Fix
from cnnlint.fixing import apply
from cnnlint.model import Place, Related
from cnnlint.reports import FORMATS, render
from cnnlint.sources.text import from_text, read
from tests.reports.conftest import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from cnnlint.finding import Sources
    from tests.conftest import Result

SCHEMAS = Path(__file__).parent / "schemas"
FIXTURES = Path(__file__).parents[2] / "fixtures"
ODD_NAME = "src/größe, 模型; a:b%]/net.py"
ODD_LINE = 'größe = "日本語"; nn.Linear(7, 1)'


def odd_findings() -> list[Finding]:
    """Names, messages and places that a careless report trips over."""
    start = ODD_LINE.index("7") + 1
    number = Place(ODD_NAME, 1, start, 1, start + 1)
    return [
        Finding(
            "CNN102",
            "feature-mismatch",
            "error",
            "first line: 100% of ::it,\nsecond line; [brackets], \"quotes\", <tags> & 'more' ##vso[task.x]",
            number,
            related=(Related("built, here: 模型", Place(ODD_NAME, 1, 1, 1, 6)),),
            help="write `8`\r\nor leave it",
            notes=("the input is (3, 8, 8)",),
            fix=Fix("safe", "write 8 in place of 7", (Edit("8", number),)),
            url="https://example.org/rules/CNN102",
        ),
        Finding("CNN301", "missing-normalization", "warning", "spans rows", Place(ODD_NAME, 1, 3, 4, 2)),
        Finding("CNN004", "not-understood", "info", "given up", Place("gone.py", 1, 1, 1, 1)),
    ]


@pytest.fixture(params=["some", "none", "odd", "real"])
def case(
    request: pytest.FixtureRequest, findings: list[Finding], sources: Sources, monkeypatch: pytest.MonkeyPatch
) -> tuple[list[Finding], Sources]:
    """Findings of a few files and a notebook, none, odd ones, and those in the fixtures."""
    match request.param:
        case "some":
            return findings, sources
        case "none":
            return [], sources
        case "odd":
            return odd_findings(), {ODD_NAME: Text(f"{ODD_LINE}\n(\n\n)")}.get
        case _:
            monkeypatch.chdir(FIXTURES.parent)
            found = lint(["fixtures/faulty"])
            assert {finding.place.filename.rpartition(".")[2] for finding in found} == {"py", "ipynb"}
            return found, {name: read(Path(name)) for name in {each.place.filename for each in found}}.get


Case = tuple[list[Finding], "Sources"]


def schema(name: str) -> Any:
    return json.loads((SCHEMAS / name).read_text(encoding="utf-8"))


# --- SARIF, as OASIS defines it and GitHub takes it -------------------------------------------------------------------


def strings(tree: object) -> Iterator[str]:
    if isinstance(tree, dict):
        yield from chain.from_iterable(map(strings, tree.values()))
    elif isinstance(tree, list):
        yield from chain.from_iterable(map(strings, tree))
    elif isinstance(tree, str):
        yield tree


def test_sarif_is_valid(case: Case) -> None:
    made = json.loads(render("sarif", *case))
    assert [error.message for error in Draft4Validator(schema("sarif-2.1.0.json")).iter_errors(made)] == []
    (run,) = made["runs"]
    assert "" not in strings({**run, "results": [{**each, "fixes": None} for each in run["results"]]})
    assert len(run["results"]) == len(case[0])
    for rule in run["tool"]["driver"]["rules"]:
        assert len(rule["shortDescription"]["text"]) <= 1024
        assert len(rule["fullDescription"]["text"]) <= 1024
        assert len(rule["properties"]["tags"]) <= 10
    for result in run["results"]:
        place = result["locations"][0]["physicalLocation"]
        assert place["artifactLocation"]["uri"].isascii()
        assert place["artifactLocation"]["uriBaseId"] in run["originalUriBaseIds"]
        assert place["region"]["startLine"] == place["region"]["endLine"]
        assert place["region"]["startColumn"] < place["region"]["endColumn"] or result["ruleId"] == "CNN004"


def test_sarif_of_a_huge_run_is_within_the_limits_of_github() -> None:
    related = tuple(Related("here", Place("a.py", row, 1, row, 2)) for row in range(1, 200))
    found = [
        Finding("CNN101", "negative-dimension", "error", f"number {row}", Place("a.py", row, 1, row, 9))
        for row in range(1, 25_101)
    ]
    text = render("sarif", [*found, Finding("CNN102", "x", "error", "m", found[0].place, related)], lambda _name: None)
    (run,) = json.loads(text)["runs"]
    assert len(run["results"]) == 25_000
    assert len({result["partialFingerprints"]["primaryLocationLineHash"] for result in run["results"]}) == 25_000
    assert max(len(result.get("relatedLocations", ())) for result in run["results"]) == 100
    assert len(gzip.compress(text.encode())) < 10_000_000


# --- JUnit ------------------------------------------------------------------------------------------------------------


def test_junit_is_valid_and_is_read_by_junitparser(case: Case) -> None:
    found, sources = case
    text = render("junit", found, sources, files=["src/clean.py"])
    root = ET.fromstring(text)
    for test in root.iter("testcase"):
        test.attrib.pop("file", None)
        test.attrib.pop("line", None)
    xmlschema.XMLSchema(str(SCHEMAS / "junit-10.xsd")).validate(ET.tostring(root, encoding="unicode"))
    read_back = junitparser.JUnitXml.fromstring(text.encode())
    assert (read_back.tests, read_back.failures, read_back.errors) == (len(found) + 1, len(found), 0)
    cases = [test for suite in read_back for test in suite]
    assert len(cases) == read_back.tests
    failures = [result for test in cases for result in test.result]
    assert sorted(each.message for each in failures) == sorted(each.message for each in found)
    assert {each.type for each in failures} <= {"error", "warning", "info"}


# --- GitLab and reviewdog ---------------------------------------------------------------------------------------------


def test_gitlab_is_valid(case: Case) -> None:
    made = json.loads(render("gitlab", *case))
    assert [error.message for error in Draft7Validator(schema("gitlab.json")).iter_errors(made)] == []
    assert len({issue["fingerprint"] for issue in made}) == len(case[0])


def test_rdjson_is_valid(case: Case) -> None:
    made = json.loads(render("rdjson", *case))
    assert [error.message for error in Draft7Validator(schema("rdjson.json")).iter_errors(made)] == []
    assert len(made["diagnostics"]) == len(case[0])


def suggested(text: str, suggestion: dict[str, Any]) -> str:
    """A text with a suggestion of reviewdog in it: columns count bytes, the end is not included."""
    lines = text.encode().splitlines(keepends=True)

    def offset(position: dict[str, int]) -> int:
        return sum(map(len, lines[: position["line"] - 1])) + position["column"] - 1

    start, end = offset(suggestion["range"]["start"]), offset(suggestion["range"]["end"])
    new: str = suggestion["text"]
    return (text.encode()[:start] + new.encode() + text.encode()[end:]).decode()


@pytest.mark.parametrize(
    "code",
    [
        'größe = "日本語"; model = nn.Sequential(nn.Conv2d(3, 8, 3), nn.Conv2d(4, 8, 3))\n',
        "model = nn.Sequential(nn.Conv2d(3, 16, 5), nn.Flatten(), nn.Linear(16 * 5 *\n    5, 10))\n",
    ],
)
def test_rdjson_suggests_what_a_fix_writes(code: str) -> None:
    text = f"import torch\nfrom torch import nn\n\n{code}model(torch.zeros(1, 3, 8, 8))\n"
    (finding,) = (each for each in lint_source(text) if each.fix is not None)
    assert finding.fix is not None
    source = from_text(text, finding.place.filename)
    (diagnostic,) = json.loads(render("rdjson", [finding], lambda _name: source))["diagnostics"]
    (suggestion,) = diagnostic["suggestions"]
    assert suggested(text, suggestion) == apply(source, text, [finding.fix])[0] != text


# --- commands of GitHub Actions and Azure Pipelines -------------------------------------------------------------------


def unescaped(text: str, names: dict[str, str]) -> str:
    for code, character in names.items():
        text = text.replace(code, character)
    return text


def github_command(line: str) -> tuple[str, dict[str, str], str]:
    """A command as the runner reads it: up to the second `::`, split at commas, then unescaped."""
    assert line.startswith("::")
    head, found, data = line[2:].partition("::")
    assert found
    name, _, listed = head.partition(" ")
    basic = {"%0D": "\r", "%0A": "\n"}
    properties = dict(part.split("=", 1) for part in listed.split(",") if part)
    full = {**basic, "%3A": ":", "%2C": ",", "%25": "%"}
    return (
        name,
        {key: unescaped(value, full) for key, value in properties.items()},
        unescaped(data, {**basic, "%25": "%"}),
    )


def test_github_reads_each_command(case: Case) -> None:
    found, sources = case
    lines = render("github", found, sources).split("\n")[:-1]
    ordered = sorted(found, key=lambda each: each.order)
    for line, finding in zip(lines, ordered, strict=True):
        name, properties, data = github_command(line)
        assert name == {"error": "error", "warning": "warning", "info": "notice"}[finding.severity]
        assert properties.keys() <= {"title", "file", "line", "endLine", "col", "endColumn"}
        assert properties["file"] == finding.place.filename
        assert properties["title"] == f"cnnlint ({finding.code})"
        assert finding.message in data
        assert ("endColumn" in properties) <= (properties.get("line") == properties.get("endLine"))
        if not finding.place.filename.endswith(".ipynb"):
            assert properties["line"] == str(finding.place.row)


def test_azure_reads_each_command(case: Case) -> None:
    found, sources = case
    escapes = {"%3B": ";", "%0D": "\r", "%0A": "\n", "%5D": "]", "%AZP25": "%"}
    lines = render("azure", found, sources).split("\n")[:-1]
    for line, finding in zip(lines, sorted(found, key=lambda each: each.order), strict=True):
        head, _, data = line.removeprefix("##vso[").partition("]")
        name, _, listed = head.partition(" ")
        assert name == "task.logissue"
        properties = dict(part.split("=", 1) for part in listed.split(";") if part)
        assert properties.keys() == {"type", "sourcepath", "linenumber", "columnnumber", "code"}
        assert properties["type"] in ("error", "warning")
        assert unescaped(properties["sourcepath"], escapes) == finding.place.filename
        assert properties["code"] == finding.code
        assert unescaped(data, escapes) == finding.message


# --- lines that editors and problem matchers read ---------------------------------------------------------------------

FLAKE8 = re.compile(r"^([^\s].*):(\d+):(\d+): ([A-Z]+\d\d\d) (.*)$")
PYLINT = re.compile(r"^(.+):(\d+): \[([A-Z]+\d+)\] (.*)$")
CLOSING = re.compile(r"^(Found \d|All checks|No safe fixes|\[\*\] \d+ fixable)")


def test_concise_lines_match_what_editors_look_for(case: Case) -> None:
    found, sources = case
    ordered = sorted(found, key=lambda each: each.order)
    lines = [line for line in render("concise", found, sources).splitlines() if not CLOSING.match(line)]
    for line, finding in zip(lines, ordered, strict=True):
        match = FLAKE8.match(line)
        assert match is not None
        assert match[1].startswith(finding.place.filename)
        assert (int(match[3]), match[4]) == (finding.place.column, finding.code)


def test_pylint_lines_match_what_editors_look_for(case: Case) -> None:
    found, sources = case
    for line, finding in zip(
        render("pylint", found, sources).splitlines(), sorted(found, key=lambda each: each.order), strict=True
    ):
        match = PYLINT.match(line)
        assert match is not None
        assert match[1].startswith(finding.place.filename)
        assert match[3] == finding.code


# --- JSON, with the fields that ruff prints ---------------------------------------------------------------------------

RUFF = {
    "cell",
    "code",
    "end_location",
    "filename",
    "fix",
    "location",
    "message",
    "name",
    "noqa_row",
    "severity",
    "url",
}


@pytest.mark.parametrize("lines", [False, True])
def test_json_has_ruffs_fields(case: Case, lines: bool) -> None:
    found, sources = case
    text = render("json-lines" if lines else "json", found, sources)
    made = [json.loads(line) for line in text.split("\n")[:-1]] if lines else json.loads(text)
    assert len(made) == len(found)
    for each in made:
        assert each.keys() >= RUFF
        assert each["location"].keys() == each["end_location"].keys() == {"row", "column"}
        assert each["severity"] in ("error", "warning", "info")
        assert each["cell"] is None or each["filename"].endswith(".ipynb")
        if each["fix"] is not None:
            assert each["fix"].keys() == {"applicability", "message", "edits"}
            assert each["fix"]["applicability"] in ("safe", "unsafe", "display")
            assert all(edit.keys() >= {"content", "location", "end_location"} for edit in each["fix"]["edits"])


@pytest.mark.parametrize("name", FORMATS)
def test_a_clean_run_in_each_format(name: str, cnnlint: Callable[..., Result]) -> None:
    Path("größe.py").write_text("import torch\n\nlayer = torch.nn.Linear(2, 3)\n", encoding="utf-8")
    result = cnnlint(".", "--output-format", name)
    assert result.status == 0
    out = result.out
    if name in ("full", "concise", "grouped"):
        assert out == "All checks passed!\n"
    elif name in ("json", "gitlab"):
        assert json.loads(out) == []
    elif name in ("sarif", "rdjson"):
        assert not json.loads(out).get("diagnostics")
    elif name == "junit":
        (suite,) = junitparser.JUnitXml.fromstring(out.encode())
        assert (suite.tests, suite.failures) == (1, 0)
    else:
        assert out == ""
