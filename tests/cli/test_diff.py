"""`cnnlint diff`: two revisions of a repository side by side."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from cnnlint.version import VERSION
from tests.cli.history import (
    BLOCKS,
    BROKEN,
    CLASSIFIER,
    NETS,
    REVISIONS,
    WIDER,
    commit,
    git,
    history,
    repository,
    write,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import Result

    Command = Callable[..., Result]
    Same = Callable[[str, str], None]

SNAPSHOTS = Path(__file__).parent / "snapshots"
TAGS = list(REVISIONS)
STATUS = {
    "r04-wider": 1,  # the growth and the budget of `net`
    "r05-deeper-block": 1,
    "r06-shallower-again": 1,  # `net` is still over its budget
    "r08-names-back": 1,  # the budget is one of `net`
    "r09-moved": 1,  # ten classes in place of two
    "r10-mistake": 1,
    "r11-mended-with-an-unknown-layer": 1,
    "r12-no-longer-python": 1,
}
"""The exit status of each step from one revision to the next, where it is not 0."""


@pytest.fixture(scope="module")
def past(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return history(tmp_path_factory.mktemp("past"))


@pytest.fixture
def standing(past: Path, cnnlint: Command, monkeypatch: pytest.MonkeyPatch) -> Command:
    """The command, run in the repository with a past."""
    monkeypatch.chdir(past)
    return cnnlint


@pytest.fixture
def same(request: pytest.FixtureRequest) -> Same:
    def compare(name: str, text: str) -> None:
        path = SNAPSHOTS / name
        text = text.replace(f"cnnlint {VERSION}", "cnnlint VERSION")
        if request.config.getoption("--renew"):
            path.write_text(text, encoding="utf-8")
        assert path.read_text(encoding="utf-8") == text

    return compare


def shown(cnnlint: Command, *arguments: str) -> dict[str, Any]:
    result = cnnlint("diff", *arguments, "--output-format", "json")
    assert result.err == ""
    found: dict[str, Any] = json.loads(result.out)
    return found


def by_target(table: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {model["target"]: model for model in table["models"]}


# --- a dozen revisions ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["text", "json", "markdown"])
def test_each_step_of_a_history(standing: Command, same: Same, form: str) -> None:
    parts, failing = [], {}
    for before, after in pairwise(TAGS):
        result = standing("diff", f"{before}..{after}", "--output-format", form)
        assert result.err == ""
        if result.status:
            failing[after] = result.status
        parts.append(f"=== {after}\n{result.out}")
    same(f"diff-{form}.txt", "\n".join(parts))
    assert failing == STATUS


def test_all_of_a_history_at_once(standing: Command, same: Same) -> None:
    result = standing("diff", TAGS[0])
    assert result.status == 1
    same("diff-all.txt", result.out)


def test_the_way_back_mirrors_the_way_there(standing: Command) -> None:
    there = shown(standing, f"{TAGS[2]}..{TAGS[9]}")
    back = shown(standing, f"{TAGS[9]}..{TAGS[2]}")
    assert [each["code"] for each in there["findings"]["new"]] == [each["code"] for each in back["findings"]["fixed"]]
    old = {model["was"] or model["target"]: model["params"]["before"] for model in there["models"]}
    new = {model["target"]: model["params"]["after"] for model in back["models"]}
    assert old == new


# --- figures ----------------------------------------------------------------------------------------------------------


def test_figures_are_those_of_both_revisions(standing: Command) -> None:
    found = by_target(shown(standing, "r03-comments-only..r04-wider"))
    assert set(found) == {"src/nets.py::net", "src/nets.py::encoder"}
    net = found["src/nets.py::net"]
    # 3·3·3·8+8 + 2·8 + 8·10+10 and the same with 16 channels, as PyTorch counts them.
    assert (net["params"]["before"], net["params"]["after"]) == (330, 650)
    assert net["params"]["change"] == pytest.approx(320 / 330)
    assert net["macs"]["before"] == 30 * 30 * 8 * 27 + 80
    assert net["macs"]["after"] == 30 * 30 * 16 * 27 + 160
    assert net["receptive_field"]["after"] == {"size": [3, 3], "stride": [1, 1]}
    assert net["status"] == "changed"
    assert found["src/nets.py::encoder"]["status"] == "unchanged"


def test_a_file_is_evaluated_because_of_what_it_imports(standing: Command) -> None:
    found = by_target(shown(standing, "r04-wider..r05-deeper-block"))
    assert found["src/nets.py::net"]["params"]["after"] == 650 + 16 * 16 * 9 + 16
    assert "src/classifier.py::build_model" not in found


def test_imports_stay_inside_a_revision(cnnlint: Command, project: Path) -> None:
    """The base's `nets.py` imports the base's `blocks.py`, though another one lies in the working tree."""
    repository(project)
    commit(
        project,
        "one",
        {"pkg/__init__.py": "", "pkg/blocks.py": BLOCKS, "pkg/nets.py": NETS.replace("from blocks", "from .blocks")},
    )
    write(project, {"pkg/blocks.py": BLOCKS.replace("3)", "5)")})
    net = by_target(shown(cnnlint, "one"))["pkg/nets.py::net"]
    assert (net["params"]["before"], net["params"]["after"]) == (330, 330 + 8 * 3 * 16)


def test_a_renamed_model_is_the_same_one(standing: Command) -> None:
    found = by_target(shown(standing, "r06-shallower-again..r07-renamed"))
    assert found["src/nets.py::small"]["was"] == "src/nets.py::net"
    assert found["src/nets.py::backbone"]["was"] == "src/nets.py::encoder"
    assert {model["status"] for model in found.values()} == {"unchanged"}


def test_a_file_that_was_moved_holds_the_same_models(standing: Command) -> None:
    found = by_target(shown(standing, "r08-names-back..r09-moved"))
    moved = found["src/vision/digits.py::build_model"]
    assert moved["was"] == "src/classifier.py::build_model"
    assert moved["params"]["before"] == 80 + 26 * 26 * 8 * 2 + 2
    assert moved["params"]["after"] == 80 + 26 * 26 * 8 * 10 + 10


def test_what_is_not_known_is_said(standing: Command) -> None:
    result = standing("diff", "r10-mistake..r11-mended-with-an-unknown-layer")
    assert "MACs            " in result.out
    assert "-> unknown" in result.out
    assert "not known: " in result.out


# --- findings and limits ----------------------------------------------------------------------------------------------


def test_new_and_fixed_findings(standing: Command) -> None:
    made = shown(standing, "r09-moved..r10-mistake")["findings"]
    assert [(each["code"], each["filename"]) for each in made["new"]] == [("CNN102", "src/nets.py")]
    assert made["fixed"] == []
    mended = shown(standing, "r10-mistake..r11-mended-with-an-unknown-layer")["findings"]
    assert mended["new"] == []
    assert [(each["code"], each["filename"]) for each in mended["fixed"]] == [("CNN102", "src/nets.py")]


def test_a_finding_that_was_there_is_neither_new_nor_fixed(cnnlint: Command, project: Path) -> None:
    repository(project)
    commit(project, "one", {"src/nets.py": BROKEN, "src/blocks.py": BLOCKS})
    write(project, {"src/nets.py": "# A line above.\n" + BROKEN.replace("Linear(24", "Linear(32")})
    result = cnnlint("diff", "one")
    assert "CNN102" not in result.out
    assert result.out.endswith("; no new findings\n")
    assert result.status == 0


def test_a_broken_limit_of_growth(cnnlint: Command, project: Path) -> None:
    repository(project)
    commit(project, "one", {"src/nets.py": NETS, "src/blocks.py": BLOCKS})
    write(project, {"src/nets.py": WIDER})
    assert cnnlint("diff", "one").status == 0
    assert cnnlint("diff", "one", "--config", "budget.growth = '200%'").status == 0
    result = cnnlint("diff", "one", "--config", "budget.growth = '10%'")
    assert result.status == 1
    assert "  parameters                   330 -> 650    +97%  over the growth limit of 10%\n" in result.out
    assert cnnlint("diff", "one", "--config", "budget.growth = '10%'", "--exit-zero").status == 0


def test_growth_within_its_limit(cnnlint: Command, project: Path) -> None:
    repository(project)
    commit(project, "one", {"net.py": "from torch import nn\nnet = nn.Sequential(nn.Linear(10, 10))\n"})
    write(project, {"net.py": "from torch import nn\nnet = nn.Sequential(nn.Linear(10, 11))\n"})
    assert cnnlint("diff", "one", "--config", "budget.growth = '10%'").status == 0
    assert cnnlint("diff", "one", "--config", "budget.growth = '9.9%'").status == 1


def test_growth_for_all_sizes(cnnlint: Command, project: Path) -> None:
    """Where no size is stated, a limit is broken only if it is for every size."""
    repository(project)
    text = "from torch import nn\nnet = nn.Sequential(nn.Conv2d(3, {0}, 3))\n"
    commit(project, "one", {"net.py": text.format(8)})
    write(project, {"net.py": text.format(16)})
    (model,) = shown(cnnlint, "one", "--config", "budget.growth = '10%'")["models"]
    assert model["macs"]["before"] == "216*(height - 2)*(width - 2)"
    assert model["macs"]["change"] == 1.0
    assert {limit["name"]: limit["broken"] for limit in model["limits"]} == {
        "params": True,
        "macs": True,
        "activation_bytes": True,
    }


def test_budgets_that_depend_on_an_open_size_are_told(cnnlint: Command, project: Path) -> None:
    repository(project)
    text = "from torch import nn\nnet = nn.Sequential(nn.Conv2d(3, {0}, 3), nn.Conv2d({0}, {1}, 5))\n"
    commit(project, "one", {"net.py": text.format(8, 8)})
    write(project, {"net.py": text.format(8, 16)})
    budget = ("--config", "budget.macs = '10M'", "--config", "budget.params = '1M'")
    depends = "`net` is not held to its budget of `macs`: what it needs depends on height and width."
    told = cnnlint("diff", "one", *budget)
    assert told.status == 0
    assert f"\n  {depends}\n" in told.out
    (model,) = shown(cnnlint, "one", *budget)["models"]
    (limit,) = model["limits"]
    assert (limit["kind"], limit["name"], limit["broken"], limit["message"]) == ("budget", "mac-budget", None, depends)
    # Too long for a table, so it is written out below: 3*8*9*(h-2)*(w-2) + 8*16*25*(h-6)*(w-6)
    assert f"MACs after: {model['macs']['after']}\n" in told.out
    marked = cnnlint("diff", "one", *budget, "--output-format", "markdown").out
    assert f"**Not judged**\n\n- `net.py::net`: {depends}\n" in marked
    assert f"- `net.py::net`: MACs after `{model['macs']['after']}`\n" in marked
    stated = "[[models]]\nname = 'net'\ninput-shape = [3, 64, 64]\n[budget]\nmacs = '10M'\n"
    write(project, {"cnnlint.toml": stated})
    told = cnnlint("diff", "one")  # 216*62*62 + 3200*58*58 multiply-accumulates
    assert (told.status, "CNN203" in told.out, "not held" in told.out) == (1, True, False)


def test_a_broken_budget(cnnlint: Command, project: Path) -> None:
    repository(project)
    commit(project, "one", {"src/nets.py": NETS, "src/blocks.py": BLOCKS})
    write(project, {"src/nets.py": WIDER})
    result = cnnlint("diff", "one", "--config", "budget.params = 500")
    assert result.status == 1
    assert "CNN201 `net` has 650 parameters, 150 (30%) over the budget of 500" in result.out
    table = shown(cnnlint, "one", "--config", "budget.params = 500")
    assert table["limits_broken"] == 1
    (limit,) = by_target(table)["src/nets.py::net"]["limits"]
    assert (limit["kind"], limit["code"], limit["broken"]) == ("budget", "CNN201", True)


def test_a_budget_that_an_untouched_model_broke_before(cnnlint: Command, project: Path) -> None:
    repository(project)
    commit(project, "one", {"src/nets.py": NETS, "src/blocks.py": BLOCKS})
    write(project, {"src/nets.py": f"# A comment.\n{NETS}"})
    result = cnnlint("diff", "one", "--config", "budget.params = 100")
    assert result.status == 0
    assert result.out.endswith(": 2 models unchanged; no new findings\n")


def test_severities_that_do_not_fail(cnnlint: Command, project: Path) -> None:
    repository(project)
    commit(project, "one", {"net.py": "from torch import nn\n"})
    write(project, {"net.py": "from torch import nn\nnet = nn.Sequential(nn.Linear(3, 4), nn.Linear(5, 6))\n"})
    assert cnnlint("diff", "one").status == 1
    assert cnnlint("diff", "one", "--config", 'severity = {CNN102 = "info"}', "--fail-on", "warning").status == 0
    assert cnnlint("diff", "one", "--ignore", "CNN102").status == 0


# --- what is compared -------------------------------------------------------------------------------------------------


def test_nothing_to_compare(cnnlint: Command, project: Path) -> None:
    repository(project)
    commit(project, "one", {"src/nets.py": NETS, "src/blocks.py": BLOCKS})
    result = cnnlint("diff", "HEAD")
    assert result.status == 0
    assert result.out.endswith("to the working tree: no model is touched; no new findings\n")


def test_line_ends_are_no_difference(cnnlint: Command, project: Path) -> None:
    repository(project)
    commit(project, "one", {"src/nets.py": NETS, "src/blocks.py": BLOCKS})
    write(project, {"src/nets.py": NETS.replace("\n", "\r\n")})
    assert shown(cnnlint, "one")["models"] == []


def test_files_that_git_does_not_know_yet(cnnlint: Command, project: Path) -> None:
    repository(project)
    commit(project, "one", {"README.md": ""})
    write(project, {"new.py": CLASSIFIER, "ignored.py": CLASSIFIER, ".gitignore": "ignored.py\n"})
    assert {target: model["status"] for target, model in by_target(shown(cnnlint, "one")).items()} == {
        "new.py::build_model": "added"
    }


def test_paths(cnnlint: Command, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    repository(project)
    commit(project, "one", {"a/net.py": CLASSIFIER, "b/net.py": CLASSIFIER, "b/gone.py": CLASSIFIER})
    change = CLASSIFIER.replace("Conv2D(8", "Conv2D(4")
    write(project, {"a/net.py": change, "b/net.py": change, "b/gone.py": None})
    assert set(by_target(shown(cnnlint, "one", "a"))) == {"a/net.py::build_model"}
    assert set(by_target(shown(cnnlint, "one", "b/gone.py"))) == {"b/gone.py::build_model"}
    monkeypatch.chdir(project / "b")
    assert set(by_target(shown(cnnlint, "one"))) == {"net.py::build_model", "gone.py::build_model"}
    assert set(by_target(shown(cnnlint, "one", "../a"))) == {"../a/net.py::build_model"}


def test_the_commit_where_a_branch_began(cnnlint: Command, project: Path) -> None:
    repository(project)
    commit(project, "one", {"a.py": CLASSIFIER, "b.py": CLASSIFIER})
    git(project, "branch", "work")
    commit(project, "two", {"a.py": CLASSIFIER.replace("Conv2D(8", "Conv2D(16")})
    git(project, "checkout", "-q", "work")
    commit(project, "three", {"b.py": CLASSIFIER.replace("Conv2D(8", "Conv2D(4")})
    changed = {
        revisions: {target for target, model in by_target(shown(cnnlint, revisions)).items()}
        for revisions in ("main", "main...", "main...work", "main..work", "one..two")
    }
    a, b = "a.py::build_model", "b.py::build_model"
    assert changed == {"main": {a, b}, "main...": {b}, "main...work": {b}, "main..work": {a, b}, "one..two": {a}}


def test_the_working_tree_stays_as_it_is(cnnlint: Command, project: Path) -> None:
    repository(project)
    commit(project, "one", {"src/nets.py": NETS, "src/blocks.py": BLOCKS})
    commit(project, "two", {"src/nets.py": WIDER})
    write(project, {"src/nets.py": BROKEN})
    index, head = (project / ".git/index").read_bytes(), git(project, "rev-parse", "HEAD")
    assert cnnlint("diff", "one..two").status == 0
    assert cnnlint("diff", "one").status == 1
    assert (project / "src/nets.py").read_text(encoding="utf-8") == BROKEN
    assert (project / ".git/index").read_bytes() == index
    assert git(project, "rev-parse", "HEAD") == head
    assert git(project, "status", "--porcelain") == " M src/nets.py\n"


def test_links_of_a_revision_lead_nowhere_outside(
    cnnlint: Command, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inside = project / "repository"
    inside.mkdir()
    write(project, {"secret.py": "WIDTH = 7\n"})
    repository(inside)
    (inside / "secret.py").symlink_to("../secret.py")
    (inside / "blocks.py").symlink_to("real/blocks.py")
    commit(
        inside,
        "one",
        {"real/blocks.py": BLOCKS, "nets.py": NETS + "\nfrom secret import WIDTH\nmore = nn.Linear(WIDTH, 2)\n"},
    )
    monkeypatch.chdir(inside)
    write(inside, {"nets.py": WIDER + "\nfrom secret import WIDTH\nmore = nn.Sequential(nn.Linear(WIDTH, 2))\n"})
    found = by_target(shown(cnnlint, "one"))
    assert found["nets.py::net"]["params"]["before"] == 330
    assert found["nets.py::more"]["params"]["before"] is None


# --- what goes wrong --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("revision", ["nowhere", "-x", "..nowhere", "nowhere...", "v1..v2", "HEAD:src"])
def test_an_unknown_revision(standing: Command, revision: str) -> None:
    result = standing("diff", "--", revision)
    assert result.status == 2
    assert result.out == ""
    assert result.err.startswith("error: `")
    assert result.err.endswith("is not a revision of this repository\n")
    assert result.err.count("\n") == 1


def test_a_shallow_clone(cnnlint: Command, past: Path, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    git(project, "clone", "-q", "--depth", "1", past.as_uri(), "copy")
    monkeypatch.chdir(project / "copy")
    result = cnnlint("diff", TAGS[0])
    assert result.status == 2
    assert "the clone is shallow: fetch more of its history first" in result.err


def test_no_repository(cnnlint: Command, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(project.parent))
    result = cnnlint("diff", "main")
    assert (result.status, result.out) == (2, "")
    assert result.err == f"error: {project} is not in a git repository\n"


def test_no_git(standing: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    result = standing("diff", "HEAD")
    assert (result.status, result.out) == (2, "")
    assert result.err.startswith("error: git cannot be run: ")


def test_paths_that_are_not_there(standing: Command, tmp_path: Path) -> None:
    for path, message in (("none", "there is no such file or folder in either revision"), (str(tmp_path), "is not in")):
        result = standing("diff", "HEAD", path)
        assert result.status == 2
        assert message in result.err
        assert result.out == ""


def test_a_base_is_needed(cnnlint: Command) -> None:
    result = cnnlint("diff")
    assert result.status == 2
    assert "BASE" in result.err


def test_an_output_file(standing: Command) -> None:
    result = standing("diff", "r03-comments-only..r04-wider", "-o", "out/report.md", "--output-format", "markdown")
    text = Path("out/report.md").read_text(encoding="utf-8")
    Path("out/report.md").unlink()
    assert result.out == ""
    assert text.startswith("<!-- cnnlint-diff -->\n### cnnlint: 1 model changed")


# --- names that strangers chose ---------------------------------------------------------------------------------------


def test_markdown_is_not_made_of_names(cnnlint: Command, project: Path) -> None:
    repository(project)
    name = "a|b`c`<img src=x>@octocat.py"
    commit(project, "one", {"README.md": ""})
    write(project, {name: CLASSIFIER})
    out = cnnlint("diff", "one", "--output-format", "markdown").out
    assert "| ``a\\|b`c`<img src=x>@octocat.py::build_model``<br>added | " in out
    rows = [line for line in out.splitlines() if line.startswith("| ") and "added" in line]
    assert len(rows) == 1


def test_a_comment_stays_short_enough(cnnlint: Command, project: Path) -> None:
    repository(project)
    commit(project, "one", {"README.md": ""})
    lines = [f"net_{'x' * 80}_{number} = nn.Sequential(nn.Linear(3, 4), nn.Linear(5, 6))" for number in range(300)]
    write(project, {"nets.py": "\n".join(["from torch import nn", *lines, ""])})
    out = cnnlint("diff", "one", "--output-format", "markdown").out
    assert len(out) < 65536
    assert "and 240 models more" in out
