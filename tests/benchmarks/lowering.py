"""What lowering costs beside a bare parse.

`python tests/benchmarks/lowering.py DIRECTORY…` reads every `.py` file below and prints, for all of them
together, the time of `libcst.parse_module` as anyone would call it and the time of `lower`, which parses as well.
Best of three rounds.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import libcst

from cnnlint.syntax.lower import lower

if TYPE_CHECKING:
    from collections.abc import Callable

ROUNDS = 3


def seconds(work: Callable[[str], object], texts: list[str]) -> float:
    started = time.process_time()
    for text in texts:
        work(text)
    return time.process_time() - started


def main() -> None:
    files = [file for folder in sys.argv[1:] for file in sorted(Path(folder).rglob("*.py"))]
    texts = [file.read_text(encoding="utf-8") for file in files]
    characters = sum(map(len, texts))
    rounds = [(seconds(libcst.parse_module, texts), seconds(lower, texts)) for _ in range(ROUNDS)]
    parse, whole = (min(times) for times in zip(*rounds, strict=True))
    print(f"{len(files)} files, {characters / 1000:.0f} kB")
    print(f"parse_module  {parse:7.3f} s  {characters / parse / 1000:5.0f} kB/s")
    print(f"lower         {whole:7.3f} s  {characters / whole / 1000:5.0f} kB/s  {whole / parse:.2f} times the parse")


if __name__ == "__main__":
    main()
