"""Names that an older release of PyTorch lacks."""

from __future__ import annotations

import pytest

from cnnlint.evaluation import evaluate

HEAD = "import torch\nfrom torch import nn\nimport torch.nn.functional as F\nx = torch.rand(2, 3, 8, 8)\n"


@pytest.mark.parametrize(
    ("code", "since"),
    [
        ("nn.RMSNorm(8)(x)", (2, 4)),
        ("nn.CircularPad2d(1)(x)", (2, 1)),
        ("nn.Sequential(nn.Conv2d(3, 4, 3), nn.SiLU())(x)", (1, 7)),
        ("F.scaled_dot_product_attention(x, x, x)", (2, 0)),
        ("torch.permute(x, (0, 2, 3, 1))", (1, 9)),
        ("torch.concat([x, x])", (1, 10)),
    ],
)
def test_a_name_that_came_later(code: str, since: tuple[int, int]) -> None:
    def faults(release: tuple[int, ...] | None) -> list[str]:
        found = evaluate("net.py", HEAD + code + "\n", versions={} if release is None else {"torch": release})
        return [fault.message for fault in found.faults]

    assert faults(None) == []
    assert faults(since) == []
    assert faults(since[:1]) == []
    (message,) = faults((since[0], since[1] - 1) if since[1] else (since[0] - 1, 13))
    assert f"came with PyTorch {since[0]}.{since[1]}" in message


def test_a_method_is_older_than_the_function_of_its_name() -> None:
    program = HEAD + "torch.cat([x.permute(0, 2, 3, 1)] * 2)\nnn.Conv2d(3, 4, 3)(x)\n"
    assert evaluate("net.py", program, versions={"torch": (1, 5)}).faults == ()
