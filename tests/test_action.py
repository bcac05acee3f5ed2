"""The composite action, step by step as a runner would, with a stand-in for GitHub's command; examples of the docs."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import click
import pytest
import yaml  # type: ignore[import-untyped, unused-ignore]

from cnnlint.cli import app
from tests.cli.history import BLOCKS, BROKEN, NETS, WIDER, commit, git, repository, write

TREE = Path(__file__).parent.parent
ACTION: dict[str, Any] = yaml.safe_load((TREE / "action.yml").read_text(encoding="utf-8"))
STEPS: dict[str, dict[str, Any]] = {step["name"]: step for step in ACTION["runs"]["steps"] if "name" in step}
MARK = "<!-- cnnlint-diff -->"

GH = """\
#!/usr/bin/env bash
# Keeps one comment, in the file $GH_COMMENT.
echo "$*" >>"$GH_LOG"
if [ -n "$GH_REFUSES" ] && [[ "$*" == *$GH_REFUSES* ]]; then exit 1; fi
body=; for word in "$@"; do case $word in body=@*) body=${word#body=@};; esac; done
if [ -n "$body" ]; then cp "$body" "$GH_COMMENT"; elif [ -f "$GH_COMMENT" ]; then echo 4711; fi
"""


class Job:
    """The environment that the steps of one job share."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.work = folder / "work"
        self.temporary = folder / "temporary"
        self.bin = folder / "bin"
        for each in (self.work, self.temporary, self.bin):
            each.mkdir()
        self.executable("cnnlint", f'#!/usr/bin/env bash\nexec "{sys.executable}" -m cnnlint "$@"\n')
        self.executable("gh", GH)
        self.summary = folder / "summary.md"
        self.comment = folder / "comment.md"
        self.output = folder / "output"
        self.environment = {
            **{key: value for key, value in os.environ.items() if not key.startswith(("GIT_", "GITHUB_"))},
            "PATH": f"{self.bin}{os.pathsep}{os.environ['PATH']}",
            "CNNLINT": str(self.bin / "cnnlint"),
            "RUNNER_TEMP": str(self.temporary),
            "GITHUB_OUTPUT": str(self.output),
            "GITHUB_STEP_SUMMARY": str(self.summary),
            "GITHUB_ENV": str(folder / "env"),
            "GITHUB_REPOSITORY": "owner/nets",
            "GH_COMMENT": str(self.comment),
            "GH_LOG": str(folder / "gh.log"),
            "GH_REFUSES": "",
        }

    def executable(self, name: str, text: str) -> Path:
        path = self.bin / name
        path.write_text(text, encoding="utf-8")
        path.chmod(0o755)
        return path

    def run(self, step: str, **more: str) -> subprocess.CompletedProcess[str]:
        """A step's script, with the variables that the step sets."""
        assert set(more) <= set(STEPS[step]["env"]) | {"GH_REFUSES"}
        script = self.folder / "script.sh"
        script.write_text(STEPS[step]["run"], encoding="utf-8")
        command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", str(script)]
        return subprocess.run(
            command, cwd=self.work, env={**self.environment, **more}, capture_output=True, text=True, check=False
        )

    def outputs(self) -> dict[str, str]:
        """What the steps have put out so far."""
        return dict(line.split("=", 1) for line in self.output.read_text(encoding="utf-8").splitlines())


@pytest.fixture
def job(tmp_path: Path) -> Job:
    job = Job(tmp_path)
    repository(job.work)
    commit(job.work, "base", {"src/nets.py": NETS, "src/blocks.py": BLOCKS})
    return job


# --- the file ---------------------------------------------------------------------------------------------------------


def test_the_action_is_composite_and_safe() -> None:
    """No text of a stranger (a title, the name of a branch) may become a part of a script."""
    assert ACTION["runs"]["using"] == "composite"
    for step in ACTION["runs"]["steps"]:
        assert ("uses" in step) != ("run" in step)
        if "run" in step:
            assert step["shell"] == "bash"
            assert "${{" not in step["run"]


def test_inputs_and_outputs_are_those_that_are_used() -> None:
    text = (TREE / "action.yml").read_text(encoding="utf-8")
    assert set(re.findall(r"\binputs\.([\w-]+)", text)) == set(ACTION["inputs"])
    named = {step["id"] for step in ACTION["runs"]["steps"] if "id" in step}
    assert set(re.findall(r"\bsteps\.(\w+)\.", text)) == named
    documented = (TREE / ".github/ci.md").read_text(encoding="utf-8")
    for name in (*ACTION["inputs"], *ACTION["outputs"]):
        assert f"`{name}`" in documented


def test_each_variable_of_a_script_is_set() -> None:
    given = {"RUNNER_TEMP", "CNNLINT", "GITHUB_ENV", "GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY", "GITHUB_REPOSITORY"}
    for step in STEPS.values():
        script = step["run"]
        used = set(re.findall(r"\$\{?([A-Z][A-Z_]*)", script))
        assert used <= given | set(step["env"])


# --- its steps --------------------------------------------------------------------------------------------------------


def test_installing(job: Job) -> None:
    python = job.executable(
        "python",
        '#!/usr/bin/env bash\necho "$*" >>"$RUNNER_TEMP/log"\n'
        'if [ "$2" = venv ]; then mkdir -p "$3/bin"; cp "$0" "$3/bin/python"; fi\n',
    )
    done = job.run("Install cnnlint", PYTHON=str(python), ACTION_PATH="/the/action")
    assert done.returncode == 0
    log = (job.temporary / "log").read_text(encoding="utf-8").splitlines()
    assert log[-1] == "-m pip install --quiet --disable-pip-version-check /the/action"
    assert (job.folder / "env").read_text(encoding="utf-8") == (
        f"CNNLINT={job.temporary}/cnnlint-environment/bin/cnnlint\n"
    )


def test_findings_become_annotations(job: Job) -> None:
    write(job.work, {"src/nets.py": BROKEN})
    done = job.run("Lint", PATHS="src README.md", ARGS="--exit-zero")
    assert done.returncode == 0
    done = job.run("Lint", PATHS="src", ARGS="")
    assert done.returncode == 0
    assert done.stdout.startswith("::error title=cnnlint (CNN102),file=src/nets.py,line=14,")
    assert job.outputs()["status"] == "1"
    summary = job.summary.read_text(encoding="utf-8")
    assert summary.startswith("### cnnlint: findings\n```\n1\tCNN102\t")


def test_nothing_to_annotate(job: Job) -> None:
    done = job.run("Lint", PATHS="src", ARGS="--select CNN1")
    assert (done.returncode, done.stdout) == (0, "")
    assert job.outputs() == {"status": "0"}
    assert not job.summary.exists()


def test_the_comparison_is_in_the_summary(job: Job) -> None:
    write(job.work, {"src/nets.py": WIDER})
    done = job.run("Compare with the base", BASE=git(job.work, "rev-parse", "base").strip(), PATHS=".")
    assert done.returncode == 0
    assert job.outputs() == {"status": "0", "report": f"{job.temporary}/cnnlint-diff.md"}
    assert "| `src/nets.py::net` | 330 → 650 (+97%) |" in job.summary.read_text(encoding="utf-8")


def test_a_broken_limit_fails_the_job(job: Job) -> None:
    write(job.work, {"src/nets.py": WIDER, "cnnlint.toml": 'budget = { growth = "10%" }\n'})
    assert job.run("Compare with the base", BASE="base", PATHS=".").returncode == 0
    assert job.outputs()["status"] == "1"
    done = job.run("Verdict", CHECK="0", DIFF="1")
    assert done.returncode == 1
    assert done.stdout == "cnnlint check: 0; cnnlint diff: 1\n"


@pytest.mark.parametrize(("check", "diff", "status"), [("0", "0", 0), ("0", "", 0), ("1", "0", 1), ("2", "", 1)])
def test_the_verdict(job: Job, check: str, diff: str, status: int) -> None:
    assert job.run("Verdict", CHECK=check, DIFF=diff).returncode == status


@pytest.mark.parametrize("base", ["", "0" * 40])
def test_the_first_push_of_a_branch(job: Job, base: str) -> None:
    done = job.run("Compare with the base", BASE=base, PATHS=".")
    assert (done.returncode, done.stdout) == (0, "There is no base to compare with.\n")
    assert not job.output.exists()


def test_the_base_is_fetched(job: Job) -> None:
    """Runners clone no more than the newest commit."""
    commit(job.work, "newest", {"src/nets.py": WIDER})
    origin = job.folder / "origin"
    job.work.rename(origin)
    git(job.folder, "clone", "-q", "--depth=1", origin.as_uri(), "work")
    git(origin, "config", "uploadpack.allowAnySHA1InWant", "true")
    done = job.run("Compare with the base", BASE=git(origin, "rev-parse", "base").strip(), PATHS=".")
    assert done.returncode == 0, done.stderr
    assert "(+97%)" in job.summary.read_text(encoding="utf-8")


def test_a_base_that_is_nowhere(job: Job) -> None:
    done = job.run("Compare with the base", BASE="nowhere", PATHS=".")
    assert done.returncode == 0
    assert "error: `nowhere` is not a revision of this repository" in done.stderr
    assert job.outputs() == {"status": "2"}
    assert not job.summary.exists()


def compared(job: Job, files: dict[str, str | None]) -> str:
    """The report on a change."""
    write(job.work, files)
    assert job.run("Compare with the base", BASE="base", PATHS=".").returncode == 0
    return job.outputs()["report"]


def test_one_comment_that_is_renewed(job: Job) -> None:
    report = compared(job, {"src/nets.py": WIDER})
    assert job.run("Comment on the pull request", GH_TOKEN="t", REPORT=report, NUMBER="7").returncode == 0
    first = job.comment.read_text(encoding="utf-8")
    assert first.startswith(MARK)
    assert "330 → 650" in first
    report = compared(job, {"src/nets.py": NETS})
    assert job.run("Comment on the pull request", GH_TOKEN="t", REPORT=report, NUMBER="7").returncode == 0
    assert "no model is touched" in job.comment.read_text(encoding="utf-8")
    log = (job.folder / "gh.log").read_text(encoding="utf-8").splitlines()
    assert [line.split(" --jq")[0] for line in log] == [
        "api --paginate repos/owner/nets/issues/7/comments",
        f"api --method POST repos/owner/nets/issues/7/comments -F body=@{report} --silent",
        "api --paginate repos/owner/nets/issues/7/comments",
        f"api --method PATCH repos/owner/nets/issues/comments/4711 -F body=@{report} --silent",
    ]


def test_no_comment_where_there_is_nothing_to_say(job: Job) -> None:
    report = compared(job, {"README.md": "Nets.\n"})
    assert job.run("Comment on the pull request", GH_TOKEN="t", REPORT=report, NUMBER="7").returncode == 0
    assert not job.comment.exists()


@pytest.mark.parametrize("refused", ["--paginate", "POST", "PATCH"])
def test_a_token_that_may_not_comment(job: Job, refused: str) -> None:
    report = compared(job, {"src/nets.py": WIDER})
    if refused == "PATCH":
        job.comment.write_text(MARK, encoding="utf-8")
    done = job.run("Comment on the pull request", GH_TOKEN="t", REPORT=report, NUMBER="7", GH_REFUSES=refused)
    assert done.returncode == 0
    assert done.stdout.startswith("::notice title=cnnlint::")


# --- the examples -----------------------------------------------------------------------------------------------------


def blocks(kind: str) -> list[str]:
    text = (TREE / ".github/ci.md").read_text(encoding="utf-8")
    return re.findall(rf"^```{kind}\n(.*?)^```", text, re.DOTALL | re.MULTILINE)


def commands(value: Any) -> list[str]:
    """The lines of scripts in an example, wherever they stand."""
    if isinstance(value, dict):
        return [line for key, each in value.items() for line in commands(each) if key not in ("name", "image")]
    if isinstance(value, list):
        return [line for each in value for line in commands(each)]
    return [line for line in str(value).splitlines() if line.startswith("cnnlint ")]


def accepted(words: list[str]) -> bool:
    """Whether the command has these options."""
    command = app.get_command(click.Context(app), words[0])
    assert command is not None
    command.make_context(words[0], words[1:])
    return True


def test_the_examples_use_options_that_there_are() -> None:
    lines = [line for block in blocks("yaml") for line in commands(yaml.safe_load(block))]
    assert len(lines) == 5
    for line in lines:
        plain = re.sub(r"\$\{\{.*?\}\}|\$\w+", "main", line.partition(" >>")[0])
        assert accepted(shlex.split(plain)[1:])


def test_the_examples_use_inputs_that_there_are() -> None:
    steps = yaml.safe_load(blocks("yaml")[0])["jobs"]["cnnlint"]["steps"]
    (own,) = (step for step in steps if step["uses"].startswith("cnnlint/"))
    assert set(own["with"]) <= set(ACTION["inputs"])


def test_the_examples_use_hooks_that_there_are() -> None:
    hooks = {each["id"]: each for each in yaml.safe_load((TREE / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))}
    (example,) = (yaml.safe_load(block) for block in blocks("yaml") if block.startswith("repos:"))
    for hook in example["repos"][0]["hooks"]:
        found = hooks[hook["id"]]
        assert accepted([*shlex.split(found["entry"])[1:], *hook.get("args", found["args"])])


def test_the_example_of_limits_is_a_configuration(tmp_path: Path) -> None:
    from cnnlint.settings.discovery import load_table
    from cnnlint.settings.layer import read_layer

    path = tmp_path / "pyproject.toml"
    path.write_text(blocks("toml")[0], encoding="utf-8")
    table = load_table(path)
    assert table is not None
    assert read_layer(table, tmp_path, "pyproject.toml")["budget"]["growth"] == 0.1
