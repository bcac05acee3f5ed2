"""Batch, instance, group, layer, RMS and local response normalization: the shape stays, weights count per channel."""

from __future__ import annotations

from types import NoneType
from typing import TYPE_CHECKING

from cnnlint.engine.errors import ShapeError
from cnnlint.engine.expression import Expr
from cnnlint.engine.normalization import (
    batch_norm,
    check_more_than_one_element,
    check_more_than_one_value,
    check_norm_groups,
    check_normalized,
    layer_norm,
)
from cnnlint.frameworks.coerce import dim, flag, items, option_number, shape_of, tensor
from cnnlint.frameworks.coerce import shape as read_shape
from cnnlint.frameworks.torch.core import result
from cnnlint.frameworks.torch.layer import (
    LAST,
    become_known,
    buffer,
    functional,
    inner,
    layer,
    library_class,
    of_rank,
    open_ended,
    parameter,
    positive,
    rank_of,
    refuse_flag,
    same,
    settled,
    start,
)
from cnnlint.frameworks.torch.remedies import Remedied
from cnnlint.interpreter.values import HostFunction, Tensor, Unknown

if TYPE_CHECKING:
    from cnnlint.engine.dimension import Dim
    from cnnlint.engine.shape import Shape
    from cnnlint.interpreter.machine import Machine
    from cnnlint.interpreter.values import Instance, Value

BATCH_RANKS = {0: (2, 3), 1: (2, 3), 2: (4,), 3: (5,)}
"""The numbers of axes that `BatchNorm1d` … take, by their number."""

LAZY = "lazy"
"""The fact that a layer waits for its first input to know its number of features."""


def build(
    self: Instance,
    num_features: Value,
    eps: Value,
    momentum: Value,
    affine: Value,
    track_running_stats: Value,
    dtype: Value,
    bias: Value,
) -> None:
    """What the constructors of batch and instance normalization do."""
    start(self)
    # Without tensors of that size, PyTorch takes whatever stands there.
    unused = isinstance(num_features, (float, str, tuple, NoneType)) and not (flag(affine) or flag(track_running_stats))
    self.attrs |= {
        "num_features": num_features if unused else dim(num_features, "num_features"),
        "eps": eps,
        "momentum": momentum,
        "affine": affine,
        "track_running_stats": track_running_stats,
    }
    self.facts |= {"dtype": dtype, "bias": flag(bias)}
    weigh(self)


def weigh(self: Instance) -> None:
    """Register the scale and shift, and the running statistics as buffers."""
    count, dtype = self.attrs["num_features"], self.facts["dtype"]
    self.facts["buffers"] = ()
    self.attrs |= {"weight": None, "bias": None}
    if flag(self.attrs["affine"]):
        parameter(self, "weight", (count,), dtype)
        if self.facts["bias"]:
            parameter(self, "bias", (count,), dtype)
    tracked = flag(self.attrs["track_running_stats"])
    for name in ("running_mean", "running_var"):
        buffer(self, name, result((count,), "float32") if tracked else None)
    buffer(self, "num_batches_tracked", result((), "int64") if tracked else None)


def declared(self: Instance) -> Dim | None:
    """The number of channels that the layer's tensors have; None if it has none."""
    for name in ("running_mean", "weight", "bias"):
        value = self.attrs.get(name)
        if isinstance(value, Tensor):
            return shape_of(value, name)[0]
    return None


@inner("_NormBase", "batchnorm")
class NormBase:
    def reset_running_stats(machine: Machine, self: Instance) -> None: ...

    def reset_parameters(machine: Machine, self: Instance) -> None: ...


