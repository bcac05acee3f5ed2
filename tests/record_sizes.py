"""Writes down at which sizes the models of `fixtures/sizes` run in PyTorch and in Keras, for `test_valid_inputs.py`.

    KERAS_BACKEND=torch python tests/record_sizes.py [NAME...]

needs both importable. The models run on the meta device, in evaluation mode, with two samples. Asked are all sizes 1 to
300 with all axes equal, written as runs of first and last, and some that differ.
"""

from __future__ import annotations

import importlib.util
import inspect
import json
import random
import sys
from math import prod
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from keras.src.backend import StatelessScope, device_scope
from torch import nn

if TYPE_CHECKING:
    from collections.abc import Iterator

FOLDER = Path(__file__).parent.parent / "fixtures" / "sizes"
LAST, PAIRS = 300, 30
SMALL = 1_000_000
"""Inputs of so many numbers are tried on the CPU too: a recurrent layer is not made for the meta device."""


def models(wanted: list[str]) -> Iterator[tuple[str, int, Any]]:
    """Target, number of open axes, and what tells whether the model runs at such sizes."""
    for path in sorted(FOLDER.glob("*.py")):
        spec = importlib.util.spec_from_file_location(f"sizes_{path.stem}", path)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        for name, value in vars(module).items():
            if getattr(value, "__module__", None) != module.__name__:
                continue
            if wanted and not any(part in f"{path.name}::{name}" for part in wanted):
                continue
            if inspect.isclass(value) and issubclass(value, nn.Module):
                yield f"{path.name}::{name}", *_of_torch(value)
            elif inspect.isfunction(value) and not name.startswith("_"):
                yield f"{path.name}::{name}", *_of_keras(value())


def _of_torch(cls: Any) -> tuple[int, Any]:
    model = cls().eval().to("meta")
    inputs = cls.INPUT if isinstance(cls.INPUT[0], tuple) else (cls.INPUT,)
    names = list(dict.fromkeys(dim for shape in inputs for dim in shape if isinstance(dim, str)))

    def runs(sizes: tuple[int, ...]) -> bool:
        values = dict(zip(names, sizes, strict=True))
        given = [torch.empty(2, *(values.get(dim, dim) for dim in shape), device="meta") for shape in inputs]
        try:
            with torch.no_grad(), torch.device("meta"):
                model(*given)
        except (RuntimeError, ValueError, AssertionError, IndexError):
            return False
        return True

    return len(names), runs


def _of_keras(model: Any) -> tuple[int, Any]:
    (shape,) = [tuple(tensor.shape) for tensor in model.inputs]
    axes = [axis for axis in range(1, len(shape)) if shape[axis] is None]

    def runs(sizes: tuple[int, ...]) -> bool:
        values = dict(zip(axes, sizes, strict=True))
        given = (2, *(values.get(axis, shape[axis]) for axis in range(1, len(shape))))
        return any(_accepts(model, given, device) for device in (["meta", "cpu"] if prod(given) < SMALL else ["meta"]))

    return len(axes), runs


def _accepts(model: Any, shape: tuple[int, ...], device: str) -> bool:
    try:
        with StatelessScope(), device_scope(device):
            model(torch.ones(shape, device=device))
    except Exception:  # noqa: BLE001 - whatever Keras refuses it with
        return False
    return True


def stretches(sizes: list[int]) -> list[list[int]]:
    """Ascending sizes as runs of neighbours."""
    found: list[list[int]] = []
    for size in sizes:
        if found and found[-1][1] == size - 1:
            found[-1][1] = size
        else:
            found.append([size, size])
    return found


def main() -> None:
    """Record all models, or those whose target has one of the arguments in it."""
    target_file = FOLDER / "verdicts.json"
    recorded = json.loads(target_file.read_text(encoding="utf-8")) if target_file.exists() else {}
    for target, count, runs in models(sys.argv[1:]):
        chance = random.Random(target)
        good = [size for size in range(1, LAST + 1) if runs((size,) * count)]
        others = []
        for _ in range(PAIRS if count > 1 else 0):
            near = good if good and chance.random() < 0.7 else range(1, LAST + 1)
            sizes = tuple(min(LAST, max(1, chance.choice(near) + chance.choice((0, 0, 1, -1)))) for _ in range(count))
            others.append([list(sizes), runs(sizes)])
        recorded[target] = {"square": stretches(good), "others": others}
        print(target, recorded[target]["square"][:6])
        write(target_file, recorded)


def write(file: Path, recorded: dict[str, Any]) -> None:
    """A line for each model."""
    lines = [f"{json.dumps(target)}: {json.dumps(recorded[target])}" for target in sorted(recorded)]
    file.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
