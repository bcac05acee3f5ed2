"""What the layers for images ask of their numbers and words: as the constructors of Keras 3.15 do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.frameworks import coerce
from cnnlint.frameworks.keras.arguments import refused
from cnnlint.interpreter.values import DictValue, Instance, ListValue, Tensor, Unknown, Value

if TYPE_CHECKING:
    from collections.abc import Callable

    Check = Callable[[str, Value], None]

FILLS = ("reflect", "wrap", "constant", "nearest")


def _is_open(value: Value) -> bool:
    """Whether nothing can be said of it."""
    return isinstance(value, Unknown) or (isinstance(value, Instance) and value.opaque is not None)


def _pair(value: Value) -> tuple[Value, ...] | None:
    """The items of a tuple or list; None for anything else."""
    if isinstance(value, ListValue):
        return None if value.unknown is not None else tuple(value.items)
    return value if isinstance(value, tuple) else None


def _wrong(name: str, value: Value, expected: str) -> Exception:
    shown = repr(value) if isinstance(value, (bool, int, float, str)) else coerce.describe(value)
    return refused(f"`{name}` must be {expected}, got {shown}", expected=expected, actual=shown)


def factor(low: float, high: float, *, each: bool = False, open_low: bool = False) -> Check:
    """A number within the bounds, or two: one not above, the other not below them, or with `each` both within."""
    expected = f"a number or a list of two numbers between {low} and {high}"

    def outside(number: float) -> bool:
        return number > high or number < low or (open_low and number == low)

    def check(name: str, value: Value) -> None:
        if _is_open(value):
            return
        pair = _pair(value)
        if pair is None:
            if not isinstance(value, (int, float)) or outside(value):
                raise _wrong(name, value, expected)
            return
        if len(pair) != 2 or any(not isinstance(item, (int, float)) and not _is_open(item) for item in pair):
            raise _wrong(name, value, expected)
        one, other = pair
        if isinstance(one, (int, float)) and isinstance(other, (int, float)):
            wrong = outside(one) or outside(other) if each else one > high or other < low
            if wrong:
                raise _wrong(name, value, expected)

    return check


def number(low: float, high: float) -> Check:
    """A plain number within the bounds."""

    def check(name: str, value: Value) -> None:
        if not _is_open(value) and (not isinstance(value, (int, float)) or not low <= value <= high):
            raise _wrong(name, value, f"a number between {low} and {high}")

    return check


def value_range(name: str, value: Value) -> None:
    """A list of two numbers."""
    pair = _pair(value)
    if not _is_open(value) and not (isinstance(value, ListValue) and value.unknown is not None):
        if pair is None or len(pair) != 2:
            raise _wrong(name, value, "a list of two numbers")
        kinds = {isinstance(item, str) for item in pair if not _is_open(item)}
        if len(kinds) > 1 or any(item is None for item in pair):
            raise _wrong(name, value, "a list of two numbers")


def one_of(*words: str) -> Check:
    """One of a few words."""

    def check(name: str, value: Value) -> None:
        if not _is_open(value) and value not in words:
            raise _wrong(name, value, " or ".join(map(repr, words)))

    return check


def odd(name: str, value: Value) -> None:
    """An odd number, or two of them: the size of a kernel."""
    pair = _pair(value)
    found = (value,) if pair is None else pair
    if pair is not None and len(pair) != 2:
        raise _wrong(name, value, "an odd number or two of them")
    for item in found:
        if not _is_open(item) and (not isinstance(item, (int, float)) or item % 2 == 0):
            raise _wrong(name, value, "an odd number or two of them")


def whole(name: str, value: Value) -> None:
    """What `int()` takes."""
    if isinstance(value, Tensor) and value.shape:
        raise _wrong(name, value, "a number")
    try:
        int(value if not isinstance(value, (Unknown, Instance, Tensor)) else 0)
    except (TypeError, ValueError):
        raise _wrong(name, value, "a number") from None


def maybe(check: Check) -> Check:
    """The same, or None."""

    def checked(name: str, value: Value) -> None:
        if value is not None:
            check(name, value)

    return checked


def or_nothing(check: Check) -> Check:
    """The same, or anything empty, which counts as 0."""

    def checked(name: str, value: Value) -> None:
        empty = value is None or (isinstance(value, (str, tuple, ListValue, DictValue)) and not coerce.flag(value))
        if not empty:
            check(name, value)

    return checked


WIDE, UPPER = factor(-1, 1), factor(0, 1)
WARP = {"interpolation": one_of("nearest", "bilinear"), "fill_mode": one_of(*FILLS)}
CHECKS: dict[str, dict[str, Check]] = {
    "AugMix": {"factor": UPPER, "value_range": value_range, "interpolation": WARP["interpolation"]},
    "AutoContrast": {"value_range": value_range},
    "CutMix": {"factor": UPPER},
    "Equalization": {"value_range": value_range},
    "MaxNumBoundingBoxes": {"max_number": whole, "fill_value": whole},
    "RandAugment": {"factor": UPPER, "value_range": value_range, "interpolation": WARP["interpolation"]},
    "RandomBrightness": {"factor": or_nothing(WIDE), "value_range": value_range},
    "RandomColorDegeneration": {"factor": WIDE, "value_range": value_range},
    "RandomColorJitter": {
        "brightness_factor": maybe(WIDE),
        "contrast_factor": maybe(UPPER),
        "saturation_factor": maybe(WIDE),
        "hue_factor": maybe(UPPER),
    },
    "RandomContrast": {"factor": UPPER},
    "RandomElasticTransform": {
        "factor": UPPER,
        "scale": UPPER,
        "interpolation": WARP["interpolation"],
        "fill_mode": one_of(*FILLS, "mirror"),
    },
    "RandomErasing": {"factor": UPPER, "scale": UPPER},
    "RandomGaussianBlur": {"factor": UPPER, "kernel_size": odd, "sigma": UPPER},
    "RandomGrayscale": {"factor": number(0, 1)},
    "RandomHue": {"factor": UPPER},
    "RandomInvert": {"factor": UPPER},
    "RandomPerspective": {"factor": UPPER, "scale": number(0, 1), "interpolation": WARP["interpolation"]},
    "RandomPosterization": {"factor": factor(1, 8), "value_range": value_range},
    "RandomRotation": {"factor": or_nothing(WIDE), **WARP},
    "RandomSaturation": {"factor": WIDE, "value_range": value_range},
    "RandomSharpness": {"factor": UPPER, "value_range": value_range},
    "RandomShear": {"x_factor": factor(0, 1, each=True), "y_factor": factor(0, 1, each=True), **WARP},
    "RandomTranslation": {
        "height_factor": factor(-1, 1, each=True),
        "width_factor": factor(-1, 1, each=True),
        **WARP,
    },
    "RandomZoom": {
        "height_factor": factor(-1, 1, each=True, open_low=True),
        "width_factor": maybe(factor(-1, 1, each=True, open_low=True)),
        **WARP,
    },
    "Solarization": {
        "addition_factor": factor(0, 1, each=True),
        "threshold_factor": factor(0, 1, each=True),
        "value_range": value_range,
    },
}
"""The checks of each class, by argument; what is not given is not looked at."""
WITH_FACTOR = (
    "ContrastLimitedAdaptiveHistogramEqualization",
    "Equalization",
    "MixUp",
    "RandomColorJitter",
    "RandomCrop",
)
"""Classes without a factor of their own that take the one of their base."""


def check(name: str, values: dict[str, Value]) -> None:
    """Hold the arguments of a class to what Keras asks of them. Raises ShapeError "bad-argument"."""
    for argument, checked in CHECKS.get(name, {}).items():
        if argument in values:
            checked(argument, values[argument])
    inner = name == "RandomColorJitter" and (values.get("brightness_factor"), values.get("saturation_factor"))
    if inner and inner != (None, None) and "value_range" in values:
        value_range("value_range", values["value_range"])
