"""What `fit`, `evaluate` and `predict` are given: arrays, data sets and generators, taken apart into batches."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cnnlint.engine.dimension import Dim, equal, symbol, text
from cnnlint.engine.errors import ShapeError, Undetermined
from cnnlint.frameworks import coerce
from cnnlint.frameworks.keras import changes
from cnnlint.frameworks.keras.core import BATCH, KERAS_TENSOR, result
from cnnlint.frameworks.keras.structure import flatten, map_structure
from cnnlint.interpreter.values import MISSING, Function, Generator, Instance, ListValue, Tensor, Unknown, Value
from cnnlint.model import Data

if TYPE_CHECKING:
    from cnnlint.interpreter.machine import Machine

DEFAULT_BATCH = 32


@dataclass(frozen=True, slots=True)
class Given:
    """Inputs and targets as the model sees them, a batch each: None where there is none, Unknown where not known.

    `count` is the number of samples, `batches` the sizes of the batches that are sure to occur, `whole` the arrays as
    the code gives them (None for a data set), `sliced` whether the batches are made from arrays.
    """

    x: Value
    y: Value
    count: Dim | None = None
    batches: tuple[int, ...] = ()
    whole: Value = None
    sliced: bool = True


def given(
    machine: Machine, x: Value, y: Value, *, batch_size: Value = None, steps: Value = None, sliced: bool = True
) -> Given | None:
    """What a method of a model is given; None where that cannot be told.

    Raises:
        ShapeError: "data-mismatch" for lists of numbers, arrays of different lengths.

    """
    if x is None or (isinstance(x, Unknown) and y is None):
        return None  # with labels beside them, data that are not known are arrays at least
    if isinstance(x, Instance):
        element = _element(machine, x)
        return None if element is None else _unpacked(element)
    if isinstance(x, Generator):
        return _unpacked(x.items[x.position]) if x.position < len(x.items) else None
    if not flatten(x):
        return None
    if not changes.has(machine, "lists-refused") and (_is_numbers(x) or _is_numbers(y)):
        return None
    _check_arrays(x, y)
    count = _count(x, y)
    sizes = _batches(count, batch_size, steps) if sliced else _one(count)
    return Given(_batch(x), _batch(y), count, sizes, (x, y), sliced)


def _one(count: Dim | None) -> tuple[int, ...]:
    return (count,) if isinstance(count, int) else ()


# --- data sets and generators -----------------------------------------------------------------------------------------


def _element(machine: Machine, x: Instance) -> Value:
    """One batch of a data set or of a class of the code with `__getitem__`; None where it is not known."""
    if "element" in x.facts:
        found = x.facts["element"]
        return None if isinstance(found, Unknown) else found
    method = x.cls.lookup("__getitem__")
    sequence = x.cls.is_subclass("keras.utils.PyDataset")
    if method is MISSING or not isinstance(method, Function) or not sequence or x.opaque is not None:
        return None
    found = machine.call(machine.get(x, "__getitem__"), (0,))
    return None if isinstance(found, Unknown) else found


def _unpacked(element: Value) -> Given | None:
    """A batch as `unpack_x_y_sample_weight` takes it apart."""
    if isinstance(element, Unknown):
        return None
    if not isinstance(element, tuple):
        return Given(element, None, sliced=False)
    if not 1 <= len(element) <= 3:
        return None
    return Given(element[0], element[1] if len(element) > 1 else None, sliced=False)


# --- arrays -----------------------------------------------------------------------------------------------------------


def _batch(value: Value) -> Value:
    """One batch of arrays: their first axis is the open batch."""

    def one(leaf: Value) -> Value:
        if not isinstance(leaf, Tensor) or leaf.shape is None or not leaf.shape:
            return leaf
        made = Tensor(KERAS_TENSOR, (symbol(BATCH), *leaf.shape[1:]), leaf.dtype)
        made.facts |= {name: leaf.facts[name] for name in ("range", "classes", "origin") if name in leaf.facts}
        return made

    return None if value is None else map_structure(one, value)


def _check_arrays(x: Value, y: Value) -> None:
    """Keras 3 takes arrays only; a list is one array for each input.

    Raises:
        ShapeError: "data-mismatch" for lists of numbers.

    """
    for name, value in (("x", x), ("y", y)):
        if _is_numbers(value):
            raise ShapeError(
                "data-mismatch",
                f"`{name}` is a list of numbers, but Keras takes arrays only: a list stands for one array per input",
                help="write `np.array(…)` around it",
                expected="an array",
                actual="list",
                exception="ValueError",
            )


def _is_numbers(value: Value) -> bool:
    """Whether it is a list of numbers, nested or not."""
    leaves = flatten(value) if isinstance(value, (ListValue, tuple)) else []
    return bool(leaves) and all(isinstance(leaf, (bool, int, float)) for leaf in leaves)


def _count(x: Value, y: Value) -> Dim | None:
    """The number of samples. Raises ShapeError "data-mismatch" where arrays have different ones."""
    first: Dim | None = None
    for name, value in (("x", x), ("y", y)):
        for leaf in () if value is None else flatten(value):
            if not isinstance(leaf, Tensor) or leaf.shape is None:
                continue
            if not leaf.shape:
                raise ShapeError(
                    "data-mismatch",
                    f"`{name}` is a single number, without an axis for the samples",
                    expected="at least 1 axis",
                    actual="0 axes",
                    exception="IndexError",
                )
            size = leaf.shape[0]
            if first is not None and equal(first, size) is False:
                raise ShapeError(
                    "data-mismatch",
                    f"the arrays have different numbers of samples: {text(first)} and {text(size)}",
                    expected=text(first),
                    actual=text(size),
                    exception="ValueError",
                )
            first = size if first is None or isinstance(size, int) else first
    return first


def _batches(count: Dim | None, batch_size: Value, steps: Value) -> tuple[int, ...]:
    """The sizes of the batches that are sure to occur."""
    if not isinstance(count, int) or count < 1 or isinstance(batch_size, Unknown) or isinstance(steps, Unknown):
        return ()
    size = batch_size
    if size is None:
        size = math.ceil(count / steps) if isinstance(steps, int) and steps > 0 else DEFAULT_BATCH
    if not isinstance(size, int) or size < 1:
        return ()
    rest = count % size
    stopped = isinstance(steps, int)
    return (min(size, count), *((rest,) if rest and count > size and not stopped else ()))


def split(found: Given, validation_split: Value, batch_size: Value) -> Given:
    """What is left for training. Raises ShapeError "data-mismatch" where nothing is."""
    if not isinstance(validation_split, float) or not isinstance(found.count, int) or not validation_split:
        return found if validation_split in (None, 0, 0.0) else Given(found.x, found.y, None, (), found.whole)
    kept = math.floor(found.count * (1.0 - validation_split))
    if kept in (0, found.count):
        raise ShapeError(
            "data-mismatch",
            f"{found.count} samples cannot be split into training and validation data by "
            f"`validation_split={validation_split}`",
            expected="at least 2",
            actual=str(found.count),
            exception="ValueError",
        )
    return Given(found.x, found.y, kept, _batches(kept, batch_size, None), found.whole)


# --- for the rules ----------------------------------------------------------------------------------------------------


def described(value: Value) -> tuple[Data, ...]:
    """What the rules are told of each array."""
    if value is None:
        return ()
    return tuple(_data(leaf) for leaf in flatten(value))


def _data(leaf: Value) -> Data:
    if not isinstance(leaf, Tensor):
        return Data(None)
    low, high = leaf.facts.get("range", (None, None))
    return Data(leaf.shape, leaf.dtype, low, high, leaf.facts.get("classes"), leaf.facts.get("origin"))


def labels(leaf: Tensor) -> tuple[int, int] | None:
    """The smallest and the largest label that are sure to occur; None where they are not known."""
    if leaf.values:
        numbers = [value for value in leaf.values if isinstance(value, (int, float))]
        if len(numbers) == len(leaf.values):
            return int(min(numbers)), int(max(numbers))
    span, classes = leaf.facts.get("range"), leaf.facts.get("classes")
    if span is None or not isinstance(classes, int) or classes < 1:
        return None
    # Among so many different whole numbers, the largest is at least this one and the smallest at most that one.
    return span[1] - classes + 1, span[0] + classes - 1


def sample(machine: Machine, x: Value) -> Value:
    """A batch of arrays for a model that is built by its data; None where their shapes are not known."""
    try:
        leaves = flatten(x)
    except Undetermined:
        return None
    if not leaves or not all(isinstance(leaf, Tensor) and leaf.shape for leaf in leaves):
        return None
    made: list[Value] = [result((symbol(BATCH), *coerce.shape_of(leaf)[1:]), like=leaf) for leaf in leaves]
    return made[0] if len(made) == 1 else ListValue(made)
