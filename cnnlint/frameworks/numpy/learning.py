"""scikit-learn: splitting data into training and test, scalers and encoders."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from cnnlint.engine import shape as shapes
from cnnlint.engine.dimension import Dim, equal, unknown_dim
from cnnlint.engine.dimension import text as dim_text
from cnnlint.engine.errors import ShapeError, Undetermined
from cnnlint.frameworks import coerce
from cnnlint.frameworks.numpy.arguments import asarray, number, shape_of
from cnnlint.frameworks.numpy.core import FRAME, NUMPY, SERIES, array, bounded, like
from cnnlint.frameworks.numpy.operation import Operation, operation
from cnnlint.frameworks.numpy.tables import with_rows
from cnnlint.interpreter.filling import count_of, examples_of, is_filled, many
from cnnlint.interpreter.values import ClassValue, Instance, ListValue, Tensor, Unknown

if TYPE_CHECKING:
    from cnnlint.interpreter.machine import Machine
    from cnnlint.interpreter.values import Value

MAX_LIST = 4096


# --- train_test_split -------------------------------------------------------------------------------------------------


@operation("sklearn.model_selection.train_test_split", "sklearn.cross_validation.train_test_split")
def train_test_split(
    machine: Machine,
    *arrays: Value,
    test_size: Value = None,
    train_size: Value = None,
    random_state: Value = None,
    shuffle: Value = True,
    stratify: Value = None,
) -> Value:
    lengths = [_rows(each) for each in arrays]
    _consistent(lengths)
    known = next((each for each in lengths if isinstance(each, int)), None)
    total = known if known is not None else next((each for each in lengths if each is not None), unknown_dim())
    train, test = _sizes(total, test_size, train_size)
    parts: list[Value] = []
    for each in arrays:
        parts += [_part(each, train), _part(each, test)]
    return ListValue(parts)


def _rows(value: Value) -> Dim | None:
    """The number of samples; None where it is not known."""
    if isinstance(value, Tensor):
        if value.shape is None:
            return None
        if not value.shape:
            raise ShapeError("bad-argument", "an array without dimensions has no samples", exception="TypeError")
        return value.shape[0]
    if isinstance(value, ListValue) and is_filled(value):
        return count_of(value)
    try:
        found = coerce.items(value)
    except Undetermined:
        return None
    return None if found is None else len(found)


def _consistent(lengths: list[Dim | None]) -> None:
    found = [each for each in lengths if each is not None]
    for each in found[1:]:
        if equal(found[0], each) is False:
            raise ShapeError(
                "size-mismatch",
                f"arrays of different numbers of samples: {dim_text(found[0])} and {dim_text(each)}",
                expected=dim_text(found[0]),
                actual=dim_text(each),
                exception="ValueError",
            )


def _sizes(total: Dim, test_size: Value, train_size: Value) -> tuple[Dim, Dim]:
    """The numbers of rows for training and test; `sklearn.model_selection._split._validate_shuffle_split`."""
    given = [None if each is None else number(each) for each in (test_size, train_size)]
    unknown = any(each is not None and size is None for each, size in zip((test_size, train_size), given, strict=True))
    if unknown:
        test = unknown_dim()
        return total - test, test
    test_part, train_part = given
    if test_part is None and train_part is None:
        test_part = 0.25
    _check(test_part, total, "test_size")
    _check(train_part, total, "train_size")
    test_count = _count(test_part, total, up=True)
    train_count = _count(train_part, total, up=False)
    if test_count is None:
        assert train_count is not None
        test_count = total - train_count
    if train_count is None:
        train_count = total - test_count
    return train_count, test_count


def _check(part: float | None, total: Dim, name: str) -> None:
    """scikit-learn refuses a fraction outside of 0…1 and a number above that of the samples."""
    if part is None:
        return
    wrong = not 0 < part < 1 if isinstance(part, float) else part <= 0 or (isinstance(total, int) and part >= total)
    if wrong:
        raise ShapeError(
            "bad-argument",
            f"`{name}` must be a fraction between 0 and 1 or a number of samples below {dim_text(total)}, not {part}",
            exception="ValueError",
        )


def _count(part: float | None, total: Dim, *, up: bool) -> Dim | None:
    if part is None or not isinstance(part, float):
        return part
    if isinstance(total, int):
        return math.ceil(total * part) if up else math.floor(total * part)
    return unknown_dim()


def _part(value: Value, rows: Dim) -> Value:
    if isinstance(value, Tensor):
        if value.shape is None:
            return array(None, value.dtype, cls=value.cls)
        return with_rows(value, rows) if value.cls in (FRAME, SERIES) else _rows_of(value, rows)
    if isinstance(value, Unknown):
        return Unknown(value.reason, value.place)
    lost = ListValue((), Unknown("which of the items are chosen is not known"))
    if isinstance(value, ListValue) and value.unknown is not None:
        chosen = many(examples_of(value), "some of them are chosen", None) if is_filled(value) else None
        if chosen is None:
            return lost
        chosen.count = rows
        return ListValue((), chosen)
    found = coerce.items(value)
    alike = _alike(found or ())
    if alike is None or not isinstance(rows, int) or rows > MAX_LIST:
        return lost
    return ListValue([alike] * rows)


def _rows_of(x: Tensor, rows: Dim) -> Tensor:
    made = like(x, (rows, *shape_of(x)[1:]), whole=False)
    made.cls = x.cls
    return made


def _alike(found: tuple[Value, ...]) -> Tensor | None:
    """What all items have in common: a shape and a type."""
    tensors = [each if isinstance(each, Tensor) else _of_number(each) for each in found]
    first = tensors[0] if tensors else None
    if first is None or any(each is None or (each.shape, each.dtype) != (first.shape, first.dtype) for each in tensors):
        return None
    made = array(first.shape, first.dtype)
    ranges = [each.facts.get("range") for each in tensors if each is not None]
    if all(ranges):
        known = [each for each in ranges if each is not None]
        made.facts["range"] = (min(low for low, _ in known), max(high for _, high in known))
    return made


def _of_number(value: Value) -> Tensor | None:
    if isinstance(value, (bool, int, float)):
        return array(
            (), "bool" if isinstance(value, bool) else "int64" if isinstance(value, int) else "float64", (value,)
        )
    return None


@operation("sklearn.utils.shuffle")
def shuffle(machine: Machine, *arrays: Value, random_state: Value = None, n_samples: Value = None) -> Value:
    _consistent([_rows(each) for each in arrays])
    made: list[Value] = []
    for each in arrays:
        if isinstance(each, Tensor) and each.shape is not None and n_samples is None:
            whole = (
                with_rows(each, each.shape[0], whole=True) if each.cls in (FRAME, SERIES) else like(each, each.shape)
            )
            made.append(whole)
        else:
            rows = _rows(each) if n_samples is None else coerce.dim(n_samples)
            made.append(_part(each, unknown_dim() if rows is None else rows))
    return made[0] if len(made) == 1 else ListValue(made)


@operation("sklearn.utils.resample")
def resample(machine: Machine, *arrays: Value, n_samples: Value = None, **options: Value) -> Value:
    made = []
    for each in arrays:
        rows = _rows(each) if n_samples is None else coerce.dim(n_samples)
        made.append(_part(each, unknown_dim() if rows is None else rows))
    return made[0] if len(made) == 1 else ListValue(made)


# --- folds ------------------------------------------------------------------------------------------------------------


def folds(name: str) -> ClassValue:
    """A class whose `split` gives pairs of places for training and test."""

    def initialize(machine: Machine, self: Instance, n_splits: Value = 5, *args: Value, **options: Value) -> None:
        self.attrs["n_splits"] = n_splits

    def split(machine: Machine, self: Instance, X: Value, y: Value = None, groups: Value = None) -> Value:
        rows, turns = _rows(X), self.attrs.get("n_splits")
        if rows is None or not isinstance(turns, int) or turns > 100:
            raise Undetermined("how many folds there are is not known")
        pairs: list[Value] = []
        for turn in range(turns):
            exact = name == "KFold" and isinstance(rows, int)
            test: Dim = unknown_dim()
            if exact and isinstance(rows, int):
                test = rows // turns + (1 if turn < rows % turns else 0)
            last = rows - 1 if isinstance(rows, int) else None
            pairs.append(
                tuple(_places(each, last) for each in (rows - test if "Shuffle" not in name else unknown_dim(), test))
            )
        return ListValue(pairs)

    cls = ClassValue(f"sklearn.model_selection.{name}", library=True)

    def count(machine: Machine, self: Instance, *args: Value) -> Value:
        return self.attrs["n_splits"]

    for key, body in (("__init__", initialize), ("split", split), ("get_n_splits", count)):
        cls.namespace[key] = Operation(f"{cls.qualified_name}.{key}", body, gives_array=False)
    NUMPY.add(cls.qualified_name, cls)
    return cls


def _places(length: Dim, last: int | None) -> Tensor:
    return bounded(array((length,), "int64"), 0, last)


for _name in ("KFold", "StratifiedKFold", "ShuffleSplit", "StratifiedShuffleSplit", "TimeSeriesSplit"):
    folds(_name)


# --- what the others share --------------------------------------------------------------------------------------------


def samples(machine: Machine, X: Value, name: str) -> Tensor:
    """The samples that an estimator takes: a table of two dimensions. Raises ShapeError `rank-mismatch`."""
    x = asarray(machine, X, "X")
    if x.shape is not None and len(x.shape) != 2:
        raise ShapeError(
            "rank-mismatch",
            f"`{name}` takes two dimensions, samples and features, not {shapes.text(x.shape)}",
            help="reshape the data first: `.reshape(len(X), -1)`, or `.reshape(-1, 1)` for a single feature",
            expected="2",
            actual=str(len(x.shape)),
            exception="ValueError",
        )
    return x


def rows_and_width(x: Tensor) -> tuple[Dim, Dim]:
    """Both sizes of a table, unknown ones included."""
    if x.shape is None:
        return unknown_dim(), unknown_dim()
    return x.shape[0], x.shape[1]


def remember_width(machine: Machine, estimator: Instance, width: Dim) -> None:
    """Keep how many features an estimator was fitted with."""
    machine.touch(estimator)
    estimator.facts["width"] = width
    estimator.attrs["n_features_in_"] = width


def check_width(estimator: Instance, width: Dim) -> None:
    """Refuse samples of another number of features than those it was fitted with."""
    known = estimator.facts.get("width")
    if known is not None and equal(known, width) is False:
        raise ShapeError(
            "size-mismatch",
            f"`{estimator.cls.name}` was fitted with {dim_text(known)} features and is given {dim_text(width)}",
            expected=dim_text(known),
            actual=dim_text(width),
            exception="ValueError",
        )
