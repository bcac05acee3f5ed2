"""How long a whole `cnnlint check` takes, beside the framework's own import, build and summary of the same model.

    python tests/benchmarks/cold_start.py --framework-python PATH [--runs 7] [--cached]

PATH is a Python that has Keras and a backend; cnnlint is taken from the Python that runs this script. Both read the
cats-vs-dogs fixture, each time in a new process, in turns; the medians and the peak memory are printed. Exit 1 where
cnnlint is not at least 8 times faster or takes more than a fifth of the memory.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import time
from pathlib import Path

FIXTURE = Path(__file__).parents[2] / "fixtures" / "seeds" / "cats_vs_dogs_sequential.py"
SUMMARY = "import runpy, sys; runpy.run_path(sys.argv[1])['model'].summary()"
FASTER = 8
LEANER = 5


def measure(command: list[str], environment: dict[str, str]) -> tuple[float, float]:
    """Seconds and peak MiB of one run of a command, its output thrown away."""
    start = time.perf_counter()
    actions = [(os.POSIX_SPAWN_OPEN, number, os.devnull, os.O_WRONLY, 0) for number in (1, 2)]
    child = os.posix_spawn(command[0], command, environment, file_actions=actions)
    _, status, usage = os.wait4(child, 0)
    seconds = time.perf_counter() - start
    if os.waitstatus_to_exitcode(status) not in (0, 1):
        sys.exit(f"this command failed: {' '.join(command)}")
    scale = 2**20 if sys.platform == "darwin" else 2**10
    return seconds, usage.ru_maxrss / scale


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--framework-python", required=True)
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--cached", action="store_true", help="let cnnlint use its cache")
    options = parser.parse_args()
    cache = [] if options.cached else ["--no-cache"]
    commands = {
        "cnnlint check": [sys.executable, "-m", "cnnlint", "check", "--isolated", *cache, str(FIXTURE)],
        "framework": [options.framework_python, "-c", SUMMARY, str(FIXTURE)],
    }
    environment = {**os.environ, "KERAS_BACKEND": os.environ.get("KERAS_BACKEND", "torch")}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    for command in commands.values():
        measure(command, environment)  # the first run writes byte code
    runs: dict[str, list[tuple[float, float]]] = {name: [] for name in commands}
    for _ in range(options.runs):
        for name, command in commands.items():
            runs[name].append(measure(command, environment))
    medians = {name: [statistics.median(column) for column in zip(*runs[name], strict=True)] for name in commands}
    for name, (seconds, memory) in medians.items():
        print(f"{name:14} {seconds * 1000:7.0f} ms {memory:7.0f} MiB")
    own, other = medians["cnnlint check"], medians["framework"]
    faster, leaner = other[0] / own[0], other[1] / own[1]
    print(f"cnnlint is {faster:.1f} times faster and takes 1/{leaner:.1f} of the memory")
    sys.exit(0 if faster >= FASTER and leaner >= LEANER else 1)


if __name__ == "__main__":
    main()
