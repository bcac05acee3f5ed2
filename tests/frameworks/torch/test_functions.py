"""Tensor operations against what PyTorch answered (see `record_functions.py`): result or refusal, row by row."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from cnnlint import frameworks
from cnnlint.interpreter import stdlib
from cnnlint.interpreter.importer import Importer, Names
from cnnlint.interpreter.machine import Machine, deep_recursion
from cnnlint.interpreter.values import DictValue, Generator, Instance, ListValue, ModuleValue, Tensor, Unknown
from cnnlint.syntax.lower import lower

HERE = Path(__file__).parent
HEADER = """\
import einops
import einops.layers.torch as layers
import torch
import torch.nn.functional as F
import torchvision.ops as ops
"""


def sections(name: str) -> dict[str, list[tuple[str, str]]]:
    """The rows of a file by the heading that they stand under."""
    found: dict[str, list[tuple[str, str]]] = {}
    rows: list[tuple[str, str]] = []
    for line in (HERE / name).read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            rows = found.setdefault(line[2:], [])
        elif line:
            expression, _, result = line.partition(" => ")
            rows.append((expression, result))
    return found


def library(root: str) -> Names | None:
    return frameworks.framework(root) or stdlib.library(root)


def run(text: str) -> tuple[Machine, dict[str, Any]]:
    module = ModuleValue("__main__", "sample.py", lower(text), package=False)
    machine = Machine(Importer(library, lambda _path: None), strict=True)
    with deep_recursion():
        machine.run_module(module)
    return machine, module.scope.names


def rendered(value: Any) -> str:
    match value:
        case Tensor():
            return f"{value.shape} {value.dtype}"
        case Instance() if value.payload is not None:
            return rendered(value.payload)
        case ListValue() | DictValue() | Generator():
            return f"[{', '.join(map(rendered, value.items))}]"
        case tuple():
            return f"[{', '.join(map(rendered, value))}]"
        case Unknown():
            return f"unknown: {value.reason}"
        case float():
            return f"{value:.6g}"
        case _:
            return str(value)


def answers(expressions: list[str]) -> list[str]:
    lines = [f"r{index} = {expression}" for index, expression in enumerate(expressions)]
    machine, names = run(HEADER + "\n".join(lines) + "\n")
    first = HEADER.count("\n") + 1
    refused = {fault.place.row - first for fault in machine.faults.values()}
    return ["refused" if index in refused else rendered(names[f"r{index}"]) for index in range(len(expressions))]


def compare(rows: list[tuple[str, str]]) -> None:
    got = answers([expression for expression, _ in rows])
    wrong = [f"{row[0]}: torch {row[1]}, here {here}" for row, here in zip(rows, got, strict=True) if row[1] != here]
    assert not wrong, "\n".join(wrong)


FUNCTIONS = sections("functions.txt")
EINOPS = sections("einops.txt")


@pytest.mark.parametrize("section", FUNCTIONS)
def test_torch(section: str) -> None:
    compare(FUNCTIONS[section])


@pytest.mark.parametrize("section", EINOPS)
def test_einops_and_torchvision(section: str) -> None:
    compare(EINOPS[section])


def one(text: str) -> str:
    """What the last line of a program gives."""
    *before, last = text.strip().splitlines()
    machine, names = run(HEADER + "\n".join([*before, f"answer = {last}"]) + "\n")
    assert not machine.faults, [fault.message for fault in machine.faults.values()]
    return rendered(names["answer"])


def test_widths_of_a_regnet_are_computed() -> None:
    # `BlockParams.from_init_params` of torchvision 0.29.1 for regnet_y_400mf printed these block widths.
    program = """
