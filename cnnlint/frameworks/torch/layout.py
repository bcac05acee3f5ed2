"""How a tensor lies in memory, as far as it is sure: `view` needs axes that lie together, which `permute` tears apart.

A layout is the distances of neighbours along each axis. A tensor may have one of several: a convolution's result
follows its input, channels first or last. Where nothing is sure, nothing is said.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.engine.comparison import equal, less
from cnnlint.engine.constraints import doubt
from cnnlint.engine.dimension import Dim, product, substitute, symbol, symbols
from cnnlint.engine.errors import ShapeError
from cnnlint.engine.shape import text as shape_text
from cnnlint.frameworks.torch.provenance import ORIGIN
from cnnlint.interpreter.trace import Application
from cnnlint.interpreter.values import Tensor

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cnnlint.engine.shape import Shape

LAYOUTS = "layouts"

FRESH = frozenset(
    {
        "arange",
        "bmm",
        "contiguous",
        "embedding",
        "empty",
        "eye",
        "full",
        "linear",
        "linspace",
        "mm",
        "ones",
        "rand",
        "randint",
        "randn",
        "tensor",
        "zeros",
    }
)
"""Functions whose result is contiguous, whatever their arguments are."""

IMAGES = ("torch.nn.modules.conv._ConvNd", "torch.nn.modules.batchnorm._BatchNorm")
"""Layers whose result is contiguous or has its channels last."""


class MaybeError(Exception):
    """Whether a view is possible depends on a size."""


def contiguous(shape: Shape) -> Shape:
    """The distances of neighbours in row-major order."""
    return tuple(product(shape[axis + 1 :]) for axis in range(len(shape)))


def channels_last(shape: Shape) -> Shape:
    """The distances where axis 1 is the innermost one."""
    inner = contiguous((shape[0], *shape[2:], shape[1]))
    return (inner[0], inner[-1], *inner[1:-1])


def layouts(x: Tensor) -> tuple[Shape, ...]:
    """The layouts that the tensor may have; none where it may have others too."""
    if LAYOUTS in x.facts:
        found: tuple[Shape, ...] = x.facts[LAYOUTS]
        return found
    origin = x.facts.get(ORIGIN)
    if x.shape is None or "alternative" in x.facts:
        return ()
    if isinstance(origin, Application):
        cls = origin.instance.cls
        if cls.is_subclass("torch.nn.Linear") or cls.is_subclass("torch.nn.Embedding"):
            return (contiguous(x.shape),)
        if len(x.shape) > 2 and any(map(cls.is_subclass, IMAGES)):
            return contiguous(x.shape), channels_last(x.shape)
    if isinstance(origin, tuple) and (origin[0] in FRESH or (origin[0] == "matmul" and _is_batched(origin[1]))):
        return (contiguous(x.shape),)
    return ()


def _is_batched(operands: Iterable[Tensor]) -> bool:
    """Whether a product is computed as a batch of matrix products: one of a matrix and a batch comes out transposed."""
    ranks = [len(each.shape) if isinstance(each, Tensor) and each.shape is not None else 0 for each in operands]
    return len(ranks) == 2 and ranks[0] > 2


def keep(made: Tensor, found: tuple[Shape, ...]) -> Tensor:
    """Remember the layouts of a new view."""
    if found:
        made.facts[LAYOUTS] = found
    return made


def reordered(x: Tensor, order: Iterable[int]) -> tuple[Shape, ...]:
    """The layouts after the axes were put into another order."""
    places = tuple(order)
    return tuple(tuple(distances[axis] for axis in places) for distances in layouts(x))


def viewed(x: Tensor, shape: Shape) -> tuple[Shape, ...]:
    """The layouts of `x.view(shape)`. Raises ShapeError `reshape-mismatch` where no layout allows it."""
    found = layouts(x)
    if not found or x.shape is None:
        return ()
    try:
        made = [regrouped(x.shape, distances, shape) for distances in found]
    except MaybeError:
        # Where the elements lie in order, any shape is a view.
        in_order = contiguous(x.shape) in found
        if not in_order and not any(_fits_large_sizes(x.shape, distances, shape) for distances in found):
            doubt("whether a view is possible depends on a size")
        return ()
    if all(distances is None for distances in made):
        raise ShapeError(
            "reshape-mismatch",
            f"`view` cannot make {shape_text(shape)} of {shape_text(x.shape)}, whose axes are out of order in memory",
            help="use `reshape`, or `contiguous()` before `view`",
            exception="RuntimeError",
        )
    return tuple(distances for distances in made if distances is not None)


def reshaped(x: Tensor, shape: Shape) -> tuple[Shape, ...]:
    """The layouts of `x.reshape(shape)`: a view where that is possible, else a copy."""
    if x.shape is None:
        return ()
    try:
        made = [regrouped(x.shape, distances, shape) for distances in layouts(x)]
    except MaybeError:
        return ()
    return tuple(contiguous(shape) if distances is None else distances for distances in made)


LARGE = 720_720
"""An axis of 1 lies with any other: what is a view of large sizes is one of all for which the counts of elements agree.
Multiples of this one divide by whatever a view may ask for."""


def _fits_large_sizes(shape: Shape, distances: Shape, target: Shape) -> bool:
    names = {name for dim in (*shape, *distances, *target) for name in symbols(dim)}
    large = {name: LARGE * symbol(name) for name in names}
    one, far, other = (tuple(substitute(dim, large) for dim in dims) for dims in (shape, distances, target))
    try:
        return regrouped(one, far, other) is not None
    except MaybeError:
        return False


def _sure(answer: bool | None) -> bool:
    if answer is None:
        raise MaybeError
    return answer


def regrouped(shape: Shape, distances: Shape, target: Shape) -> Shape | None:
    """The distances after a view, None where there is none (ATen `computeStride_impl`).

    Raises MaybeError where that depends on a size.
    """
    if not shape or any(_sure(equal(size, 0)) for size in shape):
        return contiguous(target)
    made: list[Dim] = [1] * len(target)
    place = len(target) - 1
    inner: Dim = distances[-1] if distances else 1
    count: Dim = 1
    taken: Dim = 1
    for axis in range(len(shape) - 1, -1, -1):
        count = count * shape[axis]
        if axis and (_sure(equal(shape[axis - 1], 1)) or _sure(equal(distances[axis - 1], count * inner))):
            continue
        while place >= 0 and (_sure(less(taken, count)) or _sure(equal(target[place], 1))):
            made[place] = taken * inner
            taken = taken * target[place]
            place -= 1
        if not _sure(equal(taken, count)):
            return None
        if axis:
            inner, count, taken = distances[axis - 1], 1, 1
    return tuple(made) if place == -1 else None
