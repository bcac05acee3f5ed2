"""Layers that move numbers around: flatten, reshape, permute, repeat, pad, crop, enlarge."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.engine import resizing as engine
from cnnlint.engine.dimension import Expr
from cnnlint.engine.shape import flatten, permute, reshape
from cnnlint.frameworks import coerce
from cnnlint.frameworks.keras.arguments import NO_WORDS, channels_axis, pairs, refused, single, sizes
from cnnlint.frameworks.keras.arguments import data_format as format_of
from cnnlint.frameworks.keras.core import free_size, open_dim, result
from cnnlint.frameworks.keras.layer import configure, initialize, layer
from cnnlint.frameworks.keras.spec import Spec, require
from cnnlint.interpreter.values import Instance, Unknown, Value

if TYPE_CHECKING:
    from cnnlint.engine.dimension import Dim
    from cnnlint.interpreter.machine import Machine


def _require_rank(self: Instance, rank: int) -> None:
    first = self.attrs.get("data_format") == "channels_first"
    require(self, Spec(ndim=rank + 2, channel_axis=1 if first else -1))


@layer("Flatten", kind="flatten")
class Flatten:
    def __init__(machine: Machine, self: Instance, data_format: Value = None, **kwargs: Value) -> None:
        initialize(machine, self, kwargs)
        configure(self, data_format=format_of(machine, data_format))
        require(self, Spec(min_ndim=1))

    def call(machine: Machine, self: Instance, inputs: Value) -> Value:
        tensor, shape = single(inputs)
        return result(flatten(shape, 1) if len(shape) > 1 else (*shape, 1), like=tensor)


@layer("Reshape", kind="reshape")
class Reshape:
    def __init__(machine: Machine, self: Instance, target_shape: Value, **kwargs: Value) -> None:
        initialize(machine, self, kwargs)
        given = None if isinstance(target_shape, Unknown) and target_shape.symbol else coerce.items(target_shape)
        if isinstance(target_shape, str) and len(target_shape) < 2:  # `tuple("2")`
            given = tuple(target_shape)
        if given is None:
            raise refused(
                f"`target_shape` must be a tuple, not {coerce.describe(target_shape)}",
                "TypeError",
                help=f"write `({target_shape},)`" if isinstance(target_shape, int) else None,
            )
        # What is no integer is an open size, as it is in Keras.
        odd = coerce.NO_NUMBERS
        sizes = [None if size is None or isinstance(size, odd) else coerce.dim(size, "target_shape") for size in given]
        target = tuple(free_size(machine, f"dim{axis}") if size is None else size for axis, size in enumerate(sizes, 1))
        self.facts["open"] = None in sizes
        for size in target:
            if isinstance(size, int) and size < -1:
                raise refused(f"a size of `target_shape` must be -1 or not negative, got {size}")
        if sum(isinstance(size, int) and size == -1 for size in target) > 1:
            raise refused(f"`target_shape` {target} has more than one -1")
        configure(self, target_shape=target)

    def call(machine: Machine, self: Instance, inputs: Value) -> Value:
        tensor, shape = single(inputs)
        target: tuple[Dim, ...] = self.attrs["target_shape"]
        if self.facts["open"]:
            left = (open_dim(machine, "dim") if isinstance(size, Expr) or size == -1 else size for size in target)
            return result((*shape[:1], *left), like=tensor)
        empty = any(isinstance(size, int) and size == 0 for size in target)
        if empty and any(isinstance(size, Expr) for size in shape[1:]):  # Keras compares only what is stated
            return result((*shape[:1], *target), like=tensor)
        return result((*shape[:1], *reshape(shape[1:], target)), like=tensor)


@layer("Permute", kind="reshape")
class Permute:
    def __init__(machine: Machine, self: Instance, dims: Value, **kwargs: Value) -> None:
        initialize(machine, self, kwargs)
        given = coerce.items(dims)
        if given is None:
            raise refused(f"`dims` must be a tuple, not {coerce.describe(dims)}", "TypeError")
        order = tuple(coerce.integer(axis, "dims") for axis in given)
        if sorted(order) != list(range(1, len(order) + 1)):
            raise refused(f"`dims` must hold each of 1 to {len(order)} once, got {order}")
        configure(self, dims=order)
        require(self, Spec(ndim=len(order) + 1))

    def call(machine: Machine, self: Instance, inputs: Value) -> Value:
        tensor, shape = single(inputs)
        return result(permute(shape, (0, *self.attrs["dims"])), like=tensor)


def _repetitions(value: Value, name: str) -> Dim:
    if isinstance(value, bool):
        raise refused(f"`{name}` must be an integer, not bool", "TypeError")
    number = coerce.dim(value, name)
    if isinstance(number, int) and number <= 0:
        raise refused(f"`{name}` must be a positive integer, got {number}")
    return number


@layer("RepeatVector", kind="reshape")
class RepeatVector:
    def __init__(machine: Machine, self: Instance, n: Value, **kwargs: Value) -> None:
        initialize(machine, self, kwargs)
        configure(self, n=_repetitions(n, "n"))
        require(self, Spec(ndim=2))

    def call(machine: Machine, self: Instance, inputs: Value) -> Value:
        tensor, shape = single(inputs)
        return result((shape[0], self.attrs["n"], shape[1]), like=tensor)


# --- padding, cropping, enlarging -------------------------------------------------------------------------------------


@layer("ZeroPadding1D", kind="padding")
class ZeroPadding1D:
    def __init__(
        machine: Machine, self: Instance, padding: Value = 1, data_format: Value = None, **kwargs: Value
    ) -> None:
        initialize(machine, self, kwargs)
        configure(
            self,
            data_format=format_of(machine, data_format),
            padding=sizes(padding, 2, "padding", allow_zero=True),
        )
        _require_rank(self, 1)

    def call(machine: Machine, self: Instance, inputs: Value) -> Value:
        tensor, shape = single(inputs)
        axis = channels_axis(self.attrs["data_format"])
        return result(engine.pad_spatial(shape, (self.attrs["padding"],), channels_axis=axis), like=tensor)


def _declare_padding(rank: int) -> None:
    one: Value = (1, 1) if rank == 2 else ((1, 1),) * 3

    @layer(f"ZeroPadding{rank}D", kind="padding")
    class ZeroPadding:
        def __init__(
            machine: Machine, self: Instance, padding: Value = one, data_format: Value = None, **kwargs: Value
        ) -> None:
            initialize(machine, self, kwargs)
            configure(
                self,
                data_format=format_of(machine, data_format),
                padding=pairs(padding, rank, "padding", any_integer=True),
            )
            _require_rank(self, rank)

        def call(machine: Machine, self: Instance, inputs: Value) -> Value:
            tensor, shape = single(inputs)
            axis = channels_axis(self.attrs["data_format"])
            return result(engine.pad_spatial(shape, self.attrs["padding"], channels_axis=axis), like=tensor)


@layer("Cropping1D", kind="padding")
class Cropping1D:
    def __init__(machine: Machine, self: Instance, cropping: Value = (1, 1), **kwargs: Value) -> None:
        initialize(machine, self, kwargs)
        configure(self, cropping=sizes(cropping, 2, "cropping", allow_zero=True))
        _require_rank(self, 1)

    def call(machine: Machine, self: Instance, inputs: Value) -> Value:
        tensor, shape = single(inputs)
        return result(engine.crop_spatial(shape, (self.attrs["cropping"],)), like=tensor)


def _declare_cropping(rank: int) -> None:
    one: Value = ((0, 0), (0, 0)) if rank == 2 else ((1, 1),) * 3

    @layer(f"Cropping{rank}D", kind="padding")
    class Cropping:
        def __init__(
            machine: Machine, self: Instance, cropping: Value = one, data_format: Value = None, **kwargs: Value
        ) -> None:
            initialize(machine, self, kwargs)
            configure(self, data_format=format_of(machine, data_format), cropping=pairs(cropping, rank, "cropping"))
            _require_rank(self, rank)

        def call(machine: Machine, self: Instance, inputs: Value) -> Value:
            tensor, shape = single(inputs)
            axis = channels_axis(self.attrs["data_format"])
            return result(engine.crop_spatial(shape, self.attrs["cropping"], channels_axis=axis), like=tensor)


@layer("UpSampling1D", kind="reshape")
class UpSampling1D:
    def __init__(machine: Machine, self: Instance, size: Value = 2, **kwargs: Value) -> None:
        initialize(machine, self, kwargs)
        configure(self, size=_repetitions(size, "size"))
        _require_rank(self, 1)

    def call(machine: Machine, self: Instance, inputs: Value) -> Value:
        tensor, shape = single(inputs)
        return result(engine.upsample(shape, (self.attrs["size"],), channels_axis="last"), like=tensor)


def _interpolation(value: Value) -> Value:
    """Any word, which the kernel looks at; `word.lower()` is asked at once. Raises ShapeError "bad-argument"."""
    if value is None or isinstance(value, NO_WORDS):
        raise refused(f"`interpolation` must be a word, not {coerce.describe(value)}", "AttributeError")
    return value


@layer("UpSampling2D", kind="reshape")
class UpSampling2D:
    def __init__(
        machine: Machine,
        self: Instance,
        size: Value = (2, 2),
        data_format: Value = None,
        interpolation: Value = "nearest",
        **kwargs: Value,
    ) -> None:
        initialize(machine, self, kwargs)
        configure(
            self,
            size=sizes(size, 2, "size"),
            data_format=format_of(machine, data_format),
            interpolation=_interpolation(interpolation),
        )
        _require_rank(self, 2)

    def call(machine: Machine, self: Instance, inputs: Value) -> Value:
        tensor, shape = single(inputs)
        axis = channels_axis(self.attrs["data_format"])
        return result(engine.upsample(shape, self.attrs["size"], channels_axis=axis), like=tensor)


@layer("UpSampling3D", kind="reshape")
class UpSampling3D:
    def __init__(
        machine: Machine, self: Instance, size: Value = (2, 2, 2), data_format: Value = None, **kwargs: Value
    ) -> None:
        initialize(machine, self, kwargs)
        configure(self, size=sizes(size, 3, "size"), data_format=format_of(machine, data_format))
        _require_rank(self, 3)

    def call(machine: Machine, self: Instance, inputs: Value) -> Value:
        tensor, shape = single(inputs)
        axis = channels_axis(self.attrs["data_format"])
        return result(engine.upsample(shape, self.attrs["size"], channels_axis=axis), like=tensor)


for _rank in (2, 3):
    _declare_padding(_rank)
    _declare_cropping(_rank)
