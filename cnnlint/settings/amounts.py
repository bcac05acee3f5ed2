"""Amounts as people write them: `5M` parameters, `64MiB` of memory, a growth of `10%`. Readers raise ValueError."""

from __future__ import annotations

import math
import re
from fractions import Fraction
from typing import Any

from cnnlint.quantity import DTYPE_BITS

COUNT_UNITS = {"": 1, "k": 10**3, "m": 10**6, "g": 10**9, "b": 10**9, "t": 10**12}
BYTE_UNITS = {"": 1, "b": 1} | {
    f"{letter}{suffix}": base**power
    for power, letter in enumerate("kmgt", start=1)
    for suffix, base in (("b", 1000), ("ib", 1024))
}
_NUMBER = re.compile(r"\s*(\d[\d_,]*(?:\.\d+)?|\.\d+)\s*([A-Za-z]*)\s*")


def read_count(value: Any) -> int:
    """A number of things (parameters, MACs): `5_000_000`, `"5M"`, `"1.5k"`."""
    return _scaled(value, COUNT_UNITS, 'a number such as 5000000 or "5M"')


def read_bytes(value: Any) -> int:
    """A size in memory: `65536`, `"64KiB"` (of 1024), `"20MB"` (of 1000)."""
    return _scaled(value, BYTE_UNITS, 'a number of bytes such as 65536, "64KiB" or "64kB"')


def read_share(value: Any) -> float:
    """A part of a whole: `"10%"` and `0.1` are the same."""
    share = -1.0
    if isinstance(value, str) and (match := re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*%\s*", value)):
        share = float(match[1]) / 100
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        share = float(value)
    if not 0 <= share < math.inf:
        raise ValueError('expected a share such as "10%" or 0.1')
    return share


def read_batch(value: Any) -> int:
    """How many samples are in a batch."""
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise ValueError("expected a number of samples such as 32")
    return value


def read_dtype(value: Any) -> str:
    """A number format that weights are stored in."""
    if value not in DTYPE_BITS:
        raise ValueError(f"expected one of {', '.join(f'`{name}`' for name in DTYPE_BITS)}")
    return str(value)


def _scaled(value: Any, units: dict[str, int], expected: str) -> int:
    number = None
    if isinstance(value, int) and not isinstance(value, bool):
        number = value
    elif isinstance(value, float) and value.is_integer():
        number = int(value)
    elif isinstance(value, str) and (match := _NUMBER.fullmatch(value)) and match[2].lower() in units:
        number = int(Fraction(match[1].replace("_", "").replace(",", "")) * units[match[2].lower()])
    if number is None or number < 0:
        raise ValueError(f"expected {expected}")
    return number
