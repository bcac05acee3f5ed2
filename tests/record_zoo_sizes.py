"""Writes down at which sizes torchvision's models and those of keras.applications run, for `benchmarks/zoo_sizes.py`.

    KERAS_BACKEND=torch python tests/record_zoo_sizes.py [--part K/N] [--again] [PART-OF-A-NAME...]

needs the frameworks importable. The models run on the meta device, in evaluation mode, with two samples: at all sizes 1
to 300 with all axes equal, written as runs of first and last, and at some that differ. A model of Keras is built with
open sizes. What a function of PyTorch answers to the same shapes is asked once. Models that are already written down
are left alone, but for `--again`; `--part` shares the models among several processes.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import keras
import torch
from keras.src.backend import StatelessScope, device_scope
from torch.overrides import TorchFunctionMode
from torchvision import models

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

FILE = Path(__file__).parent.parent / "fixtures" / "sizes" / "zoo" / "verdicts.jsonl"
LAST, PAIRS = 300, 30
REFUSALS = (RuntimeError, ValueError, AssertionError, IndexError, ZeroDivisionError)

Asked = tuple[list[str], tuple[int, ...], Any]
"""The names of the open axes, sizes that the model is meant for, and whether it runs at some."""


class Remembering(TorchFunctionMode):  # type: ignore[misc]
    """Gives a function's answer to the same shapes again: on the meta device it depends on nothing else."""

    known: ClassVar[dict[Any, Any]] = {}

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        kwargs = kwargs or {}
        if func.__name__ in {"__get__", "size", "dim"}:
            return func(*args, **kwargs)
        try:
            key = (func, _key(args), tuple((name, _key(value)) for name, value in kwargs.items()))
            found = self.known.get(key)
        except TypeError:  # an argument that is no plain value
            return func(*args, **kwargs)
        if found is None:
            made = func(*args, **kwargs)
            reshapes = getattr(func, "__name__", "_").endswith("_")  # those that change a tensor's own shape among them
            if type(made) is torch.Tensor and made.device.type == "meta" and not reshapes:
                own = next((index for index, each in enumerate(args) if made is each), None)
                self.known[key] = own if own is not None else (tuple(made.shape), made.stride(), made.dtype)
            return made
        if isinstance(found, int):  # what works in place
            return args[found]
        shape, stride, dtype = found
        return torch.empty_strided(shape, stride, dtype=dtype, device="meta")


@contextmanager
def remembered(known: dict[Any, Any]) -> Iterator[None]:
    """Let every module, in evaluation mode and without a state of its own, answer once for arguments of a shape."""
    call = torch.nn.Module.__call__

    def answer(self: Any, *args: Any, **kwargs: Any) -> Any:
        key = (id(self), _key(args), tuple((name, _key(value)) for name, value in kwargs.items()))
        if key not in known:
            known[key] = call(self, *args, **kwargs)
        return known[key]

    torch.nn.Module.__call__ = answer
    try:
        yield
    finally:
        torch.nn.Module.__call__ = call


def _key(value: Any) -> Any:
    if isinstance(value, torch.Tensor):
        return (tuple(value.shape), value.stride(), value.dtype, value.device.type)
    if isinstance(value, (tuple, list)):
        return tuple(_key(item) for item in value)
    if isinstance(value, dict):
        return tuple((name, _key(item)) for name, item in value.items())
    return (type(value), value)


# --- the models -------------------------------------------------------------------------------------------------------


def of_torchvision() -> Iterator[tuple[str, dict[str, Any], Callable[[], Asked]]]:
    """Target, arguments, and what makes the question for the sizes."""
    for name in models.list_models():
        if name.startswith("quantized_") or "detection" in models.get_model_builder(name).__module__:
            continue
        builder = models.get_model_builder(name)
        target = f"{builder.__module__.replace('.', '/')}.py::{builder.__name__}"
        kwargs = {"weights": None}
        if "segmentation" in builder.__module__:
            kwargs["weights_backbone"] = None
        yield target, kwargs, partial(_torch_model, builder, kwargs)


def _torch_model(builder: Any, kwargs: dict[str, Any]) -> Asked:
    more = {"init_weights": False} if builder.__name__ in {"googlenet", "inception_v3"} else {}
    try:
        with torch.device("meta"):
            model = builder(**kwargs, **more).eval()
    except NotImplementedError:  # its constructor looks at numbers, of which the meta device has none
        model = builder(**kwargs, **more).eval().to("meta")
    inputs = 2 if "optical_flow" in builder.__module__ else 1
    names = ["depth", "height", "width"] if ".video." in builder.__module__ else ["height", "width"]
    usual = (16, 224, 224) if len(names) == 3 else (224, 224)

    known: dict[Any, Any] = {}

    def runs(sizes: tuple[int, ...]) -> bool:
        given = [torch.empty(2, 3, *sizes, device="meta") for _ in range(inputs)]
        try:
            with torch.no_grad(), torch.device("meta"), Remembering(), remembered(known):
                model(*given)
        except NotImplementedError:
            raise
        except REFUSALS:
            return False
        return True

    return names, usual, runs


