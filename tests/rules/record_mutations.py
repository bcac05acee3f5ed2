"""Ask Keras and PyTorch how mutants end, before and after their fix.

`KERAS_BACKEND=torch PYTHONPATH=. python tests/rules/record_mutations.py CANDIDATES`, with what `mutations.py` wrote.
Those that end otherwise than cnnlint says are shown, those that are recorded already are not run again. The data sets
and files that the programs ask for are made up, and loops over batches are cut short, as where the twins are recorded.
"""

# mypy: disable-error-code="import-not-found,import-untyped"
from __future__ import annotations

import contextlib
import io
import json
import os
import sys
import tempfile
import warnings
from pathlib import Path
from typing import Any

import keras
import torch
import torchvision

from tests.frameworks.keras import record_twins as of_keras
from tests.frameworks.torch import record_twins as of_torch

HERE = Path(__file__).parent
FIXTURES = HERE.parents[1] / "fixtures"
RECORDED = HERE / "mutations.json"


def prepare() -> None:
    """Put the stand-ins for data in their places."""
    os.chdir(tempfile.mkdtemp())
    for name in of_torch.SETS:
        setattr(torchvision.datasets, name, of_torch.stand_in(name))
    torch.utils.data.DataLoader.__iter__ = of_torch.few_turns(torch.utils.data.DataLoader.__iter__)
    of_keras.prepare()
    of_torch.Image.open = lambda *_args, **_kwargs: of_torch.Image.new("RGB", (48, 40))


def ends(text: str, given: dict[str, Any]) -> str:
    """How a program ends: `runs`, or an exception."""
    if of_keras.NEEDS_TENSORFLOW.search(text):
        return "needs TensorFlow"
    keras.backend.clear_session()
    torch.manual_seed(0)
    names: dict[str, Any] = {"__name__": "__main__", **given}
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        try:
            if "import" not in text:
                exec(of_keras.PRELUDE, names)
            exec(compile(text, "program.py", "exec"), names)
        except Exception as error:  # noqa: BLE001 - whatever it ends with is what is asked for
            return f"{type(error).__name__}: {' '.join(str(error).split())[:120]}"
    return "runs"


def _key(mutant: dict[str, Any]) -> str:
    return json.dumps([mutant["program"], mutant["mutation"], mutant["fix"]])


def main() -> None:
    """Run the mutants that are not recorded yet, each with its fix."""
    prepare()
    mutants = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    known = {_key(mutant): mutant for mutant in json.loads(RECORDED.read_text(encoding="utf-8") or "[]")}
    good: dict[str, str] = {}
    for number, mutant in enumerate(mutants):
        text = (FIXTURES / mutant["program"]).read_text(encoding="utf-8")
        if _key(mutant) in known:
            good[mutant["program"]] = "runs"
            mutant |= {which: known[_key(mutant)][which] for which in ("before", "after")}
            continue
        given = of_torch.given() if mutant["program"].startswith("twins/torch") else {}
        if mutant["program"] not in good:
            good[mutant["program"]] = ends(text, given)
        start, end, new = mutant["mutation"]
        wrong = f"{text[:start]}{new}{text[end:]}"
        lines = wrong.splitlines(keepends=True)
        for first, last, rows in reversed(mutant["fix"]):
            lines[first:last] = rows
        mutant["before"], mutant["after"] = ends(wrong, given), ends("".join(lines), given)
        if good[mutant["program"]] != "runs" or (mutant["after"] == "runs") != (not mutant["left"]):
            print(number, mutant["program"], mutant["code"], good[mutant["program"]], mutant["mutation"], flush=True)
            print("  ", mutant["before"], "->", mutant["after"], flush=True)
        elif mutant["before"] == "runs" and "CNN1" < mutant["code"] < "CNN2":
            print(number, mutant["program"], mutant["code"], "does not crash", mutant["mutation"], flush=True)
    kept = [mutant for mutant in mutants if good[mutant["program"]] == "runs"]
    RECORDED.write_text(json.dumps(kept, indent=0, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
