"""What `keras.ops` refuses of a model's symbolic tensors only, in working out the shape of what it would give."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from cnnlint.frameworks import coerce
from cnnlint.frameworks.keras import changes
from cnnlint.frameworks.keras.arguments import data_format as format_of
from cnnlint.frameworks.keras.arguments import refused
from cnnlint.frameworks.keras.core import KERAS, shown
from cnnlint.frameworks.keras.graph import node_of
from cnnlint.frameworks.keras.operands import axes_of, axis_of, check_size, operand
from cnnlint.frameworks.keras.ops_shape import parts
from cnnlint.frameworks.keras.structure import flatten
from cnnlint.interpreter.values import HostFunction, Tensor, Value

if TYPE_CHECKING:
    from collections.abc import Callable

    from cnnlint.interpreter.machine import Machine


def _of_symbols(*names: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Let a function check the calls of these operations on symbolic tensors first."""

    def declare(check: Callable[..., None]) -> Callable[..., None]:
        for name in names:
            _wrap(KERAS.names[f"keras.ops.{name}"], check)
        return check

    return declare


def _wrap(host: HostFunction, check: Callable[..., None]) -> None:
    traced = host.body

    def checked(machine: Machine, *args: Value, **kwargs: Value) -> Value:
        if any(node_of(leaf) is not None for leaf in flatten(args)):
            check(machine, *args, **kwargs)
        return traced(machine, *args, **kwargs)

    host.body = checked


def _is_open(machine: Machine, x: Value, axis: int) -> bool:
    return shown(machine, operand(x)[axis]) is None


@_of_symbols("squeeze")
def _squeeze(machine: Machine, x: Value, axis: Value = None) -> None:
    if axis is not None and isinstance(x, Tensor) and x.shape is not None:
        for at in axes_of(axis, len(x.shape)):
            if _is_open(machine, x, at):
                raise refused(f"cannot squeeze axis {at}, because its size is not stated to be 1")


@_of_symbols("unstack")
def _unstack(machine: Machine, x: Value, num: Value = None, axis: Value = 0) -> None:
    if num is None and _is_open(machine, x, axis_of(axis, len(operand(x)))):
        raise refused(
            "how many tensors there are is not known, because the size of the axis is `None`", help="give `num`"
        )


@_of_symbols("hstack", "vstack")
def _stacked(machine: Machine, xs: Value) -> None:
    for item in parts(machine, xs):
        if len(operand(item)) < 2:
            raise refused("symbolic tensors that are stacked must have two axes at least", "IndexError")


@_of_symbols("append")
def _append(machine: Machine, x1: Value, x2: Value, axis: Value = None) -> None:
    if axis is not None:
        at = axis_of(axis, len(operand(x1)))
        if _is_open(machine, x1, at) or _is_open(machine, x2, axis_of(axis, len(operand(x2)))):
            raise refused(f"cannot append along axis {at}, whose size is `None`", "TypeError", help="use `concatenate`")


@_of_symbols("array_split")
def _array_split(machine: Machine, x: Value, indices_or_sections: Value, axis: Value = 0) -> None:
    if coerce.items(indices_or_sections) is not None:
        raise refused("`array_split` takes a number of sections, not places", "TypeError", help="use `split`")


@_of_symbols("split", "vsplit")
def _split(machine: Machine, x: Value, indices_or_sections: Value, axis: Value = 0) -> None:
    places = coerce.items(indices_or_sections)
    if places is None:
        return
    shape = operand(x)
    size = shape[axis_of(axis, len(shape))]
    ends = (*places, size) if isinstance(size, int) else places
    if any(isinstance(a, int) and isinstance(b, int) and b < a for a, b in pairwise((0, *ends))):
        raise refused(f"the places {places} to split at do not go up to the size of the axis")


@_of_symbols("hsplit")
def _hsplit(machine: Machine, x: Value, indices_or_sections: Value) -> None:
    _split(machine, x, indices_or_sections, min(len(operand(x)), 2) - 1)


@_of_symbols("dsplit")
def _dsplit(machine: Machine, x: Value, indices_or_sections: Value) -> None:
    _split(machine, x, indices_or_sections, 2)


