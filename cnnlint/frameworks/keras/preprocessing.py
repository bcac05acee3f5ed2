"""Layers that prepare features: normalization and categories; and layers that hold other code."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.engine.dimension import Dim, equal
from cnnlint.engine.errors import ShapeError, Undetermined
from cnnlint.engine.shape import text
from cnnlint.frameworks import coerce
from cnnlint.frameworks.keras.arguments import refused, same, single
from cnnlint.frameworks.keras.calling import as_shape, call_layer
from cnnlint.frameworks.keras.core import result
from cnnlint.frameworks.keras.layer import add_weight, axis_size, configure, initialize, layer, new_weight
from cnnlint.frameworks.keras.operands import operand
from cnnlint.frameworks.keras.structure import map_structure, tensors
from cnnlint.interpreter.values import DictValue, Instance, ListValue, Tensor, Unknown, Value

if TYPE_CHECKING:
    from cnnlint.engine.shape import Shape
    from cnnlint.interpreter.machine import Machine

BASE = ("name", "dtype", "trainable", "activity_regularizer", "autocast")
MODES = ("one_hot", "multi_hot", "count")


@layer("Normalization", kind="rescaling")
class Normalization:
    def __init__(
        machine: Machine,
        self: Instance,
        axis: Value = -1,
        mean: Value = None,
        variance: Value = None,
        invert: Value = False,
        **kwargs: Value,
    ) -> None:
        initialize(machine, self, kwargs)
        if (mean is None) != (variance is None):
            raise refused("`mean` and `variance` must be given together")
        if isinstance(mean, str) or isinstance(variance, str):
            raise refused("`mean` and `variance` must be numbers, not texts")
        axes = () if axis is None else coerce.shape(axis, "axis")
        _check_statistics(mean, variance, len(axes))
        self.facts["axes"] = tuple(coerce.integer(one, "axis") for one in axes)
        configure(self, axis=axes, mean=mean, variance=variance, invert=invert)

    def build(machine: Machine, self: Instance, input_shape: Value) -> None:
        given = coerce.items(input_shape)
        if isinstance(input_shape, DictValue):
            raise refused("the layer takes a tensor, not a dictionary of them", "KeyError")
        if given is None:
            raise Undetermined("the shape of the input is not known")
        rank = len(given)
        for axis in self.facts["axes"]:
            if not -rank <= axis < rank:
                raise refused(f"`axis` {axis} is out of range for an input of {rank} dimensions")
        shape = tuple(axis_size(input_shape, axis, "sizes") for axis in sorted(a % rank for a in self.facts["axes"]))
        if self.attrs["mean"] is not None:
            _check_spread(self.attrs["mean"], shape)
        else:
            self.attrs["mean"] = add_weight(machine, self, "adapt_mean", shape, trainable=False)
            self.attrs["variance"] = add_weight(machine, self, "adapt_variance", shape, trainable=False)
            add_weight(machine, self, "count", (), trainable=False, dtype="int32")

    def call(machine: Machine, self: Instance, inputs: Value) -> Value:
        return same(inputs)

    def adapt(machine: Machine, self: Instance, data: Value) -> None:
        shape = getattr(data, "shape", None)
        if isinstance(shape, tuple) and shape and self.attrs["built"] is False:
            Normalization.namespace["build"].body(machine, self, shape)  # type: ignore[attr-defined]
            self.attrs["built"] = True


def _check_spread(mean: Value, kept: Shape) -> None:
    """The numbers given are spread over the axes that are kept. Raises ShapeError "size-mismatch"."""
    try:
        given = operand(mean)
    except Undetermined:
        return
    for size, other in zip(reversed(given), reversed(kept), strict=False):
        if equal(size, 1) is not True and equal(size, other) is False:
            raise refused(f"`mean` {text(given)} cannot be spread over axes of {text(kept)}")


def _check_statistics(mean: Value, variance: Value, axes: int) -> None:
    """What is given to normalize by: two numbers or arrays of one shape, with no more axes than are kept."""
    if mean is None:
        return
    try:
        one, other = operand(mean), operand(variance)
    except Undetermined:
        return
    if len(one) != len(other) or any(equal(a, b) is False for a, b in zip(one, other, strict=True)):
        raise refused(f"`mean` and `variance` must have the same shape, not {text(one)} and {text(other)}")
    if len(one) > axes:
        raise refused(f"`mean` has {len(one)} axes, but only {axes} are kept")


def mode_of(value: Value, allowed: tuple[str, ...]) -> str:
    """The output mode, its older names included. Raises ShapeError "bad-argument", Undetermined."""
    word = coerce.known(value)
    word = {"binary": "multi_hot", "tf-idf": "tf_idf"}.get(word, word) if isinstance(word, str) else word
    if word not in allowed:
        raise refused(f"`output_mode` must be one of {', '.join(map(repr, allowed))}, got {value!r}")
    return str(word)


def encoded(shape: Shape, mode: str, depth: Dim) -> Shape:
    """Whole numbers (…, n) as categories: each one hot, or all of the last axis together."""
    if mode == "int":
        return shape
    if not shape:
        return (depth,)
    if mode == "one_hot" and (len(shape) == 1 or equal(shape[-1], 1) is not True):
        return (*shape, depth)
    return (*shape[:-1], depth)


@layer("CategoryEncoding", kind="other")
class CategoryEncoding:
    def __init__(
        machine: Machine,
        self: Instance,
        num_tokens: Value = None,
        output_mode: Value = "multi_hot",
        sparse: Value = False,
        **kwargs: Value,
    ) -> None:
        initialize(machine, self, kwargs)
        mode = mode_of(output_mode, MODES)
        if num_tokens is None:
            raise refused("`num_tokens` must be given")
        count = coerce.dim(num_tokens, "num_tokens")
        if isinstance(count, int) and count < 1:
            raise refused(f"`num_tokens` must be 1 or more, got {count}")
        if isinstance(sparse, Tensor):
            coerce.flag(sparse)
        configure(self, num_tokens=count, output_mode=mode)

    def call(machine: Machine, self: Instance, inputs: Value, count_weights: Value = None) -> Value:
        _, shape = single(inputs)
        return result(encoded(shape, self.attrs["output_mode"], self.attrs["num_tokens"]), "float32")


def _bins(value: Value) -> Dim:
    if value is None:
        raise refused("`num_bins` cannot be None")
    count = coerce.dim(value, "num_bins")
    if isinstance(count, int) and count <= 0:
        raise refused(f"`num_bins` must be positive, got {count}")
    return count


@layer("Hashing")
class Hashing:
    def __init__(
        machine: Machine,
        self: Instance,
        num_bins: Value,
        mask_value: Value = None,
        salt: Value = None,
        output_mode: Value = "int",
        sparse: Value = False,
        **kwargs: Value,
    ) -> None:
        initialize(machine, self, kwargs)
        configure(self, num_bins=_bins(num_bins), output_mode=mode_of(output_mode, ("int", *MODES)))

    def call(machine: Machine, self: Instance, inputs: Value) -> Value:
        _, shape = single(inputs)
        mode = self.attrs["output_mode"]
        if mode == "int":
            return result(shape, "int64")
        made = encoded(shape, "multi_hot" if mode == "one_hot" else mode, self.attrs["num_bins"])
        return result(made, self.facts.get("dtype"))


@layer("HashedCrossing")
class HashedCrossing:
    def __init__(
        machine: Machine,
        self: Instance,
        num_bins: Value,
        output_mode: Value = "int",
        sparse: Value = False,
        name: Value = None,
        dtype: Value = None,
        **kwargs: Value,
    ) -> None:
        initialize(machine, self, {"name": name, "dtype": dtype, **kwargs})
        configure(self, num_bins=_bins(num_bins), output_mode=mode_of(output_mode, ("int", "one_hot")))

    def call(machine: Machine, self: Instance, inputs: Value) -> Value:
        found = coerce.sequence(machine, inputs)
        if len(found) != 2:
            raise refused(f"`HashedCrossing` takes a list of 2 tensors, not {len(found)}")
        _, shape = single(found[0])
        mode = self.attrs["output_mode"]
        kind = "int64" if mode == "int" else self.facts.get("dtype")
        return result(encoded(shape, mode, self.attrs["num_bins"]), kind)


@layer("Discretization")
class Discretization:
    def __init__(
        machine: Machine,
        self: Instance,
        bin_boundaries: Value = None,
        num_bins: Value = None,
        epsilon: Value = 0.01,
        output_mode: Value = "int",
        sparse: Value = False,
        dtype: Value = None,
        name: Value = None,
    ) -> None:
        initialize(machine, self, {"name": name, "dtype": dtype})
        if (num_bins is None) == (bin_boundaries is None):
            raise refused("give either `num_bins` or `bin_boundaries`")
        if isinstance(bin_boundaries, Tensor) and bin_boundaries.shape not in (None, ()):
            coerce.flag(bin_boundaries)
        configure(self, bin_boundaries=bin_boundaries, num_bins=num_bins)
        self.attrs["output_mode"] = mode_of(output_mode, ("int", *MODES))

    def call(machine: Machine, self: Instance, inputs: Value) -> Value:
        _, shape = single(inputs)
        mode = self.attrs["output_mode"]
        if mode == "int":
            return result(shape, "int32")
        bounds = self.attrs["bin_boundaries"]
        depth = coerce.dim(self.attrs["num_bins"]) if bounds is None else len(coerce.sequence(machine, bounds)) + 1
        if mode == "one_hot" or not shape:
            made = encoded(shape, mode, depth)
        else:  # all of the second axis together, as `multi_hot` and `count` of `keras.ops` have it
            made = (*shape[:1], *shape[2:], depth) if len(shape) > 1 else (depth,)
        return result(made, self.facts.get("compute"))

    def adapt(machine: Machine, self: Instance, data: Value, steps: Value = None) -> None:
        return None


# --- layers of other code ---------------------------------------------------------------------------------------------


@layer("Pipeline")
class Pipeline:
    def __init__(machine: Machine, self: Instance, layers: Value, name: Value = None) -> None:
        initialize(machine, self, {"name": name})
        self.attrs["layers"] = ListValue(coerce.sequence(machine, layers))

    def call(machine: Machine, self: Instance, inputs: Value, training: Value = True, mask: Value = None) -> Value:
        if not self.attrs["layers"].items:
            raise refused("a `Pipeline` without layers gives nothing", "UnboundLocalError")
        for inner in self.attrs["layers"].items:
            if inner is None or isinstance(inner, (bool, int, float, str, tuple)):
                raise refused(f"a `Pipeline` is made of layers, not {coerce.describe(inner)}", "AttributeError")
            inputs = (
                call_layer(machine, inner, (inputs,), {})
                if isinstance(inner, Instance)
                else machine.call(inner, (inputs,))
            )
        if isinstance(inputs, Unknown):
            raise Undetermined(inputs.reason)
        return inputs


@layer("TorchModuleWrapper")
class TorchModuleWrapper:
    """A module of PyTorch: its parameters are the layer's weights."""

    def __init__(
        machine: Machine, self: Instance, module: Value, name: Value = None, output_shape: Value = None, **kwargs: Value
    ) -> None:
        from cnnlint.frameworks.torch.core import MODULE
        from cnnlint.frameworks.torch.registry import gaps_of, named_weights

        initialize(machine, self, {"name": name, **kwargs})
        if not isinstance(module, Instance) or MODULE not in module.cls.mro:
            if isinstance(module, (Unknown, Instance)):
                raise Undetermined("the module inside is not known")
            raise refused(f"`module` must be a module of PyTorch, not {coerce.describe(module)}", "AttributeError")
        gaps = gaps_of(module)
        if module.opaque is not None or gaps:
            raise Undetermined((module.opaque or gaps[0]).reason)
        self.attrs |= {"module": module, "output_shape": output_shape, "built": True}
        for path, weight in named_weights(module):
            if weight.shape is None:
                raise refused("a lazy module must be called once before it is wrapped")
            made = new_weight(machine, self, path, weight.shape, trainable=weight.trainable is not False)
            made.dtype = weight.dtype

    def call(machine: Machine, self: Instance, *args: Value, training: Value = None, **kwargs: Value) -> Value:
        from cnnlint.frameworks.torch.core import result as tensor

        def inward(leaf: Value) -> Value:
            return tensor(leaf.shape, leaf.dtype) if isinstance(leaf, Tensor) else leaf

        def outward(leaf: Value) -> Value:
            return result(leaf.shape, leaf.dtype) if isinstance(leaf, Tensor) else leaf

        if isinstance(self.attrs["output_shape"], Tensor):  # Keras reads each of its numbers as a shape
            raise refused("`output_shape` must be a tuple of sizes, not an array")
        stated = coerce.items(self.attrs["output_shape"])
        if stated and all(isinstance(item, tuple) for item in stated):  # the shapes of several outputs
            return tuple(result(as_shape(machine, item), self.facts.get("compute")) for item in stated)
        if self.attrs["output_shape"] is not None:
            return result(as_shape(machine, self.attrs["output_shape"]), self.facts.get("compute"))
        if any(leaf.facts.get("symbolic") for leaf in tensors(args)):
            raise refused(
                "`TorchModuleWrapper` on a symbolic tensor needs `output_shape`",
                "NotImplementedError",
                help="give it with its batch: `output_shape=(None, 10)`",
            )
        given = tuple(map_structure(inward, arg) for arg in args)
        made = machine.call(
            self.attrs["module"], given, {key: map_structure(inward, arg) for key, arg in kwargs.items()}
        )
        if isinstance(made, Unknown):
            raise Undetermined(made.reason)
        return map_structure(outward, made)


