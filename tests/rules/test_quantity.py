"""Numbers as people read them."""

from __future__ import annotations

import pytest

from cnnlint.quantity import DTYPE_BITS, short_bytes, short_count, short_share, weight_bytes


@pytest.mark.parametrize(
    ("number", "shown"),
    [(0, "0"), (991_041, "991,041"), (9_999_999, "9,999,999"), (25_557_032, "25.56M"), (4_089_184_256, "4.089G")],
)
def test_counts(number: int, shown: str) -> None:
    assert short_count(number) == shown


@pytest.mark.parametrize(
    ("number", "shown"), [(0, "0 B"), (1023, "1023 B"), (1024, "1 KiB"), (3_964_164, "3.781 MiB"), (2**34, "16 GiB")]
)
def test_bytes(number: int, shown: str) -> None:
    assert short_bytes(number) == shown


@pytest.mark.parametrize(
    ("share", "shown"),
    [
        (0, "0.0%"),
        (0.0001, "<0.1%"),
        (0.034, "3.4%"),
        (0.0996, "10%"),
        (0.5, "50%"),
        (0.9995, "99.9%"),
        (1, "100%"),
        (5.43, "543%"),
    ],
)
def test_shares(share: float, shown: str) -> None:
    assert short_share(share) == shown


def test_weights_fill_whole_bytes() -> None:
    assert weight_bytes(4614, "float32") == 4614 * 4
    assert weight_bytes(3, "int4") == 2
    assert weight_bytes(9, "binary") == 2
    assert set(DTYPE_BITS) >= {"float32", "float16", "int8"}