@inner("_BatchNorm", "batchnorm", library_class("torch.nn.modules.batchnorm._NormBase"))
class BatchNorm:
    def __init__(
        machine: Machine,
        self: Instance,
        num_features: Value,
        eps: Value = 1e-05,
        momentum: Value = 0.1,
        affine: Value = True,
        track_running_stats: Value = True,
        device: Value = None,
        dtype: Value = None,
        *,
        bias: Value = True,
    ) -> None:
        build(self, num_features, eps, momentum, affine, track_running_stats, dtype, bias)

    def forward(machine: Machine, self: Instance, input: Value) -> Value:
        complete(machine, self, input)
        rank, channels = rank_of(self), declared(self)
        if rank <= 1 and tensor(input).shape is None:
            return same(input)  # 2-d or 3-d: the next layer tells
        found = settled(input, rank, channels)
        check = self.cls.lookup("_check_input_dim")
        if isinstance(check, HostFunction):
            of_rank(found, BATCH_RANKS[rank], self, "ValueError")
        else:
            machine.call(machine.get(self, "_check_input_dim"), (found,))
        check_numbers(self)
        check_statistics(self, shape_of(found))
        with Remedied(found, 1):
            return result(batch_norm(shape_of(found), channels), like=found)

    def _check_input_dim(machine: Machine, self: Instance, input: Value) -> None:
        of_rank(input, BATCH_RANKS[rank_of(self)], self, "ValueError")


def complete(machine: Machine, self: Instance, input: Value) -> None:
    """Take the number of features of a lazy layer from its first input."""
    if LAZY not in self.facts:
        return
    rank = rank_of(self)
    shape = settled(input, rank).shape
    assert shape is not None
    counts = flag(self.attrs["affine"]) or flag(self.attrs["track_running_stats"])
    if counts and len(shape) < 2:
        of_rank(settled(input, rank), BATCH_RANKS[rank], self, "IndexError")
    machine.touch(self)
    del self.facts[LAZY]
    if counts:
        self.attrs["num_features"] = shape[1]
        weigh(self)
    become_known(self)


def _lazy(
    machine: Machine,
    self: Instance,
    eps: Value = 1e-05,
    momentum: Value = 0.1,
    affine: Value = True,
    track_running_stats: Value = True,
    device: Value = None,
    dtype: Value = None,
    *,
    bias: Value = True,
) -> None:
    build(self, 0, eps, momentum, affine, track_running_stats, dtype, bias)
    self.facts[LAZY] = True
    for name in ("weight", "bias", "running_mean", "running_var"):
        if self.attrs[name] is not None:
            self.attrs[name].shape = None


BATCH = library_class("torch.nn.modules.batchnorm._BatchNorm")
for _rank in (1, 2, 3):
    _base = layer(f"BatchNorm{_rank}d", "normalization", "batchnorm", BATCH)(type("BatchNorm", (), {"_rank": _rank}))
    layer(f"LazyBatchNorm{_rank}d", "normalization", "batchnorm", _base)(type("Lazy", (), {"__init__": _lazy}))


def check_numbers(self: Instance) -> None:
    """Refuse an `eps` or a `momentum` that is no number."""
    option_number(self.attrs["eps"], "eps")
    if self.attrs["momentum"] is not None:
        option_number(self.attrs["momentum"], "momentum")


def check_statistics(self: Instance, shape: Shape) -> None:
    """What batch statistics need, which a layer takes in training and where it tracks none.

    From torch `nn/modules/batchnorm.py` `_BatchNorm.forward` and `nn/functional.py` `batch_norm`.
    """
    eps = self.attrs["eps"]
    if isinstance(eps, (int, float)) and eps < 0:
        raise ShapeError("bad-argument", f"`eps` must not be negative, got {eps}", exception="ValueError")
    tracks = self.attrs.get("running_mean") is not None or self.attrs.get("running_var") is not None
    if tracks and self.attrs["training"] is not True:
        return
    check_more_than_one_value(shape)
    if isinstance(eps, (int, float)) and eps == 0:
        raise ShapeError("bad-argument", f"`eps` must be positive in training, not {eps}", exception="ValueError")


