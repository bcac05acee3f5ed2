"""Normalization layers."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING

from cnnlint.engine import normalization as engine
from cnnlint.engine.errors import ShapeError, Undetermined
from cnnlint.engine.shape import normalize_axis
from cnnlint.frameworks import coerce
from cnnlint.frameworks.keras import calling
from cnnlint.frameworks.keras.arguments import refused, same
from cnnlint.frameworks.keras.generic import check_wrapped
from cnnlint.frameworks.keras.layer import add_weight, axis_size, configure, initialize, layer, new_weight
from cnnlint.frameworks.keras.spec import Spec, require
from cnnlint.interpreter.values import Instance, ListValue, Tensor, Unknown, Value, Weight

if TYPE_CHECKING:
    from cnnlint.engine.shape import Shape
    from cnnlint.interpreter.machine import Machine


NO_COUNT = (*coerce.NO_NUMBERS, Tensor)


def _rank(input_shape: Value) -> int:
    given = coerce.items(input_shape)
    if given is None:
        raise Undetermined("the shape of the input is not known")
    return len(given)


def _axes(value: Value) -> tuple[int, ...]:
    """One axis or several. Raises ShapeError for what is neither."""
    given = None if isinstance(value, Tensor) else coerce.items(value)
    if given is not None:
        return tuple(coerce.integer(axis, "axis") for axis in given)
    if value is None or isinstance(value, (float, str, Tensor)):
        raise refused(f"`axis` must be an integer or a list of them, not {coerce.describe(value)}", "TypeError")
    return (coerce.integer(value, "axis"),)


def _check_axes(self: Instance, value: Value) -> None:
    if isinstance(value, Tensor) and value.shape is not None:
        for axis in _axes(self.attrs["axis"]):
            normalize_axis(axis, len(value.shape))


def _scale_and_center(machine: Machine, self: Instance, shape: Shape) -> None:
    for name, wanted in (("gamma", "scale"), ("beta", "center")):
        if coerce.flag(self.attrs[wanted]):
            add_weight(machine, self, name, shape)
        else:
            self.attrs[name] = None


@layer("BatchNormalization", kind="normalization")
class BatchNormalization:
    def __init__(
        machine: Machine,
        self: Instance,
        axis: Value = -1,
        momentum: Value = 0.99,
        epsilon: Value = 1e-3,
        center: Value = True,
        scale: Value = True,
        beta_initializer: Value = "zeros",
        gamma_initializer: Value = "ones",
        moving_mean_initializer: Value = "zeros",
        moving_variance_initializer: Value = "ones",
        beta_regularizer: Value = None,
        gamma_regularizer: Value = None,
        beta_constraint: Value = None,
        gamma_constraint: Value = None,
        renorm: Value = False,
        renorm_clipping: Value = None,
        renorm_momentum: Value = 0.99,
        synchronized: Value = False,
        **kwargs: Value,
    ) -> None:
        initialize(machine, self, kwargs)
        given = coerce.items(axis)
        if given is not None and len(given) == 1:
            axis = given[0]
        if isinstance(axis, float) and isfinite(axis):  # as `int(axis)` has it
            axis = int(axis)
        configure(
            self, axis=coerce.integer(axis, "axis"), momentum=momentum, epsilon=epsilon, center=center, scale=scale
        )
        for name, value in (("momentum", momentum), ("epsilon", epsilon)):
            if value is None or (isinstance(value, coerce.NO_NUMBERS) and not isinstance(value, float)):
                raise refused(f"`{name}` must be a number, not {coerce.describe(value)}", "TypeError")
        self.attrs["renorm"] = coerce.flag(renorm)

    def build(machine: Machine, self: Instance, input_shape: Value) -> None:
        axis = self.attrs["axis"]
        channels = axis_size(input_shape, axis)
        rank = _rank(input_shape)
        shape = (channels,)
        _scale_and_center(machine, self, shape)
        names = ["moving_mean", "moving_variance"]
        if self.attrs["renorm"]:
            names += ["moving_stddev", "renorm_mean", "renorm_stddev"]
        for name in names:
            add_weight(machine, self, name, shape, trainable=False)
        require(self, Spec(ndim=rank, axes={axis: channels}, kind="norm-mismatch", channel_axis=axis))

    def call(machine: Machine, self: Instance, inputs: Value, training: Value = None, mask: Value = None) -> Value:
        tensor = coerce.tensor(inputs, "inputs")
        if tensor.shape is not None:
            engine.batch_norm(tensor.shape, axis=self.attrs["axis"], ranks=(1, None))
        return same(tensor)


@layer("LayerNormalization", kind="normalization")
class LayerNormalization:
    def __init__(
        machine: Machine,
        self: Instance,
        axis: Value = -1,
        epsilon: Value = 1e-3,
        center: Value = True,
        scale: Value = True,
        beta_initializer: Value = "zeros",
        gamma_initializer: Value = "ones",
        beta_regularizer: Value = None,
        gamma_regularizer: Value = None,
        beta_constraint: Value = None,
        gamma_constraint: Value = None,
        **kwargs: Value,
    ) -> None:
        kwargs.pop("rms_scaling", None)
        initialize(machine, self, kwargs)
        _axes(axis)
        configure(self, axis=axis, epsilon=epsilon, center=center, scale=scale)

    def build(machine: Machine, self: Instance, input_shape: Value) -> None:
        axes = sorted(_axes(self.attrs["axis"]))
        needed = coerce.flag(self.attrs["scale"]) or coerce.flag(self.attrs["center"])
        shape = tuple(axis_size(input_shape, axis) for axis in axes) if needed else ()
        _scale_and_center(machine, self, shape)

    def call(machine: Machine, self: Instance, inputs: Value) -> Value:
        _check_built_sizes(self, inputs)
        return same(inputs)


def _check_built_sizes(self: Instance, inputs: Value) -> None:
    """The normalized axes have to be what the weights were made for."""
    weight = self.attrs.get("gamma") or self.attrs.get("beta")
    _check_axes(self, inputs)
    if not isinstance(weight, Weight) or weight.shape is None or not isinstance(inputs, Tensor) or inputs.shape is None:
        return
    for axis, size in zip(sorted(_axes(self.attrs["axis"])), weight.shape, strict=False):
        engine.check_normalized(size, inputs.shape[axis], f"axis {axis}")


@layer("GroupNormalization", kind="normalization")
class GroupNormalization:
    def __init__(
        machine: Machine,
        self: Instance,
        groups: Value = 32,
        axis: Value = -1,
        epsilon: Value = 1e-3,
        center: Value = True,
        scale: Value = True,
        beta_initializer: Value = "zeros",
        gamma_initializer: Value = "ones",
        beta_regularizer: Value = None,
        gamma_regularizer: Value = None,
        beta_constraint: Value = None,
        gamma_constraint: Value = None,
        **kwargs: Value,
    ) -> None:
        count = coerce.dim(groups, "groups")
        if isinstance(count, int) and count <= 0 and count != -1:
            raise refused(f"`groups` must be a positive integer or -1, got {count}")
        initialize(machine, self, kwargs)
        configure(self, groups=count, axis=coerce.integer(axis, "axis"), epsilon=epsilon, center=center, scale=scale)

    def build(machine: Machine, self: Instance, input_shape: Value) -> None:
        axis = self.attrs["axis"]
        channels = axis_size(input_shape, axis)
        if isinstance(self.attrs["groups"], int) and self.attrs["groups"] == -1:
            self.attrs["groups"] = channels
        engine.check_norm_groups(self.attrs["groups"], channels)
        rank = _rank(input_shape)
        require(self, Spec(ndim=rank, axes={axis: channels}, kind="norm-mismatch", channel_axis=axis))
        _scale_and_center(machine, self, (channels,))

    def call(machine: Machine, self: Instance, inputs: Value) -> Value:
        return same(inputs)


@layer("UnitNormalization", kind="normalization")
class UnitNormalization:
    def __init__(machine: Machine, self: Instance, axis: Value = -1, **kwargs: Value) -> None:
        initialize(machine, self, kwargs)
        _axes(axis)
        configure(self, axis=axis)

    def call(machine: Machine, self: Instance, inputs: Value) -> Value:
        if isinstance(inputs, ListValue) and inputs.unknown is None:  # Keras counts the inputs for the axes
            for each in _axes(self.attrs["axis"]):
                normalize_axis(each, len(inputs.items))
        _check_axes(self, inputs)
        return same(inputs)


@layer("RMSNormalization", kind="normalization")
class RMSNormalization:
    def __init__(machine: Machine, self: Instance, axis: Value = -1, epsilon: Value = 1e-6, **kwargs: Value) -> None:
        initialize(machine, self, kwargs)
        configure(self, axis=axis, epsilon=epsilon)

    def build(machine: Machine, self: Instance, input_shape: Value) -> None:
        shape = tuple(axis_size(input_shape, axis) for axis in sorted(_axes(self.attrs["axis"])))
        add_weight(machine, self, "scale", shape)

    def call(machine: Machine, self: Instance, x: Value) -> Value:
        _check_axes(self, x)
        return same(x)


@layer("SpectralNormalization", kind="normalization")
class SpectralNormalization:
    """A layer whose kernel is normalized; one more vector, which is not trained, is kept for it."""

    def __init__(machine: Machine, self: Instance, layer: Value, power_iterations: Value = 1, **kwargs: Value) -> None:
        initialize(machine, self, kwargs)
        check_wrapped(layer)
        if isinstance(power_iterations, (int, float)) and power_iterations <= 0:
            raise refused(f"`power_iterations` must be above 0, got {power_iterations}")
        if power_iterations is None or isinstance(power_iterations, NO_COUNT):
            raise refused(f"`power_iterations` must be a number, not {coerce.describe(power_iterations)}", "TypeError")
        self.attrs["layer"] = layer
        configure(self, power_iterations=power_iterations)

    def build(machine: Machine, self: Instance, input_shape: Value = None) -> None:
        inner = self.attrs["layer"]
        if not isinstance(inner, Instance) or isinstance(input_shape, Unknown):
            raise Undetermined("the layer inside is not known")
        if inner.attrs.get("built") is not True:
            calling.invoke(machine, inner, "build", (input_shape,), {})
            inner.attrs["built"] = True
        kernel = inner.attrs.get("kernel", inner.attrs.get("embeddings"))
        if not isinstance(kernel, Weight):
            raise ShapeError("bad-argument", f"`{inner.cls.name}` has no `kernel` to normalize", exception="ValueError")
        size = kernel.shape[-1] if kernel.shape else None
        machine.touch(self)
        self.attrs["kernel"] = kernel
        new_weight(machine, self, "vector_u", None if size is None else (1, size), trainable=False)

    def call(machine: Machine, self: Instance, inputs: Value, training: Value = False) -> Value:
        return machine.call(self.attrs["layer"], (inputs,))
