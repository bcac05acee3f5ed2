"""Whole reports as a reader or a program gets them."""

from __future__ import annotations

import json
import re
from importlib import import_module
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import pytest

from cnnlint import reports
from cnnlint.finding import Edit, Finding, Fix
from cnnlint.model import Place, Related
from cnnlint.reports import FORMATS, render, statistics
from cnnlint.settings.keys import FORMATS as OPTIONS

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from cnnlint.finding import Sources

FILES = ("src/net.py", "src/blocks.py", "src/clean.py", "n.ipynb", "gone.py")


@pytest.mark.parametrize("name", FORMATS)
def test_text_of_each_format(
    name: str, findings: list[Finding], sources: Sources, same_as_snapshot: Callable[[str, str], None]
) -> None:
    same_as_snapshot(f"{name}.txt", without_pages(render(name, findings, sources, files=FILES)))


def without_pages(text: str) -> str:
    """A report without the documentation of rules."""
    return re.sub(r'("(?:text|markdown)": ")[^"]*\\n\\n## What it does(?:[^"\\]|\\.)*"', r'\1…"', text)


@pytest.mark.parametrize("name", FORMATS)
def test_text_of_each_format_without_findings(
    name: str, sources: Sources, same_as_snapshot: Callable[[str, str], None]
) -> None:
    same_as_snapshot(f"{name}-clean.txt", render(name, [], sources, files=FILES[:1]))


@pytest.mark.parametrize("name", FORMATS)
def test_only_formats_for_readers_use_colors_and_without_them_say_the_same(
    name: str, findings: list[Finding], sources: Sources
) -> None:
    colored = render(name, findings, sources, color=True)
    assert ("\033[" in colored) == (name in {"full", "concise", "grouped"})
    assert re.sub("\033\\[[0-9;]*m", "", colored) == render(name, findings, sources)


def test_every_option_has_a_format() -> None:
    assert tuple(FORMATS) == OPTIONS


@pytest.mark.parametrize("place", FORMATS.values())
def test_every_format_is_there(place: str) -> None:
    module, _, function = place.partition(":")
    assert callable(getattr(import_module(module), function))


def test_findings_are_ordered_by_place(findings: list[Finding], sources: Sources) -> None:
    shown = render("concise", reversed(findings), sources)
    assert [line.split(":")[0] for line in shown.splitlines()[:5]] == ["gone.py", "n.ipynb", *["src/net.py"] * 3]


def test_closing_lines_end_the_readers_formats(findings: list[Finding], sources: Sources) -> None:
    for name in ("full", "concise", "grouped"):
        assert render(name, findings, sources, closing=["2 of 3 models understood"]).endswith("models understood\n")


def test_unsafe_fixes_count_where_they_are_asked_for(findings: list[Finding], sources: Sources) -> None:
    shown = render("concise", findings, sources)
    assert "CNN110 `in_channels`" in shown
    assert "[*] 1 fixable with the --fix option (1 more with the --unsafe-fixes option)." in shown
    shown = render("concise", findings, sources, unsafe_fixes=True)
    assert "CNN110 [*] `in_channels`" in shown
    assert "[*] 2 fixable with the --fix option." in shown


def test_only_unsafe_fixes(findings: list[Finding], sources: Sources) -> None:
    shown = render("concise", findings[1:], sources)
    assert shown.endswith("No safe fixes (1 fixable with the --unsafe-fixes option).\n")


def one(
    message: str = "message", filename: str = "a.py", row: int = 1, column: int = 1, end_column: int = 2, **more: Any
) -> Finding:
    return Finding(
        "CNN101", "negative-dimension", "error", message, Place(filename, row, column, row, end_column), **more
    )


class Line:
    def __init__(self, text: str) -> None:
        self.text = text

    def line(self, row: int) -> str:
        return self.text if row == 1 else ""

    def noqa_row(self, row: int) -> int:
        return row

    def cell(self, row: int) -> tuple[int, int] | None:  # noqa: ARG002 - a plain file has none
        return None


def frame(text: str, column: int, end_column: int) -> list[str]:
    shown = render("full", [one(column=column, end_column=end_column)], lambda _name: Line(text))
    return [line[4:] for line in shown.splitlines() if line[1:4] == " | "]


def test_wide_characters_take_two_columns() -> None:
    assert frame('s = "日本"; conv()', 11, 17) == ['s = "日本"; conv()', "            ^^^^^^"]


def test_combining_characters_take_none() -> None:
    assert frame("e\u0301 = conv()", 6, 12) == ["e\u0301 = conv()", "    ^^^^^^"]


def test_tabs_are_shown_as_blanks() -> None:
    assert frame("\tx = conv()", 6, 12) == ["    x = conv()", "        ^^^^^^"]