@layer("SyncBatchNorm", "normalization", "batchnorm", BATCH)
class SyncBatchNorm:
    def __init__(
        machine: Machine,
        self: Instance,
        num_features: Value,
        eps: Value = 1e-05,
        momentum: Value = 0.1,
        affine: Value = True,
        track_running_stats: Value = True,
        process_group: Value = None,
        device: Value = None,
        dtype: Value = None,
        *,
        bias: Value = True,
    ) -> None:
        build(self, num_features, eps, momentum, affine, track_running_stats, dtype, bias)
        self.attrs["process_group"] = process_group

    def forward(machine: Machine, self: Instance, input: Value) -> Value:
        found = tensor(input)
        shape = shape_of(found)
        if len(shape) < 2:
            of_rank(found, (2, 3, 4, 5), self, "ValueError")
        check_numbers(self)
        check_statistics(self, shape)
        return result(batch_norm(shape, declared(self)), like=found)

    def convert_sync_batchnorm(machine: Machine, module: Value, process_group: Value = None) -> Value:
        return module


@inner("_InstanceNorm", "instancenorm", library_class("torch.nn.modules.batchnorm._NormBase"))
class InstanceNorm:
    def __init__(
        machine: Machine,
        self: Instance,
        num_features: Value,
        eps: Value = 1e-05,
        momentum: Value = 0.1,
        affine: Value = False,
        track_running_stats: Value = False,
        device: Value = None,
        dtype: Value = None,
        *,
        bias: Value = True,
    ) -> None:
        build(self, num_features, eps, momentum, affine, track_running_stats, dtype, bias)

    def forward(machine: Machine, self: Instance, input: Value) -> Value:
        complete(machine, self, input)
        rank = rank_of(self)
        channels = self.attrs["num_features"]
        found = settled(input, rank, channels if isinstance(channels, (int, Expr)) else None)
        shape = of_rank(found, (rank + 1, rank + 2), self, "ValueError")
        if flag(self.attrs["affine"]):
            check_normalized(self.attrs["num_features"], shape[-rank - 1], exception="ValueError")
        check_numbers(self)
        if self.attrs["training"] is True or not flag(self.attrs["track_running_stats"]):
            check_more_than_one_element(shape[-rank:], shape)
        if flag(self.attrs["track_running_stats"]):
            check_normalized(declared(self) or 0, shape[-rank - 1])
        return result(shape, like=found)


INSTANCE = library_class("torch.nn.modules.instancenorm._InstanceNorm")
for _rank in (1, 2, 3):
    _base = layer(f"InstanceNorm{_rank}d", "normalization", "instancenorm", INSTANCE)(
        type("InstanceNorm", (), {"_rank": _rank})
    )
    layer(f"LazyInstanceNorm{_rank}d", "normalization", "instancenorm", _base)(type("Lazy", (), {"__init__": _lazy}))


@layer("GroupNorm", "normalization", "normalization")
class GroupNorm:
    def __init__(
        machine: Machine,
        self: Instance,
        num_groups: Value,
        num_channels: Value,
        eps: Value = 1e-05,
        affine: Value = True,
        device: Value = None,
        dtype: Value = None,
        *,
        bias: Value = True,
    ) -> None:
        start(self)
        groups, channels = dim(num_groups, "num_groups"), dim(num_channels, "num_channels")
        check_norm_groups(groups, channels)
        self.attrs |= {"num_groups": groups, "num_channels": channels, "eps": eps, "affine": affine}
        self.attrs |= {"weight": None, "bias": None}
        if flag(affine):
            parameter(self, "weight", (channels,), dtype)
            if flag(bias):
                parameter(self, "bias", (channels,), dtype)

    def forward(machine: Machine, self: Instance, input: Value) -> Value:
        found = tensor(input)
        attrs = self.attrs
        option_number(attrs["eps"], "eps")
        with Remedied(found, 1):
            return functional("group_norm")(machine, found, attrs["num_groups"], attrs["weight"], attrs["bias"])

    def reset_parameters(machine: Machine, self: Instance) -> None: ...


def axes(value: Value) -> tuple[Dim, ...]:
    """A `normalized_shape`: one size or several."""
    if isinstance(value, Unknown) and value.symbol:
        return (dim(value),)
    refuse_flag(value, "normalized_shape")
    return read_shape(value, "normalized_shape")


