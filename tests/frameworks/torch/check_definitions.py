"""Hold the definitions of torchvision's models against torchvision itself: state, shapes and output must be the same.

`python tests/frameworks/torch/check_definitions.py [NAME…]`, where torch and torchvision are installed.
"""

# mypy: disable-error-code="import-not-found,import-untyped"
from __future__ import annotations

import importlib
import inspect
import sys
import warnings
from pathlib import Path
from typing import Any

import torch
import torchvision
from torchvision.models import segmentation

DEFINITIONS = Path(__file__).parents[3] / "cnnlint" / "frameworks" / "torch" / "definitions" / "torchvision"


def state(model: Any) -> dict[str, tuple[int, ...]]:
    return {name: tuple(value.shape) for name, value in model.state_dict().items()}


def output(model: Any, size: int) -> Any:
    found = model.to("meta").eval()(torch.zeros(1, 3, size, size, device="meta"))
    return (
        {name: tuple(value.shape) for name, value in found.items()} if isinstance(found, dict) else tuple(found.shape)
    )


def compare(name: str, ours: Any, theirs: Any) -> str:
    options = {"weights_backbone": None} if "weights_backbone" in inspect.signature(theirs).parameters else {}
    # A RegNet computes its widths with tensors, which the meta device does not do.
    with torch.device("cpu" if name.startswith("regnet") else "meta"):
        mine, other = ours(weights=None, **options), theirs(weights=None, **options)
    if list(state(mine).items()) != list(state(other).items()):
        different = sorted(set(state(mine).items()) ^ set(state(other).items()))[:3]
        return f"another state: {different or 'another order'}"
    size = 299 if name == "inception_v3" else 224
    return "" if output(mine, size) == output(other, size) else "another output"


def main() -> int:
    warnings.simplefilter("ignore")
    sys.path.insert(0, str(DEFINITIONS))
    models = importlib.import_module("models")
    wanted = sys.argv[1:]
    wrong = 0
    for place, theirs in ((models, torchvision.models), (models.segmentation, segmentation)):
        for name, ours in sorted(vars(place).items()):
            build = getattr(theirs, name, None)
            if (
                name.startswith("_")
                or name == "regnet_y_128gf"
                or not inspect.isfunction(ours)
                or build is None
                or (wanted and name not in wanted)
            ):
                continue
            if name.islower() and "weights" in inspect.signature(ours).parameters:
                complaint = compare(name, ours, build)
                wrong += bool(complaint)
                print(f"{name}: {complaint or 'same'}")
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
