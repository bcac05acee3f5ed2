"""`InputSpec`: what a layer takes, and how Keras refuses the rest."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cnnlint.engine.constraints import clash
from cnnlint.engine.dimension import Dim, Expr
from cnnlint.engine.dimension import text as dim_text
from cnnlint.engine.errors import ShapeError, Undetermined
from cnnlint.engine.shape import text
from cnnlint.frameworks import coerce
from cnnlint.frameworks.keras.core import BATCH, KERAS, OPEN_NAMES, free_size
from cnnlint.frameworks.keras.options import check_type
from cnnlint.frameworks.keras.structure import flatten
from cnnlint.interpreter.values import DictValue, Instance, Proposal, SetValue, Tensor, Unknown, Value

if TYPE_CHECKING:
    from cnnlint.engine.shape import Shape
    from cnnlint.interpreter.machine import Machine


@dataclass(frozen=True, slots=True)
class Spec:
    """What one input must be; `axes` are sizes by axis, `kind` the family of the fault where one of them differs.

    `rank` is the rank to propose for an input that nothing states, `channel_axis` where its channels are.
    """

    ndim: int | None = None
    min_ndim: int | None = None
    max_ndim: int | None = None
    axes: dict[int, Dim] = field(default_factory=dict)
    shape: tuple[Dim | None, ...] | None = None
    kind: str = "size-mismatch"
    channel_axis: int = -1
    rank: int | None = None


@KERAS.define("keras.layers.InputSpec", "keras.InputSpec")
class InputSpec:
    def __init__(
        machine: Machine,
        self: Instance,
        dtype: Value = None,
        shape: Value = None,
        ndim: Value = None,
        max_ndim: Value = None,
        min_ndim: Value = None,
        axes: Value = None,
        allow_last_axis_squeeze: Value = False,
        name: Value = None,
        optional: Value = False,
    ) -> None:
        check_type(dtype)
        dims = None if shape is None else _sizes(shape)
        rank = ndim if dims is None else len(dims)
        known = _axes(axes)
        _check_axes(known, rank, max_ndim)
        self.attrs |= {"dtype": dtype, "shape": dims, "ndim": rank, "max_ndim": max_ndim, "min_ndim": min_ndim}
        self.attrs |= {"axes": DictValue(dict(known)), "name": name, "optional": optional}
        sizes = {axis: dim for axis, dim in known.items() if isinstance(dim, (int, Expr))}
        stated = dims is not None and all(dim is None or isinstance(dim, (int, Expr)) for dim in dims)
        self.facts["spec"] = Spec(_rank(rank), _rank(min_ndim), _rank(max_ndim), sizes, dims if stated else None)
        if coerce.flag(allow_last_axis_squeeze):  # the input may have an axis more or less
            self.facts["spec"] = Spec(None, _rank(min_ndim), _rank(max_ndim), sizes)


def _sizes(shape: Value) -> tuple[Value, ...]:
    """Sizes, some of them None (`standardize_shape`). Raises ShapeError "bad-argument", Undetermined."""
    given = tuple(shape) if isinstance(shape, str) else coerce.items(shape)
    if isinstance(shape, (DictValue, SetValue)) and shape.unknown is None:
        given = tuple(shape.items)
    for size in (shape,) if given is None else given:
        if size is not None and not isinstance(size, (int, Expr, Unknown, Instance)):
            raise _no_shape(shape)
        if isinstance(size, int) and (size < 0 or given is None):
            raise _no_shape(shape)
    if given is None:
        raise Undetermined("the shape of an `InputSpec` is not known")
    return tuple(int(size) if isinstance(size, bool) else size for size in given)


def _no_shape(shape: Value) -> ShapeError:
    shown = coerce.describe(shape)
    return ShapeError("bad-argument", f"`shape` must be a tuple of sizes, not {shown}", exception="ValueError")


def _axes(axes: Value) -> dict[int, Value]:
    """Sizes by axis. Raises ShapeError "bad-argument", Undetermined."""
    if not isinstance(axes, Tensor) and not coerce.flag(axes):
        return {}
    if isinstance(axes, DictValue):
        return {_axis(axis): size for axis, size in axes.items.items()}
    items = None if isinstance(axes, Tensor) else coerce.items(axes)
    if items is None:
        raise _no_axes()
    found = {_axis(axis): axis for axis in items}  # each number is an axis, and the place of its size
    if any(not -len(items) <= axis < len(items) for axis in found):
        raise ShapeError("bad-argument", "`axes` must be a dictionary of sizes by axis", exception="IndexError")
    return {axis: items[axis] for axis in found}


def _axis(value: Value) -> int:
    if isinstance(value, (int, float)) or (isinstance(value, str) and value.strip().lstrip("+-").isdecimal()):
        return int(value)
    if isinstance(value, Unknown):
        raise Undetermined(value.reason)
    raise _no_axes()


def _no_axes() -> ShapeError:
    return ShapeError("bad-argument", "`axes` must be a dictionary of sizes by axis", exception="TypeError")


def _check_axes(axes: dict[int, Value], rank: Value, max_ndim: Value) -> None:
    """No axis lies behind the last. Raises ShapeError "bad-argument"."""
    bound = rank or max_ndim
    if not axes or (rank is None and max_ndim is None) or isinstance(bound, (Unknown, Expr, Instance, Tensor)):
        return
    if not isinstance(bound, (int, float)):
        raise ShapeError(
            "bad-argument", f"a rank must be a number, not {coerce.describe(bound)}", exception="TypeError"
        )
    if max(axes) > bound - 1:
        raise ShapeError(
            "bad-argument", f"axis {max(axes)} lies behind the last of {bound} axes", exception="ValueError"
        )


INPUT_SPEC = KERAS.names["keras.layers.InputSpec"]


def _rank(value: Value) -> int | None:
    return value if isinstance(value, int) else None


def require(layer: Instance, spec: Spec) -> None:
    """Let a layer of the tables take only what the spec says."""
    made = Instance(INPUT_SPEC)
    made.attrs |= {"ndim": spec.ndim, "min_ndim": spec.min_ndim, "max_ndim": spec.max_ndim, "shape": spec.shape}
    made.attrs["axes"] = DictValue(dict(spec.axes))
    made.facts["spec"] = spec
    layer.attrs["input_spec"] = made


def check(machine: Machine, layer: Instance, inputs: Value) -> None:
    """Compare what a layer is called on with its specs.

    Raises:
        ShapeError: "rank-mismatch", "channel-mismatch", "feature-mismatch" or "size-mismatch", as Keras refuses it.
        Proposal: where an input's shape is free and the spec states its rank.

    """
    given = layer.attrs.get("input_spec")
    if given is None:
        return
    specs = flatten(given)
    leaves = flatten(inputs)
    if any(isinstance(leaf, Unknown) for leaf in (*specs, *leaves)):
        return
    if len(specs) != len(leaves):
        word = "input" if len(specs) == 1 else "inputs"
        raise ShapeError(
            "bad-call",
            f"layer `{layer.attrs.get('name')}` expects {len(specs)} {word}, but it is given {len(leaves)}",
            expected=str(len(specs)),
            actual=str(len(leaves)),
            exception="ValueError",
        )
    for spec, leaf in zip(specs, leaves, strict=True):
        found = spec.facts.get("spec") if isinstance(spec, Instance) else None
        if found is not None and leaf is None and spec.attrs.get("optional", False) is False:
            raise ShapeError(
                "bad-call", f"layer `{layer.attrs.get('name')}` is called on None, not a tensor", exception="ValueError"
            )
        if found is not None and isinstance(leaf, Tensor):
            _check_one(machine, layer, found, leaf)


def _check_one(machine: Machine, layer: Instance, spec: Spec, tensor: Tensor) -> None:
    shape = tensor.shape
    if shape is None:
        rank = spec.ndim or spec.rank
        if tensor.free and rank is not None and rank > 1:
            raise Proposal(tensor.free, proposal(machine, spec, rank))
        return
    _check_rank(layer, spec, shape)
    for axis, wanted in spec.axes.items():
        if -len(shape) <= axis < len(shape) and clash(shape[axis], wanted):
            raise ShapeError(
                spec.kind,
                f"layer `{layer.attrs.get('name')}` expects axis {axis} of its input to be {dim_text(wanted)}, "
                f"got {dim_text(shape[axis])} in {text(shape, 'None')}",
                expected=dim_text(wanted),
                actual=dim_text(shape[axis]),
                exception="ValueError",
            )
    if spec.shape is not None:
        for wanted_dim, dim in zip(spec.shape, shape, strict=False):
            if wanted_dim is not None and clash(dim, wanted_dim):
                raise ShapeError(
                    "size-mismatch",
                    f"layer `{layer.attrs.get('name')}` expects an input of shape {spec.shape}, "
                    f"got {text(shape, 'None')}",
                    exception="ValueError",
                )


def _check_rank(layer: Instance, spec: Spec, shape: Shape) -> None:
    rank = len(shape)
    for bound, name, wrong in (
        (spec.ndim, "ndim", rank != spec.ndim),
        (spec.max_ndim, "max_ndim", spec.max_ndim is not None and rank > spec.max_ndim),
        (spec.min_ndim, "min_ndim", spec.min_ndim is not None and rank < spec.min_ndim),
    ):
        if bound is not None and wrong:
            raise ShapeError(
                "rank-mismatch",
                f"input of layer `{layer.attrs.get('name')}` is incompatible with the layer: "
                f"expected {name}={bound}, found ndim={rank}, full shape received: {text(shape, 'None')}",
                expected=str(bound),
                actual=str(rank),
                exception="ValueError",
            )


def proposal(machine: Machine, spec: Spec, rank: int) -> Shape:
    """A shape that meets the spec, its open sizes symbols: for an input that nothing states."""
    channel_axis = spec.channel_axis % rank
    spatial = list(OPEN_NAMES.get(rank, ())[:-1]) or [f"dim{axis}" for axis in range(1, rank - 1)]
    shape: list[Dim] = [free_size(machine, BATCH)]
    for axis in range(1, rank):
        if axis != channel_axis:
            shape.append(free_size(machine, spatial.pop(0)))
            continue
        known = spec.axes.get(axis, spec.axes.get(axis - rank))
        shape.append(free_size(machine, "channels" if rank > 2 else "features") if known is None else known)
    return tuple(shape)


def shape_to_unpack(machine: Machine, tensor: Tensor) -> Unknown:
    """The shape of an input that nothing states: the number of names that it is unpacked to tells its rank.

    Where it is unpacked, that raises a Proposal.
    """
    unknown, name = Unknown("the shape is not known", machine.place), tensor.free
    if name is None:
        return unknown

    def unpacked(count: int) -> None:
        if count in OPEN_NAMES:
            raise Proposal(name, proposal(machine, Spec(), count))

    unknown.unpacked = unpacked
    return unknown
