"""Ask PyTorch and einops what expressions give: renews the right sides of `functions.txt` and `einops.txt`.

`python tests/frameworks/torch/record_functions.py`, where torch, torchvision and einops are installed. A result is a
shape with its element type, a number, text or nested lists of these; `refused` stands where the framework raises.
"""

# mypy: disable-error-code="import-not-found,import-untyped"
from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F  # noqa: N812

ARROW = " => "


def rendered(value: Any) -> str:
    if isinstance(value, torch.Tensor):
        return f"{tuple(value.shape)} {str(value.dtype).removeprefix('torch.')}"
    if isinstance(value, (tuple, list)):
        return f"[{', '.join(map(rendered, value))}]"
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def answer(expression: str, names: dict[str, Any]) -> str:
    try:
        return rendered(eval(expression, dict(names)))
    except Exception:  # noqa: BLE001 - whatever the framework raises
        return "refused"


def renew(path: Path, names: dict[str, Any]) -> None:
    lines = []
    for line in path.read_text(encoding="utf-8").splitlines():
        expression = line.partition(ARROW)[0]
        is_row = expression and not expression.startswith("#")
        lines.append(f"{expression}{ARROW}{answer(expression, names)}" if is_row else line)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    import einops
    import einops.layers.torch
    import torchvision.ops

    warnings.simplefilter("ignore")
    torch.manual_seed(0)
    here = Path(__file__).parent
    renew(here / "functions.txt", {"torch": torch, "F": F})
    renew(
        here / "einops.txt", {"torch": torch, "einops": einops, "layers": einops.layers.torch, "ops": torchvision.ops}
    )