def of_keras() -> Iterator[tuple[str, dict[str, Any], Callable[[], Asked]]]:
    """The same for keras.applications: with its top where that takes open sizes, and without."""
    for name, builder in vars(keras.applications).items():
        if not callable(builder) or not name[0].isupper():
            continue
        file = f"{builder.__module__.replace('.', '/')}.py"
        for top in (True, False):
            kwargs = {"weights": None, "include_top": top, "input_shape": (None, None, 3)}
            yield f"{file}::{name}", kwargs, partial(_keras_model, builder, kwargs)


def _keras_model(builder: Any, kwargs: dict[str, Any]) -> Asked:
    run = builder(**kwargs)._run_through_graph  # noqa: SLF001 - what a call of the model comes to
    known: dict[Any, Any] = {}

    def remembering(layer: Any) -> Any:
        def answer(*args: Any, **options: Any) -> Any:
            key = (id(layer), _key(args), tuple((name, _key(value)) for name, value in options.items()))
            if key not in known:
                known[key] = layer(*args, **options)
            return known[key]

        return answer

    def runs(sizes: tuple[int, ...]) -> bool:
        try:
            with StatelessScope(), device_scope("meta"), torch.no_grad(), Remembering():
                run([torch.ones((2, *sizes, 3), device="meta")], remembering)
        except NotImplementedError:
            raise
        except Exception:  # noqa: BLE001 - whatever Keras refuses it with
            return False
        return True

    return ["height", "width"], (224, 224), runs


# --- asking -----------------------------------------------------------------------------------------------------------


def stretches(sizes: list[int]) -> list[list[int]]:
    """Ascending sizes as runs of neighbours."""
    found: list[list[int]] = []
    for size in sizes:
        if found and found[-1][1] == size - 1:
            found[-1][1] = size
        else:
            found.append([size, size])
    return found


def ask(target: str, names: list[str], usual: tuple[int, ...], runs: Any) -> dict[str, Any]:
    """The verdicts for one model."""
    chance = random.Random(target)
    count = len(names)
    good = [size for size in range(1, LAST + 1) if runs((size,) * count)]
    others = []
    for _ in range(PAIRS):
        near = good or usual if chance.random() < 0.7 else range(1, LAST + 1)
        drawn = [chance.choice((chance.choice(near), size)) + chance.choice((0, 0, 1, -1)) for size in usual]
        sizes = tuple(min(LAST, max(1, size)) for size in drawn)
        others.append([list(sizes), runs(sizes)])
    return {"axes": names, "square": stretches(good), "others": others}


def main() -> None:
    """Record the models whose target has one of the arguments in it, or those that are missing."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--part", default="1/1")
    options.add_argument("--again", action="store_true", help="models that are written down too")
    options.add_argument("names", nargs="*")
    given = options.parse_args()
    part, parts = map(int, given.part.split("/"))
    known = {_label(row["target"], row["arguments"]) for row in read()}
    asked = [*of_torchvision(), *of_keras()]
    for index, (target, kwargs, made) in enumerate(asked):
        if index % parts != part - 1 or (given.names and not any(name in target for name in given.names)):
            continue
        if not given.again and _label(target, kwargs) in known:
            continue
        start = time.perf_counter()
        row: dict[str, Any] = {"target": target, "arguments": kwargs}
        try:
            names, usual, runs = made()
        except ValueError as error:  # Keras does not build every model with its top for open sizes
            row |= {"refused": str(error).split("\n")[0][:160]}
        else:
            row |= ask(target, names, usual, runs)
        with FILE.open("a", encoding="utf-8") as file:
            file.write(json.dumps(row) + "\n")
        said = row.get("square", row.get("refused"))
        print(f"{target} {kwargs.get('include_top', '')} {time.perf_counter() - start:.0f} s {said}"[:150], flush=True)
        del made
    if parts == 1:
        rows = {_label(row["target"], row["arguments"]): row for row in read()}
        FILE.write_text("".join(f"{json.dumps(rows[key])}\n" for key in sorted(rows)), encoding="utf-8")


def read() -> list[dict[str, Any]]:
    """What is written down."""
    return [json.loads(line) for line in FILE.read_text(encoding="utf-8").splitlines()] if FILE.exists() else []


def _label(target: str, kwargs: dict[str, Any]) -> str:
    return f"{target} {json.dumps(kwargs)}"


if __name__ == "__main__":
    main()
