"""`cnnlint check`: what it prints, and how it ends."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from tests.conftest import BROKEN, GOOD, Result

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest

    Command = Callable[..., Result]


def write(name: str, text: str) -> Path:
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_nothing_to_report(cnnlint: Command) -> None:
    write("net.py", GOOD)
    result = cnnlint("check", ".")
    assert (result.status, result.out, result.err) == (0, "All checks passed!\n", "")


def test_a_finding(cnnlint: Command) -> None:
    write("src/net.py", BROKEN)
    result = cnnlint("check", "src", "--output-format", "concise")
    assert result.status == 1
    assert result.out.startswith("src/net.py:5:1: CNN103 ")
    assert "\nFound 1 error.\n" in result.out


def test_check_is_the_default_command(cnnlint: Command) -> None:
    write("src/net.py", BROKEN)
    assert cnnlint("src/") == cnnlint("check", "src/")
    assert cnnlint("--output-format", "json", "src/") == cnnlint("check", "--output-format", "json", "src/")


def test_without_a_path_the_folder_is_linted(cnnlint: Command) -> None:
    write("net.py", BROKEN)
    assert cnnlint("check").status == 1


def test_json_has_the_fields_that_others_rely_on(cnnlint: Command) -> None:
    write("net.py", BROKEN)
    (finding,) = json.loads(cnnlint("check", "--output-format", "json").out)
    assert finding["code"] == "CNN103"
    assert finding["name"] == "channel-mismatch"
    assert finding["severity"] == "error"
    assert finding["filename"] == "net.py"
    assert finding["location"] == {"row": 5, "column": 1}
    assert finding["end_location"]["row"] == 5
    assert finding["cell"] is None
    assert finding["related"][0]["location"] == {"row": 4, "column": 43}
    assert finding["noqa_row"] == 5
    assert {"message", "model", "layer", "fix", "url"} <= finding.keys()


def test_nothing_found_in_json_is_an_empty_list(cnnlint: Command) -> None:
    write("net.py", GOOD)
    assert json.loads(cnnlint("check", "--output-format", "json").out) == []


def test_exit_zero(cnnlint: Command) -> None:
    write("net.py", BROKEN)
    assert cnnlint("--exit-zero", "net.py").status == 0


def test_selection(cnnlint: Command) -> None:
    write("net.py", BROKEN)
    assert cnnlint("net.py", "--select", "CNN2,CNN3").status == 0
    assert cnnlint("net.py", "--select", "CNN2", "--extend-select", "channel-mismatch").status == 1
    assert cnnlint("net.py", "--ignore", "CNN103").status == 0
    assert cnnlint("net.py", "--extend-ignore", "CNN1").status == 0
    assert cnnlint("net.py", "--per-file-ignores", "*.py:CNN103").status == 0
    assert cnnlint("net.py", "--per-file-ignores", "other.py:CNN103").status == 1


def test_a_file_that_names_no_framework_is_not_read_closer(cnnlint: Command) -> None:
    write("broken.py", "def f(:\n")
    assert cnnlint(".").status == 0


def test_severities_and_fail_on(cnnlint: Command) -> None:
    write("net.py", BROKEN)
    write("cnnlint.toml", '[severity]\nCNN1 = "info"\nCNN103 = "warning"\n')
    result = cnnlint("net.py", "--output-format", "json")
    assert json.loads(result.out)[0]["severity"] == "warning"
    assert result.status == 1
    assert cnnlint("net.py", "--fail-on", "error").status == 0
    assert cnnlint("net.py", "--fail-on", "warning").status == 1


def test_configuration_of_the_nearest_folder(cnnlint: Command) -> None:
    write("a/net.py", BROKEN)
    write("a/pyproject.toml", '[tool.cnnlint]\nignore = ["CNN103"]\n')
    write("b/net.py", BROKEN)
    result = cnnlint(".", "--output-format", "concise")
    assert "b/net.py" in result.out
    assert "a/net.py" not in result.out
    assert "a/net.py" in cnnlint(".", "--isolated", "--output-format", "concise").out


def test_config_file_and_inline_settings(cnnlint: Command) -> None:
    write("net.py", BROKEN)
    write("other.toml", 'ignore = ["CNN103"]\n')
    assert cnnlint("net.py", "--config", "other.toml").status == 0
    assert cnnlint("net.py", "--config", 'ignore = ["CNN103"]').status == 0
    assert cnnlint("net.py", "--config", 'fail-on = "error"').status == 1


def test_a_budget_from_the_configuration(cnnlint: Command) -> None:
    write("nets/tiny.py", GOOD)
    write("pyproject.toml", '[[tool.cnnlint.models]]\nname = "nets/*.py::mod*"\nbudget = { params = "3k" }\n')
    (finding,) = json.loads(cnnlint("nets", "--output-format", "json").out)
    assert finding["code"] == "CNN201"
    assert "3,114" in finding["message"]


def test_an_input_from_the_configuration(cnnlint: Command) -> None:
    write("net.py", GOOD)
    assert cnnlint("net.py").status == 0
    write("cnnlint.toml", '[[models]]\nname = "model"\ninput-shape = [3, 9, 9]\n')
    assert "CNN102" in cnnlint("net.py").out


def test_an_input_from_a_comment(cnnlint: Command) -> None:
    write("net.py", GOOD.replace("10))\n", "10))  # cnnlint: input=(3, 9, 9)\n"))
    assert "CNN102" in cnnlint("net.py").out


def test_excluded_files(cnnlint: Command) -> None:
    write("src/net.py", BROKEN)
    write("legacy/net.py", BROKEN)
    write("node_modules/net.py", BROKEN)
    files = cnnlint("--show-files", "--extend-exclude", "legacy/").out.splitlines()
    assert [Path(file).relative_to(Path.cwd()).as_posix() for file in files] == ["src/net.py"]
    assert cnnlint("legacy/net.py", "--extend-exclude", "legacy/").status == 1
    assert cnnlint("legacy/net.py", "--extend-exclude", "legacy/", "--force-exclude").status == 0


def test_a_folder_that_is_named_is_linted_wherever_it_is(cnnlint: Command) -> None:
    write("venv/lib/nets/net.py", BROKEN)
    assert cnnlint(".").status == 0
    assert cnnlint("venv/lib/nets").status == 1


def test_what_git_ignores(cnnlint: Command) -> None:
    write("net.py", BROKEN)
    write(".gitignore", "net.py\n")
    Path(".git").mkdir()
    assert cnnlint(".").status == 0
    assert cnnlint(".", "--no-respect-gitignore").status == 1


def test_settings_are_shown(cnnlint: Command) -> None:
    write("net.py", GOOD)
    write("cnnlint.toml", 'select = ["CNN1"]\n[budget]\nparams = "2M"\n')
    out = cnnlint("--show-settings").out
    assert 'select = ["CNN1"]' in out
    assert "params = 2000000" in out
    assert "cnnlint.toml" in out
    assert "CNN101 negative-dimension" in out
    assert "CNN201" not in out


def test_the_release_that_the_code_is_for(cnnlint: Command) -> None:
    write("net.py", "import keras\nkeras.optimizers.Adam(lr=0.1)\n")
    assert "CNN111" in cnnlint("net.py").out
    assert cnnlint("net.py", "--config", 'target-version.keras = "2"').status == 0
    write("cnnlint.toml", '[target-version]\nkeras = "2.15"\n')
    assert cnnlint("net.py").status == 0
    assert 'target-version = { keras = "2.15", torch = "2.14" }' in cnnlint("--show-settings").out


def test_standard_input(cnnlint: Command) -> None:
    result = cnnlint("-", "--stdin-filename", "src/net.py", "--output-format", "concise", standard_input=BROKEN)
    assert result.status == 1
    assert result.out.startswith("src/net.py:5:1: CNN103 ")


def test_output_file(cnnlint: Command) -> None:
    write("net.py", BROKEN)
    result = cnnlint("net.py", "--output-format", "json", "--output-file", "report/findings.json")
    assert (result.status, result.out) == (1, "")
    assert json.loads(Path("report/findings.json").read_text(encoding="utf-8"))[0]["code"] == "CNN103"


def test_quiet(cnnlint: Command) -> None:
    write("net.py", BROKEN)
    write("good.py", GOOD)
    assert cnnlint("net.py", "-q", "--output-format", "concise").out.count("\n") == 1
    assert cnnlint("good.py", "--quiet").out == ""
    assert cnnlint("good.py", "--quiet", "--output-format", "json").out == "[]\n"


def test_statistics(cnnlint: Command) -> None:
    write("a.py", BROKEN)
    write("b.py", BROKEN)
    assert cnnlint("--statistics").out.startswith("2\tCNN103\t")
    assert json.loads(cnnlint("--statistics", "--output-format", "json").out)[0]["count"] == 2


def test_colours(cnnlint: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    write("net.py", BROKEN)
    assert "\033[" not in cnnlint("net.py").out
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "\033[" in cnnlint("net.py").out


NET = """\
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.Conv2d(3, 8, 3)
        self.second = nn.Conv2d(4, 8, 3)

    def forward(self, x):
        return self.second(self.first(x))
