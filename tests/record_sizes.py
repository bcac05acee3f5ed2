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

import keras
import torch
from keras.src.backend import StatelessScope, device_scope
from torch import nn

if TYPE_CHECKING:
    from collections.abc import Iterator

FOLDER = Path(__file__).parent.parent / "fixtures" / "sizes"
LAST, PAIRS = 300, 30
LARGE = 10_000_000
"""Inputs of so many numbers are given on the meta device whatever the model is."""
RECURRENT = (keras.layers.RNN, keras.layers.Bidirectional, keras.layers.TimeDistributed)
"""These layers run on the CPU: they are not made for the meta device, as others say themselves."""
NOT_MADE = ("A KerasTensor is symbolic", "meta device", "Meta tensor", "meta tensor")


def models(wanted: list[str]) -> Iterator[tuple[str, int, Any, tuple[int, ...]]]:
    """Target, number of open axes, what tells whether the model runs at such sizes, and some at which it does.

    The last are `GOOD`, where a model says it, else nothing.
    """
    for path in sorted(FOLDER.glob("*.py")):
        spec = importlib.util.spec_from_file_location(f"sizes_{path.stem}", path)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        for name, value in list(vars(module).items()):
            if getattr(value, "__module__", None) != module.__name__:
                continue
            if wanted and not any(part in f"{path.name}::{name}" for part in wanted):
                continue
            if inspect.isclass(value) and hasattr(value, "INPUT"):
                asked = _of_keras_class(value) if issubclass(value, keras.Model) else _of_torch(value)
                yield f"{path.name}::{name}", *asked, getattr(value, "GOOD", ())
            elif inspect.isfunction(value) and not name.startswith("_"):
                yield f"{path.name}::{name}", *_of_keras(value()), ()


def _of_torch(cls: Any) -> tuple[int, Any]:
    model = cls().eval()
    # The meta device does not look at indices, and takes recurrent layers apart, which takes long.
    tokens = getattr(cls, "TOKENS", False)
    real = tokens or any(isinstance(part, nn.RNNBase) for part in model.modules())
    models = {"meta": cls().eval().to("meta"), "cpu": model}
    inputs = cls.INPUT if isinstance(cls.INPUT[0], tuple) else (cls.INPUT,)
    names = list(dict.fromkeys(dim for shape in inputs for dim in shape if isinstance(dim, str)))
    dtype = torch.long if tokens else None

    def runs(sizes: tuple[int, ...]) -> bool:
        values = dict(zip(names, sizes, strict=True))
        shapes = [(2, *(values.get(dim, dim) for dim in shape)) for shape in inputs]
        device = "cpu" if real and sum(map(prod, shapes)) < LARGE else "meta"
        given = [torch.zeros(shape, dtype=dtype, device=device) for shape in shapes]
        try:
            with torch.no_grad(), torch.device(device):
                models[device](*given)
        except (RuntimeError, ValueError, AssertionError, IndexError):
            return False
        return True

    return len(names), runs


def _of_keras_class(cls: Any) -> tuple[int, Any]:
    """A model that is made by its call: a new one for each size."""
    inputs = cls.INPUT if isinstance(cls.INPUT[0], tuple) else (cls.INPUT,)
    names = list(dict.fromkeys(dim for shape in inputs for dim in shape if isinstance(dim, str)))
    tokens = getattr(cls, "TOKENS", False)

    def runs(sizes: tuple[int, ...]) -> bool:
        values = dict(zip(names, sizes, strict=True))
        shapes = [(2, *(values.get(dim, dim) for dim in shape)) for shape in inputs]
        # Only numbers tell that an index is too large.
        given = [torch.zeros(shape, dtype=torch.int32) if tokens else keras.KerasTensor(shape) for shape in shapes]
        try:
            cls()(given[0] if len(given) == 1 else given)
        except Exception:  # noqa: BLE001 - whatever Keras refuses it with
            return False
        return True

    return len(names), runs


def _of_keras(model: Any) -> tuple[int, Any]:
    (shape,) = [tuple(tensor.shape) for tensor in model.inputs]
    axes = [axis for axis in range(1, len(shape)) if shape[axis] is None]
    recurrent = any(isinstance(layer, RECURRENT) for layer in model.layers)

    def runs(sizes: tuple[int, ...]) -> bool:
        values = dict(zip(axes, sizes, strict=True))
        given = (2, *(values.get(axis, shape[axis]) for axis in range(1, len(shape))))
        found = None if recurrent else _accepts(model, given, "meta")
        return bool(_accepts(model, given, "cpu") if found is None else found)

    return len(axes), runs


def _accepts(model: Any, shape: tuple[int, ...], device: str) -> bool | None:
    """Whether the model runs there; None where a layer is not made for the meta device."""
    try:
        with StatelessScope(), device_scope(device):
            model(torch.ones(shape, device=device))
    except Exception as error:  # noqa: BLE001 - whatever Keras refuses it with
        return None if device == "meta" and any(word in str(error) for word in NOT_MADE) else False
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


def verdict(target: str, count: int, runs: Any, example: tuple[int, ...]) -> dict[str, Any]:
    """At which sizes the model runs, of all that are asked."""
    chance = random.Random(target)
    good = [size for size in range(1, LAST + 1) if runs((size,) * count)]
    others = []
    for _ in range(PAIRS if count > 1 else 0):
        known = good if good and chance.random() < 0.7 else range(1, LAST + 1)
        near = [[size] for size in example] if example and chance.random() < 0.8 else [known] * count
        sizes = tuple(min(LAST, max(1, chance.choice(each) + chance.choice((0, 0, 1, -1)))) for each in near)
        others.append([list(sizes), runs(sizes)])
    return {"square": stretches(good), "others": others}


def main() -> None:
    """Record all models, or those whose target has one of the arguments in it."""
    target_file = FOLDER / "verdicts.json"
    recorded = json.loads(target_file.read_text(encoding="utf-8")) if target_file.exists() else {}
    for target, *asked in models(sys.argv[1:]):
        recorded[target] = verdict(target, *asked)
        print(target, recorded[target]["square"][:6])
        write(target_file, recorded)


def write(file: Path, recorded: dict[str, Any]) -> None:
    """A line for each model."""
    lines = [f"{json.dumps(target)}: {json.dumps(recorded[target])}" for target in sorted(recorded)]
    file.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
