"""Times summaries of torchvision's models against PyTorch's own import, build and run on its meta device.

usage: zoo.py --framework-python PYTHON [--every N]

PYTHON is an interpreter with torch and torchvision; the models' source is read from its site-packages, as text, cold:
one process, no cache. Models that the meta device cannot build are left out of both. Prints seconds, and seconds a
model.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from collections import defaultdict
from pathlib import Path

FRAMEWORK = """
import json, sys, time
start = time.perf_counter()
import torch, torchvision
from torchvision import models
every, rows = int(sys.argv[1]), []
for name in models.list_models(module=models)[::every]:
    size = (3, 299, 299) if name == "inception_v3" else (3, 224, 224)
    try:
        with torch.device("meta"), torch.no_grad():
            models.get_model(name, weights=None).eval()(torch.zeros(1, *size))
    except NotImplementedError:  # a model whose constructor reads the contents of a tensor: the meta device has none
        continue
    file = sys.modules[models.get_model_builder(name).__module__].__file__
    rows.append([file, name, size])
print(json.dumps([time.perf_counter() - start, rows]))
"""
OURS = """
import json, sys, time
start = time.perf_counter()
from pathlib import Path
from cnnlint.evaluation import ModelSettings, evaluate
for file, names, size in json.load(sys.stdin):
    stated = ModelSettings((tuple(size),), "the benchmark", {"weights": None}, insistent=True)
    found = evaluate(file, Path(file).read_text(encoding="utf-8"), targets=tuple(names), settings=lambda _: stated)
    for model in found.models:
        assert model.outputs is not None, (model.name, model.unresolved)
print(json.dumps(time.perf_counter() - start))
"""


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--framework-python", type=Path, required=True)
    options.add_argument("--every", type=int, default=1, help="every Nth model")
    given = options.parse_args()
    theirs = subprocess.run(
        [given.framework_python, "-W", "ignore", "-c", FRAMEWORK, str(given.every)],
        check=True,
        capture_output=True,
        text=True,
    )
    seconds, rows = json.loads(theirs.stdout)
    groups: dict[tuple[str, tuple[int, ...]], list[str]] = defaultdict(list)
    for file, name, size in rows:
        groups[file, tuple(size)].append(name)
    asked = [[file, names, size] for (file, size), names in groups.items()]
    before = time.perf_counter()
    ours = subprocess.run(
        [sys.executable, "-c", OURS], input=json.dumps(asked), check=True, capture_output=True, text=True
    )
    whole = time.perf_counter() - before
    own = json.loads(ours.stdout)
    print(f"{len(rows)} models")
    print(f"PyTorch: {seconds:.1f} s, {seconds / len(rows):.3f} s a model")
    print(f"cnnlint: {own:.1f} s, {own / len(rows):.3f} s a model ({whole:.1f} s with the start of Python)")


if __name__ == "__main__":
    main()