def test_long_line_is_cut_around_the_span() -> None:
    text, marks = frame("a" * 500 + " conv() " + "b" * 500, 502, 508)
    assert text.startswith("…aaa")
    assert text.endswith("b…")
    assert len(text) < 170
    assert text[marks.index("^") : marks.rindex("^") + 1] == "conv()"


def test_control_characters_of_the_source_do_not_reach_the_terminal() -> None:
    shown = render("full", [one("a \033[31m b", column=6, end_column=7)], lambda _name: Line('x = "\033[2J"; y\u202e'))
    assert "\033" not in shown
    assert "\u202e" not in shown
    assert "\\x1b[2J" in shown


def test_place_beyond_the_text_is_shown_all_the_same() -> None:
    assert frame("", 9, 12) == ["", "^"]
    assert "a.py:7:3" in render("full", [one(row=7, column=3)], lambda _name: Line("x"))


def test_lone_surrogate_can_be_written() -> None:
    for name in FORMATS:
        render(name, [one("the name \ud800")], lambda _name: Line("x")).encode()


# --- what programs read -----------------------------------------------------------------------------------------------


def test_json_has_the_promised_fields(findings: list[Finding], sources: Sources) -> None:
    found = json.loads(render("json", findings, sources))
    for each in found:
        assert {
            "code",
            "name",
            "severity",
            "message",
            "filename",
            "location",
            "end_location",
            "cell",
            "model",
            "layer",
            "related",
            "fix",
            "noqa_row",
            "url",
        } <= each.keys()
    notebook = next(each for each in found if each["filename"] == "n.ipynb")
    assert (notebook["cell"], notebook["location"]) == (2, {"row": 2, "column": 5})
    fixed = next(each for each in found if each["code"] == "CNN102")
    assert fixed["fix"]["edits"][0]["content"] == "25088"
    assert fixed["related"][1]["filename"] == "src/blocks.py"


def test_json_lines_are_the_same_objects(findings: list[Finding], sources: Sources) -> None:
    lines = render("json-lines", findings, sources).splitlines()
    assert [json.loads(line) for line in lines] == json.loads(render("json", findings, sources))


def test_github_escapes_what_its_commands_are_made_of(findings: list[Finding], sources: Sources) -> None:
    line = next(line for line in render("github", findings, sources).splitlines() if "CNN301" in line)
    assert line.startswith("::warning title=cnnlint (CNN301),file=src/net.py,line=18,endLine=20::")
    assert "100%25 of 5 convolutions, one: two" in line
    named = render("github", [one(filename="a,b:c.py", message="two\nlines")], lambda _name: None)
    assert "file=a%2Cb%3Ac.py," in named
    assert named.endswith("two%0Alines\n")


def test_gitlab_has_all_required_fields_and_no_two_equal_fingerprints(
    findings: list[Finding], sources: Sources
) -> None:
    issues = json.loads(render("gitlab", [*findings, *findings], sources))
    assert len({issue["fingerprint"] for issue in issues}) == len(issues)
    for issue in issues:
        assert issue["description"]
        assert issue["check_name"].startswith("CNN")
        assert issue["severity"] in {"info", "minor", "major", "critical", "blocker"}
        assert not issue["location"]["path"].startswith((".", "/"))
        assert issue["location"]["positions"]["begin"]["line"] >= 1


def test_fingerprint_survives_that_a_line_is_moved() -> None:
    here, there = one(row=1), one(row=1)
    moved = Finding(there.code, there.name, there.severity, there.message, Place("a.py", 5, 3, 5, 4))
    assert here.fingerprint("x = 1") == moved.fingerprint("  x = 1 ")
    assert here.fingerprint("x = 1") != here.fingerprint("x = 1", 1)


def test_sarif_has_what_code_scanning_requires(findings: list[Finding], sources: Sources) -> None:
    made = json.loads(render("sarif", findings, sources))
    assert made["version"] == "2.1.0"
    assert made["$schema"].endswith("sarif-2.1.0.json")
    (run,) = made["runs"]
    rules = run["tool"]["driver"]["rules"]
    for rule in rules:
        assert 0 < len(rule["shortDescription"]["text"]) <= 1024
        assert 0 < len(rule["fullDescription"]["text"]) <= 1024
        assert rule["help"]["text"]
        assert rule["properties"]["precision"] in {"very-high", "high", "medium", "low"}
        assert rule["properties"]["problem.severity"] in {"error", "warning", "recommendation"}
    assert len(run["results"]) == len(findings)
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["level"] in {"error", "warning", "note"}
        assert result["message"]["text"]
        (location,) = result["locations"]
        place = location["physicalLocation"]
        assert not place["artifactLocation"]["uri"].startswith(("/", "file:", "."))
        region = place["region"]
        assert region["startLine"] == region["endLine"]
        assert 1 <= region["startColumn"] <= region["endColumn"]
        assert re.fullmatch("[0-9a-f]{16}:1", result["partialFingerprints"]["primaryLocationLineHash"])
    assert "" not in _strings(made)