@_of_symbols("det", "inv", "cholesky", "eigh", "eig", "solve", "solve_triangular")
def _square(machine: Machine, x: Value, *others: Value, **options: Value) -> None:
    rank = len(operand(x))
    if rank >= 2 and _is_open(machine, x, rank - 2) != _is_open(machine, x, rank - 1):
        raise refused("the matrices must be square, but one of their sizes is `None`")


@_of_symbols("qr", "svd", "lu_factor")
def _factors(machine: Machine, x: Value, *others: Value, **options: Value) -> None:
    rank = len(operand(x))
    if rank >= 2 and (_is_open(machine, x, rank - 2) or _is_open(machine, x, rank - 1)):
        raise refused("the sizes of the matrices must be stated, but one of them is `None`")


@_of_symbols("meshgrid")
def _meshgrid(machine: Machine, *x: Value, **options: Value) -> None:
    if len(x) < 2 and options.get("indexing", "xy") == "xy":
        raise refused("a mesh of `xy` is of two symbolic tensors or more", "IndexError", help="give `indexing='ij'`")


@_of_symbols("conv")
def _conv(machine: Machine, inputs: Value, kernel: Value, *others: Value, **options: Value) -> None:
    form = others[2] if len(others) > 2 else options.get("data_format")
    shape, weights = operand(inputs), operand(kernel)
    if 3 <= len(shape) == len(weights):
        channels = shape[1 if format_of(machine, form) == "channels_first" else -1]
        check_size(channels, weights[-2], "the channels of the input and those of the kernel")


@_of_symbols("batch_normalization")
def _batch_normalization(machine: Machine, x: Value, mean: Value, variance: Value, *rest: Value, **more: Value) -> None:
    if any(len(operand(each)) != 1 for each in (mean, variance)):
        raise refused("`mean` and `variance` must be vectors, a number for each channel")


@_of_symbols("binary_crossentropy", "categorical_crossentropy")
def _losses(machine: Machine, target: Value, output: Value, **options: Value) -> None:
    one, other = ([shown(machine, size) for size in operand(each)] for each in (target, output))
    if one != other:
        raise refused(f"`target` and `output` must have the same shape, got {tuple(one)} and {tuple(other)}")


@_of_symbols("sparse_categorical_crossentropy")
def _sparse(machine: Machine, target: Value, output: Value, from_logits: Value = False, axis: Value = -1) -> None:
    one, other = ([shown(machine, size) for size in operand(each)] for each in (target, output))
    at = axis_of(axis, len(other))
    classes = one[:-1] if len(one) == len(other) and one[-1] == 1 else one
    if classes != [*other[:at], *other[at + 1 :]]:
        raise refused(f"`target` {tuple(one)} does not go with `output` {tuple(other)}")


@_of_symbols("fft")
def _fft(machine: Machine, x: Value) -> None:
    _check_stated(machine, x, 1)


@_of_symbols("fft2", "ifft2")
def _fft2(machine: Machine, x: Value) -> None:
    _check_stated(machine, x, 2)


def _check_stated(machine: Machine, x: Value, last: int) -> None:
    """The transform needs the sizes of the last axes. Raises ShapeError "bad-argument"."""
    real, *others = coerce.items(x) or (x,)
    count = len(operand(real))
    for other in others:
        if [shown(machine, size) for size in operand(other)] != [shown(machine, size) for size in operand(real)]:
            raise refused("the real and the imaginary part must have the same shape")
    for axis in range(count - last, count):
        if axis >= 0 and _is_open(machine, real, axis):
            raise refused(f"a Fourier transform needs the size of axis {axis}, but it is `None`")


@_of_symbols("digitize")
def _digitize(machine: Machine, x: Value, bins: Value) -> None:
    if coerce.items(bins) is not None and not isinstance(bins, Tensor):
        raise refused("the `bins` of a symbolic tensor must be an array, not a list", "AttributeError")


@_of_symbols("get_item")
def _get_item(machine: Machine, x: Value, key: Value) -> None:
    if not changes.has(machine, "integers-and-slices"):
        return
    for entry in coerce.items(key) or (key,):
        if isinstance(entry, Tensor):
            raise refused("a symbolic tensor takes integers and slices as its index, not a tensor", help="use `take`")


@_of_symbols("adaptive_average_pool", "adaptive_max_pool")
def _adaptive(machine: Machine, inputs: Value, output_size: Value, data_format: Value = None) -> None:
    if isinstance(coerce.known(output_size), int):
        raise refused("`output_size` must have a number for each axis", "TypeError")