FOREIGN: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "TFSMLayer": (
        "a saved model",
        "filepath",
        ("call_endpoint", "call_training_endpoint", "trainable", "name", "dtype"),
    ),
    "JaxLayer": (
        "a JAX function",
        "call_fn",
        ("init_fn", "params", "state", "seed", "native_serialization_platforms", *BASE),
    ),
    "FlaxLayer": ("a Flax module", "module", ("method", "variables", *BASE)),
}
"""Layers around what another library makes: what that is, the argument that must be given, the others."""


def _declare_foreign(name: str, what: str, needed: str, others: tuple[str, ...]) -> None:
    @layer(name)
    class Foreign:
        def __init__(machine: Machine, self: Instance, *args: Value, **kwargs: Value) -> None:
            names = (needed, *(other for other in others if other not in BASE or name == "TFSMLayer"))
            given = {**dict(zip(names, args, strict=False)), **kwargs}
            wrong = [key for key in kwargs if key not in (needed, *others) or key in names[: len(args)]]
            if wrong or len(args) > len(names) or needed not in given:
                raise ShapeError(
                    "bad-call",
                    f"`{name}` takes `{needed}` and {', '.join(f'`{other}`' for other in others)}, each once",
                    exception="TypeError",
                )
            initialize(machine, self, {key: given[key] for key in BASE if key in given})
            raise Undetermined(f"`{name}` holds {what}")


for _name, (_what, _needed, _others) in FOREIGN.items():
    _declare_foreign(_name, _what, _needed, _others)
