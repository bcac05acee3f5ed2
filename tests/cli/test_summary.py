"""`cnnlint summary`: tables, JSON, Markdown."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cnnlint import evaluation

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest

    from tests.conftest import Result

    Command = Callable[..., Result]

NETS = """\
import torch
from torch import nn


class SmallNet(nn.Module):
    def __init__(self, num_classes=10, width=8):
        super().__init__()
        self.conv = nn.Conv2d(3, width, 3)
        self.head = nn.Linear(width, num_classes)

    def forward(self, x):
        x = torch.relu(self.conv(x)).mean(dim=(2, 3))
        return self.head(x)

    @classmethod
    def from_name(cls, name):
        return cls(width={"small": 8, "large": 16}[name])


def build_model(num_classes):
    return SmallNet(num_classes)
"""
# SmallNet() has 8 * 28 + 9 * 10 parameters, as PyTorch counts them.


def rows(cnnlint: Command, *arguments: str) -> list[dict[str, Any]]:
    Path("nets.py").write_text(NETS, encoding="utf-8")
    result = cnnlint("summary", *arguments, "--output-format", "json")
    table = json.loads(result.out)
    assert table["version"] == 1
    models: list[dict[str, Any]] = table["models"]
    return models


def test_a_class_with_an_input(cnnlint: Command) -> None:
    (row,) = rows(cnnlint, "nets.py::SmallNet", "--input-shape", "3,32,32")
    assert row["target"] == "nets.py::SmallNet"
    assert row["name"] == "SmallNet"
    assert row["filename"] == "nets.py"
    assert row["location"]["row"] == 5
    assert row["framework"] == "torch"
    assert row["inputs"] == [[None, 3, 32, 32]]
    assert row["outputs"] == [[None, 10]]
    assert row["params"] == {"total": 314, "trainable": 314, "non_trainable": 0}
    assert row["macs"] == 30 * 30 * 8 * 27 + 80
    assert row["resolved"] is True
    assert row["unresolved"] == []
    assert row["error"] is None
    conv = next(layer for layer in row["layers"] if layer["type"] == "Conv2d")
    assert conv["inputs"] == [[None, 3, 32, 32]]
    assert conv["outputs"] == [[None, 8, 30, 30]]
    assert (conv["params"], conv["trainable"], conv["macs"]) == (224, 224, 30 * 30 * 8 * 27)
    assert conv["location"]["row"] == 12


def test_the_receptive_field(cnnlint: Command) -> None:
    (row,) = rows(cnnlint, "nets.py::SmallNet", "--input-shape", "3,32,32")
    assert row["receptive_field"] == {"size": [3, 3], "stride": [1, 1]}
    out = cnnlint("summary", "nets.py::SmallNet", "--input-shape", "3,32,32").out
    assert ", for one sample; receptive field 3 x 3, stride 1\n" in out


def test_sizes_that_nobody_states_stay_symbolic(cnnlint: Command) -> None:
    (row,) = rows(cnnlint, "nets.py::SmallNet")
    conv = next(layer for layer in row["layers"] if layer["type"] == "Conv2d")
    assert conv["outputs"] == [[None, 8, "height - 2", "width - 2"]]
    assert row["params"]["total"] == 314


def test_arguments(cnnlint: Command) -> None:
    assert rows(cnnlint, "nets.py::SmallNet", "--arg", "num_classes=100")[0]["params"]["total"] == 224 + 900
    assert rows(cnnlint, "nets.py::build_model", "--arg", "num_classes=100")[0]["params"]["total"] == 224 + 900
    assert rows(cnnlint, "nets.py::SmallNet.from_name", "--arg", "name=large")[0]["params"]["total"] == 448 + 170


def test_arguments_of_a_variable_are_refused(cnnlint: Command) -> None:
    Path("nets.py").write_text(f"{NETS}\n\nnet = SmallNet(5)\n", encoding="utf-8")
    result = cnnlint("summary", "nets.py::net", "--arg", "num_classes=7", "--arg", "width=4")
    assert result.status == 1
    said = "`net` is a variable: `num_classes` and `width` can only be given to a class or a function, as `SmallNet` is"
    assert result.out == f"nets.py::net\nerror: {said}\n"
    assert cnnlint("summary", "nets.py::net").status == 0
    Path("cnnlint.toml").write_text('[[models]]\nname = "*"\narguments = { num_classes = 7 }\n', encoding="utf-8")
    assert cnnlint("summary", "nets.py::net").status == 0  # the configuration is for whoever can take it


def test_several_targets_keep_their_order_and_each_has_a_row(cnnlint: Command) -> None:
    targets = ["nets.py::build_model", "nets.py::Missing", "none.py::Net", "nets.py::SmallNet"]
    found = rows(cnnlint, *targets, "--arg", "num_classes=10")
    assert [row["target"] for row in found] == targets
    assert [row["error"] is None for row in found] == [True, False, False, True]
    assert found[1]["params"] == {"total": None, "trainable": None, "non_trainable": None}
    assert "Missing" in found[1]["error"]
    assert "no such file" in found[2]["error"]


def test_a_file_stands_for_all_its_models(cnnlint: Command) -> None:
    Path("both.py").write_text("from torch import nn\na = nn.Linear(2, 3)\nb = nn.Linear(3, 4)\n", encoding="utf-8")
    found = rows(cnnlint, "both.py", "nets.py::SmallNet")
    assert [row["target"] for row in found] == ["both.py::a", "both.py::b", "nets.py::SmallNet"]


def test_files_without_models_and_files_that_do_not_parse_have_a_row(cnnlint: Command) -> None:
    Path("empty.py").write_text("", encoding="utf-8")
    Path("broken.py").write_text("import torch\ndef f(:\n", encoding="utf-8")
    found = rows(cnnlint, "empty.py", "broken.py", "broken.py::Net")
    assert [row["target"] for row in found] == ["empty.py", "broken.py", "broken.py::Net"]
    assert "no model" in found[0]["error"]
    assert "does not parse" in found[1]["error"]
    assert "does not parse" in found[2]["error"]


def test_the_findings_of_a_model_stand_in_its_row(cnnlint: Command) -> None:
    (row,) = rows(cnnlint, "nets.py::SmallNet", "--input-shape", "4,32,32")
    assert [finding["code"] for finding in row["findings"]] == ["CNN103"]


def test_a_fault_of_our_own_costs_one_target_only(cnnlint: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    true = evaluation.evaluate

    def failing(filename: str, text: str, *, targets: tuple[str, ...], **options: Any) -> Any:
        if "build_model" in targets:
            raise ZeroDivisionError("by accident")
        return true(filename, text, targets=targets, **options)

    monkeypatch.setattr(evaluation, "evaluate", failing)
    broken, whole = rows(cnnlint, "nets.py::build_model", "nets.py::SmallNet")
    assert "ZeroDivisionError: by accident" in broken["error"]
    assert whole["params"]["total"] == 314


def test_a_misspelled_name_is_told_with_the_nearest_one(cnnlint: Command) -> None:
    Path("nets.py").write_text("from torch import nn\n\nclass ResNet(nn.Module): ...\n", encoding="utf-8")
    assert "`ResNt` is not defined in this file; did you mean `ResNet`?" in cnnlint("summary", "nets.py::ResNt").out
    assert "`nn2` is not defined in this file\n" in cnnlint("summary", "nets.py::nn2").out


def test_exit_status(cnnlint: Command) -> None:
    Path("nets.py").write_text(NETS, encoding="utf-8")
    assert cnnlint("summary", "nets.py::SmallNet").status == 0
    assert cnnlint("summary", "nets.py::Missing").status == 1
    assert cnnlint("summary", "none.py").status == 2


def test_the_table_is_plain_when_piped(cnnlint: Command) -> None:
    Path("nets.py").write_text(NETS, encoding="utf-8")
    lines = cnnlint("summary", "nets.py::SmallNet", "--input-shape", "3,32,32").out.splitlines()
    assert lines[0] == "nets.py::SmallNet (torch)"
    assert lines[1].split() == ["Layer", "(type)", "Output", "shape", "Parameters", "MACs"]
    conv = next(line for line in lines if "Conv2d" in line)
    assert conv.split()[-2:] == ["224", "194,400"]
    assert "(N, 8, 30, 30)" in conv
    assert "parameters 314: trainable 314, not trainable 0" in lines
    assert lines[-2].startswith("MACs 194,480")
    assert lines[-1] == "valid sizes: height and width any from 3"


def test_markdown(cnnlint: Command) -> None:
    Path("nets.py").write_text(NETS, encoding="utf-8")
    out = cnnlint("summary", "nets.py::SmallNet", "--output-format", "markdown").out
    assert out.startswith("### `nets.py::SmallNet`\n\n| Layer (type) | Output shape | Parameters | MACs |\n| --- |")
    assert "- parameters 314: trainable 314, not trainable 0\n" in out


def test_an_input_from_the_configuration(cnnlint: Command) -> None:
    Path("cnnlint.toml").write_text('[[models]]\nname = "Small*"\ninput-shape = [3, 16, 16]\n', encoding="utf-8")
    (row,) = rows(cnnlint, "nets.py::SmallNet")
    assert row["inputs"] == [[None, 3, 16, 16]]
    assert "cnnlint.toml" in row["input_source"]
    (row,) = rows(cnnlint, "nets.py::SmallNet", "--input-shape", "3,8,8")
    assert row["inputs"] == [[None, 3, 8, 8]]


def test_budgets_are_judged_at_the_stated_input_or_told_to_depend(cnnlint: Command) -> None:
    Path("nets.py").write_text(NETS, encoding="utf-8")
    Path("cnnlint.toml").write_text('[budget]\nparams = "300"\nmacs = "1M"\n', encoding="utf-8")
    out = cnnlint("summary", "nets.py::SmallNet").out
    assert "MACs 216*(height - 2)*(width - 2) + 80, activations " in out
    broken = "CNN201 `SmallNet` has 314 parameters, 14 (4.7%) over the budget of 300"
    depends = "`SmallNet` is not held to its budget of `macs`: what it needs depends on height and width."
    assert out.splitlines()[-2:] == [broken, depends]
    marked = cnnlint("summary", "nets.py::SmallNet", "--output-format", "markdown").out
    assert marked.splitlines()[-2:] == [f"- {broken}", f"- {depends}"]
    (row,) = rows(cnnlint, "nets.py::SmallNet")
    assert ([each["code"] for each in row["findings"]], row["unjudged"]) == (["CNN201"], depends)
    (row,) = rows(cnnlint, "nets.py::SmallNet", "--input-shape", "3,100,100")
    assert ([each["code"] for each in row["findings"]], row["unjudged"]) == (["CNN201", "CNN203"], None)
    (row,) = rows(cnnlint, "nets.py::SmallNet", "--input-shape", "3,32,32")
    assert ([each["code"] for each in row["findings"]], row["unjudged"]) == (["CNN201"], None)


def test_a_budget_that_cannot_be_read_fails_the_run(cnnlint: Command) -> None:
    Path("nets.py").write_text(NETS, encoding="utf-8")
    Path("cnnlint.toml").write_text('[budget]\nweights = "1k"\n', encoding="utf-8")
    result = cnnlint("summary", "nets.py::SmallNet")
    assert (result.status, result.out) == (2, "")
    assert result.err.startswith("error: cnnlint.toml: `budget.weights`: expected a number of bytes")
