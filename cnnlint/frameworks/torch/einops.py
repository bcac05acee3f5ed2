"""`einops`: rearrange, reduce, repeat, einsum, pack and unpack, and the layers made of them."""

from __future__ import annotations

from string import ascii_letters
from typing import TYPE_CHECKING

from cnnlint.engine import shape as shapes
from cnnlint.engine.constraints import require_equal, require_multiple
from cnnlint.engine.dimension import Dim, exact_quotient, floor_div, product
from cnnlint.engine.dimension import text as dim_text
from cnnlint.engine.errors import ShapeError, Undetermined
from cnnlint.frameworks.coerce import dim as dimension
from cnnlint.frameworks.coerce import items, sequence, shape_of, tensor, text
from cnnlint.frameworks.torch.core import MODULE, TENSOR, TORCH
from cnnlint.frameworks.torch.layer import KINDS, start
from cnnlint.interpreter.values import DictValue, Instance, ListValue, Tensor, Unknown

if TYPE_CHECKING:
    from cnnlint.engine.shape import Shape
    from cnnlint.interpreter.machine import Machine
    from cnnlint.interpreter.values import Value

DOTS = "…"
"""What `...` becomes where it stands for axes of its own."""
FOLDED = "(…)"
"""What `...` becomes in parentheses, where it is part of one axis."""
REDUCTIONS = ("min", "max", "sum", "mean", "prod", "any", "all")


def _refused(
    message: str, kind: str = "bad-argument", expected: str | None = None, actual: str | None = None
) -> ShapeError:
    return ShapeError(kind, message, expected=expected, actual=actual, exception="RuntimeError")


def parsed(side: str, pattern: str) -> list[list[str]]:
    """One side of a pattern: for each axis of the tensor the names that make it up, none for an axis of size 1."""
    spread = side.replace("...", DOTS)
    for mark in ("(", ")", DOTS):
        spread = spread.replace(mark, f" {mark} ")
    axes: list[list[str]] = []
    inside: list[str] | None = None
    for word in spread.split():
        if word == "(":
            if inside is not None:
                raise _refused(f'parentheses inside of parentheses in "{pattern}"')
            inside = []
        elif word == ")":
            if inside is None:
                raise _refused(f'parentheses do not match in "{pattern}"')
            axes.append(inside)
            inside = None
        else:
            _check_name(word, pattern)
            names = [] if word == "1" else [word]
            if inside is None:
                axes.append(names)
            else:
                inside.extend(FOLDED if name == DOTS else name for name in names)
    if inside is not None:
        raise _refused(f'parentheses do not match in "{pattern}"')
    names = [name for axis in axes for name in axis if not name.isdigit()]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise _refused(f'the axis "{twice}" stands twice on one side of "{pattern}"')
    return axes


def _check_name(word: str, pattern: str) -> None:
    if word == DOTS or (word.isdigit() and word != "0"):
        return
    private = word != "_" and "_" in (word[0], word[-1])
    if not word.isidentifier() or private:
        raise _refused(f'"{word}" is no name of an axis in "{pattern}"')


def _sides(pattern: str) -> tuple[list[list[str]], list[list[str]]]:
    if pattern.count("->") != 1:
        raise _refused(f'"{pattern}" is no pattern: it needs one "->"')
    left, right = pattern.split("->")
    return parsed(left, pattern), parsed(right, pattern)


def _names(axes: list[list[str]]) -> list[str]:
    return [name for axis in axes for name in axis]


def _check_sides(how: str, left: list[str], right: list[str], lengths: dict[str, Dim], pattern: str) -> None:
    """What each function asks of the names on both sides."""
    for name in lengths:
        if name not in left and name not in right:
            raise _refused(f'the axis "{name}" is not in the pattern "{pattern}"')
    ours, theirs = ({DOTS if name == FOLDED else name for name in side if not name.isdigit()} for side in (left, right))
    numbers = [name for name in (*left, *right) if name.isdigit()]
    if how == "rearrange" and (numbers or ours != theirs):
        wrong = ", ".join(sorted(ours ^ theirs)) or numbers[0]
        raise _refused(f'`rearrange` needs the same axes on both sides of "{pattern}", not so for {wrong}')
    if how == "reduce" and theirs - ours:
        raise _refused(f'unexpected axes on the right side of "{pattern}": {", ".join(sorted(theirs - ours))}')
    if how == "repeat":
        if ours - theirs:
            raise _refused(f'unexpected axes on the left side of "{pattern}": {", ".join(sorted(ours - theirs))}')
        missing = theirs - ours - set(lengths)
        if missing:
            raise _refused(f'`repeat` needs the sizes of new axes in "{pattern}": {", ".join(sorted(missing))}')


def transformed(how: str, shape: Shape, pattern: str, lengths: dict[str, Dim]) -> Shape:
    """The shape that a pattern makes.

    Raises ShapeError `bad-argument`, `rank-mismatch`, `size-mismatch`, `reshape-mismatch`.
    """
    left, right = _sides(pattern)
    _check_sides(how, _names(left), _names(right), lengths, pattern)
    sizes = dict(lengths)
    spread = _bind(left, shape, sizes, pattern)
    result: list[Dim] = []
    for axis in right:
        if axis == [DOTS]:
            result.extend(spread)
        else:
            result.append(product(_size(name, sizes, spread) for name in axis))
    return tuple(result)


