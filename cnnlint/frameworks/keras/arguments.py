"""Arguments that several layers share, read and refused as Keras does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.engine.dimension import Expr
from cnnlint.engine.errors import ShapeError, Undetermined
from cnnlint.frameworks import coerce
from cnnlint.frameworks.keras.core import result, settings
from cnnlint.frameworks.keras.structure import map_structure
from cnnlint.interpreter.values import (
    ClassValue,
    DictValue,
    Function,
    HostFunction,
    ListValue,
    Tensor,
    Unknown,
    Value,
)

if TYPE_CHECKING:
    from cnnlint.engine.dimension import Dim
    from cnnlint.engine.shape import Shape
    from cnnlint.engine.windows import ChannelsAxis
    from cnnlint.interpreter.machine import Machine


NO_WORDS = (bool, int, float, tuple, ListValue, DictValue, Function, HostFunction, ClassValue, Tensor, Expr)


def refused(
    message: str,
    exception: str = "ValueError",
    *,
    help: str | None = None,
    expected: str | None = None,
    actual: str | None = None,
) -> ShapeError:
    """The error of a value that Keras refuses; to be raised."""
    return ShapeError("bad-argument", message, help=help, expected=expected, actual=actual, exception=exception)


def sizes(value: Value, n: int, name: str, *, allow_zero: bool = False) -> tuple[Dim, ...]:
    """Keras's `standardize_tuple`: one integer or `n` of them, none below 1 (or 0). Raises ShapeError, Undetermined."""
    try:
        given = coerce.dims(value, n, name)
    except ShapeError as error:
        error.exception = "ValueError"
        raise
    least = 0 if allow_zero else 1
    for size in given:
        if isinstance(size, int) and size < least:
            raise refused(
                f"`{name}` must be {'0 or more' if allow_zero else 'positive'}, got {size}",
                expected=f"at least {least}",
                actual=str(size),
            )
    return given


def pairs(value: Value, n: int, name: str, *, any_integer: bool = False) -> tuple[tuple[Dim, Dim], ...]:
    """Widths at both ends of each of `n` axes: one integer, `n` integers or `n` pairs.

    With `any_integer` a single one may be below 0, which Keras does not look at.
    """
    given = None if isinstance(value, Unknown) and value.symbol else coerce.items(value)
    if given is None and any_integer and isinstance(value, int):
        return ((int(value), int(value)),) * n
    if given is None:
        width = sizes(value, 1, name, allow_zero=True)[0]
        return ((width, width),) * n
    if isinstance(value, Tensor):  # an array of single numbers, each of NumPy's types
        raise refused(f"each entry of `{name}` must be an integer or two of them, not an array's number")
    if len(given) != n:
        raise refused(f"`{name}` must have {n} elements, got {len(given)}", expected=str(n), actual=str(len(given)))
    found = [sizes(item, 2, name, allow_zero=True) for item in given]
    return tuple((one, other) for one, other in found)


def positive(value: Value, name: str) -> Dim:
    """A count above 0. Raises ShapeError, Undetermined."""
    try:
        number = coerce.dim(value, name)
    except ShapeError as error:
        error.exception = "ValueError"
        raise
    if isinstance(number, int) and number <= 0:
        raise refused(f"`{name}` must be a positive integer, got {number}", expected="at least 1", actual=str(number))
    return number


def word(value: Value, allowed: tuple[str, ...], name: str) -> str:
    """One of a few words, in any case. Raises ShapeError, Undetermined."""
    known = coerce.known(value)
    if isinstance(known, str):
        if known.lower() in allowed:
            return known.lower()
        raise refused(f"`{name}` must be one of {', '.join(map(repr, allowed))}, got {known!r}")
    if known is None or isinstance(known, NO_WORDS):
        shown = repr(known) if isinstance(known, (bool, int, float)) else coerce.describe(known)
        raise refused(f"`{name}` must be one of {', '.join(map(repr, allowed))}, got {shown}", "AttributeError")
    raise Undetermined(f"`{name}` is not known")


def data_format(machine: Machine, value: Value) -> str:
    """`channels_last` or `channels_first`; None is the global setting."""
    if value is None:
        return settings(machine).data_format
    return word(value, ("channels_last", "channels_first"), "data_format")


def channels_axis(format: str) -> ChannelsAxis:
    """The engine's word for a data format."""
    return "first" if format == "channels_first" else "last"


def single(value: Value) -> tuple[Tensor, Shape]:
    """The one tensor that a layer takes, with its shape. Raises Undetermined."""
    tensor = coerce.tensor(value, "inputs")
    return tensor, coerce.shape_of(tensor, "inputs")


def same(value: Value) -> Value:
    """The output of a layer that keeps the shape, also of one that is not known yet."""
    if isinstance(value, (tuple, ListValue, DictValue)):  # such a layer says of any structure that it stays as it is
        return map_structure(same, value)
    tensor = coerce.tensor(value, "inputs")
    made = result(tensor.shape, like=tensor)
    made.free = tensor.free
    return made