def normalized(self: Instance, found: Tensor) -> Tensor:
    """The result of a normalization over the last axes."""
    sizes = items(self.attrs["normalized_shape"]) or ()
    if self.attrs["eps"] is not None or not self.cls.is_subclass("torch.nn.RMSNorm"):
        option_number(self.attrs["eps"], "eps")
    if found.shape is None and sizes:
        if LAST in found.facts:
            check_normalized(sizes[-1], found.facts[LAST], "normalized_shape")
        return open_ended(found, sizes[-1], lambda shape: shape)
    return result(layer_norm(shape_of(found), sizes), like=found)


@layer("LayerNorm", "normalization", "normalization")
class LayerNorm:
    def __init__(
        machine: Machine,
        self: Instance,
        normalized_shape: Value,
        eps: Value = 1e-05,
        elementwise_affine: Value = True,
        bias: Value = True,
        device: Value = None,
        dtype: Value = None,
    ) -> None:
        start(self)
        sizes = axes(normalized_shape)
        self.attrs |= {"normalized_shape": sizes, "eps": eps, "elementwise_affine": elementwise_affine}
        self.attrs |= {"weight": None, "bias": None}
        if flag(elementwise_affine):
            parameter(self, "weight", sizes, dtype)
            if flag(bias):
                parameter(self, "bias", sizes, dtype)

    def forward(machine: Machine, self: Instance, input: Value) -> Value:
        with Remedied(tensor(input), -1):
            return normalized(self, tensor(input))

    def reset_parameters(machine: Machine, self: Instance) -> None: ...


@layer("RMSNorm", "normalization", "normalization")
class RMSNorm:
    def __init__(
        machine: Machine,
        self: Instance,
        normalized_shape: Value,
        eps: Value = None,
        elementwise_affine: Value = True,
        device: Value = None,
        dtype: Value = None,
    ) -> None:
        start(self)
        sizes = axes(normalized_shape)
        self.attrs |= {"normalized_shape": sizes, "eps": eps, "elementwise_affine": elementwise_affine, "weight": None}
        if flag(elementwise_affine):
            parameter(self, "weight", sizes, dtype)

    def forward(machine: Machine, self: Instance, x: Value) -> Value:
        with Remedied(tensor(x), -1):
            return normalized(self, tensor(x))

    def reset_parameters(machine: Machine, self: Instance) -> None: ...


@layer("LocalResponseNorm", "normalization", "normalization")
class LocalResponseNorm:
    def __init__(
        machine: Machine, self: Instance, size: Value, alpha: Value = 0.0001, beta: Value = 0.75, k: Value = 1.0
    ) -> None:
        start(self)
        self.attrs |= {"size": size, "alpha": alpha, "beta": beta, "k": k}

    def forward(machine: Machine, self: Instance, input: Value) -> Value:
        found = tensor(input)
        if found.shape is not None and len(found.shape) < 3:
            raise ShapeError(
                "rank-mismatch",
                f"`LocalResponseNorm` takes an input of at least 3 axes, got {len(found.shape)}",
                expected="at least 3",
                actual=str(len(found.shape)),
                exception="ValueError",
            )
        check_window(self)
        return same(found)


def check_window(self: Instance) -> None:
    """Refuse a window of no channels, and options that are no numbers."""
    size, message = dim(self.attrs["size"], "size"), "a window of at least 1 channel is needed"
    if not self.cls.is_subclass("torch.nn.CrossMapLRN2d"):
        positive(size, message, "RuntimeError")
    elif size == 0:
        raise ShapeError("bad-argument", message, exception="ZeroDivisionError")
    for name in ("alpha", "beta", "k"):
        option_number(self.attrs[name], name)


@layer("CrossMapLRN2d", "normalization", "normalization")
class CrossMapLRN2d:
    def __init__(
        machine: Machine, self: Instance, size: Value, alpha: Value = 0.0001, beta: Value = 0.75, k: Value = 1
    ) -> None:
        start(self)
        self.attrs |= {"size": size, "alpha": alpha, "beta": beta, "k": k}

    def forward(machine: Machine, self: Instance, input: Value) -> Value:
        found = tensor(input)
        if found.shape is not None:
            of_rank(found, (4,), self, "ValueError")
        check_window(self)
        return same(found)
