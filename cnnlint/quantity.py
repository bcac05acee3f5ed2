"""Numbers as people read them, and what a number takes to store."""

from __future__ import annotations

DTYPE_BITS = {
    "float64": 64,
    "float32": 32,
    "float16": 16,
    "bfloat16": 16,
    "float8": 8,
    "int32": 32,
    "int16": 16,
    "int8": 8,
    "uint8": 8,
    "int4": 4,
    "binary": 1,
}
"""Bits that one stored number takes."""


def short_count(number: int) -> str:
    """`991,041` as it is, `4.2M` from ten million on: enough to compare, short enough to read."""
    if number < 10**7:
        return f"{number:,}"
    for factor, unit in ((10**12, "T"), (10**9, "G"), (10**6, "M")):
        if number >= factor:
            return f"{number / factor:.4g}{unit}"
    raise AssertionError(number)


def short_bytes(number: int) -> str:
    """A size in the largest binary unit that it fills: `512 B`, `3.8 MiB`."""
    if number < 2**10:
        return f"{number} B"
    for factor, unit in ((2**40, "TiB"), (2**30, "GiB"), (2**20, "MiB"), (2**10, "KiB")):
        if number >= factor:
            return f"{number / factor:.4g} {unit}"
    raise AssertionError(number)


def short_share(share: float) -> str:
    """`12%`, with a decimal below ten and just below a hundred; never 0% or 100% for what is not."""
    if 0 < share < 0.0005:
        return "<0.1%"
    if 0.995 <= share < 1:
        return f"{min(share, 0.999):.1%}"
    return f"{share:.0%}" if share >= 0.0995 else f"{share:.1%}"


def weight_bytes(parameters: int, dtype: str) -> int:
    """Bytes that the weights take on disk, without any container's overhead."""
    return (parameters * DTYPE_BITS[dtype] + 7) // 8