"""


def test_a_fault_in_an_imported_file_is_told_once(cnnlint: Command) -> None:
    write("nets.py", NET)
    write("main.py", "import torch\nfrom nets import Net\n\nNet()(torch.zeros(1, 3, 8, 8))\n")
    out = cnnlint(".", "--output-format", "concise").out
    assert out.count("CNN103") == 1
    assert out.startswith("nets.py:11:16: CNN103 ")


def test_a_file_that_is_imported_under_another_name_is_still_the_same(cnnlint: Command) -> None:
    write("pyproject.toml", "[tool.cnnlint]\n")
    write("src/nets/__init__.py", "")
    write("src/nets/small.py", NET)
    write("scripts/main.py", "import torch\nfrom nets.small import Net\n\nNet()(torch.zeros(1, 3, 8, 8))\n")
    out = cnnlint(".", "--output-format", "concise").out
    assert out.count("CNN103") == 1
    assert out.startswith("src/nets/small.py:11:16: CNN103 ")


def test_a_fault_in_an_imported_file_is_suppressed_and_excluded_there(cnnlint: Command) -> None:
    write("nets.py", NET.replace("(x))", "(x))  # noqa: CNN103"))
    write("main.py", "import torch\nfrom nets import Net\n\nNet()(torch.zeros(1, 3, 8, 8))\n")
    assert cnnlint("main.py").status == 0
    write("nets.py", NET)
    assert cnnlint("main.py").status == 1
    assert cnnlint("main.py", "--extend-exclude", "nets.py").status == 0
    assert cnnlint("main.py", "--per-file-ignores", "nets.py:CNN103").status == 0


def test_many_files_in_processes(cnnlint: Command) -> None:
    for number in range(12):
        write(f"net{number:02}.py", BROKEN + "\n".join(f"x{n} = '{'-' * 100}'" for n in range(400)))
    alone = cnnlint(".", "--jobs", "1", "--output-format", "concise", "--no-cache")
    together = cnnlint(".", "--jobs", "2", "--output-format", "concise", "--no-cache")
    assert alone.out.count("CNN103") == 12
    assert alone == together


def test_the_cache_is_kept_where_it_is_wanted(cnnlint: Command) -> None:
    write("net.py", BROKEN)
    first = cnnlint("net.py", "--no-cache")
    assert not Path(".cnnlint_cache").exists()
    assert cnnlint("net.py") == first
    assert Path(".cnnlint_cache").is_dir()
    assert cnnlint("net.py") == first
    assert cnnlint("net.py", "--cache-dir", "elsewhere") == first
    assert Path("elsewhere").is_dir()


OPEN = """
from torch import nn
class Net(nn.Module):
    def __init__(self, num_classes):
        super().__init__()
        self.conv, self.head = nn.Conv2d(3, 8, 3), nn.Conv2d(8, num_classes, 1)
    def forward(self, x):
        return self.head(self.conv(x))
"""


def test_a_budget_that_depends_on_an_open_size_is_told_and_no_finding(cnnlint: Command) -> None:
    write("net.py", OPEN)
    write("cnnlint.toml", '[budget]\nparams = "1M"\nmacs = "1M"\n')
    result = cnnlint("check", "net.py")
    assert result.status == 0
    assert result.out.splitlines()[-1] == (
        "`Net` is not held to its budget of `params` and `macs`: "
        "what it needs depends on height, num_classes and width."
    )
    result = cnnlint("check", "net.py", "--output-format", "json")
    assert json.loads(result.out) == []
    assert "not held to its budget" in result.err
    stated = '[[models]]\nname = "Net"\ninput-shape = [3, 32, 32]\narguments = { num_classes = 10 }\n'
    write("cnnlint.toml", '[budget]\nparams = "100"\nmacs = "1M"\n' + stated)
    result = cnnlint("check", "net.py")
    assert result.status == 1
    assert "CNN201" in result.out
    assert "not held" not in result.out
