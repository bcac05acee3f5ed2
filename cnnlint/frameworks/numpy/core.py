"""What every file of this room shares: the library, the classes of arrays and how a result is made.

An array, a pandas Series and a DataFrame are all a `Tensor` of one of these classes. `dtype` is a name such as
`float32`, `int64`, `bool`, `str` or `object`. A NumPy scalar stands as Python's own number where its value is known and
Python has such a number (`float64`, `int64`, `bool`), else as an array without axes.

Facts of an array that others may read:

- `range`: `(low, high)`, both inclusive, between which all elements lie, which are whole numbers (labels);
- `classes`: how many different elements there are, exactly;
- `numeric`: that the elements are numbers, where their type is not known.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.frameworks.numpy.contents import LIMIT, count, rounded
from cnnlint.interpreter.library import Library
from cnnlint.interpreter.values import ClassValue, Tensor

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any

    from cnnlint.engine.shape import Shape

NUMPY = Library("numpy", "pandas", "sklearn", "scipy", "cv2", "PIL", "skimage", "imageio", "h5py", "matplotlib")

NDARRAY = ClassValue("numpy.ndarray", library=True)
SERIES = ClassValue("pandas.Series", library=True)
FRAME = ClassValue("pandas.DataFrame", library=True)
SPARSE = ClassValue("scipy.sparse.csr_matrix", library=True)

for _cls in (NDARRAY, SERIES, FRAME, SPARSE):
    _cls.namespace["__hash__"] = None

NUMPY.add("numpy.ndarray", NDARRAY)
NUMPY.add("pandas.Series", SERIES)
NUMPY.add("pandas.DataFrame", FRAME)

WHOLE = ("bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64")


def extend(cls: ClassValue) -> Callable[[type], ClassValue]:
    """Give a class that exists already the host functions, properties and attributes of a class body."""

    def fill(body: type) -> ClassValue:
        cls.namespace.update(Library().define(cls.qualified_name)(body).namespace)
        return cls

    return fill


def array(
    shape: Shape | None, dtype: str | None = None, values: Iterable[Any] | None = None, cls: ClassValue = NDARRAY
) -> Tensor:
    """A new array; its elements are kept where they are given, known and few."""
    if "reshape" not in NDARRAY.namespace:  # what arrays can do is declared with the first of them
        from cnnlint.frameworks.numpy import FRAMEWORK

        FRAMEWORK.resolve("numpy.ndarray")
    made = Tensor(cls, shape, dtype)
    size = count(shape)
    if values is not None and size is not None and size <= LIMIT:
        found = rounded(values, dtype)
        if found is not None and len(found) == size:
            made.values = found
            observe(made)
    return made


def observe(made: Tensor) -> None:
    """Note the range and the number of different elements of an array whose elements are known."""
    values = made.values
    if not values or not all(isinstance(value, (int, float)) and value == value // 1 for value in values):
        return
    different = {int(value) for value in values}
    made.facts["range"] = (min(different), max(different))
    made.facts["classes"] = len(different)


def bounded(made: Tensor, low: Any, high: Any, classes: int | None = None) -> Tensor:
    """The same array, whose elements are whole numbers between two that are known (else nothing is noted)."""
    if isinstance(low, int) and isinstance(high, int) and low <= high and made.values is None:
        made.facts["range"] = (int(low), int(high))
        if classes is not None:
            made.facts["classes"] = classes
    return made


def arranged(made: Tensor, source: Tensor, *, whole: bool = True) -> Tensor:
    """An array of elements of another: of all of them where `whole`, perhaps repeated, else of some."""
    if "numeric" in source.facts:
        made.facts["numeric"] = True
    if made.values is None:
        if "range" in source.facts:
            made.facts["range"] = source.facts["range"]
        if whole and "classes" in source.facts:
            made.facts["classes"] = source.facts["classes"]
    return made


def like(source: Tensor, shape: Shape | None, values: Iterable[Any] | None = None, *, whole: bool = True) -> Tensor:
    """An array of another's elements in another shape."""
    return arranged(array(shape, source.dtype, values), source, whole=whole)