def _size(name: str, sizes: dict[str, Dim], spread: Shape) -> Dim:
    if name == FOLDED:
        return product(spread)
    return int(name) if name.isdigit() else sizes[name]


def _bind(left: list[list[str]], shape: Shape, sizes: dict[str, Dim], pattern: str) -> Shape:
    """Take the sizes of the names from the shape; what the dots stand for is returned."""
    dots = next((at for at, axis in enumerate(left) if axis == [DOTS]), None)
    named = len(left) - (dots is not None)
    if named > len(shape) or (dots is None and named != len(shape)):
        least = "at least " if dots is not None else ""
        raise _refused(
            f'the pattern "{pattern}" needs {least}{named} dimensions, but the tensor is {shapes.text(shape)}',
            "rank-mismatch",
            f"{least}{named}",
            str(len(shape)),
        )
    front = len(left) if dots is None else dots
    end = len(shape) - (named - front) if dots is not None else len(shape)
    found = (*shape[:front], *shape[end:])
    for axis, size in zip([axis for axis in left if axis != [DOTS]], found, strict=True):
        _take_apart(axis, size, sizes, pattern)
    return shape[front:end] if dots is not None else ()


def _take_apart(axis: list[str], size: Dim, sizes: dict[str, Dim], pattern: str) -> None:
    """Tell the sizes of the names that make up one axis."""
    if FOLDED in axis:
        raise _refused(f'"..." cannot stand in parentheses on the left side of "{pattern}"')
    opened = [name for name in axis if not name.isdigit() and name not in sizes]
    known = product(int(name) if name.isdigit() else sizes[name] for name in axis if name not in opened)
    label = f"({' '.join(axis)})" if len(axis) != 1 else axis[0]
    if not opened:
        require_equal(
            size,
            known,
            lambda: _refused(
                f'the axis {label or 1} of "{pattern}" is {dim_text(known)}, but the tensor has {dim_text(size)}',
                "size-mismatch",
                dim_text(known),
                dim_text(size),
            ),
        )
        return
    if len(opened) > 1:
        raise _refused(f'the sizes of {", ".join(opened)} in "{pattern}" cannot be told')
    quotient = exact_quotient(size, known)
    if quotient is None:
        require_multiple(
            size,
            known,
            lambda: _refused(
                f'the axis {label} of "{pattern}" is {dim_text(size)}, which {dim_text(known)} does not divide',
                "reshape-mismatch",
                f"a multiple of {dim_text(known)}",
                dim_text(size),
            ),
        )
        quotient = floor_div(size, known)
    sizes[opened[0]] = quotient


# --- functions --------------------------------------------------------------------------------------------------------


def _like(x: Tensor, shape: Shape | None) -> Tensor:
    """A tensor of the same library; a parameter gives a plain one."""
    return Tensor(TENSOR if TENSOR in x.cls.mro else x.cls, shape, x.dtype)


def _input(machine: Machine, value: Value) -> Tensor:
    """A tensor, or a list of tensors stacked along a new first axis."""
    if isinstance(value, (ListValue, tuple)):
        parts = [tensor(each, "tensor") for each in sequence(machine, value)]
        return (
            _like(parts[0], shapes.stack([shape_of(part) for part in parts], 0))
            if parts
            else _like(Tensor(TENSOR, ()), ())
        )
    return tensor(value, "tensor")


def _lengths(axes_lengths: dict[str, Value]) -> dict[str, Dim]:
    return {name: dimension(value, name) for name, value in axes_lengths.items()}


def apply(machine: Machine, how: str, value: Value, pattern: Value, axes_lengths: dict[str, Value]) -> Tensor:
    """Rearrange, reduce or repeat a tensor."""
    x = _input(machine, value)
    return _like(x, transformed(how, shape_of(x), text(pattern, "pattern"), _lengths(axes_lengths)))


@TORCH.function("einops.rearrange", "einops.einops.rearrange")
def rearrange(machine: Machine, tensor: Value, pattern: Value, **axes_lengths: Value) -> Value:
    return apply(machine, "rearrange", tensor, pattern, axes_lengths)


@TORCH.function("einops.reduce", "einops.einops.reduce")
def reduce(machine: Machine, tensor: Value, pattern: Value, reduction: Value, **axes_lengths: Value) -> Value:
    _check_reduction(reduction)
    return apply(machine, "reduce", tensor, pattern, axes_lengths)


def _check_reduction(reduction: Value) -> None:
    if reduction in ("rearrange", "repeat"):
        raise Undetermined(f"a reduction that is none: {reduction}")
    if isinstance(reduction, str) and reduction not in REDUCTIONS:
        raise _refused(f'`reduction` is one of {", ".join(REDUCTIONS)}, not "{reduction}"')


