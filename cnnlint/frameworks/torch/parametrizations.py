"""`torch.nn.utils`: weight and spectral normalization, clipping, pruning, packed sequences; `torch.ao`'s fusion."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.engine.dimension import product
from cnnlint.engine.errors import ShapeError, Undetermined
from cnnlint.frameworks.coerce import known, sequence, shape_of, text
from cnnlint.frameworks.torch.core import PARAMETER, TORCH, result
from cnnlint.frameworks.torch.registry import is_module
from cnnlint.interpreter.values import Unknown, Weight

if TYPE_CHECKING:
    from cnnlint.interpreter.machine import Machine
    from cnnlint.interpreter.values import Instance, Value


def parametrized(module: Value, name: Value) -> tuple[Instance, str, Weight]:
    """The module, and its parameter of that name."""
    owner, key = known(module), text(name, "name")
    if not is_module(owner):
        raise Undetermined("what is normalized is no module")
    weight = owner.attrs.get(key)
    if not isinstance(weight, Weight):
        raise ShapeError("bad-argument", f"`{owner.cls.name}` has no parameter `{key}`", exception="ValueError")
    return owner, key, weight


def replaced(machine: Machine, owner: Instance, name: str, parts: dict[str, Weight]) -> None:
    """Let the parameter be computed from others, registered behind what is there; the layer still reads it."""
    weight = owner.attrs[name]
    machine.touch(owner)
    owner.attrs[name] = result(weight.shape, like=weight)
    owner.attrs |= parts


@TORCH.function("torch.nn.utils.weight_norm", "torch.nn.utils.parametrizations.weight_norm")
def weight_norm(machine: Machine, module: Value, name: Value = "weight", dim: Value = 0) -> Value:
    owner, key, weight = parametrized(module, name)
    shape = shape_of(weight, key)
    axis = known(dim)
    norms = () if axis is None else tuple(size if at == axis % len(shape) else 1 for at, size in enumerate(shape))
    parts = {f"{key}_g": Weight(PARAMETER, norms, weight.dtype), f"{key}_v": Weight(PARAMETER, shape, weight.dtype)}
    for part in parts.values():
        part.trainable = weight.trainable
    replaced(machine, owner, key, parts)
    return module


def _same_count(machine: Machine, module: Value, name: Value = "weight", *args: Value, **kwargs: Value) -> Value:
    """A normalization that keeps the parameter's size under another name."""
    owner, key, weight = parametrized(module, name)
    part = Weight(PARAMETER, weight.shape, weight.dtype, trainable=weight.trainable)
    replaced(machine, owner, key, {f"{key}_orig": part})
    return module


for _name in (
    "spectral_norm",
    "parametrizations.spectral_norm",
    "prune.l1_unstructured",
    "prune.random_unstructured",
    "prune.ln_structured",
    "prune.random_structured",
    "prune.identity",
):
    TORCH.function(f"torch.nn.utils.{_name}")(_same_count)


def _removed(machine: Machine, module: Value, name: Value = "weight", *args: Value, **kwargs: Value) -> Value:
    """Take a normalization back: the layer has its own parameter again."""
    owner, key = known(module), text(name, "name")
    parts = [part for part in (f"{key}_g", f"{key}_v", f"{key}_orig") if part in owner.attrs]
    if not parts:
        raise Undetermined("which normalization is removed is not known")
    weight = owner.attrs[key]
    machine.touch(owner)
    for part in parts:
        del owner.attrs[part]
    owner.attrs[key] = Weight(PARAMETER, weight.shape, weight.dtype, name=key)
    return module


for _name in ("remove_weight_norm", "remove_spectral_norm", "prune.remove", "parametrize.remove_parametrizations"):
    TORCH.function(f"torch.nn.utils.{_name}")(_removed)


@TORCH.function("torch.nn.utils.parametrizations.orthogonal")
def orthogonal(machine: Machine, module: Value, name: Value = "weight", *args: Value, **kwargs: Value) -> Value:
    return _same_count(machine, module, name)


@TORCH.function("torch.nn.utils.parametrize.register_parametrization")
def register_parametrization(
    machine: Machine, module: Value, tensor_name: Value, parametrization: Value, *, unsafe: Value = False
) -> Value:
    owner, key, weight = parametrized(module, tensor_name)
    part = Weight(PARAMETER, weight.shape, weight.dtype, trainable=weight.trainable)
    replaced(machine, owner, key, {f"{key}_original": part, f"{key}_parametrization": parametrization})
    return module


@TORCH.function(
    "torch.nn.utils.clip_grad_norm_", "torch.nn.utils.clip_grad_norm", "torch.nn.utils.clip_grad.clip_grad_norm_"
)
def clip_grad_norm(machine: Machine, parameters: Value, max_norm: Value, *args: Value, **kwargs: Value) -> Value:
    return result((), "float32")


@TORCH.function("torch.nn.utils.clip_grad_value_", "torch.nn.utils.clip_grad.clip_grad_value_")
def clip_grad_value(machine: Machine, parameters: Value, clip_value: Value, foreach: Value = None) -> None: ...


@TORCH.function("torch.nn.utils.parameters_to_vector", "torch.nn.utils.convert_parameters.parameters_to_vector")
def parameters_to_vector(machine: Machine, parameters: Value) -> Value:
    total = sum((product(shape_of(weight)) for weight in sequence(machine, parameters)), start=0)
    return result((total,), "float32")


@TORCH.function("torch.nn.utils.vector_to_parameters", "torch.nn.utils.convert_parameters.vector_to_parameters")
def vector_to_parameters(machine: Machine, vec: Value, parameters: Value) -> None: ...


@TORCH.function("torch.nn.utils.skip_init")
def skip_init(machine: Machine, module_cls: Value, *args: Value, **kwargs: Value) -> Value:
    return machine.call(module_cls, args, kwargs)


@TORCH.function("torch.nn.utils.fuse_conv_bn_eval", "torch.nn.utils.fusion.fuse_conv_bn_eval")
def fuse_conv_bn_eval(machine: Machine, conv: Value, bn: Value, transpose: Value = False) -> Value:
    raise Undetermined("the fusion of a convolution and a normalization is not followed")


for _name in ("convert_conv2d_weight_memory_format", "convert_conv3d_weight_memory_format"):

    @TORCH.function(f"torch.nn.utils.{_name}")
    def convert(machine: Machine, module: Value, memory_format: Value) -> Value:
        return module


@TORCH.function("torch.nn.utils.rnn.pad_sequence")
def pad_sequence(
    machine: Machine,
    sequences: Value,
    batch_first: Value = False,
    padding_value: Value = 0.0,
    padding_side: Value = "right",
) -> Value:
    raise Undetermined("the length of the longest sequence is not followed")


for _name in ("unpack_sequence", "unpad_sequence"):

    @TORCH.function(f"torch.nn.utils.rnn.{_name}")
    def unpacked(machine: Machine, *args: Value, **kwargs: Value) -> Value:
        return Unknown("packed sequences are not followed", machine.place)


def is_parametrized(machine: Machine, module: Value, tensor_name: Value = None) -> Value:
    """Whether a module's parameter is computed from others."""
    owner = known(module)
    return any(name.endswith(("_v", "_orig", "_original")) for name in owner.attrs if isinstance(name, str))


TORCH.function("torch.nn.utils.parametrize.is_parametrized")(is_parametrized)
