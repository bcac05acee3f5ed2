"""Holds the valid sizes of the models of torchvision and keras.applications to what the frameworks answered.

usage: zoo_sizes.py --site-packages FOLDER [--time] [PART-OF-A-NAME...]

FOLDER is a site-packages with torchvision and keras; their source is read as text. What the frameworks answered stands
in `fixtures/sizes/zoo/verdicts.jsonl`, which `tests/record_zoo_sizes.py` writes: all sizes 1 to 300 with all axes
equal, and some that differ. Prints a line for each model that disagrees or of which nothing is stated, then how many
do; with `--time` the milliseconds of processor time too that the sizes take beyond a summary without them.
"""

from __future__ import annotations

import argparse
import gc
import json
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cnnlint.engine.dimension import evaluate as number
from cnnlint.engine.solving import required_numbers
from cnnlint.evaluation import ModelSettings, evaluate
from cnnlint.frameworks.keras import describe as keras_describe
from cnnlint.frameworks.torch import describe as torch_describe
from cnnlint.summary import solved

if TYPE_CHECKING:
    from collections.abc import Callable

    from cnnlint.model import Model

VERDICTS = Path(__file__).parent.parent.parent / "fixtures" / "sizes" / "zoo" / "verdicts.jsonl"
LAST = 300
LIMIT = 0.05
"""Seconds that the sizes of a model may take beyond its summary."""


def rows() -> list[dict[str, Any]]:
    """What was asked of the frameworks: target, arguments, axes, the stretches of sizes that run, and some others."""
    return [json.loads(line) for line in VERDICTS.read_text(encoding="utf-8").splitlines()]


def disagreements(model: Model, row: dict[str, Any]) -> list[str]:
    """Where what is stated of the model and what the framework answered differ."""
    stated = model.valid_inputs
    assert stated is not None
    assert model.constraints is not None
    last = min(LAST, stated.range[1])
    runs = {size for first, end in row["square"] for size in range(first, end + 1) if size <= last}
    told = {size for first, end, step in stated.square for size in range(first, end + 1, step) if size <= last}
    found = [f"{size} squared" for size in sorted(runs ^ told)]
    for size in range(1, LAST + 1):
        answer = _accepts(model, dict.fromkeys(row["axes"], size))
        if answer is not any(first <= size <= end for first, end in row["square"]):
            found.append(f"{size} squared is accepted: {answer}")
    for sizes, ran in row["others"]:
        answer = _accepts(model, dict(zip(row["axes"], sizes, strict=True)))
        if answer is not ran:
            found.append(f"{sizes} is accepted: {answer}")
    return found


def _accepts(model: Model, values: dict[str, int]) -> bool | None:
    """Whether the model takes inputs of these sizes, all of its inputs of the same."""
    assert model.constraints is not None
    again = {f"{name}_2": size for name, size in values.items()}
    numbers = required_numbers(model.constraints.constraints) | values | again
    return model.accepts(*(tuple(number(dim, numbers) for dim in shape[1:]) for shape in model.constraints.inputs))


class Clock:
    """Processor time of what is run for the sake of the sizes only, whichever of it runs inside of which."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.depth = 0

    def timed(self, run: Callable[..., Any]) -> Callable[..., Any]:
        """The function, its time taken."""

        def timed(*args: Any, **options: Any) -> Any:
            start, self.depth = time.process_time(), self.depth + 1
            try:
                return run(*args, **options)
            finally:
                self.depth -= 1
                self.seconds += time.process_time() - start if self.depth == 0 else 0

        return timed


CLOCK = Clock()
ASIDE = (
    (torch_describe, ("settled", "in_cases", "without_input")),
    (keras_describe, ("_without_input",)),
)
"""The functions that run a model once more to tell its sizes."""


def described(file: Path, row: dict[str, Any], *, times: int = 1) -> tuple[Model, float]:
    """The model with its valid sizes, and the seconds that these took beyond the summary, the least of several.

    These are the further runs of the model and the solving. Waste is collected before, not meanwhile: what another
    model has left behind is no part of it.
    """
    name = row["target"].rpartition("::")[2]
    arguments = {key: tuple(value) if isinstance(value, list) else value for key, value in row["arguments"].items()}
    settings = ModelSettings(arguments=arguments)
    text = file.read_text(encoding="utf-8")
    took: list[float] = []
    for _ in range(times):
        gc.collect()
        CLOCK.seconds = 0.0
        found = evaluate(str(file), text, targets=(name,), settings=lambda _: settings, sizes=True).models[-1]
        found = CLOCK.timed(solved)(found)
        took.append(CLOCK.seconds)
    return found, min(took)


def main() -> None:
    """Compare all, or those whose target has one of the arguments in it."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--site-packages", type=Path, required=True)
    options.add_argument("--time", action="store_true")
    options.add_argument("names", nargs="*")
    given = options.parse_args()
    asked = [row for row in rows() if "square" in row and _is_wanted(row, given.names)]
    silent, wrong, seconds = 0, 0, []
    if given.time:
        gc.disable()
        for module, names in ASIDE:
            for name in names:
                setattr(module, name, CLOCK.timed(getattr(module, name)))
    for row in asked:
        file = given.site_packages / row["target"].partition("::")[0]
        model, more = described(file, row, times=2 if given.time else 1)
        if model.valid_inputs is None:
            silent += 1
            print(f"nothing stated: {row['target']}: {[each.reason for each in model.unresolved][:1]}", flush=True)
            continue
        seconds.append(more)
        if given.time and more > LIMIT:
            print(f"{1000 * more:.0f} ms: {row['target']} {row['arguments']}", flush=True)
        found = disagreements(model, row)
        if found:
            wrong += 1
            print(f"disagrees: {row['target']} {row['arguments']}: {', '.join(found[:5])}", flush=True)
    seconds.sort()
    print(f"{len(asked)} models: {len(asked) - silent} stated, {silent} not, {wrong} disagree")
    if given.time and seconds:
        middle, tenth, most = (1000 * seconds[int(part * (len(seconds) - 1))] for part in (0.5, 0.9, 1))
        many = sum(each > LIMIT for each in seconds)
        print(
            f"beyond the summary: {middle:.0f} ms a model in the middle, {tenth:.0f} ms for 90 %, {most:.0f} ms at most"
        )
        print(f"more than {1000 * LIMIT:.0f} ms: {many}")


def _is_wanted(row: dict[str, Any], names: list[str]) -> bool:
    return not names or any(name in row["target"] for name in names)


if __name__ == "__main__":
    main()