@TORCH.function("einops.repeat", "einops.einops.repeat")
def repeat(machine: Machine, tensor: Value, pattern: Value, **axes_lengths: Value) -> Value:
    return apply(machine, "repeat", tensor, pattern, axes_lengths)


@TORCH.function("einops.einsum", "einops.einops.einsum")
def einsum(machine: Machine, *tensors_and_pattern: Value) -> Value:
    if not tensors_and_pattern:
        raise _refused("`einsum` takes tensors and a pattern")
    *given, last = tensors_and_pattern
    pattern = text(last, "pattern")
    found = [tensor(each) for each in given]
    letters: dict[str, str] = {}
    words = []
    for word in pattern.replace("->", " -> ").replace(",", " , ").split():
        if word in ("->", ",", "..."):
            words.append(word)
        elif len(letters) < len(ascii_letters):
            words.append(letters.setdefault(word, ascii_letters[len(letters)]))
    shape, macs = shapes.einsum("".join(words), [shape_of(each) for each in found])
    machine.add_macs(macs)
    return _like(found[0], shape)


@TORCH.function("einops.parse_shape", "einops.einops.parse_shape")
def parse_shape(machine: Machine, x: Value, pattern: Value) -> Value:
    names = text(pattern, "pattern").split()
    shape = shape_of(x)
    if names.count("...") == 1 and len(names) - 1 <= len(shape):
        at = names.index("...")
        names = [*names[:at], *("_" * (len(shape) - len(names) + 1)), *names[at + 1 :]]
    if len(names) != len(shape):
        raise _refused(
            f"{len(names)} names for {shapes.text(shape)}", "rank-mismatch", str(len(names)), str(len(shape))
        )
    return DictValue({name: size for name, size in zip(names, shape, strict=True) if name not in ("_", "1")})


def _around_star(pattern: Value) -> tuple[int, int]:
    """How many axes stand before and behind the `*` of a packing pattern."""
    names = text(pattern, "pattern").split()
    if names.count("*") != 1:
        raise _refused("a packing pattern holds one `*`")
    return names.index("*"), len(names) - names.index("*") - 1


@TORCH.function("einops.pack", "einops.packing.pack")
def pack(machine: Machine, tensors: Value, pattern: Value) -> Value:
    before, behind = _around_star(pattern)
    found = [tensor(each, "tensors") for each in sequence(machine, tensors)]
    parts, packed = [], []
    for each in found:
        shape = shape_of(each)
        if len(shape) < before + behind:
            raise _refused(f"a tensor {shapes.text(shape)} has too few dimensions to be packed", "rank-mismatch")
        end = len(shape) - behind
        packed.append(shape[before:end])
        parts.append((*shape[:before], product(shape[before:end]), *shape[end:]))
    return _like(found[0], shapes.concatenate(parts, before)), ListValue(packed)


@TORCH.function("einops.unpack", "einops.packing.unpack")
def unpack(machine: Machine, tensor: Value, packed_shapes: Value, pattern: Value) -> Value:
    before, behind = _around_star(pattern)
    x = _input(machine, tensor)
    shape = shape_of(x)
    rows = [tuple(dimension(size) for size in items(each) or ()) for each in sequence(machine, packed_shapes)]
    if len(shape) != before + behind + 1:
        raise _refused(f"{shapes.text(shape)} does not fit the pattern", "rank-mismatch")
    if any(size == -1 for row in rows for size in row):
        raise Undetermined("a packed shape is not stated")
    return ListValue([_like(x, (*shape[:before], *row, *shape[before + 1 :])) for row in rows])


# --- layers -----------------------------------------------------------------------------------------------------------


def _keep(self: Instance, pattern: Value, axes_lengths: dict[str, Value]) -> None:
    start(self)
    self.attrs |= {"pattern": pattern, "axes_lengths": DictValue(dict(axes_lengths))}
    if not isinstance(pattern, Unknown):
        _sides(text(pattern, "pattern"))


def _lengths_of(self: Instance) -> dict[str, Value]:
    return {str(name): value for name, value in self.attrs["axes_lengths"].items.items()}


@TORCH.define("einops.layers.torch.Rearrange", bases=(MODULE,))
class Rearrange:
    def __init__(machine: Machine, self: Instance, pattern: Value, **axes_lengths: Value) -> None:
        _keep(self, pattern, axes_lengths)

    def forward(machine: Machine, self: Instance, input: Value) -> Value:
        return apply(machine, "rearrange", input, self.attrs["pattern"], _lengths_of(self))


@TORCH.define("einops.layers.torch.Reduce", bases=(MODULE,))
class Reduce:
    def __init__(machine: Machine, self: Instance, pattern: Value, reduction: Value, **axes_lengths: Value) -> None:
        _check_reduction(reduction)
        _keep(self, pattern, axes_lengths)
        self.attrs["reduction"] = reduction

    def forward(machine: Machine, self: Instance, input: Value) -> Value:
        return apply(machine, "reduce", input, self.attrs["pattern"], _lengths_of(self))


KINDS["einops.layers.torch.Rearrange"] = "reshape"
KINDS["einops.layers.torch.Reduce"] = "reshape"
