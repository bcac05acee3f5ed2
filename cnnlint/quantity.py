"""Numbers as people write and read them: `5M` parameters, `64MiB` of memory, `10%` of a whole."""

from __future__ import annotations

DECIMAL = {"": 1, "k": 10**3, "m": 10**6, "g": 10**9, "b": 10**9, "t": 10**12}
BINARY = {"k": 2**10, "m": 2**20, "g": 2**30, "t": 2**40}
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


def parse_count(text: str | float) -> int:
    """A number of things: `250k`, `5M`, `1.5G` (decimal, `B` is a billion too) or a plain number.

    Raises ValueError for anything else, or where the result is not a whole number of at least 0.
    """
    if isinstance(text, str):
        number, unit = _split(text)
        if unit not in DECIMAL:
            raise ValueError(f"`{text}` is not a number such as `250k`, `5M` or `1.5G`")
        return _whole(number * DECIMAL[unit], text)
    return _whole(text, text)


def parse_bytes(text: str | float) -> int:
    """A size in bytes: `64MiB` (2**20), `64MB` (10**6), `64M` (10**6) or a plain number of bytes.

    Raises ValueError for anything else, or where the result is not a whole number of at least 0.
    """
    if not isinstance(text, str):
        return _whole(text, text)
    number, unit = _split(text)
    factor = BINARY.get(unit[:-2]) if unit.endswith("ib") else DECIMAL.get(unit.removesuffix("b"))
    if factor is None:
        raise ValueError(f"`{text}` is not a size such as `64MiB`, `20MB` or `4096`")
    return _whole(number * factor, text)


def parse_share(text: str | float) -> float:
    """A part of a whole: `10%` or `0.1`. Raises ValueError for anything else."""
    try:
        share = float(text[:-1]) / 100 if isinstance(text, str) and text.endswith("%") else float(text)
    except ValueError:
        share = -1.0
    if not 0 <= share < float("inf"):
        raise ValueError(f"`{text}` is not a share such as `10%` or `0.1`")
    return share


def parse_dtype(text: str) -> str:
    """A number format that weights are stored in. Raises ValueError for one that is not known."""
    if text not in DTYPE_BITS:
        raise ValueError(f"`{text}` is not one of {', '.join(f'`{name}`' for name in DTYPE_BITS)}")
    return text


def _split(text: str) -> tuple[float, str]:
    compact = text.strip().replace("_", "").replace(",", "")
    number = compact.rstrip("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ ")
    try:
        return float(number), compact[len(number) :].strip().lower()
    except ValueError:
        raise ValueError(f"`{text}` is not a number") from None


def _whole(number: float, text: object) -> int:
    if isinstance(number, bool) or not 0 <= number < float("inf") or number != round(number):
        raise ValueError(f"`{text}` is not a whole number of at least 0")
    return round(number)


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
    """`12%`, with a decimal below ten."""
    return f"{share:.0%}" if share >= 0.0995 else f"{share:.1%}"


def weight_bytes(parameters: int, dtype: str) -> int:
    """Bytes that the weights take on disk, without any container's overhead."""
    return (parameters * DTYPE_BITS[dtype] + 7) // 8