def _strings(tree: object) -> set[str]:
    if isinstance(tree, dict):
        return {text for value in tree.values() for text in _strings(value)}
    if isinstance(tree, list):
        return {text for value in tree for text in _strings(value)}
    return {tree} if isinstance(tree, str) else set()


def test_sarif_paths_are_relative_and_encoded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for given, expected in [
        (str(tmp_path / "my nets" / "a.py"), "my%20nets/a.py"),
        ("./a.py", "a.py"),
        (str(tmp_path.parent / "b.py"), (tmp_path.parent / "b.py").resolve().as_uri()),
    ]:
        made = json.loads(render("sarif", [one(filename=given)], lambda _name: None))
        assert made["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == expected


def test_sarif_of_a_rule_that_is_not_installed() -> None:
    made = json.loads(
        render("sarif", [Finding("XYZ1", "other", "info", "said", Place("a.py", 1, 1, 1, 2))], lambda _n: None)
    )
    assert made["runs"][0]["tool"]["driver"]["rules"][0]["help"]["text"] == "other"


def test_junit_counts_and_names_its_tests(findings: list[Finding], sources: Sources) -> None:
    root = ET.fromstring(render("junit", findings, sources, files=FILES))
    assert root.tag == "testsuites"
    cases = root.findall("testsuite/testcase")
    assert int(root.attrib["tests"]) == len(cases) == len(findings) + 2
    assert int(root.attrib["failures"]) == len(root.findall("testsuite/testcase/failure")) == len(findings)
    for suite in root:
        assert int(suite.attrib["tests"]) == len(suite)
        assert int(suite.attrib["failures"]) == len(suite.findall("testcase/failure"))
    clean = next(suite for suite in root if suite.get("name") == "src/clean.py")
    assert not clean.findall("testcase/failure")


def test_junit_of_nothing_still_holds_a_test(sources: Sources) -> None:
    root = ET.fromstring(render("junit", [], sources))
    assert len(root.findall("testsuite/testcase")) == 1


def test_junit_is_xml_whatever_a_message_holds() -> None:
    text = render("junit", [one("<&\"'>\x00\x1b\uffff", filename='a<"b.py')], lambda _name: None)
    failure = ET.fromstring(text).find("testsuite/testcase/failure")
    assert failure is not None
    assert failure.attrib["message"].startswith("<&\"'>\\x00")


def test_rdjson_counts_bytes(findings: list[Finding], sources: Sources) -> None:
    made = json.loads(render("rdjson", findings, sources))
    assert made["source"] == {"name": "cnnlint"}
    found = next(each for each in made["diagnostics"] if each["code"]["value"] == "CNN110")
    line = 'größe = "日本語"; bad = '
    assert found["location"]["range"]["start"] == {"line": 16, "column": len(line.encode()) + 1}
    assert found["severity"] == "ERROR"
    assert found["suggestions"][0]["text"] == "5"
    for each in made["diagnostics"]:
        assert each["severity"] in {"ERROR", "WARNING", "INFO"}
        assert each["message"]


def test_azure_escapes_what_its_commands_are_made_of() -> None:
    text = render("azure", [one("100%\nof it", filename="a;b].py")], lambda _name: None)
    assert "sourcepath=a%3Bb%5D.py;" in text
    assert text.endswith("]100%AZP25%0Aof it\n")


def test_pylint_lines_can_be_parsed(findings: list[Finding], sources: Sources) -> None:
    for line in render("pylint", findings, sources).splitlines():
        assert re.fullmatch(r"[^:]+:(cell \d+:)?\d+: \[CNN\d{3}\] .+", line)


def test_a_fix_that_is_only_shown_is_not_offered() -> None:
    fix = Fix("display", "perhaps", (Edit("x", Place("a.py", 1, 1, 1, 2)),))
    found = one(fix=fix, related=(Related("there", Place("b.py", 1, 1, 1, 2)),))
    assert "[*]" not in render("concise", [found], lambda _name: None)
    assert "suggestions" not in json.loads(render("rdjson", [found], lambda _name: None))["diagnostics"][0]
    assert "fixes" not in json.loads(render("sarif", [found], lambda _name: None))["runs"][0]["results"][0]


def test_statistics(findings: list[Finding], same_as_snapshot: Callable[[str, str], None]) -> None:
    same_as_snapshot("statistics.txt", statistics.render([*findings, findings[1]]))
    rows = json.loads(statistics.render([*findings, findings[1]], output_format="json", unsafe_fixes=True))
    assert rows[0] == {"code": "CNN110", "name": "bad-argument", "count": 2, "fixable": True, "fixable_count": 2}
    assert statistics.render([]) == "All checks passed!\n"


def test_an_unknown_format_is_an_error(sources: Sources) -> None:
    with pytest.raises(KeyError):
        reports.render("xml", [], sources)