import math
depth, w_0, w_a, w_m, quant = 16, 48, 27.89, 2.09, 8
widths_cont = torch.arange(depth) * w_a + w_0
block_capacity = torch.round(torch.log(widths_cont / w_0) / math.log(w_m))
widths = (torch.round(torch.divide(w_0 * torch.pow(w_m, block_capacity), quant)) * quant).int().tolist()
len(set(widths)), sorted(set(widths)), [widths.count(w) for w in sorted(set(widths))]
"""
    assert one(program) == "[4, [48, 104, 208, 440], [1, 3, 6, 6]]"


def test_rates_of_dropped_paths_are_numbers() -> None:
    assert one("[x.item() for x in torch.linspace(0, 0.2, 3)]") == "[0, 0.1, 0.2]"


@pytest.mark.parametrize(
    ("program", "answer"),
    [
        ("b, c, h, w = torch.rand(2, 3, 4, 5).shape\n[b, c, h, w]", "[2, 3, 4, 5]"),
        ("a, b = torch.rand(2, 3)\na", "(3,) float32"),
        ("a, b = torch.rand(4, 6).chunk(2, dim=1)\nb", "(4, 3) float32"),
        ("v, i = torch.rand(4, 6).max(1)\ni", "(4,) int64"),
        ("torch.rand(4, 6).max(1).values", "(4,) float32"),
        ("x = torch.zeros(2, 3)\nx[0] = 1\nx", "(2, 3) float32"),
        ("x = torch.rand(2, 3)\nx += 1\nx.add_(torch.rand(3)).relu_()", "(2, 3) float32"),
        ("x = torch.rand(2, 1, 3)\nx.squeeze_(1)\nx", "(2, 3) float32"),
        ("torch.rand(2, 3) == None", "False"),
        ("torch.rand(2, 3).dtype == torch.float32", "True"),
        ("torch.rand(2, 3).half().dtype == torch.float32", "False"),
        ("torch.finfo(torch.rand(1).dtype).max > 1e38", "True"),
        ("torch.is_tensor(torch.rand(1))", "True"),
        ("isinstance(torch.rand(1), torch.Tensor)", "True"),
        ("torch.Size([1, 2])", "[1, 2]"),
        ("torch.rand(2, 3).to('cuda', dtype=torch.float16)", "(2, 3) float16"),
        (
            "torch.utils.checkpoint.checkpoint(torch.nn.Linear(3, 4), torch.rand(2, 3), use_reentrant=False)",
            "(2, 4) float32",
        ),
        ("@torch.no_grad()\ndef f(x):\n    return x + 1\nf(torch.rand(2))", "(2,) float32"),
        ("with torch.no_grad():\n    y = torch.rand(2) * 2\ny", "(2,) float32"),
        (
            (
                "class Double(torch.autograd.Function):\n    @staticmethod\n    def forward(ctx, x):\n"
                "        ctx.save_for_backward(x)\n        return torch.cat([x, x])\nDouble.apply(torch.rand(2))"
            ),
            "(4,) float32",
        ),
    ],
)
def test_programs(program: str, answer: str) -> None:
    assert one(program) == answer


@pytest.mark.parametrize(
    "program",
    [
        "x = torch.arange(3)\ny = x[:2]\ny.fill_(7)\nx.tolist()",
        "x = torch.arange(3)\ny = x.view(3, 1)\nx.mul_(2)\ny.tolist()",
        "x = torch.arange(3)\nx[0] = 5\nx.tolist()",
        "torch.cuda.is_available()",
        "torch.rand(2).sum().item()",
        "torch.device('cuda' if torch.cuda.is_available() else 'cpu') == torch.device('cpu')",
    ],
)
def test_what_depends_on_more_stays_unknown(program: str) -> None:
    assert one(program).startswith("unknown")


@pytest.mark.parametrize(
    "call",
    [
        "torch.onnx.export(model, torch.rand(1, 4), 'model.onnx', opset_version=17)",
        "torch.onnx.export(model, (torch.rand(1, 4),), 'model.onnx')",
        "torch.jit.trace(model, torch.rand(1, 4))",
        "torchinfo.summary(model, input_size=(1, 4))",
        "torchinfo.summary(model, (4,), batch_dim=0)",
        "torchinfo.summary(model, input_data=torch.rand(1, 4))",
        "torchsummary.summary(model, (4,))",
    ],
)
def test_tools_run_the_model_on_their_example(call: str) -> None:
    machine, _ = run(HEADER + f"import torchinfo, torchsummary\nmodel = torch.nn.Linear(3, 2)\n{call}\n")
    assert [fault.kind for fault in machine.faults.values()] == ["feature-mismatch"]


def test_a_fault_names_both_numbers() -> None:
    machine, _ = run(HEADER + "torch.rand(2, 3) @ torch.rand(4, 5)\n")
    (fault,) = machine.faults.values()
    assert fault.message == "cannot multiply (2, 3) with (4, 5): the inner sizes are 3 and 4"


@pytest.mark.parametrize(
    ("line", "fails"),
    [
        ("(torch.rand(2, 4, 9, 9) @ torch.rand(2, 4, 9, 8)).transpose(1, 2).view(2, 9, 32)", True),
        ("(torch.rand(2, 4, 9, 9) @ torch.rand(2, 4, 9, 8)).transpose(1, 2).reshape(2, 9, 32)", False),
        ("(torch.rand(2, 4, 9, 9) @ torch.rand(2, 4, 9, 8)).transpose(1, 2).contiguous().view(2, 9, 32)", False),
        ("layer(torch.rand(2, 3, 8, 8)).view(2, 2, 3, 36).transpose(1, 2).view(2, 6, 6, 6)", True),
        # With channels last in memory these two run: the layout of a convolution's result follows its input's.
        ("layer(torch.rand(2, 3, 8, 8)).permute(0, 2, 3, 1).view(2, 36, 6)", False),
        ("layer(torch.rand(2, 3, 8, 8)).view(2, 6, 36)", False),
        ("(torch.rand(2, 3, 4).transpose(1, 2) + 1).view(2, 12)", False),
        ("torch.rand(2, 3, 4, 5).to(memory_format=torch.channels_last).permute(0, 2, 3, 1).view(2, 60)", False),
    ],
)
def test_a_view_of_axes_out_of_order(line: str, fails: bool) -> None:
    machine, _ = run(HEADER + f"layer = torch.nn.Conv2d(3, 6, 3)\nx = {line}\n")
    assert [fault.kind for fault in machine.faults.values()] == (["reshape-mismatch"] if fails else [])
