"""Layers that keep the shape: dropout and noise, activations, rescaling and others that change no size."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.engine.shape import broadcast, normalize_axis
from cnnlint.frameworks import coerce
from cnnlint.frameworks.keras import activation as activations
from cnnlint.frameworks.keras.arguments import data_format as format_of
from cnnlint.frameworks.keras.arguments import refused, same
from cnnlint.frameworks.keras.layer import add_weight, axis_size, configure, initialize, layer
from cnnlint.frameworks.keras.spec import Spec, require
from cnnlint.frameworks.keras.structure import map_structure
from cnnlint.interpreter.values import Instance, Tensor, Unknown, Value

if TYPE_CHECKING:
    from cnnlint.interpreter.machine import Machine


def _fraction(value: Value, name: str) -> Value:
    """A number between 0 and 1; what is not known stays so, for it changes no shape."""
    if isinstance(value, Tensor) and value.shape and any(isinstance(size, int) and size > 1 for size in value.shape):
        raise refused(f"`{name}` must be a number between 0 and 1, not an array")
    if isinstance(value, (Unknown, Tensor)):
        return value
    if value is None or (isinstance(value, coerce.NO_NUMBERS) and not isinstance(value, float)):
        raise refused(f"`{name}` must be a number between 0 and 1, got {coerce.describe(value)}", "TypeError")
    if isinstance(value, (int, float)) and not 0 <= value <= 1:
        raise refused(f"`{name}` must be between 0 and 1, got {value}", expected="between 0 and 1", actual=str(value))
    return value


def _noise_shape(value: Value) -> Value:
    """What `Dropout` takes as the shape of its mask: positive integers and None. Raises ShapeError, Undetermined."""
    given = None if value is None else coerce.items(value)
    if value is not None and given is None:
        raise refused(f"`noise_shape` must be a tuple or list of integers, not {coerce.describe(value)}")
    for size in given or ():
        if size is not None and (isinstance(size, coerce.NO_NUMBERS) or (isinstance(size, int) and size <= 0)):
            raise refused(f"`noise_shape` must hold positive integers or None, not {size!r}")
    return value


def _kept(inputs: Value) -> Value:
    """Each tensor of a structure as it is: the layer asks nothing of its input."""
    return map_structure(lambda leaf: leaf if leaf is None else same(leaf), inputs)


@layer("Dropout", kind="dropout")
class Dropout:
    def __init__(
        machine: Machine, self: Instance, rate: Value, noise_shape: Value = None, seed: Value = None, **kwargs: Value
    ) -> None:
        initialize(machine, self, kwargs)
        configure(self, rate=_fraction(rate, "rate"), noise_shape=_noise_shape(noise_shape), seed=seed)

    def call(machine: Machine, self: Instance, inputs: Value, training: Value = False) -> Value:
        return _kept(inputs)


DROPOUT = Dropout


@layer("AlphaDropout", kind="dropout")
class AlphaDropout:
    def __init__(
        machine: Machine, self: Instance, rate: Value, noise_shape: Value = None, seed: Value = None, **kwargs: Value
    ) -> None:
        initialize(machine, self, kwargs)
        configure(self, rate=_fraction(rate, "rate"), noise_shape=noise_shape, seed=seed)

    def call(machine: Machine, self: Instance, inputs: Value, training: Value = False) -> Value:
        return _kept(inputs)


@layer("GaussianDropout", kind="dropout")
class GaussianDropout:
    def __init__(machine: Machine, self: Instance, rate: Value, seed: Value = None, **kwargs: Value) -> None:
        initialize(machine, self, kwargs)
        configure(self, rate=_fraction(rate, "rate"), seed=seed)

    def call(machine: Machine, self: Instance, inputs: Value, training: Value = False) -> Value:
        return _kept(inputs)


@layer("GaussianNoise", kind="dropout")
class GaussianNoise:
    def __init__(machine: Machine, self: Instance, stddev: Value, seed: Value = None, **kwargs: Value) -> None:
        initialize(machine, self, kwargs)
        configure(self, stddev=_fraction(stddev, "stddev"), seed=seed)

    def call(machine: Machine, self: Instance, inputs: Value, training: Value = False) -> Value:
        return _kept(inputs)


@layer("SpatialDropout1D", kind="dropout")
class SpatialDropout1D:
    def __init__(
        machine: Machine, self: Instance, rate: Value, seed: Value = None, name: Value = None, dtype: Value = None
    ) -> None:
        initialize(machine, self, {"name": name, "dtype": dtype})
        configure(self, rate=_fraction(rate, "rate"), seed=seed)
        require(self, Spec(ndim=3))

    def call(machine: Machine, self: Instance, inputs: Value, training: Value = False) -> Value:
        return _kept(inputs)


def _declare_spatial(rank: int) -> None:
    @layer(f"SpatialDropout{rank}D", kind="dropout")
    class SpatialDropout:
        def __init__(
            machine: Machine,
            self: Instance,
            rate: Value,
            data_format: Value = None,
            seed: Value = None,
            name: Value = None,
            dtype: Value = None,
        ) -> None:
            initialize(machine, self, {"name": name, "dtype": dtype})
            configure(self, rate=_fraction(rate, "rate"), data_format=format_of(machine, data_format), seed=seed)
            first = self.attrs["data_format"] == "channels_first"
            require(self, Spec(ndim=rank + 2, channel_axis=1 if first else -1))

        def call(machine: Machine, self: Instance, inputs: Value, training: Value = False) -> Value:
            return _kept(inputs)


_declare_spatial(2)
_declare_spatial(3)


def _penalty(name: str, value: Value) -> None:
    """A number that is not negative, as `validate_float_arg` asks. Raises ShapeError "bad-argument"."""
    wrong = isinstance(value, coerce.NO_NUMBERS) and not isinstance(value, float)
    if wrong or isinstance(value, Tensor) or (isinstance(value, (int, float)) and not 0 <= value < float("inf")):
        raise refused(f"`{name}` must be a number that is not negative, got {value!r}")


@layer("ActivityRegularization")
class ActivityRegularization:
    def __init__(machine: Machine, self: Instance, l1: Value = 0.0, l2: Value = 0.0, **kwargs: Value) -> None:
        if "activity_regularizer" in kwargs:
            raise refused("`ActivityRegularization` makes its `activity_regularizer` itself", "TypeError")
        initialize(machine, self, kwargs)
        for name, value in (("l1", l1), ("l2", l2)):
            if value is not None:
                _penalty(name, value)
        configure(self, l1=l1, l2=l2)

    def call(machine: Machine, self: Instance, inputs: Value) -> Value:
        return _kept(inputs)


# --- activations ------------------------------------------------------------------------------------------------------


@layer("Activation", kind="activation")
class Activation:
    def __init__(machine: Machine, self: Instance, activation: Value, **kwargs: Value) -> None:
        initialize(machine, self, kwargs)
        configure(self, activation=activation)

    def call(machine: Machine, self: Instance, inputs: Value) -> Value:
        return activations.apply(machine, self.attrs["activation"], same(inputs))


def _not_negative(value: Value, name: str) -> Value:
    if isinstance(value, Tensor) and len(value.values or ()) > 1:
        raise refused(f"`{name}` must be a number, not an array of several")
    if value is None or (isinstance(value, (int, float)) and value < 0):
        raise refused(f"`{name}` cannot be {'None' if value is None else 'negative'}, got {value}")
    if isinstance(value, coerce.NO_NUMBERS) and not isinstance(value, float):
        raise refused(f"`{name}` must be a number, not {coerce.describe(value)}", "TypeError")
    return value


@layer("ReLU", kind="activation")
class ReLU:
    def __init__(
        machine: Machine,
        self: Instance,
        max_value: Value = None,
        negative_slope: Value = 0.0,
        threshold: Value = 0.0,
        **kwargs: Value,
    ) -> None:
        initialize(machine, self, kwargs)
        if max_value is not None:
            _not_negative(max_value, "max_value")
        configure(
            self,
            max_value=max_value,
            negative_slope=_not_negative(negative_slope, "negative_slope"),
            threshold=_not_negative(threshold, "threshold"),
        )

    def call(machine: Machine, self: Instance, inputs: Value) -> Value:
        return activations.activated(same(inputs), "relu")


@layer("LeakyReLU", kind="activation")
class LeakyReLU:
    def __init__(machine: Machine, self: Instance, negative_slope: Value = 0.3, **kwargs: Value) -> None:
        slope = kwargs.pop("alpha", negative_slope)
        initialize(machine, self, kwargs)
        configure(self, negative_slope=_not_negative(slope, "negative_slope"))

    def call(machine: Machine, self: Instance, inputs: Value) -> Value:
        return activations.activated(same(inputs), "leaky_relu")


@layer("PReLU", kind="activation")
class PReLU:
    def __init__(
        machine: Machine,
        self: Instance,
        alpha_initializer: Value = "Zeros",
        alpha_regularizer: Value = None,
        alpha_constraint: Value = None,
        shared_axes: Value = None,
        **kwargs: Value,
    ) -> None:
        initialize(machine, self, kwargs)
        given = None if shared_axes is None else coerce.items(shared_axes)
        axes = () if shared_axes is None else (shared_axes,) if given is None else given
        configure(self, shared_axes=tuple(coerce.integer(axis, "shared_axes") for axis in axes))

    def build(machine: Machine, self: Instance, input_shape: Value) -> None:
        known = coerce.items(input_shape)
        if known is None:
            axis_size(input_shape, -1)
        count = len(known or ()) - 1
        for axis in self.attrs["shared_axes"]:
            if not -count <= axis - 1 < count:
                raise refused(f"`shared_axes` names axis {axis} of an input of {count + 1}", "IndexError")
        # Keras takes 1 from each, also from one that counts from the end.
        shared = {(axis - 1) % count + 1 for axis in self.attrs["shared_axes"]}
        shape = tuple(
            1 if axis in shared else axis_size(input_shape, axis, f"sizes on axis {axis}")
            for axis in range(1, count + 1)
        )
        add_weight(machine, self, "alpha", shape)
        stated = self.attrs["shared_axes"]
        # An axis that is open stays open in the specification: 0 among the shared ones is taken for the last.
        axes = {
            axis: coerce.dim(known[axis])
            for axis in range(1, count + 1)
            if stated and axis not in stated and known is not None and known[axis] is not None
        }
        require(self, Spec(ndim=len(known or ()), axes=axes))

    def call(machine: Machine, self: Instance, inputs: Value) -> Value:
        return activations.activated(same(inputs), "prelu")


@layer("ELU", kind="activation")
class ELU:
    def __init__(machine: Machine, self: Instance, alpha: Value = 1.0, **kwargs: Value) -> None:
        initialize(machine, self, kwargs)
        configure(self, alpha=alpha)

    def call(machine: Machine, self: Instance, inputs: Value) -> Value:
        return activations.activated(same(inputs), "elu")


@layer("Softmax", kind="activation")
class Softmax:
    def __init__(machine: Machine, self: Instance, axis: Value = -1, **kwargs: Value) -> None:
        initialize(machine, self, kwargs)
        configure(self, axis=axis)

    def call(machine: Machine, self: Instance, inputs: Value, mask: Value = None) -> Value:
        return activations.activated(same(inputs), "softmax")


# --- others -----------------------------------------------------------------------------------------------------------


@layer("Rescaling", "experimental.preprocessing.Rescaling", kind="rescaling")
class Rescaling:
    def __init__(machine: Machine, self: Instance, scale: Value, offset: Value = 0.0, **kwargs: Value) -> None:
        initialize(machine, self, kwargs)
        configure(self, scale=scale, offset=offset)

    def call(machine: Machine, self: Instance, inputs: Value) -> Value:
        made = same(inputs)
        if isinstance(made, Tensor):
            made.dtype = self.facts.get("dtype") or "float32"
        return made


@layer("Masking")
class Masking:
    def __init__(machine: Machine, self: Instance, mask_value: Value = 0.0, **kwargs: Value) -> None:
        initialize(machine, self, kwargs)
        configure(self, mask_value=mask_value)

    def call(machine: Machine, self: Instance, inputs: Value) -> Value:
        tensor = coerce.tensor(inputs, "inputs")
        if tensor.shape is not None:
            normalize_axis(-1, len(tensor.shape))
            if isinstance(self.attrs["mask_value"], Tensor):
                broadcast(tensor.shape, coerce.shape_of(self.attrs["mask_value"]))
        return same(inputs)


@layer("Identity")
class Identity:
    def __init__(machine: Machine, self: Instance, **kwargs: Value) -> None:
        initialize(machine, self, kwargs)

    def call(machine: Machine, self: Instance, inputs: Value) -> Value:
        return map_structure(same, inputs)
